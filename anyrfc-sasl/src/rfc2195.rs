//! The catalogue of RFC 2195, by hand: the RFC has no capitalised keyword.
//!
//! `"2" / h(1)` is the first rule of section 2, written `rfc2195#2-h1`, with the nearest of
//! the words of RFC 2119. Roles are as in [`rfc5802`](crate::rfc5802).
use anyrfc_core::requirements;

requirements! {
    /// CRAM-MD5.
    RFC2195 = 2195, "IMAP/POP AUTHorize Extension for Simple Challenge/Response";

    // §2
    SERVER_SPEAKS_FIRST = "2" / h(1), Must, Both, "let the server's challenge come first";
    CHALLENGE_IS_A_MSG_ID = "2" / h(2), Must, Server, "the server must send a challenge in the form of a message identifier";
    RESPONSE_IS_NAME_AND_DIGEST = "2" / h(3), Must, Client, "answer with the user name, a space and the digest";
    DIGEST_IS_HMAC_MD5 = "2" / h(4), Must, Client, "compute the digest by HMAC-MD5 over the challenge, keyed by the password";
    LONG_SECRET_IS_HASHED = "2" / h(5), Must, Client, "hash a password longer than 64 bytes before it becomes the key";
    DIGEST_IS_LOWER_CASE_HEX = "2" / h(6), Must, Client, "write the 16 octets of the digest in lower-case hexadecimal";
    SERVER_VERIFIES_DIGEST = "2" / h(7), Must, Server, "the server must verify the digest";
    NO_LAYER = "2" / h(8), Must, Both, "offer no security layer";

    // §4
    SERVER_TAKES_NO_PLAINTEXT_BESIDE = "4" / h(1), ShouldNot, Server, "the server should not let a user log in both this way and in the clear";
}
