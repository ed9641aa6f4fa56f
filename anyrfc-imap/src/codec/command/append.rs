//! APPEND (RFC 9051, section 6.3.12; RFC 3516, section 4.4; RFC 6855, section 4), with several
//! messages (RFC 3502) and with messages that the server joins from parts (RFC 4469).

use super::{Collected, Command, DataKind, Needs, Phase, Takes};
use crate::{
    Error, ErrorKind,
    codec::encode::Encoder,
    rfc3502, rfc3516, rfc4469, rfc5257, rfc6855,
    types::{
        AppendContent, AppendForm, AppendMessage, AppendOptions, AppendUid, Capability, CatenatePart, Code,
        ImapUrl, MailboxName,
    },
};

/// APPEND: puts messages into a mailbox, all of them or none. Their octets come from the caller
/// while the command is sent, one after the other.
///
/// An empty message among several takes everything back: the server is to add none then (RFC
/// 3502, section 6.3.11).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Append {
    /// Which mailbox.
    pub mailbox: MailboxName,
    /// The messages, in this order.
    pub messages: Vec<AppendMessage>,
}

impl Append {
    /// A message of so many octets: exactly so many must come.
    #[must_use]
    pub fn new(mailbox: MailboxName, options: AppendOptions, octets: u64) -> Self {
        Self::several(mailbox, [AppendMessage::new(options, octets)])
    }

    /// These messages.
    #[must_use]
    pub fn several(mailbox: MailboxName, messages: impl Into<Vec<AppendMessage>>) -> Self {
        Self { mailbox, messages: messages.into() }
    }
}

impl Command for Append {
    /// Where the messages are, if the server says so (RFC 4315, section 3; RFC 3502).
    type Answer = Option<AppendUid>;

    fn needs(&self) -> Needs {
        let needs = needs(Needs::phase(Phase::Authenticated), &self.messages);
        if self.messages.len() <= 1 {
            return needs;
        }
        let joined =
            self.messages.iter().any(|message| matches!(message.content, AppendContent::Catenate(_)));
        needs.capability(Capability::MultiAppend).because(if joined {
            rfc4469::SEVERAL_MESSAGES_NEED_MULTIAPPEND
        } else {
            rfc3502::MULTIAPPEND_NEEDS_THE_CAPABILITY
        })
    }

    fn encode(&self, encoder: &mut Encoder<'_>) -> Result<(), Error> {
        if self.messages.is_empty() {
            return Err(Error::usage("there is no message to append"));
        }
        encoder.word("APPEND ").mailbox(&self.mailbox)?;
        self.messages.iter().try_for_each(|message| message_of(encoder.space(), message))
    }

    fn takes(&self) -> Takes {
        Takes::nothing().strays([DataKind::AppendUid])
    }

    fn answer(data: Collected) -> Result<Option<AppendUid>, Error> {
        Ok(appended(&data))
    }
}

/// A command with literals that come from its caller while it is sent.
pub trait WithLiterals: Command {
    /// How many octets each of them has, in their order.
    fn literals(&self) -> Vec<u64>;
}

impl WithLiterals for Append {
    fn literals(&self) -> Vec<u64> {
        self.messages.iter().flat_map(literals).collect()
    }
}

/// The literals of a message.
pub(super) fn literals(message: &AppendMessage) -> Vec<u64> {
    match &message.content {
        AppendContent::Octets(octets) => vec![*octets],
        AppendContent::Catenate(parts) => parts
            .iter()
            .filter_map(|part| if let CatenatePart::Text(octets) = part { Some(*octets) } else { None })
            .collect(),
    }
}

/// Where the server says that the messages are.
pub(super) fn appended(data: &Collected) -> Option<AppendUid> {
    let found = data.codes().filter_map(|code| match code {
        Code::AppendUid(found) => Some(found.clone()),
        _ => None,
    });
    found.last()
}

/// What these messages need beyond what the command needs.
pub(super) fn needs(mut needs: Needs, messages: &[AppendMessage]) -> Needs {
    if messages.iter().any(|message| message.options.sent_as() == AppendForm::Binary) {
        needs = needs.or_rev2(Capability::Binary).because(rfc3516::BINARY_NEEDS_THE_CAPABILITY);
    }
    if messages.iter().any(|message| matches!(message.content, AppendContent::Catenate(_))) {
        needs = needs.capability(Capability::Catenate).because(rfc4469::CATENATE_NEEDS_THE_CAPABILITY);
    }
    // What the mailbox takes is not known unless it is selected: the server decides.
    if messages.iter().any(|message| !message.options.annotations().is_empty()) {
        needs =
            needs.capability(Capability::AnnotateExperiment1).because(rfc5257::ANNOTATE_NEEDS_THE_CAPABILITY);
    }
    needs
}

