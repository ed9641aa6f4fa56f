//! RFC 9068: access tokens that are JWTs, as a resource server takes them.

use std::time::Duration;

use anyrfc_core::compliance::{Check, Waiver::ByConstruction};
use serde_json::{Value, json};

use super::{
    Waived,
    support::{rejected, signing},
};
use crate::{
    Error, ErrorKind, Rejection,
    proto::{
        AccessTokenClaims, AccessTokenValidation, KeySet, KeySource, SigningKey, encode, encrypt_jwt,
        jwe::{DecryptionKey, EncryptionKey},
    },
    rfc9068 as r,
    testing::forged,
    types::{ContentEncryption, Header, JweAlgorithm, Jwk, JwkSet, JwsAlgorithm as A, NumericDate},
};

pub(super) const GROUPS: &[&[Check]] = &[CHECKS];

const CHECKS: &[Check] = &[
    Check {
        name: "rfc9068/section-2.1/rs256-is-there",
        covers: &[r::RS256_IS_SUPPORTED],
        run: rs256_is_there,
    },
    Check {
        name: "rfc9068/section-4/every-check-is-made",
        covers: &[r::ACCESS_TOKEN_IS_VALIDATED],
        run: every_check_is_made,
    },
    Check { name: "rfc9068/section-4/typ-is-checked", covers: &[r::TYP_IS_CHECKED], run: typ_is_checked },
    Check {
        name: "rfc9068/section-4/what-was-to-be-encrypted-is",
        covers: &[r::UNENCRYPTED_TOKEN_IS_REFUSED],
        run: what_was_to_be_encrypted_is,
    },
    Check { name: "rfc9068/section-4/iss-is-compared", covers: &[r::ISS_IS_COMPARED], run: iss_is_compared },
    Check {
        name: "rfc9068/section-4/aud-is-looked-into",
        covers: &[r::AUD_IS_COMPARED],
        run: aud_is_looked_into,
    },
    Check {
        name: "rfc9068/section-4/another-aud-is-refused",
        covers: &[r::OTHER_AUD_IS_REFUSED],
        run: another_aud_is_refused,
    },
    Check {
        name: "rfc9068/section-4/the-signature-is-verified",
        covers: &[r::SIGNATURE_IS_VALIDATED],
        run: the_signature_is_verified,
    },
    Check { name: "rfc9068/section-4/none-is-refused", covers: &[r::NONE_IS_REFUSED], run: none_is_refused },
    Check {
        name: "rfc9068/section-4/the-keys-are-the-servers",
        covers: &[r::KEYS_ARE_THE_SERVERS],
        run: the_keys_are_the_servers,
    },
    Check { name: "rfc9068/section-4/exp-is-checked", covers: &[r::EXP_IS_CHECKED], run: exp_is_checked },
    Check {
        name: "rfc9068/section-4/exp-has-a-little-leeway",
        covers: &[r::EXP_MAY_HAVE_LEEWAY],
        run: exp_has_a_little_leeway,
    },
    Check {
        name: "rfc9068/section-4/what-fails-is-invalid-token",
        covers: &[r::ERRORS_ARE_THOSE_OF_BEARER_TOKENS, r::FAILED_CHECK_IS_INVALID_TOKEN],
        run: what_fails_is_invalid_token,
    },
    Check {
        name: "rfc9068/section-4/what-was-authorized-is-told",
        covers: &[r::AUTHORIZATION_CLAIMS_ARE_USED],
        run: what_was_authorized_is_told,
    },
];

/// The requirements without a check.
pub(super) const WAIVERS: &[Waived] = &[(
    r::ACCESS_TOKEN_IS_OPAQUE,
    ByConstruction(
        "this crate has no client; that of `anyrfc-oauth2` holds what it receives as an `AccessToken`, text that \
         nothing there parses, and `AccessTokenValidation` belongs to the resource server",
    ),
)];

const ISSUER: &str = "https://as.example";
const RESOURCE: &str = "https://rs.example";
/// When the token is looked at, and when it ends.
const NOW: i64 = 1_618_354_090;
const END: i64 = NOW + 1000;

fn claims() -> Value {
    json!({
        "iss": ISSUER, "sub": "5ba552d67", "aud": [RESOURCE, "https://rs2.example"], "exp": END, "iat": NOW,
        "jti": "dbe39bf3a3ba4238", "client_id": "s6BhdRkqt3", "scope": "openid profile",
    })
}

