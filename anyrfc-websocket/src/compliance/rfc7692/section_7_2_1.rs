//! RFC 7692, section 7.2.1: compression, as far as it is about blocks.

use std::sync::LazyLock;

use anyrfc_core::compliance::Check;

use super::super::{
    inflate::{Bits, Judge, TAIL},
    support::{binary, noise, text, to},
    support_deflate::{
        BEGUN_BINARY, BEGUN_TEXT, BOTH, EACH_WAY, HELLO, PACKED_BINARY, PACKED_TEXT, Sent, Way, eager, end,
        end_with, fails, receives, send, sent, words,
    },
};
use crate::{Kind, proto::Role, rfc7692 as r};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "section-7.2.1/several-blocks-in-a-message",
        covers: &[r::SEVERAL_BLOCKS_IN_A_MESSAGE],
        run: several_blocks_in_a_message,
    },
    Check {
        name: "section-7.2.1/blocks-of-any-type",
        covers: &[r::BLOCKS_OF_ANY_TYPE],
        run: blocks_of_any_type,
    },
    Check {
        name: "section-7.2.1/final-blocks-in-a-message",
        covers: &[r::FINAL_BLOCKS_IN_A_MESSAGE],
        run: final_blocks_in_a_message,
    },
    Check {
        name: "section-7.2.1/final-block-is-padded",
        covers: &[r::FINAL_BLOCK_IS_PADDED],
        run: final_block_is_padded,
    },
    Check {
        name: "section-7.2.1/tail-is-removed-at-the-end-only",
        covers: &[r::NO_TAIL_REMOVAL_INSIDE_A_MESSAGE],
        run: tail_is_removed_at_the_end_only,
    },
];

/// Messages of every kind and size, sent in every way, by each end.
static SESSIONS: LazyLock<Vec<Session>> = LazyLock::new(|| {
    let mut all = Vec::new();
    for role in BOTH {
        for level in [1, 6, 9] {
            for way in EACH_WAY {
                let mut end = end_with(role, eager().level(level), "");
                let mut data = vec![words(20, 1), words(3000, 2), words(150_000, 3), vec![0; 80_000]];
                // Part of it cannot be compressed.
                data.push([&noise(20_000, 4)[..], &words(90_000, 5)].concat());
                for data in &data {
                    send(&mut end, way, data);
                }
                let (messages, mut judge) = (sent(&mut end), Judge::default());
                for (message, data) in messages.iter().zip(&data) {
                    assert!(message.read(&mut judge) == *data, "{role:?} {level} {way:?}");
                }
                all.push(Session { role, way, messages, judge });
            }
        }
    }
    all
});

struct Session {
    role: Role,
    way: Way,
    messages: Vec<Sent>,
    judge: Judge,
}

fn several_blocks_in_a_message() {
    // Ours: a message in parts has a block for each, at least.
    for role in BOTH {
        let mut sender = end(role, "");
        for part in [&words(500, 1), &words(600, 2), &words(700, 3)] {
            sender.connection.send_part(&mut sender.output, Kind::Text, part, false).expect("open");
        }
        sender.connection.send_part(&mut sender.output, Kind::Text, b"", true).expect("open");
        let mut judge = Judge::default();
        sent(&mut sender)[0].read(&mut judge);
        let full = judge.blocks.iter().filter(|block| block.size > 0).count();
        assert!(full >= 3, "{:?}", judge.blocks);
        // Theirs: "He" and "llo" (section 7.2.3.5), and a great many.
        let two = [0xF2, 0x48, 0x05, 0x00, 0x00, 0x00, 0xFF, 0xFF, 0xCA, 0xC9, 0xC9, 0x07, 0x00];
        receives(|| end(role, ""), to(role, PACKED_TEXT, two), &[text("Hello")]);
        let data = words(3000, 4);
        let many = data.iter().fold(Bits::new(), |bits, byte| bits.fixed(false, &[*byte], &[])).message();
        receives(|| end(role, ""), to(role, PACKED_BINARY, many), &[binary(&data)]);
        let empty =
            (0..1000).fold(Bits::new(), |bits, _| bits.stored(false, b"").fixed(false, b"", &[])).message();
        receives(|| end(role, ""), to(role, PACKED_BINARY, empty), &[binary("")]);
    }
}

fn blocks_of_any_type() {
    let mut kinds = [0; 3];
    for Session { judge, .. } in &*SESSIONS {
        for (sum, count) in kinds.iter_mut().zip(judge.kinds()) {
            *sum += count;
        }
    }
    assert!(kinds.iter().all(|count| *count > 0), "of types 0, 1 and 2 there are {kinds:?}");
    for role in BOTH {
        let data = words(500, 1);
        // Without compression (section 7.2.3.3), with fixed codes, and mixed.
        let stored = [0x00, 0x05, 0x00, 0xFA, 0xFF, 0x48, 0x65, 0x6C, 0x6C, 0x6F, 0x00];
        receives(|| end(role, ""), to(role, PACKED_TEXT, stored), &[text("Hello")]);
        receives(|| end(role, ""), to(role, PACKED_TEXT, HELLO), &[text("Hello")]);
        let mixed =
            Bits::new().stored(false, &data).fixed(false, &data, &[(100, 500)]).stored(false, b"!").message();
        let expected = [&data[..], &data, &data[..100], b"!"].concat();
        receives(|| end(role, ""), to(role, PACKED_BINARY, mixed), &[binary(expected)]);
        // With dynamic codes: what a real compressor makes of skewed data.
        let skewed: Vec<u8> =
            noise(4000, 2).iter().map(|byte| b"aaaaaabbbc"[usize::from(byte % 10)]).collect();
        let mut sender = end(role, "");
        send(&mut sender, Way::Owned, &skewed);
        let (messages, mut judge) = (sent(&mut sender), Judge::default());
        messages[0].read(&mut judge);
        assert!(judge.kinds()[2] > 0);
        receives(|| end(role, ""), to(role, PACKED_BINARY, &messages[0].payload), &[binary(&skewed)]);
        // The fourth type is reserved, at the beginning and later.
        for payload in [&[0x06, 0x00][..], &[0x00, 0x00, 0x00, 0xFF, 0xFF, 0x06]] {
            fails(|| end(role, ""), &[], to(role, PACKED_TEXT, payload), r::COMPRESSED_MESSAGE_SENDING, 1007);
        }
    }
}

