//! RFC 9728: what a resource says of itself.

use anyrfc_core::{
    compliance::{Check, Waiver::ByConstruction},
    testing::run_virtual,
};
use serde_json::{Value, json};

use super::{
    Waived,
    endpoint::{Scripted, app, asking, breaks, certificate_decides, json_answer, scope, unfit, with_server},
};
use crate::{
    AccessToken, Challenge, Error, ErrorKind, OAuth2Client, ResourceMetadata, TokenType, UrlPolicy,
    proto::ResourceDiscovery,
    rfc9728 as r,
    testing::{AuthorizationServer, Misbehaviour, Place, Plan},
};

pub(super) const GROUPS: &[&[Check]] = &[CHECKS];

const NOT_SIGNED: &str = "binds whoever supports signed metadata: `ResourceMetadata` takes nothing out of \
     `signed_metadata`, by the permission to ignore it";

/// The requirements without a check.
pub(super) const WAIVERS: &[Waived] = &[
    (r::SIGNED_VALUES_WIN, ByConstruction(NOT_SIGNED)),
    (r::NESTED_SIGNED_METADATA_IS_REJECTED, ByConstruction(NOT_SIGNED)),
    (r::METADATA_SIGNATURE_IS_VALIDATED, ByConstruction(NOT_SIGNED)),
    (r::BAD_SIGNATURE_IS_AN_ERROR, ByConstruction(NOT_SIGNED)),
];

static CHECKS: &[Check] = &[
    Check {
        name: "rfc9728/section-1.2/an-identifier",
        covers: &[r::IDENTIFIER_IS_AN_HTTPS_URL],
        run: an_identifier,
    },
    Check {
        name: "rfc9728/section-2/what-is-not-said",
        covers: &[r::ABSENT_BEARER_METHODS_MEAN_NOTHING, r::ABSENT_FLAGS_ARE_FALSE],
        run: what_is_not_said,
    },
    Check {
        name: "rfc9728/section-2.1/text-without-a-tag",
        covers: &[r::UNTAGGED_TEXT_HAS_NO_LANGUAGE],
        run: text_without_a_tag,
    },
    Check {
        name: "rfc9728/section-2.2/signed-metadata-is-passed-over",
        covers: &[r::SIGNED_METADATA_MAY_BE_IGNORED],
        run: signed_metadata_is_passed_over,
    },
    Check {
        name: "rfc9728/section-3.1/where-it-is-asked-for",
        covers: &[
            r::METADATA_IS_AT_A_WELL_KNOWN_URL,
            r::METADATA_IS_FETCHED_BY_GET,
            r::SLASH_AFTER_THE_HOST_IS_REMOVED,
        ],
        run: where_it_is_asked_for,
    },
    Check {
        name: "rfc9728/section-3.2/an-answer",
        covers: &[r::RESPONSE_IS_JSON, r::UNKNOWN_PARAMETERS_ARE_IGNORED],
        run: an_answer,
    },
    Check {
        name: "rfc9728/section-3.3/whose-it-is",
        covers: &[
            r::RESOURCE_IS_STATED,
            r::RESOURCE_EQUALS_THE_IDENTIFIER,
            r::MISMATCHED_METADATA_IS_NOT_USED,
        ],
        run: whose_it_is,
    },
    Check {
        name: "rfc9728/section-3.3/the-url-that-was-called",
        covers: &[r::RESOURCE_EQUALS_THE_REQUESTED_URL, r::CHALLENGE_MAY_POINT_TO_METADATA],
        run: the_url_that_was_called,
    },
    Check {
        name: "rfc9728/section-5.2/asked-anew",
        covers: &[r::NEW_CHALLENGE_REFRESHES_METADATA],
        run: asked_anew,
    },
    Check {
        name: "rfc9728/section-6/as-strings-are-compared",
        covers: &[r::STRINGS_ARE_COMPARED_BY_CODE_POINT],
        run: as_strings_are_compared,
    },
    Check {
        name: "rfc9728/section-7/scope-and-audience",
        covers: &[r::NOT_EVERY_SCOPE_IS_REQUESTED, r::AUDIENCE_IS_RESTRICTED],
        run: scope_and_audience,
    },
    Check {
        name: "rfc9728/section-7.3/whose-certificate",
        covers: &[r::CERTIFICATE_IS_CHECKED],
        run: whose_certificate,
    },
    Check {
        name: "rfc9728/section-7.7/nobody-is-led-away",
        covers: &[r::SSRF_IS_GUARDED_AGAINST],
        run: nobody_is_led_away,
    },
];

