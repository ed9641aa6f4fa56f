//! The catalogue of RFC 8725: every normative keyword, in the RFC's own order.
//!
//! Ids and roles are as in [`rfc7515`](crate::rfc7515).
use anyrfc_core::requirements;

requirements! {
    /// JSON Web Token Best Current Practices.
    RFC8725 = 8725, "JSON Web Token Best Current Practices";

    // §2.8
    KINDS_OF_JWT_ARE_NOT_CONFUSED = "2.8" / 1, Must, Both, "tell kinds of JWT apart by type, issuer and audience, so that none passes for another";

    // §3.1
    CALLER_NAMES_THE_ALGORITHMS = "3.1" / 1, Must, Both, "let the caller say which algorithms are allowed";
    NO_OTHER_ALGORITHM_IS_USED = "3.1" / 2, MustNot, Both, "use no algorithm that the caller has not allowed";
    HEADER_NAMES_THE_ALGORITHM_USED = "3.1" / 3, Must, Both, "apply exactly the algorithm that `alg` or `enc` names, or refuse";
    KEY_HAS_ONE_ALGORITHM = "3.1" / 4, Must, Both, "bind each key to a single algorithm";
    ALGORITHM_OF_THE_KEY_IS_CHECKED = "3.1" / 5, Must, Both, "check a key's algorithm whenever it signs, verifies, encrypts or decrypts";

    // §3.2
    UNWANTED_ALGORITHM_IS_INVALID = "3.2" / 1, Should, Both, "take a JWS for invalid when the application does not want its algorithm";
    ALGORITHMS_ARE_CURRENT = "3.2" / 2, Must, Other, "an application is to allow only algorithms that are still strong enough for it";
    ALGORITHMS_CAN_BE_EXCHANGED = "3.2" / 3, Must, Other, "an application is to be built so that its algorithms can change";
    NONE_IS_MADE_ONLY_ON_REQUEST = "3.2" / 4, ShouldNot, Both, "make no JWT under `none` that was not asked for by name";
    NONE_IS_READ_ONLY_ON_REQUEST = "3.2" / 5, ShouldNot, Both, "accept no JWT under `none` where the caller has not asked for it";
    ALGORITHM_ADVICE_IS_FOLLOWED = "3.2" / 6, Should, Other, "an application is to avoid RSA1_5 and weak ECDSA nonces";
    ECDSA_IS_DETERMINISTIC = "3.2" / 7, Should, Both, "derive the nonce of an ECDSA signature by RFC 6979";

    // §3.3
    EVERY_OPERATION_IS_VALIDATED = "3.3" / 1, Must, Both, "validate each signature, MAC and decryption that a JWT has";
    ONE_FAILURE_REFUSES_ALL = "3.3" / 2, Must, Both, "refuse the whole JWT when one of them fails";
    INNER_AND_OUTER_ARE_VALIDATED = "3.3" / 3, Must, Both, "validate a nested JWT within and without, by the caller's keys and algorithms";

    // §3.4
    INVALID_CURVE_POINTS_ARE_REFUSED = "3.4" / h(1), Must, Both, "refuse a point that is not on its curve, here or in the library underneath";
    EPK_FITS_THE_RECIPIENTS_CURVE = "3.4" / h(2), Should, Both, "refuse an `epk` that is not on the recipient's own curve";
    NIST_POINTS_ARE_VALIDATED = "3.4" / 1, Must, Both, "validate points on P-256, P-384 and P-521 as SP 800-56A says";

    // §3.5
    KEYS_HAVE_ENTROPY = "3.5" / 1, Must, Both, "draw random keys and values from a strong source, and follow the advice on passwords";
    PASSWORD_IS_NO_MAC_KEY = "3.5" / 2, MustNot, Both, "turn no password into a MAC key as it stands";

    // §3.6
    NOTHING_IS_COMPRESSED = "3.6" / 1, ShouldNot, Both, "encrypt without compressing first";

    // §3.7
    JSON_IS_UTF8 = "3.7" / 1, Must, Both, "write headers and claims in UTF-8, and refuse any other encoding";

    // §3.8
    KEY_BELONGS_TO_THE_ISSUER = "3.8" / 1, Must, Both, "check that the key which verified a JWT is one of the keys of its `iss`";
    FOREIGN_KEY_IS_REFUSED = "3.8" / 2, Must, Both, "refuse a JWT whose key is not its issuer's";
    SUBJECT_IS_KNOWN = "3.8" / 3, Must, Other, "an application is to check that it knows the subject, under that issuer";
    WRONG_ISSUER_OR_SUBJECT_IS_REFUSED = "3.8" / 4, Must, Both, "refuse a JWT whose issuer or subject is not one that the application accepts";

    // §3.9
    SHARED_ISSUER_NAMES_THE_AUDIENCE = "3.9" / 1, Must, Other, "an issuer that serves several parties is to put `aud` into its JWTs";
    AUDIENCE_IS_VALIDATED = "3.9" / 2, Must, Both, "compare `aud` with the recipient's own name";
    ABSENT_OR_FOREIGN_AUDIENCE_IS_REFUSED = "3.9" / 3, Must, Both, "refuse a JWT without the wanted audience, or without any";

    // §3.10
    KEY_URLS_ARE_NOT_FOLLOWED_BLINDLY = "3.10" / 1, Should, Both, "fetch nothing from a `jku` or `x5u` that is not allowed, and send no cookies there";

    // §3.11
    TYP_HAS_NO_APPLICATION_PREFIX = "3.11" / 1, Recommended, Both, "write `typ` without `application/` in front";
    SET_IS_TYPED_SECEVENT_JWT = "3.11" / 2, Should, Other, "an issuer of security event tokens is to type them secevent+jwt";
    TYPE_ENDS_IN_JWT = "3.11" / 3, Recommended, Other, "whoever defines a kind of JWT is to name its type with +jwt at the end";
    INNER_JWT_BEARS_THE_TYPE = "3.11" / 4, Must, Both, "put the explicit type of a nested JWT into the inner header";
    NEW_KINDS_ARE_TYPED = "3.11" / 5, Recommended, Other, "whoever defines a new kind of JWT is to type it explicitly";

    // §3.12
    RULES_EXCLUDE_EACH_OTHER = "3.12" / 1, Must, Other, "whoever defines kinds of JWT is to make each one's rules refuse the others";
    NEW_APPLICATIONS_USE_TYPES = "3.12" / 2, Recommended, Other, "a new application of JWTs is to tell them apart by explicit types";
}
