//! Exim.

use std::path::{Path, PathBuf};

use indicatif::ProgressBar;

use super::{
    CLOSING, DOMAIN, FULL, IMAPS, PRDR_REFUSED, STARTTLS, SUBJECT, UNKNOWN, USERS,
    dovecot::{Dovecot, PACKAGES as DOVECOT},
    scenario::{self, Logins, Ways},
};
use crate::{
    Result,
    interop::{
        account::{Account, open},
        cases::{Certificates, note},
        install::{
            Site, apt_install, apt_unpack, are_installed, is_unpacked, system_account, unpacked_version,
        },
        peer::{Drive, Form, Peer, Running, Started},
        process::{Server, command, free_address},
    },
};

/// What conflicts with other servers of mail.
const UNPACKED: &[&str] = &["exim4-daemon-heavy"];
/// What it is linked with.
const LIBRARIES: &[&str] = &[
    "libdb5.3",
    "libgnutls-dane0",
    "libidn12",
    "libldap-2.5-0",
    "libmariadb3",
    "libnsl2",
    "libperl5.36",
    "libpq5",
    "libsasl2-2",
    "libspf2-2",
];
/// Whom it becomes; it insists on it, by name.
const OWNER: &str = "Debian-exim";

const WAYS: Ways = Ways {
    logins: Logins::Users,
    refuses: &[(UNKNOWN, 550, Some((5, 1, 1))), (FULL, 550, Some((5, 2, 2))), (CLOSING, 550, None)],
    ends_headers: true,
    // As it was told, in xtext.
    answers: &[("the envelope's name in a notification", "order+3D271828+2Ba")],
    ..Ways::NONE
};

/// The peer.
#[derive(Debug)]
pub(in crate::interop) struct Exim;

impl Exim {
    fn place(&self, site: &Site) -> PathBuf {
        site.place(self.name())
    }
}

impl Peer for Exim {
    fn name(&self) -> &'static str {
        "exim"
    }

    fn subject(&self) -> &'static str {
        SUBJECT
    }

    fn about(&self) -> &'static str {
        "Exim: PRDR, CHUNKING, SMTPUTF8, early pipelining; mailboxes are Dovecot's"
    }

    fn version(&self, site: &Site) -> Option<String> {
        let place = self.place(site);
        let complete = is_unpacked(&place, UNPACKED)
            && are_installed(LIBRARIES)
            && are_installed(DOVECOT)
            && system_account::exists(OWNER);
        complete.then(|| unpacked_version(&place, UNPACKED[0])).flatten()
    }

    fn install(&self, site: &Site) -> Result<()> {
        apt_install(&[LIBRARIES, DOVECOT].concat())?;
        system_account::add(OWNER)?;
        apt_unpack(&self.place(site), UNPACKED)
    }

    fn start(&self, site: &Site, dir: &Path) -> Result<Started> {
        if Account::unprivileged()?.is_ours() {
            return Err("Exim starts for root only".into());
        }
        // With a configuration of ours it delivers as itself only.
        let account = system_account::of(OWNER)?;
        open(dir)?;
        let certificates = Certificates::make(dir)?;
        let dovecot = Dovecot::new(dir, account.clone())?;
        let mailboxes = dovecot.start(dir, &certificates, None)?;
        note(dir, IMAPS, dovecot.imaps)?;
        let here = dir.join("exim");
        std::fs::create_dir_all(here.join("spool"))?;
        std::fs::create_dir_all(here.join("log"))?;
        std::fs::copy(&certificates.certificate, here.join("cert.pem"))?;
        std::fs::copy(&certificates.key, here.join("key.pem"))?;
        account.give(&here)?;
        let (smtp, smtps) = (free_address()?, free_address()?);
        note(dir, STARTTLS, smtp)?;
        let program = self.place(site).join("root/usr/sbin/exim4");
        let options = dir.join("exim.conf");
        let text = configuration(&here, &program, &dovecot, [smtp.port(), smtps.port()]);
        std::fs::write(&options, text)?;
        let mut command = command(program);
        command.arg("-C").arg(options).arg("-bdf").current_dir(dir);
        let mut server = Server::spawn(command, dir.join("server.log"))?;
        server.ready(smtp)?;
        server.ready(smtps)?;
        Ok(Started { servers: vec![server, mailboxes], address: smtps })
    }

    fn drive<'a>(&'a self, running: &'a Running, _: Form, progress: &'a ProgressBar) -> Drive<'a> {
        Box::pin(scenario::drive(running, &WAYS, progress))
    }
}

/// Everything in `here`, on loopback.
fn configuration(here: &Path, program: &Path, dovecot: &Dovecot, [smtp, smtps]: [u16; 2]) -> String {
    let (here, program, mail) = (here.display(), program.display(), dovecot.mail());
    let (mail, sasl) = (mail.display(), dovecot.sasl_socket());
    let mut text = format!(
        "exim_path = {program}
keep_environment =
primary_hostname = exim.{DOMAIN}
spool_directory = {here}/spool
log_file_path = {here}/log/%slog
pid_file_path = {here}/pid
local_interfaces = 127.0.0.1
daemon_smtp_ports = {smtp} : {smtps}
tls_on_connect_ports = {smtps}
tls_certificate = {here}/cert.pem
tls_privatekey = {here}/key.pem
tls_advertise_hosts = *
auth_advertise_hosts = *
smtputf8_advertise_hosts = *
dsn_advertise_hosts = *
chunking_advertise_hosts = *
pipelining_connect_advertise_hosts = *
accept_8bitmime = true
prdr_enable = true
message_size_limit = 50M
smtp_accept_max = 0
smtp_accept_queue_per_connection = 0
smtp_accept_max_per_connection = 0
smtp_accept_max_nonmail = 1000
deliver_drop_privilege = true
rfc1413_query_timeout = 0s
host_lookup =
dkim_verify_signers =
acl_smtp_rcpt = acl_rcpt
acl_smtp_vrfy = accept
acl_smtp_expn = accept
acl_smtp_etrn = deny
acl_smtp_data = accept
acl_smtp_data_prdr = acl_prdr
domainlist local_domains = {DOMAIN} : eai.test
qualify_domain = {DOMAIN}
begin acl
acl_rcpt:
  drop local_parts = {CLOSING}
    message = the session ends here
  deny local_parts = {FULL}
    message = 5.2.2 the mailbox is full
  accept domains = +local_domains
    local_parts = {} : {} : {PRDR_REFUSED} : 用户
  deny message = 5.1.1 no such user here
acl_prdr:
  deny local_parts = {PRDR_REFUSED}
    message = not for this one
  accept
begin routers
deliver:
  driver = accept
  domains = +local_domains
  transport = mailbox
begin transports
mailbox:
  driver = appendfile
  directory = {mail}/${{if eq{{$local_part}}{{{}}}{{{}}}{{{}}}}}/Maildir
  maildir_format
  create_directory
  delivery_date_add
  envelope_to_add
  return_path_add
begin retry
* * F,2h,1m
begin authenticators
",
        USERS[0].0, USERS[1].0, USERS[1].0, USERS[1].0, USERS[0].0,
    );
    for mechanism in
        ["PLAIN", "LOGIN", "CRAM-MD5", "DIGEST-MD5", "SCRAM-SHA-1", "SCRAM-SHA-256", "XOAUTH2", "OAUTHBEARER"]
    {
        let name = mechanism.to_ascii_lowercase().replace('-', "_");
        text += &format!(
            "{name}:\n  driver = dovecot\n  public_name = {mechanism}\n  server_socket = {}\n  \
             server_set_id = $auth1\n",
            sasl.display()
        );
    }
    text
}
