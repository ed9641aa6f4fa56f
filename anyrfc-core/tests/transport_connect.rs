//! Making connections: capability rows 1, 2, 6 and 16.
#![cfg(feature = "client")]

use std::{
    cell::RefCell,
    future::pending,
    io,
    net::SocketAddr,
    rc::Rc,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use anyrfc_core::{
    BoxFuture, Error, ErrorKind,
    error::ErrorDetail,
    transport::{
        ATTEMPT_DELAY, Connect, Connection, Connector, Deadline, FamilyOrder, KeepAlive, Listener, Resolve,
        Target, race,
    },
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpSocket,
    time::{Instant, sleep},
};

const MS: Duration = Duration::from_millis(1);

fn addresses(list: &[&str]) -> Vec<SocketAddr> {
    list.iter().map(|address| SocketAddr::new(address.parse().unwrap(), 443)).collect()
}

/// A resolver that knows one answer, and counts how often it is asked.
#[derive(Debug)]
struct Fixed(Vec<SocketAddr>, Arc<AtomicUsize>);

impl Fixed {
    fn new(addresses: impl Into<Vec<SocketAddr>>) -> Self {
        Self(addresses.into(), Arc::default())
    }
}

impl Resolve for Fixed {
    fn resolve<'a>(&'a self, _: &'a str, _: u16) -> BoxFuture<'a, io::Result<Vec<SocketAddr>>> {
        self.1.fetch_add(1, Ordering::Relaxed);
        Box::pin(async { Ok(self.0.clone()) })
    }
}

#[derive(Debug)]
struct Silent;

impl Resolve for Silent {
    fn resolve<'a>(&'a self, _: &'a str, _: u16) -> BoxFuture<'a, io::Result<Vec<SocketAddr>>> {
        Box::pin(pending())
    }
}

/// A port on which nobody listens, and which nobody else can get while it is held.
fn closed_port() -> (TcpSocket, SocketAddr) {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind(([127, 0, 0, 1], 0).into()).unwrap();
    let address = socket.local_addr().unwrap();
    (socket, address)
}

fn listener() -> (Listener, SocketAddr) {
    let listener = Listener::builder().tcp(([127, 0, 0, 1], 0)).bind().unwrap();
    let address = listener.local_addrs()[0];
    (listener, address)
}

fn named(host: &str) -> Connector {
    Connector::new(Target::tcp(host, 443).unwrap())
}

/// Counts its living instances, to see losers closed.
struct Socket(Rc<RefCell<usize>>);

impl Socket {
    fn open(living: &Rc<RefCell<usize>>) -> Self {
        *living.borrow_mut() += 1;
        Self(Rc::clone(living))
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        *self.0.borrow_mut() -= 1;
    }
}

#[tokio::test(start_paused = true)]
async fn row_01_happy_eyeballs_ipv4_wins_over_an_ipv6_black_hole() {
    let started = Instant::now();
    let living = Rc::default();
    let connect = |address: SocketAddr| {
        let socket = Socket::open(&living);
        async move {
            if address.is_ipv6() {
                pending::<()>().await;
            }
            Ok(socket)
        }
    };
    let list = addresses(&["2001:db8::1", "192.0.2.1", "2001:db8::2"]);
    let (won, socket) = race(list.clone(), ATTEMPT_DELAY, connect).await.ok().unwrap();
    assert_eq!(won, list[1]);
    assert_eq!(started.elapsed(), 250 * MS);
    assert_eq!(*living.borrow(), 1, "the loser is closed, the third was never opened");
    drop(socket);
}

#[tokio::test(start_paused = true)]
async fn row_01_happy_eyeballs_a_failure_starts_the_next_at_once() {
    let begun = Instant::now();
    let starts = RefCell::new(Vec::new());
    let connect = |address: SocketAddr| {
        starts.borrow_mut().push(begun.elapsed());
        async move {
            match address {
                SocketAddr::V6(_) => {
                    sleep(40 * MS).await;
                    Err(io::ErrorKind::NetworkUnreachable.into())
                }
                SocketAddr::V4(_) => Ok(()),
            }
        }
    };
    race(addresses(&["::1", "192.0.2.1"]), ATTEMPT_DELAY, connect).await.unwrap();
    assert_eq!(starts.into_inner(), [Duration::ZERO, 40 * MS]);
}

#[tokio::test(start_paused = true)]
async fn row_01_happy_eyeballs_no_attempt_within_ten_milliseconds_of_the_last() {
    for asked in [Duration::ZERO, 250 * MS] {
        let begun = Instant::now();
        let mut starts = Vec::new();
        let connect = |_| {
            starts.push(begun.elapsed());
            async { Err::<(), _>(io::ErrorKind::ConnectionRefused.into()) }
        };
        let failures = race(addresses(&["::1", "192.0.2.1", "::2"]), asked, connect).await.unwrap_err();
        assert_eq!(failures.len(), 3);
        assert_eq!(starts, [Duration::ZERO, 10 * MS, 20 * MS]);
    }
}

#[tokio::test(start_paused = true)]
async fn row_01_happy_eyeballs_the_delay_has_bounds() {
    for (asked, given) in [(0, 10), (5_000, 2_000), (300, 300)] {
        let begun = Instant::now();
        let mut starts = Vec::new();
        let connect = |_| {
            starts.push(begun.elapsed());
            async {
                sleep(3_000 * MS).await;
                Ok(())
            }
        };
        race(addresses(&["::1", "::2"]), asked * MS, connect).await.unwrap();
        assert_eq!(starts, [Duration::ZERO, given * MS]);
        assert_eq!(begun.elapsed(), 3_000 * MS, "the first was the first to succeed");
    }
}

#[tokio::test(start_paused = true)]
async fn row_01_happy_eyeballs_a_slow_first_attempt_may_still_win() {
    let connect = |address: SocketAddr| async move {
        sleep(if address.is_ipv6() { 300 * MS } else { 100 * MS }).await;
        Ok(address)
    };
    let list = addresses(&["::1", "192.0.2.1"]);
    // 300 ms after the beginning, against 250 + 100.
    assert_eq!(race(list.clone(), ATTEMPT_DELAY, connect).await.unwrap(), (list[0], list[0]));
}

#[tokio::test(start_paused = true)]
async fn row_01_happy_eyeballs_all_failures_are_kept_in_the_order_of_their_starts() {
    // The later an attempt starts, the sooner it fails.
    let mut wait = 1_000;
    let connect = |address: SocketAddr| {
        wait -= 300;
        let wait = wait;
        async move {
            sleep(wait * MS).await;
            Err::<(), _>(io::Error::other(address.ip().to_string()))
        }
    };
    let list = addresses(&["::1", "192.0.2.1", "::2"]);
    let failures = race(list.clone(), ATTEMPT_DELAY, connect).await.unwrap_err();
    assert_eq!(failures.iter().map(|failure| failure.0).collect::<Vec<_>>(), list);
    assert!(failures.iter().all(|(address, error)| error.to_string() == address.ip().to_string()));
    assert_eq!(race([], ATTEMPT_DELAY, |_| pending::<io::Result<()>>()).await.unwrap_err().len(), 0);
}

#[tokio::test(start_paused = true)]
async fn row_01_happy_eyeballs_cancelling_drops_every_attempt() {
    let living = Rc::default();
    let connect = |_| {
        let socket = Socket::open(&living);
        async move {
            pending::<()>().await;
            Ok(socket)
        }
    };
    let racing = race(addresses(&["::1", "::2", "::3"]), ATTEMPT_DELAY, connect);
    assert!(tokio::time::timeout(600 * MS, racing).await.is_err());
    assert_eq!(*living.borrow(), 0);
}

#[tokio::test]
async fn row_01_the_next_address_is_tried_when_one_refuses() {
    let (_held, closed) = closed_port();
    let (mut listener, open) = listener();
    let connector = named("host.test").resolver(Fixed::new([closed, open]));
    let (client, server) = tokio::join!(connector.connect(), listener.accept());
    assert_eq!(client.unwrap().info().peer, Some(open));
    drop(server.unwrap());
}

#[tokio::test]
async fn row_01_every_attempt_is_in_the_error() {
    let ((_held, one), (_held_too, two)) = (closed_port(), closed_port());
    let error = named("host.test").resolver(Fixed::new([one, two, one])).connect().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Io);
    assert_eq!(error.to_string(), "cannot connect to host.test:443, 2 addresses tried");
    let ErrorDetail::Connect { attempts } = error.detail() else { panic!("{error:?}") };
    assert_eq!(attempts.iter().map(|attempt| attempt.0).collect::<Vec<_>>(), [one, two]);
    assert!(attempts.iter().all(|attempt| attempt.1.kind() == io::ErrorKind::ConnectionRefused));
    let source = std::error::Error::source(&error).unwrap().downcast_ref::<io::Error>().unwrap();
    assert_eq!(source.kind(), io::ErrorKind::ConnectionRefused);
}

