//! The sink that comes with Postfix: it takes everything, as fast as it can.

use std::path::Path;

use indicatif::ProgressBar;

use super::{
    SUBJECT,
    postfix::PACKAGE,
    scenario::{self, Door, Logins, Ways},
};
use crate::{
    Result,
    interop::{
        account::{Account, open},
        install::{Site, apt_install, apt_version},
        peer::{Drive, Form, Peer, Running, Started},
        process::{Server, command, free_address},
    },
};

const PROGRAM: &str = "/usr/sbin/smtp-sink";
/// So many connections wait at most until they are accepted.
const BACKLOG: &str = "1024";

const WAYS: Ways = Ways { door: Door::Plaintext, logins: Logins::Anybody, ..Ways::NONE };

/// The peer, with or without PIPELINING.
#[derive(Debug)]
pub(in crate::interop) struct SmtpSink {
    pub(in crate::interop) pipelining: bool,
}

impl Peer for SmtpSink {
    fn name(&self) -> &'static str {
        if self.pipelining { "smtp-sink" } else { "smtp-sink-sequential" }
    }

    fn subject(&self) -> &'static str {
        SUBJECT
    }

    fn about(&self) -> &'static str {
        if self.pipelining {
            "Postfix's sink, for the benches"
        } else {
            "Postfix's sink without PIPELINING, for the benches"
        }
    }

    fn only_by_name(&self) -> bool {
        true
    }

    fn version(&self, _: &Site) -> Option<String> {
        apt_version(PACKAGE)
    }

    fn install(&self, _: &Site) -> Result<()> {
        apt_install(&[PACKAGE])
    }

    fn start(&self, _: &Site, dir: &Path) -> Result<Started> {
        open(dir)?;
        let address = free_address()?;
        let account = Account::unprivileged()?;
        let mut command = command(PROGRAM);
        if !account.is_ours() {
            command.args(["-u", &account.user]);
        }
        if !self.pipelining {
            command.arg("-p");
        }
        command.arg(address.to_string()).arg(BACKLOG).current_dir(dir);
        let mut server = Server::spawn(command, dir.join("server.log"))?;
        server.ready(address)?;
        Ok(Started { servers: vec![server], address })
    }

    fn drive<'a>(&'a self, running: &'a Running, _: Form, progress: &'a ProgressBar) -> Drive<'a> {
        Box::pin(scenario::drive(running, &WAYS, progress))
    }
}
