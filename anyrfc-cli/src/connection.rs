//! What every connection takes: whom to trust, who we are, through which proxy.

use std::{fmt, path::PathBuf, sync::Arc, time::Duration};

use anyrfc_core::{
    Secret, TlsInfo,
    tls::TlsConfig,
    transport::{Connector, Proxy, Target},
    uri::Uri,
};

use anyrfc_oauth2::client::ReqwestClient;

use crate::{exit::Failure, secret, terminal};

/// TLS and the way to the server.
#[derive(Clone, Debug, Default, clap::Args)]
#[command(next_help_heading = "Connection")]
pub(crate) struct ConnectionArgs {
    /// Trust the certificates of this PEM file instead of the system's.
    #[arg(long, value_name = "FILE")]
    ca: Option<PathBuf>,
    /// Show this certificate (a PEM chain) to the server.
    #[arg(long, value_name = "FILE", requires = "key")]
    cert: Option<PathBuf>,
    /// The private key of `--cert`, as PEM.
    #[arg(long, value_name = "FILE", requires = "cert")]
    key: Option<PathBuf>,
    /// The name that the server's certificate has to bear, where it is not the URL's.
    #[arg(long, value_name = "NAME")]
    server_name: Option<String>,
    /// Accept any certificate: whoever sits between can read and change everything.
    #[arg(long, conflicts_with = "ca")]
    danger_accept_any_certificate: bool,
    /// Connect through this proxy: `http://`, `socks5://` or `socks5h://`.
    #[arg(long, value_name = "URL")]
    proxy: Option<String>,
    /// Connect through the proxy whose URL an environment variable holds: for one that wants a password.
    #[arg(long, value_name = "NAME", conflicts_with = "proxy")]
    proxy_env: Option<String>,
    /// Seconds until the connection has to stand.
    #[arg(long, value_name = "SECONDS", default_value_t = 30)]
    connect_timeout: u64,
}

impl ConnectionArgs {
    /// The TLS that was asked for.
    ///
    /// # Errors
    /// A file cannot be read or holds no PEM.
    pub(crate) fn tls(&self) -> Result<TlsConfig, Failure> {
        let read = |path: &PathBuf| {
            std::fs::read(path).map_err(|error| Failure::usage(format!("{}: {error}", path.display())))
        };
        let mut tls = match &self.ca {
            Some(path) => TlsConfig::with_ca_pem(read(path)?),
            None => TlsConfig::default_roots(),
        };
        if let (Some(chain), Some(key)) = (&self.cert, &self.key) {
            tls = tls.client_certificate(read(chain)?, Secret::new(read(key)?));
        }
        if let Some(name) = &self.server_name {
            tls = tls.server_name(name);
        }
        if self.danger_accept_any_certificate {
            terminal::note("any certificate is accepted: nothing here is secret");
            tls = tls.danger_accept_any_certificate();
        }
        tls.validate()?;
        Ok(tls)
    }

    /// Whether a certificate of ours is shown to the server.
    pub(crate) fn has_certificate(&self) -> bool {
        self.cert.is_some()
    }

