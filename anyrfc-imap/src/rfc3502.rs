//! The catalogue of RFC 3502: every normative keyword, in the RFC's own order.
//!
//! Ids and roles are as in [`rfc9051`](crate::rfc9051).
use anyrfc_core::requirements;

requirements! {
    /// Internet Message Access Protocol (IMAP) - MULTIAPPEND Extension.
    RFC3502 = 3502, "Internet Message Access Protocol (IMAP) - MULTIAPPEND Extension";

    // §6.3.11
    MULTIAPPEND_NEEDS_THE_CAPABILITY = "6.3.11" / h(1), MustNot, Client, "append several messages by one command only when MULTIAPPEND is advertised";
    FLAGS_MAY_BE_OMITTED = "6.3.11" / 1, Optional, Client, "give each message of APPEND flags or none";
    DATE_MAY_BE_OMITTED = "6.3.11" / 2, Optional, Client, "give each message of APPEND a date or none";
    MESSAGE_IS_IN_FORMAT = "6.3.11" / 3, Should, Client, "append only messages in the Internet message format";
    EIGHT_BIT_DATA_SURVIVES = "6.3.11" / 4, Must, Server, "the server must convert 8-bit data to 7-bit reversibly when it cannot keep them";
    DRAFTS_MAY_LACK_HEADERS = "6.3.11" / 5, May, Client, "append drafts without header lines that a finished message needs";
    MISSING_HEADERS_ARE_CONSIDERED = "6.3.11" / 6, Must, Client, "weigh the consequences before appending without required header lines";
    APPEND_SETS_FLAGS = "6.3.11" / 7, Should, Server, "the server should set the flags given with each message";
    APPEND_SETS_THE_DATE = "6.3.11" / 8, Should, Server, "the server should set the internal date given with each message";
    EMPTY_MESSAGE_GETS_NO = "6.3.11" / 9, Must, Server, "the server must answer NO when a message is empty";
    ZERO_LENGTH_CANCELS = "6.3.11" / h(2), May, Client, "cancel an APPEND under way by a message of zero octets";
    APPEND_ADDS_ALL_OR_NONE = "6.3.11" / 10, Must, Server, "the server must restore the mailbox when any message fails to be added";
    ERROR_MAY_COME_EARLY = "6.3.11" / 11, May, Server, "the server may fail APPEND before it has seen every message";
    APPEND_TO_A_MISSING_MAILBOX_FAILS = "6.3.11" / 12, Must, Server, "the server must fail APPEND to a mailbox that does not exist";
    APPEND_CREATES_NO_MAILBOX = "6.3.11" / 13, MustNot, Server, "the server must not create a missing mailbox for APPEND";
    MISSING_MAILBOX_GETS_TRYCREATE = "6.3.11" / 14, Must, Server, "the server must send TRYCREATE when the missing mailbox might be created";
    APPEND_TO_THE_SELECTED_MAILBOX_IS_NEW_MAIL = "6.3.11" / 15, Should, Server, "the server should treat messages added to the selected mailbox as new mail";
    APPEND_SENDS_EXISTS = "6.3.11" / 16, Should, Server, "the server should send EXISTS at once when messages enter the selected mailbox";
    NOOP_AFTER_APPEND = "6.3.11" / 17, May, Client, "send NOOP after APPEND when no EXISTS has come";
}
