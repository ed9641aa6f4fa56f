//! Streams under a security layer of a kind: every byte turned around, a checksum behind.

use std::io::ErrorKind;

use anyrfc_core::{
    Error, SecurityLayer,
    transport::{Connection, Layered},
};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, DuplexStream};

const PLAIN_MAX: usize = 1000;

#[derive(Debug)]
struct Turned;

impl SecurityLayer for Turned {
    fn is_confidential(&self) -> bool {
        false
    }

    fn plain_max(&self) -> usize {
        PLAIN_MAX
    }

    fn wrap_buffer(&mut self, plain: &[u8], out: &mut Vec<u8>) -> Result<(), Error> {
        assert!(!plain.is_empty() && plain.len() <= PLAIN_MAX);
        if plain == b"unwrappable" {
            return Err(Error::usage("that cannot be wrapped"));
        }
        out.extend_from_slice(&(plain.len() as u32 + 1).to_be_bytes());
        out.extend(plain.iter().map(|byte| !byte));
        out.push(plain.iter().fold(0, |sum, byte| sum ^ byte));
        Ok(())
    }

    fn unwrap_buffer(&mut self, input: &[u8], out: &mut Vec<u8>) -> Result<Option<usize>, Error> {
        let Some((length, rest)) = input.split_first_chunk::<4>() else { return Ok(None) };
        let length = u32::from_be_bytes(*length) as usize;
        if length > PLAIN_MAX + 1 {
            return Err(Error::usage("too long"));
        }
        let Some((sum, body)) = rest.get(..length).and_then(<[u8]>::split_last) else { return Ok(None) };
        let plain: Vec<u8> = body.iter().map(|byte| !byte).collect();
        if plain.iter().fold(0, |sum, byte| sum ^ byte) != *sum {
            return Err(Error::usage("changed on the way"));
        }
        out.extend(plain);
        Ok(Some(4 + length))
    }
}

fn pair(capacity: usize) -> (Layered<DuplexStream>, DuplexStream) {
    let (near, far) = tokio::io::duplex(capacity);
    (Layered::new(near, Box::new(Turned)), far)
}

fn wrapped(plain: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    Turned.wrap_buffer(plain, &mut out).unwrap();
    out
}

#[tokio::test]
async fn both_ways_whatever_the_pieces() {
    let data: Vec<u8> = (0..100_000u32).map(|n| (n % 251) as u8).collect();
    for capacity in [1, 7, 1500, 1 << 20] {
        let (mut near, far) = pair(capacity);
        let mut far = Layered::new(far, Box::new(Turned));
        let sending = async {
            near.write_all(&data).await.unwrap();
            near.flush().await.unwrap();
            let mut echoed = vec![0; 5];
            near.read_exact(&mut echoed).await.unwrap();
            near.shutdown().await.unwrap();
            echoed
        };
        let receiving = async {
            let mut received = vec![0; data.len()];
            far.read_exact(&mut received).await.unwrap();
            far.write_all(b"there").await.unwrap();
            far.flush().await.unwrap();
            assert_eq!(far.read(&mut [0; 1]).await.unwrap(), 0, "the end");
            received
        };
        let (echoed, received) = tokio::join!(sending, receiving);
        assert!(received == data && echoed == b"there", "{capacity}");
    }
}

#[tokio::test]
async fn nothing_is_written_as_it_is() {
    let (mut near, mut far) = pair(1 << 20);
    near.write_all(&[b'x'; 1500]).await.unwrap();
    near.flush().await.unwrap();
    drop(near);
    let mut sent = Vec::new();
    far.read_to_end(&mut sent).await.unwrap();
    assert_eq!(sent, [wrapped(&[b'x'; PLAIN_MAX]), wrapped(&[b'x'; 500])].concat());
}

#[tokio::test]
async fn empty_buffers_and_single_bytes() {
    let (mut near, mut far) = pair(1 << 20);
    let empty = b"\0\0\0\x01\0".to_vec();
    let sent = [empty.clone(), empty, wrapped(b"ab"), wrapped(b"c")].concat();
    let feeding = async {
        for byte in sent {
            far.write_all(&[byte]).await.unwrap();
            tokio::task::yield_now().await;
        }
        drop(far);
    };
    let reading = async {
        let mut received = Vec::new();
        near.read_to_end(&mut received).await.unwrap();
        received
    };
    assert_eq!(tokio::join!(feeding, reading).1, b"abc");
}

#[tokio::test]
async fn an_end_within_a_buffer_is_a_cut() {
    let whole = wrapped(b"hello");
    for end in 1..whole.len() {
        let (mut near, mut far) = pair(1 << 20);
        far.write_all(&[whole.as_slice(), &whole[..end]].concat()).await.unwrap();
        drop(far);
        let mut received = Vec::new();
        let error = near.read_to_end(&mut received).await.unwrap_err();
        assert_eq!((error.kind(), received.as_slice()), (ErrorKind::UnexpectedEof, &b"hello"[..]), "{end}");
    }
}

#[tokio::test]
async fn what_fails_stays_failed() {
    let mut changed = wrapped(b"hello");
    changed[5] ^= 1;
    for bad in [changed, b"\xff\xff\xff\xff".to_vec()] {
        let (mut near, mut far) = pair(1 << 20);
        far.write_all(&[wrapped(b"good"), bad, wrapped(b"late")].concat()).await.unwrap();
        let mut received = vec![0; 4];
        near.read_exact(&mut received).await.unwrap();
        assert_eq!(received, b"good");
        let error = near.read(&mut received).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidData);
        assert!(error.get_ref().unwrap().downcast_ref::<Error>().is_some());
        assert!(near.read(&mut received).await.is_err() && near.write(b"x").await.is_err());
    }
    let (mut near, _far) = pair(1 << 20);
    assert_eq!(near.write(b"unwrappable").await.unwrap_err().kind(), ErrorKind::InvalidData);
    assert!(near.write(b"x").await.is_err());
}

#[tokio::test]
async fn a_peer_that_takes_nothing_makes_writing_wait() {
    let (mut near, far) = pair(10);
    let writing = async {
        let mut total = 0;
        loop {
            total += near.write(&[b'x'; 100_000]).await.unwrap();
            assert!(total < 100_000, "{total} bytes were taken in");
        }
    };
    tokio::select! {
        biased;
        () = writing => unreachable!(),
        () = async { for _ in 0..1000 { tokio::task::yield_now().await } } => drop(far),
    }
}

#[tokio::test]
async fn over_a_connection() {
    let (near, far) = tokio::io::duplex(100);
    let connection = Connection::from_stream(near).wrap(|below| Layered::new(below, Box::new(Turned)));
    let mut connection = connection;
    let mut far = Layered::new(far, Box::new(Turned));
    assert!(!far.layer().is_confidential() && format!("{far:?}").starts_with("Layered { layer: Turned"));
    let (sent, received) = tokio::join!(
        async {
            connection.write_all(b"hi").await?;
            connection.flush().await
        },
        async {
            let mut buffer = [0; 2];
            far.read_exact(&mut buffer).await.map(|_| buffer)
        }
    );
    sent.unwrap();
    assert_eq!(&received.unwrap(), b"hi");
}
