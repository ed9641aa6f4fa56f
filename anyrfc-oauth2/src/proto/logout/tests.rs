use serde_json::json;

use super::*;
use crate::proto::discovery::tests::{client_of, random};

fn begin() -> (String, PendingLogout) {
    let back = RedirectUri::new("https://app.example/bye").unwrap();
    let logout = client_of(json!({})).logout().unwrap();
    let logout = logout.id_token_hint(&Secret::new("a.b.c".into())).post_logout_redirect_uri(&back);
    let (url, pending) = logout.url(&mut random());
    (url.expose().clone(), pending)
}

fn state(url: &str) -> String {
    let form = Form::decode(url.split_once('?').unwrap().1);
    form.into_iter().find(|(name, _)| name == "state").unwrap().1
}

#[test]
fn the_url_says_who_leaves_and_where_to() {
    let (url, _) = begin();
    assert!(url.starts_with("https://as.example/end?x=y&id_token_hint=a.b.c&"));
    assert!(url.contains("post_logout_redirect_uri=https%3A%2F%2Fapp.example%2Fbye"));
    assert!(url.contains("client_id=app"));
    assert_eq!(state(&url).len(), 43);
}

#[test]
fn only_the_state_that_was_sent_is_taken_back() {
    let (url, pending) = begin();
    pending.returned(&format!("?state={}", state(&url))).unwrap();
    for query in ["", "state=", "state=x", "other=1", "state"] {
        let (_, pending) = begin();
        assert_eq!(pending.returned(query).unwrap_err().kind(), ErrorKind::Auth, "{query}");
    }
    let (url, pending) = begin();
    let twice = format!("state={0}&state={0}", state(&url));
    assert_eq!(pending.returned(&twice).unwrap_err().kind(), ErrorKind::Auth);
}

#[test]
fn without_a_way_back_nothing_comes_back() {
    let (url, pending) = client_of(json!({})).logout().unwrap().logout_hint("me").url(&mut random());
    assert!(!url.expose().contains("state"));
    assert!(pending.returned("state=").is_err());
    let error = client_of(json!({"end_session_endpoint": null})).logout().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unsupported);
}
