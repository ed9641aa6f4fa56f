//! What the checks share.

use super::judge::{Hash, ScramServer};
use crate::{
    Binding, BindingType, Channel, ChannelBinding, Credentials, Error, Established, Exchange, Negotiator,
    Nonce, Policy, Preparation, Requirement, Scram, ScramHash, Service,
};

/// Each hash function of SCRAM, and the judge's own word for it.
pub(super) const HASHES: [(ScramHash, Hash); 4] = [
    (ScramHash::Sha1, Hash::Sha1),
    (ScramHash::Sha256, Hash::Sha256),
    (ScramHash::Sha384, Hash::Sha384),
    (ScramHash::Sha512, Hash::Sha512),
];

/// The client's nonce unless a check says otherwise.
pub(super) const NONCE: &str = "fyko+d2lbbFgONRv9qkxdawL";

pub(super) fn nonce() -> Nonce {
    Nonce::from_text(NONCE).expect("a nonce")
}

/// The user and the password that a judge knows.
pub(super) fn pencil() -> Credentials {
    Credentials::password("user", String::from("pencil"))
}

/// A channel with binding data of a kind.
pub(super) fn bound(kind: BindingType, data: &[u8]) -> Binding {
    Binding::Bound(ChannelBinding::new(kind, data))
}

/// A login by SCRAM-SHA-256, unbound.
pub(super) fn scram() -> Scram {
    scram_with(ScramHash::Sha256, &pencil(), Binding::Unsupported)
}

/// One that lets the server ask for a single iteration, for the sake of time.
pub(super) fn scram_with(hash: ScramHash, credentials: &Credentials, binding: Binding) -> Scram {
    strict(hash, credentials, binding).iterations(1..=600_000)
}

/// One that keeps to what it is made with.
pub(super) fn strict(hash: ScramHash, credentials: &Credentials, binding: Binding) -> Scram {
    Scram::new(hash, credentials, Preparation::Saslprep, binding, nonce()).expect("it can be sent")
}

/// What a mechanism that speaks first says.
pub(super) fn first(exchange: &mut Exchange) -> Vec<u8> {
    exchange.first().expect("nothing was sent yet").expect("the client speaks first").expose().clone()
}

/// A whole login at a judge, who sends the signature with success.
pub(super) fn login(scram: Scram, server: &mut ScramServer) -> Result<Established, Error> {
    let mut exchange = Exchange::new(scram);
    let message = first(&mut exchange);
    let challenge = server.first(&message).unwrap_or_else(|value| format!("e={value}").into_bytes());
    let response = exchange.step_blocking(&challenge)?;
    match server.last(response.expose()) {
        Ok(signature) => exchange.succeed(Some(&signature)),
        Err(value) => {
            let step = exchange.step(format!("e={value}").as_bytes())?;
            panic!("an error was answered: {step:?}")
        }
    }
}

/// What comes of a server's first message, whatever work it makes.
pub(super) fn answer(challenge: impl AsRef<[u8]>) -> Result<Vec<u8>, Error> {
    answer_of(scram(), challenge)
}

pub(super) fn answer_of(scram: Scram, challenge: impl AsRef<[u8]>) -> Result<Vec<u8>, Error> {
    let mut exchange = Exchange::new(scram);
    first(&mut exchange);
    exchange.step_blocking(challenge.as_ref()).map(|response| response.expose().clone())
}

/// The client gave up at once, and its error names this requirement.
#[track_caller]
pub(super) fn broke<T: std::fmt::Debug>(result: Result<T, Error>, requirement: &'static Requirement) {
    let error = result.expect_err("this should have been refused");
    assert_eq!(error.requirement(), Some(requirement), "{error}");
}

/// An exchange that is waiting for the server's final message, and what it should be.
pub(super) fn before_the_end() -> (Exchange, Vec<u8>) {
    let mut server = ScramServer::new(Hash::Sha256);
    let mut exchange = Exchange::new(scram());
    let challenge = server.first(&first(&mut exchange)).expect("a first message");
    let response = exchange.step_blocking(&challenge).expect("a final message");
    let signature = server.last(response.expose()).expect("the password is right");
    (exchange, signature)
}

/// What chooses among mechanisms at an IMAP server.
pub(super) fn negotiator(credentials: Credentials, policy: Policy) -> Negotiator {
    Negotiator::new(credentials, Service::new("imap", "mail.example").port(993), policy, [7; 32])
}

/// What user, by password, chooses over a channel; or why nothing.
pub(super) fn chosen(policy: Policy, offered: &[&str], channel: &Channel) -> Result<Exchange, Error> {
    negotiator(pencil(), policy).begin(offered, channel)
}

/// TLS with an exporter of its own.
pub(super) fn tls() -> Channel {
    Channel::tls().with_binding(BindingType::TlsExporter, [0xEE; 32])
}
