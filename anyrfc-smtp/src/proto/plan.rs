//! What MAIL and RCPT say for a message at a server, and every reason for saying nothing at all.
//!
//! Whatever a server could only refuse, or would have to misunderstand, fails here, before the
//! first byte of the transaction.

use crate::{
    Error, ErrorKind,
    codec::command::{MailParams, check_burl, unsupported},
    rfc1870, rfc2852, rfc3461, rfc4468, rfc4865, rfc4954, rfc5321, rfc6152, rfc6531, rfc6710, rfc8689,
    types::{
        AuthParam, BodyType, BurlUrl, Capabilities, DeliverBy, Envelope, Extension, Hold, Parameter,
        Recipient, ReversePath, SizeLimit, TransferPreference, argument::LINE_MAX, content::Facts,
    },
};

/// How the bytes of a message go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Transfer {
    /// By DATA: lines.
    Data,
    /// By BDAT: lines, as they are.
    Bdat,
    /// By BDAT: any octets.
    BdatBinary,
    /// By a URL.
    Burl,
}

/// What MAIL and RCPT say, and what follows them.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    pub(crate) params: MailParams,
    pub(crate) transfer: Transfer,
    /// Whether each recipient has its reply after the message, by PRDR.
    pub(crate) prdr: bool,
    /// Whether the message follows its envelope without waiting, unless it goes by DATA.
    pub(crate) windowed: bool,
}

/// What TLS protects a stream. Layers of SASL are none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tls {
    /// None.
    None,
    /// Whoever shows any certificate.
    Unverified,
    /// That of a server whose certificate was verified.
    Verified,
}

impl Tls {
    pub(crate) const fn of(verified: bool) -> Self {
        if verified { Self::Verified } else { Self::Unverified }
    }
}

/// What the connection is like.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PlanConfig<'a> {
    /// LMTP is spoken.
    pub(crate) lmtp: bool,
    /// What TLS protects the stream.
    pub(crate) tls: Tls,
    /// Somebody has logged in.
    pub(crate) authenticated: bool,
    /// The next messages follow without waiting for this one, where the server can have it so.
    pub(crate) windowed: bool,
    /// The message is what this URL names.
    pub(crate) burl: Option<&'a BurlUrl>,
    /// How messages go where there is a choice.
    pub(crate) prefer: TransferPreference,
}

/// What MAIL and RCPT say for this envelope and a message like that, at a server that offers this.
///
/// # Errors
/// [`ErrorKind::Unsupported`] when the server does not offer what it takes,
/// [`ErrorKind::Refused`] when the message is larger than it allows, [`ErrorKind::Usage`] when it
/// could be sent to no server like that.
pub(crate) fn plan(
    envelope: &Envelope,
    facts: &Facts,
    server: &Capabilities,
    config: &PlanConfig<'_>,
) -> Result<Plan, Error> {
    let size = size(facts, server)?;
    let utf8 = needs_utf8(envelope, facts, server)?;
    // A window pays only where nothing is waited for. In LMTP everything is local, and answered as often as recipients
    // were accepted, which is to be known before.
    let windowed = config.windowed && server.has(Extension::Pipelining) && !config.lmtp;
    let (transfer, body) = transfer(facts, server, config, windowed)?;
    options(envelope, server, config)?;
    let dsn = envelope.asks_for_dsn();
    if dsn && !server.has(Extension::Dsn) {
        return Err(unsupported("the server does not offer DSN", rfc3461::PARAMETERS_NEED_DSN));
    }
    for recipient in envelope.recipients() {
        let length = recipient.path().mailbox().map_or("Postmaster".len(), |mailbox| mailbox.length(!utf8));
        parameters(recipient.options().parameters(), server, "RCPT TO:<>".len().saturating_add(length))?;
    }
    // LMTP has a reply for each recipient anyway.
    let prdr = envelope.options().prdr && server.has(Extension::Prdr) && !config.lmtp;
    let sender = envelope.sender().mailbox().map_or(0, |mailbox| mailbox.length(!utf8));
    parameters(envelope.options().parameters(), server, "MAIL FROM:<>".len().saturating_add(sender))?;
    Ok(Plan { params: MailParams { size, body, utf8, dsn, prdr }, transfer, prdr, windowed })
}

