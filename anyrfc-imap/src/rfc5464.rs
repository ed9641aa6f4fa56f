//! The catalogue of RFC 5464: every normative keyword, in the RFC's own order.
//!
//! Ids and roles are as in [`rfc9051`](crate::rfc9051).
use anyrfc_core::requirements;

requirements! {
    /// The IMAP METADATA Extension.
    RFC5464 = 5464, "The IMAP METADATA Extension";

    // §1
    THIRD_PARTY_CHANGES_NEED_ENABLE = "1" / 1, Must, Server, "the server must support ENABLE when it reports changes of annotations by itself";
    METADATA_NEEDS_THE_CAPABILITY = "1" / h(1), MustNot, Client, "use GETMETADATA and SETMETADATA only when METADATA or METADATA-SERVER is advertised";
    METADATA_SERVER_IS_FOR_THE_SERVER = "1" / h(2), MustNot, Client, "ask for no annotations of mailboxes when only METADATA-SERVER is advertised";

    // §3.2
    ENTRY_HAS_NO_EMPTY_COMPONENT = "3.2" / 1, MustNot, Client, "send no entry name with two slashes in a row";
    ENTRY_ENDS_IN_NO_SLASH = "3.2" / 2, MustNot, Client, "send no entry name with a slash at its end";
    VALUE_MAY_HAVE_LINES = "3.2" / 3, May, Both, "let a value hold more than one line";
    LINES_OF_A_VALUE_END_IN_CRLF = "3.2" / 4, Must, Client, "end each line of a value by CRLF";
    ENTRY_HAS_NO_WILDCARD = "3.2" / 5, MustNot, Client, "send no entry name with an asterisk or a percent sign";
    ENTRY_IS_PRINTABLE_ASCII = "3.2" / 6, MustNot, Client, "send no entry name with octets below 0x1A or outside ASCII";
    INVALID_ENTRY_GETS_BAD = "3.2" / h(1), Must, Server, "the server must answer a command with an invalid entry name by BAD";
    ENTRIES_IGNORE_CASE = "3.2" / h(2), Must, Both, "compare entry names without regard to case";
    VENDOR_ENTRY_HAS_FOUR_COMPONENTS = "3.2" / h(4), Must, Client, "give an entry of a vendor at least four components";
    ENTRY_HAS_A_SCOPE = "3.2" / h(3), Must, Client, "begin each entry name with /private or /shared";

    // §3.2.1
    ENTRIES_ARE_SPECIFIED = "3.2.1" / 1, Must, Other, "whoever defines an entry must do so in an RFC or within a vendor's namespace";

    // §3.2.1.1
    ADMIN_IS_A_URI = "3.2.1.1" / 1, Must, Server, "the server must give a URI as the value of /shared/admin";
    ADMIN_IS_READ_ONLY = "3.2.1.1" / h(1), MustNot, Client, "set no value for /shared/admin";
    VENDOR_OF_SHARED_SERVER_ENTRIES_IS_REGISTERED = "3.2.1.1" / 2, Must, Other, "a vendor must register its token for shared entries of the server";
    VENDOR_OF_PRIVATE_SERVER_ENTRIES_IS_REGISTERED = "3.2.1.1" / 3, Must, Other, "a vendor must register its token for private entries of the server";

    // §3.2.1.2
    VENDOR_OF_SHARED_MAILBOX_ENTRIES_IS_REGISTERED = "3.2.1.2" / 1, Must, Other, "a vendor must register its token for shared entries of mailboxes";
    VENDOR_OF_PRIVATE_MAILBOX_ENTRIES_IS_REGISTERED = "3.2.1.2" / 2, Must, Other, "a vendor must register its token for private entries of mailboxes";

    // §3.3
    ANNOTATION_WITHOUT_ACCESS_GETS_NO = "3.3" / 1, Must, Server, "the server must answer NO when the user may not reach the annotations of a mailbox";
    SERVER_ANNOTATIONS_MAY_BE_RESTRICTED = "3.3" / 2, May, Server, "the server may limit who creates annotations of the server";
    RESTRICTED_ANNOTATION_GETS_NO = "3.3" / 3, Must, Server, "the server must answer NO to SETMETADATA that would create a restricted annotation";
    SHARED_ANNOTATIONS_ARE_SUPPORTED = "3.3" / 4, Required, Server, "the server must support shared annotations";
    PRIVATE_ANNOTATIONS_ARE_OPTIONAL = "3.3" / 5, Optional, Server, "the server may support private annotations";

    // §4.1
    EMPTY_MAILBOX_MEANS_THE_SERVER = "4.1" / h(1), Must, Client, "name the server by an empty mailbox name in METADATA commands and responses";
    ANNOTATIONS_FOLLOW_A_RENAME = "4.1" / 1, Should, Server, "the server should move the annotations of a mailbox along when it is renamed";
    ANNOTATIONS_GO_WITH_THEIR_MAILBOX = "4.1" / 2, Should, Server, "the server should delete the annotations of a deleted mailbox";
    EVERY_MAILBOX_TAKES_ANNOTATIONS = "4.1" / 3, Should, Server, "the server should allow annotations on every kind of mailbox, \\Noselect ones too";
    ANNOTATIONS_GO_WITH_NOSELECT = "4.1" / 4, Should, Server, "the server should remove the annotations of a \\Noselect mailbox that vanishes";
    A_KILOBYTE_AND_TEN_ANNOTATIONS_FIT = "4.1" / 5, Must, Server, "the server must take values of 1,024 octets and ten annotations per mailbox";
    THIRD_PARTY_CHANGES_MAY_BE_SENT = "4.1" / 6, May, Server, "the server may report changes of annotations that others have made";
    SENDING_CHANGES_NEEDS_ENABLE = "4.1" / 7, Must, Server, "the server must know ENABLE when it sends unsolicited METADATA";
    CHANGES_ARE_SENT_ONCE_ENABLED = "4.1" / 8, Must, Server, "the server must send changes unasked only after METADATA has been enabled";

    // §4.2
    GETMETADATA_NEEDS_AUTHENTICATION = "4.2" / h(1), MustNot, Client, "send GETMETADATA only in the authenticated or selected state";
    GETMETADATA_MAY_HAVE_OPTIONS = "4.2" / 1, May, Client, "give GETMETADATA options or none";

    // §4.2.1
    LONG_ENTRIES_ARE_TOLD = "4.2.1" / 1, Must, Server, "the server must add METADATA LONGENTRIES to its OK when values exceeded MAXSIZE";
    LONG_VALUES_ARE_LEFT_OUT = "4.2.1" / h(1), MustNot, Server, "the server must not return values larger than MAXSIZE";

    // §4.2.2
    DEPTH_IS_ONE_OF_THREE = "4.2.2" / h(1), Must, Client, "give DEPTH one of 0, 1 and infinity";

    // §4.3
    SETMETADATA_NEEDS_AUTHENTICATION = "4.3" / h(1), MustNot, Client, "send SETMETADATA only in the authenticated or selected state";
    ENTRY_IS_REMOVED_BY_NIL = "4.3" / h(2), Must, Client, "remove an entry by setting it to NIL";
    SETMETADATA_GETS_NO_METADATA = "4.3" / 1, ShouldNot, Server, "the server should not answer SETMETADATA with the new values";
    NO_METADATA_IS_EXPECTED = "4.3" / 2, MustNot, Client, "wait for no METADATA after SETMETADATA";
    OK_MEANS_THE_ANNOTATION_IS_SET = "4.3" / 3, Must, Client, "take the annotation as changed once SETMETADATA has succeeded";
    TOO_LARGE_VALUE_GETS_MAXSIZE = "4.3" / 4, Must, Server, "the server must refuse a too large value by NO with METADATA MAXSIZE";
    TOO_MANY_ANNOTATIONS_GET_TOOMANY = "4.3" / 5, Must, Server, "the server must refuse one annotation too many by NO with METADATA TOOMANY";
    NO_PRIVATE_ANNOTATIONS_GET_NOPRIVATE = "4.3" / 6, Must, Server, "the server must refuse unsupported private annotations by NO with METADATA NOPRIVATE";
    SETMETADATA_SETS_ALL_OR_NONE = "4.3" / 7, MustNot, Server, "the server must not set some annotations of a SETMETADATA that fails";

    // §4.4
    ENABLED_CHANGES_ARE_SENT = "4.4" / 1, Must, Server, "the server must report changes by others once METADATA has been enabled";
    UNSOLICITED_METADATA_HAS_NO_VALUES = "4.4" / 2, Must, Server, "the server must leave the values out of unsolicited METADATA";
    CHANGED_VALUES_ARE_FETCHED = "4.4" / h(1), Must, Client, "get a changed value by GETMETADATA, since the unsolicited response only names it";
    RESPONSE_HAS_ENTRIES = "4.4" / h(3), Must, Server, "the server must write METADATA as a mailbox and entries, all with values or all without";
    METADATA_MAY_COME_IN_PARTS = "4.4" / h(2), Must, Client, "accept the entries of one answer spread over several METADATA responses";

    // §5
    TOKENS_IGNORE_CASE = "5" / 1, Must, Both, "accept the letters of protocol tokens in any case";
    ENTRY_SYNTAX_HAS_NO_WILDCARD = "5" / 2, MustNot, Client, "build entries of the grammar without wildcards";

    // §6
    REGISTERED_ENTRIES_HAVE_A_SCOPE = "6" / 1, Must, Other, "whoever registers an entry must begin it with /shared or /private";
    REGISTERED_ENTRIES_ARE_SPECIFIED = "6" / 2, Must, Other, "whoever registers an entry must specify it in an RFC or use a vendor's prefix";
    REGISTERED_ENTRIES_HAVE_A_TYPE = "6" / 3, Must, Other, "whoever registers an entry must name the content type of its value";
    REGISTERED_ENTRIES_HAVE_A_CHARSET = "6" / 4, Must, Other, "whoever registers a textual entry must name its charset";

    // §6.2.2
    REGISTERED_ADMIN_IS_A_URI = "6.2.2" / 1, Must, Other, "the registration of /shared/admin must demand a URI";

    // §7
    METADATA_MAY_NEED_PRIVACY = "7" / 1, May, Server, "the server may offer METADATA only under a privacy layer";
    ANNOTATION_SIZES_ARE_LIMITED = "7" / 2, Must, Server, "the server must enforce limits on the sizes of annotations";
    VALUES_ARE_NOT_TRUSTED = "7" / 3, Must, Client, "distrust the values of annotations";
    SECRET_VALUES_ARE_PRIVATE = "7" / 4, Must, Client, "store values meant to stay private only below /private";
}
