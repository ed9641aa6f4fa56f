//! The catalogue of RFC 8705: every normative keyword, in the RFC's own order.
//!
//! Ids and roles are as in [`rfc6749`](crate::rfc6749).
use anyrfc_core::requirements;

requirements! {
    /// OAuth 2.0 Mutual-TLS Client Authentication and Certificate-Bound Access Tokens.
    RFC8705 = 8705, "OAuth 2.0 Mutual-TLS Client Authentication and Certificate-Bound Access Tokens";

    // §2
    CONNECTION_IS_MUTUAL_TLS = "2" / 1, Must, Both, "authenticate by TLS only on a connection whose handshake carried the client's certificate";
    CLIENT_ID_IS_SENT = "2" / 2, Must, Client, "send `client_id` in every request that mutual TLS authenticates";
    CERTIFICATE_IS_BOUND_TO_THE_CLIENT = "2" / 3, Must, Server, "the server must enforce that the certificate belongs to the client";

    // §2.1.2
    ONE_SUBJECT_PARAMETER_IS_REGISTERED = "2.1.2" / 1, Must, Client, "register exactly one subject parameter for `tls_client_auth`";

    // §3
    RESOURCE_SEES_THE_SAME_CERTIFICATE = "3" / 1, Must, Client, "use a bound token over mutual TLS with the certificate shown to the token endpoint";
    CERTIFICATE_IS_TAKEN_FROM_TLS = "3" / 2, Must, Server, "the server must get the client's certificate from its TLS layer";
    CERTIFICATE_IS_COMPARED_WITH_THE_TOKEN = "3" / 3, Must, Server, "the server must verify that the certificate is the one the token is bound to";
    MISMATCH_IS_INVALID_TOKEN = "3" / 4, Must, Server, "the server must answer 401 and `invalid_token` where the certificate does not match";

    // §3.1
    HASH_IS_IN_X5T_S256 = "3.1" / 1, Should, Server, "the server should put the hash of the certificate into `x5t#S256` of a JWT";
    HASH_HAS_NO_PADDING = "3.1" / 2, Must, Server, "the server must leave out the padding of that hash";
    HASH_HAS_NO_OTHER_CHARACTERS = "3.1" / 3, MustNot, Server, "the server must not put line breaks, spaces or the like into that hash";

    // §3.3
    SERVER_MAY_TELL_OF_BOUND_TOKENS = "3.3" / 1, Optional, Server, "the server may leave out `tls_client_certificate_bound_access_tokens`";

    // §3.4
    CLIENT_MAY_TELL_OF_BOUND_TOKENS = "3.4" / 1, Optional, Client, "`tls_client_certificate_bound_access_tokens` may be left out of a registration";

    // §4
    PUBLIC_REFRESH_TOKEN_IS_BOUND = "4" / 1, Should, Server, "the server should bind the refresh token of a public client to the certificate, and check it";

    // §5
    MUTUAL_TLS_MAY_BE_ISOLATED = "5" / 1, May, Server, "the server may keep mutual TLS to the clients that intend to use it";
    ALIASES_MAY_BE_LEFT_OUT = "5" / 2, Optional, Server, "the server may leave out `mtls_endpoint_aliases`";
    ALIAS_IS_PREFERRED = "5" / 3, Must, Client, "use the alias of an endpoint for mutual TLS where there is one";
    MISSING_ALIAS_FALLS_BACK = "5" / h(1), Must, Client, "use the conventional endpoint where it has no alias";
    ODD_ALIASES_ARE_IGNORED = "5" / 4, Should, Client, "ignore aliases that are not endpoints for direct requests";

    // §6.4
    BOUND_TOKENS_COME_FROM_THE_TOKEN_ENDPOINT = "6.4" / h(1), Should, Client, "use grants that ask the token endpoint, never the implicit one, for bound tokens";

    // §6.5
    TLS_MAY_END_AT_AN_INTERMEDIARY = "6.5" / 1, May, Server, "the server may let a proxy or load balancer terminate TLS";

    // §7.4
    TRUST_ANCHORS_ARE_FEW = "7.4" / 1, Should, Server, "the server should trust a limited number of authorities whose policy satisfies it";

    // §7.5
    X509_LIBRARY_IS_ESTABLISHED = "7.5" / 1, Should, Both, "validate certificate chains with an established X.509 library";
    NO_X509_VALIDATION_OF_ONES_OWN = "7.5" / 2, ShouldNot, Both, "write no X.509 validation of one's own";

    // §8
    SINGLE_USER_CLIENT_USES_TLS13 = "8" / h(1), Should, Client, "use TLS 1.3 when possible, lest the certificate of a single user's client be seen";
}
