//! APPEND (RFC 9051, section 6.3.12; RFC 3516, section 4.4; RFC 6855, section 4).

use super::{Collected, Command, DataKind, Needs, Phase, Takes};
use crate::{
    Error, ErrorKind,
    codec::encode::Encoder,
    rfc3516, rfc6855,
    types::{AppendForm, AppendOptions, AppendUid, Capability, Code, MailboxName},
};

/// APPEND: puts a message into a mailbox. The message itself comes from the caller while the
/// command is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Append {
    /// Which mailbox.
    pub mailbox: MailboxName,
    /// What is said of the message.
    pub options: AppendOptions,
    /// The octets of the message: exactly so many must come.
    pub octets: u64,
}

impl Append {
    /// A message of so many octets.
    #[must_use]
    pub const fn new(mailbox: MailboxName, options: AppendOptions, octets: u64) -> Self {
        Self { mailbox, options, octets }
    }
}

impl Command for Append {
    /// Where the message is, if the server says so (RFC 4315, section 3).
    type Answer = Option<AppendUid>;

    fn needs(&self) -> Needs {
        let needs = Needs::phase(Phase::Authenticated);
        match self.options.sent_as() {
            AppendForm::Binary => {
                needs.or_rev2(Capability::Binary).because(rfc3516::BINARY_NEEDS_THE_CAPABILITY)
            }
            AppendForm::Literal | AppendForm::Utf8 => needs,
        }
    }

    fn encode(&self, encoder: &mut Encoder<'_>) -> Result<(), Error> {
        let limit = encoder.dialect().capabilities().append_limit();
        if limit.flatten().is_some_and(|limit| self.octets > limit) {
            return Err(Error::new(
                ErrorKind::Refused,
                "the message is larger than the server's APPENDLIMIT",
            ));
        }
        // A limit that is not known is found out before the message is sent (RFC 7889, section 4).
        let wait = limit == Some(None);
        encoder.word("APPEND ").mailbox(&self.mailbox)?.space();
        if !self.options.flags().is_empty() {
            encoder.flags(self.options.flags())?.space();
        }
        if let Some(date) = self.options.date() {
            encoder.date_time(date).space();
        }
        match self.options.sent_as() {
            AppendForm::Literal => encoder.stream(self.octets, false, wait)?,
            AppendForm::Binary => encoder.stream(self.octets, true, wait)?,
            AppendForm::Utf8 if encoder.dialect().utf8_accept() => {
                encoder.word("UTF8 (").stream(self.octets, true, wait)?.word(")")
            }
            AppendForm::Utf8 if encoder.dialect().rev2() => encoder.stream(self.octets, false, wait)?,
            AppendForm::Utf8 => {
                return Err(Error::new(ErrorKind::Unsupported, "the server takes no header in UTF-8")
                    .with_requirement(rfc6855::UTF8_HEADERS_ARE_APPENDED_AS_UTF8));
            }
        };
        Ok(())
    }

    fn takes(&self) -> Takes {
        Takes::nothing().strays([DataKind::AppendUid])
    }

    fn answer(data: Collected) -> Result<Option<AppendUid>, Error> {
        let found = data.codes().filter_map(|code| match code {
            Code::AppendUid(found) => Some(found.clone()),
            _ => None,
        });
        Ok(found.last())
    }
}