#[tokio::test]
async fn row_01_an_address_is_not_looked_up() {
    let (mut listener, open) = listener();
    let resolver = Fixed::new([]);
    let asked = Arc::clone(&resolver.1);
    let connector = Connector::new(open).resolver(resolver);
    let (client, _server) = tokio::join!(connector.connect(), listener.accept());
    client.unwrap();
    assert_eq!(asked.load(Ordering::Relaxed), 0);
}

#[tokio::test]
async fn row_01_the_system_resolver_knows_this_host() {
    let (mut listener, open) = listener();
    let connector = Connector::new(Target::tcp("localhost", open.port()).unwrap());
    let connector = connector.family_order(FamilyOrder::Ipv4First);
    let (client, _server) = tokio::join!(connector.connect(), listener.accept());
    assert_eq!(client.unwrap().info().peer, Some(open));
}

#[tokio::test]
async fn row_01_a_name_without_an_address_and_a_failed_lookup() {
    #[derive(Debug)]
    struct Broken;
    impl Resolve for Broken {
        fn resolve<'a>(&'a self, _: &'a str, _: u16) -> BoxFuture<'a, io::Result<Vec<SocketAddr>>> {
            Box::pin(async { Err(io::ErrorKind::NotFound.into()) })
        }
    }
    let error = named("nobody.test").resolver(Fixed::new([])).connect().await.unwrap_err();
    assert_eq!((error.kind(), error.to_string().as_str()), (ErrorKind::Io, "nobody.test has no address"));
    let error = named("nobody.test").resolver(Broken).connect().await.unwrap_err();
    assert_eq!((error.kind(), error.to_string().as_str()), (ErrorKind::Io, "looking up nobody.test failed"));
}

