//! The commands.

use super::{Heard, Read, Reader, tokens::is_atom_char};

impl Reader<'_> {
    /// `command`, with the lines that continue it; DONE counts as part of IDLE.
    pub(super) fn command(&mut self) -> Read<Heard> {
        let tag = self.run(|octet| (is_atom_char(octet) || octet == b']') && octet != b'+');
        if tag.is_empty() {
            return Err("no tag");
        }
        self.sp()?;
        let begin = self.at;
        let mut name = self.word()?;
        if name == "UID" {
            self.sp()?;
            let word = self.word()?;
            if !["COPY", "FETCH", "SEARCH", "SORT", "THREAD", "STORE", "EXPUNGE", "MOVE", "REPLACE"]
                .contains(&word.as_str())
            {
                return Err("no such command with UID");
            }
            name = format!("UID {word}");
        }
        self.arguments(&name)?;
        let end = self.at;
        self.crlf()?;
        Ok(Heard {
            tag: String::from_utf8_lossy(tag).into_owned(),
            name,
            text: self.input[begin..end].to_vec(),
        })
    }

    pub(super) fn capability(&self, name: &str, why: &'static str) -> Read {
        if self.judge.has(name) { Ok(()) } else { Err(why) }
    }

    fn arguments(&mut self, name: &str) -> Read {
        match name {
            "CAPABILITY" | "NOOP" | "LOGOUT" | "CHECK" | "CLOSE" | "EXPUNGE" => Ok(()),
            "STARTTLS" => self.capability("STARTTLS", "STARTTLS, which is not advertised"),
            "UNSELECT" => self.capability("UNSELECT", "UNSELECT, which is not advertised"),
            "NAMESPACE" => self.capability("NAMESPACE", "NAMESPACE, which is not advertised"),
            "IDLE" => {
                self.capability("IDLE", "IDLE, which is not advertised")?;
                self.crlf()?;
                if self.word()? == "DONE" { Ok(()) } else { Err("a command before DONE") }
            }
            "LOGIN" => {
                if self.judge.has("LOGINDISABLED") {
                    return Err("LOGIN under LOGINDISABLED");
                }
                for _ in 0..2 {
                    self.sp()?;
                    if !self.astring()?.is_ascii() {
                        return Err("credentials beyond ASCII in LOGIN");
                    }
                }
                Ok(())
            }
            "AUTHENTICATE" => self.authenticate(),
            "SELECT" | "EXAMINE" => self.select(),
            "DELETE" | "SUBSCRIBE" | "UNSUBSCRIBE" => {
                self.sp()?;
                self.mailbox().map(|_| ())
            }
            "CREATE" => self.create(),
            "RENAME" => {
                self.sp()?;
                self.mailbox()?;
                self.sp()?;
                self.mailbox().map(|_| ())
            }
            "LIST" => self.list_command(),
            "LSUB" => {
                self.sp()?;
                self.mailbox()?;
                self.sp()?;
                self.pattern()
            }
            "STATUS" => {
                self.sp()?;
                self.mailbox()?;
                self.sp()?;
                self.list(Self::status_item, false).map(|_| ())
            }
            "APPEND" => self.append(),
            "REPLACE" | "UID REPLACE" => self.replace(),
            "GENURLAUTH" => self.gen_url_auth(),
            "RESETKEY" => self.reset_key(),
            "URLFETCH" => self.url_fetch(),
            "ENABLE" => self.enable(),
            "ID" => self.id(),
            "SEARCH" | "UID SEARCH" => self.search("SEARCH"),
            "ESEARCH" => self.multi_search(),
            "CANCELUPDATE" => self.cancel_update(),
            "SORT" | "UID SORT" => self.sort(),
            "THREAD" | "UID THREAD" => self.thread(),
            "LANGUAGE" => {
                self.capability("LANGUAGE", "LANGUAGE, which is not advertised")?;
                self.names(|octet| octet.is_ascii_alphanumeric() || matches!(octet, b'-' | b'*'))
            }
            "COMPARATOR" => {
                self.capability("I18NLEVEL=2", "COMPARATOR without I18NLEVEL=2")?;
                self.names(|octet| octet.is_ascii_graphic())
            }
            "UNAUTHENTICATE" => self.capability("UNAUTHENTICATE", "UNAUTHENTICATE, which is not advertised"),
            "GETJMAPACCESS" => self.capability("JMAPACCESS", "GETJMAPACCESS without JMAPACCESS"),
            "FETCH" | "UID FETCH" => {
                self.sp()?;
                self.set()?;
                self.sp()?;
                self.fetch_items()?;
                self.fetch_modifiers(name == "UID FETCH")
            }
            "STORE" | "UID STORE" => self.store(),
            "UID EXPUNGE" => {
                self.capability("UIDPLUS", "UID EXPUNGE without UIDPLUS")?;
                self.sp()?;
                self.set()
            }
            "COPY" | "UID COPY" => self.copy(),
            "MOVE" | "UID MOVE" => {
                self.capability("MOVE", "MOVE, which is not advertised")?;
                self.copy()
            }
            _ => self.admin(name),
        }
    }

    /// RFC 3501, section 6.2.2; the initial response of RFC 4959.
    fn authenticate(&mut self) -> Read {
        self.sp()?;
        self.atom()?;
        if self.peek() == Some(b' ') {
            self.capability("SASL-IR", "an initial response without SASL-IR")?;
            self.sp()?;
            if !self.byte(b'=') {
                let before = self.at;
                self.base64()?;
                if self.at == before {
                    return Err("an empty initial response that is no equals sign");
                }
            }
        }
        // Continuations: lines without a space, since each command has one.
        loop {
            let line = &self.input[(self.at + 2).min(self.input.len())..];
            let Some(end) = line.windows(2).position(|two| two == b"\r\n") else { return Ok(()) };
            if line[..end].contains(&b' ') {
                return Ok(());
            }
            self.crlf()?;
            if !self.byte(b'*') {
                self.base64()?;
            }
        }
    }

    /// RFC 6154, section 3, adds USE.
    fn create(&mut self) -> Read {
        self.sp()?;
        self.mailbox()?;
        if self.peek() != Some(b' ') {
            return Ok(());
        }
        self.capability("CREATE-SPECIAL-USE", "parameters of CREATE without CREATE-SPECIAL-USE")?;
        self.sp()?;
        self.expect(b'(', "no list of parameters")?;
        if self.word()? != "USE" {
            return Err("no such parameter of CREATE");
        }
        self.sp()?;
        self.list(
            |reader| {
                reader.expect(b'\\', "a special use without backslash")?;
                reader.atom().map(|_| ())
            },
            true,
        )?;
        self.expect(b')', "no end of the parameters")
    }

    /// RFC 3501, section 6.3.8, and RFC 5258, section 6.
    fn list_command(&mut self) -> Read {
        self.sp()?;
        let extended = "an extended LIST without LIST-EXTENDED";
        if self.peek() == Some(b'(') {
            self.capability("LIST-EXTENDED", extended)?;
            self.selection_options()?;
            self.sp()?;
        }
        self.mailbox()?;
        self.sp()?;
        if self.peek() == Some(b'(') {
            self.capability("LIST-EXTENDED", extended)?;
            self.list(Self::pattern, false)?;
        } else {
            self.pattern()?;
        }
        if self.peek() != Some(b' ') {
            return Ok(());
        }
        self.capability("LIST-EXTENDED", extended)?;
        self.sp()?;
        if self.word()? != "RETURN" {
            return Err("no RETURN");
        }
        self.sp()?;
        self.list(Self::return_option, true).map(|_| ())?;
        self.unrepeated(begin_of_list(&self.input[..self.at]))
    }

    fn selection_options(&mut self) -> Read {
        let begin = self.at;
        self.list(
            |reader| match reader.word()?.as_str() {
                "SUBSCRIBED" | "REMOTE" | "RECURSIVEMATCH" => Ok(()),
                "SPECIAL-USE" => reader.capability("SPECIAL-USE", "SPECIAL-USE, which is not advertised"),
                _ => Err("no such selection option"),
            },
            true,
        )?;
        let text = String::from_utf8_lossy(&self.input[begin..self.at]).to_ascii_uppercase();
        if text.contains("RECURSIVEMATCH") && !text.contains("SUBSCRIBED") && !text.contains("SPECIAL-USE") {
            return Err("RECURSIVEMATCH alone");
        }
        self.unrepeated(begin)
    }

    /// The options between `begin` and here are all different.
    fn unrepeated(&self, begin: usize) -> Read {
        let text = String::from_utf8_lossy(&self.input[begin..self.at]).to_ascii_uppercase();
        let mut words: Vec<&str> = text.trim_matches(['(', ')']).split(' ').collect();
        let all = words.len();
        words.sort_unstable();
        words.dedup();
        if words.len() == all { Ok(()) } else { Err("an option twice") }
    }

    fn return_option(&mut self) -> Read {
        match self.word()?.as_str() {
            "SUBSCRIBED" | "CHILDREN" => Ok(()),
            "SPECIAL-USE" => self.capability("SPECIAL-USE", "SPECIAL-USE, which is not advertised"),
            "STATUS" => {
                self.capability("LIST-STATUS", "the return option STATUS without LIST-STATUS")?;
                self.sp()?;
                self.list(Self::status_item, false).map(|_| ())
            }
            "METADATA" => {
                self.capability("LIST-METADATA", "the return option METADATA without LIST-METADATA")?;
                self.sp()?;
                self.list(Self::entry, false).map(|_| ())
            }
            "MYRIGHTS" => self.capability("LIST-MYRIGHTS", "MYRIGHTS without LIST-MYRIGHTS"),
            _ => Err("no such return option"),
        }
    }

    fn status_item(&mut self) -> Read {
        match self.word()?.as_str() {
            "MESSAGES" | "RECENT" | "UIDNEXT" | "UIDVALIDITY" | "UNSEEN" => Ok(()),
            "DELETED" => self.capability("QUOTA=RES-MESSAGE", "DELETED without QUOTA=RES-MESSAGE"),
            "DELETED-STORAGE" => {
                self.capability("QUOTA=RES-STORAGE", "DELETED-STORAGE without QUOTA=RES-STORAGE")
            }
            "MAILBOXID" => self.capability("OBJECTID", "MAILBOXID without OBJECTID"),
            "HIGHESTMODSEQ" => self.has_mod_sequences(),
            "SIZE" => self.capability("STATUS=SIZE", "SIZE without STATUS=SIZE"),
            "APPENDLIMIT" => {
                let known = |name: &String| name.to_ascii_uppercase().starts_with("APPENDLIMIT");
                if self.judge.capabilities.iter().any(known) {
                    Ok(())
                } else {
                    Err("APPENDLIMIT, which is not advertised")
                }
            }
            _ => Err("no such status item"),
        }
    }

    /// RFC 5161: only what needs enabling.
    fn enable(&mut self) -> Read {
        self.capability("ENABLE", "ENABLE, which is not advertised")?;
        let mut count = 0;
        while self.peek() == Some(b' ') {
            self.sp()?;
            let extension = String::from_utf8_lossy(self.atom()?).to_ascii_uppercase();
            match extension.as_str() {
                "UTF8=ONLY" => return Err("ENABLE UTF8=ONLY"),
                "UTF8=ACCEPT" if self.judge.has("UTF8=ONLY") => {}
                "CONDSTORE" => self.has_mod_sequences()?,
                "METADATA" | "METADATA-SERVER" | "UTF8=ACCEPT" | "QRESYNC" | "UIDONLY" | "IMAP4REV2"
                    if self.judge.has(&extension) => {}
                _ => return Err("ENABLE of what is not to be enabled here"),
            }
            count += 1;
        }
        if count == 0 { Err("ENABLE of nothing") } else { Ok(()) }
    }

    /// RFC 2971, sections 3.1 and 3.3.
    fn id(&mut self) -> Read {
        self.capability("ID", "ID, which is not advertised")?;
        self.sp()?;
        if self.peek() != Some(b'(') {
            return match self.nstring()? {
                None => Ok(()),
                Some(_) => Err("ID of a string"),
            };
        }
        self.expect(b'(', "no list")?;
        let mut names: Vec<Vec<u8>> = Vec::new();
        loop {
            let name = self.string()?.to_ascii_lowercase();
            self.sp()?;
            let value = self.nstring()?;
            if name.len() > 30 || value.is_some_and(|value| value.len() > 1024) {
                return Err("ID with too long a string");
            }
            if names.contains(&name) {
                return Err("ID with a field twice");
            }
            names.push(name);
            if names.len() > 30 {
                return Err("ID with more than 30 pairs");
            }
            if self.byte(b')') {
                return Ok(());
            }
            self.sp()?;
        }
    }

    fn copy(&mut self) -> Read {
        self.sp()?;
        self.set()?;
        self.sp()?;
        self.mailbox().map(|_| ())
    }

    fn store(&mut self) -> Read {
        self.sp()?;
        self.set()?;
        self.sp()?;
        self.store_modifiers()?;
        let plain = !self.byte(b'+') && !self.byte(b'-');
        match self.word()?.as_str() {
            "FLAGS" | "FLAGS.SILENT" => {}
            "ANNOTATION" if plain => return self.annotations(),
            _ => return Err("STORE of something else than flags"),
        }
        self.sp()?;
        if self.peek() == Some(b'(') {
            return self.list(Self::flag, true).map(|_| ());
        }
        self.flag()?;
        while self.byte(b' ') {
            self.flag()?;
        }
        Ok(())
    }

    fn fetch_items(&mut self) -> Read {
        if self.peek() == Some(b'(') {
            return self.list(Self::fetch_item, false).map(|_| ());
        }
        let before = self.at;
        if let "ALL" | "FULL" | "FAST" = self.word()?.as_str() {
            return Ok(());
        }
        self.at = before;
        self.fetch_item()
    }

    fn fetch_item(&mut self) -> Read {
        let word = self.word()?;
        if word.starts_with("BINARY") {
            self.capability("BINARY", "FETCH of BINARY without the capability")?;
        }
        match word.as_str() {
            "ENVELOPE" | "FLAGS" | "INTERNALDATE" | "RFC822" | "RFC822.HEADER" | "RFC822.SIZE"
            | "RFC822.TEXT" | "BODYSTRUCTURE" | "UID" => Ok(()),
            "EMAILID" | "THREADID" => self.capability("OBJECTID", "EMAILID or THREADID without OBJECTID"),
            "ANNOTATION" => self.annotations_wanted(),
            "SAVEDATE" => self.capability("SAVEDATE", "SAVEDATE, which is not advertised"),
            "PREVIEW" => {
                self.capability("PREVIEW", "PREVIEW, which is not advertised")?;
                if !self.input[self.at..].starts_with(b" (") {
                    return Ok(());
                }
                self.sp()?;
                self.list(
                    |reader| {
                        if reader.word()? == "LAZY" { Ok(()) } else { Err("no such priority of PREVIEW") }
                    },
                    false,
                )
                .map(|_| ())
            }
            "MODSEQ" => self.has_mod_sequences(),
            "BODY" if self.peek() != Some(b'[') => Ok(()),
            "BODY" | "BODY.PEEK" => {
                self.section()?;
                self.partial()
            }
            "BINARY" | "BINARY.PEEK" | "BINARY.SIZE" => {
                self.expect(b'[', "no section")?;
                if !self.byte(b']') {
                    self.part()?;
                    self.expect(b']', "no end of a section")?;
                }
                if word == "BINARY.SIZE" { Ok(()) } else { self.partial() }
            }
            _ => Err("no such item of FETCH"),
        }
    }

    /// `section`
    fn section(&mut self) -> Read {
        self.expect(b'[', "no section")?;
        let numbered = self.peek().is_some_and(|octet| octet.is_ascii_digit());
        if numbered {
            self.part()?;
        }
        if self.byte(b']') {
            return Ok(());
        }
        if numbered {
            self.expect(b'.', "no period behind a part")?;
        }
        match self.word()?.as_str() {
            "HEADER" | "TEXT" => {}
            "MIME" if numbered => {}
            "MIME" => return Err("MIME without a part"),
            "HEADER.FIELDS" | "HEADER.FIELDS.NOT" => {
                self.sp()?;
                self.list(|reader| reader.astring().map(|_| ()), false)?;
            }
            _ => return Err("no such section"),
        }
        self.expect(b']', "no end of a section")
    }

    /// `section-part`
    fn part(&mut self) -> Read {
        loop {
            self.nz_number()?;
            let more = self.peek() == Some(b'.')
                && self.input.get(self.at + 1).is_some_and(|octet| octet.is_ascii_digit());
            if !more {
                return Ok(());
            }
            self.at += 1;
        }
    }

    fn partial(&mut self) -> Read {
        if !self.byte(b'<') {
            return Ok(());
        }
        self.number(32)?;
        self.expect(b'.', "no period in an origin")?;
        if self.number(32)? == 0 {
            return Err("zero octets asked for");
        }
        self.expect(b'>', "no end of an origin")
    }
}

/// Where the last list begins that ends here.
fn begin_of_list(text: &[u8]) -> usize {
    let mut depth = 0_usize;
    for (at, octet) in text.iter().enumerate().rev() {
        match octet {
            b')' => depth += 1,
            b'(' if depth == 1 => return at,
            b'(' => depth -= 1,
            _ => {}
        }
    }
    0
}
