//! Which row answers which fetch (RFC 9051, sections 5.5 and 7.5.2), item by item.

use anyrfc_imap::{
    codec::command::UidFetch,
    types::{AnnotationsWanted, EntryName, FetchItem, FetchItems, Partial, Section},
};

use crate::support::{Peer, set};

const CAPABILITIES: &str = "CONDSTORE OBJECTID SAVEDATE PREVIEW BINARY X-GM-EXT-1 ANNOTATE-EXPERIMENT-1";

/// Whether a row with this item answers a fetch of that one.
fn answers(item: &FetchItem, row: &str) -> bool {
    let mut peer = Peer::selected(CAPABILITIES, 9);
    if matches!(item, FetchItem::Annotations(_)) {
        let mut with = Peer::authenticated(CAPABILITIES);
        let select = anyrfc_imap::codec::command::Select::new(anyrfc_imap::types::MailboxName::inbox());
        let ticket = with.submit(select);
        with.hear();
        with.say("* 9 EXISTS\r\n* OK [ANNOTATIONS 20480] x\r\n%1 OK [READ-WRITE] x\r\n");
        drop(ticket);
        peer = with;
    }
    let ticket = peer.submit(UidFetch::new(set("5"), FetchItems::new().item(item.clone())));
    assert!(peer.hear().starts_with("%2 UID FETCH 5 "));
    let told = peer.say(&format!("* 1 FETCH (UID 5{row})\r\n"));
    drop(ticket);
    match told[0].split_once(" * ").map(|(whose, _)| whose) {
        Some("row") => true,
        Some("row of nobody") => false,
        _ => panic!("{told:?}"),
    }
}

#[test]
fn a_row_answers_whoever_asked_for_one_of_its_items() {
    let section = |text: &str| FetchItem::Section {
        section: Section::part(text.parse().unwrap()),
        peek: true,
        partial: None,
    };
    let partial = FetchItem::Section {
        section: Section::part("1".parse().unwrap()),
        peek: true,
        partial: Partial::new(3, 9),
    };
    let all = |section| FetchItem::Section { section, peek: true, partial: None };
    let binary = FetchItem::Binary { part: "1".parse().unwrap(), peek: true, partial: None };
    let custom = FetchItems::new().custom("X-OWN (1)").unwrap();
    let entry = EntryName::new("/comment").unwrap();
    let wanted = AnnotationsWanted::value(entry);
    let structure = "(\"text\" \"plain\" NIL NIL NIL \"7bit\" 3 1)";
    let items: Vec<(FetchItem, String)> = vec![
        (FetchItem::Uid, String::new()),
        (FetchItem::Flags, " FLAGS (\\Seen)".into()),
        (FetchItem::InternalDate, " INTERNALDATE \"17-Jul-1996 02:44:25 -0700\"".into()),
        (FetchItem::Size, " RFC822.SIZE 7".into()),
        (FetchItem::Envelope, " ENVELOPE (NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL)".into()),
        (FetchItem::Body, format!(" BODY {structure}")),
        (FetchItem::BodyStructure, format!(" BODYSTRUCTURE {structure}")),
        (FetchItem::BinarySize("1".parse().unwrap()), " BINARY.SIZE[1] 7".into()),
        (FetchItem::ModSeq, " MODSEQ (7)".into()),
        (FetchItem::EmailId, " EMAILID (M7)".into()),
        (FetchItem::ThreadId, " THREADID (T7)".into()),
        (FetchItem::SaveDate, " SAVEDATE NIL".into()),
        (FetchItem::Preview { lazy: false }, " PREVIEW \"x\"".into()),
        (FetchItem::Annotations(wanted), " ANNOTATION (/comment (value.priv \"x\"))".into()),
        (FetchItem::GmailMessageId, " X-GM-MSGID 7".into()),
        (FetchItem::GmailThreadId, " X-GM-THRID 7".into()),
        (FetchItem::GmailLabels, " X-GM-LABELS (a)".into()),
        (custom.iter().next().unwrap().clone(), " X-OWN 7".into()),
        (section("1"), " BODY[1] x".into()),
        (section("2"), " BODY[2] x".into()),
        (partial, " BODY[1]<3> x".into()),
        (binary, " BINARY[1] x".into()),
        (all(Section::all()), " BODY[] x".into()),
        (all(Section::header()), " BODY[HEADER] x".into()),
        (all(Section::text()), " BODY[TEXT] x".into()),
        (FetchItem::Rfc822, " RFC822 x".into()),
        (FetchItem::Rfc822Header, " RFC822.HEADER x".into()),
        (FetchItem::Rfc822Text, " RFC822.TEXT x".into()),
    ];
    let alike = |item: &FetchItem, row: &str| {
        let row = row.trim_start();
        match item {
            FetchItem::Uid => row.is_empty(),
            // Whoever asks for flags under CONDSTORE is told of that, too (RFC 7162, section 3.2).
            FetchItem::Flags | FetchItem::Custom(_) if row.starts_with("MODSEQ") => true,
            FetchItem::Body => row.starts_with("BODYSTRUCTURE "),
            FetchItem::BodyStructure => row.starts_with("BODY "),
            FetchItem::Rfc822 => row.starts_with("BODY[] "),
            FetchItem::Rfc822Header => row.starts_with("BODY[HEADER] "),
            FetchItem::Rfc822Text => row.starts_with("BODY[TEXT] "),
            FetchItem::Section { section, partial: None, .. } => {
                (*section == Section::all() && row.starts_with("RFC822 "))
                    || (*section == Section::header() && row.starts_with("RFC822.HEADER "))
                    || (*section == Section::text() && row.starts_with("RFC822.TEXT "))
            }
            _ => false,
        }
    };
    for (one, (item, _)) in items.iter().enumerate() {
        for (other, (_, row)) in items.iter().enumerate() {
            let expected = one == other || alike(item, row);
            assert_eq!(answers(item, row), expected, "{item:?} and {row}");
        }
    }
}
