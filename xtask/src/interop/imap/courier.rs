//! Courier.

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    io::Write as _,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use base64::prelude::{BASE64_STANDARD, Engine as _};
use indicatif::ProgressBar;
use sha2::{Digest as _, Sha256};

use super::{
    PREAUTH, STARTTLS, SUBJECT, USERS,
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

/// What conflicts with other servers of mail, or brings a service and an account of its own.
const UNPACKED: &[&str] =
    &["courier-imap", "courier-base", "courier-authdaemon", "courier-authlib", "courier-authlib-userdb"];
/// What it is linked with, and what compiles the file below.
const LIBRARIES: &[&str] =
    &["libcourier-unicode4", "libgamin0", "libgdbm6", "libidn12", "libltdl7", "libpcre3", "gcc", "libc6-dev"];
/// Leads it to files below a directory of ours.
const PATHS: &str = include_str!("courier_paths.c");

const OWN_WAYS: OwnWays = OwnWays {
    answers: &[
        // By more of the address than its mailbox.
        ("sort: (FROM)", "[3, 4, 1, 5, 6, 2]"),
        // Beyond the basic plane it takes names in UTF-8 alone.
        ("create: emoji 📬 box", "the server said NO Error in IMAP command received by server."),
        ("fetch: the languages of a part", ""),
        ("fetch: the text of a message in it", "Where it all began.\r"),
    ],
    synchronised: 20_000,
    ..OwnWays::NONE
};

/// The peer.
#[derive(Debug)]
pub(in crate::interop) struct Courier;

impl Courier {
    fn place(&self, site: &Site) -> PathBuf {
        site.place(self.name())
    }

    fn programs(&self, site: &Site) -> Programs {
        let place = self.place(site);
        Programs { usr: place.join("root/usr"), paths: place.join("paths.so") }
    }
}

impl Peer for Courier {
    fn name(&self) -> &'static str {
        "courier"
    }

    fn subject(&self) -> &'static str {
        SUBJECT
    }

    fn about(&self) -> &'static str {
        "Courier: IMAP4rev1 with few extensions, UTF8=ACCEPT, and a port that greets with PREAUTH"
    }

    fn version(&self, site: &Site) -> Option<String> {
        let place = self.place(site);
        let compiled = std::fs::read_to_string(place.join("paths.c")).is_ok_and(|text| text == PATHS)
            && self.programs(site).paths.is_file();
        let complete = compiled && is_unpacked(&place, UNPACKED) && are_installed(LIBRARIES);
        complete.then(|| unpacked_version(&place, UNPACKED[0])).flatten()
    }

    fn install(&self, site: &Site) -> Result<()> {
        apt_install(LIBRARIES)?;
        let place = self.place(site);
        apt_unpack(&place, UNPACKED)?;
        let source = place.join("paths.c");
        std::fs::write(&source, PATHS)?;
        // To another name first: what bears this one is complete.
        let fresh = place.join("paths.new");
        quietly(Command::new("cc").args(["-O1", "-shared", "-fPIC", "-o"]).arg(&fresh).arg(&source))?;
        Ok(std::fs::rename(fresh, self.programs(site).paths)?)
    }

    fn start(&self, site: &Site, dir: &Path) -> Result<Started> {
        let programs = self.programs(site);
        let account = Account::unprivileged()?;
        open(dir)?;
        let certificates = Certificates::make(dir)?;
        let daemon = dir.join("daemon");
        std::fs::create_dir_all(daemon.join("authdaemon"))?;
        programs.users(dir, &daemon, &account)?;

        let environment = programs.environment(&daemon, &certificates);
        let with = |program: &Path| {
            let mut command = command(program);
            command.current_dir(dir).envs(&environment);
            command
        };
        let mut authentication = with(&programs.usr.join("lib/courier/courier-authlib/authdaemond"));
        authentication.envs([("authmodulelist", "authuserdb"), ("daemons", "2")]);
        let mut servers = vec![Server::spawn(authentication, dir.join("authentication.log"))?];
        let imapd = programs.usr.join("bin/imapd");
        let login = programs.usr.join("lib/courier/courier/imaplogin");
        let listen = |name: &str, tls: bool, program: &[&Path]| -> Result<_> {
            let address = free_address()?;
            let mut listener = with(&programs.usr.join("sbin/couriertcpd"));
            listener.args(["-address=127.0.0.1", "-maxprocs=100", "-maxperip=100", "-nodnslookup"]);
            listener.args(["-noidentlookup", &address.port().to_string()]).args(program);
            listener.env("IMAP_TLS", if tls { "1" } else { "0" });
            let mut server = Server::spawn(listener, dir.join(format!("{name}.log")))?;
            server.ready(address)?;
            Ok((server, address))
        };
        let mailbox = Path::new("Maildir");
        let tls = [&programs.usr.join("bin/couriertls"), Path::new("-server"), Path::new("-tcpd"), &login];
        let (server, imaps) = listen("imaps", true, &[&tls[..], &[&imapd, mailbox]].concat())?;
        servers.push(server);
        let (server, imap) = listen(STARTTLS, false, &[&login, &imapd, mailbox])?;
        servers.push(server);
        note(dir, STARTTLS, imap)?;
        // Without the program that asks for a name, everybody is welcome.
        let welcome = dir.join("welcome");
        let as_user = if account.is_ours() {
            String::new()
        } else {
            format!("setpriv --reuid={} --regid={} --clear-groups", account.uid, account.gid)
        };
        let (home, imapd) = (home(dir, USERS[0].0), imapd.display());
        let script =
            format!("unset TCPREMOTEIP\ncd '{}'\nexec {as_user} '{imapd}' Maildir\n", home.display());
        std::fs::write(&welcome, script)?;
        let (server, preauth) = listen(PREAUTH, false, &[Path::new("/bin/sh"), &welcome])?;
        servers.push(server);
        note(dir, PREAUTH, preauth)?;
        Ok(Started { servers, address: imaps })
    }

    fn drive<'a>(&'a self, running: &'a Running, _: Form, progress: &'a ProgressBar) -> Drive<'a> {
        Box::pin(scenario::drive(running, &OWN_WAYS, progress))
    }
}

