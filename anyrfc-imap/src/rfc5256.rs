//! The catalogue of RFC 5256: every normative keyword, in the RFC's own order.
//!
//! Ids and roles are as in [`rfc9051`](crate::rfc9051).
use anyrfc_core::requirements;

requirements! {
    /// Internet Message Access Protocol - SORT and THREAD Extensions.
    RFC5256 = 5256, "Internet Message Access Protocol - SORT and THREAD Extensions";

    // §1
    STRINGS_COLLATE_BY_I18NLEVEL_1 = "1" / 1, Must, Server, "the server must collate strings as I18NLEVEL=1 demands when it has SORT or THREAD";
    I18NLEVEL_1_COMES_WITH_SORT = "1" / 2, Should, Server, "the server should support I18NLEVEL=1 beside SORT and THREAD";
    HIGHER_I18NLEVEL_MAY_COME_WITH_SORT = "1" / 3, May, Server, "the server may follow I18NLEVEL=2 or above in place of it";
    SORT_NEEDS_THE_CAPABILITY = "1" / h(1), MustNot, Client, "use SORT only when SORT or a capability that begins with it is advertised";
    THREAD_NEEDS_THE_CAPABILITY = "1" / h(2), MustNot, Client, "use THREAD only with an algorithm that a capability THREAD= names";

    // §2.1
    BASE_SUBJECT_HAS_ONE_ALGORITHM = "2.1" / 1, Must, Both, "find base subjects by the prescribed algorithm and no other";

    // §2.2
    INVALID_ZONE_IS_UTC = "2.2" / 1, Should, Server, "the server should read a sent date of invalid zone as UTC";
    INVALID_TIME_IS_MIDNIGHT = "2.2" / 2, Should, Server, "the server should read a sent date of invalid time as midnight";
    INVALID_DATE_IS_THE_EARLIEST = "2.2" / 3, Should, Server, "the server should read an invalid sent date as the earliest there can be";
    MISSING_DATE_IS_INTERNALDATE = "2.2" / h(1), Must, Server, "the server must use INTERNALDATE where the sent date cannot be determined";
    EQUAL_DATES_KEEP_MAILBOX_ORDER = "2.2" / h(2), Must, Server, "the server must order messages of the same sent date as they are in the mailbox";

    // §3
    SORT_NAMES_A_CHARSET = "3" / h(1), Must, Client, "name a charset in every SORT and THREAD";
    SORT_HAS_US_ASCII_AND_UTF8 = "3" / 1, Must, Server, "the server must support US-ASCII and UTF-8 in SORT";
    EQUAL_MESSAGES_KEEP_MAILBOX_ORDER = "3" / h(2), Must, Server, "the server must keep mailbox order among messages equal by all criteria, even reversed";
    CRITERIA_APPLY_IN_ORDER = "3" / h(3), Must, Server, "the server must apply sort criteria in the order given, each to what is equal so far";
    REVERSE_APPLIES_TO_ONE_CRITERION = "3" / h(4), Must, Server, "the server must apply REVERSE to the one criterion after it";
    NO_EXPUNGE_DURING_SORT = "3" / h(5), MustNot, Server, "the server must not send EXPUNGE during SORT, but may during UID SORT";
    ABSENT_HEADER_SORTS_FIRST = "3" / h(6), Must, Server, "the server must sort a message without the header as if it were empty, before others";
    THREAD_HAS_US_ASCII_AND_UTF8 = "3" / 2, Must, Server, "the server must support US-ASCII and UTF-8 in THREAD";
    NO_EXPUNGE_DURING_THREAD = "3" / h(7), MustNot, Server, "the server must not send EXPUNGE during THREAD, but may during UID THREAD";
    ORDEREDSUBJECT_HAS_NO_GRANDCHILDREN = "3" / h(8), MustNot, Server, "the server must not nest deeper than children in a result of ORDEREDSUBJECT";
    GRANDCHILDREN_ARE_TAKEN_AS_SIBLINGS = "3" / 3, Should, Client, "take grandchildren in an ORDEREDSUBJECT result as siblings of their parent";
    MESSAGE_IDS_ARE_NORMALISED = "3" / 4, Must, Server, "the server must normalise message identifiers before threading by REFERENCES";
    QUOTED_MESSAGE_IDS_ARE_THE_SAME = "3" / 5, Must, Server, "the server must treat a message identifier as the same with and without needless quotes";
    LINKS_STAY_CONSISTENT = "3" / 6, Must, Server, "the server must keep links to parent and children in step while threading";

    // §4
    SORT_RESPONSE_KEEPS_ITS_ORDER = "4" / h(1), Must, Client, "keep the order of a SORT response, an empty one included";
    SORT_OF_UID_HOLDS_UIDS = "4" / h(2), Must, Client, "read SORT and THREAD as UIDs after a UID command and as message numbers otherwise";
    THREADS_NEST_WITHOUT_LIMIT = "4" / h(3), Must, Client, "read threads however deeply they are nested";
    THREAD_MAY_LACK_ITS_PARENT = "4" / h(4), Must, Client, "read a thread whose members are siblings without a parent in the result";

    // §5
    THREAD_ALGORITHMS_ARE_REGISTERED = "5" / 1, Must, Other, "whoever defines a threading algorithm must register it";
    CHARSETS_ARE_REGISTERED = "5" / 2, Must, Client, "name charsets by their registered names";
    BLOBS_ARE_UTF8 = "5" / 3, Should, Both, "take the text in brackets of a subject as UTF-8";
    OTHER_SUBJECT_TEXT_IS_UTF8 = "5" / 4, Should, Both, "take the words of a subject as UTF-8";

    // §7
    I18NLEVEL_1_RULES_APPLY = "7" / 1, Must, Server, "the server must follow all rules of I18NLEVEL=1 in SORT and THREAD";
    STRINGS_COLLATE_BY_UNICODE_CASEMAP = "7" / 2, Must, Server, "the server must collate strings by i;unicode-casemap in SORT and THREAD";
    I18NLEVEL_1_IS_ADVERTISED = "7" / 3, Should, Server, "the server should advertise I18NLEVEL=1 as well";
    HIGHER_I18NLEVEL_MAY_BE_FOLLOWED = "7" / 4, May, Server, "the server may collate by the rules of I18NLEVEL=2 or above";
}
