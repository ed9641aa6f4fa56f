//! What a server can do: its answer to EHLO or LHLO (RFC 5321, section 4.1.1.1).

use std::fmt;

use anyrfc_core::Deviations;
use anyrfc_sasl::MechanismName;

use super::params::Timestamp;
use crate::{rfc1870, rfc4865, rfc5321, rfc6531};

macro_rules! extensions {
    ($($(#[$meta:meta])* $name:ident = $keyword:literal;)*) => {
        /// An extension, by the keyword of which a server offers it.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Extension {
            $($(#[$meta])* $name,)*
        }

        impl Extension {
            /// All that this crate knows.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The keyword.
            #[must_use]
            pub const fn keyword(self) -> &'static str {
                match self {
                    $(Self::$name => $keyword,)*
                }
            }
        }
    };
}

extensions! {
    /// Commands are sent in groups (RFC 2920).
    Pipelining = "PIPELINING";
    /// The size of a message is told beforehand (RFC 1870).
    Size = "SIZE";
    /// TLS can be begun on this connection (RFC 3207).
    StartTls = "STARTTLS";
    /// Clients authenticate (RFC 4954).
    Auth = "AUTH";
    /// Messages may have 8-bit octets (RFC 6152).
    EightBitMime = "8BITMIME";
    /// Messages may have any octets (RFC 3030).
    BinaryMime = "BINARYMIME";
    /// Messages may go by BDAT (RFC 3030).
    Chunking = "CHUNKING";
    /// Notifications can be asked for (RFC 3461).
    Dsn = "DSN";
    /// Replies have codes of RFC 3463 (RFC 2034).
    EnhancedStatusCodes = "ENHANCEDSTATUSCODES";
    /// Addresses and header fields may be in UTF-8 (RFC 6531).
    SmtpUtf8 = "SMTPUTF8";
    /// The time of delivery can be limited (RFC 2852).
    DeliverBy = "DELIVERBY";
    /// Messages have priorities (RFC 6710).
    MtPriority = "MT-PRIORITY";
    /// Messages can be held (RFC 4865).
    FutureRelease = "FUTURERELEASE";
    /// Messages may demand TLS (RFC 8689).
    RequireTls = "REQUIRETLS";
    /// Messages may be named by a URL (RFC 4468).
    Burl = "BURL";
    /// There is a reply for each recipient after the message.
    Prdr = "PRDR";
    /// VRFY (RFC 5321, section 3.5.2).
    Vrfy = "VRFY";
    /// EXPN (RFC 5321, section 3.5.2).
    Expn = "EXPN";
    /// HELP (RFC 5321, section 4.1.1.8).
    Help = "HELP";
    /// ETRN (RFC 1985).
    Etrn = "ETRN";
    /// Limits of transactions and recipients are told (RFC 9422).
    Limits = "LIMITS";
}

impl Extension {
    /// Of this keyword, in any case.
    #[must_use]
    pub fn from_keyword(keyword: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|one| one.keyword().eq_ignore_ascii_case(keyword))
    }

    const fn bit(self) -> u32 {
        1 << self as u32
    }
}

/// `SIZE`: how large a message may be (RFC 1870, section 3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SizeLimit {
    /// The server does not say.
    Unknown,
    /// There is no fixed limit.
    Unlimited,
    /// So many octets.
    Octets(u64),
}

/// `FUTURERELEASE`: for how long messages may be held (RFC 4865, section 3).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct FutureRelease {
    /// So many seconds; nothing where the server does not say so.
    pub interval_max: Option<u64>,
    /// Until then; nothing where the server does not say so.
    pub time_max: Option<Timestamp>,
}

/// `LIMITS`: what is too many (RFC 9422).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct ServerLimits {
    /// `MAILMAX`: transactions in one session.
    pub mail_max: Option<u32>,
    /// `RCPTMAX`: recipients in one transaction.
    pub rcpt_max: Option<u32>,
    /// `RCPTDOMAINMAX`: domains of recipients in one session.
    pub rcpt_domain_max: Option<u32>,
}

/// One line of the answer.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Line {
    keyword: Box<str>,
    /// With single spaces between them.
    arguments: Box<str>,
}

/// What a server can do.
///
/// It is read tolerantly: keywords in any case, spaces where none should be, a keyword in several
/// lines, mechanisms behind `AUTH=`. What is not known stays as it came.
///
/// ```
/// use anyrfc_smtp::{Capabilities, Deviations, Extension, SizeLimit};
/// let answer = ["mx.example at your service", "8bitmime", "SIZE 52428800", "AUTH=PLAIN LOGIN", "X-EXPS GSSAPI"];
/// let mut deviations = Deviations::default();
/// let server = Capabilities::read(answer.iter().map(|line| line.as_bytes()), &mut deviations);
/// assert!(server.has(Extension::EightBitMime) && !server.has(Extension::Dsn));
/// assert_eq!(server.size(), Some(SizeLimit::Octets(52_428_800)));
/// assert!(server.offers_mechanism(anyrfc_smtp::sasl::MechanismName::PLAIN));
/// assert_eq!(server.keyword("x-exps"), Some("GSSAPI"));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Capabilities {
    greeting: Box<str>,
    bits: u32,
    lines: Vec<Line>,
    mechanisms: Vec<MechanismName>,
    size: Option<u64>,
    deliver_by_min: Option<u32>,
    future_release: FutureRelease,
    limits: ServerLimits,
}

