//! smtp-server, of Nodemailer.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
};

use indicatif::ProgressBar;

use super::{
    FULL, GREYLISTED, LMTP, STARTTLS, STORE, SUBJECT, TOKEN, UNKNOWN, USERS,
    scenario::{self, Logins, Restarts, Ways},
    store::Store,
};
use crate::{
    Result,
    interop::{
        cases::{Certificates, note},
        install::{Site, is_npm_installed, npm_install},
        peer::{Drive, Form, Peer, Running, Started},
        process::{Server, command, free_address},
    },
};

const VERSION: &str = "3.21.6";
const PACKAGES: &[&str] = &["smtp-server@3.21.6"];
const APP: &str = include_str!("smtp_server.js");

const WAYS: Ways = Ways {
    logins: Logins::KnownToken,
    refuses: &[
        (UNKNOWN, 550, Some((5, 1, 1))),
        (FULL, 552, Some((5, 2, 2))),
        (GREYLISTED, 450, Some((4, 2, 1))),
    ],
    ..Ways::NONE
};

/// The peer.
#[derive(Debug)]
pub(in crate::interop) struct SmtpServer;

impl SmtpServer {
    fn place(&self, site: &Site) -> PathBuf {
        site.place(self.name())
    }

    fn start_at(
        &self,
        site: &Site,
        dir: &Path,
        certificates: &Certificates,
        all: [SocketAddr; 3],
    ) -> Result<Server> {
        std::fs::write(dir.join("app.js"), APP)?;
        let mut command = command("node");
        command.env("NODE_PATH", self.place(site).join("node_modules")).current_dir(dir);
        command.args(["app.js", STORE]).arg(&certificates.certificate).arg(&certificates.key).arg(TOKEN);
        command.args(all.map(|address| address.port().to_string()));
        command.args(USERS.iter().map(|(user, password)| format!("{user}:{password}")));
        let mut server = Server::spawn(command, dir.join("server.log"))?;
        for address in all {
            server.ready(address)?;
        }
        Ok(server)
    }

    /// One of its own, to be restarted.
    fn restarts(&self, running: &Running) -> Result<Restarts> {
        let dir = running.dir().join("restarted");
        std::fs::create_dir_all(dir.join(STORE))?;
        let (site, certificates) = (Site::new()?, Certificates::make(&dir)?);
        let all = [free_address()?, free_address()?, free_address()?];
        let (port, store) = (all[0].port(), Store::Files(dir.join(STORE)));
        let start = move || Self.start_at(&site, &dir, &certificates, all);
        let server = Some(start()?);
        Ok(Restarts { port, store, server, stop: Box::new(|| Ok(())), start: Box::new(start) })
    }
}

impl Peer for SmtpServer {
    fn name(&self) -> &'static str {
        "smtp-server"
    }

    fn subject(&self) -> &'static str {
        SUBJECT
    }

    fn about(&self) -> &'static str {
        "smtp-server of Nodemailer: REQUIRETLS, DSN, SMTPUTF8, XOAUTH2, LMTP"
    }

    fn version(&self, site: &Site) -> Option<String> {
        is_npm_installed(&self.place(site), PACKAGES).then(|| VERSION.into())
    }

    fn install(&self, site: &Site) -> Result<()> {
        npm_install(&self.place(site), PACKAGES)
    }

    fn start(&self, site: &Site, dir: &Path) -> Result<Started> {
        std::fs::create_dir(dir.join(STORE))?;
        let all = [free_address()?, free_address()?, free_address()?];
        let [smtp, smtps, lmtp] = all;
        note(dir, STARTTLS, smtp)?;
        note(dir, LMTP, lmtp)?;
        let server = self.start_at(site, dir, &Certificates::make(dir)?, all)?;
        Ok(Started { servers: vec![server], address: smtps })
    }

    fn drive<'a>(&'a self, running: &'a Running, _: Form, progress: &'a ProgressBar) -> Drive<'a> {
        Box::pin(async move {
            let restarts = self.restarts(running)?;
            scenario::drive_and_restart(running, &WAYS, restarts, progress).await
        })
    }
}
