//! The catalogue of RFC 4468: every normative keyword, in the RFC's own order.
//!
//! Ids and roles are as in [`rfc5321`](crate::rfc5321).
use anyrfc_core::requirements;

requirements! {
    /// Message Submission BURL Extension.
    RFC4468 = 4468, "Message Submission BURL Extension";

    // §1
    BURL_MAY_JOIN_CHUNKS = "1" / 1, May, Client, "BURL may be used together with BDAT";

    // §3.1
    BURL_IS_NOT_FOR_RELAYS = "3.1" / 1, MustNot, Server, "the server must not offer BURL as a relay on port 25";
    IMAP_URLS_NEED_THE_ARGUMENT = "3.1" / 2, Must, Server, "the server must name imap in the keyword for IMAP URLs to be used";
    BURL_NEEDS_THE_KEYWORD = "3.1" / h(1), MustNot, Client, "send BURL only when it is offered with the argument imap";
    OTHER_ARGUMENTS_ARE_IGNORED = "3.1" / 3, Must, Client, "ignore other arguments of the keyword";

    // §3.2
    BURL_MAY_BE_PIPELINED = "3.2" / 1, May, Client, "the whole transaction may go in one round trip under PIPELINING";
    BURL_AND_BDAT_MAY_MIX = "3.2" / 2, May, Client, "BURL and BDAT may make up one message under CHUNKING";
    LAST_IS_AWAITED = "3.2" / 3, Must, Client, "await the answer to the last BURL or BDAT before the next transaction";

    // §3.3
    TRUST_MAY_BE_SHOWN = "3.3" / 1, May, Server, "the server may show by an argument which IMAP server it trusts";
    CREDENTIALS_ARE_CONFIGURABLE = "3.3" / 2, Must, Server, "the server must let its credentials be configured";
    SUBMIT_URL_MATCHES_THE_USER = "3.3" / 3, Must, Server, "the server must refuse a URL for another submitter";
    CREDENTIALS_STAY_IN_THE_DOMAIN = "3.3" / 4, Should, Server, "the server should forward credentials only within its own administrative domain";
    PLAIN_UNDER_STARTTLS = "3.3" / 5, Must, Server, "the server must be able to use PLAIN under STARTTLS at the IMAP server";

    // §4
    BURL_WITH_8BITMIME = "4" / 1, Must, Server, "the server must offer 8BITMIME with BURL, and convert for servers without it";
    BINARY_URL_MAY_BE_REFUSED = "4" / 2, May, Server, "the server may refuse a URL of binary data";
    RAW_HEADERS_MAY_BE_REFUSED = "4" / 3, May, Server, "the server may refuse header fields with raw octets";
    RAW_HEADERS_MAY_BE_CONVERTED = "4" / 4, May, Server, "the server may convert header fields with raw octets";

    // §6
    ANY_REPLY_CODE_IS_TOLERATED = "6" / 1, Must, Client, "accept any valid reply code";

    // §8
    URL_IS_FETCHED_CONFIDENTIALLY = "8" / 1, Should, Server, "the server should fetch a confidential URL under STARTTLS or the like";
}
