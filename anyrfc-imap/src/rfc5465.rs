//! The catalogue of RFC 5465: every normative keyword, in the RFC's own order.
//!
//! Ids and roles are as in [`rfc9051`](crate::rfc9051).
use anyrfc_core::requirements;

requirements! {
    /// The IMAP NOTIFY Extension.
    RFC5465 = 5465, "The IMAP NOTIFY Extension";

    // §3
    NOTIFY_NEEDS_THE_CAPABILITY = "3" / h(1), MustNot, Client, "use NOTIFY only when it is advertised";
    EXTENDED_LIST_COMES_WITHOUT_LIST_EXTENDED = "3" / h(2), Must, Client, "read extended LIST responses even if LIST-EXTENDED is not advertised";

    // §3.1
    NOTIFY_SET_REPLACES_THE_EVENTS = "3.1" / h(1), Must, Client, "take each NOTIFY SET as replacing all events asked for before";
    NOTIFY_LASTS_FOR_THE_CONNECTION = "3.1" / h(2), Must, Client, "ask for events anew on a new connection";
    NOTIFY_FLUSHES_CHANGES = "3.1" / 1, Must, Server, "the server must send the pending changes of the selected mailbox on NOTIFY SET";
    SELECTED_IS_SILENT_UNLESS_NAMED = "3.1" / h(3), Must, Client, "name SELECTED or SELECTED-DELAYED for any message event of the selected mailbox";
    STATUS_COMES_BEFORE_OK = "3.1" / 2, Must, Server, "the server must send STATUS for watched mailboxes before its OK when asked to";
    STATUS_FOR_NEW_HAS_COUNTS = "3.1" / 3, Must, Server, "the server must put MESSAGES, UIDNEXT and UIDVALIDITY into STATUS for MessageNew";
    STATUS_FOR_EXPUNGE_HAS_MESSAGES = "3.1" / 4, Must, Server, "the server must put MESSAGES into STATUS for MessageExpunge";
    STATUS_FOR_CHANGES_HAS_HIGHESTMODSEQ = "3.1" / 5, Must, Server, "the server must put UIDVALIDITY and HIGHESTMODSEQ into STATUS for changes";
    FEW_MAILBOXES_ARE_WATCHED = "3.1" / h(4), Should, Client, "watch no more mailboxes than needed";
    MISSING_MAILBOX_IS_IGNORED = "3.1" / 6, Must, Server, "the server must ignore mailboxes that do not exist";
    UNLISTABLE_MAILBOX_IS_IGNORED = "3.1" / 7, Must, Server, "the server must ignore mailboxes that the client cannot list";
    MAILBOX_WITHOUT_LOOKUP_IS_IGNORED = "3.1" / 8, Must, Server, "the server must ignore mailboxes on which the client lacks the right l";
    FORBIDDEN_MAILBOX_GETS_NOACCESS = "3.1" / 9, Must, Server, "the server must send LIST with \\NoAccess for a mailbox it may list but not watch";
    ONE_MAILBOX_IS_ENOUGH_FOR_OK = "3.1" / 10, Should, Server, "the server should answer OK when at least one of the mailboxes can be watched";
    NO_MAILBOX_MAY_GET_NO = "3.1" / 11, May, Server, "the server may answer NO when none of the mailboxes can ever be watched";
    COSTLY_NOTIFY_MAY_BE_REFUSED = "3.1" / 12, May, Server, "the server may refuse events that cost too much by NO with NOTIFICATIONOVERFLOW";
    UNSUPPORTED_EVENT_GETS_NO = "3.1" / 13, Must, Server, "the server must answer NO, not BAD, to events it does not support";
    UNSUPPORTED_EVENT_GETS_BADEVENT = "3.1" / 14, Should, Server, "the server should send BADEVENT when it does not support an event";
    BADEVENT_LISTS_THE_EVENTS = "3.1" / 15, Must, Server, "the server must list in BADEVENT every event it supports";

    // §4
    IDLE_SENDS_WHAT_NOTIFY_ASKED = "4" / 1, Must, Server, "the server must send the same events during IDLE as NOTIFY has asked for";

    // §5
    OWN_CHANGES_ARE_NOT_NOTIFIED = "5" / 1, Should, Server, "the server should leave out events that this client has caused";
    OWN_CREATE_IS_NOT_NOTIFIED = "5" / 2, ShouldNot, Server, "the server should not report a mailbox name that this client has changed";
    CHANGES_ARE_WATCHED_WITH_NEW_AND_EXPUNGE = "5" / 3, Must, Client, "ask for MessageNew and MessageExpunge along with FlagChange or AnnotationChange";
    CHANGES_ALONE_ARE_BAD = "5" / 4, Must, Server, "the server must answer BAD to change events without MessageNew and MessageExpunge";
    NEW_AND_EXPUNGE_COME_TOGETHER = "5" / 5, Must, Client, "ask for both of MessageNew and MessageExpunge or for neither";
    NEW_OR_EXPUNGE_ALONE_IS_BAD = "5" / 6, Must, Server, "the server must answer BAD to one of MessageNew and MessageExpunge without the other";

    // §5.1
    FLAG_CHANGE_SENDS_FETCH = "5.1" / 1, Must, Server, "the server must report a change in the selected mailbox by FETCH";
    FLAG_CHANGE_HAS_UID_AND_FLAGS = "5.1" / 2, Must, Server, "the server must put UID and the changed flags or annotations into that FETCH";
    NEW_FLAGS_MAY_BE_SENT = "5.1" / 3, May, Server, "the server may send FLAGS and PERMANENTFLAGS with a change";
    FETCH_COMES_BEFORE_ESEARCH = "5.1" / 4, Must, Server, "the server must send the FETCH of a change before the ESEARCH of a context";
    UNSEEN_MAY_BE_SENT = "5.1" / 5, May, Server, "the server may send UNSEEN when \\Seen has changed in another mailbox";
    UIDVALIDITY_CHANGE_IS_SENT = "5.1" / 6, Must, Server, "the server must report a new UIDVALIDITY to who watches for changes";
    STATUS_COMES_AT_ANY_TIME = "5.1" / h(1), Must, Client, "accept STATUS for watched mailboxes at any time, with any items";

    // §5.2
    NEW_MESSAGE_SENDS_EXISTS_THEN_FETCH = "5.2" / h(1), Must, Server, "the server must report a new message in the selected mailbox by EXISTS, then FETCH";
    OWN_MESSAGE_GETS_NO_FETCH = "5.2" / 1, ShouldNot, Server, "the server should not send FETCH for a message that this client has added";
    RECENT_MAY_BE_SENT = "5.2" / 2, May, Server, "the server may send RECENT with a new message";
    EXISTS_COMES_BEFORE_ESEARCH = "5.2" / 3, Must, Server, "the server must send the EXISTS of a new message before the ESEARCH of a context";
    ONE_FETCH_FOR_BOTH_REQUESTS = "5.2" / 4, Should, Server, "the server should combine what NOTIFY and UPDATE ask for into one FETCH";
    DATA_ARE_NOT_SENT_TWICE = "5.2" / 5, Should, Server, "the server should avoid sending the same data twice";
    FETCH_COMES_AFTER_ADDTO = "5.2" / 6, Must, Server, "the server must send the FETCH of a new message after any ADDTO";
    STATUS_OF_NEW_HAS_HIGHESTMODSEQ = "5.2" / 7, Must, Server, "the server must put HIGHESTMODSEQ into STATUS of a new message once CONDSTORE is enabled";
    NEW_MESSAGE_IS_PEEKED_AT = "5.2" / 8, ShouldNot, Client, "ask of new messages nothing that sets \\Seen or that needs a certain body part";
    STAR_IS_NOT_USED_WITH_SELECTED = "5.2" / h(2), MustNot, Client, "use no * for a message while MessageNew is reported at once";

    // §5.3
    EXPUNGE_COMES_AT_ANY_TIME = "5.3" / h(1), Must, Client, "accept EXPUNGE and VANISHED between commands after asking for MessageExpunge";
    STATUS_OF_EXPUNGE_HAS_HIGHESTMODSEQ = "5.3" / 1, Must, Server, "the server must put HIGHESTMODSEQ into STATUS of an expunge once QRESYNC is enabled";
    NUMBERS_ARE_NOT_USED_WITH_SELECTED = "5.3" / h(2), MustNot, Client, "use no message numbers in commands while MessageExpunge is reported at once";

    // §5.4
    LOOKUP_RIGHT_IS_CREATION = "5.4" / 1, Must, Server, "the server must report a granted right l as creation and a revoked one as deletion";
    GONE_MAILBOX_IS_NONEXISTENT = "5.4" / 2, Must, Server, "the server must mark a mailbox that is gone as \\NonExistent";
    RENAMED_MAILBOX_HAS_OLDNAME = "5.4" / h(1), Must, Server, "the server must give the old name of a renamed mailbox by OLDNAME";
    CHILDREN_ARE_RENAMED_SILENTLY = "5.4" / h(2), Must, Client, "take the children of a mailbox as renamed with it";
    INBOX_RENAME_CREATES_INBOX = "5.4" / h(3), Must, Client, "take INBOX as still there after it was renamed";
    NEW_SUBSCRIPTION_IS_SHOWN = "5.4" / 3, Must, Server, "the server must mark a mailbox that it subscribes by itself as \\Subscribed";
    CHILDREN_ARE_SHOWN = "5.4" / 4, Should, Server, "the server should send \\HasChildren or \\HasNoChildren with a changed name";

    // §5.5
    SUBSCRIPTION_IS_SHOWN_BY_THE_ATTRIBUTE = "5.5" / h(1), Must, Client, "take a mailbox as subscribed or not by \\Subscribed in the LIST of the event";
    SUBSCRIPTION_ATTRIBUTES_ARE_ACCURATE = "5.5" / 1, Must, Server, "the server must compute all attributes of that LIST accurately";

    // §5.6
    MAILBOX_METADATA_EVENT_IS_OPTIONAL = "5.6" / 1, Optional, Server, "the server may leave out MailboxMetadataChange when it lacks METADATA";
    MAILBOX_METADATA_EVENT_COMES_WITH_METADATA = "5.6" / 2, Required, Server, "the server must support MailboxMetadataChange when it supports METADATA";
    METADATA_NEEDS_NO_ENABLE = "5.6" / h(1), Must, Client, "accept METADATA responses for the event without having enabled METADATA";
    CHANGED_METADATA_ALONE_IS_SENT = "5.6" / 3, Should, Server, "the server should send only the metadata that have changed";
    ALL_METADATA_MAY_BE_SENT = "5.6" / 4, May, Server, "the server may send all metadata of a mailbox when it cannot tell what has changed";
    DELETED_METADATA_ARE_SENT = "5.6" / 5, Must, Server, "the server must always name metadata that were deleted from a mailbox";

    // §5.7
    SERVER_METADATA_EVENT_IS_OPTIONAL = "5.7" / 1, Optional, Server, "the server may leave out ServerMetadataChange when it lacks METADATA-SERVER";
    SERVER_METADATA_EVENT_COMES_WITH_METADATA = "5.7" / 2, Required, Server, "the server must support ServerMetadataChange when it supports server metadata";
    SERVER_METADATA_NEED_NO_ENABLE = "5.7" / h(1), Must, Client, "accept METADATA of the server for the event without having enabled it";
    CHANGED_NAMES_ALONE_ARE_SENT = "5.7" / 3, Should, Server, "the server should send only the names of its metadata that have changed";
    DELETED_SERVER_METADATA_ARE_SENT = "5.7" / 4, Must, Server, "the server must always name metadata of its own that were deleted";

    // §5.8
    OVERFLOW_IS_REPORTED = "5.8" / 1, Must, Server, "the server must report that it stops events by OK with NOTIFICATIONOVERFLOW";
    OVERFLOW_ENDS_THE_EVENTS = "5.8" / h(1), Must, Client, "take NOTIFICATIONOVERFLOW as the end of all events asked for";

    // §5.9
    LOST_ACCESS_ENDS_MONITORING = "5.9" / 1, Must, Server, "the server must stop watching mailboxes that the client may no longer access";
    REGAINED_ACCESS_RESTARTS_MONITORING = "5.9" / 2, Must, Server, "the server must watch mailboxes again once access is granted again";
    LOST_LOOKUP_GETS_NOACCESS = "5.9" / 3, Should, Server, "the server should send LIST with \\NoAccess when a mailbox loses the right l";
    REGAINED_LOOKUP_IS_LISTED = "5.9" / 4, Should, Server, "the server should send LIST without \\NoAccess when the right l is granted again";

    // §6.1
    SELECTED_SPECIFIER_COMES_ONCE = "6.1" / h(1), MustNot, Client, "give NOTIFY at most one of SELECTED and SELECTED-DELAYED";
    SELECTED_TAKES_MESSAGE_EVENTS = "6.1" / h(2), MustNot, Client, "ask for message events alone with SELECTED and SELECTED-DELAYED";

    // §6.1.1
    SELECTED_IS_IMMEDIATE = "6.1.1" / h(1), Must, Server, "the server must report events of SELECTED at once";

    // §6.1.2
    DELAYED_EXPUNGE_WAITS = "6.1.2" / h(1), Must, Server, "the server must hold an expunge of SELECTED-DELAYED until a command allows EXPUNGE";
    DELAYED_EVENTS_MAY_WAIT = "6.1.2" / 1, May, Server, "the server may hold other events of SELECTED-DELAYED likewise";
    DELAYED_EVENTS_MAY_COME_AT_ONCE = "6.1.2" / 2, May, Server, "the server may send other events of SELECTED-DELAYED at once";

    // §6.3
    INBOXES_MAY_MEAN_PERSONAL = "6.3" / 1, Must, Server, "the server must take inboxes as personal where it cannot tell which they are";

    // §6.4
    SUBSCRIPTIONS_ARE_REEVALUATED = "6.4" / 1, Must, Server, "the server must follow changes of the subscriptions it watches";

    // §6.6
    WILDCARDS_ARE_NOT_EXPANDED = "6.6" / 1, MustNot, Server, "the server must not expand wildcards in the names of mailboxes";

    // §7
    UPDATE_ATTRIBUTES_NEED_NOTIFY = "7" / h(1), MustNot, Client, "give UPDATE attributes to fetch only when NOTIFY and the context are both advertised";
    EXISTS_COMES_BEFORE_FETCH = "7" / 1, Must, Server, "the server must send EXISTS before any FETCH of a new result";
    FETCH_OF_A_RESULT_COMES_BEFORE_ESEARCH = "7" / 2, Must, Server, "the server must send EXISTS and FETCH of a new result before its ESEARCH";
    ANY_ORDER_IS_ACCEPTED = "7" / h(2), Should, Client, "accept FETCH and ESEARCH of a new message in either order, since the text has both";
    CHANGED_RESULT_GETS_NO_FETCH = "7" / 3, Should, Server, "the server should send no FETCH when a change of flags adds a message to a result";

    // §8
    TOKENS_IGNORE_CASE = "8" / 1, Must, Both, "accept the letters of protocol tokens in any case";
    NEW_AND_EXPUNGE_ARE_A_PAIR = "8" / 2, Must, Client, "write MessageNew and MessageExpunge as a pair in every group of events";
    FLAG_CHANGE_COMES_WITH_THE_PAIR = "8" / 3, Must, Client, "write FlagChange only beside MessageNew and MessageExpunge";
    ATTRIBUTES_ONLY_WITH_SELECTED = "8" / h(1), MustNot, Client, "give MessageNew attributes to fetch only with SELECTED and SELECTED-DELAYED";
    OLDNAME_TAG_MAY_BE_QUOTED = "8" / h(2), Must, Client, "read OLDNAME with and without quotes";

    // §9
    RESPONSES_ARE_READ_ON = "9" / h(1), Must, Client, "go on reading responses while events are asked for";
}
