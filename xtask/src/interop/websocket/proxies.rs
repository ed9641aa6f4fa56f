//! Proxies, with our own embedded server behind them.

use std::{net::SocketAddr, path::Path};

use anyrfc_core::{
    ErrorKind,
    transport::{Proxy, Target},
};
use anyrfc_websocket::{Builder, Error, HttpVersion, WebSocketClient, testing::EchoServer};
use indicatif::ProgressBar;

use super::{Cases, SUBJECT, echoes, ensure, refused, shares};
use crate::{
    Result,
    interop::{
        install::{Site, apt_install, apt_version},
        peer::{Drive, Form, Outcome, Peer, Running, Started},
        process::{Server, command, free_address},
    },
};

const USER: &str = "user";
const PASSWORD: &str = "pass-word";

/// A SOCKS5 proxy that asks for user name and password (RFC 1928, RFC 1929).
#[derive(Debug)]
pub(in crate::interop) struct Microsocks;

impl Peer for Microsocks {
    fn name(&self) -> &'static str {
        "microsocks"
    }

    fn subject(&self) -> &'static str {
        SUBJECT
    }

    fn about(&self) -> &'static str {
        "a SOCKS5 proxy with user name and password"
    }

    fn version(&self, _: &Site) -> Option<String> {
        apt_version("microsocks")
    }

    fn install(&self, _: &Site) -> Result<()> {
        apt_install(&["microsocks"])
    }

    fn start(&self, _: &Site, dir: &Path) -> Result<Started> {
        let address = free_address()?;
        let mut command = command("/usr/bin/microsocks");
        command.args(["-i", &address.ip().to_string(), "-p", &address.port().to_string()]);
        command.args(["-u", USER, "-P", PASSWORD]).current_dir(dir);
        start(command, dir, address)
    }

    fn drive<'a>(&'a self, running: &'a Running, _: Form, progress: &'a ProgressBar) -> Drive<'a> {
        let proxy = |target| Proxy::socks5(target);
        Box::pin(through(running.address(), progress, proxy))
    }
}

/// An HTTP proxy for CONNECT that asks for Basic authentication (RFC 9110, section 9.3.6).
#[derive(Debug)]
pub(in crate::interop) struct Tinyproxy;

impl Peer for Tinyproxy {
    fn name(&self) -> &'static str {
        "tinyproxy"
    }

    fn subject(&self) -> &'static str {
        SUBJECT
    }

    fn about(&self) -> &'static str {
        "an HTTP proxy for CONNECT with Basic authentication"
    }

    fn version(&self, _: &Site) -> Option<String> {
        apt_version("tinyproxy-bin")
    }

    fn install(&self, _: &Site) -> Result<()> {
        apt_install(&["tinyproxy-bin"])
    }

    fn start(&self, _: &Site, dir: &Path) -> Result<Started> {
        let address = free_address()?;
        // Where no port is named, any may be connected to.
        let config = format!(
            "Port {}\nListen {}\nTimeout 60\nAllow 127.0.0.1\nBasicAuth {USER} {PASSWORD}\n",
            address.port(),
            address.ip()
        );
        let file = dir.join("tinyproxy.conf");
        std::fs::write(&file, config)?;
        let mut command = command("/usr/bin/tinyproxy");
        command.arg("-d").arg("-c").arg(file).current_dir(dir);
        start(command, dir, address)
    }

    fn drive<'a>(&'a self, running: &'a Running, _: Form, progress: &'a ProgressBar) -> Drive<'a> {
        let proxy = |target| Proxy::http_connect(target);
        Box::pin(through(running.address(), progress, proxy))
    }
}

fn start(command: std::process::Command, dir: &Path, address: SocketAddr) -> Result<Started> {
    let mut server = Server::spawn(command, dir.join("server.log"))?;
    server.ready(address)?;
    Ok(Started { servers: vec![server], address })
}

/// Right, wrong and no credentials; plaintext, TLS and HTTP/2 behind; a target that is not there.
async fn through(
    address: SocketAddr,
    progress: &ProgressBar,
    proxy: impl Fn(Target) -> Proxy,
) -> Result<Outcome> {
    let plain = EchoServer::start().await?;
    let tls = EchoServer::start_tls_http2().await?;
    let by = |login: Option<(&str, &str)>| -> Result<Builder> {
        let proxy = proxy(Target::from(address));
        let proxy = match login {
            Some((user, password)) => proxy.credentials(user, password.to_owned())?,
            None => proxy,
        };
        Ok(WebSocketClient::builder().proxy(proxy))
    };
    let right = Some((USER, PASSWORD));
    let trusting = tls.client_tls().ok_or("a TLS server without certificates")?;
    let mut cases = Cases::new(progress);
    cases.run("plaintext", async { echoes(by(right)?.connect(&plain.url()).await?).await }).await;
    cases
        .run("plaintext, by name", async {
            let url = format!("ws://localhost:{}/", plain.address().port());
            echoes(by(right)?.connect(&url).await?).await
        })
        .await;
    for (name, version) in [("http1", HttpVersion::Http1), ("http2", HttpVersion::Http2)] {
        let run = async {
            let client = by(right)?.tls(trusting.clone()).http(version).connect(&tls.url()).await?;
            ensure(client.connection_info().proxied, || "not through the proxy".to_owned())?;
            echoes(client).await
        };
        cases.run(format!("{name} over TLS"), run).await;
    }
    let shared = async { shares(&by(right)?.tls(trusting.clone()), &tls.url()).await };
    cases.run("http2 shared by eight", shared).await;
    for (name, login) in [
        ("wrong password", Some((USER, "word"))),
        ("wrong user", Some(("nobody", PASSWORD))),
        ("no credentials", None),
    ] {
        let run = async {
            let error = refused(by(login)?.connect(&plain.url()).await)?;
            ensure(error.kind() == ErrorKind::Auth, || format!("{error:?}"))?;
            ensure(!shows(&error, PASSWORD), || "the error shows the password".to_owned())
        };
        cases.run(name, run).await;
    }
    cases
        .run("a target that is not there", async {
            let url = format!("ws://{}/", free_address()?);
            let error = refused(by(right)?.connect(&url).await)?;
            ensure(error.kind() == ErrorKind::Refused, || format!("{error:?}"))
        })
        .await;
    Ok(cases.outcome)
}

fn shows(error: &Error, secret: &str) -> bool {
    format!("{error} {error:?}").contains(secret)
}
