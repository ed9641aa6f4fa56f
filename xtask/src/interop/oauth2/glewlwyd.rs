//! Glewlwyd, of Debian: an authorization server in C.

use std::{
    io::Write,
    net::SocketAddr,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyrfc_oauth2::client::ReqwestClient;
use indicatif::ProgressBar;
use serde_json::{Value, json};

use super::{SUBJECT, USER, browser::Browser, scenario};
use crate::{
    Result,
    interop::{
        install::{Site, apt_install, apt_version, are_installed},
        peer::{Drive, Form, Peer, Running, Started},
        process::{Server, command, free_address},
    },
};

const PACKAGES: &[&str] = &["glewlwyd", "sqlite3"];
/// What the package installs as the beginning of a database.
const SCHEMA: &str = "/usr/share/doc/glewlwyd/database/init.sqlite3.sql.gz";
/// What the package configures.
const CONFIGURATION: &str = "/etc/glewlwyd/glewlwyd.conf";

/// The administrator that a fresh database has.
const ADMINISTRATOR: (&str, &str) = ("admin", "password");
/// The only client.
pub(super) const CLIENT: (&str, &str) = ("glewlwyd-client", "a-secret-of-the-client");
/// The only scope.
pub(super) const SCOPE: &str = "scope1";

/// The peer.
#[derive(Debug)]
pub(in crate::interop) struct Glewlwyd;

/// Its API, below its root.
pub(super) fn api(address: SocketAddr) -> String {
    format!("http://localhost:{}/api", address.port())
}

impl Glewlwyd {
    fn configure(dir: &Path, address: SocketAddr) -> Result<PathBuf> {
        let database = dir.join("glewlwyd.db");
        let schema = Command::new("gzip").args(["--decompress", "--stdout", SCHEMA]).output()?;
        let mut sqlite = Command::new("sqlite3").arg(&database).stdin(Stdio::piped()).spawn()?;
        sqlite.stdin.take().ok_or("sqlite3 has no input")?.write_all(&schema.stdout)?;
        if !sqlite.wait()?.success() {
            return Err("the database of Glewlwyd cannot be made".into());
        }
        let replaced =
            ["@include", "log_mode", "log_file", "bind_address", "port", "external_url", "database"];
        let given = std::fs::read_to_string(CONFIGURATION)?;
        let kept = given.lines().filter(|line| !replaced.iter().any(|name| line.starts_with(name)));
        let port = address.port();
        let ours = format!(
            "port={port}\nbind_address=\"127.0.0.1\"\nexternal_url=\"http://localhost:{port}\"\nlog_mode=\"console\"\n\
             database = {{ type = \"sqlite3\"; path = \"{}\"; }}\n",
            database.display()
        );
        let file = dir.join("glewlwyd.conf");
        std::fs::write(&file, kept.map(|line| format!("{line}\n")).collect::<String>() + &ours)?;
        Ok(file)
    }

    /// Sets up the plugin, a scope, a client and a user.
    async fn populate(address: SocketAddr) -> Result<()> {
        let mut administrator = Browser::new(ReqwestClient::new()?);
        let base = api(address);
        let (user, password) = ADMINISTRATOR;
        tell(
            &mut administrator,
            "POST",
            &format!("{base}/auth/"),
            json!({ "username": user, "password": password }),
        )
        .await?;
        let plugin = json!({
            "module": "oidc", "name": "oidc", "display_name": "oidc", "parameters": {
                "iss": format!("{base}/oidc"), "jwt-type": "sha", "jwt-key-size": "256",
                "key": "of-no-importance-but-of-enough-octets", "access-token-duration": 60,
                "refresh-token-duration": 3600, "code-duration": 60, "refresh-token-rolling": true,
                "refresh-token-one-use": "always", "allow-non-oidc": true, "auth-type-code-enabled": true,
                "auth-type-client-enabled": true, "auth-type-refresh-enabled": true,
                "auth-type-device-enabled": true, "device-authorization-expiration": 600,
                "device-authorization-interval": 1, "pkce-allowed": true, "pkce-method-plain-allowed": true,
                "introspection-revocation-allowed": true, "introspection-revocation-allow-target-client": true,
                "oauth-par-allowed": true, "oauth-par-required": false,
                "oauth-par-request_uri-prefix": "urn:ietf:params:oauth:request_uri:", "oauth-par-duration": 90,
                "oauth-dpop-allowed": true, "oauth-dpop-iat-duration": 60, "scope": [],
            },
        });
        tell(&mut administrator, "POST", &format!("{base}/mod/plugin/"), plugin).await?;
        let scope = json!({ "name": SCOPE, "display_name": SCOPE, "password_required": false });
        tell(&mut administrator, "POST", &format!("{base}/scope/"), scope).await?;
        let client = json!({
            "client_id": CLIENT.0, "name": CLIENT.0, "confidential": true, "client_secret": CLIENT.1,
            "password": CLIENT.1, "redirect_uri": [scenario::REDIRECT],
            "authorization_type": ["code", "client_credentials", "refresh_token", "device_authorization"],
            "token_endpoint_auth_method": ["client_secret_basic", "client_secret_post"], "scope": [SCOPE], "enabled": true,
        });
        tell(&mut administrator, "POST", &format!("{base}/client/"), client).await?;
        let (name, password) = USER;
        let user = json!({ "username": name, "name": name, "password": password, "scope": [SCOPE, "g_profile"], "enabled": true });
        tell(&mut administrator, "POST", &format!("{base}/user/"), user).await
    }
}

/// Tells the API something, which it has to take.
async fn tell(browser: &mut Browser, method: &str, url: &str, body: Value) -> Result<()> {
    let request = http::Request::builder().method(method).uri(url).header("content-type", "application/json");
    let answer = browser.ask(request, body.to_string()).await?;
    if answer.status().is_success() {
        return Ok(());
    }
    Err(format!("{url} answers {}: {}", answer.status(), String::from_utf8_lossy(answer.body())).into())
}

/// A browser in which the user has logged in, and grants the scope to the client.
pub(super) async fn user(address: SocketAddr) -> Result<Browser> {
    let mut browser = Browser::new(ReqwestClient::new()?);
    let (name, password) = USER;
    let base = api(address);
    tell(&mut browser, "POST", &format!("{base}/auth/"), json!({ "username": name, "password": password }))
        .await?;
    tell(&mut browser, "PUT", &format!("{base}/auth/grant/{}", CLIENT.0), json!({ "scope": SCOPE })).await?;
    Ok(browser)
}

impl Peer for Glewlwyd {
    fn name(&self) -> &'static str {
        "glewlwyd"
    }

    fn subject(&self) -> &'static str {
        SUBJECT
    }

    fn about(&self) -> &'static str {
        "Glewlwyd: device flow with slow_down, PAR, tokens as JWTs"
    }

    fn version(&self, _: &Site) -> Option<String> {
        are_installed(PACKAGES).then(|| apt_version(PACKAGES[0])).flatten()
    }

    fn install(&self, _: &Site) -> Result<()> {
        apt_install(PACKAGES)
    }

    fn start(&self, _: &Site, dir: &Path) -> Result<Started> {
        let address = free_address()?;
        let file = Self::configure(dir, address)?;
        let mut command = command("glewlwyd");
        command.arg(format!("--config-file={}", file.display())).current_dir(dir);
        let mut server = Server::spawn(command, dir.join("glewlwyd.log"))?;
        server.ready(address)?;
        Ok(Started { servers: vec![server], address })
    }

    fn drive<'a>(&'a self, running: &'a Running, _: Form, progress: &'a ProgressBar) -> Drive<'a> {
        Box::pin(async move {
            Self::populate(running.address()).await?;
            scenario::glewlwyd::drive(running, progress).await
        })
    }
}
