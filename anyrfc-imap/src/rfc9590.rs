//! The catalogue of RFC 9590, made by hand.
//!
//! Ids and roles are as in [`rfc9051`](crate::rfc9051).
use anyrfc_core::requirements;

requirements! {
    /// IMAP Extension for Returning Mailbox METADATA in Extended LIST.
    RFC9590 = 9590, "IMAP Extension for Returning Mailbox METADATA in Extended LIST";

    // §3
    METADATA_OPTION_NEEDS_THE_CAPABILITY = "3" / h(1), MustNot, Client, "ask LIST to return METADATA only when LIST-METADATA is advertised";
    LIST_STILL_RETURNS_LIST = "3" / h(2), Must, Server, "the server must send LIST for each mailbox that matches";
    LIST_RETURNS_METADATA = "3" / h(3), Should, Server, "the server should send METADATA with the entries asked for beside each LIST";
    METADATA_FOLLOWS_ITS_LIST = "3" / h(4), MustNot, Server, "the server must not send METADATA of a mailbox ahead of its LIST";
    METADATA_MAY_BE_MISSING = "3" / h(5), Must, Client, "accept a LIST that no METADATA follows";
    ENTRIES_WITHOUT_VALUE_ARE_NIL = "3" / h(6), Must, Client, "take NIL in METADATA for an entry that the mailbox does not have";
    METADATA_IS_ASKED_FOR_FEW_MAILBOXES = "3" / h(7), Should, Client, "narrow LIST to the mailboxes whose entries are wanted";

    // §5
    METADATA_OPTION_NAMES_ENTRIES = "5" / h(1), Must, Client, "name the wanted entries, at least one, in a list behind METADATA";
}
