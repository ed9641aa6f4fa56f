//! What comes back through the user's browser (RFC 6749, section 4.1.2).

use std::fmt;

use anyrfc_core::Secret;

use crate::{Error, ErrorKind, rfc6749};

/// The most octets of an answer that are read.
const LONGEST: usize = 64 << 10;
/// The most parameters of an answer that are read.
const MOST: usize = 100;

type Pair = (String, Secret<String>);

/// An authorization response, taken apart but judged by nobody yet: only the
/// [`Pending`](crate::proto::Pending) that it answers can tell what it is worth.
///
/// ```
/// use anyrfc_oauth2::codec::callback::Callback;
///
/// let callback = Callback::from_url("https://app.example/cb?code=SplxlOBeZQQYbYS6WxSbIA&state=xyz")?;
/// // What finds the pending authorization, where several are under way.
/// assert_eq!(callback.state(), Some("xyz"));
/// # Ok::<(), anyrfc_oauth2::Error>(())
/// ```
#[derive(Default)]
pub struct Callback {
    /// Where it arrived, without query and fragment.
    pub(crate) receiver: Option<String>,
    query: Option<Vec<Pair>>,
    fragment: Option<Vec<Pair>>,
    form: Option<Vec<Pair>>,
}

impl fmt::Debug for Callback {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Callback(..)")
    }
}

impl Callback {
    /// From the whole URL that the browser was sent to. It is the best of the three: where the
    /// answer arrived is compared too.
    ///
    /// # Errors
    /// Of kind `Protocol` when the query is no form; `Limit` when there is too much of it.
    pub fn from_url(url: &str) -> Result<Self, Error> {
        within(url)?;
        let (rest, fragment) = url.split_once('#').map_or((url, None), |(rest, part)| (rest, Some(part)));
        let (receiver, query) = rest.split_once('?').unwrap_or((rest, ""));
        Ok(Self {
            receiver: Some(receiver.to_owned()),
            query: Some(pairs(query)?),
            // Some servers leave marks of their own there; it is an answer only where one was asked for.
            fragment: fragment.and_then(|fragment| pairs(fragment).ok()),
            form: None,
        })
    }

    /// From the query alone, with or without the question mark.
    ///
    /// # Errors
    /// As [`from_url`](Self::from_url).
    pub fn from_query(query: &str) -> Result<Self, Error> {
        within(query)?;
        Ok(Self { query: Some(pairs(query.strip_prefix('?').unwrap_or(query))?), ..Self::default() })
    }

    /// From the body of the `POST` that [`ResponseMode::FormPost`](crate::proto::ResponseMode) makes of it.
    ///
    /// # Errors
    /// As [`from_url`](Self::from_url).
    pub fn from_form(body: &[u8]) -> Result<Self, Error> {
        let body = std::str::from_utf8(body).map_err(|_| not_a_form("is no text"))?;
        within(body)?;
        Ok(Self { form: Some(pairs(body)?), ..Self::default() })
    }

    /// Says at which URL it arrived, for what [`from_form`](Self::from_form) read.
    ///
    /// # Errors
    /// As [`from_url`](Self::from_url).
    pub fn received_at(self, url: &str) -> Result<Self, Error> {
        Ok(Self { form: self.form.or(self.query), ..Self::from_url(url)? })
    }

    /// The state that it claims, to look up by what it may answer. Nothing is known of it yet.
    #[must_use]
    pub fn state(&self) -> Option<&str> {
        self.parameter("state")
    }

    /// A parameter, the first of its name, as the browser brought it: nothing is known of it yet.
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<&str> {
        let all = [&self.form, &self.query, &self.fragment];
        let mut all = all.into_iter().flatten().flatten();
        all.find(|(held, _)| held == name).map(|(_, value)| value.expose().as_str())
    }

    /// The parameters of the answer, where it is expected: `own` is what the redirection URI's query
    /// has of itself, which has to be there and is no part of the answer.
    pub(crate) fn answer(&self, in_fragment: bool, own: &[(String, String)]) -> Result<Answer<'_>, Foreign> {
        let parameters = match &self.form {
            _ if in_fragment => self.fragment.as_ref(),
            Some(form) => Some(form),
            None => self.query.as_ref(),
        };
        let mut query: Vec<&Pair> = self.query.iter().flatten().collect();
        if self.query.is_some() {
            for (name, value) in own {
                let held = query.iter().position(|pair| pair.0 == *name && pair.1.expose() == value);
                query.remove(held.ok_or(Foreign)?);
            }
        }
        let from_query = !in_fragment && self.form.is_none();
        Ok(Answer(if from_query { query } else { parameters.into_iter().flatten().collect() }))
    }
}

