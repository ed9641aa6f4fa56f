//! oauth2-mock-server: an authorization server that does wrong what it is told to.

use std::path::PathBuf;

use indicatif::ProgressBar;

use super::{SUBJECT, scenario};
use crate::{
    Result,
    interop::{
        install::{Site, is_npm_installed, npm_install},
        peer::{Drive, Form, Peer, Running, Started},
        process::{Server, command, free_address},
    },
};

const VERSION: &str = "8.2.3";
const PACKAGES: &[&str] = &["oauth2-mock-server@8.2.3"];
const APP: &str = include_str!("mock.mjs");

/// The peer.
#[derive(Debug)]
pub(in crate::interop) struct Mock;

impl Mock {
    fn place(&self, site: &Site) -> PathBuf {
        site.place(self.name())
    }
}

impl Peer for Mock {
    fn name(&self) -> &'static str {
        "oauth2-mock"
    }

    fn subject(&self) -> &'static str {
        SUBJECT
    }

    fn about(&self) -> &'static str {
        "oauth2-mock-server: answers that no server should give"
    }

    fn version(&self, site: &Site) -> Option<String> {
        is_npm_installed(&self.place(site), PACKAGES).then(|| VERSION.into())
    }

    fn install(&self, site: &Site) -> Result<()> {
        npm_install(&self.place(site), PACKAGES)
    }

    fn start(&self, site: &Site, dir: &std::path::Path) -> Result<Started> {
        let app = dir.join("app.mjs");
        std::fs::write(&app, APP)?;
        let address = free_address()?;
        let mut command = command("node");
        command
            .arg(app)
            .arg(self.place(site).join("node_modules"))
            .arg(address.port().to_string())
            .current_dir(dir);
        let mut server = Server::spawn(command, dir.join("server.log"))?;
        server.ready(address)?;
        Ok(Started { servers: vec![server], address })
    }

    fn drive<'a>(&'a self, running: &'a Running, _: Form, progress: &'a ProgressBar) -> Drive<'a> {
        Box::pin(scenario::mock::drive(running, progress))
    }
}
