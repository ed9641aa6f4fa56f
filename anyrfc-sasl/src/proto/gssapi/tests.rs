//! Servers of every kind, and a library that does what it is told.

use std::sync::{Arc, Mutex};

use anyrfc_core::Requirement;

use super::*;
use crate::{Binding, BindingType, ChannelBinding, ErrorKind, Exchange, Fault, SecurityLayer, rfc5801};

/// What the library was asked.
#[derive(Debug, Default)]
struct Asked {
    flags: Option<GssFlags>,
    bindings: Option<Vec<u8>>,
    confidential: Vec<bool>,
}

/// A context that is established after so many tokens. What it wraps is told by
/// a letter in front: `C` encrypted, `I` not.
struct Library {
    tokens: usize,
    has: GssFlags,
    header: bool,
    /// The token in the middle, and the one that comes with completion.
    between: &'static [u8],
    last: &'static [u8],
    asked: Arc<Mutex<Asked>>,
}

impl std::fmt::Debug for Library {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Library(..)")
    }
}

impl Library {
    fn new(tokens: usize, has: GssFlags) -> (Box<Self>, Arc<Mutex<Asked>>) {
        let asked = Arc::new(Mutex::new(Asked::default()));
        (
            Box::new(Self {
                tokens,
                has,
                header: true,
                between: b"more",
                last: b"",
                asked: Arc::clone(&asked),
            }),
            asked,
        )
    }
}

impl GssContext for Library {
    fn init(
        &mut self,
        asked: GssFlags,
        bindings: Option<&[u8]>,
        token: Option<&[u8]>,
    ) -> Result<GssToken, Error> {
        let mut log = self.asked.lock().unwrap();
        log.flags = Some(asked);
        log.bindings = bindings.map(<[u8]>::to_vec);
        if token.is_some_and(|token| token != b"good") {
            return Err(Error::auth("a bad token"));
        }
        self.tokens -= 1;
        let complete = self.tokens == 0;
        let out: &[u8] = match token {
            None if self.header => b"\x60\x04\x06\x00AP",
            None => b"AP",
            Some(_) if complete => self.last,
            Some(_) => self.between,
        };
        Ok(GssToken { token: out.to_vec(), complete })
    }

    fn flags(&self) -> GssFlags {
        self.has
    }

    fn wrap(&mut self, data: &[u8], confidential: bool) -> Result<Vec<u8>, Error> {
        self.asked.lock().unwrap().confidential.push(confidential);
        Ok([if confidential { b"C" } else { b"I" }, data].concat())
    }

    fn unwrap_token(&mut self, token: &[u8]) -> Result<(Vec<u8>, bool), Error> {
        match token {
            [b'C', data @ ..] => Ok((data.to_vec(), true)),
            [b'I', data @ ..] => Ok((data.to_vec(), false)),
            _ => Err(Error::auth("a bad token")),
        }
    }

    fn wrap_size_limit(&mut self, _: bool, token_max: usize) -> Result<usize, Error> {
        Ok(token_max.saturating_sub(1))
    }
}

const SIGNED: GssFlags = GssFlags { confidentiality: false, ..GssFlags::ALL };

/// An exchange that waits for the server's layers.
fn before_layers(has: GssFlags, layer: bool, tolerance: Tolerance) -> (Exchange, Arc<Mutex<Asked>>) {
    let (library, asked) = Library::new(2, has);
    let gssapi = if layer {
        Gssapi::with_layer(library, Some("alice".into()))
    } else {
        Gssapi::new(library, Some("alice".into()))
    };
    let mut exchange = Exchange::new(gssapi.unwrap().tolerance(tolerance));
    assert_eq!(exchange.first().unwrap().unwrap().expose(), b"\x60\x04\x06\x00AP");
    assert_eq!(exchange.step_blocking(b"good").unwrap().expose(), b"");
    (exchange, asked)
}

