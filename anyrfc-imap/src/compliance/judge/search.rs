//! SEARCH.

use super::{Read, Reader};

/// How deep keys may nest here.
const DEPTH: usize = 64;

impl Reader<'_> {
    /// `search`, with result options; `verb` is SEARCH or ESEARCH.
    pub(super) fn search(&mut self, verb: &str) -> Read {
        self.sp()?;
        let mut before = self.at;
        let mut charset = false;
        // RETURN and CHARSET are no keys, so a word tells them apart.
        while let Ok(word) = self.word() {
            match word.as_str() {
                "RETURN" if !charset => {
                    self.result_options(verb)?;
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

    /// `search-return-opts` of RFC 4466 for SEARCH, SORT or ESEARCH, with the options of RFC 4731,
    /// RFC 5182, RFC 5267, RFC 6203 and RFC 9394: each at most once.
    pub(super) fn result_options(&mut self, verb: &str) -> Read {
        let (context, plain) = match verb {
            "SORT" => ("CONTEXT=SORT", &["ESORT", "CONTEXT=SORT"][..]),
            "ESEARCH" => ("CONTEXT=SEARCH", &["MULTISEARCH"][..]),
            _ => ("CONTEXT=SEARCH", &["ESEARCH"][..]),
        };
        let judge = self.judge;
        let has = |names: &[&str], why| {
            if names.iter().any(|name| judge.has(name)) { Ok(()) } else { Err(why) }
        };
        self.sp()?;
        let seen = std::cell::RefCell::new(Vec::new());
        self.list(
            |reader| {
                let word = reader.word()?;
                if seen.borrow().contains(&word) {
                    return Err("a result option twice");
                }
                match word.as_str() {
                    "MIN" | "MAX" | "ALL" | "COUNT" => has(plain, "result options without ESEARCH or ESORT")?,
                    "SAVE" => has(&["SEARCHRES"], "SAVE without SEARCHRES")?,
                    "RELEVANCY" => {
                        has(plain, "result options without ESEARCH or ESORT")?;
                        has(&["SEARCH=FUZZY"], "RELEVANCY without SEARCH=FUZZY")?;
                    }
                    "CONTEXT" | "UPDATE" => has(&[context], "a context, which is not advertised")?,
                    "PARTIAL" => {
                        reader.sp()?;
                        match reader.partial_range()? {
                            true => has(&["PARTIAL"], "a range from the end without PARTIAL")?,
                            false => has(&["PARTIAL", context], "PARTIAL, which is not advertised")?,
                        }
                    }
                    _ => return Err("no such result option"),
                }
                seen.borrow_mut().push(word);
                Ok(())
            },
            true,
        )?;
        let seen = seen.into_inner();
        if seen.is_empty() {
            has(plain, "result options without ESEARCH or ESORT")?;
        }
        let both = ["ALL", "PARTIAL"].iter().all(|word| seen.iter().any(|one| one == word));
        if both { Err("both ALL and PARTIAL") } else { Ok(()) }
    }

    /// `partial-range` of RFC 9394: whether it is counted from the end.
    pub(super) fn partial_range(&mut self) -> Read<bool> {
        let from_end = self.byte(b'-');
        self.nz_number()?;
        self.expect(b':', "no range")?;
        if self.byte(b'-') != from_end {
            return Err("a range from both ends");
        }
        self.nz_number()?;
        Ok(from_end)
    }

    /// `esearch` of RFC 7377, behind its name.
    pub(super) fn multi_search(&mut self) -> Read {
        if !self.judge.has("MULTISEARCH") {
            return Err("ESEARCH, which is not advertised");
        }
        let before = self.at;
        self.sp()?;
        if self.word() != Ok("IN".to_owned()) {
            self.at = before;
            return self.search("ESEARCH");
        }
        self.sp()?;
        self.list(
            |reader| match reader.word()?.as_str() {
                "SELECTED" | "INBOXES" | "PERSONAL" | "SUBSCRIBED" => Ok(()),
                "SUBTREE" | "SUBTREE-ONE" | "MAILBOXES" => {
                    reader.sp()?;
                    if reader.peek() == Some(b'(') {
                        return reader.list(|reader| reader.mailbox().map(|_| ()), false).map(|_| ());
                    }
                    reader.mailbox().map(|_| ())
                }
                _ => Err("no such source"),
            },
            false,
        )?;
        self.search("ESEARCH")
    }

    /// `cancelupdate` of RFC 5267, behind its name: quoted tags.
    pub(super) fn cancel_update(&mut self) -> Read {
        if !self.judge.has("CONTEXT=SEARCH") && !self.judge.has("CONTEXT=SORT") {
            return Err("CANCELUPDATE, which is not advertised");
        }
        loop {
            self.sp()?;
            if self.peek() != Some(b'"') {
                return Err("a tag that is not quoted");
            }
            self.string()?;
            if self.peek() != Some(b' ') {
                return Ok(());
            }
        }
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
            "ANNOTATION" => self.annotation_key(charset),
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
            "FUZZY" if self.judge.has("SEARCH=FUZZY") => {
                self.sp()?;
                self.key(charset, depth + 1)
            }
            "FILTER" if self.judge.has("FILTERS") => {
                self.sp()?;
                if self.atom()?.contains(&b'/') { Err("a filter with a slash") } else { Ok(()) }
            }
            "UIDAFTER" | "UIDBEFORE" if self.judge.has_any("MESSAGELIMIT=") => {
                self.sp()?;
                self.nz_number().map(|_| ())
            }
            _ => Err("no such search key"),
        }
    }

    /// A string to search for: ASCII unless its charset is told.
    pub(super) fn words(&mut self, charset: bool) -> Read {
        self.sp()?;
        let text = self.astring()?;
        match std::str::from_utf8(&text) {
            Ok(text) if text.is_ascii() || charset || self.judge.utf8 => Ok(()),
            Ok(_) => Err("characters beyond ASCII without a charset"),
            Err(_) => Err("a search string that is not UTF-8"),
        }
    }
}
