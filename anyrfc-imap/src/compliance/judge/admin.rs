//! Annotations, access control lists and quotas: RFC 5464, section 5; RFC 4314, section 7; RFC 9208,
//! section 7.

use super::{Read, Reader};

impl Reader<'_> {
    /// The arguments of these commands, if it is one.
    pub(super) fn admin(&mut self, name: &str) -> Read {
        match name {
            "GETMETADATA" => self.get_metadata(),
            "SETMETADATA" => self.set_metadata(),
            "GETACL" | "MYRIGHTS" => {
                self.capability("ACL", "a command of ACL without the capability")?;
                self.sp()?;
                self.mailbox().map(|_| ())
            }
            "SETACL" | "DELETEACL" | "LISTRIGHTS" => {
                self.capability("ACL", "a command of ACL without the capability")?;
                self.sp()?;
                self.mailbox()?;
                self.sp()?;
                let identifier = self.astring()?;
                if identifier.is_empty() || std::str::from_utf8(&identifier).is_err() {
                    return Err("an identifier that is empty or no UTF-8");
                }
                if name == "SETACL" { self.mod_rights() } else { Ok(()) }
            }
            "GETQUOTA" => {
                self.capability("QUOTA", "a command of QUOTA without the capability")?;
                self.sp()?;
                self.astring().map(|_| ())
            }
            "GETQUOTAROOT" => {
                self.capability("QUOTA", "a command of QUOTA without the capability")?;
                self.sp()?;
                self.mailbox().map(|_| ())
            }
            "SETQUOTA" => self.set_quota(),
            _ => Err("no such command"),
        }
    }

    /// `mod-rights`: only rights that the server knows.
    fn mod_rights(&mut self) -> Read {
        self.sp()?;
        let text = self.astring()?;
        let rights = text.strip_prefix(b"+").or_else(|| text.strip_prefix(b"-")).unwrap_or(&text);
        let new = self.judge.capabilities.iter().find_map(|name| {
            let (key, value) = name.split_once('=')?;
            key.eq_ignore_ascii_case("RIGHTS").then(|| value.to_ascii_lowercase())
        });
        let known = |right: &u8| {
            b"lrswipacd0123456789".contains(right)
                || new.as_ref().is_some_and(|new| new.bytes().any(|known| known == *right))
        };
        if rights.iter().all(known) { Ok(()) } else { Err("a right that the server does not know") }
    }

    /// The mailbox of METADATA: an empty name is the server.
    fn annotated(&mut self) -> Read {
        let rest = &self.input[self.at..];
        if rest.starts_with(b"\"\"") {
            self.at += 2;
            if self.judge.has("METADATA") || self.judge.has("METADATA-SERVER") {
                return Ok(());
            }
            return Err("annotations of the server, which has none");
        }
        self.capability("METADATA", "annotations of a mailbox without METADATA")?;
        self.mailbox().map(|_| ())
    }

    /// `entry` (RFC 5464, section 3.2)
    pub(super) fn entry(&mut self) -> Read {
        let entry = self.astring()?;
        if entry.iter().any(|octet| *octet < 0x1A || !octet.is_ascii() || b"*%".contains(octet)) {
            return Err("an entry with what none may have");
        }
        let entry = entry.to_ascii_lowercase();
        let mut components = entry.split(|octet| *octet == b'/');
        if components.next() != Some(b"") || components.clone().any(<[u8]>::is_empty) {
            return Err("an entry with an empty component");
        }
        match components.next() {
            Some(b"private" | b"shared") if components.clone().next().is_some() => {}
            _ => return Err("an entry outside /private and /shared"),
        }
        if components.next() == Some(b"vendor") && components.count() < 2 {
            return Err("an entry of a vendor with too few components");
        }
        Ok(())
    }

    fn get_metadata(&mut self) -> Read {
        self.sp()?;
        if self.peek() == Some(b'(') {
            let seen = std::cell::RefCell::new(Vec::<String>::new());
            self.list(
                |reader| {
                    let option = reader.word()?;
                    if seen.borrow().contains(&option) {
                        return Err("an option twice");
                    }
                    reader.sp()?;
                    match option.as_str() {
                        "MAXSIZE" => {
                            reader.number(32)?;
                        }
                        "DEPTH" => {
                            if !["0", "1", "INFINITY"].contains(&reader.word()?.as_str()) {
                                return Err("no such depth");
                            }
                        }
                        _ => return Err("no such option of GETMETADATA"),
                    }
                    seen.borrow_mut().push(option);
                    Ok(())
                },
                false,
            )?;
            self.sp()?;
        }
        self.annotated()?;
        self.sp()?;
        if self.peek() == Some(b'(') { self.list(Self::entry, false).map(|_| ()) } else { self.entry() }
    }

    fn set_metadata(&mut self) -> Read {
        self.sp()?;
        self.annotated()?;
        self.sp()?;
        self.list(
            |reader| {
                reader.entry()?;
                reader.sp()?;
                if reader.peek() == Some(b'~') {
                    return reader.literal(true).map(|_| ());
                }
                let Some(value) = reader.nstring()? else { return Ok(()) };
                // Lines of text end in CR LF.
                let bare = value.iter().enumerate().any(|(at, octet)| match octet {
                    b'\r' => value.get(at + 1) != Some(&b'\n'),
                    b'\n' => at == 0 || value[at - 1] != b'\r',
                    _ => false,
                });
                if bare { Err("a line that does not end in CR LF") } else { Ok(()) }
            },
            false,
        )
        .map(|_| ())
    }

    fn set_quota(&mut self) -> Read {
        self.capability("QUOTA", "a command of QUOTA without the capability")?;
        let new =
            self.judge.capabilities.iter().any(|name| name.to_ascii_uppercase().starts_with("QUOTA=RES-"));
        if new {
            self.capability("QUOTASET", "SETQUOTA without QUOTASET")?;
        }
        self.sp()?;
        self.astring()?;
        self.sp()?;
        self.list(
            |reader| {
                reader.atom()?;
                reader.sp()?;
                reader.number(63).map(|_| ())
            },
            true,
        )
        .map(|_| ())
    }
}
