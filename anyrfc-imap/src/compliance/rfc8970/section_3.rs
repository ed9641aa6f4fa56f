//! RFC 8970: previews.

use anyrfc_core::compliance::Check;

use super::super::{
    rev1::{End, gated, set, uid, uids},
    rev1_client::{INBOX, logged_in},
};
use crate::{
    codec::command::{Fetch, UidFetch},
    rfc8970 as r,
    types::{FetchItems, Field, UidSet},
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc8970-section-1/previews-need-the-capability",
        covers: &[r::PREVIEW_NEEDS_THE_CAPABILITY],
        run: previews_need_the_capability,
    },
    Check {
        name: "rfc8970-section-3.2/a-preview-may-change",
        covers: &[r::PREVIEW_MAY_CHANGE],
        run: a_preview_may_change,
    },
    Check {
        name: "rfc8970-section-3.2/an-empty-preview-is-not-fetched-again",
        covers: &[r::EMPTY_PREVIEW_IS_NOT_FETCHED_AGAIN, r::LAZY_PREVIEWS_ARE_NOT_POLLED],
        run: an_empty_preview_is_not_fetched_again,
    },
    Check {
        name: "rfc8970-section-3.3/a-preview-is-plain-text",
        covers: &[r::PREVIEW_IS_PLAIN_TEXT],
        run: a_preview_is_plain_text,
    },
    Check {
        name: "rfc8970-section-3.3/characters-of-several-octets",
        covers: &[r::PREVIEW_BUFFERS_COUNT_OCTETS, r::PREVIEW_HAS_256_CHARACTERS_AT_MOST, r::PREVIEW_IS_UTF8],
        run: characters_of_several_octets,
    },
    Check {
        name: "rfc8970-section-4.2/small-batches",
        covers: &[r::PREVIEWS_ARE_FETCHED_IN_BATCHES],
        run: small_batches,
    },
];

fn previews_need_the_capability() {
    let needed = [("PREVIEW", r::PREVIEW_NEEDS_THE_CAPABILITY)];
    gated(&needed, || UidFetch::new(uid(1), FetchItems::new().preview()), "UID FETCH 1 (PREVIEW)");
    let lazy = || UidFetch::new(uid(1), FetchItems::new().size().lazy_preview().flags());
    gated(&needed, lazy, "UID FETCH 1 (RFC822.SIZE PREVIEW (LAZY) FLAGS)");
    logged_in("", INBOX, async |mut client| {
        let mut inbox = client.select("INBOX").await.expect("selected");
        let error = inbox.previews(&uids(&[11])).await.expect_err("refused");
        assert!(error.is_unsent());
        assert_eq!(error.requirement(), Some(r::PREVIEW_NEEDS_THE_CAPABILITY));
    });
}

/// What a server says a preview is, in a row with something else in it.
#[track_caller]
fn told(end: &mut End, value: &str) -> Result<Option<String>, String> {
    let fetch = Fetch::new(set("1"), FetchItems::new().preview().flags());
    end.gets(fetch, &format!("* 1 FETCH (Preview {value} FLAGS (\\Seen))\nOK done"));
    let mut rows = end.rows();
    assert_eq!(rows.len(), 1, "{value}");
    let (asked, row) = rows.remove(0);
    assert!(asked && row.flags().is_some_and(|flags| flags.parsed().is_some()), "{value}");
    match row.preview().expect("asked for") {
        Field::Parsed(text) => Ok(text.map(|text| text.text().into_owned())),
        Field::Malformed { raw, .. } => Err(String::from_utf8_lossy(raw).into_owned()),
    }
}

fn a_preview_may_change() {
    let mut end = End::selected("PREVIEW");
    for value in ["One", "Another", "", "One"] {
        assert_eq!(told(&mut end, &format!("\"{value}\"")), Ok(Some(value.to_owned())));
    }
    assert_eq!(told(&mut end, "NIL"), Ok(None));
    end.is_idle_and_well();
}

/// With LAZY they are asked for once; those left are asked for once more, without.
fn an_empty_preview_is_not_fetched_again() {
    let dialogue = format!(
        "{INBOX}C: lazy UID FETCH 11:12,15 (PREVIEW (LAZY))\n\
         S: * 1 FETCH (UID 11 PREVIEW \"\")\n\
         S: * 2 FETCH (UID 12 PREVIEW NIL)\n\
         S: * 3 FETCH (PREVIEW \"of 15\" UID 15)\n\
         S: lazy OK done\n\
         C: late UID FETCH 12 (PREVIEW)\n\
         S: * 2 FETCH (UID 12 PREVIEW NIL)\n\
         S: late OK done\n\
         C: end NOOP\n\
         S: end OK done\n"
    );
    logged_in("PREVIEW", &dialogue, async |mut client| {
        let mut inbox = client.select("INBOX").await.expect("selected");
        let previews = inbox.previews(&uids(&[11, 12, 15])).await.expect("told");
        let told: Vec<_> = previews.iter().map(|(uid, text)| (uid.get(), text.as_str())).collect();
        assert_eq!(told, [(11, ""), (15, "of 15")]);
        inbox.noop().await.expect("nothing else was sent");
    });
}

