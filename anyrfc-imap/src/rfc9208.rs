//! The catalogue of RFC 9208: every normative keyword, in the RFC's own order.
//!
//! Ids and roles are as in [`rfc9051`](crate::rfc9051).
use anyrfc_core::requirements;

requirements! {
    /// IMAP QUOTA Extension.
    RFC9208 = 9208, "IMAP QUOTA Extension";

    // §1
    QUOTA_NEEDS_THE_CAPABILITY = "1" / h(1), MustNot, Client, "use the commands of QUOTA only when it is advertised";
    OLD_SERVERS_LACK_NEW_RESPONSES = "1" / 1, MustNot, Client, "rely on nothing new of this RFC unless a capability begins with QUOTA=";
    RESOURCES_ARE_ADVERTISED = "1" / 2, Must, Server, "the server must advertise at least one resource by QUOTA=RES-";
    SETQUOTA_IS_ADVERTISED = "1" / 3, Must, Server, "the server must advertise QUOTASET when it has SETQUOTA";

    // §3.1.1
    RESOURCE_NAMES_ARE_REGISTERED = "3.1.1" / 1, Must, Other, "whoever defines a resource must register its name";
    RESOURCE_NAMES_MAKE_CAPABILITIES = "3.1.1" / 2, Must, Server, "the server must put QUOTA=RES- before the resource names it advertises";

    // §3.1.2
    RESOURCE_DEFINITIONS_ARE_REGISTERED = "3.1.2" / 1, Should, Other, "whoever defines a resource should register its definition";
    USAGE_HAS_63_BITS = "3.1.2" / 2, Must, Both, "write and read the usage of a resource as an unsigned integer of 63 bits";
    QUOTA_ROOTS_ARE_NOT_COMPARED = "3.1.2" / 3, MustNot, Client, "compare no resources of two different quota roots";
    LIMIT_IS_AN_INTEGER = "3.1.2" / 4, Must, Both, "write and read the limit of a resource as an integer";
    LIMITS_MAY_BE_HARD = "3.1.2" / 5, May, Server, "the server may refuse any command that would exceed a limit";
    EVERY_RESOURCE_IS_ADVERTISED = "3.1.2" / 6, Must, Server, "the server must advertise every resource that it handles";

    // §3.2
    QUOTA_ROOT_IS_OPAQUE = "3.2" / 1, Should, Client, "take the name of a quota root as an opaque string";
    INHERENT_LIMITS_ARE_SENT = "3.2" / 2, Should, Server, "the server should tell limits of the underlying system by QUOTA";
    LIMITABLE_RESOURCES_ARE_SENT = "3.2" / 3, Should, Server, "the server should tell which resources of a quota root can be limited";
    LIMITS_MAY_BE_ROUNDED = "3.2" / 4, May, Server, "the server may round a limit given to SETQUOTA";
    SETQUOTA_MAY_FAIL = "3.2" / 5, Must, Client, "be ready for SETQUOTA to fail";

    // §4.1.1
    GETQUOTA_GETS_QUOTA = "4.1.1" / 1, Required, Server, "the server must answer GETQUOTA by QUOTA";

    // §4.1.2
    GETQUOTAROOT_GETS_QUOTAROOT = "4.1.2" / 1, Required, Server, "the server must answer GETQUOTAROOT by QUOTAROOT and QUOTA";
    GETQUOTAROOT_TAKES_ANY_NAME = "4.1.2" / h(1), May, Client, "give GETQUOTAROOT the name of a mailbox that does not exist yet";

    // §4.1.3
    SETQUOTA_NEEDS_QUOTASET = "4.1.3" / h(1), MustNot, Client, "send SETQUOTA only when QUOTASET is advertised";
    SETQUOTA_NAMES_EVERY_LIMIT = "4.1.3" / h(2), Must, Client, "name every limit that is to stay in SETQUOTA, since the others are dropped";
    CHANGED_QUOTA_ROOTS_ARE_SENT = "4.1.3" / 1, Should, Server, "the server should report changed quota roots of mailboxes by QUOTA";

    // §4.1.4
    DELETED_NEEDS_RES_MESSAGE = "4.1.4" / h(1), MustNot, Client, "ask STATUS for DELETED only when QUOTA=RES-MESSAGE is advertised";
    DELETED_STORAGE_NEEDS_RES_STORAGE = "4.1.4" / h(2), MustNot, Client, "ask STATUS for DELETED-STORAGE only when QUOTA=RES-STORAGE is advertised";
    DELETED_STORAGE_IS_EXACT = "4.1.4" / 1, Should, Server, "the server should return an exact DELETED-STORAGE";
    DELETED_STORAGE_MAY_BE_A_SUM = "4.1.4" / 2, May, Server, "the server may return the sum of message sizes when the exact DELETED-STORAGE takes long";

    // §4.2.1
    UNNAMED_RESOURCE_IS_UNLIMITED = "4.2.1" / h(1), Must, Client, "take a resource that QUOTA does not name as unlimited";
    QUOTA_LIST_MAY_BE_EMPTY = "4.2.1" / h(2), Must, Client, "accept a QUOTA that lists no resources";

    // §4.2.2
    QUOTAROOT_MAY_NAME_NO_ROOT = "4.2.2" / h(1), Must, Client, "accept a QUOTAROOT that names no quota root";

    // §4.3.1
    OVERQUOTA_REFUSES_A_MESSAGE = "4.3.1" / 1, Should, Server, "the server should give its NO the code OVERQUOTA when a message would exceed a limit";
    OVERQUOTA_MAY_WARN = "4.3.1" / 2, May, Server, "the server may send OVERQUOTA in an untagged NO when a soft limit is exceeded";
    OVERQUOTA_NEEDS_A_MAILBOX = "4.3.1" / 3, MustNot, Server, "the server must not warn of OVERQUOTA while no mailbox is selected or added to";

    // §5
    RESOURCE_TYPES_ARE_ADVERTISED = "5" / 1, Must, Server, "the server must advertise a resource type under QUOTA=RES-";
    RESOURCE_TYPES_MAY_BE_SEVERAL = "5" / 2, May, Server, "the server may support several resource types";
    EVERY_RESOURCE_TYPE_IS_ADVERTISED = "5" / 3, Must, Server, "the server must advertise all the resource types it supports";

    // §5.1
    STORAGE_MAY_DIFFER_FROM_SIZES = "5.1" / 1, May, Server, "the server may count storage otherwise than as the sum of message sizes";
    STORAGE_MAY_INCLUDE_METADATA = "5.1" / 2, May, Server, "the server may count metadata as storage";
    STORAGE_MAY_BE_COMPRESSED = "5.1" / 3, May, Server, "the server may store messages in less space than their size";
    USAGE_ONLY_INFORMS = "5.1" / 4, MustNot, Client, "use the usage of storage for information only";
    APPEND_IS_NOT_REFUSED_BY_USAGE = "5.1" / 5, MustNot, Client, "let no message be refused because the storage left looks too small";
    APPEND_MAY_BE_WARNED_OF = "5.1" / 6, May, Client, "warn when the storage left looks too small for a message";
    STORAGE_COMES_WITH_DELETED_STORAGE = "5.1" / 7, Must, Server, "the server must support DELETED-STORAGE beside the resource STORAGE";
    STORAGE_IS_ADVERTISED = "5.1" / 8, Must, Server, "the server must advertise QUOTA=RES-STORAGE for the resource STORAGE";

    // §5.2
    MESSAGE_IS_EXACT = "5.2" / 1, Must, Server, "the server must count messages exactly";
    MESSAGE_COUNTS_HIDDEN_MAILBOXES = "5.2" / 2, MustNot, Client, "infer no change of visible messages from the usage of MESSAGE";
    MESSAGE_COMES_WITH_DELETED = "5.2" / 3, Must, Server, "the server must support DELETED beside the resource MESSAGE";
    MESSAGE_IS_ADVERTISED = "5.2" / 4, Must, Server, "the server must advertise QUOTA=RES-MESSAGE for the resource MESSAGE";

    // §5.3
    MAILBOX_IS_EXACT = "5.3" / 1, Must, Server, "the server must count mailboxes exactly";
    MAILBOX_COUNTS_HIDDEN_MAILBOXES = "5.3" / 2, MustNot, Client, "infer no change of visible mailboxes from the usage of MAILBOX";
    MAILBOX_IS_ADVERTISED = "5.3" / 3, Must, Server, "the server must advertise QUOTA=RES-MAILBOX for the resource MAILBOX";

    // §5.4
    ANNOTATION_STORAGE_IS_ADVERTISED = "5.4" / 1, Must, Server, "the server must advertise QUOTA=RES-ANNOTATION-STORAGE for that resource";

    // §7
    TOKENS_IGNORE_CASE = "7" / 1, Must, Both, "accept the letters of protocol tokens in any case";
    DELETED_IS_A_STATUS_ITEM = "7" / 2, Must, Server, "the server must know the STATUS item DELETED under QUOTA=RES-MESSAGE";
    DELETED_STORAGE_IS_A_STATUS_ITEM = "7" / 3, Must, Server, "the server must know the STATUS item DELETED-STORAGE under QUOTA=RES-STORAGE";
    DELETED_IS_RETURNED = "7" / 4, Must, Server, "the server must return DELETED in STATUS under QUOTA=RES-MESSAGE";
    DELETED_STORAGE_IS_RETURNED = "7" / 5, Must, Server, "the server must return DELETED-STORAGE in STATUS under QUOTA=RES-STORAGE";

    // §8
    USAGE_OF_OTHERS_IS_CONFIDENTIAL = "8" / h(1), ShouldNot, Server, "the server should not show the usage of other users, least of all to anonymous ones";
}
