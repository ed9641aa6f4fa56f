//! Dovecot: mailboxes and authentication for the peers that have none of their own, LMTP, and
//! submission.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
};

use indicatif::ProgressBar;

use super::{
    CLOSING, FULL, GREYLISTED, IMAPS, LMTP, STARTTLS, SUBJECT, UNKNOWN, USERS,
    aiosmtpd::{self, Aiosmtpd},
    scenario::{self, Door, Logins, Ways},
};
use crate::{
    Result,
    interop::{
        account::{Account, open},
        cases::{AUTHORITY, Certificates, note, noted},
        doctor::{self, Visit},
        imap::token,
        install::{Site, apt_install, apt_version, are_installed},
        peer::{Drive, Form, Peer, Running, Started},
        process::{Server, command, free_address},
    },
};

pub(super) const PACKAGES: &[&str] = &["dovecot-core", "dovecot-imapd", "dovecot-lmtpd"];
const SUBMISSION: &str = "dovecot-submissiond";
const PROGRAM: &str = "/usr/sbin/dovecot";
/// Whom Dovecot takes the bearer of a certificate for.
const COMMON_NAME: &str = "AnyRFC test certificate";

const LMTP_WAYS: Ways = Ways { door: Door::Lmtp, refuses: &[(UNKNOWN, 550, Some((5, 1, 1)))], ..Ways::NONE };

/// The codes are those of the receiver, the statuses its own.
const SUBMISSION_WAYS: Ways = Ways {
    logins: Logins::Users,
    for_users: true,
    refuses: &[
        (UNKNOWN, 550, Some((5, 0, 0))),
        (FULL, 552, Some((5, 0, 0))),
        (GREYLISTED, 450, Some((4, 0, 0))),
        (CLOSING, 421, Some((4, 3, 2))),
    ],
    ..Ways::NONE
};

/// LMTP.
#[derive(Debug)]
pub(in crate::interop) struct DovecotLmtp;

impl Peer for DovecotLmtp {
    fn name(&self) -> &'static str {
        "dovecot-lmtp"
    }

    fn subject(&self) -> &'static str {
        SUBJECT
    }

    fn about(&self) -> &'static str {
        "Dovecot's LMTP: an answer for each recipient, CHUNKING, STARTTLS"
    }

    fn version(&self, _: &Site) -> Option<String> {
        are_installed(PACKAGES).then(|| apt_version(PACKAGES[2])).flatten()
    }

    fn install(&self, _: &Site) -> Result<()> {
        apt_install(PACKAGES)
    }

    fn start(&self, _: &Site, dir: &Path) -> Result<Started> {
        open(dir)?;
        let dovecot = Dovecot::new(dir, Account::unprivileged()?)?;
        note(dir, IMAPS, dovecot.imaps)?;
        note(dir, LMTP, dovecot.lmtp)?;
        let server = dovecot.start(dir, &Certificates::make(dir)?, None)?;
        Ok(Started { servers: vec![server], address: dovecot.lmtp })
    }

    fn drive<'a>(&'a self, running: &'a Running, _: Form, progress: &'a ProgressBar) -> Drive<'a> {
        Box::pin(async move {
            let mut outcome = scenario::drive(running, &LMTP_WAYS, progress).await?;
            let dir = running.dir();
            let visits = [visit(dir, "lmtp", "lmtp", running.address(), None)];
            doctor::examine(&mut outcome, &visits).await;
            Ok(outcome)
        })
    }
}

/// Submission: a proxy for a server that relays.
#[derive(Debug)]
pub(in crate::interop) struct DovecotSubmission;

