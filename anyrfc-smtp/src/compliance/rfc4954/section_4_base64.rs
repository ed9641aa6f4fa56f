//! RFC 4954, section 4: challenges and responses in base64, and identities.

use anyrfc_core::{ErrorKind, Limits, Tolerance, compliance::Check};
use anyrfc_sasl::MechanismName;

use super::{
    super::support::{Talk, config},
    support::{ANN, ECHO, ann, echo, encode, logs_in, open, plain},
};
use crate::{codec::command::Command, proto::State, rfc4954 as r};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc4954/section-4/what-is-not-base64-cancels",
        covers: &[r::UNREADABLE_CHALLENGE_CANCELS, r::CHALLENGE_IS_BASE64_ALONE],
        run: what_is_not_base64_cancels,
    },
    Check {
        name: "rfc4954/section-4/no-character-is-ignored",
        covers: &[r::BASE64_ALPHABET_IS_STRICT],
        run: no_character_is_ignored,
    },
    Check {
        name: "rfc4954/section-4/padding-is-at-the-end",
        covers: &[r::BASE64_PADDING_IS_STRICT],
        run: padding_is_at_the_end,
    },
    Check {
        name: "rfc4954/section-4/the-largest-challenge-fits",
        covers: &[r::LARGEST_CHALLENGE_FITS],
        run: the_largest_challenge_fits,
    },
    Check {
        name: "rfc4954/section-4/identities-are-prepared",
        covers: &[r::IDENTITY_IS_PREPARED],
        run: identities_are_prepared,
    },
];

/// What is said to a challenge.
#[track_caller]
fn answer(challenge: &str) -> String {
    let mut talk = Talk::ready(ECHO);
    talk.connection.authenticate(echo(None)).expect("it may log in");
    talk.hears_all(&["AUTH X-ECHO"]);
    talk.feed(challenge);
    let line = talk.line().unwrap_or_else(|| panic!("nothing is said to {challenge:?}: {:?}", talk.error));
    talk.is_silent();
    line.trim_end().to_owned()
}

#[track_caller]
fn cancels(challenge: &str) {
    assert_eq!(answer(&format!("334 {challenge}\r\n")), "*", "{challenge:?}");
}

#[track_caller]
fn answers(challenge: &str) {
    assert_eq!(answer(&format!("334 {challenge}\r\n")), challenge, "{challenge:?}");
}

fn what_is_not_base64_cancels() {
    for challenge in ["?", "go on, please", "YWJj YWJj", "X-ECHO supported", "\u{fc}", "YWJj;"] {
        cancels(challenge);
        // The server is told so, and is not talked to any more.
        let mut talk = Talk::ready(ECHO);
        talk.connection.authenticate(echo(None)).expect("it may log in");
        talk.hears();
        talk.says(&format!("334 {challenge}"));
        assert_eq!(talk.octets(), b"*\r\n");
        talk.says("501 cancelled");
        let error = talk.fails();
        assert_eq!(
            (error.kind(), error.requirement()),
            (ErrorKind::Protocol, Some(r::CHALLENGE_IS_BASE64_ALONE))
        );
    }
    // One challenge is one line.
    assert_eq!(answer("334-YWJj\r\n334 YWJj\r\n"), "*");
    assert_eq!(answer("334-YWJj\r\n334 \r\n"), "*");
    for challenge in ["", "YQ==", "YWI=", "YWJj", "+/+/"] {
        answers(challenge);
    }
}

fn no_character_is_ignored() {
    for character in "!\"#$%&'()*,-.:;<>?@[\\]^_`{|}~\t\u{1}\u{7f} ".chars() {
        for challenge in [format!("YW{character}Jj"), format!("{character}YWJj"), format!("YWJj{character}")]
        {
            cancels(&challenge);
        }
    }
    cancels("YWJj\u{2003}");
    cancels("YWJj\0");
    for character in ('A'..='Z').chain('a'..='z').chain('0'..='9').chain(['+', '/']) {
        answers(&format!("{character}{character}{character}{character}"));
    }
    // Blanks are forgiven by whoever has asked for that alone, and counted.
    let mut config = config();
    config.tolerance = Tolerance::Lenient;
    let mut talk = Talk::with(config).greet(ECHO);
    talk.connection.authenticate(echo(None)).expect("it may log in");
    talk.hears();
    talk.says("334  YWJj ");
    assert_eq!(talk.octets(), b"YWJj\r\n");
    let counted =
        talk.connection.deviations().iter().any(|seen| seen.requirement == r::CHALLENGE_IS_BASE64_ALONE);
    assert!(counted);
}

