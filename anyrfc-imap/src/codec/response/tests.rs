//! Responses as the RFCs show them, and as nobody should send them.

use anyrfc_core::Deviations;

use super::*;
use crate::types::{
    AddressEntry, BodyData, BodyType, Capability, Code, Field, Flag, ItemName, MailboxAttribute, MailboxId,
    MailboxName, ModSeq, PartPath, Section, Uid,
};

/// What a response is read as, and what was forgiven.
fn read<T>(text: &[u8], look: impl FnOnce(Response<'_>) -> T) -> (T, Deviations) {
    let (mut tables, mut deviations) = (RowTables::new(), Deviations::default());
    let result = look(parse(Text::new(text), &Context::default(), &mut tables, &mut deviations));
    (result, deviations)
}

/// Data, of which nothing had to be forgiven.
fn data(text: &str) -> Data {
    let (data, deviations) = loose(text.as_bytes());
    assert!(deviations.is_empty(), "{text}: {deviations:?}");
    data
}

fn loose(text: &[u8]) -> (Data, Deviations) {
    read(text, |response| match response {
        Response::Data(data) => data,
        other => panic!("{}: {other:?}", text.escape_ascii()),
    })
}

fn status(text: &str) -> StatusResponse {
    match data(text) {
        Data::Status(status) => status,
        other => panic!("{text}: {other:?}"),
    }
}

fn code(text: &str) -> Code {
    status(&format!("* OK [{text}] done\r\n")).code.unwrap()
}

/// A row, of which nothing had to be forgiven.
fn row<T>(text: &[u8], look: impl FnOnce(FetchRef<'_>) -> T) -> T {
    let (result, deviations) = loose_row(text, look);
    assert!(deviations.is_empty(), "{}: {deviations:?}", text.escape_ascii());
    result
}

fn loose_row<T>(text: &[u8], look: impl FnOnce(FetchRef<'_>) -> T) -> (T, Deviations) {
    read(text, |response| match response {
        Response::Fetch(row) => look(row),
        other => panic!("{}: {other:?}", text.escape_ascii()),
    })
}

fn mailbox(name: &str) -> MailboxName {
    MailboxName::new(name).unwrap()
}

#[test]
fn continuations_and_completions() {
    let (text, deviations) =
        read(b"+ idling\r\n", |response| matches!(response, Response::Continue(b"idling")));
    assert!(text && deviations.is_empty());
    let (text, deviations) = read(b"+ \r\n", |response| matches!(response, Response::Continue(b"")));
    assert!(text && deviations.is_empty());
    let (text, deviations) = read(b"+\r\n", |response| matches!(response, Response::Continue(b"")));
    assert!(text && !deviations.is_empty());
    let (_, deviations) = read(b"A.1 no [TRYCREATE] sorry\r\n", |response| match response {
        Response::Tagged { tag, status } => {
            assert_eq!(tag, b"A.1");
            assert_eq!(status, StatusResponse::new(StatusKind::No, Some(Code::TryCreate), "sorry"));
        }
        other => panic!("{other:?}"),
    });
    assert!(deviations.is_empty());
}

#[test]
fn status_responses() {
    assert_eq!(status("* OK hi [x]\r\n"), StatusResponse::new(StatusKind::Ok, None, "hi [x]"));
    assert_eq!(status("* bye so long\r\n"), StatusResponse::new(StatusKind::Bye, None, "so long"));
    assert_eq!(
        status("* PREAUTH [ALERT] x\r\n"),
        StatusResponse::new(StatusKind::Preauth, Some(Code::Alert), "x")
    );
    assert_eq!(status("* BAD see {5}\r\n").text, "see {5}");
}

#[test]
fn response_codes() {
    for (text, expected) in [
        ("ALERT", Code::Alert),
        ("alreadyexists", Code::AlreadyExists),
        ("READ-ONLY", Code::ReadOnly),
        ("UIDNEXT 4392", Code::UidNext(Uid::new(4392).unwrap())),
        ("HIGHESTMODSEQ 715194045007", Code::HighestModSeq(ModSeq::new(715_194_045_007).unwrap())),
        ("BADCHARSET", Code::BadCharset(vec![])),
        ("BADCHARSET (UTF-8 \"X Y\")", Code::BadCharset(vec!["UTF-8".into(), "X Y".into()])),
        (
            "PERMANENTFLAGS (\\Deleted a]b \\*)",
            Code::PermanentFlags(vec![Flag::Deleted, "a]b".into(), Flag::WILDCARD]),
        ),
        ("PERMANENTFLAGS ()", Code::PermanentFlags(vec![])),
        ("CAPABILITY IMAP4rev2 IDLE", Code::Capability(["IMAP4rev2", "IDLE"].into_iter().collect())),
        ("REFERRAL imap://h/x%20", Code::Referral("imap://h/x%20".into())),
        ("X-OWN a b", Code::Other { name: "X-OWN".into(), raw: "a b".into() }),
        ("MAILBOXID (x)", Code::MailboxId(MailboxId::new("x").unwrap())),
        ("TOOBIG", Code::TooBig),
        ("COMPRESSIONACTIVE", Code::CompressionActive),
        ("UNKNOWN-CTE", Code::UnknownCte),
    ] {
        assert_eq!(code(text), expected, "{text}");
    }
    let Code::CopyUid(copy) = code("COPYUID 38505 304,319:320 3956:3958") else { panic!() };
    let pairs: Vec<_> = copy.pairs().map(|(from, to)| (from.get(), to.get())).collect();
    assert_eq!(pairs, [(304, 3956), (319, 3957), (320, 3958)]);
    let Code::AppendUid(append) = code("APPENDUID 38505 3955") else { panic!() };
    assert_eq!((append.uid(), append.uid_validity.get()), (Uid::new(3955), 38505));
}

#[test]
fn codes_that_are_wrong_are_kept() {
    for text in
        ["UIDNEXT 0", "UIDVALIDITY 4294967296", "UNSEEN x", "COPYUID 1 2", "COPYUID 1 2:4 7", "APPENDUID 1 *"]
    {
        let (data, deviations) = loose(format!("* OK [{text}] x\r\n").as_bytes());
        let Data::Status(StatusResponse { code: Some(Code::Other { name, raw }), .. }) = data else {
            panic!("{text}")
        };
        assert_eq!(format!("{name} {}", raw.escape_ascii()), text);
        assert!(!deviations.is_empty(), "{text}");
    }
}

#[test]
fn capabilities_and_enabled() {
    let Data::Capability(all) = data("* CAPABILITY IMAP4rev2 AUTH=PLAIN LITERAL- X-NEW APPENDLIMIT=35\r\n")
    else {
        panic!()
    };
    assert!(all.has(&Capability::LiteralMinus) && all.has(&Capability::from("x-new")));
    assert_eq!((all.len(), all.append_limit()), (5, Some(Some(35))));
    assert_eq!(data("* ENABLED CONDSTORE\r\n"), Data::Enabled(vec!["CONDSTORE".into()]));
    assert_eq!(data("* ENABLED\r\n"), Data::Enabled(vec![]));
}

#[test]
fn listed_mailboxes() {
    let list = |text: &str| match data(text) {
        Data::List(entry) | Data::Lsub(entry) => entry,
        other => panic!("{other:?}"),
    };
    let entry = list("* LIST (\\Marked \\Sent \\X) \"/\" inbox\r\n");
    assert!(entry.mailbox.is_inbox() && entry.has(&MailboxAttribute::Sent) && entry.has(&"\\x".into()));
    assert_eq!((entry.delimiter, entry.attributes.len()), (Some('/'), 3));
    assert_eq!(list("* LSUB () NIL \"a b\"\r\n").mailbox, mailbox("a b"));
    assert_eq!(list("* XLIST () \"\\\\\" {3}\r\nx\"y\r\n").mailbox, mailbox("x\"y"));
    assert_eq!(list("* LIST () \".\" NIL\r\n").mailbox, mailbox("NIL"));
    let entry =
        list("* LIST () \"/\" f (\"CHILDINFO\" (\"SUBSCRIBED\") OLDNAME (\"g h\") \"x-y\" (a (b)) z 1)\r\n");
    assert_eq!((entry.child_info, entry.old_name), (vec!["SUBSCRIBED".into()], Some(mailbox("g h"))));
    assert_eq!(entry.extended, [("x-y".into(), "(a (b))".into()), ("z".into(), "1".into())]);
    for wrong in [
        "* LIST\r\n",
        "* LIST a b c\r\n",
        "* LIST () \"ab\" c\r\n",
        "* LIST () \"/\" (a)\r\n",
        "* LIST () \"/\" a b\r\n",
    ] {
        assert!(matches!(loose(wrong.as_bytes()).0, Data::Malformed { .. }), "{wrong}");
    }
}

#[test]
fn the_status_of_a_mailbox() {
    let text = "* STATUS blurdybloop (MESSAGES 231 UIDNEXT 44292 UIDVALIDITY 1 UNSEEN 3 DELETED 2 SIZE 99999999999 \
                RECENT 0 HIGHESTMODSEQ 0 APPENDLIMIT NIL MAILBOXID (F1))\r\n";
    let Data::MailboxStatus(status) = data(text) else { panic!() };
    assert_eq!(
        (status.messages, status.unseen, status.deleted, status.recent),
        (Some(231), Some(3), Some(2), Some(0))
    );
    assert_eq!((status.uid_next.unwrap().get(), status.uid_validity.unwrap().get()), (44292, 1));
    assert_eq!(
        (status.size, status.append_limit, status.highest_mod_seq),
        (Some(99_999_999_999), Some(None), Some(None))
    );
    assert_eq!(status.mailbox_id.unwrap().as_str(), "F1");
    assert!(status.other.is_empty());
    let (data, deviations) = loose(b"* STATUS x (UIDNEXT 0 MESSAGES 4294967296 SIZE 1 )\r\n");
    let Data::MailboxStatus(status) = data else { panic!() };
    assert_eq!((status.uid_next, status.messages, status.size, status.other.len()), (None, None, Some(1), 2));
    assert!(!deviations.is_empty());
}

#[test]
fn what_has_vanished() {
    let vanished = |text: &str| match data(text) {
        Data::Vanished { earlier, uids } => (earlier, uids.to_string()),
        other => panic!("{text}: {other:?}"),
    };
    assert_eq!(vanished("* VANISHED 405,407,410,425\r\n"), (false, "405,407,410,425".into()));
    assert_eq!(vanished("* vanished (earlier) 41,43:116,118\r\n"), (true, "41,43:116,118".into()));
    assert_eq!(vanished("* VANISHED 4294967295:1\r\n"), (false, "1:4294967295".into()));
    for wrong in [
        "* VANISHED\r\n",
        "* VANISHED *\r\n",
        "* VANISHED 1:*\r\n",
        "* VANISHED 0\r\n",
        "* VANISHED 1,,2\r\n",
        "* VANISHED 1 2\r\n",
        "* VANISHED 4294967296\r\n",
        "* VANISHED (EARLIER)\r\n",
        "* VANISHED (LATER) 1\r\n",
        "* VANISHED () 1\r\n",
        "* VANISHED (EARLIER X) 1\r\n",
        "* VANISHED ((EARLIER)) 1\r\n",
        "* VANISHED \"(EARLIER)\" 1\r\n",
        "* VANISHED 1 (EARLIER)\r\n",
    ] {
        let (data, deviations) = loose(wrong.as_bytes());
        assert!(matches!(data, Data::Malformed { .. }) && !deviations.is_empty(), "{wrong}: {data:?}");
    }
}

#[test]
fn rows_by_uid() {
    row(b"* 25997 UIDFETCH (FLAGS (\\Flagged) MODSEQ (65402))\r\n", |row| {
        assert_eq!((row.sequence(), row.uid(), row.is_by_uid()), (None, Uid::new(25997), true));
        assert!(row.flags().unwrap().parsed().unwrap().contains(&Flag::Flagged));
        assert_eq!(row.to_row().uid(), Uid::new(25997));
    });
    row(b"* 7 uidfetch (UID 7)\r\n", |row| assert_eq!(row.uid(), Uid::new(7)));
    // What it begins with counts, and the other is a deviation.
    let (uid, deviations) = loose_row(b"* 7 UIDFETCH (UID 8)\r\n", |row| row.uid());
    assert_eq!((uid, deviations.is_empty()), (Uid::new(7), false));
    let (uid, deviations) = loose_row(b"* 0 UIDFETCH (UID 8)\r\n", |row| row.uid());
    assert_eq!((uid, deviations.is_empty()), (None, false));
    assert!(matches!(loose(b"* 7 UIDFETCH\r\n").0, Data::Malformed { .. }));
}

#[test]
fn modification_sequences_have_63_bits() {
    let most = ModSeq::MAX;
    assert_eq!(code("HIGHESTMODSEQ 9223372036854775807"), Code::HighestModSeq(most));
    row(b"* 1 FETCH (MODSEQ (9223372036854775807))\r\n", |row| {
        assert_eq!(row.mod_seq().unwrap().parsed(), Some(most));
    });
    for value in ["9223372036854775808", "18446744073709551616", "0", "-1", "x", "(1)", "\"1\""] {
        let (malformed, _) = loose_row(format!("* 1 FETCH (MODSEQ ({value}) UID 2)\r\n").as_bytes(), |row| {
            assert_eq!(row.uid(), Uid::new(2));
            matches!(row.mod_seq(), Some(Field::Malformed { .. }))
        });
        assert!(malformed, "{value}");
        let (Data::Status(status), deviations) =
            loose(format!("* OK [HIGHESTMODSEQ {value}] x\r\n").as_bytes())
        else {
            panic!()
        };
        assert!(!matches!(status.code, Some(Code::HighestModSeq(_))) && !deviations.is_empty(), "{value}");
        let (Data::Search(found), deviations) = loose(format!("* SEARCH 2 (MODSEQ {value})\r\n").as_bytes())
        else {
            panic!()
        };
        assert!(found.mod_seq.is_none() && found.numbers == [2] && !deviations.is_empty(), "{value}");
    }
    assert_eq!(loose(b"* OK [HIGHESTMODSEQ 0] x\r\n").0, loose(b"* OK [NOMODSEQ] x\r\n").0);
}

#[test]
fn results_of_searches() {
    let Data::Search(found) = data("* SEARCH 2 84 5 (MODSEQ 917162500)\r\n") else { panic!() };
    assert_eq!((found.numbers, found.mod_seq), (vec![2, 84, 5], ModSeq::new(917_162_500)));
    assert_eq!(data("* SEARCH\r\n"), Data::Search(Default::default()));
    let Data::Esearch(found) =
        data("* ESEARCH (TAG \"A282\") UID MIN 2 COUNT 3 ALL 2,10:11 MODSEQ 7 X-OWN (1:9 2)\r\n")
    else {
        panic!()
    };
    assert_eq!((found.tag.as_deref(), found.uid, found.min, found.max), (Some("A282"), true, Some(2), None));
    assert_eq!(
        (found.count, found.all.unwrap().to_string(), found.mod_seq),
        (Some(3), "2,10:11".into(), ModSeq::new(7))
    );
    assert_eq!(found.other, [("X-OWN".into(), "(1:9 2)".into())]);
    let Data::Esearch(found) = data("* ESEARCH (TAG \"T005\")\r\n") else { panic!() };
    assert_eq!((found.all, found.count), (None, None));
    let Data::Esearch(found) = data("* ESEARCH ALL 1:4294967295\r\n") else { panic!() };
    assert_eq!(found.all.unwrap().len(), 4_294_967_295);
    for wrong in ["* SEARCH x\r\n", "* SEARCH 4294967296\r\n", "* SEARCH 1,2\r\n"] {
        assert!(matches!(loose(wrong.as_bytes()).0, Data::Malformed { .. }), "{wrong}");
    }
    // The numbers are what was asked for, whatever stands behind them.
    let (Data::Search(found), deviations) = loose(b"* SEARCH 1 (X 2)\r\n") else { panic!() };
    assert_eq!((found.numbers, found.mod_seq, deviations.is_empty()), (vec![1], None, false));
}

mod edges;
mod forgiven;
mod lexing;
mod searching;

#[test]
fn the_first_of_repeated_search_items_counts() {
    let (data, deviations) = loose(b"* ESEARCH (TAG \"a\") MIN 1 COUNT 2 MIN 3 ALL 1:2 ALL 5 MAX 0\r\n");
    let Data::Esearch(found) = data else { panic!("{data:?}") };
    assert_eq!((found.min, found.count, found.max), (Some(1), Some(2), None));
    assert_eq!(found.all.unwrap().to_string(), "1:2");
    let other = [("MIN".into(), "3".into()), ("ALL".into(), "5".into()), ("MAX".into(), "0".into())];
    assert_eq!(found.other, other);
    let told = |requirement| deviations.iter().any(|deviation| deviation.requirement == requirement);
    assert!(told(rfc9051::ESEARCH_ITEMS_ARE_NOT_REPEATED) && told(rfc9051::ABNF_IS_FOLLOWED_STRICTLY));
}

#[test]
fn namespaces_and_ids() {
    let text = "* NAMESPACE ((\"\" \"/\")(\"#mh/\" \"/\" \"X-PARAM\" (\"FLAG1\" \"FLAG2\"))) NIL ((\"Pub.\" \".\"))\r\n";
    let Data::Namespace(all) = data(text) else { panic!() };
    assert_eq!((all.personal.len(), all.other_users.len(), all.shared.len()), (2, 0, 1));
    assert_eq!((all.personal[0].prefix.clone(), all.personal[0].delimiter), (None, Some('/')));
    assert_eq!(all.personal[1].extensions, [("X-PARAM".into(), vec!["FLAG1".into(), "FLAG2".into()])]);
    let Data::Id(id) = data("* ID (\"name\" \"Cyrus\" \"os\" NIL)\r\n") else { panic!() };
    assert_eq!((id.value("NAME"), id.value("os"), id.iter().len()), (Some("Cyrus"), None, 2));
    assert_eq!(data("* ID NIL\r\n"), Data::Id(Default::default()));
}

#[test]
fn numbers_with_a_name() {
    assert_eq!(data("* 23 EXISTS\r\n"), Data::Exists(23));
    assert_eq!(data("* 0 RECENT\r\n"), Data::Recent(0));
    assert_eq!(data("* 44 EXPUNGE\r\n"), Data::Expunge(SequenceNumber::new(44).unwrap()));
    assert_eq!(data("* 5 WHAT ever\r\n"), Data::Other { name: "WHAT".into(), raw: "* 5 WHAT ever".into() });
    for wrong in [
        "* 0 EXPUNGE\r\n",
        "* 4294967296 EXISTS\r\n",
        "* 1\r\n",
        "* 1 FETCH\r\n",
        "* \r\n",
        "*\r\n",
        "\r\n",
        "x\r\n",
    ] {
        let (data, deviations) = loose(wrong.as_bytes());
        let Data::Malformed { raw, error } = data else { panic!("{wrong}: {data:?}") };
        assert_eq!(raw, wrong.trim_end_matches("\r\n"));
        assert!(deviations.iter().any(|deviation| deviation.requirement == error.requirement));
    }
}

const ENVELOPE: &str = "(\"Wed, 17 Jul 1996 02:23:25 -0700 (PDT)\" \"IMAP4rev2 \\\"WG\\\" mtg\" \
    ((\"Terry Gray\" NIL \"gray\" \"cac.example\")) ((\"Terry Gray\" NIL \"gray\" \"cac.example\")) \
    ((\"Terry Gray\" NIL \"gray\" \"cac.example\")) ((NIL NIL \"team\" NIL)(NIL NIL \"imap\" \"cac.example\")(NIL NIL NIL NIL)) \
    NIL NIL \"\" \"<B27397-0100000@cac.example>\")";

#[test]
fn a_row_with_everything_plain() {
    let text = format!(
        "* 12 FETCH (FLAGS (\\Seen $Junk) INTERNALDATE \"17-Jul-1996 02:44:25 -0700\" RFC822.SIZE 4286 UID 7 \
         ENVELOPE {ENVELOPE} BODY (\"TEXT\" \"PLAIN\" (\"CHARSET\" \"US-ASCII\") NIL NIL \"7BIT\" 3028 92))\r\n"
    );
    row(text.as_bytes(), |row| {
        assert_eq!((row.sequence().unwrap().get(), row.uid().unwrap().get()), (12, 7));
        let flags = row.flags().unwrap().parsed().unwrap();
        assert!(flags.contains(&Flag::Seen) && flags.contains(&Flag::JUNK) && !flags.contains(&Flag::Draft));
        assert_eq!(flags.collect::<Vec<_>>(), [Flag::Seen, Flag::JUNK]);
        assert_eq!(row.size().unwrap().parsed(), Some(4286));
        let date = row.internal_date().unwrap().parsed().unwrap();
        assert_eq!(date.to_string(), "17-Jul-1996 02:44:25 -0700");
        let envelope = row.envelope().unwrap().parsed().unwrap();
        assert_eq!(envelope.subject().unwrap(), "IMAP4rev2 \"WG\" mtg");
        assert_eq!(envelope.from().mailboxes().next().unwrap().host.unwrap(), "cac.example");
        let to: Vec<_> = envelope.to().collect();
        assert!(
            matches!(to[..], [AddressEntry::GroupStart(name), AddressEntry::Mailbox(_), AddressEntry::GroupEnd] if name == "team")
        );
        assert!(envelope.cc().is_empty() && envelope.in_reply_to().is_none());
        assert_eq!(envelope.message_id().unwrap(), "<B27397-0100000@cac.example>");
        let body = row.body_structure().unwrap().parsed().unwrap();
        assert!(body.is("text", "plain") && matches!(body.body_type(), BodyType::Text { lines: Some(92) }));
        assert_eq!(
            (body.parameter("charset").unwrap(), body.octets()),
            (crate::types::StringRef::new(b"US-ASCII", false), Some(3028))
        );
        assert_eq!(row.malformed().count(), 0);
        assert_eq!(row.to_row().uid(), row.uid());
    });
}

#[test]
fn the_structure_of_a_message() {
    let text = format!(
        "* 1 FETCH (BODYSTRUCTURE ((\"TEXT\" \"PLAIN\" NIL \"<a>\" \"d\" \"7BIT\" 5 1 NIL NIL NIL \"http://x\")\
         (\"MESSAGE\" \"RFC822\" NIL NIL NIL \"7BIT\" 99 {ENVELOPE} \
         ((\"IMAGE\" \"PNG\" (\"NAME\" \"a b\") NIL NIL \"BASE64\" 7 \"md5\" (\"attachment\" (\"FILENAME\" \"c.png\")) (\"en\" \"de\"))\
         (\"TEXT\" \"HTML\" NIL NIL NIL \"7BIT\" 6 2) \"ALTERNATIVE\") 12)\
         (\"MESSAGE\" \"RFC822\" NIL NIL NIL \"7BIT\" 99 {ENVELOPE} (\"TEXT\" \"PLAIN\" NIL NIL NIL \"7BIT\" 8 3) 4) \
         \"MIXED\" (\"BOUNDARY\" \"=x\") (\"inline\" NIL) \"fr\" \"loc\" (1 (2 \"x\")) NIL))\r\n"
    );
    row(text.as_bytes(), |row| {
        let body = row.body_structure().unwrap().parsed().unwrap();
        assert!(body.is_multipart() && body.is("multipart", "mixed"));
        assert_eq!(body.parts().count(), 3);
        assert_eq!(body.location().unwrap(), "loc");
        assert_eq!(body.extensions().collect::<Vec<_>>(), [&b"(1 (2 \"x\"))"[..], b"NIL"]);
        assert!(body.disposition().unwrap().is("INLINE"));
        assert_eq!(body.languages().count(), 1);
        let paths: Vec<_> = body.walk().map(|(path, part)| format!("{path}:{}", part.subtype())).collect();
        assert_eq!(paths, [":MIXED", "1:PLAIN", "2:RFC822", "2.1:PNG", "2.2:HTML", "3:RFC822", "3.1:PLAIN"]);
        for (path, part) in body.walk() {
            let found = body.part(&path).unwrap();
            assert_eq!((found.octets(), found.subtype()), (part.octets(), part.subtype()), "{path}");
        }
        for path in ["4", "1.1", "2.3", "3.2", "3.1.1"] {
            assert!(body.part(&path.parse().unwrap()).is_none(), "{path}");
        }
        let image = body.part(&"2.1".parse().unwrap()).unwrap();
        assert_eq!(image.disposition().unwrap().filename().unwrap(), "c.png");
        assert_eq!(
            (image.languages().count(), image.md5().unwrap()),
            (2, crate::types::StringRef::new(b"md5", false))
        );
        let BodyType::Message { envelope, lines, .. } =
            body.part(&PartPath::new(&[2]).unwrap()).unwrap().body_type()
        else {
            panic!()
        };
        assert_eq!((envelope.unwrap().from().count(), lines), (1, Some(12)));
    });
}

#[test]
fn bodies_in_a_row() {
    let text =
        b"* 9 FETCH (BODY[] {3}\r\na\"b BODY[1.2.HEADER.FIELDS (A \"B ]\")]<5> \"x\\\"y\" BODY[9] NIL \
        BINARY[2] ~{2}\r\n\0( BINARY.SIZE[2] 7 RFC822.TEXT {0}\r\n)\r\n";
    row(text, |row| {
        let body = |section: &str| row.body(&Section::parse(section.as_bytes()).unwrap());
        let Some(Field::Parsed(BodyData::Inline(whole))) = body("") else { panic!() };
        assert_eq!(whole, "a\"b");
        let Some(Field::Parsed(BodyData::Inline(fields))) = body("1.2.HEADER.FIELDS (\"b ]\" a)") else {
            panic!()
        };
        assert_eq!(fields, "x\"y");
        assert_eq!(row.bodies().nth(1).unwrap().origin, Some(5));
        assert_eq!(body("9"), Some(Field::Parsed(BodyData::Nil)));
        assert_eq!(body("1"), None);
        let Some(Field::Parsed(BodyData::Inline(binary))) = row.binary(&PartPath::new(&[2]).unwrap()) else {
            panic!()
        };
        assert_eq!(&*binary.bytes(), b"\0(");
        assert_eq!(row.binary_size(&PartPath::new(&[2]).unwrap()).unwrap().parsed(), Some(7));
        let Some(Field::Parsed(BodyData::Inline(text))) = body("TEXT") else { panic!() };
        assert!(text.is_empty());
    });
}

#[test]
fn what_is_not_known_is_skipped_and_kept() {
    let text = b"* 2 FETCH (XAOL-MSGID 1 XAOL-LIST (a (\"b )\" {2}\r\n)( NIL)) X[1 (2)]<3> y UID 5 X-GM-LABELS (\\Inbox \"a b\" +c) \
        X-GM-MSGID 1278455344230334865 X-GM-THRID 1266894439832287888 MODSEQ (624140003))\r\n";
    row(text, |row| {
        assert_eq!(row.other("xaol-msgid"), Some(&b"1"[..]));
        assert_eq!(row.other("XAOL-LIST"), Some(&b"(a (\"b )\" {2}\r\n)( NIL))"[..]));
        assert_eq!(row.other("X[1 (2)]<3>"), Some(&b"y"[..]));
        assert_eq!((row.uid(), row.mod_seq().unwrap().parsed()), (Uid::new(5), ModSeq::new(624_140_003)));
        let labels: Vec<_> =
            row.gm_labels().unwrap().parsed().unwrap().map(|label| label.text().into_owned()).collect();
        assert_eq!(labels, ["\\Inbox", "a b", "+c"]);
        assert_eq!(row.gm_msg_id().unwrap().parsed(), Some(1_278_455_344_230_334_865));
        assert_eq!(row.gm_thr_id().unwrap().parsed(), Some(1_266_894_439_832_287_888));
    });
}

#[test]
fn one_bad_item_leaves_the_others() {
    for (value, name) in [
        ("ENVELOPE (1 2)", ItemName::Envelope),
        ("ENVELOPE x", ItemName::Envelope),
        ("BODYSTRUCTURE (\"a\" \"b\" (", ItemName::BodyStructure),
        ("BODYSTRUCTURE ()", ItemName::BodyStructure),
        ("BODYSTRUCTURE \"x", ItemName::BodyStructure),
        ("INTERNALDATE \"yesterday\"", ItemName::InternalDate),
        ("RFC822.SIZE -1", ItemName::Rfc822Size),
        ("RFC822.SIZE 99999999999999999999", ItemName::Rfc822Size),
        ("FLAGS \\Seen", ItemName::Flags),
        ("UID 0", ItemName::Uid),
        ("BODY[1.x] \"a\"", ItemName::BodySection),
        ("BODY[] (a)", ItemName::BodySection),
        ("BODY[] {9}", ItemName::BodySection),
        ("MODSEQ (-1)", ItemName::ModSeq),
        ("X-GM-MSGID x", ItemName::GmMsgId),
    ] {
        let text = format!("* 4 FETCH (UID 8 {value} FLAGS (\\Seen))\r\n");
        let ((), deviations) = loose_row(text.as_bytes(), |row| {
            let bad: Vec<_> = row.malformed().map(|(name, ..)| name).collect();
            assert_eq!(bad, [name], "{text}");
            assert_eq!(row.uid(), Uid::new(8), "{text}");
            let closed = !value.contains("\"x") && !value.ends_with('(') && !value.ends_with('}');
            assert!(!closed || row.item_names().any(|name| name == ItemName::Flags), "{text}");
        });
        assert!(!deviations.is_empty(), "{text}");
    }
}

#[test]
fn rows_that_are_cut_off_end_where_they_end() {
    let whole = format!("* 1 FETCH (UID 3 ENVELOPE {ENVELOPE} BODY[TEXT] {{5}}\r\nab(\"c FLAGS (a))\r\n");
    for len in 0..whole.len() {
        let mut text = whole.as_bytes()[..len].to_vec();
        text.extend(b"\r\n");
        let _ = read(&text, |response| format!("{response:?}"));
    }
}

#[test]
fn lenient_takes_names_however_they_are_quoted() {
    let context = Context { tolerance: Tolerance::Lenient, ..Context::default() };
    for (text, name) in [("\"a\"b\"", "a\"b"), ("My \"own\" mail", "My \"own\" mail"), ("a b c", "a b c")] {
        let text = format!("* LIST () \"/\" {text}\r\n");
        let (mut tables, mut deviations) = (RowTables::new(), Deviations::default());
        let response = parse(Text::new(text.as_bytes()), &context, &mut tables, &mut deviations);
        let Response::Data(Data::List(entry)) = response else { panic!("{text}: {response:?}") };
        assert!(entry.mailbox.as_str() == name && !deviations.is_empty(), "{entry:?}");
        assert!(matches!(loose(text.as_bytes()).0, Data::Malformed { .. }), "{text}");
    }
}
