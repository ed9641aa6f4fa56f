//! oidc-provider, which is certified for OpenID and FAPI 2; and Dovecot, which asks it about tokens.

use std::path::{Path, PathBuf};

use anyrfc_jwt::{Jwk, JwsAlgorithm};
use base64::{Engine, engine::general_purpose::STANDARD};
use indicatif::ProgressBar;
use serde_json::{Value, json};

use super::{SUBJECT, dovecot, scenario};
use crate::{
    Result,
    interop::{
        cases::{Certificates, note},
        install::{Site, apt_install, apt_version, is_npm_installed, npm_install},
        peer::{Drive, Form, Peer, Running, Started},
        process::{Server, command, free_address},
    },
};

const VERSION: &str = "9.13.3";
const PACKAGES: &[&str] = &["oidc-provider@9.13.3"];
const APP: &str = include_str!("oidc_provider.mjs");

/// The passwords of clients, by what they are told as.
pub(super) const SECRETS: [(&str, &str); 4] = [
    // What nobody takes who does not encode it as the RFC says.
    ("basic", "s3cr+t/ %:&=~"),
    ("post", "a secret: 100 %&=+/"),
    ("jwt", "a-shared-secret-of-at-least-thirty-two-octets"),
    ("resource_server", "resource-server-secret"),
];

/// The password of a client.
pub(super) fn secret(of: &str) -> Result<&'static str> {
    let found = SECRETS.iter().find(|(name, _)| *name == of);
    Ok(found.ok_or("no such client")?.1)
}

/// Where the key of the clients that sign is kept.
pub(super) const KEY: &str = "client.jwk";
/// Where DPoP needs a nonce, as [`note`] keeps it.
pub(super) const NONCE: &str = "nonce";
/// Where the provider speaks TLS.
pub(super) const SECURED: &str = "secured";
/// Where Dovecot is.
pub(super) const IMAPS: &str = "imaps";

/// The peer.
#[derive(Debug)]
pub(in crate::interop) struct OidcProvider;

impl OidcProvider {
    fn place(&self, site: &Site) -> PathBuf {
        site.place(self.name())
    }

    /// The key of the clients that sign, made anew; its public half is returned.
    fn key(dir: &Path) -> Result<Value> {
        let key =
            Jwk::generate(JwsAlgorithm::Es256)?.with_key_id("client").with_algorithm(JwsAlgorithm::Es256);
        std::fs::write(dir.join(KEY), key.to_secret_json().expose())?;
        Ok(serde_json::from_str(&key.to_public().ok_or("the key has no public half")?.to_json()?)?)
    }
}

impl Peer for OidcProvider {
    fn name(&self) -> &'static str {
        "oidc-provider"
    }

    fn subject(&self) -> &'static str {
        SUBJECT
    }

    fn about(&self) -> &'static str {
        "oidc-provider (certified): every grant, PAR, JAR, JARM, DPoP, mutual TLS, registration; Dovecot behind it"
    }

    fn version(&self, site: &Site) -> Option<String> {
        let complete =
            is_npm_installed(&self.place(site), PACKAGES) && apt_version(dovecot::PACKAGE).is_some();
        complete.then(|| VERSION.into())
    }

    fn install(&self, site: &Site) -> Result<()> {
        apt_install(&[dovecot::PACKAGE])?;
        npm_install(&self.place(site), PACKAGES)
    }

    fn start(&self, site: &Site, dir: &Path) -> Result<Started> {
        let certificates = Certificates::make(dir)?;
        let [plain, nonce, secured] = [free_address()?, free_address()?, free_address()?];
        let public = Self::key(dir)?;
        let (certificate, subject) = scenario::client_certificate(dir)?;
        let mut own = scenario::certificate_jwk(dir)?;
        own["x5c"] = json!([STANDARD.encode(&certificate)]);
        let told = json!({
            "modules": self.place(site).join("node_modules"),
            "keys": { "public": public },
            "secrets": SECRETS.iter().map(|(name, secret)| ((*name).to_owned(), json!(secret))).collect::<serde_json::Map<_, _>>(),
            "ports": { "plain": plain.port(), "nonce": nonce.port(), "secured": secured.port() },
            "tls": {
                "certificate": certificates.certificate, "key": certificates.key, "ca": dir.join(crate::interop::cases::AUTHORITY),
                "subject": subject, "jwk": own,
            },
        });
        std::fs::write(dir.join("told.json"), told.to_string())?;
        std::fs::write(dir.join("app.mjs"), APP)?;
        let mut command = command("node");
        command.args(["app.mjs", "told.json"]).current_dir(dir);
        let mut server = Server::spawn(command, dir.join("server.log"))?;
        for address in [plain, nonce, secured] {
            server.ready(address)?;
        }
        note(dir, NONCE, nonce)?;
        note(dir, SECURED, secured)?;
        let introspection = format!(
            "http://resource-server:{}@127.0.0.1:{}/token/introspection",
            secret("resource_server")?,
            plain.port()
        );
        let (mail, imaps) = dovecot::start(dir, &certificates, &introspection)?;
        note(dir, IMAPS, imaps)?;
        Ok(Started { servers: vec![server, mail], address: plain })
    }

    fn drive<'a>(&'a self, running: &'a Running, _: Form, progress: &'a ProgressBar) -> Drive<'a> {
        Box::pin(scenario::oidc_provider::drive(running, progress))
    }
}
