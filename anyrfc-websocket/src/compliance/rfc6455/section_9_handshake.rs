//! RFC 6455, sections 5.8, 9 and 9.1: extensions, as far as the handshake settles them.

use anyrfc_core::{ErrorKind, Fault, Requirement, compliance::Check};

use super::super::{
    support::{TEXT, naive_frames, plain},
    support_opening::{
        Peer, accepted, answer, fails_by_extension, fails_opening, opens, plainest, refused, request, sent,
        stays_failed,
    },
};
use crate::{
    Error, Extension, Message,
    codec::handshake::{ExtensionsError, Request, RequestError, extension_list},
    rfc6455 as r,
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "section-5.8/the-handshake-decides-on-extensions",
        covers: &[r::EXTENSIONS_ARE_NEGOTIATED],
        run: the_handshake_decides_on_extensions,
    },
    Check {
        name: "section-9/client-may-request-an-extension",
        covers: &[r::CLIENT_MAY_REQUEST_EXTENSIONS],
        run: client_may_request_an_extension,
    },
    Check {
        name: "section-9/extension-parameters-follow-their-specification",
        covers: &[r::EXTENSION_PARAMETERS_FOLLOW_THEIR_SPECIFICATION],
        run: extension_parameters_follow_their_specification,
    },
    Check {
        name: "section-9.1/malformed-extension-list-fails",
        covers: &[r::MALFORMED_EXTENSIONS_FAIL],
        run: malformed_extension_list_fails,
    },
    Check {
        name: "section-9.1/quoted-parameter-is-a-token",
        covers: &[r::EXTENSION_PARAMETER_VALUE_IS_A_TOKEN],
        run: quoted_parameter_is_a_token,
    },
    Check {
        name: "section-9.1/split-extension-lists-are-joined",
        covers: &[r::EXTENSIONS_MAY_SPAN_LINES],
        run: split_extension_lists_are_joined,
    },
    Check {
        name: "section-9.1/only-registered-extensions-are-offered",
        covers: &[r::EXTENSION_TOKEN_IS_REGISTERED],
        run: only_registered_extensions_are_offered,
    },
    Check {
        name: "section-9.1/unknown-extension-parameter-fails",
        covers: &[r::EXTENSION_PARAMETERS_ARE_DEFINED],
        run: unknown_extension_parameter_fails,
    },
    Check {
        name: "section-9.1/offered-and-not-accepted-is-not-used",
        covers: &[r::UNACCEPTED_EXTENSION_IS_NOT_USED],
        run: offered_and_not_accepted_is_not_used,
    },
];

const FIELD: &str = "Sec-WebSocket-Extensions";
const DEFLATE: &str = "permessage-deflate";

/// An extension as it is listed, without quotes.
fn extension(text: &str) -> Extension {
    let mut parts = text.split(';').map(str::trim);
    let mut made = Extension::new(parts.next().expect("a name")).expect("a token");
    for part in parts {
        made = match part.split_once('=') {
            Some((name, value)) => made.with(name, value).expect("tokens"),
            None => made.with_flag(part).expect("a token"),
        };
    }
    made
}

fn offering(offers: &[&str]) -> Request {
    offers.iter().fold(request("ws://h/"), |request, offer| {
        request.extension(extension(offer)).unwrap_or_else(|error| panic!("{offer}: {error}"))
    })
}

#[track_caller]
fn not_offered(offer: &str, requirement: &'static Requirement) {
    let refused = request("ws://h/").extension(extension(offer)).expect_err(offer);
    assert!(matches!(refused, RequestError::Extension(_)), "{offer}");
    let error = Error::from(refused);
    assert_eq!(error.requirement(), Some(requirement), "{offer}: {error}");
    assert_eq!((error.kind(), error.fault()), (ErrorKind::Usage, Fault::Caller), "{offer}");
}

#[track_caller]
fn in_use(client: &Peer) -> Vec<String> {
    client.connection.opened().expect("opened").extensions().iter().map(ToString::to_string).collect()
}

