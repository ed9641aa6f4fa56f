//! How driven connections end: last words, deadlines, broken streams.
#![cfg(feature = "testing")]

use std::{
    future::poll_fn,
    io::ErrorKind,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use anyrfc_core::{
    DriveError, Driver, Eof, Machine as _, TlsInfo, UpgradeError,
    driver::LINGER,
    testing::{
        Abort as _, ChoppingStream, End, FaultyStream, MemoryStream, Recorder, Replay, ScriptedPeer,
        WriteEnd,
        clock::settle,
        now, pair, pair_with, play, run_virtual,
        toy::{Kind, PATIENCE, State, Toy, ToyError, frame},
    },
};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, ReadBuf};

fn hello() -> Vec<u8> {
    frame(Kind::Hello, b"")
}

fn client<T: AsyncRead + AsyncWrite + Unpin>(stream: T) -> Driver<Toy, T> {
    Driver::new(Toy::client(now()), stream)
}

fn fault() -> Vec<u8> {
    frame(Kind::Fault, b"unknown kind ?")
}

#[test]
fn the_last_words_are_said_before_the_error_is_returned_once() {
    run_virtual(async {
        let (near, far) = pair(4);
        let (near, transcript) = Recorder::new(near);
        let peer =
            ScriptedPeer::new(far).send([hello(), b"?".to_vec()].concat()).expect(fault()).expect_end();
        play(peer, async move {
            let mut driver = client(near);
            assert!(driver.next().await.unwrap().is_some());
            let end = driver.next().await;
            assert!(matches!(end, Err(DriveError::Machine(ToyError::UnknownKind(b'?')))), "{end:?}");
            assert_eq!(transcript.written(), fault());
            assert!(transcript.is_shut() && driver.is_finished());
            assert!(matches!(driver.next().await, Ok(None)));
            assert!(matches!(driver.flush().await, Err(DriveError::Finished)));
            assert!(matches!(driver.next_ref().await, Ok(None)));
            assert!(poll_fn(|cx| driver.poll_close(cx)).await.is_ok());
        })
        .await;
    });
}

#[test]
fn nobody_waits_longer_than_the_linger_time_for_the_last_words() {
    let deaf = |stream: Box<dyn FnOnce() -> FaultyStream<Replay>>, most: Duration| {
        run_virtual(async {
            let mut driver = client(stream());
            assert!(driver.next().await.unwrap().is_some());
            let before = now();
            let end = driver.next().await;
            assert!(matches!(end, Err(DriveError::Machine(ToyError::UnknownKind(_)))), "{end:?}");
            let took = now() - before;
            assert!(took <= most + Duration::from_millis(5), "{took:?}");
        });
    };
    let bad = || [hello(), b"?".to_vec()].concat();
    // A peer that takes nothing; one that takes some; one that takes all and never
    // closes; one that takes all and never stops sending; one that is gone.
    let silent = move || FaultyStream::new(Replay::new(bad(), End::Silent));
    deaf(Box::new(move || silent().write_ends(0, WriteEnd::Stall)), LINGER);
    deaf(Box::new(move || silent().write_ends(3, WriteEnd::Stall)), LINGER);
    deaf(Box::new(silent), LINGER);
    deaf(Box::new(move || FaultyStream::new(Replay::endless(bad(), *b"more"))), LINGER);
    deaf(Box::new(move || silent().write_ends(0, WriteEnd::Error(ErrorKind::BrokenPipe))), Duration::ZERO);
    deaf(Box::new(move || silent().write_ends(2, WriteEnd::Zero)), Duration::ZERO);
}

#[test]
fn a_linger_time_beyond_the_clock_is_as_good_as_one_without_end() {
    run_virtual(async {
        let (near, far) = pair(4);
        let peer =
            ScriptedPeer::new(far).send([hello(), b"?".to_vec()].concat()).expect(fault()).expect_end();
        play(peer, async move {
            let mut driver = client(near).linger(Duration::MAX);
            assert!(driver.next().await.unwrap().is_some());
            assert!(matches!(driver.next().await, Err(DriveError::Machine(ToyError::UnknownKind(_)))));
        })
        .await;
    });
}

#[test]
fn with_nothing_to_say_nobody_is_waited_for() {
    run_virtual(async {
        let mut driver = client(Replay::new(frame(Kind::Fault, b"go away"), End::Silent));
        let before = now();
        assert!(matches!(driver.next().await, Err(DriveError::Machine(ToyError::Refused(_)))));
        assert_eq!(now(), before);
    });
}

