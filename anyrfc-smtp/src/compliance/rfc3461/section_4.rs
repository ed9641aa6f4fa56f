//! RFC 3461, sections 3, 4, 4.1 and 4.3 to 5.4: NOTIFY, RET and ENVID.

use anyrfc_core::compliance::Check;

use super::{
    super::support::{MAIL, Talk, config, envelope, finds},
    said,
};
use crate::{
    ErrorKind,
    proto::Flavour,
    rfc3461 as r,
    testing::{Server, check_command},
    types::{Envelope, EnvelopeId, Mailbox, Notify, OriginalRecipient, Parameter, Recipient, Return},
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc3461/section-3/parameters-need-the-keyword",
        covers: &[r::PARAMETERS_NEED_DSN],
        run: parameters_need_the_keyword,
    },
    Check {
        name: "rfc3461/section-4/parentheses-stand-for-themselves",
        covers: &[r::PARENTHESES_ARE_NO_COMMENT],
        run: parentheses_stand_for_themselves,
    },
    Check {
        name: "rfc3461/section-4/printable-characters-stand-for-themselves",
        covers: &[r::PRINTABLE_CHARACTERS_STAY],
        run: printable_characters_stand_for_themselves,
    },
    Check {
        name: "rfc3461/section-4/other-characters-are-hexadecimal",
        covers: &[r::OTHER_CHARACTERS_ARE_HEX, r::HEX_IS_UPPER_CASE],
        run: other_characters_are_hexadecimal,
    },
    Check {
        name: "rfc3461/section-4.1/notify-is-a-list-of-conditions",
        covers: &[r::NOTIFY_HAS_A_VALUE, r::NOTIFY_MAY_BE_A_LIST],
        run: notify_is_a_list_of_conditions,
    },
    Check {
        name: "rfc3461/section-4.1/never-stands-alone",
        covers: &[r::NEVER_STANDS_ALONE],
        run: never_stands_alone,
    },
    Check {
        name: "rfc3461/section-4.3/ret-is-full-or-hdrs",
        covers: &[r::RET_HAS_A_VALUE],
        run: ret_is_full_or_hdrs,
    },
    Check {
        name: "rfc3461/section-4.4/envid-has-a-value",
        covers: &[r::ENVID_HAS_A_VALUE],
        run: envid_has_a_value,
    },
    Check {
        name: "rfc3461/section-4.4/envid-has-100-characters",
        covers: &[r::ENVID_HAS_100_CHARACTERS],
        run: envid_has_100_characters,
    },
    Check {
        name: "rfc3461/section-4.4/envid-is-printable-ascii",
        covers: &[r::ENVID_IS_PRINTABLE_ASCII],
        run: envid_is_printable_ascii,
    },
    Check {
        name: "rfc3461/section-4.5/each-is-said-once",
        covers: &[r::ONE_RET_AND_ENVID, r::ONE_NOTIFY_AND_ORCPT],
        run: each_is_said_once,
    },
    Check {
        name: "rfc3461/section-5.4/the-envid-of-a-submission-is-short",
        covers: &[r::ENVID_STAYS_BELOW_39],
        run: the_envid_of_a_submission_is_short,
    },
];

fn recipient() -> Recipient {
    Recipient::new("b@mail.example").expect("a recipient")
}

fn to(recipient: Recipient) -> Envelope {
    Envelope::new("a@client.example", [recipient]).expect("an envelope")
}

fn id(text: &str) -> EnvelopeId {
    EnvelopeId::foreign(text).expect("an id")
}

/// What MAIL says of this id.
#[track_caller]
fn envid(text: &str) -> String {
    said("", envelope(&["b@mail.example"]).envelope_id(id(text))).remove(0)
}

