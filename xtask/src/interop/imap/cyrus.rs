//! Cyrus.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use indicatif::ProgressBar;

use super::{
    STARTTLS, SUBJECT, USERS,
    scenario::{self, OwnWays},
};
use crate::{
    Result,
    interop::{
        account::{Account, open},
        cases::{Certificates, note},
        install::{Site, apt_install, apt_unpack, are_installed, is_unpacked, unpacked_version},
        peer::{Drive, Form, Peer, Running, Started},
        process::{Server, command, free_address, quietly},
    },
};

/// What conflicts with other servers of mail.
const UNPACKED: &[&str] = &["cyrus-imapd", "cyrus-common"];
/// What it is linked with.
const LIBRARIES: &[&str] = &[
    "libical3",
    "libjansson4",
    "libpcre3",
    "libpq5",
    "libsqlite3-0",
    "libwrap0",
    "libxapian30",
    "libxml2",
    "libsasl2-modules",
    "libsasl2-modules-db",
    "sasl2-bin",
];

const OWN_WAYS: OwnWays = OwnWays {
    binds_in_vain: true,
    answers: &[
        // The least and the greatest, not the first and the last of the order.
        ("sort: the first and the last", "[1, 6]"),
        ("esort: MIN and MAX", "of the numbers"),
        // Threads as they begin in the mailbox, whichever had a message last.
        ("thread: REFS", "1 >2 >>4 >>5 3 6"),
        ("create: a \"quoted\" name", "the server said NO Invalid mailbox name"),
        ("fetch: the languages of a part", "DE"),
        ("catenate: a part that is not there", "None"),
    ],
    synchronised: 20_000,
    ..OwnWays::NONE
};

/// The peer.
#[derive(Debug)]
pub(in crate::interop) struct Cyrus;

impl Cyrus {
    fn place(&self, site: &Site) -> PathBuf {
        site.place(self.name())
    }
}

impl Peer for Cyrus {
    fn name(&self) -> &'static str {
        "cyrus"
    }

    fn subject(&self) -> &'static str {
        SUBJECT
    }

    fn about(&self) -> &'static str {
        "Cyrus: IMAP4rev1 with almost every extension, special-use on creation"
    }

    fn version(&self, site: &Site) -> Option<String> {
        let complete = is_unpacked(&self.place(site), UNPACKED) && are_installed(LIBRARIES);
        complete.then(|| unpacked_version(&self.place(site), UNPACKED[0])).flatten()
    }

    fn install(&self, site: &Site) -> Result<()> {
        apt_install(LIBRARIES)?;
        apt_unpack(&self.place(site), UNPACKED)
    }

    fn start(&self, site: &Site, dir: &Path) -> Result<Started> {
        let programs = self.place(site).join("root/usr");
        let account = Account::unprivileged()?;
        open(dir)?;
        let certificates = Certificates::make(dir)?;
        // What its processes write is below one directory, which is theirs.
        let at = dir.join("cyrus");
        for name in ["conf/socket", "conf/proc", "conf/db", "conf/log", "conf/msg", "spool", "sieve"] {
            std::fs::create_dir_all(at.join(name))?;
        }
        for (user, password) in USERS.iter().chain(&[("cyrus", "cyruspw")]) {
            let file = dir.join("password");
            std::fs::write(&file, password)?;
            let mut command = Command::new("sh");
            command.args(["-c", r#""$0" -p -c -f "$1" -u localhost "$2" < "$3""#, "/usr/sbin/saslpasswd2"]);
            quietly(command.arg(at.join("sasldb2")).arg(user).arg(&file))?;
            std::fs::remove_file(file)?;
        }
        for file in [&certificates.certificate, &certificates.key] {
            std::fs::copy(file, at.join(file.file_name().ok_or("a file has a name")?))?;
        }
        let (imaps, imap) = (free_address()?, free_address()?);
        note(dir, STARTTLS, imap)?;
        let options = at.join("imapd.conf");
        std::fs::write(&options, configuration(&at, &account))?;
        let services = at.join("cyrus.conf");
        std::fs::write(&services, services_of(&programs, &options, imap.port(), imaps.port()))?;
        account.give(&at)?;
        let mut command = command(programs.join("lib/cyrus/bin/master"));
        command.arg("-D").arg("-M").arg(&services).arg("-C").arg(&options);
        command.arg("-p").arg(dir.join("master.pid")).arg("-L").arg(dir.join("early.log")).current_dir(&at);
        command.env("LD_LIBRARY_PATH", libraries(&programs.join("lib"))?);
        let mut server = Server::spawn(command, dir.join("server.log"))?;
        server.ready(imap)?;
        server.ready(imaps)?;
        Ok(Started { servers: vec![server], address: imaps })
    }

    fn drive<'a>(&'a self, running: &'a Running, _: Form, progress: &'a ProgressBar) -> Drive<'a> {
        Box::pin(scenario::drive(running, &OWN_WAYS, progress))
    }
}

