//! The catalogue of RFC 1870: every normative keyword, in the RFC's own order.
//!
//! Ids and roles are as in [`rfc5321`](crate::rfc5321).
use anyrfc_core::requirements;

requirements! {
    /// SMTP Service Extension for Message Size Declaration.
    RFC1870 = 1870, "SMTP Service Extension for Message Size Declaration";

    // §3
    LIMIT_IS_DECIMAL = "3" / h(1), Must, Server, "the server must name its limit in decimal digits, if at all";
    ZERO_IS_NO_LIMIT = "3" / h(2), Must, Client, "take a limit of zero for the absence of a fixed one";
    MISSING_LIMIT_TELLS_NOTHING = "3" / h(3), Must, Client, "conclude nothing about the limit when SIZE comes without a number";
    DECLARED_SIZE_HAS_20_DIGITS = "3" / h(4), Must, Client, "declare a size in one to twenty decimal digits";

    // §4
    SIZE_NEEDS_THE_KEYWORD = "4" / h(1), MustNot, Client, "declare a size only when SIZE is offered";
    OVERSIZE_IS_REFUSED = "4" / h(2), Must, Server, "the server must refuse a message above its limit with 552";
    DECLARED_SIZE_IS_TAKEN = "4" / h(3), Must, Server, "the server must take SIZE with MAIL when it offers it";
    SIZE_MAY_BE_DECLARED = "4" / h(4), May, Client, "the size of a message may be declared with MAIL";

    // §5
    SIZE_COUNTS_WHAT_IS_SENT = "5" / h(1), Must, Both, "count octets with each CRLF, but without the final dot and doubled dots";

    // §6
    DECLARED_SIZE_COVERS_THE_MESSAGE = "6" / h(1), Should, Client, "declare the size of header, body and line ends together";
    ONE_SIZE_PER_MAIL = "6" / h(2), MustNot, Client, "send SIZE at most once with MAIL";
    SIZE_MAY_BE_ESTIMATED = "6" / h(3), May, Client, "an estimate may be declared where counting is not feasible";
    ESTIMATE_IS_RATHER_TOO_LARGE = "6" / h(4), Should, Client, "let an estimate be rather too large than too small";
    SIZE_DOES_NOT_END_THE_DATA = "6" / 1, MustNot, Server, "the server must not tell the end of a message by its declared size";

    // §6.1
    DECLARED_SIZE_IS_COMPARED = "6.1" / h(1), Should, Server, "the server should compare the declared size with its limit";
    SHORTAGE_GETS_452 = "6.1" / h(2), Must, Server, "the server must answer 452 to a size for which it lacks room at present";
    SIZE_ABOVE_THE_LIMIT_GETS_552 = "6.1" / h(3), Must, Server, "the server must answer 552 to a declared size above its limit";
    LARGER_MESSAGE_MAY_BE_TAKEN = "6.1" / h(4), May, Server, "the server may take a message larger than declared";

    // §6.2
    SHORTAGE_IS_RESET = "6.2" / h(1), Should, Client, "send RSET or QUIT after 452 to MAIL";
    SHORTAGE_IS_TRIED_LATER = "6.2" / h(2), Should, Client, "treat 452 to MAIL as temporary, so that the message is tried later";
    OVERSIZE_IS_RESET = "6.2" / h(3), Should, Client, "send RSET or QUIT at once after 552 to MAIL";
    OVERSIZE_IS_UNDELIVERABLE = "6.2" / h(4), Should, Client, "treat 552 to MAIL as permanent, and let the sender know";
    LATER_REFUSAL_IS_HANDLED = "6.2" / h(5), Must, Client, "handle 452 and 552 to DATA and to the message even after 250 to MAIL";

    // §6.3
    AGREED_SIZE_IS_NOT_REFUSED = "6.3" / h(1), ShouldNot, Server, "the server should not answer 552 to a message of the size it agreed to";
    SIZE_MAY_BE_UNDERSTATED = "6.3" / h(2), May, Client, "less than the true size may be declared, at the risk of a refusal";
    UNDERSTATED_SIZE_MAY_BE_REFUSED = "6.3" / h(3), May, Server, "the server may refuse a message larger than declared after its transfer";

    // §6.4
    RECIPIENT_MAY_BE_REFUSED_FOR_SIZE = "6.4" / h(1), May, Server, "the server may answer 452 or 552 to RCPT for the declared size";
    RECIPIENT_MAY_BE_TRIED_LATER = "6.4" / h(2), May, Client, "a recipient refused with 452 may be tried later";
    OVERSIZE_RECIPIENT_IS_NOT_TRIED_AGAIN = "6.4" / h(3), MustNot, Client, "try no recipient again that was refused with 552";

    // §7
    LIMIT_MAY_BE_ALL_THAT_IS_USED = "7" / h(1), May, Client, "the limit may be compared without declaring any size";
    MINIMAL_SERVER_CHECKS_THE_LIMIT = "7" / h(2), Must, Server, "the server must answer 552 to a size above its limit even if it does no more";
    UNLIMITED_SERVER_CHECKS_ITS_ROOM = "7" / h(3), MustNot, Server, "the server must not accept a size unchecked when it names no limit";
    ROOM_IS_RESERVED = "7" / h(4), Should, Server, "the server should reserve room for the message if it can";
}