fn final_blocks_in_a_message() {
    for role in BOTH {
        // Section 7.2.3.4, and one after the other, of each type.
        let example = [0xF3, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00, 0x00];
        receives(|| end(role, ""), to(role, PACKED_TEXT, example), &[text("Hello")]);
        for last in [[true, true, true], [true, false, true], [false, true, false]] {
            let mut bits = Bits::new();
            for (index, last) in last.into_iter().enumerate() {
                bits = if index == 1 { bits.stored(last, b"two ") } else { bits.fixed(last, b"one ", &[]) };
                bits = if last { bits.padded() } else { bits };
            }
            let payload = bits.fixed(false, b"", &[(4, 12)]).message();
            receives(|| end(role, ""), to(role, PACKED_TEXT, &payload), &[text("one two one one ")]);
            for cut in 0..=payload.len() {
                let wire = [to(role, BEGUN_TEXT, &payload[..cut]), to(role, 0x80, &payload[cut..])].concat();
                let mut end = end(role, "");
                assert_eq!(end.feed(wire).messages, [text("one two one one ")], "cut at {cut}");
            }
        }
        // It is the end of a block, not of the message: without the empty one it is cut short.
        for payload in [&example[..7], &example[..6]] {
            fails(|| end(role, ""), &[], to(role, PACKED_TEXT, payload), r::COMPRESSED_MESSAGE_SENDING, 1007);
        }
    }
    // Ours have the bit unset, which the other half of the permission is about.
    for Session { role, way, judge, .. } in &*SESSIONS {
        assert!(!judge.blocks.iter().any(|block| block.last), "{role:?} {way:?}");
    }
}

fn final_block_is_padded() {
    for role in BOTH {
        // The next block begins at the next byte; without the padding it is misread.
        for text_of in 1..40_usize {
            let data = &words(40, 1)[..text_of];
            let padded = Bits::new().fixed(true, data, &[]).padded().fixed(false, b"!", &[]).message();
            let expected = [data, b"!"].concat();
            assert_eq!(Judge::default().message(&padded), Ok(expected.clone()));
            receives(|| end(role, ""), to(role, PACKED_BINARY, &padded), &[binary(expected)]);
            let run_on = Bits::new().fixed(true, data, &[]).fixed(false, b"!", &[]).message();
            if run_on != padded {
                let mut end = end(role, "");
                let came = end.feed(to(role, PACKED_BINARY, &run_on));
                assert!(came.error.is_some(), "{text_of}: {:?}", came.messages);
            }
        }
    }
    // Of ours none is marked as the last: there is nothing to pad. The judge would
    // notice one that is, and padding that is not zero.
    for Session { role, way, messages, judge } in &*SESSIONS {
        assert!(judge.blocks.iter().all(|block| !block.last), "{role:?} {way:?}");
        assert!(messages.iter().any(|message| message.compressed));
    }
    let mut marked = Judge::default();
    marked.message(&[0xF3, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00, 0x00]).expect("section 7.2.3.4");
    assert!(marked.blocks[0].last);
    assert!(Judge::default().message(&[0xF3, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x80, 0x00]).is_err());
}

fn tail_is_removed_at_the_end_only() {
    let mut fragmented = 0;
    for Session { role, way, messages, .. } in &*SESSIONS {
        for message in messages.iter().filter(|message| message.compressed) {
            let (last, others) = message.fragments.split_last().expect("at least one");
            for fragment in others.iter().filter(|fragment| !fragment.is_empty()) {
                assert!(fragment.ends_with(&TAIL), "{role:?} {way:?}: a fragment without its tail");
                fragmented += 1;
            }
            // Of the last one it went, and the header of the empty block stayed.
            assert!(!last.ends_with(&TAIL), "{role:?} {way:?}");
            assert!(!last.is_empty(), "{role:?} {way:?}");
        }
    }
    assert!(fragmented > 100, "there were hardly any fragments");
    for role in BOTH {
        let begun = Bits::new().fixed(false, b"Hello ", &[]).fragment();
        let rest = Bits::new().fixed(false, b"world", &[]).message();
        let whole = [to(role, BEGUN_BINARY, &begun), to(role, 0x80, &rest)].concat();
        receives(|| end(role, ""), whole, &[binary("Hello world")]);
        // Removed inside, it is missing; kept at the end, it is too much.
        let short = to(role, BEGUN_BINARY, &begun[..begun.len() - 4]);
        let cut = [short, to(role, 0x80, &rest)].concat();
        fails(|| end(role, ""), &[], cut, r::COMPRESSED_MESSAGE_SENDING, 1007);
        let kept = [to(role, BEGUN_BINARY, &begun), to(role, 0x80, [&rest[..], &TAIL].concat())].concat();
        fails(|| end(role, ""), &[], kept, r::COMPRESSED_MESSAGE_SENDING, 1007);
        // An end of data that was not known before (section 7.2.3.6).
        let late = [to(role, BEGUN_BINARY, &begun), to(role, 0x80, [0])].concat();
        receives(|| end(role, ""), late, &[binary("Hello ")]);
    }
}
