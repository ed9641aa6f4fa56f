//! Annotations of messages (RFC 5257, section 5).

use super::{Read, Reader};

impl Reader<'_> {
    fn has_annotations(&self) -> Read {
        match self.judge.has("ANNOTATE-EXPERIMENT-1") {
            true => Ok(()),
            false => Err("annotations without ANNOTATE-EXPERIMENT-1"),
        }
    }

    /// `att-annotate`, behind its word.
    pub(super) fn annotations(&mut self) -> Read {
        self.has_annotations()?;
        self.sp()?;
        self.expect(b'(', "no list of annotations")?;
        let mut seen = Vec::new();
        loop {
            let name = self.annotation_entry(false)?;
            if seen.contains(&name) {
                return Err("an entry twice");
            }
            seen.push(name);
            self.sp()?;
            self.list(
                |reader| {
                    let attribute = reader.astring()?;
                    if attribute != b"value.priv" && attribute != b"value.shared" {
                        return Err("an attribute that cannot be stored");
                    }
                    reader.sp()?;
                    match reader.peek() {
                        Some(b'~') => reader.literal(true).map(|_| ()),
                        _ => reader.nstring().map(|_| ()),
                    }
                },
                false,
            )?;
            if self.byte(b')') {
                return Ok(());
            }
            self.sp()?;
        }
    }

    /// `entry`, or `entry-match` where there may be wildcards.
    fn annotation_entry(&mut self, wild: bool) -> Read<Vec<u8>> {
        let fits = |octet: u8| (0x21..0x7f).contains(&octet) && !b"(){\"\\]".contains(&octet);
        let name = if self.peek() == Some(b'"') { self.string()? } else { self.run(fits).to_vec() };
        let wildcard = |octet: &u8| matches!(octet, b'*' | b'%');
        if !name.is_ascii() || name.contains(&0) {
            return Err("an entry beyond ASCII");
        }
        if !wild && name.iter().any(wildcard) {
            return Err("an entry with a wildcard");
        }
        let begins = name.first().is_some_and(|octet| *octet == b'/' || wild && wildcard(octet));
        if !begins || name.ends_with(b"/") || name.windows(2).any(|two| two == b"//") {
            return Err("no name of an entry");
        }
        if name == b"/flags" || name.starts_with(b"/flags/") {
            return Err("an entry that is reserved");
        }
        Ok(name)
    }

    /// `fetch-att`, behind its word.
    pub(super) fn annotations_wanted(&mut self) -> Read {
        self.has_annotations()?;
        self.sp()?;
        self.expect(b'(', "no list of entries and attributes")?;
        if self.peek() == Some(b'(') {
            self.list(|reader| reader.annotation_entry(true).map(|_| ()), false)?;
        } else {
            self.annotation_entry(true)?;
        }
        self.sp()?;
        let attribute = |reader: &mut Self| {
            let attribute = reader.astring()?;
            let name = attribute.split(|octet| *octet == b'.').next().unwrap_or_default().to_vec();
            let suffix = &attribute[name.len()..];
            let known = name == b"value" || name == b"size";
            if known && [&b""[..], b".priv", b".shared"].contains(&suffix) {
                return Ok(());
            }
            Err("no such attribute")
        };
        if self.peek() == Some(b'(') {
            self.list(attribute, false)?;
        } else {
            attribute(self)?;
        }
        self.expect(b')', "no end of the annotations")
    }

    /// `sort-key`, behind its word.
    pub(super) fn annotation_order(&mut self) -> Read {
        self.has_annotations()?;
        if !self.judge.has("SORT") {
            return Err("a sort by annotations without SORT");
        }
        self.sp()?;
        self.annotation_entry(false)?;
        self.sp()?;
        match &*self.astring()? {
            b"value.priv" | b"value.shared" => Ok(()),
            _ => Err("an attribute that cannot be sorted by"),
        }
    }

    /// `search-key`, behind its word.
    pub(super) fn annotation_key(&mut self, charset: bool) -> Read {
        self.has_annotations()?;
        self.sp()?;
        self.annotation_entry(true)?;
        self.sp()?;
        match &*self.astring()? {
            b"value" | b"value.priv" | b"value.shared" => self.words(charset),
            _ => Err("an attribute that cannot be searched"),
        }
    }
}
