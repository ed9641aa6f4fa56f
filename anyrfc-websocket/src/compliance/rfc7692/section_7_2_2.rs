//! RFC 7692, section 7.2.2: decompression.

use anyrfc_core::compliance::Check;

use super::super::{
    inflate::{Bits, Judge},
    support::{BINARY, PING, Random, binary, noise, ping, text, to},
    support_deflate::{
        AGAIN, BEGUN_BINARY, HELLO, PACKED_BINARY, PACKED_TEXT, Way, bits, client, eager, end, fails,
        of_receiver, of_sender, receives, send, sent, words,
    },
};
use crate::{
    Message,
    proto::Role::{self, Client, Server},
    rfc7692 as r,
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "section-7.2.2/client-may-forget-the-window",
        covers: &[r::CLIENT_MAY_FORGET_THE_WINDOW],
        run: || forgets_the_window(Client),
    },
    Check {
        name: "section-7.2.2/client-keeps-the-window",
        covers: &[r::CLIENT_KEEPS_THE_WINDOW],
        run: || keeps_the_window(Client),
    },
    Check {
        name: "section-7.2.2/server-may-forget-the-window",
        covers: &[r::SERVER_MAY_FORGET_THE_WINDOW],
        run: || forgets_the_window(Server),
    },
    Check {
        name: "section-7.2.2/server-keeps-the-window",
        covers: &[r::SERVER_KEEPS_THE_WINDOW],
        run: || keeps_the_window(Server),
    },
    Check {
        name: "section-7.2.2/client-may-reduce-the-window",
        covers: &[r::CLIENT_MAY_REDUCE_THE_WINDOW],
        run: || reduces_the_window(Client),
    },
    Check {
        name: "section-7.2.2/client-decompresses-with-32-kib",
        covers: &[r::CLIENT_DECOMPRESSES_WITH_32_KIB],
        run: || decompresses_with_32_kib(Client),
    },
    Check {
        name: "section-7.2.2/server-may-reduce-the-window",
        covers: &[r::SERVER_MAY_REDUCE_THE_WINDOW],
        run: || reduces_the_window(Server),
    },
    Check {
        name: "section-7.2.2/server-decompresses-with-32-kib",
        covers: &[r::SERVER_DECOMPRESSES_WITH_32_KIB],
        run: || decompresses_with_32_kib(Server),
    },
    Check {
        name: "section-7.2.2/client-window-conforms-to-the-agreement",
        covers: &[r::CLIENT_WINDOW_CONFORMS_TO_THE_AGREEMENT],
        run: client_window_conforms_to_the_agreement,
    },
];

/// A message that refers back by some distance.
pub(super) struct Far {
    pub(super) payload: Vec<u8>,
    pub(super) text: Vec<u8>,
}

/// One that refers to its own beginning, `distance` bytes before.
pub(super) fn far(distance: usize) -> Far {
    let data = noise(distance, 11);
    let payload = Bits::new().stored(false, &data).fixed(false, b"", &[(258, distance)]).message();
    let again = data.iter().copied().cycle().take(258);
    let text = data.iter().copied().chain(again).collect();
    Far { payload, text }
}

/// Of ten bytes that stand `distance` before this message's end.
fn refers(distance: usize) -> Vec<u8> {
    Bits::new().fixed(false, b"", &[(10, distance)]).message()
}