/// What RCPT says for one more recipient of a transaction whose MAIL said `params`.
///
/// # Errors
/// As [`plan`].
pub(crate) fn plan_recipient(
    recipient: &Recipient,
    params: MailParams,
    server: &Capabilities,
) -> Result<MailParams, Error> {
    let mailbox = recipient.path().mailbox();
    if !params.utf8 && mailbox.is_some_and(|mailbox| mailbox.needs_utf8()) {
        let what = "a recipient beyond ASCII in a transaction that was begun without SMTPUTF8";
        return Err(Error::usage(what).with_requirement(rfc6531::NEED_IS_DECLARED));
    }
    let options = recipient.options();
    let asks = options.notify.is_some() || options.original.is_some();
    if asks && !server.has(Extension::Dsn) {
        return Err(unsupported("the server does not offer DSN", rfc3461::PARAMETERS_NEED_DSN));
    }
    let length = mailbox.map_or("Postmaster".len(), |mailbox| mailbox.length(!params.utf8));
    parameters(options.parameters(), server, "RCPT TO:<>".len().saturating_add(length))?;
    Ok(MailParams { dsn: params.dsn || asks, ..params })
}

/// The size that is declared (RFC 1870, sections 4 and 7).
fn size(facts: &Facts, server: &Capabilities) -> Result<Option<u64>, Error> {
    let (Some(size), Some(limit)) = (facts.size, server.size()) else { return Ok(None) };
    if let SizeLimit::Octets(limit) = limit
        && size > limit
    {
        let what = format!("the message has {size} octets, of which the server takes {limit}");
        return Err(Error::new(ErrorKind::Refused, what).with_requirement(rfc1870::OVERSIZE_IS_REFUSED));
    }
    Ok(Some(size))
}

/// Whether SMTPUTF8 is said (RFC 6531, section 3.4): for a header in UTF-8, and for addresses whose
/// local part is beyond ASCII. Domains are written in A-labels otherwise.
fn needs_utf8(envelope: &Envelope, facts: &Facts, server: &Capabilities) -> Result<bool, Error> {
    let submitter = match &envelope.options().auth {
        Some(AuthParam::Mailbox(mailbox)) => Some(mailbox),
        _ => None,
    };
    let address = envelope.mailboxes().chain(submitter).any(|mailbox| mailbox.needs_utf8());
    let needed = address || facts.utf8_header;
    if !needed || server.has(Extension::SmtpUtf8) {
        return Ok(needed);
    }
    Err(if address {
        let what = "the server does not offer SMTPUTF8, and the local part of an address is beyond ASCII";
        unsupported(what, rfc6531::NO_UTF8_ADDRESS_WITHOUT_SMTPUTF8)
    } else {
        let what = "the server does not offer SMTPUTF8, and the header of the message is beyond ASCII";
        unsupported(what, rfc6531::NO_UTF8_HEADERS_WITHOUT_SMTPUTF8)
    })
}

/// How the message goes, and what is said of its octets.
fn transfer(
    facts: &Facts,
    server: &Capabilities,
    config: &PlanConfig<'_>,
    windowed: bool,
) -> Result<(Transfer, Option<BodyType>), Error> {
    facts.check()?;
    let chunks = server.has(Extension::Chunking);
    let binary = server.has(Extension::BinaryMime);
    if facts.binary && !(binary && (chunks || config.burl.is_some())) {
        // Which of the things that make it so.
        let why = facts.check_text().err();
        let requirement = why.map_or(crate::rfc3030::NO_BINARY_WITHOUT_BINARYMIME, |why| why.requirement());
        let error = unsupported("the server does not offer BINARYMIME and CHUNKING", requirement);
        return Err(match why {
            Some(why) => error.with_source(why),
            None => error,
        });
    }
    let body = if facts.binary {
        Some(BodyType::BinaryMime)
    } else if facts.eight_bit {
        if !server.has(Extension::EightBitMime) {
            let what = "the server does not offer 8BITMIME, and the message has octets beyond ASCII";
            return Err(unsupported(what, rfc6152::NO_EIGHT_BIT_WITHOUT_8BITMIME));
        }
        if facts.unlabeled {
            let what = "the message has octets beyond ASCII and no header fields MIME-Version and \
                        Content-Transfer-Encoding: 8bit to label them (Content::eight_bit sends it all the same)";
            return Err(Error::usage(what).with_requirement(rfc5321::EIGHTBITMIME_IS_FOR_MIME));
        }
        Some(BodyType::EightBitMime)
    } else {
        None
    };
    if let Some(url) = config.burl {
        if config.lmtp {
            // How often it would be answered is not said anywhere.
            let what = "BURL is for submission, and LMTP is none";
            return Err(unsupported(what, rfc4468::BURL_IS_NOT_FOR_RELAYS));
        }
        check_burl(url, server)?;
        return Ok((Transfer::Burl, body));
    }
    let transfer = if facts.binary {
        Transfer::BdatBinary
    } else if chunks && (windowed || config.prefer == TransferPreference::Chunked) {
        Transfer::Bdat
    } else {
        Transfer::Data
    };
    Ok((transfer, body))
}

