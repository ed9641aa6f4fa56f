//! Commands, read by a grammar of their own.

use super::{
    breach::{Breach, Checked, Flaw, flaw, require},
    params::{self, Parameters},
    syntax::{self, NOT_A_COMMAND},
};
use crate::{rfc3030, rfc4468, rfc4954, rfc5321, rfc6531};

/// A command as the server has read it, for [`Server::on`](super::Server::on).
#[derive(Clone, Debug)]
pub struct Command {
    verb: String,
    line: Vec<u8>,
    pub(super) says: Says,
}

/// What a command says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Says {
    /// EHLO, HELO and LHLO.
    Hello(String),
    StartTls,
    Auth {
        mechanism: String,
        initial: Option<String>,
    },
    Mail {
        path: String,
        parameters: Parameters,
    },
    Rcpt {
        path: String,
        parameters: Parameters,
    },
    Data,
    Bdat {
        size: u64,
        last: bool,
    },
    Burl {
        url: String,
        last: bool,
    },
    Rset,
    Noop,
    Verify,
    Help,
    Quit,
    /// What the grammar does not have, or a command that this server does not know.
    Other,
}

impl Command {
    /// Its verb, in upper case.
    #[must_use]
    pub fn verb(&self) -> &str {
        &self.verb
    }

    /// The line, without its CR LF.
    #[must_use]
    pub fn line(&self) -> &[u8] {
        &self.line
    }

    /// What stands between the angle brackets of MAIL and RCPT.
    #[must_use]
    pub fn path(&self) -> Option<&str> {
        match &self.says {
            Says::Mail { path, .. } | Says::Rcpt { path, .. } => Some(path),
            _ => None,
        }
    }

    /// The parameters of MAIL and RCPT.
    #[must_use]
    pub fn parameters(&self) -> Option<&Parameters> {
        match &self.says {
            Says::Mail { parameters, .. } | Says::Rcpt { parameters, .. } => Some(parameters),
            _ => None,
        }
    }

    /// The size of the chunk of BDAT.
    #[must_use]
    pub const fn chunk(&self) -> Option<u64> {
        match &self.says {
            Says::Bdat { size, .. } => Some(*size),
            _ => None,
        }
    }

    /// Whether it is a BDAT or a BURL with LAST.
    #[must_use]
    pub const fn is_last(&self) -> bool {
        matches!(&self.says, Says::Bdat { last: true, .. } | Says::Burl { last: true, .. })
    }

    /// What a server makes of a line that the grammar does not have.
    pub(super) fn unreadable(line: &[u8]) -> Self {
        Self { verb: verb_of(line), line: line.to_vec(), says: Says::Other }
    }
}

fn verb_of(line: &[u8]) -> String {
    let verb = line.split(|octet| *octet == b' ').next().unwrap_or_default();
    String::from_utf8_lossy(verb).to_ascii_uppercase()
}

/// Reads a command, from its verb to its CR LF, by the grammar alone: RFC 5321 and the extensions
/// that this crate has. What the server offers is not asked.
///
/// Good for tests of whatever encodes commands: this reader shares no code with it.
///
/// ```
/// use anyrfc_smtp::testing::check_command;
///
/// check_command(b"MAIL FROM:<a@example.org> SIZE=100 BODY=8BITMIME\r\n")?;
/// let breach = check_command(b"RCPT TO:<b@example.org> NOTIFY=NEVER,DELAY\r\n").unwrap_err();
/// assert_eq!(breach.id(), "rfc3461#4.1-3");
/// # Ok::<(), anyrfc_smtp::testing::Breach>(())
/// ```
///
/// # Errors
/// The first statement that the command breaks.
pub fn check_command(line: &[u8]) -> Result<(), Breach> {
    let broken = |found: Flaw| Breach::new(found, line, 0);
    let ended = line.strip_suffix(b"\r\n");
    let ended = ended.ok_or(broken(flaw(rfc5321::LINE_ENDS_ARE_SENT_AS_CRLF, "no CRLF at the end")))?;
    let mut notes = Vec::new();
    read(ended, &mut notes).map_err(broken)?;
    match notes.first() {
        Some(note) => Err(broken(*note)),
        None => Ok(()),
    }
}