fn parameters_need_the_keyword() {
    let original = OriginalRecipient::new("x400", "/c=de/").expect("one");
    for (asking, mail, rcpt) in [
        (to(recipient()).envelope_id(id("x")), " ENVID=x", " ORCPT=rfc822;b@mail.example"),
        (to(recipient()).return_content(Return::Full), " RET=FULL", " ORCPT=rfc822;b@mail.example"),
        (to(recipient().notify(Notify::DELAY)), "", " NOTIFY=DELAY ORCPT=rfc822;b@mail.example"),
        (to(recipient().original(original)), "", " ORCPT=x400;/c+3Dde/"),
    ] {
        for lacks in ["", "DSNX|X-DSN|NOTIFY|ENVID", "8BITMIME|SMTPUTF8|PIPELINING"] {
            let error = Talk::ready(lacks).refuses(asking.clone(), MAIL);
            let expected = (ErrorKind::Unsupported, Some(r::PARAMETERS_NEED_DSN));
            assert_eq!((error.kind(), error.requirement()), expected, "{lacks}");
        }
        assert_eq!(said("", asking), [mail, rcpt]);
    }
    // Where nobody asks, nothing is said.
    assert_eq!(said("", to(recipient())), ["", ""]);
    // In LMTP as well.
    let mut config = config();
    config.flavour = Flavour::Lmtp;
    let mut talk = Talk::with(config).greet("PIPELINING");
    let error = talk.refuses(to(recipient().notify(Notify::NEVER)), MAIL);
    assert_eq!(error.requirement(), Some(r::PARAMETERS_NEED_DSN));
    for odd in ["MAIL FROM:<> RET=FULL\r\n", "MAIL FROM:<> ENVID=x\r\n"] {
        finds(&Server::bare(), &["EHLO c.example\r\n", odd], r::PARAMETERS_NEED_DSN);
    }
    let said = ["EHLO c.example\r\n", "MAIL FROM:<>\r\n", "RCPT TO:<a@b.example> NOTIFY=NEVER\r\n"];
    finds(&Server::bare(), &said, r::PARAMETERS_NEED_DSN);
}

fn parentheses_stand_for_themselves() {
    assert_eq!(envid("a(b)c"), " ENVID=a(b)c");
    assert_eq!(envid("()"), " ENVID=()");
    let original = OriginalRecipient::new("x400", "(a) b").expect("one");
    assert_eq!(said("", to(recipient().original(original))), ["", " ORCPT=x400;(a)+20b"]);
    // A notification repeats it as it was.
    assert_eq!(id("a(b)c").as_str(), "a(b)c");
}

/// `xtext`, by the words of the RFC.
fn xtext(text: &str) -> String {
    let encoded = |byte: u8| match byte {
        b'!'..=b'~' if byte != b'+' && byte != b'=' => char::from(byte).to_string(),
        _ => format!("+{byte:02X}"),
    };
    text.bytes().map(encoded).collect()
}

fn printable_characters_stand_for_themselves() {
    for byte in (b'!'..=b'~').filter(|byte| !b"+=".contains(byte)) {
        let text = char::from(byte).to_string();
        assert_eq!(envid(&text), format!(" ENVID={text}"));
        let original = OriginalRecipient::new("x400", &text).expect("one");
        assert_eq!(said("", to(recipient().original(original)))[1], format!(" ORCPT=x400;{text}"));
    }
    // The two that do not.
    assert_eq!([envid("+"), envid("=")], [" ENVID=+2B", " ENVID=+3D"]);
}

fn other_characters_are_hexadecimal() {
    for text in [" ", "+", "=", "a b", " =+ ", "1+1=2", "+2B", "k=v o=p"] {
        let encoded = xtext(text);
        assert_eq!(envid(text), format!(" ENVID={encoded}"));
        let original = OriginalRecipient::new("x400", text).expect("one");
        assert_eq!(said("", to(recipient().original(original)))[1], format!(" ORCPT=x400;{encoded}"));
        let own = format!("\"{}\"@mail.example", text.replace('"', ""));
        let mailbox: Mailbox = own.parse().expect("a mailbox");
        let rcpt = said("", to(Recipient::from(&mailbox).notify(Notify::NEVER))).remove(1);
        assert_eq!(rcpt, format!(" NOTIFY=NEVER ORCPT=rfc822;{}", xtext(mailbox.as_str())));
    }
    for (bad, rule) in [
        ("a+2b", r::HEX_IS_UPPER_CASE),
        ("a+2", r::HEX_IS_UPPER_CASE),
        ("a+", r::HEX_IS_UPPER_CASE),
        ("a+ZZ", r::HEX_IS_UPPER_CASE),
        ("a=b", r::OTHER_CHARACTERS_ARE_HEX),
        ("\u{e4}", r::OTHER_CHARACTERS_ARE_HEX),
    ] {
        let breach = check_command(format!("MAIL FROM:<> ENVID={bad}\r\n").as_bytes()).expect_err(bad);
        assert_eq!(breach.requirement, rule, "{bad}");
    }
}

