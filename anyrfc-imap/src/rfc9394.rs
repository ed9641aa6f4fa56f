//! The catalogue of RFC 9394, by hand: its keywords and the rules around them.
//!
//! Ids and roles are as in [`rfc9051`](crate::rfc9051).
use anyrfc_core::requirements;

requirements! {
    /// IMAP PARTIAL Extension for Paged SEARCH and FETCH.
    RFC9394 = 9394, "IMAP PARTIAL Extension for Paged SEARCH and FETCH";

    // §3
    PARTIAL_NEEDS_THE_CAPABILITY = "3" / h(1), MustNot, Client, "use PARTIAL in FETCH, and ranges from the end in SEARCH, only when PARTIAL is advertised";

    // §3.1
    PARTIAL_EXCLUDES_ALL = "3.1" / h(1), MustNot, Client, "ask for at most one of PARTIAL and ALL in a command";
    RESULTS_ARE_IN_MAILBOX_ORDER = "3.1" / h(2), Must, Server, "the server must count results of a SEARCH for PARTIAL in mailbox order";
    MISSING_RESULTS_ARE_LEFT_OUT = "3.1" / h(3), Must, Server, "the server must return the results there are when the range reaches beyond them";
    SHORT_RESULT_IS_READ = "3.1" / h(4), Must, Client, "accept a PARTIAL that holds fewer results than its range";
    EMPTY_RESULT_IS_NIL = "3.1" / h(5), Must, Server, "the server must return NIL when the whole range lies beyond the results";
    NIL_RESULT_IS_READ = "3.1" / h(6), Must, Client, "read NIL as a range without results";
    RANGE_IS_RETURNED = "3.1" / h(7), Must, Server, "the server must return the range that was asked for, and no more results than it has room for";
    PAGES_COME_IN_ANY_ORDER = "3.1" / h(8), May, Client, "ask for ranges in any order, overlapping or not";

    // §3.2
    SAVE_KEEPS_WHAT_IS_RETURNED = "3.2" / h(1), Must, Server, "the server must save what PARTIAL, MIN and MAX return together when SAVE is asked for beside them";

    // §3.3
    FETCH_RETURNS_THE_RANGE = "3.3" / h(1), Must, Server, "the server must return FETCH responses for the messages in the range only";
    ONLY_UID_FETCH_HAS_PARTIAL = "3.3" / h(2), Must, Client, "give PARTIAL to UID FETCH, and to no FETCH by message numbers";

    // §4
    RANGE_IS_OF_TWO_NUMBERS = "4" / h(1), Must, Client, "write a range of two numbers from 1 on, both counted from the start or both from the end, without *";
}
