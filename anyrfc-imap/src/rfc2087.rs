//! The catalogue of RFC 2087: its one normative keyword, and its rules in lower case.
//!
//! Ids and roles are as in [`rfc9051`](crate::rfc9051), but the RFC writes nearly all of its rules without keywords; RFC 9208 has replaced it.
use anyrfc_core::requirements;

requirements! {
    /// IMAP4 QUOTA extension.
    RFC2087 = 2087, "IMAP4 QUOTA extension";

    // §3
    QUOTA_NEEDS_THE_CAPABILITY = "3" / h(1), MustNot, Client, "use the commands of QUOTA only when it is advertised";
    RESOURCE_NAME_IS_AN_ATOM = "3" / h(2), Must, Both, "write the name of a resource as an atom";
    UNKNOWN_RESOURCES_ARE_ACCEPTED = "3" / h(3), Must, Client, "accept resources of any name";
    STORAGE_COUNTS_KILOBYTES = "3" / h(4), Must, Both, "count STORAGE in units of 1,024 octets";
    MAILBOX_MAY_HAVE_ANY_NUMBER_OF_ROOTS = "3" / h(5), Must, Client, "expect none, one or several quota roots of a mailbox";
    ROOT_SHARES_ITS_LIMITS = "3" / h(6), Must, Client, "take the limits of a quota root as shared by all mailboxes that have it";
    ROOT_NAME_IS_NO_MAILBOX = "3" / h(7), MustNot, Client, "take the name of a quota root for no mailbox";

    // §4.1
    SETQUOTA_NAMES_EVERY_LIMIT = "4.1" / h(1), Must, Client, "name every limit that is to stay in SETQUOTA, since the others are dropped";
    SETQUOTA_MAY_CREATE_THE_ROOT = "4.1" / h(2), May, Server, "the server may create a quota root that SETQUOTA names";
    SETQUOTA_MAY_CHANGE_ROOTS = "4.1" / h(3), May, Server, "the server may change the roots of mailboxes when it creates a quota root";
    SETQUOTA_MAY_FAIL = "4.1" / h(4), Must, Client, "be ready for SETQUOTA to fail";

    // §4.2
    GETQUOTA_GETS_QUOTA = "4.2" / h(1), Must, Server, "the server must answer GETQUOTA by QUOTA";
    GETQUOTA_MAY_FAIL = "4.2" / h(2), Must, Client, "expect NO to GETQUOTA when the root is unknown or not permitted";

    // §4.3
    GETQUOTAROOT_GETS_QUOTAROOT = "4.3" / h(1), Must, Server, "the server must answer GETQUOTAROOT by QUOTAROOT";
    EACH_ROOT_GETS_QUOTA = "4.3" / h(2), Must, Server, "the server must send QUOTA for every root that QUOTAROOT names";
    GETQUOTAROOT_MAY_FAIL = "4.3" / h(3), Must, Client, "expect NO to GETQUOTAROOT when the mailbox is missing or not permitted";

    // §5.1
    QUOTA_NAMES_ITS_ROOT = "5.1" / h(1), Must, Client, "read the first string of QUOTA as the quota root, an empty one too";
    QUOTA_HAS_TRIPLETS = "5.1" / h(2), Must, Client, "read the list of QUOTA as triplets of name, usage and limit";
    QUOTA_LIST_MAY_BE_EMPTY = "5.1" / h(3), Must, Client, "accept a QUOTA that lists no resources";
    UNNAMED_RESOURCE_IS_UNLIMITED = "5.1" / h(4), Must, Client, "take a resource that QUOTA does not name as unlimited";

    // §5.2
    QUOTAROOT_NAMES_ITS_MAILBOX = "5.2" / h(1), Must, Client, "read the first string of QUOTAROOT as the mailbox and the rest as roots";
    QUOTAROOT_MAY_NAME_NO_ROOT = "5.2" / h(2), Must, Client, "accept a QUOTAROOT that names no quota root";

    // §6
    LIST_ITEMS_HAVE_ONE_SPACE = "6" / h(1), Must, Client, "put exactly one space between the items of a list";
    TOKENS_IGNORE_CASE = "6" / 1, Must, Both, "accept the letters of protocol tokens in any case";
    LIMITS_MAY_BE_NONE = "6" / h(2), May, Client, "send SETQUOTA with an empty list";

    // §8
    USAGE_OF_OTHERS_IS_CONFIDENTIAL = "8" / h(1), ShouldNot, Server, "the server should not show the usage of other users to the unauthorized";
}
