//! The catalogue of RFC 7515: every normative keyword, in the RFC's own order.
//!
//! Ids are `rfc7515#4.1.11-1`: the section, and the number of the keyword in it; `-h1` marks a rule
//! that the RFC states without one. Whoever produces or consumes a JWS, JWE, JWK or JWT, as this crate
//! does, is bound as `both`; an authorization server as `server`; applications, authors of other
//! specifications and registries as `other`.
use anyrfc_core::requirements;

requirements! {
    /// JSON Web Signature (JWS).
    RFC7515 = 7515, "JSON Web Signature (JWS)";

    // §2
    BASE64URL_HAS_NO_PADDING = "2" / h(1), Must, Both, "write base64url without padding, line breaks, white space or anything else besides";
    STRINGORURI_MAY_BE_ANY_STRING = "2" / 1, May, Both, "a StringOrURI without a colon may be any string";
    STRINGORURI_WITH_COLON_IS_A_URI = "2" / 2, Must, Both, "take a StringOrURI that holds a colon for a URI";

    // §3
    JSON_MAY_HAVE_WHITESPACE = "3" / 1, May, Both, "white space and line breaks may stand between the tokens of the JSON";

    // §3.2
    JSON_JWS_HAS_A_HEADER = "3.2" / 1, Must, Both, "give a JWS in JSON a protected header, an unprotected one or both";
    JSON_MEMBERS_MAY_BE_LEFT_OUT = "3.2" / 2, Optional, Both, "some of the four members of a JWS in JSON may be left out";

    // §4
    HEADER_NAMES_ARE_UNIQUE = "4" / 1, Must, Both, "write no name twice into a JOSE header";
    DUPLICATE_HEADER_NAMES_ARE_HANDLED = "4" / 2, Must, Both, "reject a JWS whose header has a name twice, or take the last of the two as ECMAScript does";
    DESIGNATED_PARAMETERS_ARE_UNDERSTOOD = "4" / 3, Must, Both, "understand and process every parameter the RFC marks as one that has to be understood";
    UNMARKED_PARAMETERS_ARE_IGNORED = "4" / 4, Must, Both, "ignore a parameter of the RFC without that mark when it is not understood";
    FOREIGN_PARAMETERS_ARE_IGNORED = "4" / 5, Must, Both, "ignore a parameter from elsewhere that is not understood, unless `crit` lists it";

    // §4.1.1
    UNUSABLE_ALG_IS_INVALID = "4.1.1" / h(1), Must, Both, "hold a signature invalid when `alg` is not supported or the signer has no key for it";
    ALG_IS_PRESENT = "4.1.1" / 1, Must, Both, "put `alg` into every header and reject a header without it";
    ALG_IS_UNDERSTOOD = "4.1.1" / 2, Must, Both, "understand `alg` and act on it";

    // §4.1.2
    JKU_LEADS_TO_A_JWK_SET = "4.1.2" / 1, Must, Both, "let `jku` refer to keys in the form of a JWK Set";
    JKU_IS_FETCHED_WITH_INTEGRITY = "4.1.2" / 2, Must, Both, "fetch what `jku` names only by a protocol that protects integrity";
    JKU_IS_FETCHED_OVER_TLS = "4.1.2" / 3, Must, Both, "use TLS for an HTTP GET of a JWK Set";
    JKU_SERVER_IS_VALIDATED = "4.1.2" / 4, Must, Both, "validate the identity of the server that a JWK Set is fetched from";
    JKU_MAY_BE_LEFT_OUT = "4.1.2" / 5, Optional, Both, "the `jku` header parameter may be left out";

    // §4.1.3
    JWK_MAY_BE_LEFT_OUT = "4.1.3" / 1, Optional, Both, "the `jwk` header parameter may be left out";

    // §4.1.4
    KID_IS_A_CASE_SENSITIVE_STRING = "4.1.4" / 1, Must, Both, "write and read `kid` as a string in which case counts";
    KID_MAY_BE_LEFT_OUT = "4.1.4" / 2, Optional, Both, "the `kid` header parameter may be left out";

    // §4.1.5
    X5U_LEADS_TO_PEM = "4.1.5" / 1, Must, Both, "let `x5u` refer to certificates by RFC 5280, each of them delimited in PEM";
    X5U_BEGINS_WITH_THE_SIGNERS_CERT = "4.1.5" / 2, Must, Both, "take the first certificate behind `x5u` for the one of the signing key";
    X5U_MAY_HOLD_A_CHAIN = "4.1.5" / 3, May, Both, "certificates that each certify the one before may follow behind `x5u`";
    X5U_IS_FETCHED_WITH_INTEGRITY = "4.1.5" / 4, Must, Both, "fetch what `x5u` names only by a protocol that protects integrity";
    X5U_IS_FETCHED_OVER_TLS = "4.1.5" / 5, Must, Both, "use TLS for an HTTP GET of certificates";
    X5U_SERVER_IS_VALIDATED = "4.1.5" / 6, Must, Both, "validate the identity of the server that certificates are fetched from";
    X5U_MAY_BE_LEFT_OUT = "4.1.5" / 7, Optional, Both, "the `x5u` header parameter may be left out";

    // §4.1.6
    X5C_IS_PLAIN_BASE64 = "4.1.6" / h(1), Must, Both, "encode the certificates of `x5c` in base64 with the common alphabet, not in base64url";
    X5C_BEGINS_WITH_THE_SIGNERS_CERT = "4.1.6" / 1, Must, Both, "put the certificate of the signing key first in `x5c`";
    X5C_MAY_HOLD_A_CHAIN = "4.1.6" / 2, May, Both, "certificates that each certify the one before may follow in `x5c`";
    X5C_CHAIN_IS_VALIDATED = "4.1.6" / 3, Must, Both, "validate the chain of `x5c` by RFC 5280 and reject it upon any failure";
    X5C_MAY_BE_LEFT_OUT = "4.1.6" / 4, Optional, Both, "the `x5c` header parameter may be left out";

    // §4.1.7
    X5T_MAY_BE_LEFT_OUT = "4.1.7" / 1, Optional, Both, "the `x5t` header parameter may be left out";

    // §4.1.8
    X5T_S256_MAY_BE_LEFT_OUT = "4.1.8" / 1, Optional, Both, "the `x5t#S256` header parameter may be left out";

    // §4.1.9
    TYP_MAY_BE_LEFT_OUT = "4.1.9" / 1, Optional, Both, "the `typ` header parameter may be left out";
    TYP_OMITS_APPLICATION = "4.1.9" / 2, Recommended, Both, "leave `application/` away from a `typ` that has no other slash";
    TYP_WITHOUT_SLASH_IS_APPLICATION = "4.1.9" / 3, Must, Both, "read a `typ` without a slash as if `application/` stood before it";
    TYP_IS_WRITTEN_SHORT = "4.1.9" / 4, Should, Both, "write the subtype alone as `typ` of an application type without parameters";

    // §4.1.10
    CTY_MAY_BE_LEFT_OUT = "4.1.10" / 1, Optional, Both, "the `cty` header parameter may be left out";
    CTY_OMITS_APPLICATION = "4.1.10" / 2, Recommended, Both, "leave `application/` away from a `cty` that has no other slash";
    CTY_WITHOUT_SLASH_IS_APPLICATION = "4.1.10" / 3, Must, Both, "read a `cty` without a slash as if `application/` stood before it";
    CTY_IS_WRITTEN_SHORT = "4.1.10" / 4, Should, Both, "write the subtype alone as `cty` of an application type without parameters";

    // §4.1.11
    CRIT_EXTENSIONS_ARE_UNDERSTOOD = "4.1.11" / 1, Must, Both, "understand and process the extensions that `crit` lists";
    UNKNOWN_CRIT_IS_INVALID = "4.1.11" / h(1), Must, Both, "hold a JWS invalid when `crit` lists a parameter that is not supported";
    CRIT_LISTS_EXTENSIONS_ALONE = "4.1.11" / 2, MustNot, Both, "list in `crit` no standard name, no name twice and no name the header lacks";
    CRIT_IS_NOT_EMPTY = "4.1.11" / 3, MustNot, Both, "write no empty list as `crit`";
    MALFORMED_CRIT_MAY_BE_INVALID = "4.1.11" / 4, May, Both, "a JWS whose `crit` breaks these rules may be held invalid";
    CRIT_IS_PROTECTED = "4.1.11" / 5, Must, Both, "protect the integrity of `crit`";
    CRIT_IS_IN_THE_PROTECTED_HEADER = "4.1.11" / 6, Must, Both, "put `crit` nowhere but into the protected header";
    CRIT_MAY_BE_LEFT_OUT = "4.1.11" / 7, Optional, Both, "the `crit` header parameter may be left out";
    CRIT_IS_UNDERSTOOD = "4.1.11" / 8, Must, Both, "understand `crit` and act on it";

    // §5.1
    SIGNING_INPUT_IS_BOTH_ENCODED_PARTS = "5.1" / h(1), Must, Both, "sign the encoded protected header and the encoded payload with a period between";
    ALG_NAMES_WHAT_SIGNED = "5.1" / 1, Must, Both, "name in `alg` the very algorithm that made the signature";

    // §5.2
    ONE_SIGNATURE_VALIDATES = "5.2" / 1, Must, Both, "accept a JWS only if one of its signatures at least validates";
    NO_VALID_SIGNATURE_IS_INVALID = "5.2" / 2, Must, Both, "hold a JWS invalid that has no signature which validates";
    COMPACT_JWS_HAS_TWO_PERIODS = "5.2" / h(1), Must, Both, "read a compact JWS as three parts with exactly two periods between";
    HEADER_DECODES_STRICTLY = "5.2" / h(2), Must, Both, "refuse a protected header with anything in it that is not base64url";
    PROTECTED_HEADER_IS_A_JSON_OBJECT = "5.2" / h(3), Must, Both, "refuse a protected header that is not an object of valid JSON in UTF-8";
    NO_NAME_IN_BOTH_HEADERS = "5.2" / 3, MustNot, Both, "refuse a JWS in JSON whose headers share a name";
    NEEDED_FIELDS_ARE_PROCESSED = "5.2" / h(4), Must, Both, "refuse a JWS with a field or value that has to be understood and is not";
    PAYLOAD_DECODES_STRICTLY = "5.2" / h(5), Must, Both, "refuse a payload with anything in it that is not base64url";
    SIGNATURE_DECODES_STRICTLY = "5.2" / h(6), Must, Both, "refuse a signature with anything in it that is not base64url";
    SIGNATURE_IS_CHECKED_BY_ALG = "5.2" / 4, Must, Both, "validate a signature by the algorithm that `alg` names and by no other";
    VALIDATION_NEEDS_ALG = "5.2" / 5, Must, Both, "validate no signature whose header lacks `alg`";
    ALL_FAILED_IS_INVALID = "5.2" / 6, Must, Both, "hold a JWS invalid when each of the validations failed";
    JSON_RESULT_TELLS_WHICH_VALIDATED = "5.2" / h(7), Must, Both, "tell the application which signatures of a JWS in JSON validated and which did not";
    ALGORITHM_IS_ACCEPTABLE = "5.2" / 7, Should, Both, "hold a valid JWS invalid when the application does not accept its algorithm";

    // §5.3
    STRINGS_COMPARE_AS_JSON_NAMES = "5.3" / 1, Must, Both, "compare all strings as JSON compares names, unless a member has a rule of its own";

    // §6
    TRUSTED_KEY_HINTS_ARE_PROTECTED = "6" / 1, Must, Both, "base trust on a parameter that identifies a key only if its integrity is protected";
    HEADER_IDENTIFIES_THE_KEY = "6" / 2, Should, Both, "let the header identify the key, unless the application knows it otherwise";

    // §7.2.1
    PAYLOAD_IS_PRESENT = "7.2.1" / 1, Must, Both, "put the encoded payload under `payload`";
    SIGNATURES_IS_AN_ARRAY = "7.2.1" / 2, Must, Both, "write and read `signatures` as an array of objects";
    PROTECTED_IS_PRESENT = "7.2.1" / 3, Must, Both, "put a protected header that is not empty, encoded, under `protected`";
    EMPTY_PROTECTED_IS_ABSENT = "7.2.1" / 4, Must, Both, "leave `protected` out when that header is empty";
    HEADER_IS_PRESENT = "7.2.1" / 5, Must, Both, "put an unprotected header that is not empty under `header`";
    EMPTY_HEADER_IS_ABSENT = "7.2.1" / 6, Must, Both, "leave `header` out when the unprotected header is empty";
    SIGNATURE_IS_PRESENT = "7.2.1" / 7, Must, Both, "put the encoded signature under `signature`";
    EACH_SIGNATURE_HAS_A_HEADER = "7.2.1" / 8, Must, Both, "give every signature `protected` or `header`, so that it has an `alg`";
    UNKNOWN_MEMBERS_ARE_IGNORED = "7.2.1" / 9, Must, Both, "ignore members of a JWS in JSON that are not understood";
    HEADERS_ARE_DISJOINT = "7.2.1" / 10, Must, Both, "put no parameter into both the protected and the unprotected header";

    // §7.2.2
    FLATTENED_HAS_NO_SIGNATURES = "7.2.2" / 1, MustNot, Both, "leave `signatures` out of the flattened form";

    // §8
    JKU_AND_X5U_NEED_TLS = "8" / 1, Must, Both, "support TLS where `jku` or `x5u` is supported";
    TLS_IS_CONFIDENTIAL = "8" / 2, Must, Both, "use a cipher suite that gives confidentiality and integrity";
    TLS_SERVER_IS_VERIFIED = "8" / 3, Must, Both, "verify by RFC 6125 who the TLS server is";

    // §9.1.1
    PARAMETER_NAMES_ARE_SHORT = "9.1.1" / 1, Recommended, Other, "a registered header parameter has a name of eight characters at most";

    // §9.2.1
    JOSE_JSON_IS_UTF_8 = "9.2.1" / 1, Should, Both, "write application/jose+json in UTF-8";

    // §10.1
    KEYS_HAVE_128_BITS = "10.1" / h(1), Should, Both, "use keys of 128 bits of entropy at least";
    KEYS_ARE_RANDOM = "10.1" / h(2), Must, Both, "draw generated key pairs, MAC keys and padding at random";

    // §10.2
    SIGNING_KEYS_ARE_PROTECTED = "10.2" / h(1), Must, Both, "protect the private keys of signers and the keys of MACs";

    // §10.6
    INNER_ALGORITHM_MATCHES_ALG = "10.6" / 1, Must, Both, "check that an algorithm named inside a signature is that of `alg`";

    // §10.9
    TIMING_TELLS_NOTHING = "10.9" / h(1), Must, Both, "let success and failure of a cryptographic operation take the same time";

    // §10.12
    MALFORMED_JSON_IS_REJECTED = "10.12" / 1, Must, Both, "reject JSON that breaks the grammar as a whole";
    BASE_JSON_ONLY_ADVISES = "10.12" / 2, Should, Other, "RFC 7159 by itself only advises against a name twice in an object";
    UNIQUE_NAMES_ARE_A_SECURITY_RULE = "10.12" / 3, Must, Both, "keep the names of a JOSE header unique for the sake of security";
    DUPLICATES_ARE_NEVER_AMBIGUOUS = "10.12" / 4, Must, Both, "resolve a name that is there twice by rejection or by taking the last, never otherwise";
    ADVICE_IS_RAISED = "10.12" / 5, Should, Other, "the advice of RFC 7159 about unique names is raised to a duty here";
    PRODUCERS_WRITE_UNIQUE_NAMES = "10.12" / 6, Must, Both, "write unique names as a duty rather than as advice";
    CONSUMERS_DEMAND_UNIQUE_NAMES = "10.12" / 7, Must, Both, "demand unique names of what is read, or read it the way ECMAScript 5.1 would";
    TRAILING_CHARACTERS_ARE_INVALID = "10.12" / 8, Must, Both, "hold a JWS invalid that has more characters behind its JSON";

    // §10.13
    NAMES_COMPARE_VERBATIM = "10.13" / h(1), Must, Both, "compare names of parameters and algorithms verbatim once escapes are resolved";
    SUPPLEMENTARY_CHARACTERS_SURVIVE = "10.13" / 1, Should, Both, "keep and compare characters above U+FFFF without loss";
    LOST_CHARACTERS_ARE_REJECTED = "10.13" / 2, Must, Both, "reject input with characters above U+FFFF where they cannot be kept";

    // Appendix C
    IMPOSSIBLE_LENGTH_IS_MALFORMED = "C" / h(1), Must, Both, "refuse base64url whose length leaves one over when divided by four";

    // Appendix F
    CONTENT_MAY_BE_DETACHED = "F" / h(1), May, Both, "the payload may travel apart from the JWS and be put back before validation";
}