impl Peer for DovecotSubmission {
    fn name(&self) -> &'static str {
        "dovecot-submission"
    }

    fn subject(&self) -> &'static str {
        SUBJECT
    }

    fn about(&self) -> &'static str {
        "Dovecot's submission: BURL, CHUNKING, every mechanism; relays to aiosmtpd"
    }

    fn version(&self, site: &Site) -> Option<String> {
        let complete = are_installed(PACKAGES) && Aiosmtpd.version(site).is_some();
        complete.then(|| apt_version(SUBMISSION)).flatten()
    }

    fn install(&self, site: &Site) -> Result<()> {
        apt_install(&[PACKAGES, &[SUBMISSION]].concat())?;
        Aiosmtpd.install(site)
    }

    fn start(&self, site: &Site, dir: &Path) -> Result<Started> {
        open(dir)?;
        let certificates = Certificates::make(dir)?;
        let (relay, receiver) = aiosmtpd::start(site, dir, &certificates)?;
        let dovecot = Dovecot::new(dir, Account::unprivileged()?)?;
        note(dir, IMAPS, dovecot.imaps)?;
        note(dir, STARTTLS, dovecot.submission)?;
        let server = dovecot.start(dir, &certificates, Some(receiver.plaintext))?;
        Ok(Started { servers: vec![server, relay], address: dovecot.submissions })
    }

    fn drive<'a>(&'a self, running: &'a Running, _: Form, progress: &'a ProgressBar) -> Drive<'a> {
        Box::pin(async move {
            let mut outcome = scenario::drive(running, &SUBMISSION_WAYS, progress).await?;
            let dir = running.dir();
            let user = Some(USERS[0]);
            let visits = [
                visit(dir, "submission", "submission", noted(dir, STARTTLS)?, user),
                visit(dir, "submissions", "submissions", running.address(), user),
            ];
            doctor::examine(&mut outcome, &visits).await;
            Ok(outcome)
        })
    }
}

/// An examination of this server.
fn visit<'a>(
    dir: &Path,
    name: &'static str,
    scheme: &str,
    address: SocketAddr,
    login: Option<(&'a str, &'a str)>,
) -> Visit<'a> {
    let url = format!("{scheme}://localhost:{}", address.port());
    Visit { name, url, ca: Some(dir.join(AUTHORITY)), login, more: &[] }
}

/// Where the services of a Dovecot are.
pub(super) struct Dovecot {
    pub(super) imaps: SocketAddr,
    lmtp: SocketAddr,
    /// With STARTTLS, and with TLS from the first byte.
    submission: SocketAddr,
    submissions: SocketAddr,
    /// Its own files.
    here: PathBuf,
    account: Account,
}

impl Dovecot {
    /// Below `dir`; mail and processes belong to `account`.
    pub(super) fn new(dir: &Path, account: Account) -> Result<Self> {
        Ok(Self {
            imaps: free_address()?,
            lmtp: free_address()?,
            submission: free_address()?,
            submissions: free_address()?,
            here: dir.join("dovecot"),
            account,
        })
    }

    /// Where another server delivers by LMTP.
    pub(super) fn lmtp_socket(&self) -> PathBuf {
        self.here.join("run/lmtp")
    }

    /// Where another server asks who somebody is.
    pub(super) fn sasl_socket(&self) -> PathBuf {
        self.here.join("run/auth-smtp")
    }

    /// Where the users' homes are.
    pub(super) fn mail(&self) -> PathBuf {
        self.here.join("mail")
    }

    /// Starts it; it submits to `relay`.
    pub(super) fn start(
        &self,
        dir: &Path,
        certificates: &Certificates,
        relay: Option<SocketAddr>,
    ) -> Result<Server> {
        let (here, mail) = (&self.here, self.mail());
        let others = [FULL, GREYLISTED, CLOSING].map(|user| (user, "nobody knows"));
        let everybody = || USERS.iter().chain(&others);
        for (user, _) in everybody() {
            std::fs::create_dir_all(mail.join(user))?;
        }
        open(here)?;
        self.account.give(&mail)?;
        let users: String = everybody()
            .map(|(user, password)| {
                let quota = if *user == FULL { "userdb_quota_rule=*:bytes=1" } else { "" };
                format!("{user}:{{PLAIN}}{password}::::::{quota}\n")
            })
            .collect();
        std::fs::write(here.join("users"), users)?;
        let certified = format!("{COMMON_NAME}:::::::nopassword=y user={}\n", USERS[0].0);
        std::fs::write(here.join("certified"), certified)?;
        token::install(&here.join("keys"))?;
        std::fs::write(
            here.join("oauth2.conf"),
            format!(
                "introspection_mode = local\nlocal_validation_key_dict = fs:posix:prefix={}/keys/\n\
                 username_attribute = sub\n",
                here.display()
            ),
        )?;
        let options = here.join("dovecot.conf");
        let mut text = self.configuration(dir, certificates);
        if let Some(relay) = relay {
            text += &self.submitting(relay);
        }
        std::fs::write(&options, text)?;
        let mut command = command(PROGRAM);
        command.arg("-F").arg("-c").arg(options).current_dir(here);
        let mut server = Server::spawn(command, dir.join("dovecot.log"))?;
        let submission = relay.map(|_| [self.submission, self.submissions]);
        for address in [self.imaps, self.lmtp].into_iter().chain(submission.into_iter().flatten()) {
            server.ready(address)?;
        }
        Ok(server)
    }

