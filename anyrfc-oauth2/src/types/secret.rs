//! Tokens, codes and secrets: of visible characters, never printed.

use std::{fmt, sync::Arc};

use anyrfc_core::Secret;
use subtle::ConstantTimeEq;

use crate::{Error, rfc6749};

/// Whether a text is `1*VSCHAR` (RFC 6749, appendix A): visible ASCII characters and spaces.
pub(crate) fn is_vschar(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| matches!(byte, 0x20..=0x7e))
}

macro_rules! secret_texts {
    ($($(#[$meta:meta])* $name:ident: $what:literal;)+) => {$(
        $(#[$meta])*
        ///
        /// Cheap to clone; every clone shares one text, which is wiped when the last is dropped.
        #[derive(Clone)]
        pub struct $name(Arc<Secret<String>>);

        impl $name {
            /// Takes the text in.
            ///
            /// # Errors
            /// Of kind `Usage` when it is empty or holds anything but visible ASCII characters and
            /// spaces (RFC 6749, appendix A): nothing of it may end a header field.
            pub fn new(text: impl Into<Secret<String>>) -> Result<Self, Error> {
                let text = text.into();
                if is_vschar(text.expose()) {
                    return Ok(Self(Arc::new(text)));
                }
                Err(Error::unfit(
                    rfc6749::SECRETS_ARE_VISIBLE,
                    concat!($what, " is empty or holds characters that cannot stand in it"),
                ))
            }

            /// The text itself. Every call is a place to look at in a review.
            #[must_use]
            pub fn expose(&self) -> &str {
                self.0.expose()
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(..)"))
            }
        }

        /// In a time that tells nothing of where two differ.
        impl PartialEq for $name {
            fn eq(&self, other: &Self) -> bool {
                self.expose().as_bytes().ct_eq(other.expose().as_bytes()).into()
            }
        }

        impl Eq for $name {}

        impl TryFrom<&str> for $name {
            type Error = Error;

            fn try_from(text: &str) -> Result<Self, Error> {
                Self::new(text)
            }
        }

        impl TryFrom<String> for $name {
            type Error = Error;

            fn try_from(text: String) -> Result<Self, Error> {
                Self::new(text)
            }
        }
    )+};
}

secret_texts! {
    /// An access token (RFC 6749, section 1.4).
    AccessToken: "an access token";
    /// A refresh token (RFC 6749, section 1.5).
    RefreshToken: "a refresh token";
    /// An authorization code (RFC 6749, section 1.3.1).
    AuthorizationCode: "an authorization code";
    /// A device code (RFC 8628, section 3.2).
    DeviceCode: "a device code";
    /// A client's password (RFC 6749, section 2.3.1).
    ClientSecret: "a client secret";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_end_a_header_is_refused() {
        for text in ["", "a\r\nb", "a\0", "tok\u{e9}n", "a\tb", "\x7f"] {
            assert!(AccessToken::new(text).is_err(), "{text:?}");
        }
        assert_eq!(AccessToken::new(" ~!x").unwrap().expose(), " ~!x");
    }

    #[test]
    fn debug_hides_the_text() {
        assert_eq!(format!("{:?}", ClientSecret::new("hunter2").unwrap()), "ClientSecret(..)");
    }

    #[test]
    fn equality_is_of_the_text() {
        assert_eq!(RefreshToken::new("a").unwrap(), RefreshToken::new("a").unwrap());
        assert_ne!(RefreshToken::new("a").unwrap(), RefreshToken::new("ab").unwrap());
    }
}
