//! Dovecot's authentication, over IMAP with raw lines.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
};

use anyrfc_core::{ErrorKind, TlsConfig, testing::pki::Pki, tls::TlsStream};
use anyrfc_sasl::{
    Anonymous, Binding, Channel, Credentials, Error, Established, Exchange, External, MechanismName,
    Negotiator, OauthBearer, Policy, ScramHash, Service, Xoauth2, codec::base64,
};
use indicatif::ProgressBar;
use tokio::{
    io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader},
    net::{TcpListener, TcpStream},
};

use super::{
    PASSWORD, SUBJECT, Table, USER, alice,
    common::{BY_PASSWORD, Make},
    scram, wrong,
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
        apt_version(PACKAGE)
    }

    fn install(&self, _: &Site) -> Result<()> {
        apt_install(&[PACKAGE])
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
        let address = free_address()?;
        let configuration = file("dovecot.conf", configuration(dir, address).as_bytes())?;
        let mut command = command(PROGRAM);
        command.arg("-F").arg("-c").arg(configuration).current_dir(dir);
        let mut server = Server::spawn(command, dir.join("server.log"))?;
        server.ready(address)?;
        Ok(Started { servers: vec![server], address })
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

fn configuration(dir: &Path, address: SocketAddr) -> String {
    let (dir, port) = (dir.display(), address.port());
    format!(
        "base_dir = {dir}/run
state_dir = {dir}/state
log_path = /dev/stderr
listen = 127.0.0.1
protocols = imap
ssl = required
ssl_cert = <{dir}/server.pem
ssl_key = <{dir}/server.key
ssl_ca = <{dir}/{AUTHORITY}
ssl_verify_client_cert = yes
ssl_require_crl = no
auth_ssl_require_client_cert = no
auth_ssl_username_from_cert = yes
auth_mechanisms = plain login cram-md5 digest-md5 scram-sha-1 scram-sha-256 external oauthbearer xoauth2 anonymous
auth_realms = localhost
auth_default_realm = localhost
auth_username_format = %n
auth_username_chars =
auth_anonymous_username = anonymous
auth_failure_delay = 0 s
mail_location = maildir:{dir}/mail/%n
first_valid_uid = 1
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

/// One connection, and what its TLS and its greeting said.
struct Imap {
    stream: BufReader<TlsStream<TcpStream>>,
    channel: Channel,
}

impl Imap {
    async fn connect(address: SocketAddr, tls: &TlsConfig) -> Result<Self> {
        let (stream, info) = tls.handshake("localhost", TcpStream::connect(address).await?).await?;
        let mut imap = Self { stream: BufReader::new(stream), channel: Channel::from(&info) };
        let greeting = imap.line().await?;
        ensure(greeting.starts_with("* OK"), || greeting.clone())?;
        Ok(imap)
    }

    async fn line(&mut self) -> Result<String> {
        let mut line = String::new();
        self.stream.read_line(&mut line).await?;
        line.strip_suffix("\r\n").map(str::to_owned).ok_or_else(|| "the server hung up".into())
    }

    async fn send(&mut self, line: &str) -> Result<()> {
        self.stream.get_mut().write_all(format!("{line}\r\n").as_bytes()).await?;
        Ok(self.stream.get_mut().flush().await?)
    }

    /// The mechanisms that the server offers.
    async fn offered(&mut self) -> Result<Vec<String>> {
        self.send("c CAPABILITY").await?;
        let line = self.line().await?;
        let done = self.line().await?;
        ensure(done.starts_with("c OK"), || done.clone())?;
        Ok(line.split(' ').filter_map(|word| word.strip_prefix("AUTH=")).map(str::to_owned).collect())
    }

    /// AUTHENTICATE (RFC 3501, section 6.2.2), with an initial response (RFC 4959) or without.
    async fn authenticate(
        &mut self,
        mut exchange: Exchange,
        late: bool,
    ) -> Result<std::result::Result<Established, Error>> {
        let first = if late { None } else { exchange.first()? };
        let first = first.map(|first| format!(" {}", base64::encode_initial(&first).expose()));
        self.send(&format!("a AUTHENTICATE {}{}", exchange.name(), first.unwrap_or_default())).await?;
        loop {
            let line = self.line().await?;
            if let Some(challenge) = line.strip_prefix("+ ") {
                match exchange.step_blocking(&base64::decode(challenge.as_bytes())?) {
                    Ok(response) => self.send(base64::encode(&response).expose()).await?,
                    Err(error) => {
                        self.send("*").await?;
                        return Ok(Err(error));
                    }
                }
            } else if line.starts_with("a OK") {
                return Ok(exchange.succeed(None));
            } else if line.starts_with("a NO") {
                return Ok(Err(exchange.refused()));
            } else if !line.starts_with("* ") {
                return Err(format!("the server says {line}").into());
            }
        }
    }
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
    let mut table = Table::new(progress);
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
    negotiated(&mut table, address, &tls).await;
    Ok(table.outcome())
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
        table.run("negotiated", expected_case(expected), run).await;
    }
}

fn expected_case(name: MechanismName) -> &'static str {
    if name == MechanismName::OAUTHBEARER { "for a token" } else { "for a password, with the flag y" }
}