fn keeps_the_window(role: Role) {
    let hello = to(role, PACKED_TEXT, HELLO);
    let again = to(role, PACKED_TEXT, AGAIN);
    let agreed_for_the_other = of_sender(role, "no_context_takeover");
    for agreed in ["", &agreed_for_the_other] {
        // At once; over what is not compressed; over control frames; time and again.
        for between in [vec![], to(role, BINARY, noise(40_000, 1)), to(role, PING, "p")] {
            let wire = [&hello[..], &between, &again, &between, &again].concat();
            let mut expected = vec![text("Hello"), text("Hello"), text("Hello")];
            if let Some(middle) = between.first() {
                let message = if *middle == PING { ping("p") } else { binary(noise(40_000, 1)) };
                expected.insert(1, message.clone());
                expected.insert(3, message);
            }
            receives(|| end(role, agreed), wire, &expected);
        }
        // Over a message in fragments, and one whose last block said it was the last.
        let cut = [to(role, 0x41, &HELLO[..3]), to(role, 0x80, &HELLO[3..])].concat();
        receives(|| end(role, agreed), [cut, again.clone()].concat(), &[text("Hello"), text("Hello")]);
        let last = Bits::new().fixed(true, b"Hello", &[]).padded().message();
        let wire = [to(role, PACKED_TEXT, last), again.clone(), again.clone()].concat();
        receives(|| end(role, agreed), wire, &[text("Hello"), text("Hello"), text("Hello")]);
        // An empty message changes nothing.
        let wire = [hello.clone(), to(role, PACKED_TEXT, [0]), again.clone()].concat();
        receives(|| end(role, agreed), wire, &[text("Hello"), text(""), text("Hello")]);
    }
    // Nothing was there before the first message.
    fails(|| end(role, ""), &[], &again, r::COMPRESSED_MESSAGE_SENDING, 1007);
    let twice = [hello, again].concat();
    fails(|| end(role, ""), &twice, to(role, PACKED_TEXT, refers(11)), r::COMPRESSED_MESSAGE_SENDING, 1007);
    receives(
        || end(role, ""),
        [twice, to(role, PACKED_TEXT, refers(10))].concat(),
        &[text("Hello"), text("Hello"), text("HelloHello")],
    );
    // A long session of a real compressor is read to its end.
    let other = if role == Client { Server } else { Client };
    let (mut sender, mut receiver) = (end(other, ""), end(role, ""));
    let mut random = Random(5);
    for round in 0..60 {
        let data = words(1 + random.below(3000), round % 7);
        send(&mut sender, [Way::Owned, Way::Parts(100), Way::Borrowed][random.below(3)], &data);
        let came = receiver.feed(sender.written());
        assert!(came.error.is_none(), "round {round}: {:?}", came.error);
        assert_eq!(came.messages.len(), 1);
        assert!(came.messages[0].clone().into_data() == data, "round {round}");
    }
}

fn forgets_the_window(role: Role) {
    let agreed = of_receiver(role, "no_context_takeover");
    let hello = to(role, PACKED_TEXT, HELLO);
    let again = to(role, PACKED_TEXT, AGAIN);
    receives(
        || end(role, &agreed),
        [&hello[..], &hello, &hello].concat(),
        &[text("Hello"), text("Hello"), text("Hello")],
    );
    // Whoever refers back all the same does not keep to what it agreed on.
    fails(|| end(role, &agreed), &hello, &again, r::COMPRESSED_MESSAGE_SENDING, 1007);
    receives(|| end(role, ""), [&hello[..], &again].concat(), &[text("Hello"), text("Hello")]);
    // Within a message the window is there, over its fragments too, and after a last block.
    let first = Bits::new().fixed(false, b"Hello", &[]).fragment();
    let wire =
        [to(role, 0x41, first), to(role, 0x80, Bits::new().fixed(false, b"", &[(5, 5)]).message())].concat();
    receives(|| end(role, &agreed), wire, &[text("HelloHello")]);
    let payload = Bits::new().fixed(true, b"Hello", &[]).padded().fixed(false, b"", &[(5, 5)]).message();
    receives(|| end(role, &agreed), to(role, PACKED_TEXT, payload), &[text("HelloHello")]);
    // But after a last block no more than the message itself is there.
    let payload = Bits::new().fixed(true, b"Hello", &[]).padded().fixed(false, b"", &[(5, 6)]).message();
    let farther = to(role, PACKED_TEXT, payload);
    fails(|| end(role, &agreed), &hello, &farther, r::COMPRESSED_MESSAGE_SENDING, 1007);
    receives(|| end(role, ""), [hello, farther].concat(), &[text("Hello"), text("HellooHell")]);
}