/// Reads a line, without its CR LF. What is allowed but should not be is noted.
pub(super) fn read(line: &[u8], notes: &mut Vec<Flaw>) -> Checked<Command> {
    let verb = verb_of(line);
    let bare = line.iter().any(|octet| matches!(octet, b'\r' | b'\n'));
    require(!bare, rfc5321::BARE_CR_AND_LF_ARE_NOT_SENT, "a bare CR or LF in a command")?;
    let printable = rfc5321::MAILBOX_ARGUMENTS_ARE_PRINTABLE_ASCII;
    let controls = line.iter().any(|octet| octet.is_ascii_control());
    require(!controls, printable, "a control character in a command")?;
    let text = std::str::from_utf8(line).map_err(|_| flaw(printable, "octets that are not UTF-8"))?;
    let (rule, may_be_utf8) = match verb.as_str() {
        "MAIL" | "RCPT" | "VRFY" | "EXPN" => (printable, true),
        "EHLO" | "HELO" | "LHLO" => (rfc6531::EHLO_IS_ASCII, false),
        _ => (printable, false),
    };
    require(text.is_ascii() || may_be_utf8, rule, "characters beyond ASCII in a command")?;
    let argument = text.split_once(' ').map(|(_, argument)| argument);
    let says = argue(&verb, argument, notes)?;
    if !text.is_ascii() && verb != "RCPT" {
        // RCPT goes by what MAIL has said.
        let declared = text.to_ascii_uppercase().split(' ').any(|word| word == "SMTPUTF8");
        require(declared, rfc6531::NEED_IS_DECLARED, "UTF-8 without SMTPUTF8")?;
    }
    Ok(Command { verb, line: line.to_vec(), says })
}

fn argue(verb: &str, argument: Option<&str>, notes: &mut Vec<Flaw>) -> Checked<Says> {
    let alone = |says: Says, rule| match argument {
        None => Ok(says),
        Some(_) => Err(flaw(rule, "a parameter where there is none")),
    };
    let needed = |what| argument.ok_or(flaw(NOT_A_COMMAND, what));
    match verb {
        "EHLO" | "HELO" | "LHLO" => hello(argument),
        "STARTTLS" => alone(Says::StartTls, NOT_A_COMMAND),
        "AUTH" => auth(needed("AUTH without a mechanism")?),
        "MAIL" => {
            let (path, rest) = path(needed("MAIL without a path")?, "FROM:", notes)?;
            Ok(Says::Mail { path, parameters: params::parameters(&rest, true, notes)? })
        }
        "RCPT" => {
            let (path, rest) = path(needed("RCPT without a path")?, "TO:", notes)?;
            let rule = rfc5321::LOCAL_PART_IS_WELL_FORMED;
            require(!path.is_empty(), rule, "an empty forward-path")?;
            Ok(Says::Rcpt { path, parameters: params::parameters(&rest, false, notes)? })
        }
        "DATA" => alone(Says::Data, rfc5321::RSET_DATA_AND_QUIT_STAND_ALONE),
        "RSET" => alone(Says::Rset, rfc5321::RSET_DATA_AND_QUIT_STAND_ALONE),
        "QUIT" => alone(Says::Quit, rfc5321::RSET_DATA_AND_QUIT_STAND_ALONE),
        "BDAT" => {
            let (size, last) = chunk(needed("BDAT without a size")?, rfc3030::BDAT_NEEDS_CHUNKING)?;
            let size = syntax::number(size, 20);
            let size = size.ok_or(flaw(rfc3030::BDAT_NEEDS_CHUNKING, "not the size of a chunk"))?;
            Ok(Says::Bdat { size, last })
        }
        "BURL" => {
            let (url, last) = chunk(needed("BURL without a URL")?, rfc4468::BURL_NEEDS_THE_KEYWORD)?;
            let absolute = url.split_once(':').is_some_and(|(scheme, rest)| {
                let start = scheme.starts_with(|first: char| first.is_ascii_alphabetic());
                let all = scheme.bytes().all(|o| o.is_ascii_alphanumeric() || b"+-.".contains(&o));
                start && all && !rest.is_empty() && rest.bytes().all(is_uri_octet)
            });
            require(absolute, rfc4468::BURL_NEEDS_THE_KEYWORD, "not an absolute URI")?;
            Ok(Says::Burl { url: url.to_owned(), last })
        }
        "NOOP" => string(argument, false, NOT_A_COMMAND).map(|()| Says::Noop),
        "HELP" => string(argument, false, NOT_A_COMMAND).map(|()| Says::Help),
        "VRFY" | "EXPN" => {
            let words = needed("no argument")?;
            // RFC 6531, section 3.7.4.2.
            let words = match words.rsplit_once(' ') {
                Some((words, last)) if last.eq_ignore_ascii_case("SMTPUTF8") => words,
                _ => words,
            };
            // RFC 5321, section 3.5.1: a whole address may stand too.
            let bare = syntax::mailbox(words.trim_start_matches('<').trim_end_matches('>'), &mut Vec::new());
            if bare.is_err() {
                string(Some(words), true, NOT_A_COMMAND)?;
            }
            Ok(Says::Verify)
        }
        "TURN" => Err(flaw(rfc5321::TURN_IS_NOT_USED, "TURN")),
        "SEND" | "SOML" | "SAML" => Err(flaw(rfc5321::SEND_SOML_SAML_ARE_NOT_PROVIDED, "SEND and its like")),
        _ => {
            let private = verb.starts_with('X') && verb.bytes().all(|octet| octet.is_ascii_alphanumeric());
            require(private, NOT_A_COMMAND, "a command that there is not")?;
            Ok(Says::Other)
        }
    }
}