/// Where a user's mail is.
fn home(dir: &Path, user: &str) -> PathBuf {
    dir.join("home").join(user)
}

/// What was unpacked.
struct Programs {
    usr: PathBuf,
    paths: PathBuf,
}

impl Programs {
    /// What every process is told: there is no file of options here.
    fn environment(&self, daemon: &Path, certificates: &Certificates) -> BTreeMap<&'static str, String> {
        let capabilities = "IMAP4rev1 UIDPLUS CHILDREN NAMESPACE THREAD=ORDEREDSUBJECT THREAD=REFERENCES SORT \
                            QUOTA IDLE AUTH=CRAM-MD5";
        let text = |path: &Path| path.display().to_string();
        let mut environment = self.libraries(daemon);
        environment.extend([
            ("IMAP_CAPABILITY", capabilities.to_owned()),
            ("IMAP_CAPABILITY_TLS", format!("{capabilities} AUTH=PLAIN AUTH=LOGIN")),
            ("IMAP_KEYWORDS", "1".into()),
            ("IMAP_ACL", "1".into()),
            ("IMAP_UTF8", "1".into()),
            ("IMAP_ID_FIELDS", "0".into()),
            // How often it looks for news while a client is idle, in seconds.
            ("IMAP_IDLE_TIMEOUT", "1".into()),
            ("IMAP_ENHANCEDIDLE", "0".into()),
            // Locks are watched through a daemon, which would be started and live on.
            ("IMAP_USELOCKS", "0".into()),
            ("IMAP_EMPTYTRASH", String::new()),
            ("IMAP_UMASK", "022".into()),
            ("IMAP_STARTTLS", "YES".into()),
            ("IMAP_TLS_REQUIRED", "0".into()),
            ("HOSTNAME", "localhost".into()),
            ("COURIERTLS", text(&self.usr.join("bin/couriertls"))),
            ("TLS_CERTFILE", text(&certificates.both)),
            ("TLS_PROTOCOL", "TLSv1.2+".into()),
            ("TLS_VERIFYPEER", "NONE".into()),
            ("MAILDIRPATH", "Maildir".into()),
        ]);
        environment
    }

    /// What leads its programs to their libraries, and to `daemon` instead of the paths compiled in.
    fn libraries(&self, daemon: &Path) -> BTreeMap<&'static str, String> {
        let lib = self.usr.join("lib");
        BTreeMap::from([
            ("LD_LIBRARY_PATH", format!("{}:{}", lib.display(), lib.join("courier-authlib").display())),
            ("LD_PRELOAD", self.paths.display().to_string()),
            ("ANYRFC_COURIER", daemon.display().to_string()),
        ])
    }

    fn run(&self, program: &str, daemon: &Path, arguments: &[&Path], input: &[u8]) -> Result<Vec<u8>> {
        let mut command = Command::new(self.usr.join(program));
        command.args(arguments).envs(self.libraries(daemon));
        let mut child =
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::inherit()).spawn()?;
        child.stdin.take().ok_or("no input")?.write_all(input)?;
        let output = child.wait_with_output()?;
        if !output.status.success() {
            return Err(format!("{program} ended with {}", output.status).into());
        }
        Ok(output.stdout)
    }

    /// Everybody's mailboxes, and the two databases that say where they are and what opens them.
    fn users(&self, dir: &Path, daemon: &Path, account: &Account) -> Result<()> {
        let (mut places, mut secrets) = (String::new(), String::new());
        for (user, password) in USERS {
            let home = home(dir, user);
            let mail = home.join("Maildir");
            std::fs::create_dir_all(&home)?;
            self.run("bin/maildirmake.courier", daemon, &[&mail], b"")?;
            for folder in ["Drafts", "Sent", "Trash"] {
                let folder = Path::new(folder);
                self.run("bin/maildirmake.courier", daemon, &[Path::new("-f"), folder, &mail], b"")?;
            }
            let Account { uid, gid, .. } = account;
            let (home, mail) = (home.display(), mail.display());
            writeln!(places, "{user}\tuid={uid}|gid={gid}|home={home}|mail={mail}")?;
            let twice = format!("{password}\n{password}\n");
            let hmac = self.run("sbin/userdbpw", daemon, &[Path::new("-hmac-md5")], twice.as_bytes())?;
            let hmac = String::from_utf8(hmac)?;
            let hash = BASE64_STANDARD.encode(Sha256::digest(password.as_bytes()));
            writeln!(secrets, "{user}\tsystempw={{SHA256}}{hash}|hmac-md5pw={}", hmac.trim())?;
        }
        account.give(&dir.join("home"))?;
        for (name, text) in [("userdb.dat", places), ("userdbshadow.dat", secrets)] {
            let database = daemon.join(name);
            let fresh = database.with_extension("new");
            let arguments = [Path::new("-"), &fresh, &database];
            let input = format!("{text}.\n");
            self.run("lib/courier/courier-authlib/makedatprog", daemon, &arguments, input.as_bytes())?;
        }
        // It wants to see the file, even though the environment says the same.
        let options =
            "authmodulelist=\"authuserdb\"\nauthmodulelistorig=\"authuserdb\"\ndaemons=2\nversion=\"\"\n";
        Ok(std::fs::write(daemon.join("authdaemonrc"), options)?)
    }
}
