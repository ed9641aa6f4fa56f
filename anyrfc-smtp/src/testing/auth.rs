//! AUTH (RFC 4954).

use anyrfc_sasl::{MechanismName, testing as sasl};
use base64::{Engine as _, engine::general_purpose::STANDARD};

use super::{
    answer::Answer,
    breach::flaw,
    session::{Mode, Session},
};
use crate::rfc4954;

/// Base64, padded and without a single character that does not belong.
pub(super) fn decode(text: &[u8]) -> Option<Vec<u8>> {
    STANDARD.decode(text).ok()
}

/// Whether the mechanism shows what it proves to whoever listens.
pub(super) fn is_plaintext(name: &str) -> bool {
    ["PLAIN", "LOGIN", "XOAUTH2", "OAUTHBEARER"].contains(&name)
}

impl Session {
    /// The mechanisms it offers now.
    pub(super) fn mechanisms(&self) -> Vec<MechanismName> {
        if !self.config.users {
            return Vec::new();
        }
        let shown = self.channel.is_confidential() || self.config.plaintext_passwords;
        let mut names = sasl::Server::mechanisms(&self.channel);
        names.retain(|name| shown || !is_plaintext(name.as_str()));
        if let Some(only) = &self.config.mechanisms {
            names.retain(|name| only.contains(name));
        }
        names
    }

    /// Begins an exchange; where a script has answered by itself, without a mechanism.
    pub(super) fn authenticate(
        &mut self,
        mechanism: &str,
        initial: Option<&str>,
        scripted: Option<u8>,
    ) -> Vec<u8> {
        if scripted == Some(b'3') {
            self.mode = Mode::Sasl(None);
            return Vec::new();
        }
        let offered = self.mechanisms();
        // Where nothing that binds is offered, a client that could have bound has lost nothing.
        let binds = offered.iter().any(MechanismName::is_plus);
        let channel = if binds || !self.channel.is_confidential() {
            self.channel.clone()
        } else {
            anyrfc_sasl::Channel::tls()
        };
        let name = offered.into_iter().find(|name| name.as_str() == mechanism);
        let server =
            name.and_then(|name| sasl::Server::new(name, &self.config.accounts, &channel, self.config.seed));
        let Some(server) = server else { return self.reply(504, "5.5.4", "no such mechanism") };
        let mut server = server.data_as_challenge();
        let initial = match initial {
            None => None,
            Some("=") => Some(Vec::new()),
            Some(text) => decode(text.as_bytes()),
        };
        let reply = server.respond(initial.as_deref());
        self.mode = Mode::Sasl(Some(Box::new(server)));
        self.sasl_reply(reply)
    }

    /// A response has come.
    pub(super) fn response(&mut self, line: &[u8]) {
        let view = self.view();
        let answers = self.config.responses.iter().rev().map(|script| script(line, &view));
        let answer = answers.into_iter().find(|answer| !answer.is_plain()).unwrap_or_else(Answer::as_usual);
        let decoded = decode(line);
        if decoded.is_none() && line != b"*" {
            let rule = rfc4954::BASE64_ALPHABET_IS_STRICT;
            self.breach(flaw(rule, "a response that is neither base64 nor an asterisk"), line);
        }
        if line.len() > 12_286 {
            let rule = rfc4954::LARGEST_CHALLENGE_FITS;
            self.breach(flaw(rule, "a response beyond 12288 octets"), line);
        }
        // What a script says instead leaves the mechanism out of it.
        let usual = if answer.performs(b"") { self.usual_response(decoded) } else { Vec::new() };
        match answer.class() {
            Some(b'2') => {
                self.user = Some("scripted".to_owned());
                self.mode = Mode::Command;
            }
            Some(b'4' | b'5') => self.mode = Mode::Command,
            _ => {}
        }
        self.emit(answer, &usual);
        let rule = rfc4954::AUTH_ENDS_A_GROUP;
        self.forbid(Some(flaw(rule, "something behind a response of an authentication")));
    }

    fn usual_response(&mut self, decoded: Option<Vec<u8>>) -> Vec<u8> {
        match (&mut self.mode, decoded) {
            (Mode::Sasl(Some(server)), Some(response)) => {
                let reply = server.respond(Some(&response));
                self.sasl_reply(reply)
            }
            (Mode::Sasl(_), None) => {
                self.mode = Mode::Command;
                self.reply(501, "5.7.0", "cancelled")
            }
            // A script has begun this, and does not go on.
            _ => {
                self.mode = Mode::Command;
                self.reply(535, "5.7.8", "not these credentials")
            }
        }
    }

    fn sasl_reply(&mut self, reply: sasl::Reply) -> Vec<u8> {
        match reply {
            sasl::Reply::Challenge(challenge) => {
                format!("334 {}\r\n", STANDARD.encode(challenge)).into_bytes()
            }
            sasl::Reply::Success(identity, _) => {
                self.mode = Mode::Command;
                self.user = Some(identity.acts_as);
                self.reply(235, "2.7.0", "welcome")
            }
            sasl::Reply::Failure => {
                self.mode = Mode::Command;
                self.reply(535, "5.7.8", "not these credentials")
            }
        }
    }
}