#[test]
fn a_peer_that_writes_before_it_reads_still_hears_the_last_words() {
    run_virtual(async {
        let (near, far) = pair(8);
        // It sends a lot after the mistake, and only then reads.
        let start = [hello(), b"?".to_vec(), vec![b'x'; 5000]].concat();
        play(ScriptedPeer::new(far).send(start).expect(fault()).expect_end(), async move {
            let mut driver = client(near);
            driver.next().await.unwrap();
            let before = now();
            assert!(driver.next().await.is_err());
            assert_eq!(now(), before, "blocked until the linger time was over");
        })
        .await;
    });
}

#[test]
fn an_event_not_yet_taken_survives_the_end_told_by_a_flush() {
    for (start, end) in [(End::Truncated, "eof"), (End::Error(ErrorKind::ConnectionReset), "reset")] {
        run_virtual(async {
            let three = [hello(), frame(Kind::Data, b"1"), frame(Kind::Data, b"2")].concat();
            let stream = FaultyStream::new(Replay::new(three, start)).write_ends(0, WriteEnd::Stall);
            let mut driver = client(stream);
            driver.command().1.write(b"blocked");
            assert!(settle(&mut Box::pin(driver.flush())).await.is_none(), "{end}");
            for expected in ["Hello \"\"", "Data \"1\"", "Data \"2\""] {
                assert_eq!(format!("{:?}", driver.next().await.unwrap().unwrap()), expected, "{end}");
            }
            let end = driver.next().await;
            assert!(
                matches!(end, Err(DriveError::Io(_) | DriveError::Machine(ToyError::UnexpectedEnd(..)))),
                "{end:?}"
            );
        });
    }
    // Timed out in the flush: told there, and the event is still to be had.
    run_virtual(async {
        let three = [hello(), frame(Kind::Data, b"1"), frame(Kind::Data, b"2")].concat();
        let stream = FaultyStream::new(Replay::new(three, End::Silent)).write_ends(0, WriteEnd::Stall);
        let mut driver = client(stream);
        driver.next().await.unwrap();
        let at = driver.now();
        driver.command().0.ask("why", at).unwrap();
        assert!(matches!(driver.flush().await, Err(DriveError::Machine(ToyError::Timeout(_)))));
        assert_eq!(format!("{:?}", driver.next_ref().await.unwrap().unwrap()), "Data \"1\"");
        assert!(matches!(driver.next().await, Ok(None)));
    });
}

#[test]
fn the_last_words_of_a_peer_that_takes_nothing_more_are_read() {
    for kind in [ErrorKind::BrokenPipe, ErrorKind::ConnectionReset] {
        run_virtual(async {
            let (near, far) = pair(usize::MAX);
            let mut driver = client(FaultyStream::new(near).write_ends(0, WriteEnd::Error(kind)));
            let why = frame(Kind::Fault, b"shutting down");
            let peer = ScriptedPeer::new(far).send(hello()).pause(LINGER / 2).send(why).close();
            play(peer, async move {
                driver.next().await.unwrap();
                let at = driver.now();
                driver.command().0.ask("too late", at).unwrap();
                let end = driver.next().await;
                assert!(
                    matches!(&end, Err(DriveError::Machine(ToyError::Refused(why))) if why == "shutting down"),
                    "{end:?}"
                );
            })
            .await;
        });
    }
}

#[test]
fn a_writing_side_that_broke_is_told_in_the_end() {
    // The peer ends in order, yet what was queued never left.
    run_virtual(async {
        let stream = FaultyStream::new(Replay::new(hello(), Eof::Clean))
            .write_ends(0, WriteEnd::Error(ErrorKind::ConnectionAborted));
        let mut driver = client(stream);
        driver.command().1.write(b"lost");
        assert!(driver.next().await.unwrap().is_some());
        // The toy accepts this end and is disconnected by it: it knows best.
        assert!(matches!(driver.next().await, Ok(None)));
    });
    // The peer never ends: the linger time decides, and the reason is the first one.
    run_virtual(async {
        let stream = FaultyStream::new(Replay::new(hello(), End::Silent))
            .write_ends(0, WriteEnd::Error(ErrorKind::ConnectionAborted));
        let mut driver = client(stream);
        driver.command().1.write(b"lost");
        driver.next().await.unwrap();
        let before = now();
        let end = driver.next().await;
        assert!(
            matches!(&end, Err(DriveError::Io(error)) if error.kind() == ErrorKind::ConnectionAborted),
            "{end:?}"
        );
        assert!(now() - before <= LINGER + Duration::from_millis(5));
        assert!(matches!(driver.next().await, Ok(None)));
    });
    // A flush tells at once.
    run_virtual(async {
        let mut driver =
            client(FaultyStream::new(Replay::new(hello(), End::Silent)).write_ends(2, WriteEnd::Zero));
        driver.command().1.write(b"lost");
        let flushed = driver.flush().await;
        assert!(matches!(&flushed, Err(DriveError::Io(error)) if error.kind() == ErrorKind::WriteZero));
        assert!(matches!(driver.flush().await, Err(DriveError::Io(_))), "and does not pretend later");
        assert!(poll_fn(|cx| driver.poll_ready(cx)).await.is_err());
        assert!(driver.next().await.unwrap().is_some(), "reading goes on");
    });
}

