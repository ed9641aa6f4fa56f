//! The catalogue of RFC 8514: every normative keyword, in the RFC's own order.
//!
//! Ids and roles are as in [`rfc9051`](crate::rfc9051).
use anyrfc_core::requirements;

requirements! {
    /// Internet Message Access Protocol (IMAP) - SAVEDATE Extension.
    RFC8514 = 8514, "Internet Message Access Protocol (IMAP) - SAVEDATE Extension";

    // §3
    SAVEDATE_IS_THE_DELIVERY = "3" / 1, Must, Server, "the server must set the save date to the moment at which the message enters the mailbox";
    SAVEDATE_IS_IMMUTABLE = "3" / 2, MustNot, Server, "the server must not change the save date while the message stays in its mailbox";

    // §4.1
    SAVEDATE_IS_ADVERTISED = "4.1" / 1, Must, Server, "the server must advertise SAVEDATE when it supports the extension";
    SAVEDATE_NEEDS_THE_CAPABILITY = "4.1" / h(1), MustNot, Client, "fetch and search by save date only when SAVEDATE is advertised";

    // §4.2
    SAVEDATE_MAY_BE_NIL = "4.2" / h(1), Must, Client, "accept NIL as a save date";

    // §4.3
    UNSUPPORTED_SAVEDATE_IS_THE_INTERNAL_DATE = "4.3" / 1, Must, Server, "the server must search by internal date in a mailbox without save dates";
    MULTISEARCH_FALLS_BACK_BY_MAILBOX = "4.3" / 2, Must, Server, "the server must fall back to internal dates in each mailbox by itself";
}