/// Whether the client keeps a frame with RSV1, and what its own frames look like.
#[track_caller]
fn uses_nothing(mut client: Peer) {
    let long = "the same words ".repeat(1000);
    client.send(Message::text(long.clone())).expect("open");
    let frames = naive_frames(&client.written());
    let [frame] = &frames[..] else { panic!("not one frame") };
    assert_eq!((frame.rsv, frame.payload == long.as_bytes()), (0, true), "not sent as it is");
    let error = client.feed(plain(TEXT | 0x40, b"\xf2\x48\xcd\xc9\xc9\x07\x00")).error.expect("RSV1 is set");
    assert_eq!(error.requirement(), Some(r::RSV1_IS_ZERO));
}

fn the_handshake_decides_on_extensions() {
    let offer = offering(&[DEFLATE]);
    // Offered and accepted: agreed on. Anything else: not.
    assert_eq!(in_use(&opens(&offer, answer().with(FIELD, DEFLATE).bytes())), [DEFLATE]);
    let declined = opens(&offer, answer().bytes());
    assert_eq!(in_use(&declined), [""; 0]);
    uses_nothing(declined);
    let unasked = opens(&request("ws://h/"), answer().bytes());
    assert_eq!(in_use(&unasked), [""; 0]);
    uses_nothing(unasked);
    fails_opening(&request("ws://h/"), answer().with(FIELD, DEFLATE).bytes(), r::NO_UNLISTED_EXTENSION);
    // Before the answer, and after a failed one, there are none.
    let mut client = Peer::client(&offer);
    client.written();
    let wrong = answer().with(FIELD, DEFLATE).set("Sec-WebSocket-Accept", "x");
    assert_eq!(in_use(&client), [""; 0]);
    assert!(client.feed(wrong.bytes()).error.is_some());
    assert_eq!(in_use(&client), [""; 0]);
    // In an interim answer nothing is agreed on.
    let early = answer().start("HTTP/1.1 103 Early Hints").with(FIELD, DEFLATE).bytes();
    assert_eq!(in_use(&opens(&offer, [early, answer().bytes()].concat())), [""; 0]);
}

fn client_may_request_an_extension() {
    let (first, second) = ("permessage-deflate; server_max_window_bits=10; client_max_window_bits", DEFLATE);
    let both = offering(&[first, second]);
    let head = sent(&both);
    assert_eq!(head.one(FIELD), format!("{first}, {second}"));
    let judged = accepted(head.bytes());
    let seen = &judged.server.connection.opened().and_then(|o| o.request()).expect("a request").extensions;
    assert_eq!(seen[..], [extension(first), extension(second)], "by preference");
    // Either may be accepted.
    for answered in ["permessage-deflate; server_max_window_bits=10", DEFLATE] {
        assert_eq!(in_use(&opens(&both, answer().with(FIELD, answered).bytes())), [answered]);
    }
    // The weaker one alone does not answer the stronger one alone.
    let strong = offering(&[first]);
    let weak = answer().with(FIELD, DEFLATE);
    fails_by_extension(&strong, weak.bytes());
    assert_eq!(sent(&request("ws://h/")).all(FIELD), [""; 0], "requested by itself");
}

