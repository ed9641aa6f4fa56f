//! Messages that are read while they are sent, and messages that are written for a server.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll, Waker},
};

use anyrfc_mime::{
    Message,
    build::{Builder, Part, Resend},
};
use anyrfc_smtp::{
    Error, ErrorKind,
    codec::supply::{Reading, Supply},
    types::content::{Content, ContentError, LineEnds, Offered, Source, WireMessage},
};
use bytes::Bytes;
use tokio::io::{AsyncRead, ReadBuf};

/// Everything that comes, and what ended it.
fn all(reading: &mut Reading<'_>) -> (Vec<u8>, Result<(), Error>) {
    let (mut got, mut cx) = (Vec::new(), Context::from_waker(Waker::noop()));
    loop {
        match reading.poll_piece(&mut cx) {
            Poll::Ready(Ok(Some(piece))) => {
                assert!(!piece.is_empty());
                got.extend(piece);
            }
            Poll::Ready(Ok(None)) => return (got, Ok(())),
            Poll::Ready(Err(error)) => return (got, Err(error)),
            Poll::Pending => {}
        }
    }
}

fn stream(content: Content<'_>) -> Reading<'_> {
    match content.open().unwrap().1 {
        Supply::Stream(reading) => reading,
        other => panic!("{other:?}"),
    }
}

fn whole(content: Content<'_>) -> Vec<u8> {
    match content.open().unwrap().1 {
        Supply::Whole(message) => message.to_vec(),
        other => panic!("{other:?}"),
    }
}

/// Gives its text in pieces of so many octets, with a pause before each.
struct Slow<'a> {
    text: &'a [u8],
    size: usize,
    paused: bool,
    /// Fails at the end.
    fails: bool,
}

impl<'a> Slow<'a> {
    fn new(text: &'a [u8], size: usize) -> Self {
        Self { text, size, paused: false, fails: false }
    }
}

impl AsyncRead for Slow<'_> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.paused = !self.paused;
        if self.paused {
            return Poll::Pending;
        }
        if self.text.is_empty() && self.fails {
            return Poll::Ready(Err(io::Error::other("the disk is gone")));
        }
        let (piece, rest) = self.text.split_at(self.size.min(self.text.len()).min(into.remaining()));
        into.put_slice(piece);
        self.text = rest;
        Poll::Ready(Ok(()))
    }
}

fn told(reading: &mut Reading<'_>) -> (usize, Option<ContentError>) {
    let (got, result) = all(reading);
    let again = all(reading);
    assert_eq!((again.0.len(), again.1.is_err()), (0, result.is_err()), "it is said again");
    let told = result.err().map(|error| {
        assert_eq!((error.kind(), error.requirement().is_some()), (ErrorKind::Usage, true));
        let source =
            std::error::Error::source(&error).and_then(|source| source.downcast_ref::<ContentError>());
        *source.unwrap()
    });
    (got.len(), told)
}

#[test]
fn what_was_not_declared_does_not_come_through() {
    let wide = "Subject: hi\r\n\r\nGrüße\r\n".as_bytes();
    let header = "Subject: Grüße\r\n\r\nhi\r\n".as_bytes();
    let nul = b"Subject: hi\r\n\r\n\0\r\n".as_slice();
    for size in [1, 7, 1000] {
        let reader = |text| Content::reader(Slow::new(text, size));
        assert_eq!(told(&mut stream(reader(wide).eight_bit())), (wide.len(), None));
        assert_eq!(told(&mut stream(reader(header).utf8_header())), (header.len(), None));
        assert_eq!(told(&mut stream(reader(nul).binary())), (nul.len(), None));
        let (got, error) = told(&mut stream(reader(wide)));
        assert!(got <= 17, "{got} octets came");
        assert_eq!(error, Some(ContentError::EightBit));
        let (got, error) = told(&mut stream(reader(header).eight_bit()));
        assert!(got <= 11, "{got} octets came");
        assert_eq!(error, Some(ContentError::Utf8Header));
        let (got, error) = told(&mut stream(reader(nul)));
        assert!(got <= 15, "{got} octets came");
        assert_eq!(error, Some(ContentError::Binary));
    }
}

