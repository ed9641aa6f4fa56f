//! RFC 8707, section 2: the parameter that says where a token shall be used.

use anyrfc_core::{Requirement, compliance::Check};
use anyrfc_jwt::types::JwsAlgorithm;
use serde_json::json;

use super::super::granted::{asked, basic, by_basic, client, jwt, key, last, now, refused, session, values};
use crate::{
    ErrorCode, ErrorKind, RedirectUri,
    proto::{Authorization, Grant, Random, Start},
    rfc8707 as r,
    testing::Place,
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc8707/section-2/a-resource-is-named-or-not",
        covers: &[r::RESOURCE_MAY_BE_SENT, r::RESOURCE_MAY_BE_A_LOCATOR, r::RESOURCE_MAY_REPEAT],
        run: a_resource_is_named_or_not,
    },
    Check {
        name: "rfc8707/section-2/a-resource-is-absolute",
        covers: &[r::RESOURCE_IS_ABSOLUTE],
        run: a_resource_is_absolute,
    },
    Check {
        name: "rfc8707/section-2/a-resource-has-no-fragment",
        covers: &[r::RESOURCE_HAS_NO_FRAGMENT],
        run: a_resource_has_no_fragment,
    },
    Check {
        name: "rfc8707/section-2.1/one-is-a-string-and-several-an-array",
        covers: &[r::RESOURCES_IN_A_JWT_ARE_AN_ARRAY],
        run: one_is_a_string_and_several_an_array,
    },
];

const API: &str = "https://api.example/v1";

fn a_resource_is_named_or_not() {
    session(async {
        let server = basic();
        let client = by_basic(&server).await;
        for resources in [&[][..], &[API], &["urn:example:api"], &[API, "https://b.example/?tenant=1"]] {
            let mut request = client.client_credentials();
            for resource in resources {
                request = request.resource(*resource);
            }
            // The server's resources are addresses; of the others the form is looked at.
            let answer = request.send().await;
            assert_eq!(values(&last(&server, Place::Token).body, "resource"), resources);
            assert_eq!(answer.is_ok(), !resources.contains(&"urn:example:api"));
        }
        // A token that was asked for one place is good there, and nowhere else.
        let here = client.client_credentials().resource(API).send().await.expect("a token");
        client.resource_by(&here).get(API).await.expect("the resource");
        let there = client.client_credentials().resource("https://b.example/").send().await.expect("a token");
        assert_eq!(client.resource_by(&there).get(API).await.expect_err("a refusal").kind(), ErrorKind::Auth);
        // A server that knows no such place says so.
        server.configure(|options| options.resources = Some([API.to_owned()].into()));
        let error =
            client.client_credentials().resource("https://b.example/").send().await.expect_err("none");
        assert_eq!(error.response().map(|refusal| &refusal.code), Some(&ErrorCode::InvalidTarget));
    });
}

fn begun(authorization: Authorization) -> Result<Start, crate::Error> {
    authorization.start(&now(), &mut Random::new([1; 32]))
}

fn authorization() -> Authorization {
    let redirect = RedirectUri::new("https://app.example/cb").expect("a URI");
    Authorization::new(&client(|_, _| ()), redirect)
}

/// Neither grants nor the authorization endpoint are asked for such a place.
#[track_caller]
fn no_resource(text: &str, requirement: &'static Requirement) {
    refused(&Grant::client_credentials().resource(text), requirement);
    let error = begun(authorization().resource(text)).expect_err("a refusal");
    assert_eq!((error.kind(), error.requirement()), (ErrorKind::Usage, Some(requirement)), "{text}");
}

fn a_resource_is_absolute() {
    for relative in ["", "api", "/v1", "//api.example/v1", "?a=b", "api.example", "a b:c"] {
        no_resource(relative, r::RESOURCE_IS_ABSOLUTE);
    }
    for absolute in [API, "urn:example:api", "https://api.example", "api://7", "https://[::1]:8443/"] {
        let request = asked(&Grant::client_credentials().resource(absolute), &client(|_, _| ()));
        assert_eq!(values(request.expect("a request").body(), "resource"), [absolute]);
        assert!(begun(authorization().resource(absolute)).is_ok(), "{absolute}");
    }
}

fn a_resource_has_no_fragment() {
    for fragment in ["https://api.example/v1#", "https://api.example/v1#part", "urn:example:api#x"] {
        no_resource(fragment, r::RESOURCE_HAS_NO_FRAGMENT);
    }
    assert!(asked(&Grant::client_credentials().resource(API), &client(|_, _| ())).is_ok());
}

fn one_is_a_string_and_several_an_array() {
    let claimed = |resources: &[&str]| {
        let mut request = authorization().signed_by(key(JwsAlgorithm::Es256));
        for resource in resources {
            request = request.resource(*resource);
        }
        let Ok(Start::Ready(request)) = begun(request) else { panic!("no request") };
        let (_, query) = request.url().split_once('?').expect("a query");
        let objects = values(query.as_bytes(), "request");
        assert!(values(query.as_bytes(), "resource").is_empty(), "{query}");
        jwt(&objects[0]).1.remove("resource")
    };
    assert_eq!(claimed(&[]), None);
    assert_eq!(claimed(&[API]), Some(json!(API)));
    assert_eq!(claimed(&[API, "urn:b"]), Some(json!([API, "urn:b"])));
}
