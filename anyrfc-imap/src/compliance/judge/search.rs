//! SEARCH.

use super::{Read, Reader};

/// How deep keys may nest here.
const DEPTH: usize = 64;

impl Reader<'_> {
    /// `search`, with the result options of RFC 4731 and RFC 5182.
    pub(super) fn search(&mut self) -> Read {
        self.sp()?;
        let mut before = self.at;
        let mut charset = false;
        // RETURN and CHARSET are no keys, so a word tells them apart.
        while let Ok(word) = self.word() {
            match word.as_str() {
                "RETURN" if !charset => {
                    self.result_options()?;
                    self.sp()?;
                }
                "CHARSET" if self.judge.utf8 => return Err("a charset once UTF-8 is enabled"),
                "CHARSET" if !charset => {
                    charset = true;
                    self.sp()?;
                    let name = String::from_utf8_lossy(&self.astring()?).to_ascii_uppercase();
                    if name != "UTF-8" && name != "US-ASCII" {
                        return Err("a charset that is not registered");
                    }
                    self.sp()?;
                }
                _ => break,
            }
            before = self.at;
        }
        self.at = before;
        loop {
            self.key(charset, 0)?;
            if self.peek() != Some(b' ') {
                return Ok(());
            }
            self.sp()?;
        }
    }

    fn result_options(&mut self) -> Read {
        if !self.judge.has("ESEARCH") {
            return Err("result options without ESEARCH");
        }
        self.sp()?;
        self.list(
            |reader| match reader.word()?.as_str() {
                "MIN" | "MAX" | "ALL" | "COUNT" => Ok(()),
                "SAVE" if reader.judge.has("SEARCHRES") => Ok(()),
                "SAVE" => Err("SAVE without SEARCHRES"),
                _ => Err("no such result option"),
            },
            true,
        )
        .map(|_| ())
    }

    pub(super) fn key(&mut self, charset: bool, depth: usize) -> Read {
        if depth > DEPTH {
            return Err("keys that nest too deep");
        }
        match self.peek() {
            Some(b'(') => {
                return self.list(|reader| reader.key(charset, depth + 1), false).map(|_| ());
            }
            Some(b'*' | b'$' | b'0'..=b'9') => return self.set(),
            _ => {}
        }
        match self.word()?.as_str() {
            "ALL" | "ANSWERED" | "DELETED" | "DRAFT" | "FLAGGED" | "NEW" | "OLD" | "RECENT" | "SEEN"
            | "UNANSWERED" | "UNDELETED" | "UNDRAFT" | "UNFLAGGED" | "UNSEEN" => Ok(()),
            "BCC" | "BODY" | "CC" | "FROM" | "SUBJECT" | "TEXT" | "TO" => self.words(charset),
            "HEADER" => {
                self.words(false)?;
                self.words(charset)
            }
            "BEFORE" | "ON" | "SINCE" | "SENTBEFORE" | "SENTON" | "SENTSINCE" => {
                self.sp()?;
                self.date()
            }
            "SAVEDBEFORE" | "SAVEDON" | "SAVEDSINCE" if self.judge.has("SAVEDATE") => {
                self.sp()?;
                self.date()
            }
            "SAVEDATESUPPORTED" if self.judge.has("SAVEDATE") => Ok(()),
            "EMAILID" | "THREADID" if self.judge.has("OBJECTID") => {
                self.sp()?;
                let id = self.atom()?;
                let fits = |octet: &u8| octet.is_ascii_alphanumeric() || b"_-".contains(octet);
                if id.len() <= 255 && id.iter().all(fits) { Ok(()) } else { Err("no object identifier") }
            }
            "KEYWORD" | "UNKEYWORD" => {
                self.sp()?;
                self.atom().map(|_| ())
            }
            "LARGER" | "SMALLER" => {
                self.sp()?;
                self.number(32).map(|_| ())
            }
            "OLDER" | "YOUNGER" if self.judge.has("WITHIN") => {
                self.sp()?;
                self.nz_number().map(|_| ())
            }
            "OLDER" | "YOUNGER" => Err("OLDER or YOUNGER without WITHIN"),
            "NOT" => {
                self.sp()?;
                self.key(charset, depth + 1)
            }
            "OR" => {
                self.sp()?;
                self.key(charset, depth + 1)?;
                self.sp()?;
                self.key(charset, depth + 1)
            }
            "MODSEQ" => self.search_modseq(),
            "UID" => {
                self.sp()?;
                self.set()
            }
            _ => Err("no such search key"),
        }
    }

    /// A string to search for: ASCII unless its charset is told.
    fn words(&mut self, charset: bool) -> Read {
        self.sp()?;
        let text = self.astring()?;
        match std::str::from_utf8(&text) {
            Ok(text) if text.is_ascii() || charset || self.judge.utf8 => Ok(()),
            Ok(_) => Err("characters beyond ASCII without a charset"),
            Err(_) => Err("a search string that is not UTF-8"),
        }
    }
}
