//! The opening handshake, from either end.

use std::time::Instant;

use anyrfc_core::http1::{HeadLimits, HeadReader, ResponseHead};
use anyrfc_websocket::{
    Deflate, Subprotocols, WindowBits,
    codec::handshake::{Request, accept_for},
    proto::{Connection, Opening},
};

use crate::session::{Handing, Pieces, Seen, Taking, Trace, config, drive};

/// The nonce of RFC 6455, section 1.3: its `Sec-WebSocket-Accept` is in the corpus.
const NONCE: [u8; 16] = *b"the sample nonce";
const SUBPROTOCOLS: [&str; 2] = ["chat", "superchat"];

fn any_pieces(make: impl Fn() -> Connection, data: &[u8]) -> Trace {
    let whole = drive(make(), data, Pieces::Whole, Handing::Whole, Taking::Borrowed);
    for (pieces, taking) in [(Pieces::Bytes, Taking::Owned), (Pieces::Any, Taking::Any)] {
        let same = drive(make(), data, pieces, Handing::Whole, taking);
        assert_eq!(same, whole, "{pieces:?}, {taking:?}");
    }
    whole
}

/// Gives `data` to a client that waits for the answer to its opening handshake.
/// However it arrives, it is accepted, refused or an error; only what was
/// offered is agreed on; frames that follow at once are not lost.
pub fn handshake_response(data: &[u8]) {
    let mut config = config();
    let narrow = WindowBits::new(10).expect("10 is one");
    config.compression = Some(Deflate::default().server_max_window_bits(narrow));
    let request = Request::new("ws://server.example.com/chat".parse().expect("a URI"))
        .expect("no credentials")
        .subprotocols(Subprotocols::from_names(SUBPROTOCOLS).expect("names"));
    let trace = any_pieces(
        || {
            let opening = Opening::client(&request, NONCE, &config).expect("a request");
            Connection::new(opening, config.clone(), [7; 32], Instant::now())
        },
        data,
    );
    assert!(trace.written.starts_with(b"GET /chat HTTP/1.1\r\n"), "no request was written");
    if let Some(Seen::Open(agreed)) = trace.events.first() {
        let known = SUBPROTOCOLS.iter().any(|name| agreed.starts_with(&format!("Some({name:?}) ")));
        assert!(known || agreed.starts_with("None "), "{agreed} was not offered");
        let (_, extensions) = agreed.split_once('[').expect("a list");
        let declined = extensions == "]";
        let accepted = extensions.starts_with("\"permessage-deflate; ") && !extensions.contains(',');
        let narrow = ["=8", "=9", "=10"].map(|value| format!("server_max_window_bits{value}"));
        let within = narrow.iter().any(|parameter| extensions.contains(parameter));
        assert!(declined || (accepted && within), "{agreed} does not answer the offer");
    } else {
        assert!(trace.events.is_empty(), "events before the connection was open");
    }
}

/// Gives `data` to the server's side. What it accepts it answers with the right
/// `Sec-WebSocket-Accept`; what it refuses, with a status.
pub fn handshake_request(data: &[u8]) {
    let mut config = config();
    config.compression = Some(Deflate::default());
    let make = || {
        let known = Subprotocols::from_names(SUBPROTOCOLS).expect("names");
        Connection::new(Opening::server(known, &config), config.clone(), [7; 32], Instant::now())
    };
    let trace = any_pieces(make, data);
    let accepted = matches!(trace.events.first(), Some(Seen::Open(_)));
    assert!(accepted || trace.events.is_empty(), "events before the connection was open");
    if trace.written.is_empty() {
        assert!(!accepted, "accepted without an answer");
        return;
    }
    let mut reader = HeadReader::<ResponseHead>::new(HeadLimits { block: 4096, fields: 32 });
    let (head, _) = reader.advance(&trace.written).expect("an answer").expect("a whole one");
    assert_eq!(accepted, head.status == 101, "{:?}", head.status);
    if accepted {
        let mut connection = make();
        let _ = anyrfc_core::Machine::advance(&mut connection, data, Instant::now());
        let request = connection.opened().and_then(Opening::request).expect("the request that was accepted");
        assert_eq!(head.headers[http::header::SEC_WEBSOCKET_ACCEPT], accept_for(&request.key));
    } else {
        assert!(head.status.is_client_error(), "{:?}", head.status);
    }
}
