//! The server that is examined, and the way to it.

use std::{fmt, sync::Arc, time::Duration};

use anyrfc_core::{
    Secret,
    tls::TlsConfig,
    transport::{Connector, Target},
    uri::{self, Host, Uri},
};

use anyrfc_oauth2::client::ReqwestClient;

use super::{Args, Protocol, wire::Wire};
use crate::exit::{Exit, Failure};

/// What the clients' builders take as `transport`.
pub(super) type Transport = Arc<dyn Fn(Connector) -> Connector + Send + Sync>;

/// The server that is examined.
pub(super) struct Subject {
    protocol: Protocol,
    uri: Uri,
    target: Target,
    host: String,
    tls: TlsConfig,
    transport: Transport,
    limit: Duration,
    user: Option<String>,
    secret: Option<Arc<Secret<String>>>,
    redirect_uri: Option<String>,
    given: String,
    http: ReqwestClient,
}

impl Subject {
    /// Reads the arguments, and the secret where one is needed.
    ///
    /// # Errors
    /// The URL names no server, or a file or the secret cannot be read.
    pub(super) fn new(args: &Args) -> Result<Self, Failure> {
        let uri =
            Uri::parse(&args.url).map_err(|error| Failure::usage(format!("the URL: {error}; see --help")))?;
        let protocol = Protocol::of(uri.scheme()).ok_or_else(|| {
            Failure::usage(format!("nothing is known of {} servers; see --help", uri.scheme()))
        })?;
        if uri.userinfo().is_some() {
            // Everybody on the machine can read it there.
            return Err(Failure::usage("the URL may not hold user or password: see --user"));
        }
        let (target, host) = target(&uri)?;
        if protocol == Protocol::OAuth && uri.scheme() == "http" && !is_loopback(&uri) {
            return Err(Failure::usage("an issuer is an https URL (http only on loopback)"));
        }
        let user = args.user.clone().or_else(|| args.client_id.clone());
        let secret = match (&args.user, &args.client_id) {
            (Some(user), _) => Some(args.secret.read("password", user)?),
            // A public client has none.
            (None, Some(client)) => args.secret.unasked(client)?,
            (None, None) => None,
        };
        Ok(Self {
            protocol,
            target,
            host,
            tls: args.connection.tls()?,
            transport: Arc::new(args.connection.transport()?),
            limit: Duration::from_secs(args.timeout),
            user,
            secret: secret.map(Arc::new),
            redirect_uri: args.redirect_uri.clone(),
            given: args.url.clone(),
            http: args.connection.http()?,
            uri,
        })
    }

    pub(super) fn protocol(&self) -> Protocol {
        self.protocol
    }

    /// The URL as it was given.
    pub(super) fn uri(&self) -> &Uri {
        &self.uri
    }

    /// The same, octet by octet: an issuer is compared so.
    pub(super) fn given(&self) -> &str {
        &self.given
    }

    /// What sends HTTP requests.
    pub(super) fn http(&self) -> &ReqwestClient {
        &self.http
    }

    /// The user to log in as, or the client.
    pub(super) fn user(&self) -> Option<&str> {
        self.user.as_deref()
    }

    /// A redirect URI of the client.
    pub(super) fn redirect_uri(&self) -> Option<&str> {
        self.redirect_uri.as_deref()
    }

    /// The host without brackets, as TLS verifies it.
    pub(super) fn host(&self) -> &str {
        &self.host
    }

    /// The TLS that was asked for.
    pub(super) fn tls(&self) -> &TlsConfig {
        &self.tls
    }

    /// For the `transport` of a client's builder.
    pub(super) fn transport(&self) -> Transport {
        Arc::clone(&self.transport)
    }

    /// How long one probe may take.
    pub(super) fn limit(&self) -> Duration {
        self.limit
    }

    /// The user to log in as, with the password; or the client with its secret.
    pub(super) fn login(&self) -> Option<(&str, &Secret<String>)> {
        Some((self.user.as_deref()?, self.secret.as_deref()?))
    }

    pub(super) fn secret(&self) -> Option<&Secret<String>> {
        self.secret.as_deref()
    }

    /// Whether the URL's scheme means TLS from the first byte.
    pub(super) fn is_tls(&self) -> bool {
        matches!(self.uri.scheme(), "wss" | "imaps" | "smtps" | "submissions" | "https")
    }

    /// Whether nobody between can listen: the server is on this host.
    pub(super) fn is_loopback(&self) -> bool {
        self.target.path().is_some() || is_loopback(&self.uri)
    }

    /// A connection, with TLS where the URL's scheme means that.
    ///
    /// # Errors
    /// There is no way to the server, or TLS fails.
    pub(super) async fn open(&self) -> Result<Wire, Failure> {
        let connector = (self.transport)(Connector::new(self.target.clone()));
        let connection = connector.connect().await?;
        let connection =
            if self.is_tls() { connection.secure(&self.tls, &self.host).await? } else { connection };
        Ok(Wire::new(connection))
    }
}

impl fmt::Debug for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Subject").field("uri", &self.uri).field("user", &self.user).finish_non_exhaustive()
    }
}

/// Where to connect to, and the name that TLS verifies.
fn target(uri: &Uri) -> Result<(Target, String), Failure> {
    if uri.scheme() == "lmtp+unix" {
        let path = uri::percent_decode(uri.path());
        let path =
            String::from_utf8(path).map_err(|_| Failure::usage("the path of the socket is not text"))?;
        return Ok((Target::unix(path), String::new()));
    }
    let host = match uri.host() {
        Some(Host::Name("")) | None => return Err(Failure::usage("the URL names no host")),
        Some(Host::Name(name)) => name.to_owned(),
        Some(Host::Ipv4(address)) => address.to_string(),
        Some(Host::Ipv6(address)) => address.to_string(),
    };
    let usual = match uri.scheme() {
        "submissions" => Some(465),
        "lmtp" => Some(24),
        _ => None,
    };
    let port = uri.port_or_default().or(usual);
    let port = port.ok_or_else(|| Failure::usage("the URL names no port"))?;
    Ok((Target::tcp(&host, port)?, host))
}

pub(super) fn is_loopback(uri: &Uri) -> bool {
    match uri.host() {
        Some(Host::Name(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(host) => host.address().is_some_and(|address| address.is_loopback()),
        None => false,
    }
}

/// What kept the examination from beginning, where it is not an error of a library.
pub(super) fn unable(why: impl Into<String>) -> Failure {
    Failure::new(Exit::Protocol, why)
}
