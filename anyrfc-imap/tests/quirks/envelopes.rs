//! Envelopes.

use anyrfc_imap::types::{AddressEntry, Envelope, Field};

use super::*;

fn envelope<T>(fields: &str, look: impl FnOnce(Envelope<'_>) -> T) -> (T, bool) {
    let text = format!("* 1 FETCH (UID 2 ENVELOPE ({fields}) RFC822.SIZE 3)");
    let (result, deviations) = row_and_deviations(text, |row| {
        assert_eq!((row.uid().unwrap().get(), row.size().unwrap().parsed()), (2, Some(3)));
        match row.envelope().unwrap() {
            Field::Parsed(envelope) => look(envelope),
            Field::Malformed { error, .. } => panic!("{fields}: {error}"),
        }
    });
    (result, deviations.is_empty())
}

/// 11: Gmail swaps the name and the mailbox of a sender.
#[test]
fn q11_name_and_mailbox_are_swapped() {
    let fields = "NIL NIL ((NIL NIL \"a\" \"b.c\")) ((\"a\" NIL NIL \"b.c\")) NIL NIL NIL NIL NIL NIL";
    let ((name, host), good) = envelope(fields, |envelope| {
        let sender = envelope.sender().mailboxes().next().unwrap();
        (sender.name.unwrap().text().into_owned(), sender.host.unwrap().text().into_owned())
    });
    assert_eq!((&*name, &*host, good), ("a", "b.c", true));
}

/// 14: 8-bit characters in quoted strings.
#[test]
fn q14_8_bit_in_quotes() {
    let (subject, _) = envelope("NIL \"Gr\u{fc}\u{df}e\" NIL NIL NIL NIL NIL NIL NIL NIL", |envelope| {
        envelope.subject().unwrap().text().into_owned()
    });
    assert_eq!(subject, "Gr\u{fc}\u{df}e");
    row(b"* 1 FETCH (ENVELOPE (NIL \"Gr\xfc\xdfe\" NIL NIL NIL NIL NIL NIL NIL NIL))", |row| {
        let subject = row.envelope().unwrap().parsed().unwrap().subject().unwrap();
        assert_eq!((&*subject.bytes(), &*subject.text()), (&b"Gr\xfc\xdfe"[..], "Gr\u{fffd}\u{fffd}e"));
    });
}

/// 16: BlitzMail and others do not escape quotes.
#[test]
fn q16_quotes_are_not_escaped() {
    let ((subject, to), good) = envelope(
        "NIL \"he said \"no\", twice\" NIL NIL NIL ((NIL NIL \"a\" \"b.c\")) NIL NIL NIL \"\"\"\"",
        |envelope| (envelope.subject().unwrap().text().into_owned(), envelope.to().count()),
    );
    assert_eq!((&*subject, to, good), ("he said \"no\", twice", 1, false));
}

/// 18: NIL within a list of addresses, fields left out, and empty lists for NIL.
#[test]
fn q18_addresses_and_fields_are_missing() {
    let (count, good) =
        envelope("NIL NIL (NIL (NIL NIL \"a\" \"b\") NIL) NIL NIL NIL NIL NIL NIL NIL", |envelope| {
            envelope.from().count()
        });
    assert_eq!((count, good), (1, false));
    let (id, good) = envelope("NIL NIL NIL NIL NIL NIL NIL NIL \"<a@b>\"", |envelope| {
        assert!(envelope.in_reply_to().is_none());
        envelope.message_id().unwrap().text().into_owned()
    });
    assert_eq!((&*id, good), ("<a@b>", false));
    let (id, good) =
        envelope("NIL \"s\" NIL NIL NIL NIL NIL NIL", |envelope| envelope.message_id().is_none());
    assert_eq!((id, good), (true, false));
    let (empty, good) = envelope("NIL NIL () () () () () () NIL NIL", |envelope| envelope.to().is_empty());
    assert_eq!((empty, good), (true, false));
    let (empty, good) =
        envelope("NIL NIL \"\" NIL NIL NIL NIL NIL NIL NIL", |envelope| envelope.from().is_empty());
    assert_eq!((empty, good), (true, false));
}

/// 27, 29: groups, written in two ways.
#[test]
fn q27_q29_groups() {
    let fields = |name: &str| {
        format!(
            "NIL NIL NIL NIL NIL ((NIL NIL {name} NIL)(NIL NIL \"a\" \"b\")(NIL NIL NIL NIL)) NIL NIL NIL NIL"
        )
    };
    for name in ["\"Team\"", "\"\""] {
        let (shape, good) = envelope(&fields(name), |envelope| {
            let entries: Vec<_> = envelope.to().collect();
            matches!(
                entries[..],
                [AddressEntry::GroupStart(_), AddressEntry::Mailbox(_), AddressEntry::GroupEnd]
            )
        });
        assert!(shape && good, "{name}");
    }
}

/// 30: mox puts spaces between addresses.
#[test]
fn q30_spaces_between_addresses() {
    let (count, good) = envelope(
        "NIL NIL ((NIL NIL \"a\" \"b\") (NIL NIL \"c\" \"d\")) NIL NIL NIL NIL NIL NIL NIL",
        |envelope| envelope.from().count(),
    );
    assert_eq!((count, good), (2, false));
}
