//! A quick look at claims of the plainest kind, which most are.
//!
//! It only ever says that claims are good: about whatever it does not know, the thorough look
//! decides. What it says of them, that would say as well.

use super::is_string_or_uri;

/// Whether this JSON, as `serde_json` has written it, is an object of a few different names, its
/// values strings without escapes, short integers or literals, and each registered claim of its type.
pub(super) fn is_plain(json: &[u8]) -> bool {
    json.len() <= SHORT && walk(json).unwrap_or(false)
}

/// Whatever is longer is not plain.
const SHORT: usize = 16 << 10;

/// So many names are compared with each other.
const FEW: usize = 16;

fn walk(json: &[u8]) -> Option<bool> {
    let mut names: [&[u8]; FEW] = [&[]; FEW];
    let mut rest = json.strip_prefix(b"{")?;
    for at in 0..FEW {
        let (name, after) = string(rest)?;
        let (before, empty) = names.split_at_mut_checked(at)?;
        if before.contains(&name) {
            return None;
        }
        *empty.first_mut()? = name;
        let (value, after) = value(after.strip_prefix(b":")?)?;
        let fits = match name {
            b"iss" | b"sub" | b"aud" => matches!(value, Plain::String(text) if is_name(text)),
            b"jti" => matches!(value, Plain::String(_)),
            b"exp" | b"nbf" | b"iat" => matches!(value, Plain::Integer),
            _ => true,
        };
        if !fits {
            return None;
        }
        match after.split_first()? {
            (b',', after) => rest = after,
            (b'}', []) => return Some(true),
            _ => return None,
        }
    }
    None
}

enum Plain<'a> {
    String(&'a [u8]),
    Integer,
    Literal,
}

/// A value and what follows it.
fn value(json: &[u8]) -> Option<(Plain<'_>, &[u8])> {
    match json.first()? {
        b'"' => string(json).map(|(text, rest)| (Plain::String(text), rest)),
        b'0'..=b'9' => {
            let digits = json.iter().take_while(|byte| byte.is_ascii_digit()).count();
            // Any of 18 digits is within an i64.
            (digits <= 18).then(|| (Plain::Integer, json.get(digits..).unwrap_or_default()))
        }
        _ => {
            let literals: [&[u8]; 3] = [b"true", b"false", b"null"];
            let rest = literals.iter().find_map(|literal| json.strip_prefix(*literal))?;
            Some((Plain::Literal, rest))
        }
    }
}

/// What stands between quotes without an escape, and what follows it.
fn string(json: &[u8]) -> Option<(&[u8], &[u8])> {
    let text = json.strip_prefix(b"\"")?;
    let end = text.iter().position(|byte| matches!(byte, b'"' | b'\\'))?;
    match text.split_at_checked(end)? {
        (text, [b'"', rest @ ..]) => Some((text, rest)),
        _ => None,
    }
}

/// Whether this is a StringOrURI (RFC 7519, section 2).
fn is_name(text: &[u8]) -> bool {
    // Of these letters, everything behind is a host and a path.
    let is_simple = |rest: &[u8]| {
        rest.iter()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_' | b'~' | b'/'))
    };
    text.strip_prefix(b"https://").is_some_and(is_simple)
        || std::str::from_utf8(text).is_ok_and(is_string_or_uri)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_claims_are_plain() {
        for plain in [
            r#"{"iss":"https://as.example/a~b","sub":"user","aud":"urn:x:y","exp":1300819380,"nbf":0,"iat":999999999999999999,"jti":""}"#,
            r#"{"a":true,"b":false,"c":null,"d":1,"e":"ü"}"#,
        ] {
            assert!(is_plain(plain.as_bytes()), "{plain}");
        }
    }

    #[test]
    fn what_is_not_is_left_to_the_thorough_look() {
        for other in [
            "",
            "{}",
            "{",
            "[]",
            r#"{"a":1,"a":2}"#,
            r#"{"iss":1}"#,
            r#"{"iss":"a:b c"}"#,
            r#"{"iss":null}"#,
            r#"{"aud":["a"]}"#,
            r#"{"jti":7}"#,
            r#"{"exp":"1"}"#,
            r#"{"exp":1.5}"#,
            r#"{"exp":-1}"#,
            r#"{"exp":1000000000000000000}"#,
            r#"{"exp":null}"#,
            r#"{"a":{}}"#,
            r#"{"a":"\""}"#,
            r#"{"a":"b}"#,
            r#"{"a":1}}"#,
            r#"{"a":1,}"#,
            r#"{"a":nul}"#,
            r#"{"a":1 }"#,
            r#"{"a" :1}"#,
            r#"{"a":1x"#,
            r#"{"1":1,"2":1,"3":1,"4":1,"5":1,"6":1,"7":1,"8":1,"9":1,"10":1,"11":1,"12":1,"13":1,"14":1,"15":1,"16":1,"17":1}"#,
        ] {
            assert!(!is_plain(other.as_bytes()), "{other}");
        }
    }

    #[test]
    fn what_is_as_large_as_plain_claims_may_be_is_plain() {
        let long = |octets: usize| format!(r#"{{"a":"{}"}}"#, "x".repeat(octets - r#"{"a":""}"#.len()));
        assert!(is_plain(long(SHORT).as_bytes()));
        assert!(!is_plain(long(SHORT + 1).as_bytes()));
        let many = |names: usize| {
            let members: Vec<_> = (0..names).map(|name| format!("\"{name}\":1")).collect();
            format!("{{{}}}", members.join(","))
        };
        assert!(is_plain(many(FEW).as_bytes()));
        assert!(!is_plain(many(FEW + 1).as_bytes()));
    }

    #[test]
    fn it_never_takes_what_the_thorough_look_refuses() {
        let names = ["iss", "sub", "aud", "exp", "nbf", "iat", "jti", "a", "b"];
        let values = [
            "1",
            "-1",
            "1.5",
            "01",
            "1e999",
            "999999999999999999999999",
            "\"a\"",
            "\"a:b\"",
            "\"a:b c\"",
            "\":\"",
            "\"https://as.example:x\"",
            "\"https://as.example/?#\"",
            "\"https://\"",
            "\"\\ud800\"",
            "null",
            "true",
            "[]",
            "{\"c\":1,\"c\":1}",
            "tru",
            "",
        ];
        let mut taken = 0;
        for one in names {
            for other in names {
                for first in values {
                    for second in values {
                        let json = format!("{{\"{one}\":{first},\"{other}\":{second}}}");
                        if is_plain(json.as_bytes()) {
                            // `01` is no JSON, and nothing that `serde_json` writes.
                            let is_json = first != "01" && second != "01";
                            assert!(!is_json || super::super::thorough(json.as_bytes()).is_ok(), "{json}");
                            taken += 1;
                        }
                    }
                }
            }
        }
        assert!(taken > 1000);
    }
}
