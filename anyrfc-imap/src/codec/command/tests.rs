//! The commands, section by section, with what the RFCs' own dialogues send.

mod answers;
mod condstore;
mod edges;
mod needs;
mod selected;
mod splitting;
mod takes;

use anyrfc_core::Secret;

use super::{
    Append, Authenticate, Capability, Command, Create, Delete, Enable, Examine, Id, Idle, List, ListReturn,
    ListSelect, Login, Logout, Lsub, Namespace, Noop, Phase, Raw, Rename, Select, StartTls, Status,
    StatusItem, StatusItems, Subscribe, Unsubscribe, Xlist,
};
use crate::{
    Error, ErrorKind,
    codec::encode::{
        Encoder,
        tests::{dialect, wire},
    },
    rfc2971, rfc3501, rfc4959, rfc5258, rfc6855, rfc9051,
    types::{
        self, AppendForm, AppendOptions, Date, DateTime, Flag, MailboxAttribute, MailboxName, Names, Pattern,
        SequenceSet,
    },
};

/// What is sent to a server that says this.
fn sent<C: Command>(server: &str, command: &C) -> String {
    wire(&Encoder::command(command, &dialect(server)).unwrap())
}

fn refused<C: Command>(server: &str, command: &C) -> Error {
    Encoder::command(command, &dialect(server)).unwrap_err()
}

fn unsupported<C: Command>(server: &str, command: &C) {
    assert_eq!(refused(server, command).kind(), ErrorKind::Unsupported, "{server}");
}

fn name(text: &str) -> MailboxName {
    MailboxName::new(text).unwrap()
}

fn pattern(text: &str) -> Pattern {
    Pattern::new(text).unwrap()
}

const REV1: &str = "IMAP4rev1";
const REV2: &str = "IMAP4rev2";

#[test]
fn section_6_1_any_state() {
    assert_eq!(sent(REV1, &Capability), "CAPABILITY\r\n");
    assert_eq!(sent(REV1, &Noop), "NOOP\r\n");
    assert_eq!(sent(REV1, &Logout), "LOGOUT\r\n");
    assert_eq!(Noop.needs().state(), Phase::Any);
}

#[test]
fn section_6_2_1_starttls() {
    assert_eq!(sent("IMAP4rev1 STARTTLS", &StartTls), "STARTTLS\r\n");
    unsupported(REV1, &StartTls);
    assert!(StartTls.order().alone);
    assert_eq!(StartTls.needs().state(), Phase::NotAuthenticated);
}

#[test]
fn section_6_2_2_authenticate() {
    let with = |response: &[u8]| Authenticate::new("PLAIN").with_initial_response(response.to_vec().into());
    assert_eq!(sent(REV1, &Authenticate::new("GSSAPI")), "AUTHENTICATE GSSAPI\r\n");
    assert_eq!(sent("IMAP4rev1 SASL-IR", &with(b"\0test\0test")), "AUTHENTICATE PLAIN AHRlc3QAdGVzdA==\r\n");
    assert_eq!(sent(REV2, &with(b"")), "AUTHENTICATE PLAIN =\r\n");
    let error = refused(REV1, &with(b"x"));
    assert_eq!(error.requirement(), Some(rfc4959::INITIAL_RESPONSE_NEEDS_THE_CAPABILITY));
    assert_eq!(refused(REV1, &Authenticate::new("A B")).kind(), ErrorKind::Usage);
    assert_eq!(Authenticate::line(b"\0test\0test").expose(), b"AHRlc3QAdGVzdA==\r\n");
    assert_eq!(Authenticate::line(b"").expose(), b"\r\n");
}

