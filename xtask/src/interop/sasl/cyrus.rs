//! Cyrus SASL.

use std::path::{Path, PathBuf};

use anyrfc_sasl::{BindingType, ScramHash};
use indicatif::ProgressBar;

use super::{SUBJECT, Table, common, compile, is_compiled, start};
use crate::{
    Result,
    interop::{
        install::{Site, apt_install, apt_version},
        peer::{Drive, Form, Peer, Running, Started},
        process::quietly,
    },
};

const PACKAGE: &str = "libsasl2-dev";
const PACKAGES: &[&str] = &[PACKAGE, "libsasl2-modules", "sasl2-bin", "gcc", "libc6-dev"];
pub(super) const SOURCE: &str = include_str!("cyrus_peer.c");
/// Adds a user to a database.
const SASLPASSWD: &str = "/usr/sbin/saslpasswd2";

/// The peer.
#[derive(Debug)]
pub(in crate::interop) struct CyrusSasl;

impl CyrusSasl {
    fn program(&self, site: &Site) -> PathBuf {
        site.place(self.name()).join("cyrus_peer")
    }
}

/// Writes the configuration and the users into `dir`.
pub(super) fn configure(dir: &Path) -> Result<()> {
    let database = dir.join("sasldb2");
    let configuration = format!(
        "pwcheck_method: auxprop\nauxprop_plugin: sasldb\nsasldb_path: {}\nlog_level: 0\n",
        database.display()
    );
    std::fs::write(dir.join("anyrfc.conf"), configuration)?;
    for (user, password) in [(super::USER, super::PASSWORD), ("us,er=x", "IX")] {
        let file = dir.join("password");
        std::fs::write(&file, password)?;
        let mut command = std::process::Command::new("sh");
        command.args(["-c", r#""$0" -p -c -f "$1" -u localhost "$2" < "$3""#, SASLPASSWD]);
        quietly(command.arg(&database).arg(user).arg(&file))?;
        std::fs::remove_file(file)?;
    }
    Ok(())
}

/// Where the plug-ins of Cyrus SASL are.
pub(super) fn plugins() -> Result<PathBuf> {
    let list = quietly(std::process::Command::new("dpkg-query").args(["--listfiles", "libsasl2-modules"]))?;
    let plugin = list.lines().find(|line| line.ends_with("libscram.so")).ok_or("no SCRAM plug-in")?;
    Ok(Path::new(plugin).parent().ok_or("no directory")?.to_owned())
}

impl Peer for CyrusSasl {
    fn name(&self) -> &'static str {
        "cyrus-sasl"
    }

    fn subject(&self) -> &'static str {
        SUBJECT
    }

    fn about(&self) -> &'static str {
        "Cyrus SASL behind a small server"
    }

    fn version(&self, site: &Site) -> Option<String> {
        let complete = is_compiled(SOURCE, &self.program(site)) && Path::new(SASLPASSWD).is_file();
        complete.then(|| apt_version(PACKAGE)).flatten()
    }

    fn install(&self, site: &Site) -> Result<()> {
        apt_install(PACKAGES)?;
        compile(SOURCE, "sasl2", &self.program(site))
    }

    fn start(&self, site: &Site, dir: &Path) -> Result<Started> {
        configure(dir)?;
        start(&self.program(site), dir, &[("SASL_PATH", &plugins()?), ("SASL_CONF_PATH", dir)])
    }

    fn drive<'a>(&'a self, running: &'a Running, _: Form, progress: &'a ProgressBar) -> Drive<'a> {
        Box::pin(async move {
            let address = running.address();
            let mut table = Table::new(progress, "mechanisms");
            common::passwords(&mut table, address).await;
            common::without_password(&mut table, address, "external=alice", "external=bob").await;
            common::acting(&mut table, address).await;
            for hash in ScramHash::ALL {
                common::scrams(&mut table, address, hash).await;
                for kind in BindingType::ALL {
                    common::bindings(&mut table, address, hash, kind).await;
                }
            }
            common::odd_names(&mut table, address, "", "I\u{ad}\u{2169}").await;
            Ok(table.outcome())
        })
    }
}
