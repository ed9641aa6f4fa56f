//! Postfix.

use std::{net::SocketAddr, path::Path, process::Command};

use indicatif::ProgressBar;

use super::{
    CLOSING, DOMAIN, EAI_USER, FULL, GREYLISTED, IMAPS, POLICY, STARTTLS, SUBJECT, SUBMISSION, UNKNOWN,
    USERS,
    dovecot::{Dovecot, PACKAGES as DOVECOT},
    policy::Greylist,
    scenario::{self, Door, Logins, Restarts, Ways},
    store::Store,
};
use crate::{
    Result,
    interop::{
        account::{Account, open},
        cases::{AUTHORITY, Certificates, note, noted},
        doctor::{self, Visit},
        install::{Site, apt_install, apt_version, are_installed, system_account},
        peer::{Drive, Form, Outcome, Peer, Running, Started},
        process::{Server, command, free_address, quietly},
    },
};

pub(super) const PACKAGE: &str = "postfix";
const PROGRAM: &str = "/usr/sbin/postfix";
const MASTER: &str = "/usr/lib/postfix/sbin/master";
/// Whom its own processes belong to.
const OWNER: &str = "postfix";

const WAYS: Ways = Ways {
    logins: Logins::Users,
    refuses: &[
        (UNKNOWN, 550, Some((5, 1, 1))),
        (FULL, 550, Some((5, 2, 2))),
        (GREYLISTED, 450, Some((4, 2, 0))),
        (CLOSING, 421, Some((4, 3, 2))),
    ],
    ..Ways::NONE
};

/// What discards takes everything.
const DISCARDING: Ways = Ways { door: Door::Plaintext, ..Ways::NONE };

/// The peer.
#[derive(Debug)]
pub(in crate::interop) struct Postfix;

