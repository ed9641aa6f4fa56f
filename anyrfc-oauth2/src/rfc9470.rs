//! The catalogue of RFC 9470: what binds the client, entered by hand, in the RFC's own order.
//!
//! Ids and roles are as in [`rfc6749`](crate::rfc6749).
use anyrfc_core::requirements;

requirements! {
    /// OAuth 2.0 Step Up Authentication Challenge Protocol.
    RFC9470 = 9470, "OAuth 2.0 Step Up Authentication Challenge Protocol";

    // §2
    OLD_TOKEN_MAY_BE_KEPT = "2" / h(1), May, Client, "a weaker token may be kept beside the new one, for requests that it suffices for";
    TOKEN_IS_NOT_INSPECTED = "2" / h(2), MustNot, Client, "look into no access token to learn about its authentication";

    // §3
    MAX_AGE_IS_NOT_NEGATIVE = "3" / h(1), Must, Server, "the server must state max_age as a whole number of seconds, zero or more, quoted or not";
    CHALLENGE_MAY_NAME_BOTH = "3" / h(2), May, Server, "the server may put acr_values and max_age into the same challenge";
    CHALLENGE_MAY_NAME_SCOPE = "3" / h(3), May, Server, "the server may add the scope that is missing to the challenge";

    // §4
    CHALLENGE_IS_PARSED = "4" / h(1), Should, Client, "read acr_values and max_age from a challenge of insufficient_user_authentication";
    REQUIREMENTS_ARE_PASSED_ON = "4" / h(2), Should, Client, "pass acr_values and max_age of the challenge on in an authorization request";
    REQUIREMENTS_MAY_BE_LEFT_OUT = "4" / h(3), Optional, Client, "acr_values and max_age may be left out of an authorization request";

    // §5
    UNMET_REQUIREMENTS_ARE_AN_ERROR = "5" / h(1), Should, Server, "the server should answer unmet_authentication_requirements when it cannot reach the acr";

    // §6.2
    INTROSPECTION_MAY_TELL_THE_EVENT = "6.2" / h(1), May, Server, "the server may report acr and auth_time in an introspection response";

    // §7
    METADATA_MAY_LIST_ACR_VALUES = "7" / h(1), May, Server, "the server may list acr_values_supported, which promises to honour max_age as well";

    // §9
    HOSTILE_CHALLENGES_ARE_EXPECTED = "9" / h(1), Should, Client, "reckon with a malicious resource that prompts the user by its challenges";
}
