//! What is built to hurt a reader: it costs what it is long, and no more memory than that.
//!
//! Each shape is read whole and pushed in pieces; what is held is counted at the allocator, so that
//! nothing depends on a clock. That time grows as size does is shown by instruction counts, see
//! `examples/mime_shapes.rs`.

#[path = "support/shapes.rs"]
mod shapes;

use std::{
    alloc::{GlobalAlloc, Layout, System},
    cell::Cell,
};

use anyrfc_mime::{
    DefectKind, Message, MimeLimits,
    proto::{Event, MimeReader},
};
use shapes::{read_all, shapes};

/// Counts what this thread allocates.
struct Counting;

thread_local! {
    static LIVE: Cell<isize> = const { Cell::new(0) };
    static PEAK: Cell<isize> = const { Cell::new(0) };
}

fn count(change: isize) {
    let live = LIVE.get() + change;
    LIVE.set(live);
    PEAK.set(PEAK.get().max(live));
}

// SAFETY: everything is passed on to the system's allocator as it is.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(layout.size() as isize);
        // SAFETY: the caller keeps to the contract of `GlobalAlloc`.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        count(-(layout.size() as isize));
        // SAFETY: the caller keeps to the contract of `GlobalAlloc`.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// The most memory that `run` holds at once.
fn peak<T>(run: impl FnOnce() -> T) -> (usize, T) {
    let before = LIVE.get();
    PEAK.set(before);
    let value = run();
    (usize::try_from(PEAK.get() - before).unwrap_or_default(), value)
}

/// Pushes `data` in pieces of `size`, and says what was held at most.
fn push(data: &[u8], size: usize, limits: MimeLimits) -> (usize, usize) {
    let mut reader = MimeReader::new(limits);
    let (mut held, mut events) = (0, 0);
    for mut piece in data.chunks(size) {
        while let Some(event) = reader.next(&mut piece) {
            events += usize::from(!matches!(event, Event::BodyChunk { .. }));
        }
        held = held.max(reader.held());
    }
    while reader.finish().is_some() {
        events += 1;
    }
    (held, events)
}

#[test]
fn every_shape_is_read_in_memory_that_grows_with_it() {
    for (name, data) in shapes(32 << 10) {
        let (held, total) = peak(|| read_all(&data));
        assert!(total > 0 || data.iter().all(u8::is_ascii_whitespace) || !name.is_empty());
        // A table of the smallest fields or addresses is some fifty times as long as they are.
        assert!(held < 80 * data.len() + (1 << 20), "{name}: {held} for {}", data.len());
    }
}

#[test]
fn pushing_holds_one_field_and_the_boundaries() {
    let mut limits = MimeLimits::default();
    limits.header = 8 << 10;
    for (name, data) in shapes(32 << 10) {
        for size in [1, 1460] {
            let (memory, (held, _)) = peak(|| push(&data, size, limits));
            assert!(held <= 10 << 10, "{name}: {held} held");
            assert!(memory < 128 << 10, "{name}: {memory} in memory");
        }
    }
}

#[test]
fn a_message_of_any_size_is_pushed_in_bounded_memory() {
    let mut reader = MimeReader::default();
    let mut head = &b"Content-Type: multipart/mixed; boundary=a\r\n\r\n--a\r\n\r\n"[..];
    let line = [&[b'x'; 76][..], b"\r\n"].concat().repeat(800);
    let (memory, total) = peak(|| {
        while reader.next(&mut head).is_some() {}
        let mut total = 0_u64;
        // Nothing that is held depends on how many.
        for _ in 0..((1 << 30) / SCALE) / line.len() {
            let mut piece = &line[..];
            while let Some(event) = reader.next(&mut piece) {
                if let Event::BodyChunk { data, .. } = event {
                    total += data.len() as u64;
                }
            }
        }
        total
    });
    assert!(total as usize > (1023 << 20) / SCALE && memory < 64 << 10, "{total} in {memory}");
}

/// Where nothing is optimised a tenth must do.
const SCALE: usize = if cfg!(debug_assertions) { 10 } else { 1 };

#[test]
fn the_numbers_of_the_limits_hold() {
    // 100 000 multiparts inside one another.
    let mut data = Vec::new();
    for n in 0..100_000 / SCALE {
        data.extend_from_slice(
            format!("Content-Type: multipart/mixed; boundary=b{n:06}\r\n\r\n--b{n:06}\r\n").as_bytes(),
        );
    }
    let message = Message::parse(&data);
    assert_eq!(message.entities().count(), 65);
    assert!(message.defects().has(DefectKind::TooDeep));
    let mut limits = MimeLimits::default();
    limits.depth = usize::MAX;
    let message = Message::parse_within(&data, limits);
    assert_eq!(message.entities().count(), MimeLimits::DEPTH_MAX + 1);

    // A million parts.
    let mut data = b"Content-Type: multipart/mixed; boundary=a\r\n\r\n".to_vec();
    data.extend_from_slice(&b"--a\r\n\r\n\r\n".repeat(1_000_000 / SCALE));
    let message = Message::parse(&data);
    assert_eq!(message.entities().count(), 10_000);
    assert!(message.defects().has(DefectKind::TooManyParts));
    let mut limits = MimeLimits::default();
    limits.parts = usize::MAX;
    assert_eq!(Message::parse_within(&data, limits).entities().count(), 1_000_000 / SCALE + 1);

    // A million headers.
    let data = b"a: b\r\n".repeat(1_000_000 / SCALE);
    let message = Message::parse(&data);
    assert_eq!(message.headers().len(), 10_000);
    assert!(message.defects().has(DefectKind::TooManyFields));

    // One header of 100 MB.
    let data = [b"Subject: ".to_vec(), vec![b'x'; 100_000_000 / SCALE], b"\r\n\r\nbody".to_vec()].concat();
    let message = Message::parse(&data);
    assert_eq!(message.root().raw_body(), b"body");
    assert_eq!(message.subject().unwrap().len(), (256 << 10) - "Subject: ".len());
    assert!(message.defects().has(DefectKind::LongField));
}

/// Defects are counted, but not kept without end.
#[test]
fn defects_are_bounded() {
    let data =
        [b"Content-Type: multipart/mixed; boundary=a\r\n\r\n".to_vec(), b"--a x\r\n".repeat(50_000)].concat();
    let message = Message::parse(&data);
    assert!(message.defects().count() > 10_000);
    assert!(message.defects().iter().count() <= anyrfc_mime::Defects::KEPT);
}
