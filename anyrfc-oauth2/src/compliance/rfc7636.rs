//! RFC 7636: the proof key, against a server that computes it for itself.

use anyrfc_core::{
    compliance::{Check, Waiver::ByConstruction},
    testing::run_virtual,
};
use anyrfc_jwt::{codec::base64url, proto::SigningKey, types::JwsAlgorithm};
use aws_lc_rs::digest::{SHA256, digest};
use serde_json::{Value, json};

use super::{
    Waived,
    flow::{
        self, Sent, asked_by, asking, brought, client, configured, forms, go, of, published, push, said,
        start,
    },
};
use crate::{
    ErrorCode, ErrorKind, ServerMetadata,
    codec::callback::Callback,
    proto::CodeVerifier,
    rfc7636 as r,
    testing::{Misbehaviour, Place, Plan, Registered},
};

pub(super) const GROUPS: &[&[Check]] = &[CHECKS];

/// The requirements without a check.
pub(super) const WAIVERS: &[Waived] = &[(
    r::METHOD_MAY_BE_LEFT_OUT,
    ByConstruction(
        "nobody has to name the method, but leaving it out means `plain`: `proto::Authorization` always names \
         S256, and takes no `code_challenge_method` from its caller",
    ),
)];

static CHECKS: &[Check] = &[
    Check {
        name: "rfc7636/section-4.1/each-request-has-a-verifier-of-its-own",
        covers: &[r::VERIFIER_IS_FRESH],
        run: each_request_has_a_verifier_of_its_own,
    },
    Check {
        name: "rfc7636/section-4.1/a-verifier-is-of-43-to-128-unreserved-characters",
        covers: &[r::VERIFIER_IS_43_TO_128_UNRESERVED],
        run: a_verifier_is_of_43_to_128_unreserved_characters,
    },
    Check {
        name: "rfc7636/section-4.1/a-verifier-is-32-random-octets",
        covers: &[r::VERIFIER_CANNOT_BE_GUESSED, r::VERIFIER_IS_32_RANDOM_OCTETS, r::VERIFIER_HAS_256_BITS],
        run: a_verifier_is_32_random_octets,
    },
    Check {
        name: "rfc7636/section-4.2/the-challenge-is-the-encoded-hash",
        covers: &[r::S256_IS_HASHED_AND_ENCODED],
        run: the_challenge_is_the_encoded_hash,
    },
    Check {
        name: "rfc7636/section-4.2/the-method-is-s256",
        covers: &[
            r::S256_IS_USED_WHERE_POSSIBLE,
            r::PLAIN_NEEDS_AN_EXCUSE,
            r::PLAIN_IS_AVOIDED,
            r::NEW_CODE_HAS_NO_PLAIN,
            r::STRONG_METHOD_IS_USED,
        ],
        run: the_method_is_s256,
    },
    Check {
        name: "rfc7636/section-4.3/the-challenge-is-sent",
        covers: &[r::CODE_CHALLENGE_IS_SENT],
        run: the_challenge_is_sent,
    },
    Check {
        name: "rfc7636/section-4.5/the-verifier-is-sent",
        covers: &[r::CODE_VERIFIER_IS_SENT],
        run: the_verifier_is_sent,
    },
    Check {
        name: "rfc7636/section-5/every-server-gets-it",
        covers: &[r::PKCE_IS_SENT_TO_EVERY_SERVER],
        run: every_server_gets_it,
    },
    Check {
        name: "rfc7636/section-7.2/s256-that-fails-has-failed",
        covers: &[r::NO_DOWNGRADE_TO_PLAIN],
        run: s256_that_fails_has_failed,
    },
];

/// The verifiers that the token endpoint was sent.
fn verifiers(server: &crate::testing::AuthorizationServer) -> Vec<String> {
    forms(server, Place::Token).iter().map(|form| form.one("code_verifier").to_owned()).collect()
}

fn each_request_has_a_verifier_of_its_own() {
    let server = flow::server();
    run_virtual(async {
        let client = client(&server).await;
        // The same wish, twice by the browser and twice pushed.
        for asked in [asking(&client), asking(&client).pushed()] {
            for _ in 0..2 {
                go(&server, &client, asked.clone()).await.expect("a token");
            }
        }
    });
    let mut sent = verifiers(&server);
    sent.sort_unstable();
    sent.dedup();
    assert_eq!(sent.len(), 4);
    server.assert_blameless();
}

