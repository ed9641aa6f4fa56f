//! A network that is far away: everything arrives as late as it would there, in both directions.

use std::{
    io::{Read as _, Write as _},
    net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream},
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

use super::Result;

/// What one read asks for.
const READ: usize = 64 << 10;

/// Listens for clients of `server`; it takes `one_way` until anything is there. Its threads end with their connections,
/// the listener with the process.
pub(super) fn start(server: SocketAddr, one_way: Duration) -> Result<SocketAddr> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let address = listener.local_addr()?;
    thread::spawn(move || {
        for client in listener.incoming().flatten() {
            // A client sees by itself that there is nobody.
            let Ok(server) = TcpStream::connect(server) else { continue };
            let _ = both_ways(client, server, one_way);
        }
    });
    Ok(address)
}

fn both_ways(client: TcpStream, server: TcpStream, one_way: Duration) -> Result<()> {
    client.set_nodelay(true)?;
    server.set_nodelay(true)?;
    let (from_client, from_server) = (client.try_clone()?, server.try_clone()?);
    delayed(from_client, server, one_way);
    delayed(from_server, client, one_way);
    Ok(())
}

/// There is no limit to what is under way: that is how a fast network is.
fn delayed(mut from: TcpStream, mut to: TcpStream, one_way: Duration) {
    let (sender, receiver) = mpsc::channel::<(Instant, Vec<u8>)>();
    thread::spawn(move || {
        let mut buffer = vec![0; READ];
        while let Ok(some @ 1..) = from.read(&mut buffer) {
            if sender.send((Instant::now() + one_way, buffer[..some].to_vec())).is_err() {
                break;
            }
        }
    });
    thread::spawn(move || {
        for (due, octets) in receiver {
            thread::sleep(due.saturating_duration_since(Instant::now()));
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
        let mut client = TcpStream::connect(start(listener.local_addr().unwrap(), one_way).unwrap()).unwrap();
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
}
