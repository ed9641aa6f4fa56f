//! The catalogue of RFC 8441: every normative keyword, in the RFC's own order.
//!
//! Ids and roles are as in [`rfc6455`](crate::rfc6455). HTTP/2 itself (RFC 9113) is the
//! business of the HTTP/2 library.
use anyrfc_core::requirements;

requirements! {
    /// Bootstrapping WebSockets with HTTP/2.
    RFC8441 = 8441, "Bootstrapping WebSockets with HTTP/2";

    // §3
    SETTING_IS_0_OR_1 = "3" / 1, Must, Server, "the server must give SETTINGS_ENABLE_CONNECT_PROTOCOL the value 0 or 1";
    EXTENDED_CONNECT_AFTER_THE_SETTING = "3" / 2, May, Client, "use extended CONNECT once the server has enabled it by its setting";
    SETTING_IS_NOT_TAKEN_BACK = "3" / 3, MustNot, Server, "the server must not take SETTINGS_ENABLE_CONNECT_PROTOCOL back from 1 to 0";

    // §4
    PROTOCOL_NAMES_WHAT_IS_TUNNELLED = "4" / 1, May, Client, "name the protocol of the tunnel in :protocol";
    SCHEME_AND_PATH_GO_WITH_PROTOCOL = "4" / 2, Must, Client, "send :scheme and :path along with :protocol";
    NO_TUNNEL_TO_THE_AUTHORITY = "4" / 3, MustNot, Server, "the server must not open a plain tunnel to the host in :authority";

    // §5
    CONNECT_HAS_PROTOCOL = "5" / 1, Must, Client, "send :protocol with the CONNECT request";
    PROTOCOL_IS_WEBSOCKET = "5" / 2, Must, Client, "give :protocol the value websocket";
    SCHEME_STANDS_FOR_THE_URI = "5" / 3, Must, Client, "send :scheme https for wss and http for ws";
    NO_CONNECTION_OR_UPGRADE = "5" / 4, MustNot, Client, "send neither Connection nor Upgrade over HTTP/2";
}
