//! RFC 6749, sections 8 and 9: extensions, and native applications.

use anyrfc_core::compliance::Check;

use super::support::{asking_at, client_of, go, with_server};
use crate::{
    proto::ClientAuthentication,
    rfc6749 as r,
    testing::{Place, Registered},
};

pub(super) static CHECKS: &[Check] = &[Check {
    name: "rfc6749/section-9/a-native-application-has-no-credentials",
    covers: &[r::NATIVE_CLIENT_HAS_NO_CREDENTIALS],
    run: a_native_application_has_no_credentials,
}];

fn a_native_application_has_no_credentials() {
    with_server(async |server| {
        server.register(
            Registered::public("native")
                .redirect_uri("http://127.0.0.1/callback")
                .redirect_uri("com.example.app:/callback"),
        );
        let client = client_of(&server, "native", ClientAuthentication::None).await;
        for uri in ["http://127.0.0.1:49152/callback", "com.example.app:/callback"] {
            let tokens = go(&server, &client, asking_at(&client, uri)).await.expect("a token");
            client.refresh(&tokens.refresh_token.expect("one")).send().await.expect("another");
        }
        let sent = server.requests_to(Place::Token);
        assert_eq!(sent.len(), 4);
        for sent in sent {
            assert_eq!(sent.header("authorization"), None);
            for name in ["client_secret", "client_assertion"] {
                assert_eq!(sent.parameter(name), None);
            }
            assert_eq!(sent.parameter("client_id").as_deref(), Some("native"));
        }
    });
}