#[tokio::test(start_paused = true)]
async fn row_01_one_deadline_covers_the_lookup_and_names_it() {
    let begun = Instant::now();
    let error = named("slow.test").resolver(Silent).timeout(3_000 * MS).connect().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert_eq!(error.to_string(), "looking up the host name timed out");
    assert_eq!(begun.elapsed(), 3_000 * MS);
}

#[tokio::test(start_paused = true)]
async fn row_01_a_deadline_is_shared_by_the_steps_and_none_begins_after_it() {
    let deadline = Deadline::after(100 * MS);
    deadline
        .run("one", async {
            sleep(60 * MS).await;
            Ok(())
        })
        .await
        .unwrap();
    assert_eq!(deadline.remaining(), Some(40 * MS));
    let slow = async {
        sleep(60 * MS).await;
        Ok(())
    };
    assert_eq!(deadline.run("two", slow).await.unwrap_err().to_string(), "two timed out");
    assert!(deadline.has_passed());
    let mut begun = false;
    let third = async {
        begun = true;
        Ok::<_, Error>(())
    };
    assert_eq!(deadline.run("three", third).await.unwrap_err().kind(), ErrorKind::Timeout);
    assert!(!begun);
    assert_eq!(Deadline::after(Duration::MAX), Deadline::never());
    assert_eq!(Deadline::never().at_most(Duration::MAX).remaining(), None);
    assert_eq!(Deadline::never().at_most(5 * MS).remaining(), Some(5 * MS));
    assert_eq!(Deadline::after(5 * MS).at_most(9 * MS).remaining(), Some(5 * MS));
    let error =
        Connector::new(SocketAddr::from(([127, 0, 0, 1], 1))).connect_within(deadline).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.to_string().as_str()),
        (ErrorKind::Timeout, "connecting to 127.0.0.1:1 timed out")
    );
}

