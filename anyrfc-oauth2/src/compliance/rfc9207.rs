//! RFC 9207: whose answer it is.

use anyrfc_core::{compliance::Check, testing::run_virtual};
use serde_json::json;

use super::{
    Waived,
    flow::{
        self, CALLBACK, ISSUER, asked_by, asking, breaks, client, config, configured, go, of, published,
        redeem, start,
    },
};
use crate::{
    Error, ErrorCode, ErrorKind, Issuer, OAuth2Client, Quirk, ServerMetadata, Tolerances, UrlPolicy,
    codec::callback::Callback,
    proto::{Client, Pending, ResponseMode},
    rfc8414, rfc9207 as r, rfc9700,
    testing::{AuthorizationServer, JwtFault, Misbehaviour, Place, Registered},
};

pub(super) const GROUPS: &[&[Check]] = &[CHECKS];

/// The requirements without a check.
pub(super) const WAIVERS: &[Waived] = &[];

static CHECKS: &[Check] = &[
    Check {
        name: "rfc9207/section-2.4/iss-is-taken-out-and-decoded",
        covers: &[r::ISS_IS_EXTRACTED, r::ISS_IS_DECODED_AND_COMPARED],
        run: iss_is_taken_out_and_decoded,
    },
    Check {
        name: "rfc9207/section-2.4/character-by-character",
        covers: &[r::COMPARISON_IS_BY_CHARACTER],
        run: character_by_character,
    },
    Check {
        name: "rfc9207/section-2.4/another-server-s-answer-ends-it",
        covers: &[r::WRONG_ISS_IS_REJECTED, r::WRONG_ISS_ENDS_THE_GRANT, r::ISS_IS_VALIDATED],
        run: another_server_s_answer_ends_it,
    },
    Check {
        name: "rfc9207/section-2.4/another-server-s-error-is-not-believed",
        covers: &[r::ERROR_WITH_WRONG_ISS_IS_NOT_BELIEVED],
        run: another_server_s_error_is_not_believed,
    },
    Check {
        name: "rfc9207/section-2.4/the-issuer-of-the-metadata",
        covers: &[r::ISS_IS_COMPARED_WITH_METADATA],
        run: the_issuer_of_the_metadata,
    },
    Check {
        name: "rfc9207/section-2.4/the-issuer-that-was-configured",
        covers: &[r::ISS_IS_COMPARED_WITH_CONFIGURATION],
        run: the_issuer_that_was_configured,
    },
    Check {
        name: "rfc9207/section-2.4/each-server-by-what-it-announces",
        covers: &[r::SUPPORT_IS_REMEMBERED, r::MISSING_ISS_MAY_BE_ACCEPTED],
        run: each_server_by_what_it_announces,
    },
    Check {
        name: "rfc9207/section-2.4/what-was-announced-has-to-be-there",
        covers: &[r::MISSING_ISS_IS_REJECTED, r::ISS_IS_IN_EVERY_RESPONSE],
        run: what_was_announced_has_to_be_there,
    },
    Check {
        name: "rfc9207/section-2.4/what-was-not-announced-may-not",
        covers: &[r::UNANNOUNCED_ISS_IS_DISCARDED],
        run: what_was_not_announced_may_not,
    },
    Check {
        name: "rfc9207/section-2.4/a-server-without-a-name",
        covers: &[r::UNKNOWN_ISS_IS_IGNORED],
        run: a_server_without_a_name,
    },
    Check {
        name: "rfc9207/section-3/silence-means-no",
        covers: &[r::SUPPORT_DEFAULTS_TO_FALSE],
        run: silence_means_no,
    },
    Check {
        name: "rfc9207/section-4/no-two-servers-have-one-name",
        covers: &[r::ISSUERS_ARE_NOT_SHARED, r::CONFIGURED_ISSUERS_ARE_UNIQUE],
        run: no_two_servers_have_one_name,
    },
    Check {
        name: "rfc9207/section-4/a-signed-answer-names-its-issuer",
        covers: &[r::OTHER_IDENTIFICATION_MAY_SERVE, r::CONTRADICTING_ISSUERS_ARE_REJECTED],
        run: a_signed_answer_names_its_issuer,
    },
];