#[test]
fn section_6_2_3_login() {
    let login = |user: &str, password: &str| Login::new(user, Secret::from(password));
    assert_eq!(sent(REV1, &login("SMITH", "SESAME")), "LOGIN \"SMITH\" \"SESAME\"\r\n");
    assert_eq!(sent(REV1, &login("a", "b\"\\c")), "LOGIN \"a\" \"b\\\"\\\\c\"\r\n");
    assert_eq!(sent(REV1, &login("a", "b\r\nc")), "LOGIN \"a\" {4}\r\n|b\r\nc\r\n");
    assert_eq!(sent("IMAP4rev1 LITERAL+", &login("a", "b\nc")), "LOGIN \"a\" {3+}\r\nb\nc\r\n");
    let error = refused("IMAP4rev1 LOGINDISABLED", &login("a", "b"));
    assert_eq!(error.requirement(), Some(rfc9051::NO_LOGIN_UNDER_LOGINDISABLED));
    for (user, password) in [("é", "b"), ("a", "é")] {
        let error = refused(REV2, &login(user, password));
        assert_eq!(error.requirement(), Some(rfc6855::UTF8_CREDENTIALS_NEED_AUTHENTICATE));
        assert!(!error.to_string().contains('é'));
    }
    assert_eq!(refused(REV1, &login("a", "\0")).kind(), ErrorKind::Usage);
}

#[test]
fn section_6_3_1_enable() {
    let enable = |names: &[&str]| {
        Enable::new(names.iter().map(|name| types::Capability::from(*name)).collect::<Vec<_>>())
    };
    assert_eq!(
        sent("IMAP4rev1 ENABLE CONDSTORE", &enable(&["CONDSTORE", "X-GOOD-IDEA"])),
        "ENABLE CONDSTORE X-GOOD-IDEA\r\n"
    );
    assert_eq!(sent("IMAP4rev1 IMAP4rev2", &enable(&["IMAP4rev2"])), "ENABLE IMAP4rev2\r\n");
    assert_eq!(sent("IMAP4rev1 +IMAP4rev2", &enable(&["X-MORE"])), "ENABLE X-MORE\r\n", "it is part of that");
    unsupported(REV1, &enable(&["CONDSTORE"]));
    for names in [&[][..], &["A\r\nB"], &["A B"], &["UTF8=ONLY"]] {
        assert_eq!(refused("IMAP4rev1 ENABLE", &enable(names)).kind(), ErrorKind::Usage, "{names:?}");
    }
    assert_eq!(enable(&["A"]).needs().state(), Phase::Unselected);
}

#[test]
fn section_6_3_2_and_6_3_3_select_and_examine() {
    assert_eq!(sent(REV1, &Select::new(MailboxName::inbox())), "SELECT INBOX\r\n");
    assert_eq!(sent(REV1, &Examine::new(name("blurdybloop"))), "EXAMINE blurdybloop\r\n");
    assert_eq!(sent(REV1, &Select::new(name("NIL"))), "SELECT \"NIL\"\r\n");
    assert_eq!(sent(REV1, &Select::new(name("Sent Mail"))), "SELECT \"Sent Mail\"\r\n");
    assert_eq!(sent(REV1, &Select::new(name("~peter/台北"))), "SELECT \"~peter/&U,BTFw-\"\r\n");
    assert_eq!(sent(REV2, &Select::new(name("~peter/台北"))), "SELECT \"~peter/台北\"\r\n");
    let odd = MailboxName::received(b"T\xc3\xa9st", Names::ModifiedUtf7);
    assert_eq!(sent(REV1, &Select::new(odd)), "SELECT {5}\r\n|Tést\r\n");
    assert!(Select::new(MailboxName::inbox()).order().alone);
}

