//! The catalogue of RFC 5929: every normative keyword, in the RFC's own order.
//!
//! Ids are as in [`rfc5802`](crate::rfc5802). The role says whom the statement binds: this client,
//! the server it talks to, both, or someone this crate never is (a protocol's designer, a TLS library).
use anyrfc_core::requirements;

requirements! {
    /// Channel Bindings for TLS.
    RFC5929 = 5929, "Channel Bindings for TLS";

    // §3.1
    SERVER_DOES_NOT_RENEGOTIATE = "3.1" / 1, MustNot, Server, "the server must not ask for renegotiation during authentication";
    CLIENT_DOES_NOT_RENEGOTIATE = "3.1" / 2, ShouldNot, Client, "start no renegotiation during authentication";
    PROTOCOLS_NEED_NO_RENEGOTIATION = "3.1" / 3, Should, Other, "a protocol should need no renegotiation around authentication";

    // §6
    PROTOCOLS_USE_TLS_UNIQUE = "6" / 1, Recommended, Other, "a protocol should use tls-unique alone";
    PROTOCOLS_MAY_PREFER_END_POINT = "6" / 2, May, Other, "a protocol may ask for tls-server-end-point where there are proxies";
    PROTOCOLS_NAME_A_MANDATORY_TYPE = "6" / 3, Must, Other, "a protocol must name a binding type that everybody implements";
    PROTOCOLS_MAY_NEGOTIATE = "6" / 4, May, Other, "a protocol may negotiate the binding type";
    PROTOCOLS_MAY_CONFIGURE = "6" / 5, May, Other, "a protocol may have the binding type configured";
    PROTOCOLS_PREFER_TLS_UNIQUE = "6" / 6, Should, Other, "a protocol should prefer tls-unique";

    // §7
    TLS_LIBRARY_GIVES_THE_BINDING = "7" / 1, Must, Other, "a TLS library must let applications obtain the binding";
    TLS_LIBRARY_CONTROLS_RENEGOTIATION = "7" / 2, Should, Other, "a TLS library should let applications control renegotiation";

    // §10
    TLS_UNIQUE_AFTER_CHANGE_CIPHER_SPEC = "10" / 1, Must, Both, "use tls-unique without secure renegotiation only after ChangeCipherSpec in each handshake";
    TLS_UNIQUE_DISCARDS_KNOWLEDGE = "10" / 2, Must, Both, "forget what was learnt before authentication when tls-unique has no secure renegotiation";
}