fn extension_parameters_follow_their_specification() {
    let specified = r::EXTENSION_PARAMETERS_FOLLOW_THEIR_SPECIFICATION;
    let fits = |offer: &str, answered: &str| {
        let answered = format!("{DEFLATE}{answered}");
        let client =
            opens(&offering(&[&format!("{DEFLATE}{offer}")]), answer().with(FIELD, &answered).bytes());
        assert_eq!(in_use(&client), [answered]);
    };
    let breaks = |offer: &str, answered: &str| {
        let offer = offering(&[&format!("{DEFLATE}{offer}")]);
        fails_by_extension(&offer, answer().with(FIELD, format!("{DEFLATE}{answered}")).bytes());
    };
    let (any, ours) = ("; client_max_window_bits", "; server_max_window_bits=10; server_no_context_takeover");
    for bits in 8..=15 {
        fits("", &format!("; server_max_window_bits={bits}"));
        fits(any, &format!("; client_max_window_bits={bits}"));
        let offer = format!("; server_max_window_bits={bits}; client_max_window_bits={bits}");
        let full = format!("{offer}; client_no_context_takeover; server_no_context_takeover");
        fits(&offer, &full);
        fits(&full, &full);
        if bits < 15 {
            breaks(&offer, &format!("; server_max_window_bits={}", bits + 1));
            breaks(&offer, &format!("{offer}; client_max_window_bits={bits}"));
            // The client's own bits are a hint, which the server need not follow.
            let more = bits + 1;
            fits(&offer, &format!("; server_max_window_bits={bits}; client_max_window_bits={more}"));
        }
        breaks("", &format!("; client_max_window_bits={bits}"));
    }
    fits("", "");
    fits("", "; server_no_context_takeover; client_no_context_takeover");
    fits("; client_no_context_takeover", "");
    fits(ours, "; server_no_context_takeover; server_max_window_bits=9");
    breaks(ours, "");
    breaks(ours, "; server_no_context_takeover");
    breaks(ours, "; server_max_window_bits=9");
    for wrong in [
        "; server_max_window_bits=7",
        "; server_max_window_bits=16",
        "; server_max_window_bits=08",
        "; server_max_window_bits=+9",
        "; server_max_window_bits=9.0",
        "; server_max_window_bits=a",
        "; server_max_window_bits=264",
        "; server_max_window_bits",
        "; server_no_context_takeover=1",
        "; client_no_context_takeover=true",
        "; server_no_context_takeover; server_no_context_takeover",
        "; client_no_context_takeover; client_no_context_takeover",
        "; server_max_window_bits=9; server_max_window_bits=9",
        "; server_max_window_bits=9; server_max_window_bits=10",
    ] {
        breaks("", wrong);
        not_offered(&format!("{DEFLATE}{wrong}"), specified);
    }
    for wrong in ["", "=7", "=16", "=09", "=9; client_max_window_bits=9", "=9; client_max_window_bits"] {
        breaks(any, &format!("; client_max_window_bits{wrong}"));
        if !wrong.is_empty() {
            not_offered(&format!("{DEFLATE}; client_max_window_bits{wrong}"), specified);
        }
    }
}

/// The list that these lines make.
fn list(lines: &[&str]) -> Result<Vec<String>, ExtensionsError> {
    let list = extension_list(lines.iter().map(|line| line.as_bytes()))?;
    Ok(list.iter().map(ToString::to_string).collect())
}

fn malformed_extension_list_fails() {
    let malformed = r::MALFORMED_EXTENSIONS_FAIL;
    let offer = offering(&[DEFLATE]);
    for wrong in [
        "",
        " ",
        ",",
        " , \t,",
        ";",
        ";a",
        "foo;",
        "foo; ",
        "foo; , bar",
        "foo; =1",
        "foo; a=",
        "foo; a= ",
        "foo; a=,bar",
        "foo; a=;b",
        "foo; a=b=c",
        "foo; a=b c",
        "foo; a b",
        "foo=1",
        "foo; a=\"x",
        "foo; a=\"x\\",
        "foo; a=\"x\"y",
        "foo; \"a\"",
        "\"foo\"",
        "foo bar",
        "foo, bar baz",
        "f(o)o",
        "foo/1",
        "<foo>",
        "foo@bar",
        "foo; a={}",
        "foo?",
        "foo:bar",
        "caf\u{e9}",
        "permessage-deflate;",
        "permessage-deflate; server_max_window_bits=",
    ] {
        fails_opening(&offer, answer().with(FIELD, wrong).bytes(), malformed);
        refused(plainest().with(FIELD, wrong).bytes(), 400, malformed);
        assert_eq!(list(&[wrong]), Err(ExtensionsError::Malformed), "{wrong}");
        if !wrong.trim_matches([' ', ',', '\t']).is_empty() {
            assert_eq!(list(&["fine", wrong]), Err(ExtensionsError::Malformed), "{wrong}");
        }
    }
    for byte in (0..=255_u8).filter(|b| !(b' '..0x7F).contains(b) && *b != b'\t') {
        let line = [b"fo", &[byte][..], b"o"].concat();
        assert_eq!(extension_list([&line[..]]), Err(ExtensionsError::Malformed), "{byte:#x}");
    }
    for control in [&b"permessage\0-deflate"[..], b"permessage\x7f-deflate", b"permessage-deflate; \x01"] {
        fails_opening(&offer, answer().with(FIELD, control).bytes(), r::ACCEPTING_RESPONSE_IS_VALID);
    }
    for (fine, listed) in [
        ("foo", &["foo"][..]),
        ("foo, bar; baz=2", &["foo", "bar; baz=2"]),
        (
            "mux; max-channels=4; flow-control,deflate-stream",
            &["mux; max-channels=4; flow-control", "deflate-stream"],
        ),
        (" foo ;\ta = b ;c , bar\t", &["foo; a=b; c", "bar"]),
        ("foo, , bar", &["foo", "bar"]),
        (",,foo,", &["foo"]),
        ("foo; a; a=1; a", &["foo; a; a=1; a"]),
        ("!#$%&'*+-.^_`|~09azAZ", &["!#$%&'*+-.^_`|~09azAZ"]),
    ] {
        assert_eq!(
            list(&[fine]).as_deref(),
            Ok(&listed.iter().map(ToString::to_string).collect::<Vec<_>>()[..])
        );
        let judged = accepted(plainest().with(FIELD, fine).bytes());
        let seen = judged.server.connection.opened().and_then(|o| o.request()).expect("a request");
        let shown: Vec<String> = seen.extensions.iter().map(ToString::to_string).collect();
        assert_eq!(shown, listed, "{fine}");
    }
    for fine in [DEFLATE, " permessage-deflate ; server_max_window_bits = 12\t,", ", ,permessage-deflate"] {
        opens(&offer, answer().with(FIELD, fine).bytes());
    }
}

