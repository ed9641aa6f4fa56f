//! The catalogue of RFC 7677: every normative keyword, in the RFC's own order.
//!
//! Ids are as in [`rfc5802`](crate::rfc5802). The role says whom the statement binds: this client,
//! the server it talks to, both, or someone this crate never is (IANA, the author of another SCRAM mechanism).
use anyrfc_core::requirements;

requirements! {
    /// SCRAM-SHA-256 and SCRAM-SHA-256-PLUS.
    RFC7677 = 7677, "SCRAM-SHA-256 and SCRAM-SHA-256-PLUS Simple Authentication and Security Layer (SASL) Mechanisms";

    // §3
    ITERATION_COUNT_OF_4096 = "3" / 1, Should, Server, "the server should ask for 4096 iterations or more";

    // §4
    SESSION_HASH_FOR_PLUS = "4" / 1, Must, Both, "bind only to a TLS channel with the session hash extension";
    NO_RESUMPTION_WITHOUT_SESSION_HASH = "4" / 2, MustNot, Both, "bind to no resumed TLS session that lacks the session hash extension";
    HIGHER_ITERATION_COUNT = "4" / 3, Should, Server, "the server should choose 4096 iterations or more with care";

    // §5.1
    MECHANISMS_NEED_IETF_REVIEW = "5.1" / 1, Must, Other, "a new mechanism of the family must pass IETF review";
    REVIEWS_GO_TO_THE_LIST = "5.1" / 2, Must, Other, "a review must be asked for on the mailing list";
    NEW_MECHANISMS_ARE_REGISTERED = "5.1" / 3, Must, Other, "a new mechanism must be registered";

    // §5.2
    REGISTRATION_TELLS_MINIMUM = "5.2" / 1, Should, Other, "a registration tells the iteration count that servers should at least announce";
    FAMILY_NEEDS_IETF_REVIEW = "5.2" / 2, Must, Other, "a registration in the family must pass IETF review";
    FAMILY_REVIEWS_GO_TO_THE_LIST = "5.2" / 3, Must, Other, "a review for the family must be asked for on the mailing list";
    IANA_ASSIGNS_OID = "5.2" / 4, Should, Other, "IANA should assign a GSS-API identifier to a new mechanism";
    FAMILY_MECHANISMS_ARE_REGISTERED = "5.2" / 5, Must, Other, "a new mechanism of the family must be registered";
    FAMILY_MECHANISMS_FOLLOW_THE_NAMING = "5.2" / 6, Must, Other, "a new mechanism of the family must follow the naming convention";
}
