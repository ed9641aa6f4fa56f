//! SORT and THREAD (RFC 5256, RFC 5957), and what is told of a session (RFC 5255).

use super::{Read, Reader};

impl Reader<'_> {
    /// `sort`
    pub(super) fn sort(&mut self) -> Read {
        let begins = |name: &String| name.to_ascii_uppercase().starts_with("SORT");
        if !self.judge.capabilities.iter().any(begins) {
            return Err("SORT, which is not advertised");
        }
        self.sp()?;
        if self.peek() != Some(b'(') {
            if self.word()? != "RETURN" {
                return Err("no sort keys");
            }
            self.result_options("SORT")?;
            self.sp()?;
        }
        self.list(
            |reader| {
                let mut word = reader.word()?;
                if word == "REVERSE" {
                    reader.sp()?;
                    word = reader.word()?;
                }
                match word.as_str() {
                    "ARRIVAL" | "CC" | "DATE" | "FROM" | "SIZE" | "SUBJECT" | "TO" => Ok(()),
                    "DISPLAYFROM" | "DISPLAYTO" => {
                        reader.capability("SORT=DISPLAY", "display keys without SORT=DISPLAY")
                    }
                    "RELEVANCY" => reader.capability("SEARCH=FUZZY", "RELEVANCY without SEARCH=FUZZY"),
                    _ => Err("no such sort key"),
                }
            },
            false,
        )?;
        self.criteria()
    }

    /// `thread`
    pub(super) fn thread(&mut self) -> Read {
        self.sp()?;
        let algorithm = String::from_utf8_lossy(self.atom()?).into_owned();
        self.capability(&format!("THREAD={algorithm}"), "an algorithm that is not advertised")?;
        self.criteria()
    }

    /// `SP search-criteria`: a charset that is registered, and keys.
    fn criteria(&mut self) -> Read {
        self.sp()?;
        let charset = String::from_utf8_lossy(&self.astring()?).to_ascii_uppercase();
        if charset != "UTF-8" && charset != "US-ASCII" {
            return Err("a charset that is not registered");
        }
        loop {
            self.sp()?;
            self.key(charset == "UTF-8", 0)?;
            if self.peek() != Some(b' ') {
                return Ok(());
            }
        }
    }

    /// `*(SP astring)`
    pub(super) fn names(&mut self, good: fn(u8) -> bool) -> Read {
        while self.peek() == Some(b' ') {
            self.sp()?;
            let name = self.astring()?;
            if name.is_empty() || !name.iter().copied().all(good) {
                return Err("not a name");
            }
        }
        Ok(())
    }
}
