use std::time::{Duration, Instant};

use anyrfc_jwt::proto::{JwsLimits, VerifyingKey, verify};
use serde_json::{Map, Value};

use super::*;
use crate::UrlPolicy;

const NOW: u64 = 1_562_262_616;

fn now() -> Moment {
    Moment { instant: Instant::now(), unix: Duration::from_millis(NOW * 1000 + 999) }
}

fn endpoint(url: &str) -> Endpoint {
    Endpoint::new(url, UrlPolicy::Https).unwrap()
}

fn headers(nonces: &[&str]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for nonce in nonces {
        headers.append(DPOP_NONCE, HeaderValue::from_str(nonce).unwrap());
    }
    headers
}

/// Judges a proof by the key in its header, as a server does (RFC 9449, section 4.3).
fn judged(proof: &HeaderValue) -> (Header, Map<String, Value>) {
    let token = proof.to_str().unwrap();
    let peeked = anyrfc_jwt::proto::peek_header(token, &JwsLimits::DEFAULT).unwrap();
    let key = peeked.untrusted_jwk().unwrap();
    assert!(!key.is_private());
    let key = VerifyingKey::from_jwk(key, peeked.jws_algorithm().unwrap()).unwrap();
    let verified = verify(token, &key, &JwsLimits::DEFAULT).unwrap();
    (verified.header().clone(), serde_json::from_slice(verified.payload()).unwrap())
}

fn claims(key: &DpopKey, url: &str, token: Option<&AccessToken>) -> Map<String, Value> {
    let proof = key.proof(&Method::POST, &endpoint(url), token, &now(), &mut Random::new([1; 32]));
    judged(&proof.unwrap()).1
}

#[test]
fn a_proof_is_what_section_4_2_says_and_no_more() {
    let key = DpopKey::generate(JwsAlgorithm::Es256).unwrap();
    let url = endpoint("https://server.example.com/token");
    let mut random = Random::new([7; 32]);
    let mut proofs = [(); 2].map(|()| key.proof(&Method::POST, &url, None, &now(), &mut random).unwrap());
    assert!(proofs[0].is_sensitive());
    let [(header, first), (_, second)] = proofs.each_mut().map(|proof| judged(proof));
    assert_eq!(header.typ(), Some("dpop+jwt"));
    assert_eq!(header.to_object().keys().map(String::as_str).collect::<Vec<_>>(), ["alg", "jwk", "typ"]);
    assert_eq!(header.untrusted_jwk().unwrap().thumbprint().to_string(), key.thumbprint());
    assert_ne!(first["jti"], second["jti"]);
    assert_eq!(first["htm"], "POST");
    assert_eq!(first["htu"], "https://server.example.com/token");
    assert_eq!(first["iat"], NOW);
    assert_eq!(first.len(), 4, "{first:?}");
}

/// RFC 9449, section 7.1: the example's token and its hash.
#[test]
fn a_proof_for_a_token_holds_its_hash() {
    let key = DpopKey::generate(JwsAlgorithm::EdDsa).unwrap();
    let token = AccessToken::new("Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU").unwrap();
    let claims = claims(&key, "https://resource.example.org/protectedresource", Some(&token));
    assert_eq!(claims["ath"], "fUHyO2r2Z3DZ53EsNrWBb0xWXoaNy59IiKCAqksmQEo");
}

#[test]
fn the_url_is_told_without_query_and_as_it_reaches_the_server() {
    let key = DpopKey::generate(JwsAlgorithm::Es256).unwrap();
    for (url, htu) in [
        ("https://as.example/token?tenant=1", "https://as.example/token"),
        ("https://as.example", "https://as.example/"),
        ("https://as.example?a", "https://as.example/"),
        ("https://AS.example:443/a%2fb", "https://as.example/a%2fb"),
        ("https://as.example:8443/", "https://as.example:8443/"),
        ("https://[::1]:9/x", "https://[::1]:9/x"),
    ] {
        assert_eq!(claims(&key, url, None)["htu"], htu, "{url}");
    }
}