fn quoted_parameter_is_a_token() {
    for (quoted, bare) in [
        ("x; a=\"bc\"", "x; a=bc"),
        ("x; a=\"b\\c\"", "x; a=bc"),
        ("x; a=\"\\b\\c\"; d", "x; a=bc; d"),
        ("x; a = \"bc\" , y", "x; a=bc, y"),
        ("x; a=\"!#$%&'*+-.^_`|~\"", "x; a=!#$%&'*+-.^_`|~"),
    ] {
        let read = list(&[quoted]).expect(quoted).join(", ");
        assert_eq!(read, bare, "{quoted}");
        assert_eq!(list(&[quoted]), list(&[bare]), "{quoted}");
        assert_eq!(list(&[&read]).expect(bare).join(", "), read, "not a fixed point");
        accepted(plainest().with(FIELD, quoted).bytes());
    }
    for wrong in [
        "a=\"\"",
        "a=\"b c\"",
        "a=\"b,c\"",
        "a=\"b;c\"",
        "a=\"\\\"\"",
        "a=\"b\\ c\"",
        "a=\"\\\\\"",
        "a=\"\u{e9}\"",
        "a=\"b\"; c=\"d e\"",
        "a=\"(b)\"",
        "a=\" b\"",
    ] {
        let line = format!("x; {wrong}");
        assert_eq!(list(&[&line]), Err(ExtensionsError::ParameterValue), "{wrong}");
        let requirement = r::EXTENSION_PARAMETER_VALUE_IS_A_TOKEN;
        refused(plainest().with(FIELD, &line).bytes(), 400, requirement);
        let deflate = answer().with(FIELD, format!("{DEFLATE}; {wrong}"));
        fails_opening(&offering(&[DEFLATE]), deflate.bytes(), requirement);
    }
}

