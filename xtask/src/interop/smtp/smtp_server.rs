//! smtp-server, of Nodemailer.

use std::path::{Path, PathBuf};

use indicatif::ProgressBar;

use super::{
    FULL, GREYLISTED, LMTP, STARTTLS, STORE, SUBJECT, TOKEN, UNKNOWN, USERS,
    scenario::{self, Logins, Ways},
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
        std::fs::write(dir.join("app.js"), APP)?;
        let certificates = Certificates::make(dir)?;
        let all = [free_address()?, free_address()?, free_address()?];
        let [smtp, smtps, lmtp] = all;
        note(dir, STARTTLS, smtp)?;
        note(dir, LMTP, lmtp)?;
        let mut command = command("node");
        command.env("NODE_PATH", self.place(site).join("node_modules")).current_dir(dir);
        command.args(["app.js", STORE]).arg(&certificates.certificate).arg(&certificates.key).arg(TOKEN);
        command.args(all.map(|address| address.port().to_string()));
        command.args(USERS.iter().map(|(user, password)| format!("{user}:{password}")));
        let mut server = Server::spawn(command, dir.join("server.log"))?;
        for address in all {
            server.ready(address)?;
        }
        Ok(Started { servers: vec![server], address: smtps })
    }

    fn drive<'a>(&'a self, running: &'a Running, _: Form, progress: &'a ProgressBar) -> Drive<'a> {
        Box::pin(scenario::drive(running, &WAYS, progress))
    }
}