fn with(name: &str, value: Value) -> Value {
    let mut claims = claims();
    claims[name] = value;
    claims
}

fn without(name: &str) -> Value {
    let mut claims = claims();
    claims.as_object_mut().expect("an object").remove(name);
    claims
}

fn token(header: &str, claims: &Value) -> String {
    forged(header, claims.to_string().as_bytes(), &signing(A::Rs256)).expect("a token")
}

const HEADER: &str = r#"{"alg":"RS256","typ":"at+jwt"}"#;

fn validation() -> AccessTokenValidation {
    AccessTokenValidation::new(ISSUER, RESOURCE)
}

fn take_by(token: &str, keys: &(impl KeySource + ?Sized), at: i64) -> Result<AccessTokenClaims, Error> {
    validation().verify(token, keys, NumericDate::new(at))
}

fn take(token: &str) -> Result<AccessTokenClaims, Error> {
    take_by(token, signing(A::Rs256).verifying_key(), NOW)
}

fn rs256_is_there() {
    let key = signing(A::Rs256);
    let made = encode(&claims(), &Header::new(A::Rs256).with_typ("at+jwt"), &key).expect("a token");
    assert_eq!(take(&made).expect("a token").client_id, "s6BhdRkqt3");
    // Not because everything passes.
    let other = SigningKey::generate(A::Rs256).expect("a key");
    let made = encode(&claims(), &Header::new(A::Rs256).with_typ("at+jwt"), &other).expect("a token");
    assert!(take(&made).is_err());
}