impl Peer for Postfix {
    fn name(&self) -> &'static str {
        "postfix"
    }

    fn subject(&self) -> &'static str {
        SUBJECT
    }

    fn about(&self) -> &'static str {
        "Postfix: DSN, SMTPUTF8, CHUNKING; authentication and mailboxes are Dovecot's"
    }

    fn version(&self, _: &Site) -> Option<String> {
        are_installed(DOVECOT).then(|| apt_version(PACKAGE)).flatten()
    }

    fn install(&self, _: &Site) -> Result<()> {
        apt_install(&[&[PACKAGE], DOVECOT].concat())
    }

    fn start(&self, _: &Site, dir: &Path) -> Result<Started> {
        open(dir)?;
        let certificates = Certificates::make(dir)?;
        let account = Account::unprivileged()?;
        let dovecot = Dovecot::new(dir, account.clone())?;
        let mailboxes = dovecot.start(dir, &certificates, None)?;
        note(dir, IMAPS, dovecot.imaps)?;
        let [smtps, smtp, submission] = [free_address()?, free_address()?, free_address()?];
        note(dir, STARTTLS, smtp)?;
        note(dir, SUBMISSION, submission)?;
        let here = dir.display();
        let mut known: String =
            USERS.iter().map(|(user, _)| format!("{user}@{DOMAIN} {user}/Maildir/\n")).collect();
        for user in [GREYLISTED, CLOSING, FULL] {
            known += &format!("{user}@{DOMAIN} {user}/Maildir/\n");
        }
        known += &format!("{EAI_USER} {}/Maildir/\nalice@xn--bcher-kva.test alice/Maildir/\n", USERS[0].0);
        std::fs::write(dir.join("mailboxes"), known)?;
        // Dovecot's LMTP knows no UTF-8 in addresses.
        std::fs::write(dir.join("transport"), "eai.test virtual:\nxn--bcher-kva.test virtual:\n")?;
        std::fs::write(
            dir.join("access"),
            format!(
                "{FULL}@{DOMAIN} 550 5.2.2 the mailbox is full\n{CLOSING}@{DOMAIN} 421 4.3.2 the service closes\n\
                 {GREYLISTED}@{DOMAIN} greylisting\n"
            ),
        )?;
        let Account { uid, gid, .. } = account;
        let (certificate, key) = (certificates.certificate.display(), certificates.key.display());
        let (mail, sasl, lmtp) = (dovecot.mail(), dovecot.sasl_socket(), dovecot.lmtp_socket());
        let (mail, sasl, lmtp) = (mail.display(), sasl.display(), lmtp.display());
        let main = format!(
            "virtual_mailbox_domains = {DOMAIN}, eai.test, xn--bcher-kva.test
virtual_mailbox_maps = texthash:{here}/mailboxes
virtual_mailbox_base = {mail}
virtual_uid_maps = static:{uid}
virtual_gid_maps = static:{gid}
virtual_minimum_uid = 1
virtual_mailbox_limit = 0
virtual_transport = lmtp:unix:{lmtp}
transport_maps = texthash:{here}/transport
recipient_delimiter = +
smtpd_tls_cert_file = {certificate}
smtpd_tls_key_file = {key}
smtpd_tls_security_level = may
smtpd_sasl_auth_enable = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = {sasl}
smtpd_sasl_security_options =
smtpd_restriction_classes = greylisting
greylisting = check_policy_service unix:{here}/{POLICY}
smtpd_policy_service_default_action = 451 4.3.5 nobody says how long one has to wait
smtpd_recipient_restrictions = check_recipient_access texthash:{here}/access, permit_mynetworks, reject_unauth_destination
"
        );
        let authenticated = format!(
            "-o smtpd_tls_security_level=encrypt -o smtpd_tls_auth_only=yes \
             -o {{ smtpd_recipient_restrictions = check_recipient_access texthash:{here}/access, \
             permit_sasl_authenticated, reject }}"
        );
        let services =
            [(smtp, ""), (smtps, "-o smtpd_tls_wrappermode=yes"), (submission, authenticated.as_str())];
        let server = start(dir, &main, &services)?;
        Ok(Started { servers: vec![server, mailboxes], address: smtps })
    }

    fn drive<'a>(&'a self, running: &'a Running, _: Form, progress: &'a ProgressBar) -> Drive<'a> {
        Box::pin(async move {
            let _greylist = Greylist::serve(&running.dir().join(POLICY))?;
            let restarts = restarts(running)?;
            let dir = running.dir();
            let visit =
                |name, url, login| Visit { name, url, ca: Some(dir.join(AUTHORITY)), login, more: &[] };
            let user = Some(USERS[0]);
            let visits = [
                visit("smtp", format!("smtp://localhost:{}", noted(dir, STARTTLS)?.port()), None),
                visit(
                    "submission",
                    format!("submission://localhost:{}", noted(dir, SUBMISSION)?.port()),
                    user,
                ),
                visit("smtps", format!("smtps://localhost:{}", running.address().port()), user),
            ];
            // The restarts of the scenario end what runs here.
            let mut visited = Outcome::default();
            doctor::examine(&mut visited, &visits).await;
            let mut outcome = scenario::drive_and_restart(running, &WAYS, restarts, progress).await?;
            outcome.passed += visited.passed;
            outcome.failures.extend(visited.failures);
            outcome.extra.extend(visited.extra);
            Ok(outcome)
        })
    }
}

/// A Postfix that takes whatever it is given, and discards it: what the benches send to; with or without CHUNKING.
#[derive(Debug)]
pub(in crate::interop) struct PostfixDiscard {
    pub(in crate::interop) chunking: bool,
}