/// What may stand in a URI (RFC 3986).
const fn is_uri_octet(octet: u8) -> bool {
    octet.is_ascii_alphanumeric()
        || matches!(
            octet,
            b'-' | b'.'
                | b'_'
                | b'~'
                | b':'
                | b'/'
                | b'?'
                | b'['
                | b']'
                | b'@'
                | b'!'
                | b'$'
                | b'&'
                | b'\''
                | b'('
                | b')'
                | b'*'
                | b'+'
                | b','
                | b';'
                | b'='
                | b'%'
        )
}

/// `Domain / address-literal`
fn hello(argument: Option<&str>) -> Checked<Says> {
    let nameless = rfc5321::EHLO_NAMES_THE_HOST_OR_ITS_ADDRESS;
    let name = argument.ok_or(flaw(nameless, "no name"))?;
    let (name, rest) = name.split_once(' ').map_or((name, None), |(name, rest)| (name, Some(rest)));
    require(rest.is_none(), rfc5321::NOTHING_FOLLOWS_THE_LITERAL, "something behind the name")?;
    if name.starts_with('[') {
        syntax::address_literal(name).map_err(|found| Flaw { requirement: nameless, ..found })?;
    } else {
        syntax::domain(name)?;
        require(name.contains('.'), rfc5321::DOMAINS_ARE_FULLY_QUALIFIED, "a name without a domain")?;
    }
    Ok(Says::Hello(name.to_owned()))
}

/// `sasl-mech [SP initial-response]` of RFC 4954
fn auth(argument: &str) -> Checked<Says> {
    let (mechanism, initial) = match argument.split_once(' ') {
        Some((mechanism, initial)) => (mechanism, Some(initial)),
        None => (argument, None),
    };
    let name = |octet: u8| octet.is_ascii_alphanumeric() || matches!(octet, b'-' | b'_');
    let good = (1..=20).contains(&mechanism.len()) && mechanism.bytes().all(name);
    require(good, rfc4954::AUTH_NEEDS_THE_KEYWORD, "not the name of a mechanism")?;
    if let Some(initial) = initial {
        let empty = rfc4954::EMPTY_INITIAL_RESPONSE_IS_EQUALS;
        require(!initial.is_empty(), empty, "an empty initial response without its equals sign")?;
        let encoded = initial == "=" || super::auth::decode(initial.as_bytes()).is_some();
        require(encoded, rfc4954::INITIAL_RESPONSE_IS_ENCODED, "an initial response that is not base64")?;
    }
    Ok(Says::Auth { mechanism: mechanism.to_ascii_uppercase(), initial: initial.map(str::to_owned) })
}

/// `"FROM:" Reverse-path` or `"TO:" Forward-path`: what is in the brackets, and what is behind them.
fn path(argument: &str, word: &str, notes: &mut Vec<Flaw>) -> Checked<(String, String)> {
    let begins = argument.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word));
    require(begins, NOT_A_COMMAND, "neither FROM: nor TO:")?;
    let rest = argument.get(word.len()..).unwrap_or_default();
    let inside = rest.strip_prefix('<').ok_or(flaw(NOT_A_COMMAND, "a path without its brackets"))?;
    let (mut quoted, mut escaped, mut end) = (false, false, None);
    for (at, char) in inside.char_indices() {
        match char {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            '>' if !quoted => {
                end = Some(at);
                break;
            }
            _ => {}
        }
    }
    let end = end.ok_or(flaw(NOT_A_COMMAND, "a path without its brackets"))?;
    let (path, behind) = inside.split_at(end);
    let behind = behind.strip_prefix('>').unwrap_or_default();
    require(path.len() <= 254, rfc5321::PATH_HAS_256_OCTETS, "a path beyond 256 octets")?;
    let mail = word.starts_with('F');
    let route = if mail { rfc5321::REVERSE_PATH_HAS_NO_ROUTE } else { rfc5321::RCPT_HAS_NO_ROUTE };
    require(!path.starts_with('@'), route, "a source route")?;
    let special =
        if mail { path.is_empty() } else { path.is_empty() || path.eq_ignore_ascii_case("postmaster") };
    if !special {
        syntax::mailbox(path, notes)?;
    }
    Ok((path.to_owned(), behind.to_owned()))
}

/// `word [SP "LAST"]`
fn chunk<'a>(argument: &'a str, rule: &'static anyrfc_core::Requirement) -> Checked<(&'a str, bool)> {
    match argument.split_once(' ') {
        None => Ok((argument, false)),
        Some((word, last)) if last.eq_ignore_ascii_case("LAST") => Ok((word, true)),
        Some(_) => Err(flaw(rule, "something else than LAST")),
    }
}

/// `[SP String]`
fn string(argument: Option<&str>, needed: bool, rule: &'static anyrfc_core::Requirement) -> Checked {
    match argument {
        None => require(!needed, rule, "no argument"),
        Some(word) => require(syntax::is_string(word), rule, "not a string"),
    }
}
