//! A network that is far away: everything arrives as late as it would there, in both directions.

use std::{
    error::Error,
    io::{Read as _, Write as _},
    net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering::SeqCst},
        mpsc,
    },
    thread,
    time::{Duration, Instant},
};

/// What one read asks for.
const READ: usize = 64 << 10;

/// Stands between clients and a server. Its threads end with their connections, the listener with the process.
#[derive(Clone, Debug)]
pub(crate) struct Proxy {
    address: SocketAddr,
    turns: Arc<Turns>,
}

impl Proxy {
    /// Listens for clients of `server`; it takes `one_way` until anything is there.
    pub(crate) fn start(server: SocketAddr, one_way: Duration) -> Result<Self, Box<dyn Error>> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let proxy = Self { address: listener.local_addr()?, turns: Arc::default() };
        let turns = Arc::clone(&proxy.turns);
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                // A client sees by itself that there is nobody.
                let Ok(server) = TcpStream::connect(server) else { continue };
                let _ = both_ways(client, server, one_way, &turns);
            }
        });
        Ok(proxy)
    }

    /// Where clients connect.
    pub(crate) const fn address(&self) -> SocketAddr {
        self.address
    }

    /// How often a client has spoken after it had heard something, or for the first time: with one client at a time,
    /// the round trips.
    pub(crate) fn turns(&self) -> u64 {
        self.turns.count.load(SeqCst)
    }
}

#[derive(Debug, Default)]
struct Turns {
    count: AtomicU64,
    /// Nothing has reached the client since it spoke.
    spoke: AtomicBool,
}

impl Turns {
    fn speaks(&self) {
        if !self.spoke.swap(true, SeqCst) {
            self.count.fetch_add(1, SeqCst);
        }
    }

    fn hears(&self) {
        self.spoke.store(false, SeqCst);
    }
}

fn both_ways(
    client: TcpStream,
    server: TcpStream,
    one_way: Duration,
    turns: &Arc<Turns>,
) -> Result<(), Box<dyn Error>> {
    client.set_nodelay(true)?;
    server.set_nodelay(true)?;
    let (from_client, from_server) = (client.try_clone()?, server.try_clone()?);
    let (there, back) = (Arc::clone(turns), Arc::clone(turns));
    delayed(from_client, server, one_way, move || there.speaks(), || {});
    delayed(from_server, client, one_way, || {}, move || back.hears());
    Ok(())
}

/// There is no limit to what is under way: that is how a fast network is.
fn delayed(
    mut from: TcpStream,
    mut to: TcpStream,
    one_way: Duration,
    taken: impl Fn() + Send + 'static,
    given: impl Fn() + Send + 'static,
) {
    let (sender, receiver) = mpsc::channel::<(Instant, Vec<u8>)>();
    thread::spawn(move || {
        let mut buffer = vec![0; READ];
        while let Ok(some @ 1..) = from.read(&mut buffer) {
            taken();
            if sender.send((Instant::now() + one_way, buffer[..some].to_vec())).is_err() {
                break;
            }
        }
    });
    thread::spawn(move || {
        for (due, octets) in receiver {
            thread::sleep(due.saturating_duration_since(Instant::now()));
            // Before it is there: what is said then was said later.
            given();
            if to.write_all(&octets).is_err() {
                break;
            }
        }
        let _ = to.shutdown(Shutdown::Write);
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_arrives_in_order_and_late() {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let one_way = Duration::from_millis(5);
        let proxy = Proxy::start(listener.local_addr().unwrap(), one_way).unwrap();
        let mut client = TcpStream::connect(proxy.address()).unwrap();
        let start = Instant::now();
        client.write_all(b"there").unwrap();
        let (mut server, _) = listener.accept().unwrap();
        let mut octets = [0; 5];
        server.read_exact(&mut octets).unwrap();
        server.write_all(&octets).unwrap();
        drop(server);
        let mut back = Vec::new();
        client.read_to_end(&mut back).unwrap();
        assert_eq!(back, b"there");
        // No less than both ways take, however busy the machine is.
        assert!(start.elapsed() >= one_way * 2);
    }

    #[test]
    fn a_turn_is_a_question_however_many_parts_it_and_its_answer_have() {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let proxy = Proxy::start(listener.local_addr().unwrap(), Duration::ZERO).unwrap();
        let mut client = TcpStream::connect(proxy.address()).unwrap();
        let (mut server, _) = listener.accept().unwrap();
        let mut octets = [0; 4];
        for turn in 1..=3 {
            for _ in 0..2 {
                client.write_all(b"ask").unwrap();
                server.read_exact(&mut octets[..3]).unwrap();
            }
            for _ in 0..2 {
                server.write_all(b"tell").unwrap();
                client.read_exact(&mut octets).unwrap();
            }
            assert_eq!(proxy.turns(), turn);
        }
    }
}
