//! The catalogue of RFC 8438: every normative keyword, in the RFC's own order.
//!
//! Ids and roles are as in [`rfc9051`](crate::rfc9051), which has taken the item into the base protocol.
use anyrfc_core::requirements;

requirements! {
    /// IMAP Extension for STATUS=SIZE.
    RFC8438 = 8438, "IMAP Extension for STATUS=SIZE";

    // §1
    SIZE_NEEDS_THE_CAPABILITY = "1" / h(1), MustNot, Client, "ask for SIZE only when STATUS=SIZE is advertised";

    // §3
    STATUS_SIZE_COVERS_ALL_MESSAGES = "3" / 1, Must, Server, "the server must report a SIZE not below the sum of all RFC822.SIZE";
    SIZE_IS_WHAT_THE_QUOTA_COUNTS = "3" / 2, Should, Server, "the server should report the SIZE that it counts against the quota";
    SIZE_HAS_63_BITS = "3" / 3, Must, Client, "receive a SIZE of up to 63 bits";
}
