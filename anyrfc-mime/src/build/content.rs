//! The octets of parts.

use std::borrow::Cow;

use bytes::Bytes;

/// Octets that are here already.
#[derive(Clone, Debug)]
pub(super) enum Octets<'a> {
    Plain(Cow<'a, [u8]>),
    Shared(Bytes),
}

impl Octets<'_> {
    pub(super) fn as_slice(&self) -> &[u8] {
        match self {
            Self::Plain(octets) => octets,
            Self::Shared(octets) => octets,
        }
    }
}

/// What [`Part::new`](super::Part::new) takes: octets or text, borrowed, owned or shared.
pub trait IntoContent<'a> {
    /// Gives them up.
    #[doc(hidden)]
    fn into_content(self) -> Content<'a>;
}

/// The content of a part; see [`IntoContent`].
#[doc(hidden)]
pub struct Content<'a> {
    pub(super) octets: Octets<'a>,
    /// It came as a string, so it is UTF-8.
    pub(super) string: bool,
}

macro_rules! content {
    ($($type:ty, $value:ident => $octets:expr, $string:literal;)*) => {$(
        impl<'a> IntoContent<'a> for $type {
            fn into_content(self) -> Content<'a> {
                let $value = self;
                Content { octets: $octets, string: $string }
            }
        }
    )*};
}

content! {
    &'a [u8], octets => Octets::Plain(Cow::Borrowed(octets)), false;
    &'a Vec<u8>, octets => Octets::Plain(Cow::Borrowed(octets)), false;
    Vec<u8>, octets => Octets::Plain(Cow::Owned(octets)), false;
    Cow<'a, [u8]>, octets => Octets::Plain(octets), false;
    Bytes, octets => Octets::Shared(octets), false;
    &'a str, text => Octets::Plain(Cow::Borrowed(text.as_bytes())), true;
    &'a String, text => Octets::Plain(Cow::Borrowed(text.as_bytes())), true;
    String, text => Octets::Plain(Cow::Owned(text.into_bytes())), true;
}

impl<'a, const N: usize> IntoContent<'a> for &'a [u8; N] {
    fn into_content(self) -> Content<'a> {
        Content { octets: Octets::Plain(Cow::Borrowed(self)), string: false }
    }
}

impl<'a> IntoContent<'a> for Cow<'a, str> {
    fn into_content(self) -> Content<'a> {
        let octets = match self {
            Cow::Borrowed(text) => Cow::Borrowed(text.as_bytes()),
            Cow::Owned(text) => Cow::Owned(text.into_bytes()),
        };
        Content { octets: Octets::Plain(octets), string: true }
    }
}
