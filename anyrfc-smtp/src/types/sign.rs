//! Signing messages as they are sent.

use std::error::Error as StdError;

/// Signs messages: it is given each as it will be sent, and tells what header fields go in front.
///
/// It is called by [`Content::signed`](crate::types::content::Content::signed): after the message
/// has been written for what the server takes (transfer encodings, UTF-8 or not in the header) and
/// each of its lines ends with CRLF, before any of it is sent, once for each time that it is sent.
/// Nothing is altered behind it but that the fields are put in front: no line end, and no dot, since
/// a doubled one is taken back by the server. So what a receiver verifies is what was signed.
///
/// ```
/// use anyrfc_smtp::types::{content::Content, sign::Sign};
///
/// /// Tells how long a message is.
/// struct Length;
///
/// impl Sign for Length {
///     fn sign(&self, message: &[u8]) -> Result<String, Box<dyn std::error::Error + Send + Sync>> {
///         Ok(format!("X-Length: {}\r\n", message.len()))
///     }
/// }
///
/// let signed = Content::from("Subject: hi\n\nhello\n").signed(&Length)?;
/// assert_eq!(signed.facts()?.size, Some(22 + 14));
/// # Ok::<(), anyrfc_smtp::Error>(())
/// ```
pub trait Sign: Send + Sync {
    /// The header fields that go in front of `message`: whole lines, each field with its name,
    /// folded where it is long (RFC 5322, section 2.2.3). No field at all is an empty string.
    ///
    /// Whatever is no such field is refused, so that nothing that went into it can end the header
    /// or become a field of its own.
    ///
    /// # Errors
    /// It cannot be signed; it is not sent then.
    fn sign(&self, message: &[u8]) -> Result<String, Box<dyn StdError + Send + Sync>>;
}

impl<S: Sign + ?Sized> Sign for &S {
    fn sign(&self, message: &[u8]) -> Result<String, Box<dyn StdError + Send + Sync>> {
        (**self).sign(message)
    }
}

impl<S: Sign + ?Sized> Sign for Box<S> {
    fn sign(&self, message: &[u8]) -> Result<String, Box<dyn StdError + Send + Sync>> {
        (**self).sign(message)
    }
}

impl<S: Sign + ?Sized> Sign for std::sync::Arc<S> {
    fn sign(&self, message: &[u8]) -> Result<String, Box<dyn StdError + Send + Sync>> {
        (**self).sign(message)
    }
}
