//! The commands of RFC 9051, section 6, as a server reads them.

use base64::Engine as _;

use super::{
    admin::{self, Admin},
    items::{FetchItem, fetch_items},
    message::{self, Appended, Fetched},
    modifiers::{FetchModifiers, SelectParams, fetch_modifiers, select_params, unchanged_since},
    notify::{Notify, notify},
    query::{Program, program},
    searching,
    sort::{Arranged, sort, thread},
    syntax::{Cursor, Parsed, Set},
    urls::Named,
};

/// A command with its tag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Tagged {
    pub(crate) tag: String,
    pub(crate) command: Command,
}

/// LIST with all that may be in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct List {
    pub(crate) select: Vec<String>,
    pub(crate) reference: Vec<u8>,
    pub(crate) patterns: Vec<Vec<u8>>,
    pub(crate) returns: Vec<String>,
    /// The items of STATUS in RETURN.
    pub(crate) status: Vec<String>,
    /// The entries of METADATA in RETURN.
    pub(crate) metadata: Vec<String>,
    /// Whether it is the extended form, which is answered differently.
    pub(crate) extended: bool,
}

/// What STORE does with the flags.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum StoreMode {
    Replace,
    Add,
    Remove,
}

/// A command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Command {
    Capability,
    Noop,
    Logout,
    StartTls,
    /// The initial response, decoded; `Some` of nothing for `=`.
    Authenticate {
        mechanism: String,
        initial: Option<Vec<u8>>,
    },
    Login {
        user: Vec<u8>,
        password: Vec<u8>,
    },
    Enable(Vec<String>),
    /// The mechanism, in capitals.
    Compress(String),
    Notify(Notify),
    Id(Vec<(Vec<u8>, Option<Vec<u8>>)>),
    Select {
        mailbox: Vec<u8>,
        read_only: bool,
        params: SelectParams,
    },
    Create {
        mailbox: Vec<u8>,
        uses: Vec<String>,
    },
    Delete(Vec<u8>),
    Rename(Vec<u8>, Vec<u8>),
    Subscribe(Vec<u8>),
    Unsubscribe(Vec<u8>),
    List(List),
    Lsub(Vec<u8>, Vec<u8>),
    Namespace,
    Status {
        mailbox: Vec<u8>,
        items: Vec<String>,
    },
    Append {
        mailbox: Vec<u8>,
        messages: Vec<Appended>,
    },
    Replace {
        uid: bool,
        number: u32,
        mailbox: Vec<u8>,
        message: Appended,
    },
    /// Each URL as it was written, what it names, and its mechanism.
    GenUrlAuth(Vec<(String, Named, String)>),
    ResetKey(Option<(Vec<u8>, Vec<String>)>),
    UrlFetch(Vec<Fetched>),
    Idle,
    Close,
    Unselect,
    Check,
    Expunge(Option<Set>),
    Search {
        uid: bool,
        program: Program,
    },
    /// SORT, THREAD (RFC 5256).
    Arrange(Arranged),
    /// LANGUAGE (RFC 5255).
    Language(Vec<String>),
    /// COMPARATOR (RFC 5255).
    Comparator(Vec<String>),
    /// UNAUTHENTICATE (RFC 8437).
    Unauthenticate,
    /// GETJMAPACCESS (RFC 9698).
    GetJmapAccess,
    /// RFC 7377: each source with its names; none for the mailbox that is selected.
    MultiSearch {
        sources: Vec<(String, Vec<Vec<u8>>)>,
        program: Program,
    },
    /// RFC 5267: tags.
    CancelUpdate(Vec<String>),
    Fetch {
        uid: bool,
        set: Set,
        items: Vec<FetchItem>,
        modifiers: FetchModifiers,
    },
    Store {
        uid: bool,
        set: Set,
        mode: StoreMode,
        silent: bool,
        flags: Vec<String>,
        unchanged_since: Option<u64>,
    },
    Copy {
        uid: bool,
        set: Set,
        mailbox: Vec<u8>,
        moves: bool,
    },
    Admin(Admin),
}

