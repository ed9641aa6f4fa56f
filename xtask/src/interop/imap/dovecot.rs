//! Dovecot.

use std::path::Path;

use indicatif::ProgressBar;

use super::{
    STARTTLS, SUBJECT, USERS,
    scenario::{self, OwnWays, Scene},
    token,
};
use crate::{
    Result,
    interop::{
        account::{Account, open},
        cases::{AUTHORITY, Certificates, Table, note, noted},
        doctor::{self, Visit},
        install::{Site, apt_install, apt_version},
        peer::{Drive, Form, Peer, Running, Started},
        process::{Server, command, free_address},
    },
};

const PACKAGE: &str = "dovecot-imapd";
const PROGRAM: &str = "/usr/sbin/dovecot";
/// Whom Dovecot takes the bearer of a certificate for.
const COMMON_NAME: &str = "AnyRFC test certificate";

const OWN_WAYS: OwnWays = OwnWays {
    synchronised: 20_000,
    answers: &[
        ("catenate: a part that is not there", "OK"),
        ("urlauth: by another user", "it would not be answered"),
    ],
    ..OwnWays::NONE
};

/// The peer.
#[derive(Debug)]
pub(in crate::interop) struct Dovecot;

impl Peer for Dovecot {
    fn name(&self) -> &'static str {
        "dovecot"
    }

    fn subject(&self) -> &'static str {
        SUBJECT
    }

    fn about(&self) -> &'static str {
        "Dovecot: IMAP4rev1 with almost every extension, tokens and certificates"
    }

    fn version(&self, _: &Site) -> Option<String> {
        apt_version(PACKAGE)
    }

    fn install(&self, _: &Site) -> Result<()> {
        apt_install(&[PACKAGE])
    }

    fn start(&self, _: &Site, dir: &Path) -> Result<Started> {
        let account = Account::unprivileged()?;
        open(dir)?;
        let mail = dir.join("mail");
        std::fs::create_dir(&mail)?;
        account.give(&mail)?;
        let certificates = Certificates::make(dir)?;
        let users: String =
            USERS.iter().map(|(user, password)| format!("{user}:{{PLAIN}}{password}::::::\n")).collect();
        std::fs::write(dir.join("users"), users)?;
        let certified = format!("{COMMON_NAME}:::::::nopassword=y user={}\n", USERS[0].0);
        std::fs::write(dir.join("certified"), certified)?;
        token::install(&dir.join("keys"))?;
        std::fs::write(
            dir.join("oauth2.conf"),
            format!(
                "introspection_mode = local\nlocal_validation_key_dict = fs:posix:prefix={}/keys/\n\
                 username_attribute = sub\n",
                dir.display()
            ),
        )?;
        let (imaps, imap) = (free_address()?, free_address()?);
        note(dir, STARTTLS, imap)?;
        let options = dir.join("dovecot.conf");
        let text = configuration(dir, &account, &certificates, imap.port(), imaps.port());
        std::fs::write(&options, text)?;
        let mut command = command(PROGRAM);
        command.arg("-F").arg("-c").arg(options).current_dir(dir);
        let mut server = Server::spawn(command, dir.join("server.log"))?;
        server.ready(imap)?;
        server.ready(imaps)?;
        Ok(Started { servers: vec![server], address: imaps })
    }

    fn drive<'a>(&'a self, running: &'a Running, _: Form, progress: &'a ProgressBar) -> Drive<'a> {
        Box::pin(async move {
            let scene = Scene::new(running, &OWN_WAYS).await?;
            let mut table = Table::new(progress, "areas");
            scenario::all(&scene, &mut table).await;
            scenario::examples(&scene, &mut table).await;
            let mut outcome = scene.outcome(table);
            let visit = |name, scheme: &str, port: u16| Visit {
                name,
                url: format!("{scheme}://localhost:{port}"),
                ca: Some(running.dir().join(AUTHORITY)),
                login: Some(USERS[0]),
                more: &[],
            };
            let starttls = noted(running.dir(), STARTTLS)?.port();
            let visits = [visit("imaps", "imaps", running.address().port()), visit("imap", "imap", starttls)];
            doctor::examine(&mut outcome, &visits).await;
            Ok(outcome)
        })
    }
}

/// Everything in `dir`, on loopback.
fn configuration(
    dir: &Path,
    account: &Account,
    certificates: &Certificates,
    imap: u16,
    imaps: u16,
) -> String {
    let here = dir.display();
    let Account { user, group, uid, gid } = account;
    let (certificate, key) = (certificates.certificate.display(), certificates.key.display());
    format!(
        "base_dir = {here}/run
state_dir = {here}/state
log_path = /dev/stderr
protocols = imap
listen = 127.0.0.1
instance_name = anyrfc
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
first_valid_uid = 1
mail_location = sdbox:~/sdbox
mail_attribute_dict = file:%h/attributes
mail_fsync = never
mail_plugins = acl quota zlib notify
mailbox_idle_check_interval = 1 s
ssl = yes
ssl_cert = <{certificate}
ssl_key = <{key}
ssl_ca = <{here}/{AUTHORITY}
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
  driver = static
  args = uid={uid} gid={gid} home={here}/mail/%n
}}
namespace inbox {{
  inbox = yes
  separator = /
  mailbox Drafts {{
    special_use = \\Drafts
    auto = subscribe
  }}
  mailbox Sent {{
    special_use = \\Sent
    auto = subscribe
  }}
  mailbox Trash {{
    special_use = \\Trash
    auto = create
  }}
  mailbox Junk {{
    special_use = \\Junk
    auto = create
  }}
  mailbox Archive {{
    special_use = \\Archive
    auto = create
  }}
}}
namespace shared {{
  type = shared
  separator = /
  prefix = shared/%%u/
  location = sdbox:{here}/mail/%%u/sdbox:INDEXPVT=~/shared/%%u
  subscriptions = no
  list = children
}}
protocol imap {{
  mail_plugins = acl quota zlib notify imap_acl imap_quota imap_zlib
  mail_max_userip_connections = 200
  imap_metadata = yes
  imap_urlauth_host = localhost
}}
plugin {{
  acl = vfile
  acl_shared_dict = file:{here}/mail/shared-mailboxes
  quota = count:User quota
  quota_vsizes = yes
  quota_rule = *:storage=4G:messages=200000
}}
service imap-login {{
  chroot =
  process_min_avail = 2
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = {imaps}
    ssl = yes
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
