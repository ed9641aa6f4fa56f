//! A browser, and whoever else connects to the loopback listener.

use std::net::SocketAddr;

use anyrfc_oauth2::{
    Tolerances,
    client::Loopback,
    proto::{Client, Pending},
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    runtime::{Builder, Runtime},
};

use crate::{
    callback::{begin, pairs},
    judge,
};

/// What it may be answered.
const ANSWERS: [&str; 8] = ["200", "400", "404", "405", "421", "431", "505", "414"];

pub(crate) struct Browser {
    runtime: Runtime,
    client: Client,
    set: Option<Set>,
}

/// A listener, and what it waits for.
struct Set {
    loopback: Loopback,
    pending: Pending,
    address: SocketAddr,
}

impl Browser {
    pub(crate) fn new() -> Self {
        let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
        Self { runtime, client: judge::client(Tolerances::NONE), set: None }
    }

    /// Says it at once, and in pieces: `HOST` stands for the listener's name, `STATE` for the state
    /// that was sent.
    pub(crate) fn say(&mut self, data: &[u8]) {
        let Self { runtime, client, set } = self;
        runtime.block_on(async {
            let whole = say(client, set, data, data.len().max(1)).await;
            let pieces = say(client, set, data, data.len().div_ceil(3).max(1)).await;
            if let (Some(whole), Some(pieces)) = (whole, pieces) {
                assert_eq!(whole, pieces, "in pieces");
            }
        });
    }
}

fn listen(client: &Client) -> Set {
    let loopback = Loopback::bind().expect("a port");
    let pending = begin(client, loopback.redirect_uri());
    let address = loopback.local_addrs()[0];
    Set { loopback, pending, address }
}

fn replaced(data: &[u8], name: &[u8], value: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(data.len());
    let mut rest = data;
    while let Some(at) = rest.windows(name.len()).position(|window| window == name) {
        out.extend_from_slice(&rest[..at]);
        out.extend_from_slice(value);
        rest = &rest[at + name.len()..];
    }
    out.extend_from_slice(rest);
    out
}

/// Returns what the listener answered, and whether it took that for the answer of the server; `None`
/// when there was no connection to be had.
async fn say(client: &Client, set: &mut Option<Set>, data: &[u8], size: usize) -> Option<(String, bool)> {
    let Set { loopback, pending, address } = set.get_or_insert_with(|| listen(client));
    let host = address.to_string();
    let data = replaced(&replaced(data, b"HOST", host.as_bytes()), b"STATE", pending.state().as_bytes());
    let mut stream = TcpStream::connect(*address).await.ok()?;
    // No port is kept waiting for what is lost on loopback.
    stream.set_zero_linger().ok()?;
    let speak = async {
        let mut answer = Vec::new();
        for piece in data.chunks(size) {
            if stream.write_all(piece).await.is_err() {
                break;
            }
            tokio::task::yield_now().await;
        }
        let _ = stream.shutdown().await;
        let _ = stream.read_to_end(&mut answer).await;
        answer
    };
    let (mut taken, mut answer) = (None, None);
    {
        let mut heard = std::pin::pin!(loopback.callback(pending));
        let mut speak = std::pin::pin!(speak);
        while answer.is_none() {
            tokio::select! {
                callback = &mut heard, if taken.is_none() => taken = Some(callback.expect("nothing fails here")),
                said = &mut speak => answer = Some(said),
            }
        }
        // The listener has read it when the browser has its answer, but may not be done with it.
        if taken.is_none() && answer.as_ref().is_some_and(|said| said.starts_with(b"HTTP/1.1 200")) {
            taken = Some(heard.await.expect("nothing fails here"));
        }
    }
    let answer = String::from_utf8(answer.unwrap_or_default()).expect("text");
    let status = answer.get(9..12).unwrap_or_default().to_owned();
    if !answer.is_empty() {
        assert!(answer.starts_with("HTTP/1.1 ") && ANSWERS.contains(&status.as_str()), "{answer}");
        assert!(
            answer.contains("\r\n\r\n") && answer.to_ascii_lowercase().contains("cache-control: no-store")
        );
    }
    if let Some(callback) = &taken {
        let head = String::from_utf8_lossy(&data).into_owned();
        let line = head.trim_start_matches(['\r', '\n']).lines().next().unwrap_or_default().to_owned();
        let target = line.strip_prefix("GET ").expect("the answer is asked for by GET");
        let target = target.split(' ').next().unwrap_or_default();
        let (path, query) = target.split_once('?').expect("a query");
        assert_eq!(path, "/callback");
        assert!(!query.contains('#'), "no target has a fragment");
        assert_eq!(callback.state(), Some(pending.state()));
        let states = pairs(query.as_bytes()).into_iter().filter(|(name, _)| name == "state").count();
        assert_eq!(states, 1, "{query}");
        assert!(head.to_ascii_lowercase().contains("host:") && head.contains(&host));
        let reason = if callback.parameter("error").is_some() { "refused" } else { "close this window" };
        assert!(answer.is_empty() || answer.contains(reason), "{answer}");
    } else {
        assert!(status != "200", "nobody has the answer: {answer}");
    }
    let is_taken = taken.is_some();
    if is_taken {
        *set = None;
    }
    Some((status, is_taken))
}