fn decompresses_with_32_kib(role: Role) {
    let other = of_sender(role, "max_window_bits=9");
    for agreed in ["", &other] {
        for distance in [1, 2, 255, 256, 511, 513, 4096, 16_384, 32_767, 32_768] {
            let Far { payload, text } = far(distance);
            receives(|| end(role, agreed), to(role, PACKED_BINARY, payload), &[binary(text)]);
        }
        // Over messages, over fragments, and over last blocks.
        let data = noise(32_768, 2);
        let stored = Bits::new().stored(false, &data).message();
        let expected = [binary(&data), binary(&data[..10])];
        let wire = [to(role, PACKED_BINARY, &stored), to(role, PACKED_BINARY, refers(32_768))].concat();
        receives(|| end(role, agreed), wire, &expected);
        let last = Bits::new().stored(true, &data).message();
        let wire = [to(role, PACKED_BINARY, last), to(role, PACKED_BINARY, refers(32_768))].concat();
        receives(|| end(role, agreed), wire, &expected);
        let begun = Bits::new().stored(false, &data).fragment();
        let wire = [to(role, BEGUN_BINARY, begun), to(role, 0x80, refers(32_768))].concat();
        receives(|| end(role, agreed), wire, &[binary([&data[..], &data[..10]].concat())]);
    }
    // There is no distance beyond that, and nothing before the beginning.
    let data = noise(32_767, 2);
    let stored = to(role, PACKED_BINARY, Bits::new().stored(false, &data).message());
    fails(
        || end(role, ""),
        &stored,
        to(role, PACKED_BINARY, refers(32_768)),
        r::COMPRESSED_MESSAGE_SENDING,
        1007,
    );
}

/// What is kept over a last block is no more than the window that was agreed on.
fn reduces_the_window(role: Role) {
    for size in 8..=14_u8 {
        let agreed = of_receiver(role, &format!("max_window_bits={size}"));
        let window = 1_usize << size;
        let data = noise(window * 2, 3);
        let last = to(role, PACKED_BINARY, Bits::new().stored(true, &data).message());
        let from = data.len() - window;
        let within = to(role, PACKED_BINARY, refers(window));
        receives(
            || end(role, &agreed),
            [&last[..], &within].concat(),
            &[binary(&data), binary(&data[from..from + 10])],
        );
        let beyond = to(role, PACKED_BINARY, refers(window + 1));
        fails(|| end(role, &agreed), &last, &beyond, r::COMPRESSED_MESSAGE_SENDING, 1007);
        // With the whole window it is there.
        receives(
            || end(role, ""),
            [last, beyond].concat(),
            &[binary(&data), Message::binary(data[from - 1..from + 9].to_vec())],
        );
    }
}

fn client_window_conforms_to_the_agreement() {
    // Data that can be compressed only by looking back by more than 2 KiB.
    let part = noise(2500, 4);
    let data = part.repeat(8);
    let farthest = |deflate, agreed: &str| {
        let mut client = client(deflate, agreed);
        send(&mut client, Way::Owned, &data);
        let messages = sent(&mut client);
        let mut judge = Judge::default();
        assert!(messages[0].read(&mut judge) == data);
        judge.farthest
    };
    // Whatever the hint was, the agreement holds.
    for hint in [None, Some(9), Some(10), Some(12), Some(15)] {
        let own = hint.map_or_else(eager, |hint| eager().client_max_window_bits(bits(hint)));
        for agreed in 8..=15 {
            let most = farthest(own.clone(), &format!("; client_max_window_bits={agreed}"));
            assert!(most <= 1 << agreed, "{most} bytes back with {agreed} bits agreed on, {hint:?} offered");
        }
    }
    assert!(farthest(eager(), "; client_max_window_bits=12") >= 2500, "the data shows nothing");
    assert!(farthest(eager(), "") >= 2500);
}