impl Capabilities {
    /// So many keywords are kept, and of each so many octets of arguments; the rest is left out.
    pub const KEYWORDS_MAX: usize = 128;
    /// So many octets of the arguments of one keyword are kept.
    pub const ARGUMENTS_MAX: usize = 2_048;

    /// Of the lines of an answer to EHLO or LHLO, without codes and ends: the first one greets,
    /// each of the others has a keyword. What is odd is counted in `deviations`.
    #[must_use]
    pub fn read<'a>(lines: impl IntoIterator<Item = &'a [u8]>, deviations: &mut Deviations) -> Self {
        let mut lines = lines.into_iter();
        let greeting = String::from_utf8_lossy(lines.next().unwrap_or_default());
        let mut read = Self { greeting: greeting.trim_ascii().into(), ..Self::default() };
        for line in lines {
            read.line(line, deviations);
        }
        read.interpret(deviations);
        read
    }

    /// One `ehlo-line`.
    fn line(&mut self, line: &[u8], deviations: &mut Deviations) {
        let mut odd = line.starts_with(b" ") || line.ends_with(b" ") || line.contains(&b'\t');
        let text = String::from_utf8_lossy(line);
        let mut words = text.split_ascii_whitespace();
        let Some(first) = words.next() else {
            deviations.record(rfc5321::OPTIONAL_COMMANDS_ARE_LISTED, line);
            return;
        };
        // `AUTH=` is how it was written before there was an RFC.
        let (keyword, glued) = match first.split_once('=') {
            Some((keyword, glued)) => (keyword, Some(glued).filter(|glued| !glued.is_empty())),
            None => (first, None),
        };
        odd |= keyword.len() < first.len();
        odd |= keyword.is_empty() || !keyword.bytes().all(super::text::is_ldh);
        if odd {
            deviations.record(rfc5321::OPTIONAL_COMMANDS_ARE_LISTED, line);
        }
        let at = self.lines.iter().position(|line| line.keyword.eq_ignore_ascii_case(keyword));
        let at = at.unwrap_or(self.lines.len());
        if at == self.lines.len() && at < Self::KEYWORDS_MAX {
            self.lines.push(Line { keyword: keyword.into(), arguments: Box::default() });
        }
        let Some(line) = self.lines.get_mut(at) else { return };
        let mut arguments = std::mem::take(&mut line.arguments).into_string();
        for word in glued.into_iter().chain(words) {
            if arguments.len() + 1 + word.len() > Self::ARGUMENTS_MAX {
                break;
            }
            if !arguments.is_empty() {
                arguments.push(' ');
            }
            arguments.push_str(word);
        }
        line.arguments = arguments.into();
    }

    /// What the arguments of the known keywords say.
    fn interpret(&mut self, deviations: &mut Deviations) {
        let lines = std::mem::take(&mut self.lines);
        for Line { keyword, arguments } in &lines {
            let Some(extension) = Extension::from_keyword(keyword) else { continue };
            self.bits |= extension.bit();
            match extension {
                Extension::Size => {
                    for word in arguments.split(' ').filter(|word| !word.is_empty()) {
                        match decimal(word) {
                            // Of several the least, which all agree to; zero is none of them.
                            Some(size) => {
                                let known = self.size.filter(|known| *known != 0);
                                self.size = match (known, size) {
                                    (Some(known), 0) => Some(known),
                                    (Some(known), size) => Some(known.min(size)),
                                    (None, size) => Some(size),
                                };
                            }
                            None => deviations.record(rfc1870::LIMIT_IS_DECIMAL, word.as_bytes()),
                        }
                    }
                }
                Extension::Auth => {
                    for word in arguments.split(' ') {
                        // Some repeat the equals sign in the list itself.
                        let word = word.rsplit('=').next().unwrap_or(word);
                        let Ok(name) = MechanismName::from_offer(word.as_bytes()) else { continue };
                        if !self.mechanisms.contains(&name) {
                            self.mechanisms.push(name);
                        }
                    }
                }
                Extension::DeliverBy => {
                    let first = arguments.split([' ', ',']).next().unwrap_or_default();
                    self.deliver_by_min =
                        decimal(first).map(|least| u32::try_from(least).unwrap_or(u32::MAX));
                }
                Extension::FutureRelease => {
                    let mut words = arguments.split(' ');
                    let interval_max = words.next().and_then(decimal);
                    let time_max = words.next().and_then(|word| word.parse().ok());
                    self.future_release = FutureRelease { interval_max, time_max };
                    if interval_max.is_none() || time_max.is_none() {
                        deviations.record(rfc4865::OFFER_NAMES_BOTH_MAXIMA, arguments.as_bytes());
                    }
                }
                Extension::Limits => {
                    for word in arguments.split(' ') {
                        let Some((name, value)) = word.split_once('=') else { continue };
                        let value = decimal(value).and_then(|value| u32::try_from(value).ok());
                        let limit = match name.to_ascii_uppercase().as_str() {
                            "MAILMAX" => &mut self.limits.mail_max,
                            "RCPTMAX" => &mut self.limits.rcpt_max,
                            "RCPTDOMAINMAX" => &mut self.limits.rcpt_domain_max,
                            _ => continue,
                        };
                        // A limit of nothing would be none that can be kept.
                        *limit = value.filter(|value| *value > 0);
                    }
                }
                Extension::SmtpUtf8 if !arguments.is_empty() => {
                    deviations.record(rfc6531::KEYWORD_HAS_NO_PARAMETERS, arguments.as_bytes());
                }
                _ => {}
            }
        }
        self.lines = lines;
        if self.has(Extension::SmtpUtf8) && !self.has(Extension::EightBitMime) {
            deviations.record(rfc6531::OFFER_INCLUDES_8BITMIME, b"SMTPUTF8");
        }
    }

    /// Whether this extension is offered.
    #[must_use]
    pub const fn has(&self, extension: Extension) -> bool {
        self.bits & extension.bit() != 0
    }

    /// How the server greeted: its name, and whatever else it had to say.
    #[must_use]
    pub fn greeting(&self) -> &str {
        &self.greeting
    }

    /// What the server calls itself.
    #[must_use]
    pub fn domain(&self) -> &str {
        self.greeting.split(' ').next().unwrap_or_default()
    }

    /// The arguments of this keyword, which may be none; nothing where it is not offered.
    #[must_use]
    pub fn keyword(&self, keyword: &str) -> Option<&str> {
        let mut lines = self.lines.iter();
        lines.find(|line| line.keyword.eq_ignore_ascii_case(keyword)).map(|line| &*line.arguments)
    }

    /// Each keyword as it came, with its arguments.
    pub fn keywords(&self) -> impl Iterator<Item = (&str, &str)> {
        self.lines.iter().map(|line| (&*line.keyword, &*line.arguments))
    }

    /// How large a message may be, where SIZE is offered.
    #[must_use]
    pub fn size(&self) -> Option<SizeLimit> {
        if !self.has(Extension::Size) {
            return None;
        }
        Some(match self.size {
            None => SizeLimit::Unknown,
            Some(0) => SizeLimit::Unlimited,
            Some(octets) => SizeLimit::Octets(octets),
        })
    }

    /// The SASL mechanisms, in the server's order.
    #[must_use]
    pub fn auth_mechanisms(&self) -> &[MechanismName] {
        &self.mechanisms
    }

    /// Whether this mechanism is offered.
    #[must_use]
    pub fn offers_mechanism(&self, mechanism: MechanismName) -> bool {
        self.mechanisms.contains(&mechanism)
    }

    /// The least seconds of a [`DeliverBy`](super::DeliverBy) that returns, where DELIVERBY is
    /// offered; zero where the server names none.
    #[must_use]
    pub fn deliver_by(&self) -> Option<u32> {
        self.has(Extension::DeliverBy).then(|| self.deliver_by_min.unwrap_or(0))
    }

    /// The policy of priorities, where MT-PRIORITY is offered; it may have no name.
    #[must_use]
    pub fn mt_priority(&self) -> Option<&str> {
        self.keyword(Extension::MtPriority.keyword())
    }

    /// For how long messages may be held, where FUTURERELEASE is offered.
    #[must_use]
    pub fn future_release(&self) -> Option<FutureRelease> {
        self.has(Extension::FutureRelease).then_some(self.future_release)
    }

    /// Whether BURL takes URLs with URLAUTH (RFC 4468, section 3.3).
    #[must_use]
    pub fn burl(&self) -> bool {
        self.burl_arguments().any(|word| word.eq_ignore_ascii_case("imap"))
    }

    /// Whether BURL takes a URL of this server without URLAUTH: `imap://` and its authority.
    #[must_use]
    pub fn burl_trusts(&self, server: &str) -> bool {
        self.burl_arguments().any(|word| word.trim_end_matches('/').eq_ignore_ascii_case(server))
    }

    fn burl_arguments(&self) -> impl Iterator<Item = &str> {
        self.keyword(Extension::Burl.keyword()).unwrap_or_default().split(' ')
    }

    /// What is too many, as far as the server says.
    #[must_use]
    pub const fn limits(&self) -> ServerLimits {
        self.limits
    }
}

/// As a list of keywords.
impl fmt::Display for Capabilities {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, line) in self.lines.iter().enumerate() {
            let comma = if index == 0 { "" } else { ", " };
            write!(f, "{comma}{}", line.keyword.escape_debug())?;
            if !line.arguments.is_empty() {
                write!(f, " {}", line.arguments.escape_debug())?;
            }
        }
        Ok(())
    }
}

/// `1*DIGIT`; what is beyond any number is the largest.
fn decimal(text: &str) -> Option<u64> {
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    Some(text.parse().unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests;
