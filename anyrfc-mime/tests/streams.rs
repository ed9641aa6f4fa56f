//! Parts that are read while the message is written.

use std::io::{self, Cursor, Read};

use anyrfc_mime::{
    ErrorKind, Message,
    build::{Builder, Composed, MultiPart, Part, Receiver},
};

fn with<'a>(part: impl Into<Part<'a>>) -> Composed<'a> {
    Builder::new()
        .from("ann@example.org")
        .to("bob@example.com")
        .seed([1; 32])
        .body(part)
        .build()
        .expect("a message")
}

/// Gives one octet at a time, and an interruption before each.
struct Slow<'d>(&'d [u8], bool);

impl Read for Slow<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.1 = !self.1;
        if self.1 {
            return Err(io::ErrorKind::Interrupted.into());
        }
        let Some((first, rest)) = self.0.split_first() else { return Ok(0) };
        into[0] = *first;
        self.0 = rest;
        Ok(1)
    }
}

#[test]
fn slow_sources_are_read_whole() {
    let data: Vec<u8> = (0..5000u32).map(|n| (n * 7) as u8).collect();
    for receiver in [Receiver::SEVEN_BIT, Receiver::SEVEN_BIT.with_binary(true)] {
        let part = Part::sized_reader("application/x", 5000, Slow(&data, false)).named("x");
        let mut writer = with(MultiPart::mixed().part(part).part(Part::text("after")))
            .into_writer(receiver)
            .expect("a writer");
        let mut raw = Vec::new();
        writer.read_to_end(&mut raw).expect("read");
        let message = Message::parse(&raw);
        let part = message.attachments().next().expect("a part");
        assert_eq!(&*part.body(), data.as_slice());
        assert_eq!(message.text_body().as_deref(), Some("after"));
    }
}

/// CR and LF in different pieces are one line break.
#[test]
fn streamed_text_is_canonical() {
    let text = "a \r\nb\nc\rd\t\n\r\ne";
    let part = Part::reader("text/plain; charset=us-ascii", Slow(text.as_bytes(), false));
    let mut raw = Vec::new();
    with(part).into_writer(Receiver::SEVEN_BIT).expect("a writer").read_to_end(&mut raw).expect("read");
    assert_eq!(Message::parse(&raw).text_body().as_deref(), Some("a \r\nb\r\nc\r\nd\t\r\n\r\ne\r\n"));
}

#[test]
fn a_length_is_held_to() {
    for (length, data) in [(4, "hello"), (6, "hello"), (0, "x")] {
        let part = Part::sized_reader("application/x", length, data.as_bytes());
        let mut writer = with(part).into_writer(Receiver::SEVEN_BIT).expect("a writer");
        let mut out = Vec::new();
        let error = loop {
            match writer.next_chunk(&mut out) {
                Ok(true) => {}
                Ok(false) => panic!("{length} octets of {data}"),
                Err(error) => break error,
            }
        };
        assert_eq!(error.kind(), ErrorKind::Usage);
        // The message stays broken.
        assert!(writer.next_chunk(&mut out).is_err() && writer.read(&mut [0; 10]).is_err());
    }
}

#[test]
fn a_source_that_fails_fails_the_message() {
    struct Broken;
    impl Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::Error::other("no disk"))
        }
    }
    let mut writer =
        with(Part::reader("application/x", Broken)).into_writer(Receiver::SEVEN_BIT).expect("a writer");
    let mut out = Vec::new();
    let error = (0..10).find_map(|_| writer.next_chunk(&mut out).err()).expect("an error");
    assert_eq!(error.kind(), ErrorKind::Io);
    assert_eq!(std::error::Error::source(&error).expect("a cause").to_string(), "no disk");
}

/// However much it is, it goes through in pieces that are not large.
#[test]
fn huge_parts_are_written_in_small_pieces() {
    let length = 64 << 20;
    let disk = io::repeat(0xA5).take(length);
    let part = Part::sized_reader("application/x", length, disk);
    let mut writer = with(part).into_writer(Receiver::SEVEN_BIT).expect("a writer");
    let mut chunk = Vec::new();
    let mut written = 0;
    while writer.next_chunk(&mut chunk).expect("a chunk") {
        assert!(chunk.len() < 200 << 10, "{} octets at once", chunk.len());
        assert!(chunk.capacity() < 400 << 10);
        written += chunk.len();
        chunk.clear();
    }
    assert!(written > length as usize / 3 * 4);
}

#[test]
fn streams_are_no_vector() {
    let message = with(Part::reader("application/x", Cursor::new("x")));
    assert!(message.has_streams());
    assert_eq!(message.to_vec().expect_err("a stream").kind(), ErrorKind::Usage);
}

#[tokio::test]
async fn asynchronous_parts() {
    let data = vec![7u8; 300_000];
    let (mut near, far) = tokio::io::duplex(1000);
    let part = Part::async_reader("application/x", Some(300_000), far);
    let mut writer = with(part).into_writer(Receiver::SEVEN_BIT).expect("a writer");
    let copy = data.clone();
    let feeding = async move {
        tokio::io::AsyncWriteExt::write_all(&mut near, &copy).await.expect("written");
    };
    let mut raw = Vec::new();
    let reading = async {
        tokio::io::AsyncReadExt::read_to_end(&mut writer, &mut raw).await.expect("read");
    };
    tokio::join!(feeding, reading);
    assert_eq!(&*Message::parse(&raw).root().body(), data.as_slice());

    // Without a waker there is nobody to wait.
    let part = Part::async_reader("application/x", None, tokio::io::empty());
    let mut writer = with(part).into_writer(Receiver::SEVEN_BIT).expect("a writer");
    let mut out = Vec::new();
    let mut results = (0..3).map(|_| writer.next_chunk(&mut out));
    assert!(results.any(|result| result.is_err_and(|error| error.kind() == ErrorKind::Usage)));
    let mut reader = with(Part::text("x")).into_writer(Receiver::SEVEN_BIT).expect("a writer");
    let mut raw = String::new();
    tokio::io::AsyncReadExt::read_to_string(&mut reader, &mut raw).await.expect("text");
    assert!(raw.ends_with("\r\n\r\nx\r\n"));
}

#[test]
fn writers_may_be_sent_elsewhere() {
    fn is_send<T: Send>(_: &T) {}
    let message = with(Part::reader("application/x", Cursor::new("x")));
    is_send(&message);
    is_send(&message.into_writer(Receiver::SEVEN_BIT).expect("a writer"));
}