impl Command {
    /// The states in which it is permitted (section 6).
    pub(crate) fn permitted(&self) -> Permitted {
        match self {
            Self::Capability | Self::Noop | Self::Logout | Self::Id(_) | Self::Language(_) => {
                Permitted::Always
            }
            Self::StartTls | Self::Authenticate { .. } | Self::Login { .. } => Permitted::NotAuthenticated,
            Self::Close
            | Self::Unselect
            | Self::Check
            | Self::Expunge(_)
            | Self::Search { .. }
            | Self::CancelUpdate(_)
            | Self::Arrange(_)
            | Self::Fetch { .. }
            | Self::Store { .. }
            | Self::Replace { .. }
            | Self::Copy { .. } => Permitted::Selected,
            Self::MultiSearch { sources, .. }
                if sources.is_empty() || sources.iter().any(|(source, _)| source == "SELECTED") =>
            {
                Permitted::Selected
            }
            // Section 6.3.1: not once a mailbox has been selected.
            Self::Enable(_) => Permitted::NotSelected,
            _ => Permitted::Authenticated,
        }
    }
}

/// Where a command is permitted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Permitted {
    Always,
    NotAuthenticated,
    /// Authenticated, with or without a mailbox.
    Authenticated,
    /// Authenticated, without a mailbox.
    NotSelected,
    Selected,
}

/// Reads `octets` as a [`Tagged`] command. What fails keeps the tag, if there was one.
pub(crate) fn parse(octets: &[u8], utf8: bool) -> Result<Tagged, (Option<String>, super::SyntaxError)> {
    let mut cursor = Cursor::new(octets, utf8);
    let tag = cursor.tag().map_err(|error| (None, error))?;
    let command = after_tag(&mut cursor).map_err(|error| (Some(tag.clone()), error))?;
    Ok(Tagged { tag, command })
}

fn after_tag(cursor: &mut Cursor<'_>) -> Parsed<Command> {
    cursor.sp()?;
    let start = cursor.clone();
    let mut name = cursor.keyword()?;
    let uid = name == "UID";
    if uid {
        cursor.sp()?;
        name = cursor.keyword()?;
        if !matches!(
            name.as_str(),
            "SEARCH" | "SORT" | "THREAD" | "FETCH" | "STORE" | "COPY" | "MOVE" | "EXPUNGE" | "REPLACE"
        ) {
            return start.fail("a command that has a UID form");
        }
    }
    let command = match name.as_str() {
        "CAPABILITY" => Command::Capability,
        "NOOP" => Command::Noop,
        "LOGOUT" => Command::Logout,
        "STARTTLS" => Command::StartTls,
        "NAMESPACE" => Command::Namespace,
        "IDLE" => Command::Idle,
        "CLOSE" => Command::Close,
        "UNSELECT" => Command::Unselect,
        "CHECK" => Command::Check,
        "EXPUNGE" if uid => {
            cursor.sp()?;
            Command::Expunge(Some(cursor.set()?))
        }
        "EXPUNGE" => Command::Expunge(None),
        "AUTHENTICATE" => authenticate(cursor)?,
        "LOGIN" => {
            let (user, password) = two(cursor)?;
            Command::Login { user, password }
        }
        "ENABLE" => {
            let mut names = Vec::new();
            while !cursor.at_end() || names.is_empty() {
                cursor.sp()?;
                names.push(cursor.atom()?.to_ascii_uppercase());
            }
            Command::Enable(names)
        }
        "ID" => id(cursor)?,
        "SELECT" | "EXAMINE" => {
            let mailbox = one(cursor)?;
            Command::Select { mailbox, read_only: name == "EXAMINE", params: select_params(cursor)? }
        }
        "NOTIFY" => Command::Notify(notify(cursor)?),
        "COMPRESS" => {
            cursor.sp()?;
            Command::Compress(cursor.atom()?.to_ascii_uppercase())
        }
        "CREATE" => create(cursor)?,
        "DELETE" => Command::Delete(one(cursor)?),
        "RENAME" => {
            let (from, to) = two(cursor)?;
            Command::Rename(from, to)
        }
        "SUBSCRIBE" => Command::Subscribe(one(cursor)?),
        "UNSUBSCRIBE" => Command::Unsubscribe(one(cursor)?),
        "LIST" => list(cursor)?,
        "LSUB" => {
            let reference = one(cursor)?;
            cursor.sp()?;
            Command::Lsub(reference, cursor.list_mailbox()?)
        }
        "STATUS" => {
            let mailbox = one(cursor)?;
            cursor.sp()?;
            Command::Status { mailbox, items: some(cursor)? }
        }
        "APPEND" => message::append(cursor)?,
        "REPLACE" => message::replace(cursor, uid)?,
        "GENURLAUTH" => message::gen_url_auth(cursor)?,
        "RESETKEY" => message::reset_key(cursor)?,
        "URLFETCH" => message::url_fetch(cursor)?,
        "SEARCH" => Command::Search { uid, program: program(cursor)? },
        "ESEARCH" => searching::multi_search(cursor)?,
        "CANCELUPDATE" => {
            let mut tags = Vec::new();
            while !cursor.at_end() || tags.is_empty() {
                cursor.sp()?;
                tags.push(String::from_utf8_lossy(&cursor.string()?.bytes).into_owned());
            }
            Command::CancelUpdate(tags)
        }
        "SORT" => Command::Arrange(sort(cursor, uid)?),
        "THREAD" => Command::Arrange(thread(cursor, uid)?),
        "LANGUAGE" => Command::Language(names(cursor)?),
        "COMPARATOR" => Command::Comparator(names(cursor)?),
        "UNAUTHENTICATE" => Command::Unauthenticate,
        "GETJMAPACCESS" => Command::GetJmapAccess,
        "FETCH" => {
            cursor.sp()?;
            let set = cursor.set()?;
            cursor.sp()?;
            Command::Fetch { uid, set, items: fetch_items(cursor)?, modifiers: fetch_modifiers(cursor)? }
        }
        "STORE" => store(cursor, uid)?,
        "COPY" | "MOVE" => {
            cursor.sp()?;
            let set = cursor.set()?;
            Command::Copy { uid, set, mailbox: one(cursor)?, moves: name == "MOVE" }
        }
        name => match admin::parse(name, cursor) {
            Some(command) => command?,
            None => return start.fail("a command"),
        },
    };
    cursor.end()?;
    Ok(command)
}

