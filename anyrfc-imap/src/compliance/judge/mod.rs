//! A server's reader of commands, slow and plain: the formal syntax of RFC 3501, section 9,
//! rule by rule, and of each extension only as far as this server has advertised it. It
//! shares nothing with the encoder.

mod admin;
mod annotations;
mod append;
mod arrange;
mod commands;
mod modifiers;
mod search;
mod tokens;

#[cfg(test)]
mod tests;

pub(super) use self::tokens::is_modified_utf7;

/// A server that advertised certain capabilities.
#[derive(Clone, Debug, Default)]
pub(super) struct Judge {
    capabilities: Vec<String>,
    /// After ENABLE UTF8=ACCEPT.
    utf8: bool,
}

/// A command, as it came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Heard {
    pub(super) tag: String,
    /// In capitals, `UID FETCH` as two words.
    pub(super) name: String,
    /// What follows the tag, without the last CR LF.
    pub(super) text: Vec<u8>,
}

impl Heard {
    /// What follows the tag, as text.
    pub(super) fn text(&self) -> String {
        String::from_utf8_lossy(&self.text).into_owned()
    }
}

impl Judge {
    /// One that advertised these, apart from IMAP4rev1.
    pub(super) fn new(capabilities: &str) -> Self {
        Self { capabilities: capabilities.split_whitespace().map(str::to_owned).collect(), utf8: false }
    }

    /// The same after ENABLE UTF8=ACCEPT.
    pub(super) fn accepting_utf8(mut self) -> Self {
        self.utf8 = true;
        self
    }

    fn has(&self, capability: &str) -> bool {
        self.capabilities.iter().any(|known| known.eq_ignore_ascii_case(capability))
    }

    /// Whether a capability begins so.
    fn has_any(&self, beginning: &str) -> bool {
        let begins = |known: &String| {
            known.get(..beginning.len()).is_some_and(|head| head.eq_ignore_ascii_case(beginning))
        };
        self.capabilities.iter().any(begins)
    }

    /// The size that a non-synchronizing literal may have, if there may be one.
    fn non_synchronizing(&self) -> Option<u64> {
        match (self.has("LITERAL+"), self.has("LITERAL-")) {
            (true, _) => Some(u64::MAX),
            (false, true) => Some(4096),
            (false, false) => None,
        }
    }

    /// The commands in `wire`, or what is wrong with the first that is not one.
    pub(super) fn read(&self, wire: &[u8]) -> Result<Vec<Heard>, String> {
        let mut reader = Reader { input: wire, at: 0, judge: self };
        let mut heard = Vec::new();
        while reader.at < wire.len() {
            let begin = reader.at;
            heard.push(reader.command().map_err(|why| {
                let line = String::from_utf8_lossy(&wire[begin..]);
                format!("{why} at octet {} of {line:?}", reader.at - begin)
            })?);
        }
        Ok(heard)
    }

    /// The commands in `wire`, which are all as they should be.
    #[track_caller]
    pub(super) fn hear(&self, wire: &[u8]) -> Vec<Heard> {
        self.read(wire).unwrap_or_else(|why| panic!("{why}"))
    }

    /// Whether `wire` is nothing but commands.
    pub(super) fn accepts(&self, wire: impl AsRef<[u8]>) -> bool {
        self.read(wire.as_ref()).is_ok()
    }
}

/// `Err` says which rule is broken.
type Read<T = ()> = Result<T, &'static str>;

/// Where reading stands.
#[derive(Clone, Debug)]
struct Reader<'a> {
    input: &'a [u8],
    at: usize,
    judge: &'a Judge,
}
