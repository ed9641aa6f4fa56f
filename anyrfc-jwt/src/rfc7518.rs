//! The catalogue of RFC 7518: every normative keyword, in the RFC's own order.
//!
//! Ids and roles are as in [`rfc7515`](crate::rfc7515).
use anyrfc_core::requirements;

requirements! {
    /// JSON Web Algorithms (JWA).
    RFC7518 = 7518, "JSON Web Algorithms (JWA)";

    // §2
    UINT_HAS_NO_LEADING_ZEROS = "2" / 1, Must, Both, "write a Base64urlUInt in as few octets as the number needs";

    // §3.1
    HS256_IS_THERE = "3.1" / h(1), Required, Both, "have HS256";
    RS256_IS_THERE = "3.1" / h(2), Recommended, Both, "have RS256";
    ES256_IS_THERE = "3.1" / h(3), Recommended, Both, "have ES256";

    // §3.2
    HMAC_KEY_IS_AS_LONG_AS_THE_HASH = "3.2" / 1, Must, Both, "refuse an HMAC key shorter than the output of its hash";
    HMAC_IS_COMPARED_IN_CONSTANT_TIME = "3.2" / 2, Must, Both, "compare the computed MAC with the signature in constant time";

    // §3.3
    RS_KEY_HAS_2048_BITS = "3.3" / 1, Must, Both, "refuse an RSA key below 2048 bits for RS256, RS384 and RS512";

    // §3.4
    ECDSA_HALVES_KEEP_THEIR_ZEROS = "3.4" / 1, MustNot, Both, "write R and S at full length, leading zeros and all";
    ES256_SIGNATURE_IS_64_OCTETS = "3.4" / 2, Must, Both, "refuse an ES256 signature of any length but 64 octets";
    LONGER_ECDSA_SIGNATURES_ARE_MEASURED = "3.4" / h(1), Must, Both, "refuse an ES384 signature of other than 96 octets, an ES512 one of other than 132";

    // §3.5
    PSS_SALT_IS_AS_LONG_AS_THE_HASH = "3.5" / h(1), Must, Both, "use a PSS salt as long as the hash, and that hash in MGF1 too";
    PS_KEY_HAS_2048_BITS = "3.5" / 1, Must, Both, "refuse an RSA key below 2048 bits for PS256, PS384 and PS512";

    // §3.6
    UNSECURED_JWS_MAY_BE_MADE = "3.6" / 1, May, Both, "a JWS without integrity protection may be made";
    UNSECURED_SIGNATURE_IS_EMPTY = "3.6" / 2, Must, Both, "leave the signature empty under `none`";
    UNSECURED_SIGNATURE_IS_CHECKED = "3.6" / 3, Must, Both, "refuse a JWS under `none` whose signature is not empty";
    UNSECURED_NEEDS_THE_CALLERS_WORD = "3.6" / 4, MustNot, Both, "accept an unsecured JWS only where the caller allowed it for that very object";
    UNSECURED_IS_REFUSED_BY_DEFAULT = "3.6" / 5, MustNot, Both, "refuse an unsecured JWS unless told otherwise";
    UNSECURED_IS_NOT_ALLOWED_GLOBALLY = "3.6" / 6, MustNot, Other, "an application is not to allow unsecured JWSs everywhere at once";
    UNSECURED_IS_ALLOWED_PER_OBJECT = "3.6" / 7, Should, Other, "an application is to allow unsecured JWSs object by object";

    // §4.1
    RSA1_5_IS_THERE = "4.1" / h(1), Recommended, Both, "have RSA1_5, whose standing is expected to fall";
    RSA_OAEP_IS_THERE = "4.1" / h(2), Recommended, Both, "have RSA-OAEP";
    AES_KEY_WRAP_IS_THERE = "4.1" / h(3), Recommended, Both, "have A128KW and A256KW";
    DIRECT_ENCRYPTION_IS_THERE = "4.1" / h(4), Recommended, Both, "have `dir`";
    ECDH_ES_IS_THERE = "4.1" / h(5), Recommended, Both, "have ECDH-ES";
    ECDH_ES_WITH_KEY_WRAP_IS_THERE = "4.1" / h(6), Recommended, Both, "have ECDH-ES+A128KW and ECDH-ES+A256KW";

    // §4.2
    RSA1_5_KEY_HAS_2048_BITS = "4.2" / 1, Must, Both, "refuse an RSA key below 2048 bits for RSA1_5";

    // §4.3
    OAEP_KEY_HAS_2048_BITS = "4.3" / 1, Must, Both, "refuse an RSA key below 2048 bits for RSA-OAEP and RSA-OAEP-256";

    // §4.6
    EPHEMERAL_KEY_IS_FRESH = "4.6" / 1, Must, Both, "make a new ephemeral key each time a key is agreed on";
    DIRECT_AGREEMENT_FITS_ENC = "4.6" / 2, Must, Both, "derive a key of the length that `enc` takes in direct key agreement";
    WRAPPING_AGREEMENT_FITS_THE_WRAP = "4.6" / 3, Must, Both, "derive a key of the length that the key wrap takes when the CEK is wrapped";

    // §4.6.1.1
    EPK_IS_PUBLIC = "4.6.1.1" / 1, Must, Both, "put nothing private into `epk`";
    EPK_IS_MINIMAL = "4.6.1.1" / 2, Should, Both, "put no more into `epk` than the key itself needs";
    EPK_IS_PRESENT = "4.6.1.1" / 3, Must, Both, "send `epk` with the ECDH-ES algorithms, and refuse a JWE that lacks it";
    EPK_IS_PROCESSED = "4.6.1.1" / 4, Must, Both, "agree on the key by the `epk` that was received";

    // §4.6.1.2
    APU_MAY_BE_LEFT_OUT = "4.6.1.2" / 1, Optional, Both, "the `apu` header parameter may be left out";
    APU_IS_PROCESSED = "4.6.1.2" / 2, Must, Both, "feed a received `apu` to the key derivation";

    // §4.6.1.3
    APV_MAY_BE_LEFT_OUT = "4.6.1.3" / 1, Optional, Both, "the `apv` header parameter may be left out";
    APV_IS_PROCESSED = "4.6.1.3" / 2, Must, Both, "feed a received `apv` to the key derivation";

    // §4.6.2
    APU_AND_APV_DIFFER = "4.6.2" / 1, Must, Both, "give `apu` and `apv` different values when both are used";
    DERIVATION_MAY_FOLLOW_RFC2631 = "4.6.2" / 2, May, Other, "an application may derive keys in the way of RFC 2631";
    RFC2631_APU_MAY_BE_ABSENT_OR_RANDOM = "4.6.2" / 3, May, Other, "in the way of RFC 2631 an application may omit `apu` or use 512 random bits";
    RFC2631_APV_IS_ABSENT = "4.6.2" / 4, ShouldNot, Other, "in the way of RFC 2631 an application is to send no `apv`";

    // §4.7
    GCMKW_IV_HAS_96_BITS = "4.7" / 1, Required, Both, "wrap keys by AES GCM under an IV of 96 bits, and accept no other length";
    GCMKW_TAG_HAS_128_BITS = "4.7" / 2, Must, Both, "wrap keys by AES GCM with a tag of 128 bits, and accept no other length";

    // §4.7.1.1
    GCMKW_IV_IS_PRESENT = "4.7.1.1" / 1, Must, Both, "send `iv` with the GCM key wraps, and refuse a JWE that lacks it";
    GCMKW_IV_IS_PROCESSED = "4.7.1.1" / 2, Must, Both, "unwrap the key under the `iv` that was received";

    // §4.7.1.2
    GCMKW_TAG_IS_PRESENT = "4.7.1.2" / 1, Must, Both, "send `tag` with the GCM key wraps, and refuse a JWE that lacks it";
    GCMKW_TAG_IS_PROCESSED = "4.7.1.2" / 2, Must, Both, "check the wrapped key against the `tag` that was received";

    // §4.8
    PASSWORD_TEXT_IS_UTF8 = "4.8" / 1, Must, Both, "take a password that is text as its UTF-8 octets";
    SALT_COMES_FROM_P2S_AND_ALG = "4.8" / 2, Must, Both, "compute the PBES2 salt from `alg` and `p2s`";
    COUNT_TRAVELS_AS_P2C = "4.8" / 3, Must, Both, "give the PBES2 iteration count in `p2c`";

    // §4.8.1.1
    P2S_IS_PRESENT = "4.8.1.1" / 1, Must, Both, "send `p2s` with the PBES2 algorithms, and refuse a JWE that lacks it";
    P2S_IS_PROCESSED = "4.8.1.1" / 2, Must, Both, "derive the key from the `p2s` that was received";
    SALT_INPUT_HAS_8_OCTETS = "4.8.1.1" / 3, Must, Both, "use a salt input of at least 8 octets, and refuse a shorter one";
    SALT_INPUT_IS_FRESH = "4.8.1.1" / 4, Must, Both, "draw a new random salt input each time something is encrypted";

    // §4.8.1.2
    P2C_IS_PRESENT = "4.8.1.2" / 1, Must, Both, "send `p2c` with the PBES2 algorithms, and refuse a JWE that lacks it";
    P2C_IS_PROCESSED = "4.8.1.2" / 2, Must, Both, "iterate as often as the received `p2c` says";
    COUNT_IS_AT_LEAST_1000 = "4.8.1.2" / 3, Recommended, Both, "iterate at least 1000 times";

    // §5.1
    AES_CBC_HMAC_IS_THERE = "5.1" / h(1), Required, Both, "have A128CBC-HS256 and A256CBC-HS512 where JWE is offered";
    AES_GCM_IS_THERE = "5.1" / h(2), Recommended, Both, "have A128GCM and A256GCM";

    // §5.2.2.1
    COMPOSITE_KEY_HAS_BOTH_PARTS = "5.2.2.1" / 1, Must, Both, "refuse an AES-CBC-HMAC key that is not as long as its MAC and AES parts together";

    // §5.2.2.2
    TAG_IS_CHECKED_BEFORE_DECRYPTION = "5.2.2.2" / h(1), Must, Both, "check the tag before the ciphertext is decrypted, and give out nothing when it is wrong";

    // §5.3
    GCM_IV_HAS_96_BITS = "5.3" / 1, Required, Both, "encrypt content by AES GCM under an IV of 96 bits, and accept no other length";
    GCM_TAG_HAS_128_BITS = "5.3" / 2, Must, Both, "encrypt content by AES GCM with a tag of 128 bits, and accept no other length";

    // §6.1
    RSA_AND_OCT_KEYS_ARE_THERE = "6.1" / h(1), Required, Both, "have the key types RSA and oct";
    EC_KEYS_ARE_THERE = "6.1" / h(2), Recommended, Both, "have the key type EC";

    // §6.2.1
    EC_KEY_HAS_CRV_AND_X = "6.2.1" / 1, Must, Both, "write `crv` and `x` into an EC key, and refuse one that lacks either";
    EC_KEY_HAS_Y = "6.2.1" / 2, Must, Both, "write `y` into a key on P-256, P-384 or P-521, and refuse one without it";

    // §6.2.1.2
    X_HAS_FULL_LENGTH = "6.2.1.2" / 1, Must, Both, "write `x` at the curve's full length, and refuse any other";

    // §6.2.1.3
    Y_HAS_FULL_LENGTH = "6.2.1.3" / 1, Must, Both, "write `y` at the curve's full length, and refuse any other";

    // §6.2.2
    EC_PRIVATE_KEY_HAS_D = "6.2.2" / 1, Must, Both, "write `d` into a private EC key beside the public members";

    // §6.2.2.1
    EC_D_HAS_FULL_LENGTH = "6.2.2.1" / 1, Must, Both, "write an EC key's `d` as long as the order of its curve, and refuse any other length";

    // §6.3.1
    RSA_KEY_HAS_N_AND_E = "6.3.1" / 1, Must, Both, "write `n` and `e` into an RSA key, and refuse one that lacks either";

    // §6.3.1.2
    EXPONENT_65537_IS_THREE_OCTETS = "6.3.1.2" / 1, Must, Both, "write the exponent 65537 as AQAB";

    // §6.3.2
    RSA_PRIVATE_KEY_HAS_D = "6.3.2" / 1, Required, Both, "write `d` into a private RSA key";
    RSA_PRIVATE_KEY_HAS_ITS_FACTORS = "6.3.2" / 2, Should, Both, "write `p`, `q`, `dp`, `dq` and `qi` into a private RSA key too";
    RSA_FACTORS_COME_TOGETHER = "6.3.2" / 3, Must, Both, "write all of `p`, `q`, `dp`, `dq` and `qi`, or none of them";
    OTH_NEEDS_A_THIRD_PRIME = "6.3.2" / 4, Must, Both, "write `oth` only for a key of more than two primes";

    // §6.3.2.7
    OTH_IS_ABSENT_FOR_TWO_PRIMES = "6.3.2.7" / 1, Must, Both, "leave `oth` out of a key of two primes";
    OTH_COUNTS_FURTHER_PRIMES = "6.3.2.7" / 2, Must, Both, "give `oth` one element for each prime after the second";
    OTH_NOT_SUPPORTED_IS_REFUSED = "6.3.2.7" / 3, MustNot, Both, "refuse a key with `oth` where more than two primes are not supported";
    OTH_HOLDS_OBJECTS = "6.3.2.7" / 4, Must, Both, "make each element of `oth` an object of `r`, `d` and `t`";

    // §6.4
    OCT_KEY_NAMES_ITS_ALG = "6.4" / 1, Should, Both, "write `alg` into a symmetric key, unless its use is known otherwise";

    // §7.3.1
    COMPRESSION_NAME_IS_SHORT = "7.3.1" / 1, Recommended, Other, "whoever registers a compression algorithm is to give it a short name";

    // §7.4.1
    KEY_TYPE_NAME_IS_SHORT = "7.4.1" / 1, Recommended, Other, "whoever registers a key type is to give it a short name";

    // §7.6.1
    CURVE_NAME_IS_SHORT = "7.6.1" / 1, Recommended, Other, "whoever registers a curve is to give it a short name";

    // §8.3
    RSA1_5_EXPONENT_IS_NOT_LOW = "8.3" / h(1), MustNot, Both, "use no RSA1_5 key whose public exponent is low";

    // §8.4
    GCM_KEY_USES_ARE_LIMITED = "8.4" / 1, MustNot, Both, "encrypt no more than 2^32 times under one AES GCM key";
    GCM_IV_IS_NEVER_REUSED = "8.4" / 2, MustNot, Both, "use an IV no second time under one AES GCM key";

    // §8.6
    KEY_SIZE_HAS_A_CEILING = "8.6" / h(1), Should, Both, "refuse keys above a largest size";

    // §8.7
    KEY_MATERIAL_IS_NOT_REUSED = "8.7" / 1, NotRecommended, Both, "encrypt each key or key set with something new: CEK, IV or salt";

    // §8.8
    PASSWORD_LENGTH_SUITS_PBES2 = "8.8" / 1, Recommended, Other, "a user is to choose a PBES2 password of 16 (HS256) or 32 (HS512) to 128 octets";

    // §9
    PASSWORD_IS_PREPARED = "9" / 1, Recommended, Other, "an application is to prepare a typed password by PRECIS";
}