/// What RCPT says of these.
#[track_caller]
fn notify(notify: Notify) -> String {
    let rcpt = said("", to(recipient().notify(notify))).remove(1);
    rcpt.split(' ').nth(1).expect("one").to_owned()
}

fn notify_is_a_list_of_conditions() {
    let (success, failure, delay) = (Notify::SUCCESS, Notify::FAILURE, Notify::DELAY);
    for (set, value) in [
        (Notify::NEVER, "NEVER"),
        (success, "SUCCESS"),
        (failure, "FAILURE"),
        (delay, "DELAY"),
        (delay | failure, "FAILURE,DELAY"),
        (delay | success, "SUCCESS,DELAY"),
        (success | failure, "SUCCESS,FAILURE"),
        (delay | success | failure | success, "SUCCESS,FAILURE,DELAY"),
    ] {
        assert_eq!(notify(set), format!("NOTIFY={value}"));
        assert_eq!(value.to_ascii_lowercase().parse(), Ok(set));
    }
    // For each recipient its own.
    let all = [recipient().notify(delay), recipient(), recipient().notify(Notify::NEVER)];
    let own = "ORCPT=rfc822;b@mail.example";
    let lines = said("", Envelope::new("a@client.example", all).expect("an envelope"));
    assert_eq!(
        lines[1..],
        [format!(" NOTIFY=DELAY {own}"), format!(" {own}"), format!(" NOTIFY=NEVER {own}")]
    );
    for bad in
        ["NOTIFY", "NOTIFY=", "NOTIFY=SOON", "NOTIFY=DELAY,", "NOTIFY=DELAY,DELAY", "NOTIFY=DELAY;FAILURE"]
    {
        let breach = check_command(format!("RCPT TO:<a@b.example> {bad}\r\n").as_bytes()).expect_err(bad);
        assert_eq!(breach.requirement, r::NOTIFY_HAS_A_VALUE, "{bad}");
    }
}

fn never_stands_alone() {
    assert_eq!(notify(Notify::NEVER), "NOTIFY=NEVER");
    for other in [Notify::SUCCESS, Notify::FAILURE, Notify::DELAY] {
        for both in [Notify::NEVER | other, other | Notify::NEVER] {
            assert_eq!(notify(both), notify(other));
        }
        assert!(format!("NEVER,{other}").parse::<Notify>().is_err());
        assert!(format!("{other},NEVER").parse::<Notify>().is_err());
    }
    let breach = check_command(b"RCPT TO:<a@b.example> NOTIFY=DELAY,NEVER\r\n").expect_err("both");
    assert_eq!(breach.requirement, r::NEVER_STANDS_ALONE);
}

fn ret_is_full_or_hdrs() {
    for (content, value) in [(Return::Full, "FULL"), (Return::Headers, "HDRS")] {
        let mail = said("", envelope(&["b@mail.example"]).return_content(content)).remove(0);
        assert_eq!(mail, format!(" RET={value}"));
    }
    for bad in ["RET", "RET=", "RET=BODY", "RET=FULL,HDRS"] {
        let breach = check_command(format!("MAIL FROM:<> {bad}\r\n").as_bytes()).expect_err(bad);
        assert_eq!(breach.requirement, r::RET_HAS_A_VALUE);
    }
    assert!("BODY".parse::<Return>().is_err());
}

