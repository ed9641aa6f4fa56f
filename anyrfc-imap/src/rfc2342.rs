//! The catalogue of RFC 2342: every normative keyword, in the RFC's own order.
//!
//! Ids and roles are as in [`rfc9051`](crate::rfc9051), which has taken NAMESPACE into the base protocol.
use anyrfc_core::requirements;

requirements! {
    /// IMAP4 Namespace.
    RFC2342 = 2342, "IMAP4 Namespace";

    // §2
    INBOX_IS_IN_THE_PERSONAL_NAMESPACE = "2" / 1, Must, Server, "the server must show an existing INBOX within the Personal Namespace";
    ONE_PERSONAL_NAMESPACE = "2" / 2, Should, Server, "the server should have only one Personal Namespace";
    OTHER_USERS_MAILBOXES_NEED_A_GRANT = "2" / 3, Must, Server, "the server must open other users' mailboxes only to those who were granted access";
    ONE_OTHER_USERS_NAMESPACE = "2" / 4, Should, Server, "the server should have only one Other Users' Namespace";
    NAMESPACES_MAY_DIFFER_BY_USER = "2" / 5, May, Server, "the server may use other namespaces for another user";

    // §3
    NAMESPACES_MAY_BE_WITHHELD = "3" / 1, May, Server, "the server may tell only some of its namespaces";
    NAMESPACE_MAY_BE_ENTERED_BY_HAND = "3" / 2, Should, Client, "let the user enter a namespace prefix by hand";

    // §4
    NAMESPACE_IS_ADVERTISED = "4" / 1, Must, Server, "the server must list NAMESPACE among its capabilities when it supports it";
    NAMESPACE_NEEDS_THE_CAPABILITY = "4" / h(1), MustNot, Client, "use NAMESPACE only when it is advertised";

    // §5
    NAMESPACE_IS_ANSWERED = "5" / h(1), Must, Server, "the server must answer NAMESPACE with an untagged NAMESPACE";
    NAMESPACE_RESPONSE_MAY_BE_EXTENDED = "5" / 1, May, Server, "the server may put extensions into a NAMESPACE response";
    NAMESPACE_EXTENSIONS_BEGIN_WITH_X = "5" / 2, Must, Server, "the server must begin a namespace extension outside the standards with X-";
    SEVERAL_NAMESPACES_OF_A_KIND = "5" / 3, May, Server, "the server may have several personal or other users' namespaces";
    SEVERAL_NAMESPACES_ARE_EXPECTED = "5" / 4, Must, Client, "be prepared for several namespaces of each kind";
    NAMESPACE_FOR_A_NEW_MAILBOX_IS_CHOSEN = "5" / 5, Should, Client, "let the user choose the namespace of a new mailbox";
    OTHER_USERS_NAMES_FOLLOW_THE_PREFIX = "5" / 6, Should, Server, "the server should follow the Other Users' prefix by a user name";
    USERS_WITHOUT_A_GRANT_ARE_NOT_LISTED = "5" / 7, ShouldNot, Server, "the server should not list users who have granted the user no access";
    USERS_WITH_AN_EXPLICIT_GRANT_ARE_LISTED = "5" / 8, May, Server, "the server may list only users who have explicitly granted access";
    LISTING_USERS_MAY_GET_NO = "5" / 9, May, Server, "the server may answer NO to a LIST of all other users";
    PREFIX_WITHOUT_NUMBER_SIGN = "5" / 10, May, Server, "the server may choose namespace prefixes without a number sign";

    // §6
    PREFIX_IS_IN_MODIFIED_UTF7 = "6" / 1, Must, Server, "the server must write international characters of a prefix in modified UTF-7";

    // §7
    UNGRANTED_USERS_ARE_NOT_LISTED = "7" / 1, ShouldNot, Server, "the server should not list users whose mailboxes are closed to the user";
}