fn answer(has: GssFlags, layer: bool, offer: &[u8]) -> Result<(Exchange, Vec<u8>), Error> {
    let (mut exchange, _) = before_layers(has, layer, Tolerance::Field);
    let answer = exchange.step_blocking(&[b"I", offer].concat())?;
    Ok((exchange, answer.expose().clone()))
}

#[track_caller]
fn assert_layer_breaks(error: &anyrfc_core::Error, requirement: &'static Requirement) {
    assert_eq!(error.requirement(), Some(requirement), "{error}");
}

#[track_caller]
fn assert_breaks(error: &Error, requirement: &'static Requirement) {
    assert_eq!(error.requirement(), Some(requirement), "{error}");
}

#[test]
fn no_layer_under_tls_whatever_is_offered() {
    for offer in [&[1, 0, 0, 0][..], &[7, 1, 0, 0], &[0xff, 0xff, 0xff, 0xff]] {
        let (mut exchange, answer) = answer(GssFlags::ALL, false, offer).unwrap();
        // Not terminated, not encrypted, with a maximum of 0.
        assert_eq!(answer, b"I\x01\0\0\0alice");
        let established = exchange.succeed(None).unwrap();
        assert!(established.layer.is_none() && established.mutual && established.deviations.is_empty());
        assert_eq!(established.authorization_id.as_deref(), Some("alice"));
    }
}

#[test]
fn what_is_asked_of_the_library() {
    let (_, asked) = before_layers(GssFlags::ALL, false, Tolerance::Field);
    let asked = asked.lock().unwrap();
    let flags = asked.flags.unwrap();
    assert!(flags.mutual && flags.integrity && !flags.confidentiality && !flags.sequence);
    assert_eq!(asked.bindings, None);
    drop(asked);
    let (mut exchange, asked) = before_layers(GssFlags::ALL, true, Tolerance::Field);
    assert_eq!(asked.lock().unwrap().flags, Some(GssFlags::ALL));
    exchange.step_blocking(b"I\x07\x01\0\0").unwrap();
    assert_eq!(asked.lock().unwrap().confidential, [false]);
}

#[test]
fn the_strongest_layer_that_both_have() {
    for (has, offer, chosen, confidential) in [
        (GssFlags::ALL, 7, 4, true),
        (GssFlags::ALL, 4, 4, true),
        (GssFlags::ALL, 3, 2, false),
        (SIGNED, 7, 2, false),
        // Bits that nobody knows are declined.
        (GssFlags::ALL, 0xfa, 2, false),
    ] {
        let (mut exchange, answer) = answer(has, true, &[offer, 0, 1, 0]).unwrap();
        assert_eq!(answer, [b"I", &[chosen, 1, 0, 0][..], b"alice"].concat(), "{offer}");
        let layer = exchange.succeed(None).unwrap().layer.unwrap();
        assert_eq!((layer.is_confidential(), layer.plain_max()), (confidential, 255));
    }
}

#[test]
fn layers_that_cannot_be() {
    for (has, layer, offer) in [
        (GssFlags::ALL, true, 1),
        (GssFlags::ALL, true, 0),
        (GssFlags::MUTUAL, true, 7),
        (SIGNED, true, 4),
        (GssFlags::ALL, false, 6),
        (GssFlags::ALL, false, 0),
    ] {
        let error = answer(has, layer, &[offer, 1, 0, 0]).unwrap_err();
        assert_breaks(&error, rfc4752::OFFER_HOLDS_THE_CHOICE);
    }
    let error = answer(GssFlags::ALL, true, &[7, 0, 0, 1]).unwrap_err();
    assert_breaks(&error, rfc4752::OFFER_HOLDS_THE_CHOICE);
}