const RESOURCE: &str = "https://rs.example/api";

fn read(document: &Value) -> Result<ResourceMetadata, Error> {
    ResourceMetadata::parse(document.to_string().as_bytes(), RESOURCE, UrlPolicy::Https)
}

fn said(member: &str, value: Value) -> Result<ResourceMetadata, Error> {
    let mut document = json!({"resource": RESOURCE});
    document[member] = value;
    read(&document)
}

/// What the resource answers a stranger.
async fn challenged(server: &AuthorizationServer, client: &OAuth2Client) -> Challenge {
    let unknown = AccessToken::new("unknown").expect("a token");
    let asked = client.resource(&unknown, &TokenType::Bearer).get(&server.url(Place::Resource)).await;
    let error = asked.expect_err("nobody knows it");
    error.denied().and_then(|denied| denied.challenges.first()).expect("a challenge").clone()
}

fn an_identifier() {
    for resource in ["http://rs.example/api", "https://rs.example/api#a", "rs.example", "urn:rs", ""] {
        unfit(ResourceDiscovery::new(resource, UrlPolicy::Https), r::IDENTIFIER_IS_AN_HTTPS_URL);
    }
    for resource in [RESOURCE, "https://rs.example", "https://rs.example:8/a?b=c"] {
        ResourceDiscovery::new(resource, UrlPolicy::Https).expect(resource);
    }
}

fn what_is_not_said() {
    let silent = read(&json!({"resource": RESOURCE})).expect("metadata");
    assert_eq!(silent.bearer_methods_supported, None);
    assert_eq!(
        (silent.dpop_bound_access_tokens_required, silent.tls_client_certificate_bound_access_tokens),
        (false, false)
    );
    // To say that there are none is another thing.
    let none = said("bearer_methods_supported", json!([])).expect("metadata");
    assert_eq!(none.bearer_methods_supported, Some(Vec::new()));
    assert!(
        said("dpop_bound_access_tokens_required", json!(true))
            .expect("metadata")
            .dpop_bound_access_tokens_required
    );
    let mtls = "tls_client_certificate_bound_access_tokens";
    assert!(said(mtls, json!(true)).expect("metadata").tls_client_certificate_bound_access_tokens);
    for name in ["dpop_bound_access_tokens_required", mtls] {
        breaks(said(name, json!("true")), r::RESPONSE_IS_JSON);
    }
    // A token is used at it all the same.
    with_server(async |server| {
        let fault = Misbehaviour::Without("bearer_methods_supported".into());
        server.plant(Plan::from(fault).at(Place::ResourceMetadata));
        let url = server.url(Place::Resource);
        let found = OAuth2Client::discover_resource(url.clone()).http(server.clone()).fetch().await;
        assert_eq!(found.expect("metadata").bearer_methods_supported, None);
        let client = app(&server).await;
        let token = super::endpoint::granted(&server, &client, asking(&client)).await;
        let answer = client.resource_by(&token).get(&url).await.expect("an answer");
        assert!(answer.status().is_success());
    });
}

fn text_without_a_tag() {
    let named = json!({
        "resource": RESOURCE, "resource_name": "Il mio conto", "resource_name#en": "My account",
    });
    let read = read(&named).expect("metadata");
    // Neither stands in for the other.
    assert_eq!(read.resource_name.as_deref(), Some("Il mio conto"));
    assert_eq!(read.document["resource_name#en"], "My account");
    let tagged = said("resource_name#en", json!("My account")).expect("metadata");
    assert_eq!(tagged.resource_name, None);
}