#[test]
fn section_6_3_4_create() {
    assert_eq!(sent(REV1, &Create::new(name("owatagusiam/"))), "CREATE owatagusiam/\r\n");
    let special =
        Create::new(name("NewSpecial")).for_use(MailboxAttribute::Drafts).for_use(MailboxAttribute::Sent);
    assert_eq!(
        sent("IMAP4rev1 CREATE-SPECIAL-USE", &special),
        "CREATE NewSpecial (USE (\\Drafts \\Sent))\r\n"
    );
    unsupported("IMAP4rev1 SPECIAL-USE", &special);
    unsupported(REV2, &special);
    let bad = Create::new(name("x")).for_use(MailboxAttribute::from("Drafts) x"));
    assert_eq!(refused("IMAP4rev1 CREATE-SPECIAL-USE", &bad).kind(), ErrorKind::Usage);
}

/// RFC 3501, sections 5.1 and 5.1.3: a client makes no names that are not modified UTF-7.
#[test]
fn rfc3501_section_5_1_3_no_odd_name_is_made() {
    for (wire, statement) in [
        (&b"T\xc3\xa9st"[..], rfc3501::NO_8_BIT_MAILBOX_NAMES_ARE_CREATED),
        (b"&Jjo!", rfc3501::CREATED_NAMES_ARE_VALID_MODIFIED_UTF7),
    ] {
        let odd = MailboxName::received(wire, Names::ModifiedUtf7);
        assert_eq!(refused(REV1, &Create::new(odd.clone())).requirement(), Some(statement));
        assert_eq!(refused(REV1, &Rename::new(name("a"), odd.clone())).requirement(), Some(statement));
        // To take such a name away is another matter.
        assert!(sent(REV1, &Rename::new(odd.clone(), name("a"))).starts_with("RENAME "));
        assert!(sent(REV1, &Delete::new(odd)).starts_with("DELETE "));
    }
}

#[test]
fn sections_6_3_5_to_6_3_8() {
    assert_eq!(sent(REV1, &Delete::new(name("foo"))), "DELETE foo\r\n");
    assert_eq!(
        sent(REV1, &Rename::new(name("blurdybloop"), name("sarasoop"))),
        "RENAME blurdybloop sarasoop\r\n"
    );
    assert_eq!(
        sent(REV1, &Subscribe::new(name("#news.comp.mail.mime"))),
        "SUBSCRIBE #news.comp.mail.mime\r\n"
    );
    assert_eq!(sent(REV1, &Unsubscribe::new(name("a b"))), "UNSUBSCRIBE \"a b\"\r\n");
}

#[test]
fn section_6_3_9_list() {
    assert_eq!(sent(REV1, &List::new(pattern(""))), "LIST \"\" \"\"\r\n");
    assert_eq!(sent(REV1, &List::new(pattern("*"))), "LIST \"\" *\r\n");
    let news = List::new(pattern("")).reference(name("#news.comp.mail.misc"));
    assert_eq!(sent(REV1, &news), "LIST #news.comp.mail.misc \"\"\r\n");
    assert_eq!(sent(REV1, &List::new(pattern("Entwürfe/%"))), "LIST \"\" Entw&APw-rfe/%\r\n");
    assert_eq!(sent(REV2, &List::new(pattern("Entwürfe/%"))), "LIST \"\" \"Entwürfe/%\"\r\n");
    // RFC 5258, section 5, and RFC 9051, section 6.3.9.7.
    let extended = "IMAP4rev1 LIST-EXTENDED";
    let subscribed = List::new(pattern("*")).select(ListSelect::Subscribed);
    assert_eq!(sent(extended, &subscribed), "LIST (SUBSCRIBED) \"\" *\r\n");
    let children = List::new(pattern("%")).returns(ListReturn::Children).returns(ListReturn::Children);
    assert_eq!(sent(extended, &children), "LIST \"\" % RETURN (CHILDREN)\r\n");
    let remote = subscribed.clone().select(ListSelect::Remote).select(ListSelect::RecursiveMatch);
    assert_eq!(sent(REV2, &remote), "LIST (SUBSCRIBED REMOTE RECURSIVEMATCH) \"\" *\r\n");
    for command in [&subscribed, &children, &remote] {
        let error = refused(REV1, command);
        assert_eq!(error.requirement(), Some(rfc5258::UNADVERTISED_LIST_OPTIONS_ARE_NOT_SENT));
    }
    let several = List::new(pattern("INBOX")).or(pattern("Drafts")).or(pattern("Sent/%"));
    assert_eq!(sent(extended, &several), "LIST \"\" (INBOX Drafts Sent/%)\r\n");
    unsupported(REV2, &several);
    for alone in [
        List::new(pattern("*")).select(ListSelect::RecursiveMatch),
        List::new(pattern("*")).select(ListSelect::RecursiveMatch).select(ListSelect::Remote),
    ] {
        assert_eq!(refused(extended, &alone).requirement(), Some(rfc9051::RECURSIVEMATCH_IS_NOT_ALONE));
    }
}

