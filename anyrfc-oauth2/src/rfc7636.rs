//! The catalogue of RFC 7636: every normative keyword, in the RFC's own order.
//!
//! Ids and roles are as in [`rfc6749`](crate::rfc6749).
use anyrfc_core::requirements;

requirements! {
    /// Proof Key for Code Exchange by OAuth Public Clients.
    RFC7636 = 7636, "Proof Key for Code Exchange by OAuth Public Clients";

    // §4.1
    VERIFIER_IS_FRESH = "4.1" / h(1), Must, Client, "make a new code verifier for each authorization request";
    VERIFIER_IS_43_TO_128_UNRESERVED = "4.1" / h(2), Must, Client, "make the verifier of 43 to 128 unreserved characters";
    VERIFIER_CANNOT_BE_GUESSED = "4.1" / 1, Should, Client, "give the verifier so much entropy that guessing it is hopeless";
    VERIFIER_IS_32_RANDOM_OCTETS = "4.1" / 2, Recommended, Client, "make the verifier of 32 octets from a good random number generator";

    // §4.2
    S256_IS_HASHED_AND_ENCODED = "4.2" / h(1), Must, Client, "derive an S256 challenge as the unpadded base64url of the verifier's SHA-256";
    S256_IS_USED_WHERE_POSSIBLE = "4.2" / 1, Must, Client, "use S256 whenever it can be computed";
    PLAIN_NEEDS_AN_EXCUSE = "4.2" / h(2), MustNot, Client, "use `plain` only when S256 cannot be had and the server is configured as one that takes it";

    // §4.3
    CODE_CHALLENGE_IS_SENT = "4.3" / 1, Required, Client, "send code_challenge in the authorization request";
    METHOD_MAY_BE_LEFT_OUT = "4.3" / 2, Optional, Client, "code_challenge_method may be left out, which means `plain`";

    // §4.4
    CHALLENGE_IS_TIED_TO_THE_CODE = "4.4" / 1, Must, Server, "the server must tie challenge and method to the code it issues";
    CHALLENGE_IS_NOT_EXPOSED = "4.4" / 2, MustNot, Server, "the server must not show the challenge in a form that others can read";

    // §4.4.1
    MISSING_CHALLENGE_IS_REFUSED = "4.4.1" / 1, Must, Server, "the server must answer invalid_request when it demands a challenge and got none";
    MISSING_CHALLENGE_IS_EXPLAINED = "4.4.1" / 2, Should, Server, "the server should explain that a challenge was missing";
    UNKNOWN_METHOD_IS_REFUSED = "4.4.1" / 3, Must, Server, "the server must answer invalid_request to a transformation it does not have";
    UNKNOWN_METHOD_IS_EXPLAINED = "4.4.1" / 4, Should, Server, "the server should explain that it does not have the transformation";

    // §4.5
    CODE_VERIFIER_IS_SENT = "4.5" / 1, Required, Client, "send code_verifier in the token request";
    METHOD_OF_THE_CODE_IS_USED = "4.5" / 2, Must, Server, "the server must verify with the method that was tied to the code";

    // §4.6
    EQUAL_VALUES_GO_ON = "4.6" / 1, Must, Server, "the server must go on as usual when verifier and challenge agree";
    UNEQUAL_VALUES_ARE_INVALID_GRANT = "4.6" / 2, Must, Server, "the server must answer invalid_grant when verifier and challenge differ";

    // §5
    OLD_CLIENTS_MAY_BE_TAKEN = "5" / 1, May, Server, "the server may accept clients without this extension";
    PKCE_IS_SENT_TO_EVERY_SERVER = "5" / 2, Should, Client, "send the parameters to every server, whether it knows the extension or not";

    // §6.2.1
    METHOD_NAMES_ARE_SHORT = "6.2.1" / 1, Recommended, Other, "whoever registers a method should give it a name of at most eight characters";

    // §7.1
    VERIFIER_HAS_256_BITS = "7.1" / 1, Should, Client, "give the verifier at least 256 bits of entropy";

    // §7.2
    NO_DOWNGRADE_TO_PLAIN = "7.2" / 1, MustNot, Client, "never fall back to `plain` once S256 was tried";
    PLAIN_IS_AVOIDED = "7.2" / 2, ShouldNot, Client, "keep off `plain`, which is there for old deployments";
    NEW_CODE_HAS_NO_PLAIN = "7.2" / 3, ShouldNot, Both, "leave `plain` out of a new implementation that is able to do S256";
    STRONG_METHOD_IS_USED = "7.2" / 4, Should, Client, "use S256 or an extension that is as strong";
    PLAIN_CHALLENGE_IN_CODE_IS_ENCRYPTED = "7.2" / 5, Must, Server, "the server must encrypt a `plain` challenge that it carries in the code, for its own eyes only";

    // §7.4
    THREAT_MODEL_IS_READ = "7.4" / 1, Should, Other, "readers should heed the threat model of RFC 6819";
}