fn signed_metadata_is_passed_over() {
    use anyrfc_jwt::codec::base64url;
    let claims = base64url::encode(br#"{"iss":"https://rs.example","resource_name":"Another"}"#);
    for signed in [json!(format!("eyJhbGciOiJub25lIn0.{claims}.")), json!("no JWT"), json!(7)] {
        let read = read(&json!({"resource": RESOURCE, "resource_name": "Plain", "signed_metadata": signed}));
        assert_eq!(read.expect("metadata").resource_name.as_deref(), Some("Plain"));
    }
}

fn where_it_is_asked_for() {
    for (resource, url) in [
        ("https://rs.example", "https://rs.example/.well-known/oauth-protected-resource"),
        ("https://rs.example/", "https://rs.example/.well-known/oauth-protected-resource"),
        ("https://rs.example/?a=b", "https://rs.example/.well-known/oauth-protected-resource?a=b"),
        ("https://rs.example/api", "https://rs.example/.well-known/oauth-protected-resource/api"),
        ("https://rs.example:8/a/b?c=d", "https://rs.example:8/.well-known/oauth-protected-resource/a/b?c=d"),
    ] {
        let nowhere = Scripted::new(|_| json_answer(404, "{}"));
        run_virtual(async {
            let found = OAuth2Client::discover_resource(resource).http(nowhere.clone()).fetch().await;
            assert_eq!(found.expect_err("it is nowhere").kind(), ErrorKind::Refused);
        });
        assert_eq!(nowhere.urls(), [format!("GET {url}")]);
    }
}

fn an_answer() {
    with_server(async |server| {
        let url = server.url(Place::Resource);
        let discover = || OAuth2Client::discover_resource(url.clone()).http(server.clone()).fetch();
        for fault in [
            Misbehaviour::Html,
            Misbehaviour::EmptyBody,
            Misbehaviour::TruncatedJson,
            Misbehaviour::TrailingJson,
            Misbehaviour::JsonArray,
            Misbehaviour::Twice("resource".into()),
            Misbehaviour::ContentType("text/plain".into()),
        ] {
            server.plant(Plan::from(fault.clone()).at(Place::ResourceMetadata).once());
            breaks(discover().await, r::RESPONSE_IS_JSON);
        }
        server.plant(Plan::from(Misbehaviour::Member("x".into(), json!([{}]))).at(Place::ResourceMetadata));
        let found = discover().await.expect("metadata");
        assert_eq!((found.resource.as_str(), &found.document["x"]), (url.as_str(), &json!([{}])));
    });
}

fn whose_it_is() {
    breaks(read(&json!({})), r::RESOURCE_IS_STATED);
    breaks(read(&json!({"resource": null})), r::RESOURCE_IS_STATED);
    with_server(async |server| {
        let url = server.url(Place::Resource);
        let discover = || OAuth2Client::discover_resource(url.clone()).http(server.clone()).fetch();
        for resource in [
            "https://evil.example/v1",
            "https://api.example/",
            "https://api.example/v1/",
            "https://api.example/v2",
        ] {
            server.plant(Plan::from(Misbehaviour::ResourceIs(resource.into())).once());
            breaks(discover().await, r::MISMATCHED_METADATA_IS_NOT_USED);
        }
        assert_eq!(discover().await.expect("its own").resource, url);
        assert_eq!(server.requests().len(), 5, "nothing else of the documents was used");
    });
}

fn the_url_that_was_called() {
    with_server(async |server| {
        let client = app(&server).await;
        let url = server.url(Place::Resource);
        let challenge = challenged(&server, &client).await;
        assert_eq!(challenge.resource_metadata, Some(server.url(Place::ResourceMetadata)));
        let discover = |url: &str| {
            OAuth2Client::discover_resource(url).http(server.clone()).challenged_by(&challenge).fetch()
        };
        assert_eq!(discover(&url).await.expect("its own").resource, url);
        // Well-formed as it is, it is not about what was called.
        breaks(discover(&format!("{url}/deeper")).await, r::MISMATCHED_METADATA_IS_NOT_USED);
        server.plant(Misbehaviour::ResourceIs("https://api.example/v2".into()));
        breaks(discover(&url).await, r::MISMATCHED_METADATA_IS_NOT_USED);
    });
}

fn asked_anew() {
    with_server(async |server| {
        let client = app(&server).await;
        let url = server.url(Place::Resource);
        for (times, wanted) in [(1, false), (2, true)] {
            server.configure(|options| options.resource_wants_dpop = wanted);
            let challenge = challenged(&server, &client).await;
            let discover = OAuth2Client::discover_resource(url.clone()).http(server.clone());
            let found = discover.challenged_by(&challenge).fetch().await.expect("metadata");
            assert_eq!(found.dpop_bound_access_tokens_required, wanted);
            assert_eq!(server.count(Place::ResourceMetadata), times);
        }
        // It is judged again as well.
        server.plant(Misbehaviour::ResourceIs("https://evil.example/".into()));
        let challenge = challenged(&server, &client).await;
        let discover = OAuth2Client::discover_resource(url).http(server.clone()).challenged_by(&challenge);
        breaks(discover.fetch().await, r::MISMATCHED_METADATA_IS_NOT_USED);
    });
}

fn as_strings_are_compared() {
    let found = |resource: &str| {
        ResourceMetadata::parse(
            format!("{{\"resource\": \"{resource}\"}}").as_bytes(),
            RESOURCE,
            UrlPolicy::Https,
        )
    };
    for same in [RESOURCE, "https:\\/\\/rs.example\\/api", "\\u0068ttps://rs.example/ap\\u0069"] {
        assert_eq!(found(same).expect(same).resource, RESOURCE);
    }
    for other in [
        "https://RS.example/api",
        "https://rs.example/API",
        "https://rs.example:443/api",
        "https://rs.example/%61pi",
        "https://rs.example/./api",
        "https://rs.example/api/",
        "https://rs.example/ap\\u0131",
        "https://rs.example/api\\u0301",
    ] {
        breaks(found(other), r::MISMATCHED_METADATA_IS_NOT_USED);
    }
}

fn scope_and_audience() {
    with_server(async |server| {
        server.configure(|options| options.resource_scope = Some("read write admin".into()));
        let client = app(&server).await;
        let url = server.url(Place::Resource);
        let found = OAuth2Client::discover_resource(url.clone()).http(server.clone()).fetch().await;
        let found = found.expect("metadata");
        assert!(found.scopes_supported.join(" ").contains("admin"));
        let sent = async |asked: crate::proto::Authorization| {
            let request = client.begin(asked).await.expect("it begins");
            let _ = server.authorize(request.url());
            server.requests_to(Place::Authorization).pop().expect("the user was asked")
        };
        // What is listed is asked for by nobody but the caller.
        assert_eq!(sent(asking(&client)).await.query("scope"), None);
        let little = sent(asking(&client).scope(scope("read"))).await;
        assert_eq!(little.query("scope").as_deref(), Some("read"));
        // For this resource and no other, where the caller says so.
        assert_eq!(little.query("resource"), None);
        let bound = asking(&client).resource(found.resource.clone());
        assert_eq!(sent(bound).await.query("resource").as_deref(), Some(url.as_str()));
    });
}

fn whose_certificate() {
    certificate_decides(Place::ResourceMetadata, async |known, http| {
        let issuer = known.issuer.as_ref().map(|issuer| issuer.as_str().to_owned()).unwrap_or_default();
        let resource = format!("{issuer}/api");
        let found = OAuth2Client::discover_resource(resource.clone()).http(http).fetch().await?;
        assert_eq!(found.resource, resource);
        Ok(())
    });
}

fn nobody_is_led_away() {
    with_server(async |server| {
        let client = app(&server).await;
        let url = server.url(Place::Resource);
        let before = |server: &AuthorizationServer| server.requests().len();
        for lead in [
            "https://evil.example/meta",
            "https://169.254.169.254/latest",
            "http://api.example/.well-known/oauth-protected-resource/v1",
            "https://api.example:8443/.well-known/oauth-protected-resource/v1",
            "https://localhost/admin",
            "file:///etc/passwd",
            "/relative",
        ] {
            let field = format!("Bearer resource_metadata=\"{lead}\"");
            let fields = vec![("www-authenticate".to_owned(), field)];
            let fault = Misbehaviour::Instead(401, fields, bytes::Bytes::new());
            server.plant(Plan::from(fault).at(Place::Resource).once());
            let challenge = challenged(&server, &client).await;
            let sent = before(&server);
            let discover = OAuth2Client::discover_resource(url.clone()).http(server.clone());
            breaks(discover.challenged_by(&challenge).fetch().await, r::SSRF_IS_GUARDED_AGAINST);
            assert_eq!(before(&server), sent, "{lead}: nothing is asked");
        }
        // Nor by a redirect, nor to a server that nobody agreed to.
        let away = Misbehaviour::Redirect(302, "https://evil.example/meta".into());
        server.plant(Plan::from(away).at(Place::ResourceMetadata).once());
        let discover = || OAuth2Client::discover_resource(url.clone()).http(server.clone()).fetch();
        assert_eq!(discover().await.expect_err("a redirect").kind(), ErrorKind::Protocol);
        let named = Misbehaviour::Member("authorization_servers".into(), json!(["https://evil.example"]));
        server.plant(Plan::from(named).at(Place::ResourceMetadata).once());
        let found = discover().await.expect("metadata");
        let named = found.authorization_servers.into_iter().next().expect("a name");
        assert_eq!(
            named.trust(|name| name == "https://as.example").expect_err("unknown").kind(),
            ErrorKind::Refused
        );
        server.assert_nothing_sent_to(Place::Elsewhere);
    });
}
