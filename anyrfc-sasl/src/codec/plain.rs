//! The message of PLAIN (RFC 4616, section 2).

use anyrfc_core::Secret;

use crate::Error;

/// `message = [authzid] UTF8NUL authcid UTF8NUL passwd`
///
/// # Errors
/// A part has a NUL, or is there and empty.
pub fn message(authzid: Option<&str>, authcid: &str, passwd: &str) -> Result<Secret<Vec<u8>>, Error> {
    if authzid.is_some_and(str::is_empty) {
        return Err(Error::usage("the authorization identity is empty"));
    }
    let authzid = authzid.unwrap_or_default();
    if [authzid, authcid, passwd].iter().any(|part| part.contains('\0')) {
        return Err(Error::usage("PLAIN cannot carry a NUL"));
    }
    if authcid.is_empty() || passwd.is_empty() {
        return Err(Error::usage("PLAIN needs a user name and a password"));
    }
    // Put together at once: a buffer that grows leaves its earlier self behind, unwiped.
    Ok(Secret::new([authzid, "\0", authcid, "\0", passwd].concat().into_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The examples of RFC 4616, section 4.
    #[test]
    fn the_examples_of_the_rfc() {
        let tim = message(None, "tim", "tanstaaftanstaaf").unwrap();
        assert_eq!(tim.expose(), b"\0tim\0tanstaaftanstaaf");
        let kurt = message(Some("Ursel"), "Kurt", "xipj3plmq").unwrap();
        assert_eq!(kurt.expose(), b"Ursel\0Kurt\0xipj3plmq");
    }

    #[test]
    fn no_part_has_a_nul_and_two_are_there() {
        for (authzid, authcid, passwd) in [("a\0", "b", "c"), ("a", "\0b", "c"), ("a", "b", "c\0")] {
            assert!(message(Some(authzid), authcid, passwd).is_err());
        }
        assert!(message(Some(""), "b", "c").is_err());
        assert!(message(None, "", "c").is_err());
        assert!(message(None, "b", "").is_err());
    }
}
