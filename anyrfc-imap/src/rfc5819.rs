//! The catalogue of RFC 5819: every normative keyword, in the RFC's own order.
//!
//! Ids and roles are as in [`rfc9051`](crate::rfc9051), which has taken LIST-STATUS into the base protocol.
use anyrfc_core::requirements;

requirements! {
    /// IMAP4 Extension for Returning STATUS Information in Extended LIST.
    RFC5819 = 5819, "IMAP4 Extension for Returning STATUS Information in Extended LIST";

    // §1
    LIST_STATUS_NEEDS_THE_CAPABILITY = "1" / h(1), MustNot, Client, "use the return option STATUS only when LIST-STATUS is advertised";

    // §2
    LIST_STATUS_COMES_FOR_EACH_MAILBOX = "2" / 1, Must, Server, "the server must follow the LIST of each selectable mailbox by STATUS when it is asked for";
    NO_STATUS_FOR_AN_UNSELECTABLE_MAILBOX = "2" / 2, MustNot, Server, "the server must not send STATUS for a mailbox that cannot be selected";
    UNSELECTABLE_MAILBOX_IS_NOSELECT = "2" / 3, Must, Server, "the server must list a mailbox as \\NoSelect when its STATUS fails for that";
    STATUS_MAY_BE_DROPPED = "2" / 4, May, Server, "the server may drop the STATUS of a listed mailbox on unexpected problems";
}
