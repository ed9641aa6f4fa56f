//! A login with a Kerberos ticket, in a process of its own: the library reads its realm and its
//! tickets from the environment, which a process has only one of.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyrfc_core::{TlsConfig, Tolerance};
use anyrfc_sasl::{
    Binding, BindingType, Credentials, Error, ErrorKind, Exchange, Gs2Krb5, Gssapi, Kerberos, MechanismName,
    Negotiator, Policy, Service,
};

use super::{
    BINDING, bound,
    imap::Imap,
    krb5::Realm,
    lines::{Asked, End, login},
};
use crate::Result;

/// What is to be tried; also the options of the hidden command that tries it.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Login {
    mechanism: String,
    address: SocketAddr,
    #[arg(long, default_value = "")]
    options: String,
    #[arg(long, default_value = "imap")]
    service: String,
    #[arg(long)]
    acting: Option<String>,
    /// `n`, `y`, `right` or `wrong`.
    #[arg(long, default_value = "n")]
    binding: String,
    #[arg(long)]
    late: bool,
    #[arg(long)]
    layered: bool,
    /// The negotiator chooses from what the server offers, and acts as this user.
    #[arg(long)]
    negotiated: Option<String>,
    /// Over IMAP with TLS, at a server that this authority vouches for.
    #[arg(long)]
    tls: Option<PathBuf>,
}

impl Login {
    pub(super) fn new(mechanism: &str, address: SocketAddr) -> Self {
        Self {
            mechanism: mechanism.into(),
            address,
            options: String::new(),
            service: "imap".into(),
            acting: None,
            binding: "n".into(),
            late: false,
            layered: false,
            negotiated: None,
            tls: None,
        }
    }

    pub(super) fn options(self, options: &str) -> Self {
        Self { options: options.into(), ..self }
    }

    pub(super) fn service(self, service: &str) -> Self {
        Self { service: service.into(), ..self }
    }

    pub(super) fn acting(self, identity: &str) -> Self {
        Self { acting: Some(identity.into()), ..self }
    }

    pub(super) fn binding(self, binding: &str) -> Self {
        Self { binding: binding.into(), ..self }
    }

    pub(super) fn late(self) -> Self {
        Self { late: true, ..self }
    }

    pub(super) fn layered(self) -> Self {
        Self { layered: true, ..self }
    }

    pub(super) fn negotiated(self, user: &str) -> Self {
        Self { negotiated: Some(user.into()), ..self }
    }

    pub(super) fn tls(self, authority: &Path) -> Self {
        Self { tls: Some(authority.to_owned()), ..self }
    }

    fn arguments(&self) -> Vec<String> {
        let mut all = vec![self.mechanism.clone(), self.address.to_string()];
        let mut option = |name: &str, value: &str| all.push(format!("--{name}={value}"));
        option("options", &self.options);
        option("service", &self.service);
        option("binding", &self.binding);
        if let Some(identity) = &self.acting {
            option("acting", identity);
        }
        if let Some(user) = &self.negotiated {
            option("negotiated", user);
        }
        if let Some(authority) = &self.tls {
            option("tls", &authority.to_string_lossy());
        }
        all.extend(self.late.then(|| "--late".to_owned()));
        all.extend(self.layered.then(|| "--layered".to_owned()));
        all
    }

    fn exchange(&self) -> std::result::Result<Exchange, Error> {
        let context = Box::new(Kerberos::new(&Service::new(self.service.clone(), "localhost"))?);
        let kind = BindingType::TlsExporter;
        let binding = match self.binding.as_str() {
            "y" => Binding::NotOffered,
            "right" => bound(kind, BINDING),
            "wrong" => bound(kind, &BINDING[1..]),
            _ => Binding::Unsupported,
        };
        let identity = self.acting.clone();
        Ok(if self.mechanism != MechanismName::GSSAPI.as_str() {
            Exchange::new(Gs2Krb5::new(context, identity, &binding, Tolerance::default())?)
        } else if self.layered {
            Exchange::new(Gssapi::with_layer(context, identity)?)
        } else {
            Exchange::new(Gssapi::new(context, identity)?)
        })
    }
}

