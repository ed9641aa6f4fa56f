//! Every harness of the kit fails for a machine with the flaw it looks for.
#![cfg(feature = "testing")]

use std::{
    cell::Cell,
    panic::{AssertUnwindSafe, catch_unwind},
    rc::Rc,
    time::Instant,
};

use anyrfc_core::{
    Eof, Machine, Output, ProtocolState, Step, TlsInfo,
    testing::{
        ChoppingStream, Lead, Replay, Subject, Waiting, harness, now,
        toy::{Event, HEADER, Input, Kind, PATIENCE, State, Toy, ToyError, frame},
    },
};
use bytes::{Bytes, BytesMut};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Flaw {
    /// Takes a header in before it is whole, and forgets that it did.
    ForgetsHalfHeaders,
    /// An event releases all input that is there.
    ReleasesAll,
    /// Asked again, a pending event is gone.
    ForgetsPending,
    /// Says other things when borrowed.
    BorrowedDiffers,
    /// Knows no deadlines.
    Patient,
    /// A deadline that passes ends the connection in order.
    TimesOutQuietly,
    /// Takes in whatever follows the go-ahead.
    Credulous,
    /// Keeps what it learnt in plaintext.
    Remembers,
    /// Lets nothing be buffered.
    NoRoom,
    /// Makes room for more than there is.
    Hoards,
    /// Lets anything be buffered, and announces no end.
    Boundless,
}

/// A toy with a flaw.
struct Flawed(Toy, Flaw, bool);

impl Machine for Flawed {
    type Event<'a> = Event<&'a [u8]>;
    type Owned = Event<Bytes>;
    type Error = ToyError;

    fn advance(&mut self, input: &[u8], now: Instant) -> Result<Step, ToyError> {
        match self.1 {
            Flaw::ForgetsHalfHeaders if (1..HEADER).contains(&input.len()) => return Ok(Step::Consumed(1)),
            Flaw::ForgetsPending if std::mem::take(&mut self.2) => return Ok(Step::Need(1)),
            Flaw::Credulous if self.0.toy_state() == State::Handshaking && !input.is_empty() => {
                return Ok(Step::Consumed(input.len()));
            }
            _ => {}
        }
        let step = self.0.advance(input, now);
        self.2 = matches!(step, Ok(Step::Ready));
        step
    }

    fn event<'a>(&'a mut self, input: &'a [u8]) -> (usize, Event<&'a [u8]>) {
        self.2 = false;
        let (count, mut event) = self.0.event(input);
        if self.1 == Flaw::BorrowedDiffers {
            event.payload = b"something else";
        }
        (if self.1 == Flaw::ReleasesAll { input.len() } else { count }, event)
    }

    fn event_owned(&mut self, input: &mut BytesMut) -> Event<Bytes> {
        self.2 = false;
        let event = self.0.event_owned(input);
        if self.1 == Flaw::Hoards {
            input.reserve(1 << 20);
        }
        event
    }

    fn wants_write(&self) -> bool {
        self.0.wants_write()
    }

    fn transmit(&mut self, out: &mut Output, now: Instant) {
        self.0.transmit(out, now);
    }

    fn poll_timeout(&self) -> Option<Instant> {
        if self.1 == Flaw::Patient { None } else { self.0.poll_timeout() }
    }

    fn handle_timeout(&mut self, now: Instant) -> Result<(), ToyError> {
        let result = self.0.handle_timeout(now);
        if self.1 == Flaw::TimesOutQuietly { Ok(()) } else { result }
    }

    fn handle_eof(&mut self, eof: Eof) -> Result<(), ToyError> {
        self.0.handle_eof(eof)
    }

    fn handle_secured(&mut self, tls: &TlsInfo) {
        if self.1 != Flaw::Remembers {
            self.0.handle_secured(tls);
        }
    }

    fn quiescent(&self) -> bool {
        self.0.quiescent()
    }

    fn input_limit(&self) -> usize {
        match self.1 {
            Flaw::NoRoom => 64,
            Flaw::Boundless => usize::MAX,
            _ => self.0.input_limit(),
        }
    }

    fn state(&self) -> ProtocolState {
        if self.1 == Flaw::TimesOutQuietly && self.0.toy_state() == State::Failed {
            return ProtocolState::Disconnected;
        }
        self.0.state()
    }
}