    /// Everything in its directory, on loopback.
    fn configuration(&self, dir: &Path, certificates: &Certificates) -> String {
        let (here, authority) = (self.here.display(), dir.join(AUTHORITY));
        let Account { user, group, uid, gid } = &self.account;
        let (certificate, key) = (certificates.certificate.display(), certificates.key.display());
        let (authority, imaps, lmtp) = (authority.display(), self.imaps.port(), self.lmtp.port());
        format!(
            "base_dir = {here}/run
state_dir = {here}/state
log_path = /dev/stderr
protocols = imap lmtp
listen = 127.0.0.1
instance_name = anyrfc
hostname = localhost
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
first_valid_uid = 1
mail_location = maildir:~/Maildir
mail_attribute_dict = file:%h/attributes
mail_fsync = never
mail_plugins = quota
mailbox_idle_check_interval = 1 s
quota_full_tempfail = no
ssl = yes
ssl_cert = <{certificate}
ssl_key = <{key}
ssl_ca = <{authority}
ssl_verify_client_cert = yes
ssl_require_crl = no
auth_ssl_require_client_cert = no
auth_ssl_username_from_cert = yes
auth_username_chars =
disable_plaintext_auth = no
auth_mechanisms = plain login cram-md5 digest-md5 scram-sha-1 scram-sha-256 external oauthbearer xoauth2 anonymous
auth_realms = localhost
auth_default_realm = localhost
auth_username_format = %n
auth_anonymous_username = anonymous
auth_failure_delay = 0 s
passdb {{
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
  args = {here}/oauth2.conf
}}
passdb {{
  driver = passwd-file
  mechanisms = external
  args = username_format=%n {here}/certified
}}
passdb {{
  driver = passwd-file
  mechanisms = plain login cram-md5 digest-md5 scram-sha-1 scram-sha-256 anonymous
  args = scheme=PLAIN username_format=%n {here}/users
}}
userdb {{
  driver = passwd-file
  args = username_format=%n {here}/users
  default_fields = uid={uid} gid={gid} home={here}/mail/%n
}}
protocol imap {{
  mail_max_userip_connections = 200
  imap_metadata = yes
}}
imap_urlauth_host = localhost
imap_urlauth_port = {imaps}
plugin {{
  quota = count:User quota
  quota_vsizes = yes
  quota_rule = *:storage=4G
}}
service auth {{
  unix_listener auth-smtp {{
    mode = 0666
  }}
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = 0
  }}
  inet_listener imaps {{
    port = {imaps}
    ssl = yes
  }}
}}
service lmtp {{
  unix_listener lmtp {{
    mode = 0666
  }}
  inet_listener lmtp {{
    port = {lmtp}
  }}
}}
service imap-urlauth-login {{
  chroot =
}}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  chroot =
}}
"
        )
    }

    /// What it needs besides to submit.
    fn submitting(&self, relay: SocketAddr) -> String {
        format!(
            "protocols = imap lmtp submission
submission_relay_host = {}
submission_relay_port = {}
submission_max_mail_size = 52428800
service submission-login {{
  chroot =
  inet_listener submission {{
    port = {}
  }}
  inet_listener submissions {{
    port = {}
    ssl = yes
  }}
}}
",
            relay.ip(),
            relay.port(),
            self.submission.port(),
            self.submissions.port()
        )
    }
}
