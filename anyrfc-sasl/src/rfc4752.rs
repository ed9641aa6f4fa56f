//! The catalogue of RFC 4752: every normative keyword, in the RFC's own order, and the rules
//! of its text that an error has to name.
//!
//! Ids are as in [`rfc5802`](crate::rfc5802). The role says whom the statement binds: this client,
//! the server it talks to, or both.
use anyrfc_core::requirements;

requirements! {
    /// The Kerberos V5 (GSSAPI) SASL Mechanism.
    RFC4752 = 4752, "The Kerberos V5 (\"GSSAPI\") Simple Authentication and Security Layer (SASL) Mechanism";

    // §3
    OTHER_FLAGS_MAY_BE_SET = "3" / 1, May, Both, "set further GSS-API flags for the sake of the security policy";

    // §3.1
    INTEGRITY_IS_REQUESTED = "3.1" / 1, Must, Client, "ask for integrity";
    LAYER_NEEDS_MUTUAL_AND_SEQUENCE = "3.1" / 2, Must, Client, "ask for mutual authentication and sequencing when asking for a layer";
    CONFIDENTIALITY_IS_REQUESTED = "3.1" / 3, Must, Client, "ask for confidentiality when asking for a layer that encrypts";
    OTHER_NAME_TYPES_MAY_BE_USED = "3.1" / 4, May, Client, "use another name type for a server known to support it";
    NAME_IS_HOST_BASED_SERVICE = "3.1" / 5, Must, Client, "name the server as service@host";
    NO_LAYER_WITHOUT_INTEGRITY = "3.1" / h(1), Must, Client, "accept no layer from a context without integrity, and none that encrypts from one without confidentiality";
    LAYER_TOKEN_IS_FOUR_OCTETS = "3.1" / h(2), Must, Client, "fail when the unwrapped offer of layers is not 4 octets long";
    NO_LAYER_MEANS_NO_BUFFER = "3.1" / h(3), Must, Client, "check that the server's maximum is 0 when it offers no layer";
    OFFER_HOLDS_THE_CHOICE = "3.1" / h(4), Must, Server, "the server must offer a layer that the client's policy permits";
    MAXIMUM_IS_ZERO_WITHOUT_A_LAYER = "3.1" / 6, Must, Client, "send a maximum of 0 when supporting no layer";
    AUTHORIZATION_ID_IS_NOT_TERMINATED = "3.1" / h(5), Must, Client, "end the authorization identity without a NUL";
    CHOICE_IS_WRAPPED_UNENCRYPTED = "3.1" / h(6), Must, Client, "wrap the choice of layer without encryption";

    // §3.2
    SERVER_HAS_A_CREDENTIAL = "3.2" / 1, MustNot, Server, "the server must not offer GSSAPI without a Kerberos credential";
    SERVER_CREDENTIAL_IS_KERBEROS = "3.2" / 2, Should, Server, "the server should acquire a Kerberos credential for any name";
    SERVER_CREDENTIAL_MAY_BE_DEFAULT = "3.2" / 3, May, Server, "the server may use its default credential";
    SERVER_CREDENTIAL_MAY_BE_NAMED = "3.2" / 4, May, Server, "the server may acquire a credential for its own name";
    SERVER_NAME_IS_HOST_BASED = "3.2" / 5, Recommended, Server, "the server should name itself as service@host";
    SERVER_VERIFIES_KERBEROS = "3.2" / 6, Should, Server, "the server should check that Kerberos V5 was used";
    SERVER_ABORTS_OTHER_MECHANISMS = "3.2" / 7, Must, Server, "the server must abort when another mechanism was used";
    SERVER_CHECKS_TARGET_NAME = "3.2" / 8, Should, Server, "the server should check the name that the client asked for";
    SERVER_MAXIMUM_IS_ZERO_WITHOUT_A_LAYER = "3.2" / 9, Must, Server, "the server must send a maximum of 0 when it supports no layer";

    // §3.3
    UNKNOWN_LAYERS_ARE_DECLINED = "3.3" / h(1), Must, Both, "choose no layer whose bit is not known";
    FAILED_UNWRAP_IS_FATAL = "3.3" / 1, Must, Both, "give up when a token cannot be unwrapped";

    // §5
    HOST_IS_NOT_CANONICALIZED = "5" / 1, ShouldNot, Client, "do not rewrite the server's name by an insecure directory";
}
