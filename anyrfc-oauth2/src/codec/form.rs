//! Forms (RFC 6749, appendix B).

use anyrfc_core::Secret;
use bytes::Bytes;
use zeroize::Zeroize;

/// The parameters of a request, in the order in which they were set; none is sent twice unless
/// [`repeat`](Self::repeat) says so, and none that is empty (RFC 6749, section 3.2).
#[derive(Debug, Default)]
pub struct Form(Vec<(String, Secret<String>)>);

impl Form {
    /// No parameter.
    #[must_use]
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// Sets a parameter, in place of the one of that name that was there; an empty value takes it away.
    pub fn set(&mut self, name: &str, value: impl Into<Secret<String>>) {
        let value = value.into();
        self.0.retain(|(set, _)| set != name);
        if !value.expose().is_empty() {
            self.0.push((name.to_owned(), value));
        }
    }

    /// One more value of a parameter that may stand several times, such as `resource` (RFC 8707,
    /// section 2) and `audience` (RFC 8693, section 2.1).
    pub fn repeat(&mut self, name: &str, value: impl Into<Secret<String>>) {
        self.0.push((name.to_owned(), value.into()));
    }

    /// The value of a parameter.
    #[must_use]
    pub fn value(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(set, _)| set == name).map(|(_, value)| value.expose().as_str())
    }

    /// Whether nothing is set.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Name by name, value by value.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.expose().as_str()))
    }

    /// As `application/x-www-form-urlencoded`.
    #[must_use]
    pub fn encode(&self) -> String {
        let mut encoded = form_urlencoded::Serializer::new(String::new());
        for (name, value) in self.iter() {
            encoded.append_pair(name, value);
        }
        encoded.finish()
    }

    /// As the body of a request.
    pub(crate) fn body(&self) -> Bytes {
        Bytes::from(self.encode())
    }

    /// `url` with these parameters behind those that it has (RFC 6749, section 3.1).
    #[must_use]
    pub fn onto(&self, url: &str) -> String {
        let joint = match url.find('?') {
            None => "?",
            Some(_) if url.ends_with(['?', '&']) => "",
            Some(_) => "&",
        };
        if self.is_empty() { url.to_owned() } else { format!("{url}{joint}{}", self.encode()) }
    }

    /// One value in the form's encoding (RFC 6749, section 2.3.1, for HTTP Basic).
    #[must_use]
    pub fn escape(value: &str) -> String {
        form_urlencoded::byte_serialize(value.as_bytes()).collect()
    }

    /// Reads a form: names and values, in order, each as often as it stands there.
    #[must_use]
    pub fn decode(text: &str) -> Vec<(String, String)> {
        form_urlencoded::parse(text.as_bytes()).into_owned().collect()
    }
}

impl Zeroize for Form {
    fn zeroize(&mut self) {
        self.0.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_appendix_s_example() {
        // RFC 6749, appendix B: U+0020, U+0025, U+0026, U+002B, U+00A3, U+20AC.
        assert_eq!(Form::escape(" %&+\u{a3}\u{20ac}"), "+%25%26%2B%C2%A3%E2%82%AC");
        assert_eq!(Form::decode("a=+%25%26%2B%C2%A3%E2%82%AC")[0].1, " %&+\u{a3}\u{20ac}");
    }

    #[test]
    fn a_parameter_is_sent_once_and_never_empty() {
        let mut form = Form::new();
        form.set("a", "1");
        form.set("b", "");
        form.set("a", "2");
        assert_eq!(form.encode(), "a=2");
        form.set("a", "");
        assert_eq!(form.encode(), "");
    }

    #[test]
    fn nothing_is_left_of_what_was_wiped() {
        let mut form = Form::new();
        form.set("a", "1");
        assert_eq!((form.is_empty(), form.value("a"), form.value("b")), (false, Some("1"), None));
        form.zeroize();
        assert!(form.is_empty() && form.encode().is_empty());
    }

    #[test]
    fn the_query_that_was_there_is_kept() {
        let mut form = Form::new();
        form.set("a", "1");
        assert_eq!(form.onto("https://as.example/x"), "https://as.example/x?a=1");
        assert_eq!(form.onto("https://as.example/x?t=1"), "https://as.example/x?t=1&a=1");
        assert_eq!(form.onto("https://as.example/x?"), "https://as.example/x?a=1");
        assert_eq!(form.onto("https://as.example/x?t=1&"), "https://as.example/x?t=1&a=1");
        assert_eq!(form.onto("https://as.example/x?t=?u"), "https://as.example/x?t=?u&a=1");
        assert_eq!(Form::new().onto("https://as.example/x"), "https://as.example/x");
    }
}
