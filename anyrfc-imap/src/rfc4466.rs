//! The catalogue of RFC 4466: every normative keyword, in the RFC's own order.
//!
//! Ids and roles are as in [`rfc9051`](crate::rfc9051).
use anyrfc_core::requirements;

requirements! {
    /// Collected Extensions to IMAP4 ABNF.
    RFC4466 = 4466, "Collected Extensions to IMAP4 ABNF";

    // §2.1
    UNKNOWN_SELECT_PARAMETER_IS_NOT_SENT = "2.1" / h(1), MustNot, Client, "send no SELECT parameter unless an advertised extension defines it";
    UNKNOWN_SELECT_PARAMETER_GETS_BAD = "2.1" / h(2), Must, Server, "the server must answer BAD to SELECT parameters it does not know";
    PARAMETER_VALUE_IS_PARENTHESIZED = "2.1" / h(3), Must, Client, "put the value of a parameter into parentheses unless it is a number or a set";

    // §2.2
    CREATE_PARAMETERS_MAY_BE_OMITTED = "2.2" / 1, Optional, Client, "give CREATE parameters or none";
    UNKNOWN_CREATE_PARAMETER_IS_NOT_SENT = "2.2" / h(1), MustNot, Client, "send no CREATE parameter unless an advertised extension defines it";

    // §2.3
    RENAME_PARAMETERS_MAY_BE_OMITTED = "2.3" / 1, Optional, Client, "give RENAME parameters or none";
    UNKNOWN_RENAME_PARAMETER_IS_NOT_SENT = "2.3" / h(1), MustNot, Client, "send no RENAME parameter unless an advertised extension defines it";

    // §2.4
    FETCH_MODIFIERS_MAY_BE_OMITTED = "2.4" / 1, Optional, Client, "give FETCH modifiers or none";
    UNKNOWN_FETCH_MODIFIER_IS_NOT_SENT = "2.4" / h(1), MustNot, Client, "send no FETCH modifier unless an advertised extension defines it";

    // §2.5
    STORE_MODIFIERS_MAY_BE_OMITTED = "2.5" / 1, Optional, Client, "give STORE modifiers or none";
    UNKNOWN_STORE_MODIFIER_IS_NOT_SENT = "2.5" / h(1), MustNot, Client, "send no STORE modifier unless an advertised extension defines it";

    // §2.6.1
    RESULT_OPTIONS_MAY_BE_OMITTED = "2.6.1" / 1, Optional, Client, "give SEARCH result options or none";
    SEARCH_CHARSET_MAY_BE_OMITTED = "2.6.1" / 2, Optional, Client, "give SEARCH a charset or none";
    SEARCH_IS_ANSWERED = "2.6.1" / 3, Required, Server, "the server must answer SEARCH with an untagged response";
    UNKNOWN_RESULT_OPTION_GETS_BAD = "2.6.1" / h(1), Must, Server, "the server must answer BAD to result options it does not know";
    UNKNOWN_RESULT_OPTION_IS_NOT_SENT = "2.6.1" / h(2), MustNot, Client, "send no result option unless an advertised extension defines it";
    SEARCH_OR_ESEARCH = "2.6.1" / 4, Should, Server, "the server should answer one command by SEARCH or ESEARCH, never by both";

    // §2.6.2
    EXTENDED_SEARCH_GETS_ESEARCH = "2.6.2" / 1, Should, Server, "the server should answer an extended SEARCH by ESEARCH";
    ESEARCH_BELONGS_TO_ITS_TAG = "2.6.2" / h(1), Must, Client, "match ESEARCH with its command by the tag in the correlator";
    ESEARCH_WITHOUT_TAG_BELONGS_TO_NONE = "2.6.2" / h(2), Must, Client, "take ESEARCH without a correlator as caused by no command";
    ESEARCH_UID_MEANS_UIDS = "2.6.2" / h(3), Must, Client, "read the numbers of ESEARCH as UIDs if and only if UID stands in it";
    ESEARCH_ITEMS_COME_IN_ANY_ORDER = "2.6.2" / h(4), Must, Client, "accept the items of ESEARCH in any order";
    ESEARCH_ITEM_COMES_ONCE = "2.6.2" / 2, Should, Server, "the server should send each item once within one ESEARCH";

    // §3
    TOKENS_IGNORE_CASE = "3" / 1, Must, Both, "accept the letters of protocol tokens in any case";
    SEARCH_EXCLUDES_ESEARCH = "3" / 2, Should, Server, "the server should send only one of the types SEARCH and ESEARCH";
    SEARCH_CHARSET_IS_REGISTERED = "3" / 3, Must, Client, "name a registered charset in SEARCH";
    SEVERAL_MESSAGES_NEED_MULTIAPPEND = "3" / h(1), MustNot, Client, "append several messages by one command only when MULTIAPPEND is advertised";
    NON_SYNCHRONIZING_LITERAL8_NEEDS_BOTH = "3" / h(2), MustNot, Client, "send a non-synchronizing literal8 only when BINARY and LITERAL+ are advertised";
}
