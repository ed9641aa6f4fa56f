//! The catalogue of RFC 2034: every normative keyword, in the RFC's own order.
//!
//! Ids and roles are as in [`rfc5321`](crate::rfc5321).
use anyrfc_core::requirements;

requirements! {
    /// SMTP Service Extension for Returning Enhanced Error Codes.
    RFC2034 = 2034, "SMTP Service Extension for Returning Enhanced Error Codes";

    // §3
    KEYWORD_HAS_NO_PARAMETER = "3" / h(1), MustNot, Server, "the server must not give the keyword a parameter";
    SPACE_FOLLOWS_THE_CODE = "3" / h(2), Must, Server, "the server must put at least one space behind a status code";
    SPACES_BEHIND_THE_CODE_ARE_SKIPPED = "3" / h(3), Must, Client, "skip one space or more between a status code and the text";

    // §4
    REPLIES_BEGIN_WITH_A_CODE = "4" / h(1), Must, Server, "the server must begin the text of 2xx, 4xx and 5xx replies with a status code";
    CODE_HAS_THE_FORM = "4" / h(2), Must, Both, "hold to a class of 2, 4 or 5, then subject and detail of up to three digits";
    GREETING_HAS_NO_CODE = "4" / h(3), MustNot, Client, "look for no code in the greeting or in replies to HELO and EHLO";
    INTERMEDIATE_REPLY_HAS_NO_CODE = "4" / h(4), MustNot, Client, "look for no code in 3xx replies";
    CLASS_AGREES_WITH_THE_REPLY = "4" / h(5), Must, Server, "the server must let the class of a code agree with the reply's first digit";
    EVERY_LINE_HAS_THE_CODE = "4" / h(6), Must, Server, "the server must begin each line of a long reply with the same code";
    CODE_LEAVES_EVERY_LINE = "4" / h(7), Must, Client, "take the code off the text of each line of a long reply";
    CODES_COME_AFTER_HELO_TOO = "4" / h(8), Must, Server, "the server must send codes whether or not the client said EHLO";

    // §5
    CODES_COME_UNASKED = "5" / h(1), Must, Client, "accept codes that were never asked for";
    THIS_IS_NO_PRECEDENT = "5" / 1, MustNot, Other, "whoever defines an extension must not change the dialogue unasked";
}
