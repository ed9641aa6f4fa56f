//! The stream may end after every byte.

use super::{Observed, Subject, Taking, observe};
use crate::{
    Machine,
    testing::{ChoppingStream, End, Replay, Sizes, run_virtual},
};

/// Ends the stream after every byte of `input`, in order, cut short
/// (`close_notify` missing) and reset: never a hang, never a panic, the end told
/// exactly once. `judge` is given the number of bytes, how they ended and what
/// was observed, and asserts what the protocol demands.
///
/// # Panics
/// When a connection hangs or goes on after its end, or `judge` does.
pub fn eof_everywhere<M: Machine>(
    subject: &Subject<M>,
    input: &[u8],
    judge: impl Fn(usize, End, &Observed<M::Error>),
) {
    for bytes in 0..=input.len() {
        for end in [End::Clean, End::Truncated, End::Error(std::io::ErrorKind::ConnectionReset)] {
            let mut first: Option<Observed<M::Error>> = None;
            for (taking, size) in
                [(Taking::Owned, usize::MAX), (Taking::Mixed, usize::MAX), (Taking::Borrowed, 1)]
            {
                let observed = run_virtual(async {
                    let replay = Replay::new(input.get(..bytes).unwrap_or(input), end);
                    let stream = ChoppingStream::new(replay, Sizes::Always(size));
                    observe(subject, &mut subject.driver(stream), taking).await
                });
                match &first {
                    None => {
                        judge(bytes, end, &observed);
                        first = Some(observed);
                    }
                    Some(first) => {
                        let context = format!("{end:?} end after {bytes} bytes, {taking:?}");
                        super::assert_same(&context, &first.words(), &observed.words());
                    }
                }
            }
        }
    }
}