/// A client of a server that announces iss, or says that it does not send it.
fn announcing(announces: bool) -> Client {
    let members = json!({"authorization_response_iss_parameter_supported": announces});
    of(published(&members).expect("metadata"))
}

fn iss_is_taken_out_and_decoded() {
    let client = announcing(true);
    for right in [
        "https%3A%2F%2Fas.example",
        "https%3a%2f%2fas.example",
        "https://as.example",
        "%68ttps://as%2Eexample",
    ] {
        redeem(&client, &format!("code=c&state={{state}}&iss={right}")).expect("the server's");
        redeem(&client, &format!("iss={right}&state={{state}}&code=c")).expect("the server's");
    }
    for wrong in [
        "https%3A%2F%2Fevil.example",
        "https%253A%252F%252Fas.example",
        "https%3A%2F%2Fas.example%2F",
        "https%3A%2F%2Fas.example+",
    ] {
        breaks(redeem(&client, &format!("code=c&state={{state}}&iss={wrong}")), r::WRONG_ISS_IS_REJECTED);
    }
    // Of two of them nobody knows which is meant.
    let twice = redeem(&client, "code=c&state={state}&iss=https://as.example&iss=https://evil.example");
    assert_eq!(twice.expect_err("twice").kind(), ErrorKind::Protocol);
}

fn character_by_character() {
    let client = announcing(true);
    redeem(&client, "code=c&state={state}&iss=https://as.example").expect("the same");
    for same_place in [
        "https://as.example/",
        "https://AS.example",
        "https://as.Example",
        "HTTPS://as.example",
        "https://as.example:443",
        "https://as.example.",
        "https://as.example/.",
        "https://as.example/x/..",
        "https://%2561s.example",
        "https://as.example?",
        "https://as.example%23",
    ] {
        let answer = format!("code=c&state={{state}}&iss={same_place}");
        breaks(redeem(&client, &answer), r::WRONG_ISS_IS_REJECTED);
    }
    // Nor is a slash put where the server's name has one.
    let slashed = of(configured("https://as.example/"));
    redeem(&slashed, "code=c&state={state}&iss=https://as.example/").expect("the same");
    breaks(redeem(&slashed, "code=c&state={state}&iss=https://as.example"), r::WRONG_ISS_IS_REJECTED);
}

/// The client hears this from the server, and what it makes of it.
async fn hears(server: &AuthorizationServer, client: &OAuth2Client, fault: Misbehaviour) -> Error {
    server.behave();
    server.plant(fault);
    go(server, client, asking(client)).await.expect_err("not the server's answer")
}

fn another_server_s_answer_ends_it() {
    let server = flow::server();
    run_virtual(async {
        let client = client(&server).await;
        for wrong in ["https://evil.example", "https://as.example/", "x"] {
            let error = hears(&server, &client, Misbehaviour::Iss(wrong.into())).await;
            assert_eq!(
                (error.kind(), error.requirement()),
                (ErrorKind::Protocol, Some(r::WRONG_ISS_IS_REJECTED))
            );
        }
        let error = hears(&server, &client, Misbehaviour::IssAbsent).await;
        assert_eq!(error.requirement(), Some(r::MISSING_ISS_IS_REJECTED));
        let error = hears(&server, &client, Misbehaviour::IssTwice).await;
        assert_eq!(error.kind(), ErrorKind::Protocol);
        server.assert_nothing_sent_to(Place::Token);
        server.behave();
        go(&server, &client, asking(&client)).await.expect("the server's answer");
        assert_eq!(server.count(Place::Token), 1);
    });
    server.assert_blameless();
}

fn another_server_s_error_is_not_believed() {
    let client = announcing(true);
    for code in ["access_denied", "server_error", "invalid_scope"] {
        let error = redeem(&client, &format!("error={code}&state={{state}}&iss=https://evil.example"));
        let error = error.expect_err("an error in any case");
        assert_eq!(
            (error.kind(), error.requirement()),
            (ErrorKind::Protocol, Some(r::WRONG_ISS_IS_REJECTED))
        );
        assert!(error.response().is_none() && !error.to_string().contains(code), "{error}");
        let error = redeem(&client, &format!("error={code}&state={{state}}&iss=https://as.example"));
        let error = error.expect_err("an error in any case");
        assert_eq!(error.response().expect("believed").code.as_str(), code);
    }
}

