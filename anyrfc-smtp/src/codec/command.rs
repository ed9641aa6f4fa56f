//! Commands as they are written (RFC 5321, section 4.1.1).
//!
//! Nothing here can hold more than one command: whatever a caller says is a value that was checked
//! when it was made.

use std::fmt::Write as _;

use anyrfc_core::Secret;
use anyrfc_sasl::MechanismName;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use bytes::{BufMut, BytesMut};

use crate::{
    Error, ErrorKind, Requirement, rfc3030, rfc4468, rfc4954, rfc5321, rfc6531,
    types::{
        argument::{Argument, BurlUrl, LINE_MAX, RawCommand},
        capability::{Capabilities, Extension},
        domain::EhloName,
        dsn,
        envelope::{Envelope, Recipient},
        mailbox::{ForwardPath, ReversePath},
        params::{AuthParam, BodyType, Hold, Parameter},
        xtext,
    },
};

/// What a client can say.
#[derive(Debug)]
#[non_exhaustive]
pub enum Command {
    /// Who is there, and what can the server do?
    Ehlo(EhloName),
    /// Who is there? For servers that know nothing else.
    Helo(EhloName),
    /// EHLO of LMTP (RFC 2033, section 4.1).
    Lhlo(EhloName),
    /// TLS on this connection (RFC 3207).
    StartTls,
    /// An authentication (RFC 4954, section 4).
    Auth {
        /// By this mechanism.
        mechanism: MechanismName,
        /// The client's first message, where it has one to begin with.
        initial: Option<Secret<Vec<u8>>>,
    },
    /// The sender of a message.
    Mail(Mail),
    /// A recipient of it.
    Rcpt(Rcpt),
    /// The message itself.
    Data,
    /// A piece of the message, which follows at once (RFC 3030, section 2).
    Bdat {
        /// So many octets.
        size: u64,
        /// Whether it is the last.
        last: bool,
    },
    /// A piece of the message, which the server fetches (RFC 4468).
    Burl {
        /// From here.
        url: BurlUrl,
        /// Whether it is the last.
        last: bool,
    },
    /// No message after all.
    Rset,
    /// Nothing.
    Noop(Option<Argument>),
    /// Does this user exist?
    Vrfy(Argument),
    /// Who is on this list?
    Expn(Argument),
    /// What does the server know?
    Help(Option<Argument>),
    /// The end.
    Quit,
    /// One that this crate does not know.
    Raw(RawCommand),
}

/// MAIL, as a plan for a server has it.
#[derive(Clone, Debug)]
pub struct Mail {
    envelope: Envelope,
    params: MailParams,
}

impl Mail {
    pub(crate) const fn new(envelope: Envelope, params: MailParams) -> Self {
        Self { envelope, params }
    }

    /// The sender.
    #[must_use]
    pub const fn sender(&self) -> &ReversePath {
        self.envelope.sender()
    }
}

/// RCPT, as a plan for a server has it.
#[derive(Clone, Debug)]
pub struct Rcpt {
    recipient: Recipient,
    params: MailParams,
}

impl Rcpt {
    pub(crate) const fn new(recipient: Recipient, params: MailParams) -> Self {
        Self { recipient, params }
    }

    /// The recipient.
    #[must_use]
    pub const fn recipient(&self) -> &Recipient {
        &self.recipient
    }
}

/// What MAIL and RCPT say beyond the envelope, for one message at one server.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct MailParams {
    /// How large the message is, where the server offers SIZE and it is known.
    pub(crate) size: Option<u64>,
    /// What its octets are, unless they are ASCII.
    pub(crate) body: Option<BodyType>,
    /// Whether SMTPUTF8 is said, and addresses are written in UTF-8; in A-labels otherwise.
    pub(crate) utf8: bool,
    /// Whether notifications are spoken of, so that each recipient has its ORCPT.
    pub(crate) dsn: bool,
    /// Whether PRDR is said.
    pub(crate) prdr: bool,
}

impl Command {
    /// Whether an AUTH with an initial response of so many octets is short enough for a command
    /// line; else the response waits for the server to ask (RFC 4954, section 4).
    #[must_use]
    pub fn fits_initial_response(mechanism: MechanismName, octets: usize) -> bool {
        // Nothing at all is one octet, for which there is always room.
        let base64 = octets.div_ceil(3).saturating_mul(4);
        base64.saturating_add("AUTH  \r\n".len()).saturating_add(mechanism.as_str().len()) <= LINE_MAX
    }

    /// The verb.
    #[must_use]
    pub fn verb(&self) -> &str {
        match self {
            Self::Ehlo(_) => "EHLO",
            Self::Helo(_) => "HELO",
            Self::Lhlo(_) => "LHLO",
            Self::StartTls => "STARTTLS",
            Self::Auth { .. } => "AUTH",
            Self::Mail(_) => "MAIL",
            Self::Rcpt(_) => "RCPT",
            Self::Data => "DATA",
            Self::Bdat { .. } => "BDAT",
            Self::Burl { .. } => "BURL",
            Self::Rset => "RSET",
            Self::Noop(_) => "NOOP",
            Self::Vrfy(_) => "VRFY",
            Self::Expn(_) => "EXPN",
            Self::Help(_) => "HELP",
            Self::Quit => "QUIT",
            Self::Raw(raw) => raw.verb(),
        }
    }

