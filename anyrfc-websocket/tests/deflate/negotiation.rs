//! Offers and answers (RFC 7692, sections 5 and 7.1).

use std::time::Instant;

use anyrfc_core::{ErrorKind, Machine as _, Output};
use anyrfc_websocket::{
    Deflate, Extension,
    codec::{
        deflate::{Agreed, DeflateFault, Offer, accept, agree},
        handshake::{Key, Request, accept_for, extension_list},
    },
    proto::{Config, Connection, Opening, OwnedEvent, State},
};

use crate::support::{bits, config, pair, receive, sent, settled};

fn list(text: &str) -> Vec<Extension> {
    extension_list([text.as_bytes()]).unwrap()
}

const NAME: &str = "permessage-deflate";

#[test]
fn the_offer_says_what_is_configured() {
    let offer = |deflate: Deflate| Offer::new(&deflate).to_extension().unwrap().to_string();
    assert_eq!(offer(Deflate::default()), "permessage-deflate; client_max_window_bits");
    let all = Deflate::default()
        .client_no_context_takeover()
        .server_no_context_takeover()
        .client_max_window_bits(bits(10))
        .server_max_window_bits(bits(9));
    assert_eq!(
        offer(all),
        "permessage-deflate; server_no_context_takeover; client_no_context_takeover; \
         server_max_window_bits=9; client_max_window_bits=10"
    );
}

#[test]
fn every_answer_is_held_against_the_offer() {
    use DeflateFault::*;
    let bare = "permessage-deflate";
    let usual = "permessage-deflate; client_max_window_bits";
    let narrow = "permessage-deflate; server_max_window_bits=10; client_max_window_bits";
    let alone = "permessage-deflate; server_no_context_takeover";
    let cases: &[(&str, &str, Result<(), DeflateFault>)] = &[
        (usual, "", Ok(())),
        (usual, "; server_no_context_takeover", Ok(())),
        (usual, "; client_no_context_takeover", Ok(())),
        (usual, "; server_no_context_takeover; client_no_context_takeover", Ok(())),
        (usual, "; server_max_window_bits=8", Ok(())),
        (usual, "; server_max_window_bits=15; client_max_window_bits=15", Ok(())),
        (usual, "; client_max_window_bits=8", Ok(())),
        (usual, "; client_max_window_bits=\"9\"", Ok(())),
        (usual, "; client_max_window_bits", Err(ClientWindowValue)),
        (usual, "; client_max_window_bits=7", Err(ClientWindowValue)),
        (usual, "; client_max_window_bits=16", Err(ClientWindowValue)),
        (usual, "; client_max_window_bits=09", Err(ClientWindowValue)),
        (usual, "; client_max_window_bits=0", Err(ClientWindowValue)),
        (usual, "; client_max_window_bits=ten", Err(ClientWindowValue)),
        (usual, "; client_max_window_bits=-9", Err(ClientWindowValue)),
        (usual, "; server_max_window_bits", Err(ServerWindowValue)),
        (usual, "; server_max_window_bits=16", Err(ServerWindowValue)),
        (usual, "; server_max_window_bits=08", Err(ServerWindowValue)),
        (usual, "; server_no_context_takeover=1", Err(TakeoverWithValue)),
        (usual, "; client_no_context_takeover=true", Err(TakeoverWithValue)),
        (usual, "; server_no_context_takeover; server_no_context_takeover", Err(RepeatedParameter)),
        (usual, "; client_no_context_takeover; client_no_context_takeover", Err(RepeatedParameter)),
        (usual, "; client_max_window_bits=9; client_max_window_bits=9", Err(RepeatedParameter)),
        (usual, "; server_max_window_bits=9; server_max_window_bits=10", Err(RepeatedParameter)),
        (usual, "; mem_level=8", Err(UnknownParameter)),
        (usual, "; Server_no_context_takeover", Err(UnknownParameter)),
        (usual, ", permessage-deflate", Err(AcceptedTwice)),
        (bare, "", Ok(())),
        (bare, "; client_max_window_bits=15", Err(ClientWindowNotOffered)),
        (bare, "; server_max_window_bits=10", Ok(())),
        (narrow, "; server_max_window_bits=10", Ok(())),
        (narrow, "; server_max_window_bits=9", Ok(())),
        (narrow, "; server_max_window_bits=11", Err(ServerWindowTooLarge)),
        (narrow, "", Err(ServerWindowTooLarge)),
        (alone, "; server_no_context_takeover", Ok(())),
        (alone, "", Err(ServerTakeover)),
        // Any of several offers may be answered.
        ("permessage-deflate; server_max_window_bits=10, permessage-deflate", "", Ok(())),
    ];
    for (offered, answer, expected) in cases {
        let answered = list(&format!("{NAME}{answer}"));
        let found = agree(&answered, &list(offered));
        assert_eq!(found.map(drop), *expected, "{offered} answered by {answer:?}");
    }
    assert_eq!(agree(&[], &list(usual)), Ok(None));
    assert_eq!(agree(&list("other"), &list("other")), Ok(None));
}

