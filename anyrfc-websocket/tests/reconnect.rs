//! A client that connects again, on a virtual clock with streams in memory.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
    time::Duration,
};

use anyrfc_core::{
    ErrorKind,
    testing::{MemoryStream, pair},
    transport,
};
use anyrfc_websocket::{
    Builder, CloseCode, CloseFrame, Detail, End, EndedBy, KeepAlive, Message, ReconnectPolicy,
    ReconnectingClient, Waited, WebSocketClient,
    client::Event,
    proto::{Config, OwnedEvent},
    testing::accept,
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    time::{Instant, timeout},
};

/// What the server does with one connection.
#[derive(Clone, Debug)]
enum Act {
    /// There is nobody.
    Nobody,
    /// Answers so instead of switching protocols.
    Answer(&'static str),
    /// Takes the connection, and says nothing at all.
    Silent,
    /// Echoes so many messages, then closes.
    Close(usize, Option<CloseFrame>),
    /// Echoes so many messages, stays for a while, then is gone.
    Cut(usize, Duration),
    /// Echoes so many messages, then sends these bytes and is gone.
    Say(usize, &'static [u8]),
    /// Accepts, then neither reads nor writes.
    Freeze,
}

async fn serve(act: Act, mut stream: MemoryStream) {
    let count = match &act {
        Act::Nobody => return,
        Act::Silent => return std::future::pending().await,
        Act::Answer(text) => {
            let mut request = [0; 4096];
            let _ = stream.read(&mut request).await;
            stream.write_all(text.as_bytes()).await.unwrap();
            return;
        }
        Act::Freeze => 0,
        Act::Close(count, _) | Act::Cut(count, _) | Act::Say(count, _) => *count,
    };
    let mut driver = accept(stream, Config::default());
    assert!(matches!(driver.next().await, Ok(Some(OwnedEvent::Open))));
    driver.flush().await.unwrap();
    let mut echoed = 0;
    while echoed < count {
        match driver.next().await {
            Ok(Some(OwnedEvent::Message(message))) if message.is_data() => {
                let (connection, out) = driver.command();
                connection.send(out, message).unwrap();
                driver.flush().await.unwrap();
                echoed += 1;
            }
            Ok(Some(_)) => {}
            _ => return,
        }
    }
    match act {
        Act::Close(_, frame) => {
            let now = driver.now();
            driver.command().0.close(frame, now).unwrap();
            while let Ok(Some(_)) = driver.next().await {}
        }
        Act::Cut(_, stay) => {
            let _ = timeout(stay, async { while let Ok(Some(_)) = driver.next().await {} }).await;
        }
        Act::Say(_, bytes) => {
            let (_, mut stream, _) = driver.into_parts();
            stream.write_all(bytes).await.unwrap();
            let _ = stream.read_to_end(&mut Vec::new()).await;
        }
        _ => std::future::pending().await,
    }
}

/// A builder whose connections are served by these acts, one after the other;
/// then there is nobody.
fn served(acts: impl IntoIterator<Item = Act>) -> Builder {
    let acts = Arc::new(Mutex::new(acts.into_iter().collect::<VecDeque<_>>()));
    let connect = move || {
        let act = acts.lock().unwrap().pop_front().unwrap_or(Act::Nobody);
        async move {
            if matches!(act, Act::Nobody) {
                return Err(anyrfc_core::Error::new(ErrorKind::Io, "there is nobody"));
            }
            let (near, far) = pair(1 << 16);
            tokio::spawn(serve(act, far));
            Ok(transport::Connection::from_stream(near))
        }
    };
    WebSocketClient::builder().connector(Arc::new(connect))
}

fn client(acts: impl IntoIterator<Item = Act>, policy: ReconnectPolicy) -> ReconnectingClient {
    ReconnectingClient::new(served(acts), ["ws://memory/"], policy.seed([9; 32])).unwrap()
}

fn words(event: &Event) -> String {
    match event {
        Event::Connected { attempt } => format!("connected {attempt}"),
        Event::Message(message) => format!("message {}", message.as_text().unwrap_or("?")),
        Event::Disconnected { reason, retry_in } => {
            format!("disconnected {} {}", reason.code(), if retry_in.is_some() { "again" } else { "over" })
        }
        _ => "?".into(),
    }
}

/// Everything up to the end; a message is sent upon each connection.
async fn run(mut client: ReconnectingClient) -> Vec<String> {
    let mut events = Vec::new();
    let mut n = 0;
    while let Some(event) = client.next().await {
        events.push(words(&event));
        match event {
            Event::Connected { .. } => {
                n += 1;
                client.send(n.to_string()).await.unwrap();
            }
            Event::Disconnected { retry_in: Some(delay), .. } => {
                // It is as long as announced.
                let start = Instant::now();
                let error = client.send("lost").await.unwrap_err();
                assert_eq!(error.kind(), ErrorKind::Closed);
                assert!(matches!(error.detail(), Detail::NotConnected), "{error:?}");
                assert!(client.client().is_none());
                let early = timeout(delay.saturating_sub(Duration::from_millis(1)), client.next()).await;
                assert!(early.is_err() || delay.is_zero(), "before {delay:?}: {early:?}");
                assert!(start.elapsed() <= delay);
            }
            _ => {}
        }
        assert!(events.len() < 1000);
    }
    assert!(client.next().await.is_none());
    events
}

#[tokio::test(start_paused = true)]
async fn it_connects_again_and_the_caller_subscribes_again() {
    let acts = [
        Act::Cut(1, Duration::ZERO),
        Act::Nobody,
        Act::Answer("HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n"),
        Act::Close(1, Some(CloseCode::SERVICE_RESTART.into())),
        Act::Close(1, Some(CloseCode::NORMAL.into())),
    ];
    let events = run(client(acts, ReconnectPolicy::default())).await;
    let expected = [
        "connected 1",
        "message 1",
        "disconnected 1006 again",
        "disconnected 1006 again",
        "disconnected 1006 again",
        "connected 4",
        "message 2",
        "disconnected 1012 again",
        "connected 5",
        "message 3",
        "disconnected 1000 over",
    ];
    assert_eq!(events, expected);
}

/// How a connection served so ends.
async fn end_of(act: Act, settle: impl FnOnce(Builder) -> Builder) -> (End, bool) {
    let mut client =
        ReconnectingClient::new(settle(served([act])), ["ws://memory/"], ReconnectPolicy::default()).unwrap();
    loop {
        match client.next().await.unwrap() {
            Event::Disconnected { reason, retry_in } => {
                assert_eq!(reason.is_transient(), retry_in.is_some());
                return (reason, retry_in.is_some());
            }
            Event::Connected { .. } => drop(client.send("x").await),
            _ => {}
        }
    }
}

#[tokio::test(start_paused = true)]
async fn the_close_code_decides() {
    let again = [1001, 1011, 1012, 1013, 1014];
    for code in (1000..=1003).chain(1007..=1014).chain([3000, 4000, 4999]) {
        let frame = CloseFrame::new(CloseCode::new(code).unwrap(), "the reason").unwrap();
        let (end, retry) = end_of(Act::Close(1, Some(frame)), |builder| builder).await;
        assert_eq!(retry, again.contains(&code), "{code}");
        assert_eq!((end.by(), end.code(), end.reason()), (EndedBy::Peer, code, "the reason"));
        assert_eq!(end.said(), CloseCode::new(code), "echoed");
        assert!(end.is_clean() && end.error().is_none());
        assert!(
            end.to_string().contains(&code.to_string()) && !end.to_string().contains("the reason"),
            "{end}"
        );
    }
    let (end, retry) = end_of(Act::Close(0, None), |builder| builder).await;
    assert_eq!((end.by(), end.code(), end.reason(), end.said()), (EndedBy::Peer, End::NO_STATUS, "", None));
    assert!(end.is_clean() && !retry, "nobody said that we should come back");
    assert_eq!(end.to_string(), "closed by the peer without a code");
}

#[tokio::test(start_paused = true)]
async fn the_kind_of_error_decides() {
    let keep_alive = |builder: Builder| {
        builder.keep_alive(KeepAlive::every(Duration::from_secs(1)).timeout(Duration::from_secs(1)))
    };
    let plain = |builder: Builder| builder;
    let (end, retry) = end_of(Act::Cut(0, Duration::ZERO), plain).await;
    assert_eq!((end.by(), end.code(), end.said(), retry), (EndedBy::Network, End::ABNORMAL, None, true));
    assert_eq!(end.error().unwrap().kind(), ErrorKind::Closed);

    let (end, retry) = end_of(Act::Freeze, keep_alive).await;
    assert_eq!(
        (end.by(), end.code(), end.said()),
        (EndedBy::Us, End::ABNORMAL, Some(CloseCode::POLICY_VIOLATION))
    );
    assert_eq!((end.error().unwrap().waited_for(), retry), (Some(Waited::Pong), true));

    let (end, retry) = end_of(Act::Silent, plain).await;
    assert_eq!((end.by(), end.code(), retry), (EndedBy::Network, End::ABNORMAL, true));
    assert_eq!(end.error().unwrap().kind(), ErrorKind::Timeout);

    let (end, retry) = end_of(Act::Say(1, b"\xC1\0"), plain).await;
    assert_eq!(
        (end.by(), end.code(), end.said()),
        (EndedBy::Us, End::ABNORMAL, Some(CloseCode::PROTOCOL_ERROR))
    );
    assert_eq!((end.error().unwrap().kind(), retry), (ErrorKind::Protocol, false));

    // A Close was received, and something went wrong before.
    let (end, retry) = end_of(Act::Say(1, b"\x82\x7F\0\0\0\x40\0\0\0\0"), plain).await;
    assert_eq!((end.error().unwrap().kind(), retry), (ErrorKind::Limit, false));

    for (status, again) in [
        (400, false),
        (401, false),
        (403, false),
        (404, false),
        (408, true),
        (425, true),
        (429, true),
        (500, true),
    ]
    .into_iter()
    .chain([(501, false), (502, true), (503, true), (504, true), (505, false)])
    {
        let answer = format!("HTTP/1.1 {status} Whatever\r\nContent-Length: 0\r\n\r\n");
        let (end, retry) = end_of(Act::Answer(answer.leak()), plain).await;
        assert_eq!((end.by(), end.code(), retry), (EndedBy::Network, End::ABNORMAL, again), "{status}");
        assert_eq!(end.error().unwrap().refusal().unwrap().status.as_u16(), status);
    }
    let (end, retry) = end_of(Act::Answer("HTTP/1.1 101 Sure\r\n\r\n"), plain).await;
    assert_eq!((end.error().unwrap().kind(), retry), (ErrorKind::Protocol, false));
    let wss = ReconnectingClient::new(
        served([Act::Answer("no TLS here, I am afraid")]),
        ["wss://memory/"],
        ReconnectPolicy::default(),
    );
    let Some(Event::Disconnected { reason, retry_in: None }) = wss.unwrap().next().await else {
        panic!("not over")
    };
    assert_eq!((reason.code(), reason.error().unwrap().kind()), (End::TLS_FAILED, ErrorKind::Tls));
}

#[tokio::test(start_paused = true)]
async fn our_own_close_is_the_end() {
    // Also with a code that would be a reason to come back, had the peer said it.
    for code in [4001, 1001] {
        let mut client = client([Act::Cut(9, Duration::ZERO)], ReconnectPolicy::default());
        client.next().await.unwrap();
        client.send(Message::Close(Some(CloseCode::new(code).unwrap().into()))).await.unwrap();
        let Some(Event::Disconnected { reason, retry_in }) = client.next().await else { panic!("no end") };
        assert_eq!((reason.by(), reason.code(), reason.said()), (EndedBy::Us, code, CloseCode::new(code)));
        assert!(reason.is_clean() && retry_in.is_none());
    }

    let mut open = client([Act::Cut(9, Duration::ZERO)], ReconnectPolicy::default());
    open.next().await.unwrap();
    assert_eq!(open.close().await.unwrap(), Some(CloseCode::NORMAL.into()));
    let nothing = client([], ReconnectPolicy::default());
    assert_eq!(nothing.close().await.unwrap(), None);
}

#[tokio::test(start_paused = true)]
async fn the_callers_own_predicate_and_the_limit_of_attempts() {
    let policy = ReconnectPolicy::default().retry_if(|end| end.code() == 4000);
    let close = |code| Act::Close(1, Some(CloseCode::new(code).unwrap().into()));
    let events = run(client([close(4000), close(4000), close(1001), close(4000)], policy)).await;
    assert_eq!(events.iter().filter(|event| event.starts_with("connected")).count(), 3);
    assert_eq!(events.last().unwrap(), "disconnected 1001 over");

    let events = run(client([], ReconnectPolicy::default().attempts(3))).await;
    assert_eq!(events, ["disconnected 1006 again", "disconnected 1006 again", "disconnected 1006 over"]);
    // A connection that does not last is no success.
    let cut = Act::Cut(1, Duration::ZERO);
    let events = run(client(vec![cut; 10], ReconnectPolicy::default().attempts(3))).await;
    assert_eq!(events.iter().filter(|event| event.starts_with("connected")).count(), 3);
    assert_eq!(events.last().unwrap(), "disconnected 1006 over");
}

#[tokio::test(start_paused = true)]
async fn a_stable_connection_starts_delays_and_attempts_anew() {
    let stable = Duration::from_secs(60);
    for (stay, resets) in [(stable, true), (stable - Duration::from_millis(10), false)] {
        let policy = ReconnectPolicy::default()
            .backoff(Duration::from_secs(4), Duration::from_secs(1000))
            .stable_after(stable)
            .seed([3; 32]);
        let cut = Act::Cut(0, Duration::ZERO);
        let acts = [Act::Nobody, Act::Nobody, Act::Nobody, Act::Nobody, Act::Cut(0, stay), Act::Nobody, cut];
        let mut client = ReconnectingClient::new(served(acts), ["ws://memory/"], policy).unwrap();
        let mut delays = Vec::new();
        let mut attempts = Vec::new();
        while delays.len() < 7 {
            match client.next().await.unwrap() {
                Event::Disconnected { retry_in, .. } => delays.push(retry_in.unwrap()),
                Event::Connected { attempt } => attempts.push(attempt),
                _ => {}
            }
        }
        assert_eq!(attempts, [5, if resets { 2 } else { 7 }]);
        for (n, ceiling) in [(0, 4), (1, 8), (2, 16), (3, 32)] {
            let ceiling = Duration::from_secs(ceiling);
            assert!(delays[n] <= ceiling && (n == 0 || delays[n] >= ceiling / 2), "{n}: {delays:?}");
        }
        let (fifth, sixth) = if resets { (4, 8) } else { (64, 128) };
        assert!(delays[4] <= Duration::from_secs(fifth), "{delays:?}");
        assert!(
            delays[5] <= Duration::from_secs(sixth) && delays[5] >= Duration::from_secs(sixth) / 2,
            "{delays:?}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn several_urls_take_turns_unless_one_is_stable() {
    let acts = [
        Act::Nobody,
        Act::Cut(0, Duration::from_secs(1)),
        Act::Cut(0, Duration::from_secs(3600)),
        Act::Cut(0, Duration::from_secs(3600)),
    ];
    let urls = ["ws://a/", "ws://b/", "ws://c/"];
    let mut client = ReconnectingClient::new(served(acts), urls, ReconnectPolicy::default()).unwrap();
    let mut seen = Vec::new();
    while seen.len() < 8 {
        seen.push(client.url().unwrap().to_string());
        client.next().await.unwrap();
    }
    // Failed, connected, cut, connected, cut, connected, cut, failed.
    let expected = ["a", "b", "b", "c", "c", "c", "c", "c"].map(|host| format!("ws://{host}/"));
    assert_eq!(seen, expected);
    assert!(client.url().unwrap().to_string().contains("//a/"));

    let none: [&str; 0] = [];
    let error =
        ReconnectingClient::new(WebSocketClient::builder(), none, ReconnectPolicy::default()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Usage);
    let wrong =
        ReconnectingClient::new(WebSocketClient::builder(), ["http://a/"], ReconnectPolicy::default());
    assert_eq!(wrong.unwrap_err().kind(), ErrorKind::Usage);
}

#[tokio::test(start_paused = true)]
async fn dropped_at_every_await_it_goes_on_where_it_was() {
    let acts = || {
        [
            Act::Cut(1, Duration::ZERO),
            Act::Nobody,
            Act::Close(1, Some(CloseCode::GOING_AWAY.into())),
            Act::Answer("HTTP/1.1 502 Bad\r\nContent-Length: 0\r\n\r\n"),
            Act::Close(1, None),
        ]
    };
    let patient = run(client(acts(), ReconnectPolicy::default())).await;
    let mut client = client(acts(), ReconnectPolicy::default());
    let (mut events, mut n) = (Vec::new(), 0);
    loop {
        // Polled once, and dropped; then again when something can have happened.
        let polled = {
            let mut next = std::pin::pin!(client.next());
            std::future::poll_fn(|cx| std::task::Poll::Ready(next.as_mut().poll(cx))).await
        };
        let event = match polled {
            std::task::Poll::Pending => {
                tokio::time::sleep(Duration::from_millis(50)).await;
                continue;
            }
            std::task::Poll::Ready(None) => break,
            std::task::Poll::Ready(Some(event)) => event,
        };
        events.push(words(&event));
        if matches!(event, Event::Connected { .. }) {
            n += 1;
            client.feed(n.to_string()).await.unwrap();
        }
    }
    assert_eq!(events, patient);
}

#[tokio::test(start_paused = true)]
async fn a_peer_that_takes_nothing_ends_the_send() {
    let (near, far) = pair(4096);
    let connect = Mutex::new(Some(near));
    let connect = move || {
        let near = connect.lock().unwrap().take();
        async move { near.map(transport::Connection::from_stream).ok_or(anyrfc_core::Error::usage("once only")) }
    };
    tokio::spawn(serve(Act::Freeze, far));
    let builder =
        WebSocketClient::builder().connector(Arc::new(connect)).send_timeout(Duration::from_secs(12));
    let mut client = ReconnectingClient::new(builder, ["ws://memory/"], ReconnectPolicy::default()).unwrap();
    client.next().await.unwrap();
    let start = Instant::now();
    let error = client.send(Message::binary(vec![0; 1 << 20])).await.unwrap_err();
    assert_eq!((error.kind(), error.waited_for()), (ErrorKind::Timeout, Some(Waited::Writing)));
    assert_eq!(start.elapsed(), Duration::from_secs(12));
    let Some(Event::Disconnected { reason, retry_in: Some(_) }) = client.next().await else {
        panic!("no end")
    };
    assert_eq!(
        (reason.by(), reason.error().unwrap().waited_for()),
        (EndedBy::Network, Some(Waited::Writing))
    );
}

#[test]
fn it_can_go_to_another_thread() {
    fn goes<T: Send + Unpin + 'static>() {}
    goes::<ReconnectingClient>();
    goes::<ReconnectPolicy>();
    goes::<End>();
    goes::<Event>();
}
