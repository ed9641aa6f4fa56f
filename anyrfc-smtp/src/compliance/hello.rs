//! What a client offers when it begins TLS (RFC 8446, section 4.1.2), read octet by octet.

use tokio::io::{AsyncRead, AsyncReadExt as _};

/// The parts of a ClientHello that the checks look at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Hello {
    /// Cipher suites by their numbers, in the client's order.
    pub(super) suites: Vec<u16>,
    /// Versions, in the client's order.
    pub(super) versions: Vec<u16>,
    /// The host's name.
    pub(super) server_name: Option<String>,
}

/// The rest of a message that is being read.
struct Octets<'a>(&'a [u8]);

impl<'a> Octets<'a> {
    fn take(&mut self, count: usize) -> &'a [u8] {
        let (taken, rest) = self.0.split_at(count);
        self.0 = rest;
        taken
    }

    /// A number of so many octets.
    fn number(&mut self, octets: usize) -> usize {
        self.take(octets).iter().fold(0, |number, octet| number << 8 | usize::from(*octet))
    }

    /// What is behind its length of so many octets.
    fn vector(&mut self, octets: usize) -> Octets<'a> {
        let count = self.number(octets);
        Octets(self.take(count))
    }

    fn numbers(mut self) -> Vec<u16> {
        let mut all = Vec::new();
        while !self.0.is_empty() {
            all.push(u16::try_from(self.number(2)).expect("two octets"));
        }
        all
    }
}

/// Reads a ClientHello, which must be the next thing to come.
pub(super) async fn hello<T: AsyncRead + Unpin>(stream: &mut T) -> Hello {
    let mut head = [0; 5];
    stream.read_exact(&mut head).await.expect("a record");
    assert_eq!(head[..2], [0x16, 3], "a handshake record");
    let mut body = vec![0; usize::from(u16::from_be_bytes([head[3], head[4]]))];
    stream.read_exact(&mut body).await.expect("the record");
    let mut all = Octets(&body);
    assert_eq!(all.number(1), 1, "a ClientHello");
    let mut all = all.vector(3);
    all.take(2 + 32);
    all.vector(1);
    let mut hello = Hello { suites: all.vector(2).numbers(), ..Hello::default() };
    all.vector(1);
    let mut extensions = all.vector(2);
    while !extensions.0.is_empty() {
        let (kind, mut extension) = (extensions.number(2), extensions.vector(2));
        match kind {
            0 => {
                let mut name = extension.vector(2);
                assert_eq!(name.number(1), 0, "a host name");
                hello.server_name = Some(String::from_utf8_lossy(name.vector(2).0).into_owned());
            }
            43 => hello.versions = extension.vector(1).numbers(),
            _ => {}
        }
    }
    hello
}
