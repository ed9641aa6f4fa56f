//! The cases that GNU SASL and Cyrus SASL have in common.

use std::net::SocketAddr;

use anyrfc_core::ErrorKind;
use anyrfc_sasl::{
    Anonymous, Binding, BindingType, CramMd5, Credentials, DigestMd5, Exchange, External, Login, Plain,
    Preparation, ScramHash, Service,
};

use super::{
    BINDING, Table, USER, alice, base64, bound,
    lines::{Asked, End, Success, login},
    nonce, scram, wrong,
};
use crate::{Result, interop::cases::ensure};

/// How a mechanism is made of credentials.
pub(super) type Make = fn(&Credentials) -> Result<Exchange>;

/// The mechanisms of a name and a password, but for SCRAM.
pub(super) const BY_PASSWORD: [(&str, Make); 4] = [
    ("PLAIN", |credentials| Ok(Exchange::new(Plain::new(credentials, Preparation::Saslprep)?))),
    ("LOGIN", |credentials| Ok(Exchange::new(Login::new(credentials, Preparation::Saslprep)?))),
    ("CRAM-MD5", |credentials| Ok(Exchange::new(CramMd5::new(credentials, Preparation::Saslprep)?))),
    ("DIGEST-MD5", |credentials| {
        let service = Service::new("imap", "localhost").port(143);
        Ok(Exchange::new(DigestMd5::new(credentials, Preparation::Saslprep, &service, nonce()?)?))
    }),
];

/// The server takes us for the user, and proves itself where the mechanism lets it.
pub(super) fn is_alice(success: &Success) -> Result<()> {
    let authcid = success.authcid.as_deref().map(|name| name.split('@').next().unwrap_or_default());
    ensure(authcid == Some(USER), || format!("the server saw {:?}", success.authcid))?;
    let name = success.established.mechanism;
    let proves = name.as_str().starts_with("SCRAM") || name.as_str() == "DIGEST-MD5";
    ensure(success.established.mutual == proves, || format!("mutual: {}", success.established.mutual))
}

/// The server says no, and we say that it was the credentials.
pub(super) fn no_entry(end: End) -> Result<()> {
    let error = end.refused()?;
    ensure(error.kind() == ErrorKind::Auth, || format!("{error:?}"))
}

/// Right and wrong passwords, an unknown user, and both ways of an initial response.
pub(super) async fn passwords(table: &mut Table<'_>, address: SocketAddr) {
    for (name, make) in BY_PASSWORD {
        for (case, late, options) in [
            ("right password", false, ""),
            ("initial response after an empty challenge", true, ""),
            ("proof in a challenge", false, "data=challenge"),
        ] {
            let run = async {
                let asked = Asked { options, late };
                is_alice(&login(address, make(&alice())?, asked).await?.success()?)
            };
            table.run(name, case, run).await;
        }
        for (case, credentials) in [
            ("wrong password", wrong()),
            ("unknown user", Credentials::password("bob", String::from("secret"))),
        ] {
            let run = async { no_entry(login(address, make(&credentials)?, Asked::default()).await?) };
            table.run(name, case, run).await;
        }
    }
}

/// Nobody, and whoever the channel says.
/// `external` tells the server that the channel says alice, `other` that it says somebody else.
pub(super) async fn without_password(
    table: &mut Table<'_>,
    address: SocketAddr,
    external: &str,
    other: &str,
) {
    for (case, late) in [("a trace", false), ("a trace after an empty challenge", true)] {
        let run = async {
            let exchange = Exchange::new(Anonymous::new("sirhc@example.com")?);
            login(address, exchange, Asked { options: "", late }).await?.success().map(drop)
        };
        table.run("ANONYMOUS", case, run).await;
    }
    for (case, identity, late) in [
        ("whoever the channel says", None, false),
        ("whoever the channel says, after an empty challenge", None, true),
        ("acting as alice", Some(USER), false),
    ] {
        let run = async {
            let mut credentials = Credentials::default();
            credentials.authorization_id = identity.map(str::to_owned);
            let exchange = Exchange::new(External::new(&credentials)?);
            login(address, exchange, Asked { options: external, late }).await?.success().map(drop)
        };
        table.run("EXTERNAL", case, run).await;
    }
    let run = async {
        let exchange = Exchange::new(External::new(&Credentials::default().authorize_as("mallory"))?);
        no_entry(login(address, exchange, Asked { options: other, late: false }).await?)
    };
    table.run("EXTERNAL", "acting as somebody else", run).await;
}