#[test]
fn offers_that_are_none() {
    for offer in [&b""[..], b"\x01\0\0", b"\x01\0\0\0\0"] {
        assert_breaks(&answer(GssFlags::ALL, false, offer).unwrap_err(), rfc4752::LAYER_TOKEN_IS_FOUR_OCTETS);
    }
    for challenge in [&b"good"[..], b""] {
        let (mut exchange, _) = before_layers(GssFlags::ALL, false, Tolerance::Field);
        assert_breaks(&exchange.step(challenge).unwrap_err(), rfc4752::FAILED_UNWRAP_IS_FATAL);
    }
}

#[test]
fn no_layer_with_a_size_is_noted() {
    let (mut exchange, _) = answer(GssFlags::ALL, false, &[1, 0xff, 0xff, 0xff]).unwrap();
    let deviations = exchange.succeed(None).unwrap().deviations;
    let noted: Vec<_> = deviations.iter().map(|deviation| deviation.requirement).collect();
    assert_eq!(noted, [rfc4752::NO_LAYER_MEANS_NO_BUFFER]);
    let (mut strict, _) = before_layers(GssFlags::ALL, false, Tolerance::Strict);
    assert_breaks(&strict.step(b"I\x01\xff\xff\xff").unwrap_err(), rfc4752::NO_LAYER_MEANS_NO_BUFFER);
}

#[test]
fn nothing_before_and_nothing_after() {
    let (library, _) = Library::new(2, GssFlags::ALL);
    let mut exchange = Exchange::new(Gssapi::new(library, None).unwrap());
    assert_breaks(&exchange.step(b"early").unwrap_err(), rfc4422::FIRST_CHALLENGE_IS_EMPTY);
    let (library, _) = Library::new(2, GssFlags::ALL);
    let mut exchange = Exchange::new(Gssapi::new(library, None).unwrap());
    assert_eq!(exchange.step_blocking(b"").unwrap().expose(), b"\x60\x04\x06\x00AP");
    assert_eq!(exchange.step(b"bad").unwrap_err().kind(), ErrorKind::Auth);
    let (mut exchange, _) = before_layers(GssFlags::ALL, false, Tolerance::Field);
    assert_breaks(&exchange.succeed(None).unwrap_err(), rfc4422::NO_SUCCESS_BEFORE_THE_END);
    let (mut exchange, _) = answer(GssFlags::ALL, false, &[1, 0, 0, 0]).unwrap();
    assert_breaks(&exchange.step(b"I").unwrap_err(), rfc4422::NO_CHALLENGE_AFTER_THE_END);
    let (mut exchange, _) = answer(GssFlags::ALL, false, &[1, 0, 0, 0]).unwrap();
    assert!(exchange.succeed(Some(b"x")).is_err());
    for wrong in ["", "a\0"] {
        let (library, _) = Library::new(2, GssFlags::ALL);
        assert!(Gssapi::new(library, Some(wrong.into())).is_err());
    }
}

fn layer(has: GssFlags) -> Box<dyn SecurityLayer> {
    let (mut exchange, _) = answer(has, true, &[7, 0, 1, 0]).unwrap();
    exchange.succeed(None).unwrap().layer.unwrap()
}

#[test]
fn buffers_of_a_layer() {
    let mut layer = layer(GssFlags::ALL);
    let mut out = b"before".to_vec();
    layer.wrap_buffer(b"hello", &mut out).unwrap();
    assert_eq!(out, b"before\0\0\0\x06Chello");
    layer.wrap_buffer(&[b'x'; 255], &mut Vec::new()).unwrap();
    let input = b"\0\0\0\x04Cabc\0\0\0\x03Cde\0\0";
    let mut plain = Vec::new();
    for end in 0..8 {
        assert_eq!(layer.unwrap_buffer(&input[..end], &mut plain).unwrap(), None);
    }
    let taken = layer.unwrap_buffer(input, &mut plain).unwrap().unwrap();
    let again = layer.unwrap_buffer(&input[taken..], &mut plain).unwrap().unwrap();
    assert_eq!((taken, again, plain.as_slice()), (8, 7, &b"abcde"[..]));
    assert_eq!(layer.unwrap_buffer(&input[taken + again..], &mut plain).unwrap(), None);
}

