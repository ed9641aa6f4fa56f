//! Logins: challenges and their ends, work in slices, layers.

use anyrfc_core::{SecurityLayer, Tolerance};
use anyrfc_sasl::{Error as SaslError, Mechanism, MechanismName, Step as SaslStep};
use base64::{Engine as _, engine::general_purpose::STANDARD};

use super::*;

/// Answers every challenge by what was in it, after so much work; ends well.
#[derive(Debug, Default)]
struct Echo {
    first: Option<Vec<u8>>,
    slices: usize,
    left: usize,
    layered: bool,
}

#[derive(Debug)]
struct Layer;

impl SecurityLayer for Layer {
    fn is_confidential(&self) -> bool {
        true
    }

    fn plain_max(&self) -> usize {
        1000
    }

    fn wrap_buffer(&mut self, _: &[u8], _: &mut Vec<u8>) -> Result<(), anyrfc_core::Error> {
        Ok(())
    }

    fn unwrap_buffer(&mut self, _: &[u8], _: &mut Vec<u8>) -> Result<Option<usize>, anyrfc_core::Error> {
        Ok(None)
    }
}

impl Mechanism for Echo {
    fn name(&self) -> MechanismName {
        "X-ECHO".parse().unwrap()
    }

    fn first(&mut self) -> Option<Secret<Vec<u8>>> {
        self.first.take().map(Secret::new)
    }

    fn step(&mut self, challenge: &[u8]) -> Result<SaslStep, SaslError> {
        if challenge == b"wrong" {
            return Err(SaslError::usage("not this one"));
        }
        if self.slices == 0 {
            return Ok(SaslStep::respond(challenge));
        }
        self.left = self.slices;
        Ok(SaslStep::Working)
    }

    fn work(&mut self) -> Result<SaslStep, SaslError> {
        self.left -= 1;
        Ok(if self.left == 0 { SaslStep::respond("worked") } else { SaslStep::Working })
    }

    fn finish(self: Box<Self>, _: Option<&[u8]>) -> Result<Established, SaslError> {
        let established = Established::new(self.name());
        Ok(if self.layered { established.with_layer(Box::new(Layer)) } else { established })
    }
}

/// A server that was asked for this.
fn asked(echo: Echo, change: impl FnOnce(&mut Config)) -> (Talk, CommandId, String) {
    let mut config = config();
    change(&mut config);
    let mut talk = Talk::new(config);
    talk.says("220 hi").says_hello(&["AUTH X-ECHO", "PIPELINING"]);
    talk.heard();
    talk.events.clear();
    let id = talk.connection.authenticate(Exchange::new(echo)).unwrap();
    let said = talk.heard();
    (talk, id, said)
}

fn begun() -> (Talk, CommandId) {
    let (talk, id, said) = asked(Echo::default(), |_| ());
    assert_eq!(said, "AUTH X-ECHO\n");
    (talk, id)
}

fn kind(talk: &Talk) -> Option<ErrorKind> {
    talk.error.as_ref().map(Error::kind)
}

fn answer(text: &str) -> String {
    STANDARD.encode(text) + "\n"
}

#[test]
fn challenges_are_answered_until_the_outcome() {
    let (mut talk, id) = begun();
    assert_eq!(talk.connection.phase(), State::Authenticating);
    assert_eq!(talk.connection.under_way(), 1);
    for text in ["", "a", "b"] {
        assert_eq!(talk.says(&format!("334 {}", STANDARD.encode(text))).heard(), answer(text));
        assert!(talk.connection.poll_timeout().is_some());
    }
    talk.says("235 2.7.0 in");
    assert!(matches!(&talk.events[..], [Event::Reply(of, reply)] if *of == id && reply.enhanced().is_some()));
    assert_eq!((talk.connection.phase(), talk.connection.is_idle()), (State::Authenticated, true));
    assert!(matches!(talk.connection.take_login(), Some(Ok(established)) if established.layer.is_none()));
    assert!(talk.connection.take_login().is_none());
    let again = talk.connection.authenticate(Exchange::new(Echo::default())).unwrap_err();
    assert_eq!((again.kind(), again.requirement()), (ErrorKind::Usage, Some(rfc4954::NO_SECOND_AUTH)));
}

