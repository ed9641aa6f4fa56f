//! The catalogue of RFC 7519: every normative keyword, in the RFC's own order.
//!
//! Ids and roles are as in [`rfc7515`](crate::rfc7515).
use anyrfc_core::requirements;

requirements! {
    /// JSON Web Token (JWT).
    RFC7519 = 7519, "JSON Web Token (JWT)";

    // §1
    JWT_IS_COMPACT = "1" / h(1), Must, Both, "write a JWT in a compact serialization, and read no other";

    // §2
    ANY_STRING_MAY_BE_A_NAME = "2" / 1, May, Both, "a StringOrURI may be any string";
    COLON_MAKES_A_URI = "2" / 2, Must, Both, "write no StringOrURI with a colon that is not a URI";

    // §3
    CLAIMS_MAY_HOLD_WHITESPACE = "3" / 1, May, Both, "whitespace and line breaks may stand in the claims' JSON";

    // §4
    CLAIM_NAMES_ARE_UNIQUE = "4" / 1, Must, Both, "write no claim twice";
    DUPLICATE_CLAIMS_ARE_REFUSED = "4" / 2, Must, Both, "refuse a JWT that has a claim twice, or take the last one always";
    UNKNOWN_CLAIMS_ARE_IGNORED = "4" / 3, Must, Both, "ignore claims that nobody asked about";

    // §4.1.1
    ISS_MAY_BE_LEFT_OUT = "4.1.1" / 1, Optional, Both, "the `iss` claim may be left out";

    // §4.1.2
    SUB_IS_UNIQUE = "4.1.2" / 1, Must, Other, "an issuer is to name subjects uniquely, for itself at least";
    SUB_MAY_BE_LEFT_OUT = "4.1.2" / 2, Optional, Both, "the `sub` claim may be left out";

    // §4.1.3
    RECIPIENT_KNOWS_ITS_AUDIENCE = "4.1.3" / 1, Must, Both, "validate under the name by which the recipient goes in `aud`";
    OTHER_AUDIENCE_IS_REFUSED = "4.1.3" / 2, Must, Both, "refuse a JWT whose `aud` does not name the recipient";
    SINGLE_AUDIENCE_MAY_BE_A_STRING = "4.1.3" / 3, May, Both, "a single audience may be written as a string";
    AUD_MAY_BE_LEFT_OUT = "4.1.3" / 4, Optional, Both, "the `aud` claim may be left out";

    // §4.1.4
    EXPIRED_IS_REFUSED = "4.1.4" / 1, MustNot, Both, "refuse a JWT at its expiry and after";
    NOW_IS_BEFORE_EXP = "4.1.4" / 2, Must, Both, "require a clock that stands before `exp`";
    EXP_MAY_HAVE_LEEWAY = "4.1.4" / 3, May, Both, "a few minutes' leeway may be given to `exp`";
    EXP_IS_A_NUMBER = "4.1.4" / 4, Must, Both, "write `exp` as a number, and refuse anything else";
    EXP_MAY_BE_LEFT_OUT = "4.1.4" / 5, Optional, Both, "the `exp` claim may be left out";

    // §4.1.5
    PREMATURE_IS_REFUSED = "4.1.5" / 1, MustNot, Both, "refuse a JWT that is not valid yet";
    NOW_IS_NOT_BEFORE_NBF = "4.1.5" / 2, Must, Both, "require a clock that has reached `nbf`";
    NBF_MAY_HAVE_LEEWAY = "4.1.5" / 3, May, Both, "a few minutes' leeway may be given to `nbf`";
    NBF_IS_A_NUMBER = "4.1.5" / 4, Must, Both, "write `nbf` as a number, and refuse anything else";
    NBF_MAY_BE_LEFT_OUT = "4.1.5" / 5, Optional, Both, "the `nbf` claim may be left out";

    // §4.1.6
    IAT_IS_A_NUMBER = "4.1.6" / 1, Must, Both, "write `iat` as a number, and refuse anything else";
    IAT_MAY_BE_LEFT_OUT = "4.1.6" / 2, Optional, Both, "the `iat` claim may be left out";

    // §4.1.7
    JTI_HARDLY_COLLIDES = "4.1.7" / 1, Must, Both, "make a `jti` that is not likely ever to be made again";
    JTI_DIFFERS_BETWEEN_ISSUERS = "4.1.7" / 2, Must, Other, "an application with several issuers is to keep their `jti` values apart";
    JTI_MAY_BE_LEFT_OUT = "4.1.7" / 3, Optional, Both, "the `jti` claim may be left out";

    // §4.3
    PRIVATE_CLAIMS_MAY_BE_AGREED_ON = "4.3" / 1, May, Both, "claims with private names may be written and read";

    // §5.1
    TYP_IS_JWT = "5.1" / 1, Recommended, Both, "give `typ` the value JWT where it is sent and no kind is named";
    TYP_IS_UPPER_CASE = "5.1" / 2, Recommended, Both, "spell JWT in capitals in `typ`";
    TYP_MAY_BE_LEFT_OUT = "5.1" / 3, Optional, Both, "the `typ` header parameter may be left out";

    // §5.2
    CTY_IS_ABSENT_UNLESS_NESTED = "5.2" / 1, NotRecommended, Both, "send no `cty` with a JWT that is not nested";
    CTY_IS_PRESENT_WHEN_NESTED = "5.2" / 2, Must, Both, "send `cty` with a nested JWT";
    NESTED_CTY_IS_JWT = "5.2" / 3, Must, Both, "give a nested JWT's `cty` the value JWT";
    CTY_IS_UPPER_CASE = "5.2" / 4, Recommended, Both, "spell JWT in capitals in `cty`";

    // §5.3
    REPLICATED_CLAIMS_AGREE = "5.3" / 1, Should, Both, "refuse a JWE whose header repeats a claim with another value";
    OTHER_CLAIMS_MAY_BE_REPLICATED = "5.3" / 2, May, Other, "other specifications may register further claims as header parameters";

    // §6
    UNSECURED_JWT_MAY_BE_MADE = "6" / 1, May, Both, "a JWT with neither signature nor encryption may be made";

    // §7.1
    JWT_IS_A_JWS_OR_A_JWE = "7.1" / 1, Must, Both, "make every JWT a proper JWS or JWE";
    SIGNED_JWT_FOLLOWS_JWS = "7.1" / 2, Must, Both, "sign the claims by every step that RFC 7515 lists";
    ENCRYPTED_JWT_FOLLOWS_JWE = "7.1" / 3, Must, Both, "encrypt the claims by every step that RFC 7516 lists";

    // §7.2
    FAILED_STEP_REFUSES_THE_JWT = "7.2" / 1, Must, Both, "refuse a JWT at which any step of validation fails";
    UNWANTED_ALGORITHM_IS_REFUSED = "7.2" / 2, Should, Both, "refuse a valid JWT whose algorithm the application did not list";

    // §7.3
    STRINGS_ARE_COMPARED_EXACTLY = "7.3" / 1, Must, Both, "compare names and values code point by code point, `typ` and `cty` excepted";

    // §8
    HS256_AND_NONE_ARE_THERE = "8" / 1, Must, Both, "have HS256 and `none`";
    RS256_AND_ES256_ARE_THERE = "8" / 2, Recommended, Both, "have RS256 and ES256 as well";
    OTHER_SIGNATURES_MAY_BE_THERE = "8" / 3, Optional, Both, "further signature algorithms and key sizes may be there";
    ENCRYPTED_JWTS_MAY_BE_THERE = "8" / 4, Optional, Both, "encrypted JWTs may be there";
    RSA1_5_KW_AND_CBC_ARE_THERE = "8" / 5, Must, Both, "have RSA1_5, A128KW, A256KW, A128CBC-HS256, A256CBC-HS512 where JWTs are encrypted";
    ECDH_ES_AND_GCM_ARE_THERE = "8" / 6, Recommended, Both, "have ECDH-ES+A128KW, ECDH-ES+A256KW, A128GCM and A256GCM as well";
    OTHER_ENCRYPTION_MAY_BE_THERE = "8" / 7, Optional, Both, "further encryption algorithms and key sizes may be there";
    NESTED_JWTS_MAY_BE_THERE = "8" / 8, Optional, Both, "nested JWTs may be there";

    // §10.1.1
    CLAIM_NAME_IS_SHORT = "10.1.1" / 1, Recommended, Other, "whoever registers a claim is to give it a short name";

    // §11.2
    SIGNED_THEN_ENCRYPTED = "11.2" / h(1), Should, Both, "sign first and encrypt the result where both are wanted";

    // §12
    PRIVATE_CONTENT_IS_PROTECTED = "12" / 1, Must, Other, "an application is to keep private content of a JWT from strangers";
}
