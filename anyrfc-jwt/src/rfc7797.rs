//! The catalogue of RFC 7797: every normative keyword, in the RFC's own order.
//!
//! Ids and roles are as in [`rfc7515`](crate::rfc7515).
use anyrfc_core::requirements;

requirements! {
    /// JSON Web Signature (JWS) Unencoded Payload Option.
    RFC7797 = 7797, "JSON Web Signature (JWS) Unencoded Payload Option";

    // §3
    FALSE_MEANS_THE_RAW_PAYLOAD = "3" / h(1), Must, Both, "carry and sign the payload as it is when `b64` is false, and encoded otherwise";
    B64_IS_A_BOOLEAN = "3" / h(2), Must, Both, "read `b64` as a boolean that is true where it is absent";
    B64_IS_PROTECTED = "3" / 1, Must, Both, "protect the integrity of `b64`";
    B64_IS_IN_THE_PROTECTED_HEADER = "3" / 2, Must, Both, "put `b64` nowhere but into the protected header";
    B64_MAY_BE_LEFT_OUT = "3" / 3, Optional, Both, "the `b64` header parameter may be left out";
    SIGNATURES_SHARE_B64 = "3" / 4, Must, Both, "give all signatures of a JWS the same `b64`";

    // §5.1
    CODED_PAYLOAD_IS_SPECIFIED = "5.1" / 1, Must, Other, "an application with a content encoding says whether it is signed before or after";

    // §5.2
    COMPACT_PAYLOAD_HAS_NO_PERIOD = "5.2" / 1, MustNot, Both, "put no raw payload with a period into a compact JWS";
    URL_SAFE_PAYLOAD_IS_SEEN_TO = "5.2" / 2, Must, Other, "an application that needs URL-safe text keeps other characters out of a raw payload";
    COMPACT_PAYLOAD_MAY_BE_PRINTABLE = "5.2" / 3, May, Both, "a raw payload in a compact JWS may hold space and printable ASCII but the period";

    // §5.3
    JSON_PAYLOAD_IS_UTF_8 = "5.3" / h(1), Must, Both, "put a raw payload into a JWS in JSON only if it is UTF-8 that a JSON string can hold";
    JSON_PAYLOAD_IS_UNESCAPED_FIRST = "5.3" / h(2), Must, Both, "take as payload the UTF-8 of the string once its escapes are resolved";
    UNASSIGNED_CODE_POINTS_STAY_OUT = "5.3" / 1, MustNot, Both, "put no unassigned code point of Unicode into a raw payload in JSON";

    // §6
    CRIT_LISTS_B64 = "6" / 1, Must, Both, "list `b64` in `crit` whenever it is used";

    // §7
    B64_DOES_NOT_VARY = "7" / 1, NotRecommended, Other, "an application does not vary `b64` from payload to payload";
    TRUE_IS_LEFT_OUT = "7" / 2, Recommended, Both, "leave `b64` out rather than say that it is true";
    JWT_IS_ALWAYS_ENCODED = "7" / 3, MustNot, Both, "make and accept no JWT whose `b64` is false";
}
