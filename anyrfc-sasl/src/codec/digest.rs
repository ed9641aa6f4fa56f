//! The directives of DIGEST-MD5 (RFC 2831, sections 2.1 and 7).

use crate::{Error, error::Breach};

/// `1#( token "=" ( token | quoted-string ) )`: names in lower case, values
/// without their quotes. White space may stand around commas, and elements may
/// be empty, as lists were read in those days.
///
/// # Errors
/// It is no such list, or an empty one.
pub fn directives(message: &[u8]) -> Result<Vec<(String, Vec<u8>)>, Error> {
    let mut rest = message;
    let mut directives = Vec::new();
    loop {
        rest = skip_white_space(rest);
        match rest {
            [] => break,
            [b',', after @ ..] => rest = after,
            _ => {
                let (directive, after) = directive(rest).ok_or_else(syntax)?;
                directives.push(directive);
                rest = skip_white_space(after);
                if !matches!(rest, [] | [b',', ..]) {
                    return Err(syntax());
                }
            }
        }
    }
    if directives.is_empty() { Err(syntax()) } else { Ok(directives) }
}

fn syntax() -> Error {
    Error::breach(Breach::DigestSyntax)
}

/// `LWS`
fn skip_white_space(text: &[u8]) -> &[u8] {
    let start = text.iter().position(|byte| !matches!(byte, b' ' | b'\t' | b'\r' | b'\n'));
    start.and_then(|start| text.get(start..)).unwrap_or_default()
}

type Parsed<'a, T> = Option<(T, &'a [u8])>;

/// `token "=" ( token | quoted-string )`, with white space around the equals sign.
fn directive(text: &[u8]) -> Parsed<'_, (String, Vec<u8>)> {
    let (name, rest) = token(text)?;
    let name = std::str::from_utf8(name).ok()?.to_ascii_lowercase();
    let rest = skip_white_space(rest).strip_prefix(b"=")?;
    let rest = skip_white_space(rest);
    let (value, rest) = match rest.strip_prefix(b"\"") {
        Some(quoted) => quoted_string(quoted)?,
        None => token(rest).map(|(token, rest)| (token.to_vec(), rest))?,
    };
    Some(((name, value), rest))
}

/// `token = 1*<any CHAR except CTLs or separators>`
fn token(text: &[u8]) -> Parsed<'_, &[u8]> {
    let is_token = |byte: &u8| byte.is_ascii_graphic() && !b"()<>@,;:\\\"/[]?={}".contains(byte);
    let end = text.iter().position(|byte| !is_token(byte)).unwrap_or(text.len());
    text.split_at_checked(end).filter(|(token, _)| !token.is_empty())
}

/// What stands between the quotes, without the backslashes that quote: any octet but
/// controls, of which white space alone may stand there (`TEXT`). None is let in by a
/// backslash either (`CHAR` would allow it), since what is let in here is sent back.
fn quoted_string(mut text: &[u8]) -> Parsed<'_, Vec<u8>> {
    let is_control = |byte: u8| byte.is_ascii_control() && !matches!(byte, b'\t' | b'\r' | b'\n');
    let mut value = Vec::new();
    loop {
        match text {
            [b'"', rest @ ..] => return Some((value, rest)),
            [b'\\', byte, rest @ ..] if !byte.is_ascii_control() => {
                value.push(*byte);
                text = rest;
            }
            [b'\\', ..] | [] => return None,
            [byte, ..] if is_control(*byte) => return None,
            [byte, rest @ ..] => {
                value.push(*byte);
                text = rest;
            }
        }
    }
}

/// A value between quotes, with a backslash before what would end it.
#[must_use]
pub fn quote(value: &[u8]) -> Vec<u8> {
    let mut quoted = Vec::with_capacity(value.len().saturating_add(2));
    quoted.push(b'"');
    for byte in value {
        if matches!(byte, b'"' | b'\\') {
            quoted.push(b'\\');
        }
        quoted.push(*byte);
    }
    quoted.push(b'"');
    quoted
}

