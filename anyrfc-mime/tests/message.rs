//! Messages, read: what people see of them, their octets, and what is wrong with them.

mod support;

use anyrfc_mime::{
    DefectKind, Message, OwnedMessage, TransferEncoding, parse::HeaderContent, proto::BodyKind,
};
use support::{Random, message};

fn multipart(subtype: &str, parts: &[&str]) -> String {
    // Short, and not the beginning of another one.
    let boundary = format!("{subtype}-{}", parts.iter().map(|part| part.len()).sum::<usize>());
    let mut text = format!("Content-Type: multipart/{subtype}; boundary=\"{boundary}\"\r\n\r\n");
    for part in parts {
        text += &format!("--{boundary}\r\n{part}\r\n");
    }
    text + &format!("--{boundary}--")
}

const TEXT: &str = "Content-Type: text/plain\r\n\r\ntext";
const HTML: &str = "Content-Type: text/html\r\n\r\n<p>html";
const PDF: &str = "Content-Type: application/pdf; name=a.pdf\r\nContent-Disposition: attachment\r\n\r\npdf";
const LOGO: &str = "Content-Type: image/png\r\nContent-ID: <logo>\r\nContent-Disposition: inline\r\n\r\npng";
const FOOTER: &str = "Content-Type: text/plain\r\n\r\nfooter";
const KEPT: &str = "Content-Type: text/plain\r\nContent-Disposition: attachment; filename=x.txt\r\n\r\nkept";
const INNER: &str = "Content-Type: message/rfc822\r\n\r\nSubject: in\r\n\r\ninner text";

/// Text, HTML, and what comes with them.
fn seen(data: &str) -> (Option<String>, Option<String>, Vec<String>) {
    let message = Message::parse(data.as_bytes());
    let own = |text: std::borrow::Cow<'_, str>| text.into_owned();
    let attachments = message.attachments().map(|part| String::from_utf8(part.body().into_owned()).unwrap());
    (message.text_body().map(own), message.html_body().map(own), attachments.collect())
}

#[test]
fn people_see_what_they_expect() {
    let alternative = multipart("alternative", &[TEXT, HTML]);
    let related = multipart("related", &[HTML, LOGO]);
    let inner = "Subject: in\r\n\r\ninner text";
    for (data, text, html, attachments) in [
        ("Subject: x\r\n\r\nplain".to_owned(), Some("plain"), None, vec![]),
        (TEXT.to_owned(), Some("text"), None, vec![]),
        (HTML.to_owned(), None, Some("<p>html"), vec![]),
        (PDF.to_owned(), None, None, vec!["pdf"]),
        (alternative.clone(), Some("text"), Some("<p>html"), vec![]),
        (multipart("mixed", &[&alternative, PDF]), Some("text"), Some("<p>html"), vec!["pdf"]),
        (multipart("alternative", &[TEXT, &related]), Some("text"), Some("<p>html"), vec!["png"]),
        (multipart("related", &[&alternative, LOGO]), Some("text"), Some("<p>html"), vec!["png"]),
        (multipart("mixed", &[TEXT, FOOTER]), Some("text"), None, vec!["footer"]),
        (multipart("mixed", &[TEXT, HTML]), Some("text"), None, vec!["<p>html"]),
        (multipart("mixed", &[HTML, FOOTER]), None, Some("<p>html"), vec!["footer"]),
        (multipart("mixed", &[KEPT, TEXT]), Some("text"), None, vec!["kept"]),
        (multipart("mixed", &[TEXT, INNER]), Some("text"), None, vec![inner]),
        (multipart("mixed", &[INNER]), None, None, vec![inner]),
        (multipart("signed", &[TEXT, FOOTER]), Some("text"), None, vec!["footer"]),
        (
            multipart("alternative", &[TEXT, &multipart("mixed", &[HTML, PDF])]),
            Some("text"),
            Some("<p>html"),
            vec!["pdf"],
        ),
        (multipart("x-unknown", &[TEXT, PDF]), Some("text"), None, vec!["pdf"]),
        (multipart("mixed", &[]), None, None, vec![]),
    ] {
        let (found_text, found_html, found) = seen(&data);
        assert_eq!((found_text.as_deref(), found_html.as_deref()), (text, html), "{data}");
        assert_eq!(found, attachments, "{data}");
    }
}

#[test]
fn the_root_of_related_parts_is_the_one_that_is_named() {
    let root = "Content-Type: text/html\r\nContent-ID: <root>\r\n\r\nroot";
    let data = multipart("related", &[HTML, root]).replacen("related;", "related; start=\"<root>\";", 1);
    assert_eq!(seen(&data), (None, Some("root".into()), vec!["<p>html".into()]));
}

