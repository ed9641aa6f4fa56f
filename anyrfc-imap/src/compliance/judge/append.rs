//! APPEND and what goes like it, and the commands on URLs.

use super::{Read, Reader};

impl Reader<'_> {
    /// RFC 3501, section 6.3.11; RFC 3502: another message only under MULTIAPPEND.
    pub(super) fn append(&mut self) -> Read {
        self.sp()?;
        self.mailbox()?;
        self.message()?;
        while self.peek() == Some(b' ') {
            self.needs("MULTIAPPEND", "several messages without MULTIAPPEND")?;
            self.message()?;
        }
        Ok(())
    }

    /// RFC 8508, section 5: one message, whatever MULTIAPPEND says.
    pub(super) fn replace(&mut self) -> Read {
        self.needs("REPLACE", "REPLACE, which is not advertised")?;
        self.sp()?;
        self.nz_number()?;
        self.sp()?;
        self.mailbox()?;
        self.message()
    }

    fn needs(&self, name: &str, why: &'static str) -> Read {
        if self.judge.has(name) { Ok(()) } else { Err(why) }
    }

    /// RFC 4466, section 6: `SP append-opts SP append-data`; RFC 3516, section 4.4; RFC 4469, section 5.
    fn message(&mut self) -> Read {
        self.sp()?;
        if self.peek() == Some(b'(') {
            self.list(Self::flag, true)?;
            self.sp()?;
        }
        if self.peek() == Some(b'"') {
            self.date_time()?;
            self.sp()?;
        }
        if self.input[self.at..].starts_with(b"ANNOTATION ") {
            self.word()?;
            self.annotations()?;
            self.sp()?;
        }
        match self.peek() {
            Some(b'{') => self.literal(false).map(|_| ()),
            Some(b'~') => {
                self.needs("BINARY", "a literal8 without BINARY")?;
                self.literal(true).map(|_| ())
            }
            _ => match self.word()?.as_str() {
                "UTF8" => self.utf8_literal(),
                "CATENATE" => {
                    self.needs("CATENATE", "CATENATE, which is not advertised")?;
                    self.sp()?;
                    self.list(Self::cat_part, false).map(|_| ())
                }
                _ => Err("no message in APPEND"),
            },
        }
    }

    /// RFC 6855, section 4.
    fn utf8_literal(&mut self) -> Read {
        if !self.judge.utf8 {
            return Err("APPEND with UTF8 before it is enabled");
        }
        self.sp()?;
        self.list(|reader| reader.literal(true).map(|_| ()), false).map(|_| ())
    }

    /// `cat-part`
    fn cat_part(&mut self) -> Read {
        match self.word()?.as_str() {
            "TEXT" => {
                self.sp()?;
                self.literal(false).map(|_| ())
            }
            "UTF8" => self.utf8_literal(),
            "URL" => {
                let url = self.url()?;
                let message = url.starts_with('/') && !url.starts_with("//") && url.contains("/;UID=");
                if message { Ok(()) } else { Err("a part that is no message of this session") }
            }
            _ => Err("no part in CATENATE"),
        }
    }

    /// An astring of what stands in URLs (RFC 5092, section 11).
    fn url(&mut self) -> Read<String> {
        self.sp()?;
        let url = self.astring()?;
        let fits = |octet: &u8| octet.is_ascii_alphanumeric() || b"-._~!$'()*+,&=:@/;?%[]".contains(octet);
        if !url.iter().all(fits) {
            return Err("what no URL has");
        }
        for (at, _) in url.iter().enumerate().filter(|(_, octet)| **octet == b'%') {
            let digits = url.get(at + 1..at + 3);
            if !digits.is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit)) {
                return Err("a % without its digits in a URL");
            }
        }
        String::from_utf8(url).map_err(|_| "what no URL has")
    }

    /// RFC 4467, section 9.
    pub(super) fn gen_url_auth(&mut self) -> Read {
        self.needs("URLAUTH", "GENURLAUTH, which is not advertised")?;
        let mut count = 0;
        while self.peek() == Some(b' ') {
            let url = self.url()?;
            let (path, access) = url.rsplit_once(";URLAUTH=").ok_or("a URL without URLAUTH")?;
            if !path.starts_with("imap://") || !path.contains('@') || !path.contains("/;UID=") {
                return Err("a URL of no message, or without an owner");
            }
            if access.contains(':') {
                return Err("a URL that is authorized already");
            }
            self.sp()?;
            self.atom()?;
            count += 1;
        }
        if count == 0 { Err("GENURLAUTH of nothing") } else { Ok(()) }
    }

    /// RFC 4467, section 9.
    pub(super) fn reset_key(&mut self) -> Read {
        self.needs("URLAUTH", "RESETKEY, which is not advertised")?;
        if self.peek() != Some(b' ') {
            return Ok(());
        }
        self.sp()?;
        self.mailbox()?;
        while self.peek() == Some(b' ') {
            self.sp()?;
            self.atom()?;
        }
        Ok(())
    }

    /// RFC 4467, section 9; RFC 5524, section 5.
    pub(super) fn url_fetch(&mut self) -> Read {
        self.needs("URLAUTH", "URLFETCH, which is not advertised")?;
        let mut count = 0;
        while self.peek() == Some(b' ') {
            if self.input.get(self.at + 1) == Some(&b'(') {
                self.needs("URLAUTH=BINARY", "URLFETCH with parameters, which are not advertised")?;
                self.sp()?;
                self.parenthesized_url()?;
            } else {
                full(&self.url()?)?;
            }
            count += 1;
        }
        if count == 0 { Err("URLFETCH of nothing") } else { Ok(()) }
    }

    fn parenthesized_url(&mut self) -> Read {
        self.at += 1;
        // The URL has no space before it here.
        let url = self.astring()?;
        full(&String::from_utf8_lossy(&url))?;
        let mut items: Vec<String> = Vec::new();
        while self.peek() == Some(b' ') {
            self.sp()?;
            let item = self.word()?;
            if items.contains(&item) {
                return Err("an item of a URL twice");
            }
            items.push(item);
        }
        let both = ["BODY", "BINARY"].iter().all(|name| items.iter().any(|item| item == name));
        let known = |item: &String| ["BODY", "BINARY", "BODYPARTSTRUCTURE"].contains(&item.as_str());
        if both || !items.iter().all(known) {
            return Err("items of a URL that exclude each other, or are unknown");
        }
        self.expect(b')', "no end of a URL's items")
    }
}

/// `authimapurlfull`: with a token of 32 digits at least at its end.
fn full(url: &str) -> Read {
    let token = url.rsplit_once(':').map_or("", |(_, token)| token);
    let upper = url.to_ascii_uppercase();
    let fits = token.len() >= 32 && token.bytes().all(|octet| octet.is_ascii_hexdigit());
    if fits && upper.contains(";URLAUTH=") { Ok(()) } else { Err("a URL without its token") }
}
