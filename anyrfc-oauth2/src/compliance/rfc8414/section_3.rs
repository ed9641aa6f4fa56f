//! RFC 8414, sections 3 to 6: where metadata is, and whose it is.

use super::*;

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc8414/section-3/where-it-is-asked-for",
        covers: &[
            r::DEFAULT_SUFFIX_IS_OAUTH,
            r::METADATA_IS_AT_THE_WELL_KNOWN_PATH,
            r::METADATA_IS_FETCHED_BY_GET,
            r::LAST_SLASH_IS_REMOVED,
        ],
        run: where_it_is_asked_for,
    },
    Check { name: "rfc8414/section-3/only-https", covers: &[r::METADATA_URL_IS_HTTPS], run: only_https },
    Check {
        name: "rfc8414/section-3.2/an-answer",
        covers: &[r::METADATA_IS_A_JSON_OBJECT, r::MORE_CLAIMS_MAY_BE_RETURNED],
        run: an_answer,
    },
    Check {
        name: "rfc8414/section-3.3/whose-it-is",
        covers: &[
            r::RETURNED_ISSUER_IS_THE_ONE_ASKED,
            r::FOREIGN_ISSUER_IS_NOT_USED,
            r::ISSUER_IS_COMPARED_EXACTLY,
        ],
        run: whose_it_is,
    },
    Check {
        name: "rfc8414/section-4/as-strings-are-compared",
        covers: &[r::STRINGS_ARE_COMPARED_ALIKE, r::STRINGS_ARE_NOT_NORMALIZED, r::CODE_POINTS_ARE_COMPARED],
        run: as_strings_are_compared,
    },
    Check {
        name: "rfc8414/section-5/in-which-order",
        covers: &[r::INSERTED_PATH_IS_TRIED_FIRST, r::APPENDED_PATH_IS_A_FALLBACK],
        run: in_which_order,
    },
    Check {
        name: "rfc8414/section-6/whose-certificate",
        covers: &[r::TLS_IS_SUPPORTED, r::CERTIFICATE_IS_CHECKED, r::METADATA_CERTIFICATE_IS_CHECKED],
        run: whose_certificate,
    },
];

/// Asks for the metadata of this issuer where nobody has any: where that is.
fn asked(issuer: &str, well_known: WellKnown) -> Vec<String> {
    let nowhere = Scripted::new(|_| json_answer(404, "{}"));
    anyrfc_core::testing::run_virtual(async {
        let discover = OAuth2Client::discover(issuer).http(nowhere.clone()).well_known(well_known);
        let error = discover.fetch().await.expect_err("it is nowhere");
        assert_eq!(error.kind(), ErrorKind::Refused, "{error}");
    });
    nowhere.urls()
}

fn where_it_is_asked_for() {
    for (issuer, url) in [
        ("https://as.example", "GET https://as.example/.well-known/oauth-authorization-server"),
        ("https://as.example/", "GET https://as.example/.well-known/oauth-authorization-server"),
        ("https://as.example/a", "GET https://as.example/.well-known/oauth-authorization-server/a"),
        ("https://as.example/a/", "GET https://as.example/.well-known/oauth-authorization-server/a"),
        ("https://as.example:8/a/b", "GET https://as.example:8/.well-known/oauth-authorization-server/a/b"),
    ] {
        assert_eq!(asked(issuer, WellKnown::OAuth), [url]);
        assert_eq!(asked(issuer, WellKnown::default()).first().map(String::as_str), Some(url));
    }
    with_server(async |server| {
        OAuth2Client::discover(ISSUER).http(server.clone()).fetch().await.expect("it is there");
        assert_eq!((server.count(Place::Metadata), server.requests().len()), (1, 1));
    });
}

fn only_https() {
    let ask = |issuer: &'static str, loopback: bool| {
        let http = Scripted::new(|_| json_answer(404, "{}"));
        let result = anyrfc_core::testing::run_virtual(async {
            let discover = OAuth2Client::discover(issuer).http(http.clone());
            let discover = if loopback { discover.allow_loopback_http() } else { discover };
            discover.fetch().await
        });
        (result.expect_err("nothing is there").kind(), http.urls().len())
    };
    for issuer in ["http://as.example", "http://127.0.0.1:8080", "http://localhost"] {
        assert_eq!(ask(issuer, false), (ErrorKind::Usage, 0), "{issuer}");
    }
    // For tests on one machine, and no further.
    assert_eq!(ask("http://as.example", true), (ErrorKind::Usage, 0));
    assert!(ask("http://127.0.0.1:8080", true).1 > 0);
    assert!(ask("https://as.example", false).1 > 0);
    // Nor is an endpoint taken that is none.
    breaks(metadata(json!({"token_endpoint": "http://as.example/t"})), rfc6749::TOKEN_ENDPOINT_NEEDS_TLS);
}