/// The directory of the architecture's libraries below `dir`.
fn libraries(dir: &Path) -> Result<PathBuf> {
    for entry in std::fs::read_dir(dir)? {
        let path = entry?.path();
        if path.to_string_lossy().contains("-linux-") {
            return Ok(path);
        }
    }
    Err(format!("no libraries in {}", dir.display()).into())
}

/// What its processes are told: everything in `at`.
fn configuration(at: &Path, account: &Account) -> String {
    let (at, Account { user, group, .. }) = (at.display(), account);
    format!(
        "cyrus_user: {user}
cyrus_group: {group}
configdirectory: {at}/conf
partition-default: {at}/spool
defaultpartition: default
sievedir: {at}/sieve
servername: localhost
defaultdomain: localhost
virtdomains: off
admins: cyrus
allowplaintext: yes
sasl_pwcheck_method: auxprop
sasl_auxprop_plugin: sasldb
sasl_sasldb_path: {at}/sasldb2
sasl_mech_list: PLAIN LOGIN CRAM-MD5 DIGEST-MD5 SCRAM-SHA-1 SCRAM-SHA-256
sasl_auto_transition: no
unixhierarchysep: yes
altnamespace: yes
autocreate_quota: 4194304
autocreate_post: 1
autocreate_inbox_folders: Drafts | Sent | Trash | Junk | Archive
autocreate_subscribe_folders: Drafts | Sent
xlist-drafts: Drafts
xlist-sent: Sent
xlist-trash: Trash
xlist-junk: Junk
xlist-archive: Archive
tls_server_cert: {at}/cert.pem
tls_server_key: {at}/key.pem
tls_session_timeout: 0
idlesocket: {at}/conf/socket/idle
conversations: 1
conversations_db: twoskip
conversations_max_guidrecords: 100000
conversations_max_guidexists: 100000
conversations_max_guidinfolder: 100000
imapidresponse: yes
imapidlepoll: 1
failedloginpause: 0
maxmessagesize: 0
delete_mode: immediate
expunge_mode: delayed
annotation_allow_undefined: 1
quota_db: quotalegacy
reject8bit: no
munge8bit: no
jmap_preview_annot: /shared/comment
sync_log: 0
"
    )
}

/// What its master starts. The notifier of IDLE is a daemon of the master's, else it would live on.
fn services_of(programs: &Path, options: &Path, imap: u16, imaps: u16) -> String {
    let (bin, options) = (programs.join("lib/cyrus/bin"), options.display());
    let bin = bin.display();
    format!(
        "START {{
  recover cmd=\"{bin}/ctl_cyrusdb -C {options} -r\"
}}
SERVICES {{
  imap cmd=\"{bin}/imapd -C {options} -U 100\" listen=\"127.0.0.1:{imap}\" prefork=1 maxchild=100 proto=\"tcp4\"
  imaps cmd=\"{bin}/imapd -C {options} -s -U 100\" listen=\"127.0.0.1:{imaps}\" prefork=1 maxchild=100 proto=\"tcp4\"
}}
EVENTS {{
}}
DAEMON {{
  idled cmd=\"{bin}/idled -C {options}\"
}}
"
    )
}