#[test]
fn a_login_waits_for_nothing_and_for_nobody() {
    let mut talk = Talk::ready(&["AUTH X-ECHO"]);
    talk.connection.submit(Command::Noop(None)).unwrap();
    let busy = talk.connection.authenticate(Exchange::new(Echo::default())).unwrap_err();
    assert_eq!(busy.requirement(), Some(rfc4954::NO_AUTH_IN_A_TRANSACTION));
    let mut talk = Talk::ready(&["AUTH PLAIN"]);
    let other = talk.connection.authenticate(Exchange::new(Echo::default())).unwrap_err();
    assert_eq!(other.requirement(), Some(rfc4954::AUTH_NEEDS_THE_KEYWORD));
    assert_eq!((talk.heard().as_str(), talk.connection.phase()), ("", State::Ready));
    let (mut talk, _) = begun();
    assert_eq!(talk.connection.submit(Command::Noop(None)).unwrap_err().kind(), ErrorKind::Usage);
    assert_eq!(talk.connection.quit().unwrap_err().kind(), ErrorKind::Usage);
}

#[test]
fn a_login_that_is_refused_may_be_tried_again() {
    for reply in ["535 5.7.8 no", "454 4.7.0 later", "501 no"] {
        let (mut talk, id) = begun();
        talk.says(reply);
        assert!(matches!(&talk.events[..], [Event::Reply(of, _)] if *of == id), "{reply}");
        assert_eq!((talk.connection.phase(), talk.error.is_none()), (State::Ready, true));
        assert!(matches!(talk.connection.take_login(), Some(Err(_))));
        talk.connection.authenticate(Exchange::new(Echo::default())).unwrap();
        assert_eq!(talk.heard(), "AUTH X-ECHO\n");
    }
    for reply in ["250 ok", "354 go", "353 go"] {
        let (mut talk, _) = begun();
        talk.says(reply);
        assert_eq!(
            (kind(&talk), talk.connection.phase()),
            (Some(ErrorKind::Protocol), State::Failed),
            "{reply}"
        );
        assert!(talk.connection.take_login().is_none());
    }
}

#[test]
fn what_is_no_challenge_is_cancelled_and_the_server_left() {
    let (mut talk, _) = begun();
    assert_eq!(talk.says("334 what?").heard(), "*\n");
    talk.says("501 cancelled");
    assert!(matches!(&talk.events[..], [Event::Reply(..)]), "which is told first");
    assert_eq!(kind(&talk), Some(ErrorKind::Protocol));
    assert!(matches!(talk.connection.take_login(), Some(Err(_))));
    // What the mechanism does not like is no fault of the server's.
    let (mut talk, _) = begun();
    assert_eq!(talk.says(&format!("334 {}", STANDARD.encode("wrong"))).heard(), "*\n");
    talk.says("501 cancelled");
    assert_eq!((kind(&talk), talk.connection.phase()), (None, State::Ready));
    // Whatever it says instead, it has not understood.
    for reply in ["334 ", "235 in"] {
        let (mut talk, _) = begun();
        assert_eq!(talk.says(&format!("334 {}", STANDARD.encode("wrong"))).heard(), "*\n");
        talk.says(reply);
        assert!(talk.error.is_some(), "{reply}");
        assert_eq!(talk.connection.phase(), State::Failed);
    }
}

#[test]
fn white_space_about_a_challenge_is_forgiven_by_the_lenient() {
    for (tolerance, challenge, said, forgiven) in [
        (Tolerance::Field, "YQ==", "YQ==\n", 0),
        (Tolerance::Lenient, "YQ==", "YQ==\n", 0),
        (Tolerance::Field, " YQ==", "*\n", 0),
        (Tolerance::Field, "YQ== ", "*\n", 0),
        (Tolerance::Strict, "YQ== ", "*\n", 0),
        (Tolerance::Lenient, " YQ==", "YQ==\n", 1),
        (Tolerance::Lenient, "YQ== ", "YQ==\n", 1),
        (Tolerance::Lenient, "Y Q==", "*\n", 0),
    ] {
        let (mut talk, _, _) = asked(Echo::default(), |config| config.tolerance = tolerance);
        assert_eq!(talk.says(&format!("334 {challenge}")).heard(), said, "{tolerance:?} {challenge:?}");
        assert_eq!(talk.connection.deviations().iter().count(), forgiven, "{tolerance:?} {challenge:?}");
    }
}