#[test]
fn rfc5819_and_rfc6154_list_returns() {
    let special = List::new(pattern("%")).returns(ListReturn::SpecialUse).select(ListSelect::SpecialUse);
    assert_eq!(
        sent("IMAP4rev1 LIST-EXTENDED SPECIAL-USE", &special),
        "LIST (SPECIAL-USE) \"\" % RETURN (SPECIAL-USE)\r\n"
    );
    unsupported("IMAP4rev1 LIST-EXTENDED", &special);
    // RFC 6154, section 2: only the extended form of LIST has options.
    unsupported("IMAP4rev1 SPECIAL-USE", &special);
    let items: StatusItems = [StatusItem::Messages, StatusItem::Unseen].into_iter().collect();
    let status = List::new(pattern("%")).returns(ListReturn::Status(items));
    assert_eq!(
        sent("IMAP4rev1 LIST-EXTENDED LIST-STATUS", &status),
        "LIST \"\" % RETURN (STATUS (MESSAGES UNSEEN))\r\n"
    );
    assert_eq!(sent(REV2, &status), "LIST \"\" % RETURN (STATUS (MESSAGES UNSEEN))\r\n");
    unsupported("IMAP4rev1 LIST-EXTENDED", &status);
    // What is asked of the status is needed as well.
    let size = List::new(pattern("%")).returns(ListReturn::Status([StatusItem::Size].into_iter().collect()));
    unsupported("IMAP4rev1 LIST-EXTENDED LIST-STATUS", &size);
    assert_eq!(
        sent("IMAP4rev1 LIST-EXTENDED LIST-STATUS STATUS=SIZE", &size),
        "LIST \"\" % RETURN (STATUS (SIZE))\r\n"
    );
}

#[test]
fn lsub_xlist_and_namespace() {
    assert_eq!(sent(REV1, &Lsub::new(pattern("#news.*"))), "LSUB \"\" #news.*\r\n");
    unsupported(REV2, &Lsub::new(pattern("*")));
    assert_eq!(sent("IMAP4rev1 XLIST", &Xlist::new(pattern("*"))), "XLIST \"\" *\r\n");
    unsupported(REV1, &Xlist::new(pattern("*")));
    assert_eq!(sent("IMAP4rev1 NAMESPACE", &Namespace), "NAMESPACE\r\n");
    assert_eq!(sent(REV2, &Namespace), "NAMESPACE\r\n");
    unsupported(REV1, &Namespace);
}