/// One hash of SCRAM: unbound, bound, and what must fail.
pub(super) async fn scrams(table: &mut Table<'_>, address: SocketAddr, hash: ScramHash) {
    let plain: &'static str = match hash {
        ScramHash::Sha1 => "SCRAM-SHA-1",
        ScramHash::Sha256 => "SCRAM-SHA-256",
        ScramHash::Sha384 => "SCRAM-SHA-384",
        _ => "SCRAM-SHA-512",
    };
    for (case, binding, late, options) in [
        ("right password", Binding::Unsupported, false, ""),
        ("initial response after an empty challenge", Binding::Unsupported, true, ""),
        ("signature in a challenge", Binding::Unsupported, false, "data=challenge"),
        ("flag y at a server that cannot bind", Binding::NotOffered, false, ""),
    ] {
        let run = async {
            let exchange = Exchange::new(scram(hash, &alice(), binding)?);
            is_alice(&login(address, exchange, Asked { options, late }).await?.success()?)
        };
        table.run(plain, case, run).await;
    }
    for (case, credentials) in
        [("wrong password", wrong()), ("unknown user", Credentials::password("bob", String::from("secret")))]
    {
        let run = async {
            let exchange = Exchange::new(scram(hash, &credentials, Binding::Unsupported)?);
            login(address, exchange, Asked::default()).await?.failed().map(drop)
        };
        table.run(plain, case, run).await;
    }
    let has_binding = format!("cb=tls-exporter:{}", base64(BINDING));
    let run = async {
        // Somebody has taken the mechanism with -PLUS out of the list.
        let exchange = Exchange::new(scram(hash, &alice(), Binding::NotOffered)?);
        login(address, exchange, Asked { options: &has_binding, late: false }).await?.failed().map(drop)
    };
    table.run(plain, "downgrade noticed", run).await;
}

/// Mechanisms that are bound to the channel: right, wrong and missing binding data.
pub(super) async fn bindings(table: &mut Table<'_>, address: SocketAddr, hash: ScramHash, kind: BindingType) {
    let name: &'static str = match hash {
        ScramHash::Sha1 => "SCRAM-SHA-1-PLUS",
        ScramHash::Sha256 => "SCRAM-SHA-256-PLUS",
        ScramHash::Sha384 => "SCRAM-SHA-384-PLUS",
        _ => "SCRAM-SHA-512-PLUS",
    };
    let options = format!("cb={kind}:{}", base64(BINDING));
    let bind = |data: &[u8]| scram(hash, &alice(), bound(kind, data));
    for (case, late) in [("right binding", false), ("right binding, after an empty challenge", true)] {
        let run = async {
            let exchange = Exchange::new(bind(BINDING)?);
            let success = login(address, exchange, Asked { options: &options, late }).await?.success()?;
            ensure(success.established.mechanism.is_plus(), || "not bound".to_owned())?;
            is_alice(&success)
        };
        table.run(name, case, run).await;
    }
    let mut other = *BINDING;
    other[0] ^= 1;
    for (case, data) in [("wrong binding", &other[..]), ("binding that is too short", &BINDING[..31])] {
        let run = async {
            let exchange = Exchange::new(bind(data)?);
            let asked = Asked { options: &options, late: false };
            login(address, exchange, asked).await?.failed().map(drop)
        };
        table.run(name, case, run).await;
    }
    let run = async {
        let exchange = Exchange::new(bind(BINDING)?);
        login(address, exchange, Asked::default()).await?.failed().map(drop)
    };
    table.run(name, "server without binding data", run).await;
}

/// Alice acts as somebody else, who is spelt so that it has to be escaped.
pub(super) async fn acting(table: &mut Table<'_>, address: SocketAddr) {
    let acting = || alice().authorize_as("bob,=");
    let made: [(&str, Result<Exchange>); 3] = [
        ("PLAIN", BY_PASSWORD[0].1(&acting())),
        ("DIGEST-MD5", BY_PASSWORD[3].1(&acting())),
        ("SCRAM-SHA-256", scram(ScramHash::Sha256, &acting(), Binding::Unsupported).map(Exchange::new)),
    ];
    for (name, exchange) in made {
        let run = async {
            let success = login(address, exchange?, Asked::default()).await?.success()?;
            let authzid = success.authzid.as_deref().unwrap_or_default();
            ensure(authzid.split('@').next() == Some("bob,="), || format!("the server saw {authzid}"))?;
            is_alice(&success)
        };
        table.run(name, "acting as somebody else", run).await;
    }
}

/// Names and passwords that have to be escaped or prepared.
pub(super) async fn odd_names(table: &mut Table<'_>, address: SocketAddr, options: &str, password: &str) {
    for hash in [ScramHash::Sha1, ScramHash::Sha256] {
        let run = async {
            let credentials = Credentials::password("us,er=x", password.to_owned());
            let exchange = Exchange::new(scram(hash, &credentials, Binding::Unsupported)?);
            let asked = Asked { options, late: false };
            let success = login(address, exchange, asked).await?.success()?;
            let authcid = success.authcid.as_deref().unwrap_or_default();
            ensure(authcid.split('@').next() == Some("us,er=x"), || format!("the server saw {authcid}"))
        };
        let name = if hash == ScramHash::Sha1 { "SCRAM-SHA-1" } else { "SCRAM-SHA-256" };
        table.run(name, "escapes in a name, and a prepared password", run).await;
    }
}
