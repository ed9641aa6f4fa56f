//! aiosmtpd.

use std::{net::SocketAddr, path::Path};

use indicatif::ProgressBar;

use super::{
    CLOSING, FULL, GREYLISTED, PLAINTEXT, STARTTLS, STORE, SUBJECT, UNKNOWN, USERS,
    scenario::{self, Logins, Refusal, Restarts, Ways},
    store::Store,
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

const VERSION: &str = "1.4.6";
const PACKAGES: &[&str] = &["aiosmtpd==1.4.6"];
const APP: &str = include_str!("aiosmtpd_app.py");

const WAYS: Ways = Ways {
    logins: Logins::Users,
    refuses: REFUSES,
    // It offers AUTH, and knows the parameter as little as any other.
    answers: &[("AUTH of MAIL", "555 MAIL FROM parameters not recognized or not implemented")],
    ..Ways::NONE
};

/// Whom it refuses.
const REFUSES: &[Refusal] = &[
    (UNKNOWN, 550, Some((5, 1, 1))),
    (FULL, 552, Some((5, 2, 2))),
    (GREYLISTED, 450, Some((4, 2, 0))),
    (CLOSING, 421, Some((4, 3, 2))),
];

/// The peer.
#[derive(Debug)]
pub(in crate::interop) struct Aiosmtpd;

impl Aiosmtpd {
    fn environment(&self, site: &Site) -> Virtualenv {
        Virtualenv::new(site.place(self.name()), PACKAGES)
    }
}

impl Peer for Aiosmtpd {
    fn name(&self) -> &'static str {
        "aiosmtpd"
    }

    fn subject(&self) -> &'static str {
        SUBJECT
    }

    fn about(&self) -> &'static str {
        "aiosmtpd: SMTP in Python, one command at a time"
    }

    fn version(&self, site: &Site) -> Option<String> {
        self.environment(site).is_installed().then(|| VERSION.into())
    }

    fn install(&self, site: &Site) -> Result<()> {
        self.environment(site).install()
    }

    fn start(&self, site: &Site, dir: &Path) -> Result<Started> {
        let (server, places) = start(site, dir, &Certificates::make(dir)?)?;
        note(dir, STARTTLS, places.starttls)?;
        note(dir, PLAINTEXT, places.plaintext)?;
        Ok(Started { servers: vec![server], address: places.tls })
    }

    fn drive<'a>(&'a self, running: &'a Running, _: Form, progress: &'a ProgressBar) -> Drive<'a> {
        Box::pin(async move {
            let restarts = restarts(running)?;
            scenario::drive_and_restart(running, &WAYS, restarts, progress).await
        })
    }
}

/// Where it listens.
pub(super) struct Places {
    starttls: SocketAddr,
    tls: SocketAddr,
    /// Without any security, and without authentication.
    pub(super) plaintext: SocketAddr,
}

impl Places {
    fn new() -> Result<Self> {
        Ok(Self { starttls: free_address()?, tls: free_address()?, plaintext: free_address()? })
    }
}

/// Starts one that stores messages in `dir`.
pub(super) fn start(site: &Site, dir: &Path, certificates: &Certificates) -> Result<(Server, Places)> {
    std::fs::create_dir(dir.join(STORE))?;
    let places = Places::new()?;
    Ok((start_at(site, dir, certificates, &places)?, places))
}

fn start_at(site: &Site, dir: &Path, certificates: &Certificates, places: &Places) -> Result<Server> {
    std::fs::write(dir.join("app.py"), APP)?;
    let all = [places.starttls, places.tls, places.plaintext];
    let mut command = command(Aiosmtpd.environment(site).python());
    command.args(["-u", "app.py", STORE]).arg(&certificates.certificate).arg(&certificates.key);
    command.args(all.map(|address| address.port().to_string()));
    command.args(USERS.iter().map(|(user, password)| format!("{user}:{password}")));
    command.current_dir(dir);
    let mut server = Server::spawn(command, dir.join("aiosmtpd.log"))?;
    for address in all {
        server.ready(address)?;
    }
    Ok(server)
}

/// One of its own, to be restarted.
fn restarts(running: &Running) -> Result<Restarts> {
    let dir = running.dir().join("restarted");
    std::fs::create_dir_all(dir.join(STORE))?;
    let (site, places, certificates) = (Site::new()?, Places::new()?, Certificates::make(&dir)?);
    let (port, store) = (places.plaintext.port(), Store::Files(dir.join(STORE)));
    let start = move || start_at(&site, &dir, &certificates, &places);
    let server = Some(start()?);
    Ok(Restarts { port, store, server, stop: Box::new(|| Ok(())), start: Box::new(start) })
}
