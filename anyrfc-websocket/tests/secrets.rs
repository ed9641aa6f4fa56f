//! Nothing that is logged, at any level, holds a credential or a payload.

use anyrfc_core::testing::{
    log::{assert_no_secret, capture, forms},
    run_virtual,
};
use anyrfc_websocket::{Message, WebSocketClient, testing::echo};

const SECRETS: [&str; 5] = [
    "correct horse battery",
    "tok-3n-of-the-bearer",
    "session=cookie-secret",
    "query-secret",
    "payload-secret",
];

fn session(
    authorize: impl Fn(anyrfc_websocket::Builder) -> anyrfc_websocket::Builder + Send + 'static,
) -> String {
    let ((), log) = capture(|| {
        run_virtual(async move {
            let (near, far) = tokio::io::duplex(4096);
            let server = echo(far);
            let client = async move {
                let builder = authorize(WebSocketClient::builder().header("Cookie", SECRETS[2]));
                let url = format!("ws://localhost/?token={}", SECRETS[3]);
                let mut client = builder.connect_over(&url, near).await.unwrap();
                client.send_text(SECRETS[4]).await.unwrap();
                assert_eq!(client.next().await.unwrap(), Some(Message::text(SECRETS[4])));
                assert!(!format!("{client:?} {builder:?}").contains("secret"));
                client.close().await.unwrap();
            };
            let (served, ()) = tokio::join!(server, client);
            served.unwrap();
        });
    });
    log
}

#[test]
fn a_whole_session_at_trace_tells_no_secret() {
    let basic = session(|builder| builder.basic_auth("user", SECRETS[0]));
    let bearer = session(|builder| builder.bearer_auth(SECRETS[1]));
    for log in [basic, bearer] {
        assert!(log.contains("send request") && log.contains("receive response"), "{log}");
        assert!(log.contains("send frame") && log.contains("receive frame"), "{log}");
        let derived: Vec<String> = SECRETS.iter().flat_map(|secret| forms(secret.as_bytes())).collect();
        assert_no_secret(&log, &derived);
        assert_no_secret(&log, &forms(format!("user:{}", SECRETS[0]).as_bytes()));
    }
}
