//! The catalogue of RFC 5258: every normative keyword, in the RFC's own order.
//!
//! Ids and roles are as in [`rfc9051`](crate::rfc9051), which has taken most of LIST-EXTENDED into the base protocol.
use anyrfc_core::requirements;

requirements! {
    /// Internet Message Access Protocol version 4 - LIST Command Extensions.
    RFC5258 = 5258, "Internet Message Access Protocol version 4 - LIST Command Extensions";

    // §1
    LSUB_FOR_PLAIN_SUBSCRIPTIONS = "1" / 1, Should, Client, "use LSUB for a mere list of subscriptions";

    // §3
    ONE_LIST_RESPONSE_FOR_SEVERAL_PATTERNS = "3" / 1, Should, Server, "the server should list a mailbox once that matches several patterns";
    EMPTY_NAME_IS_NO_SPECIAL_REQUEST = "3" / 2, MustNot, Server, "the server must not answer an extended LIST of an empty name with the root";
    EMPTY_PATTERN_IS_IGNORED = "3" / 3, Must, Server, "the server must ignore an empty pattern among several";
    UNACCEPTED_PATTERN_IS_IGNORED = "3" / 4, Must, Server, "the server must ignore a pattern that it does not accept";
    SELECTION_OPTIONS_ARE_CUMULATIVE = "3" / 5, Must, Server, "the server must list only mailboxes that satisfy every selection option";
    RETURN_OPTIONS_ADD_NO_NAMES = "3" / 6, MustNot, Server, "the server must not list more mailboxes because of a return option";
    UNADVERTISED_LIST_OPTIONS_ARE_NOT_SENT = "3" / 7, MustNot, Client, "send no LIST option that the server does not advertise";
    UNKNOWN_LIST_OPTION_GETS_BAD = "3" / 8, Must, Server, "the server must answer an unknown LIST option by BAD";
    LIST_OPTIONS_ARE_NOT_REPEATED = "3" / 9, ShouldNot, Client, "give each LIST option only once";
    REPEATED_LIST_OPTION_COUNTS_ONCE = "3" / 10, Must, Server, "the server must treat a repeated LIST option as given once";
    LIST_EXTENSIONS_REFER_TO_THIS_ONE = "3" / 11, Must, Other, "whoever extends LIST must refer to this extension";
    LIST_EXTENSIONS_ADD_OPTIONS = "3" / 12, Must, Other, "whoever extends LIST must add command options";
    EXTENDED_FIELD_TAGS_ARE_REGISTERED = "3" / 13, Must, Other, "whoever defines an extended field must register its tag";
    NO_EXTENDED_FIELDS_FOR_A_PLAIN_CLIENT = "3" / 14, MustNot, Server, "the server must not return extended fields to a client that has not shown support";
    EXTENDED_FIELDS_COME_UNASKED = "3" / 15, May, Server, "the server may return extended fields that were not asked for";
    UNKNOWN_EXTENDED_FIELDS_ARE_IGNORED = "3" / 16, Must, Client, "ignore extended fields that are not recognized";
    NONEXISTENT_IS_SUPPORTED = "3" / 17, Must, Server, "the server must support \\NonExistent";
    NONEXISTENT_IS_ACCURATE = "3" / 18, Must, Server, "the server must compute \\NonExistent accurately";

    // §3.1
    SUBSCRIBED_LISTS_EXACTLY_THE_SUBSCRIBED = "3.1" / 1, Must, Server, "the server must list exactly the subscribed names that match for SUBSCRIBED";
    LSUB_UNLESS_MORE_IS_WANTED = "3.1" / 2, Should, Client, "use LSUB unless LIST (SUBSCRIBED) tells more that is wanted";
    SUBSCRIBED_SELECTION_SUPPORTS_ITS_ATTRIBUTE = "3.1" / 3, Must, Server, "the server must support \\Subscribed for the selection option SUBSCRIBED";
    SUBSCRIBED_SELECTION_IS_ACCURATE = "3.1" / 4, Must, Server, "the server must compute \\Subscribed accurately for the selection option SUBSCRIBED";
    REMOTE_IS_ACCURATE = "3.1" / 5, Must, Server, "the server must compute \\Remote accurately for the option REMOTE";
    RECURSIVEMATCH_IS_NOT_ALONE = "3.1" / 6, MustNot, Client, "use RECURSIVEMATCH only beside a selection option other than REMOTE";
    LONE_RECURSIVEMATCH_GETS_BAD = "3.1" / 7, Must, Server, "the server must answer a lone RECURSIVEMATCH by BAD";
    CHILDINFO_MAY_BE_STALE = "3.1" / 8, Must, Client, "handle CHILDINFO whose children are gone by the next LIST";

    // §3.2
    SUBSCRIBED_RETURN_SUPPORTS_ITS_ATTRIBUTE = "3.2" / 1, Must, Server, "the server must support \\Subscribed for the return option SUBSCRIBED";
    SUBSCRIBED_RETURN_IS_ACCURATE = "3.2" / 2, Must, Server, "the server must compute \\Subscribed accurately for the return option SUBSCRIBED";
    SUBSCRIBED_LEAVES_OTHER_ATTRIBUTES_ACCURATE = "3.2" / 3, Must, Server, "the server must compute all other attributes accurately as well";
    CHILDREN_IS_SUPPORTED = "3.2" / 4, Must, Server, "the server must support the return option CHILDREN";

    // §3.4
    STRONGER_ATTRIBUTES_IMPLY_WEAKER = "3.4" / 1, Must, Client, "infer \\HasNoChildren from \\NoInferiors and \\NoSelect from \\NonExistent";

    // §3.5
    NO_CHILDINFO_WITHOUT_RECURSIVEMATCH = "3.5" / 1, MustNot, Server, "the server must not return CHILDINFO unless RECURSIVEMATCH is given";
    NOSELECT_KEEPS_ITS_MEANING = "3.5" / 2, MustNot, Server, "the server must not mark by \\NoSelect that only children are subscribed";
    MISSING_PARENT_IS_NONEXISTENT_WITH_CHILDREN = "3.5" / 3, Should, Server, "the server should list a missing parent as \\NonExistent \\HasChildren";
    CHILDINFO_TELLS_OF_UNLISTED_CHILDREN = "3.5" / 4, Should, Server, "the server should return a parent for CHILDINFO only when a matching child is not listed";
    REDUNDANT_CHILDINFO_IS_SUPPRESSED = "3.5" / 5, Should, Server, "the server should suppress redundant CHILDINFO";

    // §4
    CHILDREN_MAY_COME_UNASKED = "4" / 1, May, Server, "the server may tell about children without being asked";
    CHILDREN_RETURNS_TWO_ATTRIBUTES = "4" / 2, Must, Server, "the server must return \\HasChildren and \\HasNoChildren as CHILDREN defines them";
    CHILD_ATTRIBUTES_IN_ANY_LIST = "4" / 3, May, Server, "the server may return \\HasChildren and \\HasNoChildren to any LIST";
    CHILDREN_IS_ANSWERED_AT_ANY_COST = "4" / 4, Must, Server, "the server must answer the option CHILDREN however expensive it is";
    NO_HASCHILDREN_WITHOUT_PERMISSION = "4" / 5, ShouldNot, Server, "the server should not return \\HasChildren when the user may see no child";
    HASNOCHILDREN_WITHOUT_PERMISSION = "4" / 6, Should, Server, "the server should return \\HasNoChildren when the user may see no child";
    CHILD_ATTRIBUTES_EXCLUDE_EACH_OTHER = "4" / h(1), MustNot, Server, "the server must not send both \\HasChildren and \\HasNoChildren for a mailbox";
    HASCHILDREN_MAY_BE_STALE = "4" / h(2), Must, Client, "handle \\HasChildren on a mailbox whose children are not listed";

    // §5
    REDUNDANT_CHILDINFO_IN_THE_EXAMPLE = "5" / 1, ShouldNot, Server, "the server should not return the redundant CHILDINFO of the example";

    // §6
    EXTENDED_ITEM_TAGS_CONFORM = "6" / 1, Must, Server, "the server must name extended items by vendor or standard tags";

    // §7
    LIST_EXTENSIONS_TELL_OF_COMPARATORS = "7" / 1, Must, Other, "whoever extends LIST must tell how it goes with comparators";

    // §8
    HIDDEN_CHILDREN_COUNT_AS_NONE = "8" / 1, Should, Server, "the server should mark a mailbox as \\HasNoChildren when its children are all hidden from the user";

    // §9.2
    EXTENDED_ITEM_IS_NAMED_AS_ITS_OPTION = "9.2" / 1, Should, Other, "whoever defines an extended item should name it as its option";
    VENDOR_OPTIONS_BEGIN_WITH_THE_TOKEN = "9.2" / 2, Must, Other, "a vendor must begin its options and items with its token";
    VENDOR_TOKENS_ARE_REGISTERED = "9.2" / 3, Must, Other, "a vendor must register its token";
}