/// `SP astring`
pub(crate) fn one(cursor: &mut Cursor<'_>) -> Parsed<Vec<u8>> {
    cursor.sp()?;
    Ok(cursor.astring()?.bytes)
}

/// `*(SP astring)`, of ASCII
fn names(cursor: &mut Cursor<'_>) -> Parsed<Vec<String>> {
    let mut names = Vec::new();
    while !cursor.at_end() {
        let start = cursor.clone();
        match String::from_utf8(one(cursor)?) {
            Ok(name) if name.is_ascii() => names.push(name),
            _ => return start.fail("a name in ASCII"),
        }
    }
    Ok(names)
}

/// `SP astring SP astring`
fn two(cursor: &mut Cursor<'_>) -> Parsed<(Vec<u8>, Vec<u8>)> {
    Ok((one(cursor)?, one(cursor)?))
}

/// A list of keywords, at least one.
fn some(cursor: &mut Cursor<'_>) -> Parsed<Vec<String>> {
    let words = cursor.list(Cursor::keyword)?;
    if words.is_empty() { cursor.fail("a list that is not empty") } else { Ok(words) }
}

/// `authenticate = "AUTHENTICATE" SP auth-type [SP initial-resp]`
fn authenticate(cursor: &mut Cursor<'_>) -> Parsed<Command> {
    cursor.sp()?;
    let mechanism = cursor.atom()?.to_ascii_uppercase();
    if cursor.at_end() {
        return Ok(Command::Authenticate { mechanism, initial: None });
    }
    cursor.sp()?;
    if cursor.eat("=") {
        return Ok(Command::Authenticate { mechanism, initial: Some(Vec::new()) });
    }
    let start = cursor.clone();
    let text = cursor.atom()?;
    match base64::engine::general_purpose::STANDARD.decode(text) {
        Ok(initial) => Ok(Command::Authenticate { mechanism, initial: Some(initial) }),
        Err(_) => start.fail("base64"),
    }
}

/// `id_params_list = "(" *(string SP nstring) ")" / nil` (RFC 2971)
fn id(cursor: &mut Cursor<'_>) -> Parsed<Command> {
    cursor.sp()?;
    if cursor.eat_word("NIL") {
        return Ok(Command::Id(Vec::new()));
    }
    let fields = cursor.list(|cursor| {
        let name = cursor.string()?.bytes;
        cursor.sp()?;
        Ok((name, cursor.nstring()?.map(|text| text.bytes)))
    })?;
    Ok(Command::Id(fields))
}

