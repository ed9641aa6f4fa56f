//! Parameters of MIME fields (RFC 2045, section 5.1; RFC 2231).

use std::{fmt, slice};

use compact_str::CompactString;

use super::{
    chars::{ATTRIBUTE, is_token},
    invalid::{Invalid, Problem, Subject, control_in},
};

/// A parameter: a name in lower case and a decoded value, perhaps in a stated language.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Parameter {
    name: CompactString,
    value: CompactString,
    language: Option<Box<str>>,
}

impl Parameter {
    /// A parameter. Its value may be anything without control characters; how it is written (as a
    /// token, quoted, or by RFC 2231) is chosen when it is.
    ///
    /// # Errors
    /// [`Invalid`] when the name has another character than those of RFC 2231, section 7, or the
    /// value a control character.
    pub fn new(name: &str, value: &str) -> Result<Self, Invalid> {
        if name.is_empty() {
            return Err(Invalid::new(Subject::ParameterName, Problem::Empty, 0));
        }
        // What is longer has no room for a section's number on a line.
        if name.len() > 60 {
            return Err(Invalid::new(Subject::ParameterName, Problem::TooLong, 0));
        }
        if let Some(at) = name.bytes().position(|byte| !ATTRIBUTE.has(byte)) {
            return Err(Invalid::new(Subject::ParameterName, Problem::Character, at));
        }
        if let Some(at) = control_in(value, true) {
            return Err(Invalid::new(Subject::ParameterValue, Problem::Control, at));
        }
        Ok(Self::from_peer(CompactString::from(name).to_ascii_lowercase(), value.into(), None))
    }

    /// What a peer wrote, decoded: without control characters, but not checked further.
    pub(crate) const fn from_peer(
        name: CompactString,
        value: CompactString,
        language: Option<Box<str>>,
    ) -> Self {
        Self { name, value, language }
    }

    /// The parameter with the language of its value (RFC 2231, section 4): a language tag, made of
    /// ASCII letters, digits and hyphens.
    ///
    /// # Errors
    /// [`Invalid`] when it is made of anything else.
    pub fn with_language(self, language: &str) -> Result<Self, Invalid> {
        let is_tag = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        if language.is_empty() || language.len() > 60 || !language.bytes().all(is_tag) {
            return Err(Invalid::new(Subject::ParameterValue, Problem::Syntax, 0));
        }
        Ok(Self { language: Some(language.into()), ..self })
    }

    /// The name, in lower case.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The value, decoded.
    #[must_use]
    pub fn value(&self) -> &str {
        &self.value
    }

    /// The language of the value, where it was stated.
    #[must_use]
    pub fn language(&self) -> Option<&str> {
        self.language.as_deref()
    }
}

/// Parameters in their order, each name only once.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Parameters(Vec<Parameter>);

impl Parameters {
    /// None.
    #[must_use]
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// The value of the parameter of this name, in any case.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.find(name).map(Parameter::value)
    }

    /// The parameter of this name, in any case.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<&Parameter> {
        self.0.iter().find(|parameter| parameter.name.eq_ignore_ascii_case(name))
    }

    /// Adds a parameter, or puts it in the place of the one of its name.
    pub fn set(&mut self, parameter: Parameter) {
        match self.0.iter_mut().find(|other| other.name == parameter.name) {
            Some(other) => *other = parameter,
            None => self.0.push(parameter),
        }
    }

    /// Takes the parameter of this name away.
    pub fn remove(&mut self, name: &str) -> Option<Parameter> {
        let at = self.0.iter().position(|parameter| parameter.name.eq_ignore_ascii_case(name))?;
        Some(self.0.remove(at))
    }

    /// Those that a reader found, already unique.
    pub(crate) const fn from_unique(parameters: Vec<Parameter>) -> Self {
        Self(parameters)
    }

    /// How many there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// All of them, in their order.
    pub fn iter(&self) -> slice::Iter<'_, Parameter> {
        self.0.iter()
    }
}

impl<'a> IntoIterator for &'a Parameters {
    type Item = &'a Parameter;
    type IntoIter = slice::Iter<'a, Parameter>;
    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

/// As RFC 2045 writes them, values in UTF-8 as RFC 6532 allows: `; name=value` for each.
impl fmt::Display for Parameters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for Parameter { name, value, .. } in self {
            if is_token(value.as_bytes()) {
                write!(f, "; {name}={value}")?;
                continue;
            }
            write!(f, "; {name}=\"")?;
            for character in value.chars() {
                if matches!(character, '"' | '\\') {
                    f.write_str("\\")?;
                }
                write!(f, "{character}")?;
            }
            f.write_str("\"")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters() {
        let mut all = Parameters::new();
        all.set(Parameter::new("Charset", "utf-8").unwrap());
        all.set(Parameter::new("name", "a \"b\" ü.txt").unwrap());
        all.set(Parameter::new("charset", "us-ascii").unwrap());
        assert_eq!(all.to_string(), "; charset=us-ascii; name=\"a \\\"b\\\" ü.txt\"");
        assert_eq!(all.get("CHARSET"), Some("us-ascii"));
        assert_eq!(all.remove("name").unwrap().value(), "a \"b\" ü.txt");
        assert_eq!((all.len(), all.get("name")), (1, None));
    }

    #[test]
    fn nothing_passes_for_structure() {
        for name in ["", "a b", "a*", "a=", "a;", "ä", "a'", "a%", "a\r\n"] {
            assert!(Parameter::new(name, "x").is_err(), "{name:?}");
        }
        for value in ["a\r\nb", "\0", "\x7f", "\n"] {
            assert!(Parameter::new("a", value).is_err(), "{value:?}");
        }
        let parameter = || Parameter::new("a", "b").unwrap();
        assert_eq!(parameter().with_language("en-US").unwrap().language(), Some("en-US"));
        assert!(parameter().with_language("en'").is_err() && parameter().with_language("").is_err());
    }
}
