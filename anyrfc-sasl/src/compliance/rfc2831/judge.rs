//! A server of DIGEST-MD5 that reads and computes by the RFC's own words.

use super::super::judge::Hash;
use crate::{Credentials, DigestMd5, Error, Exchange, Nonce, Preparation, Service};

pub(super) const REALM: &str = "elwood.innosoft.com";
pub(super) const CNONCE: &str = "OA6MHXh6VqTrRk";
/// The challenge of the RFC's example.
pub(super) const CHALLENGE: &str =
    r#"realm="elwood.innosoft.com",nonce="OA6MG9tEQGm2hh",qop="auth",algorithm=md5-sess,charset=utf-8"#;

pub(super) fn chris() -> Credentials {
    Credentials::password("chris", String::from("secret"))
}

pub(super) fn mechanism(credentials: &Credentials) -> DigestMd5 {
    let service = Service::new("imap", "elwood.innosoft.com").port(143);
    let nonce = Nonce::from_text(CNONCE).expect("a nonce");
    DigestMd5::new(credentials, Preparation::Saslprep, &service, nonce).expect("it can be sent")
}

/// What the client answers to a challenge.
pub(super) fn answer(mechanism: DigestMd5, challenge: impl AsRef<[u8]>) -> Result<Vec<u8>, Error> {
    let mut exchange = Exchange::new(mechanism);
    exchange.step_blocking(challenge.as_ref()).map(|response| response.expose().clone())
}

/// What chris answers to it.
pub(super) fn chris_answers(challenge: impl AsRef<[u8]>) -> Result<Vec<u8>, Error> {
    answer(mechanism(&chris()), challenge)
}

/// The directives of a response, in their order, quotes taken off.
pub(super) fn directives(response: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut all = Vec::new();
    let mut rest = response;
    while !rest.is_empty() {
        let equals = rest.iter().position(|octet| *octet == b'=').expect("an equals sign");
        let name = String::from_utf8(rest[..equals].to_vec()).expect("a name");
        rest = &rest[equals + 1..];
        let mut value = Vec::new();
        if rest.first() == Some(&b'"') {
            let mut at = 1;
            while rest[at] != b'"' {
                at += usize::from(rest[at] == b'\\');
                value.push(rest[at]);
                at += 1;
            }
            rest = &rest[at + 1..];
        } else {
            let end = rest.iter().position(|octet| *octet == b',').unwrap_or(rest.len());
            value.extend(&rest[..end]);
            rest = &rest[end..];
        }
        all.push((name, value));
        match rest.split_first() {
            Some((b',', after)) => rest = after,
            None => {}
            Some(_) => panic!("no comma between directives"),
        }
    }
    all
}

/// The only value of a directive that has to be there once.
pub(super) fn once(response: &[u8], name: &str) -> Vec<u8> {
    let all: Vec<_> = directives(response).into_iter().filter(|(found, _)| found == name).collect();
    assert_eq!(all.len(), 1, "{name} is there {} times", all.len());
    all.into_iter().next().map(|(_, value)| value).unwrap_or_default()
}

/// The value of a directive that may be absent.
pub(super) fn maybe(response: &[u8], name: &str) -> Option<Vec<u8>> {
    directives(response).into_iter().find(|(found, _)| found == name).map(|(_, value)| value)
}

fn hex(octets: &[u8]) -> Vec<u8> {
    octets.iter().map(|octet| format!("{octet:02x}")).collect::<String>().into_bytes()
}

/// `response-value` of a response (section 2.1.2.1), and what the server proves itself by
/// (section 2.1.3); the account as both sides hash it.
pub(super) fn values(response: &[u8], account: [&[u8]; 3]) -> (Vec<u8>, Vec<u8>) {
    let h = |text: Vec<u8>| Hash::Md5.digest(&text);
    let (nonce, cnonce) = (once(response, "nonce"), once(response, "cnonce"));
    let mut a1 = [h(account.join(&b':')), nonce.clone(), cnonce.clone()].join(&b':');
    if let Some(authzid) = maybe(response, "authzid") {
        a1.extend([&b":"[..], &authzid].concat());
    }
    let uri = once(response, "digest-uri");
    let value = |method: &[u8]| {
        let a2 = hex(&h([method, &uri].join(&b':')));
        let (nc, qop) = (once(response, "nc"), once(response, "qop"));
        hex(&h([hex(&h(a1.clone())), nonce.clone(), nc, cnonce.clone(), qop, a2].join(&b':')))
    };
    (value(b"AUTHENTICATE"), value(b""))
}
