//! What stands in parentheses behind arguments (RFC 4466, section 3), as far as RFC 7162 has
//! defined it.

use super::{Read, Reader};

impl Reader<'_> {
    pub(super) fn has_mod_sequences(&self) -> Read {
        match self.judge.has("CONDSTORE") || self.judge.has("QRESYNC") {
            true => Ok(()),
            false => Err("modification sequences without CONDSTORE"),
        }
    }

    /// `mod-sequence-value`
    fn mod_sequence(&mut self) -> Read {
        match self.number(63)? {
            0 => Err("a modification sequence of zero"),
            _ => Ok(()),
        }
    }

    /// `select [SP "(" select-param *(SP select-param) ")"]`
    pub(super) fn select(&mut self) -> Read {
        self.sp()?;
        self.mailbox()?;
        if self.peek() != Some(b' ') {
            return Ok(());
        }
        self.sp()?;
        self.list(
            |reader| match reader.word()?.as_str() {
                "CONDSTORE" => reader.has_mod_sequences(),
                "QRESYNC" if reader.judge.has("QRESYNC") => reader.qresync(),
                "ANNOTATE" if reader.judge.has("ANNOTATE-EXPERIMENT-1") => Ok(()),
                _ => Err("no such parameter of SELECT"),
            },
            false,
        )
        .map(|_| ())
    }

    fn qresync(&mut self) -> Read {
        self.sp()?;
        self.expect(b'(', "no list behind QRESYNC")?;
        self.nz_number()?;
        self.sp()?;
        self.mod_sequence()?;
        if self.peek() == Some(b' ') && self.input.get(self.at + 1) != Some(&b'(') {
            self.sp()?;
            self.ascending()?;
        }
        if self.peek() == Some(b' ') {
            self.sp()?;
            self.expect(b'(', "no sample")?;
            let numbers = self.ascending()?;
            self.sp()?;
            if self.ascending()? != numbers {
                return Err("a sample of more numbers than UIDs, or fewer");
            }
            self.expect(b')', "no end of a sample")?;
        }
        self.expect(b')', "no end of QRESYNC")
    }

    /// A set without a star, in ascending order: how many it names.
    fn ascending(&mut self) -> Read<u64> {
        let (mut last, mut count) = (0, 0);
        loop {
            let from = self.nz_number()?;
            let to = if self.byte(b':') { self.nz_number()? } else { from };
            if from <= last || to < from {
                return Err("a set that does not ascend");
            }
            count += to - from + 1;
            last = to;
            if !self.byte(b',') {
                return Ok(count);
            }
        }
    }

    /// `[SP "(" fetch-modifier *(SP fetch-modifier) ")"]`
    pub(super) fn fetch_modifiers(&mut self, uid: bool) -> Read {
        if self.peek() != Some(b' ') {
            return Ok(());
        }
        self.sp()?;
        let begin = self.at;
        self.list(
            |reader| match reader.word()?.as_str() {
                "CHANGEDSINCE" => {
                    reader.has_mod_sequences()?;
                    reader.sp()?;
                    reader.mod_sequence()
                }
                "VANISHED" if !uid => Err("VANISHED without UID"),
                "VANISHED" if reader.judge.has("QRESYNC") => Ok(()),
                // RFC 9394, section 3.4.
                "PARTIAL" if uid && reader.judge.has("PARTIAL") => {
                    reader.sp()?;
                    reader.partial_range().map(|_| ())
                }
                _ => Err("no such modifier of FETCH"),
            },
            false,
        )?;
        let text = String::from_utf8_lossy(&self.input[begin..self.at]).into_owned();
        match text.contains("VANISHED") && !text.contains("CHANGEDSINCE") {
            true => Err("VANISHED without CHANGEDSINCE"),
            false => Ok(()),
        }
    }

    /// `["(" store-modifier ")" SP]`
    pub(super) fn store_modifiers(&mut self) -> Read {
        if !self.byte(b'(') {
            return Ok(());
        }
        if self.word()? != "UNCHANGEDSINCE" {
            return Err("no such modifier of STORE");
        }
        self.has_mod_sequences()?;
        self.sp()?;
        self.number(63)?;
        self.expect(b')', "no end of the modifiers")?;
        self.sp()
    }

    /// `MODSEQ [SP entry-name SP entry-type-req] SP mod-sequence-valzer`
    pub(super) fn search_modseq(&mut self) -> Read {
        self.has_mod_sequences()?;
        self.sp()?;
        if self.peek() == Some(b'"') {
            let entry = self.string()?;
            let flag = entry.strip_prefix(b"/flags/").ok_or("no entry of a flag")?;
            if flag.is_empty() {
                return Err("the entry of no flag");
            }
            self.sp()?;
            if !["PRIV", "SHARED", "ALL"].contains(&self.word()?.as_str()) {
                return Err("no such type of an entry");
            }
            self.sp()?;
        }
        self.number(63).map(|_| ())
    }
}