#[tokio::test]
async fn row_02_our_own_address_and_options() {
    let (mut server, open) = listener();
    let connector = Connector::new(open)
        .bind(([127, 0, 0, 2], 0))
        .keepalive(KeepAlive::after(Duration::from_secs(30)).probes(Duration::from_secs(5), 3));
    let (client, incoming) = tokio::join!(connector.connect(), server.accept());
    let client = client.unwrap();
    assert_eq!(client.info().local.unwrap().ip().to_string(), "127.0.0.2");
    assert_eq!(incoming.unwrap().info().peer, client.info().local);

    // What the system can never do is said at once.
    let v6 = Connector::new(open).bind((std::net::Ipv6Addr::LOCALHOST, 0)).connect().await.unwrap_err();
    assert_eq!(v6.kind(), ErrorKind::Usage);
}

#[tokio::test]
async fn row_02_a_fixed_port_can_be_used_again() {
    let (mut server, open) = listener();
    let (held, local) = closed_port();
    drop(held);
    let connector = Connector::new(open).bind(local);
    for _ in 0..2 {
        let (client, incoming) = tokio::join!(connector.connect(), server.accept());
        let (client, server) = (client.unwrap(), incoming.unwrap().handshake().await.unwrap());
        assert_eq!(client.info().local, Some(local));
        // An abort leaves no TIME-WAIT, so that the test can repeat itself.
        client.abort();
        drop(server);
    }
}

#[cfg(unix)]
#[tokio::test]
async fn row_06_unix_sockets_have_the_same_api() {
    use std::os::unix::fs::PermissionsExt as _;

    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("socket");
    let mut server = Listener::builder().unix(&path, Some(0o600)).bind().unwrap();
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    let connector = Connector::new(Target::unix(&path));
    let (client, incoming) = tokio::join!(connector.connect(), server.accept());
    let (mut client, mut server_side) = (client.unwrap(), incoming.unwrap().handshake().await.unwrap());
    for side in [&client, &server_side] {
        assert_eq!(side.info().path.as_deref(), Some(&*path));
        assert_eq!((side.info().peer, side.info().local), (None, None));
    }
    client.write_all(b"hello").await.unwrap();
    client.close(Duration::from_secs(5)).await.unwrap();
    let mut heard = String::new();
    server_side.read_to_string(&mut heard).await.unwrap();
    assert_eq!(heard, "hello");

    // Somebody listens there: not replaced. Nobody does: replaced.
    assert_eq!(Listener::builder().unix(&path, None).bind().unwrap_err().kind(), ErrorKind::Io);
    drop(server);
    assert_eq!(connector.connect().await.unwrap_err().kind(), ErrorKind::Io);
    Listener::builder().unix(&path, None).bind().unwrap();
    // What is no socket is never removed.
    let file = directory.path().join("file");
    std::fs::write(&file, "precious").unwrap();
    assert_eq!(Listener::builder().unix(&file, None).bind().unwrap_err().kind(), ErrorKind::Io);
    assert_eq!(std::fs::read(&file).unwrap(), b"precious");
}

#[tokio::test]
async fn row_16_an_object_that_connects_again() {
    async fn twice(connect: Arc<dyn Connect>) -> [Connection; 2] {
        let one = connect.connect_within(Deadline::never()).await.unwrap();
        [one, connect.connect_within(Deadline::never()).await.unwrap()]
    }
    let (mut server, open) = listener();
    let accepting = async {
        for _ in 0..2 {
            let mut stream = server.accept().await.unwrap().handshake().await.unwrap();
            stream.write_all(b"hi").await.unwrap();
        }
    };
    let (connections, ()) = tokio::join!(twice(Arc::new(Connector::new(open))), accepting);
    for mut connection in connections {
        let mut heard = String::new();
        connection.read_to_string(&mut heard).await.unwrap();
        assert_eq!(heard, "hi");
    }

    // A closure is one too: an in-memory stream for a test, or whatever a user has.
    let memory = || async { Ok(Connection::from_stream(tokio::io::duplex(8).0)) };
    twice(Arc::new(memory)).await;
}

#[tokio::test(start_paused = true)]
async fn row_16_a_closure_has_the_same_deadline() {
    let connect: Arc<dyn Connect> = Arc::new(pending::<Result<Connection, Error>>);
    let error = connect.connect_within(Deadline::after(MS)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
}
