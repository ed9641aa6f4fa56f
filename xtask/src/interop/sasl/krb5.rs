//! MIT Kerberos: a KDC of our own, and the servers in C with a ticket from it.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    process::Command,
};

use indicatif::ProgressBar;

use super::{
    SUBJECT, Table, compile, cyrus, gsasl, is_compiled,
    ticket::{self, Login},
};
use crate::{
    Result,
    interop::{
        cases::{ensure, note, noted},
        install::{Site, apt_install, apt_version},
        peer::{Drive, Form, Peer, Running, Started},
        process::{Server, command, free_address, quietly},
    },
};

const PACKAGE: &str = "krb5-kdc";
/// What [`Realm::start`] needs.
pub(super) const KDC: &[&str] = &[PACKAGE, "krb5-admin-server", "krb5-user"];
/// What the servers in C need.
const PACKAGES: &[&str] = &[
    "libsasl2-modules-gssapi-mit",
    "libsasl2-modules",
    "sasl2-bin",
    "libsasl2-dev",
    "libgsasl-dev",
    "gcc",
    "libc6-dev",
];
const REALM: &str = "ANYRFC.TEST";
const CYRUS: &str = "cyrus";

/// The peer.
#[derive(Debug)]
pub(in crate::interop) struct Krb5;

impl Krb5 {
    fn program(&self, site: &Site, name: &str) -> PathBuf {
        site.place(self.name()).join(name).join("peer")
    }
}

/// The files of the client's side and of the server's.
#[derive(Clone, Debug)]
pub(super) struct Realm {
    pub(super) config: PathBuf,
    pub(super) keytab: PathBuf,
    pub(super) cache: PathBuf,
}

impl Realm {
    /// Those in `dir`.
    pub(super) fn of(dir: &Path) -> Self {
        Self { config: dir.join("krb5.conf"), keytab: dir.join("keytab"), cache: dir.join("cc") }
    }

    /// With the ticket of bob.
    pub(super) fn of_bob(&self) -> Self {
        Self { cache: self.cache.with_extension("bob"), ..self.clone() }
    }

    /// Without a ticket.
    pub(super) fn of_nobody(&self) -> Self {
        Self { cache: self.cache.with_extension("none"), ..self.clone() }
    }

    /// Makes the realm with its users and services, starts its KDC, and gets each user a ticket.
    pub(super) fn start(dir: &Path) -> Result<(Self, Server)> {
        let realm = Self::of(dir);
        let address = free_address()?;
        let at = dir.display();
        std::fs::write(
            &realm.config,
            format!(
                "[libdefaults]\n default_realm = {REALM}\n dns_lookup_realm = false\n dns_lookup_kdc = false\n \
                 rdns = false\n dns_canonicalize_hostname = false\n udp_preference_limit = 1\n\
                 [realms]\n {REALM} = {{\n  kdc = {address}\n }}\n[domain_realm]\n localhost = {REALM}\n"
            ),
        )?;
        let kdc = dir.join("kdc.conf");
        std::fs::write(
            &kdc,
            format!(
                "[kdcdefaults]\n kdc_listen = {address}\n kdc_tcp_listen = {address}\n[realms]\n {REALM} = {{\n  \
                 database_name = {at}/principal\n  key_stash_file = {at}/stash\n  acl_file = {at}/kadm5.acl\n  \
                 max_life = 10h\n  supported_enctypes = aes256-cts-hmac-sha1-96:normal\n }}\n"
            ),
        )?;
        let with = |program: &str| {
            let mut command = Command::new(program);
            command.env("KRB5_CONFIG", &realm.config).env("KRB5_KDC_PROFILE", &kdc).current_dir(dir);
            command
        };
        quietly(with("/usr/sbin/kdb5_util").args(["create", "-s", "-P", "master", "-r", REALM]))?;
        let query = |query: &str| quietly(with("/usr/sbin/kadmin.local").args(["-q", query])).map(drop);
        query("addprinc -randkey imap/localhost")?;
        query(&format!("ktadd -k {} imap/localhost", realm.keytab.display()))?;
        let mut server = command("/usr/sbin/krb5kdc");
        server.arg("-n").env("KRB5_CONFIG", &realm.config).env("KRB5_KDC_PROFILE", &kdc).current_dir(dir);
        let mut server = Server::spawn(server, dir.join("kdc.log"))?;
        server.ready(address)?;
        for (user, cache) in [("alice", &realm.cache), ("bob", &realm.of_bob().cache)] {
            query(&format!("addprinc -randkey {user}"))?;
            // A password is read from standard input, which is closed for us: a key will do.
            let key = dir.join(user).with_extension("keytab");
            query(&format!("ktadd -norandkey -k {} {user}", key.display()))?;
            quietly(with("/usr/bin/kinit").env("KRB5CCNAME", cache).arg("-k").arg("-t").arg(&key).arg(user))?;
        }
        Ok((realm, server))
    }
}