#[test]
fn bodies_are_decoded() {
    for (header, body, bytes, text) in [
        ("", "plain", &b"plain"[..], Some("plain")),
        (
            "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64",
            "R3LDvMOfZQ==",
            "Grüße".as_bytes(),
            Some("Grüße"),
        ),
        (
            "Content-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: quoted-printable",
            "Gr=FC=DFe=\r\n!",
            b"Gr\xfc\xdfe!",
            Some("Grüße!"),
        ),
        ("Content-Type: text/html; charset=\"utf-7\"", "+AOQ-", b"+AOQ-", Some("ä")),
        ("Content-Type: text/plain; charset=x-none", "a", b"a", Some("a")),
        ("Content-Type: image/png\r\nContent-Transfer-Encoding: base64", "iVBORw==", b"\x89PNG", None),
        ("Content-Transfer-Encoding: x-mine", "R3LDvA==", b"R3LDvA==", None),
        ("Content-Transfer-Encoding: binary", "\r\n\0", b"\r\n\0", Some("\r\n\0")),
    ] {
        let data = format!("{header}\r\n\r\n{body}").trim_start_matches("\r\n\r\n").to_owned();
        let data = if header.is_empty() { format!("\r\n{data}") } else { data };
        let message = Message::parse(data.as_bytes());
        assert_eq!(&*message.root().body(), bytes, "{header}");
        assert_eq!(message.root().text().as_deref(), text, "{header}");
    }
}

#[test]
fn fields_are_read_by_their_names() {
    let data = b"from: Ann <a@b>\r\nTO: c@d\r\nto: e@f, root\r\nCc: =?utf-8?q?=C3=BC?= <g@h>\r\n\
        Date: Fri, 21 Nov 1997 09:55:06 -0600\r\nMessage-Id: <1@a>\r\nReferences: <2@a>\r\n <3@a>\r\n\
        In-Reply-To: <3@a>\r\nSubject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\n\r\n";
    let message = Message::parse(data);
    assert_eq!(message.from().to_string(), "Ann <a@b>");
    assert_eq!((message.to().to_string(), message.to().damaged()[0].text()), ("c@d, e@f".into(), "root"));
    assert_eq!(message.to().damaged()[0].index(), 2);
    assert_eq!(message.cc().mailboxes().next().unwrap().name(), Some("ü"));
    assert_eq!(message.date().unwrap().unix_timestamp(), 880_127_706);
    assert_eq!(message.message_id().unwrap().as_str(), "1@a");
    let ids: Vec<String> = message.references().iter().map(ToString::to_string).collect();
    assert_eq!(ids, ["<2@a>", "<3@a>"]);
    assert_eq!(message.in_reply_to().len(), 1);
    assert_eq!(message.subject().unwrap(), "Grüße");
    assert!(message.sender().is_empty() && message.bcc().is_empty() && message.reply_to().is_empty());
    let kinds: Vec<bool> = message
        .headers()
        .map(|header| match header.content() {
            HeaderContent::Addresses(_) => ["from", "to", "cc"].iter().any(|name| header.is(name)),
            HeaderContent::DateTime(_) => header.is("date"),
            HeaderContent::MessageIds(_) => true,
            HeaderContent::Text(_) => header.is("subject"),
            _ => false,
        })
        .collect();
    assert_eq!(kinds, [true; 9]);
    assert_eq!(message.headers_named("to").count(), 2);
    assert_eq!(message.headers().next_back().unwrap().name(), "Subject");
}

#[test]
fn what_is_signed_is_there_to_the_octet() {
    let signed = "Content-Type: text/plain\r\nX:  odd  \r\n\r\nsigned \r\n\ttext\r\n";
    let data = multipart("signed", &[signed, "Content-Type: application/pgp-signature\r\n\r\nsig"]);
    let message = Message::parse(data.as_bytes());
    let (content, signature) = message.root().signed().unwrap();
    assert_eq!(content.raw(), signed.as_bytes());
    assert_eq!(signature.raw_body(), b"sig");
    assert!(content.signed().is_none() && Message::parse(TEXT.as_bytes()).root().signed().is_none());
}

#[test]
fn a_message_that_is_encoded_is_read_when_asked() {
    let data = "Content-Type: message/global\r\nContent-Transfer-Encoding: base64\r\n\r\nU3ViamVjdDogaW4NCg0KYm9keQ==";
    let message = Message::parse(data.as_bytes());
    assert_eq!(
        (message.root().kind(), message.root().encoding()),
        (BodyKind::Data, Some(TransferEncoding::Base64))
    );
    let inner: OwnedMessage = message.root().encoded_message().unwrap();
    assert_eq!((inner.subject().unwrap().as_ref(), inner.root().raw_body()), ("in", &b"body"[..]));
    assert!(Message::parse(INNER.as_bytes()).root().encoded_message().is_none());
}

