//! Peers of the IMAP client: real servers, and one scenario that each is driven through as far as
//! its capabilities go.

mod courier;
mod cyrus;
mod dovecot;
mod extensions;
mod messages;
mod pymap;
mod scenario;
mod scripted;
mod stalwart;
pub(super) mod tap;
pub(super) mod token;

pub(super) use self::{
    courier::Courier, cyrus::Cyrus, dovecot::Dovecot, extensions::EXTENSIONS, pymap::Pymap,
    scripted::Scripted, stalwart::StalwartLite,
};

/// The crate whose client is driven.
const SUBJECT: &str = "anyrfc-imap";

/// The users that every peer has, and what opens their mailboxes.
pub(super) const USERS: [(&str, &str); 2] = [("alice", "alicepw"), ("bob", "bobpw")];

/// Where a peer offers STARTTLS, as [`note`](super::cases::note) keeps it; its first address is TLS from the first byte.
const STARTTLS: &str = "starttls";

/// Where nobody has to say who they are.
const PREAUTH: &str = "preauth";

/// Where a peer lets in whoever says who they are, without TLS.
const PLAINTEXT: &str = "plaintext";
