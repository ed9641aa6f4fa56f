//! RFC 6749, section 3.1: the authorization endpoint and the redirection endpoint.

use anyrfc_core::compliance::Check;
use serde_json::json;

use super::support::{
    CALLBACK, Received, app, asking, asking_at, begun, client_of, go, last, natively, query, scope, server,
    values, with_server,
};
use crate::{
    Endpoint, ErrorKind, OAuth2Client, RedirectUri, UrlPolicy,
    client::Page,
    codec::callback::Callback,
    proto::{ClientAuthentication, Prompt},
    rfc6749 as r,
    testing::{Misbehaviour, Place, Plan, Registered},
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc6749/section-3.1/the-endpoint-s-query-is-kept",
        covers: &[r::AUTHORIZATION_URI_MAY_HAVE_A_QUERY, r::AUTHORIZATION_URI_QUERY_IS_KEPT],
        run: the_endpoint_s_query_is_kept,
    },
    Check {
        name: "rfc6749/section-3.1/no-fragment-and-no-cleartext",
        covers: &[r::AUTHORIZATION_URI_HAS_NO_FRAGMENT, r::AUTHORIZATION_ENDPOINT_NEEDS_TLS],
        run: no_fragment_and_no_cleartext,
    },
    Check {
        name: "rfc6749/section-3.1/no-parameter-twice",
        covers: &[r::AUTHORIZATION_PARAMETERS_ARE_SINGLE],
        run: no_parameter_twice,
    },
    Check {
        name: "rfc6749/section-3.1.1/response-type",
        covers: &[r::RESPONSE_TYPE_IS_SENT, r::RESPONSE_TYPE_IS_KNOWN],
        run: response_type,
    },
    Check {
        name: "rfc6749/section-3.1.2/an-absolute-uri",
        covers: &[r::REDIRECT_URI_IS_ABSOLUTE],
        run: an_absolute_uri,
    },
    Check {
        name: "rfc6749/section-3.1.2/with-a-query",
        covers: &[r::REDIRECT_URI_MAY_HAVE_A_QUERY, r::REDIRECT_URI_QUERY_IS_KEPT],
        run: with_a_query,
    },
    Check {
        name: "rfc6749/section-3.1.2/without-a-fragment",
        covers: &[r::REDIRECT_URI_HAS_NO_FRAGMENT],
        run: without_a_fragment,
    },
    Check { name: "rfc6749/section-3.1.2.1/tls", covers: &[r::REDIRECT_ENDPOINT_REQUIRES_TLS], run: tls },
    Check {
        name: "rfc6749/section-3.1.2.2/told-apart-by-state",
        covers: &[r::STATE_MAY_CUSTOMISE],
        run: told_apart_by_state,
    },
    Check {
        name: "rfc6749/section-3.1.2.3/the-redirection-uri-is-sent",
        covers: &[r::REDIRECT_URI_IS_SENT_WHEN_UNCLEAR],
        run: the_redirection_uri_is_sent,
    },
    Check {
        name: "rfc6749/section-3.1.2.5/no-scripts-of-third-parties",
        covers: &[r::NO_THIRD_PARTY_SCRIPTS],
        run: no_scripts_of_third_parties,
    },
    Check {
        name: "rfc6749/section-3.1.2.5/the-code-leaves-the-address-bar",
        covers: &[r::CREDENTIALS_LEAVE_THE_URI],
        run: the_code_leaves_the_address_bar,
    },
    Check {
        name: "rfc6749/section-3.1.2.5/the-own-script-runs-first",
        covers: &[r::OWN_SCRIPTS_RUN_FIRST],
        run: the_own_script_runs_first,
    },
];

fn the_endpoint_s_query_is_kept() {
    for own in ["tenant=a%20b", "tenant=a+b&x=%26", "state_of_affairs=good"] {
        with_server(async |server| {
            let named = format!("{}?{own}", server.url(Place::Authorization));
            server.configure(|options| {
                options.metadata.insert("authorization_endpoint".to_owned(), json!(named));
            });
            let client = app(&server).await;
            let request = begun(&client, asking(&client)).await;
            let rest = request.url().strip_prefix(&named).expect("the endpoint as it is");
            assert!(rest.starts_with("&response_type=code&"), "{rest}");
            go(&server, &client, asking(&client)).await.expect("a token");
            go(&server, &client, asking(&client).pushed()).await.expect("a token");
            for sent in server.requests_to(Place::Authorization) {
                assert!(sent.url.starts_with(&named), "{}", sent.url);
            }
        });
    }
}

