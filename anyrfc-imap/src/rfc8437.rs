//! The catalogue of RFC 8437: every normative keyword, in the RFC's own order.
//!
//! Ids and roles are as in [`rfc9051`](crate::rfc9051).
use anyrfc_core::requirements;

requirements! {
    /// IMAP UNAUTHENTICATE Extension for Connection Reuse.
    RFC8437 = 8437, "IMAP UNAUTHENTICATE Extension for Connection Reuse";

    // §3
    UNAUTHENTICATE_NEEDS_THE_CAPABILITY = "3" / h(1), MustNot, Client, "send UNAUTHENTICATE only when it is advertised";
    UNAUTHENTICATE_NEEDS_AUTHENTICATION = "3" / h(2), MustNot, Client, "send UNAUTHENTICATE only in the authenticated or selected state";
    UNAUTHENTICATE_LEAVES_THE_MAILBOX = "3" / h(3), Must, Client, "return to the not authenticated state, with no mailbox selected, after OK";
    SERVER_SECURITY_LAYER_ENDS_AFTER_OK = "3" / h(4), Must, Server, "the server must end its SASL layer right after the line of its OK";
    CLIENT_SECURITY_LAYER_ENDS_AFTER_THE_COMMAND = "3" / h(5), Must, Client, "end the outgoing SASL layer right after the line of UNAUTHENTICATE";
    UNAUTHENTICATE_GETS_NO_NO = "3" / h(6), MustNot, Server, "the server must not answer NO to UNAUTHENTICATE";
    NOTHING_IS_PIPELINED_UNDER_A_LAYER = "3" / h(7), MustNot, Client, "pipeline AUTHENTICATE behind UNAUTHENTICATE only without a SASL layer";
    UNAUTHENTICATE_MAY_GET_BYE = "3" / 1, May, Server, "the server may close the connection by BYE when it cannot reset its state";
    UNAUTHENTICATE_MAY_BE_ADVERTISED_LATE = "3" / 2, May, Server, "the server may advertise UNAUTHENTICATE after authentication only";
    CAPABILITIES_ARE_ASKED_AFTER_AUTHENTICATION = "3" / h(8), Should, Client, "ask for capabilities after authentication to find UNAUTHENTICATE";

    // §4.1
    EXTENSIONS_ARE_RESET = "4.1" / 1, Must, Both, "forget the state of every extension but STARTTLS and ID";
    CACHED_IDENTITY_IS_RESET = "4.1" / 2, Must, Server, "the server must forget cached identities used for access control";
    CONDSTORE_IS_RESET = "4.1" / 3, Must, Server, "the server must behave as though CONDSTORE had never been enabled";
    SERVER_COMPRESSION_ENDS_AFTER_OK = "4.1" / h(1), Must, Server, "the server must end its compression right after the line of its OK";
    CLIENT_COMPRESSION_ENDS_AFTER_THE_COMMAND = "4.1" / h(2), Must, Client, "end the outgoing compression right after the line of UNAUTHENTICATE";
    COMPRESSION_ENDS_BEFORE_SASL = "4.1" / h(3), Must, Both, "end the compression before the SASL layer";
    ENABLED_EXTENSIONS_ARE_RESET = "4.1" / h(4), Must, Both, "take no extension as enabled after UNAUTHENTICATE";
    SAVED_SEARCH_RESULT_IS_RESET = "4.1" / h(5), Must, Both, "take the saved search result as empty after UNAUTHENTICATE";
    LANGUAGE_IS_RESET = "4.1" / h(6), Must, Server, "the server must return to the language i-default";
    CONTEXTS_ARE_RESET = "4.1" / h(7), Must, Both, "take every search context as cancelled after UNAUTHENTICATE";
    NOTIFY_IS_RESET = "4.1" / h(8), Must, Both, "take NOTIFY as never sent after UNAUTHENTICATE";

    // §8
    UNAUTHENTICATE_CAN_BE_DISABLED = "8" / 1, Must, Server, "the server must have a way to disable UNAUTHENTICATE";
}
