//! RFC 9101, section 10: algorithms, endpoints, metadata.

use anyrfc_core::compliance::Check;
use anyrfc_jwt::{proto::SigningKey, types::JwsAlgorithm};
use serde_json::json;

use super::{
    super::flow::{CALLBACK, ISSUER, asked_by, configured, of, published, start},
    support::{browser, claims, key, rich},
};
use crate::{ErrorKind, Secret, rfc9101 as r};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc9101/section-10.1/algorithms-are-good",
        covers: &[r::ALGORITHMS_ARE_APPROPRIATE],
        run: algorithms_are_good,
    },
    Check {
        name: "rfc9101/section-10.3/the-endpoints-are-stated",
        covers: &[r::ENDPOINTS_ARE_STATED],
        run: the_endpoints_are_stated,
    },
    Check {
        name: "rfc9101/section-10.5/signed-unasked-where-both-share-an-algorithm",
        covers: &[r::SIGNED_OBJECTS_MAY_BE_USED_UNASKED],
        run: signed_unasked,
    },
];

fn algorithms_are_good() {
    use JwsAlgorithm::{EdDsa, Es256, Es384, Es512, Ps256, Rs256};
    for algorithm in [Es256, Es384, Es512, EdDsa, Ps256, Rs256] {
        let key = SigningKey::generate(algorithm).expect("a key");
        let object = browser(rich().signed_by(key.clone())).one("request").to_owned();
        assert!(!claims(&object, &key).is_empty(), "{}", algorithm.name());
    }
    // There is no key for anything weaker.
    for (algorithm, octets) in [(JwsAlgorithm::Hs256, 31), (JwsAlgorithm::Hs512, 63)] {
        let short = SigningKey::hmac(algorithm, &Secret::new(vec![7; octets]));
        assert!(short.is_err(), "{}", algorithm.name());
        assert!(SigningKey::hmac(algorithm, &Secret::new(vec![7; octets + 1])).is_ok());
    }
    for name in ["none", "None", "HS1", "RS1", "ES256K"] {
        assert!(JwsAlgorithm::from_name(name).is_err(), "{name}");
    }
    // And by none that the server does not have.
    for (listed, fits) in [(json!(["RS256", "none"]), false), (json!(["ES256"]), true), (json!([]), false)] {
        let server = published(&json!({"request_object_signing_alg_values_supported": listed}));
        let begun = start(asked_by(&of(server.expect("metadata"))).signed_by(key()));
        match begun {
            Ok(_) => assert!(fits, "{listed}"),
            Err(error) => assert!(!fits && error.kind() == ErrorKind::Unsupported, "{listed} {error}"),
        }
    }
}

fn the_endpoints_are_stated() {
    let key = key();
    for issuer in [ISSUER, "https://other.example"] {
        let asked = asked_by(&of(configured(issuer))).resource("https://api.example/a");
        let claims = claims(browser(asked.signed_by(key.clone())).one("request"), &key);
        assert_eq!(claims["authorization_endpoint"], json!(format!("{issuer}/authorize")));
        assert_eq!(claims["token_endpoint"], json!(format!("{issuer}/token")));
        assert_eq!(claims["redirect_uri"], json!(CALLBACK));
        assert_eq!(claims["protected_resources"], json!(["https://api.example/a"]));
    }
    // Where no resource is meant, none is stated; and nobody else states them.
    let asked = asked_by(&of(configured(ISSUER))).signed_by(key.clone());
    assert!(!claims(browser(asked).one("request"), &key).contains_key("protected_resources"));
    for name in ["authorization_endpoint", "token_endpoint", "protected_resources"] {
        assert!(start(rich().parameter(name, "https://evil.example")).is_err(), "{name}");
    }
}

fn signed_unasked() {
    let key = key();
    for members in [
        json!({}),
        json!({"require_signed_request_object": false}),
        json!({"request_object_signing_alg_values_supported": ["PS256", "ES256"]}),
    ] {
        let client = of(published(&members).expect("metadata"));
        assert!(browser(asked_by(&client).signed_by(key.clone())).has("request"), "{members}");
        assert!(!browser(asked_by(&client)).has("request"), "{members}");
    }
    let none = json!({"request_object_signing_alg_values_supported": ["RS256"]});
    let error =
        start(asked_by(&of(published(&none).expect("metadata"))).signed_by(key)).expect_err("none in common");
    assert_eq!(
        (error.kind(), error.requirement()),
        (ErrorKind::Unsupported, Some(r::SIGNED_OBJECTS_MAY_BE_USED_UNASKED))
    );
}
