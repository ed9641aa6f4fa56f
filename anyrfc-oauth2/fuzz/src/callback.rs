//! What comes back through the user's browser.

use std::cell::RefCell;

use anyrfc_oauth2::{
    ErrorKind, RedirectUri, Scope, Tolerances,
    codec::callback::Callback,
    proto::{Authorization, Client, Pending, Random, Start},
};

use crate::{browser::Browser, judge};

const REDIRECT: &str = "https://app.example/cb?own=1";

/// The first byte picks where the rest comes from: a URL, a query, a body, an answer with `STATE` for
/// what was sent, or what a browser says to the loopback listener.
pub fn callback(data: &[u8]) {
    let Some((&pick, rest)) = data.split_first() else { return };
    match pick {
        b'u' => url(rest),
        b'a' => answer(rest),
        b'l' => {
            thread_local!(static BROWSER: RefCell<Browser> = RefCell::new(Browser::new()));
            BROWSER.with_borrow_mut(|browser| browser.say(rest));
        }
        _ => form(rest),
    }
}

/// A pending authorization, the same each time.
pub(crate) fn begin(client: &Client, redirect_uri: RedirectUri) -> Pending {
    let asked = Authorization::new(client, redirect_uri).scope(Scope::new("a").expect("a scope"));
    match asked.start(&judge::now(), &mut Random::new([3; 32])).expect("a request") {
        Start::Ready(request) => request.into_pending(),
        Start::Push(_) => panic!("nobody asked for that"),
    }
}

/// Names and values as a reader sees them who forgives everything.
pub(crate) fn pairs(text: &[u8]) -> Vec<(String, String)> {
    form_urlencoded::parse(text).into_owned().collect()
}

fn same(callback: &Callback, pairs: &[(String, String)]) {
    let first = |name: &str| pairs.iter().find(|(held, _)| held == name).map(|(_, value)| value.as_str());
    assert_eq!(callback.state(), first("state"));
    for name in ["code", "iss", "error", "response"] {
        assert_eq!(callback.parameter(name), first(name));
    }
    for (name, _) in pairs {
        assert_eq!(callback.parameter(name), first(name), "{name:?}");
    }
    assert_eq!(format!("{callback:?}"), "Callback(..)");
}

/// What is read strictly is what others read, whichever way it came.
fn form(data: &[u8]) {
    let body = Callback::from_form(data);
    if let Ok(text) = std::str::from_utf8(data) {
        match (Callback::from_query(text), &body) {
            (Ok(query), _) if text.starts_with('?') => same(&query, &pairs(&data[1..])),
            (Ok(query), Ok(_)) => same(&query, &pairs(data)),
            (Err(query), Err(body)) => assert_eq!(query.kind(), body.kind()),
            (Err(error), Ok(_)) => assert!(text.starts_with('?'), "{error}"),
            (Ok(_), Err(error)) => panic!("a query and no body: {error}"),
        }
    }
    match body {
        Ok(callback) => same(&callback, &pairs(data)),
        Err(error) => judge::told(&error),
    }
}

fn url(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    match Callback::from_url(text) {
        Ok(callback) => {
            let before = text.split('#').next().unwrap_or_default();
            let query = before.split_once('?').map_or("", |(_, query)| query);
            let said = pairs(query.as_bytes());
            // What is in the query comes before what is in the fragment.
            if said.iter().any(|(name, _)| name == "state") || !text.contains('#') {
                assert_eq!(
                    callback.state(),
                    said.iter().find(|(name, _)| name == "state").map(|(_, value)| value.as_str())
                );
            }
            let body = Callback::from_form(b"state=of-the-body").expect("a form");
            assert_eq!(body.received_at(text).expect("the same").state(), Some("of-the-body"));
        }
        Err(error) => {
            judge::told(&error);
            assert!(matches!(error.kind(), ErrorKind::Protocol | ErrorKind::Limit));
        }
    }
}

/// A code is redeemed only if everything about it is as it has to be.
fn answer(data: &[u8]) {
    let client = judge::client(Tolerances::NONE);
    let pending = begin(&client, RedirectUri::new(REDIRECT).expect("a URI"));
    let Ok(text) = std::str::from_utf8(data) else { return };
    let text = text.replace("STATE", pending.state());
    let url = format!("{REDIRECT}&{text}");
    let state = pending.state().to_owned();
    let said = pairs(format!("own=1&{}", text.split('#').next().unwrap_or_default()).as_bytes());
    let all = |name: &str| -> Vec<&str> {
        said.iter().filter(|(held, _)| held == name).map(|(_, value)| value.as_str()).collect()
    };
    let Ok(callback) = Callback::from_url(&url) else { return };
    let is_answer = pending.is_answered_by(&callback);
    assert_eq!(is_answer, all("state") == [state.as_str()], "{text:?}");
    match pending.redeem(&client, &callback) {
        Ok(mut exchange) => {
            assert!(is_answer);
            assert_eq!(all("iss"), [judge::ISSUER]);
            assert!(all("error").iter().all(|error| error.is_empty()));
            let [code] = all("code")[..] else { panic!("not one code: {text:?}") };
            judge::visible(code);
            let request = exchange.request(&judge::now(), &mut Random::new([4; 32])).expect("a request");
            assert_eq!(request.uri(), "https://as.example/token");
            let sent = pairs(request.body());
            assert!(sent.contains(&("code".into(), code.to_owned())), "{sent:?}");
            assert!(sent.contains(&("redirect_uri".into(), REDIRECT.to_owned())));
            assert!(sent.iter().any(|(name, _)| name == "code_verifier"));
        }
        Err(error) => {
            judge::told(&error);
            // A refusal is believed from the right server alone.
            if error.response().is_some() {
                assert!(is_answer && all("iss") == [judge::ISSUER] && all("error").len() == 1, "{text:?}");
            }
        }
    }
}
