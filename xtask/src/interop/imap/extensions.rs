//! The extensions of IMAP that the client has, in the order in which they are reported.

use anyrfc_core::compliance::RfcCompliance as _;
use anyrfc_imap::{Capabilities, ImapClient};

/// An extension.
#[derive(Clone, Copy, Debug)]
pub(in crate::interop) struct Extension {
    /// Its name in the report, which is what servers advertise unless it says otherwise below.
    pub(in crate::interop) name: &'static str,
    /// The RFC, where there is one.
    pub(in crate::interop) rfc: Option<u16>,
    /// What servers advertise instead; with an equals sign at its end, whatever follows.
    advertised: &'static [&'static str],
    /// Whether IMAP4rev2 includes it.
    in_rev2: bool,
}

const fn of(rfc: u16, name: &'static str) -> Extension {
    Extension { name, rfc: Some(rfc), advertised: &[], in_rev2: false }
}

/// The same for what IMAP4rev2 includes.
const fn included(rfc: u16, name: &'static str) -> Extension {
    Extension { in_rev2: true, ..of(rfc, name) }
}

/// The same where servers advertise something else.
const fn told(rfc: u16, name: &'static str, advertised: &'static [&'static str]) -> Extension {
    Extension { advertised, ..of(rfc, name) }
}

/// Every extension, by name. One counts once its RFC is among those that the crate claims.
pub(in crate::interop) const EXTENSIONS: &[Extension] = &[
    of(4314, "ACL"),
    of(5257, "ANNOTATE-EXPERIMENT-1"),
    told(7889, "APPENDLIMIT", &["APPENDLIMIT", "APPENDLIMIT="]),
    included(3516, "BINARY"),
    of(4469, "CATENATE"),
    included(3348, "CHILDREN"),
    of(4978, "COMPRESS=DEFLATE"),
    told(7162, "CONDSTORE", &["CONDSTORE", "QRESYNC"]),
    of(5267, "CONTEXT=SEARCH"),
    of(5267, "CONTEXT=SORT"),
    of(6154, "CREATE-SPECIAL-USE"),
    included(5161, "ENABLE"),
    included(4731, "ESEARCH"),
    of(5267, "ESORT"),
    of(5466, "FILTERS"),
    told(5255, "I18NLEVEL", &["I18NLEVEL=1", "I18NLEVEL=2"]),
    of(2971, "ID"),
    included(2177, "IDLE"),
    of(9585, "INPROGRESS"),
    of(9698, "JMAPACCESS"),
    of(5255, "LANGUAGE"),
    included(5258, "LIST-EXTENDED"),
    of(9590, "LIST-METADATA"),
    of(8440, "LIST-MYRIGHTS"),
    included(5819, "LIST-STATUS"),
    of(7888, "LITERAL+"),
    included(7888, "LITERAL-"),
    told(9738, "MESSAGELIMIT", &["MESSAGELIMIT="]),
    told(5464, "METADATA", &["METADATA", "METADATA-SERVER"]),
    included(6851, "MOVE"),
    of(3502, "MULTIAPPEND"),
    of(7377, "MULTISEARCH"),
    included(2342, "NAMESPACE"),
    of(5465, "NOTIFY"),
    of(8474, "OBJECTID"),
    of(9394, "PARTIAL"),
    of(8970, "PREVIEW"),
    of(7162, "QRESYNC"),
    of(9208, "QUOTA"),
    of(9208, "QUOTASET"),
    of(8508, "REPLACE"),
    included(4959, "SASL-IR"),
    of(8514, "SAVEDATE"),
    told(9738, "SAVELIMIT", &["SAVELIMIT="]),
    of(6203, "SEARCH=FUZZY"),
    included(5182, "SEARCHRES"),
    of(5256, "SORT"),
    of(5957, "SORT=DISPLAY"),
    of(6154, "SPECIAL-USE"),
    included(8438, "STATUS=SIZE"),
    of(5256, "THREAD=ORDEREDSUBJECT"),
    of(5256, "THREAD=REFERENCES"),
    // An old draft that became no RFC.
    Extension { rfc: None, ..of(0, "THREAD=REFS") },
    of(9586, "UIDONLY"),
    included(4315, "UIDPLUS"),
    of(8437, "UNAUTHENTICATE"),
    included(3691, "UNSELECT"),
    of(4467, "URLAUTH"),
    of(5524, "URLAUTH=BINARY"),
    told(6855, "UTF8=ACCEPT", &["UTF8=ACCEPT", "UTF8=ONLY"]),
    of(5032, "WITHIN"),
];

impl Extension {
    /// The one of a name.
    pub(in crate::interop) fn named(name: &str) -> Option<&'static Self> {
        EXTENSIONS.iter().find(|extension| extension.name == name)
    }

    /// Whether a server that says this has it.
    pub(super) fn is_offered(&self, capabilities: &Capabilities, rev2: bool) -> bool {
        let own = [self.name];
        let advertised = if self.advertised.is_empty() { &own } else { self.advertised };
        let is = |capability: &str, wanted: &str| match wanted.strip_suffix('=') {
            Some(_) => capability.get(..wanted.len()).is_some_and(|start| start.eq_ignore_ascii_case(wanted)),
            None => capability.eq_ignore_ascii_case(wanted),
        };
        rev2 && self.in_rev2
            || capabilities
                .iter()
                .map(ToString::to_string)
                .any(|capability| advertised.iter().any(|wanted| is(&capability, wanted)))
    }

    /// Whether the crate claims its RFC.
    pub(super) fn is_claimed(&self) -> bool {
        let mut specs = ImapClient::suite().specs.iter();
        self.rfc.is_some_and(|rfc| specs.any(|spec| spec.rfc == rfc))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_sorted_and_has_each_once() {
        let names: Vec<_> = EXTENSIONS.iter().map(|extension| extension.name).collect();
        let mut sorted = names.clone();
        sorted.sort_unstable();
        sorted.dedup();
        assert_eq!(names, sorted);
    }

    #[test]
    fn an_extension_is_offered_by_its_name_its_value_or_the_revision() {
        let has = |name: &str, all: &[&str], rev2| {
            let capabilities = all.iter().copied().collect();
            Extension::named(name).unwrap().is_offered(&capabilities, rev2)
        };
        assert!(has("IDLE", &["idle"], false) && has("IDLE", &[], true));
        assert!(!has("IDLE", &["IDLER"], false) && !has("WITHIN", &[], true));
        assert!(has("APPENDLIMIT", &["APPENDLIMIT=7"], false) && has("APPENDLIMIT", &["APPENDLIMIT"], false));
        assert!(has("CONDSTORE", &["QRESYNC"], false) && !has("QRESYNC", &["CONDSTORE"], false));
        assert!(!has("SORT", &["SORT=DISPLAY"], false) && !has("MESSAGELIMIT", &["MESSAGELIMIT"], false));
        assert!(Extension::named("IDLE").unwrap().is_claimed());
        assert!(!Extension::named("THREAD=REFS").unwrap().is_claimed());
    }
}
