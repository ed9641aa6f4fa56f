//! The catalogue of RFC 8037: every normative keyword, in the RFC's own order.
//!
//! Ids and roles are as in [`rfc7515`](crate::rfc7515).
use anyrfc_core::requirements;

requirements! {
    /// CFRG Elliptic Curve Diffie-Hellman (ECDH) and Signatures in JSON Object Signing and Encryption (JOSE).
    RFC8037 = 8037, "CFRG Elliptic Curve Diffie-Hellman (ECDH) and Signatures in JSON Object Signing and Encryption (JOSE)";

    // §2
    KTY_IS_OKP = "2" / 1, Must, Both, "write and demand OKP as `kty`";
    CRV_IS_PRESENT = "2" / 2, Must, Both, "put the subtype of the key into `crv` and reject a key without it";
    X_IS_PRESENT = "2" / 3, Must, Both, "put the public key in base64url into `x` and reject a key without it";
    PRIVATE_KEY_HAS_D = "2" / 4, Must, Both, "put the private key in base64url into `d`";
    PUBLIC_KEY_HAS_NO_D = "2" / 5, MustNot, Both, "leave `d` out of a public key";
    THUMBPRINT_HASHES_CRV_KTY_X = "2" / h(1), Must, Both, "hash `crv`, `kty` and `x` for a thumbprint, in this order";

    // §3.1
    SIGNING_SUBTYPES_AGREE_ON_NO_KEY = "3.1" / 1, MustNot, Both, "use Ed25519 and Ed448 keys for no ECDH-ES";
    SUBTYPE_CHOOSES_THE_VARIANT = "3.1" / h(1), Must, Both, "choose the variant of EdDSA by the `crv` of the key";

    // §3.2
    AGREEMENT_SUBTYPES_DO_NOT_SIGN = "3.2" / 1, MustNot, Both, "sign and verify nothing with X25519 and X448 keys";

    // §4
    ALGORITHM_FITS_THE_SUBTYPE = "4" / h(1), Must, Both, "check that the algorithm fits the subtype before a key is used";
    RANDOMNESS_IS_CRYPTOGRAPHIC = "4" / 1, Required, Both, "generate keys and verify batches with a well seeded cryptographic generator";
    X448_GOES_WITH_256_BITS = "4" / 2, Recommended, Both, "use symmetric encryption of 256 bits with X448";
}
