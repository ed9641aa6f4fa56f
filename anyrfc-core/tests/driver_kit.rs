//! The kit's own parts: streams, scripts, the virtual clock.
#![cfg(feature = "testing")]

use std::{
    future::poll_fn,
    io::{ErrorKind, IoSlice},
    panic::{AssertUnwindSafe, catch_unwind},
    pin::Pin,
    time::Duration,
};

use anyrfc_core::testing::{
    Abort as _, ChoppingStream, End, FaultyStream, Match, Recorder, Replay, ScriptedPeer, Sizes, WriteEnd,
    advance, clock::settle, now, pair, play, run, run_virtual, script::diff,
};
use tokio::io::{AsyncReadExt as _, AsyncWrite as _, AsyncWriteExt as _};

/// The message of the panic that `act` must end in.
fn panics(act: impl FnOnce()) -> String {
    let Err(panic) = catch_unwind(AssertUnwindSafe(act)) else { panic!("it did not fail") };
    let text = panic.downcast_ref::<String>().cloned();
    text.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned())).unwrap_or_default()
}

#[test]
fn a_hang_and_a_live_lock_are_failures() {
    let hang = panics(|| run_virtual(std::future::pending()));
    assert!(hang.starts_with("hang"), "{hang}");
    let busy = panics(|| {
        run_virtual(poll_fn(|cx| {
            cx.waker().wake_by_ref();
            std::task::Poll::<()>::Pending
        }));
    });
    assert!(busy.starts_with("live-lock"), "{busy}");
}

#[test]
fn the_clock_is_virtual() {
    let real = std::time::Instant::now();
    run_virtual(async {
        let start = now();
        tokio::time::sleep(Duration::from_secs(3600)).await;
        advance(Duration::from_secs(3600)).await;
        assert_eq!((now() - start).as_secs(), 7200);
    });
    assert!(real.elapsed() < Duration::from_secs(3600));
    assert_eq!(run(async { 7 }), 7);
}

#[test]
fn memory_streams_end_in_every_way() {
    run_virtual(async {
        let mut buf = [0; 8];
        let (mut near, mut far) = pair(8);
        far.write_all(b"abc").await.unwrap();
        far.shutdown().await.unwrap();
        assert_eq!(near.read(&mut buf).await.unwrap(), 3);
        assert_eq!(near.read(&mut buf).await.unwrap(), 0);
        assert_eq!(far.write(b"x").await.unwrap_err().kind(), ErrorKind::BrokenPipe);
        near.write_all(b"still open").now_or_never_pending().await;

        let (mut near, mut far) = pair(8);
        far.write_all(b"abc").await.unwrap();
        far.truncate();
        assert_eq!(near.read(&mut buf).await.unwrap(), 3);
        assert_eq!(near.read(&mut buf).await.unwrap_err().kind(), ErrorKind::UnexpectedEof);

        let (mut near, mut far) = pair(8);
        far.write_all(b"abc").await.unwrap();
        far.reset();
        assert_eq!(near.read(&mut buf).await.unwrap_err().kind(), ErrorKind::ConnectionReset);
        assert_eq!(near.write(b"x").await.unwrap_err().kind(), ErrorKind::ConnectionReset);

        let (mut near, far) = pair(8);
        drop(far);
        assert_eq!(near.read(&mut buf).await.unwrap(), 0);
        assert_eq!(near.write(b"x").await.unwrap_err().kind(), ErrorKind::BrokenPipe);
    });
}

/// The first poll of a future, which must not be ready.
trait NowOrNever: Future + Sized {
    async fn now_or_never_pending(self) {
        assert!(settle(&mut Box::pin(self)).await.is_none(), "more was taken than fits");
    }
}
impl<F: Future> NowOrNever for F {}

#[test]
fn vectored_writes_fill_what_fits() {
    run_virtual(async {
        let (mut near, far) = pair(5);
        let slices = [IoSlice::new(b"abc"), IoSlice::new(b""), IoSlice::new(b"defg")];
        let written = poll_fn(|cx| Pin::new(&mut near).poll_write_vectored(cx, &slices)).await.unwrap();
        assert_eq!((written, far.readable(), near.unread()), (5, 5, 5));
    });
}

#[test]
fn chopped_faulty_and_recorded() {
    run_virtual(async {
        let inner = Replay::new(*b"0123456789", End::Silent);
        let faulty = FaultyStream::new(inner).read_ends(7, End::Truncated).write_ends(4, WriteEnd::Zero);
        let (recorder, transcript) = Recorder::new(faulty);
        let mut stream = ChoppingStream::new(recorder, Sizes::cycle([1, 3])).spurious();
        let mut buf = [0; 16];
        for expected in [&b"0"[..], b"123", b"4", b"56"] {
            let count = stream.read(&mut buf).await.unwrap();
            assert_eq!(&buf[..count], expected);
        }
        assert_eq!(stream.read(&mut buf).await.unwrap_err().kind(), ErrorKind::UnexpectedEof);
        assert_eq!(stream.write(b"abcdef").await.unwrap(), 1);
        assert_eq!(stream.write(b"bcdef").await.unwrap(), 3);
        assert_eq!(stream.write(b"ef").await.unwrap(), 0);
        stream.shutdown().await.unwrap();
        assert_eq!((transcript.read(), transcript.written()), (b"0123456".to_vec(), b"abcd".to_vec()));
        assert!(transcript.is_shut());
    });
}

