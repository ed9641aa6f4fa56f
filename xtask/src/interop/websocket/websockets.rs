//! The Python library `websockets`, a strict server.

use std::path::Path;

use anyrfc_core::ErrorKind;
use anyrfc_websocket::{CloseCode, CloseFrame, Kind, Message, WebSocketClient};
use indicatif::ProgressBar;

use super::{Cases, SUBJECT, closes, deflate, echoes, ensure, expect, refused};
use crate::{
    Result,
    interop::{
        doctor::{self, Visit},
        install::{Site, Virtualenv},
        peer::{Drive, Form, Peer, Running, Started},
        process::{Server, command, free_address},
    },
};

const VERSION: &str = "17.4";
const PACKAGES: &[&str] = &["websockets==17.4"];
const SERVER: &str = include_str!("websockets_server.py");

/// The peer.
#[derive(Debug)]
pub(in crate::interop) struct Websockets;

impl Websockets {
    fn environment(&self, site: &Site) -> Virtualenv {
        Virtualenv::new(site.place(self.name()), PACKAGES)
    }
}

impl Peer for Websockets {
    fn name(&self) -> &'static str {
        "websockets"
    }

    fn subject(&self) -> &'static str {
        SUBJECT
    }

    fn about(&self) -> &'static str {
        "the strict server of the Python library of that name"
    }

    fn version(&self, site: &Site) -> Option<String> {
        self.environment(site).is_installed().then(|| VERSION.into())
    }

    fn install(&self, site: &Site) -> Result<()> {
        self.environment(site).install()
    }

    fn start(&self, site: &Site, dir: &Path) -> Result<Started> {
        let script = dir.join("server.py");
        std::fs::write(&script, SERVER)?;
        let address = free_address()?;
        let mut command = command(self.environment(site).python());
        command.arg("-u").arg(script).arg(address.port().to_string()).current_dir(dir);
        let mut server = Server::spawn(command, dir.join("server.log"))?;
        server.ready(address)?;
        Ok(Started { servers: vec![server], address })
    }

    fn drive<'a>(&'a self, running: &'a Running, _: Form, progress: &'a ProgressBar) -> Drive<'a> {
        Box::pin(async move {
            let base = format!("ws://{}", running.address());
            let mut cases = Cases::new(progress);
            cases.run("echo", async { echoes(WebSocketClient::connect(&base).await?).await }).await;
            closing(&mut cases, &base).await;
            subprotocols(&mut cases, &base).await;
            fragments(&mut cases, &base).await;
            handshakes(&mut cases, &base).await;
            deflate::all(&mut cases, &base).await;
            // Where it compresses, there is more to examine.
            let url = format!("{base}/deflate");
            let visit = Visit { name: "ws", url, ca: None, login: None, more: &[] };
            doctor::examine(&mut cases.outcome, &[visit]).await;
            Ok(cases.outcome)
        })
    }
}

/// Codes and reasons in both directions; the server tells what it was closed with.
async fn closing(cases: &mut Cases<'_>, base: &str) {
    for (code, reason) in [(1000, ""), (1001, "ü€😀"), (1011, "x"), (3000, ""), (4999, "last")] {
        cases
            .run(format!("close by the server with {code}"), async {
                let mut client = WebSocketClient::connect(&format!("{base}/close")).await?;
                client.send_text(format!("{code} {reason}")).await?;
                while client.next().await?.is_some() {}
                let close = client.peer_close().cloned().flatten();
                let told = close.as_ref().map(|frame| (frame.code().get(), frame.reason()));
                ensure(told == Some((code, reason)), || format!("{close:?}"))
            })
            .await;
        cases
            .run(format!("close by us with {code}"), async {
                let mut watcher = WebSocketClient::connect(&format!("{base}/closed")).await?;
                let client = WebSocketClient::connect(&format!("{base}/tell")).await?;
                let code = CloseCode::new(code).ok_or("no code that may be sent")?;
                let answer = client.close_with(CloseFrame::new(code, reason)?).await?;
                let echoed = answer.as_ref().map(CloseFrame::code);
                ensure(echoed == Some(code), || format!("answered by {answer:?}"))?;
                expect(&mut watcher, &Message::text(format!("{} {reason}", code.get()))).await?;
                closes(watcher).await
            })
            .await;
    }
}

