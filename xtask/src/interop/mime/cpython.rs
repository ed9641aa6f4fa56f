//! CPython's `email`: what its two policies see of our messages.

use std::{
    io::Write as _,
    net::{Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyrfc_mime::{Message, parse::Entity, proto::BodyKind};
use encodify::base64::STANDARD as BASE64;
use indicatif::ProgressBar;

use super::{
    Case, Difference, Facts, SUBJECT, cases,
    facts::{addresses, parameters, unfolded, walk},
    judge,
};
use crate::{
    Result,
    interop::{
        install::{Site, apt_install, interpreter},
        peer::{Drive, Form, Outcome, Peer, Running, Started},
        process::quietly,
    },
};

const SCRIPT: &str = include_str!("cpython_email.py");

/// The peer: a library, not a server.
#[derive(Debug)]
pub(in crate::interop) struct CpythonEmail;

fn python() -> Option<PathBuf> {
    interpreter("python3", "3")
}

impl Peer for CpythonEmail {
    fn name(&self) -> &'static str {
        "cpython-email"
    }

    fn subject(&self) -> &'static str {
        SUBJECT
    }

    fn about(&self) -> &'static str {
        "the package `email` of Python's own library"
    }

    fn version(&self, _: &Site) -> Option<String> {
        let text = quietly(
            Command::new(python()?).args(["-c", "import email.policy, sys; print(sys.version.split()[0])"]),
        );
        Some(text.ok()?.trim().to_owned())
    }

    fn install(&self, _: &Site) -> Result<()> {
        apt_install(&["python3"])
    }

    fn start(&self, _: &Site, dir: &Path) -> Result<Started> {
        std::fs::write(dir.join("email_facts.py"), SCRIPT)?;
        Ok(Started { servers: Vec::new(), address: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)) })
    }

    fn drive<'a>(&'a self, running: &'a Running, _: Form, progress: &'a ProgressBar) -> Drive<'a> {
        Box::pin(async move { compare(running.dir(), progress) })
    }
}

fn compare(dir: &Path, progress: &ProgressBar) -> Result<Outcome> {
    let cases = cases()?;
    progress.set_length(cases.len() as u64);
    let mut lines = String::new();
    for case in &cases {
        lines.push_str(&BASE64.encode(&case.octets));
        lines.push('\n');
    }
    // By a file: both ends of a pipe could wait for each other.
    let input = dir.join("messages.txt");
    std::fs::File::create(&input)?.write_all(lines.as_bytes())?;
    let python = python().ok_or("there is no python3")?;
    let output = Command::new(python)
        .arg(dir.join("email_facts.py"))
        .env("PYTHONIOENCODING", "utf-8")
        .stdin(Stdio::from(std::fs::File::open(&input)?))
        .output()?;
    if !output.status.success() {
        return Err(format!(
            "python ended with {}: {}",
            output.status,
            String::from_utf8_lossy(&output.stderr)
        )
        .into());
    }
    let theirs = output.stdout.split(|&octet| octet == b'\n').filter(|line| !line.is_empty());
    let theirs = theirs.map(serde_json::from_slice).collect::<std::result::Result<Vec<Facts>, _>>()?;
    Ok(judge(&cases, &theirs, ours, decide, progress))
}

fn digest(octets: &[u8]) -> String {
    let whole = super::facts::digest(octets);
    whole.rsplit_once(", \"").map_or(whole.clone(), |(begun, _)| begun.to_owned())
}

fn ours(case: &Case) -> Facts {
    let message = Message::parse(&case.octets);
    let mut facts = Facts::new();
    header(&message.root(), "header", &mut facts);
    walk(&message, |entity, section| {
        let mut fact = |what: &str, value: String| drop(facts.insert(format!("{section} {what}"), value));
        let content_type = entity.content_type();
        fact("type", content_type.essence().to_owned());
        fact("parameters", parameters(content_type.parameters()));
        fact(
            "disposition",
            entity.content_disposition().map_or(String::new(), |disposition| {
                format!("{} {}", disposition.disposition().as_str(), parameters(disposition.parameters()))
            }),
        );
        if entity.kind() == BodyKind::Multipart {
            return;
        }
        fact("description", entity.description().map(Into::into).unwrap_or_default());
        let id = entity.header("Content-ID").map(|field| unfolded(field.value()));
        fact("id", id.unwrap_or_default());
        if let Some(inner) = entity.message() {
            header(&inner, &format!("{section} header"), &mut facts);
            return;
        }
        // Every such body is taken for a message there, and its octets are not kept.
        if content_type.media_type() == "message" {
            return;
        }
        fact("body", digest(&entity.body()));
        if let Some(text) = entity.text() {
            fact("text", digest(text.as_bytes()));
        }
    });
    facts
}

fn header(entity: &Entity<'_>, name: &str, facts: &mut Facts) {
    let subject = entity.header("Subject").map(|field| field.text().into_owned());
    facts.insert(format!("{name} subject"), subject.unwrap_or_default());
    for field in ["from", "sender", "reply-to", "to", "cc", "bcc"] {
        facts.insert(format!("{name} {field}"), addresses(entity, field));
    }
    let date = entity.header("Date").and_then(|field| field.date_time());
    facts.insert(
        format!("{name} date"),
        date.map(|date| date.unix_timestamp().to_string()).unwrap_or_default(),
    );
    let id = entity.header("Message-ID").map(|field| unfolded(field.value()));
    facts.insert(format!("{name} message-id"), id.unwrap_or_default());
}

/// Which statement decides for us where `email` sees something else.
fn decide(difference: &Difference<'_>) -> Option<&'static str> {
    let Difference { case, fact, ours, theirs, octets } = difference;
    let what = fact.rsplit_once(' ').map_or(*fact, |(_, what)| what);
    let is_address = matches!(what, "from" | "sender" | "reply-to" | "to" | "cc" | "bcc");
    let squeezed = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
    if is_address && has_adjacent_words(octets) && squeezed(ours) == squeezed(theirs) {
        return Some("RFC 2047, section 6.2: white space between adjacent encoded-words is not shown");
    }
    if is_address && ours.is_empty() && theirs.ends_with("@]") {
        return Some("RFC 5322, section 3.4.1: without a domain there is no address");
    }
    let is_comment = *case == "rfc2047-8-4" || case.starts_with("rfc2047-8-comment-");
    if what == "from" && is_comment && theirs.starts_with("[|") {
        return Some("RFC 5322, section 3.4: the older form has the name in a comment behind the address");
    }
    if *case == "rfc5322-a-6-3-obsolete-white-space" {
        return Some("RFC 5322, section 4.5: white space may stand before a field's colon");
    }
    if what == "date" && *case == "rfc8098-9" {
        return Some("RFC 5322, section 4.3: a comment may stand behind the seconds");
    }
    let is_bare = ["rfc3464-e-several"].contains(case) && theirs.starts_with("0 octets");
    is_bare.then_some("RFC 5322, section 2.2: a line without a field's name is none of the header")
}

/// Whether there are encoded-words with nothing but white space between them.
fn has_adjacent_words(octets: &[u8]) -> bool {
    let text = String::from_utf8_lossy(octets);
    text.split("?=").skip(1).any(|rest| {
        let next = rest.trim_start();
        next.len() < rest.len() && next.starts_with("=?")
    })
}