    /// What the clients' builders take as `transport`: the deadline and the proxy.
    ///
    /// # Errors
    /// The proxy's URL names none.
    pub(crate) fn transport(
        &self,
    ) -> Result<impl Fn(Connector) -> Connector + Clone + Send + Sync + 'static, Failure> {
        let url = self.proxy_url()?;
        let proxy = url.as_ref().map(|url| proxy(url.expose())).transpose()?.map(Arc::new);
        let limit = self.limit();
        Ok(move |connector: Connector| match &proxy {
            Some(proxy) => connector.timeout(limit).proxy(Arc::clone(proxy)),
            None => connector.timeout(limit),
        })
    }

    /// How long connecting may take.
    pub(crate) fn limit(&self) -> Duration {
        Duration::from_secs(self.connect_timeout)
    }

    /// What sends HTTP requests.
    ///
    /// # Errors
    /// As [`tls`](Self::tls); the proxy's URL names none.
    pub(crate) fn http(&self) -> Result<ReqwestClient, Failure> {
        let mut builder = ReqwestClient::builder()
            .tls(self.tls()?)
            .connect_timeout(self.limit())
            .user_agent(concat!("anyrfc/", env!("CARGO_PKG_VERSION")));
        if let Some(url) = self.proxy_url()? {
            proxy(url.expose())?;
            builder = builder.proxy(url);
        }
        Ok(builder.build()?)
    }

    /// The URL of the proxy.
    ///
    /// # Errors
    /// A password stands where every user of the machine can read it; the variable is not set.
    fn proxy_url(&self) -> Result<Option<Secret<String>>, Failure> {
        match (&self.proxy, &self.proxy_env) {
            (Some(url), _) if has_password(url) => Err(Failure::usage(
                "--proxy: the URL holds a password: every user of this machine can read that; see --proxy-env",
            )),
            (Some(url), _) => Ok(Some(Secret::new(url.clone()))),
            (None, Some(variable)) => secret::kept(None, variable, "")?
                .map(Some)
                .ok_or_else(|| Failure::usage(format!("--proxy-env: {variable} is not set or empty"))),
            (None, None) => Ok(None),
        }
    }
}

/// How a connection is secured.
#[derive(Debug, serde::Serialize)]
pub(crate) struct Secured {
    version: Option<&'static str>,
    cipher_suite: Option<&'static str>,
    server_name: Option<String>,
    /// Whether the certificate was verified.
    verified: bool,
}

impl From<&TlsInfo> for Secured {
    fn from(info: &TlsInfo) -> Self {
        Self {
            version: info.version,
            cipher_suite: info.cipher_suite,
            server_name: info.server_name.clone(),
            verified: info.verified,
        }
    }
}

impl fmt::Display for Secured {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let verified = if self.verified { "certificate verified" } else { "certificate NOT verified" };
        let (version, suite) = (self.version.unwrap_or("TLS"), self.cipher_suite.unwrap_or("unknown cipher"));
        write!(f, "{version}, {suite}, {verified}")
    }
}

/// Whether a proxy's URL, which may lack its scheme, holds a password.
fn has_password(url: &str) -> bool {
    let whole = if url.contains("://") { url.to_owned() } else { format!("http://{url}") };
    let credentials = Uri::parse(&whole).ok().and_then(|uri| uri.credentials().ok().flatten());
    credentials.is_some_and(|credentials| credentials.password.is_some())
}

/// The proxy of a URL, in the form of the environment's variables.
fn proxy(url: &str) -> Result<Proxy, Failure> {
    let anywhere = Target::tcp("proxied.invalid", 1)?;
    let named = Proxy::from_variables("", &anywhere, |name| (name == "all_proxy").then(|| url.to_owned()));
    // The error would name the variable, which nobody has set.
    named.ok().flatten().ok_or_else(|| {
        Failure::usage("the URL of a proxy looks like http://proxy.example:3128, or socks5: or socks5h:")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn proxies_are_named_by_url() {
        assert_eq!(proxy("socks5h://a.example").unwrap().target().to_string(), "a.example:1080");
        assert!(proxy("gopher://a.example").is_err());
    }

    #[test]
    fn a_proxys_password_is_no_argument() {
        let of = |url: &str| ConnectionArgs { proxy: Some(url.to_owned()), ..ConnectionArgs::default() };
        for url in ["http://ann:pencil@a.example:3128", "ann:pencil@a.example"] {
            let failure = of(url).proxy_url().unwrap_err().to_string();
            assert!(failure.contains("--proxy-env") && !failure.contains("pencil"), "{failure}");
        }
        assert!(of("http://ann@a.example").proxy_url().unwrap().is_some());
        let unset =
            ConnectionArgs { proxy_env: Some("ANYRFC_IS_NOT_SET".into()), ..ConnectionArgs::default() };
        assert!(
            unset.proxy_url().unwrap_err().to_string().ends_with("ANYRFC_IS_NOT_SET is not set or empty")
        );
    }
}