fn flawed(flaw: Flaw) -> Subject<Flawed> {
    Subject::debug(move || Flawed(Toy::client(now()), flaw, false))
}

fn session() -> Vec<u8> {
    let data = frame(Kind::Data, b"some data");
    [frame(Kind::Hello, b"hi"), data.clone(), frame(Kind::Ping, b"?"), data, frame(Kind::Bye, b"")].concat()
}

/// The message of the panic that `act` must end in.
#[track_caller]
fn fails(act: impl FnOnce()) -> String {
    let Err(panic) = catch_unwind(AssertUnwindSafe(act)) else { panic!("the harness did not see it") };
    let text = panic.downcast_ref::<String>().cloned();
    text.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned())).unwrap_or_default()
}

#[test]
fn chunking_finds_state_lost_between_reads() {
    for flaw in [Flaw::ForgetsHalfHeaders, Flaw::ReleasesAll, Flaw::ForgetsPending, Flaw::BorrowedDiffers] {
        fails(|| drop(harness::one_byte_at_a_time(&flawed(flaw), &session())));
    }
}

#[test]
fn cancelling_finds_what_a_future_kept_for_itself() {
    // The textbook mistake: half a message in a local variable.
    let setup = || {
        let stream = ChoppingStream::bytewise(Replay::new(*b"abcdefgh", Eof::Clean)).spurious();
        (stream, std::future::pending())
    };
    let careless = async |stream: &mut ChoppingStream<Replay>| {
        let mut four = [0; 4];
        tokio::io::AsyncReadExt::read_exact(stream, &mut four).await.ok()?;
        Some(String::from_utf8_lossy(&four).into_owned())
    };
    let text = fails(|| drop(harness::cancel_everywhere(setup, careless)));
    assert!(text.starts_with("cancelled at await point"), "{text}");
    // With the half message in the state nothing is lost.
    let setup = || {
        let stream = ChoppingStream::bytewise(Replay::new(*b"abcdefgh", Eof::Clean)).spurious();
        ((stream, Vec::new()), std::future::pending())
    };
    let careful = async |(stream, four): &mut (ChoppingStream<Replay>, Vec<u8>)| {
        while four.len() < 4 {
            if tokio::io::AsyncReadExt::read_buf(stream, four).await.ok()? == 0 {
                return None;
            }
        }
        Some(String::from_utf8_lossy(&std::mem::take(four)).into_owned())
    };
    assert_eq!(harness::cancel_everywhere(setup, careful), ["abcd", "efgh"]);
}

#[test]
fn ends_are_judged() {
    let judged = Rc::new(Cell::new(0));
    let count = Rc::clone(&judged);
    let input = session();
    harness::eof_everywhere(&flawed(Flaw::Hoards), &input, move |_, _, _| count.set(count.get() + 1));
    assert_eq!(judged.get(), 3 * (input.len() + 1));
    // A machine that parses more of what it has been told is not its own.
    fails(|| harness::eof_everywhere(&flawed(Flaw::ReleasesAll), &input, |_, _, _| {}));
}

#[test]
fn a_missing_deadline_is_found() {
    let states = || {
        vec![Waiting {
            name: "Asking",
            leads: vec![
                Lead::peer(frame(Kind::Hello, b"")),
                Lead::command(|toy: &mut Flawed, _, now| toy.0.ask("why", now).unwrap()),
            ],
        }]
    };
    let run =
        |flaw, within| fails(|| harness::deadlines_everywhere(&flawed(flaw), &states(), within, |_| true));
    assert_eq!(run(Flaw::Patient, PATIENCE), "Asking, the peer reads: waits without a deadline");
    assert!(run(Flaw::TimesOutQuietly, PATIENCE).contains("ended without a timeout"));
    assert!(run(Flaw::Remembers, PATIENCE / 2).contains("it took"));
    fails(|| harness::deadlines_everywhere(&flawed(Flaw::Remembers), &[], PATIENCE, |_| true));
}

