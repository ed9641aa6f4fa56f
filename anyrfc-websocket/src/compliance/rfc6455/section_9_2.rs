//! RFC 6455, section 9.2: extensions defined elsewhere.

use anyrfc_core::compliance::Check;

use super::super::wire::virtually;
use crate::{Deflate, Message, WebSocketClient, rfc6455 as r, testing::echo};

pub(super) static CHECKS: &[Check] = &[Check {
    name: "section-9.2/permessage-deflate-works",
    covers: &[r::SEPARATE_EXTENSIONS_MAY_BE_USED],
    run: permessage_deflate_works,
}];

/// Whether compression was agreed on, and what a message of much the same comes back as.
fn session(offer: Option<Deflate>) -> (bool, Message) {
    virtually(async {
        let (near, far) = tokio::io::duplex(4096);
        let client = async {
            let mut builder = WebSocketClient::builder();
            if let Some(deflate) = offer {
                builder = builder.compression(deflate);
            }
            let mut client = builder.connect_over("ws://localhost/", near).await.expect("open");
            client.send_text("much the same ".repeat(5000)).await.expect("sent");
            let back = client.next().await.expect("in order").expect("a message");
            let agreed = client.compression().is_some();
            client.close().await.expect("closed");
            (agreed, back)
        };
        let (served, seen) = tokio::join!(echo(far), client);
        served.expect("served");
        seen
    })
}

fn permessage_deflate_works() {
    let text = Message::text("much the same ".repeat(5000));
    assert_eq!(session(Some(Deflate::default())), (true, text.clone()));
    // It is used only when it is offered.
    assert_eq!(session(None), (false, text));
}
