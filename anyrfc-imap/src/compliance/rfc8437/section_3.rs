//! RFC 8437: the command.

use anyrfc_core::{ErrorKind, compliance::Check};

use super::super::{
    rev1::{End, gated_from, misused},
    rev1_client::{PENCIL, connected, open, pencil},
    rfc5255::section_3::layered,
    support::{Talk, plain},
};
use crate::{
    codec::command::{Noop, Select, UidFetch, Unauthenticate},
    proto::State,
    rfc8437 as r, rfc9051,
    types::{Capability, FetchItems, MailboxName, SequenceSet},
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc8437-section-3/the-command-needs-the-capability",
        covers: &[r::UNAUTHENTICATE_NEEDS_THE_CAPABILITY],
        run: the_command_needs_the_capability,
    },
    Check {
        name: "rfc8437-section-3/the-command-needs-authentication",
        covers: &[r::UNAUTHENTICATE_NEEDS_AUTHENTICATION],
        run: the_command_needs_authentication,
    },
    Check {
        name: "rfc8437-section-3/the-mailbox-is-left",
        covers: &[r::UNAUTHENTICATE_LEAVES_THE_MAILBOX],
        run: the_mailbox_is_left,
    },
    Check {
        name: "rfc8437-section-3/not-under-a-security-layer",
        covers: &[r::CLIENT_SECURITY_LAYER_ENDS_AFTER_THE_COMMAND],
        run: not_under_a_security_layer,
    },
    Check {
        name: "rfc8437-section-3/nothing-is-pipelined",
        covers: &[r::NOTHING_IS_PIPELINED_UNDER_A_LAYER],
        run: nothing_is_pipelined,
    },
    Check {
        name: "rfc8437-section-3/capabilities-are-asked-after-authentication",
        covers: &[r::CAPABILITIES_ARE_ASKED_AFTER_AUTHENTICATION, r::UNAUTHENTICATE_MAY_BE_ADVERTISED_LATE],
        run: capabilities_are_asked_after_authentication,
    },
    Check {
        name: "rfc8437-section-3/there-is-no-no",
        covers: &[r::UNAUTHENTICATE_GETS_NO_NO, r::UNAUTHENTICATE_MAY_GET_BYE],
        run: there_is_no_no,
    },
];

fn the_command_needs_the_capability() {
    let needed = [("UNAUTHENTICATE", r::UNAUTHENTICATE_NEEDS_THE_CAPABILITY)];
    for begin in [End::rev1 as fn(&str) -> End, End::selected] {
        gated_from(begin, &needed, || Unauthenticate, "UNAUTHENTICATE");
    }
}

fn the_command_needs_authentication() {
    let error = End::greeted_privately("UNAUTHENTICATE").refuses(Unauthenticate);
    misused(&error, rfc9051::CREDENTIALS_COME_FIRST);
    // Nor again, once it is done.
    let mut end = End::rev1("UNAUTHENTICATE");
    end.gets(Unauthenticate, "OK [CAPABILITY IMAP4rev1 UNAUTHENTICATE] done");
    misused(&end.refuses(Unauthenticate), rfc9051::CREDENTIALS_COME_FIRST);
}

fn the_mailbox_is_left() {
    for mut end in [End::rev1("UNAUTHENTICATE"), End::selected("UNAUTHENTICATE")] {
        let before = end.connection.phase();
        // Until it is answered, nothing has changed.
        let (ticket, _) = end.sends(Unauthenticate);
        assert_eq!(end.connection.phase(), before);
        end.says("OK [CAPABILITY IMAP4rev1 UNAUTHENTICATE] done");
        end.answer(ticket).expect("done");
        assert_eq!(end.connection.phase(), State::NotAuthenticated);
        assert!(end.connection.mailbox().is_none());
        let select = end.refuses(Select::new(MailboxName::inbox()));
        misused(&select, rfc9051::CREDENTIALS_COME_FIRST);
        let fetch = end.refuses(UidFetch::new(SequenceSet::all(), FetchItems::new().flags()));
        misused(&fetch, rfc9051::CREDENTIALS_COME_FIRST);
    }
    // What is refused changes nothing.
    let mut end = End::selected("UNAUTHENTICATE");
    end.asks(Unauthenticate, "BAD what").1.expect_err("refused");
    assert_eq!(end.connection.phase(), State::Selected);
    assert_eq!(end.connection.mailbox().map(|mailbox| mailbox.exists), Some(3));
}