/// `create = "CREATE" SP mailbox [SP "(" "USE" SP "(" … ")" ")"]` (RFC 6154)
fn create(cursor: &mut Cursor<'_>) -> Parsed<Command> {
    let mailbox = one(cursor)?;
    if cursor.at_end() {
        return Ok(Command::Create { mailbox, uses: Vec::new() });
    }
    cursor.expect(" (")?;
    if !cursor.eat_word("USE ") {
        return cursor.fail("USE");
    }
    let uses = cursor.list(Cursor::flag)?;
    cursor.expect(")")?;
    Ok(Command::Create { mailbox, uses })
}

/// `list = "LIST" [SP list-select-opts] SP mailbox SP mbox-or-pat [SP list-return-opts]`
fn list(cursor: &mut Cursor<'_>) -> Parsed<Command> {
    let mut list = List::default();
    cursor.sp()?;
    if cursor.next() == Some(b'(') {
        list.extended = true;
        let start = cursor.clone();
        list.select = cursor.list(Cursor::keyword)?;
        for (index, option) in list.select.iter().enumerate() {
            if !matches!(option.as_str(), "SUBSCRIBED" | "REMOTE" | "RECURSIVEMATCH" | "SPECIAL-USE")
                || list.select.iter().take(index).any(|earlier| earlier == option)
            {
                return start.fail("known selection options, once each");
            }
        }
        // Section 6.3.9.1: RECURSIVEMATCH modifies a base option.
        let base = list.select.iter().any(|option| matches!(option.as_str(), "SUBSCRIBED" | "SPECIAL-USE"));
        if !base && list.select.iter().any(|option| option == "RECURSIVEMATCH") {
            return start.fail("a selection option that RECURSIVEMATCH modifies");
        }
        cursor.sp()?;
    }
    list.reference = cursor.astring()?.bytes;
    cursor.sp()?;
    if cursor.next() == Some(b'(') {
        list.extended = true;
        list.patterns = cursor.list(Cursor::list_mailbox)?;
        if list.patterns.is_empty() {
            return cursor.fail("a pattern");
        }
    } else {
        list.patterns.push(cursor.list_mailbox()?);
    }
    if !cursor.at_end() {
        list.extended = true;
        cursor.sp()?;
        if !cursor.eat_word("RETURN ") {
            return cursor.fail("RETURN");
        }
        let start = cursor.clone();
        let (mut status, mut metadata) = (Vec::new(), Vec::new());
        list.returns = cursor.list(|cursor| {
            let option = cursor.keyword()?;
            if option == "STATUS" {
                cursor.sp()?;
                status = some(cursor)?;
            }
            if option == "METADATA" {
                metadata = admin::listed_entries(cursor)?;
            }
            Ok(option)
        })?;
        (list.status, list.metadata) = (status, metadata);
        for (index, option) in list.returns.iter().enumerate() {
            if !matches!(
                option.as_str(),
                "SUBSCRIBED" | "CHILDREN" | "STATUS" | "SPECIAL-USE" | "METADATA" | "MYRIGHTS"
            ) || list.returns.iter().take(index).any(|earlier| earlier == option)
            {
                return start.fail("known return options, once each");
            }
        }
    }
    Ok(Command::List(list))
}

