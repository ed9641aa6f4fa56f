//! Whether a command may come as and when it does.

use super::{
    auth,
    breach::{Flaw, flaw},
    command::{Command, Says},
    params::{self, Parameters},
    session::{Refusal, Session},
    syntax,
};
use crate::{
    rfc2033, rfc2852, rfc2920, rfc3030, rfc3207, rfc4468, rfc4865, rfc4954, rfc5321, rfc6531, rfc8689,
};

const DISORDER: Refusal = (503, "5.5.1", "not now");

impl Session {
    /// A line that no rule of the grammar has.
    pub(super) fn unreadable(&mut self, found: Flaw, line: &[u8]) {
        if std::mem::take(&mut self.data_refused) && !self.knows(&verb(line)) {
            let rule = rfc5321::REFUSED_DATA_SENDS_NOTHING;
            self.breach(flaw(rule, "no command behind a DATA that was refused"), line);
        } else {
            self.breach(found, line);
        }
    }

    /// Whether there is such a command.
    pub(super) fn knows(&self, verb: &str) -> bool {
        let known = [
            "EHLO", "HELO", "LHLO", "STARTTLS", "AUTH", "MAIL", "RCPT", "DATA", "BDAT", "BURL", "RSET",
            "NOOP", "VRFY", "EXPN", "HELP", "QUIT",
        ];
        known.contains(&verb)
    }

    /// Whether the line is longer than what is offered allows (RFC 5321, section 4.5.3.1.4).
    pub(super) fn judge_length(&self, command: &Command) {
        let more = |keyword: &str, count: usize| if self.told.has(keyword) { count } else { 0 };
        let extra = match command.verb() {
            "MAIL" => {
                more("SIZE", 26)
                    + more("8BITMIME", 17)
                    + more("BINARYMIME", 3)
                    + more("AUTH", 500)
                    + more("DSN", 124)
                    + more("SMTPUTF8", 10)
                    + more("DELIVERBY", 17)
                    + more("MT-PRIORITY", 15)
                    + more("FUTURERELEASE", 34)
                    + more("REQUIRETLS", 11)
                    + more("PRDR", 5)
            }
            "RCPT" => more("DSN", 530),
            "VRFY" | "EXPN" => more("SMTPUTF8", 10),
            // RFC 4954, section 4; a URL has no bound (RFC 4468).
            "AUTH" => 12_288 - 512,
            "BURL" => usize::MAX - 512,
            _ => 0,
        };
        if command.line().len() + 2 > 512 + extra {
            let rule = match command.verb() {
                "AUTH" => rfc4954::LONG_INITIAL_RESPONSE_WAITS,
                _ => rfc5321::COMMAND_LINE_HAS_512_OCTETS,
            };
            self.breach(flaw(rule, "a command line that is too long"), command.line());
        }
    }

