//! The catalogue of RFC 5257: every normative keyword, in the RFC's own order.
//!
//! Ids and roles are as in [`rfc9051`](crate::rfc9051).
use anyrfc_core::requirements;

requirements! {
    /// Internet Message Access Protocol - ANNOTATE Extension.
    RFC5257 = 5257, "Internet Message Access Protocol - ANNOTATE Extension";

    // §1
    ANNOTATE_NEEDS_THE_CAPABILITY = "1" / h(1), MustNot, Client, "use annotations of messages only when ANNOTATE-EXPERIMENT-1 is advertised";
    ANNOTATIONS_ARE_PERMANENT = "1" / 1, Must, Server, "the server must store annotations permanently";
    CONDSTORE_IS_SUPPORTED_TOO = "1" / 2, Should, Server, "the server should support CONDSTORE beside ANNOTATE";

    // §3.2
    ENTRY_HAS_NO_EMPTY_COMPONENT = "3.2" / 1, MustNot, Client, "send no entry name with two slashes in a row";
    ENTRY_ENDS_IN_NO_SLASH = "3.2" / 2, MustNot, Client, "send no entry name with a slash at its end";
    ATTRIBUTE_HAS_NO_EMPTY_COMPONENT = "3.2" / 3, MustNot, Client, "send no attribute name with two dots in a row";
    ATTRIBUTE_ENDS_IN_NO_DOT = "3.2" / 4, MustNot, Client, "send no attribute name with a dot at its end";
    NAMES_HAVE_NO_WILDCARD = "3.2" / 5, MustNot, Client, "send no name of an entry or attribute with an asterisk or a percent sign";
    NAMES_ARE_ASCII = "3.2" / 6, MustNot, Client, "send no name of an entry or attribute with NUL or octets outside ASCII";
    ATTRIBUTE_HAS_NO_RESERVED_COMPONENT = "3.2" / 7, MustNot, Client, "name no component of an attribute priv or shared";

    // §3.2.1
    ENTRIES_ARE_SPECIFIED = "3.2.1" / 1, Must, Other, "whoever defines an entry must do so in an RFC or within a vendor's namespace";
    VENDOR_OF_ENTRIES_IS_REGISTERED = "3.2.1" / 2, Must, Other, "a vendor must register its token for entries of messages";
    WRONG_PART_GETS_BAD = "3.2.1" / 3, Must, Server, "the server must answer BAD to a part specifier that is malformed or names no part";
    EMPTY_PART_GETS_BAD = "3.2.1" / 4, Must, Server, "the server must answer BAD to an empty part specifier";
    VENDOR_OF_PART_ENTRIES_IS_REGISTERED = "3.2.1" / 5, Must, Other, "a vendor must register its token for entries of body parts";
    PART_FLAGS_HAVE_THREE_VALUES = "3.2.1" / h(1), Must, Client, "store only 1, 0 or NIL as a flag of a body part";

    // §3.2.2
    ATTRIBUTES_ARE_SPECIFIED = "3.2.2" / 1, Must, Other, "whoever defines an attribute must do so in an RFC";
    STORED_ATTRIBUTE_HAS_A_SUFFIX = "3.2.2" / 2, Must, Client, "add .priv or .shared to an attribute that is stored or sorted by";
    ANNOTATION_IS_REMOVED_BY_NIL = "3.2.2" / h(1), Must, Client, "delete an annotation by storing NIL as its value";
    VALUE_OF_NO_ENTRY_IS_NIL = "3.2.2" / 3, Must, Server, "the server must return NIL as the value of an entry that does not exist";
    REGISTERED_TYPE_HAS_A_CHARSET = "3.2.2" / 4, Must, Other, "whoever registers an entry must name a charset where one applies";
    TEXT_IS_UTF8 = "3.2.2" / 5, Should, Both, "write text values in UTF-8";
    SIZE_IS_READ_ONLY = "3.2.2" / h(2), MustNot, Client, "store no size of an annotation";
    SIZE_OF_NO_ENTRY_IS_ZERO = "3.2.2" / 6, Must, Server, "the server must return zero as the size of an entry that does not exist";

    // §3.3
    SUFFIX_IS_EXPLICIT = "3.3" / 1, Must, Client, "write .priv or .shared in STORE, APPEND and SORT";
    SHARED_ANNOTATIONS_ARE_SUPPORTED = "3.3" / 2, Required, Server, "the server must support shared annotations";
    PRIVATE_ANNOTATIONS_ARE_OPTIONAL = "3.3" / 3, Optional, Server, "the server may support private annotations";
    BOTH_KINDS_ARE_HANDLED = "3.3" / 4, Must, Client, "handle shared and private annotations alike";

    // §3.4
    ANNOTATION_WITHOUT_RIGHTS_GETS_NO = "3.4" / 1, Must, Server, "the server must answer NO when the user lacks the rights to an annotation";
    RIGHT_N_IS_RECOGNIZED = "3.4" / 2, Must, Server, "the server must know the right n when it supports ACL";
    READ_ONLY_MAILBOX_MAY_TAKE_PRIVATE_VALUES = "3.4" / 3, May, Server, "the server may let private values be written in a read-only mailbox";

    // §3.5
    FLAGS_ENTRY_IS_RESERVED = "3.5" / 1, MustNot, Both, "leave the entry /flags alone";

    // §4.1
    SELECT_GETS_ANNOTATIONS = "4.1" / 1, Must, Server, "the server must send ANNOTATIONS for SELECT and EXAMINE";
    NONE_FORBIDS_ANNOTATIONS = "4.1" / 2, MustNot, Client, "use no annotations in a mailbox whose ANNOTATIONS is NONE";
    READ_ONLY_FORBIDS_STORING = "4.1" / 3, MustNot, Client, "store no annotations in a mailbox whose ANNOTATIONS is READ-ONLY";
    NOPRIVATE_LEAVES_SHARED_ONES = "4.1" / 4, Should, Client, "read and store shared annotations only under NOPRIVATE";
    PRIVATE_VALUE_MAY_BE_NIL = "4.1" / h(1), Must, Client, "accept NIL for private values under NOPRIVATE";
    PRIVATE_STORE_UNDER_NOPRIVATE_GETS_NO = "4.1" / 5, Must, Server, "the server must answer NO to a private value stored under NOPRIVATE";
    WRITABLE_ANNOTATIONS_HAVE_A_SIZE = "4.1" / 6, Must, Server, "the server must tell the largest size of writable annotations";
    LARGER_VALUES_ARE_NOT_STORED = "4.1" / 7, MustNot, Client, "store no value larger than ANNOTATIONS tells";
    A_KILOBYTE_FITS = "4.1" / 8, Must, Server, "the server must take values of 1,024 octets where annotations can be written";
    ANNOTATIONS_MAY_BE_LIMITED = "4.1" / 9, May, Server, "the server may limit how many annotations a message has";
    TEN_ANNOTATIONS_FIT = "4.1" / 10, Must, Server, "the server must allow ten annotations for each message";

    // §4.2
    ANNOTATE_IS_GIVEN_EACH_TIME = "4.2" / h(1), Must, Client, "give the parameter ANNOTATE with every SELECT that is to bring changes of annotations";

    // §4.4
    CHANGES_ARE_SENT = "4.4" / 1, Should, Server, "the server should report annotations changed by others once SELECT has asked for them";
    CHANGES_HAVE_NO_VALUES = "4.4" / 2, MustNot, Server, "the server must not send values in unsolicited ANNOTATION";
    ANNOTATION_MAY_BE_NAMES = "4.4" / h(1), Must, Client, "accept ANNOTATION in FETCH as bare entry names as well as with values";

    // §4.5
    STORED_ANNOTATION_GETS_NO_FETCH = "4.5" / h(1), MustNot, Client, "wait for no FETCH after storing annotations";
    TOO_LARGE_VALUE_GETS_TOOBIG = "4.5" / 1, Must, Server, "the server must refuse a too large value by NO with ANNOTATE TOOBIG";
    TOO_MANY_ANNOTATIONS_GET_TOOMANY = "4.5" / 2, Must, Server, "the server must refuse one annotation too many by NO with ANNOTATE TOOMANY";

    // §4.6
    COPY_TAKES_ANNOTATIONS_ALONG = "4.6" / 1, Must, Server, "the server must copy shared annotations and the user's private ones with a message";
    COPY_LEAVES_PRIVATE_ANNOTATIONS_OF_OTHERS = "4.6" / 2, MustNot, Server, "the server must not copy private annotations of other users";

    // §4.8
    SEARCHED_ATTRIBUTE_IS_A_VALUE = "4.8" / 1, MustNot, Client, "search by value, value.priv and value.shared only";
    SEARCH_OF_ANOTHER_ATTRIBUTE_GETS_BAD = "4.8" / 2, Must, Server, "the server must answer BAD to a search by another attribute";

    // §4.9
    SORTING_NEEDS_SORT = "4.9" / h(1), MustNot, Client, "sort by annotations only when SORT is advertised as well";
    SORTED_ATTRIBUTE_HAS_A_SUFFIX = "4.9" / 1, Must, Client, "give the attribute of SORT a suffix";
    SORTED_ATTRIBUTE_IS_A_VALUE = "4.9" / 2, MustNot, Client, "sort by value.priv and value.shared only";
    SORT_BY_ANOTHER_ATTRIBUTE_GETS_BAD = "4.9" / 3, Must, Server, "the server must answer BAD to a sort by another attribute";
    SORT_USES_ITS_CHARSET = "4.9" / 4, Must, Server, "the server must sort values by the charset given to SORT";
    SORTED_ENTRY_HAS_NO_WILDCARD = "4.9" / h(2), MustNot, Client, "give SORT an entry without wildcards";

    // §5
    TOKENS_IGNORE_CASE = "5" / 1, Must, Both, "accept the letters of protocol tokens in any case";
    ATTRIBUTE_SYNTAX_HAS_NO_WILDCARD = "5" / 2, MustNot, Client, "build attributes of the grammar without wildcards";
    ENTRY_SYNTAX_HAS_NO_WILDCARD = "5" / 3, MustNot, Client, "build entries of the grammar without wildcards";
    ENTRY_MATCH_MAY_HAVE_WILDCARDS = "5" / 4, May, Client, "match several entries by wildcards in FETCH and SEARCH";

    // §6
    REGISTERED_ENTRIES_ARE_SPECIFIED = "6" / 1, Must, Other, "whoever registers an entry must specify it in an RFC or use a vendor's prefix";
    VENDOR_NAMES_ARE_REGISTERED = "6" / 2, Must, Other, "a vendor must register its name";
    REGISTERED_ATTRIBUTES_ARE_SPECIFIED = "6" / 3, Must, Other, "whoever registers an attribute must specify it in an RFC";
    REGISTERED_ENTRIES_HAVE_A_TYPE = "6" / 4, Must, Other, "whoever registers an entry must name the content type of its value";
    REGISTERED_ENTRIES_HAVE_A_CHARSET = "6" / 5, Must, Other, "whoever registers a textual entry must name its charset";

    // §7
    ANNOTATIONS_COLLATE_LIKE_OTHER_TEXT = "7" / 1, Must, Server, "the server must search and sort annotations by the rules for other text";

    // §8
    SECRET_VALUES_ARE_PRIVATE = "8" / 1, Must, Client, "store values meant to stay private only under .priv";
}