/// The members of a list within a value, `1#token`, in lower case.
pub fn list(value: &[u8]) -> impl Iterator<Item = Vec<u8>> {
    let members = value.split(|byte| *byte == b',').map(<[u8]>::trim_ascii);
    members.filter(|member| !member.is_empty()).map(<[u8]>::to_ascii_lowercase)
}

/// The most bytes of a challenge (section 2.1.1) are fewer than this.
const CHALLENGE_BELOW: usize = 2048;

/// `digest-challenge`, as far as an authentication without layers asks for it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Challenge {
    /// `realm`, of which there may be several.
    pub realms: Vec<Vec<u8>>,
    /// `nonce`
    pub nonce: Vec<u8>,
    /// `charset=utf-8`
    pub utf_8: bool,
}

impl Challenge {
    /// The first message of the server.
    ///
    /// # Errors
    /// It is too long, no list of directives, lacks one or has one too often; or
    /// plain authentication (`auth`) is not among the qualities of protection.
    pub fn parse(message: &[u8]) -> Result<Self, Error> {
        if message.len() >= CHALLENGE_BELOW {
            return Err(Error::breach(Breach::DigestTooLong));
        }
        let directives = directives(message)?;
        let all = |name: &'static str| directives.iter().filter(move |(n, _)| n == name).map(|(_, v)| v);
        let at_most_one = |name, breach| {
            let mut values = all(name);
            let first = values.next();
            if values.next().is_some() { Err(Error::breach(breach)) } else { Ok(first) }
        };
        let nonce = at_most_one("nonce", Breach::DigestNonce)?;
        let nonce =
            nonce.filter(|nonce| !nonce.is_empty()).ok_or_else(|| Error::breach(Breach::DigestNonce))?;
        match at_most_one("algorithm", Breach::DigestAlgorithms)? {
            None => return Err(Error::breach(Breach::DigestAlgorithms)),
            Some(algorithm) if !algorithm.eq_ignore_ascii_case(b"md5-sess") => {
                return Err(Error::breach(Breach::DigestAlgorithm));
            }
            Some(_) => {}
        }
        for name in ["stale", "maxbuf"] {
            at_most_one(name, Breach::DigestRepeated)?;
        }
        let utf_8 = match at_most_one("charset", Breach::DigestRepeated)? {
            None => false,
            Some(charset) if charset.eq_ignore_ascii_case(b"utf-8") => true,
            Some(_) => return Err(Error::breach(Breach::DigestSyntax)),
        };
        let mut qualities = all("qop").flat_map(|value| list(value)).peekable();
        if qualities.peek().is_some() && !qualities.any(|quality| quality == b"auth") {
            return Err(Error::breach(Breach::DigestQuality));
        }
        Ok(Self { realms: all("realm").cloned().collect(), nonce: nonce.clone(), utf_8 })
    }
}

