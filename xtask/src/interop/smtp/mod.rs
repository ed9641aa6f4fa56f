//! Peers of the SMTP client: real servers, and one scenario that each is driven through as far as
//! what it offers goes.

mod aiosmtpd;
mod dovecot;
mod exim;
mod letters;
mod policy;
mod postfix;
mod scenario;
mod sendmail;
mod sink;
mod smtp_server;
mod store;

pub(super) use self::{
    aiosmtpd::Aiosmtpd,
    dovecot::{DovecotLmtp, DovecotSubmission},
    exim::Exim,
    postfix::{Postfix, PostfixDiscard},
    sendmail::Sendmail,
    sink::SmtpSink,
    smtp_server::SmtpServer,
};

/// The crate whose client is driven.
const SUBJECT: &str = "anyrfc-smtp";

/// The users that every peer has, and what lets them in.
const USERS: [(&str, &str); 2] = super::imap::USERS;

/// Where their mail goes to.
const DOMAIN: &str = "anyrfc.test";

/// A domain, and a user in it, that need SMTPUTF8.
const EAI_USER: &str = "用户@eai.test";

/// Nobody has this name at a peer.
const UNKNOWN: &str = "nosuch";

/// Whose mailbox is full.
const FULL: &str = "full";

/// Who takes a message the second time it is offered.
const GREYLISTED: &str = "grey";

/// Who makes the peer end the session.
const CLOSING: &str = "closing";

/// Whom a peer with PRDR refuses once it has seen the message.
const PRDR_REFUSED: &str = "prdr-refused";

/// Where a peer offers STARTTLS, as [`note`](super::cases::note) keeps it; its first address is TLS
/// from the first byte where there is such a one.
const STARTTLS: &str = "starttls";

/// Where a peer has no security at all.
const PLAINTEXT: &str = "plaintext";

/// Where a peer wants TLS, and a user who says who they are.
const SUBMISSION: &str = "submission";

/// Where a peer speaks LMTP.
const LMTP: &str = "lmtp";

/// Where the mail that a peer has delivered is read, by IMAP over TLS.
const IMAPS: &str = "imaps";

/// Where a peer keeps the messages that it was given, each in a file of its own.
const STORE: &str = "store";

/// Where Sendmail keeps what it has accepted.
const SPOOLED: &str = "spooled";

/// Where Sendmail writes down what is said.
const TRAFFIC: &str = "traffic.log";

/// Where Postfix asks whether somebody has waited long enough.
const POLICY: &str = "policy";

/// The only token that is good at a peer that cannot check one by itself.
const TOKEN: &str = "good-token.of~alice+1/=";