const LAYERED: &str = "IMAP4rev1 AUTH=GSSAPI AUTH=PLAIN SASL-IR UNAUTHENTICATE";

fn not_under_a_security_layer() {
    let mut talk = Talk::greeted(LAYERED);
    layered(&mut talk);
    let noop = talk.submit(Noop);
    assert_eq!(talk.hears(), "CAPABILITY");
    talk.says(&format!("* CAPABILITY {LAYERED}\n{{tag}} OK done"));
    assert_eq!(talk.hears(), "NOOP");
    talk.answered(noop, "{tag} OK done").expect("done");
    // The layer cannot end behind the line, so the line is never said.
    let error = talk.refuses(Unauthenticate);
    assert_eq!(error.kind(), ErrorKind::Unsupported);
    assert_eq!(error.requirement(), Some(r::CLIENT_SECURITY_LAYER_ENDS_AFTER_THE_COMMAND));
    talk.is_silent();
    assert_eq!(talk.phase(), State::Authenticated);
    // Without one it is.
    let mut talk = Talk::authenticated(LAYERED);
    let ticket = talk.submit(Unauthenticate);
    assert_eq!(talk.hears(), "UNAUTHENTICATE");
    talk.answered(ticket, "{tag} OK done").expect("done");
}

fn nothing_is_pipelined() {
    // The next login waits for the answer, layer or not.
    let mut talk = Talk::authenticated(LAYERED);
    let first = talk.submit(Unauthenticate);
    let second = talk.connection.authenticate(plain("alice", "secret")).expect("it may log in then");
    assert_eq!(talk.hears(), "UNAUTHENTICATE");
    talk.is_silent();
    talk.says(&format!("{{tag}} OK [CAPABILITY {LAYERED}] done"));
    first.answer(talk.done()).expect("done");
    assert!(talk.hears().starts_with("AUTHENTICATE PLAIN "));
    talk.says(&format!("{{tag}} OK [CAPABILITY {LAYERED}] in"));
    second.answer(talk.done()).expect("logged in");
    assert_eq!(talk.phase(), State::Authenticated);
}

fn capabilities_are_asked_after_authentication() {
    // The server says nothing of it before the login, and not with the login either.
    let dialogue = format!(
        "S: * OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] ready\n\
         C: in AUTHENTICATE PLAIN {PENCIL}\n\
         S: in OK welcome\n\
         C: ca CAPABILITY\n\
         S: * CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN UNAUTHENTICATE\n\
         S: ca OK done\n\
         C: un UNAUTHENTICATE\n\
         S: un OK done\n\
         C: cb CAPABILITY\n\
         S: * CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN\n\
         S: cb OK done\n\
         C: an AUTHENTICATE PLAIN {PENCIL}\n\
         S: an OK [CAPABILITY IMAP4rev1 UNAUTHENTICATE] welcome again\n"
    );
    connected(&open(), &dialogue, async |client| {
        let mut client = client.expect("connected");
        client.authenticate(&pencil()).await.expect("logged in");
        assert!(client.has(&Capability::Unauthenticate));
        client.unauthenticate().await.expect("done");
        assert!(!client.is_authenticated() && client.capabilities().is_none());
        client.authenticate(&pencil()).await.expect("logged in again");
        assert!(client.has(&Capability::Unauthenticate));
    });
}

fn there_is_no_no() {
    let mut end = End::selected("UNAUTHENTICATE");
    let error = end.asks(Unauthenticate, "NO I cannot").1.expect_err("refused");
    assert_eq!(error.kind(), ErrorKind::Refused);
    assert_eq!(end.deviated(r::UNAUTHENTICATE_GETS_NO_NO), 1);
    assert_eq!(end.connection.phase(), State::Selected);
    // What a server may do instead.
    let (ticket, _) = end.sends(Unauthenticate);
    end.says("* BYE I cannot");
    assert_eq!(end.answer(ticket).expect_err("gone").kind(), ErrorKind::Closed);
    assert_eq!(end.connection.phase(), State::Closed);
}
