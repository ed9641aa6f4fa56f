//! RFC 7692, section 5: extension negotiation.

use anyrfc_core::{Requirement, compliance::Check};

use super::super::{
    inflate::Judge,
    support::{TEXT, plain, text},
    support_deflate::{
        AGAIN, BOTH, DEFLATE, EACH_WAY, FIELD, HELLO, PACKED_TEXT, Way, bits, client, eager, end, end_with,
        fails, of_receiver, of_sender, offering, receives, send, sent, serving, words,
    },
    support_opening::{NONCE, Peer, answer, fails_by_extension, fails_opening, opens, request},
};
use crate::{
    Deflate, Extension, Message,
    codec::{
        deflate::agree,
        handshake::{Request, extension_list},
    },
    proto::{Config, State},
    rfc6455, rfc7692 as r,
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "section-5/offer-names-the-pmce",
        covers: &[r::OFFER_NAMES_THE_PMCE],
        run: offer_names_the_pmce,
    },
    Check {
        name: "section-5/pmce-may-be-offered-twice",
        covers: &[r::PMCE_MAY_BE_OFFERED_TWICE],
        run: pmce_may_be_offered_twice,
    },
    Check {
        name: "section-5/offer-tells-the-window",
        covers: &[r::OFFER_TELLS_THE_WINDOW],
        run: offer_tells_the_window,
    },
    Check {
        name: "section-5/offer-hints-at-the-window",
        covers: &[r::OFFER_MAY_HINT_AT_THE_WINDOW],
        run: offer_hints_at_the_window,
    },
    Check {
        name: "section-5/server-accepts-by-name-or-not-at-all",
        covers: &[r::RESPONSE_NAMES_THE_PMCE, r::DECLINING_NAMES_NO_PMCE],
        run: server_accepts_by_name_or_not_at_all,
    },
    Check {
        name: "section-5/second-user-of-rsv1-fails",
        covers: &[r::SECOND_USER_OF_RSV1_FAILS],
        run: second_user_of_rsv1_fails,
    },
    Check {
        name: "section-5/pmce-after-another-extension-fails",
        covers: &[r::PMCE_AFTER_A_FRAME_BOUND_EXTENSION_FAILS],
        run: pmce_after_another_extension_fails,
    },
    Check {
        name: "section-5/invalid-response-fails",
        covers: &[r::INVALID_RESPONSE_FAILS],
        run: invalid_response_fails,
    },
    Check {
        name: "section-5/agreed-parameters-rule",
        covers: &[r::AGREED_PARAMETERS_RULE],
        run: agreed_parameters_rule,
    },
];

/// A client that may only make this offer, with nothing configured.
fn by_hand(offers: &[Extension]) -> Request {
    offers
        .iter()
        .fold(request("ws://h/"), |request, offer| request.extension(offer.clone()).expect("registered"))
}

fn deflate() -> Extension {
    Extension::new(DEFLATE).expect("a token")
}

fn answering(extensions: &str) -> Vec<u8> {
    answer().with(FIELD, extensions).bytes()
}

/// A client that offers `deflate` fails on `extensions`, because of `requirement`.
#[track_caller]
fn refuses(deflate: Deflate, extensions: &str, requirement: &'static Requirement) {
    let (mut client, _) = offering(Some(deflate));
    let came = client.feed(answering(extensions));
    let Some(error) = came.error else { panic!("accepted {extensions}") };
    assert_eq!(error.requirement(), Some(requirement), "{extensions}: {error}");
    assert_eq!((came.opened, client.phase()), (0, State::Failed));
    assert_eq!(client.written(), b"");
}

fn offer_names_the_pmce() {
    let offered = offering(Some(Deflate::default())).1;
    assert_eq!(offered.len(), 1);
    assert!(offered[0] == DEFLATE || offered[0].starts_with("permessage-deflate;"), "{offered:?}");
    assert_eq!(offering(None).1, [""; 0], "offered without being asked to");
    // It is this offer that the answer accepts.
    assert_eq!(opens(&by_hand(&[deflate()]), answering(DEFLATE)).phase(), State::Open);
    fails_opening(&request("ws://h/"), answering(DEFLATE), rfc6455::NO_UNLISTED_EXTENSION);
}

