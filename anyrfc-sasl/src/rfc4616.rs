//! The catalogue of RFC 4616: every normative keyword, in the RFC's own order.
//!
//! Ids are as in [`rfc5802`](crate::rfc5802). The role says whom the statement binds: this client,
//! the server it talks to, both, or someone this crate never is (the author of a protocol's profile).
use anyrfc_core::requirements;

requirements! {
    /// The PLAIN SASL Mechanism.
    RFC4616 = 4616, "The PLAIN Simple Authentication and Security Layer (SASL) Mechanism";

    // §1
    PLAIN_ONLY_WHEN_SECURED = "1" / 1, Should, Both, "use PLAIN only where the connection protects its data";
    PROFILE_MANDATES_PROTECTION = "1" / 2, Must, Other, "a protocol with PLAIN must mandate a strong data security service";

    // §2
    SERVER_TAKES_LONG_AUTHCID = "2" / 1, Must, Server, "the server must accept an authentication identity of 255 octets";
    SERVER_TAKES_LONG_AUTHZID = "2" / 2, Must, Server, "the server must accept an authorization identity of 255 octets";
    SERVER_TAKES_LONG_PASSWORD = "2" / 3, Must, Server, "the server must accept a password of 255 octets";
    MESSAGE_IS_UTF8 = "2" / 4, Shall, Client, "send identities, password and separators in UTF-8";
    NO_NUL_INSIDE_A_PART = "2" / 5, MustNot, Client, "put no NUL into an identity or a password";
    NO_PART_IS_EMPTY = "2" / h(1), Must, Client, "leave neither the authentication identity nor the password empty";
    SERVER_TAKES_255_OCTETS = "2" / 6, Must, Server, "the server must accept up to 255 octets of each part";
    SERVER_PREPARES_BY_SASLPREP = "2" / 7, Recommended, Server, "the server should prepare what it compares by SASLprep";
    SERVER_PREPARES_BEFORE_HASHING = "2" / 8, Must, Server, "the server must prepare a string before it stores a hash of it";
    SERVER_FAILS_UNPREPARABLE = "2" / 9, Shall, Server, "the server must fail when preparation fails or leaves nothing";
    SERVER_MAY_INITIALIZE_DATABASE = "2" / 10, May, Server, "the server may fill another mechanism's database from the password";

    // §5
    SERVER_DOES_NOT_ADVERTISE_UNSECURED = "5" / 1, ShouldNot, Server, "the server should not offer PLAIN on an unprotected connection";
    CLIENT_DOES_NOT_USE_UNSECURED = "5" / 2, ShouldNot, Client, "do not use PLAIN on an unprotected connection";
}
