use anyrfc_jwt::{
    proto::{SigningKey, VerifyingKey, encode},
    types::{Audience, Header},
};
use serde_json::json;

use super::*;
use crate::{
    Issuer, ServerMetadata, Tolerances, UrlPolicy,
    proto::{
        Config,
        discovery::tests::{at, client_of},
    },
};

const NOW: i64 = 1_800_000_000;

struct Issued {
    key: SigningKey,
    public: VerifyingKey,
}

fn issuer() -> Issued {
    let key = SigningKey::generate(JwsAlgorithm::Es256).unwrap();
    let public = key.verifying_key().clone();
    Issued { key, public }
}

fn claims() -> Claims {
    Claims::new()
        .issuer("https://as.example")
        .subject("user")
        .audience("app")
        .issued_at(NumericDate::new(NOW))
        .expires_at(NumericDate::new(NOW + 300))
}

impl Issued {
    fn token(&self, claims: &Claims) -> String {
        encode(claims, &Header::new(JwsAlgorithm::Es256), &self.key).unwrap()
    }

    fn judge(
        &self,
        claims: &Claims,
        of: impl FnOnce(IdTokenValidation) -> IdTokenValidation,
    ) -> Result<IdToken, Error> {
        let validation = IdTokenValidation::new(&client_of(json!({}))).algorithms(JwsAlgorithm::Es256);
        of(validation).verify(&self.token(claims), &self.public, &at(NOW as u64))
    }

    fn refuses(&self, claims: &Claims) -> ErrorKind {
        self.judge(claims, |validation| validation).expect_err("it was believed").kind()
    }
}

#[test]
fn one_that_is_all_it_has_to_be_is_believed() {
    let issued = issuer();
    let claims = claims()
        .claim("acr", "gold")
        .claim("amr", json!(["otp"]))
        .claim("sid", "s")
        .claim("email", "u@x.example");
    let token = issued.judge(&claims, |validation| validation).unwrap();
    assert_eq!(
        (token.subject.as_str(), token.acr.as_deref(), token.session_id.as_deref()),
        ("user", Some("gold"), Some("s"))
    );
    assert_eq!(token.amr, ["otp"]);
    assert_eq!(token.other["email"], "u@x.example");
}

#[test]
fn only_the_algorithm_that_was_agreed_on_is_taken() {
    let issued = issuer();
    let token = issued.token(&claims());
    let client = client_of(json!({}));
    // RS256 by default, whatever key there is.
    let error = IdTokenValidation::new(&client).verify(&token, &issued.public, &at(NOW as u64)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Auth);
    let (_, rest) = token.split_once('.').unwrap();
    for header in [r#"{"alg":"none"}"#, r#"{"alg":"None"}"#, r#"{"alg":"HS256"}"#, r#"{"alg":"RS256"}"#] {
        let forged = format!("{}.{rest}", base64url::encode(header.as_bytes()));
        let validation = IdTokenValidation::new(&client).algorithms(JwsAlgorithm::Es256);
        assert!(validation.verify(&forged, &issued.public, &at(NOW as u64)).is_err(), "{header}");
    }
    let unsigned = format!("{}.", token.rsplit_once('.').unwrap().0);
    let validation = IdTokenValidation::new(&client).algorithms(JwsAlgorithm::Es256);
    assert!(validation.verify(&unsigned, &issued.public, &at(NOW as u64)).is_err());
    assert!(validation.verify(&token, &issuer().public, &at(NOW as u64)).is_err());
}