#[test]
fn a_machine_that_does_not_read_while_it_writes_is_found() {
    let send = || {
        let mut left = 50;
        move |toy: &mut Flawed, out: &mut Output, _: Instant| {
            toy.0.send(out, Kind::Data, vec![b'x'; 3000]);
            left -= 1;
            left > 0
        }
    };
    let server = || Subject::debug(|| Flawed(Toy::server("hi"), Flaw::NoRoom, false));
    let text = fails(|| {
        drop(harness::both_only_write((&server(), send()), (&flawed(Flaw::NoRoom), send()), 16));
    });
    assert!(text.contains("block each other"), "{text}");
}

#[test]
fn injected_plaintext_taken_in_is_found() {
    let leads = [
        Lead::peer(frame(Kind::Hello, b"")),
        Lead::command(|toy: &mut Flawed, _, now| toy.0.ask_tls(now).unwrap()),
        Lead::peer(frame(Kind::GoAhead, b"")),
    ];
    let secured = |toy: &Flawed| toy.0.is_secured() && toy.0.greeting().is_none();
    let refused = |flaw| {
        let injected = frame(Kind::Data, b"injected");
        fails(|| harness::injected_plaintext_is_refused(&flawed(flaw), &leads, &injected, secured))
    };
    assert!(refused(Flaw::Credulous).contains("takes plaintext in"));
    assert!(refused(Flaw::Remembers).contains("does not know that it is secured"));
}

#[test]
fn a_machine_and_its_table_that_disagree_are_found() {
    let actual = |state: State, input: Input| match (state, input) {
        (State::Ready, Input::Close) => Some(State::Closed),
        _ => state.next(input),
    };
    let text = fails(|| {
        harness::exhaustive_transitions(State::ALL, Input::ALL, State::TRANSITIONS, actual);
    });
    assert!(
        text.contains("Ready on Close: the table says Some(Closing), the machine Some(Closed)"),
        "{text}"
    );
    let cut: Vec<_> = State::TRANSITIONS.iter().filter(|row| row.to != State::Handshaking).copied().collect();
    let ends = [State::Closed, State::Failed];
    let text = fails(|| harness::connected_table(State::ALL, &cut, State::Greeting, &ends));
    assert_eq!(text, "Handshaking cannot be reached from Greeting");
    let stuck: Vec<_> = State::TRANSITIONS.iter().filter(|row| row.from != State::Closing).copied().collect();
    let text = fails(|| harness::connected_table(State::ALL, &stuck, State::Greeting, &ends));
    assert_eq!(text, "no end can be reached from Closing");
    let text =
        fails(|| harness::connected_table(State::ALL, State::TRANSITIONS, State::Greeting, &[State::Ready]));
    assert_eq!(text, "Ready is an end, and yet Some(Data) leads on");
}

#[test]
fn memory_that_grows_is_found() {
    let announced = [frame(Kind::Hello, b""), b"D\0\0\0\0".to_vec()].concat();
    let text = fails(|| harness::announced_size_is_not_allocated(&flawed(Flaw::Hoards), &announced));
    assert!(text.contains("are held for an announcement"), "{text}");
    let boundless =
        Subject::debug(|| Flawed(Toy::client(now()).max_payload(u64::MAX), Flaw::Boundless, false));
    let start = [frame(Kind::Hello, b""), b"D".to_vec(), (1_u64 << 62).to_be_bytes().to_vec()].concat();
    let text = fails(|| drop(harness::endless_input_stops(&boundless, &start, b"x")));
    assert!(text.contains("are still held"), "{text}");
    let text = fails(|| drop(harness::endless_input_stops(&flawed(Flaw::TimesOutQuietly), &session(), b"x")));
    assert!(text.contains("ended in order"), "{text}");
    let text = fails(|| harness::idle_memory_is_released(&flawed(Flaw::Patient), &announced));
    assert!(text.contains("whole message"), "{text}");
}
