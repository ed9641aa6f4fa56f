//! Parts of parts.

use std::borrow::Cow;

use super::{
    params::MediaType,
    part::{Body, Part},
};
use crate::{error::Error, rfc2046};

/// A multipart: the way to say the structure oneself.
///
/// ```
/// use anyrfc_mime::build::{MultiPart, Part};
/// let body = MultiPart::mixed()
///     .part(MultiPart::alternative().part(Part::text("hi")).part(Part::html("<p>hi")))
///     .part(Part::new("image/png", b"\x89PNG").named("a.png").attachment());
/// ```
#[derive(Debug)]
pub struct MultiPart<'a>(Part<'a>);

impl<'a> MultiPart<'a> {
    /// `multipart/subtype`
    pub fn new(subtype: impl AsRef<str>) -> Self {
        let body = Body::Parts { parts: Vec::new(), boundary: None };
        match MediaType::new(Cow::Owned(format!("multipart/{}", subtype.as_ref()))) {
            Ok(media_type) => Self(Part::with(media_type, body)),
            Err(error) => Self(Part::with(MediaType::known("multipart/mixed"), body).or_fault(Err(error))),
        }
    }

    pub(super) fn known(essence: &'static str, parts: Vec<Part<'a>>) -> Self {
        Self(Part::with(MediaType::known(essence), Body::Parts { parts, boundary: None }))
    }

    /// Parts that belong together in this order (RFC 2046, section 5.1.3).
    #[must_use]
    pub fn mixed() -> Self {
        Self::known("multipart/mixed", Vec::new())
    }

    /// The same content in several forms, the preferred last (RFC 2046, section 5.1.4).
    #[must_use]
    pub fn alternative() -> Self {
        Self::known("multipart/alternative", Vec::new())
    }

    /// A root, the first part, and what it refers to (RFC 2387).
    #[must_use]
    pub fn related() -> Self {
        Self::known("multipart/related", Vec::new())
    }

    /// Messages (RFC 2046, section 5.1.5).
    #[must_use]
    pub fn digest() -> Self {
        Self::known("multipart/digest", Vec::new())
    }

    /// A report of this kind, `disposition-notification` say (RFC 6522).
    pub fn report(report_type: impl Into<Cow<'a, str>>) -> Self {
        let part = Self::known("multipart/report", Vec::new());
        part.param("report-type", report_type)
    }

    /// Appends a part.
    #[must_use]
    pub fn part(mut self, part: impl Into<Part<'a>>) -> Self {
        if let Body::Parts { parts, .. } = &mut self.0.body {
            parts.push(part.into());
        }
        self
    }

    /// A parameter of its media type.
    #[must_use]
    pub fn param(self, name: impl Into<Cow<'a, str>>, value: impl Into<Cow<'a, str>>) -> Self {
        Self(self.0.param(name, value))
    }

    /// The boundary to use instead of a generated one. If a part holds it, writing fails.
    #[must_use]
    pub fn boundary(mut self, text: impl Into<Cow<'a, str>>) -> Self {
        let text = text.into();
        let checked = check_boundary(&text);
        if let Body::Parts { boundary, .. } = &mut self.0.body {
            *boundary = Some(text);
        }
        Self(self.0.or_fault(checked))
    }
}

impl<'a> From<MultiPart<'a>> for Part<'a> {
    fn from(multipart: MultiPart<'a>) -> Self {
        let mut part = multipart.0;
        if part.media_type.is("multipart/related") && part.media_type.param("type").is_none() {
            // RFC 2387, section 3.1, wants the root's type.
            if let Body::Parts { parts, .. } = &part.body
                && let Some(root) = parts.first()
            {
                let root = root.media_type.essence.clone();
                let set = part.media_type.set("type".into(), root);
                part = part.or_fault(set);
            }
        }
        part
    }
}

/// `boundary` of RFC 2046, section 5.1.1.
fn check_boundary(text: &str) -> Result<(), Error> {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"'()+_,-./:=? ".contains(&byte);
    if text.is_empty() || text.len() > 70 || text.ends_with(' ') || !text.bytes().all(allowed) {
        return Err(Error::usage("a boundary has 1 to 70 characters of its set and no space at the end")
            .with_requirement(rfc2046::BOUNDARY_UP_TO_70));
    }
    Ok(())
}