/// `store = "STORE" SP sequence-set [store-modifiers] SP store-att-flags` (RFC 4466)
fn store(cursor: &mut Cursor<'_>, uid: bool) -> Parsed<Command> {
    cursor.sp()?;
    let set = cursor.set()?;
    cursor.sp()?;
    let unchanged_since = unchanged_since(cursor)?;
    let mode = if cursor.eat("+") {
        StoreMode::Add
    } else if cursor.eat("-") {
        StoreMode::Remove
    } else {
        StoreMode::Replace
    };
    if !cursor.eat_word("FLAGS") {
        return cursor.fail("FLAGS");
    }
    let silent = cursor.eat_word(".SILENT");
    cursor.sp()?;
    let flags = if cursor.next() == Some(b'(') {
        cursor.list(Cursor::flag)?
    } else {
        let mut flags = vec![cursor.flag()?];
        while !cursor.at_end() {
            cursor.sp()?;
            flags.push(cursor.flag()?);
        }
        flags
    };
    Ok(Command::Store { uid, set, mode, silent, flags, unchanged_since })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn command(text: &str) -> Command {
        parse(format!("{text}\r\n").as_bytes(), false).unwrap().command
    }

    #[test]
    fn commands_are_read() {
        assert_eq!(command("a noop"), Command::Noop);
        assert_eq!(
            command("a AUTHENTICATE PLAIN ="),
            Command::Authenticate { mechanism: "PLAIN".into(), initial: Some(Vec::new()) }
        );
        assert_eq!(
            command("a select \"a b\""),
            Command::Select { mailbox: b"a b".into(), read_only: false, params: SelectParams::default() }
        );
        let list = command("a LIST (SUBSCRIBED RECURSIVEMATCH) \"\" (a% \"b*\") RETURN (STATUS (MESSAGES))");
        let Command::List(list) = list else { panic!("{list:?}") };
        assert_eq!((list.patterns.len(), list.status), (2, vec!["MESSAGES".to_owned()]));
        assert_eq!(
            command("a UID STORE 1:* +FLAGS.SILENT (\\Seen $Junk)"),
            Command::Store {
                uid: true,
                set: Set::Ranges(vec![(Some(1), None)]),
                mode: StoreMode::Add,
                silent: true,
                flags: vec!["\\Seen".into(), "$Junk".into()],
                unchanged_since: None,
            }
        );
        let append = command("a APPEND x (\\Seen) \" 1-Feb-2026 00:00:00 +0000\" {2}\r\nhi");
        let Command::Append { messages, .. } = append else { panic!("{append:?}") };
        let [message::CatPart::Text(text)] = &messages[0].parts[..] else { panic!("{messages:?}") };
        assert_eq!(text.bytes, b"hi");
    }

    #[test]
    fn what_no_rule_allows_is_refused() {
        for bad in [
            "a",
            "a ",
            "a  NOOP",
            "a NOOP ",
            "+ NOOP",
            "a* NOOP",
            "a FOO",
            "a UID NOOP",
            "a SELECT",
            "a SELECT a b",
            "a LOGIN a",
            "a ENABLE",
            "a APPEND x CATENATE ()",
            "a APPEND x CATENATE (TEXT a)",
            "a APPEND x CATENATE (TEXT ~{1}\r\na)",
            "a APPEND x CATENATE (URL imap://h.example/a/;UID=1)",
            "a APPEND x CATENATE (URL /a)",
            "a APPEND x CATENATE (URL ../a/;UID=1)",
            "a APPEND x {1}\r\na ",
            "a REPLACE 3:4 x {1}\r\na",
            "a REPLACE 0 x {1}\r\na",
            "a REPLACE 3 x {1}\r\na {1}\r\nb",
            "a GENURLAUTH",
            "a GENURLAUTH \"imap://h.example/x/;UID=1;URLAUTH=anonymous\" INTERNAL",
            "a GENURLAUTH \"imap://joe@h.example/x/;UID=1\" INTERNAL",
            "a GENURLAUTH \"imap://joe@h.example/x;URLAUTH=anonymous\" INTERNAL",
            "a URLFETCH \"imap://joe@h.example/x/;UID=1;URLAUTH=anonymous\"",
            "a URLFETCH (\"imap://joe@h.example/x/;UID=1;URLAUTH=anonymous:internal:91354a473744909de610943775f92038\" BINARY BODY)",
            "a LIST \"\"",
            "a LIST (RECURSIVEMATCH) \"\" *",
            "a LIST (SUBSCRIBED SUBSCRIBED) \"\" *",
            "a LIST (FOO) \"\" *",
            "a STATUS x ()",
            "a APPEND x",
            "a APPEND x \"hi\"",
            "a STORE 1 FOO ()",
            "a COPY 0 x",
            "a AUTHENTICATE PLAIN {4}\r\nAAAA",
            "a AUTHENTICATE PLAIN \"AAAA\"",
            "a AUTHENTICATE PLAIN A=AA",
            "a CREATE x (USE \\Sent)",
        ] {
            assert!(parse(format!("{bad}\r\n").as_bytes(), false).is_err(), "{bad:?}");
        }
        assert_eq!(parse(b"t FOO\r\n", false).unwrap_err().0.as_deref(), Some("t"));
        assert_eq!(parse(b"NOOP\r\n", false).unwrap_err().0.as_deref(), Some("NOOP"));
    }
}
