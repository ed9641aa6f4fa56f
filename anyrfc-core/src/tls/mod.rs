//! TLS 1.2 and 1.3 on rustls, safe unless the caller says otherwise by name.
//!
//! [`TlsConfig`] is the client's side and [`TlsServerConfig`] the server's. Both
//! are cheap to clone, are built on first use, and work over any byte stream, so
//! that TLS can begin at once, after an upgrade command or inside a tunnel.
//!
//! ```no_run
//! use anyrfc_core::tls::TlsConfig;
//! # async fn connect() -> Result<(), Box<dyn std::error::Error>> {
//! let tcp = tokio::net::TcpStream::connect("example.com:443").await?;
//! let (stream, info) = TlsConfig::default().alpn(["http/1.1"]).handshake("example.com", tcp).await?;
//! assert_eq!(info.server_name.as_deref(), Some("example.com"));
//! assert_eq!(stream.transport().peer_addr()?.port(), 443);
//! # Ok(()) }
//! ```
//!
//! * Certificates are verified, and the name in them too (RFC 6125, section 6).
//!   IP addresses are matched against the certificate's IP addresses,
//!   internationalised names by their A-labels.
//! * The server name is always sent for names, never for addresses (RFC 6066,
//!   section 3). There is no renegotiation, no compression, no early data and
//!   nothing below TLS 1.2 (RFC 9325, section 3).
//! * The cryptography is the application's installed
//!   [`CryptoProvider`](rustls::crypto::CryptoProvider), else aws-lc-rs (feature
//!   `tls-aws-lc-rs`), else ring (feature `tls-ring`). Nothing is installed
//!   globally, and both compiled in is fine. None at all is an error of kind
//!   [`Unsupported`](crate::ErrorKind::Unsupported) when the handshake begins.
//! * A stream that ends without `close_notify` was perhaps cut by an attacker
//!   (RFC 8446, section 6.1): see [`TruncationPolicy`].

mod binding;
mod config;
mod error;
mod info;
mod name;
mod pem;
mod provider;
mod server;
mod stream;
mod verify;

pub use config::{TlsConfig, TlsVersion, TruncationPolicy};
pub use server::TlsServerConfig;
pub use stream::TlsStream;
