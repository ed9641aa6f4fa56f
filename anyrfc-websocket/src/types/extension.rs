//! Extensions, as they are offered and accepted (RFC 6455, section 9.1).

use std::fmt;

use anyrfc_core::http1::is_token;

/// One extension with its parameters: an offer, or an answer to one.
///
/// ```
/// use anyrfc_websocket::Extension;
///
/// let offer = Extension::new("mux")?.with("max-channels", "4")?.with_flag("flow-control")?;
/// assert_eq!(offer.to_string(), "mux; max-channels=4; flow-control");
/// # Ok::<_, anyrfc_websocket::NotAToken>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Extension {
    name: Box<str>,
    parameters: Vec<Parameter>,
}

/// One parameter of an extension.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameter {
    name: Box<str>,
    value: Option<Box<str>>,
}

/// The name of an extension, or of a parameter, or a value, is no token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotAToken;

impl fmt::Display for NotAToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name or value of an extension is not a token")
    }
}

impl std::error::Error for NotAToken {}

fn token(text: &str) -> Result<Box<str>, NotAToken> {
    if is_token(text.as_bytes()) { Ok(text.into()) } else { Err(NotAToken) }
}

impl Extension {
    /// An extension without parameters.
    ///
    /// # Errors
    /// [`NotAToken`].
    pub fn new(name: &str) -> Result<Self, NotAToken> {
        Ok(Self { name: token(name)?, parameters: Vec::new() })
    }

    /// Adds a parameter with a value.
    ///
    /// # Errors
    /// [`NotAToken`].
    pub fn with(mut self, name: &str, value: &str) -> Result<Self, NotAToken> {
        self.parameters.push(Parameter { name: token(name)?, value: Some(token(value)?) });
        Ok(self)
    }

    /// Adds a parameter without a value.
    ///
    /// # Errors
    /// [`NotAToken`].
    pub fn with_flag(mut self, name: &str) -> Result<Self, NotAToken> {
        self.parameters.push(Parameter { name: token(name)?, value: None });
        Ok(self)
    }

    /// The name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The parameters, in their order; nothing says that one stands there only once.
    #[must_use]
    pub fn parameters(&self) -> &[Parameter] {
        &self.parameters
    }
}

impl Parameter {
    /// The name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The value, if it has one.
    #[must_use]
    pub fn value(&self) -> Option<&str> {
        self.value.as_deref()
    }
}

/// As `Sec-WebSocket-Extensions` lists it.
impl fmt::Display for Extension {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)?;
        self.parameters.iter().try_for_each(|parameter| write!(f, "; {parameter}"))
    }
}

impl fmt::Display for Parameter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)?;
        self.value.as_ref().map_or(Ok(()), |value| write!(f, "={value}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_tokens() {
        for bad in ["", "a b", "a,b", "a;b", "a=b", "\"a\"", "a\r\nX: y", "ä"] {
            assert_eq!(Extension::new(bad), Err(NotAToken), "{bad:?}");
            let good = Extension::new("x").unwrap();
            assert_eq!(good.clone().with(bad, "y"), Err(NotAToken), "{bad:?}");
            assert_eq!(good.clone().with("y", bad), Err(NotAToken), "{bad:?}");
            assert_eq!(good.with_flag(bad), Err(NotAToken), "{bad:?}");
        }
    }
}