#[test]
fn an_answer_that_is_there_counts_though_the_caller_comes_late() {
    run_virtual(async {
        let (near, mut far) = pair(usize::MAX);
        let mut driver = client(near);
        far.write_all(&hello()).await.unwrap();
        driver.next().await.unwrap();
        let at = driver.now();
        driver.command().0.ask("why", at).unwrap();
        driver.flush().await.unwrap();
        far.write_all(&frame(Kind::Answer, b"because")).await.unwrap();
        tokio::time::advance(PATIENCE * 2).await;
        assert_eq!(format!("{:?}", driver.next().await.unwrap().unwrap()), "Answer \"because\"");
        assert_eq!(driver.machine().toy_state(), State::Ready);
    });
}

#[test]
fn a_peer_that_never_pauses_does_not_outrun_the_deadline() {
    // Pings without end and never an answer; taken by a read, and by a flush.
    for flush in [false, true] {
        run_virtual(async {
            let stream = FaultyStream::new(Replay::endless(hello(), frame(Kind::Ping, &[0; 64 << 10])));
            let stream = if flush { stream.write_ends(0, WriteEnd::Stall) } else { stream };
            let mut driver = client(stream);
            driver.next().await.unwrap();
            let at = driver.now();
            driver.command().0.ask("why", at - (PATIENCE - Duration::from_millis(50))).unwrap();
            let end = if flush { driver.flush().await } else { driver.next().await.map(|_| ()) };
            assert!(matches!(end, Err(DriveError::Machine(ToyError::Timeout(State::Asking)))), "{end:?}");
        });
    }
}

/// Never pauses: every read is served at once, and takes a virtual millisecond.
struct Restless {
    start: Vec<u8>,
    pattern: Vec<u8>,
    reads: usize,
    stalled: bool,
}