/// `response-auth = "rspauth" "=" response-value`
///
/// # Errors
/// It is anything else.
pub fn response_auth(message: &[u8]) -> Result<Vec<u8>, Error> {
    let mut values = directives(message)?.into_iter().filter(|(name, _)| name == "rspauth");
    match (values.next(), values.next()) {
        (Some((_, value)), None) => Ok(value),
        _ => Err(Error::not_proved(Breach::DigestNoProof)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rfc2831;

    fn parse(message: &str) -> Result<Challenge, Error> {
        Challenge::parse(message.as_bytes())
    }

    /// RFC 2831, section 4.
    #[test]
    fn the_example_of_the_rfc() {
        let challenge = parse(
            r#"realm="elwood.innosoft.com",nonce="OA6MG9tEQGm2hh",qop="auth",algorithm=md5-sess,charset=utf-8"#,
        );
        let expected = Challenge {
            realms: vec![b"elwood.innosoft.com".to_vec()],
            nonce: b"OA6MG9tEQGm2hh".to_vec(),
            utf_8: true,
        };
        assert_eq!(challenge.unwrap(), expected);
        let proof = response_auth(b"rspauth=ea40f60335c427b5527b84dbabcdfffd").unwrap();
        assert_eq!(proof, b"ea40f60335c427b5527b84dbabcdfffd");
    }

    #[test]
    fn lists_as_they_were_read_in_those_days() {
        let challenge = parse(
            ", ,NONCE = \"a\\\"b\\\\\" ,\t realm=\"x, y\" ,,realm=\"\",algorithm=\"MD5-sess\",x=\"=,\", qop=\"token, , AUTH\",",
        );
        let challenge = challenge.unwrap();
        assert_eq!(challenge.nonce, b"a\"b\\");
        assert_eq!(challenge.realms, [b"x, y".to_vec(), b"".to_vec()]);
        assert!(!challenge.utf_8);
    }

    #[test]
    fn what_is_ignored() {
        let challenge = parse(
            "nonce=n,algorithm=md5-sess,opaque=\"x\",domain=\"y\",cipher=\"rc4,unknown\",new=1,new=2,stale=true,maxbuf=1",
        );
        assert_eq!(challenge.unwrap().nonce, b"n");
    }

    #[test]
    fn each_directive_as_often_as_it_may_be() {
        for (message, requirement) in [
            ("algorithm=md5-sess", rfc2831::NONCE_APPEARS_ONCE),
            ("nonce=\"\",algorithm=md5-sess", rfc2831::NONCE_APPEARS_ONCE),
            ("nonce=a,nonce=a,algorithm=md5-sess", rfc2831::NONCE_APPEARS_ONCE),
            ("nonce=a", rfc2831::ALGORITHM_APPEARS_ONCE),
            ("nonce=a,algorithm=md5-sess,algorithm=md5-sess", rfc2831::ALGORITHM_APPEARS_ONCE),
            ("nonce=a,algorithm=md5", rfc2831::ALGORITHM_IS_MD5_SESS),
            ("nonce=a,algorithm=md5-sess,stale=true,stale=true", rfc2831::DIRECTIVES_APPEAR_AT_MOST_ONCE),
            ("nonce=a,algorithm=md5-sess,maxbuf=1,maxbuf=1", rfc2831::DIRECTIVES_APPEAR_AT_MOST_ONCE),
            (
                "nonce=a,algorithm=md5-sess,charset=utf-8,charset=utf-8",
                rfc2831::DIRECTIVES_APPEAR_AT_MOST_ONCE,
            ),
            ("nonce=a,algorithm=md5-sess,qop=\"auth-int,auth-conf\"", rfc2831::NO_KNOWN_QOP_ABORTS),
        ] {
            let error = parse(message).unwrap_err();
            assert_eq!(error.requirement(), Some(requirement), "{message}: {error}");
        }
    }

    #[test]
    fn what_is_no_list_of_directives() {
        for message in [
            "",
            ",",
            " ",
            "nonce",
            "nonce=",
            "=a",
            "nonce=\"a",
            "nonce=\"a\\",
            "nonce=a b",
            "nonce=a;x=b",
            "nonce=\"a\"b,algorithm=md5-sess",
            "non ce=a",
            "nonce=a,algorithm=md5-sess,charset=latin-1",
            "nonce=\0",
            "nonce=\"a\0\",algorithm=md5-sess",
            "nonce=\"a\\\0\",algorithm=md5-sess",
            "nonce=\"a\u{7f}\",algorithm=md5-sess",
        ] {
            assert!(parse(message).is_err(), "{message:?}");
        }
        for message in ["", "x=y", "rspauth=", "rspauth=a,rspauth=a"] {
            assert!(response_auth(message.as_bytes()).is_err(), "{message:?}");
        }
    }

    #[test]
    fn below_2048_bytes() {
        let message = |length: usize| {
            let rest = "nonce=a,algorithm=md5-sess,x=";
            format!("{rest}{}", "x".repeat(length - rest.len()))
        };
        assert!(parse(&message(2047)).is_ok());
        let error = parse(&message(2048)).unwrap_err();
        assert_eq!(error.requirement(), Some(rfc2831::CHALLENGE_BELOW_2048_BYTES));
    }

    #[test]
    fn quoted_and_back() {
        for value in [&b""[..], b"a", b"\"", b"\\", b"a\\\"b,=", b"\xff"] {
            let text = [b"x=", quote(value).as_slice()].concat();
            assert_eq!(directives(&text).unwrap(), [("x".to_owned(), value.to_vec())]);
        }
    }
}
