//! Hypercorn: a Python server of HTTP/1.1 and HTTP/2, with WebSocket on both.

use std::path::Path;

use anyrfc_core::ErrorKind;
use anyrfc_websocket::{HttpVersion, WebSocketClient};
use indicatif::ProgressBar;

use super::{Cases, Certificates, SUBJECT, echoes, ensure, every_version, note, noted, refused};
use crate::{
    Result,
    interop::{
        install::{Site, Virtualenv},
        peer::{Drive, Form, Peer, Running, Started},
        process::{Server, command, free_address},
    },
};

const VERSION: &str = "0.18.0";
const PACKAGES: &[&str] = &["hypercorn==0.18.0"];
const APP: &str = include_str!("hypercorn_app.py");
const PLAIN: &str = "plain";

/// The peer.
#[derive(Debug)]
pub(in crate::interop) struct Hypercorn;

impl Hypercorn {
    fn environment(&self, site: &Site) -> Virtualenv {
        Virtualenv::new(site.place(self.name()), PACKAGES)
    }
}

impl Peer for Hypercorn {
    fn name(&self) -> &'static str {
        "hypercorn"
    }

    fn subject(&self) -> &'static str {
        SUBJECT
    }

    fn about(&self) -> &'static str {
        "a Python server, with WebSocket over HTTP/1.1 and HTTP/2 (RFC 8441)"
    }

    fn version(&self, site: &Site) -> Option<String> {
        self.environment(site).is_installed().then(|| VERSION.into())
    }

    fn install(&self, site: &Site) -> Result<()> {
        self.environment(site).install()
    }

    fn start(&self, site: &Site, dir: &Path) -> Result<Started> {
        std::fs::write(dir.join("app.py"), APP)?;
        let certificates = Certificates::make(dir)?;
        let (address, plain) = (free_address()?, free_address()?);
        note(dir, PLAIN, plain)?;
        let mut command = command(self.environment(site).python());
        command
            .args(["-u", "-m", "hypercorn", "--workers", "0"])
            .args(["--bind", &address.to_string(), "--insecure-bind", &plain.to_string()])
            .arg("--certfile")
            .arg(certificates.certificate)
            .arg("--keyfile")
            .arg(certificates.key)
            .arg("app:app")
            .current_dir(dir);
        let mut server = Server::spawn(command, dir.join("server.log"))?;
        server.ready(address)?;
        server.ready(plain)?;
        Ok(Started { servers: vec![server], address })
    }

    fn drive<'a>(&'a self, running: &'a Running, _: Form, progress: &'a ProgressBar) -> Drive<'a> {
        Box::pin(async move {
            let tls = Certificates::trusting(running.dir())?;
            let base = format!("wss://localhost:{}", running.address().port());
            let plain = format!("ws://{}", noted(running.dir(), PLAIN)?);
            let mut cases = Cases::new(progress);
            every_version(&mut cases, &tls, &base).await;
            for (name, version) in [("http1", HttpVersion::Http1), ("http2", HttpVersion::Http2)] {
                let builder = WebSocketClient::builder().http(version).tls(tls.clone());
                let plaintext = WebSocketClient::builder().http(version);
                let run = async { echoes(plaintext.connect(&plain).await?).await };
                cases.run(format!("{name} in plaintext"), run).await;
                cases
                    .run(format!("{name} subprotocol"), async {
                        let builder = builder.clone().subprotocol("mqtt").subprotocol("chat");
                        let client = builder.connect(&base).await?;
                        let chosen = client.subprotocol().map(str::to_owned);
                        ensure(chosen.as_deref() == Some("chat"), || format!("the server chose {chosen:?}"))?;
                        echoes(client).await
                    })
                    .await;
                cases
                    .run(format!("{name} refusal"), async {
                        let error = refused(builder.connect(&format!("{base}/refuse")).await)?;
                        let status = error.refusal().map(|refusal| refusal.status.as_u16());
                        let right = error.kind() == ErrorKind::Refused && status == Some(403);
                        ensure(right, || format!("{error:?}"))
                    })
                    .await;
                cases
                    .run(format!("{name} close by the server"), async {
                        let mut client = builder.connect(&format!("{base}/leave")).await?;
                        while client.next().await?.is_some() {}
                        let close = client.peer_close().cloned().flatten();
                        let told = close.as_ref().map(|frame| (frame.code().get(), frame.reason()));
                        ensure(told == Some((4001, "bye")), || format!("{close:?}"))
                    })
                    .await;
            }
            Ok(cases.outcome)
        })
    }
}