#[test]
fn a_layer_that_fails_stays_failed() {
    for (input, requirement) in [
        (&b"\0\x01\0\x01"[..], rfc4422::OVERLONG_BUFFER_CLOSES),
        (b"\xff\xff\xff\xff", rfc4422::OVERLONG_BUFFER_CLOSES),
        (b"\0\0\0\x01x", rfc4422::LAYER_THAT_CANNOT_DECODE_CLOSES),
        (b"\0\0\0\0", rfc4422::LAYER_THAT_CANNOT_DECODE_CLOSES),
        (b"\0\0\0\x02Ix", rfc4422::LACK_OF_INTEGRITY_CLOSES),
    ] {
        let mut layer = layer(GssFlags::ALL);
        let mut out = Vec::new();
        assert_layer_breaks(&layer.unwrap_buffer(input, &mut out).unwrap_err(), requirement);
        assert_eq!(layer.unwrap_buffer(b"\0\0\0\x02Cx", &mut out).unwrap_err().kind(), ErrorKind::Closed);
        assert_eq!(layer.wrap_buffer(b"x", &mut out).unwrap_err().kind(), ErrorKind::Closed);
        assert!(out.is_empty());
    }
    // Without encryption agreed on, none is asked for.
    let mut signed = layer(SIGNED);
    assert_eq!(signed.unwrap_buffer(b"\0\0\0\x02Ix", &mut Vec::new()).unwrap(), Some(6));
    // Our own mistake breaks nothing.
    let error = signed.wrap_buffer(&[b'x'; 256], &mut Vec::new()).unwrap_err();
    assert_eq!((error.kind(), error.fault()), (ErrorKind::Usage, Fault::Caller));
    signed.wrap_buffer(b"x", &mut Vec::new()).unwrap();
}

fn gs2(tokens: usize, has: GssFlags, binding: &Binding) -> (Exchange, Arc<Mutex<Asked>>) {
    let (library, asked) = Library::new(tokens, has);
    (Exchange::new(Gs2Krb5::new(library, Some("a,b".into()), binding, Tolerance::Field).unwrap()), asked)
}

fn bound() -> Binding {
    Binding::Bound(ChannelBinding::new(BindingType::TlsExporter, *b"exported"))
}

#[test]
fn gs2_puts_its_header_before_the_bare_token() {
    for (binding, plus, header, data) in [
        (Binding::Unsupported, false, "n,a=a=2Cb,", ""),
        (Binding::NotOffered, false, "y,a=a=2Cb,", ""),
        (bound(), true, "p=tls-exporter,a=a=2Cb,", "exported"),
    ] {
        let (mut exchange, asked) = gs2(2, GssFlags::MUTUAL, &binding);
        assert_eq!(exchange.name().is_plus(), plus);
        assert_eq!(exchange.first().unwrap().unwrap().expose(), &[header.as_bytes(), b"AP"].concat());
        let asked = asked.lock().unwrap();
        assert_eq!(asked.bindings.as_deref(), Some(format!("{header}{data}").as_bytes()));
        assert_eq!(asked.flags, Some(GssFlags { sequence: true, ..GssFlags::MUTUAL }));
        drop(asked);
        assert!(matches!(exchange.step(b"good").unwrap(), Step::Done));
        assert!(exchange.succeed(None).unwrap().mutual);
    }
    let (mut library, asked) = Library::new(2, GssFlags::MUTUAL);
    library.header = false;
    let mut exchange =
        Exchange::new(Gs2Krb5::new(library, None, &Binding::Unsupported, Tolerance::Strict).unwrap());
    assert_eq!(exchange.first().unwrap().unwrap().expose(), b"F,n,,AP");
    let asked = asked.lock().unwrap();
    assert_eq!(asked.bindings.as_deref(), Some(&b"n,,"[..]), "the flag is not bound to");
    assert_eq!(asked.flags, Some(GssFlags::MUTUAL), "strictly, nothing else is asked for");
}