fn an_answer() {
    with_server(async |server| {
        for fault in [
            Misbehaviour::Html,
            Misbehaviour::EmptyBody,
            Misbehaviour::TruncatedJson,
            Misbehaviour::TrailingJson,
            Misbehaviour::JsonArray,
            Misbehaviour::Twice("issuer".into()),
            Misbehaviour::ContentType("text/plain".into()),
        ] {
            server.plant(Plan::from(fault.clone()).at(Place::Metadata).once());
            let found = OAuth2Client::discover(ISSUER).http(server.clone()).fetch().await;
            let error = found.expect_err("no metadata");
            assert_eq!(error.requirement(), Some(r::METADATA_IS_A_JSON_OBJECT), "{fault:?}: {error}");
        }
        let more = Misbehaviour::Member("x_more".into(), json!(["a"]));
        server.plant(Plan::from(more).at(Place::Metadata));
        let found = OAuth2Client::discover(ISSUER).http(server.clone()).fetch().await.expect("metadata");
        assert_eq!(found.list("x_more"), Some(vec!["a"]));
    });
}

fn whose_it_is() {
    with_server(async |server| {
        for issuer in [
            "https://evil.example",
            "https://as.example/",
            "https://AS.example",
            "https://as.example:443",
            "https://as.example.evil.example",
            "http://as.example",
            "",
        ] {
            server.plant(Plan::from(Misbehaviour::Issuer(issuer.into())).times(1));
            let found = OAuth2Client::discover(ISSUER).http(server.clone()).fetch().await;
            breaks(found, r::FOREIGN_ISSUER_IS_NOT_USED);
            server.behave();
        }
        assert_eq!(server.requests().len(), 7, "nothing else of the document was used");
        let found = OAuth2Client::discover(ISSUER).http(server.clone()).fetch().await.expect("its own");
        assert_eq!(found.issuer.as_ref().map(Issuer::as_str), Some(ISSUER));
    });
    // Which name the question was about decides, not which one is well-formed.
    breaks(metadata_as("https://as.example/other", json!({})), r::FOREIGN_ISSUER_IS_NOT_USED);
}

fn as_strings_are_compared() {
    let found = |asked: &str, issuer: &str| {
        let body = format!("{{\"issuer\": \"{issuer}\", \"token_endpoint\": \"https://as.example/t\"}}");
        let asked = Issuer::new(asked, UrlPolicy::Https).expect("an issuer");
        crate::ServerMetadata::parse(body.as_bytes(), &asked, UrlPolicy::Https, crate::Tolerances::NONE)
    };
    let asked = "https://as.example/a";
    // What JSON escapes is undone first.
    for same in ["https://as.example/a", "https:\\/\\/as.example\\/a", "\\u0068ttps://as.example/\\u0061"] {
        found(asked, same).expect(same);
    }
    // Nothing else is.
    for other in [
        "https://as.example/A",
        "https://as.example/%61",
        "https://as.example/a/",
        "https://as.example/./a",
        "https://as.example:443/a",
        "https://as.example/a ",
        "https://as.example/\\uff41",
        "https://as.example/a\\u0301",
        "https://as.example/a\\u0000",
    ] {
        breaks(found(asked, other), r::FOREIGN_ISSUER_IS_NOT_USED);
    }
    // Nor are percent signs, whichever side they stand on.
    breaks(found("https://as.example/%C3%A9", "https://as.example/\\u00e9"), r::FOREIGN_ISSUER_IS_NOT_USED);
    breaks(found("https://as.example/%c3%a9", "https://as.example/%C3%A9"), r::FOREIGN_ISSUER_IS_NOT_USED);
}

fn in_which_order() {
    assert_eq!(
        asked("https://as.example/a", WellKnown::OpenId),
        [
            "GET https://as.example/.well-known/openid-configuration/a",
            "GET https://as.example/a/.well-known/openid-configuration",
        ]
    );
    assert_eq!(
        asked("https://as.example/a", WellKnown::default()),
        [
            "GET https://as.example/.well-known/oauth-authorization-server/a",
            "GET https://as.example/.well-known/openid-configuration/a",
            "GET https://as.example/a/.well-known/openid-configuration",
        ]
    );
    // Where the first has an answer, be it a bad one, no other place is asked.
    for status in [200, 500, 403] {
        let http = Scripted::new(move |_| json_answer(status, "{\"issuer\": \"https://evil.example\"}"));
        anyrfc_core::testing::run_virtual(async {
            let discover = OAuth2Client::discover("https://as.example/a").http(http.clone());
            discover.well_known(WellKnown::OpenId).fetch().await.expect_err("no metadata");
        });
        assert_eq!(http.urls(), ["GET https://as.example/.well-known/openid-configuration/a"], "{status}");
    }
    let http = Scripted::new(|request| match request.uri().path() {
        "/a/.well-known/openid-configuration" => json_answer(200, "{\"issuer\": \"https://as.example/a\"}"),
        _ => json_answer(404, "{}"),
    });
    anyrfc_core::testing::run_virtual(async {
        let discover = OAuth2Client::discover("https://as.example/a").http(http.clone());
        discover.well_known(WellKnown::OpenId).fetch().await.expect("the second place");
    });
}

fn whose_certificate() {
    certificate_decides(Place::Metadata, async |known, http| {
        let issuer = known.issuer.as_ref().map(ToString::to_string).unwrap_or_default();
        let found = OAuth2Client::discover(issuer).http(http).fetch().await?;
        assert_eq!(found.issuer, known.issuer);
        Ok(())
    });
}
