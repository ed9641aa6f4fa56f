use super::*;

fn line(outbox: &mut Outbox, text: &str) -> u64 {
    outbox.buffer().extend_from_slice(text.as_bytes());
    outbox.line()
}

/// What goes out where there is so much room.
fn sent(outbox: &mut Outbox, room: usize) -> String {
    let mut out = Output::with_high_water(room);
    outbox.transmit(&mut out).unwrap();
    String::from_utf8(out.take().to_vec()).unwrap()
}

const ALL: usize = 1 << 20;

#[test]
fn items_are_numbered_in_their_order_and_lines_behind_each_other_are_one() {
    let mut outbox = Outbox::default();
    assert!(outbox.is_empty() && outbox.is_between() && !outbox.is_ready());
    assert_eq!((line(&mut outbox, "A"), line(&mut outbox, "BC")), (0, 0));
    assert_eq!(outbox.dotted(7, Some(Bytes::from_static(b"x\r\n")), LineEnds::Normalise), 1);
    assert_eq!(line(&mut outbox, "D"), 2);
    assert_eq!((outbox.raw(8, Bytes::from_static(b"y")), outbox.raw(8, Bytes::from_static(b"zz"))), (3, 4));
    assert_eq!((line(&mut outbox, "EF"), line(&mut outbox, "G")), (5, 5));
    for (number, expected, between) in [
        (0, "ABC", true),
        (1, "x\r\n.\r\n", false),
        (2, "D", true),
        (3, "y", false),
        (4, "z", false),
        (4, "z", false),
        (5, "EFG", true),
    ] {
        assert_eq!((outbox.sent(), outbox.is_between()), (number, between), "{expected}");
        assert!(outbox.is_ready() && !outbox.is_empty());
        assert_eq!(sent(&mut outbox, 1), expected, "{number}");
    }
    assert_eq!(outbox.sent(), 6);
    assert!(outbox.is_empty() && outbox.is_between() && !outbox.is_ready());
    assert_eq!(line(&mut outbox, "H"), 6);
    // A line that was begun after an item was told of is another.
    assert_eq!((sent(&mut outbox, ALL), outbox.sent()), ("H".into(), 7));
    assert_eq!((sent(&mut outbox, ALL), outbox.sent()), (String::new(), 7));
}

#[test]
fn what_is_not_a_line_yet_is_not_sent() {
    let mut outbox = Outbox::default();
    line(&mut outbox, "A");
    outbox.buffer().extend_from_slice(b"B");
    assert_eq!(sent(&mut outbox, ALL), "A");
    assert!(outbox.is_empty());
    assert_eq!(line(&mut outbox, "C"), 1);
    assert_eq!(sent(&mut outbox, ALL), "BC");
}

#[test]
fn a_content_is_asked_for_when_nothing_of_it_is_left() {
    let mut outbox = Outbox::default();
    let piece = |text: &'static str| Bytes::from_static(text.as_bytes());
    line(&mut outbox, "A");
    assert_eq!(outbox.dotted(3, None, LineEnds::Normalise), 1);
    assert_eq!(sent(&mut outbox, ALL), "A");
    assert!(!outbox.is_ready() && !outbox.is_between() && !outbox.is_empty());
    assert!(outbox.is_starving(3) && !outbox.is_starving(4));
    assert_eq!(outbox.provide(4, piece("no"), true), None);
    assert_eq!(outbox.provide(3, piece("a"), false), Some(1));
    assert!(outbox.is_ready() && !outbox.is_starving(3));
    assert_eq!(outbox.provide(3, piece("b"), false), Some(1));
    assert_eq!(outbox.provide(3, piece("c"), false), Some(1));
    assert_eq!((sent(&mut outbox, ALL), outbox.sent()), ("abc".into(), 1));
    assert!(!outbox.is_ready() && outbox.is_starving(3));
    assert_eq!(outbox.provide(3, Bytes::new(), false), Some(1));
    assert!(!outbox.is_ready() && outbox.is_starving(3));
    assert_eq!(outbox.provide(3, Bytes::new(), true), Some(1));
    assert!(outbox.is_ready() && !outbox.is_starving(3), "its end is to be sent");
    assert_eq!(outbox.provide(3, piece("more"), true), None, "it has ended");
    assert_eq!((sent(&mut outbox, ALL), outbox.sent()), ("\r\n.\r\n".into(), 2));
    assert!(!outbox.is_starving(3));
    assert_eq!(outbox.provide(3, piece("more"), true), None);
}

