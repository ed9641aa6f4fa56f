//! The catalogue of RFC 9266: every normative keyword, in the RFC's own order.
//!
//! Ids and roles are as in [`rfc5802`](crate::rfc5802); someone this crate never is holds the
//! TLS connection: the protocol above.
use anyrfc_core::requirements;

requirements! {
    /// Channel Bindings for TLS 1.3.
    RFC9266 = 9266, "Channel Bindings for TLS 1.3";

    // §3
    TLS_EXPORTER_IS_IMPLEMENTED = "3" / 1, Must, Both, "implement tls-exporter when binding to TLS 1.3";

    // §4
    EXPORTED_DATA_BIND_ONLY = "4" / 1, MustNot, Both, "use the exported data for nothing but a channel binding";
    EXPORTED_DATA_ARE_NO_KEY = "4" / 2, MustNot, Both, "use no channel binding as a secret key";

    // §4.1
    ONE_INSTANCE_A_CONNECTION = "4.1" / 1, MustNot, Both, "bind at most one mechanism instance to a TLS connection";
    CONNECTION_CLOSES_AFTERWARDS = "4.1" / 2, Must, Other, "close the TLS connection when the protocol above it ends";

    // §4.2
    NO_EXPORTER_WITH_RENEGOTIATION = "4.2" / 1, MustNot, Both, "do not use tls-exporter where renegotiation is possible";
}