#[test]
fn an_endless_replay_goes_on_and_time_passes() {
    run_virtual(async {
        let start = now();
        let mut stream = Replay::endless(*b"head", *b"abc");
        let mut all = vec![0; 200_000];
        stream.read_exact(&mut all).await.unwrap();
        assert_eq!(&all[..7], b"headabc");
        assert!(all[4..].chunks(3).all(|chunk| b"abc".starts_with(chunk)));
        assert!(now() > start);
    });
}

#[test]
fn a_script_is_played() {
    run_virtual(async {
        let (mut near, far) = pair(4);
        let start = now();
        let peer = ScriptedPeer::new(far)
            .expect("HELO\r\n")
            .expect_prefix("MAIL", "\r\n")
            .expect_match(|got| match got.strip_suffix(b"\n") {
                Some(line) => Match::Answer(got.len(), [b"you said ", line].concat()),
                None => Match::More,
            })
            .pause(Duration::from_secs(9))
            .send_chunks("in pieces", 2)
            .pause_until(start + Duration::from_secs(20))
            .truncate()
            .expect_end();
        play(peer, async move {
            near.write_all(b"HELO\r\nMAIL FROM:<>\r\n42\n").await.unwrap();
            let mut answer = vec![0; 20];
            near.read_exact(&mut answer).await.unwrap();
            assert_eq!(answer, b"you said 42in pieces");
            assert_eq!((now() - start).as_secs(), 9);
            assert_eq!(near.read(&mut answer).await.unwrap_err().kind(), ErrorKind::UnexpectedEof);
            assert_eq!((now() - start).as_secs(), 20);
        })
        .await;
    });
}

#[test]
fn a_script_is_not_played_by_somebody_else() {
    let mismatch = |script: fn(ScriptedPeer<_>) -> ScriptedPeer<_>, said: &'static [u8]| {
        panics(move || {
            run_virtual(async {
                let (mut near, far) = pair(64);
                play(script(ScriptedPeer::new(far)), async move { near.write_all(said).await.unwrap() })
                    .await;
            });
        })
    };
    let text = mismatch(|peer| peer.send("hi").expect("EHLO there\r\n"), b"EHLO their\r\n");
    let expected = "step 2 of the script: byte 8 differs\n  \
        expected: \"EHLO there\\r\\n\" (12 bytes)\n  \
        received: \"EHLO their\\r\\n\" (12 bytes)\n                     ^";
    assert_eq!(text, expected);
    let text = mismatch(|peer| peer.expect("EHLO there\r\n"), b"EHLO");
    assert!(text.contains("then the stream ended"), "{text}");
    let text = mismatch(|peer| peer.expect_prefix("MAIL", "\r\n"), b"MAIM\r\n");
    assert!(text.contains("byte 3 differs"), "{text}");
    let text = mismatch(|peer| peer.expect_match(|_| Match::Wrong("no good".into())), b"?");
    assert!(text.ends_with("no good"), "{text}");
    let text = mismatch(|peer| peer.expect_match(|_| Match::More), b"?");
    assert!(text.contains("too early"), "{text}");
    let text = mismatch(ScriptedPeer::expect_end, b"surplus");
    assert!(text.contains("expected the end") && text.contains("surplus"), "{text}");
    // The client is done and keeps its stream open: the script would wait for ever.
    let text = panics(|| {
        run_virtual(async {
            let (near, far) = pair(64);
            play(ScriptedPeer::new(far).send("1").expect("2"), async move { near }).await;
        });
    });
    assert!(text.contains("still waits at step 2"), "{text}");
}

#[test]
fn a_peer_that_holds_or_swallows_does_not_keep_the_client() {
    run_virtual(async {
        for hold in [true, false] {
            let (mut near, far) = pair(8);
            let peer = ScriptedPeer::new(far);
            let peer = if hold { peer.hold() } else { peer.swallow() };
            let near = play(peer, async move {
                if hold {
                    near.write_all(b"more than fits").now_or_never_pending().await;
                } else {
                    near.write_all(b"more than fits").await.unwrap();
                }
                near.read(&mut [0; 1]).now_or_never_pending().await;
                near
            });
            near.await;
        }
    });
}

#[test]
fn a_long_difference_is_cut_around_where_it_is() {
    let expected = [vec![b'a'; 500], b"X".to_vec(), vec![b'b'; 500]].concat();
    let received = [vec![b'a'; 500], b"Y".to_vec(), vec![b'b'; 500]].concat();
    let text = diff(&expected, &received);
    let lines: Vec<&str> = text.lines().collect();
    let caret = lines[3].chars().position(|c| c == '^').unwrap();
    assert_eq!((lines[1].chars().nth(caret), lines[2].chars().nth(caret)), (Some('X'), Some('Y')));
    assert!(text.len() < 400);
}
