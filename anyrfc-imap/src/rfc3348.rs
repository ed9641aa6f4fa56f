//! The catalogue of RFC 3348: every normative keyword, in the RFC's own order.
//!
//! Ids and roles are as in [`rfc9051`](crate::rfc9051), which has taken the attributes into the base protocol.
use anyrfc_core::requirements;

requirements! {
    /// The Internet Message Action Protocol (IMAP4) Child Mailbox Extension.
    RFC3348 = 3348, "The Internet Message Action Protocol (IMAP4) Child Mailbox Extension";

    // §3
    CHILDREN_IS_ADVERTISED = "3" / 1, Must, Server, "the server must list CHILDREN among its capabilities when it supports it";
    CHILD_ATTRIBUTES_IN_ANY_LIST = "3" / 2, May, Server, "the server may return \\HasChildren and \\HasNoChildren to any LIST";
    NO_HASCHILDREN_WITHOUT_PERMISSION = "3" / 3, ShouldNot, Server, "the server should not return \\HasChildren when the user may see no child";
    HASNOCHILDREN_WITHOUT_PERMISSION = "3" / 4, Should, Server, "the server should return \\HasNoChildren when the user may see no child";
    HASCHILDREN_IS_A_HINT = "3" / 5, Must, Client, "take \\HasChildren for a hint";
    HASCHILDREN_WITHOUT_LISTED_CHILDREN = "3" / 6, May, Server, "the server may mark a mailbox as \\HasChildren whose children it does not list";
    HASNOCHILDREN_IS_REDUNDANT_WITH_NOINFERIORS = "3" / 7, Should, Server, "the server should omit \\HasNoChildren beside \\NoInferiors";
    CHILDREN_MAY_BE_UNKNOWN = "3" / 8, May, Server, "the server may be unable to tell whether a mailbox has children";
    UNKNOWN_CHILDREN_HAVE_NO_ATTRIBUTE = "3" / 9, May, Server, "the server may send neither attribute when it cannot tell";
    ABSENT_ATTRIBUTE_TELLS_NOTHING = "3" / h(1), MustNot, Client, "conclude nothing from the absence of one of the two attributes";
    CHILD_ATTRIBUTES_EXCLUDE_EACH_OTHER = "3" / h(2), MustNot, Server, "the server must not send both \\HasChildren and \\HasNoChildren for a mailbox";
    HASCHILDREN_AND_NOINFERIORS_EXCLUDE_EACH_OTHER = "3" / h(3), MustNot, Server, "the server must not send both \\HasChildren and \\NoInferiors for a mailbox";
    SUBSCRIPTIONS_TELL_NO_HIERARCHY = "3" / 10, MustNot, Client, "expect no information on children from LSUB";

    // §6
    HIDDEN_CHILDREN_COUNT_AS_NONE = "6" / 1, Should, Server, "the server should mark a mailbox as \\HasNoChildren when its children are all hidden from the user";
    HASCHILDREN_NEEDS_CERTAIN_ACCESS = "6" / 2, ShouldNot, Server, "the server should not send \\HasChildren unless the user surely has access to a child";
}
