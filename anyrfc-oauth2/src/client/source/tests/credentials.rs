//! Tokens as credentials.

use anyrfc_core::{CredentialRequest, CredentialSource, Credentials};
use serde_json::json;

use super::support::*;

fn seen(credentials: &Credentials) -> (Option<&str>, &str) {
    (credentials.user.as_deref(), credentials.token.as_ref().unwrap().expose())
}

#[test]
fn a_refused_token_is_replaced_once_however_many_connections_had_it() {
    run(async {
        let server = Server::new();
        let source = server.source().tokens(first()).unwrap();
        let alice = source.for_user("alice@example");
        let imap = CredentialRequest::new("imaps", "mail.example", 993);
        let smtp = CredentialRequest::new("smtp", "mail.example", 587);
        assert_eq!(seen(&alice.credentials(imap).await.unwrap()), (Some("alice@example"), "a1"));
        assert_eq!(seen(&source.credentials(smtp).await.unwrap()), (None, "a1"));
        assert_eq!(seen(&alice.credentials(imap.rejected()).await.unwrap()), (Some("alice@example"), "a2"));
        assert_eq!(seen(&source.credentials(smtp.rejected()).await.unwrap()), (None, "a2"));
        assert_eq!(server.requests(), 1, "the second refusal was of the first token");
        assert_eq!(seen(&source.credentials(smtp.rejected()).await.unwrap()), (None, "a3"));
        assert_eq!(server.requests(), 2);
    });
}

#[test]
fn what_a_source_says_reaches_whoever_asked() {
    run(async {
        let server = Server::new();
        let source = server.source().tokens(first()).unwrap();
        server.state().granted = 9;
        let imap = CredentialRequest::new("imaps", "mail.example", 993);
        source.credentials(imap).await.unwrap();
        let error = source.credentials(imap.rejected()).await.unwrap_err();
        let cause = std::error::Error::source(&error).unwrap().downcast_ref::<crate::Error>().unwrap();
        assert!(cause.is_reauthorization_required());
    });
}

#[test]
fn a_token_bound_to_a_key_is_no_bearer_token() {
    run(async {
        let bound = granted(json!({"access_token": "a", "token_type": "DPoP"}));
        let source = Server::new().source().tokens(bound).unwrap();
        let error =
            source.credentials(CredentialRequest::new("imaps", "mail.example", 993)).await.unwrap_err();
        assert!(!format!("{error:?}").contains("expose"));
    });
}
