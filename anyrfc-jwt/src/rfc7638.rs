//! The catalogue of RFC 7638: every normative keyword, in the RFC's own order.
//!
//! Ids and roles are as in [`rfc7515`](crate::rfc7515).
use anyrfc_core::requirements;

requirements! {
    /// JSON Web Key (JWK) Thumbprint.
    RFC7638 = 7638, "JSON Web Key (JWK) Thumbprint";

    // §3
    REQUIRED_MEMBERS_ALONE_ARE_HASHED = "3" / h(1), Must, Both, "hash an object of the required members of the key and of nothing else";
    HASH_INPUT_HAS_NO_WHITESPACE = "3" / h(2), Must, Both, "write that object without white space and line breaks";
    MEMBERS_ARE_ORDERED = "3" / h(3), Must, Both, "order its members by the code points of their names";
    HASH_INPUT_IS_UTF_8 = "3" / h(4), Must, Both, "hash the octets of that object in UTF-8";

    // §3.2
    EC_HASHES_CRV_KTY_X_Y = "3.2" / h(1), Must, Both, "hash `crv`, `kty`, `x` and `y` of an elliptic curve key";
    RSA_HASHES_E_KTY_N = "3.2" / h(2), Must, Both, "hash `e`, `kty` and `n` of an RSA key";
    OCT_HASHES_K_KTY = "3.2" / h(3), Must, Both, "hash `k` and `kty` of a symmetric key";

    // §3.2.1
    PRIVATE_KEY_HAS_THE_PUBLIC_THUMBPRINT = "3.2.1" / h(1), Must, Both, "give a private key the thumbprint of its public key";

    // §3.3
    CHARACTERS_ARE_NOT_ESCAPED = "3.3" / 1, Must, Both, "escape no character of a name or value in the hash input";
    NESTED_MEMBERS_ARE_ORDERED = "3.3" / 2, Must, Both, "order the members of nested objects in the same manner";
    INTEGERS_ARE_PLAIN = "3.3" / 3, Must, Both, "write an integer without fraction and exponent";
    EXPONENT_IS_RESOLVED = "3.3" / 4, Must, Both, "write 1024 where a key says 1.024e3";

    // §3.4
    APPLICATION_CHOOSES_THE_HASH = "3.4" / h(1), Must, Other, "the application chooses the hash function";

    // §7
    REPRESENTATION_IS_VALIDATED = "7" / h(1), Should, Both, "rely on a thumbprint only for a key in its one correct representation";
}
