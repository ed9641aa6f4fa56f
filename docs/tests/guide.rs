//! The pictures of the guide are the tables of the code (`ANYRFC_WRITE=1` draws them anew), and its reports the doctor's.

use std::{fmt::Write as _, path::Path};

const HEAD: &str = "# States

Every machine moves by a constant table; code, tests and these pictures are made from it. A test compares them
(`ANYRFC_WRITE=1 cargo test --package guide` draws them anew).
";

#[test]
fn the_pictures_are_the_tables() {
    let mut page = HEAD.to_owned();
    for (title, text, picture) in [
        (
            "WebSocket",
            "RFC 6455, sections 4.1 and 7.1: CONNECTING, OPEN, CLOSING and CLOSED, with CLOSING told apart by who has said Close.",
            anyrfc_websocket::proto::State::mermaid(),
        ),
        ("IMAP", "RFC 9051, section 3, and what lies between.", anyrfc_imap::proto::State::mermaid()),
        (
            "SMTP",
            "RFC 5321, section 4.1.4, with TLS and authentication.",
            anyrfc_smtp::proto::State::mermaid(),
        ),
        ("SASL", "RFC 4422, section 3: one exchange.", anyrfc_sasl::proto::State::mermaid()),
        (
            "OAuth 2.0",
            "A token source, from nothing to a token and back.",
            anyrfc_oauth2::proto::State::mermaid(),
        ),
        (
            "OAuth 2.0, on another device",
            "RFC 8628, section 3.5: a login that is polled for.",
            anyrfc_oauth2::proto::DeviceState::mermaid(),
        ),
    ] {
        let _ = write!(page, "\n## {title}\n\n{text}\n\n```mermaid\n{picture}```\n");
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("states.md");
    if std::env::var_os("ANYRFC_WRITE").is_some() {
        std::fs::write(&path, &page).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap().replace("\r\n", "\n");
    assert_eq!(committed, page, "draw it anew: ANYRFC_WRITE=1 cargo test --package guide");
}

#[test]
fn the_doctors_words_are_from_its_reports() {
    let docs = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut reports = String::new();
    for entry in std::fs::read_dir(docs.join("samples")).unwrap() {
        reports += &std::fs::read_to_string(entry.unwrap().path()).unwrap();
    }
    let page = std::fs::read_to_string(docs.join("doctor.md")).unwrap();
    let (_, after) = page.split_once("```text\nBroken\n").unwrap();
    let (block, _) = after.split_once("```").unwrap();
    assert!(block.lines().count() >= 8);
    for line in block.lines() {
        assert!(reports.lines().any(|said| said == line), "no report says `{line}`");
    }
}
