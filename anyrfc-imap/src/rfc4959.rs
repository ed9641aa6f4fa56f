//! The catalogue of RFC 4959: every normative keyword, in the RFC's own order.
//!
//! Ids and roles are as in [`rfc9051`](crate::rfc9051), which has taken the initial response into the base protocol.
use anyrfc_core::requirements;

requirements! {
    /// IMAP Extension for Simple Authentication and Security Layer (SASL) Initial Client Response.
    RFC4959 = 4959, "IMAP Extension for Simple Authentication and Security Layer (SASL) Initial Client Response";

    // §3
    INITIAL_RESPONSE_IS_BASE64 = "3" / 1, Must, Client, "encode the initial response in base64";
    INITIAL_RESPONSE_IS_BARE = "3" / 2, Must, Client, "send the initial response neither quoted nor as a literal";
    EMPTY_INITIAL_RESPONSE_IS_EQUALS_SIGN = "3" / 3, Must, Client, "send an empty initial response as a single equals sign";
    BAD_INITIAL_RESPONSE_IS_AS_BAD_AS_ANY = "3" / 4, Must, Server, "the server must treat an undecodable initial response as any undecodable response";
    UNSUPPORTED_INITIAL_RESPONSE_GETS_BAD = "3" / 5, Must, Server, "the server must answer an initial response that the mechanism does not have by BAD";
    INITIAL_RESPONSE_MAY_BE_MISSING = "3" / 6, Must, Server, "the server must support clients that send no initial response";
    INITIAL_RESPONSE_NEEDS_THE_CAPABILITY = "3" / 7, MustNot, Client, "send no initial response unless SASL-IR is advertised";
    WITHOUT_SASL_IR_THE_CHALLENGE_IS_AWAITED = "3" / 8, Must, Client, "wait for the empty challenge where SASL-IR is not advertised";

    // §4
    AUTHENTICATE_WITHOUT_INITIAL_RESPONSE = "4" / 1, Must, Server, "the server must support AUTHENTICATE without an initial response";

    // §6
    OMITTED_INITIAL_RESPONSE_IS_AS_BEFORE = "6" / 1, Must, Server, "the server must treat a missing initial response as the base protocol does";
    LINE_LIMIT_ALLOWS_FOR_INITIAL_RESPONSES = "6" / 2, Must, Server, "the server must allow for initial responses where it limits lines";
    LARGEST_INITIAL_RESPONSE_IS_RECEIVED = "6" / 3, Must, Server, "the server must receive the largest initial response that its mechanisms know";
}
