//! The catalogue of RFC 5182: every normative keyword, in the RFC's own order.
//!
//! Ids and roles are as in [`rfc9051`](crate::rfc9051), which has taken SEARCHRES into the base protocol.
use anyrfc_core::requirements;

requirements! {
    /// IMAP Extension for Referencing the Last SEARCH Result.
    RFC5182 = 5182, "IMAP Extension for Referencing the Last SEARCH Result";

    // §2.1
    SAVE_NEEDS_THE_CAPABILITY = "2.1" / h(1), MustNot, Client, "use SAVE and $ only when SEARCHRES is advertised";
    SEARCHRES_COMES_WITH_ESEARCH = "2.1" / 1, Must, Server, "the server must support ESEARCH when it supports SEARCHRES";
    FAILED_SEARCH_KEEPS_THE_VARIABLE = "2.1" / 2, MustNot, Server, "the server must not change the saved result by a SEARCH that gets BAD or has no SAVE";
    SAVED_NUMBERS_FOLLOW_EXPUNGES = "2.1" / 3, Must, Server, "the server must adjust saved message numbers when it reports expunges";

    // §2.3
    SAVE_AND_USE_RUN_IN_ORDER = "2.3" / 1, Must, Server, "the server must execute SEARCH SAVE before the command that uses its result";
    SAVE_MAY_BE_PIPELINED = "2.3" / 2, May, Client, "pipeline SEARCH SAVE with commands that use its result where nothing gets ambiguous";

    // §2.4
    SEARCHRES_MEETS_MORE_REQUIREMENTS = "2.4" / 1, Must, Server, "the server must support ESEARCH and what SEARCHRES adds to it";

    // §2.5
    SAVE_MAY_BE_REFUSED = "2.5" / 1, May, Server, "the server may refuse to save what SEARCH finds";
    REFUSED_SAVE_GETS_NOTSAVED = "2.5" / 2, Must, Server, "the server must answer a refused SAVE by NOTSAVED and empty the saved result";

    // §3
    TOKENS_IGNORE_CASE = "3" / 1, Must, Both, "accept the letters of protocol tokens in any case";

    // §4
    SAVED_RESULTS_MAY_BE_LIMITED = "4" / 1, May, Server, "the server may limit how many results it keeps over all connections";
}