fn the_issuer_of_the_metadata() {
    let server = flow::server();
    run_virtual(async {
        let client = client(&server).await;
        assert_eq!(client.server().issuer.as_ref().map(Issuer::as_str), Some(ISSUER));
        let callback = async |client: &OAuth2Client, iss: &str| {
            let pending = client.begin(asking(client)).await.expect("it begins").into_pending();
            let url = format!("{CALLBACK}?code=c&state={}&iss={iss}", pending.state());
            (pending, Callback::from_url(&url).expect("an answer"))
        };
        let (pending, answer) = callback(&client, ISSUER).await;
        pending.redeem(client.config(), &answer).expect("the issuer of the metadata");
        let (pending, answer) = callback(&client, "https://evil.example").await;
        breaks(pending.redeem(client.config(), &answer), r::WRONG_ISS_IS_REJECTED);
    });
    // Metadata of another name are not these.
    server.plant(Misbehaviour::Issuer("https://evil.example".into()));
    run_virtual(async {
        let error = OAuth2Client::discover(ISSUER).http(server.clone()).fetch().await.expect_err("another's");
        assert_eq!(error.kind(), ErrorKind::Protocol);
    });
}

fn the_issuer_that_was_configured() {
    for (issuer, other) in [(ISSUER, "https://other.example"), ("https://other.example", ISSUER)] {
        let client = of(configured(issuer));
        redeem(&client, &format!("code=c&state={{state}}&iss={issuer}"))
            .expect("the one that was configured");
        let answer = format!("code=c&state={{state}}&iss={other}");
        breaks(redeem(&client, &answer), r::WRONG_ISS_IS_REJECTED);
    }
}

fn each_server_by_what_it_announces() {
    // Two servers of one client, which holds each to its own word, whichever comes first.
    let [talks, is_silent] = [announcing(true), announcing(false)];
    for _ in 0..2 {
        redeem(&talks, "code=c&state={state}&iss=https://as.example").expect("as announced");
        breaks(redeem(&talks, "code=c&state={state}"), r::MISSING_ISS_IS_REJECTED);
        redeem(&is_silent, "code=c&state={state}").expect("as announced");
        let error = redeem(&is_silent, "error=access_denied&state={state}").expect_err("an error");
        assert_eq!(error.response().expect("believed").code, ErrorCode::AccessDenied);
    }
}

fn what_was_announced_has_to_be_there() {
    let client = announcing(true);
    for answer in
        ["code=c", "code=c&iss=", "code=c&iss", "code=c&ISS=https://as.example", "error=access_denied"]
    {
        breaks(redeem(&client, &format!("{answer}&state={{state}}")), r::MISSING_ISS_IS_REJECTED);
    }
    redeem(&client, "code=c&iss=https://as.example&state={state}").expect("it is there");
}

fn what_was_not_announced_may_not() {
    let answer = "code=c&iss=https://as.example&state={state}";
    for members in [json!({"authorization_response_iss_parameter_supported": false}), json!({})] {
        let server = published(&members).expect("metadata");
        breaks(redeem(&of(server.clone()), answer), r::UNANNOUNCED_ISS_IS_DISCARDED);
        redeem(&of(server.clone()), "code=c&state={state}").expect("as announced");
        // Unless it is known of the server that it does; then it is compared.
        let mut config = config(server);
        config.tolerances = Tolerances::NONE.with(Quirk::IssIsNotAnnounced);
        let tolerant = config.into();
        redeem(&tolerant, answer).expect("known of the server");
        breaks(redeem(&tolerant, &answer.replace("as.example", "evil.example")), r::WRONG_ISS_IS_REJECTED);
    }
}

fn a_server_without_a_name() {
    let mut server = ServerMetadata::nameless();
    let named = configured(ISSUER);
    (server.authorization_endpoint, server.token_endpoint) =
        (named.authorization_endpoint, named.token_endpoint);
    let client = of(server);
    // There is nothing to compare it with: it is a parameter as any that is not known.
    for answer in ["code=c", "code=c&iss=https://as.example", "code=c&iss=x", "code=c&unknown=x"] {
        redeem(&client, &format!("{answer}&state={{state}}")).expect("it is ignored");
    }
    breaks(redeem(&announcing(true), "code=c&iss=x&state={state}"), r::WRONG_ISS_IS_REJECTED);
}

