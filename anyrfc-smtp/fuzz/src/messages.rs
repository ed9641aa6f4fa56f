//! Messages on their way.

use anyrfc_smtp::{
    codec::scan::{scan, scan_as},
    types::content::{LINE_MAX, LineEnds},
};

use crate::wire::{canonical, judge, long_line};

/// Sends a message, the rest of `data`, in pieces and through buffers of the sizes that its first
/// four octets tell of: a server reads it as it was, whatever is in it, and nothing but its end
/// looks like one. What is known of it beforehand is so.
pub fn dot_stuffing(data: &[u8]) {
    let Some(([line, first, second, buffer], message)) = data.split_first_chunk() else { return };
    let max = if *line < 128 { LINE_MAX } else { usize::from(*line) - 127 };
    let mut sizes = [*first, *second].into_iter().map(|size| 1 + usize::from(size)).cycle();
    judge(message, max, &mut || sizes.next().unwrap_or(1), 1 + usize::from(*buffer) * 64);
    judge(message, max, &mut || usize::MAX, usize::MAX);

    let sent = canonical(message);
    let facts = scan(message);
    assert_eq!(facts.size, Some(sent.len() as u64));
    assert_eq!(facts.eight_bit, !message.is_ascii());
    assert_eq!(facts.long_line.map(|long| long.line), long_line(message, LINE_MAX));
    assert_eq!(scan_as(message, LineEnds::Refuse).check().is_ok(), sent == message);
    assert!(facts.eight_bit || !facts.utf8_header);
}
