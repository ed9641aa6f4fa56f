//! The catalogue of RFC 6750: every normative keyword, in the RFC's own order.
//!
//! Ids and roles are as in [`rfc6749`](crate::rfc6749).
use anyrfc_core::requirements;

requirements! {
    /// The OAuth 2.0 Authorization Framework: Bearer Token Usage.
    RFC6750 = 6750, "The OAuth 2.0 Authorization Framework: Bearer Token Usage";

    // §2
    TOKEN_TRAVELS_ONE_WAY = "2" / 1, MustNot, Client, "send the token in one way only within a request";

    // §2.1
    CREDENTIALS_ARE_B64TOKEN = "2.1" / h(1), Must, Client, "write `Bearer`, a space and a token of the b64token characters, and refuse any other token";
    HEADER_IS_PREFERRED = "2.1" / 1, Should, Client, "send the token in the Authorization header with the scheme Bearer";
    HEADER_IS_UNDERSTOOD = "2.1" / 2, Must, Server, "the server must take a token from the Authorization header";

    // §2.2
    BODY_NEEDS_ITS_CONDITIONS = "2.2" / 1, MustNot, Client, "put the token into a body only when it is a single-part form that is labelled as one";
    BODY_IS_ASCII = "2.2" / 2, Must, Client, "put the token into a body only when all its content is ASCII";
    BODY_IS_NOT_FOR_GET = "2.2" / 3, MustNot, Client, "put no token into the body of a GET";
    BODY_MAY_HOLD_MORE = "2.2" / 4, May, Client, "other parameters may stand in the body beside the token";
    BODY_PARAMETERS_ARE_SEPARATED = "2.2" / 5, Must, Client, "part access_token from the other parameters of the body by an ampersand";
    BODY_IS_A_LAST_RESORT = "2.2" / 6, ShouldNot, Client, "keep off the body method where the Authorization header is to be had";
    BODY_MAY_BE_UNDERSTOOD = "2.2" / 7, May, Server, "the server may take a token from a form body";

    // §2.3
    QUERY_PARAMETERS_ARE_SEPARATED = "2.3" / 1, Must, Client, "part access_token from the other parameters of the query by an ampersand";
    QUERY_FORBIDS_STORING = "2.3" / 2, Should, Client, "send Cache-Control with no-store when the token is in the query";
    QUERY_RESPONSE_IS_PRIVATE = "2.3" / 3, Should, Server, "the server should mark its 2xx answers to tokens in the query as private";
    QUERY_IS_THE_LAST_RESORT = "2.3" / 4, ShouldNot, Client, "put the token into the query only when neither header nor body can carry it";
    QUERY_MAY_BE_UNDERSTOOD = "2.3" / 5, May, Server, "the server may take a token from the query";

    // §3
    REFUSAL_IS_A_CHALLENGE = "3" / 1, Must, Server, "the server must send WWW-Authenticate when credentials are missing or not enough";
    OTHER_ANSWERS_MAY_CHALLENGE = "3" / 2, May, Server, "the server may send WWW-Authenticate in other cases too";
    SCHEME_IS_BEARER = "3" / 3, Must, Server, "the server must name the scheme Bearer in its challenge";
    CHALLENGE_HAS_PARAMETERS = "3" / 4, Must, Server, "the server must put at least one parameter behind the scheme";
    OTHER_ATTRIBUTES_MAY_APPEAR = "3" / 5, May, Server, "the server may use other attributes in the challenge";
    REALM_MAY_APPEAR = "3" / 6, May, Server, "the server may name a realm";
    REALM_APPEARS_ONCE = "3" / 7, MustNot, Server, "the server must not repeat realm";
    SCOPE_MAY_APPEAR = "3" / 8, Optional, Server, "the server may name the scope that is needed";
    SCOPE_APPEARS_ONCE = "3" / 9, MustNot, Server, "the server must not repeat scope";
    ERROR_TELLS_WHY = "3" / 10, Should, Server, "the server should name an error when the token that came was refused";
    ERROR_DESCRIPTION_MAY_APPEAR = "3" / 11, May, Server, "the server may add error_description for developers";
    ERROR_URI_MAY_APPEAR = "3" / 12, May, Server, "the server may add error_uri, the absolute URI of a page about the error";
    ERROR_ATTRIBUTES_APPEAR_ONCE = "3" / 13, MustNot, Server, "the server must not repeat error, error_description or error_uri";
    SCOPE_CHARACTERS_ARE_LIMITED = "3" / 14, MustNot, Server, "the server must not use other characters in scope than those of scope values and the space";
    ERROR_CHARACTERS_ARE_LIMITED = "3" / 15, MustNot, Server, "the server must not use quotes, backslashes, controls or non-ASCII in error and error_description";
    ERROR_URI_IS_A_REFERENCE = "3" / 16, Must, Server, "the server must write error_uri as a URI reference";
    ERROR_URI_CHARACTERS_ARE_LIMITED = "3" / 17, MustNot, Server, "the server must not use spaces, quotes, backslashes or non-ASCII in error_uri";

    // §3.1
    INVALID_REQUEST_IS_400 = "3.1" / 1, Should, Server, "the server should answer 400 with invalid_request";
    INVALID_TOKEN_IS_401 = "3.1" / 2, Should, Server, "the server should answer 401 with invalid_token";
    INVALID_TOKEN_MAY_BE_RENEWED = "3.1" / 3, May, Client, "after invalid_token a new token may be fetched and the request tried again";
    INSUFFICIENT_SCOPE_IS_403 = "3.1" / 4, Should, Server, "the server should answer 403 with insufficient_scope";
    INSUFFICIENT_SCOPE_MAY_NAME_IT = "3.1" / 5, May, Server, "the server may name the scope that was missing";
    NO_CREDENTIALS_NO_ERROR = "3.1" / 6, ShouldNot, Server, "the server should not name an error when the request had no credentials at all";

    // §5.2
    REFERENCES_ARE_UNGUESSABLE = "5.2" / 1, Must, Server, "the server must make tokens that are references impossible to guess";
    TOKEN_INTEGRITY_IS_PROTECTED = "5.2" / 2, Must, Server, "the server must protect a token's content from being changed";
    TOKEN_SCOPE_IS_RESTRICTED = "5.2" / 3, Recommended, Server, "the server should limit a token to a scope";
    SERVER_HAS_TLS = "5.2" / 4, Must, Server, "the server must have TLS";
    TOKENS_TRAVEL_OVER_TLS = "5.2" / 5, Must, Both, "send tokens over TLS with a cipher suite that keeps them secret and whole";
    OPAQUE_TOKENS_ARE_ENCRYPTED = "5.2" / 6, Must, Server, "the server must encrypt a token whose content the client is not to see";
    CERTIFICATE_AND_CRL_ARE_CHECKED = "5.2" / 7, Must, Client, "check the certificate chain of the resource server, revocation lists included";
    COOKIES_IN_CLEAR_HOLD_NO_TOKEN = "5.2" / 8, MustNot, Both, "put no token into a cookie that could travel unencrypted";
    BACK_END_KEEPS_TOKENS_SECRET = "5.2" / 9, Must, Other, "a deployment whose TLS ends at a front end must keep tokens secret behind it";
    TOKEN_LIFETIME_IS_LIMITED = "5.2" / 10, Must, Server, "the server must limit how long a token lives";
    EXCHANGES_ARE_CONFIDENTIAL = "5.2" / 11, Must, Both, "keep what passes between client, authorization server and resource server secret";
    SERVER_IDENTITY_IS_CHECKED = "5.2" / 12, Must, Client, "compare the name of the resource server with its certificate";
    UNTRUSTED_CHAIN_GETS_NO_TOKEN = "5.2" / 13, Must, Client, "present no token where the certificate chain does not hold";

    // §5.3
    TOKENS_ARE_NOT_LEAKED = "5.3" / 1, Must, Client, "let no token reach anyone it is not meant for";
    CHAIN_IS_VALIDATED = "5.3" / 2, Must, Client, "check the certificate chain at every request to a protected resource";
    TLS_IS_ALWAYS_USED = "5.3" / 3, Must, Client, "send a token over https or an equal protection only";
    NO_TOKEN_IN_INSECURE_COOKIES = "5.3" / 4, MustNot, Both, "store no token in a cookie without the attribute Secure";
    COOKIE_TOKENS_NEED_CSRF_DEFENCE = "5.3" / 5, Must, Both, "guard against cross-site request forgery where a cookie holds a token";
    TOKENS_ARE_SHORT_LIVED = "5.3" / 6, Should, Server, "the server should issue tokens that live an hour or less";
    TOKENS_NAME_THEIR_AUDIENCE = "5.3" / 7, Should, Server, "the server should issue tokens that name the audience they are for";
    NO_TOKEN_IN_PAGE_URLS = "5.3" / 8, ShouldNot, Both, "put no token into the URL of a page";
    TOKEN_GOES_IN_HEADER_OR_BODY = "5.3" / 9, Should, Both, "carry tokens in headers or bodies that are kept secret";
}