/// It arrived where it was not expected.
#[derive(Debug)]
pub(crate) struct Foreign;

/// The parameters of one answer.
pub(crate) struct Answer<'a>(Vec<&'a Pair>);

impl<'a> Answer<'a> {
    /// The value of a parameter; one that is empty counts as missing.
    ///
    /// # Errors
    /// Of kind `Protocol` when it is there twice (RFC 6749, section 3.1).
    pub(crate) fn single(&self, name: &str) -> Result<Option<&'a str>, Error> {
        let mut values = self.0.iter().filter(|(held, _)| held == name).map(|(_, value)| value.expose());
        match (values.next(), values.next()) {
            (_, Some(_)) => Err(twice()),
            (value, None) => Ok(value.map(String::as_str).filter(|value| !value.is_empty())),
        }
    }

    /// Refuses an answer that holds any parameter twice, known or not (RFC 6749, section 3.1).
    pub(crate) fn check_single(&self) -> Result<(), Error> {
        let mut names: Vec<&str> = self.0.iter().map(|(name, _)| name.as_str()).collect();
        names.sort_unstable();
        if names.windows(2).any(|pair| pair.first() == pair.last()) { Err(twice()) } else { Ok(()) }
    }
}

fn twice() -> Error {
    let what = "the answer holds a parameter more than once";
    Error::violation(rfc6749::AUTHORIZATION_PARAMETERS_ARE_SINGLE, what)
}

fn within(text: &str) -> Result<(), Error> {
    if text.len() <= LONGEST {
        return Ok(());
    }
    Err(Error::new(ErrorKind::Limit, "the authorization response is too long"))
}

fn not_a_form(what: &'static str) -> Error {
    Error::violation(rfc6749::FORMS_ARE_READ_AS_UTF_8, format!("the authorization response {what}"))
}

/// Names and values of a form (RFC 6749, appendix B), with no doubt about what they are.
fn pairs(text: &str) -> Result<Vec<Pair>, Error> {
    let mut pairs = Vec::new();
    for part in text.split('&').filter(|part| !part.is_empty()) {
        if pairs.len() == MOST {
            return Err(Error::new(ErrorKind::Limit, "the authorization response has too many parameters"));
        }
        let (name, value) = part.split_once('=').unwrap_or((part, ""));
        pairs.push((unescape(name)?, Secret::new(unescape(value)?)));
    }
    Ok(pairs)
}

