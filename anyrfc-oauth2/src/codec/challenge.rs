//! The grammar of `WWW-Authenticate` (RFC 9110, section 11.6.1).

use http::{HeaderMap, header::WWW_AUTHENTICATE};

use crate::{Challenge, Error, Requirement, rfc6750};

/// So many bytes of all fields together are read.
const MAX_BYTES: usize = 16 << 10;
/// So many challenges.
const MAX_CHALLENGES: usize = 32;
/// So many parameters in all.
const MAX_PARAMETERS: usize = 128;

/// One challenge as it stands there: of any scheme, its parameters in order.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RawChallenge {
    /// The scheme, in the letter case in which it came; that does not count.
    pub scheme: String,
    /// What stands there in place of parameters (`token68`).
    pub token68: Option<String>,
    /// The parameters: names in lower case, quotes and backslashes undone. Bytes that are no UTF-8
    /// have become replacement characters.
    pub parameters: Vec<(String, String)>,
}

impl RawChallenge {
    /// The value of a parameter, by its name in lower case.
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// `WWW-Authenticate = #challenge`, in one field or several. It takes time in proportion to the
/// length of the fields.
///
/// ```
/// # use anyrfc_oauth2::codec::challenge;
/// let field = br#"Bearer realm="a, b", error="invalid_token", Negotiate oYH1, DPoP algs="ES256""#;
/// let challenges = challenge::parse([&field[..]])?;
/// assert_eq!(challenges.len(), 3);
/// assert_eq!(challenges[0].parameter("realm"), Some("a, b"));
/// assert_eq!(challenges[1].token68.as_deref(), Some("oYH1"));
/// # Ok::<(), anyrfc_oauth2::Error>(())
/// ```
///
/// # Errors
/// Of kind `Protocol` when a field does not follow the grammar or names a parameter twice; of kind
/// `Limit` beyond 16 KiB, 32 challenges or 128 parameters.
pub fn parse<'a>(fields: impl IntoIterator<Item = &'a [u8]>) -> Result<Vec<RawChallenge>, Error> {
    let (mut challenges, mut room) = (Vec::new(), Room { bytes: MAX_BYTES, parameters: MAX_PARAMETERS });
    for field in fields {
        room.bytes = room
            .bytes
            .checked_sub(field.len())
            .ok_or_else(|| Error::new(crate::ErrorKind::Limit, "the challenges are too long"))?;
        // A challenge does not go on in the next field: its parameters are its own.
        let mut reader = Reader { rest: field };
        let first = challenges.len();
        while let Some(element) = reader.element(challenges.len() > first)? {
            match element {
                Element::Challenge(challenge) => {
                    room.parameters(challenge.parameters.len())?;
                    challenges.push(challenge);
                    if challenges.len() > MAX_CHALLENGES {
                        return Err(Error::new(crate::ErrorKind::Limit, "there are too many challenges"));
                    }
                }
                Element::Parameter(name, value) => {
                    room.parameters(1)?;
                    let Some(challenge) = challenges.last_mut() else { return Err(malformed()) };
                    add(challenge, name, value)?;
                }
            }
        }
    }
    Ok(challenges)
}

impl Challenge {
    /// The challenges of a response, in order: of every scheme, though the parameters only of
    /// `Bearer` and `DPoP` are read; those of others are all in [`other`](Self::other).
    ///
    /// # Errors
    /// Of kind `Protocol` when a field does not follow its grammar, or a parameter of `Bearer` or
    /// `DPoP` holds what cannot stand in it; of kind `Limit` when there is more than is read.
    pub fn from_headers(headers: &HeaderMap) -> Result<Vec<Self>, Error> {
        let fields = headers.get_all(WWW_AUTHENTICATE).iter().map(http::HeaderValue::as_bytes);
        let read = |raw: RawChallenge| Self::read(&raw.scheme, raw.parameters);
        parse(fields)?.into_iter().map(read).collect()
    }
}

struct Room {
    bytes: usize,
    parameters: usize,
}

impl Room {
    fn parameters(&mut self, count: usize) -> Result<(), Error> {
        self.parameters = self
            .parameters
            .checked_sub(count)
            .ok_or_else(|| Error::new(crate::ErrorKind::Limit, "the challenges have too many parameters"))?;
        Ok(())
    }
}

/// No parameter stands in a challenge twice (RFC 9110, section 11.2), nor beside a `token68`.
fn add(challenge: &mut RawChallenge, name: String, value: String) -> Result<(), Error> {
    if challenge.token68.is_some() {
        return Err(malformed());
    }
    if challenge.parameter(&name).is_some() {
        let requirement: &Requirement = match name.as_str() {
            "realm" => rfc6750::REALM_APPEARS_ONCE,
            "scope" => rfc6750::SCOPE_APPEARS_ONCE,
            "error" | "error_description" | "error_uri" => rfc6750::ERROR_ATTRIBUTES_APPEAR_ONCE,
            _ => rfc6750::REFUSAL_IS_A_CHALLENGE,
        };
        return Err(Error::violation(requirement, "a challenge has a parameter twice"));
    }
    challenge.parameters.push((name, value));
    Ok(())
}

