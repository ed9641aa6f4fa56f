use super::*;

#[test]
fn what_is_large_is_split_off_and_what_is_small_is_copied() {
    for (length, copied) in [(0, true), (COPY_UP_TO, true), (COPY_UP_TO + 1, false)] {
        let mut input = BytesMut::from(&vec![7; COPY_UP_TO + 20][..]);
        let at = input.as_ptr().wrapping_add(2);
        let taken = take(&mut input, 2, 2 + length);
        assert_eq!((taken.len(), input.len()), (length, COPY_UP_TO + 18 - length));
        assert_eq!(taken.as_ptr() != at, copied, "{length}");
    }
}

#[test]
fn a_message_that_lies_in_the_input_is_let_in_whole() {
    let (large, now) = (WINDOW + 1000, Instant::now());
    let mut header = vec![0x82, 127];
    header.extend_from_slice(&(large as u64).to_be_bytes());
    let limit = |delivery, header: &[u8]| {
        let mut connection = Connection::established(Role::Client, crate::proto::Config::default(), [7; 32]);
        connection.deliver(delivery);
        connection.advance_frames(header, now).unwrap();
        connection.incoming.input_limit()
    };
    assert_eq!(limit(Delivery::Whole, &[]), WINDOW);
    assert_eq!(limit(Delivery::Whole, &[0x82, 100]), WINDOW);
    assert_eq!(limit(Delivery::Whole, &header), large + HEADER_MAX);
    // Pieces are taken as they come, and fragments are collected as they come.
    assert_eq!(limit(Delivery::Chunks, &header), WINDOW);
    header[0] = 0x02;
    assert_eq!(limit(Delivery::Whole, &header), WINDOW);
}

#[test]
fn limits_are_reached_and_not_passed() {
    let begin = |fragments: &[(u8, u8)], edit: fn(&mut crate::Limits)| {
        let mut config = crate::proto::Config::default();
        edit(&mut config.limits);
        let mut connection = Connection::established(Role::Client, config, [7; 32]);
        for &(first, length) in fragments {
            let mut frame = vec![first, length];
            frame.extend_from_slice(&vec![b'a'; length.into()]);
            let mut input = BytesMut::from(&frame[..]);
            while let Step::Consumed(count) = connection.advance_frames(&input, Instant::now())? {
                input.advance(count);
            }
        }
        Ok::<_, Error>(())
    };
    let edits: [fn(&mut crate::Limits); 3] =
        [|limits| limits.frame = 10, |limits| limits.message = 10, |limits| limits.buffered = 10];
    for edit in edits {
        assert!(begin(&[(0x82, 10)], edit).is_ok());
        assert_eq!(begin(&[(0x82, 11)], edit).unwrap_err().kind(), ErrorKind::Limit);
    }
    for edit in &edits[1..] {
        assert!(begin(&[(0x02, 4), (0x80, 6)], *edit).is_ok());
        assert_eq!(begin(&[(0x02, 4), (0x80, 7)], *edit).unwrap_err().kind(), ErrorKind::Limit);
    }
    let three: fn(&mut crate::Limits) = |limits| limits.fragments = 3;
    assert!(begin(&[(0x02, 1), (0x00, 1), (0x80, 1)], three).is_ok());
    let error = begin(&[(0x02, 1), (0x00, 1), (0x00, 1), (0x80, 1)], three).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Limit);
}

/// What is reported of `input`, which is released as it is taken.
fn chunk(connection: &mut Connection, input: &mut BytesMut) -> Option<(Vec<u8>, bool)> {
    loop {
        match connection.advance_frames(input, Instant::now()).unwrap() {
            Step::Ready => break,
            Step::Consumed(count) => input.advance(count),
            Step::Need(_) => return None,
        }
    }
    match connection.incoming.event_owned(input) {
        OwnedEvent::Chunk(chunk) => Some((chunk.data.to_vec(), chunk.last)),
        other => panic!("no piece: {other:?}"),
    }
}

fn client() -> Connection {
    Connection::established(Role::Client, crate::proto::Config::default(), [7; 32])
}

#[test]
fn what_was_collected_of_a_message_is_handed_over_when_pieces_are_wanted() {
    for (fragment, first) in [(&b"\x02\x03abc"[..], Some((b"abc".to_vec(), false))), (b"\x02\x00", None)] {
        let (mut connection, mut input) = (client(), BytesMut::from(fragment));
        assert_eq!(chunk(&mut connection, &mut input), None);
        connection.deliver(Delivery::Chunks);
        // Nothing collected is no piece.
        assert_eq!(connection.waiting_data().is_some(), first.is_some());
        assert_eq!(chunk(&mut connection, &mut input), first);
        input.extend_from_slice(b"\x80\x02de");
        assert_eq!(chunk(&mut connection, &mut input), Some((b"de".to_vec(), true)));
    }
}

#[test]
fn what_lies_in_the_input_is_read_anew_unless_some_of_it_was_taken() {
    let (mut connection, mut input) = (client(), BytesMut::from(&b"\x82\x05ab"[..]));
    assert_eq!(chunk(&mut connection, &mut input), None);
    connection.deliver(Delivery::Chunks);
    assert_eq!(chunk(&mut connection, &mut input), Some((b"ab".to_vec(), false)));
    // Once begun in pieces, it goes on in pieces.
    connection.deliver(Delivery::Whole);
    input.extend_from_slice(b"cde");
    assert_eq!(chunk(&mut connection, &mut input), Some((b"cde".to_vec(), true)));
}