fn silence_means_no() {
    for (members, announces) in [
        (json!({}), false),
        (json!({"authorization_response_iss_parameter_supported": null}), false),
        (json!({"authorization_response_iss_parameter_supported": false}), false),
        (json!({"authorization_response_iss_parameter_supported": true}), true),
    ] {
        let server = published(&members).expect("metadata");
        assert_eq!(server.authorization_response_iss_parameter_supported, announces, "{members}");
        let client = of(server);
        assert_eq!(redeem(&client, "code=c&state={state}").is_ok(), !announces, "{members}");
    }
    assert!(published(&json!({"authorization_response_iss_parameter_supported": "true"})).is_err());
}

fn no_two_servers_have_one_name() {
    // By metadata: who publishes another's name is not taken for it, and so neither is who published it first.
    let other = Issuer::new("https://evil.example", UrlPolicy::Https).expect("an issuer");
    let body = json!({"issuer": ISSUER, "token_endpoint": "https://evil.example/token"}).to_string();
    breaks(
        ServerMetadata::parse(body.as_bytes(), &other, UrlPolicy::Https, Tolerances::NONE),
        rfc8414::FOREIGN_ISSUER_IS_NOT_USED,
    );
    // By hand: what was begun at the one is not brought to the other of its name.
    let honest = of(configured(ISSUER));
    let mut evil = configured(ISSUER);
    evil.token_endpoint = flow::endpoint("https://evil.example/token");
    let evil = of(evil);
    let begun = |client: &Client| {
        let pending = start(asked_by(client)).expect("it begins").into_pending();
        let callback = Callback::from_query(&format!("code=c&state={}&iss={ISSUER}", pending.state()));
        (pending, callback.expect("an answer"))
    };
    for (at, brought_to) in [(&honest, &evil), (&evil, &honest)] {
        let (pending, callback) = begun(at);
        flow::unfit(pending.redeem(brought_to, &callback), rfc9700::ISSUER_IS_STORED);
        // Nor after it was written down.
        let (pending, callback) = begun(at);
        let kept = Pending::from_secret(pending.to_secret().expose()).expect("what was kept");
        flow::unfit(kept.redeem(brought_to, &callback), rfc9700::ISSUER_IS_STORED);
    }
    let (pending, callback) = begun(&honest);
    pending.redeem(&honest, &callback).expect("the same");
}

fn a_signed_answer_names_its_issuer() {
    let server = AuthorizationServer::default().client(Registered::public("app").redirect_uri(CALLBACK));
    run_virtual(async {
        let client = client(&server).await;
        assert!(client.server().authorization_response_iss_parameter_supported);
        let signed = async || {
            let request =
                client.begin(asking(&client).response_mode(ResponseMode::Jwt)).await.expect("it begins");
            let url = server.authorize(request.url());
            // The claim is all there is.
            assert!(!url.contains("iss="), "{url}");
            (request.into_pending(), url)
        };
        let (pending, url) = signed().await;
        client
            .finish(pending, &Callback::from_url(&url).expect("an answer"))
            .await
            .expect("it names its issuer");
        let (pending, url) = signed().await;
        let same = format!("{url}&iss={ISSUER}");
        client.finish(pending, &Callback::from_url(&same).expect("an answer")).await.expect("both agree");
        assert_eq!(server.count(Place::Token), 2);
        for contradiction in ["https://evil.example", "https://as.example/"] {
            let (pending, url) = signed().await;
            let both = Callback::from_url(&format!("{url}&iss={contradiction}")).expect("an answer");
            breaks(client.finish(pending, &both).await, r::CONTRADICTING_ISSUERS_ARE_REJECTED);
        }
        server.plant(Misbehaviour::Jarm(JwtFault::Claim("iss".into(), json!("https://evil.example"))));
        let (pending, url) = signed().await;
        let error = client.finish(pending, &Callback::from_url(&url).expect("an answer")).await;
        assert_eq!(error.expect_err("another server's").kind(), ErrorKind::Auth);
        assert_eq!(server.count(Place::Token), 2);
    });
}
