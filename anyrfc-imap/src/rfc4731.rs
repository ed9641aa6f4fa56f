//! The catalogue of RFC 4731: every normative keyword, in the RFC's own order.
//!
//! Ids and roles are as in [`rfc9051`](crate::rfc9051), which has taken ESEARCH into the base protocol.
use anyrfc_core::requirements;

requirements! {
    /// IMAP4 Extension to SEARCH Command for Controlling What Kind of Information Is Returned.
    RFC4731 = 4731, "IMAP4 Extension to SEARCH Command for Controlling What Kind of Information Is Returned";

    // §1
    RESULT_OPTIONS_NEED_THE_CAPABILITY = "1" / h(1), MustNot, Client, "use result options of SEARCH only when ESEARCH is advertised";

    // §3.1
    SEARCH_WITHOUT_MATCH_HAS_NO_MIN = "3.1" / 1, MustNot, Server, "the server must not answer MIN when SEARCH finds nothing";
    SEARCH_FOR_MIN_GETS_ESEARCH = "3.1" / 2, Must, Server, "the server must send ESEARCH for MIN even when SEARCH finds nothing";
    SEARCH_WITHOUT_MATCH_HAS_NO_MAX = "3.1" / 3, MustNot, Server, "the server must not answer MAX when SEARCH finds nothing";
    SEARCH_FOR_MAX_GETS_ESEARCH = "3.1" / 4, Must, Server, "the server must send ESEARCH for MAX even when SEARCH finds nothing";
    SEARCH_RESULTS_ARE_UNORDERED = "3.1" / 5, MustNot, Client, "assume no order among the results of SEARCH";
    SEARCH_WITHOUT_MATCH_HAS_NO_ALL = "3.1" / 6, MustNot, Server, "the server must not answer ALL when SEARCH finds nothing";
    SEARCH_FOR_ALL_GETS_ESEARCH = "3.1" / 7, Must, Server, "the server must send ESEARCH for ALL even when SEARCH finds nothing";
    SEARCH_ALWAYS_HAS_COUNT = "3.1" / 8, Must, Server, "the server must always answer COUNT when it is asked for";
    SEARCH_OPTIONS_SHARE_ONE_ESEARCH = "3.1" / 9, Must, Server, "the server must answer all result options in one ESEARCH";
    UID_SEARCH_HAS_THE_UID_INDICATOR = "3.1" / 10, Must, Server, "the server must mark the ESEARCH to UID SEARCH with UID";

    // §3.2
    MODSEQ_COMES_WITH_ESEARCH = "3.2" / 1, Must, Server, "the server must return the mod-sequence of a search in ESEARCH when result options are given";

    // §4
    TOKENS_IGNORE_CASE = "4" / 1, Must, Both, "accept the letters of protocol tokens in any case";
}