#[test]
fn the_jwk_tells_nothing_but_the_key() {
    for algorithm in [JwsAlgorithm::Es256, JwsAlgorithm::Es384, JwsAlgorithm::EdDsa, JwsAlgorithm::Ps256] {
        let key = SigningKey::generate(algorithm).unwrap().with_key_id("who I am");
        let key = DpopKey::new(&key).unwrap();
        let members = key.public_jwk().to_object().unwrap();
        let known = ["kty", "crv", "x", "y", "n", "e"];
        assert!(members.keys().all(|name| known.contains(&name.as_str())), "{members:?}");
        let proof =
            key.proof(&Method::GET, &endpoint("https://a.example/"), None, &now(), &mut Random::new([0; 32]));
        assert_eq!(judged(&proof.unwrap()).0.key_id(), None);
    }
}

#[test]
fn a_symmetric_key_proves_nothing() {
    let key = SigningKey::generate(JwsAlgorithm::Hs256).unwrap();
    let error = DpopKey::new(&key).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Usage);
    assert_eq!(error.requirement(), Some(rfc9449::ALG_IS_NEITHER_NONE_NOR_MAC));
}

#[test]
fn a_nonce_is_for_the_origin_that_gave_it_until_it_gives_another() {
    let key = DpopKey::generate(JwsAlgorithm::Es256).unwrap();
    let twin = key.clone();
    assert!(key.observe(endpoint("https://AS.example:443/x").origin(), &headers(&["n-1"])));
    assert_eq!(claims(&twin, "https://as.example/token", None)["nonce"], "n-1");
    for other in ["https://as.example:8443/", "https://rs.example/", "https://as.example.evil/"] {
        assert_eq!(claims(&twin, other, None).get("nonce"), None, "{other}");
    }
    assert!(twin.observe("https://as.example", &headers(&["n-2"])));
    assert!(!key.observe("https://as.example", &headers(&[])));
    assert_eq!(claims(&key, "https://as.example/token", None)["nonce"], "n-2");
}

#[test]
fn what_is_no_nonce_is_not_kept() {
    let key = DpopKey::generate(JwsAlgorithm::Es256).unwrap();
    let long = "n".repeat(nonces::LONGEST + 1);
    for hostile in [&["a\",\"htu\":\"x"][..], &["a\\"], &["a b"], &[""], &[&long], &["a", "a"], &["a", "b"]] {
        assert!(!key.observe("https://as.example", &headers(hostile)), "{hostile:?}");
        assert_eq!(claims(&key, "https://as.example/", None).get("nonce"), None, "{hostile:?}");
    }
    let longest = "n".repeat(nonces::LONGEST);
    assert!(key.observe("https://as.example", &headers(&[&longest])));
    assert_eq!(claims(&key, "https://as.example/", None)["nonce"], *longest);
}

#[test]
fn the_nonces_of_a_hundred_origins_are_kept() {
    let mut nonces = Nonces::default();
    let origin = |n: usize| format!("https://{n}.example");
    for n in 0..nonces::MOST {
        nonces.keep(&origin(n), "x");
    }
    assert_eq!(nonces.last_of(&origin(0)), Some("x"));
    nonces.keep("https://new.example", "y");
    assert_eq!(nonces.last_of(&origin(0)), Some("x"), "it was used a moment ago");
    assert_eq!(nonces.last_of(&origin(1)), None, "it had not been used for longest");
    assert_eq!(nonces.last_of(&origin(2)), Some("x"));
    assert_eq!(nonces.last_of("https://new.example"), Some("y"));
}

#[test]
fn a_server_that_lists_other_algorithms_gets_no_proof() {
    let key = DpopKey::generate(JwsAlgorithm::Es256).unwrap();
    let mut server = ServerMetadata::nameless();
    assert!(key.check_support(&server).is_ok());
    for (listed, fits) in [("[\"ES256\"]", true), ("[\"RS256\",\"es256\"]", false), ("[]", false)] {
        let listed = serde_json::from_str(listed).unwrap();
        server.document.insert("dpop_signing_alg_values_supported".into(), listed);
        assert_eq!(
            key.check_support(&server).map_err(|error| error.kind()),
            if fits { Ok(()) } else { Err(ErrorKind::Unsupported) }
        );
    }
}

#[test]
fn debug_shows_the_public_half_alone() {
    let key = DpopKey::generate(JwsAlgorithm::Es256).unwrap();
    assert_eq!(format!("{key:?}"), format!("DpopKey(ES256 {})", key.thumbprint()));
}
