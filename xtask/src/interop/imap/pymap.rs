//! pymap.

use std::path::Path;

use indicatif::ProgressBar;

use super::{
    PLAINTEXT, STARTTLS, SUBJECT, USERS,
    scenario::{self, OwnWays},
};
use crate::{
    Result,
    interop::{
        cases::{Certificates, note},
        install::{Site, Virtualenv},
        peer::{Drive, Form, Peer, Running, Started},
        process::{Server, command, free_address},
    },
};

const VERSION: &str = "0.36.7";
const PACKAGES: &[&str] = &["pymap==0.36.7"];
const APP: &str = include_str!("pymap_app.py");

const OWN_WAYS: OwnWays = OwnWays {
    // The case names messages by UIDs that begin with 1 and have no gap.
    synchronised: 0,
    answers: &[
        ("fetch: a subject", "Äntrage - Frist"),
        ("fetch: the date of an envelope", "21-Nov-2026 08:00:00 +0100"),
        ("fetch: a disposition", "attachment; filename=\"bytes.bin\"; size=\"16\""),
        ("fetch: the name of a file", ""),
        ("fetch: the octets of a part", "Some(256)"),
        ("fetch: a part", "<p>Code</p>\r\n"),
        ("fetch: the text of a message in it", "Where it all began.\r\n"),
        ("binary: a text", "Gr\\xc3\\xbc\\xc3\\x9fe, 271828 = Code\\r\\n"),
        ("store: a keyword", ""),
    ],
    ..OwnWays::NONE
};

/// The peer.
#[derive(Debug)]
pub(in crate::interop) struct Pymap;

impl Pymap {
    fn environment(&self, site: &Site) -> Virtualenv {
        Virtualenv::new(site.place(self.name()), PACKAGES)
    }
}

impl Peer for Pymap {
    fn name(&self) -> &'static str {
        "pymap"
    }

    fn subject(&self) -> &'static str {
        SUBJECT
    }

    fn about(&self) -> &'static str {
        "pymap: IMAP4rev1 in Python, all mail in memory"
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
        let (imaps, imap, plain) = (free_address()?, free_address()?, free_address()?);
        note(dir, STARTTLS, imap)?;
        note(dir, PLAINTEXT, plain)?;
        let mut command = command(self.environment(site).python());
        command.arg("-u").arg("app.py").arg(certificates.certificate).arg(certificates.key);
        command.args([imaps, imap, plain].map(|address| address.port().to_string()));
        command.args(USERS.iter().map(|(user, password)| format!("{user}:{password}")));
        let mut server = Server::spawn(
            {
                command.current_dir(dir);
                command
            },
            dir.join("server.log"),
        )?;
        for address in [imaps, imap, plain] {
            server.ready(address)?;
        }
        Ok(Started { servers: vec![server], address: imaps })
    }

    fn drive<'a>(&'a self, running: &'a Running, _: Form, progress: &'a ProgressBar) -> Drive<'a> {
        Box::pin(scenario::drive(running, &OWN_WAYS, progress))
    }
}
