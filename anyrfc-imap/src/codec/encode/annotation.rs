//! Annotations of messages (RFC 5257, section 5).

use bytes::Bytes;

use super::Encoder;
use crate::{
    Error,
    types::{Annotation, AnnotationsWanted},
};

impl Encoder<'_> {
    /// The rule `att-annotate`: what annotations are to be.
    pub(crate) fn annotations(&mut self, annotations: &[Annotation]) -> Result<&mut Self, Error> {
        if annotations.is_empty() {
            return Err(Error::usage("no annotation is named"));
        }
        // Each entry once, in the order of their first.
        let mut entries: Vec<(&str, Vec<&Annotation>)> = Vec::new();
        for annotation in annotations {
            let name = annotation.entry.as_str();
            match entries.iter_mut().find(|(known, _)| *known == name) {
                Some((_, all)) => all.push(annotation),
                None => entries.push((name, vec![annotation])),
            }
        }
        self.word("ANNOTATION (").spaced(&entries, |encoder, (name, all)| {
            encoder.astring(name.as_bytes())?.space().list(all, |encoder, annotation| {
                encoder.word("value").word(annotation.scope.suffix()).space();
                match &annotation.value {
                    None => encoder.word("NIL"),
                    Some(value) => encoder.annotation_value(value)?,
                };
                Ok(())
            })?;
            Ok(())
        })?;
        Ok(self.word(")"))
    }

    /// The rule `value` without NIL: a string, or a literal8 where there is a NUL.
    fn annotation_value(&mut self, value: &Bytes) -> Result<&mut Self, Error> {
        if memchr::memchr(0, value).is_none() {
            return self.string(value);
        }
        self.own_literal8(value.clone())
    }

    /// The rule `fetch-att` of ANNOTATION.
    pub(crate) fn annotations_wanted(&mut self, wanted: &AnnotationsWanted) -> Result<&mut Self, Error> {
        self.word("ANNOTATION (");
        match &wanted.entries[..] {
            [entry] => self.entry_pattern(entry.as_str())?,
            entries => self.list(entries, |encoder, entry| {
                encoder.entry_pattern(entry.as_str())?;
                Ok(())
            })?,
        };
        self.space();
        let suffix = wanted.scope.map_or("", |scope| scope.suffix());
        match &wanted.attributes[..] {
            [attribute] => self.word(attribute.word()).word(suffix),
            attributes => self.list(attributes, |encoder, attribute| {
                encoder.word(attribute.word()).word(suffix);
                Ok(())
            })?,
        };
        Ok(self.word(")"))
    }

    /// The rule `entry-match`.
    pub(crate) fn entry_pattern(&mut self, pattern: &str) -> Result<&mut Self, Error> {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/.-_*%".contains(&byte);
        if pattern.bytes().all(plain) {
            return Ok(self.put(pattern.as_bytes()));
        }
        self.string(pattern.as_bytes())
    }
}
