//! The catalogue of RFC 2033: every normative keyword, in the RFC's own order.
//!
//! Ids and roles are as in [`rfc5321`](crate::rfc5321).
use anyrfc_core::requirements;

requirements! {
    /// Local Mail Transfer Protocol.
    RFC2033 = 2033, "Local Mail Transfer Protocol";

    // §1
    LMTP_IS_NOT_ON_PORT_25 = "1" / 1, MustNot, Both, "use LMTP on no TCP port 25";

    // §4.1
    LHLO_REPLACES_EHLO = "4.1" / h(1), Must, Client, "begin with LHLO, never with EHLO or HELO";
    EHLO_IS_NOT_ACCEPTED = "4.1" / 1, MustNot, Server, "the server must not accept HELO or EHLO";

    // §4.2
    DATA_WITHOUT_RECIPIENT_GETS_503 = "4.2" / 1, Must, Server, "the server must answer 503 to DATA when no recipient was accepted";
    ONE_REPLY_PER_RECIPIENT = "4.2" / h(1), Must, Client, "take one reply to the message for each recipient accepted, in their order";
    ACCEPTED_MAIL_IS_KEPT = "4.2" / 2, MustNot, Server, "the server must not lose a message that it has accepted";

    // §4.3
    ACCEPTED_CHUNKS_ARE_KEPT = "4.3" / 1, MustNot, Server, "the server must not lose a message that it has accepted by BDAT";
    ONE_REPLY_AFTER_THE_LAST_CHUNK = "4.3" / h(1), Must, Client, "take one reply for each recipient accepted after the last chunk, and one for other chunks";

    // §5
    OTHER_PORT_THAN_SMTP = "5" / 1, MustNot, Both, "use LMTP on no TCP service port 25";
    SERVER_HAS_PIPELINING = "5" / 2, Must, Server, "the server must offer PIPELINING and ENHANCEDSTATUSCODES";
    SERVER_HAS_8BITMIME = "5" / 3, Should, Server, "the server should offer 8BITMIME";
    QUICK_RELAYS_SPEAK_SMTP = "5" / 4, ShouldNot, Server, "the server should not speak LMTP when it can take responsibility quickly";
    NOT_OVER_WIDE_AREAS = "5" / 5, ShouldNot, Other, "keep LMTP to local networks, which is where it should stay";
    REPLIES_COME_AT_ONCE = "5" / 6, Should, Server, "the server should hold back no reply";
    SLOW_DELIVERY_FLUSHES = "5" / 7, Should, Server, "the server should flush its replies before a delivery that takes long";
    REPLIES_ARE_USED_AS_THEY_COME = "5" / 8, Should, Client, "use each reply as it comes";
    MISSING_REPLIES_ARE_TEMPORARY = "5" / 9, Must, Client, "on an early end keep the replies that came, and take the rest for temporary failures";
}
