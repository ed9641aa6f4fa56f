use std::{collections::VecDeque, task::Waker};

use super::*;
use crate::types::content::LineEnds;

/// Gives these, one after the other.
struct Pieces(VecDeque<&'static [u8]>);

impl Source for Pieces {
    fn poll_piece(&mut self, _: &mut Context<'_>) -> Poll<Option<Result<Bytes, Error>>> {
        Poll::Ready(self.0.pop_front().map(|piece| Ok(Bytes::from_static(piece))))
    }
}

/// What comes of a stream, up to what it ends with.
fn read(
    pieces: &[&'static [u8]],
    declare: impl FnOnce(Content<'static>) -> Content<'static>,
) -> (Vec<u8>, Option<ContentError>) {
    let (_, supply) = declare(Content::source(Pieces(pieces.iter().copied().collect()))).open().unwrap();
    let Supply::Stream(mut reading) = supply else { panic!("no stream") };
    let mut cx = Context::from_waker(Waker::noop());
    let mut got = Vec::new();
    let ended = loop {
        match reading.poll_piece(&mut cx) {
            Poll::Ready(Ok(Some(piece))) => {
                assert!(!piece.is_empty());
                got.extend(piece);
            }
            Poll::Ready(Ok(None)) => break None,
            Poll::Ready(Err(error)) => break Some(error.content().expect("what is wrong with it")),
            Poll::Pending => panic!("it waits"),
        }
    };
    for _ in 0..2 {
        let Poll::Ready(again) = reading.poll_piece(&mut cx) else { panic!("it waits") };
        assert_eq!(again.err().and_then(|error| error.content()), ended);
    }
    (got, ended)
}

#[test]
fn a_stream_has_as_many_octets_as_were_declared() {
    let sized = |pieces: &[&'static [u8]], size| read(pieces, |content| content.size(size)).1;
    let wrong = |declared, got| Some(ContentError::Size { declared, got });
    assert_eq!(sized(&[b"ab", b"", b"cd"], 4), None);
    assert_eq!(sized(&[b"abcd"], 4), None);
    assert_eq!(sized(&[b"ab", b"c"], 4), wrong(4, 3));
    assert_eq!(sized(&[b"ab", b"cde", b"f"], 4), wrong(4, 5));
    assert_eq!(sized(&[], 0), None);
    assert_eq!(sized(&[b""], 0), None);
    assert_eq!(sized(&[b"a"], 0), wrong(0, 1));
    assert_eq!(sized(&[], 1), wrong(1, 0));
    assert_eq!(read(&[b"ab", b"", b"cd"], |content| content), (b"abcd".to_vec(), None));
    assert_eq!(read(&[b"ab", b"cde"], |content| content.size(4)).0, b"ab", "what is too much is not sent");
}

#[test]
fn a_stream_holds_what_was_declared() {
    let header = "Subject: ü\r\n\r\n".as_bytes();
    let body = "Subject: u\r\n\r\nü\r\n".as_bytes();
    type Declare = fn(Content<'static>) -> Content<'static>;
    let nothing: Declare = |content| content;
    for (pieces, declare, found) in [
        (&[&b"ab\x7f"[..]][..], nothing, None),
        (&[b"ab\0"], nothing, Some(ContentError::Binary)),
        (&[b"ab", b"\0"], nothing, Some(ContentError::Binary)),
        (&[b"ab\x01"], nothing, None),
        (&[b"ab\x80"], nothing, Some(ContentError::EightBit)),
        (&[body], nothing, Some(ContentError::EightBit)),
        (&[body], Content::eight_bit, None),
        (&[b"a: b\r\n\r", b"\n\xc3\xbc\0"], Content::eight_bit, Some(ContentError::Binary)),
        (&[header], Content::eight_bit, Some(ContentError::Utf8Header)),
        (&[b"Subject: \xc3", b"\xbc\r\n\r\n"], Content::eight_bit, Some(ContentError::Utf8Header)),
        (&[b"a: b\r\n", b"\r\n", b"\xc3\xbc"], Content::eight_bit, None),
        (&[header], Content::utf8_header, None),
        (&[b"a\0"], Content::utf8_header, Some(ContentError::Binary)),
        (&[b"a: b\r\n\r\n\0\xff"], Content::binary, None),
        (&[header], Content::binary, Some(ContentError::Utf8Header)),
    ] {
        assert_eq!(read(pieces, declare).1, found, "{pieces:?}");
    }
}

#[test]
fn what_is_in_memory_is_looked_at_beside_what_was_declared() {
    let wide = "Subject: u\r\n\r\nü\r\n";
    let facts = |content: Content<'_>| content.facts().unwrap();
    assert!(facts(Content::from(wide)).unlabeled);
    assert!(!facts(Content::from(wide).eight_bit()).unlabeled);
    assert!(!facts(Content::from("Subject: u\r\n\r\nu\r\n")).unlabeled);
    assert!(facts(Content::from("Subject: ü\r\n")).utf8_header);
    assert!(facts(Content::from("Subject: u\r\n").utf8_header()).utf8_header);
    assert!(!facts(Content::from("Subject: u\r\n")).utf8_header);
    let kept = facts(Content::from("a\n").line_ends(LineEnds::Keep));
    assert_eq!((kept.binary, kept.size), (true, Some(2)));
    for (size, right) in [(1, false), (2, true), (3, false)] {
        assert_eq!(Content::from("ab").size(size).facts().is_ok(), right, "{size}");
    }
}

#[cfg(feature = "client")]
#[test]
fn what_is_not_a_stream_can_be_sent_again() {
    let (_, whole) = Content::from("ab").open().unwrap();
    assert!(matches!(whole.duplicate(), Some(Supply::Whole(octets)) if octets == "ab"));
    let url = BurlUrl::trusted("imap://imap.example/x/;uid=1").unwrap();
    let (_, by_url) = Content::url(url.clone()).open().unwrap();
    assert!(matches!(by_url.duplicate(), Some(Supply::Url(other)) if other.expose() == url.expose()));
    let (_, stream) = Content::source(Pieces(VecDeque::new())).open().unwrap();
    assert!(stream.duplicate().is_none());
}