    /// Whether this can be sent to a server that offers this.
    ///
    /// # Errors
    /// [`ErrorKind::Unsupported`] when the server does not offer what it takes,
    /// [`ErrorKind::Usage`] when no server could take it.
    pub fn check(&self, server: &Capabilities) -> Result<(), Error> {
        match self {
            Self::Auth { mechanism, initial } => {
                if !server.offers_mechanism(*mechanism) {
                    return Err(unsupported(
                        format!("the server does not offer {mechanism}"),
                        rfc4954::AUTH_NEEDS_THE_KEYWORD,
                    ));
                }
                if let Some(initial) = initial
                    && !Self::fits_initial_response(*mechanism, initial.expose().len())
                {
                    return Err(Error::usage("the initial response is too long for a command line")
                        .with_requirement(rfc4954::LONG_INITIAL_RESPONSE_WAITS));
                }
                Ok(())
            }
            Self::Bdat { .. } if !server.has(Extension::Chunking) => {
                Err(unsupported("the server does not offer CHUNKING", rfc3030::BDAT_NEEDS_CHUNKING))
            }
            Self::Burl { url, .. } => check_burl(url, server),
            Self::Vrfy(argument) | Self::Expn(argument) => {
                if argument.needs_utf8() && !server.has(Extension::SmtpUtf8) {
                    return Err(unsupported(
                        "the server does not offer SMTPUTF8",
                        rfc6531::VRFY_WAITS_FOR_EHLO,
                    ));
                }
                Ok(())
            }
            Self::Noop(Some(argument)) | Self::Help(Some(argument)) if argument.needs_utf8() => {
                Err(Error::usage("UTF-8 has no place in this command")
                    .with_requirement(rfc5321::MAILBOX_ARGUMENTS_ARE_PRINTABLE_ASCII))
            }
            Self::Raw(raw) if !raw.is_private() && server.keyword(raw.verb()).is_none() => {
                let what = format!("the server does not offer {}", raw.verb());
                Err(unsupported(what, rfc5321::COMMANDS_WITHOUT_X_ARE_REGISTERED))
            }
            _ => Ok(()),
        }
    }

    /// Writes it, its end included.
    pub fn encode(&self, out: &mut BytesMut) {
        match self {
            Self::Ehlo(name) => words(out, &["EHLO", name.as_str()]),
            Self::Helo(name) => words(out, &["HELO", name.as_str()]),
            Self::Lhlo(name) => words(out, &["LHLO", name.as_str()]),
            Self::Auth { mechanism, initial } => {
                words(out, &["AUTH", mechanism.as_str()]);
                if let Some(initial) = initial {
                    out.put_u8(b' ');
                    put_base64(initial.expose(), out);
                }
            }
            Self::Mail(mail) => return encode_mail(&mail.envelope, &mail.params, out),
            Self::Rcpt(rcpt) => return encode_rcpt(&rcpt.recipient, &rcpt.params, out),
            Self::Bdat { size, last } => return encode_bdat(*size, *last, out),
            Self::Burl { url, last } => {
                words(out, &["BURL", url.expose()]);
                if *last {
                    out.put_slice(b" LAST");
                }
            }
            Self::Noop(Some(argument)) => words(out, &["NOOP", argument.as_str()]),
            Self::Help(Some(argument)) => words(out, &["HELP", argument.as_str()]),
            Self::Vrfy(argument) | Self::Expn(argument) => {
                words(out, &[self.verb(), argument.as_str()]);
                if argument.needs_utf8() {
                    out.put_slice(b" SMTPUTF8");
                }
            }
            Self::Raw(raw) => {
                out.put_slice(raw.verb().as_bytes());
                if let Some(arguments) = raw.arguments() {
                    words(out, &["", arguments]);
                }
            }
            Self::StartTls | Self::Data | Self::Rset | Self::Quit | Self::Noop(None) | Self::Help(None) => {
                out.put_slice(self.verb().as_bytes());
            }
        }
        out.put_slice(b"\r\n");
    }
}

/// The server does not offer what `requirement` asks for.
pub(crate) fn unsupported(
    message: impl Into<std::borrow::Cow<'static, str>>,
    requirement: &'static Requirement,
) -> Error {
    Error::new(ErrorKind::Unsupported, message).with_requirement(requirement)
}

/// Whether the server takes this URL (RFC 4468, sections 3.1 and 3.3).
pub(crate) fn check_burl(url: &BurlUrl, server: &Capabilities) -> Result<(), Error> {
    if !server.has(Extension::Burl) {
        return Err(unsupported("the server does not offer BURL", rfc4468::BURL_NEEDS_THE_KEYWORD));
    }
    let takes = if url.is_authorized() { server.burl() } else { server.burl_trusts(url.server()) };
    if !takes {
        let what = "the server does not take such a URL, or not before authentication";
        return Err(unsupported(what, rfc4468::BURL_NEEDS_THE_KEYWORD));
    }
    Ok(())
}

