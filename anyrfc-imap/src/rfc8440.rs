//! The catalogue of RFC 8440: every normative keyword, in the RFC's own order.
//!
//! Ids and roles are as in [`rfc9051`](crate::rfc9051).
use anyrfc_core::requirements;

requirements! {
    /// IMAP4 Extension for Returning MYRIGHTS Information in Extended LIST.
    RFC8440 = 8440, "IMAP4 Extension for Returning MYRIGHTS Information in Extended LIST";

    // §3
    MYRIGHTS_OPTION_NEEDS_THE_CAPABILITY = "3" / h(1), MustNot, Client, "ask LIST to return MYRIGHTS only when LIST-MYRIGHTS is advertised";
    LIST_STILL_RETURNS_LIST = "3" / 1, Must, Server, "the server must send LIST for each mailbox that matches";
    LIST_RETURNS_MYRIGHTS = "3" / 2, Should, Server, "the server should send MYRIGHTS beside each LIST";
    MYRIGHTS_FOLLOWS_ITS_LIST = "3" / 3, MustNot, Server, "the server must not send MYRIGHTS of a mailbox ahead of its LIST";
    MYRIGHTS_MAY_BE_MISSING = "3" / h(2), Must, Client, "accept a LIST that no MYRIGHTS follows";
    RIGHTS_ARE_ASKED_FOR_FEW_MAILBOXES = "3" / 4, Should, Client, "narrow LIST to the mailboxes whose rights are wanted";
}