    /// Keeps what is broken, and tells why the server refuses the command, if it does.
    pub(super) fn judge(&mut self, command: &Command) -> Option<Refusal> {
        let refused = std::mem::take(&mut self.data_refused);
        let broken = |session: &Self, rule, what| session.breach(flaw(rule, what), command.line());
        let failed = self.transaction.as_ref().is_some_and(|open| open.failed);
        let failure_known = self.transaction.as_ref().is_some_and(|open| open.known.failure);
        let resets = matches!(
            command.says,
            Says::Rset | Says::Quit | Says::Hello(_) | Says::Bdat { .. } | Says::Burl { .. }
        );
        if failed && !resets {
            if failure_known && !self.config.windows {
                broken(self, rfc3030::REFUSED_CHUNK_IS_RESET, "no RSET behind a chunk that was refused");
            }
            return Some(DISORDER);
        }
        match &command.says {
            Says::Hello(_) => self.judge_hello(command),
            Says::Quit => None,
            Says::Other => {
                if refused {
                    broken(self, rfc5321::REFUSED_DATA_SENDS_NOTHING, "no command behind a refused DATA");
                }
                Some((500, "5.5.1", "no such command"))
            }
            Says::Rset | Says::Noop | Says::Help | Says::Verify => {
                if self.hello.is_none() {
                    broken(self, self.hello_rule(rfc5321::OTHER_COMMANDS_FOLLOW_EHLO), "no EHLO before it");
                }
                if !command.line().is_ascii() && !self.told.has("SMTPUTF8") {
                    broken(self, rfc6531::VRFY_WAITS_FOR_EHLO, "UTF-8 that is not offered");
                }
                None
            }
            Says::StartTls | Says::Auth { .. } if self.hello.is_none() => {
                broken(self, self.hello_rule(rfc5321::OTHER_COMMANDS_FOLLOW_EHLO), "no EHLO before it");
                Some(DISORDER)
            }
            Says::StartTls => {
                if self.channel.is_confidential() {
                    broken(self, rfc3207::NO_TLS_WITHIN_TLS, "STARTTLS under TLS");
                    return Some(DISORDER);
                }
                if !self.told.has("STARTTLS") {
                    let rule = rfc5321::EXTENSION_MECHANISM_IS_SUPPORTED;
                    broken(self, rule, "STARTTLS where it is not offered");
                    return Some((502, "5.5.1", "no TLS here"));
                }
                None
            }
            Says::Auth { mechanism, .. } => self.judge_auth(command, mechanism),
            Says::Mail { path, parameters } => self.judge_mail(command, path, parameters),
            Says::Rcpt { path: _, parameters } => self.judge_rcpt(command, parameters),
            Says::Data => self.judge_data(command),
            Says::Bdat { .. } | Says::Burl { .. } => self.judge_chunk(command),
        }
    }