/// Words, with spaces between them.
fn words(out: &mut BytesMut, words: &[&str]) {
    for (index, word) in words.iter().enumerate() {
        if index > 0 {
            out.put_u8(b' ');
        }
        out.put_slice(word.as_bytes());
    }
}

/// Base64, or `=` for nothing at all (RFC 4954, section 4), written in its place, so that no copy
/// of it stays behind.
fn put_base64(octets: &[u8], out: &mut BytesMut) {
    if octets.is_empty() {
        return out.put_u8(b'=');
    }
    let begin = out.len();
    out.resize(octets.len().div_ceil(3).saturating_mul(4).saturating_add(begin), b'=');
    if let Some(place) = out.get_mut(begin..) {
        // The place is exactly as large as what is written there.
        let _ = STANDARD.encode_slice(octets, place);
    }
}

/// Writes BDAT; its octets follow.
pub(crate) fn encode_bdat(size: u64, last: bool, out: &mut BytesMut) {
    out.put_slice(b"BDAT ");
    put(out, size);
    out.put_slice(if last { b" LAST\r\n" } else { b"\r\n" });
}

/// Writes a number or the like.
fn put(out: &mut BytesMut, value: impl std::fmt::Display) {
    // Writing to memory cannot fail.
    let _ = write!(out, "{value}");
}

fn put_parameters(parameters: &[Parameter], out: &mut BytesMut) {
    for parameter in parameters {
        out.put_u8(b' ');
        out.put_slice(parameter.keyword().as_bytes());
        if let Some(value) = parameter.value() {
            out.put_u8(b'=');
            out.put_slice(value.as_bytes());
        }
    }
}

/// Writes MAIL for this envelope (RFC 5321, section 4.1.1.2).
pub(crate) fn encode_mail(envelope: &Envelope, params: &MailParams, out: &mut BytesMut) {
    out.put_slice(b"MAIL FROM:<");
    if let Some(mailbox) = envelope.sender().mailbox() {
        mailbox.write(!params.utf8, out);
    }
    out.put_u8(b'>');
    if let Some(size) = params.size {
        out.put_slice(b" SIZE=");
        put(out, size);
    }
    if let Some(body) = params.body {
        out.put_slice(b" BODY=");
        out.put_slice(body.as_str().as_bytes());
    }
    if params.utf8 {
        out.put_slice(b" SMTPUTF8");
    }
    let options = envelope.options();
    if let Some(content) = options.return_content {
        out.put_slice(b" RET=");
        out.put_slice(content.as_str().as_bytes());
    }
    if let Some(id) = &options.envelope_id {
        out.put_slice(b" ENVID=");
        xtext::write(id.as_str().as_bytes(), out);
    }
    match &options.auth {
        None => {}
        Some(AuthParam::Unknown) => out.put_slice(b" AUTH=<>"),
        Some(AuthParam::Mailbox(mailbox)) => {
            let (local_part, domain) = mailbox.written(!params.utf8);
            out.put_slice(b" AUTH=");
            xtext::write(local_part.as_bytes(), out);
            out.put_u8(b'@');
            xtext::write(domain.as_bytes(), out);
        }
    }
    if let Some(by) = options.deliver_by {
        out.put_slice(b" BY=");
        put(out, by);
    }
    if let Some(priority) = options.priority {
        out.put_slice(b" MT-PRIORITY=");
        put(out, priority);
    }
    match options.hold {
        None => {}
        Some(Hold::For(interval)) => {
            out.put_slice(b" HOLDFOR=");
            put(out, interval.seconds());
        }
        Some(Hold::Until(time)) => {
            out.put_slice(b" HOLDUNTIL=");
            put(out, time);
        }
    }
    if options.require_tls {
        out.put_slice(b" REQUIRETLS");
    }
    if params.prdr {
        out.put_slice(b" PRDR");
    }
    put_parameters(options.parameters(), out);
    out.put_slice(b"\r\n");
}

/// Writes RCPT for this recipient (RFC 5321, section 4.1.1.3).
pub(crate) fn encode_rcpt(recipient: &Recipient, params: &MailParams, out: &mut BytesMut) {
    out.put_slice(b"RCPT TO:<");
    match recipient.path() {
        ForwardPath::Mailbox(mailbox) => mailbox.write(!params.utf8, out),
        postmaster @ ForwardPath::Postmaster => out.put_slice(postmaster.as_str().as_bytes()),
    }
    out.put_u8(b'>');
    let options = recipient.options();
    if let Some(notify) = options.notify {
        out.put_slice(b" NOTIFY=");
        notify.write(out);
    }
    match &options.original {
        Some(original) => {
            out.put_slice(b" ORCPT=");
            original.write(params.utf8, out);
        }
        None if params.dsn => dsn::write_own(recipient.path(), !params.utf8, out),
        None => {}
    }
    put_parameters(options.parameters(), out);
    out.put_slice(b"\r\n");
}

#[cfg(test)]
mod tests;