#[test]
fn a_bad_answer_fails_the_connection_and_names_the_statement() {
    let cases = [
        ("permessage-deflate; mem_level=8", "rfc7692#7-2"),
        ("permessage-deflate; client_no_context_takeover; client_no_context_takeover", "rfc7692#7-2"),
        ("permessage-deflate; server_max_window_bits=7", "rfc7692#7.1.2.1-3"),
        ("permessage-deflate; client_max_window_bits=16", "rfc7692#7.1.2.2-4"),
        ("permessage-deflate, permessage-deflate", "rfc6455#4.2.2-10"),
        ("permessage-deflate", "rfc7692#5-12"),
    ];
    let config = config(Deflate::default().server_no_context_takeover());
    for (answer, requirement) in cases {
        let request = Request::new("ws://localhost/".parse().unwrap()).unwrap();
        let opening = Opening::client(&request, [1; 16], &config).unwrap();
        let mut client = Connection::new(opening, config.clone(), [2; 32], Instant::now());
        sent(&mut client, &mut Output::new());
        let accept = accept_for(&Key::new([1; 16]));
        let answer = format!(
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
             Sec-WebSocket-Accept: {accept}\r\nSec-WebSocket-Extensions: {answer}\r\n\r\n"
        );
        let error = receive(&mut client, answer.as_bytes(), false, || 5).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Protocol);
        assert_eq!(error.requirement().unwrap().id(), requirement, "{answer}");
        assert_eq!(client.phase(), State::Failed);
    }
}

#[test]
fn a_server_answers_the_first_offer_it_can_accept_and_declines_the_rest() {
    let own = Deflate::default();
    let answer = |offers: &str, own: &Deflate| {
        accept(&list(offers), own).map(|agreed| agreed.to_extension().unwrap().to_string())
    };
    for bad in [
        "permessage-deflate; unknown",
        "permessage-deflate; server_max_window_bits",
        "permessage-deflate; server_max_window_bits=16",
        "permessage-deflate; client_max_window_bits=07",
        "permessage-deflate; client_no_context_takeover=x",
        "permessage-deflate; server_no_context_takeover; server_no_context_takeover",
        "permessage-bzip2",
    ] {
        assert_eq!(answer(bad, &own), None, "{bad}");
        let fallback = format!("{bad}, permessage-deflate; client_max_window_bits=9");
        assert_eq!(answer(&fallback, &own).unwrap(), "permessage-deflate; client_max_window_bits=9");
    }
    assert_eq!(answer("permessage-deflate; client_max_window_bits", &own).unwrap(), "permessage-deflate");
    let strict = Deflate::default()
        .server_no_context_takeover()
        .client_no_context_takeover()
        .client_max_window_bits(bits(11))
        .server_max_window_bits(bits(12));
    assert_eq!(
        answer("permessage-deflate; client_max_window_bits; server_max_window_bits=10", &strict).unwrap(),
        "permessage-deflate; server_no_context_takeover; client_no_context_takeover; \
         server_max_window_bits=10; client_max_window_bits=11"
    );
    // The client's window may be limited only where the client says that it can be.
    let answered = answer("permessage-deflate", &strict).unwrap();
    assert!(!answered.contains("client_max_window_bits"), "{answered}");
}

#[test]
fn both_sides_of_a_handshake_come_to_the_same() {
    let (client, server) = pair(Deflate::default(), Deflate::default().client_max_window_bits(bits(9)));
    let agreed = client.opened().unwrap().deflate().unwrap();
    assert_eq!(agreed.client_max_window_bits, Some(bits(9)));
    assert_eq!(client.opened().unwrap().extensions(), server.opened().unwrap().extensions());
    assert_eq!(settled(&Deflate::default(), &Deflate::default()), Some(Agreed::default()));
}

#[test]
fn who_does_not_offer_gets_none_and_who_declines_gives_none() {
    let request = Request::new("ws://localhost/".parse().unwrap()).unwrap();
    let now = Instant::now();
    for (offer, accepts) in [(true, false), (false, true)] {
        let client = if offer { config(Deflate::default()) } else { Config::default() };
        let server = if accepts { config(Deflate::default()) } else { Config::default() };
        let opening = Opening::client(&request, [1; 16], &client).unwrap();
        let mut client = Connection::new(opening, client, [2; 32], now);
        let opening = Opening::server(Default::default(), &server);
        let mut server = Connection::new(opening, server, [3; 32], now);
        let mut out = Output::new();
        let wire = sent(&mut client, &mut out);
        receive(&mut server, &wire, false, || 1000).unwrap();
        let wire = sent(&mut server, &mut out);
        assert_eq!(receive(&mut client, &wire, false, || 1000).unwrap(), [OwnedEvent::Open]);
        assert_eq!(client.opened().unwrap().deflate(), None);
        assert!(client.opened().unwrap().extensions().is_empty());
        assert!(!client.wants_write());
    }
}
