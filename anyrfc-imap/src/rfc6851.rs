//! The catalogue of RFC 6851: every normative keyword, in the RFC's own order.
//!
//! Ids and roles are as in [`rfc9051`](crate::rfc9051), which has taken MOVE into the base protocol.
use anyrfc_core::requirements;

requirements! {
    /// Internet Message Access Protocol (IMAP) - MOVE Extension.
    RFC6851 = 6851, "Internet Message Access Protocol (IMAP) - MOVE Extension";

    // §1
    MOVE_NEEDS_THE_CAPABILITY = "1" / h(1), MustNot, Client, "use MOVE only when it is advertised";

    // §3.3
    MOVE_SENDS_NO_STORE_RESPONSES = "3.3" / 1, MustNot, Server, "the server must not send responses of STORE for MOVE";
    MOVE_SETS_NO_DELETED = "3.3" / 2, MustNot, Server, "the server must not set \\Deleted because of MOVE";
    EACH_MESSAGE_IS_MOVED_OR_NOT = "3.3" / 3, Should, Server, "the server should move each message wholly or leave it unaffected";
    MOVE_LOSES_NO_MESSAGE = "3.3" / 4, Must, Server, "the server must keep each message in at least one of the two mailboxes";
    MOVE_LEAVES_NO_DUPLICATE = "3.3" / 5, ShouldNot, Server, "the server should not leave a message in both mailboxes";
    NO_SEQUENCE_NUMBERS_DURING_MOVE = "3.3" / h(1), MustNot, Client, "send no command with sequence numbers while MOVE is in progress";

    // §4.3
    COPYUID_COMES_WITH_UID_MOVE = "4.3" / 1, Should, Server, "the server should answer UID MOVE with COPYUID when it supports UIDPLUS";
    COPYUID_COMES_BEFORE_EXPUNGE = "4.3" / h(1), Should, Server, "the server should send COPYUID in an untagged OK before the EXPUNGE responses of MOVE";

    // §4.4
    MOVE_MAY_GET_VANISHED = "4.4" / 1, Should, Server, "the server should send VANISHED in place of EXPUNGE under QRESYNC";
    VANISHED_AND_EXPUNGE_ARE_HANDLED = "4.4" / h(1), Must, Client, "handle both VANISHED and EXPUNGE after UID MOVE under QRESYNC";
    MOVE_RAISES_THE_MOD_SEQUENCE = "4.4" / 2, Must, Server, "the server must raise the mod-sequence of a mailbox that a message was moved from";
    MOVED_UIDS_ARE_REMEMBERED = "4.4" / 3, Must, Server, "the server must remember the mod-sequence and UID of each message moved away";
    MOVE_REPORTS_HIGHESTMODSEQ = "4.4" / 4, Must, Server, "the server must report HIGHESTMODSEQ after a move";
    MOVED_MESSAGES_GET_HIGHER_MOD_SEQUENCES = "4.4" / 5, Must, Server, "the server must give moved messages mod-sequences above all in the target";

    // §5
    TOKENS_IGNORE_CASE = "5" / 1, Must, Both, "accept the letters of protocol tokens in any case";
}