fn malformed() -> Error {
    Error::violation(rfc6750::REFUSAL_IS_A_CHALLENGE, "WWW-Authenticate does not follow its grammar")
}

enum Element {
    /// The beginning of a challenge: its scheme, and what stands behind it up to the comma.
    Challenge(RawChallenge),
    /// One more parameter of the challenge before.
    Parameter(String, String),
}

struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    /// One element of the list; empty ones are passed over (RFC 9110, section 5.6.1.2).
    fn element(&mut self, may_continue: bool) -> Result<Option<Element>, Error> {
        self.take_while(|byte| is_space(byte) || byte == b',');
        if self.rest.is_empty() {
            return Ok(None);
        }
        let name = self.token()?;
        let behind = self.rest;
        self.take_while(is_space);
        let element = if may_continue && self.rest.first() == Some(&b'=') {
            Element::Parameter(name.to_ascii_lowercase(), self.value()?)
        } else {
            self.rest = behind;
            Element::Challenge(self.challenge(name.to_owned())?)
        };
        self.take_while(is_space);
        if self.rest.first().is_some_and(|&byte| byte != b',') {
            return Err(malformed());
        }
        Ok(Some(element))
    }

    /// `challenge = auth-scheme [ 1*SP ( token68 / #auth-param ) ]`, up to the first comma.
    fn challenge(&mut self, scheme: String) -> Result<RawChallenge, Error> {
        let mut challenge = RawChallenge { scheme, token68: None, parameters: Vec::new() };
        let spaces = self.take_while(is_space);
        if self.rest.first().is_none_or(|&byte| byte == b',') {
            return Ok(challenge);
        }
        if spaces.is_empty() {
            return Err(malformed());
        }
        if let Some(token68) = self.token68() {
            challenge.token68 = Some(token68);
            return Ok(challenge);
        }
        let name = self.token()?.to_ascii_lowercase();
        self.take_while(is_space);
        challenge.parameters.push((name, self.value()?));
        Ok(challenge)
    }

    /// `token68 = 1*( ALPHA / DIGIT / "-" / "." / "_" / "~" / "+" / "/" ) *"="`, with the end of
    /// the element behind it: else it is the name of a parameter.
    fn token68(&mut self) -> Option<String> {
        let before = self.rest;
        let text = self.take_while(|byte| byte.is_ascii_alphanumeric() || b"-._~+/".contains(&byte));
        let padding = self.take_while(|byte| byte == b'=');
        let length = text.len().saturating_add(padding.len());
        self.take_while(is_space);
        if !text.is_empty() && self.rest.first().is_none_or(|&byte| byte == b',') {
            return before.get(..length).and_then(|bytes| str::from_utf8(bytes).ok()).map(str::to_owned);
        }
        self.rest = before;
        None
    }

    /// `"=" BWS ( token / quoted-string )`.
    fn value(&mut self) -> Result<String, Error> {
        self.rest = self.rest.strip_prefix(b"=").ok_or_else(malformed)?;
        self.take_while(is_space);
        if self.rest.first() == Some(&b'"') { self.quoted() } else { self.token().map(str::to_owned) }
    }

    /// `quoted-string` (RFC 9110, section 5.6.4).
    fn quoted(&mut self) -> Result<String, Error> {
        let mut text = Vec::new();
        let mut rest = self.rest.strip_prefix(b"\"").ok_or_else(malformed)?;
        loop {
            rest = match rest {
                [b'"', behind @ ..] => {
                    self.rest = behind;
                    return Ok(String::from_utf8_lossy(&text).into_owned());
                }
                [b'\\', escaped, behind @ ..] if is_text(*escaped) => {
                    text.push(*escaped);
                    behind
                }
                [byte, behind @ ..] if *byte != b'\\' && is_text(*byte) => {
                    text.push(*byte);
                    behind
                }
                _ => return Err(malformed()),
            };
        }
    }

    /// `token = 1*tchar` (RFC 9110, section 5.6.2).
    fn token(&mut self) -> Result<&'a str, Error> {
        let token =
            self.take_while(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte));
        str::from_utf8(token).ok().filter(|token| !token.is_empty()).ok_or_else(malformed)
    }

    fn take_while(&mut self, fits: impl Fn(u8) -> bool) -> &'a [u8] {
        let length = self.rest.iter().position(|&byte| !fits(byte)).unwrap_or(self.rest.len());
        let (taken, rest) = self.rest.split_at(length);
        self.rest = rest;
        taken
    }
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}

/// What may stand in a quoted string, escaped or not: no control character but the tab.
fn is_text(byte: u8) -> bool {
    matches!(byte, b'\t' | 0x20..=0x7e | 0x80..)
}

#[cfg(test)]
mod tests;
