//! The machine without any I/O.

use super::*;

fn sent(data: &str) -> Connection {
    let mut connection = Connection::default();
    connection.send(&Payload::new(data.to_owned()).unwrap()).unwrap();
    let mut out = Output::new();
    connection.transmit(&mut out, Instant::now());
    assert_eq!(out.take(), data);
    connection
}

#[test]
fn an_echo_may_come_in_pieces() {
    let mut connection = sent("hello");
    let now = Instant::now();
    for byte in b"hello" {
        let input = [*byte];
        assert_eq!(connection.advance(&input, now).unwrap(), Step::Ready);
        assert_eq!(connection.advance(&input, now).unwrap(), Step::Ready, "asked twice");
        assert_eq!(connection.event(&input), (1, &input[..]));
    }
    assert_eq!(connection.awaited(), 0);
    let mut connection = sent("hello");
    let mut input = BytesMut::from(&b"hello"[..]);
    assert_eq!(connection.advance(&input, now).unwrap(), Step::Ready);
    assert_eq!(connection.event_owned(&mut input), "hello");
    assert!(input.is_empty());
}

#[test]
fn what_was_not_yet_sent_cannot_be_echoed() {
    let mut connection = Connection::default();
    connection.send(&Payload::new("hello").unwrap()).unwrap();
    assert!(connection.advance(b"h", Instant::now()).is_err());
}

#[test]
fn closing_waits_for_the_echo() {
    let mut connection = sent("hello");
    connection.close();
    assert_eq!(connection.state(), ProtocolState::Disconnecting);
    assert_eq!(connection.send(&Payload::new("x").unwrap()).unwrap_err().kind(), ErrorKind::Closed);
    connection.advance(b"hello", Instant::now()).unwrap();
    connection.event(b"hello");
    assert_eq!(connection.state(), ProtocolState::Disconnected);
    connection.handle_eof(Eof::Clean).unwrap();
}

#[test]
fn memory_is_bounded() {
    let mut connection = Connection::default();
    let payload = Payload::new(vec![0; Payload::MAX]).unwrap();
    let error = loop {
        if let Err(error) = connection.send(&payload) {
            break error;
        }
    };
    assert_eq!(error.kind(), ErrorKind::Limit);
    assert!(connection.awaited() <= Connection::MAX_AWAITED);
}
