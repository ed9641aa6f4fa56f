//! The catalogue of RFC 6203: every normative keyword, in the RFC's own order.
//!
//! Ids and roles are as in [`rfc9051`](crate::rfc9051).
use anyrfc_core::requirements;

requirements! {
    /// IMAP4 Extension for Fuzzy Search.
    RFC6203 = 6203, "IMAP4 Extension for Fuzzy Search";

    // §3
    FUZZY_TAKES_ONE_KEY = "3" / h(1), Must, Client, "apply FUZZY to the one search key after it, a group in parentheses included";
    FUZZY_RESULTS_MAY_VARY = "3" / h(2), Should, Client, "warn the user that a fuzzy search may give other results another time";

    // §4
    MATCHES_GET_SCORES = "4" / 1, Should, Server, "the server should score how relevant each match of a FUZZY search is";
    SCORES_USE_THE_WHOLE_RANGE = "4" / 2, Should, Server, "the server should spread scores over the range 1 to 100";
    RELEVANCY_NEEDS_ESEARCH = "4" / h(1), MustNot, Client, "ask SEARCH for RELEVANCY only when ESEARCH is advertised too";
    RELEVANCY_NEEDS_FUZZY = "4" / 3, MustNot, Client, "ask for RELEVANCY only in a search with a FUZZY key";

    // §5
    ALL_KEYS_ARE_MATCHED_FUZZILY = "5" / 1, Should, Server, "the server should match keys of every kind fuzzily as far as that makes sense";

    // §6
    SORT_BY_RELEVANCY_NEEDS_SORT = "6" / h(1), MustNot, Client, "sort by RELEVANCY only when SORT is advertised too";
    BEST_SCORE_COMES_FIRST = "6" / h(2), Must, Server, "the server must put the message of the highest score first when sorting by RELEVANCY";
    SORT_BY_RELEVANCY_NEEDS_FUZZY = "6" / 1, MustNot, Client, "sort by RELEVANCY only in a search with a FUZZY key";
    RELEVANCY_OF_SORT_NEEDS_ESORT = "6" / h(3), MustNot, Client, "ask SORT for RELEVANCY only when ESORT is advertised too";

    // §7
    FUZZY_NEEDS_THE_CAPABILITY = "7" / h(1), MustNot, Client, "use FUZZY and RELEVANCY only when SEARCH=FUZZY is advertised";
    SCORES_ARE_READ = "7" / h(2), Must, Client, "read a list of scores from 1 to 100, an empty one included";

    // §8
    SEARCH_RESOURCES_MAY_BE_LIMITED = "8" / 1, May, Server, "the server may limit what a search or a user consumes";
    LOW_SCORES_ARE_NOT_HIDDEN = "8" / h(1), Should, Client, "let the user see all results, those of low score included";
}
