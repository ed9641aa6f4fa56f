//! The catalogue of RFC 7662: every normative keyword, in the RFC's own order.
//!
//! Ids and roles are as in [`rfc6749`](crate::rfc6749).
use anyrfc_core::requirements;

requirements! {
    /// OAuth 2.0 Token Introspection.
    RFC7662 = 7662, "OAuth 2.0 Token Introspection";

    // §1.1
    NAMES_ARE_CASE_SENSITIVE = "1.1" / h(1), Must, Both, "tell parameter names and values apart by case";

    // §2
    ENDPOINT_IS_BEHIND_TLS = "2" / 1, Must, Server, "the server must protect its introspection endpoint by TLS";

    // §2.1
    REQUEST_IS_A_FORM_POST = "2.1" / h(1), Must, Client, "send the query as a form in the body of a POST";
    TOKEN_IS_SENT = "2.1" / 1, Required, Client, "send token, the token asked about";
    HINT_IS_OPTIONAL = "2.1" / 2, Optional, Client, "token_type_hint may be left out";
    HINT_MAY_SPEED_LOOKUP = "2.1" / 3, May, Client, "a known type of token may be passed as token_type_hint";
    WRONG_HINT_WIDENS_SEARCH = "2.1" / 4, Must, Server, "the server must search its other token types when the hint does not lead to the token";
    HINT_MAY_BE_IGNORED = "2.1" / 5, May, Server, "the server may ignore token_type_hint";
    MORE_PARAMETERS_MAY_BE_ACCEPTED = "2.1" / 6, May, Server, "the server may accept further parameters in the query";
    MORE_PARAMETERS_ARE_OPTIONAL = "2.1" / 7, Optional, Client, "further parameters of a query may be left out";
    UNDETERMINED_TOKEN_IS_INACTIVE = "2.1" / 8, Should, Server, "the server should call a token inactive when it lacks the context to judge it";
    CALLER_IS_AUTHORIZED = "2.1" / 9, Must, Server, "the server must require authorization of whoever calls the endpoint";

    // §2.2
    ACTIVE_IS_SENT = "2.2" / 1, Required, Server, "the server must send active";
    SCOPE_IS_OPTIONAL = "2.2" / 2, Optional, Server, "the server may leave out scope";
    CLIENT_ID_IS_OPTIONAL = "2.2" / 3, Optional, Server, "the server may leave out client_id";
    USERNAME_IS_OPTIONAL = "2.2" / 4, Optional, Server, "the server may leave out username";
    TOKEN_TYPE_IS_OPTIONAL = "2.2" / 5, Optional, Server, "the server may leave out token_type";
    EXP_IS_OPTIONAL = "2.2" / 6, Optional, Server, "the server may leave out exp";
    IAT_IS_OPTIONAL = "2.2" / 7, Optional, Server, "the server may leave out iat";
    NBF_IS_OPTIONAL = "2.2" / 8, Optional, Server, "the server may leave out nbf";
    SUB_IS_OPTIONAL = "2.2" / 9, Optional, Server, "the server may leave out sub";
    AUD_IS_OPTIONAL = "2.2" / 10, Optional, Server, "the server may leave out aud";
    ISS_IS_OPTIONAL = "2.2" / 11, Optional, Server, "the server may leave out iss";
    JTI_IS_OPTIONAL = "2.2" / 12, Optional, Server, "the server may leave out jti";
    RESPONSE_MAY_BE_EXTENDED = "2.2" / 13, May, Server, "the server may add members of its own to the response";
    SHARED_NAMES_ARE_REGISTERED = "2.2" / 14, Must, Other, "names meant for more than one domain are registered";
    ANSWERS_MAY_DIFFER = "2.2" / 15, May, Server, "the server may give different resources different answers";
    SCOPES_MAY_BE_WITHHELD = "2.2" / 16, May, Server, "the server may keep scopes back that do not concern the resource";
    RESPONSE_MAY_BE_CACHED = "2.2" / 17, May, Client, "a response may be cached";
    INACTIVE_TOKEN_IS_ACTIVE_FALSE = "2.2" / 18, Must, Server, "the server must answer active false for a token that is dead, unknown or not the caller's";
    INACTIVE_TOKEN_HAS_NO_REASON = "2.2" / 19, ShouldNot, Server, "the server should not say more of an inactive token, nor why it is so";

    // §2.3
    INACTIVE_TOKEN_IS_NO_ERROR = "2.3" / 1, Must, Server, "the server must answer active false, not an error, to a proper query about an invalid token";

    // §3.1.1
    NAMES_DIFFER_BY_MORE_THAN_CASE = "3.1.1" / 1, ShouldNot, Other, "the registry takes no name that differs from another in case alone";
    NAMES_AGREE_WITH_JWT_CLAIMS = "3.1.1" / 2, Should, Other, "a name that is also a JWT claim has a comparable meaning";

    // §4
    ALL_CHECKS_ARE_MADE = "4" / 1, Must, Server, "the server must make every check that applies to the token";
    EXPIRY_IS_CHECKED = "4" / 2, Must, Server, "the server must find out whether the token is past its end";
    START_IS_CHECKED = "4" / 3, Must, Server, "the server must find out whether the token is valid yet";
    REVOCATION_IS_CHECKED = "4" / 4, Must, Server, "the server must find out whether the token was revoked";
    SIGNATURE_IS_CHECKED = "4" / 5, Must, Server, "the server must check the signature of a signed token";
    AUDIENCE_IS_CHECKED = "4" / 6, Must, Server, "the server must find out whether the token is meant for the resource that asks";
    RESOURCES_AUTHENTICATE = "4" / 7, Must, Server, "the server must require resources to authenticate";
    RESOURCES_ARE_AUTHORIZED = "4" / 8, Should, Server, "the server should answer only resources that were given leave to ask";
    CREDENTIALS_MAY_BE_REUSED = "4" / 9, May, Client, "one set of credentials may serve the token endpoint and introspection";
    CREDENTIALS_MAY_BE_SEPARATE = "4" / 10, May, Server, "the server may ask for other credentials at the introspection endpoint";
    TLS_1_2_IS_SUPPORTED = "4" / 11, Must, Server, "the server must support TLS 1.2";
    MORE_TRANSPORTS_MAY_BE_SUPPORTED = "4" / 12, May, Server, "the server may support other secure transports";
    CERTIFICATE_IS_CHECKED = "4" / 13, Must, Client, "check the certificate of the server under TLS";
    GET_MAY_BE_REFUSED = "4" / 14, May, Server, "the server may refuse GET and insist on POST";
    INACTIVE_RESPONSE_HAS_ACTIVE_ALONE = "4" / 15, ShouldNot, Server, "the server should not put claims beside active when it is false";
    CACHE_IS_THE_CALLERS_CHOICE = "4" / 16, May, Client, "whether a response is cached may be the caller's choice";
    CACHING_IS_WEIGHED = "4" / 17, Must, Other, "designers weigh speed against security before they cache";
    CACHE_ENDS_AT_EXP = "4" / 18, MustNot, Client, "keep no response in a cache past its exp";

    // §5
    USER_DATA_IS_NOT_DISCLOSED = "5" / 1, Must, Both, "keep what a response says of users from those it does not concern";
}
