//! What is sent compressed, and how (RFC 7692, sections 6.1 and 7.2.1).

use std::time::Instant;

use anyrfc_core::{Machine as _, Output};
use anyrfc_websocket::{
    Deflate, Kind, Message,
    codec::{FrameHeader, OpCode, deflate::Agreed},
    proto::{Connection, Role},
};

use crate::{
    inflate::Judge,
    support::{Dice, bits, connection, dissect, eager, messages, plain, sent, settled},
};

/// Text that repeats itself at every distance.
fn prose(dice: &mut Dice, length: usize) -> String {
    let words = ["price", "volume", "bid", "ask", "€uro", "\"symbol\":", "BTC-EUR", "1234.5", " ", ",", "{}"];
    let mut text = String::new();
    while text.len() < length {
        text += words[dice.roll(words.len())];
        if dice.roll(5) == 0 {
            text += &dice.roll(1_000_000).to_string();
        }
    }
    text
}

#[test]
fn every_parameter_is_obeyed_in_both_directions() {
    let mut dice = Dice(1);
    for role in [Role::Client, Role::Server] {
        for window in 8..=15 {
            for takeover in [true, false] {
                for level in [1, 2, 3, 6, 9] {
                    let mut deflate = eager().level(level);
                    let mut agreed = Agreed::default();
                    match role {
                        Role::Client => {
                            agreed.client_max_window_bits = Some(bits(window));
                            agreed.client_no_context_takeover = !takeover;
                        }
                        Role::Server => {
                            agreed.server_max_window_bits = Some(bits(window));
                            agreed.server_no_context_takeover = !takeover;
                        }
                    }
                    if dice.roll(2) == 0 {
                        // What the other direction agreed on changes nothing.
                        deflate = deflate.max_ratio(1);
                    }
                    let mut sender = connection(role, agreed, deflate);
                    let (mut out, mut judge, mut any) = (Output::new(), Judge::default(), false);
                    for _ in 0..6 {
                        let length = [10, 300, 3000, 40_000, 70_000][dice.roll(5)];
                        let text = prose(&mut dice, length);
                        sender.send(&mut out, Message::text(text.as_str())).unwrap();
                        for message in dissect(&sent(&mut sender, &mut out)) {
                            any |= message.compressed;
                            if !message.compressed {
                                assert_eq!(message.payload, text.as_bytes());
                                continue;
                            }
                            if !takeover {
                                judge.forget();
                            }
                            let found = judge.message(&message.payload);
                            assert!(
                                found == Ok(text.clone().into_bytes()),
                                "{role:?} {window} bits, takeover {takeover}, level {level}: {:?}",
                                found.map(drop)
                            );
                        }
                    }
                    assert!(judge.farthest <= 1 << window, "{} with {window} bits", judge.farthest);
                    // No compressor keeps to 256 bytes: then nothing is compressed.
                    assert_eq!(any, window > 8);
                }
            }
        }
    }
}

#[test]
fn the_hints_of_the_offer_hold_even_if_the_server_ignores_them() {
    let mut dice = Dice(2);
    let own = eager().client_no_context_takeover().client_max_window_bits(bits(9));
    let mut client = connection(Role::Client, Agreed::default(), own);
    let (mut out, mut judge) = (Output::new(), Judge::default());
    for _ in 0..5 {
        let text = prose(&mut dice, 5000);
        client.send(&mut out, Message::text(text.as_str())).unwrap();
        let wire = dissect(&sent(&mut client, &mut out));
        judge.forget();
        assert_eq!(judge.message(&wire[0].payload).unwrap(), text.as_bytes());
    }
    assert!(judge.farthest <= 512);
}

