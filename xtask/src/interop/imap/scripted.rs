//! The test kit's own server of IMAP4rev2: no interoperability is shown by it, but that the
//! scenario goes the same way where IMAP4rev2 is spoken.

use std::path::Path;

use anyrfc_core::tls::TlsServerConfig;
use anyrfc_imap::testing::{Accounts, Server};
use indicatif::ProgressBar;
use tokio::net::TcpListener;

use super::{
    PLAINTEXT, STARTTLS, SUBJECT, USERS,
    scenario::{self, OwnWays},
};
use crate::{
    Result,
    interop::{
        cases::{Certificates, note, noted},
        install::Site,
        peer::{Drive, Form, Peer, Running, Started},
        process::free_address,
    },
};

const OWN_WAYS: OwnWays = OwnWays { own_tokens: true, ..OwnWays::NONE };

/// What it has beyond the base.
const EXTENSIONS: [&str; 31] = [
    "CONDSTORE",
    "QRESYNC",
    "UIDONLY",
    "SORT",
    "SORT=DISPLAY",
    "ESORT",
    "THREAD=ORDEREDSUBJECT",
    "THREAD=REFERENCES",
    "THREAD=REFS",
    "LANGUAGE",
    "UNAUTHENTICATE",
    "INPROGRESS",
    "JMAPACCESS",
    "COMPRESS=DEFLATE",
    "NOTIFY",
    "METADATA",
    "LIST-METADATA",
    "ACL",
    "RIGHTS=texk",
    "LIST-MYRIGHTS",
    "QUOTA",
    "QUOTASET",
    "QUOTA=RES-STORAGE",
    "QUOTA=RES-MESSAGE",
    "QUOTA=RES-MAILBOX",
    "CONTEXT=SEARCH",
    "SEARCH=FUZZY",
    "FILTERS",
    "MULTISEARCH",
    "PARTIAL",
    "MESSAGELIMIT=500",
];

/// The peer.
#[derive(Debug)]
pub(in crate::interop) struct Scripted;

impl Peer for Scripted {
    fn name(&self) -> &'static str {
        "imap-scripted"
    }

    fn subject(&self) -> &'static str {
        SUBJECT
    }

    fn about(&self) -> &'static str {
        "the test kit's own server of IMAP4rev2, in this process"
    }

    fn version(&self, _: &Site) -> Option<String> {
        Some(env!("CARGO_PKG_VERSION").into())
    }

    fn install(&self, _: &Site) -> Result<()> {
        Ok(())
    }

    fn start(&self, _: &Site, dir: &Path) -> Result<Started> {
        Certificates::make(dir)?;
        note(dir, STARTTLS, free_address()?)?;
        note(dir, PLAINTEXT, free_address()?)?;
        Ok(Started { servers: Vec::new(), address: free_address()? })
    }

    fn drive<'a>(&'a self, running: &'a Running, _: Form, progress: &'a ProgressBar) -> Drive<'a> {
        Box::pin(async move {
            let dir = running.dir();
            let tls = TlsServerConfig::new(
                std::fs::read(dir.join("cert.pem"))?,
                anyrfc_core::Secret::new(std::fs::read(dir.join("key.pem"))?),
            );
            let accounts = USERS
                .iter()
                .fold(Accounts::new(), |accounts, (user, password)| accounts.password(user, password));
            let server = Server::new(accounts).filter("interop", "FLAGGED UNDELETED");
            let open = EXTENSIONS.into_iter().fold(server, Server::with);
            let guarded = open.clone().starttls(tls.clone());
            let implicit = TcpListener::bind(running.address()).await?;
            let explicit = TcpListener::bind(noted(dir, STARTTLS)?).await?;
            let plaintext = TcpListener::bind(noted(dir, PLAINTEXT)?).await?;
            let by_tls = |stream| {
                let (server, tls) = (open.clone(), tls.clone());
                async move { server.serve_tls(stream, &tls).await }
            };
            let in_cleartext = |server: &Server| {
                let server = server.clone();
                move |stream| {
                    let server = server.clone();
                    async move { server.serve(stream).await }
                }
            };
            tokio::select! {
                error = serve(&implicit, by_tls) => Err(error),
                error = serve(&explicit, in_cleartext(&guarded)) => Err(error),
                error = serve(&plaintext, in_cleartext(&open)) => Err(error),
                outcome = scenario::drive(running, &OWN_WAYS, progress) => outcome,
            }
        })
    }
}

/// Serves every connection; how each ends is the client's affair.
async fn serve<F>(
    listener: &TcpListener,
    session: impl Fn(tokio::net::TcpStream) -> F,
) -> Box<dyn std::error::Error>
where
    F: Future<Output = std::io::Result<()>> + Send + 'static,
{
    let mut sessions = tokio::task::JoinSet::new();
    loop {
        match listener.accept().await {
            Ok((stream, _)) => drop(sessions.spawn(session(stream))),
            Err(error) => return error.into(),
        }
    }
}