fn every_check_is_made() {
    assert!(take(&token(HEADER, &claims())).is_ok());
    // What section 2.2 has in every token is there.
    for name in ["iss", "exp", "aud", "sub", "client_id", "iat", "jti"] {
        let error = take(&token(HEADER, &without(name))).expect_err(name);
        assert_eq!(error.rejection(), Some(Rejection::MissingClaim(name)));
        for wrong in [json!(null), json!({}), json!(true)] {
            let error = take(&token(HEADER, &with(name, wrong.clone()))).expect_err(name);
            // Of the registered claims each has a type; of the others, what is `null` is not there.
            if name == "client_id" && wrong.is_null() {
                assert_eq!(error.rejection(), Some(Rejection::MissingClaim(name)));
            } else {
                assert_eq!(error.kind(), ErrorKind::Protocol, "{name}");
            }
        }
    }
    // And one fault spoils all that is right.
    for (header, claims) in [
        (r#"{"alg":"RS256"}"#, claims()),
        (r#"{"alg":"PS256","typ":"at+jwt"}"#, claims()),
        (r#"{"alg":"RS256","typ":"at+jwt","crit":["x"],"x":1}"#, claims()),
        (HEADER, with("iss", "https://evil.example".into())),
        (HEADER, with("aud", "https://rs2.example".into())),
        (HEADER, with("exp", NOW.into())),
        (HEADER, with("nbf", (NOW + 1).into())),
    ] {
        assert!(take(&token(header, &claims)).is_err(), "{header} {claims}");
    }
}

fn typ_is_checked() {
    let typed = |typ: &str| take(&token(&format!(r#"{{"alg":"RS256","typ":"{typ}"}}"#), &claims()));
    for typ in ["at+jwt", "application/at+jwt", "AT+JWT"] {
        assert!(typed(typ).is_ok(), "{typ}");
    }
    for typ in ["JWT", "", "at", "at+jwt ", "xat+jwt", "at+jwt+x", "text/at+jwt", "dpop+jwt", "logout+jwt"] {
        rejected(typed(typ), Rejection::Type, r::TYP_IS_CHECKED, typ);
    }
    let bare = take(&token(r#"{"alg":"RS256"}"#, &claims()));
    rejected(bare, Rejection::Type, r::TYP_IS_CHECKED, "none");
}

fn what_was_to_be_encrypted_is() {
    let key = EncryptionKey::symmetric(JweAlgorithm::A256Kw, [1; 32]).expect("a key");
    let ours = DecryptionKey::symmetric(JweAlgorithm::A256Kw, [1; 32]).expect("a key");
    let signed = token(HEADER, &claims());
    let header = Header::new(JweAlgorithm::A256Kw);
    let sealed = encrypt_jwt(&signed, &header, &key, ContentEncryption::A256Gcm).expect("a token");
    let signing = signing(A::Rs256);
    let take = |token: &str| {
        validation().decrypt_and_verify(token, &ours, signing.verifying_key(), NumericDate::new(NOW))
    };
    assert!(take(&sealed).is_ok());
    rejected(take(&signed), Rejection::Decryption, r::UNENCRYPTED_TOKEN_IS_REFUSED, "only signed");
    // Where nothing was agreed on, a signed one is taken.
    assert!(take_by(&signed, signing.verifying_key(), NOW).is_ok());
    // What was encrypted is checked as ever.
    let other = token(HEADER, &with("aud", "https://rs2.example".into()));
    let sealed = encrypt_jwt(&other, &header, &key, ContentEncryption::A256Gcm).expect("a token");
    rejected(take(&sealed), Rejection::Audience, r::OTHER_AUD_IS_REFUSED, "another audience, encrypted");
}

fn iss_is_compared() {
    assert!(take(&token(HEADER, &claims())).is_ok());
    for iss in [
        "https://as.example/",
        "https://AS.example",
        "HTTPS://as.example",
        "https://as.example:443",
        "https://as.exampl",
        "https://as.example.evil.example",
        "",
    ] {
        let result = take(&token(HEADER, &with("iss", iss.into())));
        rejected(result, Rejection::Issuer, r::ISS_IS_COMPARED, iss);
    }
    let result = take(&token(HEADER, &without("iss")));
    rejected(result, Rejection::MissingClaim("iss"), r::ISS_IS_COMPARED, "none");
}

fn aud_is_looked_into() {
    // Wherever in it our own name is.
    for aud in [json!(RESOURCE), json!([RESOURCE]), json!(["x", RESOURCE]), json!([RESOURCE, "x", "y"])] {
        assert!(take(&token(HEADER, &with("aud", aud.clone()))).is_ok(), "{aud}");
    }
    // The whole of it, and not what it begins with.
    for aud in
        [json!("https://rs.example/"), json!("https://rs.exampl"), json!("https://RS.example"), json!([])]
    {
        assert!(take(&token(HEADER, &with("aud", aud.clone()))).is_err(), "{aud}");
    }
}

fn another_aud_is_refused() {
    for aud in
        [json!("https://rs2.example"), json!(["https://rs2.example", "s6BhdRkqt3"]), json!([]), json!("")]
    {
        let result = take(&token(HEADER, &with("aud", aud.clone())));
        rejected(result, Rejection::Audience, r::OTHER_AUD_IS_REFUSED, &aud.to_string());
    }
    let result = take(&token(HEADER, &without("aud")));
    rejected(result, Rejection::MissingClaim("aud"), r::OTHER_AUD_IS_REFUSED, "none");
    assert!(take(&token(HEADER, &claims())).is_ok());
}

fn the_signature_is_verified() {
    let good = token(HEADER, &claims());
    assert!(take(&good).is_ok());
    let (input, signature) = good.rsplit_once('.').expect("a signature");
    let (header, _) = input.split_once('.').expect("a payload");
    let other = token(HEADER, &with("sub", "somebody else".into()));
    let (_, foreign) = other.rsplit_once('.').expect("a signature");
    for bad in [format!("{input}.{foreign}"), format!("{input}."), format!("{header}.e30.{signature}")] {
        rejected(take(&bad), Rejection::Signature, r::SIGNATURE_IS_VALIDATED, &bad);
    }
    // By the algorithm that is named, and not by the one that fits.
    let named = take(&token(r#"{"alg":"RS384","typ":"at+jwt"}"#, &claims()));
    assert_eq!(named.expect_err("RS384").rejection(), Some(Rejection::Algorithm));
}

fn none_is_refused() {
    for none in ["none", "None", "NONE", "nOnE"] {
        let signed = token(&format!(r#"{{"alg":"{none}","typ":"at+jwt"}}"#), &claims());
        let (bare, _) = signed.rsplit_once('.').expect("a signature");
        for token in [signed.clone(), format!("{bare}.")] {
            rejected(take(&token), Rejection::Algorithm, r::NONE_IS_REFUSED, &token);
        }
    }
    assert!(take(&token(HEADER, &claims())).is_ok());
}

fn the_keys_are_the_servers() {
    let (server, other) = (signing(A::Rs256), SigningKey::generate(A::Rs256).expect("a key"));
    let jwk = |key: &SigningKey, kid: &str| key.public_jwk().expect("public").with_key_id(kid);
    let published: JwkSet = [jwk(&server, "1")].into_iter().collect();
    let keys = KeySet::new(&published, A::Rs256);
    let header = |kid: &str| Header::new(A::Rs256).with_typ("at+jwt").with_key_id(kid);
    let made = |key: &SigningKey, header: &Header| encode(&claims(), header, key).expect("a token");
    assert!(take_by(&made(&server, &header("1")), &keys, NOW).is_ok());
    let unknown = take_by(&made(&other, &header("2")), &keys, NOW);
    rejected(unknown, Rejection::NoKey, r::KEYS_ARE_THE_SERVERS, "an unknown kid");
    // Neither by a key that the token brings along nor by one that it points at.
    let brought = header("1").with_jwk(&jwk(&other, "1"));
    assert!(take_by(&made(&other, &brought), &keys, NOW).is_err());
    let pointed = format!(r#"{{"alg":"RS256","typ":"at+jwt","kid":"1","jku":"{ISSUER}/jwks"}}"#);
    let token = forged(&pointed, claims().to_string().as_bytes(), &other).expect("a token");
    assert!(take_by(&token, &keys, NOW).is_err());
    let all: JwkSet = [jwk(&server, "1"), jwk(&other, "2")].into_iter().collect::<JwkSet>();
    assert!(take_by(&made(&other, &header("2")), &KeySet::new(&all, A::Rs256), NOW).is_ok());
    let none: Vec<Jwk> = Vec::new();
    assert!(
        take_by(&made(&server, &header("1")), &KeySet::new(&none.into_iter().collect(), A::Rs256), NOW)
            .is_err()
    );
}

fn exp_is_checked() {
    let token_of = |exp: Value| token(HEADER, &with("exp", exp));
    let key = signing(A::Rs256);
    let take = |token: &str, at| take_by(token, key.verifying_key(), at);
    assert!(take(&token_of(END.into()), END - 1).is_ok());
    for at in [END, END + 1, i64::MAX] {
        rejected(take(&token_of(END.into()), at), Rejection::Expired, r::EXP_IS_CHECKED, "expired");
    }
    let none = take(&token(HEADER, &without("exp")), NOW);
    rejected(none, Rejection::MissingClaim("exp"), r::EXP_IS_CHECKED, "none");
}

fn exp_has_a_little_leeway() {
    let key = signing(A::Rs256);
    let good = token(HEADER, &claims());
    let lenient = validation().leeway(Duration::from_secs(30)).expect("half a minute");
    let take = |at| lenient.verify(&good, key.verifying_key(), NumericDate::new(at));
    assert!(take(END + 29).is_ok());
    rejected(take(END + 30), Rejection::Expired, r::EXP_IS_CHECKED, "after the leeway");
    // Without it there is none, and it cannot be long.
    assert!(take_by(&good, key.verifying_key(), END).is_err());
    let long = validation().leeway(Duration::from_secs(3600)).expect_err("an hour");
    assert_eq!(long.kind(), ErrorKind::Usage);
}

fn what_fails_is_invalid_token() {
    for (header, claims) in [
        (r#"{"alg":"RS256"}"#, claims()),
        (HEADER, with("iss", "x".into())),
        (HEADER, with("aud", "x".into())),
        (HEADER, with("exp", NOW.into())),
        (HEADER, without("sub")),
    ] {
        let error = take(&token(header, &claims)).expect_err("refused");
        // Nothing of it is taken, and one word of RFC 6750, section 3.1, says so, whatever it was.
        assert_eq!(error.kind(), ErrorKind::Auth);
        assert_eq!(AccessTokenValidation::error_code(), "invalid_token");
    }
}

fn what_was_authorized_is_told() {
    let mut said = with("scope", "read write:all".into());
    said["groups"] = json!(["a", "b"]);
    said["roles"] = json!([{"value": "admin"}]);
    said["entitlements"] = json!(["c"]);
    let taken = take(&token(HEADER, &said)).expect("a token");
    assert!(taken.has_scope("read") && taken.has_scope("write:all"));
    for other in ["", "write", "Read", "read write:all", "all"] {
        assert!(!taken.has_scope(other), "{other}");
    }
    for name in ["groups", "roles", "entitlements"] {
        assert_eq!(taken.other[name], said[name]);
    }
    let none = take(&token(HEADER, &without("scope"))).expect("a token");
    assert!(none.scope.is_none() && !none.has_scope("read"));
    assert!(take(&token(HEADER, &with("scope", json!(["read"])))).is_err(), "a scope is a string");
}
