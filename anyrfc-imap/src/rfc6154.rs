//! The catalogue of RFC 6154: every normative keyword, in the RFC's own order.
//!
//! Ids and roles are as in [`rfc9051`](crate::rfc9051), which has taken the attributes into the base protocol.
use anyrfc_core::requirements;

requirements! {
    /// IMAP LIST Extension for Special-Use Mailboxes.
    RFC6154 = 6154, "IMAP LIST Extension for Special-Use Mailboxes";

    // §2
    SPECIAL_USE_IN_PLAIN_LIST = "2" / 1, May, Server, "the server may tell special uses in answer to a plain LIST";
    SPECIAL_USE_IS_ADVERTISED = "2" / 2, Must, Server, "the server must list SPECIAL-USE among its capabilities when it supports it";
    SPECIAL_USE_OPTIONS_NEED_THE_CAPABILITY = "2" / h(1), MustNot, Client, "use the option SPECIAL-USE only when it is advertised";
    SPECIAL_USE_SELECTION_IS_EXACT = "2" / 3, Must, Server, "the server must list only mailboxes with a special use for the selection option";
    SPECIAL_USE_IS_RETURNED = "2" / 4, Must, Server, "the server must tell special uses for the return option";
    SPECIAL_USE_COMES_UNASKED = "2" / 5, May, Server, "the server may tell special uses without being asked";
    ALL_MAY_OMIT_SOME = "2" / 6, May, Server, "the server may leave some messages out of the mailbox that is \\All";
    SPECIAL_USES_ARE_OPTIONAL = "2" / 7, Optional, Server, "the server may support any special uses or none";

    // §3
    CREATE_SPECIAL_USE_IS_OPTIONAL = "3" / 1, Optional, Server, "the server may leave CREATE-SPECIAL-USE out";
    CREATE_MAY_DESIGNATE_A_USE = "3" / 2, May, Server, "the server may let clients give a new mailbox special uses";
    USE_MAY_BE_OMITTED = "3" / 3, Optional, Client, "give CREATE a parameter USE or none";
    SECOND_MAILBOX_FOR_A_USE = "3" / 4, May, Server, "the server may create a second mailbox for one special use";
    SECOND_MAILBOX_FOR_A_USE_IS_REFUSED = "3" / 5, May, Server, "the server may refuse a second mailbox for one special use";
    NO_MAILBOX_WITHOUT_ITS_USE = "3" / 6, MustNot, Server, "the server must not create a mailbox that it cannot give the special use";
    IMPOSSIBLE_USE_GETS_NO = "3" / 7, Must, Server, "the server must answer NO when it cannot give the special use";
    IMPOSSIBLE_USE_GETS_USEATTR = "3" / 8, Should, Server, "the server should give that NO the code USEATTR";
    CREATE_SPECIAL_USE_MAY_BE_ADVERTISED = "3" / 9, Optional, Server, "the server may advertise CREATE-SPECIAL-USE";
    USE_NEEDS_THE_CAPABILITY = "3" / 10, MustNot, Client, "send USE only when CREATE-SPECIAL-USE is advertised";
    BOTH_CAPABILITIES_ARE_ADVERTISED = "3" / 11, Must, Server, "the server must advertise both capabilities when it supports both functions";

    // §4
    SPECIAL_USE_IS_TIED_TO_METADATA = "4" / 1, Should, Server, "the server should tie special uses to the metadata entry /private/specialuse";
    SPECIAL_USE_MAY_BE_SET_BY_METADATA = "4" / 2, May, Server, "the server may let clients set special uses by METADATA";
    METADATA_ARE_VALIDATED = "4" / 3, Must, Server, "the server must validate special uses set by METADATA as those set by CREATE";
    METADATA_ARE_NOT_ACCEPTED_BLINDLY = "4" / 4, MustNot, Server, "the server must not accept special uses set by METADATA blindly";

    // §6
    UNKNOWN_ATTRIBUTES_ARE_IGNORED = "6" / 1, Must, Client, "ignore mailbox attributes that are not known";
    ATTRIBUTES_ARE_NOT_INVENTED = "6" / 2, MustNot, Server, "the server must not generate attributes that no standard defines";

    // §7
    AUTOMATIC_TARGETS_ARE_CONSIDERED = "7" / 1, Should, Server, "the server should weigh letting a user choose the target of automatic action";
}
