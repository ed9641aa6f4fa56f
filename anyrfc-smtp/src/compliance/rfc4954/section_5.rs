//! RFC 4954, sections 5 and 8: who submitted the message first.

use anyrfc_core::compliance::Check;

use super::super::support::{Duet, MAIL, Talk, envelope};
use crate::{
    ErrorKind, rfc4954 as r,
    testing::{Accounts, Server},
    types::{AuthParam, Mailbox},
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc4954/section-5/the-parameter-is-xtext",
        covers: &[r::AUTH_PARAMETER_IS_XTEXT],
        run: the_parameter_is_xtext,
    },
    Check {
        name: "rfc4954/section-8/the-parameter-is-a-mailbox-or-empty",
        covers: &[r::AUTH_PARAMETER_IS_A_MAILBOX],
        run: the_parameter_is_a_mailbox_or_empty,
    },
];

/// What MAIL says of a submitter.
#[track_caller]
fn mail(submitter: impl Into<AuthParam>) -> String {
    let mut talk = Talk::ready("AUTH PLAIN");
    talk.send(envelope(&["b@mail.example"]).auth(submitter), MAIL);
    let said = talk.hears();
    said.strip_prefix("MAIL FROM:<a@client.example> ").expect("a parameter").to_owned()
}

fn mailbox(address: &str) -> Mailbox {
    Mailbox::new(address).expect("an address")
}

fn the_parameter_is_xtext() {
    for (address, said) in [
        ("ann@mail.example", "AUTH=ann@mail.example"),
        ("e+mc2@mail.example", "AUTH=e+2Bmc2@mail.example"),
        ("e=mc2@mail.example", "AUTH=e+3Dmc2@mail.example"),
        ("e+=mc2@mail.example", "AUTH=e+2B+3Dmc2@mail.example"),
        ("\"a b\"@mail.example", "AUTH=\"a+20b\"@mail.example"),
        ("ann@[192.0.2.1]", "AUTH=ann@[192.0.2.1]"),
    ] {
        assert_eq!(mail(mailbox(address)), said);
        // A server that reads it finds the address that was written.
        let server = Server::new(Accounts::new().password("ann", "pencil"));
        let mut duet = Duet::new(server);
        let report = duet.send(envelope(&["b@mail.example"]).auth(mailbox(address)), MAIL);
        assert!(report.is_complete(), "{report:?}");
        duet.faultless();
    }
}

fn the_parameter_is_a_mailbox_or_empty() {
    assert_eq!(mail(AuthParam::Unknown), "AUTH=<>");
    assert_eq!(mail(mailbox("ann@mail.example")), "AUTH=ann@mail.example");
    for wrong in
        ["", "<>", "ann", "@mail.example", "ann@", "ann@mail.example SIZE=1", "ann@mail\r\n.example", "<a@b>"]
    {
        assert!(Mailbox::new(wrong).is_err(), "{wrong:?}");
    }
    // It goes to servers that know it, and is missing where nobody has said anything.
    let mut talk = Talk::ready("SIZE");
    let error = talk.refuses(envelope(&["b@mail.example"]).auth(AuthParam::Unknown), MAIL);
    assert_eq!(error.kind(), ErrorKind::Unsupported, "{error}");
    let mut talk = Talk::ready("AUTH PLAIN");
    talk.send(envelope(&["b@mail.example"]), MAIL);
    talk.hears_all(&["MAIL FROM:<a@client.example>"]);
}
