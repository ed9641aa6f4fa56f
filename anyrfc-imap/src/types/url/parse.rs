//! The grammar of RFC 5092, section 11, read.

use super::{
    ImapUrl, UrlAuthorization, UrlMailbox, UrlMessage, UrlPartial, UrlSearch, UrlServer, UrlTarget,
    access::date_time,
    check_section,
    percent::{self, is_bchar},
};
use crate::{
    Error, rfc4467, rfc5092,
    types::{MailboxName, Names, Section, Uid, UidValidity},
};

/// Longer than any URL that names something, and short enough for a line.
const LONGEST: usize = 64 << 10;

/// The rules `imapurl`, `inetwork-path` and `iabsolute-path`.
pub(super) fn url(text: &str) -> Result<ImapUrl, Error> {
    if text.len() > LONGEST {
        return Err(Error::usage("the URL is too long"));
    }
    if !text.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(Error::usage("a URL is of printable ASCII without spaces"));
    }
    let scheme = text.split_at_checked(5).filter(|(scheme, _)| scheme.eq_ignore_ascii_case("imap:"));
    let rest = match scheme {
        Some((_, rest)) if rest.starts_with("//") => rest,
        Some(_) => return Err(Error::usage("the URL names no server")),
        None => text,
    };
    let (server, path) = match rest.strip_prefix("//") {
        Some(rest) => {
            let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
            let (server, path) = rest.split_at_checked(end).unwrap_or((rest, ""));
            (Some(UrlServer::parse(server)?), path)
        }
        None => (None, rest),
    };
    let target = match path.strip_prefix('/') {
        Some(command) => icommand(command)?,
        None if path.is_empty() && server.is_some() => UrlTarget::Server,
        // What it would mean depends on the mailbox of the base, of which levels IMAP has no say.
        None => {
            return Err(Error::usage("a URL that is relative to a mailbox")
                .with_requirement(rfc5092::RELATIVE_PATH_REFERENCES_ARE_INVALID));
        }
    };
    Ok(ImapUrl { server, target })
}

/// The rule `icommand`, or nothing.
fn icommand(command: &str) -> Result<UrlTarget, Error> {
    let (path, search) = match command.split_once('?') {
        Some((path, search)) => (path, Some(search)),
        None => (command, None),
    };
    let path = without_dot_segments(path);
    if path.is_empty() && search.is_none() {
        return Ok(UrlTarget::Server);
    }
    let mut pieces = path.split(';');
    let mut last = pieces.next().unwrap_or_default();
    let mut parameters = Vec::new();
    for piece in pieces {
        let (name, value) =
            piece.split_once('=').ok_or_else(|| Error::usage("a parameter of a URL has a value"))?;
        // The slash in front of a parameter is the end of what stands before it.
        let slash = last.strip_suffix('/');
        last = slash.unwrap_or(last);
        parameters.push((name.to_ascii_uppercase(), slash.is_some(), last));
        last = value;
    }
    let mut found = Parameters::default();
    // Each value is known when the next parameter has taken its slash.
    let mut values: Vec<&str> = parameters.iter().skip(1).map(|(_, _, before)| *before).collect();
    values.push(last);
    let mailbox = parameters.first().map_or(last, |(_, _, before)| *before);
    for ((name, slash, _), value) in parameters.iter().zip(values) {
        found.set(name, *slash, value)?;
    }
    let mailbox = found.mailbox(mailbox)?;
    if let Some(message) = found.message(&mailbox)? {
        return match search {
            None => Ok(UrlTarget::Message(message)),
            Some(_) => Err(Error::usage("a message is not searched")),
        };
    }
    let encoded = rfc5092::SEARCH_IS_ENCODED;
    let search =
        search.map(|search| UrlSearch::new(percent::decode(search, is_bchar, encoded)?)).transpose()?;
    Ok(UrlTarget::Messages { mailbox, search })
}

/// RFC 3986, section 5.2.4, on what stands behind the first slash.
fn without_dot_segments(path: &str) -> std::borrow::Cow<'_, str> {
    let is_dots = |segment: &str| matches!(segment, "." | "..");
    if !path.split('/').any(is_dots) {
        return path.into();
    }
    let mut kept: Vec<&str> = Vec::new();
    let count = path.split('/').count();
    for (at, segment) in path.split('/').enumerate() {
        if segment == ".." {
            kept.pop();
        }
        if !is_dots(segment) {
            kept.push(segment);
        } else if at + 1 == count && !kept.is_empty() && segment == "." {
            kept.push("");
        }
    }
    kept.join("/").into()
}

