//! The catalogue of RFC 2177: every normative keyword, in the RFC's own order.
//!
//! Ids and roles are as in [`rfc9051`](crate::rfc9051), which has taken IDLE into the base protocol.
use anyrfc_core::requirements;

requirements! {
    /// IMAP4 IDLE command.
    RFC2177 = 2177, "IMAP4 IDLE command";

    // §3
    IDLE_NEEDS_THE_CAPABILITY = "3" / 1, MustNot, Client, "use IDLE only when it is advertised, else poll";
    UNSOLICITED_RESPONSES_OUTSIDE_IDLE = "3" / 2, Must, Client, "accept unsolicited responses to every command, IDLE or not";
    DONE_WAITS_FOR_THE_CONTINUATION = "3" / h(1), Must, Client, "end IDLE by DONE once the server has sent its continuation request";
    QUEUED_RESPONSES_MAY_FOLLOW_DONE = "3" / 3, May, Server, "the server may send waiting responses after DONE";
    DONE_IS_ANSWERED_AT_ONCE = "3" / 4, Must, Server, "the server must complete IDLE immediately after DONE";
    NO_COMMAND_BEFORE_DONE = "3" / 5, MustNot, Client, "send no command before the DONE that ends IDLE";
    IDLING_MAY_COUNT_AS_INACTIVE = "3" / 6, May, Server, "the server may count an idling client as inactive";
    IDLING_CLIENT_MAY_BE_LOGGED_OFF = "3" / 7, May, Server, "the server may log off an idling client when its timeout ends";
    IDLE_IS_RENEWED = "3" / h(2), Should, Client, "end IDLE and begin it anew at least every 29 minutes";
}
