//! The catalogue of RFC 4469: every normative keyword, in the RFC's own order, and its rules in lower case.
//!
//! Ids and roles are as in [`rfc9051`](crate::rfc9051), but the RFC writes most of its rules without keywords.
use anyrfc_core::requirements;

requirements! {
    /// Internet Message Access Protocol (IMAP) CATENATE Extension.
    RFC4469 = 4469, "Internet Message Access Protocol (IMAP) CATENATE Extension";

    // §2
    CATENATE_NEEDS_THE_CAPABILITY = "2" / h(1), MustNot, Client, "append by CATENATE only when it is advertised";

    // §3
    FLAGS_MAY_BE_OMITTED = "3" / 1, Optional, Client, "give APPEND flags or none";
    DATE_MAY_BE_OMITTED = "3" / 2, Optional, Client, "give APPEND a date or none";
    FAILURE_MAY_HAVE_A_CODE = "3" / 3, Optional, Server, "the server may give its NO the code BADURL or TOOBIG";
    SEVERAL_MESSAGES_NEED_MULTIAPPEND = "3" / h(1), MustNot, Client, "catenate several messages by one command only when MULTIAPPEND is advertised";
    CATENATE_HAS_A_PART = "3" / h(2), Must, Client, "give CATENATE at least one text or URL";
    PARTS_ARE_APPENDED_IN_ORDER = "3" / h(3), Must, Server, "the server must join the parts in the order of the command";
    URL_STANDS_FOR_ITS_OCTETS = "3" / h(4), Must, Server, "the server must insert what FETCH BODY would return for a URL";
    CATENATE_SETS_NO_SEEN = "3" / h(5), MustNot, Server, "the server must not set \\Seen on a message it has taken a part from";
    CATENATE_SELECTS_NOTHING = "3" / h(6), MustNot, Server, "the server must not change the selected mailbox";
    URL_IS_RELATIVE = "3" / h(7), Must, Client, "write relative URLs, without scheme and server";
    URL_NAMES_A_MESSAGE = "3" / h(8), Must, Client, "name a message or a part of one by each URL";
    URL_IS_RESOLVED_AGAINST_THE_SESSION = "3" / h(9), Must, Client, "write URLs relative to the session's user and server and to the selected mailbox";
    OTHER_URL_GETS_NO = "3" / h(10), Must, Server, "the server must answer NO to absolute URLs and to those of anything but messages and parts";
    CATENATED_MESSAGE_IS_WELL_FORMED = "3" / h(11), Must, Client, "make sure that the parts add up to a message in Internet or MIME format";
    PARTS_ARE_NOT_CONVERTED = "3" / h(12), MustNot, Server, "the server must not convert or check what it inserts";
    BOUNDARIES_ARE_WRITTEN = "3" / h(13), Must, Client, "write the MIME boundaries between the parts as text";
    PART_HEADERS_ARE_WRITTEN = "3" / h(14), Must, Client, "write Content-Type and Content-Transfer-Encoding lines that fit the inserted parts";
    CATENATE_GETS_APPENDUID = "3" / h(15), Must, Server, "the server must answer by APPENDUID when it supports UIDPLUS";

    // §4
    FAILURE_MAY_LACK_A_CODE = "4" / h(1), Must, Client, "accept a failed APPEND that carries no response code";

    // §4.1
    BAD_URL_GETS_BADURL = "4.1" / h(1), Must, Server, "the server must give BADURL when it cannot use one of the URLs";
    BADURL_NAMES_THE_FIRST = "4.1" / h(2), Must, Server, "the server must name in BADURL the first URL that has failed";

    // §4.2
    TOO_BIG_MESSAGE_GETS_TOOBIG = "4.2" / h(1), Must, Server, "the server must give TOOBIG when the result exceeds the limit of IMAP";
    TOO_BIG_MESSAGE_IS_GUARDED_AGAINST = "4.2" / h(2), Must, Server, "the server must withstand attempts to build a message above 4 GB";
    OWN_LIMIT_MAY_GET_TOOBIG = "4.2" / h(3), May, Server, "the server may give TOOBIG when the result exceeds its own limit";

    // §5
    TEXT_IS_A_LITERAL = "5" / h(1), MustNot, Client, "send a text only as a literal";
    BADURL_MAY_HOLD_ANY_TEXT = "5" / h(2), Must, Client, "read the URL of BADURL as any text up to the closing bracket";

    // §A
    REFUSAL_MAY_REPLACE_A_CONTINUATION = "A" / h(1), Must, Client, "accept a tagged NO in place of the continuation request for any text";
}
