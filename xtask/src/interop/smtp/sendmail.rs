//! Sendmail.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use indicatif::ProgressBar;

use super::{
    DOMAIN, PLAINTEXT, SPOOLED, SUBJECT, TRAFFIC,
    scenario::{self, Door, Ways},
};
use crate::{
    Result,
    interop::{
        account::Account,
        cases::note,
        install::{Site, apt_install, apt_unpack, are_installed, is_unpacked, unpacked_version},
        peer::{Drive, Form, Peer, Running, Started},
        process::{Server, command, free_address, quietly},
    },
};

/// What conflicts with other servers of mail.
const UNPACKED: &[&str] = &["sendmail-bin", "sendmail-cf"];
/// What it is linked with, and what writes its configuration.
const LIBRARIES: &[&str] =
    &["m4", "libdb5.3", "libldap-2.5-0", "liblockfile1", "libnsl2", "libsasl2-2", "libwrap0"];

const WAYS: Ways = Ways { door: Door::Plaintext, ..Ways::NONE };

/// The peer.
#[derive(Debug)]
pub(in crate::interop) struct Sendmail;

impl Sendmail {
    fn place(&self, site: &Site) -> PathBuf {
        site.place(self.name())
    }
}

impl Peer for Sendmail {
    fn name(&self) -> &'static str {
        "sendmail"
    }

    fn subject(&self) -> &'static str {
        SUBJECT
    }

    fn about(&self) -> &'static str {
        "Sendmail: DELIVERBY; what it accepts stays in its queue"
    }

    fn version(&self, site: &Site) -> Option<String> {
        let place = self.place(site);
        let complete = is_unpacked(&place, UNPACKED) && are_installed(LIBRARIES);
        complete.then(|| unpacked_version(&place, UNPACKED[0])).flatten()
    }

    fn install(&self, site: &Site) -> Result<()> {
        apt_install(LIBRARIES)?;
        apt_unpack(&self.place(site), UNPACKED)
    }

    fn start(&self, site: &Site, dir: &Path) -> Result<Started> {
        let programs = self.place(site).join("root/usr");
        let queue = dir.join(SPOOLED);
        std::fs::create_dir(&queue)?;
        quietly(Command::new("chmod").arg("700").arg(&queue))?;
        let address = free_address()?;
        note(dir, PLAINTEXT, address)?;
        let macros = programs.join("share/sendmail/cf");
        let source = dir.join("sendmail.mc");
        std::fs::write(&source, configuration(dir, &macros, address.port()))?;
        let options = quietly(
            Command::new("m4")
                .arg(format!("-D_CF_DIR_={}/", macros.display()))
                .arg(&source)
                .current_dir(macros.join("cf")),
        )?;
        let path = dir.join("sendmail.cf");
        std::fs::write(&path, options)?;
        // It waits for a name with a dot in it if the machine has none: here it has.
        let mut command = command("unshare");
        if Account::unprivileged()?.is_ours() {
            command.args(["--user", "--map-root-user"]);
        }
        command.args(["--uts", "sh", "-c", r#"hostname "$1" && shift && exec "$@""#, "sh"]);
        command.arg(format!("sendmail.{DOMAIN}")).arg(programs.join("libexec/sendmail/sendmail"));
        command.arg("-C").arg(path).args(["-bD", "-X"]).arg(dir.join(TRAFFIC)).current_dir(dir);
        let mut server = Server::spawn(command, dir.join("server.log"))?;
        server.ready(address)?;
        Ok(Started { servers: vec![server], address })
    }

    fn drive<'a>(&'a self, running: &'a Running, _: Form, progress: &'a ProgressBar) -> Drive<'a> {
        Box::pin(scenario::drive(running, &WAYS, progress))
    }
}

/// Everything in `dir`, on loopback.
fn configuration(dir: &Path, macros: &Path, port: u16) -> String {
    let (here, macros) = (dir.display(), macros.display());
    format!(
        "include(`{macros}/m4/cf.m4')dnl
OSTYPE(`linux')dnl
define(`confDOMAIN_NAME',`sendmail.{DOMAIN}')dnl
define(`QUEUE_DIR',`{here}/{SPOOLED}')dnl
define(`confPID_FILE',`{here}/pid')dnl
define(`STATUS_FILE',`{here}/statistics')dnl
define(`confDELIVERY_MODE',`queueonly')dnl
define(`confDELIVER_BY_MIN',`0')dnl
define(`confMAX_MESSAGE_SIZE',`52428800')dnl
define(`confPRIVACY_FLAGS',`noetrn')dnl
define(`confCONNECTION_RATE_THROTTLE',`0')dnl
define(`confQUEUE_LA',`10000')dnl
define(`confREFUSE_LA',`10000')dnl
define(`confDELAY_LA',`10000')dnl
FEATURE(`no_default_msa')dnl
FEATURE(`nocanonify')dnl
FEATURE(`accept_unqualified_senders')dnl
FEATURE(`accept_unresolvable_domains')dnl
FEATURE(`promiscuous_relay')dnl
DAEMON_OPTIONS(`Family=inet, Addr=127.0.0.1, Port={port}, Name=MTA')dnl
MAILER(`local')dnl
MAILER(`smtp')dnl
"
    )
}
