//! The catalogue of RFC 7517: every normative keyword, in the RFC's own order.
//!
//! Ids and roles are as in [`rfc7515`](crate::rfc7515).
use anyrfc_core::requirements;

requirements! {
    /// JSON Web Key (JWK).
    RFC7517 = 7517, "JSON Web Key (JWK)";

    // §2
    JWK_SET_IS_AN_OBJECT_WITH_KEYS = "2" / 1, Must, Both, "take for a JWK Set an object that has `keys` with an array of JWKs";

    // §4
    JWK_MAY_HAVE_WHITESPACE = "4" / 1, May, Both, "white space and line breaks may stand between the tokens of a JWK";
    JWK_NAMES_ARE_UNIQUE = "4" / 2, Must, Both, "write no member twice into a JWK";
    DUPLICATE_JWK_NAMES_ARE_HANDLED = "4" / 3, Must, Both, "reject a JWK that has a member twice, or take the last of the two as ECMAScript does";
    UNKNOWN_JWK_MEMBERS_ARE_IGNORED = "4" / 4, Must, Both, "ignore members of a JWK that are not understood";

    // §4.1
    KTY_IS_PRESENT = "4.1" / 1, Must, Both, "put `kty` into every JWK and reject a JWK without it";

    // §4.2
    OTHER_USES_MAY_BE_NAMED = "4.2" / 1, May, Both, "`use` may have other values than sig and enc";
    USE_MAY_BE_LEFT_OUT = "4.2" / 2, Optional, Both, "the `use` member may be left out unless the application wants it";

    // §4.3
    OTHER_OPERATIONS_MAY_BE_NAMED = "4.3" / 1, May, Both, "`key_ops` may list other operations than the eight defined ones";
    OPERATIONS_ARE_UNIQUE = "4.3" / 2, MustNot, Both, "list no operation twice in `key_ops`";
    KEY_OPS_MAY_BE_LEFT_OUT = "4.3" / 3, Optional, Both, "the `key_ops` member may be left out unless the application wants it";
    UNRELATED_OPERATIONS_ARE_NOT_MIXED = "4.3" / 4, ShouldNot, Both, "give a key no operations that are not related";
    OPERATIONS_COME_IN_THE_THREE_PAIRS = "4.3" / 5, ShouldNot, Both, "combine an operation with nothing but its counterpart";
    USE_AND_KEY_OPS_EXCLUDE_EACH_OTHER = "4.3" / 6, ShouldNot, Both, "write `use` or `key_ops`, but not both";
    USE_AND_KEY_OPS_AGREE = "4.3" / 7, Must, Both, "let `use` and `key_ops` agree where a key has both";

    // §4.4
    ALG_MAY_BE_LEFT_OUT = "4.4" / 1, Optional, Both, "the `alg` member may be left out";

    // §4.5
    KIDS_OF_A_SET_DIFFER = "4.5" / 1, Should, Both, "give the keys of a set different `kid` values";
    KID_IS_CASE_SENSITIVE = "4.5" / h(1), Must, Both, "compare `kid` with regard to case";
    KID_MAY_BE_LEFT_OUT = "4.5" / 2, Optional, Both, "the `kid` member may be left out";

    // §4.6
    X5U_LEADS_TO_PEM = "4.6" / 1, Must, Both, "let `x5u` refer to certificates by RFC 5280, each of them delimited in PEM";
    X5U_KEY_IS_THE_JWK_KEY = "4.6" / 2, Must, Both, "let the first certificate behind `x5u` hold the very key of the JWK";
    X5U_IS_FETCHED_WITH_INTEGRITY = "4.6" / 3, Must, Both, "fetch what `x5u` names only by a protocol that protects integrity";
    X5U_IS_FETCHED_OVER_TLS = "4.6" / 4, Must, Both, "use TLS for an HTTP GET of certificates";
    X5U_SERVER_IS_VALIDATED = "4.6" / 5, Must, Both, "validate the identity of the server that certificates are fetched from";
    X5U_MAY_BE_LEFT_OUT = "4.6" / 6, Optional, Both, "the `x5u` member may be left out";
    X5U_AGREES_WITH_THE_MEMBERS = "4.6" / 7, Must, Both, "let the other members agree with the first certificate behind `x5u`";
    USE_AGREES_WITH_THE_CERTIFICATE = "4.6" / 8, Must, Both, "let `use` agree with the usage the certificate tells, if it tells one";
    ALG_AGREES_WITH_THE_CERTIFICATE = "4.6" / 9, Must, Both, "let `alg` agree with the algorithm the certificate names";

    // §4.7
    X5C_IS_PLAIN_BASE64 = "4.7" / h(1), Must, Both, "encode the certificates of `x5c` in base64 with the common alphabet, not in base64url";
    X5C_BEGINS_WITH_THE_KEYS_CERT = "4.7" / 1, Must, Both, "put the certificate of the key first in `x5c`";
    X5C_MAY_HOLD_A_CHAIN = "4.7" / 2, May, Both, "certificates that each certify the one before may follow in `x5c`";
    X5C_KEY_IS_THE_JWK_KEY = "4.7" / 3, Must, Both, "let the first certificate of `x5c` hold the very key of the JWK";
    X5C_MAY_BE_LEFT_OUT = "4.7" / 4, Optional, Both, "the `x5c` member may be left out";
    X5C_MAY_STAND_BESIDE_OTHERS = "4.7" / 5, May, Both, "members that tell usage or algorithm may stand beside `x5c`";
    X5C_AGREES_WITH_THE_MEMBERS = "4.7" / 6, Must, Both, "let the other members agree with the first certificate of `x5c`";

    // §4.8
    X5T_KEY_IS_THE_JWK_KEY = "4.8" / 1, Must, Both, "let the certificate of `x5t` hold the very key of the JWK";
    X5T_MAY_BE_LEFT_OUT = "4.8" / 2, Optional, Both, "the `x5t` member may be left out";
    X5T_MAY_STAND_BESIDE_OTHERS = "4.8" / 3, May, Both, "members that tell usage or algorithm may stand beside `x5t`";
    X5T_AGREES_WITH_THE_MEMBERS = "4.8" / 4, Must, Both, "let the other members agree with the certificate of `x5t`";

    // §4.9
    X5T_S256_KEY_IS_THE_JWK_KEY = "4.9" / 1, Must, Both, "let the certificate of `x5t#S256` hold the very key of the JWK";
    X5T_S256_MAY_BE_LEFT_OUT = "4.9" / 2, Optional, Both, "the `x5t#S256` member may be left out";
    X5T_S256_MAY_STAND_BESIDE_OTHERS = "4.9" / 3, May, Both, "members that tell usage or algorithm may stand beside `x5t#S256`";
    X5T_S256_AGREES_WITH_THE_MEMBERS = "4.9" / 4, Must, Both, "let the other members agree with the certificate of `x5t#S256`";

    // §5
    KEYS_IS_PRESENT = "5" / 1, Must, Both, "put the array `keys` into every JWK Set and reject a set without it";
    JWK_SET_MAY_HAVE_WHITESPACE = "5" / 2, May, Both, "white space and line breaks may stand in a JWK Set";
    JWK_SET_NAMES_ARE_UNIQUE = "5" / 3, Must, Both, "write no member twice into a JWK Set";
    DUPLICATE_SET_NAMES_ARE_HANDLED = "5" / 4, Must, Both, "reject a JWK Set that has a member twice, or take the last of the two as ECMAScript does";
    UNKNOWN_SET_MEMBERS_ARE_IGNORED = "5" / 5, Must, Both, "ignore members of a JWK Set that are not understood";
    UNUSABLE_KEYS_OF_A_SET_ARE_IGNORED = "5" / 6, Should, Both, "pass over the keys of a set that are of an unknown type, incomplete or out of range";

    // §6
    STRINGS_COMPARE_AS_IN_JWS = "6" / h(1), Must, Both, "compare strings by the rules of RFC 7515, section 5.3";

    // §7
    NON_PUBLIC_KEYS_ARE_KEPT_BACK = "7" / 1, Must, Both, "keep private and symmetric key material from those who have no right to it";
    ENCRYPTED_JWK_SAYS_SO = "7" / 2, Must, Both, "say jwk+json in `cty` of an encrypted JWK, unless the application knows it otherwise";
    ENCRYPTED_JWK_SET_SAYS_SO = "7" / 3, Must, Both, "say jwk-set+json in `cty` of an encrypted JWK Set, unless the application knows it otherwise";

    // §8.1.1
    JWK_PARAMETER_NAMES_ARE_SHORT = "8.1.1" / 1, Recommended, Other, "a registered parameter of JWKs has a name of eight characters at most";

    // §8.2.1
    KEY_USE_VALUES_ARE_SHORT = "8.2.1" / 1, Recommended, Other, "a registered value of `use` has eight characters at most";

    // §8.3.1
    KEY_OPERATION_VALUES_ARE_SHORT = "8.3.1" / 1, Recommended, Other, "a registered value of `key_ops` has eight characters at most";

    // §8.4.1
    SET_PARAMETER_NAMES_ARE_SHORT = "8.4.1" / 1, Recommended, Other, "a registered parameter of JWK Sets has a name of eight characters at most";

    // §8.5.1
    JWK_JSON_IS_UTF_8 = "8.5.1" / 1, Should, Both, "write application/jwk+json in UTF-8";
    JWK_SET_JSON_IS_UTF_8 = "8.5.1" / 2, Should, Both, "write application/jwk-set+json in UTF-8";

    // §9.2
    PRIVATE_KEYS_ARE_NOT_DISCLOSED = "9.2" / 1, Must, Both, "disclose no private or symmetric key to anybody it is not meant for";
}