fn pmce_may_be_offered_twice() {
    let narrow = deflate().with("server_max_window_bits", "10").expect("tokens");
    let wide = deflate().with_flag("client_max_window_bits").expect("a token");
    let both = by_hand(&[narrow.clone(), wide]);
    let mut client = Peer::client_with(&both, NONCE, Config::default());
    let head = String::from_utf8(client.written()).expect("text");
    let listed = "permessage-deflate; server_max_window_bits=10, permessage-deflate; client_max_window_bits";
    assert!(head.contains(&format!("{FIELD}: {listed}\r\n")), "{head}");
    // An answer may fit the one or the other; what fits neither fails, and so does
    // what does not fit the only offer.
    for fits in
        ["", "; server_max_window_bits=10", "; server_max_window_bits=15", "; client_max_window_bits=9"]
    {
        opens(&both, answering(&format!("{DEFLATE}{fits}")));
    }
    fails_by_extension(&by_hand(std::slice::from_ref(&narrow)), answering(DEFLATE));
    let neither = by_hand(&[narrow.clone(), deflate().with("server_max_window_bits", "9").expect("tokens")]);
    fails_by_extension(&neither, answering("permessage-deflate; server_max_window_bits=11"));
    // Together with what is configured, which comes last.
    let config = Config { compression: Some(Deflate::default()), ..Config::default() };
    let mut client = Peer::client_with(&by_hand(&[narrow]), NONCE, config);
    let head = String::from_utf8(client.written()).expect("text");
    assert!(head.contains(&format!("{FIELD}: {listed}\r\n")), "{head}");
}

fn offer_tells_the_window() {
    for size in 8..=15 {
        let (_, offered) = offering(Some(Deflate::default().server_max_window_bits(bits(size))));
        let told = offered[0].split("; ").find_map(|part| part.strip_prefix("server_max_window_bits="));
        assert_eq!(told, Some(&*size.to_string()), "{offered:?}");
        // Whoever answers with a larger one, or with none, is refused; the same and smaller are fine.
        let deflate = Deflate::default().server_max_window_bits(bits(size));
        refuses(deflate.clone(), DEFLATE, r::INVALID_RESPONSE_FAILS);
        for answered in 8..=15 {
            let list = format!("; server_max_window_bits={answered}");
            if answered <= size {
                client(deflate.clone(), &list);
            } else {
                refuses(deflate.clone(), &format!("{DEFLATE}{list}"), r::INVALID_RESPONSE_FAILS);
            }
        }
    }
    // Nothing is said of the whole window, and the client has it.
    let (_, offered) = offering(Some(Deflate::default()));
    assert!(!offered[0].contains("server_max_window_bits"), "{offered:?}");
    let far = super::section_7_2_2::far(32_768);
    receives(|| client(eager(), ""), plain(0xC2, far.payload), &[Message::binary(far.text)]);
}

fn offer_hints_at_the_window() {
    for size in 8..=15 {
        let (_, offered) = offering(Some(Deflate::default().client_max_window_bits(bits(size))));
        let told = offered[0].split("; ").find_map(|part| part.strip_prefix("client_max_window_bits="));
        assert_eq!(told, Some(&*size.to_string()), "{offered:?}");
    }
    let (_, offered) = offering(Some(Deflate::default()));
    assert!(offered[0].split("; ").any(|part| part == "client_max_window_bits"), "{offered:?}");
}

fn server_accepts_by_name_or_not_at_all() {
    for offer in
        [DEFLATE, "foo, permessage-deflate", "permessage-deflate; client_max_window_bits, permessage-deflate"]
    {
        let (_, answered) = serving(Some(Deflate::default()), offer);
        assert_eq!(answered, [DEFLATE], "{offer}");
    }
    for offer in [
        "foo",
        "permessage-bzip2",
        "permessage-deflate; foo",
        "permessage-deflate; server_max_window_bits=7",
        "Permessage-Deflate",
    ] {
        let (mut server, answered) = serving(Some(Deflate::default()), offer);
        assert_eq!(answered, [""; 0], "{offer}");
        send(&mut server, Way::Owned, &words(10_000, 1));
        assert!(!sent(&mut server)[0].compressed, "compressed without having accepted");
    }
    assert_eq!(serving(None, DEFLATE).1, [""; 0], "a server without compression");
}

fn second_user_of_rsv1_fails() {
    for list in [
        "permessage-deflate, permessage-deflate",
        "permessage-deflate; server_no_context_takeover, permessage-deflate",
        "permessage-deflate; server_max_window_bits=10, permessage-deflate; client_max_window_bits=10",
    ] {
        // Of one offer nor of two can two be chosen.
        let chosen = rfc6455::EXTENSIONS_ARE_CHOSEN_FROM_OFFER;
        refuses(eager(), list, chosen);
        fails_opening(&by_hand(&[deflate(), deflate()]), answering(list), chosen);
        // Nor would the extension itself have it.
        let answered = extension_list([list.as_bytes()]).expect("a list");
        let fault = agree(&answered, &[deflate(), deflate()]).expect_err("both are in use");
        assert_eq!(fault.requirement(), r::SECOND_USER_OF_RSV1_FAILS);
    }
    // No other extension that uses the bit can be offered, so none can be accepted.
    for other in ["x-webkit-deflate-frame", "deflate-frame", "permessage-bzip2"] {
        for list in [format!("{DEFLATE}, {other}"), format!("{other}, {DEFLATE}")] {
            refuses(eager(), &list, rfc6455::NO_UNLISTED_EXTENSION);
        }
        let refused = request("ws://h/").extension(Extension::new(other).expect("a token"));
        assert!(refused.is_err(), "{other} can be offered");
    }
    client(eager(), "");
}