#[derive(Default)]
struct Parameters<'a> {
    validity: Option<&'a str>,
    uid: Option<&'a str>,
    section: Option<&'a str>,
    partial: Option<&'a str>,
    expire: Option<&'a str>,
    urlauth: Option<&'a str>,
    /// How far in their order they have come.
    stage: u8,
}

impl<'a> Parameters<'a> {
    fn set(&mut self, name: &str, slash: bool, value: &'a str) -> Result<(), Error> {
        let (stage, slashed, field) = match name {
            "UIDVALIDITY" => (1, false, &mut self.validity),
            "UID" => (2, true, &mut self.uid),
            "SECTION" => (3, true, &mut self.section),
            "PARTIAL" => (4, true, &mut self.partial),
            "EXPIRE" => (5, false, &mut self.expire),
            "URLAUTH" => (6, false, &mut self.urlauth),
            _ => return Err(Error::usage("no such parameter of a URL")),
        };
        if self.stage >= stage || slashed != slash {
            let error = Error::usage("the parameters of a URL are in another order");
            let after_all = self.urlauth.is_some() && name != "URLAUTH";
            return Err(if after_all {
                error.with_requirement(rfc5092::URLAUTH_ENDS_THE_URL)
            } else {
                error
            });
        }
        *field = Some(value);
        self.stage = stage;
        Ok(())
    }

    fn mailbox(&self, name: &str) -> Result<UrlMailbox, Error> {
        let encoded = rfc5092::MAILBOX_IS_ENCODED;
        let name = percent::decode_text(name, is_bchar, encoded)?;
        // To the byte: nothing is made of it that was not in the URL.
        let name = MailboxName::received(name.as_bytes(), Names::Utf8);
        let uid_validity = self.validity.map(|text| nz_number(text).and_then(UidValidity::new));
        let uid_validity = match uid_validity {
            Some(None) => return Err(Error::usage("no UIDVALIDITY in a URL")),
            Some(found) => found,
            None => None,
        };
        Ok(UrlMailbox { name, uid_validity })
    }

    fn message(&self, mailbox: &UrlMailbox) -> Result<Option<UrlMessage>, Error> {
        let Some(uid) = self.uid else {
            if self.urlauth.is_some() || self.expire.is_some() {
                return Err(Error::usage("only the URL of a message can be authorized")
                    .with_requirement(rfc4467::URLAUTH_IS_FOR_MESSAGES));
            }
            if self.stage > 1 {
                return Err(Error::usage("a part of no message in a URL"));
            }
            return Ok(None);
        };
        let uid = nz_number(uid).and_then(Uid::new).ok_or_else(|| Error::usage("no UID in a URL"))?;
        let section = self.section.map(section).transpose()?;
        let partial =
            self.partial.map(|text| partial(text).ok_or_else(|| Error::usage("no octets in a URL")));
        let expire = match self.expire {
            Some(text) => Some(date_time(text).ok_or_else(|| Error::usage("no date and time in a URL"))?),
            None => None,
        };
        let authorization = match self.urlauth {
            Some(text) => Some(UrlAuthorization::parse(expire, text)?),
            None if expire.is_some() => {
                return Err(Error::usage("a URL that expires, and is for nobody"));
            }
            None => None,
        };
        Ok(Some(UrlMessage {
            mailbox: mailbox.clone(),
            uid,
            section,
            partial: partial.transpose()?,
            authorization,
        }))
    }
}

fn section(text: &str) -> Result<Section, Error> {
    let text = percent::decode_text(text, is_bchar, rfc5092::SECTION_IS_ENCODED)?;
    let section =
        Section::parse(text.as_bytes()).ok_or_else(|| Error::usage("the section of a URL is none"))?;
    check_section(&section)?;
    Ok(section)
}

/// The rule `partial-range`.
fn partial(text: &str) -> Option<UrlPartial> {
    let (offset, octets) = match text.split_once('.') {
        Some((offset, octets)) => (offset, Some(std::num::NonZeroU32::new(nz_number(octets)?)?)),
        None => (text, None),
    };
    let digits = !offset.is_empty() && offset.bytes().all(|byte| byte.is_ascii_digit());
    Some(UrlPartial { offset: offset.parse().ok().filter(|_| digits)?, octets })
}

/// The rule `nz-number`.
fn nz_number(text: &str) -> Option<u32> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit()) && !text.starts_with('0');
    text.parse().ok().filter(|_| digits)
}