#[test]
fn what_is_small_or_does_not_shrink_or_is_asked_to_stay_goes_uncompressed() {
    let mut dice = Dice(3);
    let mut client = connection(Role::Client, Agreed::default(), Deflate::default().threshold(100));
    let mut server = plain(Role::Server);
    let mut out = Output::new();
    let noise = dice.bytes(5000);
    let large_noise = dice.bytes(300_000);
    // Borrowed, and sent at once however large.
    for (data, expected) in [(vec![7; 300_000], true), (large_noise.clone(), false), (vec![7; 65_537], true)]
    {
        client.send_slice(&mut out, Kind::Binary, &data).unwrap();
        let wire = sent(&mut client, &mut out);
        assert_eq!(dissect(&wire)[0].compressed, expected);
        assert!(messages(&mut server, &wire).unwrap() == [Message::binary(data)]);
    }
    let steps: &[(Message, bool, bool)] = &[
        (Message::text("x".repeat(99)), true, false),
        (Message::text("x".repeat(100)), true, true),
        (Message::text("x".repeat(100)), false, false),
        (Message::binary(vec![7; 2000]), true, true),
        (Message::binary(noise.clone()), true, false),
        // The noise was fed to the compressor, and the peer never saw it so.
        (Message::binary(vec![7; 2000]), true, true),
        (Message::binary(noise.repeat(2)), true, true),
        (Message::binary(large_noise.clone()), true, false),
        (Message::binary(large_noise.repeat(2)), true, false),
        (Message::binary(vec![7; 300_000]), true, true),
        (Message::binary(vec![7; 300_000]), false, false),
        (Message::text(""), true, false),
        (Message::text("x".repeat(100)), true, true),
    ];
    for (message, compress, expected) in steps {
        if *compress {
            client.send(&mut out, message.clone()).unwrap();
        } else {
            client.send_uncompressed(&mut out, message.clone()).unwrap();
        }
        let wire = sent(&mut client, &mut out);
        let size = message.clone().into_data().len();
        let on_wire = dissect(&wire);
        assert_eq!(on_wire[0].compressed, *expected, "{size} bytes");
        if !expected {
            assert_eq!(on_wire[0].payload.len(), size);
        }
        let received = messages(&mut server, &wire).unwrap();
        assert!(received == [message.clone()], "{size} bytes");
    }
}

#[test]
fn a_message_in_parts_is_compressed_part_by_part() {
    let (mut client, mut server, mut out) = (plain(Role::Client), plain(Role::Server), Output::new());
    let mut judge = Judge::default();
    let parts: &[&[&str]] = &[
        &["Hello", ""],
        &["", "", ""],
        &["one", "two", "three"],
        &["one"],
        &["", "one", "", "two", ""],
        &[&"large ".repeat(50_000), &"€".repeat(100_000)],
    ];
    for parts in parts {
        let (last, first) = parts.split_last().unwrap();
        for part in first {
            client.send_part(&mut out, Kind::Text, part.as_bytes(), false).unwrap();
        }
        client.send_part(&mut out, Kind::Text, last.as_bytes(), true).unwrap();
        let wire = sent(&mut client, &mut out);
        let text = parts.concat();
        let on_wire = dissect(&wire);
        if on_wire[0].compressed {
            assert_eq!(judge.message(&on_wire[0].payload).unwrap(), text.as_bytes());
        } else {
            assert_eq!(parts.len(), 1);
        }
        assert_eq!(messages(&mut server, &wire).unwrap(), [Message::text(text)]);
    }
    for (part, last) in [("kept ", false), ("plain", true)] {
        client.send_part_uncompressed(&mut out, Kind::Text, part.as_bytes(), last).unwrap();
    }
    let wire = sent(&mut client, &mut out);
    assert!(!dissect(&wire)[0].compressed);
    assert_eq!(messages(&mut server, &wire).unwrap(), [Message::text("kept plain")]);
}

#[test]
fn the_end_of_data_without_data_is_an_empty_block() {
    // RFC 7692, section 7.2.3.6.
    let (mut server, mut out) = (plain(Role::Server), Output::new());
    server.send_part(&mut out, Kind::Text, b"Hello", false).unwrap();
    out.clear();
    server.send_part(&mut out, Kind::Text, b"", true).unwrap();
    assert_eq!(&out.take()[..], [0x80, 0x01, 0x00]);
}