fn no_fragment_and_no_cleartext() {
    let bad =
        ["https://as.example/authorize#x", "https://as.example/authorize#", "http://as.example/authorize"];
    for text in bad {
        assert_eq!(Endpoint::new(text, UrlPolicy::Https).expect_err("not so").kind(), ErrorKind::Usage);
        anyrfc_core::testing::run_virtual(async {
            let server = server();
            let fault = Misbehaviour::Member("authorization_endpoint".to_owned(), json!(text));
            server.plant(Plan::from(fault).at(Place::Metadata));
            let error = OAuth2Client::discover(server.issuer()).http(server.clone()).fetch().await;
            assert_eq!(error.expect_err("not so").kind(), ErrorKind::Protocol, "{text}");
            server.behave();
            let client = app(&server).await;
            assert!(begun(&client, asking(&client)).await.url().starts_with("https://as.example/authorize?"));
        });
    }
}

fn no_parameter_twice() {
    with_server(async |server| {
        let client = app(&server).await;
        // What is asked.
        let asked = asking(&client)
            .scope(scope("openid a"))
            .scope(scope("openid b"))
            .prompt(Prompt::Login)
            .prompt(Prompt::Consent)
            .login_hint("x")
            .login_hint("alice")
            .parameter("audience", "1")
            .parameter("audience", "2");
        let request = begun(&client, asked).await;
        let parameters = query(request.url());
        for (name, _) in &parameters {
            assert_eq!(values(&parameters, name).len(), 1, "{parameters:?}");
        }
        let _ = server.authorize(request.url());
        for name in ["response_type", "client_id", "redirect_uri", "scope", "state", "code_challenge"] {
            let error = client.begin(asking(&client).parameter(name, "x")).await.expect_err("it is set");
            assert_eq!(error.requirement(), Some(r::AUTHORIZATION_PARAMETERS_ARE_SINGLE), "{name}");
        }
        // What the endpoint's own query may not say.
        server.configure(|options| {
            let named = json!("https://as.example/authorize?x=1&state=fixed");
            options.metadata.insert("authorization_endpoint".to_owned(), named);
        });
        let other = app(&server).await;
        let error = other.begin(asking(&other)).await.expect_err("it is there already");
        assert_eq!(error.requirement(), Some(r::AUTHORIZATION_PARAMETERS_ARE_SINGLE));
        // What is answered, known or not.
        for more in ["state", "code", "iss"] {
            let request = begun(&client, asking(&client)).await;
            let url = server.authorize(request.url());
            let value = query(&url).into_iter().find(|(name, _)| name == more).expect("it is there").1;
            let callback = Callback::from_url(&format!("{url}&{more}={value}")).expect("it can be read");
            let error = client.finish(request.into_pending(), &callback).await.expect_err("twice");
            assert_eq!(error.requirement(), Some(r::AUTHORIZATION_PARAMETERS_ARE_SINGLE), "{more}");
        }
        for (more, is_taken) in [("&x=1&x=1", false), ("&x=1&x=2", false), ("&x=1&y=1", true)] {
            let request = begun(&client, asking(&client)).await;
            let url = server.authorize(request.url()) + more;
            let callback = Callback::from_url(&url).expect("it can be read");
            let before = server.count(Place::Token);
            let outcome = client.finish(request.into_pending(), &callback).await;
            assert_eq!(
                (outcome.is_ok(), server.count(Place::Token) > before),
                (is_taken, is_taken),
                "{more}"
            );
        }
    });
}

fn response_type() {
    with_server(async |server| {
        let client = app(&server).await;
        for scopes in ["", "a", "openid"] {
            let request = begun(&client, asking(&client).scope(scope(scopes))).await;
            assert_eq!(values(&query(request.url()), "response_type"), ["code"]);
        }
        for other in ["token", "code token", "id_token", "x"] {
            let error = client.begin(asking(&client).parameter("response_type", other)).await;
            assert_eq!(error.expect_err("the flow says which").kind(), ErrorKind::Usage, "{other}");
        }
        go(&server, &client, asking(&client)).await.expect("a token");
        go(&server, &client, asking(&client).pushed()).await.expect("a token");
        let pushed = last(server.requests_to(Place::Par));
        assert_eq!(pushed.parameter("response_type").as_deref(), Some("code"));
    });
}

