//! Servers on loopback.

use std::{future::Future, sync::Arc};

use anyrfc_core::tls::TlsServerConfig;
use anyrfc_imap::testing as imap;
use anyrfc_sasl::Channel;
use anyrfc_smtp::testing as smtp;
use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};

/// Serves every connection to a free port by `serve`.
pub(crate) async fn on_port<F>(serve: impl Fn(TcpStream) -> F + Send + 'static) -> u16
where
    F: Future<Output = ()> + Send + 'static,
{
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(serve(stream));
        }
    });
    port
}

/// The kit's mail server.
pub(crate) async fn smtp(server: smtp::Server) -> u16 {
    on_port(move |stream| {
        let server = server.clone();
        async move {
            let _ = server.serve(stream).await;
        }
    })
    .await
}

/// The kit's mail server, which goes on under TLS with what came before it.
pub(crate) async fn smtp_with_a_memory(server: smtp::Server, tls: TlsServerConfig) -> u16 {
    on_port(move |mut stream| {
        let (server, tls) = (server.clone(), tls.clone());
        async move {
            let mut session = server.session();
            let mut buffer = [0; 4096];
            let kept = loop {
                stream.write_all(&session.take_output()).await.unwrap();
                let Ok(count @ 1..) = stream.read(&mut buffer).await else { return };
                let text = &buffer[..count];
                let end = text.iter().position(|byte| *byte == b'\n').map_or(count, |at| at + 1);
                session.receive(&text[..end]);
                if session.wants() == smtp::Wants::Tls {
                    break text[end..].to_vec();
                }
                session.receive(&text[end..]);
                if session.wants() == smtp::Wants::Close {
                    let _ = stream.write_all(&session.take_output()).await;
                    return;
                }
            };
            stream.write_all(&session.take_output()).await.unwrap();
            let Ok((mut stream, info)) = tls.accept(stream).await else { return };
            session.secured(Channel::from(&info));
            session.receive(&kept);
            loop {
                if stream.write_all(&session.take_output()).await.is_err() {
                    return;
                }
                if session.wants() == smtp::Wants::Close {
                    let _ = stream.shutdown().await;
                    return;
                }
                let Ok(count @ 1..) = stream.read(&mut buffer).await else { return };
                session.receive(&buffer[..count]);
            }
        }
    })
    .await
}

/// What a server says in place of what it would say to this line; to none for the greeting.
pub(crate) type Plant = Arc<dyn Fn(&str, String) -> String + Send + Sync>;

/// The kit's IMAP server, with its answers changed; `remembers` makes it take what is injected
/// before TLS for said under TLS.
#[derive(Clone)]
pub(crate) struct Imap {
    pub(crate) server: imap::Server,
    pub(crate) tls: Option<TlsServerConfig>,
    pub(crate) plants: Vec<Plant>,
    pub(crate) remembers: bool,
}

impl Imap {
    pub(crate) async fn listen(self) -> u16 {
        on_port(move |stream| {
            let this = self.clone();
            async move { this.serve(stream).await }
        })
        .await
    }

    async fn serve(&self, mut stream: TcpStream) {
        let mut session = self.server.session(&Channel::plaintext());
        let greeting = self.changed("", session.take_output());
        stream.write_all(&greeting).await.unwrap();
        let Some(rest) = self.talk(&mut session, &mut stream, Vec::new()).await else { return };
        let Some(tls) = &self.tls else { return };
        let Ok((mut stream, info)) = tls.accept(stream).await else { return };
        session.secured(Channel::from(&info));
        let rest = if self.remembers { rest } else { Vec::new() };
        self.talk(&mut session, &mut stream, rest).await;
    }

    /// Until the end, or TLS begins: then what came ahead of it.
    async fn talk<T>(
        &self,
        session: &mut imap::Session,
        stream: &mut T,
        mut ahead: Vec<u8>,
    ) -> Option<Vec<u8>>
    where
        T: AsyncRead + AsyncWrite + Unpin,
    {
        let mut buffer = [0; 4096];
        loop {
            while let Some(end) = ahead.iter().position(|byte| *byte == b'\n') {
                let line: Vec<u8> = ahead.drain(..=end).collect();
                session.receive(&line);
                let out = self.changed(&String::from_utf8_lossy(&line), session.take_output());
                stream.write_all(&out).await.ok()?;
                match session.wants() {
                    imap::Wants::Tls => return Some(ahead),
                    imap::Wants::Close => {
                        let _ = stream.shutdown().await;
                        return None;
                    }
                    _ => {}
                }
            }
            let Ok(count @ 1..) = stream.read(&mut buffer).await else { return None };
            ahead.extend_from_slice(&buffer[..count]);
        }
    }

    fn changed(&self, line: &str, said: Vec<u8>) -> Vec<u8> {
        let said = String::from_utf8(said).unwrap();
        self.plants.iter().fold(said, |said, plant| plant(line.trim_end(), said)).into_bytes()
    }
}
