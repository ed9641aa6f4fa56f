//! The catalogue of RFC 6152: every normative keyword, in the RFC's own order.
//!
//! Ids and roles are as in [`rfc5321`](crate::rfc5321).
use anyrfc_core::requirements;

requirements! {
    /// SMTP Service Extension for 8-bit MIME Transport.
    RFC6152 = 6152, "SMTP Service Extension for 8-bit MIME Transport";

    // §2
    KEYWORD_HAS_NO_PARAMETER = "2" / h(1), MustNot, Server, "the server must not give the keyword a parameter";
    BODY_IS_7BIT_OR_8BITMIME = "2" / h(2), Must, Client, "give BODY the value 7BIT or 8BITMIME";

    // §3
    BODY_NEEDS_THE_KEYWORD = "3" / h(1), MustNot, Client, "send BODY only when 8BITMIME is offered";
    OFFER_MEANS_ACCEPTANCE = "3" / h(2), Must, Server, "the server must accept BODY and 8-bit messages when it offers 8BITMIME";
    EIGHT_BIT_IS_DECLARED = "3" / h(3), Must, Client, "say BODY=8BITMIME with MAIL for a message with 8-bit octets";
    ONE_BODY_PER_MAIL = "3" / h(4), MustNot, Client, "send BODY at most once with MAIL";
    SEVEN_BIT_MEANS_SEVEN_BIT = "3" / h(5), Must, Client, "say BODY=7BIT only for a message wholly in 7 bits";
    OCTETS_ARE_PRESERVED = "3" / h(6), Shall, Server, "the server must keep all bits of each octet sent by DATA";
    DOTS_ARE_STUFFED = "3" / h(7), Must, Client, "double a dot that begins a line of an 8-bit message too";
    LAST_CRLF_IS_CONTENT = "3" / h(8), Must, Both, "count the CRLF ahead of the final dot as part of the message";
    LINES_HAVE_1000_OCTETS = "3" / h(9), Must, Client, "keep each line within 1000 octets with its CRLF";
    BINARY_IS_NOT_COVERED = "3" / h(10), MustNot, Client, "send no binary transfer encoding by this extension";
    EIGHT_BITS_ARE_PASSED_ON = "3" / h(11), Must, Server, "the server must deliver or relay an accepted 8-bit message with all its bits";
    NO_EIGHT_BIT_WITHOUT_8BITMIME = "3" / h(12), MustNot, Client, "send nothing beyond US-ASCII where 8BITMIME is not offered";
    CONVERSION_MAY_HELP = "3" / h(13), May, Client, "a message may be converted to 7-bit MIME there";
    BARRIER_MAY_BE_PERMANENT = "3" / h(14), May, Client, "the barrier may be treated as a permanent error instead";
    CONVERSION_LOSES_NOTHING = "3" / h(15), Must, Client, "a conversion must lose nothing";
    CONVERSION_ENCODES = "3" / h(16), Must, Client, "a conversion must use transfer encodings where they are needed";
    CONVERSION_IS_7BIT_MIME = "3" / h(17), Must, Client, "the outcome of a conversion must be valid 7-bit MIME";
}
