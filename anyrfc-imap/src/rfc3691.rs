//! The catalogue of RFC 3691: every normative keyword, in the RFC's own order.
//!
//! Ids and roles are as in [`rfc9051`](crate::rfc9051), which has taken UNSELECT into the base protocol.
use anyrfc_core::requirements;

requirements! {
    /// Internet Message Access Protocol (IMAP) UNSELECT command.
    RFC3691 = 3691, "Internet Message Access Protocol (IMAP) UNSELECT command";

    // §1
    UNSELECT_NEEDS_THE_CAPABILITY = "1" / h(1), MustNot, Client, "use UNSELECT only when it is advertised";
    UNSELECT_IS_ADVERTISED = "1" / h(2), Must, Server, "the server must list UNSELECT among its capabilities when it supports it";

    // §2
    UNSELECT_RETURNS_TO_AUTHENTICATED = "2" / h(1), Must, Both, "leave the selected state for the authenticated one on UNSELECT";
    UNSELECT_EXPUNGES_NOTHING = "2" / h(2), MustNot, Server, "the server must not expunge messages because of UNSELECT";
    UNSELECT_WITHOUT_A_MAILBOX_GETS_BAD = "2" / h(3), Must, Server, "the server must answer UNSELECT by BAD when no mailbox is selected";
    UNSELECT_HAS_NO_ARGUMENT = "2" / h(4), MustNot, Client, "give UNSELECT no argument";

    // §4
    TOKENS_IGNORE_CASE = "4" / 1, Must, Both, "accept the letters of protocol tokens in any case";
}