#[test]
fn names_of_files() {
    let name = |header: &str| {
        let data = format!("{header}\r\n\r\n");
        let message = Message::parse(data.as_bytes());
        (message.root().filename(), message.root().safe_file_name())
    };
    let pair = |a: &str, b: &str| (Some(a.to_owned()), Some(b.to_owned()));
    assert_eq!(
        name("Content-Disposition: attachment; filename=\"../../etc/passwd\"").0.unwrap(),
        "../../etc/passwd"
    );
    assert_eq!(name("Content-Type: a/b; name=a.txt"), pair("a.txt", "a.txt"));
    assert_eq!(name("Content-Type: a/b; name=a\r\nContent-Disposition: inline; filename=b"), pair("b", "b"));
    assert_eq!(
        name("Content-Disposition: attachment; filename*0*=utf-8''%E2%82%AC; filename*1=\" rates.pdf\""),
        pair("€ rates.pdf", "€ rates.pdf")
    );
    assert_eq!(name("Subject: x"), (None, None));
    for bad in ["..", "/", "C:\\\\", "."] {
        let (raw, safe) = name(&format!("Content-Disposition: attachment; filename=\"{bad}\""));
        assert!(raw.is_some());
        assert!(
            safe.is_none_or(|safe| !safe.contains(['/', '\\', ':']) && safe != ".." && safe != "."),
            "{bad}"
        );
    }
}

#[test]
fn owned_messages_outlive_their_source() {
    let owned = {
        let data = b"Subject: x\r\n\r\nbody".to_vec();
        Message::parse(&data).into_owned()
    };
    assert_eq!((owned.subject().unwrap().as_ref(), owned.raw().len()), ("x", 18));
    let shared = OwnedMessage::from_bytes(bytes::Bytes::from_static(b"Subject: y\r\n\r\n"));
    std::thread::spawn(move || assert_eq!(shared.subject().unwrap(), "y")).join().unwrap();
}

#[test]
fn check_tells_all_that_is_wrong() {
    use DefectKind::*;
    for (data, kinds) in [
        ("From: a@b\r\nSubject: x\r\n\r\nbody\r\n".to_owned(), vec![]),
        ("From: a@b\r\nFrom: c@d\r\n\r\n".to_owned(), vec![RepeatedField]),
        ("Date: 1 Jan 99 0:0 GMT\r\n\r\n".to_owned(), vec![Obsolete]),
        ("Date: tomorrow\r\nTo: root\r\n\r\n".to_owned(), vec![BadDate, BadAddress]),
        ("Subject: x\r\n \r\n y\r\n\r\n".to_owned(), vec![BlankFoldedLine]),
        ("Subject: \u{1}\r\n\r\n".to_owned(), vec![ControlCharacter]),
        ("Subject: a\0b\r\n\r\n".to_owned(), vec![Nul, ControlCharacter]),
        (format!("Subject: {}\r\n\r\n", "x".repeat(990)), vec![LongLine]),
        (format!("X: y\r\n\r\n{}\r\n", "x".repeat(999)), vec![LongLine]),
        (format!("X: y\r\n\r\n{}\r\n", "x".repeat(998)), vec![]),
        ("X: y\r\n\r\na\nb\rc\0".to_owned(), vec![Nul, LoneCarriageReturn, LoneLineFeed]),
        ("Content-Transfer-Encoding: binary\r\n\r\na\nb\rc\0".to_owned(), vec![]),
        ("X: y\r\n\r\nü".to_owned(), vec![EightBit]),
        (
            "Content-Transfer-Encoding: 8bit\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nü".to_owned(),
            vec![],
        ),
        ("Content-Transfer-Encoding: 8bit\r\n\r\nü".to_owned(), vec![EightBit]),
        ("Content-Transfer-Encoding: base64\r\nContent-Type: a/b\r\n\r\n*".to_owned(), vec![NotBase64]),
        ("Content-Transfer-Encoding: quoted-printable\r\n\r\n=x".to_owned(), vec![BadEscape]),
        ("Content-Type: text/plain; charset=x-none\r\n\r\nx".to_owned(), vec![UnknownCharset]),
        ("Content-Type: text/plain; a=b; a=c\r\n\r\nx".to_owned(), vec![RepeatedParameter]),
        ("Content-Disposition: inline; x\r\n\r\nx".to_owned(), vec![BadParameter]),
        ("Message-ID: <x>\r\n\r\nx".to_owned(), vec![BadMessageId]),
        ("Content-Type: multipart/mixed\r\n\r\nx".to_owned(), vec![NoBoundary]),
    ] {
        let message = Message::parse(data.as_bytes());
        let defects = message.check();
        let found: Vec<DefectKind> = defects.iter().map(|defect| defect.kind).collect();
        assert_eq!(found, kinds, "{data:?}");
        assert!(defects.iter().all(|defect| defect.offset <= data.len() as u64));
    }
}

#[test]
fn nothing_panics_and_every_octet_is_there() {
    let mut random = Random::new(9);
    for _ in 0..2_000 {
        let data = message(&mut random);
        let message = Message::parse(&data);
        assert_eq!(message.raw(), data);
        let edit = anyrfc_mime::parse::HeaderEdit::new(&message);
        assert_eq!(edit.to_bytes(), data, "{}", data.escape_ascii());
        assert!(message.check().count() >= message.defects().count());
        for part in message.attachments() {
            assert!(part.body().len() <= 3 * data.len());
        }
        assert!(
            message.text_body().is_some() == message.text_part().is_some_and(|part| part.text().is_some())
        );
        assert!(message.html_body().is_none_or(|html| html.len() <= 4 * data.len()));
    }
}