fn unescape(text: &str) -> Result<String, Error> {
    let mut octets = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        octets.push(match byte {
            b'+' => b' ',
            b'%' => {
                let mut digit = || rest.next().and_then(|digit| char::from(digit).to_digit(16));
                let (Some(high), Some(low)) = (digit(), digit()) else {
                    return Err(not_a_form("has a percent sign without two hexadecimal digits"));
                };
                // Two digits of 16 are never more than an octet.
                u8::try_from(high << 4 | low).unwrap_or_default()
            }
            byte => byte,
        });
    }
    String::from_utf8(octets).map_err(|_| not_a_form("is no text"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn single(callback: &Callback, name: &str) -> Option<String> {
        callback.answer(false, &[]).unwrap().single(name).unwrap().map(str::to_owned)
    }

    #[test]
    fn url_query_and_form_say_the_same() {
        let text = "code=a%2Bb+c&state=%E2%82%AC&x&=y&&iss=https%3A%2F%2Fas.example";
        for callback in [
            Callback::from_url(&format!("https://app.example/cb?{text}#_=_")),
            Callback::from_query(text),
            Callback::from_query(&format!("?{text}")),
            Callback::from_form(text.as_bytes()),
            Callback::from_form(text.as_bytes()).unwrap().received_at("https://app.example/cb?y=1"),
        ] {
            let callback = callback.unwrap();
            assert_eq!(single(&callback, "code").unwrap(), "a+b c");
            assert_eq!(callback.state(), Some("\u{20ac}"));
            assert_eq!(single(&callback, "iss").unwrap(), "https://as.example");
            assert_eq!(single(&callback, "x"), None);
            assert_eq!(format!("{callback:?}"), "Callback(..)");
        }
    }

    #[test]
    fn what_could_be_read_in_two_ways_is_refused() {
        for text in [
            "state=%",
            "state=%4",
            "state=%zz",
            "state=%4g",
            "state=%g4",
            "state=%-1",
            "state=%+1",
            "state=%FF",
            "%80=1",
        ] {
            for read in [
                Callback::from_query(text),
                Callback::from_form(text.as_bytes()),
                Callback::from_url(&format!("https://app.example/?{text}")),
            ] {
                let error = read.unwrap_err();
                assert_eq!(error.kind(), ErrorKind::Protocol, "{text}");
                assert_eq!(error.requirement(), Some(rfc6749::FORMS_ARE_READ_AS_UTF_8), "{text}");
            }
        }
        assert_eq!(Callback::from_form(b"state=\xff").unwrap_err().kind(), ErrorKind::Protocol);
    }

    #[test]
    fn no_more_is_read_than_somebody_needs() {
        let long = format!("code={}", "a".repeat(LONGEST));
        let many = "a&".repeat(MOST + 1);
        for text in [&long, &many] {
            assert_eq!(Callback::from_query(text).unwrap_err().kind(), ErrorKind::Limit);
            assert_eq!(Callback::from_form(text.as_bytes()).unwrap_err().kind(), ErrorKind::Limit);
            let url = format!("https://app.example/?{text}");
            assert_eq!(Callback::from_url(&url).unwrap_err().kind(), ErrorKind::Limit);
        }
        assert!(Callback::from_query(&"a&".repeat(MOST)).is_ok());
        assert!(Callback::from_query(&format!("code={}", "a".repeat(LONGEST - 5))).is_ok());
        assert!(Callback::from_query(&format!("code={}", "a".repeat(LONGEST - 4))).is_err());
    }

    #[test]
    fn a_parameter_stands_once() {
        let callback = Callback::from_query("state=a&state=a&code=b&x=1&x=2").unwrap();
        let answer = callback.answer(false, &[]).unwrap();
        for error in [answer.single("state").unwrap_err(), answer.check_single().unwrap_err()] {
            assert_eq!(error.requirement(), Some(rfc6749::AUTHORIZATION_PARAMETERS_ARE_SINGLE));
        }
        assert_eq!(answer.single("code").unwrap(), Some("b"));
    }

    #[test]
    fn the_redirection_uri_s_own_query_is_no_part_of_the_answer() {
        let own = [("as".to_owned(), "1".to_owned())];
        let own = own.as_slice();
        let callback = Callback::from_query("as=1&as=2&code=b").unwrap();
        let answer = callback.answer(false, own).unwrap();
        assert!(answer.check_single().is_ok());
        assert_eq!(answer.single("as").unwrap(), Some("2"));
        for foreign in ["code=b", "as=2&code=b", "as=%31x", "AS=1"] {
            assert!(Callback::from_query(foreign).unwrap().answer(false, own).is_err(), "{foreign}");
        }
        // A body has none of it, and the URL behind it is looked at where it is known.
        let body = || Callback::from_form(b"code=b&as=3").unwrap();
        assert_eq!(body().answer(false, own).unwrap().single("as").unwrap(), Some("3"));
        assert!(body().received_at("https://app.example/?as=2").unwrap().answer(false, own).is_err());
        let at = body().received_at("https://app.example/?as=1").unwrap();
        assert_eq!(at.answer(false, own).unwrap().single("code").unwrap(), Some("b"));
    }

    #[test]
    fn a_fragment_answers_only_where_it_was_asked_for() {
        let callback = Callback::from_url("https://app.example/cb?code=q#code=f").unwrap();
        assert_eq!(callback.answer(false, &[]).unwrap().single("code").unwrap(), Some("q"));
        assert_eq!(callback.answer(true, &[]).unwrap().single("code").unwrap(), Some("f"));
        let callback = Callback::from_url("https://app.example/cb?code=q").unwrap();
        assert_eq!(callback.answer(true, &[]).unwrap().single("code").unwrap(), None);
    }
}