#[test]
fn section_6_3_11_status() {
    let status = |items: &[StatusItem]| Status::new(name("blurdybloop"), items.iter().cloned().collect());
    let sent_to = |server, items: &[StatusItem]| sent(server, &status(items));
    assert_eq!(
        sent_to(REV1, &[StatusItem::UidNext, StatusItem::Messages]),
        "STATUS blurdybloop (UIDNEXT MESSAGES)\r\n"
    );
    assert_eq!(sent_to("IMAP4rev1 STATUS=SIZE", &[StatusItem::Size]), "STATUS blurdybloop (SIZE)\r\n");
    assert_eq!(
        sent_to(REV2, &[StatusItem::Size, StatusItem::Deleted]),
        "STATUS blurdybloop (SIZE DELETED)\r\n"
    );
    assert_eq!(
        sent_to("IMAP4rev1 APPENDLIMIT=9", &[StatusItem::AppendLimit]),
        "STATUS blurdybloop (APPENDLIMIT)\r\n"
    );
    assert_eq!(
        sent_to("IMAP4rev1 CONDSTORE", &[StatusItem::HighestModSeq]),
        "STATUS blurdybloop (HIGHESTMODSEQ)\r\n"
    );
    let custom = StatusItem::Custom("MAILBOXID".parse().unwrap());
    assert_eq!(sent_to(REV1, &[custom]), "STATUS blurdybloop (MAILBOXID)\r\n");
    assert_eq!(sent_to(REV1, &[StatusItem::Recent]), "STATUS blurdybloop (RECENT)\r\n");
    unsupported(REV2, &status(&[StatusItem::Recent]));
    for item in [StatusItem::Size, StatusItem::Deleted, StatusItem::AppendLimit, StatusItem::HighestModSeq] {
        unsupported(REV1, &status(&[item]));
    }
    assert_eq!(refused(REV1, &status(&[])).kind(), ErrorKind::Usage);
}

#[test]
fn section_6_3_12_append() {
    let date = DateTime::new(Date::new(1994, 2, 7).unwrap(), 21, 52, 25, -480).unwrap();
    let options = AppendOptions::new().flag(Flag::Seen).flag(Flag::JUNK).internal_date(date);
    let append = Append::new(name("saved-messages"), options, 3);
    let expected = "APPEND saved-messages (\\Seen $Junk) \" 7-Feb-1994 21:52:25 -0800\" {3}\r\n|###\r\n";
    assert_eq!(sent(REV1, &append), expected);
    let plain = |octets| Append::new(MailboxName::inbox(), AppendOptions::new(), octets);
    assert_eq!(sent("IMAP4rev1 LITERAL+", &plain(2)), "APPEND INBOX {2+}\r\n##\r\n");
    assert_eq!(sent("IMAP4rev1 LITERAL+", &plain(0)), "APPEND INBOX {0+}\r\n\r\n");
    // RFC 7889, section 4: the limit is not known, so the server is heard before.
    assert_eq!(sent("IMAP4rev1 LITERAL+ APPENDLIMIT", &plain(2)), "APPEND INBOX {2}\r\n|##\r\n");
    assert_eq!(sent("IMAP4rev1 LITERAL+ APPENDLIMIT=2", &plain(2)), "APPEND INBOX {2+}\r\n##\r\n");
    assert_eq!(refused("IMAP4rev1 APPENDLIMIT=2", &plain(3)).kind(), ErrorKind::Refused);
    assert_eq!(refused(REV1, &plain(1 << 63)).kind(), ErrorKind::Usage);
    let recent = Append::new(MailboxName::inbox(), AppendOptions::new().flag(Flag::Recent), 1);
    assert_eq!(refused(REV1, &recent).kind(), ErrorKind::Usage);
}

#[test]
fn rfc3516_and_rfc6855_append() {
    let append = |form| Append::new(MailboxName::inbox(), AppendOptions::new().form(form), 2);
    assert_eq!(sent("IMAP4rev1 BINARY", &append(AppendForm::Binary)), "APPEND INBOX ~{2}\r\n|##\r\n");
    assert_eq!(sent(REV2, &append(AppendForm::Binary)), "APPEND INBOX ~{2+}\r\n##\r\n");
    unsupported(REV1, &append(AppendForm::Binary));
    let accept = "IMAP4rev1 UTF8=ACCEPT +UTF8=ACCEPT";
    assert_eq!(sent(accept, &append(AppendForm::Utf8)), "APPEND INBOX UTF8 (~{2}\r\n|##)\r\n");
    assert_eq!(sent(REV2, &append(AppendForm::Utf8)), "APPEND INBOX {2+}\r\n##\r\n");
    let error = refused("IMAP4rev1 UTF8=ACCEPT", &append(AppendForm::Utf8));
    assert_eq!(error.requirement(), Some(rfc6855::UTF8_HEADERS_ARE_APPENDED_AS_UTF8));
}