#[test]
fn gs2_to_its_end() {
    // The last token with success.
    let (mut exchange, _) = gs2(2, GssFlags::MUTUAL, &bound());
    exchange.first().unwrap();
    assert_eq!(exchange.succeed(Some(b"good")).unwrap().mechanism, MechanismName::GS2_KRB5_PLUS);
    // More tokens.
    let (mut exchange, _) = gs2(3, GssFlags::MUTUAL, &bound());
    assert!(exchange.step_blocking(b"").unwrap().expose().starts_with(b"p="));
    assert_eq!(exchange.step_blocking(b"good").unwrap().expose(), b"more");
    assert!(matches!(exchange.step(b"good").unwrap(), Step::Done));
    assert_breaks(&exchange.step(b"good").unwrap_err(), rfc4422::NO_CHALLENGE_AFTER_THE_END);
}

#[test]
fn gs2_says_nothing_before_its_turn() {
    let (mut exchange, _) = gs2(2, GssFlags::MUTUAL, &bound());
    assert_breaks(&exchange.step(b"good").unwrap_err(), rfc4422::FIRST_CHALLENGE_IS_EMPTY);
    let (mut exchange, _) = gs2(2, GssFlags::MUTUAL, &bound());
    assert_breaks(&exchange.succeed(Some(b"good")).unwrap_err(), rfc4422::NO_SUCCESS_BEFORE_THE_END);
}

#[test]
fn gs2_has_a_last_word() {
    let started = |between, last, tokens| {
        let (mut library, _) = Library::new(tokens, GssFlags::MUTUAL);
        (library.between, library.last) = (between, last);
        let gs2 = Gs2Krb5::new(library, None, &Binding::Unsupported, Tolerance::Field).unwrap();
        let mut exchange = Exchange::new(gs2);
        exchange.first().unwrap();
        exchange
    };
    // A token that completes the context and has an answer is answered first.
    let mut exchange = started(b"more", b"last", 2);
    assert!(matches!(exchange.step(b"good").unwrap(), Step::Respond(last) if last.expose() == b"last"));
    assert!(exchange.succeed(None).unwrap().mutual);
    // Where it comes with success, nobody waits for the answer any more; nor for an empty one.
    for (last, tokens) in [(&b"last"[..], 2), (b"", 3)] {
        let error = started(b"", last, tokens).succeed(Some(b"good")).unwrap_err();
        assert_breaks(&error, rfc4422::NO_SUCCESS_BEFORE_THE_END);
    }
    // An empty token in the middle is a response.
    let mut exchange = started(b"", b"", 3);
    assert!(matches!(exchange.step(b"good").unwrap(), Step::Respond(empty) if empty.expose().is_empty()));
}

#[test]
fn gs2_wants_a_server_that_proves_itself() {
    for additional in [None, Some(&b""[..])] {
        let (mut exchange, _) = gs2(2, GssFlags::MUTUAL, &bound());
        exchange.first().unwrap();
        assert_breaks(&exchange.succeed(additional).unwrap_err(), rfc5801::NOT_MUTUAL_FAILS);
    }
    let (mut exchange, _) = gs2(2, GssFlags::default(), &bound());
    exchange.first().unwrap();
    assert_breaks(&exchange.step(b"good").unwrap_err(), rfc5801::NOT_MUTUAL_FAILS);
    let (mut exchange, _) = gs2(2, GssFlags::default(), &bound());
    exchange.first().unwrap();
    assert_breaks(&exchange.succeed(Some(b"good")).unwrap_err(), rfc5801::NOT_MUTUAL_FAILS);
    // Complete before the server has said a word.
    let (library, _) = Library::new(1, GssFlags::MUTUAL);
    assert_breaks(
        &Gs2Krb5::new(library, None, &bound(), Tolerance::Strict).unwrap_err(),
        rfc5801::NOT_MUTUAL_FAILS,
    );
    // Success in the middle.
    let (mut exchange, _) = gs2(3, GssFlags::MUTUAL, &bound());
    exchange.first().unwrap();
    assert_breaks(&exchange.succeed(Some(b"good")).unwrap_err(), rfc4422::NO_SUCCESS_BEFORE_THE_END);
}