impl AsyncRead for Restless {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<std::io::Result<()>> {
        // The clock moves on the first poll; the rest of that future only yields.
        let _ = Box::pin(tokio::time::advance(Duration::from_millis(1))).as_mut().poll(cx);
        self.reads += 1;
        assert!(self.reads < 100_000, "read without end");
        let next = if self.start.is_empty() { self.pattern.clone() } else { std::mem::take(&mut self.start) };
        buf.put_slice(&next);
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Restless {
    fn poll_write(self: Pin<&mut Self>, _: &mut Context<'_>, buf: &[u8]) -> Poll<std::io::Result<usize>> {
        if self.stalled { Poll::Pending } else { Poll::Ready(Ok(buf.len())) }
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

#[test]
fn a_peer_that_is_never_out_of_bytes_does_not_keep_us_from_the_clock() {
    for stalled in [false, true] {
        run_virtual(async {
            let pattern = frame(Kind::Ping, b"ping");
            let mut driver = client(Restless { start: hello(), pattern, reads: 0, stalled });
            driver.next().await.unwrap();
            let at = driver.now();
            driver.command().0.ask("why", at).unwrap();
            let end = if stalled { driver.flush().await } else { driver.next().await.map(|_| ()) };
            assert!(matches!(end, Err(DriveError::Machine(ToyError::Timeout(State::Asking)))), "{end:?}");
            assert!(now() - at < PATIENCE + LINGER + Duration::from_secs(1));
        });
    }
}

#[test]
fn an_event_found_is_kept_until_it_is_taken() {
    run_virtual(async {
        let input = [hello(), frame(Kind::Data, b"1")].concat();
        let mut driver = client(Replay::new(input, Eof::Clean));
        assert!(driver.take_pending().is_none());
        for expected in ["Hello \"\"", "Data \"1\""] {
            for _ in 0..2 {
                assert!(poll_fn(|cx| driver.poll_pending(cx)).await.unwrap());
                driver.flush().await.unwrap();
            }
            assert_eq!(format!("{:?}", driver.take_pending().unwrap()), expected);
            assert!(driver.take_pending().is_none());
        }
        assert!(!poll_fn(|cx| driver.poll_pending(cx)).await.unwrap());
    });
}

#[test]
fn a_close_flushes_and_waits_for_the_peer_within_the_linger_time() {
    run_virtual(async {
        let (near, far) = pair(8);
        let data = frame(Kind::Data, b"on its way");
        let peer = ScriptedPeer::new(far).send(hello()).expect(&data).expect_end().pause(LINGER / 2).close();
        play(peer, async move {
            let mut driver = client(near);
            driver.next().await.unwrap();
            let (toy, out) = driver.command();
            toy.send(out, Kind::Data, &b"on its way"[..]);
            let before = now();
            poll_fn(|cx| driver.poll_close(cx)).await.unwrap();
            assert_eq!((now() - before).as_secs(), (LINGER / 2).as_secs());
            assert!(driver.is_finished());
        })
        .await;
    });
    run_virtual(async {
        let mut driver = client(Replay::new(hello(), End::Silent));
        let before = now();
        poll_fn(|cx| driver.poll_close(cx)).await.unwrap();
        assert_eq!((now() - before).as_secs(), LINGER.as_secs());
    });
}

#[test]
fn a_pending_write_does_not_stop_reading_and_the_other_way_round() {
    run_virtual(async {
        let (near, mut far) = pair_with(4, usize::MAX);
        let mut driver = client(near);
        let (toy, out) = driver.command();
        toy.send(out, Kind::Data, &b"stuck in the pipe"[..]);
        far.write_all(&[hello(), frame(Kind::Data, b"1")].concat()).await.unwrap();
        assert!(driver.next().await.unwrap().is_some());
        assert!(driver.next().await.unwrap().is_some());
        assert!(settle(&mut Box::pin(driver.next())).await.is_none());
        // While the reader waits, the writer gets on as the peer reads.
        let mut seen = vec![0; frame(Kind::Data, b"stuck in the pipe").len()];
        let reading = async { far.read_exact(&mut seen).await.unwrap() };
        tokio::select! {
            biased;
            event = driver.next() => panic!("{event:?}"),
            _ = reading => {}
        }
        assert_eq!(seen, frame(Kind::Data, b"stuck in the pipe"));
    });
}

#[test]
fn a_half_read_message_survives_into_the_next_layer() {
    run_virtual(async {
        let input = [hello(), frame(Kind::Data, b"1"), frame(Kind::Data, b"2")].concat();
        let mut driver = client(Replay::new(input, Eof::Clean));
        driver.next_ref().await.unwrap();
        let (toy, stream, rest) = driver.into_parts();
        assert_eq!(rest, [frame(Kind::Data, b"1"), frame(Kind::Data, b"2")].concat());
        let mut driver = Driver::with_input(toy, stream, rest);
        assert_eq!(format!("{:?}", driver.next().await.unwrap().unwrap()), "Data \"1\"");
        assert_eq!(format!("{:?}", driver.next().await.unwrap().unwrap()), "Data \"2\"");
        assert!(matches!(driver.next().await, Ok(None)));
    });
}

/// A driver that has just been given the go-ahead.
async fn ready_for_tls<T: AsyncRead + AsyncWrite + Unpin>(stream: T) -> Driver<Toy, T> {
    let mut driver = client(stream);
    driver.next().await.unwrap();
    let at = driver.now();
    driver.command().0.ask_tls(at).unwrap();
    assert_eq!(driver.next().await.unwrap().unwrap().kind, Kind::GoAhead);
    driver
}

fn until_go_ahead() -> Vec<u8> {
    [hello(), frame(Kind::GoAhead, b"")].concat()
}

#[test]
fn a_handshake_that_never_ends_is_ended_by_the_machines_deadline() {
    run_virtual(async {
        let driver = ready_for_tls(Replay::new(until_go_ahead(), End::Silent)).await;
        let result = driver.upgrade(|_| std::future::pending::<std::io::Result<(Replay, TlsInfo)>>()).await;
        assert!(
            matches!(
                result,
                Err(UpgradeError::Drive(DriveError::Machine(ToyError::Timeout(State::Handshaking))))
            ),
            "{:?}",
            result.map(|_| ())
        );
    });
}

#[test]
fn an_upgrade_is_refused_when_it_is_not_its_time() {
    run_virtual(async {
        let driver = client(Replay::new(hello(), End::Silent));
        let result = driver.upgrade(|stream| async { Ok((stream, TlsInfo::default())) }).await;
        assert!(matches!(result, Err(UpgradeError::NotQuiescent)), "{:?}", result.map(|_| ()));
        // A stream that fails while the rest is written, one that stalls then.
        for end in [WriteEnd::Error(ErrorKind::BrokenPipe), WriteEnd::Stall] {
            let request = frame(Kind::AskTls, b"").len();
            let stream =
                FaultyStream::new(Replay::new(until_go_ahead(), End::Silent)).write_ends(request, end);
            let mut driver = ready_for_tls(stream).await;
            driver.command().1.write(b"more");
            let result = driver
                .upgrade(|_| async { unreachable!("begun") as std::io::Result<(Replay, TlsInfo)> })
                .await;
            assert!(matches!(result, Err(UpgradeError::Drive(_))), "{:?}", result.map(|_| ()));
        }
        let driver = ready_for_tls(Replay::new(until_go_ahead(), End::Silent)).await;
        let result = driver.upgrade(|_| async { Err::<(Replay, _), _>(ErrorKind::InvalidData.into()) }).await;
        assert!(matches!(result, Err(UpgradeError::Handshake(_))));
    });
}

#[test]
fn an_upgrade_does_not_parse_what_follows_while_it_flushes() {
    // The peer injects a ping, which the toy would consume; the flush must not let it.
    run_virtual(async {
        let (near, mut far) = pair_with(64, usize::MAX);
        far.write_all(&until_go_ahead()).await.unwrap();
        let mut driver = ready_for_tls(near).await;
        driver.command().1.write(&[b'x'; 200]);
        far.write_all(&frame(Kind::Ping, b"injected")).await.unwrap();
        let reader = async {
            let mut sink = vec![0; 200];
            far.read_exact(&mut sink).await.unwrap();
            std::future::pending::<()>().await;
        };
        let upgrade = driver.upgrade(async |mut stream: MemoryStream| {
            let mut seen = vec![0; 17];
            stream.read_exact(&mut seen).await?;
            assert_eq!(seen, frame(Kind::Ping, b"injected"), "not handed to the handshake");
            Err::<(MemoryStream, TlsInfo), _>(ErrorKind::InvalidData.into())
        });
        tokio::select! {
            () = reader => {}
            result = upgrade => assert!(matches!(result, Err(UpgradeError::Handshake(_)))),
        }
    });
}

/// Holds back what is written until it is flushed, as TLS and compression may.
struct Hoarder(MemoryStream, Vec<u8>);

impl AsyncRead for Hoarder {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.0).poll_read(cx, buf)
    }
}

impl AsyncWrite for Hoarder {
    fn poll_write(mut self: Pin<&mut Self>, _: &mut Context<'_>, buf: &[u8]) -> Poll<std::io::Result<usize>> {
        self.1.extend_from_slice(buf);
        Poll::Ready(Ok(buf.len()))
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        while !self.1.is_empty() {
            let this = &mut *self;
            let count = std::task::ready!(Pin::new(&mut this.0).poll_write(cx, &this.1))?;
            self.1.drain(..count);
        }
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(cx)
    }
}

#[test]
fn a_stream_that_hoards_is_flushed_even_by_a_reader() {
    run_virtual(async {
        let (near, far) = pair(3);
        let mut driver = client(ChoppingStream::bytewise(Hoarder(near, Vec::new())).spurious());
        let ping = frame(Kind::Ping, b"hoarded?");
        let peer = ScriptedPeer::new(far)
            .send([hello(), ping].concat())
            .expect(frame(Kind::Pong, b"hoarded?"))
            .send(frame(Kind::Bye, b""))
            .expect(frame(Kind::Bye, b""))
            .expect_end();
        play(peer, async move { while driver.next().await.unwrap().is_some() {} }).await;
    });
}

#[test]
fn a_reset_and_a_cut_are_told_apart() {
    for (cut, truncated) in [(true, true), (false, false)] {
        run_virtual(async {
            let (near, mut far) = pair(64);
            let mut driver = client(near);
            far.write_all(&hello()).await.unwrap();
            driver.next().await.unwrap();
            if cut {
                far.truncate()
            } else {
                far.reset()
            }
            match driver.next().await {
                Err(DriveError::Machine(ToyError::UnexpectedEnd(State::Ready, Eof::Truncated))) => {
                    assert!(truncated)
                }
                Err(DriveError::Io(error)) => {
                    assert!(!truncated && error.kind() == ErrorKind::ConnectionReset)
                }
                other => panic!("{other:?}"),
            }
        });
    }
}

#[test]
fn the_driver_may_be_sent_between_threads() {
    fn assert_send<T: Send + Unpin>(_: &T) {}
    run_virtual(async {
        let mut driver = client(Replay::new(hello(), Eof::Clean));
        assert_send(&driver);
        let next = driver.next();
        fn assert_send_only<T: Send>(_: &T) {}
        assert_send_only(&next);
    });
    assert!(!Toy::in_state(State::Ready).quiescent());
}