#[test]
fn a_stream_has_the_size_declared() {
    let text = b"Subject: hi\r\n\r\nhello\r\n".as_slice();
    for size in [1, 7, 1000] {
        let reader = || Content::reader(Slow::new(text, size));
        assert_eq!(told(&mut stream(reader().size(22))), (22, None));
        assert_eq!(told(&mut stream(reader())), (22, None));
        let longer = told(&mut stream(reader().size(21)));
        assert!(longer.0 <= 21 && matches!(longer.1, Some(ContentError::Size { declared: 21, got: 22 })));
        let shorter = told(&mut stream(reader().size(23)));
        assert_eq!(shorter, (22, Some(ContentError::Size { declared: 23, got: 22 })));
    }
    let facts = Content::reader(text).size(22).eight_bit().facts().unwrap();
    assert_eq!((facts.size, facts.eight_bit, facts.utf8_header), (Some(22), true, false));
    assert_eq!(Content::reader(text).facts().unwrap().size, None);
}

#[test]
fn what_a_source_fails_with_is_told() {
    let mut slow = Slow::new(b"Subject: hi\r\n", 5);
    slow.fails = true;
    let mut reading = stream(Content::reader(slow));
    for octets in [13, 0] {
        let (got, result) = all(&mut reading);
        let error = result.unwrap_err();
        assert_eq!((got.len(), error.kind()), (octets, ErrorKind::Io));
        assert!(
            std::error::Error::source(&error).is_some_and(|source| source.to_string() == "the disk is gone")
        );
    }
}

#[test]
fn streams_of_pieces_are_passed_on() {
    let large = Bytes::from(vec![b'x'; 100_000]);
    let pieces = [Bytes::new(), large.clone(), Bytes::new()].map(Ok::<_, io::Error>);
    let mut reading = stream(Content::stream(futures_util::stream::iter(pieces)));
    let mut cx = Context::from_waker(Waker::noop());
    let Poll::Ready(Ok(Some(piece))) = reading.poll_piece(&mut cx) else { panic!("a piece") };
    assert_eq!(piece.as_ptr(), large.as_ptr(), "it was copied");
    assert!(matches!(reading.poll_piece(&mut cx), Poll::Ready(Ok(None))));
    assert!(matches!(reading.poll_piece(&mut cx), Poll::Ready(Ok(None))), "the end is the end");
    let failing = futures_util::stream::iter([Err::<Bytes, _>("gone")]);
    let (_, result) = all(&mut stream(Content::stream(failing)));
    assert_eq!(result.unwrap_err().kind(), ErrorKind::Io);
}

#[test]
fn large_reads_are_large_and_small_ones_small() {
    let text = vec![b'x'; 300_000];
    let mut reading = stream(Content::reader(text.as_slice()));
    let mut cx = Context::from_waker(Waker::noop());
    let Poll::Ready(Ok(Some(piece))) = reading.poll_piece(&mut cx) else { panic!("a piece") };
    assert_eq!(piece.len(), 64 << 10);
    assert_eq!(all(&mut reading).0.len(), 300_000 - (64 << 10));
}

/// A letter with text beyond ASCII, octets, and somebody who is not to be seen.
fn letter() -> Builder<'static> {
    Builder::new()
        .from("ann@example.org")
        .to("bob@example.com")
        .bcc("secret@example.net")
        .subject("Grüße")
        .text("Schöne Grüße\n.\nAnn\n")
        .attach(Part::new("application/octet-stream", vec![0_u8, 10, 13, 255]).named("x.bin"))
}

const OFFERS: [Offered; 4] = {
    let none = Offered::NOTHING;
    [none, none.with_8bit(true), none.with_8bit(true).with_utf8(true), none.with_8bit(true).with_binary(true)]
};

