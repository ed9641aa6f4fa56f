//! The catalogue of RFC 5801: every normative keyword, in the RFC's own order.
//!
//! Ids are as in [`rfc5802`](crate::rfc5802). The role says whom the statement binds: this client,
//! the server it talks to, both, or someone this crate never is (the GSS-API library, a registry).
//! The escapes of §4 are asked of the server by the RFC's letter; whoever writes the string is the client.
use anyrfc_core::requirements;

requirements! {
    /// GSS-API mechanisms in SASL: the GS2 mechanism family.
    RFC5801 = 5801, "Using Generic Security Service Application Program Interface (GSS-API) Mechanisms in Simple Authentication and Security Layer (SASL): The GS2 Mechanism Family";

    // §3
    NO_MECHANISM_WITHOUT_A_NAME = "3" / 1, MustNot, Both, "use no GSS-API mechanism whose SASL name is not known";

    // §4
    ERROR_TOKENS_MAY_BE_SENT = "4" / 1, May, Both, "send the error token of a failed context";
    TOKEN_HEADER_IS_REMOVED = "4" / 2, Must, Client, "remove the initial context token header";
    MISSING_HEADER_IS_FLAGGED = "4" / 3, Must, Client, "send the flag F when the token had no header";
    SERVER_RESTORES_THE_HEADER = "4" / 4, Must, Server, "the server must restore the token header unless the flag F is sent";
    GS2_HEADER_IS_PREFIXED = "4" / 5, Must, Client, "prefix the GS2 header to the initial context token";
    SERVER_RESTORES_NOTHING_AFTER_F = "4" / 6, MustNot, Server, "the server must not restore a header after the flag F";
    COMMA_IS_ESCAPED = "4" / 7, Must, Client, "write a comma of the authorization identity as =2C";
    EQUALS_SIGN_IS_ESCAPED = "4" / 8, Must, Client, "write an equals sign of the authorization identity as =3D";

    // §5
    SERVER_OFFERS_BOTH_VARIANTS = "5" / 1, Should, Server, "the server should offer a mechanism with and without -PLUS";
    SERVER_OFFERS_NO_PLUS_WITHOUT_BINDING = "5" / 2, Should, Server, "the server should offer no -PLUS when it cannot bind";
    SERVER_OFFERS_ONLY_PLUS_BY_POLICY = "5" / 3, Must, Server, "the server must offer only -PLUS when it accepts nothing else";
    NO_N_WHEN_BINDING_IS_POSSIBLE = "5" / 4, MustNot, Client, "never send the flag n when binding data are at hand";
    P_WHEN_PLUS_IS_OFFERED = "5" / 5, Must, Client, "send the flag p when -PLUS is offered and binding data are at hand";
    N_WITHOUT_BINDING = "5" / 6, Must, Client, "send the flag n without binding data";
    P_WHEN_BINDING_IS_REQUIRED = "5" / 7, Must, Client, "send the flag p when a binding is required";
    SERVER_REFUSES_Y_WHEN_IT_BINDS = "5" / 8, Must, Server, "the server must fail on the flag y when it has offered -PLUS";
    SERVER_REFUSES_UNKNOWN_BINDING = "5" / 9, Must, Server, "the server must fail on a binding type that it does not support";
    SERVER_REFUSES_N_WHEN_BINDING_IS_REQUIRED = "5" / 10, Must, Server, "the server must fail on the flag n when it requires a binding";

    // §5.1
    BINDING_ADDRESS_TYPES_ARE_ZERO = "5.1" / 1, Must, Both, "set the address types of the channel bindings to 0";
    BINDING_ADDRESSES_ARE_EMPTY = "5.1" / 2, Must, Both, "leave the addresses of the channel bindings empty";
    BINDING_DATA_START_WITH_THE_HEADER = "5.1" / 3, Must, Both, "bind to the GS2 header followed by the channel's data";

    // §5.2
    SERVER_IMPLEMENTS_TLS_UNIQUE = "5.2" / 1, Must, Server, "the server must implement tls-unique if it binds at all";
    CLIENT_IMPLEMENTS_TLS_UNIQUE = "5.2" / 2, Should, Client, "implement tls-unique if binding at all";
    INNERMOST_CHANNEL_IS_BOUND = "5.2" / 3, Should, Both, "bind to the innermost end-to-end TLS channel";
    SERVER_TAKES_THE_CLIENTS_BINDING = "5.2" / 4, Must, Server, "the server must use the binding type that the client names, or fail";

    // §7
    CONDITIONS_OF_FAILURE = "7" / 1, MustNot, Both, "fail when the context fails or a required binding is not offered";

    // §8
    NO_PER_MESSAGE_FLAGS = "8" / 1, ShouldNot, Both, "ask for no per-message protection";
    MUTUAL_IS_REQUESTED = "8" / 2, Must, Client, "ask for mutual authentication";
    MUTUAL_IS_CHECKED = "8" / 3, Must, Client, "check that mutual authentication took place";
    NOT_MUTUAL_FAILS = "8" / 4, Must, Client, "fail when mutual authentication did not take place";

    // §13.2
    SERVER_OFFERS_GSSAPI_TOO = "13.2" / 1, Should, Server, "the server should offer GSSAPI beside GS2-KRB5";

    // §13.3
    LAYERS_NEED_GSSAPI = "13.3" / 1, Must, Client, "use GSSAPI rather than GS2-KRB5 when a security layer is required";
    BINDING_PREFERS_GS2 = "13.3" / 2, Recommended, Client, "prefer GS2-KRB5 to GSSAPI when a channel can be bound";

    // §14.3
    NO_NEGOTIATING_MECHANISM = "14.3" / 1, MustNot, Both, "use no GSS-API mechanism that negotiates another";
    NO_SPNEGO_IN_GS2 = "14.3" / 2, MustNot, Both, "do not use SPNEGO in GS2";
    SPNEGO_IS_NEVER_CHOSEN = "14.3" / 3, MustNot, Client, "never choose SPNEGO";

    // §15
    NAMES_DO_NOT_END_IN_PLUS = "15" / 1, MustNot, Other, "a registered name must not end in -PLUS but as a variant";
    KERBEROS_NAMES = "15" / 2, Shall, Both, "name Kerberos V5 GS2-KRB5 and GS2-KRB5-PLUS";
    SPNEGO_NAMES = "15" / 3, Shall, Other, "the registry names SPNEGO SPNEGO and SPNEGO-PLUS";
    SPNEGO_NAMES_ARE_NOT_USED = "15" / 4, MustNot, Both, "use neither SPNEGO nor SPNEGO-PLUS";

    // §16
    BINDING_IS_RECOMMENDED = "16" / 1, Recommended, Both, "bind to a secure channel, since GS2 has no security layer";
    BINDING_DATA_NEED_NO_SECRECY = "16" / 2, May, Other, "a GSS-API mechanism may send binding data in the clear";
    HOST_IS_NOT_CANONICALIZED = "16" / 3, ShouldNot, Client, "do not rewrite the server's name by an insecure directory";
}
