//! Claims, and who believes them.

use std::{sync::LazyLock, time::Duration};

use anyrfc_jwt::{
    AccessTokenValidation, Claims, Header, JwsAlgorithm, NumericDate, SigningKey, Validation, VerifyingKey,
    encode,
};
use serde_json::{Map, Value};

use crate::judge;

/// What time it is: tokens of the corpus are made for it.
const NOW: i64 = 1_700_000_000;

static KEY: LazyLock<SigningKey> =
    LazyLock::new(|| SigningKey::hmac(JwsAlgorithm::Hs256, &judge::secret()).expect("a key"));

fn key() -> &'static VerifyingKey {
    KEY.verifying_key()
}

fn now() -> NumericDate {
    NumericDate::new(NOW)
}

fn validation() -> Validation {
    Validation::new().issuer("joe").audience("us").audience("our friends")
}

/// The first byte picks what the rest is: claims, a header and claims, those of an access token, a
/// date, or a token.
pub fn jwt(data: &[u8]) {
    let Some((&pick, rest)) = data.split_first() else { return };
    match pick {
        b'c' => claims(rest),
        b'h' => header(rest),
        b'a' => access_token(rest),
        b'n' => date(rest),
        _ => token(rest),
    }
}

/// The claims that may be believed, by another's judgement: nothing that was asked for is missing.
fn judged(payload: &[u8]) -> Map<String, Value> {
    let claims = judge::object(payload);
    assert_eq!(claims["iss"], "joe");
    let ours = |name: &Value| ["us", "our friends"].iter().any(|one| name == one);
    assert!(ours(&claims["aud"]) || claims["aud"].as_array().is_some_and(|names| names.iter().any(ours)));
    timely(&claims);
    claims
}

/// Neither too early nor too late.
fn timely(claims: &Map<String, Value>) {
    let time = |name: &str| claims.get(name).map(|time| time.as_f64().expect("a number"));
    let now = NOW as f64;
    assert!(time("exp").expect("one is required") > now, "{claims:?}");
    assert!(time("nbf").is_none_or(|time| time <= now), "{claims:?}");
    assert!(time("iat").is_none_or(|time| time <= now), "{claims:?}");
}

