//! The catalogue of RFC 7628: every normative keyword, in the RFC's own order, and the rules
//! of its text that an error has to name.
//!
//! Ids are as in [`rfc5802`](crate::rfc5802). The role says whom the statement binds: this client,
//! the server it talks to, both, or someone this crate never is: a client of OAuth 1.0a, the OAuth
//! client that obtains the token, the author of an OAuth scheme, the OpenID provider.
use anyrfc_core::requirements;

requirements! {
    /// SASL Mechanisms for OAuth.
    RFC7628 = 7628, "A Set of Simple Authentication and Security Layer (SASL) Mechanisms for OAuth";

    // §1
    ENDPOINT_MAY_REQUIRE_REGISTRATION = "1" / 1, May, Other, "an authorization endpoint may require clients to register";
    GENERIC_CLIENT_REGISTERS = "1" / 2, Should, Other, "an OAuth client should support dynamic registration";

    // §3
    TLS_PROTECTS_THE_TOKEN = "3" / 1, Must, Client, "use OAUTHBEARER over TLS only";
    TLS_WITH_OAUTH10A = "3" / 2, Recommended, Other, "a client of OAuth 1.0a should use TLS";
    ERROR_IS_ANSWERED = "3" / 3, Must, Client, "answer an error result so that the server can end the exchange";

    // §3.1
    MESSAGE_IS_WELL_FORMED = "3.1" / h(1), Must, Client, "send a GS2 header and key/value pairs, each ended by a control A";
    UNKNOWN_PAIRS_ARE_IGNORED = "3.1" / 1, Must, Server, "the server must ignore key/value pairs that it does not know";
    AUTHZID_IN_THE_GS2_HEADER = "3.1" / 2, May, Client, "name the user in the GS2 header";
    LONE_SEPARATOR_MAY_FAIL = "3.1" / 3, May, Server, "the server may fail at once on a first message that says nothing";
    AUTH_IS_SENT = "3.1" / 4, Required, Client, "send the authorization as auth";
    DIGESTS_NEED_HOST_AND_PORT = "3.1" / 5, Must, Client, "send host and port with a token that takes a keyed digest";
    SERVER_REFUSES_DIGEST_WITHOUT_HOST = "3.1" / 6, Must, Server, "the server must fail a keyed digest without host and port";

    // §3.1.1
    SCHEMES_MAY_USE_RESERVED_KEYS = "3.1.1" / 1, May, Other, "an OAuth scheme may define the use of the reserved keys";
    DIGESTS_USE_DEFAULTS = "3.1.1" / 2, Must, Both, "compute a keyed digest over the default values unless others are sent";

    // §3.2
    SERVER_VALIDATES_PAIRS = "3.2" / 1, Must, Server, "the server must check host and port against what it knows otherwise";

    // §3.2.2
    ERROR_IS_JSON = "3.2.2" / h(1), Must, Server, "the server must send an error result as a JSON object";
    ERROR_HAS_STATUS = "3.2.2" / 1, Required, Server, "the server must name the status of an error result";
    ERROR_MAY_HAVE_SCOPE = "3.2.2" / 2, Optional, Server, "the server may name a scope that gives access";
    ONE_SCOPE_IS_BEST = "3.2.2" / 3, NotRecommended, Server, "the server should not name several scopes separated by spaces";
    ERROR_MAY_HAVE_CONFIGURATION = "3.2.2" / 4, Optional, Server, "the server may point to an OpenID configuration";
    CONFIGURATION_HAS_OAUTH_ELEMENTS = "3.2.2" / 5, Must, Other, "an OpenID provider must fill in every OAuth element";
    CONFIGURATION_MAY_DIFFER = "3.2.2" / 6, May, Server, "the server may point users of different domains to different configurations";
    CONFIGURATION_IS_NOT_CACHED_FOR_ALL = "3.2.2" / 7, ShouldNot, Client, "take no configuration for another user's or domain's";
    CONFIGURATION_IS_COMPLETE = "3.2.2" / 8, Should, Other, "an OpenID provider should fill in every required element";
    CONFIGURATION_HAS_REGISTRATION = "3.2.2" / 9, Should, Other, "an OpenID provider should name its registration endpoint";
    OTHER_DISCOVERY_MAY_BE_USED = "3.2.2" / 10, May, Other, "an OAuth client may discover and register by other means";
    OFFLINE_ACCESS_IS_ASKED_FOR = "3.2.2" / 11, Recommended, Other, "an OAuth client should ask for a refresh token by offline_access";
    NAMED_SCOPE_IS_ASKED_FOR = "3.2.2" / 12, Must, Other, "an OAuth client must ask for the scope that the server names";
    NO_SCOPE_MEANS_UNSCOPED = "3.2.2" / 13, Should, Other, "an OAuth client should ask for an unscoped token when no scope is named";

    // §3.2.3
    ERROR_IS_ANSWERED_BY_CONTROL_A = "3.2.3" / 1, Must, Client, "answer an error result by one control A or abort";

    // §4
    STARTTLS_FIRST = "4" / 1, Must, Client, "start TLS before a bearer token is sent";

    // §5
    APPLICATION_PROVIDES_TLS = "5" / 1, Must, Client, "choose OAUTHBEARER only where TLS is in place";
    TLS_IS_RECOMMENDED_WITH_DIGESTS = "5" / 2, Recommended, Other, "a client of OAuth 1.0a should use TLS";
    TOKEN_MAY_BE_NEW = "5" / 3, May, Other, "an OAuth client may get a new token for each connection";
    TOKEN_IS_REUSED = "5" / 4, Should, Other, "an OAuth client should keep and reuse a valid token";
}
