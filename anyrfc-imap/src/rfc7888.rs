//! The catalogue of RFC 7888: every normative keyword, in the RFC's own order.
//!
//! Ids and roles are as in [`rfc9051`](crate::rfc9051).
use anyrfc_core::requirements;

requirements! {
    /// IMAP4 Non-synchronizing Literals.
    RFC7888 = 7888, "IMAP4 Non-synchronizing Literals";

    // §3
    SERVER_LITERALS_HAVE_NO_PLUS = "3" / 1, MustNot, Server, "the server must not send non-synchronizing literals";
    NON_SYNCHRONIZING_LITERAL_NEEDS_THE_CAPABILITY = "3" / h(1), MustNot, Client, "send only synchronizing literals unless LITERAL+ or LITERAL- is advertised";
    NON_SYNCHRONIZING_LITERAL_GETS_NO_CONTINUATION = "3" / h(2), MustNot, Server, "the server must not request a continuation for a non-synchronizing literal";
    LINE_END_IS_CHECKED_FOR_A_LITERAL = "3" / 2, Must, Server, "the server must look for a non-synchronizing literal at the end of every line";
    LITERAL_BELONGS_TO_ITS_COMMAND = "3" / 3, Must, Server, "the server must take the octets of the literal and the line after it as part of the command";
    COMMANDS_MAY_BE_REJECTED_BY_LINE = "3" / 4, May, Server, "the server may reject a command line by line as long as it checks for literals";

    // §5
    LITERAL_MINUS_IS_SMALL = "5" / 1, MustNot, Client, "send no non-synchronizing literal of more than 4,096 octets under LITERAL-";
    LARGE_LITERAL_SYNCHRONIZES_UNDER_LITERAL_MINUS = "5" / 2, Must, Client, "send a literal of more than 4,096 octets as a synchronizing one under LITERAL-";
    TOO_LARGE_APPEND_GETS_TOOBIG = "5" / 3, Must, Server, "the server must give the BAD to a too large APPEND the code TOOBIG";
    TOO_LARGE_LITERAL_GETS_BYE_WITH_TOOBIG = "5" / 4, Should, Server, "the server should give a BYE for a too large literal the code TOOBIG";
    LITERAL_PLUS_AND_MINUS_EXCLUDE_EACH_OTHER = "5" / 5, MustNot, Server, "the server must not advertise both LITERAL+ and LITERAL-";
}