fn pmce_after_another_extension_fails() {
    // The order of the list is that in which they are applied: whatever comes first
    // would hand its frames to the compressor.
    for first in ["mux", "foo; bar=1", "x-timestamps", "permessage-deflate; server_no_context_takeover"] {
        let (mut client, _) = offering(Some(eager()));
        let came = client.feed(answering(&format!("{first}, {DEFLATE}")));
        assert!(came.error.is_some() && came.opened == 0, "{first} before it is accepted");
        let name = first.split(';').next().expect("a name");
        if name != DEFLATE {
            let refused = request("ws://h/").extension(Extension::new(name).expect("a token"));
            assert!(refused.is_err(), "{name} can be offered");
        }
    }
    client(eager(), "; server_no_context_takeover");
}

fn invalid_response_fails() {
    // Not offered at all; offered otherwise.
    fails_opening(&request("ws://h/"), answering(DEFLATE), rfc6455::NO_UNLISTED_EXTENSION);
    for other in ["permessage-bzip2", "permessage-foo; x=10", "Permessage-deflate"] {
        refuses(eager(), other, rfc6455::NO_UNLISTED_EXTENSION);
    }
    let invalid = r::INVALID_RESPONSE_FAILS;
    let strict = eager().server_no_context_takeover().server_max_window_bits(bits(10));
    refuses(strict.clone(), DEFLATE, invalid);
    refuses(strict.clone(), "permessage-deflate; server_no_context_takeover", invalid);
    refuses(strict.clone(), "permessage-deflate; server_max_window_bits=10", invalid);
    refuses(
        strict.clone(),
        "permessage-deflate; server_no_context_takeover; server_max_window_bits=11",
        invalid,
    );
    client(strict, "; server_no_context_takeover; server_max_window_bits=10");
    // To decline is no such response.
    let (mut declined, _) = offering(Some(eager()));
    assert_eq!(declined.feed(answer().bytes()).opened, 1);
}

fn agreed_parameters_rule() {
    let data = words(3000, 7);
    for role in BOTH {
        // Agreed on: both directions are compressed.
        for way in EACH_WAY {
            let mut sender = end(role, "");
            send(&mut sender, way, &data);
            let messages = sent(&mut sender);
            assert!(messages.len() == 1 && messages[0].compressed, "{role:?} {way:?}");
            assert!(messages[0].read(&mut Judge::default()) == data);
        }
        receives(
            || end(role, ""),
            [packed(role, &HELLO), packed(role, &AGAIN)].concat(),
            &[text("Hello"), text("Hello")],
        );
        // By the agreed parameters and not by others: for each direction, the second
        // message refers to the first unless that is excluded.
        let own = of_sender(role, "no_context_takeover");
        let other = of_receiver(role, "no_context_takeover");
        for (agreed, alone) in [("", false), (&*own, true), (&*other, false)] {
            let mut sender = end(role, agreed);
            send(&mut sender, Way::Owned, &data);
            send(&mut sender, Way::Owned, &data);
            let messages = sent(&mut sender);
            assert_eq!(messages[0].payload == messages[1].payload, alone, "{role:?} {agreed}");
            let mut judge = Judge::default();
            assert!(messages.iter().all(|message| message.read(&mut judge) == data), "{role:?} {agreed}");
        }
        fails(
            || end(role, &other),
            &packed(role, &HELLO),
            packed(role, &AGAIN),
            r::COMPRESSED_MESSAGE_SENDING,
            1007,
        );
        receives(
            || end(role, &own),
            [packed(role, &HELLO), packed(role, &AGAIN)].concat(),
            &[text("Hello"), text("Hello")],
        );
    }
    // Declined: neither direction is.
    let (mut client, _) = offering(Some(eager()));
    assert_eq!(client.feed(answer().bytes()).opened, 1);
    send(&mut client, Way::Owned, &data);
    assert!(!sent(&mut client)[0].compressed, "compressed though declined");
    let refused = client.feed(plain(PACKED_TEXT, HELLO)).error.expect("nothing was agreed on");
    assert_eq!(refused.requirement(), Some(rfc6455::RSV1_IS_ZERO));
    // The thresholds of one's own stay one's own.
    let mut lazy = end_with(crate::proto::Role::Client, Deflate::default().threshold(5000), "");
    send(&mut lazy, Way::Owned, &data);
    assert!(!sent(&mut lazy)[0].compressed);
    assert_eq!(lazy.feed(plain(TEXT, "plain")).messages, [text("plain")]);
}

fn packed(role: crate::proto::Role, payload: &[u8]) -> Vec<u8> {
    super::super::support::to(role, PACKED_TEXT, payload)
}
