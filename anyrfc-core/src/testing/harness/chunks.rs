//! The same events, however the bytes arrive.

use super::{Observed, Subject, Taking, assert_same, observe};
use crate::{
    Eof, Machine, Step,
    testing::{ChoppingStream, Replay, Sizes, now, run_virtual},
};

/// Seeds of random chunkings.
const SEEDS: u64 = 32;

/// Proves that a machine reports the same events, and ends the same, however its
/// input is cut: 1, 2, 3, 5, 7 … bytes at a time and at random, with and without
/// waiting in between, taken owned, borrowed and mixed; and when more input
/// arrives between an event's being found and taken. Returns the events.
///
/// After `input` the stream ends in order.
///
/// # Panics
/// When a chunking makes a difference, or the machine breaks the contract of [`Machine`].
pub fn one_byte_at_a_time<M: Machine>(subject: &Subject<M>, input: &[u8]) -> Vec<String> {
    let whole = drive(subject, input, Sizes::Always(usize::MAX), false, Taking::Owned);
    let expected = whole.words();
    let mut schedules: Vec<Sizes> =
        [1, 2, 3, 5, 7, 8, 13, 16, 31, 64, 127, 1000, 4096, usize::MAX].map(Sizes::Always).into();
    schedules.push(Sizes::cycle([1, 4096]));
    schedules.extend((0..SEEDS).map(|seed| Sizes::random(seed, 1 + input.len().div_ceil(2))));
    schedules.extend((0..SEEDS).map(|seed| Sizes::random(seed, 16)));
    for sizes in schedules {
        for spurious in [false, true] {
            for taking in [Taking::Owned, Taking::Borrowed, Taking::Mixed] {
                let found = drive(subject, input, sizes.clone(), spurious, taking);
                let context = format!("{sizes:?}, spurious wake-ups: {spurious}, {taking:?}");
                assert_same(&context, &expected, &found.words());
            }
        }
    }
    by_hand(subject, input, &whole.events);
    whole.events
}

fn drive<M: Machine>(
    subject: &Subject<M>,
    input: &[u8],
    sizes: Sizes,
    spurious: bool,
    taking: Taking,
) -> Observed<M::Error> {
    run_virtual(async {
        let stream = ChoppingStream::new(Replay::new(input, Eof::Clean), sizes);
        let stream = if spurious { stream.spurious() } else { stream };
        observe(subject, &mut subject.driver(stream), taking).await
    })
}

/// Without a driver: one more byte at a time, asked twice, and the event taken
/// with all the rest already there.
fn by_hand<M: Machine>(subject: &Subject<M>, input: &[u8], expected: &[String]) {
    run_virtual(async {
        let mut machine = subject.machine();
        let mut events = Vec::new();
        let mut from = 0;
        let mut to = 0;
        loop {
            let seen = input.get(from..to).unwrap_or_default();
            match machine.advance(seen, now()) {
                Ok(Step::Ready) => {
                    assert!(
                        matches!(machine.advance(seen, now()), Ok(Step::Ready)),
                        "a pending event is forgotten when asked again, at byte {to}"
                    );
                    let rest = input.get(from..).unwrap_or_default();
                    let (count, event) = machine.event(rest);
                    assert!(
                        count <= seen.len(),
                        "an event releases {count} bytes, found within {} bytes",
                        seen.len()
                    );
                    events.push(subject.borrowed_words(&event));
                    from += count;
                }
                Ok(Step::Consumed(count)) => {
                    assert!(
                        count > 0 && count <= seen.len(),
                        "{count} of {} bytes consumed, at byte {to}",
                        seen.len()
                    );
                    from += count;
                }
                Ok(Step::Need(_)) if to < input.len() => to += 1,
                Ok(Step::Need(_)) | Err(_) => break,
            }
        }
        // The end of the stream may have completed another one.
        let common = expected.len().min(events.len().max(expected.len().saturating_sub(1)));
        assert_same(
            &"more input before an event is taken",
            expected.get(..common).unwrap_or(expected),
            &events,
        );
    });
}