#[cfg(feature = "gssapi")]
mod with_the_library {
    use super::*;
    use crate::{Channel, Credentials, Negotiator, Policy, Reason, Service};

    /// The library is on every system of ours; a ticket for this host is on none.
    #[test]
    fn without_a_ticket() {
        let context = match Kerberos::new(&Service::new("imap", "nowhere.invalid")) {
            Ok(context) => context,
            Err(error) => {
                assert_eq!(error.kind(), ErrorKind::Unsupported, "{error}");
                return;
            }
        };
        assert!(format!("{context:?}").starts_with("Kerberos { flags"));
        let error = Gssapi::new(Box::new(context), None).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Auth);
        assert!(matches!(error.detail(), crate::Detail::Gss { major, .. } if *major != 0), "{error}");
        assert!(error.to_string().starts_with("the Kerberos login failed: "), "{error}");
    }

    #[test]
    fn nothing_is_wrapped_without_a_context() {
        let Ok(mut context) = Kerberos::new(&Service::new("imap", "nowhere.invalid")) else { return };
        assert!(context.wrap(b"x", true).is_err() && context.unwrap_token(b"x").is_err());
        assert!(context.wrap_size_limit(true, 100).is_err());
        assert!(context.init(GssFlags::MUTUAL, Some(b"n,,"), Some(b"x")).is_err());
    }

    #[test]
    fn a_mechanism_without_its_ticket_is_passed_over() {
        let service = Service::new("imap", "nowhere.invalid");
        let credentials = Credentials::password("user", "pencil");
        let mut negotiator = Negotiator::new(credentials, service, Policy::default().kerberos(), [7; 32]);
        let offered = ["GSSAPI", "GS2-KRB5", "SCRAM-SHA-256"];
        let exchange = negotiator.begin(offered, &Channel::tls()).unwrap();
        assert_eq!(exchange.name(), MechanismName::SCRAM_SHA_256);
        let error = negotiator.begin(&offered[..2], &Channel::tls()).unwrap_err();
        let reasons: Vec<_> = error.refusals().iter().map(|refusal| refusal.reason).collect();
        assert_eq!(reasons, [Reason::Unavailable; 2]);
    }
}

#[test]
fn debug_shows_no_token_and_no_binding() {
    let bytes = |bytes: &[u8]| bytes.iter().map(u8::to_string).collect::<Vec<_>>().join(", ");
    let binding = Binding::Bound(ChannelBinding::new(BindingType::TlsExporter, *b"exported"));
    let (library, _) = Library::new(2, GssFlags::ALL);
    let gs2 = Gs2Krb5::new(library, None, &binding, Tolerance::Field).unwrap();
    let (library, _) = Library::new(2, GssFlags::ALL);
    let gssapi = Gssapi::new(library, None).unwrap();
    let token = GssToken { token: b"AP".to_vec(), complete: false };
    let shown = format!("{gs2:?} {gssapi:?} {token:?}");
    for secret in [&b"AP"[..], b"exported"] {
        let text = String::from_utf8_lossy(secret);
        assert!(!shown.contains(&bytes(secret)) && !shown.contains(&*text), "{shown}");
    }
}

#[test]
fn a_server_that_has_not_proved_itself() {
    let has = GssFlags { mutual: false, ..GssFlags::ALL };
    for layer in [false, true] {
        let error = answer(has, layer, &[7, 0, 0xff, 0xff]).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Auth);
        assert_breaks(&error, rfc4422::RESULT_MEETS_THE_MINIMUM);
    }
}