/// Nothing in it is decoded or taken for markup.
fn a_preview_is_plain_text() {
    let mut end = End::selected("PREVIEW");
    for text in [
        "=?utf-8?q?no_encoded_word?=",
        "no =3D quoted-printable=",
        "bm8gYmFzZTY0",
        "<b>no markup</b> &amp; &#65;",
        "T&AOk-st and \u{1b}[31m",
        "NIL",
        "* 1 EXPUNGE (",
    ] {
        assert_eq!(told(&mut end, &format!("\"{text}\"")), Ok(Some(text.to_owned())));
        assert_eq!(told(&mut end, &format!("{{{}}}\n{text}", text.len())), Ok(Some(text.to_owned())));
    }
    assert_eq!(told(&mut end, "\"a \\\"b\\\" \\\\ c\""), Ok(Some("a \"b\" \\ c".into())));
    assert_eq!(told(&mut end, "{22}\ntwo\nlines, and a tab\t"), Ok(Some("two\r\nlines, and a tab\t".into())));
    for odd in ["atom", "(\"a\")", "12"] {
        assert_eq!(told(&mut end, odd), Err(odd.to_owned()));
    }
}

fn characters_of_several_octets() {
    let mut end = End::selected("PREVIEW");
    let (utf8, long) = (r::PREVIEW_IS_UTF8, r::PREVIEW_HAS_256_CHARACTERS_AT_MOST);
    for character in ["x", "\u{e9}", "\u{20ac}", "\u{1f600}"] {
        let text = character.repeat(256);
        assert_eq!(told(&mut end, &format!("{{{}}}\n{text}", text.len())), Ok(Some(text.clone())));
        assert_eq!((end.deviated(utf8), end.deviated(long)), (0, 0));
    }
    // Beyond that it is a breach, and nothing is lost or cut.
    let text = "\u{e9}".repeat(257);
    assert_eq!(told(&mut end, &format!("{{{}}}\n{text}", text.len())), Ok(Some(text)));
    assert_eq!((end.deviated(utf8), end.deviated(long)), (0, 1));
    end.gets_octets_as_preview();
    assert_eq!((end.deviated(utf8), end.deviated(long)), (1, 1));
}

impl End {
    /// A preview in Latin-1.
    fn gets_octets_as_preview(&mut self) {
        let (ticket, _) = self.sends(Fetch::new(set("1"), FetchItems::new().preview()));
        self.says_octets(b"* 1 FETCH (PREVIEW \"caf\xe9\")\r\n");
        self.says("OK done");
        self.answer(ticket).expect("fetched");
        let rows = self.rows();
        let text = rows.first().and_then(|(_, row)| row.preview()?.parsed()?).expect("kept as it came");
        assert_eq!((text.bytes().as_ref(), &*text.text()), (&b"caf\xe9"[..], "caf\u{fffd}"));
    }
}

/// However many are late, few are asked for at a time.
fn small_batches() {
    let mut dialogue = format!("{INBOX}C: lazy UID FETCH 1:120 (PREVIEW (LAZY))\n");
    for number in 1..=120 {
        dialogue.push_str(&format!("S: * {} FETCH (UID {number} PREVIEW NIL)\n", number % 3 + 1));
    }
    dialogue.push_str("S: lazy OK done\n");
    for (batch, first, last) in [("a", 1, 50), ("b", 51, 100), ("c", 101, 120)] {
        dialogue.push_str(&format!("C: {batch} UID FETCH {first}:{last} (PREVIEW)\n"));
        dialogue.push_str(&format!("S: * 1 FETCH (UID {first} PREVIEW \"{batch}\")\nS: {batch} OK done\n"));
    }
    logged_in("PREVIEW", &dialogue, async |mut client| {
        let mut inbox = client.select("INBOX").await.expect("selected");
        let all: UidSet = (1..=120).map(uid).collect();
        let previews = inbox.previews(&all).await.expect("told");
        let told: Vec<_> = previews.iter().map(|(uid, text)| (uid.get(), text.as_str())).collect();
        assert_eq!(told, [(1, "a"), (51, "b"), (101, "c")]);
    });
}
