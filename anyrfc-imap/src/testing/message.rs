//! What APPEND and REPLACE put into a mailbox (RFC 3502, RFC 4466, RFC 4469, RFC 6855), and the commands
//! on URLs (RFC 4467, RFC 5524), as a server reads them.

use super::{
    command::Command,
    syntax::{Cursor, Form, Parsed, Text},
    urls::Named,
};

/// A message of APPEND.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Appended {
    pub(crate) flags: Vec<String>,
    pub(crate) date: Option<String>,
    pub(crate) parts: Vec<CatPart>,
    /// Whether it is made by CATENATE.
    pub(crate) joined: bool,
}

/// `cat-part`; of a message that is not catenated, the one text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum CatPart {
    Text(Text),
    /// A URL, as it was written, and what it names.
    Url(String, Box<Named>),
}

/// What is asked of a URL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fetched {
    pub(crate) url: String,
    /// The names of its items; none for the unextended form.
    pub(crate) items: Vec<String>,
}

/// `append = "APPEND" SP mailbox 1*append-message` (RFC 3502; one message in RFC 9051)
pub(crate) fn append(cursor: &mut Cursor<'_>) -> Parsed<Command> {
    cursor.sp()?;
    let mailbox = cursor.astring()?.bytes;
    let mut messages = Vec::new();
    while !cursor.at_end() || messages.is_empty() {
        messages.push(message(cursor)?);
    }
    Ok(Command::Append { mailbox, messages })
}

/// `replace = "REPLACE" SP seq-number SP mailbox append-message` (RFC 8508)
pub(crate) fn replace(cursor: &mut Cursor<'_>, uid: bool) -> Parsed<Command> {
    cursor.sp()?;
    let number = cursor.nz_number()?;
    cursor.sp()?;
    let mailbox = cursor.astring()?.bytes;
    Ok(Command::Replace { uid, number, mailbox, message: message(cursor)? })
}

/// `append-message = append-opts SP append-data` (RFC 4466)
fn message(cursor: &mut Cursor<'_>) -> Parsed<Appended> {
    cursor.sp()?;
    let mut flags = Vec::new();
    if cursor.next() == Some(b'(') {
        flags = cursor.list(Cursor::flag)?;
        cursor.sp()?;
    }
    let mut date = None;
    if cursor.next() == Some(b'"') {
        date = Some(cursor.date_time()?);
        cursor.sp()?;
    }
    if cursor.eat_word("CATENATE ") {
        let parts = cursor.list(cat_part)?;
        if parts.is_empty() {
            return cursor.fail("a part");
        }
        return Ok(Appended { flags, date, parts, joined: true });
    }
    let text = match utf8_literal(cursor)? {
        Some(text) => text,
        None => cursor.literal()?,
    };
    Ok(Appended { flags, date, parts: vec![CatPart::Text(text)], joined: false })
}

/// `utf8-literal = "UTF8" SP "(" literal8 ")"` (RFC 6855, section 4)
fn utf8_literal(cursor: &mut Cursor<'_>) -> Parsed<Option<Text>> {
    if !cursor.eat_word("UTF8 (") {
        return Ok(None);
    }
    let text = cursor.literal()?;
    if text.form != Form::Literal8 {
        return cursor.fail("a literal8");
    }
    cursor.expect(")")?;
    Ok(Some(text))
}

/// `cat-part = text-literal / url / utf8-literal` (RFC 4469, section 5)
fn cat_part(cursor: &mut Cursor<'_>) -> Parsed<CatPart> {
    if let Some(text) = utf8_literal(cursor)? {
        return Ok(CatPart::Text(text));
    }
    if cursor.eat_word("TEXT ") {
        let text = cursor.literal()?;
        if text.form != Form::Literal {
            return cursor.fail("a literal");
        }
        return Ok(CatPart::Text(text));
    }
    if !cursor.eat_word("URL ") {
        return cursor.fail("TEXT or URL");
    }
    let start = cursor.clone();
    let url = url(cursor)?;
    match Named::parse(&url) {
        Some(named) if named.server.is_none() && named.uid.is_some() => {
            Ok(CatPart::Url(url, Box::new(named)))
        }
        _ => start.fail("the relative URL of a message"),
    }
}

/// A URL in an astring.
fn url(cursor: &mut Cursor<'_>) -> Parsed<String> {
    let start = cursor.clone();
    match String::from_utf8(cursor.astring()?.bytes) {
        Ok(url) if url.bytes().all(|octet| octet.is_ascii_graphic()) => Ok(url),
        _ => start.fail("a URL"),
    }
}