impl Peer for Krb5 {
    fn name(&self) -> &'static str {
        "krb5"
    }

    fn subject(&self) -> &'static str {
        SUBJECT
    }

    fn about(&self) -> &'static str {
        "tickets of an MIT KDC, at GNU SASL and Cyrus SASL"
    }

    fn version(&self, site: &Site) -> Option<String> {
        let complete = is_compiled(gsasl::SOURCE, &self.program(site, "gsasl"))
            && is_compiled(cyrus::SOURCE, &self.program(site, CYRUS));
        complete.then(|| apt_version(PACKAGE)).flatten()
    }

    fn install(&self, site: &Site) -> Result<()> {
        apt_install(&[KDC, PACKAGES].concat())?;
        compile(gsasl::SOURCE, "gsasl", &self.program(site, "gsasl"))?;
        compile(cyrus::SOURCE, "sasl2", &self.program(site, CYRUS))
    }

    fn start(&self, site: &Site, dir: &Path) -> Result<Started> {
        let (realm, kdc) = Realm::start(dir)?;
        cyrus::configure(dir)?;
        let plugins = cyrus::plugins()?;
        let environment = [
            ("KRB5_KTNAME", realm.keytab.as_path()),
            ("KRB5_CONFIG", &realm.config),
            ("SASL_PATH", &plugins),
            ("SASL_CONF_PATH", dir),
        ];
        let mut servers = vec![kdc];
        let mut start = |name: &str| -> Result<SocketAddr> {
            let started = super::start_named(&self.program(site, name), dir, name, &environment)?;
            servers.extend(started.servers);
            Ok(started.address)
        };
        let address = start("gsasl")?;
        note(dir, CYRUS, start(CYRUS)?)?;
        Ok(Started { servers, address })
    }

    fn drive<'a>(&'a self, running: &'a Running, _: Form, progress: &'a ProgressBar) -> Drive<'a> {
        Box::pin(async move {
            let realm = Realm::of(running.dir());
            let mut table = Table::new(progress, "mechanisms");
            let gsasl = running.address();
            let cyrus = noted(running.dir(), CYRUS)?;
            for (server, address) in [("gsasl", gsasl), (CYRUS, cyrus)] {
                logins(&mut table, &realm, server, address).await;
            }
            layers(&mut table, &realm, cyrus).await;
            gs2(&mut table, &realm, cyrus).await;
            Ok(table.outcome())
        })
    }
}

/// With a ticket, without one, and for a service that there is none for.
async fn logins(table: &mut Table<'_>, realm: &Realm, server: &str, address: SocketAddr) {
    let login = || Login::new("GSSAPI", address);
    for (case, login) in [
        ("no layer", login()),
        ("no layer, after an empty challenge", login().late()),
        ("acting as oneself", login().acting("alice")),
    ] {
        let run = async {
            let seen = ticket::run(realm, &login).await?;
            ensure(seen.starts_with("OK mutual=true layer=none authcid=alice"), || seen.clone())
        };
        table.run("GSSAPI", &format!("{server}: {case}"), run).await;
    }
    let run = async {
        let seen = ticket::run(&realm.of_nobody(), &login()).await?;
        ensure(seen.starts_with("UNAVAILABLE"), || seen.clone())
    };
    table.run("GSSAPI", &format!("{server}: no ticket"), run).await;
    let run = async {
        let seen = ticket::run(realm, &login().service("smtp")).await?;
        ensure(seen.starts_with("UNAVAILABLE"), || seen.clone())
    };
    table.run("GSSAPI", &format!("{server}: a service without a key"), run).await;
}

/// What is protected goes through the layer in both directions.
async fn layers(table: &mut Table<'_>, realm: &Realm, address: SocketAddr) {
    for (case, options, layer) in
        [("integrity", "layers=1", "integrity"), ("confidentiality", "layers=256", "confidentiality")]
    {
        let run = async {
            let login = Login::new("GSSAPI", address).options(options).layered();
            let seen = ticket::run(realm, &login).await?;
            ensure(seen.contains(&format!(" layer={layer} ")) && seen.ends_with("echo=HELLO"), || {
                seen.clone()
            })
        };
        table.run("GSSAPI", &format!("cyrus: a layer with {case}"), run).await;
    }
    let run = async {
        let seen = ticket::run(realm, &Login::new("GSSAPI", address).layered()).await?;
        ensure(seen.starts_with("STOPPED"), || seen.clone())
    };
    table.run("GSSAPI", "cyrus: a layer that is not offered", run).await;
}

async fn gs2(table: &mut Table<'_>, realm: &Realm, address: SocketAddr) {
    for (case, login) in [
        ("unbound", Login::new("GS2-KRB5", address)),
        ("unbound, after an empty challenge", Login::new("GS2-KRB5", address).late()),
        ("flag y at a server that cannot bind", Login::new("GS2-KRB5", address).binding("y")),
    ] {
        let run = async {
            let seen = ticket::run(realm, &login).await?;
            ensure(seen.starts_with("OK mutual=true layer=none authcid=alice"), || seen.clone())
        };
        table.run("GS2-KRB5", case, run).await;
    }
    let options = format!("cb=tls-exporter:{}", super::base64(super::BINDING));
    let run = async {
        let login = Login::new("GS2-KRB5-PLUS", address).options(&options).binding("right");
        let seen = ticket::run(realm, &login).await?;
        ensure(seen.starts_with("OK mutual=true"), || seen.clone())
    };
    table.run("GS2-KRB5-PLUS", "right binding", run).await;
    for (case, name, options, binding) in [
        ("wrong binding", "GS2-KRB5-PLUS", &*options, "wrong"),
        ("server without binding data", "GS2-KRB5-PLUS", "", "right"),
        ("downgrade noticed", "GS2-KRB5", &*options, "y"),
    ] {
        let run = async {
            let seen =
                ticket::run(realm, &Login::new(name, address).options(options).binding(binding)).await?;
            ensure(seen.starts_with("REFUSED") || seen.starts_with("STOPPED"), || seen.clone())
        };
        table.run("GS2-KRB5-PLUS", case, run).await;
    }
}