#[test]
fn what_was_given_whole_is_not_asked_for() {
    let mut outbox = Outbox::default();
    outbox.dotted(3, Some(Bytes::new()), LineEnds::Normalise);
    assert!(outbox.is_ready() && !outbox.is_starving(3));
    assert_eq!(outbox.provide(3, Bytes::from_static(b"x"), true), None);
    // The second of two is told by its number.
    assert_eq!(outbox.dotted(5, None, LineEnds::Normalise), 1);
    assert!(outbox.is_starving(5));
    assert_eq!(outbox.provide(5, Bytes::from_static(b"y"), true), Some(1));
    assert_eq!(sent(&mut outbox, ALL), ".\r\ny\r\n.\r\n");
}

#[test]
fn a_content_that_does_not_fit_goes_on_where_it_stopped() {
    let mut outbox = Outbox::default();
    outbox.raw(1, Bytes::from_static(b"0123456789"));
    line(&mut outbox, "A");
    for (expected, count) in [("012", 0), ("345", 0), ("678", 0), ("9A", 2)] {
        assert_eq!((sent(&mut outbox, 3), outbox.sent()), (expected.into(), count));
    }
    assert!(outbox.is_empty());
    let mut outbox = Outbox::default();
    outbox.dotted(1, Some(Bytes::from(".\n".repeat(100_000))), LineEnds::Normalise);
    let mut all = String::new();
    while outbox.sent() == 0 {
        assert!(outbox.is_ready() && !outbox.is_between());
        all += &sent(&mut outbox, 1000);
    }
    assert_eq!(all, "..\r\n".repeat(100_000) + ".\r\n");
}

#[test]
fn nothing_is_left_of_what_is_taken_back() {
    let mut outbox = Outbox::default();
    line(&mut outbox, "A");
    sent(&mut outbox, ALL);
    line(&mut outbox, "BCD");
    outbox.raw(1, Bytes::from_static(b"x"));
    outbox.buffer().extend_from_slice(b"E");
    outbox.clear();
    assert!(outbox.is_empty() && outbox.is_between() && !outbox.is_ready());
    assert_eq!((sent(&mut outbox, ALL), outbox.sent()), (String::new(), 1));
    assert_eq!(line(&mut outbox, "FG"), 1);
    assert_eq!((sent(&mut outbox, ALL), outbox.sent()), ("FG".into(), 2));
}

#[test]
fn memory_is_given_back_where_it_is_much_and_nothing_waits() {
    for (capacity, left) in [(KEPT, KEPT), (KEPT + 1, 0)] {
        let mut outbox = Outbox { lines: BytesMut::with_capacity(capacity), ..Outbox::default() };
        assert_eq!(outbox.lines.capacity(), capacity);
        outbox.release();
        assert_eq!(outbox.lines.capacity(), left);
    }
    let mut outbox = Outbox { items: VecDeque::with_capacity(10 * ITEMS_KEPT), ..Outbox::default() };
    outbox.release();
    assert!(outbox.items.capacity() <= ITEMS_KEPT);
    // What waits is not forgotten.
    let mut outbox = Outbox { items: VecDeque::with_capacity(10 * ITEMS_KEPT), ..Outbox::default() };
    outbox.lines.reserve(10 * KEPT);
    line(&mut outbox, "A");
    outbox.release();
    assert_eq!(sent(&mut outbox, ALL), "A");
}
