//! HAProxy: HTTP/2 in front, our own embedded server over HTTP/1.1 behind it.

use std::path::Path;

use anyrfc_core::ErrorKind;
use anyrfc_websocket::{HttpVersion, WebSocketClient, testing::EchoServer};
use indicatif::ProgressBar;

use super::{Cases, Certificates, SUBJECT, echoes, ensure, every_version, note, noted, refused};
use crate::{
    Result,
    interop::{
        install::{Site, apt_install, apt_version},
        peer::{Drive, Form, Peer, Running, Started},
        process::{Server, command, free_address},
    },
};

const PACKAGE: &str = "haproxy";
const PROGRAM: &str = "/usr/sbin/haproxy";
const BACKEND: &str = "backend";
const PLAIN: &str = "plain";

/// The peer.
#[derive(Debug)]
pub(in crate::interop) struct Haproxy;

impl Peer for Haproxy {
    fn name(&self) -> &'static str {
        "haproxy"
    }

    fn subject(&self) -> &'static str {
        SUBJECT
    }

    fn about(&self) -> &'static str {
        "a gateway from HTTP/2 (RFC 8441) to HTTP/1.1"
    }

    fn version(&self, _: &Site) -> Option<String> {
        apt_version(PACKAGE)
    }

    fn install(&self, _: &Site) -> Result<()> {
        apt_install(&[PACKAGE])
    }

    fn start(&self, _: &Site, dir: &Path) -> Result<Started> {
        let both = Certificates::make(dir)?.both;
        let (address, plain, backend) = (free_address()?, free_address()?, free_address()?);
        note(dir, PLAIN, plain)?;
        note(dir, BACKEND, backend)?;
        let both = both.display();
        let config = format!(
            "global\n  maxconn 100\ndefaults\n  mode http\n  timeout connect 5s\n  timeout client 30s\n  \
             timeout server 30s\n  timeout tunnel 60s\nfrontend f\n  \
             bind {address} ssl crt {both} alpn h2,http/1.1\n  bind {plain} proto h2\n  \
             http-request deny deny_status 429 if {{ path /denied }}\n  default_backend b\n\
             backend b\n  server s {backend}\n"
        );
        let file = dir.join("haproxy.cfg");
        std::fs::write(&file, config)?;
        let mut command = command(PROGRAM);
        command.arg("-db").arg("-f").arg(file).current_dir(dir);
        let mut server = Server::spawn(command, dir.join("server.log"))?;
        server.ready(address)?;
        Ok(Started { servers: vec![server], address })
    }

    fn drive<'a>(&'a self, running: &'a Running, _: Form, progress: &'a ProgressBar) -> Drive<'a> {
        Box::pin(async move {
            let _backend = EchoServer::bind(noted(running.dir(), BACKEND)?).await?;
            let tls = Certificates::trusting(running.dir())?;
            let base = format!("wss://localhost:{}", running.address().port());
            let plain = format!("ws://{}", noted(running.dir(), PLAIN)?);
            let mut cases = Cases::new(progress);
            every_version(&mut cases, &tls, &base).await;
            let builder = WebSocketClient::builder().http(HttpVersion::Http2);
            let plaintext = async { echoes(builder.connect(&plain).await?).await };
            cases.run("http2 in plaintext", plaintext).await;
            cases
                .run("http2 subprotocol", async {
                    let builder =
                        builder.clone().tls(tls.clone()).subprotocol("mqtt").subprotocol("superchat");
                    let client = builder.connect(&base).await?;
                    let chosen = client.subprotocol().map(str::to_owned);
                    ensure(chosen.as_deref() == Some("superchat"), || {
                        format!("the server chose {chosen:?}")
                    })?;
                    echoes(client).await
                })
                .await;
            cases
                .run("http2 refusal", async {
                    let builder = builder.clone().tls(tls.clone());
                    let error = refused(builder.connect(&format!("{base}/denied")).await)?;
                    let status = error.refusal().map(|refusal| refusal.status.as_u16());
                    let body = error.refusal().is_some_and(|refusal| !refusal.body.is_empty());
                    let right = error.kind() == ErrorKind::Refused && status == Some(429) && body;
                    ensure(right, || format!("{error:?}"))
                })
                .await;
            Ok(cases.outcome)
        })
    }
}
