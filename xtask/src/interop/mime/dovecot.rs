//! Dovecot: its `ENVELOPE` and `BODYSTRUCTURE` of our messages, and the octets of their parts.

use std::path::Path;

use anyrfc_mime::{
    Message,
    codec::{Reading, encoded_word},
    parse::Entity,
    proto::BodyKind,
};
use indicatif::ProgressBar;

use super::{
    Case, Difference, Facts, SUBJECT, cases,
    facts::{addresses, decoded, digest, joined, mailbox, parameters, unfolded, walk},
    imap::{Session, Value},
    judge,
};
use crate::{
    Result,
    interop::{
        account::{Account, open},
        install::{Site, apt_install, apt_version},
        peer::{Drive, Form, Outcome, Peer, Running, Started},
        process::{Server, command, free_address},
    },
};

const PACKAGES: &[&str] = &["dovecot-core", "dovecot-imapd"];
const PROGRAM: &str = "/usr/sbin/dovecot";
const REFUSED: &str = "(refused)";

/// The peer.
#[derive(Debug)]
pub(in crate::interop) struct DovecotMime;

impl Peer for DovecotMime {
    fn name(&self) -> &'static str {
        "dovecot-mime"
    }

    fn subject(&self) -> &'static str {
        SUBJECT
    }

    fn about(&self) -> &'static str {
        "how an IMAP server sees the structure of messages"
    }

    fn version(&self, _: &Site) -> Option<String> {
        PACKAGES.iter().map(|package| apt_version(package)).collect::<Option<Vec<_>>>()?.into_iter().next()
    }

    fn install(&self, _: &Site) -> Result<()> {
        apt_install(PACKAGES)
    }

    fn start(&self, _: &Site, dir: &Path) -> Result<Started> {
        let address = free_address()?;
        std::fs::create_dir(dir.join("mail"))?;
        let config = dir.join("dovecot.conf");
        std::fs::write(&config, configuration(dir, address.port())?)?;
        let mut command = command(PROGRAM);
        command.arg("-F").arg("-c").arg(config).current_dir(dir);
        let mut server = Server::spawn(command, dir.join("server.log"))?;
        server.ready(address)?;
        Ok(Started { servers: vec![server], address })
    }

    fn drive<'a>(&'a self, running: &'a Running, _: Form, progress: &'a ProgressBar) -> Drive<'a> {
        Box::pin(async move { compare(running, progress) })
    }
}

/// Everything in `dir`, on one port of the loopback address, any password.
fn configuration(dir: &Path, port: u16) -> Result<String> {
    let account = Account::unprivileged()?;
    open(dir)?;
    account.give(&dir.join("mail"))?;
    let (here, Account { user, group, uid, gid }) = (dir.display(), account);
    Ok(format!(
        "base_dir = {here}/run\nstate_dir = {here}/state\nlog_path = /dev/stderr\nprotocols = imap\n\
         listen = 127.0.0.1\ninstance_name = anyrfc\nfirst_valid_uid = 1\nssl = no\n\
         default_internal_user = {user}\ndefault_internal_group = {group}\ndefault_login_user = {user}\n\
         disable_plaintext_auth = no\nmail_location = sdbox:{here}/mail\nmail_fsync = never\n\
         mail_plugins = zlib\nprotocol imap {{\n  mail_plugins = zlib imap_zlib\n}}\n\
         passdb {{\n  driver = static\n  args = nopassword=y\n}}\n\
         userdb {{\n  driver = static\n  args = uid={uid} gid={gid} home={here}/mail\n}}\n\
         service imap-login {{\n  chroot =\n  inet_listener imap {{\n    port = {port}\n  }}\n  \
         inet_listener imaps {{\n    port = 0\n  }}\n}}\nservice anvil {{\n  chroot =\n}}\n\
         service stats {{\n  chroot =\n}}\nservice imap-urlauth-login {{\n  chroot =\n}}\n"
    ))
}

