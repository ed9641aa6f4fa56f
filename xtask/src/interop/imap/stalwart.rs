//! stalwart-lite: a server of IMAP4rev2, from the crate registry.

use std::path::{Path, PathBuf};

use indicatif::ProgressBar;

use super::{
    STARTTLS, SUBJECT, USERS,
    scenario::{self, OwnWays},
};
use crate::{
    Result,
    interop::{
        cases::{Certificates, note},
        install::{Site, afresh},
        peer::{Drive, Form, Peer, Running, Started},
        process::{Server, command, free_address, quietly},
    },
};

const CRATE: &str = "stalwart-lite";
const VERSION: &str = "0.16.0";

const OWN_WAYS: OwnWays = OwnWays {
    own_tokens: true,
    indexes_later: true,
    answers: &[
        ("fetch: a subject", "Äntrage - Frist"),
        ("search: by a field", "nothing"),
        // Now and then it names the copies in another order.
        ("copy: what became of a message", "another"),
    ],
    ..OwnWays::NONE
};

/// The peer.
#[derive(Debug)]
pub(in crate::interop) struct StalwartLite;

impl StalwartLite {
    fn place(&self, site: &Site) -> PathBuf {
        site.place(self.name())
    }

    /// `cargo install` puts it there last of all.
    fn program(&self, site: &Site) -> PathBuf {
        self.place(site).join("bin/stalwart")
    }
}

impl Peer for StalwartLite {
    fn name(&self) -> &'static str {
        CRATE
    }

    fn subject(&self) -> &'static str {
        SUBJECT
    }

    fn about(&self) -> &'static str {
        "stalwart-lite: IMAP4rev2; built from source, which takes many minutes"
    }

    fn only_by_name(&self) -> bool {
        true
    }

    fn version(&self, site: &Site) -> Option<String> {
        self.program(site).is_file().then(|| VERSION.into())
    }

    fn install(&self, site: &Site) -> Result<()> {
        let place = self.place(site);
        afresh(&place)?;
        let mut cargo = crate::workspace::cargo();
        // Debugging symbols of five hundred crates are of no use here.
        cargo.env("CARGO_PROFILE_DEV_DEBUG", "0").env("CARGO_INCREMENTAL", "0");
        cargo.env("CARGO_TARGET_DIR", place.join("target"));
        cargo.args(["install", CRATE, "--version", VERSION, "--debug", "--no-default-features"]);
        cargo.args(["--features", "sqlite", "--root"]).arg(&place).current_dir(&place);
        quietly(&mut cargo)?;
        Ok(std::fs::remove_dir_all(place.join("target"))?)
    }

    fn start(&self, site: &Site, dir: &Path) -> Result<Started> {
        let certificates = Certificates::make(dir)?;
        let (imaps, imap) = (free_address()?, free_address()?);
        note(dir, STARTTLS, imap)?;
        // What it would fetch from elsewhere.
        std::fs::write(dir.join("empty.toml"), "version = \"0\"\n")?;
        let options = dir.join("config.toml");
        std::fs::write(&options, configuration(dir, &certificates, &imap.to_string(), &imaps.to_string()))?;
        let mut command = command(self.program(site));
        command.arg("--config").arg(options).current_dir(dir);
        let mut server = Server::spawn(command, dir.join("server.log"))?;
        server.ready(imap)?;
        server.ready(imaps)?;
        Ok(Started { servers: vec![server], address: imaps })
    }

    fn drive<'a>(&'a self, running: &'a Running, _: Form, progress: &'a ProgressBar) -> Drive<'a> {
        Box::pin(scenario::drive(running, &OWN_WAYS, progress))
    }
}

/// Everything in `dir`, and nothing from elsewhere.
fn configuration(dir: &Path, certificates: &Certificates, imap: &str, imaps: &str) -> String {
    let here = dir.display();
    let (certificate, key) = (certificates.certificate.display(), certificates.key.display());
    let user = |(name, password): &(&str, &str)| {
        format!(
            "[[directory.memory.principals]]\nclass = \"individual\"\nname = \"{name}\"\n\
             secret = \"{password}\"\nemail = [\"{name}@localhost\"]\n"
        )
    };
    let users: String = USERS.iter().map(user).collect();
    format!(
        "[server]
hostname = \"localhost\"
max-connections = 512

[server.listener.imap]
bind = [\"{imap}\"]
protocol = \"imap\"

[server.listener.imaps]
bind = [\"{imaps}\"]
protocol = \"imap\"
tls.implicit = true

[server.tls]
enable = true
implicit = false
certificate = \"default\"

[certificate.default]
cert = \"%{{file:{certificate}}}%\"
private-key = \"%{{file:{key}}}%\"
default = true

[store.data]
type = \"sqlite\"
path = \"{here}/data.sqlite\"

[storage]
data = \"data\"
blob = \"data\"
fts = \"data\"
lookup = \"data\"
directory = \"memory\"

[directory.memory]
type = \"memory\"

{users}
[imap.auth]
allow-plain-text = true

[imap.request]
max-size = 104857600

[imap.rate-limit]
requests = \"200000/1s\"
concurrent = 100

[spam-filter]
enable = false
auto-update = false
resource = \"file://{here}/empty.toml\"

[spam-filter.pyzor]
enable = false
host = \"127.0.0.1\"

[tracer.stdout]
type = \"stdout\"
level = \"info\"
ansi = false
enable = true
"
    )
}
