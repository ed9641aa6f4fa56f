//! The catalogue of RFC 7162: every normative keyword, in the RFC's own order.
//!
//! Ids and roles are as in [`rfc9051`](crate::rfc9051).
use anyrfc_core::requirements;

requirements! {
    /// IMAP Extensions: Quick Flag Changes Resynchronization (CONDSTORE) and Quick Mailbox Resynchronization (QRESYNC).
    RFC7162 = 7162, "IMAP Extensions: Quick Flag Changes Resynchronization (CONDSTORE) and Quick Mailbox Resynchronization (QRESYNC)";

    // §3.1
    EVERY_MESSAGE_HAS_A_MOD_SEQUENCE = "3.1" / 1, Must, Server, "the server must give every message a mod-sequence, a positive number of 63 bits";
    EACH_STORE_GETS_ITS_OWN_MOD_SEQUENCE = "3.1" / 2, Must, Server, "the server must give each STORE on a mailbox a mod-sequence of its own";
    LATER_STORE_GETS_A_HIGHER_MOD_SEQUENCE = "3.1" / 3, Must, Server, "the server must give the later of two STOREs of a session the higher mod-sequence";
    FLAG_CHANGE_RAISES_THE_MOD_SEQUENCE = "3.1" / 4, Must, Server, "the server must update the mod-sequence of a message whose flags change";
    UNCHANGED_FLAG_KEEPS_THE_MOD_SEQUENCE = "3.1" / 5, ShouldNot, Server, "the server should not change the mod-sequence where a flag already is as wanted";
    ITEMS_MAY_HAVE_MOD_SEQUENCES_OF_THEIR_OWN = "3.1" / 6, May, Server, "the server may keep a mod-sequence for each metadata item of a message";
    FETCH_HAS_MODSEQ_ONCE_ENABLED = "3.1" / 7, Must, Server, "the server must put MODSEQ into every untagged FETCH once CONDSTORE is enabled";
    FIRST_ENABLING_COMMAND_REPORTS_HIGHESTMODSEQ = "3.1" / 8, Must, Server, "the server must send HIGHESTMODSEQ when CONDSTORE is first enabled on a selected mailbox";

    // §3.1.1
    CONDSTORE_NEEDS_THE_CAPABILITY = "3.1.1" / h(1), MustNot, Client, "use CONDSTORE only when it or QRESYNC is advertised";

    // §3.1.2
    SELECT_REPORTS_ONE_OF_TWO_CODES = "3.1.2" / 1, Must, Server, "the server must answer SELECT by HIGHESTMODSEQ or NOMODSEQ once CONDSTORE is enabled";
    PERSISTENT_MAILBOX_REPORTS_HIGHESTMODSEQ = "3.1.2" / 2, Must, Server, "the server must send HIGHESTMODSEQ for a mailbox that stores mod-sequences";
    OTHER_MAILBOX_REPORTS_NOMODSEQ = "3.1.2" / 3, Must, Server, "the server must send NOMODSEQ for a mailbox that stores no mod-sequences";
    PERSISTENCE_IS_LOOKED_UP = "3.1.2" / h(1), Must, Server, "the server must find out on opening a mailbox whether it stores mod-sequences";

    // §3.1.2.1
    EVERY_SELECT_REPORTS_HIGHESTMODSEQ = "3.1.2.1" / 1, Must, Server, "the server must send HIGHESTMODSEQ on every SELECT once CONDSTORE is enabled";
    CONDSTORE_IS_ENABLED_FIRST = "3.1.2.1" / h(1), Must, Client, "enable CONDSTORE before relying on HIGHESTMODSEQ or NOMODSEQ";
    NEW_UIDVALIDITY_DROPS_HIGHESTMODSEQ = "3.1.2.1" / 2, Must, Client, "drop the cached HIGHESTMODSEQ when UIDVALIDITY has changed";
    HIGHER_HIGHESTMODSEQ_MEANS_CHANGES = "3.1.2.1" / h(2), Must, Client, "update the cache when the server's HIGHESTMODSEQ is above the cached one";
    CHANGES_MAY_BE_SEARCHED = "3.1.2.1" / 3, May, Client, "find the changed messages by SEARCH MODSEQ";
    CHANGES_MAY_BE_FETCHED = "3.1.2.1" / 4, May, Client, "fetch the changed metadata by CHANGEDSINCE";

    // §3.1.2.2
    EVERY_SELECT_REPORTS_NOMODSEQ = "3.1.2.2" / 1, Must, Server, "the server must send NOMODSEQ on every SELECT of a mailbox without mod-sequences";
    CONDSTORE_IS_ENABLED_BEFORE_NOMODSEQ = "3.1.2.2" / h(1), Must, Client, "take the lack of both codes as unknown until CONDSTORE has been enabled";
    NOMODSEQ_REJECTS_MOD_SEQUENCES = "3.1.2.2" / 2, Must, Server, "the server must answer BAD to MODSEQ, CHANGEDSINCE and UNCHANGEDSINCE after NOMODSEQ";
    NO_MOD_SEQUENCES_AFTER_NOMODSEQ = "3.1.2.2" / h(2), MustNot, Client, "send no MODSEQ, CHANGEDSINCE or UNCHANGEDSINCE after NOMODSEQ";

    // §3.1.3
    CONDITIONAL_STORE_RAISES_THE_MOD_SEQUENCE = "3.1.3" / 1, Must, Server, "the server must update the mod-sequence when a conditional STORE succeeds";
    CONDITIONAL_STORE_SENDS_FETCH = "3.1.3" / 2, Must, Server, "the server must send FETCH for a conditional STORE even when it is SILENT";
    CONDITIONAL_STORE_SENDS_MODSEQ = "3.1.3" / 3, Must, Server, "the server must put MODSEQ into the FETCH of a conditional STORE";
    CHANGED_MESSAGE_IS_NOT_STORED = "3.1.3" / 4, MustNot, Server, "the server must not store on a message whose mod-sequence is above UNCHANGEDSINCE";
    FAILED_MESSAGES_ARE_NAMED_BY_MODIFIED = "3.1.3" / 5, Must, Server, "the server must name by MODIFIED the messages that a conditional STORE has passed over";
    CHANGED_STATE_IS_SENT_WITH_MODIFIED = "3.1.3" / 6, Should, Server, "the server should send the changed flags of a message beside MODIFIED";
    SYSTEM_FLAGS_ALWAYS_EXIST = "3.1.3" / 7, Must, Server, "the server must take a system flag as existing whether it is set or not";
    MODIFIED_FOR_OTHER_ITEMS_IS_HANDLED = "3.1.3" / 8, Must, Client, "handle MODIFIED although the watched item of the message has not changed";
    SPURIOUS_MODIFIED_IS_AVOIDED = "3.1.3" / 9, Should, Server, "the server should avoid MODIFIED where the flags in question have not changed";
    STATE_IS_LOOKED_UP_AFTER_MODIFIED = "3.1.3" / 10, Should, Client, "ask by FETCH or NOOP what has changed after MODIFIED unless the server has sent it";
    STATE_COMES_UNASKED_WITH_MODIFIED = "3.1.3" / 11, Recommended, Server, "the server should send an unsolicited FETCH for what failed UNCHANGEDSINCE";
    CONDITIONAL_STORE_IS_RETRIED = "3.1.3" / 12, Should, Client, "retry a conditional STORE with the new mod-sequence when the item has not changed";
    RETRIES_ARE_ALLOWED_FOR = "3.1.3" / h(1), Must, Client, "allow for at least two retries of a conditional STORE, and for a limit to them";
    MODIFIED_MAY_COME_WITH_NO = "3.1.3" / 13, May, Server, "the server may send MODIFIED in a tagged NO";
    REPEATED_MESSAGE_IS_STORED_ONCE = "3.1.3" / 14, MustNot, Server, "the server must not fail a message named twice that it has just stored on";
    EACH_SUCCESS_RAISES_THE_MOD_SEQUENCE = "3.1.3" / 15, Must, Server, "the server must update the mod-sequence of each message stored on";
    UNSOLICITED_FETCH_HAS_MODSEQ = "3.1.3" / 16, Required, Server, "the server must put MODSEQ into what it sends of a change to other CONDSTORE clients";

    // §3.1.4.1
    CHANGEDSINCE_FILTERS_FETCH = "3.1.4.1" / h(1), Must, Server, "the server must return only messages whose mod-sequence is above CHANGEDSINCE";
    CHANGEDSINCE_ADDS_MODSEQ = "3.1.4.1" / h(2), Must, Server, "the server must return MODSEQ to a FETCH with CHANGEDSINCE";

    // §3.1.4.2
    CONDSTORE_SERVER_SENDS_UIDS = "3.1.4.2" / 1, Should, Server, "the server should send UIDs in untagged FETCH even without QRESYNC";
    QRESYNC_SERVER_SENDS_UIDS = "3.1.4.2" / h(1), Must, Server, "the server must put UID into unsolicited FETCH when it supports QRESYNC";

    // §3.1.5
    ALL_TAKES_THE_HIGHER_MOD_SEQUENCE = "3.1.5" / 1, Must, Server, "the server must compare with the larger of private and shared mod-sequence for all";
    ENTRY_NAME_IS_IGNORED = "3.1.5" / 2, Must, Server, "the server must ignore entry name and type when it keeps one mod-sequence a message";
    ENTRY_NAME_NARROWS_THE_SEARCH = "3.1.5" / h(1), Should, Server, "the server should narrow the search to the entry where it keeps separate mod-sequences";
    ENTRY_NAME_IS_ESCAPED = "3.1.5" / h(2), Must, Client, "escape the backslash of a system flag in an entry name of SEARCH MODSEQ";
    SEARCH_MODSEQ_RETURNS_THE_HIGHEST = "3.1.5" / 3, Must, Server, "the server must end the result of SEARCH MODSEQ with the highest mod-sequence in it";

    // §3.1.6
    SEARCH_RESPONSE_ENDS_IN_MODSEQ = "3.1.6" / 1, Must, Server, "the server must append the highest mod-sequence to a SEARCH response that is not empty";
    SEARCH_RESPONSE_WITH_MODSEQ_IS_READ = "3.1.6" / h(1), Must, Client, "read SEARCH responses that end in a mod-sequence";

    // §3.1.7
    STATUS_OF_NOMODSEQ_IS_ZERO = "3.1.7" / 1, Must, Server, "the server must report HIGHESTMODSEQ 0 by STATUS for a mailbox without mod-sequences";
    ZERO_HIGHESTMODSEQ_MEANS_NONE = "3.1.7" / h(1), Must, Client, "take a HIGHESTMODSEQ of 0 in STATUS as a mailbox without mod-sequences";

    // §3.1.8
    CONDSTORE_PARAMETER_TURNS_MODSEQ_ON = "3.1.8" / 1, Must, Server, "the server must put MODSEQ into unsolicited FETCH after SELECT with CONDSTORE";

    // §3.1.9
    SORT_RESPONSE_ENDS_IN_MODSEQ = "3.1.9" / 1, Must, Server, "the server must append the highest mod-sequence to a SORT response that is not empty";
    SORT_RESPONSE_WITH_MODSEQ_IS_READ = "3.1.9" / h(1), Must, Client, "read SORT responses that end in a mod-sequence";

    // §3.1.10
    ESEARCH_OF_SEARCH_HAS_MODSEQ = "3.1.10" / 1, Must, Server, "the server must put MODSEQ into the ESEARCH response of an extended SEARCH MODSEQ";
    ESEARCH_OF_SORT_HAS_MODSEQ = "3.1.10" / 2, Must, Server, "the server must put MODSEQ into the ESEARCH response of an extended SORT with MODSEQ";

    // §3.1.11
    SAME_FLAGS_KEEP_THE_MOD_SEQUENCE = "3.1.11" / 1, ShouldNot, Server, "the server should not change the mod-sequence for a STORE that changes no flag";
    KEPT_MOD_SEQUENCE_IS_NOT_RELIED_ON = "3.1.11" / 2, MustNot, Client, "take no change of mod-sequence as proof that a flag has changed";
    SHOULD_IS_MENTIONED = "3.1.11" / 3, Should, Other, "the author refers to the advice to keep the mod-sequence";

    // §3.2
    EXPUNGE_RAISES_THE_MAILBOX_MOD_SEQUENCE = "3.2" / 1, Must, Server, "the server must raise the mod-sequence of a mailbox when messages are expunged";
    EXPUNGED_UIDS_ARE_REMEMBERED = "3.2" / 2, Must, Server, "the server must tie the raised mod-sequence to the UIDs expunged";
    SETMETADATA_RAISES_THE_MAILBOX_MOD_SEQUENCE = "3.2" / 3, Must, Server, "the server must raise the mod-sequence of a mailbox when SETMETADATA changes it";
    EVENTS_COME_IN_A_SAFE_ORDER = "3.2" / 4, Must, Server, "the server must send events so that a broken connection loses no change";
    DELAYED_EXPUNGE_LOWERS_HIGHESTMODSEQ = "3.2" / 5, Must, Server, "the server must keep HIGHESTMODSEQ below the mod-sequence of an expunge it holds back";

    // §3.2.2
    QRESYNC_NEEDS_THE_CAPABILITY = "3.2.2" / h(1), MustNot, Client, "use QRESYNC only when it is advertised";
    QRESYNC_COMES_WITH_CONDSTORE = "3.2.2" / 1, Should, Server, "the server should advertise CONDSTORE beside QRESYNC";
    QRESYNC_IMPLIES_CONDSTORE = "3.2.2" / h(2), Must, Client, "take QRESYNC as including CONDSTORE";

    // §3.2.3
    QRESYNC_COMES_WITH_ENABLE = "3.2.3" / 1, Must, Server, "the server must support and advertise ENABLE when it supports QRESYNC";
    ENABLE_QRESYNC_ENABLES_CONDSTORE = "3.2.3" / 2, Required, Server, "the server must take ENABLE QRESYNC with and without CONDSTORE as the same";
    ENABLE_QRESYNC_TURNS_VANISHED_ON = "3.2.3" / 3, Must, Server, "the server must send VANISHED in place of EXPUNGE after ENABLE QRESYNC";
    QRESYNC_IS_ENABLED_AFTER_AUTHENTICATION = "3.2.3" / 4, Must, Client, "send ENABLE QRESYNC once authenticated before any use of QRESYNC";
    QRESYNC_WITHOUT_ENABLE_IS_BAD = "3.2.3" / 5, Must, Server, "the server must answer BAD to QRESYNC or VANISHED unless ENABLED has named QRESYNC";
    QRESYNC_WAITS_FOR_ENABLED = "3.2.3" / h(1), MustNot, Client, "send neither QRESYNC nor VANISHED unless ENABLED has named QRESYNC";

    // §3.2.4
    FETCH_HAS_UID_AND_MODSEQ_ONCE_ENABLED = "3.2.4" / 1, Must, Server, "the server must put UID and MODSEQ into every untagged FETCH once CONDSTORE is enabled";

    // §3.2.5
    SELECT_QRESYNC_WITHOUT_ENABLE_IS_BAD = "3.2.5" / 1, Must, Server, "the server must answer BAD to SELECT with QRESYNC before QRESYNC is enabled";
    SELECT_QRESYNC_GETS_THE_USUAL_RESPONSES = "3.2.5" / 2, Must, Server, "the server must send all the usual responses of SELECT for one with QRESYNC";
    OTHER_UIDVALIDITY_VOIDS_QRESYNC = "3.2.5" / 3, Must, Server, "the server must ignore the rest of QRESYNC when UIDVALIDITY differs";
    UIDVALIDITY_IS_COMPARED = "3.2.5" / h(1), Must, Client, "compare the UIDVALIDITY returned with the one given to QRESYNC";

    // §3.2.5.1
    SELECT_QRESYNC_REPORTS_NOMODSEQ = "3.2.5.1" / 1, Must, Server, "the server must answer SELECT with QRESYNC by NOMODSEQ where none are stored";
    NOMODSEQ_VOIDS_QRESYNC = "3.2.5.1" / 2, Must, Server, "the server must ignore the rest of QRESYNC for a mailbox without mod-sequences";
    SELECT_QRESYNC_FETCHES_HAVE_UIDS = "3.2.5.1" / 3, Must, Server, "the server must put UID into the FETCH responses of SELECT with QRESYNC";
    KNOWN_UIDS_LIMIT_THE_REPORT = "3.2.5.1" / h(1), Should, Server, "the server should report flags and expunges only for the known UIDs when they are given";

    // §3.2.5.2
    MATCH_DATA_MAY_BE_GIVEN = "3.2.5.2" / 1, May, Client, "give SELECT with QRESYNC a sample of message numbers and their UIDs";
    MATCH_DATA_ASCENDS = "3.2.5.2" / 2, Must, Client, "give message numbers and UIDs of the sample in ascending order";

    // §3.2.6
    VANISHED_FOR_FETCH_IS_BAD = "3.2.6" / 1, Must, Server, "the server must answer BAD to a plain FETCH with VANISHED";
    VANISHED_ONLY_WITH_UID_FETCH = "3.2.6" / h(1), MustNot, Client, "use the modifier VANISHED with UID FETCH alone";
    VANISHED_WITHOUT_ENABLE_IS_BAD = "3.2.6" / 2, Must, Server, "the server must answer BAD to UID FETCH with VANISHED before QRESYNC is enabled";
    VANISHED_COMES_WITH_CHANGEDSINCE = "3.2.6" / 3, Must, Client, "give UID FETCH the modifier VANISHED only along with CHANGEDSINCE";
    VANISHED_WITHOUT_CHANGEDSINCE_IS_BAD = "3.2.6" / 4, Must, Server, "the server must answer BAD to UID FETCH with VANISHED but no CHANGEDSINCE";
    EARLIER_COMES_BEFORE_FETCH = "3.2.6" / 5, Must, Server, "the server must send VANISHED (EARLIER) before the FETCH responses";
    TOO_OLD_MOD_SEQUENCE_REPORTS_ALL = "3.2.6" / 6, Must, Server, "the server must report every expunged UID of the set when the mod-sequence is too old";
    UNKNOWN_UIDS_MAY_VANISH = "3.2.6" / h(2), Must, Client, "accept VANISHED (EARLIER) for UIDs that are not in the cache";

    // §3.2.7
    EXPUNGE_RAISES_THE_MOD_SEQUENCE = "3.2.7" / 1, Must, Server, "the server must raise the mailbox's mod-sequence when EXPUNGE removes a message";
    EXPUNGE_IS_REMEMBERED = "3.2.7" / 2, Must, Server, "the server must remember mod-sequence and UID of each message EXPUNGE removes";
    EXPUNGE_REPORTS_HIGHESTMODSEQ = "3.2.7" / 3, Must, Server, "the server must send HIGHESTMODSEQ in the tagged OK of EXPUNGE under QRESYNC";

    // §3.2.8
    CLOSE_RAISES_THE_MOD_SEQUENCE = "3.2.8" / 1, Must, Server, "the server must raise the mailbox's mod-sequence when CLOSE removes a message";
    CLOSE_IS_REMEMBERED = "3.2.8" / 2, Must, Server, "the server must remember mod-sequence and UID of each message CLOSE removes";
    CLOSE_REPORTS_NO_HIGHESTMODSEQ = "3.2.8" / 3, MustNot, Server, "the server must not send HIGHESTMODSEQ in the tagged OK of CLOSE";

    // §3.2.9
    UID_EXPUNGE_RAISES_THE_MOD_SEQUENCE = "3.2.9" / 1, Must, Server, "the server must raise the mailbox's mod-sequence when UID EXPUNGE removes a message";
    UID_EXPUNGE_IS_REMEMBERED = "3.2.9" / 2, Must, Server, "the server must remember mod-sequence and UID of each message UID EXPUNGE removes";
    UID_EXPUNGE_REPORTS_HIGHESTMODSEQ = "3.2.9" / 3, Must, Server, "the server must send HIGHESTMODSEQ in the tagged OK of UID EXPUNGE under QRESYNC";
    UIDPLUS_SERVER_HAS_THIS_UID_EXPUNGE = "3.2.9" / h(1), Must, Server, "the server must follow these rules for UID EXPUNGE when it has UIDPLUS and QRESYNC";

    // §3.2.10
    VANISHED_REPLACES_EXPUNGE = "3.2.10" / 1, Must, Server, "the server must send VANISHED, never EXPUNGE, once QRESYNC is enabled";
    EXPUNGE_VANISHES_WITHOUT_EARLIER = "3.2.10" / 2, MustNot, Server, "the server must not put EARLIER into a VANISHED that stands for EXPUNGE";
    TWO_FORMS_OF_VANISHED_STAY_APART = "3.2.10" / 3, MustNot, Server, "the server must not merge the two forms of VANISHED into one response";

    // §3.2.10.1
    EARLIER_LEAVES_SEQUENCE_NUMBERS = "3.2.10.1" / 1, MustNot, Client, "leave message numbers alone on VANISHED (EARLIER)";

    // §3.2.10.2
    PLAIN_VANISHED_REPLACES_EXPUNGE = "3.2.10.2" / 1, Must, Server, "the server must report an expunge by plain VANISHED once QRESYNC is enabled";
    PLAIN_VANISHED_HAS_NO_EARLIER = "3.2.10.2" / 2, MustNot, Server, "the server must not mark the report of a new expunge as EARLIER";
    PLAIN_VANISHED_NAMES_VISIBLE_MESSAGES = "3.2.10.2" / 3, Must, Server, "the server must name in plain VANISHED only messages the session can see";
    PLAIN_VANISHED_NAMES_NO_UNKNOWN_UIDS = "3.2.10.2" / 4, MustNot, Server, "the server must not name in plain VANISHED what is long gone or was never announced";
    PLAIN_VANISHED_LOWERS_THE_COUNT = "3.2.10.2" / h(1), Must, Client, "lower the message count by one for each UID of a plain VANISHED";
    VANISHED_COMES_DURING_A_COMMAND = "3.2.10.2" / 5, MustNot, Server, "the server must not send VANISHED between commands nor during FETCH, STORE or SEARCH";
    VANISHED_MAY_COME_DURING_UID_COMMANDS = "3.2.10.2" / 6, May, Server, "the server may send VANISHED during a UID command";
    NO_VANISHED_DURING_SEARCH_BY_NUMBER = "3.2.10.2" / 7, MustNot, Server, "the server must not send VANISHED during a UID SEARCH by message numbers";
    VANISHED_IS_RECORDED = "3.2.10.2" / 8, Must, Client, "record what VANISHED reports";

    // §3.2.11
    IMPLICIT_CLOSE_IS_REPORTED = "3.2.11" / 1, Must, Server, "the server must send CLOSED when SELECT closes the mailbox before";
    CLOSED_PARTS_THE_MAILBOXES = "3.2.11" / h(1), Must, Client, "take responses before CLOSED for the old mailbox and those after it for the new one";
    CLOSED_COMES_WITHOUT_ENABLING = "3.2.11" / h(2), Must, Server, "the server must send CLOSED even if nothing has been enabled";
    CLOSE_GETS_NO_CLOSED = "3.2.11" / h(3), May, Server, "the server may leave out CLOSED for CLOSE and UNSELECT";

    // §4
    COMMAND_LINES_ARE_SHORT = "4" / h(1), Should, Client, "keep command lines to about 8,192 octets, literals not counted";
    LONG_COMMANDS_ARE_SPLIT = "4" / h(2), Should, Client, "split a command whose sets make its line too long";
    LONG_STRINGS_ARE_LITERALS = "4" / h(3), Should, Client, "send long strings as literals rather than quoted";

    // §5.3
    STALE_EXPUNGE_STATE_IS_DELETED = "5.3" / 1, Should, Server, "the server should forget expunged messages when UIDVALIDITY changes or the mailbox is gone";

    // §6
    QRESYNC_IS_PREFERRED = "6" / 1, Should, Client, "synchronise by QRESYNC where it is supported";
    CONDSTORE_IS_NEXT_TO_QRESYNC = "6" / 2, Should, Client, "synchronise by CONDSTORE where it is supported and QRESYNC is not";
    HIGHESTMODSEQ_IS_CACHED_AFTER_SYNC = "6" / 3, Must, Client, "cache the HIGHESTMODSEQ received once synchronisation is complete";
    HIGHESTMODSEQ_IS_KEPT_UP_TO_DATE = "6" / 4, Must, Client, "update the cached HIGHESTMODSEQ whenever the server sends a new one";
    UNSOLICITED_MOD_SEQUENCES_ARE_NOTED = "6" / 5, Must, Client, "note unsolicited MODSEQ and HIGHESTMODSEQ after a full synchronisation";
    HIGHESTMODSEQ_OVERRIDES_MODSEQ = "6" / 6, Must, Client, "follow HIGHESTMODSEQ even after higher mod-sequences have been seen";
    MODSEQ_RAISES_THE_CACHED_VALUE = "6" / 7, Must, Client, "raise the cached HIGHESTMODSEQ to the largest MODSEQ seen when no code has come";
    MODSEQ_COUNTS_AT_THE_TAGGED_RESPONSE = "6" / h(1), MustNot, Client, "raise the cached HIGHESTMODSEQ by MODSEQ only at the next tagged response";
    NOMODSEQ_DROPS_HIGHESTMODSEQ = "6" / 8, Must, Client, "drop the cached HIGHESTMODSEQ on NOMODSEQ and synchronise without it";
    NEW_UIDVALIDITY_DROPS_THE_CACHE = "6" / 9, Must, Client, "drop cache, HIGHESTMODSEQ and pending actions when UIDVALIDITY differs";

    // §7
    TOKENS_IGNORE_CASE = "7" / 1, Must, Both, "accept the letters of protocol tokens in any case";
    UNCHANGEDSINCE_COMES_ONCE = "7" / h(1), MustNot, Client, "give STORE at most one UNCHANGEDSINCE";
    MOD_SEQUENCES_HAVE_63_BITS = "7" / h(2), Must, Both, "read and write mod-sequences from 1 up to 9,223,372,036,854,775,807";
    UNKNOWN_SYSTEM_FLAGS_ARE_ACCEPTED = "7" / 2, Must, Client, "accept system flags that are not known";
    SERVER_INVENTS_NO_SYSTEM_FLAGS = "7" / 3, MustNot, Server, "the server must not send system flags that no standard defines";
    QRESYNC_SETS_HAVE_NO_STAR = "7" / h(3), MustNot, Client, "use no * in the sets of QRESYNC";
    VANISHED_HAS_NO_STAR = "7" / h(4), MustNot, Server, "the server must not put * into VANISHED";

    // §B
    SHOULD_IS_MENTIONED_IN_THE_CHANGES = "B" / 1, Should, Other, "the author mentions the former keyword in the list of changes";
    MUST_IS_MENTIONED_IN_THE_CHANGES = "B" / 2, Must, Other, "the author mentions the present keyword in the list of changes";
}
