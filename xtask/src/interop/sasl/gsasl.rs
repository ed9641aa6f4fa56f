//! GNU SASL.

use std::path::{Path, PathBuf};

use anyrfc_sasl::{BindingType, ScramHash};
use indicatif::ProgressBar;

use super::{SUBJECT, Table, base64, common, compile, is_compiled, start};
use crate::{
    Result,
    interop::{
        install::{Site, apt_install, apt_version},
        peer::{Drive, Form, Peer, Running, Started},
    },
};

const PACKAGE: &str = "libgsasl-dev";
const PACKAGES: &[&str] = &[PACKAGE, "gcc", "libc6-dev"];
pub(super) const SOURCE: &str = include_str!("gsasl_peer.c");

/// The peer.
#[derive(Debug)]
pub(in crate::interop) struct GnuSasl;

impl GnuSasl {
    fn program(&self, site: &Site) -> PathBuf {
        site.place(self.name()).join("gsasl_peer")
    }
}

impl Peer for GnuSasl {
    fn name(&self) -> &'static str {
        "gsasl"
    }

    fn subject(&self) -> &'static str {
        SUBJECT
    }

    fn about(&self) -> &'static str {
        "GNU SASL behind a small server"
    }

    fn version(&self, site: &Site) -> Option<String> {
        is_compiled(SOURCE, &self.program(site)).then(|| apt_version(PACKAGE)).flatten()
    }

    fn install(&self, site: &Site) -> Result<()> {
        apt_install(PACKAGES)?;
        compile(SOURCE, "gsasl", &self.program(site))
    }

    fn start(&self, site: &Site, dir: &Path) -> Result<Started> {
        start(&self.program(site), dir, &[])
    }

    fn drive<'a>(&'a self, running: &'a Running, _: Form, progress: &'a ProgressBar) -> Drive<'a> {
        Box::pin(async move {
            let address = running.address();
            let mut table = Table::new(progress, "mechanisms");
            common::passwords(&mut table, address).await;
            common::without_password(&mut table, address, "", "").await;
            for hash in [ScramHash::Sha1, ScramHash::Sha256] {
                common::scrams(&mut table, address, hash).await;
                common::bindings(&mut table, address, hash, BindingType::TlsExporter).await;
            }
            // The password on file is what SASLprep makes of the one that is typed.
            let options = format!("password={}", base64(b"IX"));
            common::odd_names(&mut table, address, &options, "I\u{ad}\u{2169}").await;
            Ok(table.outcome())
        })
    }
}