async fn subprotocols(cases: &mut Cases<'_>, base: &str) {
    for (offered, chosen) in [
        (&["chat"][..], Some("chat")),
        (&["mqtt", "superchat"], Some("superchat")),
        (&["mqtt"], None),
        (&[], None),
    ] {
        cases
            .run(format!("subprotocols {offered:?}"), async {
                let builder = offered.iter().fold(WebSocketClient::builder(), |b, name| b.subprotocol(*name));
                let client = builder.connect(base).await?;
                let got = client.subprotocol().map(str::to_owned);
                ensure(got.as_deref() == chosen, || format!("the server chose {got:?}"))?;
                closes(client).await
            })
            .await;
    }
}

/// Fragments from the server, and to it, with characters cut in two.
async fn fragments(cases: &mut Cases<'_>, base: &str) {
    cases
        .run("fragments from the server", async {
            let mut client = WebSocketClient::connect(&format!("{base}/fragments")).await?;
            client.send_text("größer als 😀").await?;
            expect(&mut client, &Message::text("größer als 😀")).await?;
            client.send_binary(vec![1, 2, 3]).await?;
            expect(&mut client, &Message::binary(vec![1, 2, 3])).await?;
            closes(client).await
        })
        .await;
    cases
        .run("fragments to the server", async {
            let mut client = WebSocketClient::connect(base).await?;
            let text = "größer als 😀 ".repeat(1000);
            let mut writer = client.writer(Kind::Text);
            for piece in text.as_bytes().chunks(7) {
                writer.write(piece).await?;
            }
            writer.finish().await?;
            expect(&mut client, &Message::text(text)).await?;
            closes(client).await
        })
        .await;
    cases
        .run("a message in pieces", async {
            let mut client = WebSocketClient::connect(base).await?;
            client.send_binary(vec![7; 900_000]).await?;
            let mut reader = client.next_reader().await?.ok_or("no message")?;
            let mut total = 0;
            while let Some(piece) = reader.chunk().await? {
                ensure(piece.iter().all(|byte| *byte == 7), || "other bytes".to_owned())?;
                total += piece.len();
            }
            ensure(total == 900_000, || format!("{total} bytes"))?;
            closes(client).await
        })
        .await;
}

/// What the server says before anything is open.
async fn handshakes(cases: &mut Cases<'_>, base: &str) {
    cases
        .run("refusal", async {
            let error = refused(WebSocketClient::connect(&format!("{base}/missing")).await)?;
            let refusal = error.refusal().ok_or_else(|| format!("{error:?}"))?;
            let right = refusal.status.as_u16() == 404 && refusal.body.starts_with(b"nothing here");
            ensure(right && error.kind() == ErrorKind::Refused, || format!("{refusal:?}"))
        })
        .await;
    cases
        .run("redirect", async {
            let builder = WebSocketClient::builder().redirects(1);
            closes(builder.connect(&format!("{base}/moved")).await?).await?;
            let error = refused(WebSocketClient::connect(&format!("{base}/moved")).await)?;
            ensure(error.refusal().is_some(), || format!("{error:?}"))
        })
        .await;
    cases
        .run("basic authentication", async {
            let url = format!("{base}/private");
            let error = refused(WebSocketClient::connect(&url).await)?;
            ensure(error.kind() == ErrorKind::Auth, || format!("{error:?}"))?;
            let wrong = WebSocketClient::builder().basic_auth("me", "wrong".to_owned());
            let error = refused(wrong.connect(&url).await)?;
            ensure(error.kind() == ErrorKind::Auth, || format!("{error:?}"))?;
            let builder = WebSocketClient::builder().basic_auth("me", "geheim: ü".to_owned());
            closes(builder.connect(&url).await?).await
        })
        .await;
}
