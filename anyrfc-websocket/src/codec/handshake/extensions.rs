//! `Sec-WebSocket-Extensions` (RFC 6455, section 9.1).

use std::fmt;

use anyrfc_core::{Requirement, http1::is_token};

use crate::{Extension, NotAToken, rfc6455};

/// What is wrong with a `Sec-WebSocket-Extensions`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ExtensionsError {
    /// It does not follow its grammar, or lists nothing.
    Malformed,
    /// A quoted value is no token without its quotes.
    ParameterValue,
    /// The extension is none that is registered and known here.
    Unregistered,
    /// The extension has no such parameter.
    UnknownParameter,
    /// A parameter is not as its extension defines it, or does not answer what was offered.
    Parameter,
}

impl ExtensionsError {
    /// The statement that is broken.
    #[must_use]
    pub const fn requirement(self) -> &'static Requirement {
        match self {
            Self::Malformed => rfc6455::MALFORMED_EXTENSIONS_FAIL,
            Self::ParameterValue => rfc6455::EXTENSION_PARAMETER_VALUE_IS_A_TOKEN,
            Self::Unregistered => rfc6455::EXTENSION_TOKEN_IS_REGISTERED,
            Self::UnknownParameter => rfc6455::EXTENSION_PARAMETERS_ARE_DEFINED,
            Self::Parameter => rfc6455::EXTENSION_PARAMETERS_FOLLOW_THEIR_SPECIFICATION,
        }
    }
}

impl fmt::Display for ExtensionsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Malformed => "the list of extensions is malformed",
            Self::ParameterValue => "the quoted value of an extension parameter is not a token",
            Self::Unregistered => "the extension is not a registered one that is known here",
            Self::UnknownParameter => "the extension has no such parameter",
            Self::Parameter => "a parameter of the extension is not as the extension defines it",
        })
    }
}

impl std::error::Error for ExtensionsError {}

impl From<NotAToken> for ExtensionsError {
    fn from(_: NotAToken) -> Self {
        Self::Malformed
    }
}

/// `extension-list` over all lines of the field (`1#extension` of RFC 2616: empty
/// elements are allowed but do not count; white space may stand between any two tokens).
///
/// # Errors
/// An [`ExtensionsError`].
pub fn extension_list<'a>(
    lines: impl IntoIterator<Item = &'a [u8]>,
) -> Result<Vec<Extension>, ExtensionsError> {
    let mut list = Vec::new();
    for line in lines {
        let mut rest = Rest(line);
        loop {
            while rest.take(b',') {}
            if rest.is_empty() {
                break;
            }
            list.push(extension(&mut rest)?);
            if !rest.is_empty() && !rest.take(b',') {
                return Err(ExtensionsError::Malformed);
            }
        }
    }
    if list.is_empty() { Err(ExtensionsError::Malformed) } else { Ok(list) }
}

/// `extension`
fn extension(rest: &mut Rest<'_>) -> Result<Extension, ExtensionsError> {
    let mut extension = Extension::new(rest.token()?)?;
    while rest.take(b';') {
        let name = rest.token()?;
        extension = if !rest.take(b'=') {
            extension.with_flag(name)?
        } else if rest.take_quote() {
            extension.with(name, &quoted_token(rest)?)?
        } else {
            extension.with(name, rest.token()?)?
        };
    }
    Ok(extension)
}

/// The rest of a `quoted-string`, which must be a token once it is unescaped.
fn quoted_token(rest: &mut Rest<'_>) -> Result<String, ExtensionsError> {
    let mut value = Vec::new();
    loop {
        match rest.byte()? {
            b'"' => break,
            b'\\' => value.push(rest.byte()?),
            byte => value.push(byte),
        }
    }
    if !is_token(&value) {
        return Err(ExtensionsError::ParameterValue);
    }
    String::from_utf8(value).map_err(|_| ExtensionsError::ParameterValue)
}

/// What is left of a line.
struct Rest<'a>(&'a [u8]);

impl<'a> Rest<'a> {
    fn skip_space(&mut self) {
        while let [b' ' | b'\t', rest @ ..] = self.0 {
            self.0 = rest;
        }
    }

    fn is_empty(&mut self) -> bool {
        self.skip_space();
        self.0.is_empty()
    }

    /// Takes this separator, if it is next.
    fn take(&mut self, separator: u8) -> bool {
        self.skip_space();
        match self.0 {
            [first, rest @ ..] if *first == separator => {
                self.0 = rest;
                true
            }
            _ => false,
        }
    }

    fn take_quote(&mut self) -> bool {
        self.take(b'"')
    }

    /// The very next byte, of which there must be one.
    fn byte(&mut self) -> Result<u8, ExtensionsError> {
        let (&byte, rest) = self.0.split_first().ok_or(ExtensionsError::Malformed)?;
        self.0 = rest;
        Ok(byte)
    }

    /// `token`
    fn token(&mut self) -> Result<&'a str, ExtensionsError> {
        self.skip_space();
        let length = self.0.iter().take_while(|byte| is_token(std::slice::from_ref(byte))).count();
        let (token, rest) = self.0.split_at_checked(length).ok_or(ExtensionsError::Malformed)?;
        self.0 = rest;
        if token.is_empty() {
            return Err(ExtensionsError::Malformed);
        }
        std::str::from_utf8(token).map_err(|_| ExtensionsError::Malformed)
    }
}