fn an_absolute_uri() {
    let bad = [
        "",
        "cb",
        "/cb",
        "//app.example/cb",
        "app.example/cb",
        "?x=1",
        "https:",
        "https://",
        "https:///cb",
        "https://app.example/\u{e9}",
        "https://u:p@app.example/",
    ];
    for bad in bad {
        let error = RedirectUri::new(bad).expect_err("not absolute");
        assert_eq!(error.kind(), ErrorKind::Usage, "{bad}");
        assert_eq!(error.requirement(), Some(r::REDIRECT_URI_IS_ABSOLUTE), "{bad}");
    }
    with_server(async |server| {
        for uri in
            ["https://app.example/", "https://app.example", "com.example.app:/cb", "http://127.0.0.1:8080/cb"]
        {
            server.register(Registered::public("any").redirect_uri(uri));
            let client = client_of(&server, "any", ClientAuthentication::None).await;
            let request = begun(&client, asking_at(&client, uri)).await;
            assert_eq!(values(&query(request.url()), "redirect_uri"), [uri]);
            assert!(server.authorize(request.url()).starts_with(uri));
        }
    });
}

fn with_a_query() {
    const OWN: &str = "https://app.example/cb?as=1&x=a%20b";
    with_server(async |server| {
        server.register(Registered::public("any").redirect_uri(OWN));
        let client = client_of(&server, "any", ClientAuthentication::None).await;
        let ask = || asking_at(&client, OWN);
        go(&server, &client, ask()).await.expect("a token");
        let sent = last(server.requests_to(Place::Token));
        assert_eq!(sent.parameter("redirect_uri").as_deref(), Some(OWN));
        // A server that drops it, or changes it, answers elsewhere.
        for other in ["", "as=1&", "as=2&x=a%20b&", "x=a%20b&"] {
            let request = begun(&client, ask()).await;
            let url = server.authorize(request.url()).replace("as=1&x=a%20b&", other);
            let callback = Callback::from_url(&url).expect("it can be read");
            let error = client.finish(request.into_pending(), &callback).await.expect_err("elsewhere");
            assert_eq!(error.kind(), ErrorKind::Protocol, "{url}");
        }
        assert_eq!(server.count(Place::Token), 1);
    });
}

fn without_a_fragment() {
    for bad in [
        "https://app.example/cb#x",
        "https://app.example/cb#",
        "https://app.example/?a=b#x",
        "com.example.app:/cb#x",
    ] {
        let error = RedirectUri::new(bad).expect_err("a fragment");
        assert_eq!(error.requirement(), Some(r::REDIRECT_URI_HAS_NO_FRAGMENT), "{bad}");
    }
    assert!(RedirectUri::new("https://app.example/?a=b").is_ok());
}

fn tls() {
    let bad = [
        "http://app.example/cb",
        "HTTP://app.example/cb",
        "http://10.0.0.1/cb",
        "http://127.0.0.1.example/cb",
        "http://localhost.example/cb",
        "ftp://app.example/cb",
    ];
    for uri in bad {
        assert_eq!(RedirectUri::new(uri).expect_err("open to the network").kind(), ErrorKind::Usage, "{uri}");
    }
    // What does not cross a network needs none.
    for uri in [CALLBACK, "http://127.0.0.1:1/cb", "http://[::1]:1/cb", "com.example.app:/cb"] {
        assert!(RedirectUri::new(uri).is_ok(), "{uri}");
    }
}

fn told_apart_by_state() {
    with_server(async |server| {
        let client = app(&server).await;
        // Three at the same URI, each for something of its own.
        let mut all = Vec::new();
        for what in ["mail", "calendar", "contacts"] {
            let request = begun(&client, asking(&client).scope(scope(what))).await;
            let url = server.authorize(request.url());
            all.push((what, request.into_pending(), Callback::from_url(&url).expect("it can be read")));
        }
        all.reverse();
        let callbacks: Vec<_> = all.iter().map(|(what, _, callback)| (*what, callback.state())).collect();
        for (what, pending, _) in &all {
            let found: Vec<_> =
                callbacks.iter().filter(|(_, state)| *state == Some(pending.state())).collect();
            assert_eq!(found.iter().map(|(what, _)| *what).collect::<Vec<_>>(), [*what]);
        }
        for (what, pending, callback) in all {
            let tokens = client.finish(pending, &callback).await.expect("a token");
            assert_eq!(tokens.scope, Some(scope(what)));
        }
        // One is no answer to another.
        let (one, other) = (begun(&client, asking(&client)).await, begun(&client, asking(&client)).await);
        let callback = Callback::from_url(&server.authorize(one.url())).expect("it can be read");
        assert!(!other.pending().is_answered_by(&callback));
        let error = client.finish(other.into_pending(), &callback).await.expect_err("another's answer");
        assert_eq!(error.requirement(), Some(r::STATE_IS_COMPARED));
    });
}