fn compare(running: &Running, progress: &ProgressBar) -> Result<Outcome> {
    let cases = cases()?;
    progress.set_length(2 * cases.len() as u64);
    let mut session = Session::connect(running.address())?;
    session.command("LOGIN user password")?;
    for case in &cases {
        session.append(&case.octets).map_err(|error| format!("{}: {error}", case.name))?;
    }
    session.command("SELECT INBOX")?;
    let mut theirs: Vec<Facts> = vec![Facts::new(); cases.len()];
    for (number, items) in session.fetch("1:*", "(ENVELOPE BODYSTRUCTURE)")? {
        let facts = theirs.get_mut(number - 1).ok_or("a message that nobody sent")?;
        envelope(item(&items, "ENVELOPE")?, "envelope", facts)?;
        structure(item(&items, "BODYSTRUCTURE")?, "", true, facts)?;
    }
    // The octets of the parts, decoded: asked for where both see one.
    for (index, case) in cases.iter().enumerate() {
        let mut sections = Vec::new();
        walk(&Message::parse(&case.octets), |entity, section| {
            if entity.kind() == BodyKind::Data && theirs[index].contains_key(&format!("{section} type")) {
                sections.push(section.to_owned());
            }
        });
        for section in sections {
            let answer = session.fetch(&(index + 1).to_string(), &format!("BINARY.PEEK[{section}]"));
            let octets = match answer {
                Ok(items) => items.first().and_then(|(_, items)| items.get(1)?.text().map(<[u8]>::to_vec)),
                // What it cannot decode.
                Err(error) if error.to_string().contains(" NO [") => {
                    theirs[index].insert(format!("{section} body"), REFUSED.into());
                    continue;
                }
                Err(error) => return Err(error),
            };
            let octets = octets.ok_or_else(|| format!("{}: no part {section}", case.name))?;
            theirs[index].insert(format!("{section} body"), digest(&octets));
        }
        progress.inc(1);
    }
    session.command("LOGOUT")?;
    Ok(judge(&cases, &theirs, ours, decide, progress))
}

/// The value behind a name.
fn item<'v>(items: &'v [Value], name: &str) -> Result<&'v Value> {
    let at = items.iter().position(|item| matches!(item, Value::Atom(atom) if atom == name));
    Ok(at.and_then(|at| items.get(at + 1)).ok_or_else(|| format!("no {name} in the answer"))?)
}

/// A string as people read it: a server tells encoded-words as they are.
fn readable(value: &Value) -> String {
    let mut defects = anyrfc_mime::Defects::new();
    let octets = value.text().unwrap_or_default();
    encoded_word::unstructured(octets, &mut Reading::new(&mut defects)).into_owned()
}

fn verbatim(value: &Value) -> String {
    unfolded(value.text().unwrap_or_default())
}

/// `envelope` (RFC 3501, section 7.4.2).
fn envelope(value: &Value, name: &str, facts: &mut Facts) -> Result<()> {
    let [date, subject, from, sender, reply_to, to, cc, bcc, in_reply_to, id] = value.list() else {
        return Err(format!("no envelope: {value:?}").into());
    };
    facts.insert(format!("{name} date"), verbatim(date));
    facts.insert(format!("{name} subject"), readable(subject));
    for (field, value) in
        [("from", from), ("sender", sender), ("reply-to", reply_to), ("to", to), ("cc", cc), ("bcc", bcc)]
    {
        facts.insert(format!("{name} {field}"), address_list(value));
    }
    facts.insert(format!("{name} in-reply-to"), verbatim(in_reply_to));
    facts.insert(format!("{name} message-id"), verbatim(id));
    Ok(())
}

fn address_list(value: &Value) -> String {
    let mut all = Vec::new();
    let mut group: Option<(String, Vec<String>)> = None;
    for address in value.list() {
        let [name, _, local_part, domain] = address.list() else { continue };
        match (local_part.is_nil(), domain.is_nil()) {
            (false, true) => group = Some((readable(local_part), Vec::new())),
            (true, true) => {
                let (name, members) = group.take().unwrap_or_default();
                all.push(format!("{name}:{};", members.join(",")));
            }
            _ => {
                let found = mailbox(&readable(name), &verbatim(local_part), &verbatim(domain));
                match &mut group {
                    Some((_, members)) => members.push(found),
                    None => all.push(found),
                }
            }
        }
    }
    all.join(",")
}

