//! Somebody between a client and a peer, on a connection without TLS: what the client says is
//! kept, and what the server says can be falsified.

use std::{
    net::{Ipv4Addr, SocketAddr},
    sync::{Arc, Mutex, PoisonError},
};

use tokio::{
    io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader},
    net::{TcpListener, TcpStream},
    task::{JoinHandle, JoinSet},
};

use crate::Result;

/// What is done to the lines of the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::interop) enum Lines {
    /// Nothing.
    Same,
    /// STARTTLS is not among its capabilities, as if somebody were after the password.
    WithoutStartTls,
}

/// The connections between one client and one peer; ends when it is dropped.
pub(in crate::interop) struct Tap {
    address: SocketAddr,
    said: Arc<Mutex<Vec<u8>>>,
    task: JoinHandle<()>,
}

impl Tap {
    /// In front of `peer`.
    pub(in crate::interop) async fn new(peer: SocketAddr, lines: Lines) -> Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let said = Arc::<Mutex<Vec<u8>>>::default();
        let kept = Arc::clone(&said);
        let task = tokio::spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((client, _)) = listener.accept().await {
                connections.spawn(relay(client, peer, lines, Arc::clone(&kept)));
            }
        });
        Ok(Self { address, said, task })
    }

    /// Where the client connects.
    pub(in crate::interop) const fn address(&self) -> SocketAddr {
        self.address
    }

    /// What the client has said since this was asked last.
    pub(in crate::interop) fn said(&self) -> String {
        let bytes = std::mem::take(&mut *self.said.lock().unwrap_or_else(PoisonError::into_inner));
        String::from_utf8_lossy(&bytes).into_owned()
    }
}

impl Drop for Tap {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// One connection until either side ends it; an error ends it as well.
async fn relay(client: TcpStream, peer: SocketAddr, lines: Lines, said: Arc<Mutex<Vec<u8>>>) {
    let Ok(server) = TcpStream::connect(peer).await else { return };
    let ((mut client_reads, mut client_writes), (server_reads, mut server_writes)) =
        (client.into_split(), server.into_split());
    let up = async {
        let mut buffer = vec![0; 64 * 1024];
        loop {
            let count = client_reads.read(&mut buffer).await?;
            if count == 0 {
                return server_writes.shutdown().await;
            }
            // Kept before it is passed on: who has an answer finds the question here.
            said.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(&buffer[..count]);
            server_writes.write_all(&buffer[..count]).await?;
        }
    };
    let down = async {
        let mut server_reads = BufReader::new(server_reads);
        if lines == Lines::Same {
            tokio::io::copy_buf(&mut server_reads, &mut client_writes).await?;
            return client_writes.shutdown().await;
        }
        let mut line = Vec::new();
        while server_reads.read_until(b'\n', &mut line).await? > 0 {
            conceal(&mut line);
            client_writes.write_all(&line).await?;
            line.clear();
        }
        client_writes.shutdown().await
    };
    let _ = tokio::join!(up, down);
}

/// Makes another word of STARTTLS.
fn conceal(line: &mut [u8]) {
    const WORD: &[u8] = b"STARTTLS";
    let places: Vec<_> =
        line.windows(WORD.len()).enumerate().filter(|(_, word)| *word == WORD).map(|(at, _)| at).collect();
    for at in places {
        line[at] = b'X';
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn starttls_becomes_another_word() {
        let mut line = *b"* OK [CAPABILITY IMAP4rev1 STARTTLS ID] STARTTLS\r\n";
        conceal(&mut line);
        assert_eq!(&line, b"* OK [CAPABILITY IMAP4rev1 XTARTTLS ID] XTARTTLS\r\n");
    }

    #[tokio::test]
    async fn what_the_client_says_is_kept_before_it_is_answered() {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let tap = Tap::new(listener.local_addr().unwrap(), Lines::WithoutStartTls).await.unwrap();
        let mut client = TcpStream::connect(tap.address()).await.unwrap();
        let (mut server, _) = listener.accept().await.unwrap();
        client.write_all(b"a CAPABILITY\r\n").await.unwrap();
        let mut seen = [0; 14];
        server.read_exact(&mut seen).await.unwrap();
        assert_eq!(tap.said(), "a CAPABILITY\r\n");
        assert_eq!(tap.said(), "");
        server.write_all(b"* CAPABILITY STARTTLS\r\n").await.unwrap();
        drop(server);
        let mut told = String::new();
        client.read_to_string(&mut told).await.unwrap();
        assert_eq!(told, "* CAPABILITY XTARTTLS\r\n");
    }
}