#[test]
fn every_claim_that_is_needed_is_needed() {
    let issued = issuer();
    let strip: [fn(&mut Claims); 5] = [
        |claims| claims.issuer = None,
        |claims| claims.subject = None,
        |claims| claims.audience = None,
        |claims| claims.expires_at = None,
        |claims| claims.issued_at = None,
    ];
    for (nth, strip) in strip.into_iter().enumerate() {
        let mut claims = claims();
        strip(&mut claims);
        assert_eq!(issued.refuses(&claims), ErrorKind::Auth, "{nth}");
    }
    assert_eq!(issued.refuses(&claims().issuer("https://as.example/")), ErrorKind::Auth);
    assert_eq!(issued.refuses(&claims().audience("another")), ErrorKind::Auth);
    assert_eq!(issued.refuses(&claims().expires_at(NumericDate::new(NOW - 11))), ErrorKind::Auth);
    assert_eq!(issued.refuses(&claims().issued_at(NumericDate::new(NOW + 11))), ErrorKind::Auth);
    assert_eq!(issued.refuses(&claims().not_before(NumericDate::new(NOW + 11))), ErrorKind::Auth);
    assert_eq!(issued.refuses(&claims().subject("")), ErrorKind::Protocol);
    assert!(issued.judge(&claims().subject("x".repeat(255)), |validation| validation).is_ok());
    assert_eq!(issued.refuses(&claims().subject("x".repeat(256))), ErrorKind::Protocol);
    assert_eq!(issued.refuses(&claims().subject("\u{fc}ser")), ErrorKind::Protocol);
    for name in ["acr", "azp", "nonce", "sid", "amr", "auth_time"] {
        assert_eq!(issued.refuses(&claims().claim(name, json!({}))), ErrorKind::Protocol, "{name}");
    }
}

#[test]
fn others_are_no_audience_unless_trusted_and_azp_is_us() {
    let issued = issuer();
    let both = || Audience::from_iter(["app", "api"]);
    assert_eq!(issued.refuses(&claims().audience(both()).claim("azp", "app")), ErrorKind::Auth);
    let trusting = |claims: &Claims| issued.judge(claims, |validation| validation.trust_audience("api"));
    assert!(trusting(&claims().audience(both()).claim("azp", "app")).is_ok());
    assert!(trusting(&claims().audience(both())).is_err());
    assert!(trusting(&claims().audience(both()).claim("azp", "api")).is_err());
    assert_eq!(issued.refuses(&claims().claim("azp", "another")), ErrorKind::Auth);
    assert!(issued.judge(&claims().claim("azp", "app"), |validation| validation).is_ok());
}

#[test]
fn the_nonce_answers_the_request() {
    let issued = issuer();
    let asked = |claims: &Claims| issued.judge(claims, |validation| validation.nonce("n-0S6"));
    assert!(asked(&claims().claim("nonce", "n-0S6")).is_ok());
    for wrong in ["", "n-0S", "n-0S6x", "N-0S6"] {
        assert_eq!(asked(&claims().claim("nonce", wrong)).unwrap_err().kind(), ErrorKind::Auth);
    }
    assert_eq!(asked(&claims()).unwrap_err().kind(), ErrorKind::Auth);
    assert_eq!(issued.refuses(&claims().claim("nonce", "n-0S6")), ErrorKind::Auth);
    // What comes with a refreshed token may repeat the nonce, and is of the same user.
    let refreshed = |claims: &Claims| issued.judge(claims, |validation| validation.subject("user"));
    assert!(refreshed(&claims().claim("nonce", "n-0S6")).is_ok());
    assert!(refreshed(&claims()).is_ok());
    assert_eq!(refreshed(&claims().subject("another")).unwrap_err().kind(), ErrorKind::Auth);
}

#[test]
fn the_sign_in_was_recent_and_good_enough() {
    let issued = issuer();
    let recent =
        |claims: &Claims| issued.judge(claims, |validation| validation.max_age(Duration::from_secs(60)));
    assert!(recent(&claims().claim("auth_time", NOW - 60)).is_ok());
    assert!(recent(&claims().claim("auth_time", NOW - 70)).is_ok());
    assert!(recent(&claims().claim("auth_time", NOW - 71)).is_err());
    assert!(recent(&claims().claim("auth_time", NOW + 10)).is_ok());
    assert!(recent(&claims().claim("auth_time", NOW + 11)).is_err());
    assert!(recent(&claims()).is_err());
    assert!(recent(&claims().claim("auth_time", "now")).is_err());
    let forever =
        issued.judge(&claims().claim("auth_time", 0), |validation| validation.max_age(Duration::MAX));
    assert!(forever.is_ok());
    let good = |claims: &Claims| issued.judge(claims, |validation| validation.acr_values(["gold", "silver"]));
    assert!(good(&claims().claim("acr", "silver")).is_ok());
    assert!(good(&claims().claim("acr", "lead")).is_err());
    assert!(good(&claims()).is_err());
}