#[test]
fn section_6_3_13_idle() {
    assert_eq!(sent("IMAP4rev1 IDLE", &Idle), "IDLE\r\n");
    assert_eq!(sent(REV2, &Idle), "IDLE\r\n");
    unsupported(REV1, &Idle);
    assert_eq!(Idle::DONE, b"DONE\r\n");
}

#[test]
fn rfc2971_id() {
    let server = "IMAP4rev1 ID";
    assert_eq!(sent(server, &Id::default()), "ID NIL\r\n");
    let id = types::Id::new()
        .with("name", "sodr")
        .with("version", "19.34")
        .with("vendor", "Pink Floyd Music Limited");
    let expected = "ID (\"name\" \"sodr\" \"version\" \"19.34\" \"vendor\" \"Pink Floyd Music Limited\")\r\n";
    assert_eq!(sent(server, &Id::new(id)), expected);
    unsupported(REV2, &Id::default());
    let many = (0..31).fold(types::Id::new(), |id, number| id.with(number.to_string(), ""));
    for (id, statement) in [
        (many, rfc2971::ID_HAS_30_PAIRS_AT_MOST),
        (types::Id::new().with("x".repeat(31), ""), rfc2971::ID_FIELDS_HAVE_30_OCTETS_AT_MOST),
        (types::Id::new().with("x", "x".repeat(1025)), rfc2971::ID_VALUES_HAVE_1024_OCTETS_AT_MOST),
        (types::Id::new().with("name", "a").with("NAME", "b"), rfc2971::ID_FIELDS_ARE_UNIQUE),
    ] {
        assert_eq!(refused(server, &Id::new(id)).requirement(), Some(statement));
    }
    let most =
        (0..30).fold(types::Id::new(), |id, number| id.with(format!("{number:030}"), "x".repeat(1024)));
    assert!(sent(server, &Id::new(most)).len() > 30 * 1054);
}

#[test]
fn raw_commands_are_one_line() {
    let raw = |text: &str| Raw::new(text);
    let quota = raw("GETQUOTAROOT").unwrap().mailbox(name("a b"));
    assert_eq!(sent(REV1, &quota), "GETQUOTAROOT \"a b\"\r\n");
    let with_literal = raw("X-FOO (A B)").unwrap().literal("l\r\n").string("s").set(SequenceSet::all());
    // Whoever does not know the command must not take the literal for commands.
    assert_eq!(sent("IMAP4rev1 LITERAL+", &with_literal), "X-FOO (A B) {3}\r\n|l\r\n s 1:*\r\n");
    let known = with_literal.for_capability(types::Capability::from("X-FOO"));
    assert_eq!(sent("IMAP4rev1 LITERAL+ X-FOO", &known), "X-FOO (A B) {3+}\r\nl\r\n s 1:*\r\n");
    unsupported("IMAP4rev1 LITERAL+", &known);
    for text in [
        "",
        " NOOP",
        "NOOP ",
        "NOOP\r\n",
        "NOOP\r\nx DELETE INBOX",
        "X {3}",
        "X {3+}",
        "X \"",
        "X (",
        "X )",
        "X\0",
        "é",
        "IDLE",
        "idle",
        "StartTLS",
        "AUTHENTICATE PLAIN",
        "LOGIN a b",
        "SELECT INBOX",
        "COMPRESS DEFLATE",
        "LOGOUT",
        "ENABLE IMAP4rev2",
        "APPEND INBOX",
        "(X)",
        "\"IDLE\"",
    ] {
        assert!(raw(text).is_err(), "{text:?}");
    }
}