/// `mechanism` (RFC 4467, section 9)
fn mechanism(cursor: &mut Cursor<'_>) -> Parsed<String> {
    let start = cursor.clone();
    let name = cursor.atom()?;
    let fits = name.bytes().all(|octet| octet.is_ascii_alphanumeric() || matches!(octet, b'-' | b'.'));
    if fits { Ok(name.to_ascii_uppercase()) } else { start.fail("a mechanism") }
}

/// `genurlauth = "GENURLAUTH" 1*(SP url-rump SP mechanism)` (RFC 4467)
pub(crate) fn gen_url_auth(cursor: &mut Cursor<'_>) -> Parsed<Command> {
    let mut urls = Vec::new();
    while !cursor.at_end() || urls.is_empty() {
        cursor.sp()?;
        let start = cursor.clone();
        let url = url(cursor)?;
        let Some(named) = Named::parse(&url).filter(Named::is_rump) else {
            return start.fail("a URL to authorize");
        };
        cursor.sp()?;
        urls.push((url, named, mechanism(cursor)?));
    }
    Ok(Command::GenUrlAuth(urls))
}

/// `resetkey = "RESETKEY" [SP mailbox *(SP mechanism)]` (RFC 4467)
pub(crate) fn reset_key(cursor: &mut Cursor<'_>) -> Parsed<Command> {
    if cursor.at_end() {
        return Ok(Command::ResetKey(None));
    }
    cursor.sp()?;
    let mailbox = cursor.astring()?.bytes;
    let mut mechanisms = Vec::new();
    while !cursor.at_end() {
        cursor.sp()?;
        mechanisms.push(mechanism(cursor)?);
    }
    Ok(Command::ResetKey(Some((mailbox, mechanisms))))
}

/// `urlfetch = "URLFETCH" 1*(SP url-fetch-arg)` (RFC 4467; RFC 5524)
pub(crate) fn url_fetch(cursor: &mut Cursor<'_>) -> Parsed<Command> {
    let mut all = Vec::new();
    while !cursor.at_end() || all.is_empty() {
        cursor.sp()?;
        let mut items = Vec::new();
        let extended = cursor.eat("(");
        let start = cursor.clone();
        let url = url(cursor)?;
        if Named::parse(&url).is_none_or(|named| named.token.is_none()) {
            return start.fail("an authorized URL");
        }
        if extended {
            while !cursor.eat(")") {
                cursor.sp()?;
                let item = cursor.keyword()?;
                let known = matches!(item.as_str(), "BODY" | "BINARY" | "BODYPARTSTRUCTURE");
                let excluded = item == "BODY" && items.contains(&"BINARY".to_owned())
                    || item == "BINARY" && items.contains(&"BODY".to_owned());
                // RFC 5524, section 3.1.
                if !known || excluded || items.contains(&item) {
                    return start.fail("items of a URL, each once, and BODY or BINARY");
                }
                items.push(item);
            }
        }
        all.push(Fetched { url, items });
    }
    Ok(Command::UrlFetch(all))
}

#[cfg(test)]
mod tests {
    use super::super::check_command;

    #[test]
    fn messages_parts_and_urls_are_read() {
        for good in [
            "a APPEND x {1}\r\na (\\Seen) {1}\r\nb {1}\r\nc",
            "a APPEND x CATENATE (URL /a/;UID=1 TEXT {1}\r\na)",
            "a APPEND x (\\Seen) CATENATE (TEXT {0}\r\n URL \"/a;UIDVALIDITY=7/;UID=1/;SECTION=1\") {1}\r\nx",
            "a REPLACE 3 x {1}\r\na",
            "a UID REPLACE 3 x (\\Seen) CATENATE (TEXT {1}\r\na)",
            "a RESETKEY",
            "a RESETKEY x INTERNAL",
            "a GENURLAUTH \"imap://joe@h.example/x/;UID=1;URLAUTH=anonymous\" INTERNAL",
            "a URLFETCH \"imap://joe@h.example/x/;UID=1;URLAUTH=anonymous:internal:91354a473744909de610943775f92038\"",
            "a URLFETCH (\"imap://joe@h.example/x/;UID=1;URLAUTH=anonymous:internal:91354a473744909de610943775f92038\" BINARY BODYPARTSTRUCTURE)",
        ] {
            let command = format!("{good}\r\n");
            assert_eq!(check_command(command.as_bytes(), false), Ok(()), "{good}");
        }
    }
}
