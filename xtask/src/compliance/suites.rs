//! The suites there are: an explicit list, no link-time registry.

use anyrfc_core::compliance::Suite;

/// Every suite of the project. `cargo xtask new` adds a line.
pub(crate) static SUITES: &[&Suite] = &[
    &anyrfc_websocket::compliance::SUITE,
    &anyrfc_sasl::compliance::SUITE,
    &anyrfc_mime::compliance::SUITE,
    &anyrfc_imap::compliance::SUITE,
    &anyrfc_smtp::compliance::SUITE,
    &anyrfc_jwt::compliance::SUITE,
    &anyrfc_oauth2::compliance::SUITE,
];

/// The crates that claim no RFC by themselves, or none yet.
pub(crate) const EXEMPT: &[&str] = &["anyrfc-core", "anyrfc-cli"];

/// Those of `crates` whose suite is not in `listed`.
pub(crate) fn unlisted(crates: &[String], listed: &[&str]) -> Vec<String> {
    let known = |name: &&String| EXEMPT.contains(&name.as_str()) || listed.contains(&name.as_str());
    crates.iter().filter(|name| !known(name)).cloned().collect()
}

/// The crates whose suites are listed.
pub(crate) fn subjects() -> Vec<&'static str> {
    SUITES.iter().map(|suite| suite.subject).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_crate_is_listed() {
        let crates = crate::workspace::crates(&crate::workspace::root()).unwrap();
        assert!(crates.contains(&"anyrfc-core".to_owned()), "this is not the workspace");
        assert_eq!(unlisted(&crates, &subjects()), Vec::<String>::new(), "not in SUITES");
        for subject in subjects() {
            assert!(crates.iter().any(|name| name == subject), "{subject} is no crate");
            assert!(!EXEMPT.contains(&subject), "{subject} is listed and exempt");
        }
    }

    #[test]
    fn a_crate_without_a_suite_is_told() {
        let crates = ["anyrfc-cli", "anyrfc-core", "anyrfc-door", "anyrfc-window"].map(String::from);
        assert_eq!(unlisted(&crates, &["anyrfc-door"]), ["anyrfc-window"]);
    }
}
