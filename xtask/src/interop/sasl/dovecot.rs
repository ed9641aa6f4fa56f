//! Dovecot's authentication, over IMAP with raw lines.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
};

use anyrfc_core::{ErrorKind, TlsConfig, testing::pki::Pki};
use anyrfc_sasl::{
    Anonymous, Binding, Credentials, Error, Established, Exchange, External, MechanismName, Negotiator,
    OauthBearer, Policy, ScramHash, Service, Xoauth2,
};
use indicatif::ProgressBar;
use tokio::{
    io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader},
    net::TcpListener,
};

use super::{
    PASSWORD, SUBJECT, Table, USER, alice,
    common::{BY_PASSWORD, Make},
    imap::Imap,
    krb5::{self, Realm},
    scram,
    ticket::{self, Login},
    wrong,
};
use crate::{
    Result,
    interop::{
        cases::{ensure, note, noted},
        install::{Site, apt_install, apt_version},
        peer::{Drive, Form, Peer, Running, Started},
        process::{Server, command, free_address},
    },
};

const PACKAGE: &str = "dovecot-imapd";
const GSSAPI: &str = "dovecot-gssapi";
const PROGRAM: &str = "/usr/sbin/dovecot";
/// Where Dovecot asks what a token is good for.
const INTROSPECTION: &str = "introspection";
/// The only token that is good for anything.
const TOKEN: &str = "good-token.of~alice+1/=";
/// Whom Dovecot takes the bearer of a certificate for.
const COMMON_NAME: &str = "AnyRFC test certificate";
const AUTHORITY: &str = "ca.pem";
const CERTIFICATE: &str = "alice.pem";
const KEY: &str = "alice.key";
/// What the name of the negotiator's cases is in the table.
const NEGOTIATED: &str = "negotiated";
/// Where the realm's files are.
const REALM: &str = "realm";

/// The peer.
#[derive(Debug)]
pub(in crate::interop) struct Dovecot;

impl Peer for Dovecot {
    fn name(&self) -> &'static str {
        "dovecot-auth"
    }

    fn subject(&self) -> &'static str {
        SUBJECT
    }

    fn about(&self) -> &'static str {
        "Dovecot's authentication, over IMAP"
    }

    fn version(&self, _: &Site) -> Option<String> {
        let complete = [GSSAPI].iter().chain(krb5::KDC).all(|package| apt_version(package).is_some());
        complete.then(|| apt_version(PACKAGE)).flatten()
    }

    fn install(&self, _: &Site) -> Result<()> {
        apt_install(&[&[PACKAGE, GSSAPI], krb5::KDC].concat())
    }

    fn start(&self, _: &Site, dir: &Path) -> Result<Started> {
        // Its processes are of other users, who must be let in.
        open(dir, 0o711)?;
        let mail = dir.join("mail");
        std::fs::create_dir(&mail)?;
        open(&mail, 0o777)?;
        let file = |name: &str, content: &[u8]| -> Result<PathBuf> {
            let path = dir.join(name);
            std::fs::write(&path, content)?;
            Ok(path)
        };
        let pki = Pki::new();
        let (server, client) = (pki.server_for(&["localhost"]), pki.client(USER));
        file(AUTHORITY, pki.ca_pem().as_bytes())?;
        file("server.pem", server.chain_pem().as_bytes())?;
        file("server.key", server.key_pem().expose())?;
        file(CERTIFICATE, client.chain_pem().as_bytes())?;
        file(KEY, client.key_pem().expose())?;
        file("passwd", format!("{USER}:{{PLAIN}}{PASSWORD}::::::\nanonymous:{{PLAIN}}x::::::\n").as_bytes())?;
        file("passwd-external", format!("{COMMON_NAME}:::::::nopassword=y\n").as_bytes())?;
        let introspection = free_address()?;
        note(dir, INTROSPECTION, introspection)?;
        file(
            "oauth2.conf",
            format!(
                "introspection_mode = post\nintrospection_url = http://{introspection}/introspect\n\
                 username_attribute = user\nactive_attribute = active\nactive_value = true\n\
                 openid_configuration_url = https://localhost/.well-known/openid-configuration\n"
            )
            .as_bytes(),
        )?;
        let place = dir.join(REALM);
        std::fs::create_dir(&place)?;
        let (realm, kdc) = Realm::start(&place)?;
        let address = free_address()?;
        let configuration = file("dovecot.conf", configuration(dir, &realm, address).as_bytes())?;
        let mut command = command(PROGRAM);
        command.arg("-F").arg("-c").arg(configuration).current_dir(dir);
        let mut server = Server::spawn(command, dir.join("server.log"))?;
        server.ready(address)?;
        Ok(Started { servers: vec![server, kdc], address })
    }

    fn drive<'a>(&'a self, running: &'a Running, _: Form, progress: &'a ProgressBar) -> Drive<'a> {
        Box::pin(async move {
            let listener = TcpListener::bind(noted(running.dir(), INTROSPECTION)?).await?;
            tokio::select! {
                error = introspect(&listener) => Err(error),
                outcome = cases(running, progress) => outcome,
            }
        })
    }
}

