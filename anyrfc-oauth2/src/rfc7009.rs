//! The catalogue of RFC 7009: every normative keyword, in the RFC's own order.
//!
//! Ids and roles are as in [`rfc6749`](crate::rfc6749).
use anyrfc_core::requirements;

requirements! {
    /// OAuth 2.0 Token Revocation.
    RFC7009 = 7009, "OAuth 2.0 Token Revocation";

    // §2
    REFRESH_TOKENS_CAN_BE_REVOKED = "2" / 1, Must, Both, "be able to revoke refresh tokens";
    ACCESS_TOKENS_CAN_BE_REVOKED = "2" / 2, Should, Both, "be able to revoke access tokens";
    REVOCATION_IS_POSTED = "2" / h(1), Must, Client, "send the revocation request by POST";
    ENDPOINT_URL_IS_WELL_FORMED = "2" / 3, Must, Both, "keep the query of the endpoint's URL, and allow no fragment in it";
    ENDPOINT_IS_CHECKED_FOR_HTTPS = "2" / 4, Must, Client, "refuse a revocation endpoint whose URL is not https";
    ENDPOINT_IS_HTTPS = "2" / 5, Must, Server, "the server must have an https URL for its revocation endpoint";
    SERVER_USES_TLS = "2" / 6, Must, Server, "the server must use TLS of a version that RFC 6749 allows";
    OTHER_PROTECTION_MAY_BE_THERE = "2" / 7, May, Both, "other transport security may be there besides";
    PLAIN_HTTP_REVOKES_TOO = "2" / 8, Should, Server, "the server should revoke at the http URI too where its host speaks HTTP";
    PLAIN_HTTP_IS_NOT_PUBLISHED = "2" / 9, MustNot, Server, "the server must not publish that http URI as its endpoint";

    // §2.1
    TOKEN_IS_SENT = "2.1" / 1, Required, Client, "send token";
    HINT_MAY_BE_LEFT_OUT = "2.1" / 2, Optional, Client, "token_type_hint may be left out";
    HINT_MAY_BE_SENT = "2.1" / 3, May, Client, "token_type_hint may be sent to speed up the search";
    WRONG_HINT_WIDENS_THE_SEARCH = "2.1" / 4, Must, Server, "the server must look among all types of token when the hint leads nowhere";
    HINT_MAY_BE_IGNORED = "2.1" / 5, May, Server, "the server may ignore the hint";
    OTHER_HINTS_MAY_BE_DEFINED = "2.1" / 6, May, Other, "extensions and profiles may define and register more hints";
    REVOCATION_IS_AUTHENTICATED = "2.1" / h(1), Must, Client, "send the client's credentials, or its client_id, with the request";
    REVOKED_TOKEN_IS_NOT_USED = "2.1" / h(2), MustNot, Client, "use a token no more once its revocation was answered with 200";
    REFRESH_TOKEN_TAKES_ACCESS_TOKENS = "2.1" / 7, Should, Server, "the server should revoke the grant's access tokens along with the refresh token";
    ACCESS_TOKEN_MAY_TAKE_REFRESH_TOKEN = "2.1" / 8, May, Server, "the server may revoke the refresh token along with an access token";
    SUDDEN_INVALIDATION_IS_HANDLED = "2.1" / h(3), Must, Client, "cope with a token that becomes invalid at any time";

    // §2.2
    BODY_OF_200_IS_IGNORED = "2.2" / h(1), Must, Client, "pay no heed to the body of a 200, whatever it is";

    // §2.2.1
    TOKEN_SURVIVES_503 = "2.2.1" / h(1), Must, Client, "take the token for still valid after 503";
    REVOCATION_MAY_BE_RETRIED = "2.2.1" / h(2), May, Client, "after 503 the request may be sent again when some time has passed";

    // §2.3
    CORS_MAY_BE_THERE = "2.3" / 1, May, Server, "the server may have CORS at the endpoint";
    JSONP_MAY_BE_THERE = "2.3" / 2, May, Server, "the server may have JSONP by GET for old user agents";
    CALLBACK_MAY_BE_LEFT_OUT = "2.3" / 3, Optional, Client, "callback may be left out";

    // §5
    ENDPOINT_WITHSTANDS_ATTACKS = "5" / 1, Must, Server, "the server must guard the endpoint against denial of service as it guards the token endpoint";
    HINTS_ARE_NOT_ABUSED = "5" / 2, Must, Server, "the server must see to it that wrong hints cannot be used to overload it";
    ENDPOINT_SOURCE_IS_TRUSTED = "5" / h(1), Must, Client, "take the endpoint's location from a source that is trusted";
    ENDPOINT_IS_AUTHENTICATED = "5" / 3, Must, Client, "check the certificate and the name of the revocation endpoint";
}