/// `body` (RFC 3501, section 7.4.2), with the numbers of section 6.4.5.
fn structure(value: &Value, section: &str, is_root: bool, facts: &mut Facts) -> Result<()> {
    let items = value.list();
    let parts = items.iter().take_while(|item| matches!(item, Value::List(_))).count();
    let own = match (is_root, parts) {
        (true, 0) => dotted(section, 1),
        (true, _) if !section.is_empty() => format!("{section} inside"),
        _ => section.to_owned(),
    };
    let mut fact = |what: &str, value: String| drop(facts.insert(format!("{own} {what}"), value));
    if parts > 0 {
        let rest = &items[parts..];
        fact("type", format!("multipart/{}", lower(rest.first())));
        fact("parameters", pairs(rest.get(1), false));
        fact("disposition", disposition(rest.get(2)));
        for (index, part) in items[..parts].iter().enumerate() {
            structure(part, &dotted(section, index + 1), false, facts)?;
        }
        return Ok(());
    }
    let [media, subtype, parameters, id, description, encoding, octets, rest @ ..] = items else {
        return Err(format!("no body: {value:?}").into());
    };
    let media = lower(Some(media));
    fact("type", format!("{media}/{}", lower(Some(subtype))));
    fact("parameters", pairs(Some(parameters), media == "text"));
    fact("id", verbatim(id));
    fact("description", readable(description));
    fact("encoding", lower(Some(encoding)));
    fact("octets", verbatim(octets));
    let rest = match (&*media, rest) {
        ("text", [lines, rest @ ..]) => {
            fact("lines", verbatim(lines));
            rest
        }
        ("message", [inner @ Value::List(_), body @ Value::List(_), lines, rest @ ..]) => {
            fact("lines", verbatim(lines));
            envelope(inner, &format!("{own} envelope"), facts)?;
            structure(body, &own, true, facts)?;
            rest
        }
        _ => rest,
    };
    // A digest of the body, and then the disposition.
    facts.insert(format!("{own} disposition"), disposition(rest.get(1)));
    Ok(())
}

fn dotted(section: &str, number: usize) -> String {
    if section.is_empty() { number.to_string() } else { format!("{section}.{number}") }
}

fn lower(value: Option<&Value>) -> String {
    value.map(verbatim).unwrap_or_default().to_lowercase()
}

fn disposition(value: Option<&Value>) -> String {
    match value.map(Value::list) {
        Some([kind, parameters]) => format!("{} {}", lower(Some(kind)), pairs(Some(parameters), false)),
        _ => String::new(),
    }
}

/// Parameters in the order of their names, those of RFC 2231 decoded.
fn pairs(value: Option<&Value>, is_text: bool) -> String {
    let flat = value.map(Value::list).unwrap_or_default();
    let mut pairs = Vec::new();
    for pair in flat.chunks(2) {
        let [name, value] = pair else { continue };
        let (name, value) = (lower(Some(name)), value);
        match name.strip_suffix('*') {
            Some(name) => pairs.push((name.to_owned(), extended(value.text().unwrap_or_default()))),
            None => pairs.push((name, readable(value))),
        }
    }
    // What is not stated is US-ASCII (RFC 2046, section 4.1.2), which a server may tell.
    if is_text && !pairs.iter().any(|(name, _)| name == "charset") {
        pairs.push(("charset".into(), "us-ascii".into()));
    }
    pairs.sort();
    joined(&pairs)
}

/// `charset'language'percent-encoded` (RFC 2231, section 4).
fn extended(value: &[u8]) -> String {
    let mut parts = value.splitn(3, |&octet| octet == b'\'');
    let (Some(label), Some(_), Some(encoded)) = (parts.next(), parts.next(), parts.next()) else {
        return String::from_utf8_lossy(value).into_owned();
    };
    let mut octets = Vec::new();
    let mut rest = encoded;
    while let [first, after @ ..] = rest {
        rest = after;
        let escaped = after.get(..2).filter(|_| *first == b'%');
        let octet = escaped.and_then(|hex| u8::from_str_radix(std::str::from_utf8(hex).ok()?, 16).ok());
        if octet.is_some() {
            rest = &after[2..];
        }
        octets.push(octet.unwrap_or(*first));
    }
    decoded(&String::from_utf8_lossy(label), &octets)
}

