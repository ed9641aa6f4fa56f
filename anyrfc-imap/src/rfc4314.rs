//! The catalogue of RFC 4314: every normative keyword, in the RFC's own order.
//!
//! Ids and roles are as in [`rfc9051`](crate::rfc9051).
use anyrfc_core::requirements;

requirements! {
    /// IMAP4 Access Control List (ACL) Extension.
    RFC4314 = 4314, "IMAP4 Access Control List (ACL) Extension";

    // §2
    ACL_NEEDS_THE_CAPABILITY = "2" / h(1), MustNot, Client, "use the commands of ACL only when it is advertised";
    NEW_RIGHTS_ARE_ADVERTISED = "2" / 1, Must, Server, "the server must name in RIGHTS= the rights it has beyond the standard ones";
    RIGHTS_MAY_BE_TIED = "2" / 2, May, Server, "the server may tie rights to one another";
    RIGHTS_MAY_BE_FORCED = "2" / 3, May, Server, "the server may always or never grant rights to particular identifiers";
    RIGHTS_ARE_NOT_UPPER_CASE = "2" / h(2), MustNot, Client, "send no upper-case letter as a right";
    TIED_RIGHTS_ARE_GRANTED_SPARINGLY = "2" / h(3), Must, Server, "the server must grant tied rights only when all of them are named";

    // §2.1.1
    D_MEANS_ALL_DELETE_RIGHTS = "2.1.1" / 1, Must, Server, "the server must take d as every right to delete";
    D_IS_RETURNED_WITH_DELETE_RIGHTS = "2.1.1" / 2, Must, Server, "the server must add d to MYRIGHTS and ACL when any right to delete is set";
    D_IS_LISTED_WITH_DELETE_RIGHTS = "2.1.1" / 3, Must, Server, "the server must add d to LISTRIGHTS when any right to delete can be granted";
    C_MEANS_ALL_CREATE_RIGHTS = "2.1.1" / 4, Must, Server, "the server must take c as every right to create";
    C_IS_RETURNED_WITH_CREATE_RIGHTS = "2.1.1" / 5, Must, Server, "the server must add c to MYRIGHTS and ACL when any right to create is set";
    C_IS_LISTED_WITH_CREATE_RIGHTS = "2.1.1" / 6, Must, Server, "the server must add c to LISTRIGHTS when any right to create can be granted";
    VIRTUAL_RIGHTS_ARE_IGNORED = "2.1.1" / 7, Must, Client, "ignore d and c in MYRIGHTS, ACL and LISTRIGHTS";

    // §2.2
    RIGHTS_CAPABILITY_HAS_NO_OLD_RIGHTS = "2.2" / 1, MustNot, Server, "the server must not name rights of RFC 2086 in RIGHTS=";

    // §3
    IDENTIFIERS_ARE_PREPARED = "3" / 1, Should, Server, "the server should prepare identifiers by SASLprep";
    UNPREPARABLE_IDENTIFIER_GETS_BAD = "3" / 2, Must, Server, "the server must answer BAD when an identifier cannot be prepared or becomes empty";

    // §3.1
    UNRECOGNIZED_RIGHT_GETS_BAD = "3.1" / 1, Must, Server, "the server must answer BAD to a right that it does not know";
    UNRECOGNIZED_RIGHT_IS_NOT_IGNORED = "3.1" / 2, MustNot, Server, "the server must not pass over rights it does not know";

    // §3.3
    GETACL_GETS_ACL = "3.3" / h(1), Must, Server, "the server must answer GETACL by ACL";
    GETACL_KNOWS_FORMS_OF_IDENTIFIERS = "3.3" / 1, May, Server, "the server may know one account by several forms of its identifier";
    ACL_MAY_CANONICALIZE_IDENTIFIERS = "3.3" / 2, May, Server, "the server may return another form of an identifier than SETACL was given";

    // §3.4
    LISTRIGHTS_GETS_LISTRIGHTS = "3.4" / h(1), Must, Server, "the server must answer LISTRIGHTS by LISTRIGHTS";
    LISTRIGHTS_KNOWS_FORMS_OF_IDENTIFIERS = "3.4" / 1, May, Server, "the server may take several forms of an identifier for one account in LISTRIGHTS";
    LISTRIGHTS_RETURNS_THE_IDENTIFIER_SENT = "3.4" / 2, Must, Server, "the server must return the identifier in LISTRIGHTS as the client wrote it";

    // §3.5
    MYRIGHTS_GETS_MYRIGHTS = "3.5" / h(1), Must, Server, "the server must answer MYRIGHTS by MYRIGHTS";

    // §3.7
    TIED_RIGHTS_COME_IN_GROUPS = "3.7" / h(1), Must, Client, "read each string after the first in LISTRIGHTS as a group of tied rights";
    TIED_RIGHTS_ARE_GRANTED_TOGETHER = "3.7" / 1, Must, Server, "the server must grant tied rights all or not at all";
    LISTRIGHTS_LISTS_A_RIGHT_ONCE = "3.7" / 2, MustNot, Server, "the server must not list a right twice in LISTRIGHTS";

    // §4
    RIGHTS_ARE_CHECKED_FIRST = "4" / 1, Must, Server, "the server must check the rights a command needs before it runs it";
    SOME_RIGHTS_ARE_OPTIONAL = "4" / 2, Optional, Server, "the server may demand the rights that the table leaves open";
    LIST_WITHOUT_RIGHTS_IS_NO_ERROR = "4" / 3, MustNot, Server, "the server must not answer NO to LIST for a mailbox it may not show";
    LSUB_WITHOUT_RIGHTS_IS_NO_ERROR = "4" / 4, MustNot, Server, "the server must not answer NO to LSUB for a mailbox it may not show";
    NEW_MAILBOX_INHERITS_THE_ACL = "4" / 5, Should, Server, "the server should give a new mailbox the ACL of its parent";
    DELETE_REMOVES_THE_ACL = "4" / 6, Must, Server, "the server must delete the ACL together with its mailbox";
    RENAME_KEEPS_THE_ACL = "4" / 7, ShouldNot, Server, "the server should not change ACLs on RENAME";
    APPEND_NEEDS_I = "4" / 8, Must, Server, "the server must check the right i on the target of COPY and APPEND";
    APPEND_CHECKS_EACH_FLAG = "4" / 9, Must, Server, "the server must check the rights t, s and w for the flags of each message added";
    APPEND_WITHOUT_FLAG_RIGHTS_SUCCEEDS = "4" / 10, MustNot, Server, "the server must not fail COPY or APPEND for lack of a right to set flags";
    CLOSE_WITHOUT_E_SUCCEEDS = "4" / 11, Must, Server, "the server must close the mailbox by OK without expunging when the right e is missing";
    FETCH_WITHOUT_S_SETS_NO_SEEN = "4" / 12, MustNot, Server, "the server must not set \\Seen by FETCH when the right s is missing";
    STORE_CHECKS_EACH_FLAG = "4" / 13, Must, Server, "the server must check the rights t, s and w for the flags that STORE changes";
    STORE_SUCCEEDS_IN_PART = "4" / 14, ShouldNot, Server, "the server should not fail STORE when the user may change one of its flags";

    // §5.1.1
    RIGHTS_CAPABILITY_NAMES_TEXK = "5.1.1" / 1, Must, Server, "the server must name t, e, x and k in RIGHTS=";
    FLAGS_REFLECT_RIGHTS = "5.1.1" / 2, Must, Server, "the server must let FLAGS and PERMANENTFLAGS show what the user may change";
    SELECT_AND_MYRIGHTS_ARE_PIPELINED = "5.1.1" / 3, May, Client, "pipeline MYRIGHTS behind SELECT or wait between them";
    RIGHTS_MAY_BE_CACHED = "5.1.1" / 4, May, Server, "the server may keep the rights it found at SELECT until the mailbox is selected again";
    CHANGED_RIGHTS_SEND_FLAGS = "5.1.1" / 5, Should, Server, "the server should send FLAGS and PERMANENTFLAGS when changed rights change them";
    LOST_READ_RIGHT_MAY_GET_BYE = "5.1.1" / 6, May, Server, "the server may send BYE once the user has lost the right to read";
    LOST_READ_RIGHT_MAY_BLOCK_COMMANDS = "5.1.1" / 7, May, Server, "the server may refuse the commands on a mailbox that the user has lost the right to read";
    SETACL_MAY_CHANGE_OTHER_ACLS = "5.1.1" / 8, May, Server, "the server may change further ACLs as an effect of SETACL or DELETEACL";
    OTHER_CHANGED_ACLS_ARE_SENT = "5.1.1" / 9, Must, Server, "the server must report further ACLs that it has changed by untagged ACL";
    SETACL_IS_AN_AMBIGUITY = "5.1.1" / 10, Must, Server, "the server must finish a change of ACL before commands that depend on it";

    // §5.1.2
    UNRECOGNIZED_RIGHTS_ARE_PRESERVED = "5.1.2" / 1, Must, Client, "keep rights that the client does not know when it changes an ACL";
    UNCHANGEABLE_RIGHTS_ARE_PRESERVED = "5.1.2" / 2, Must, Client, "keep unknown rights that the user has no means to change";

    // §5.2
    MAILBOXES_MAY_BE_SHARED = "5.2" / 1, May, Server, "the server may share a mailbox among several users";
    FLAGS_MAY_BE_SHARED = "5.2" / 2, May, Server, "the server may make changes of some flags visible to other users";
    SHARED_FLAGS_MAY_DIFFER = "5.2" / 3, May, Server, "the server may share other flags in each mailbox";
    READ_ONLY_WITHOUT_RIGHTS_TO_CHANGE = "5.2" / 4, Must, Server, "the server must send READ-ONLY for SELECT when the user may change nothing";
    READ_WRITE_WITH_A_RIGHT_TO_CHANGE = "5.2" / 5, Should, Server, "the server should send READ-WRITE for SELECT when the user may change something";

    // §6
    ACL_COMMANDS_TELL_OF_NO_HIDDEN_MAILBOX = "6" / 1, Must, Server, "the server must keep the ACL commands from revealing restricted mailboxes";
    FULL_ACCESS_FOR_ANYONE_IS_WARNED_OF = "6" / 2, Should, Client, "warn before full access is given to anyone";
    PROBLEM_SEQUENCES_MAY_BE_REJECTED = "6" / 3, May, Server, "the server may answer BAD to an identifier with the sequences of PR29";

    // §7
    TOKENS_IGNORE_CASE = "7" / 1, Must, Both, "accept the letters of protocol tokens in any case";
    NEW_RIGHTS_INCLUDE_TEXK = "7" / 2, Must, Server, "the server must write t, e, x and k into the rights of its capability";
    NEW_RIGHTS_EXCLUDE_STANDARD_ONES = "7" / 3, MustNot, Server, "the server must not write standard rights into the rights of its capability";
    RIGHTS_ARE_LETTERS_AND_DIGITS = "7" / h(1), Must, Client, "write rights as ASCII letters and digits only";
}