#[test]
fn a_large_message_is_compressed_as_the_output_drains() {
    let mut dice = Dice(4);
    let text = prose(&mut dice, 8 << 20);
    for role in [Role::Client, Role::Server] {
        let (mut sender, mut out) = (plain(role), Output::new());
        sender.send(&mut out, Message::text(text.as_str())).unwrap();
        sender.ping(b"between").unwrap();
        let (mut wire, mut turns) = (Vec::new(), 0);
        loop {
            assert!(out.len() <= Output::HIGH_WATER + (66 << 10), "{} bytes wait", out.len());
            wire.extend_from_slice(&out.take());
            turns += 1;
            if !sender.wants_write() {
                break;
            }
            sender.transmit(&mut out, Instant::now());
        }
        assert!(turns > 10, "all at once");
        let on_wire = dissect(&wire);
        assert!(on_wire[0].compressed && on_wire[0].frames == (text.len().div_ceil(64 << 10)));
        assert!(on_wire[0].payload.len() < text.len() / 2);
        let mut other = plain(if role == Role::Client { Role::Server } else { Role::Client });
        let received = messages(&mut other, &wire).unwrap();
        // The ping did not have to wait for all of the message.
        assert_eq!(received.len(), 2);
        assert!(received[1].as_text() == Some(&text));
    }
}

#[test]
fn another_message_or_close_waits_for_the_end_of_a_large_one() {
    let (mut client, mut server, mut out) = (plain(Role::Client), plain(Role::Server), Output::new());
    let large = Message::text("large ".repeat(200_000));
    client.send(&mut out, large.clone()).unwrap();
    client.send(&mut out, Message::text("next")).unwrap();
    client.send(&mut out, large.clone()).unwrap();
    client.close(None, Instant::now()).unwrap();
    let wire = sent(&mut client, &mut out);
    let received = messages(&mut server, &wire).unwrap();
    assert!(received == [large.clone(), Message::text("next"), large, Message::Close(None)]);
}

#[test]
fn a_connection_that_fails_has_its_last_word_between_two_fragments() {
    let (mut client, mut out) = (plain(Role::Client), Output::new());
    client.send(&mut out, Message::text(prose(&mut Dice(9), 8 << 20))).unwrap();
    assert!(client.is_sending());
    assert!(messages(&mut client, &[0x81, 0x80, 0, 0, 0, 0]).is_err());
    let wire = sent(&mut client, &mut out);
    let (mut rest, mut last) = (&wire[..], None);
    while !rest.is_empty() {
        let (header, used) = FrameHeader::decode(rest).unwrap().unwrap();
        rest = &rest[used + header.length as usize..];
        last = Some(header.opcode);
    }
    assert_eq!(last, Some(OpCode::Close));
    assert!(wire.len() < 1 << 20, "the message was not given up");
}

#[test]
fn nothing_is_allocated_before_it_is_used() {
    let idle = |connection: &Connection| !format!("{connection:?}").contains("allocated: true");
    let (mut client, mut server, mut out) = (plain(Role::Client), plain(Role::Server), Output::new());
    client.send_uncompressed(&mut out, Message::text("x".repeat(1000))).unwrap();
    messages(&mut server, &sent(&mut client, &mut out)).unwrap();
    assert!(idle(&client) && idle(&server));
    client.send(&mut out, Message::text("x".repeat(1000))).unwrap();
    messages(&mut server, &sent(&mut client, &mut out)).unwrap();
    assert!(!idle(&client) && !idle(&server));
    assert!(settled(&Deflate::default(), &Deflate::default()).is_some());
}

#[test]
fn a_large_message_below_the_threshold_goes_uncompressed() {
    let mut client = connection(Role::Client, Agreed::default(), Deflate::default().threshold(100_000));
    let mut out = Output::new();
    for (length, expected) in [(70_000, false), (99_999, false), (100_000, true)] {
        client.send(&mut out, Message::binary(vec![7; length])).unwrap();
        assert_eq!(dissect(&sent(&mut client, &mut out))[0].compressed, expected, "{length}");
    }
}