/// Whether the server does all that the envelope asks for.
fn options(envelope: &Envelope, server: &Capabilities, config: &PlanConfig<'_>) -> Result<(), Error> {
    let options = envelope.options();
    if options.require_tls {
        match config.tls {
            Tls::Verified => {}
            Tls::Unverified => {
                let what = "the message is to go by verified TLS alone, and the server's certificate was not verified";
                return Err(Error::usage(what).with_requirement(rfc8689::CERTIFICATE_IS_TRUSTED));
            }
            Tls::None => {
                let what = "the message is to go by TLS alone, and the connection has none";
                return Err(Error::usage(what).with_requirement(rfc8689::SESSION_IS_TLS));
            }
        }
        if !server.has(Extension::RequireTls) {
            let what = "the server does not offer REQUIRETLS";
            return Err(unsupported(what, rfc8689::REQUIRETLS_NEEDS_THE_KEYWORD));
        }
    }
    if let Some(by) = options.deliver_by {
        let Some(least) = server.deliver_by() else {
            return Err(unsupported("the server does not offer DELIVERBY", rfc2852::BY_NEEDS_THE_KEYWORD));
        };
        if by.returns() && i64::from(by.seconds()) < i64::from(least) {
            let what = format!("the server takes no less than {least} seconds");
            return Err(unsupported(what, rfc2852::BY_IS_NOT_BELOW_THE_MINIMUM));
        }
    }
    if options.priority.is_some() && !server.has(Extension::MtPriority) {
        let what = "the server does not offer MT-PRIORITY";
        return Err(unsupported(what, rfc6710::MT_PRIORITY_NEEDS_THE_KEYWORD));
    }
    if let Some(hold) = options.hold {
        held(hold, envelope.sender(), options.deliver_by, server)?;
    }
    // A server that offers AUTH takes the parameter from everybody, and some no longer offer it
    // once it has been used.
    if options.auth.is_some() && !server.has(Extension::Auth) && !config.authenticated {
        return Err(unsupported("the server does not offer AUTH", rfc4954::AUTH_NEEDS_THE_KEYWORD));
    }
    Ok(())
}

/// Whether the server holds the message so (RFC 4865, section 4.1).
fn held(
    hold: Hold,
    sender: &ReversePath,
    deliver_by: Option<DeliverBy>,
    server: &Capabilities,
) -> Result<(), Error> {
    let Some(most) = server.future_release() else {
        return Err(unsupported("the server does not offer FUTURERELEASE", rfc4865::SUPPORT_IS_VERIFIED));
    };
    if sender.is_null() {
        let error = Error::usage("a message with the null reverse-path is not held");
        return Err(error.with_requirement(rfc4865::DSN_IS_NOT_HELD));
    }
    let (beyond, requirement) = match hold {
        Hold::For(interval) => {
            let beyond = most.interval_max.is_some_and(|most| u64::from(interval.seconds()) > most);
            (beyond, rfc4865::INTERVAL_IS_WITHIN_THE_MAXIMUM)
        }
        Hold::Until(time) => {
            (most.time_max.is_some_and(|most| time > most), rfc4865::DATE_IS_WITHIN_THE_MAXIMUM)
        }
    };
    if beyond {
        return Err(unsupported("the server holds no message for so long", requirement));
    }
    let what = match (deliver_by, hold) {
        (None, _) => return Ok(()),
        (Some(by), Hold::For(interval)) if i64::from(by.seconds()) > i64::from(interval.seconds()) => {
            return Ok(());
        }
        (Some(_), Hold::For(_)) => "the message is to be delivered before it is let go",
        // The one counts from now and the other does not: which comes first depends on two clocks.
        (Some(_), Hold::Until(_)) => "a message with a time of delivery is held for an interval alone",
    };
    Err(Error::usage(what).with_requirement(rfc4865::DELIVERY_IS_AFTER_RELEASE))
}

/// Whether the server offers what these are of, and the line has room for them: others lengthen it
/// as much as they need, these do not (RFC 5321, section 4.5.3.1.4).
fn parameters(parameters: &[Parameter], server: &Capabilities, command: usize) -> Result<(), Error> {
    let mut length = command.saturating_add("\r\n".len());
    for parameter in parameters {
        if server.keyword(parameter.extension()).is_none() {
            let what = format!("the server does not offer {}", parameter.extension());
            return Err(unsupported(what, rfc5321::PARAMETERS_NEED_AN_OFFERED_EXTENSION));
        }
        // Each with the space or the equals sign in front of it.
        let (keyword, value) = (Some(parameter.keyword()), parameter.value());
        for word in keyword.into_iter().chain(value) {
            length = length.saturating_add(1).saturating_add(word.len());
        }
    }
    if length > LINE_MAX {
        let error = Error::usage("the parameters do not fit on a command line");
        return Err(error.with_requirement(rfc5321::COMMAND_LINE_HAS_512_OCTETS));
    }
    Ok(())
}

#[cfg(test)]
mod tests;