#[cfg(unix)]
fn open(path: &Path, mode: u32) -> Result<()> {
    use std::os::unix::fs::PermissionsExt as _;

    Ok(std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode))?)
}

#[cfg(not(unix))]
fn open(_: &Path, _: u32) -> Result<()> {
    Err("Dovecot needs a Unix".into())
}

fn configuration(dir: &Path, realm: &Realm, address: SocketAddr) -> String {
    let (dir, port) = (dir.display(), address.port());
    let (krb5, keytab) = (realm.config.display(), realm.keytab.display());
    format!(
        "base_dir = {dir}/run
state_dir = {dir}/state
log_path = /dev/stderr
listen = 127.0.0.1
import_environment = TZ KRB5_CONFIG={krb5} KRB5RCACHEDIR={dir}/{REALM}
protocols = imap
ssl = required
ssl_cert = <{dir}/server.pem
ssl_key = <{dir}/server.key
ssl_ca = <{dir}/{AUTHORITY}
ssl_verify_client_cert = yes
ssl_require_crl = no
auth_ssl_require_client_cert = no
auth_ssl_username_from_cert = yes
auth_mechanisms = plain login cram-md5 digest-md5 scram-sha-1 scram-sha-256 external gssapi oauthbearer xoauth2 anonymous
auth_gssapi_hostname = localhost
auth_krb5_keytab = {keytab}
auth_realms = localhost
auth_default_realm = localhost
auth_username_format = %n
auth_username_chars =
auth_anonymous_username = anonymous
auth_failure_delay = 0 s
mail_location = maildir:{dir}/mail/%n
first_valid_uid = 1
namespace inbox {{
  inbox = yes
  separator = /
  prefix = %n/
}}
passdb {{
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
  args = {dir}/oauth2.conf
}}
passdb {{
  driver = passwd-file
  mechanisms = external
  args = username_format=%n {dir}/passwd-external
}}
passdb {{
  driver = passwd-file
  mechanisms = plain login cram-md5 digest-md5 scram-sha-1 scram-sha-256 anonymous
  args = scheme=PLAIN username_format=%n {dir}/passwd
}}
passdb {{
  driver = static
  mechanisms = gssapi
  args = nopassword=y
}}
userdb {{
  driver = static
  args = uid=65534 gid=65534 home={dir}/mail/%n
}}
service imap-login {{
  inet_listener imap {{
    port = 0
  }}
  inet_listener imaps {{
    port = {port}
  }}
}}
service auth {{
  user = root
}}
service anvil {{
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
"
    )
}

/// Answers Dovecot's questions about tokens (RFC 7662).
async fn introspect(listener: &TcpListener) -> Box<dyn std::error::Error> {
    loop {
        if let Err(error) = answer(listener).await {
            return error;
        }
    }
}

async fn answer(listener: &TcpListener) -> Result<()> {
    let mut stream = BufReader::new(listener.accept().await?.0);
    let mut length = 0;
    loop {
        let mut line = String::new();
        stream.read_line(&mut line).await?;
        if let Some((name, value)) = line.split_once(':')
            && name.eq_ignore_ascii_case("content-length")
        {
            length = value.trim().parse()?;
        }
        if line.trim().is_empty() {
            break;
        }
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await?;
    // What is not a letter or a digit is sent in per cent.
    let good = String::from_utf8_lossy(&body).contains("good-token");
    let json =
        if good { format!(r#"{{"active":true,"user":"{USER}"}}"#) } else { r#"{"active":false}"#.into() };
    let answer = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{json}",
        json.len()
    );
    stream.get_mut().write_all(answer.as_bytes()).await?;
    Ok(stream.get_mut().shutdown().await?)
}

fn with_token(token: &str) -> Credentials {
    let mut credentials = Credentials::bearer(token.to_owned());
    credentials.user = Some(USER.into());
    credentials
}

async fn cases(running: &Running, progress: &ProgressBar) -> Result<crate::interop::peer::Outcome> {
    let file = |name: &str| std::fs::read(running.dir().join(name));
    let address = running.address();
    let tls = TlsConfig::with_ca_pem(file(AUTHORITY)?);
    let certified = tls.clone().client_certificate(file(CERTIFICATE)?, file(KEY)?);
    let mut table = Table::new(progress, "mechanisms");
    let scram_1: Make =
        |credentials| Ok(Exchange::new(scram(ScramHash::Sha1, credentials, Binding::Unsupported)?));
    let scram_256: Make =
        |credentials| Ok(Exchange::new(scram(ScramHash::Sha256, credentials, Binding::Unsupported)?));
    let made = BY_PASSWORD.into_iter().chain([("SCRAM-SHA-1", scram_1), ("SCRAM-SHA-256", scram_256)]);
    for (name, make) in made {
        for (case, late) in [("right password", false), ("initial response after an empty challenge", true)] {
            let run = async {
                let established =
                    Imap::connect(address, &tls).await?.authenticate(make(&alice())?, late).await??;
                let proves = name.starts_with("SCRAM") || name == "DIGEST-MD5";
                ensure(established.mutual == proves, || format!("{established:?}"))
            };
            table.run(name, case, run).await;
        }
        for (case, credentials) in
            [("wrong password", wrong()), ("unknown user", Credentials::password("bob", PASSWORD.to_owned()))]
        {
            let run = async {
                let mut imap = Imap::connect(address, &tls).await?;
                refused(imap.authenticate(make(&credentials)?, false).await?)
            };
            table.run(name, case, run).await;
        }
    }
    let run = async {
        let exchange = Exchange::new(Anonymous::new("sirhc@example.com")?);
        Imap::connect(address, &tls).await?.authenticate(exchange, false).await?.map(drop).map_err(Into::into)
    };
    table.run("ANONYMOUS", "a trace", run).await;
    for (case, tls, entry) in [("a certificate", &certified, true), ("no certificate", &tls, false)] {
        let run = async {
            let exchange = Exchange::new(External::new(&Credentials::default())?);
            let result = Imap::connect(address, tls).await?.authenticate(exchange, false).await?;
            if entry { Ok(result.map(drop)?) } else { refused(result) }
        };
        table.run("EXTERNAL", case, run).await;
    }
    tokens(&mut table, address, &tls).await;
    tickets(&mut table, running, address).await;
    negotiated(&mut table, address, &tls).await;
    let mut tried: Vec<_> = table.passed.keys().copied().filter(|name| *name != NEGOTIATED).collect();
    tried.sort_unstable();
    let run = async {
        let mut offered = Imap::connect(address, &tls).await?.offered().await?;
        offered.sort_unstable();
        ensure(offered == tried, || format!("{offered:?} are offered, and {tried:?} were tried"))
    };
    table.run(NEGOTIATED, "what is offered is what was tried", run).await;
    Ok(table.outcome())
}

/// Tickets of two users and of nobody. TLS protects already, so there is never a layer.
async fn tickets(table: &mut Table<'_>, running: &Running, address: SocketAddr) {
    let realm = Realm::of(&running.dir().join(REALM));
    let (bob, nobody) = (realm.of_bob(), realm.of_nobody());
    let login = || Login::new("GSSAPI", address).tls(&running.dir().join(AUTHORITY));
    let is_alice = "OK mutual=true layer=none authcid=alice";
    for (case, realm, login, expected) in [
        ("a ticket", &realm, login(), is_alice),
        ("a ticket, after an empty challenge", &realm, login().late(), is_alice),
        ("acting as oneself", &realm, login().acting(USER), is_alice),
        ("somebody else's ticket", &bob, login(), "OK mutual=true layer=none authcid=bob"),
        ("somebody else's ticket, acting as alice", &bob, login().acting(USER), "REFUSED "),
        ("acting as somebody else", &realm, login().acting("bob"), "REFUSED "),
        ("no ticket", &nobody, login(), "UNAVAILABLE "),
        ("a service without a key", &realm, login().service("smtp"), "UNAVAILABLE "),
        ("a layer that is not offered", &realm, login().layered(), "STOPPED "),
    ] {
        let run = async {
            let seen = ticket::run(realm, &login).await?;
            ensure(seen.starts_with(expected), || seen.clone())
        };
        table.run("GSSAPI", case, run).await;
    }
    for (case, realm, login, expected) in [
        ("for a ticket", &realm, login(), is_alice),
        ("for a ticket, and a layer where TLS is not", &realm, login().layered(), is_alice),
        ("for somebody else's ticket", &bob, login(), "REFUSED "),
    ] {
        let run = async {
            let seen = ticket::run(realm, &login.negotiated(USER)).await?;
            ensure(seen.starts_with(expected), || seen.clone())
        };
        table.run(NEGOTIATED, case, run).await;
    }
}

fn refused(result: std::result::Result<Established, Error>) -> Result<()> {
    let error = result.err().ok_or("nothing was refused")?;
    ensure(error.kind() == ErrorKind::Auth, || format!("{error:?}"))
}

/// A good token, and a bad one with the server's own word for it.
async fn tokens(table: &mut Table<'_>, address: SocketAddr, tls: &TlsConfig) {
    let bearer: Make = |credentials| {
        Ok(Exchange::new(OauthBearer::new(credentials, &Service::new("imap", "localhost").port(993))?))
    };
    let xoauth2: Make = |credentials| Ok(Exchange::new(Xoauth2::new(credentials)?));
    for (name, make) in [("OAUTHBEARER", bearer), ("XOAUTH2", xoauth2)] {
        for (case, late) in [("a good token", false), ("a good token after an empty challenge", true)] {
            let run = async {
                let exchange = make(&with_token(TOKEN))?;
                Ok(Imap::connect(address, tls).await?.authenticate(exchange, late).await?.map(drop)?)
            };
            table.run(name, case, run).await;
        }
        let run = async {
            let exchange = make(&with_token("revoked"))?;
            let result = Imap::connect(address, tls).await?.authenticate(exchange, false).await?;
            let error = result.err().ok_or("nothing was refused")?;
            let told = error.bearer().is_some_and(|error| !error.status.is_empty());
            ensure(told && error.kind() == ErrorKind::Auth, || format!("{error:?}"))
        };
        table.run(name, "a bad token", run).await;
    }
}

/// What the server offers, chosen from: the strongest for a password, and for a token.
async fn negotiated(table: &mut Table<'_>, address: SocketAddr, tls: &TlsConfig) {
    for (credentials, expected) in
        [(alice(), MechanismName::SCRAM_SHA_256), (with_token(TOKEN), MechanismName::OAUTHBEARER)]
    {
        let run = async {
            let mut imap = Imap::connect(address, tls).await?;
            let offered = imap.offered().await?;
            let service = Service::new("imap", "localhost").port(address.port());
            let seed = [7; 32];
            let mut negotiator = Negotiator::new(credentials, service, Policy::default(), seed);
            let exchange = negotiator.begin(&offered, &imap.channel)?;
            ensure(exchange.name() == expected, || format!("{} was chosen", exchange.name()))?;
            Ok(imap.authenticate(exchange, false).await?.map(drop)?)
        };
        table.run(NEGOTIATED, expected_case(expected), run).await;
    }
}

fn expected_case(name: MechanismName) -> &'static str {
    if name == MechanismName::OAUTHBEARER { "for a token" } else { "for a password, with the flag y" }
}