    /// What a command breaks that has no EHLO before it.
    const fn hello_rule(
        &self,
        plain: &'static anyrfc_core::Requirement,
    ) -> &'static anyrfc_core::Requirement {
        if self.forgotten { rfc3207::EHLO_FOLLOWS_TLS } else { plain }
    }

    fn judge_hello(&mut self, command: &Command) -> Option<Refusal> {
        let broken = |session: &Self, rule, what| session.breach(flaw(rule, what), command.line());
        const UNKNOWN: Refusal = (500, "5.5.1", "no such command");
        match (command.verb(), self.config.lmtp) {
            ("LHLO", true) => None,
            (_, true) => {
                broken(self, rfc2033::LHLO_REPLACES_EHLO, "EHLO or HELO in LMTP");
                Some(UNKNOWN)
            }
            ("LHLO", false) => {
                broken(self, syntax::NOT_A_COMMAND, "LHLO in SMTP");
                Some(UNKNOWN)
            }
            ("EHLO", false) => {
                self.tried_ehlo = true;
                (!self.config.ehlo).then_some(UNKNOWN)
            }
            _ => {
                if !self.tried_ehlo {
                    broken(self, rfc5321::EHLO_IS_PREFERRED, "HELO without having tried EHLO");
                }
                None
            }
        }
    }

    fn judge_auth(&self, command: &Command, mechanism: &str) -> Option<Refusal> {
        let broken = |rule, what| self.breach(flaw(rule, what), command.line());
        let shown = !self.channel.is_confidential() && !self.config.plaintext_passwords;
        if shown && auth::is_plaintext(mechanism) {
            broken(rfc4954::NO_PLAIN_WITHOUT_A_CERTIFICATE, "a password or token in cleartext");
            return Some((538, "5.7.11", "not without TLS"));
        }
        let offered = self.told.words("AUTH").unwrap_or_default();
        if !offered.iter().any(|name| name.eq_ignore_ascii_case(mechanism)) {
            broken(rfc4954::AUTH_NEEDS_THE_KEYWORD, "a mechanism that is not offered");
            return Some((504, "5.5.4", "no such mechanism"));
        }
        if self.user.is_some() {
            broken(rfc4954::NO_SECOND_AUTH, "AUTH after AUTH");
            return Some(DISORDER);
        }
        if self.transaction.as_ref().is_some_and(|open| open.accepted) {
            broken(rfc4954::NO_AUTH_IN_A_TRANSACTION, "AUTH within a transaction");
            return Some(DISORDER);
        }
        None
    }

    /// Whether the extensions that the parameters belong to are offered.
    fn judge_parameters(&self, command: &Command, parameters: &Parameters) -> Option<Refusal> {
        let mut refusal = None;
        for (keyword, value) in parameters.iter() {
            let (needed, rule) = params::needs(keyword, value);
            // What this reader does not know is offered under its own name, if at all.
            let needed = if needed.is_empty() { keyword } else { needed };
            if !self.told.has(needed) {
                self.breach(flaw(rule, "a parameter that is not offered"), command.line());
                refusal = Some((555, "5.5.4", "no such parameter"));
            }
        }
        refusal
    }

    fn judge_mail(&self, command: &Command, path: &str, parameters: &Parameters) -> Option<Refusal> {
        let broken = |rule, what| self.breach(flaw(rule, what), command.line());
        if self.hello.is_none() {
            broken(self.hello_rule(rfc5321::MAIL_NEEDS_EHLO), "MAIL without EHLO");
            return Some(DISORDER);
        }
        if self.transaction.as_ref().is_some_and(|open| open.accepted) {
            broken(rfc5321::MAIL_IS_NOT_NESTED, "MAIL within a transaction");
            return Some(DISORDER);
        }
        if let Some(refusal) = self.judge_parameters(command, parameters) {
            return Some(refusal);
        }
        if parameters.has("REQUIRETLS") && !self.channel.is_confidential() {
            broken(rfc8689::SESSION_IS_TLS, "REQUIRETLS without TLS");
            return Some((530, "5.7.10", "not without TLS"));
        }
        let by = parameters.by();
        let least = self.told.number("DELIVERBY").unwrap_or_default();
        if by.is_some_and(|(time, returns)| returns && u64::try_from(time).unwrap_or_default() < least) {
            broken(rfc2852::BY_IS_NOT_BELOW_THE_MINIMUM, "a BY below the minimum");
            return Some((555, "5.5.4", "less time than it takes"));
        }
        if let Some(refusal) = self.judge_hold(command, path, parameters, by) {
            return Some(refusal);
        }
        if self.config.needs_login && self.user.is_none() {
            return Some((530, "5.7.0", "log in first"));
        }
        let size = parameters.number("SIZE");
        if self.limit().is_some_and(|limit| size.is_some_and(|size| size > limit)) {
            return Some((552, "5.3.4", "the message is too large"));
        }
        None
    }

    fn judge_hold(
        &self,
        command: &Command,
        path: &str,
        parameters: &Parameters,
        by: Option<(i64, bool)>,
    ) -> Option<Refusal> {
        const INVALID: Refusal = (501, "5.5.4", "not held so");
        let broken = |rule, what| self.breach(flaw(rule, what), command.line());
        let interval = parameters.number("HOLDFOR");
        let date = parameters.value("HOLDUNTIL").and_then(syntax::date_time);
        if interval.is_none() && date.is_none() {
            return None;
        }
        let maxima = self.told.words("FUTURERELEASE").unwrap_or_default();
        let most = maxima.first().and_then(|word| word.parse().ok()).unwrap_or(u64::MAX);
        let latest = maxima.get(1).and_then(|word| syntax::date_time(word)).unwrap_or(u64::MAX);
        if interval.is_some_and(|interval| interval > most) {
            broken(rfc4865::INTERVAL_IS_WITHIN_THE_MAXIMUM, "an interval beyond the maximum");
            return Some(INVALID);
        }
        if date.is_some_and(|date| date > latest) {
            broken(rfc4865::DATE_IS_WITHIN_THE_MAXIMUM, "a time beyond the maximum");
            return Some(INVALID);
        }
        if path.is_empty() {
            broken(rfc4865::DSN_IS_NOT_HELD, "a notification that is held");
        }
        let held = interval.and_then(|interval| i64::try_from(interval).ok());
        if by.zip(held).is_some_and(|((time, _), held)| time <= held) {
            broken(rfc4865::DELIVERY_IS_AFTER_RELEASE, "a delivery before the release");
            return Some(INVALID);
        }
        None
    }

    fn judge_rcpt(&self, command: &Command, parameters: &Parameters) -> Option<Refusal> {
        let broken = |rule, what| self.breach(flaw(rule, what), command.line());
        let Some(open) = &self.transaction else {
            broken(rfc5321::TRANSACTION_KEEPS_ITS_ORDER, "RCPT without MAIL");
            return Some(DISORDER);
        };
        if !open.accepted {
            if !self.told.has("PIPELINING") {
                broken(rfc5321::TRANSACTION_KEEPS_ITS_ORDER, "RCPT behind a MAIL that was refused");
            }
            return Some(DISORDER);
        }
        if !open.chunks.is_empty() {
            broken(rfc5321::TRANSACTION_KEEPS_ITS_ORDER, "RCPT behind a chunk");
            return Some(DISORDER);
        }
        let declared = open.parameters.has("SMTPUTF8");
        if !command.line().is_ascii() && !declared {
            let offered = self.told.has("SMTPUTF8");
            let rule =
                if offered { rfc6531::NEED_IS_DECLARED } else { rfc6531::NO_UTF8_ADDRESS_WITHOUT_SMTPUTF8 };
            broken(rule, "UTF-8 without SMTPUTF8");
            return Some((553, "5.6.7", "not in UTF-8"));
        }
        self.judge_parameters(command, parameters)
    }

    fn judge_data(&self, command: &Command) -> Option<Refusal> {
        let broken = |rule, what| self.breach(flaw(rule, what), command.line());
        let Some(open) = &self.transaction else {
            broken(rfc5321::TRANSACTION_KEEPS_ITS_ORDER, "DATA without MAIL");
            return Some(DISORDER);
        };
        if open.tries == 0 {
            broken(rfc5321::TRANSACTION_KEEPS_ITS_ORDER, "DATA without RCPT");
            return Some(DISORDER);
        }
        if !open.chunks.is_empty() {
            broken(rfc3030::DATA_AFTER_BDAT_IS_RESET, "DATA behind BDAT");
            return Some(DISORDER);
        }
        if open.is_binary() {
            broken(rfc3030::DATA_OF_BINARY_IS_RESET, "DATA of a binary message");
            return Some(DISORDER);
        }
        if !open.accepted {
            return Some(DISORDER);
        }
        let anybody = !open.recipients.is_empty() || self.config.data_without_recipients;
        (!anybody).then_some((554, "5.5.1", "no valid recipients"))
    }

    fn judge_chunk(&self, command: &Command) -> Option<Refusal> {
        let broken = |rule, what| self.breach(flaw(rule, what), command.line());
        if let Says::Burl { .. } = command.says {
            let imap = self.told.words("BURL").is_some_and(|words| words.contains(&"imap"));
            if !imap {
                broken(rfc4468::BURL_NEEDS_THE_KEYWORD, "BURL where it is not offered");
                return Some((502, "5.5.1", "no such command"));
            }
        } else if !self.told.has("CHUNKING") {
            broken(rfc3030::BDAT_NEEDS_CHUNKING, "BDAT where it is not offered");
            return Some((502, "5.5.1", "no such command"));
        }
        let Some(open) = &self.transaction else {
            let rule = if self.after_last {
                rfc3030::BDAT_AFTER_LAST_IS_RESET
            } else {
                rfc5321::TRANSACTION_KEEPS_ITS_ORDER
            };
            broken(rule, "a chunk outside a transaction");
            return Some(DISORDER);
        };
        if open.failed {
            if open.known.failure && !self.config.windows {
                broken(rfc3030::NO_CHUNK_AFTER_A_REFUSAL, "a chunk behind one that was refused");
            }
            return Some(DISORDER);
        }
        if open.tries == 0 {
            broken(rfc5321::TRANSACTION_KEEPS_ITS_ORDER, "a chunk without RCPT");
            return Some(DISORDER);
        }
        if !open.recipients.is_empty() {
            return None;
        }
        // An empty last chunk is how a client gets rid of such a transaction.
        if open.known.envelope && command.chunk() != Some(0) && !self.config.windows {
            broken(rfc2920::TRANSACTIONS_ARE_NOT_ASSUMED, "a chunk though no recipient was accepted");
        }
        Some(if open.accepted { (554, "5.5.1", "no valid recipients") } else { DISORDER })
    }
}

fn verb(line: &[u8]) -> String {
    let verb = line.split(|octet| *octet == b' ').next().unwrap_or_default();
    String::from_utf8_lossy(verb).to_ascii_uppercase()
}