fn padding_is_at_the_end() {
    for challenge in
        ["=AAA", "AAA=BBB", "A=AA", "AA=A", "AA==AA==", "====", "=", "AA===", "AAA==", "AA", "AAA", "A==="]
    {
        cancels(challenge);
    }
    for challenge in ["AA==", "AAA=", "AAAA", "AAAAAA=="] {
        answers(challenge);
    }
}

fn the_largest_challenge_fits() {
    let long = encode(vec![b'x'; 9216]);
    assert_eq!(long.len(), 12_288);
    // Beyond the limits of other replies, however narrow, and answered as long as it is.
    for line in [512, Limits::default().line, config().limits.line] {
        let mut config = config();
        config.limits.line = line;
        let mut talk = Talk::with(config.clone()).greet(ECHO);
        talk.connection.authenticate(echo(None)).expect("it may log in");
        talk.hears();
        for piece in format!("334 {long}\r\n").as_bytes().chunks(1000) {
            talk.feed(piece);
        }
        assert_eq!(talk.line(), Some(format!("{long}\r\n")), "{line}");
        talk.says("235 welcome");
        assert_eq!(talk.phase(), State::Authenticated);
    }
    // It is no more than that, and other replies stay as short as they were.
    let mut talk = Talk::ready(ECHO);
    talk.connection.authenticate(echo(None)).expect("it may log in");
    talk.hears();
    talk.feed(format!("334 {long}AAAA\r\n"));
    assert_eq!(talk.fails().kind(), ErrorKind::Limit);
    let mut talk = Talk::ready(ECHO);
    talk.submit(Command::Noop(None));
    talk.hears();
    talk.feed(format!("250 {long}\r\n"));
    assert_eq!(talk.fails().kind(), ErrorKind::Limit);
    // A response of our own making.
    let password = "p".repeat(9211);
    let mut talk = Talk::ready("AUTH PLAIN");
    talk.connection.authenticate(plain(&password)).expect("it may log in");
    talk.hears_all(&["AUTH PLAIN"]);
    talk.feed("334 \r\n");
    let line = talk.line().expect("a response");
    assert_eq!((line.len(), line), (12_290, format!("{}\r\n", encode(format!("\0ann\0{password}")))));
}

fn identities_are_prepared() {
    // SASLprep maps a soft hyphen to nothing, and a feminine ordinal to a letter.
    let login = logs_in("AUTH PLAIN", open(), &ann().authorize_as("\u{aa}n\u{ad}a"), |peer| {
        peer.expect(format!("AUTH PLAIN {}\r\n", encode("ana\0ann\0pencil"))).send("235 welcome\r\n")
    });
    let login = login.expect("logged in");
    assert_eq!((login.mechanism, login.authorization_id.as_deref()), (MechanismName::PLAIN, Some("ana")));
    // What cannot be prepared, or comes to nothing, is not sent.
    for identity in ["a\u{7}b", "\u{ad}", "\u{627}1"] {
        let error = logs_in("AUTH PLAIN", open(), &ann().authorize_as(identity), |peer| peer)
            .expect_err("it cannot be prepared");
        assert_eq!(error.requirement(), Some(r::IDENTITY_IS_PREPARED), "{identity:?}: {error}");
    }
    let login = logs_in("AUTH PLAIN", open(), &ann(), |peer| {
        peer.expect(format!("AUTH PLAIN {ANN}\r\n")).send("235 welcome\r\n")
    });
    assert_eq!(login.expect("logged in").authorization_id, None);
}