#[test]
fn an_initial_response_that_does_not_fit_waits_for_an_empty_challenge() {
    // "AUTH X-ECHO " and CRLF leave 498 octets, of which four are for three.
    let of = |octets: usize| Echo { first: Some(vec![b'a'; octets]), ..Echo::default() };
    let (_, _, fits) = asked(of(372), |_| ());
    assert_eq!((fits.len(), fits.starts_with("AUTH X-ECHO YWFh")), (509, true));
    let waiting = || {
        let (talk, _, said) = asked(of(373), |_| ());
        assert_eq!(said, "AUTH X-ECHO\n");
        talk
    };
    let mut talk = waiting();
    assert_eq!(talk.says("334 ").heard(), answer(&"a".repeat(373)));
    assert_eq!(talk.says("334 YQ==").heard(), "YQ==\n", "it is sent once");
    talk.says("235 in");
    assert_eq!(talk.connection.phase(), State::Authenticated);
    let mut talk = waiting();
    assert_eq!(talk.says("334 YQ==").heard(), "*\n", "it has data");
    let mut talk = waiting();
    talk.says("235 in");
    assert_eq!((kind(&talk), talk.connection.phase()), (Some(ErrorKind::Protocol), State::Failed));
    assert!(matches!(talk.connection.take_login(), Some(Err(_))));
    let (_, _, empty) = asked(Echo { first: Some(Vec::new()), ..Echo::default() }, |_| ());
    assert_eq!(empty, "AUTH X-ECHO =\n");
}

#[test]
fn work_is_told_in_slices_as_long_as_there_is_some() {
    for slices in [1, 2, 5] {
        let (mut talk, _, _) = asked(Echo { slices, ..Echo::default() }, |_| ());
        let mut input = BytesMut::from("334 \r\n");
        assert!(matches!(talk.connection.advance(&input, talk.now), Ok(Step::Consumed(6))));
        input.clear();
        assert_eq!(talk.connection.poll_timeout(), None, "nothing is awaited");
        for _ in 1..slices {
            assert!(!talk.connection.wants_write());
            assert!(matches!(talk.connection.advance(&input, talk.now), Ok(Step::Ready)));
            assert!(matches!(talk.connection.event_owned(&mut input), Event::Working));
            assert_eq!(talk.connection.poll_timeout(), None, "nothing is awaited");
        }
        assert!(matches!(talk.connection.advance(&input, talk.now), Ok(Step::Need(1))));
        assert!(talk.connection.wants_write());
        assert_eq!(talk.heard(), answer("worked"));
        assert!(talk.events.is_empty());
        assert!(talk.connection.poll_timeout().is_some());
    }
}

#[test]
fn behind_a_login_with_a_layer_nothing_is_said_or_read_before_it_is_there() {
    for (protection, confidential, secured) in [
        (Protection::Plaintext, true, true),
        (Protection::Plaintext, false, false),
        (Protection::Tls, false, true),
    ] {
        let layered = Echo { layered: true, ..Echo::default() };
        let (mut talk, _, _) = asked(layered, |config| config.protection = protection);
        talk.connection.layer_installed(true);
        assert_eq!((talk.heard().as_str(), talk.connection.capabilities().is_some()), ("", true), "not yet");
        talk.says("235 in");
        assert!(matches!(&talk.events[..], [Event::Layer, Event::Reply(..)]));
        assert_eq!(talk.connection.is_secured(), protection == Protection::Tls);
        talk.connection.submit(Command::Noop(None)).unwrap();
        talk.send(&["x@d.example"], false);
        assert_eq!(talk.heard(), "", "it would not pass through the layer");
        assert_eq!(talk.connection.advance(b"250 what\r\n", talk.now).unwrap(), Step::Need(1));
        talk.connection.layer_installed(confidential);
        assert_eq!(talk.connection.is_secured(), secured, "{protection:?} {confidential}");
        assert_eq!((talk.heard().as_str(), talk.connection.phase()), ("EHLO c.example\n", State::HelloAgain));
        talk.connection.layer_installed(true);
        assert_eq!((talk.heard().as_str(), talk.connection.is_secured()), ("", secured), "it is there once");
        talk.says_hello(&[]);
        assert_eq!(talk.connection.phase(), State::Authenticated);
        talk.says("250 ok");
    }
}
