//! The catalogue of RFC 5466: every normative keyword, in the RFC's own order.
//!
//! Ids and roles are as in [`rfc9051`](crate::rfc9051).
use anyrfc_core::requirements;

requirements! {
    /// IMAP4 Extension for Named Searches (Filters).
    RFC5466 = 5466, "IMAP4 Extension for Named Searches (Filters)";

    // §1
    PRIVATE_FILTER_COMES_FIRST = "1" / 1, Must, Server, "the server must search by the private filter where a public one has the same name";
    ONLY_FILTER_IS_USED = "1" / 2, Must, Server, "the server must search by whichever filter of the name exists";
    FILTER_VALUES_ARE_UTF8 = "1" / 3, Must, Client, "write the search keys of a filter in UTF-8";

    // §3
    FILTER_NEEDS_THE_CAPABILITY = "3" / h(1), MustNot, Client, "search by FILTER only when FILTERS is advertised";

    // §3.1
    UNKNOWN_FILTER_FAILS_THE_SEARCH = "3.1" / 1, Must, Server, "the server must answer NO with UNDEFINED-FILTER when a filter cannot be used";
    FILTER_IN_A_SEARCH_IS_CHECKED = "3.1" / 2, Should, Server, "the server should verify that a filter it searches by is whole and correct";
    FILTERS_ARE_SUBSTITUTED_THRICE = "3.1" / 3, Must, Server, "the server must manage three rounds of substituting filters";
    FILTER_LOOPS_ARE_DETECTED = "3.1" / 4, Must, Server, "the server must detect loops of filters when it does more than three rounds";
    ENDLESS_FILTER_IS_UNDEFINED = "3.1" / 5, Must, Server, "the server must treat a filter that does not end as one that does not exist";
    FILTER_WITH_OTHER_CHARSET_IS_BAD = "3.1" / 6, Must, Server, "the server must answer BAD to FILTER with a charset other than UTF-8 or US-ASCII";
    FILTER_WITH_OTHER_CHARSET_GETS_BADCHARSET = "3.1" / 7, Must, Server, "the server must say BADCHARSET when it refuses the charset beside FILTER";
    FILTER_COMES_WITH_UTF8 = "3.1" / h(1), MustNot, Client, "give a search by FILTER no charset but UTF-8 or US-ASCII";

    // §3.2
    FILTERS_ARE_REACHED_BY_METADATA = "3.2" / 1, Must, Server, "the server must support GETMETADATA and SETMETADATA at least for its filters";
    STORED_KEYS_ARE_UTF8 = "3.2" / 2, Must, Client, "store the value of a filter in UTF-8";
    STORED_FILTER_IS_CHECKED = "3.2" / 3, Should, Server, "the server should verify that a filter being stored is whole and correct";
    FILTER_IS_DELETED_BY_NIL = "3.2" / h(1), Must, Client, "delete a filter by storing NIL in its private and its shared value";
    TOO_MANY_FILTERS_GET_TOOMANY = "3.2" / 4, Must, Server, "the server must answer NO with METADATA TOOMANY when there are too many filters";
    EXTENSION_KEYS_ARE_PARENTHESISED = "3.2" / 5, Should, Client, "store search keys from extensions in parentheses of their own";
    PRIVATE_DESCRIPTION_COMES_FIRST = "3.2" / h(2), Must, Client, "show the private description of a filter, else the shared one";
    FILTER_NAME_MAY_STAND_FOR_DESCRIPTION = "3.2" / 6, May, Client, "show the name of a filter that has no description";
    DESCRIPTION_HAS_LANGUAGE_TAGS = "3.2" / 7, Should, Client, "mark the language of a filter's description by tags";
    UNTAGGED_DESCRIPTION_IS_DEFAULT = "3.2" / 8, Should, Client, "take a description without a language tag as of i-default";
    DESCRIPTION_MAY_HAVE_SEVERAL_LANGUAGES = "3.2" / 9, May, Client, "store a description in several languages, each after its tag";

    // §4
    TOKENS_IGNORE_CASE = "4" / 1, Must, Both, "accept the letters of protocol tokens in any case";
    FILTER_NAME_IS_AN_ATOM = "4" / h(1), Must, Client, "name a filter by an atom without a slash";

    // §5
    ANONYMOUS_USERS_CHANGE_NO_FILTERS = "5" / 1, ShouldNot, Server, "the server should not let anonymous users change filters";
    CONFIDENTIAL_FILTERS_ARE_PROTECTED = "5" / 2, Must, Client, "use TLS or a SASL security layer where filters are confidential";
    PRIVATE_FILTERS_ARE_PREFERRED = "5" / h(1), Should, Client, "store filters as private unless they are meant to be shared";
}
