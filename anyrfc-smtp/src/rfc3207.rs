//! The catalogue of RFC 3207: every normative keyword, in the RFC's own order.
//!
//! Ids and roles are as in [`rfc5321`](crate::rfc5321).
use anyrfc_core::requirements;

requirements! {
    /// SMTP Service Extension for Secure SMTP over Transport Layer Security.
    RFC3207 = 3207, "SMTP Service Extension for Secure SMTP over Transport Layer Security";

    // §4
    PUBLIC_SERVER_DEMANDS_NO_TLS = "4" / 1, MustNot, Server, "the server must not demand TLS for local mail where it is publicly referenced";
    PRIVATE_SERVER_SAYS_530 = "4" / 2, Should, Server, "the server should refuse other commands with 530 where it demands TLS";
    REFUSAL_HAS_STATUS_5_7_0 = "4" / 3, Should, Server, "the server should give the refusal the enhanced status 5.7.0";
    HANDSHAKE_FOLLOWS_220 = "4" / 4, Must, Client, "begin the handshake after 220, with no command in between";
    UNABLE_TO_BEGIN_ABORTS = "4" / 5, Should, Client, "close the connection when the handshake cannot be begun";

    // §4.1
    SECURITY_IS_JUDGED_AT_ONCE = "4.1" / 1, Must, Both, "decide after the handshake whether what was achieved is enough";
    QUIT_WHEN_NOT_SECURE_ENOUGH = "4.1" / 2, Should, Client, "send QUIT when what was achieved is not enough";
    INSECURE_CLIENT_GETS_554 = "4.1" / 3, Should, Server, "the server should answer 554 to everything but QUIT when what was achieved is not enough";

    // §4.2
    SERVER_FORGETS_PLAINTEXT = "4.2" / 1, Must, Server, "the server must forget what the client said before TLS";
    CLIENT_FORGETS_PLAINTEXT = "4.2" / 2, Must, Client, "forget what the server said before TLS, its extensions too";
    EHLO_FOLLOWS_TLS = "4.2" / 3, Should, Client, "send EHLO first after the handshake";
    EXTENSIONS_MAY_CHANGE = "4.2" / 4, May, Server, "the server may list other extensions after the handshake";
    TLS_STATE_IS_KNOWN = "4.2" / 5, Must, Both, "know whether TLS is active";
    NO_TLS_WITHIN_TLS = "4.2" / 6, MustNot, Client, "send no STARTTLS while TLS is active";
    STARTTLS_IS_NOT_OFFERED_WITHIN_TLS = "4.2" / 7, MustNot, Server, "the server must not offer STARTTLS while TLS is active";

    // §6
    TLS_CAN_BE_REQUIRED = "6" / 1, Must, Both, "let the user require TLS of a suitable strength before mail is sent";
    TLS_WHEN_POSSIBLE = "6" / 2, Should, Both, "offer the choice of TLS where it can be had";
    TLS_MAY_BE_REMEMBERED = "6" / 3, May, Both, "a record of peers that spoke TLS may be kept";
    PLAINTEXT_IS_DISCARDED = "6" / 4, Must, Both, "discard all that was learnt before the handshake";
    EXTERNAL_MAY_FOLLOW = "6" / 5, May, Client, "EXTERNAL may be used to name an identity under TLS";
}