/// The rule `append-message` (RFC 4466, section 6), without its first space.
pub(super) fn message_of(encoder: &mut Encoder<'_>, message: &AppendMessage) -> Result<(), Error> {
    let AppendMessage { options, content } = message;
    let limit = encoder.dialect().capabilities().append_limit();
    if limit.flatten().is_some_and(|limit| message.octets() > limit) {
        return Err(Error::new(ErrorKind::Refused, "the message is larger than the server's APPENDLIMIT"));
    }
    // A limit that is not known is found out before the message is sent (RFC 7889, section 4).
    let wait = limit == Some(None);
    append_options(encoder, options)?;
    match content {
        AppendContent::Octets(octets) => text(encoder, options.sent_as(), *octets, wait),
        AppendContent::Catenate(parts) => {
            if parts.is_empty() {
                return Err(Error::usage("a message is joined from one part at least")
                    .with_requirement(rfc4469::CATENATE_HAS_A_PART));
            }
            if options.sent_as() == AppendForm::Binary {
                return Err(Error::usage("a text among the parts of a message is a literal")
                    .with_requirement(rfc4469::TEXT_IS_A_LITERAL));
            }
            encoder.word("CATENATE ").list(parts, |encoder, part| part_of(encoder, options, part, wait))?;
            Ok(())
        }
    }
}

/// The rule `append-opts` (RFC 4466, section 6), with a space behind each.
fn append_options(encoder: &mut Encoder<'_>, options: &AppendOptions) -> Result<(), Error> {
    if !options.flags().is_empty() {
        encoder.flags(options.flags())?.space();
    }
    if let Some(date) = options.date() {
        encoder.date_time(date).space();
    }
    if !options.annotations().is_empty() {
        encoder.annotations(options.annotations())?.space();
    }
    Ok(())
}

/// The rule `append-data` for octets of the caller's.
fn text(encoder: &mut Encoder<'_>, form: AppendForm, octets: u64, wait: bool) -> Result<(), Error> {
    match form {
        AppendForm::Literal => encoder.stream(octets, false, wait)?,
        AppendForm::Binary => encoder.stream(octets, true, wait)?,
        AppendForm::Utf8 if encoder.dialect().utf8_accept() => {
            encoder.word("UTF8 (").stream(octets, true, wait)?.word(")")
        }
        AppendForm::Utf8 if encoder.dialect().rev2() => encoder.stream(octets, false, wait)?,
        AppendForm::Utf8 => {
            return Err(Error::new(ErrorKind::Unsupported, "the server takes no header in UTF-8")
                .with_requirement(rfc6855::UTF8_HEADERS_ARE_APPENDED_AS_UTF8));
        }
    };
    Ok(())
}

/// The rule `cat-part` (RFC 4469, section 5; RFC 6855, section 4).
fn part_of(
    encoder: &mut Encoder<'_>,
    options: &AppendOptions,
    part: &CatenatePart,
    wait: bool,
) -> Result<(), Error> {
    match part {
        CatenatePart::Text(octets) => {
            let form = options.sent_as();
            if form == AppendForm::Literal || !encoder.dialect().utf8_accept() {
                encoder.word("TEXT ");
            }
            text(encoder, form, *octets, wait)
        }
        CatenatePart::Url(url) => {
            check_url(url)?;
            let is_authorized = url
                .message()
                .and_then(|message| message.authorization.as_ref())
                .is_some_and(|authorization| authorization.token.is_some());
            let text = url.to_string();
            match is_authorized {
                true => encoder.word("URL ").secret(text.as_bytes())?,
                false => encoder.word("URL ").astring(text.as_bytes())?,
            };
            Ok(())
        }
    }
}

/// Whether a URL can be taken into a message (RFC 4469, section 3).
fn check_url(url: &ImapUrl) -> Result<(), Error> {
    if url.is_absolute() {
        return Err(Error::usage("a part is named by a URL without its server")
            .with_requirement(rfc4469::URL_IS_RELATIVE));
    }
    if url.message().is_none() {
        return Err(Error::usage("a part is a message, or a part of one")
            .with_requirement(rfc4469::URL_NAMES_A_MESSAGE));
    }
    url.check()
}