/// The same facts as we see them.
fn ours(case: &Case) -> Facts {
    let message = Message::parse(&case.octets);
    let mut facts = Facts::new();
    our_envelope(&message.root(), "envelope", &mut facts);
    walk(&message, |entity, section| {
        let mut fact = |what: &str, value: String| drop(facts.insert(format!("{section} {what}"), value));
        let content_type = entity.content_type();
        let text = |name: &str| entity.header(name).map(|field| unfolded(field.value())).unwrap_or_default();
        fact("type", content_type.essence().to_owned());
        let mut all = content_type.parameters().clone();
        if content_type.is_text()
            && all.get("charset").is_none()
            && let Ok(charset) = anyrfc_mime::Parameter::new("charset", "us-ascii")
        {
            all.set(charset);
        }
        fact("parameters", parameters(&all));
        fact(
            "disposition",
            entity.content_disposition().map_or(String::new(), |disposition| {
                format!("{} {}", disposition.disposition().as_str(), parameters(disposition.parameters()))
            }),
        );
        if entity.kind() == BodyKind::Multipart {
            return;
        }
        fact("id", text("Content-ID"));
        fact("description", entity.description().map(Into::into).unwrap_or_default());
        let encoding = entity.encoding().map_or_else(|| text("Content-Transfer-Encoding"), |e| e.to_string());
        fact("encoding", encoding.to_lowercase());
        fact("octets", entity.raw_body().len().to_string());
        if content_type.is_text() || entity.kind() == BodyKind::Message {
            fact("lines", entity.raw_body().iter().filter(|&&octet| octet == b'\n').count().to_string());
        }
        if entity.kind() == BodyKind::Data {
            fact("body", digest(&entity.body()));
        }
        if let Some(inner) = entity.message() {
            our_envelope(&inner, &format!("{section} envelope"), &mut facts);
        }
    });
    facts
}

fn our_envelope(entity: &Entity<'_>, name: &str, facts: &mut Facts) {
    let text = |field: &str| entity.header(field).map(|field| unfolded(field.value())).unwrap_or_default();
    facts.insert(format!("{name} date"), text("Date"));
    let subject = entity.header("Subject").map(|field| field.text().into_owned());
    facts.insert(format!("{name} subject"), subject.unwrap_or_default());
    let from = addresses(entity, "From");
    // A server fills these in (RFC 3501, section 7.4.2).
    for field in ["sender", "reply-to"] {
        let found = Some(addresses(entity, field)).filter(|found| !found.is_empty());
        facts.insert(format!("{name} {field}"), found.unwrap_or_else(|| from.clone()));
    }
    for field in ["to", "cc", "bcc"] {
        facts.insert(format!("{name} {field}"), addresses(entity, field));
    }
    facts.insert(format!("{name} from"), from);
    facts.insert(format!("{name} in-reply-to"), text("In-Reply-To"));
    facts.insert(format!("{name} message-id"), text("Message-ID"));
}

/// Which statement decides for us where Dovecot sees something else.
fn decide(difference: &Difference<'_>) -> Option<&'static str> {
    let Difference { fact, ours, theirs, octets, .. } = difference;
    let (section, what) = fact.rsplit_once(' ').unwrap_or(("", fact));
    if what == "body" && *theirs == REFUSED {
        return Some("RFC 2045, section 6.8: characters outside the alphabet of base64 are passed over");
    }
    let without = |words: &str| theirs.replace(words, "").trim_matches(',').replace(",,", ",");
    if without("[|MISSING_MAILBOX@MISSING_DOMAIN]") == *ours {
        return Some("RFC 5322, section 4.4: empty elements of a list are no addresses");
    }
    if theirs.ends_with("@MISSING_DOMAIN]") && ours.is_empty() {
        return Some("RFC 5322, section 3.4.1: without a domain there is no address");
    }
    // A message inside that begins with what is no field.
    let message = Message::parse(octets);
    let mut bare = false;
    walk(&message, |entity, own| {
        let is_inside = section == own || section.strip_suffix(".1") == Some(own);
        let inner = entity.message().filter(|inner| inner.headers().next().is_none());
        bare |= is_inside && inner.is_some_and(|inner| !inner.raw_body().is_empty());
    });
    (bare && matches!(what, "octets" | "lines" | "body"))
        .then_some("RFC 5322, section 2.2: a line without a field's name is none of the header")
}