fn a_verifier_is_of_43_to_128_unreserved_characters() {
    let server = flow::server();
    run_virtual(async {
        let client = client(&server).await;
        go(&server, &client, asking(&client)).await.expect("a token");
    });
    let unreserved = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    let [verifier] = &verifiers(&server)[..] else { panic!("one verifier") };
    assert!((43..=128).contains(&verifier.len()) && verifier.bytes().all(unreserved), "{verifier}");
    // One of the caller's has to be one, too.
    for byte in 0..=127_u8 {
        let text = format!("{}{}", "a".repeat(60), char::from(byte));
        assert_eq!(CodeVerifier::from_text(text).is_ok(), unreserved(byte), "{byte}");
    }
    for (length, fits) in [(0, false), (42, false), (43, true), (128, true), (129, false)] {
        let taken = CodeVerifier::from_text("a".repeat(length));
        assert_eq!(taken.is_ok(), fits, "{length}");
        if !fits {
            flow::unfit(taken, r::VERIFIER_IS_43_TO_128_UNRESERVED);
        }
    }
    assert!(CodeVerifier::from_text("\u{e9}".repeat(50)).is_err());
}

fn a_verifier_is_32_random_octets() {
    let server = flow::server();
    let (mut ones, mut zeros) = ([0_u8; 32], [0_u8; 32]);
    run_virtual(async {
        // Clients that know nothing of each other.
        for _ in 0..64 {
            let client = client(&server).await;
            go(&server, &client, asking(&client)).await.expect("a token");
        }
    });
    for verifier in verifiers(&server) {
        let octets = base64url::decode(&verifier).expect("base64url");
        assert_eq!(octets.len(), 32);
        for (at, octet) in octets.iter().enumerate() {
            ones[at] |= octet;
            zeros[at] |= !octet;
        }
    }
    // Every one of the 256 bits was both; by chance one is not in less than one of 2^55 runs.
    assert_eq!((ones, zeros), ([0xff; 32], [0xff; 32]));
}

fn s256(verifier: &str) -> String {
    base64url::encode(digest(&SHA256, verifier.as_bytes()).as_ref())
}

