//! RFC 9101, section 4: what is in a Request Object.

use anyrfc_core::compliance::Check;
use anyrfc_jwt::{
    proto::jwe::{self, DecryptionKey, EncryptionKey},
    types::{ContentEncryption, JweAlgorithm},
};
use serde_json::{Value, json};

use super::{
    super::flow::{
        self, CALLBACK, ISSUER, Sent, answer, asked_by, configured, endpoint, of, published, push, said,
        start,
    },
    support::{browser, claims, key, payload, rich},
};
use crate::{ErrorKind, ServerMetadata, proto::Step, rfc9101 as r};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc9101/section-4/every-parameter-is-in-it",
        covers: &[r::REQUEST_OBJECT_IS_COMPLETE, r::EXTENSION_PARAMETERS_MAY_BE_INCLUDED],
        run: every_parameter_is_in_it,
    },
    Check {
        name: "rfc9101/section-4/texts-are-strings-in-utf-8",
        covers: &[r::STRINGS_ARE_JSON_STRINGS, r::STRINGS_ARE_UTF8],
        run: texts_are_strings_in_utf_8,
    },
    Check {
        name: "rfc9101/section-4/numbers-are-numbers",
        covers: &[r::NUMBERS_ARE_JSON_NUMBERS],
        run: numbers_are_numbers,
    },
    Check {
        name: "rfc9101/section-4/from-the-client-for-the-server",
        covers: &[r::SIGNED_OBJECT_HAS_ISS_AND_AUD, r::AUDIENCE_IS_THE_SERVERS_ISSUER],
        run: from_the_client_for_the_server,
    },
    Check {
        name: "rfc9101/section-4/signed-and-then-encrypted",
        covers: &[r::SIGNING_PRECEDES_ENCRYPTION, r::SENSITIVE_REQUEST_IS_ENCRYPTED],
        run: signed_and_then_encrypted,
    },
    Check {
        name: "rfc9101/section-4/by-value-or-by-reference",
        covers: &[r::BY_VALUE_OR_BY_REFERENCE],
        run: by_value_or_by_reference,
    },
    Check {
        name: "rfc9101/section-4/nothing-is-nested",
        covers: &[r::NO_NESTED_REQUEST],
        run: nothing_is_nested,
    },
];

fn every_parameter_is_in_it() {
    let key = key();
    let unsigned = browser(rich());
    for name in ["login_hint", "audience", "access_type", "authorization_details", "code_challenge", "nonce"]
    {
        assert!(unsigned.has(name), "{name}");
    }
    let signed = browser(rich().signed_by(key.clone()));
    let claims = claims(signed.one("request"), &key);
    for name in unsigned.names() {
        let claim = claims.get(name).unwrap_or_else(|| panic!("{name} is not in it"));
        match (name, claim) {
            // New for each request.
            ("state" | "nonce" | "code_challenge", Value::String(text)) => {
                assert_eq!(text.len(), 43, "{name}")
            }
            ("resource", claim) => assert_eq!(*claim, json!(unsigned.all(name))),
            (_, Value::String(text)) => assert_eq!(text, unsigned.one(name), "{name}"),
            (_, claim) => assert_eq!(claim.to_string(), unsigned.one(name), "{name}"),
        }
    }
    assert_eq!((&claims["audience"], &claims["access_type"]), (&json!("a&b"), &json!("offline")));
}

fn texts_are_strings_in_utf_8() {
    let key = key();
    let sent = browser(rich().parameter("digits", "5").parameter("word", "true").signed_by(key.clone()));
    let payload = payload(sent.one("request"), &key);
    let text = std::str::from_utf8(&payload).expect("UTF-8");
    let claims: Value = serde_json::from_str(text).expect("JSON");
    assert_eq!(claims["login_hint"], json!("m\u{fc}ller@example.org, \u{20ac} \u{1f600} \"\\"));
    // What looks like something else is a text, too.
    assert_eq!((&claims["digits"], &claims["word"]), (&json!("5"), &json!("true")));
    for name in [
        "response_type",
        "client_id",
        "redirect_uri",
        "scope",
        "state",
        "nonce",
        "code_challenge",
        "code_challenge_method",
        "ui_locales",
        "acr_values",
        "audience",
    ] {
        assert!(claims[name].is_string(), "{name}");
    }
}

fn numbers_are_numbers() {
    let key = key();
    let claims = claims(browser(rich().signed_by(key.clone())).one("request"), &key);
    assert_eq!(claims["max_age"], json!(86400));
    let issued = flow::moment().unix.as_secs();
    assert_eq!((&claims["iat"], &claims["nbf"]), (&json!(issued), &json!(issued)));
    assert!(claims["exp"].as_u64().is_some_and(|exp| exp > issued && exp <= issued + 600));
    assert_eq!(claims["authorization_details"][0]["amount"], json!(5));
}