fn the_redirection_uri_is_sent() {
    const OTHER: &str = "https://app.example/other";
    with_server(async |server| {
        // It is sent where it could be left out as well.
        for registered in [vec![OTHER], vec![CALLBACK, OTHER]] {
            let mut known = Registered::public("any");
            known = registered.iter().fold(known, |known, uri| known.redirect_uri(uri));
            server.register(known);
            let client = client_of(&server, "any", ClientAuthentication::None).await;
            for pushed in [false, true] {
                let asked = asking_at(&client, OTHER);
                let request = begun(&client, if pushed { asked.pushed() } else { asked }).await;
                let sent = match pushed {
                    true => last(server.requests_to(Place::Par)).parameter("redirect_uri"),
                    false => {
                        values(&query(request.url()), "redirect_uri").first().map(|uri| (*uri).to_owned())
                    }
                };
                assert_eq!(sent.as_deref(), Some(OTHER));
                assert!(server.authorize(request.url()).starts_with(&format!("{OTHER}?")));
            }
        }
    });
}

/// Somebody else's counter on the caller's page.
fn counted() -> Page {
    Page::new("<p>Thanks</p><script src=\"https://count.example/c.js\"></script><script>spy()</script>", "No")
}

/// What a page may do.
fn policy(head: &str) -> Vec<String> {
    let line = head.lines().find_map(|line| line.strip_prefix("content-security-policy: "));
    line.expect("a policy").split(';').map(|part| part.trim().to_owned()).collect()
}

fn no_scripts_of_third_parties() {
    let Received { head, document, .. } = natively(None);
    assert_eq!(document.matches("<script").count(), 1, "{document}");
    assert!(!document.contains("src=") && !document.contains("http"), "{document}");
    assert!(policy(&head).contains(&"default-src 'none'".to_owned()), "{head}");
    // What a caller puts there does not run, nor is it fetched.
    let Received { head, .. } = natively(Some(counted()));
    let policy = policy(&head);
    assert!(policy.contains(&"default-src 'none'".to_owned()), "{policy:?}");
    let scripts: Vec<_> = policy.iter().filter_map(|part| part.strip_prefix("script-src ")).collect();
    let [allowed] = scripts.as_slice() else { panic!("one rule for scripts: {policy:?}") };
    assert!(allowed.starts_with("'sha256-") && allowed.split(' ').count() == 1, "{allowed}");
}

/// The scripts of a document, in order: what stands in them.
fn scripts(document: &str) -> Vec<(usize, &str)> {
    let inside = |at: usize| {
        let rest = &document[at..];
        let begins = rest.find('>').map_or(0, |end| end + 1);
        let ends = rest.find("</script>").unwrap_or(rest.len());
        (at, &rest[begins..ends])
    };
    document.match_indices("<script").map(|(at, _)| inside(at)).collect()
}

fn the_code_leaves_the_address_bar() {
    use base64::{Engine as _, engine::general_purpose::STANDARD};
    use sha2::{Digest as _, Sha256};
    let Received { head, document, .. } = natively(None);
    let scripts = scripts(&document);
    let [(_, script)] = scripts.as_slice() else { panic!("one script: {document}") };
    // The address without its query takes the place of the one with it, in the history too.
    assert_eq!(*script, "history.replaceState(null,\"\",location.pathname)");
    let hash = STANDARD.encode(Sha256::digest(script.as_bytes())).to_ascii_lowercase();
    assert!(policy(&head).contains(&format!("script-src 'sha256-{hash}'")), "{head}");
    // And nobody learns it from where the page was.
    assert!(head.contains("\r\nreferrer-policy: no-referrer"), "{head}");
    assert!(head.contains("\r\ncache-control: no-store"), "{head}");
}

fn the_own_script_runs_first() {
    let Received { document, .. } = natively(Some(counted()));
    let scripts = scripts(&document);
    let [(at, first), (second, _), (third, _)] = scripts.as_slice() else { panic!("three: {document}") };
    assert!(first.contains("history.replaceState"), "{first}");
    assert!(at < second && second < third);
    let body = document.find("<body>").expect("a body");
    assert!(*at < body && body < *second, "{document}");
    // Nothing is fetched, or drawn, before it.
    let before = &document[..*at];
    for early in ["<link", "<img", "<style", "src=", "href="] {
        assert!(!before.contains(early), "{before}");
    }
}