fn envid_has_a_value() {
    assert!(EnvelopeId::new("").is_err() && EnvelopeId::foreign("").is_err());
    assert_eq!(envid("QQ314159"), " ENVID=QQ314159");
    for bad in ["ENVID", "ENVID="] {
        let breach = check_command(format!("MAIL FROM:<> {bad}\r\n").as_bytes()).expect_err(bad);
        assert_eq!(breach.requirement, r::ENVID_HAS_A_VALUE);
    }
}

/// How long ENVID is, its keyword counted, of the longest id of this character.
fn longest(make: fn(&str) -> Result<EnvelopeId, crate::types::Invalid>, char: char) -> usize {
    let fits = |count: &usize| make(&char.to_string().repeat(*count)).is_ok();
    let most = (1..200).take_while(fits).last().expect("one");
    assert!((most + 1..1000).all(|count| !fits(&count)));
    envid(&char.to_string().repeat(most)).trim_start().len()
}

fn envid_has_100_characters() {
    assert_eq!(longest(EnvelopeId::foreign, 'a'), 100);
    // What is written counts.
    assert_eq!(longest(EnvelopeId::foreign, '='), 99);
    let line = |count: usize| format!("MAIL FROM:<> ENVID={}\r\n", "a".repeat(count));
    assert_eq!(check_command(line(94).as_bytes()), Ok(()));
    assert_eq!(
        check_command(line(95).as_bytes()).expect_err("long").requirement,
        r::ENVID_HAS_100_CHARACTERS
    );
}

fn the_envid_of_a_submission_is_short() {
    assert_eq!(longest(EnvelopeId::new, 'a'), 38);
    assert_eq!(longest(EnvelopeId::new, '+'), 36);
    assert!("a".repeat(33).parse::<EnvelopeId>().is_err());
}

fn envid_is_printable_ascii() {
    for char in (0..=255_u8).map(char::from).chain(['\u{100}', '\u{2028}', '\u{1f600}']) {
        for text in [char.to_string(), format!("a{char}b"), format!("ab{char}")] {
            let printable = matches!(char, ' '..='~');
            assert_eq!(EnvelopeId::new(&text).is_ok(), printable, "{text:?}");
            assert_eq!(EnvelopeId::foreign(&text).is_ok(), printable, "{text:?}");
            if printable {
                assert_eq!(envid(&text), format!(" ENVID={}", xtext(&text)));
            }
        }
    }
    for bad in ["+0D+0A", "+09", "+7F", "+C3+A4"] {
        let breach = check_command(format!("MAIL FROM:<> ENVID={bad}\r\n").as_bytes()).expect_err(bad);
        assert_eq!(breach.requirement, r::ENVID_IS_PRINTABLE_ASCII, "{bad}");
    }
}

fn each_is_said_once() {
    let original = |text| OriginalRecipient::new("x400", text).expect("one");
    let recipient = recipient()
        .notify(Notify::NEVER)
        .notify(Notify::DELAY)
        .original(original("first"))
        .original(original("second"));
    let envelope = to(recipient)
        .envelope_id(id("first"))
        .envelope_id(id("second"))
        .return_content(Return::Full)
        .return_content(Return::Headers);
    let lines = said("DSN", envelope);
    assert_eq!(lines, [" RET=HDRS ENVID=second", " NOTIFY=DELAY ORCPT=x400;second"]);
    for name in ["RET", "Envid", "notify", "ORCPT"] {
        assert!(Parameter::new(name, Some("x")).is_err(), "{name}");
    }
    for (line, rule) in [
        ("MAIL FROM:<> RET=FULL RET=HDRS\r\n", r::ONE_RET_AND_ENVID),
        ("MAIL FROM:<> ENVID=a ENVID=a\r\n", r::ONE_RET_AND_ENVID),
        ("RCPT TO:<a@b.example> NOTIFY=DELAY NOTIFY=DELAY\r\n", r::ONE_NOTIFY_AND_ORCPT),
        ("RCPT TO:<a@b.example> ORCPT=x400;a ORCPT=x400;a\r\n", r::ONE_NOTIFY_AND_ORCPT),
    ] {
        assert_eq!(check_command(line.as_bytes()).expect_err("two").requirement, rule);
    }
}