fn claims(payload: &[u8]) {
    let token = judge::signed(br#"{"alg":"HS256"}"#, payload);
    let verified = validation().verify(&token, key(), now());
    // Any other type is judged as strictly, and gets what stands there.
    let generic = validation().verify_as::<Map<String, Value>, _>(&token, key(), now());
    assert_eq!(verified.is_ok(), generic.is_ok(), "{verified:?} {generic:?}");
    match verified {
        Ok(jwt) => {
            let said = judged(payload);
            assert_eq!(*generic.expect("the same").claims(), said);
            round(jwt.claims(), &said);
            // When it says so, it is over; but for what lasts to the end of time.
            let end = jwt.claims().expires_at.expect("one is required");
            if end > NumericDate::MAX.saturating_sub(Validation::MAX_LEEWAY) {
                return;
            }
            validation().verify(&token, key(), end).expect_err("it is over");
            let late = Duration::from_secs(30);
            let lenient = validation().leeway(late).expect("it is short");
            lenient.verify(&token, key(), end.saturating_add(late)).expect_err("it is over");
            validation().issuer("jack").verify(&token, key(), now()).expect_err("another issuer");
            Validation::new().verify(&token, key(), now()).expect_err("nobody said who we are");
        }
        Err(error) => {
            judge::told(&error);
            judge::told(&generic.expect_err("the same"));
        }
    }
    if let Ok(read) = serde_json::from_slice::<Claims>(payload)
        && let Ok(said) = serde_json::from_slice(payload)
    {
        round(&read, &said);
    }
}

/// What is read says what stands there, and is written so that it is read again.
fn round(read: &Claims, said: &Map<String, Value>) {
    let text = |name: &str| said.get(name).and_then(Value::as_str);
    assert_eq!(read.issuer.as_deref(), text("iss"));
    assert_eq!(read.subject.as_deref(), text("sub"));
    assert_eq!(read.id.as_deref(), text("jti"));
    let written = serde_json::to_string(read).expect("what was read");
    assert_eq!(&serde_json::from_str::<Claims>(&written).expect("what was written"), read);
    assert!(serde_json::from_str::<Map<String, Value>>(&written).expect("an object").keys().eq(said.keys()));
    // Names with a colon that are no URI are read, and not written.
    if let Ok(token) = encode(read, &Header::new(JwsAlgorithm::Hs256), &KEY) {
        let lax = Validation::new().any_audience().any_typ().without_expiry();
        let early = lax.verify(&token, key(), NumericDate::MIN).ok();
        let late = lax.verify(&token, key(), NumericDate::MAX).ok();
        let moment = [read.not_before, read.issued_at].into_iter().flatten().max().unwrap_or_default();
        let then = lax.verify(&token, key(), moment).ok();
        if let Some(jwt) = early.as_ref().or(late.as_ref()).or(then.as_ref()) {
            assert_eq!(jwt.claims(), read);
        } else {
            let over = read.expires_at.is_some_and(|end| end <= moment);
            assert!(over, "what we signed is believed at no time: {read:?}");
        }
    }
}

fn header(data: &[u8]) {
    let (header, payload) = judge::halves(data);
    let token = judge::signed(header, payload);
    let validations = [
        (validation(), &["", "jwt", "application/jwt"][..]),
        (
            validation().typ("at+jwt").typ("dpop+jwt"),
            &["at+jwt", "application/at+jwt", "dpop+jwt", "application/dpop+jwt"],
        ),
    ];
    let mut accepted = 0;
    for (validation, types) in validations {
        match validation.verify(&token, key(), now()) {
            Ok(_) => {
                accepted += 1;
                judged(payload);
                let said = judge::object(header);
                assert_eq!(said["alg"], "HS256");
                let typ = said.get("typ").map_or("", |typ| typ.as_str().expect("text")).to_ascii_lowercase();
                assert!(types.contains(&typ.as_str()), "{typ}");
                assert!(["crit", "enc", "zip"].iter().all(|name| !said.contains_key(*name)), "{said:?}");
                assert!(
                    said.get("cty")
                        .is_none_or(|cty| !cty.as_str().expect("text").eq_ignore_ascii_case("jwt"))
                );
            }
            Err(error) => judge::told(&error),
        }
    }
    assert!(accepted < 2, "one kind of token was taken for another");
    if accepted == 1 {
        validation().any_typ().verify(&token, key(), now()).expect("it asks for less");
    }
}

fn access_token(payload: &[u8]) {
    let token = judge::signed(br#"{"alg":"HS256","typ":"at+jwt"}"#, payload);
    match AccessTokenValidation::new("joe", "us").verify(&token, key(), now()) {
        Ok(claims) => {
            let said = judge::object(payload);
            timely(&said);
            assert_eq!((&said["iss"], claims.issuer.as_str()), (&Value::from("joe"), "joe"));
            assert_eq!(said["sub"], claims.subject);
            assert_eq!(said["client_id"], claims.client_id);
            assert_eq!(said["jti"], claims.id);
            assert!(claims.audience.contains("us") && said.contains_key("iat"));
            let scope = said.get("scope").map(|scope| scope.as_str().expect("text"));
            assert_eq!(claims.scope.as_deref(), scope);
            assert!(claims.scopes().all(|one| claims.has_scope(one) && !one.contains(' ')));
            let written = serde_json::to_string(&claims).expect("what was read");
            assert_eq!(
                serde_json::from_str::<anyrfc_jwt::AccessTokenClaims>(&written).expect("the same"),
                claims
            );
        }
        Err(error) => judge::told(&error),
    }
}

/// Dates never overflow, keep their order, and are read as they were written.
fn date(data: &[u8]) {
    let mut dates = [NumericDate::MIN, NumericDate::MAX, now()].to_vec();
    for text in data.split(|octet| *octet == b'\n') {
        let Ok(date) = serde_json::from_slice::<NumericDate>(text) else { continue };
        let number = serde_json::from_slice::<Value>(text).expect("JSON");
        let number = number.as_f64().expect("a number");
        assert!((number - date.seconds() as f64).abs() < 2.0 || number.abs() > 1e15, "{number} is {date}");
        assert!(date.subsec_nanos() < 1_000_000_000);
        let written = serde_json::to_string(&date).expect("a number");
        assert_eq!(serde_json::from_str::<NumericDate>(&written).expect("a number"), date, "{written}");
        dates.push(date);
    }
    for one in &dates {
        for other in &dates {
            let between = one.saturating_duration_since(*other);
            assert_eq!(between.is_zero(), one <= other);
            if one > other {
                assert_eq!(other.saturating_add(between), *one);
                assert_eq!(one.saturating_sub(between), *other);
            }
            assert!(one.saturating_add(between) >= *one && one.saturating_sub(between) <= *one);
        }
    }
}

fn token(data: &[u8]) {
    let Ok(token) = std::str::from_utf8(data) else { return };
    match validation().verify(token, key(), now()) {
        Ok(_) => {
            let mut parts = token.split('.');
            let (header, payload, signature) = (parts.next(), parts.next(), parts.next());
            let (Some(header), Some(payload), Some(signature), None) =
                (header, payload, signature, parts.next())
            else {
                panic!("{token}")
            };
            judged(&judge::decoded(payload).expect("base64url"));
            let mac = judge::mac(format!("{header}.{payload}").as_bytes());
            assert_eq!(judge::decoded(signature).expect("base64url"), mac);
        }
        Err(error) => judge::told(&error),
    }
}
