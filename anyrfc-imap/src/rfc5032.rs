//! The catalogue of RFC 5032: every normative keyword, in the RFC's own order.
//!
//! Ids and roles are as in [`rfc9051`](crate::rfc9051).
use anyrfc_core::requirements;

requirements! {
    /// WITHIN Search Extension to the IMAP Protocol.
    RFC5032 = 5032, "WITHIN Search Extension to the IMAP Protocol";

    // §2
    WITHIN_IS_ADVERTISED = "2" / 1, Must, Server, "the server must list WITHIN among its capabilities when it supports it";
    WITHIN_NEEDS_THE_CAPABILITY = "2" / h(1), MustNot, Client, "search by OLDER and YOUNGER only when WITHIN is advertised";
    DYNAMIC_RESULTS_MAY_BE_OUT_OF_DATE = "2" / 2, Must, Client, "take dynamic search results for possibly out of date";
    NEW_SEARCH_FOR_THE_CURRENT_STATE = "2" / h(2), Recommended, Client, "search anew for a result that reflects the current mailbox";

    // §3
    INTERVAL_IS_NOT_ZERO = "3" / h(1), Must, Client, "give OLDER and YOUNGER an interval of at least one second";
}