#[test]
fn hashes_are_of_what_it_came_with() {
    let issued = issuer();
    let token = AccessToken::new("jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y").unwrap();
    let code = AuthorizationCode::new("Qcb0Orv1zh30vL1MPRsbm-diHiMwcLyZvn1arpZv-Jxf_11jnpEX3Tgfvk").unwrap();
    // The examples of OpenID Connect Core, appendices A.3 and A.4.
    let fine = claims().claim("at_hash", "77QmUPtjPfzWtF2AnpK9RQ").claim("c_hash", "LDktKdoQak3Pk0cnXxCltA");
    let with =
        |claims: &Claims| issued.judge(claims, |validation| validation.access_token(&token).code(&code));
    assert!(with(&fine).is_ok());
    assert!(with(&claims()).is_ok());
    for name in ["at_hash", "c_hash"] {
        for wrong in ["", "77QmUPtjPfzWtF2AnpK9RR", "AAAA", "77QmUPtjPfzWtF2AnpK9RQ=="] {
            assert_eq!(
                with(&fine.clone().claim(name, wrong)).unwrap_err().kind(),
                ErrorKind::Auth,
                "{name} {wrong}"
            );
        }
        assert_eq!(with(&fine.clone().claim(name, json!(1))).unwrap_err().kind(), ErrorKind::Protocol);
        let required = |claims: &Claims| {
            issued.judge(claims, |validation| validation.access_token(&token).code(&code).require_hashes())
        };
        let mut without = fine.clone();
        without.other.remove(name);
        assert!(required(&fine).is_ok());
        assert!(required(&without).is_err());
    }
}

#[test]
fn the_hash_goes_with_the_algorithm() {
    for (algorithm, length) in [
        (JwsAlgorithm::Rs256, 16),
        (JwsAlgorithm::Es384, 24),
        (JwsAlgorithm::Ps512, 32),
        (JwsAlgorithm::EdDsa, 32),
    ] {
        assert_eq!(half_hash(algorithm, "x").len(), length);
    }
}

#[test]
fn too_much_leeway_is_not_given() {
    let issued = issuer();
    let error = issued.judge(&claims(), |validation| validation.leeway(Duration::from_secs(61))).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Usage);
}

#[test]
fn a_tenant_names_its_issuer_where_that_is_tolerated() {
    let issued = issuer();
    let tolerances = Tolerances::NONE.with(Quirk::IssuerHasTenant);
    let asked = Issuer::new("https://login.example/common/v2.0", UrlPolicy::Https).unwrap();
    let document = br#"{"issuer": "https://login.example/{tenantid}/v2.0"}"#;
    let server = ServerMetadata::parse(document, &asked, UrlPolicy::Https, tolerances).unwrap();
    let mut config = Config::new(server.into(), crate::ClientId::new("app").unwrap());
    let judge = |config: Config, issuer: &str, tenant: Option<&str>| {
        let mut claims = claims().issuer(issuer);
        if let Some(tenant) = tenant {
            claims = claims.claim("tid", tenant);
        }
        let validation = IdTokenValidation::new(&config.into()).algorithms(JwsAlgorithm::Es256);
        validation.verify(&issued.token(&claims), &issued.public, &at(NOW as u64))
    };
    let of_tenant = "https://login.example/9188/v2.0";
    assert!(judge(config.clone(), of_tenant, Some("9188")).is_err());
    config.tolerances = tolerances;
    assert!(judge(config.clone(), of_tenant, Some("9188")).is_ok());
    for (issuer, tenant) in [
        (of_tenant, Some("9189")),
        (of_tenant, None),
        ("https://evil.example/9188/v2.0", Some("9188")),
        ("https://login.example/../v2.0", Some("..")),
    ] {
        assert!(judge(config.clone(), issuer, tenant).is_err(), "{issuer}");
    }
}