/// What the negotiator makes of what the server offers.
async fn chosen(asked: &Login, user: &str, imap: &mut Imap) -> Result<std::result::Result<Exchange, Error>> {
    let mut credentials = Credentials::default();
    credentials.user = Some(user.to_owned());
    let policy = Policy::default().kerberos();
    let policy = if asked.layered { policy.require_security_layer() } else { policy };
    let service = Service::new(asked.service.clone(), "localhost").port(asked.address.port());
    let offered = imap.offered().await?;
    let exchange = Negotiator::new(credentials, service, policy, [7; 32]).begin(&offered, &imap.channel);
    if let Ok(exchange) = &exchange
        && exchange.name().as_str() != asked.mechanism
    {
        return Err(format!("{} was chosen", exchange.name()).into());
    }
    Ok(exchange)
}

async fn over_tls(asked: &Login, tls: TlsConfig) -> Result<String> {
    let mut imap = Imap::connect(asked.address, &tls).await?;
    let exchange = match &asked.negotiated {
        Some(user) => chosen(asked, user, &mut imap).await?,
        None => asked.exchange(),
    };
    let exchange = match exchange {
        Ok(exchange) => exchange,
        Err(error) if error.kind() == ErrorKind::Usage => return Err(error.into()),
        Err(error) => return Ok(format!("UNAVAILABLE {error}")),
    };
    let established = match imap.authenticate(exchange, asked.late).await? {
        Ok(established) => established,
        Err(error) if error.kind() == ErrorKind::Auth => return Ok(format!("REFUSED {error}")),
        Err(error) => return Ok(format!("STOPPED {error}")),
    };
    let layer = if established.layer.is_none() { "none" } else { "some" };
    Ok(format!("OK mutual={} layer={layer} authcid={}", established.mutual, imap.user().await?))
}

/// Tries it in a process of its own, with the realm's files; what that process saw.
pub(super) async fn run(realm: &Realm, login: &Login) -> Result<String> {
    let mut command = tokio::process::Command::new(std::env::current_exe()?);
    command
        .arg("kerberos-login")
        .args(login.arguments())
        .env("KRB5_CONFIG", &realm.config)
        .env("KRB5CCNAME", &realm.cache)
        .kill_on_drop(true);
    let output = command.output().await?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned().into());
    }
    Ok(String::from_utf8(output.stdout)?.trim_end().to_owned())
}

/// The hidden command: one line that says how it went.
pub(crate) fn command(asked: &Login) -> Result<ExitCode> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let seen = runtime.block_on(attempt(asked))?;
    println!("{seen}");
    Ok(ExitCode::SUCCESS)
}

async fn attempt(asked: &Login) -> Result<String> {
    if let Some(authority) = &asked.tls {
        return over_tls(asked, TlsConfig::with_ca_pem(std::fs::read(authority)?)).await;
    }
    let exchange = match asked.exchange() {
        Ok(exchange) => exchange,
        Err(error) if error.kind() == ErrorKind::Usage => return Err(error.into()),
        Err(error) => return Ok(format!("UNAVAILABLE {error}")),
    };
    let end = login(asked.address, exchange, Asked { options: &asked.options, late: asked.late }).await?;
    let mut success = match end {
        End::Refused { error, why } => return Ok(format!("REFUSED {error}: {why}")),
        End::Stopped(error) => return Ok(format!("STOPPED {error}")),
        End::Success(success) => success,
    };
    let authcid = success.authcid.as_deref().map(|name| name.split('@').next().unwrap_or_default());
    let authcid = authcid.unwrap_or("-").to_owned();
    let mutual = success.established.mutual;
    let Some(mut layer) = success.established.layer.take() else {
        return Ok(format!("OK mutual={mutual} layer=none authcid={authcid}"));
    };
    let protection = if layer.is_confidential() { "confidentiality" } else { "integrity" };
    if (success.strength > 1) != layer.is_confidential() {
        return Err(format!("the server has a layer of strength {}", success.strength).into());
    }
    let echo = success.connection.echo(&mut *layer, "hello").await?;
    Ok(format!("OK mutual={mutual} layer={protection} authcid={authcid} echo={echo}"))
}