impl Peer for PostfixDiscard {
    fn name(&self) -> &'static str {
        if self.chunking { "postfix-discard" } else { "postfix-discard-data" }
    }

    fn subject(&self) -> &'static str {
        SUBJECT
    }

    fn about(&self) -> &'static str {
        if self.chunking {
            "Postfix that discards what it has accepted, for the benches"
        } else {
            "Postfix that discards what it has accepted, without CHUNKING, for the benches"
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
        let without =
            if self.chunking { "" } else { "smtpd_discard_ehlo_keywords = chunking, silent-discard" };
        let main = format!(
            "virtual_mailbox_domains = {DOMAIN}
virtual_mailbox_maps = static:all
virtual_transport = discard:
smtpd_recipient_restrictions = check_recipient_access static:DISCARD
smtpd_tls_security_level = none
{without}
"
        );
        let server = start(dir, &main, &[(address, "")])?;
        Ok(Started { servers: vec![server], address })
    }

    fn drive<'a>(&'a self, running: &'a Running, _: Form, progress: &'a ProgressBar) -> Drive<'a> {
        Box::pin(scenario::drive(running, &DISCARDING, progress))
    }
}

/// Starts a Postfix of its own in `dir` with these options and, besides, these listeners with theirs.
fn start(dir: &Path, main: &str, listeners: &[(SocketAddr, &str)]) -> Result<Server> {
    if Account::unprivileged()?.is_ours() {
        return Err("Postfix starts for root only".into());
    }
    let (conf, here) = (dir.join("conf"), dir.display());
    for name in ["conf", "queue", "data"] {
        std::fs::create_dir(dir.join(name))?;
    }
    system_account::of(OWNER)?.give(&dir.join("data"))?;
    let log = dir.join("postfix.log");
    std::fs::write(
        conf.join("main.cf"),
        format!(
            "compatibility_level = 3.6
queue_directory = {here}/queue
data_directory = {here}/data
mail_owner = {OWNER}
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = mx.{DOMAIN}
mydomain = {DOMAIN}
mydestination =
mynetworks = 127.0.0.0/8
local_recipient_maps =
local_header_rewrite_clients =
alias_maps =
alias_database =
relayhost =
default_transport = error:5.1.2 nothing leaves this machine
maillog_file = {}
maillog_file_prefixes = {here}
message_size_limit = 52428800
in_flow_delay = 0
smtputf8_enable = yes
smtpd_peername_lookup = no
disable_dns_lookups = yes
smtpd_error_sleep_time = 0
smtpd_hard_error_limit = 1000
smtpd_soft_error_limit = 1000
smtpd_client_connection_count_limit = 0
smtpd_client_connection_rate_limit = 0
max_use = 100000
{main}",
            log.display()
        ),
    )?;
    let mut services: String = listeners
        .iter()
        .map(|(address, options)| format!("{address} inet n - n - - smtpd {options}\n"))
        .collect();
    services += "postlog unix-dgram n - n - 1 postlogd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
virtual unix - n n - - virtual
lmtp unix - - n - - lmtp
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
showq unix n - n - - showq
";
    std::fs::write(conf.join("master.cf"), services)?;
    // Makes the directories of the queue.
    quietly(Command::new(PROGRAM).arg("-c").arg(&conf).arg("check"))?;
    let addresses: Vec<_> = listeners.iter().map(|(address, _)| *address).collect();
    start_again(dir, &addresses)
}

/// Starts the one that has its files in `dir`.
fn start_again(dir: &Path, listeners: &[SocketAddr]) -> Result<Server> {
    // In the foreground, and in the process group that it is given.
    let mut command = command(MASTER);
    command.arg("-c").arg(dir.join("conf")).arg("-d").current_dir(dir);
    let mut server = Server::spawn(command, dir.join("master.log"))?;
    for address in listeners {
        server.ready(*address)?;
    }
    Ok(server)
}

/// It stops by its own means, and goes on with its queue.
fn restarts(running: &Running) -> Result<Restarts> {
    let dir = running.dir().to_owned();
    let address = noted(&dir, STARTTLS)?;
    let store = Store::of(&dir)?.ok_or("nowhere to look")?;
    let conf = dir.join("conf");
    let stop = move || quietly(Command::new(PROGRAM).arg("-c").arg(&conf).arg("stop")).map(drop);
    let start = move || start_again(&dir, &[address]);
    Ok(Restarts { port: address.port(), store, server: None, stop: Box::new(stop), start: Box::new(start) })
}
