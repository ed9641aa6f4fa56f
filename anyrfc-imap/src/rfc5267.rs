//! The catalogue of RFC 5267: every normative keyword, in the RFC's own order.
//!
//! Ids and roles are as in [`rfc9051`](crate::rfc9051).
use anyrfc_core::requirements;

requirements! {
    /// Contexts for IMAP4.
    RFC5267 = 5267, "Contexts for IMAP4";

    // §3
    EXTENDED_SORT_IS_ANSWERED_BY_ESEARCH = "3" / h(1), Must, Server, "the server must answer an extended SORT by ESEARCH, in the order asked for";
    SORT_WITHOUT_RETURN_IS_PLAIN = "3" / h(2), Must, Server, "the server must answer a SORT without RETURN by a SORT response";

    // §3.1
    EXTENDED_SORT_NEEDS_ESORT = "3.1" / h(1), MustNot, Client, "give SORT return options only when ESORT or CONTEXT=SORT is advertised";
    MIN_AND_MAX_FOLLOW_THE_SORT = "3.1" / h(2), Must, Client, "take MIN and MAX of a SORT as its first and last message, not as smallest and largest";

    // §3.2
    RANGES_ASCEND_WHEN_EXPANDED = "3.2" / 1, Must, Server, "the server must mean ranges of a sorted result in ascending order";
    RANGES_OF_A_SORT_ARE_EXPANDED_UPWARDS = "3.2" / h(1), Must, Client, "expand ranges of a sorted result upwards, and keep the order of the parts";
    RANGES_BEGIN_WITH_THE_LOWER_NUMBER = "3.2" / 2, Should, Server, "the server should write ranges with the lower number first";
    REVERSED_RANGES_ARE_AVOIDED = "3.2" / 3, Should, Server, "the server should avoid ranges with the higher number first";

    // §3.3
    EMPTY_RETURN_MEANS_ALL = "3.3" / h(1), Must, Server, "the server must return ALL to an extended SORT with an empty list of options";

    // §4.1
    CONTEXT_SEARCH_NEEDS_THE_CAPABILITY = "4.1" / h(1), MustNot, Client, "use CONTEXT, UPDATE and PARTIAL in SEARCH only when CONTEXT=SEARCH is advertised";
    CONTEXT_SORT_NEEDS_THE_CAPABILITY = "4.1" / h(2), MustNot, Client, "use CONTEXT, UPDATE and PARTIAL in SORT only when CONTEXT=SORT is advertised";
    CONTEXT_SORT_COMES_WITH_SORT = "4.1" / h(3), Must, Server, "the server must advertise SORT beside CONTEXT=SORT";
    SEARCH_IS_IN_MAILBOX_ORDER = "4.1" / h(4), Must, Server, "the server must return SEARCH results in mailbox order under CONTEXT=SEARCH";

    // §4.2
    CONTEXT_HINTS_AT_FURTHER_USE = "4.2" / 1, Should, Client, "give CONTEXT to a search whose criteria will likely be used again";
    CONTEXT_MAY_BE_IGNORED = "4.2" / 2, May, Server, "the server may ignore CONTEXT or cache results because of it";

    // §4.3
    TAGS_ARE_NOT_REUSED = "4.3" / 1, MustNot, Client, "use no tag a second time";
    REUSED_TAG_IS_BAD = "4.3" / 2, Shall, Server, "the server must answer BAD to UPDATE under a tag whose updates still run";
    UPDATES_COME_IN_TIME = "4.3" / 3, Should, Server, "the server should send ADDTO and REMOVEFROM soon after the change";
    UPDATES_END_WITH_THE_SELECTION = "4.3" / h(1), Must, Client, "expect no updates after the mailbox is left or CANCELUPDATE was sent";
    UPDATES_COVER_ALL_RESULTS = "4.3" / h(2), Must, Client, "accept updates for all results even where PARTIAL, MIN or the like was asked for";

    // §4.3.1
    UPDATES_MAY_BE_REFUSED = "4.3.1" / 1, May, Server, "the server may refuse to send updates";
    NOUPDATE_NAMES_THE_TAG = "4.3.1" / h(1), Must, Server, "the server must refuse updates by an untagged NO with NOUPDATE and the tag";
    NOUPDATE_IS_HANDLED = "4.3.1" / h(2), Must, Client, "take NOUPDATE as the end of updates for its tag, not as failure of the search";
    REFUSED_UPDATE_KEEPS_THE_RESULT = "4.3.1" / 2, Shall, Server, "the server must honour the other return options when it refuses updates";
    ONE_CONTEXT_IS_UPDATED = "4.3.1" / 3, Must, Server, "the server must provide at least one context with updates for each client";
    MORE_CONTEXTS_ARE_UPDATED = "4.3.1" / 4, Should, Server, "the server should provide several contexts with updates";

    // §4.3.2
    UPDATES_HOLD_WHAT_THE_COMMAND_ASKED = "4.3.2" / h(1), Must, Client, "read updates as UIDs for a UID command and as message numbers otherwise";
    UPDATES_ARE_PROCESSED_IN_ORDER = "4.3.2" / 1, Must, Client, "apply ADDTO and REMOVEFROM one by one as they come";
    UPDATES_KEEP_THE_ORDER = "4.3.2" / 2, Must, Server, "the server must send updates that keep the results in the order asked for";
    UPDATES_MAY_COME_AT_ANY_TIME = "4.3.2" / 3, May, Server, "the server may send updates at any time";
    UPDATES_MAY_COME_BETWEEN_COMMANDS = "4.3.2" / 4, May, Server, "the server may send updates between commands, during any, and during IDLE";
    UPDATES_ARE_ACCEPTED_AT_ANY_TIME = "4.3.2" / h(2), Must, Client, "accept updates between commands, during any command and during IDLE";

    // §4.3.3
    ADDTO_POSITION_MAY_BE_ZERO = "4.3.3" / 1, May, Server, "the server may give position zero in an ADDTO for SEARCH";
    ADDTO_PAIRS_ARE_PROCESSED_IN_ORDER = "4.3.3" / h(1), Must, Client, "apply the pairs of an ADDTO one after the other";
    ADDTO_COMES_AFTER_EXISTS = "4.3.3" / 2, Must, Server, "the server must send EXISTS before an ADDTO with the new message numbers";
    ADDTO_INSERTS_AT_THE_POSITION = "4.3.3" / h(2), Must, Client, "insert the results of ADDTO so that the first takes the position given";
    ZERO_ADDTO_KEEPS_MAILBOX_ORDER = "4.3.3" / 3, May, Client, "insert the results of ADDTO at zero in mailbox order";
    ZERO_ADDTO_IS_SENT_IN_MAILBOX_ORDER = "4.3.3" / 4, Recommended, Server, "the server should put results of an ADDTO at zero into mailbox order";

    // §4.3.4
    REMOVEFROM_POSITION_MAY_BE_ZERO = "4.3.4" / 1, May, Server, "the server may give position zero in a REMOVEFROM for SEARCH";
    REMOVEFROM_PAIRS_ARE_PROCESSED_IN_ORDER = "4.3.4" / h(1), Must, Client, "apply the pairs of a REMOVEFROM one after the other";
    REMOVEFROM_REMOVES_AT_THE_POSITION = "4.3.4" / h(2), Must, Client, "remove the results of REMOVEFROM from the position given onwards";
    ZERO_REMOVEFROM_REMOVES_ANYWHERE = "4.3.4" / h(3), Must, Client, "remove the results of REMOVEFROM at zero wherever they are";
    ZERO_REMOVEFROM_IS_SENT_IN_MAILBOX_ORDER = "4.3.4" / 2, Recommended, Server, "the server should put results of a REMOVEFROM at zero into mailbox order";
    REMOVEFROM_COMES_BEFORE_EXPUNGE = "4.3.4" / 3, Must, Server, "the server must send REMOVEFROM by message number before the EXPUNGE";

    // §4.3.5
    CANCELUPDATE_NAMES_TAGS = "4.3.5" / h(1), Must, Client, "give CANCELUPDATE the tags, quoted, of commands that asked for updates";
    CANCELLED_CONTEXT_MAY_BE_FREED = "4.3.5" / 1, May, Server, "the server may free what a cancelled context holds";

    // §4.4
    PARTIAL_COMES_ONCE = "4.4" / 1, MustNot, Client, "ask for at most one of PARTIAL and ALL in a command";
    PARTIAL_SEARCH_IS_IN_MAILBOX_ORDER = "4.4" / 2, Must, Server, "the server must count results of a SEARCH for PARTIAL in mailbox order";
    PARTIAL_BEYOND_THE_END_IS_SHORT = "4.4" / h(1), Must, Server, "the server must return the results there are when PARTIAL reaches beyond them";
    SHORT_PARTIAL_IS_READ = "4.4" / h(2), Must, Client, "accept a PARTIAL that holds fewer results than its range, or NIL";

    // §4.5
    RESULTS_MAY_BE_CACHED = "4.5" / 1, May, Server, "the server may cache results with or without a hint";
    CACHE_DOES_NOT_SHOW = "4.5" / 2, Must, Server, "the server must behave the same with and without a cache of results";

    // §5
    PARTIAL_RANGE_HAS_NO_STAR = "5" / h(1), MustNot, Client, "write a PARTIAL range of two numbers, not zero and without *";
}
