//! The catalogue of RFC 9586, by hand.
//!
//! Ids and roles are as in [`rfc9051`](crate::rfc9051); those of rules that were catalogued by
//! hand count them from `h1` on.
use anyrfc_core::requirements;

requirements! {
    /// IMAP Extension for Using and Returning Unique Identifiers (UIDs) Only.
    RFC9586 = 9586, "IMAP Extension for Using and Returning Unique Identifiers (UIDs) Only";

    // §3
    NO_MESSAGE_NUMBERS_ARE_SENT = "3" / h(1), MustNot, Client, "send no command that names messages by number once UIDONLY is enabled";
    NO_MESSAGE_NUMBERS_ARE_SEARCHED = "3" / h(2), MustNot, Client, "search for no message numbers once UIDONLY is enabled";
    QRESYNC_HAS_NO_MATCH_DATA = "3" / h(3), MustNot, Client, "give QRESYNC no sample of message numbers once UIDONLY is enabled";
    MESSAGE_NUMBERS_ARE_BAD = "3" / h(4), Must, Server, "the server must answer BAD to message numbers once UIDONLY is enabled";
    BAD_NAMES_UIDREQUIRED = "3" / h(5), Should, Server, "the server should put UIDREQUIRED into the BAD for message numbers";
    UIDFETCH_REPLACES_FETCH = "3" / h(6), Must, Server, "the server must send UIDFETCH, never FETCH, once UIDONLY is enabled";
    UIDFETCH_IS_READ = "3" / h(7), Must, Client, "take the number of UIDFETCH as the UID of the message";
    UIDFETCH_NEEDS_NO_UID_ITEM = "3" / h(8), Must, Client, "accept UIDFETCH without the item UID";
    VANISHED_REPLACES_EXPUNGE = "3" / h(9), Must, Server, "the server must send VANISHED, never EXPUNGE, once UIDONLY is enabled";
    VANISHED_IS_READ_WITHOUT_QRESYNC = "3" / h(10), Must, Client, "take VANISHED for EXPUNGE under UIDONLY though QRESYNC is not enabled";

    // §3.1
    UIDONLY_NEEDS_THE_CAPABILITY = "3.1" / h(1), MustNot, Client, "enable UIDONLY only when it is advertised";
    UIDONLY_BEGINS_WITH_ENABLE = "3.1" / h(2), Must, Client, "count on UIDONLY only once ENABLED has named it";

    // §4
    UIDREQUIRED_IS_READ = "4" / h(1), Must, Client, "understand the response code UIDREQUIRED";
}