fn the_challenge_is_the_encoded_hash() {
    // Appendix B.
    let verifier =
        CodeVerifier::from_text("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk").expect("a verifier");
    assert_eq!(verifier.challenge(), "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
    let server = flow::server();
    run_virtual(async {
        let client = client(&server).await;
        go(&server, &client, asking(&client)).await.expect("a token");
    });
    let [verifier] = &verifiers(&server)[..] else { panic!("one verifier") };
    assert_eq!(brought(&server)[0].one("code_challenge"), s256(verifier));
    server.assert_blameless();
}

/// Servers by what they say of PKCE.
fn saying(methods: &[Value]) -> Vec<ServerMetadata> {
    let server = |methods: &Value| published(&json!({"code_challenge_methods_supported": methods}));
    methods.iter().map(|methods| server(methods).expect("metadata")).collect()
}

fn the_method_is_s256() {
    for server in saying(&[json!(["S256"]), json!(["plain", "S256"]), json!(["S256", "x"]), json!(null)]) {
        let request = start(asked_by(&of(server)).scope(flow::scope("a"))).expect("it begins");
        let sent = Sent::behind(request.url());
        assert_eq!(sent.one("code_challenge_method"), "S256");
        let kept = request.pending().to_secret();
        let kept: Value = serde_json::from_str(kept.expose()).expect("JSON");
        let verifier = kept["code_verifier"].as_str().expect("a verifier");
        assert_ne!(sent.one("code_challenge"), verifier);
        assert_eq!(sent.one("code_challenge"), s256(verifier));
    }
    // A server that is known to have nothing but the weak one gets nothing at all.
    for server in saying(&[json!(["plain"]), json!(["s256"]), json!(["plain", "S512"])]) {
        let error = start(asked_by(&of(server))).expect_err("it would be plain");
        assert_eq!(
            (error.kind(), error.requirement()),
            (ErrorKind::Unsupported, Some(r::NO_DOWNGRADE_TO_PLAIN))
        );
    }
    // Nor can the caller ask for it.
    for (name, value) in [("code_challenge_method", "plain"), ("code_challenge", "x"), ("code_verifier", "x")]
    {
        let asked = asked_by(&of(configured(flow::ISSUER))).parameter(name, value);
        assert_eq!(start(asked).expect_err("ours").kind(), ErrorKind::Usage, "{name}");
    }
}

fn the_challenge_is_sent() {
    let key = SigningKey::generate(JwsAlgorithm::Es256).expect("a key").with_key_id("k");
    let set = json!({"keys": [serde_json::to_value(key.public_jwk().expect("a key")).expect("a key")]});
    let server = flow::server();
    server.register(Registered::public("app").redirect_uri(flow::CALLBACK).jwks(set));
    run_virtual(async {
        let client = client(&server).await;
        let signed = asking(&client).signed_by(key.clone());
        for asked in [asking(&client), asking(&client).pushed(), signed.clone(), signed.pushed()] {
            go(&server, &client, asked).await.expect("a token");
        }
    });
    let (browser, pushed, verifiers) = (brought(&server), forms(&server, Place::Par), verifiers(&server));
    let within = |sent: &Sent| {
        let payload = sent.one("request").split('.').nth(1).expect("a payload").to_owned();
        let claims: Value =
            serde_json::from_slice(&base64url::decode(&payload).expect("base64url")).expect("JSON");
        claims["code_challenge"].as_str().expect("a challenge").to_owned()
    };
    let sent = [
        browser[0].one("code_challenge").to_owned(),
        pushed[0].one("code_challenge").to_owned(),
        within(&browser[2]),
        within(&pushed[1]),
    ];
    for (challenge, verifier) in sent.iter().zip(&verifiers) {
        assert_eq!(*challenge, s256(verifier));
    }
    assert_eq!(verifiers.len(), 4);
    server.assert_blameless();
    // This server would not have taken one without.
    server.browse(&format!("{}?client_id=app&response_type=code&state=x", server.url(Place::Authorization)));
    server.assert_violations(&["rfc7636#4.3-1"]);
}

fn the_verifier_is_sent() {
    let server = flow::server();
    run_virtual(async {
        let client = client(&server).await;
        let request = client.begin(asking(&client)).await.expect("it begins");
        let kept = request.pending().to_secret();
        let kept: Value = serde_json::from_str(kept.expose()).expect("JSON");
        let verifier = kept["code_verifier"].as_str().expect("a verifier");
        let callback = Callback::from_url(&server.authorize(request.url())).expect("an answer");
        client.finish(request.into_pending(), &callback).await.expect("a token");
        assert_eq!(verifiers(&server), [verifier]);
        // There, and nowhere else.
        assert_eq!(server.sent_to(verifier), [Place::Token]);
        // Another one gets nothing of this server.
        let request = client.begin(asking(&client)).await.expect("it begins");
        let callback = Callback::from_url(&server.authorize(request.url())).expect("an answer");
        let kept = request.pending().to_secret();
        let mut kept: Value = serde_json::from_str(kept.expose()).expect("JSON");
        kept["code_verifier"] = json!(verifier);
        let pending = crate::proto::Pending::from_secret(&kept.to_string()).expect("what was kept");
        let error = client.finish(pending, &callback).await.expect_err("another verifier");
        assert_eq!(error.response().map(|response| &response.code), Some(&ErrorCode::InvalidGrant));
    });
}

fn every_server_gets_it() {
    // By hand, and by metadata that do not speak of it.
    for server in [configured(flow::ISSUER), published(&json!({})).expect("metadata")] {
        let sent = Sent::behind(start(asked_by(&of(server.clone()))).expect("it begins").url());
        assert!(!sent.one("code_challenge").is_empty());
        let mut exchange = push(asked_by(&of(server)).pushed()).expect("it begins");
        assert_eq!(Sent::within(said(&mut exchange).body()).one("code_challenge_method"), "S256");
    }
    let server = flow::server().with(|options| options.require_pkce = false);
    server.plant(Misbehaviour::NoPkce);
    run_virtual(async {
        let client = client(&server).await;
        assert!(client.server().code_challenge_methods_supported.is_empty());
        go(&server, &client, asking(&client)).await.expect("a token");
    });
    assert!(
        brought(&server)[0].has("code_challenge") && forms(&server, Place::Token)[0].has("code_verifier")
    );
    server.assert_blameless();
}

fn s256_that_fails_has_failed() {
    let server = flow::server();
    run_virtual(async {
        let client = client(&server).await;
        // As one says it that does not know the transformation (section 4.4.1).
        server.plant(Misbehaviour::CallbackError("invalid_request".into()));
        let error = go(&server, &client, asking(&client)).await.expect_err("refused");
        assert_eq!(error.response().map(|response| &response.code), Some(&ErrorCode::InvalidRequest));
        server.behave();
        server.plant(Plan::from(Misbehaviour::Error(400, "invalid_request".into())).at(Place::Par));
        let error = client.begin(asking(&client).pushed()).await.expect_err("refused");
        assert_eq!(error.response().map(|response| &response.code), Some(&ErrorCode::InvalidRequest));
        server.behave();
        // It is the end of it, and what the user asks for next is as strong.
        assert_eq!((server.count(Place::Authorization), server.count(Place::Par)), (1, 1));
        server.assert_nothing_sent_to(Place::Token);
        go(&server, &client, asking(&client)).await.expect("a token");
    });
    for sent in brought(&server).iter().chain(&forms(&server, Place::Par)) {
        assert_eq!(sent.one("code_challenge_method"), "S256");
    }
    for server in saying(&[json!(["plain"])]) {
        let error = push(asked_by(&of(server)).pushed()).expect_err("it would be plain");
        assert_eq!(error.requirement(), Some(r::NO_DOWNGRADE_TO_PLAIN));
    }
    server.assert_blameless();
}