fn split_extension_lists_are_joined() {
    let seen = |lines: &[&str]| {
        let head = lines.iter().fold(plainest(), |head, line| head.with(FIELD, line));
        let judged = accepted(head.bytes());
        let seen = judged.server.connection.opened().and_then(|o| o.request()).expect("a request");
        seen.extensions.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    let joined = ["foo", "bar; baz=2"];
    for lines in [
        &["foo, bar; baz=2"][..],
        &["foo", "bar; baz=2"],
        &["foo,", "", "bar; baz=2"],
        &["foo", " , ", ",bar; baz=2"],
    ] {
        assert_eq!(list(lines).expect("a list"), joined, "{lines:?}");
        assert_eq!(seen(lines), joined, "{lines:?}");
    }
    // With another field between them, and one extension not cut over two lines.
    let apart = plainest().with(FIELD, "foo").with("X", "y").with(FIELD, "bar; baz=2");
    let judged = accepted(apart.bytes());
    let opening = judged.server.connection.opened().and_then(|o| o.request()).expect("a request");
    assert_eq!(opening.extensions, [extension("foo"), extension("bar; baz=2")]);
    assert_eq!(seen(&["bar; baz=2", "foo"]), ["bar; baz=2", "foo"], "the order counts");
    for cut in [&["foo;", "bar"][..], &["foo; a=", "b"], &["foo; a=\"b", "c\""]] {
        assert_eq!(list(cut), Err(ExtensionsError::Malformed), "{cut:?}");
        let head = cut.iter().fold(plainest(), |head, line| head.with(FIELD, line));
        refused(head.bytes(), 400, r::MALFORMED_EXTENSIONS_FAIL);
    }
}

fn only_registered_extensions_are_offered() {
    for name in [
        "foo",
        "mux",
        "deflate-stream",
        "x-webkit-deflate-frame",
        "deflate-frame",
        "perframe-deflate",
        "permessage-bzip2",
        "private-extension",
        "Permessage-deflate",
        "permessage-deflate2",
    ] {
        not_offered(name, r::EXTENSION_TOKEN_IS_REGISTERED);
        not_offered(&format!("{name}; a=1"), r::EXTENSION_TOKEN_IS_REGISTERED);
    }
    // Nor past the builder, nor by the server's choice.
    let error = request("ws://h/").header(FIELD, "private-extension").expect_err("a field of the protocol");
    assert!(matches!(error, RequestError::OwnedField(_)));
    let private = answer().with(FIELD, "private-extension");
    fails_opening(&offering(&[DEFLATE]), private.bytes(), r::NO_UNLISTED_EXTENSION);
    // The registry (https://www.iana.org/assignments/websocket) has this one.
    assert_eq!(sent(&offering(&[DEFLATE])).one(FIELD), DEFLATE);
    assert_eq!(sent(&offering(&[DEFLATE, DEFLATE])).one(FIELD), format!("{DEFLATE}, {DEFLATE}"));
}

fn unknown_extension_parameter_fails() {
    let defined = r::EXTENSION_PARAMETERS_ARE_DEFINED;
    let every = "permessage-deflate; server_no_context_takeover; client_no_context_takeover; \
                 server_max_window_bits=12; client_max_window_bits=11";
    let offer = offering(&[every]);
    assert_eq!(sent(&offer).one(FIELD), every);
    assert_eq!(in_use(&opens(&offer, answer().with(FIELD, every).bytes())), [every]);
    for parameter in [
        "foo",
        "foo=1",
        "max_window_bits=10",
        "c2s_max_window_bits=10",
        "Server_Max_Window_Bits=10",
        "server_max_window_bit=10",
        "no_context_takeover",
    ] {
        not_offered(&format!("{DEFLATE}; {parameter}"), defined);
        not_offered(&format!("{every}; {parameter}"), defined);
        fails_by_extension(&offer, answer().with(FIELD, format!("{DEFLATE}; {parameter}")).bytes());
        fails_by_extension(&offer, answer().with(FIELD, format!("{every}; {parameter}")).bytes());
    }
    // A server that knows no extension takes none, whatever the parameters are.
    let judged = accepted(plainest().with(FIELD, "permessage-deflate; foo").bytes());
    assert_eq!(judged.answer.all(FIELD), [""; 0]);
}

fn offered_and_not_accepted_is_not_used() {
    let every = "permessage-deflate; server_max_window_bits=10; client_max_window_bits";
    for offer in [offering(&[DEFLATE]), offering(&[every, DEFLATE])] {
        let declined = opens(&offer, answer().bytes());
        assert_eq!(in_use(&declined), [""; 0]);
        uses_nothing(declined);
        // Not even when the server behaves as if it had accepted, in the same segment.
        let mut client = Peer::client(&offer);
        client.written();
        let came =
            client.feed([answer().bytes(), plain(TEXT | 0x40, b"\xf2\x48\xcd\xc9\xc9\x07\x00")].concat());
        assert_eq!((came.opened, &came.messages[..]), (1, &[][..]));
        assert_eq!(came.error.expect("RSV1").requirement(), Some(r::RSV1_IS_ZERO));
        // Before the answer there is nothing to use it in.
        let mut early = Peer::client(&offer);
        early.written();
        assert!(early.send(Message::text("x")).is_err());
        early.feed(answer().without("Upgrade").bytes()).error.expect("no upgrade");
        stays_failed(&mut early);
    }
    let accepted = opens(&offering(&[DEFLATE]), answer().with(FIELD, DEFLATE).bytes());
    assert_eq!(in_use(&accepted), [DEFLATE], "the difference is the server's word");
}
