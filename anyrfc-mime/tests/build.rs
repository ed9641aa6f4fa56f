//! Messages that are built, octet by octet.

use anyrfc_mime::{
    DateTime, Error,
    build::{Builder, Composed, MultiPart, Part, Receiver},
};

fn base<'a>() -> Builder<'a> {
    let date = DateTime::from_unix(880_127_706, -360).expect("a date");
    Builder::new().from("ann@example.org").date(date).seed([1; 32]).message_id("1@example.org")
}

fn text(message: Result<Composed<'_>, Error>) -> String {
    let octets = message.expect("a message").to_vec().expect("octets");
    String::from_utf8(octets).expect("7-bit text")
}

#[test]
fn a_small_text() {
    let message = base().to(("Bob", "bob@example.com")).subject("hi").text("hello\nworld").build();
    assert_eq!(
        text(message),
        "Date: Fri, 21 Nov 1997 09:55:06 -0600\r\n\
         From: ann@example.org\r\n\
         To: Bob <bob@example.com>\r\n\
         Subject: hi\r\n\
         Message-ID: <1@example.org>\r\n\
         MIME-Version: 1.0\r\n\
         Content-Type: text/plain; charset=us-ascii\r\n\
         \r\n\
         hello\r\nworld\r\n"
    );
}

#[test]
fn everything_at_once() {
    let message = base()
        .to(["Zoë Müller <zoe@example.net>", "\"Smith, John\" <js@example.com>"])
        .bcc("hidden@example.org")
        .subject(
            "Grüße aus Köln, und noch ein sehr langer Betreff, der gefaltet werden muss, weil er lang ist",
        )
        .text("Grüße")
        .html("<img src=\"cid:logo\"><img src='cid:logo2'>")
        .inline("logo", Part::new("image/png", b"\x89PNG"))
        .attach(
            Part::new("application/pdf", b"%PDF").named("Übersicht über alles, was wir je getan haben.pdf"),
        );
    let text = text(message.build());
    assert!(!text.contains("hidden"));
    let levels: Vec<&str> =
        text.split("Content-Type: ").skip(1).map(|rest| rest.split(';').next().unwrap_or(rest)).collect();
    assert_eq!(levels[..4], ["multipart/mixed", "multipart/alternative", "text/plain", "multipart/related"]);
    assert_eq!(levels[4], "text/html");
    assert!(levels[5].starts_with("image/png") && levels[6].starts_with("application/pdf"));
}

#[test]
fn writer_equals_whole() {
    let make = || {
        base()
            .to("bob@example.com")
            .text("Grüße\nan alle")
            .html("<p>x")
            .attach(Part::new("application/pdf", vec![7u8; 200_000]).named("a"))
            .attach(Part::new("application/pdf", b""))
            .attach(Part::new("text/plain", "tail "))
            .attach(MultiPart::mixed().part(Part::new("image/png", b"abc")).part(Part::text("x")))
            .attach(Part::message(base().text("inner").build().expect("inner")))
            .build()
            .expect("a message")
    };
    for receiver in [
        Receiver::default(),
        Receiver::default().with_8bit(true),
        Receiver::default().with_8bit(true).with_binary(true),
    ] {
        let whole = make().to_vec_for(receiver).expect("octets");
        let mut writer = make().into_writer(receiver).expect("a writer");
        let mut pieces = Vec::new();
        let mut chunk = Vec::new();
        while writer.next_chunk(&mut chunk).expect("a chunk") {
            pieces.append(&mut chunk);
        }
        assert!(
            whole == pieces,
            "{}\n=====\n{}",
            String::from_utf8_lossy(&whole),
            String::from_utf8_lossy(&pieces)
        );
    }
}