fn from_the_client_for_the_server() {
    let key = key();
    for issuer in [ISSUER, "https://other.example"] {
        let asked = asked_by(&of(configured(issuer))).signed_by(key.clone());
        let claims = claims(browser(asked).one("request"), &key);
        assert_eq!((&claims["iss"], &claims["aud"]), (&json!("app"), &json!(issuer)));
    }
    // For nobody in particular, none is made.
    let mut nameless = ServerMetadata::nameless();
    nameless.authorization_endpoint = endpoint("https://as.example/authorize");
    nameless.token_endpoint = endpoint("https://as.example/token");
    let asked = asked_by(&of(nameless)).signed_by(key.clone());
    flow::unfit(start(asked), r::AUDIENCE_IS_THE_SERVERS_ISSUER);
    for name in ["iss", "aud"] {
        let asked = asked_by(&of(configured(ISSUER))).parameter(name, "x").signed_by(key.clone());
        assert_eq!(start(asked).expect_err("ours").kind(), ErrorKind::Usage, "{name}");
    }
}

fn signed_and_then_encrypted() {
    let key = key();
    let (to, by) = (
        EncryptionKey::symmetric(JweAlgorithm::A256Kw, [7; 32]).expect("a key"),
        DecryptionKey::symmetric(JweAlgorithm::A256Kw, [7; 32]).expect("a key"),
    );
    let asked = || rich().encrypted_to(to.clone(), ContentEncryption::A256Gcm);
    for pushed in [false, true] {
        let sent = if pushed {
            let mut exchange = push(asked().signed_by(key.clone()).pushed()).expect("it begins");
            Sent::within(said(&mut exchange).body())
        } else {
            browser(asked().signed_by(key.clone()))
        };
        // Nothing of it can be read on the way ...
        let object = sent.one("request");
        assert_eq!(object.split('.').count(), 5);
        assert!(!sent.has("login_hint") && !sent.has("redirect_uri"), "{sent:?}");
        let decrypted = jwe::decrypt(object, &by, &jwe::Limits::default()).expect("for the server");
        assert_eq!(decrypted.header.content_type(), Some("JWT"));
        // ... and within is what was signed.
        let inner = String::from_utf8(decrypted.plaintext.expose().clone()).expect("text");
        let claims = claims(&inner, &key);
        assert_eq!((&claims["redirect_uri"], &claims["aud"]), (&json!(CALLBACK), &json!(ISSUER)));
        assert!(claims["login_hint"].as_str().is_some_and(|hint| hint.contains("ller@example.org")));
    }
    // What nobody has signed is not encrypted instead.
    flow::unfit(start(asked()), r::REQUEST_OBJECT_IS_SIGNED);
    // Nor is anything encrypted by what the server does not have.
    for (name, has) in [
        ("request_object_encryption_alg_values_supported", json!(["RSA-OAEP-256"])),
        ("request_object_encryption_enc_values_supported", json!(["A128GCM"])),
    ] {
        let lacking = published(&json!({name: has})).expect("metadata");
        let begin = |lacking: ServerMetadata| {
            let asked = asked_by(&of(lacking)).signed_by(key.clone());
            start(asked.encrypted_to(to.clone(), ContentEncryption::A256Gcm))
        };
        assert_eq!(begin(lacking).expect_err("not by this").kind(), ErrorKind::Unsupported, "{name}");
        begin(published(&json!({name: ["A256KW", "A256GCM"]})).expect("metadata")).expect("by this");
    }
}

fn by_value_or_by_reference() {
    let key = key();
    let sent = browser(rich().signed_by(key.clone()));
    assert!(!claims(sent.one("request"), &key).is_empty());
    let mut exchange = push(rich().signed_by(key.clone()).pushed()).expect("it begins");
    assert!(!claims(Sent::within(said(&mut exchange).body()).one("request"), &key).is_empty());
    let taken = answer(201, &json!({"request_uri": "urn:x", "expires_in": 60}));
    let Ok(Step::Done(request)) = exchange.response(&taken, &flow::moment()) else { panic!("it was taken") };
    assert_eq!(Sent::behind(request.url()).one("request_uri"), "urn:x");
}

fn nothing_is_nested() {
    let key = key();
    for name in ["request", "request_uri"] {
        let asked = rich().parameter(name, "https://app.example/request").signed_by(key.clone());
        assert_eq!(start(asked).expect_err("nested").kind(), ErrorKind::Usage, "{name}");
    }
    let mut pushed = push(rich().signed_by(key.clone()).pushed()).expect("it begins");
    for object in [
        browser(rich().signed_by(key.clone())).one("request").to_owned(),
        Sent::within(said(&mut pushed).body()).one("request").to_owned(),
    ] {
        let claims = claims(&object, &key);
        assert!(claims.contains_key("client_id"));
        assert!(!claims.contains_key("request") && !claims.contains_key("request_uri"));
    }
}