#[test]
fn what_is_built_is_encoded_for_the_server() {
    let message = letter().build().unwrap();
    for offered in OFFERS {
        let content = (&message).content(offered).unwrap();
        let facts = content.facts().unwrap();
        assert!(!facts.utf8_header, "no address needs it");
        assert!(offered.eight_bit || !facts.eight_bit);
        assert_eq!(facts.binary, offered.binary);
        assert_eq!(facts.line_ends == LineEnds::Keep, offered.binary);
        assert_eq!(facts.check_text().is_ok(), !offered.binary);
        let octets = whole(content);
        assert_eq!(facts.size, Some(octets.len() as u64));
        assert!(!String::from_utf8_lossy(&octets).contains("secret"), "the blind copy is seen");
        let read = Message::parse(&octets);
        assert_eq!(read.text_body().as_deref().map(str::trim_end), Some("Schöne Grüße\r\n.\r\nAnn"));
        assert!(read.entities().any(|part| *part.body() == [0, 10, 13, 255]));
        // By value it is the same.
        let other = letter().build().unwrap().content(offered).unwrap();
        assert_eq!(other.facts().unwrap().binary, facts.binary);
    }
}

#[test]
fn utf8_in_the_header_only_where_it_is_needed_and_offered() {
    let message = Builder::new().from("ann@example.org").to("用户@例子.test").text("hi").build().unwrap();
    let refused = (&message).content(Offered::NOTHING.with_8bit(true)).unwrap_err();
    assert!(refused.requirement().is_some(), "{refused}");
    let content = (&message).content(OFFERS[2]).unwrap();
    assert!(content.facts().unwrap().utf8_header);
}

#[test]
fn parts_are_read_while_they_are_sent() {
    let file = vec![b'.'; 200_000];
    for offered in OFFERS {
        let part =
            Part::async_reader("application/octet-stream", None, Slow::new(&file, 5000)).named("dots.bin");
        let message = letter().attach(part).build().unwrap();
        let refused = (&message).content(offered).unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::Usage, "streams are written once");
        let content = message.content(offered).unwrap();
        let facts = content.facts().unwrap();
        assert_eq!((facts.size, facts.binary), (None, offered.binary));
        let (octets, result) = all(&mut stream(content));
        result.unwrap();
        assert!(!String::from_utf8_lossy(&octets).contains("secret"));
        let read = Message::parse(&octets);
        assert!(read.entities().any(|part| *part.body() == *file));
    }
}

#[test]
fn what_is_sent_again_or_was_read_goes_as_it_was_without_bcc() {
    let raw = "From: ann@example.org\nBcc: secret@example.net\nSubject: hi\n\nGrüße\n";
    // Nobody else is named in it.
    let seen = "From: ann@example.org\nBcc:\nSubject: hi\n\nGrüße\n";
    let read = Message::parse(raw.as_bytes());
    for offered in OFFERS {
        assert_eq!(whole((&read).content(offered).unwrap()), seen.as_bytes());
        let resend =
            || Resend::new().from(("Bö", "bob@example.com")).to("carol@example.net").bcc("dave@example.net");
        let resent = resend().message(raw).unwrap();
        let content = (&resent).content(offered).unwrap();
        let facts = content.facts().unwrap();
        assert!(facts.eight_bit && !facts.utf8_header);
        let octets = String::from_utf8(whole(content)).unwrap();
        assert!(octets.starts_with("Resent-") && octets.ends_with(seen), "{octets}");
        assert!(!octets.contains("dave") && !octets.contains("secret"));
    }
    let owned = read.into_owned();
    assert_eq!(whole(owned.content(OFFERS[0]).unwrap()), seen.as_bytes());
    let clean = Bytes::from_static(b"From: ann@example.org\r\n\r\nhi\r\n");
    let message = anyrfc_mime::OwnedMessage::from_bytes(clean.clone());
    let Supply::Whole(shared) = (&message).content(OFFERS[0]).unwrap().open().unwrap().1 else { panic!() };
    assert_eq!(shared.as_ptr(), clean.as_ptr(), "it was copied");
}

impl Source for Once {
    fn poll_piece(&mut self, _: &mut Context<'_>) -> Poll<Option<Result<Bytes, Error>>> {
        Poll::Ready(self.0.take().map(Ok))
    }
}

/// One piece.
struct Once(Option<Bytes>);

#[test]
fn sources_of_ones_own() {
    let (got, result) = all(&mut stream(Content::source(Once(Some(Bytes::from_static(b"hi\r\n"))))));
    assert_eq!((got.as_slice(), result.is_ok()), (&b"hi\r\n"[..], true));
}
