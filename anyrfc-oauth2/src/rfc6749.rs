//! The catalogue of RFC 6749: every normative keyword, in the RFC's own order.
//!
//! Ids are `rfc6749#4.1.1-1`: the section, and the number of the keyword in it; `-h1` marks a rule
//! that the RFC states without one. `client` is who asks for tokens and uses them, `server` the
//! authorization server or the resource server, `other` everybody else: users, their browsers, authors of
//! other specifications, registries.
use anyrfc_core::requirements;

requirements! {
    /// The OAuth 2.0 Authorization Framework.
    RFC6749 = 6749, "The OAuth 2.0 Authorization Framework";

    // §1.6
    OTHER_TRANSPORT_SECURITY_MAY_BE_THERE = "1.6" / 1, May, Both, "other security of the transport may be offered besides TLS";

    // §1.9
    PARAMETERS_ARE_CASE_SENSITIVE = "1.9" / h(1), Must, Both, "tell upper from lower case in names and values of parameters, where nothing else is said";

    // §2
    DEVELOPER_REGISTERS_THE_CLIENT = "2" / 1, Shall, Other, "who develops a client names its type, its redirect URIs and what else is asked for";

    // §2.1
    CLIENT_TYPE_IS_NOT_ASSUMED = "2.1" / 1, ShouldNot, Server, "the server should not guess of which type a client is";
    COMPONENTS_ARE_REGISTERED_APART = "2.1" / 2, Should, Other, "have a client identifier of its own for each component, failing other guidance";

    // §2.2
    CLIENT_ID_IS_NO_CREDENTIAL = "2.2" / 1, MustNot, Both, "take the client identifier without more for no authentication";
    CLIENT_ID_HAS_ANY_SIZE = "2.2" / h(1), ShouldNot, Client, "assume no size of the client identifier";
    CLIENT_ID_SIZE_IS_DOCUMENTED = "2.2" / 2, Should, Server, "the server should document how long its client identifiers get";

    // §2.3
    ANY_CLIENT_AUTHENTICATION_MAY_DO = "2.3" / 1, May, Server, "the server may take any client authentication that is safe enough for it";
    PUBLIC_CLIENTS_MAY_AUTHENTICATE = "2.3" / 2, May, Server, "the server may agree upon an authentication with public clients";
    PUBLIC_CLIENTS_ARE_NOT_IDENTIFIED = "2.3" / 3, MustNot, Server, "the server must not know a public client by its authentication";
    ONE_AUTHENTICATION_PER_REQUEST = "2.3" / 4, MustNot, Client, "authenticate in one way only within a request";

    // §2.3.1
    PASSWORD_MAY_GO_BY_BASIC = "2.3.1" / 1, May, Client, "the client may send its password by HTTP Basic";
    BASIC_CREDENTIALS_ARE_FORM_ENCODED = "2.3.1" / h(1), Must, Client, "form-encode identifier and password before they become user name and password of Basic";
    BASIC_IS_SUPPORTED = "2.3.1" / 2, Must, Server, "the server must support HTTP Basic for clients with a password";
    BODY_CREDENTIALS_MAY_BE_SUPPORTED = "2.3.1" / 3, May, Server, "the server may take client credentials from the body too";
    BODY_HAS_CLIENT_ID = "2.3.1" / 4, Required, Client, "send client_id where the credentials go in the body";
    BODY_HAS_CLIENT_SECRET = "2.3.1" / 5, Required, Client, "send client_secret where the credentials go in the body";
    EMPTY_SECRET_MAY_BE_LEFT_OUT = "2.3.1" / 6, May, Client, "client_secret may be left out when it is empty";
    BODY_CREDENTIALS_ARE_NOT_PREFERRED = "2.3.1" / 7, NotRecommended, Client, "prefer another way to credentials in the body";
    BODY_CREDENTIALS_ARE_A_LAST_RESORT = "2.3.1" / 8, Should, Client, "put credentials in the body only where HTTP Basic or its like cannot be used";
    NO_CREDENTIALS_IN_THE_URI = "2.3.1" / 9, MustNot, Client, "keep client_id and client_secret as credentials out of the URI of the request";
    PASSWORD_NEEDS_TLS = "2.3.1" / 10, Must, Server, "the server must require TLS for requests with a client password";
    PASSWORD_IS_GUARDED_AGAINST_GUESSING = "2.3.1" / 11, Must, Server, "the server must guard endpoints that take a client password from brute force";

    // §2.3.2
    OTHER_HTTP_SCHEMES_MAY_BE_SUPPORTED = "2.3.2" / 1, May, Server, "the server may support other HTTP authentication schemes that suit it";
    OTHER_METHODS_MAP_TO_CLIENT_IDS = "2.3.2" / 2, Must, Server, "the server must say how the credentials of other methods map to client identifiers";

    // §3
    EXTENSION_GRANTS_MAY_ADD_ENDPOINTS = "3" / 1, May, Other, "extension grants may bring endpoints of their own";

    // §3.1
    RESOURCE_OWNER_IS_VERIFIED = "3.1" / 1, Must, Server, "the server must find out first who the resource owner is";
    AUTHORIZATION_URI_MAY_HAVE_A_QUERY = "3.1" / 2, May, Server, "the server may have a query in the URI of its authorization endpoint";
    AUTHORIZATION_URI_QUERY_IS_KEPT = "3.1" / 3, Must, Client, "keep the query of the authorization endpoint when parameters are added";
    AUTHORIZATION_URI_HAS_NO_FRAGMENT = "3.1" / 4, MustNot, Server, "the server must not have a fragment in the URI of its authorization endpoint";
    AUTHORIZATION_ENDPOINT_NEEDS_TLS = "3.1" / 5, Must, Server, "the server must require TLS at the authorization endpoint";
    AUTHORIZATION_ENDPOINT_TAKES_GET = "3.1" / 6, Must, Server, "the server must take GET at the authorization endpoint";
    AUTHORIZATION_ENDPOINT_MAY_TAKE_POST = "3.1" / 7, May, Server, "the server may take POST at the authorization endpoint";
    AUTHORIZATION_EMPTY_IS_ABSENT = "3.1" / 8, Must, Server, "the server must take an empty parameter of an authorization request for a missing one";
    AUTHORIZATION_UNKNOWN_IS_IGNORED = "3.1" / 9, Must, Server, "the server must ignore parameters of an authorization request that it does not know";
    AUTHORIZATION_PARAMETERS_ARE_SINGLE = "3.1" / 10, MustNot, Both, "send no parameter twice in an authorization request or its response";

    // §3.1.1
    RESPONSE_TYPE_IS_SENT = "3.1.1" / 1, Required, Client, "send response_type to the authorization endpoint";
    RESPONSE_TYPE_IS_KNOWN = "3.1.1" / 2, Must, Client, "let response_type be `code`, `token` or a registered extension";
    RESPONSE_TYPES_MAY_BE_LISTS = "3.1.1" / 3, May, Other, "an extension response type may be a list with spaces, in any order";
    BAD_RESPONSE_TYPE_IS_AN_ERROR = "3.1.1" / 4, Must, Server, "the server must answer a missing or unknown response_type with an error";

    // §3.1.2
    REDIRECT_URI_IS_ABSOLUTE = "3.1.2" / 1, Must, Client, "use an absolute redirect URI";
    REDIRECT_URI_MAY_HAVE_A_QUERY = "3.1.2" / 2, May, Client, "the redirect URI may have a query";
    REDIRECT_URI_QUERY_IS_KEPT = "3.1.2" / 3, Must, Server, "the server must keep the query of the redirect URI when it adds parameters";
    REDIRECT_URI_HAS_NO_FRAGMENT = "3.1.2" / 4, MustNot, Client, "use a redirect URI without a fragment";

    // §3.1.2.1
    REDIRECT_ENDPOINT_REQUIRES_TLS = "3.1.2.1" / 1, Should, Client, "require TLS at the redirect URI for codes, tokens and other sensitive credentials";
    INSECURE_REDIRECT_IS_WARNED_OF = "3.1.2.1" / 2, Should, Server, "the server should warn the resource owner before it redirects without TLS";

    // §3.1.2.2
    PUBLIC_REDIRECT_URIS_ARE_REGISTERED = "3.1.2.2" / 1, Must, Server, "the server must have public and implicit clients register their redirect URIs";
    ALL_REDIRECT_URIS_ARE_REGISTERED = "3.1.2.2" / 2, Should, Server, "the server should have every client register its redirect URIs beforehand";
    WHOLE_REDIRECT_URI_IS_REGISTERED = "3.1.2.2" / 3, Should, Server, "the server should ask for the whole redirect URI at registration";
    STATE_MAY_CUSTOMISE = "3.1.2.2" / 4, May, Client, "the client may tell requests apart by state instead of by redirect URI";
    REDIRECT_URI_UP_TO_PATH_IS_REGISTERED = "3.1.2.2" / 5, Should, Server, "the server should ask for scheme, authority and path where not for the whole redirect URI";
    SEVERAL_REDIRECT_URIS_MAY_BE_REGISTERED = "3.1.2.2" / 6, May, Server, "the server may let a client register several redirect URIs";

    // §3.1.2.3
    REDIRECT_URI_IS_SENT_WHEN_UNCLEAR = "3.1.2.3" / 1, Must, Client, "send redirect_uri unless exactly one whole redirect URI is registered";
    REDIRECT_URI_IS_MATCHED = "3.1.2.3" / 2, Must, Server, "the server must match redirect_uri with those registered";
    REDIRECT_URI_IS_COMPARED_AS_A_STRING = "3.1.2.3" / 3, Must, Server, "the server must compare a redirect URI registered in full as a simple string";

    // §3.1.2.4
    BAD_REDIRECT_URI_IS_SHOWN = "3.1.2.4" / 1, Should, Server, "the server should tell the resource owner when the redirect URI is missing or wrong";
    NO_REDIRECT_TO_A_BAD_URI = "3.1.2.4" / 2, MustNot, Server, "the server must not redirect to a URI that failed validation";

    // §3.1.2.5
    NO_THIRD_PARTY_SCRIPTS = "3.1.2.5" / 1, ShouldNot, Client, "answer at the redirect URI without scripts of third parties";
    CREDENTIALS_LEAVE_THE_URI = "3.1.2.5" / 2, Should, Client, "take the credentials out of the URI and redirect to one that does not show them";
    OWN_SCRIPTS_RUN_FIRST = "3.1.2.5" / 3, Must, Client, "run the own scripts before those of third parties";

    // §3.2
    TOKEN_URI_MAY_HAVE_A_QUERY = "3.2" / 1, May, Server, "the server may have a query in the URI of its token endpoint";
    TOKEN_URI_QUERY_IS_KEPT = "3.2" / 2, Must, Client, "keep the query of the token endpoint when parameters are added";
    TOKEN_URI_HAS_NO_FRAGMENT = "3.2" / 3, MustNot, Server, "the server must not have a fragment in the URI of its token endpoint";
    TOKEN_ENDPOINT_NEEDS_TLS = "3.2" / 4, Must, Server, "the server must require TLS at the token endpoint";
    TOKEN_REQUEST_IS_A_POST = "3.2" / 5, Must, Client, "ask for tokens by POST";
    TOKEN_EMPTY_IS_ABSENT = "3.2" / 6, Must, Server, "the server must take an empty parameter of a token request for a missing one";
    TOKEN_UNKNOWN_IS_IGNORED = "3.2" / 7, Must, Server, "the server must ignore parameters of a token request that it does not know";
    TOKEN_PARAMETERS_ARE_SINGLE = "3.2" / 8, MustNot, Both, "send no parameter twice in a token request or its response";

    // §3.2.1
    CREDENTIALS_ARE_USED_AT_THE_TOKEN_ENDPOINT = "3.2.1" / 1, Must, Client, "authenticate at the token endpoint when there are client credentials";
    CLIENT_ID_MAY_IDENTIFY = "3.2.1" / 2, May, Client, "the client may name itself by client_id at the token endpoint";
    UNAUTHENTICATED_CODE_REQUEST_HAS_CLIENT_ID = "3.2.1" / 3, Must, Client, "send client_id along with a code when there is no authentication";

    // §3.3
    SCOPE_IS_A_LIST_WITH_SPACES = "3.3" / h(1), Must, Both, "write a scope as tokens of the characters allowed, with one space between each, in any order";
    SCOPE_MAY_BE_CUT = "3.3" / 1, May, Server, "the server may grant less of the scope than was asked for, or ignore it";
    OTHER_SCOPE_IS_TOLD = "3.3" / 2, Must, Server, "the server must send scope when it granted another one than was asked for";
    MISSING_SCOPE_IS_DEFAULT_OR_ERROR = "3.3" / 3, Must, Server, "the server must use a default for a missing scope, or refuse it as invalid";
    SCOPE_IS_DOCUMENTED = "3.3" / 4, Should, Server, "the server should document which scopes it needs and its default";

    // §4.1
    CODE_REDIRECT_CAN_BE_RECEIVED = "4.1" / h(1), Must, Client, "be able to send the user agent off for a code and to receive the redirect";

    // §4.1.1
    CODE_REQUEST_IS_A_FORM_IN_THE_QUERY = "4.1.1" / h(1), Must, Client, "add the parameters form-encoded to the query of the authorization endpoint";
    CODE_REQUEST_HAS_RESPONSE_TYPE = "4.1.1" / 1, Required, Client, "send response_type when asking for a code";
    CODE_RESPONSE_TYPE_IS_CODE = "4.1.1" / 2, Must, Client, "ask for a code by the response_type `code`";
    CODE_REQUEST_HAS_CLIENT_ID = "4.1.1" / 3, Required, Client, "send client_id when asking for a code";
    CODE_REDIRECT_URI_MAY_BE_LEFT_OUT = "4.1.1" / 4, Optional, Client, "redirect_uri may be left out when asking for a code";
    CODE_SCOPE_MAY_BE_LEFT_OUT = "4.1.1" / 5, Optional, Client, "scope may be left out when asking for a code";
    CODE_REQUEST_HAS_STATE = "4.1.1" / 6, Recommended, Client, "send state when asking for a code";
    CODE_STATE_PREVENTS_CSRF = "4.1.1" / 7, Should, Client, "use the state of a code request against cross-site request forgery";

    // §4.1.2
    CODE_IS_RETURNED = "4.1.2" / 1, Required, Server, "the server must return code";
    CODE_EXPIRES_SOON = "4.1.2" / 2, Must, Server, "the server must let a code expire soon";
    CODE_LIVES_TEN_MINUTES = "4.1.2" / 3, Recommended, Server, "the server should let no code live longer than ten minutes";
    CODE_IS_USED_ONCE = "4.1.2" / 4, MustNot, Client, "send a code once only";
    SECOND_USE_IS_DENIED = "4.1.2" / 5, Must, Server, "the server must refuse a code that was used before";
    SECOND_USE_REVOKES = "4.1.2" / 6, Should, Server, "the server should revoke the tokens of a code that comes a second time";
    CODE_STATE_IS_RETURNED = "4.1.2" / 7, Required, Server, "the server must return state with the code when it was sent";
    CODE_UNKNOWN_IS_IGNORED = "4.1.2" / 8, Must, Client, "ignore parameters of a code response that are not known";
    CODE_HAS_ANY_SIZE = "4.1.2" / h(1), ShouldNot, Client, "assume no size of a code";
    CODE_SIZES_ARE_DOCUMENTED = "4.1.2" / 9, Should, Server, "the server should document how long its codes get";

    // §4.1.2.1
    CODE_BAD_REDIRECT_IS_SHOWN = "4.1.2.1" / 1, Should, Server, "the server should tell the resource owner when a code request names no valid redirect URI or client";
    CODE_ERROR_GOES_TO_NO_BAD_URI = "4.1.2.1" / 2, MustNot, Server, "the server must not redirect a failed code request to an invalid URI";
    CODE_ERROR_IS_RETURNED = "4.1.2.1" / 3, Required, Server, "the server must return error when a code request fails";
    CODE_ERROR_CHARACTERS = "4.1.2.1" / 4, MustNot, Server, "the server must not use characters beyond those allowed in error when a code request fails";
    CODE_DESCRIPTION_MAY_BE_LEFT_OUT = "4.1.2.1" / 5, Optional, Server, "the server may leave out error_description when a code request fails";
    CODE_DESCRIPTION_CHARACTERS = "4.1.2.1" / 6, MustNot, Server, "the server must not use characters beyond those allowed in error_description when a code request fails";
    CODE_ERROR_URI_MAY_BE_LEFT_OUT = "4.1.2.1" / 7, Optional, Server, "the server may leave out error_uri when a code request fails";
    CODE_ERROR_URI_IS_A_REFERENCE = "4.1.2.1" / 8, Must, Server, "the server must send a URI reference as error_uri when a code request fails";
    CODE_ERROR_URI_CHARACTERS = "4.1.2.1" / 9, MustNot, Server, "the server must not use characters beyond those allowed in error_uri when a code request fails";
    CODE_ERROR_STATE_IS_RETURNED = "4.1.2.1" / 10, Required, Server, "the server must return state with the error of a code request that had it";

    // §4.1.3
    TOKEN_REQUEST_IS_A_FORM_IN_THE_BODY = "4.1.3" / h(1), Must, Client, "send the parameters of a token request form-encoded in the body, in UTF-8";
    EXCHANGE_HAS_GRANT_TYPE = "4.1.3" / 1, Required, Client, "send grant_type along with a code";
    EXCHANGE_GRANT_TYPE_IS_AUTHORIZATION_CODE = "4.1.3" / 2, Must, Client, "name the grant_type `authorization_code` when exchanging a code";
    EXCHANGE_HAS_CODE = "4.1.3" / 3, Required, Client, "send the code that was received as code";
    EXCHANGE_REPEATS_REDIRECT_URI = "4.1.3" / 4, Required, Client, "send redirect_uri along with a code when it was in the authorization request";
    EXCHANGE_REDIRECT_URI_IS_THE_SAME = "4.1.3" / 5, Must, Client, "send the very redirect_uri of the authorization request along with a code";
    EXCHANGE_WITHOUT_CREDENTIALS_HAS_CLIENT_ID = "4.1.3" / 6, Required, Client, "send client_id along with a code where the request is not authenticated";
    EXCHANGE_IS_AUTHENTICATED = "4.1.3" / 7, Must, Client, "authenticate the exchange of a code when the client is confidential or has credentials";
    EXCHANGE_IS_VALIDATED = "4.1.3" / 8, Must, Server, "the server must check the client, the code and the redirect_uri of an exchange";

    // §4.2
    IMPLICIT_REDIRECT_CAN_BE_RECEIVED = "4.2" / h(1), Must, Client, "be able to send the user agent off for an implicit grant and to receive the redirect";

    // §4.2.1
    IMPLICIT_REQUEST_HAS_RESPONSE_TYPE = "4.2.1" / 1, Required, Client, "send response_type when asking for an implicit grant";
    IMPLICIT_RESPONSE_TYPE_IS_TOKEN = "4.2.1" / 2, Must, Client, "ask for an implicit grant by the response_type `token`";
    IMPLICIT_REQUEST_HAS_CLIENT_ID = "4.2.1" / 3, Required, Client, "send client_id when asking for an implicit grant";
    IMPLICIT_REDIRECT_URI_MAY_BE_LEFT_OUT = "4.2.1" / 4, Optional, Client, "redirect_uri may be left out when asking for an implicit grant";
    IMPLICIT_SCOPE_MAY_BE_LEFT_OUT = "4.2.1" / 5, Optional, Client, "scope may be left out when asking for an implicit grant";
    IMPLICIT_REQUEST_HAS_STATE = "4.2.1" / 6, Recommended, Client, "send state when asking for an implicit grant";
    IMPLICIT_STATE_PREVENTS_CSRF = "4.2.1" / 7, Should, Client, "use the state of an implicit request against cross-site request forgery";
    IMPLICIT_REDIRECT_URI_IS_REGISTERED = "4.2.1" / 8, Must, Server, "the server must redirect an implicit grant only to a redirect URI that is registered";

    // §4.2.2
    IMPLICIT_ACCESS_TOKEN_IS_RETURNED = "4.2.2" / 1, Required, Server, "the server must return access_token in an implicit grant";
    IMPLICIT_TOKEN_TYPE_IS_RETURNED = "4.2.2" / 2, Required, Server, "the server must return token_type in an implicit grant";
    IMPLICIT_TOKEN_TYPE_IGNORES_CASE = "4.2.2" / h(1), Must, Client, "take the token_type of an implicit grant in any case";
    IMPLICIT_LIFETIME_IS_RETURNED = "4.2.2" / 3, Recommended, Server, "the server should return expires_in in an implicit grant";
    IMPLICIT_LIFETIME_IS_KNOWN_OTHERWISE = "4.2.2" / 4, Should, Server, "the server should tell or document the lifetime of an implicit token without expires_in";
    IMPLICIT_SAME_SCOPE_MAY_BE_LEFT_OUT = "4.2.2" / 5, Optional, Server, "the server may leave out scope in an implicit grant of what was asked for";
    IMPLICIT_OTHER_SCOPE_IS_RETURNED = "4.2.2" / 6, Required, Server, "the server must return scope in an implicit grant of another scope";
    IMPLICIT_STATE_IS_RETURNED = "4.2.2" / 7, Required, Server, "the server must return state with an implicit grant when it was sent";
    IMPLICIT_GRANT_HAS_NO_REFRESH_TOKEN = "4.2.2" / 8, MustNot, Server, "the server must not give a refresh token with an implicit grant";
    IMPLICIT_UNKNOWN_IS_IGNORED = "4.2.2" / 9, Must, Client, "ignore parameters of an implicit grant that are not known";
    IMPLICIT_VALUES_HAVE_ANY_SIZE = "4.2.2" / h(2), ShouldNot, Client, "assume no size of the values of an implicit grant";
    IMPLICIT_SIZES_ARE_DOCUMENTED = "4.2.2" / 10, Should, Server, "the server should document how long the values of an implicit grant get";

    // §4.2.2.1
    IMPLICIT_BAD_REDIRECT_IS_SHOWN = "4.2.2.1" / 1, Should, Server, "the server should tell the resource owner when an implicit request has a bad redirect URI or client";
    IMPLICIT_ERROR_GOES_TO_NO_BAD_URI = "4.2.2.1" / 2, MustNot, Server, "the server must not redirect a failed implicit request to an invalid URI";
    IMPLICIT_ERROR_IS_RETURNED = "4.2.2.1" / 3, Required, Server, "the server must return error when an implicit request fails";
    IMPLICIT_ERROR_CHARACTERS = "4.2.2.1" / 4, MustNot, Server, "the server must not use characters beyond those allowed in error when an implicit request fails";
    IMPLICIT_DESCRIPTION_MAY_BE_LEFT_OUT = "4.2.2.1" / 5, Optional, Server, "the server may leave out error_description when an implicit request fails";
    IMPLICIT_DESCRIPTION_CHARACTERS = "4.2.2.1" / 6, MustNot, Server, "the server must not use characters beyond those allowed in error_description when an implicit request fails";
    IMPLICIT_ERROR_URI_MAY_BE_LEFT_OUT = "4.2.2.1" / 7, Optional, Server, "the server may leave out error_uri when an implicit request fails";
    IMPLICIT_ERROR_URI_IS_A_REFERENCE = "4.2.2.1" / 8, Must, Server, "the server must send a URI reference as error_uri when an implicit request fails";
    IMPLICIT_ERROR_URI_CHARACTERS = "4.2.2.1" / 9, MustNot, Server, "the server must not use characters beyond those allowed in error_uri when an implicit request fails";
    IMPLICIT_ERROR_STATE_IS_RETURNED = "4.2.2.1" / 10, Required, Server, "the server must return state with the error of an implicit request that had it";

    // §4.3.1
    PASSWORD_IS_DISCARDED = "4.3.1" / 1, Must, Client, "forget user name and password of the resource owner once there is an access token";

    // §4.3.2
    PASSWORD_GRANT_HAS_GRANT_TYPE = "4.3.2" / 1, Required, Client, "send grant_type with a password grant";
    PASSWORD_GRANT_TYPE_IS_PASSWORD = "4.3.2" / 2, Must, Client, "name the grant_type `password` for a password grant";
    PASSWORD_GRANT_HAS_USERNAME = "4.3.2" / 3, Required, Client, "send username with a password grant";
    PASSWORD_GRANT_HAS_PASSWORD = "4.3.2" / 4, Required, Client, "send password with a password grant";
    PASSWORD_SCOPE_MAY_BE_LEFT_OUT = "4.3.2" / 5, Optional, Client, "scope may be left out of a password grant";
    PASSWORD_GRANT_IS_AUTHENTICATED = "4.3.2" / 6, Must, Client, "authenticate a password grant when the client is confidential or has credentials";
    PASSWORD_GRANT_IS_VALIDATED = "4.3.2" / 7, Must, Server, "the server must check the client and the password of a password grant";
    PASSWORD_GRANT_IS_GUARDED = "4.3.2" / 8, Must, Server, "the server must guard the password grant from brute force";

    // §4.4
    CLIENT_GRANT_IS_FOR_CONFIDENTIAL_CLIENTS = "4.4" / 1, Must, Client, "use the client credentials grant only as a confidential client";

    // §4.4.2
    CLIENT_GRANT_HAS_GRANT_TYPE = "4.4.2" / 1, Required, Client, "send grant_type with a client credentials grant";
    CLIENT_GRANT_TYPE_IS_CLIENT_CREDENTIALS = "4.4.2" / 2, Must, Client, "name the grant_type `client_credentials` for a client credentials grant";
    CLIENT_GRANT_SCOPE_MAY_BE_LEFT_OUT = "4.4.2" / 3, Optional, Client, "scope may be left out of a client credentials grant";
    CLIENT_GRANT_IS_AUTHENTICATED = "4.4.2" / 4, Must, Client, "authenticate every client credentials grant";
    CLIENT_GRANT_IS_VALIDATED = "4.4.2" / 5, Must, Server, "the server must authenticate who asks for a client credentials grant";

    // §4.4.3
    CLIENT_GRANT_HAS_NO_REFRESH_TOKEN = "4.4.3" / 1, ShouldNot, Server, "the server should not give a refresh token with a client credentials grant";

    // §4.5
    EXTENSION_GRANT_TYPE_IS_A_URI = "4.5" / h(1), Must, Client, "name an extension grant by its absolute URI as grant_type";

    // §5.1
    ACCESS_TOKEN_IS_RETURNED = "5.1" / 1, Required, Server, "the server must return access_token in a token response";
    TOKEN_TYPE_IS_RETURNED = "5.1" / 2, Required, Server, "the server must return token_type in a token response";
    TOKEN_TYPE_IGNORES_CASE = "5.1" / h(1), Must, Client, "take the token_type of a token response in any case";
    LIFETIME_IS_RETURNED = "5.1" / 3, Recommended, Server, "the server should return expires_in in a token response";
    LIFETIME_IS_KNOWN_OTHERWISE = "5.1" / 4, Should, Server, "the server should tell or document the lifetime of a token without expires_in";
    REFRESH_TOKEN_MAY_BE_LEFT_OUT = "5.1" / 5, Optional, Server, "the server may leave out refresh_token in a token response";
    SAME_SCOPE_MAY_BE_LEFT_OUT = "5.1" / 6, Optional, Server, "the server may leave out scope in a token response when it is what was asked for";
    OTHER_SCOPE_IS_RETURNED = "5.1" / 7, Required, Server, "the server must return scope in a token response when it is another one";
    TOKEN_RESPONSE_IS_A_JSON_OBJECT = "5.1" / h(2), Must, Client, "read a token response as a JSON object with its members in any order";
    TOKEN_RESPONSE_IS_NOT_STORED = "5.1" / 8, Must, Server, "the server must forbid storing of a token response by Cache-Control and Pragma";
    UNKNOWN_MEMBERS_ARE_IGNORED = "5.1" / 9, Must, Client, "ignore members of a token response that are not known";
    TOKENS_HAVE_ANY_SIZE = "5.1" / h(3), ShouldNot, Client, "assume no size of tokens and other values of a token response";
    TOKEN_SIZES_ARE_DOCUMENTED = "5.1" / 10, Should, Server, "the server should document how long the values of a token response get";

    // §5.2
    TOKEN_ERROR_IS_A_JSON_OBJECT = "5.2" / h(1), Must, Client, "read the error of a token request from a JSON object with its members in any order";
    TOKEN_ERROR_IS_RETURNED = "5.2" / 1, Required, Server, "the server must return error when a token request fails";
    INVALID_CLIENT_MAY_BE_401 = "5.2" / 2, May, Server, "the server may answer invalid_client with 401 to show its authentication schemes";
    FAILED_AUTHORIZATION_HEADER_IS_401 = "5.2" / 3, Must, Server, "the server must answer 401 and WWW-Authenticate when an Authorization header failed";
    TOKEN_ERROR_CHARACTERS = "5.2" / 4, MustNot, Server, "the server must not use characters beyond those allowed in error when a token request fails";
    TOKEN_DESCRIPTION_MAY_BE_LEFT_OUT = "5.2" / 5, Optional, Server, "the server may leave out error_description when a token request fails";
    TOKEN_DESCRIPTION_CHARACTERS = "5.2" / 6, MustNot, Server, "the server must not use characters beyond those allowed in error_description when a token request fails";
    TOKEN_ERROR_URI_MAY_BE_LEFT_OUT = "5.2" / 7, Optional, Server, "the server may leave out error_uri when a token request fails";
    TOKEN_ERROR_URI_IS_A_REFERENCE = "5.2" / 8, Must, Server, "the server must send a URI reference as error_uri when a token request fails";
    TOKEN_ERROR_URI_CHARACTERS = "5.2" / 9, MustNot, Server, "the server must not use characters beyond those allowed in error_uri when a token request fails";

    // §6
    REFRESH_HAS_GRANT_TYPE = "6" / 1, Required, Client, "send grant_type with a refresh";
    REFRESH_GRANT_TYPE_IS_REFRESH_TOKEN = "6" / 2, Must, Client, "name the grant_type `refresh_token` for a refresh";
    REFRESH_HAS_REFRESH_TOKEN = "6" / 3, Required, Client, "send refresh_token with a refresh";
    REFRESH_SCOPE_MAY_BE_LEFT_OUT = "6" / 4, Optional, Client, "scope may be left out of a refresh";
    REFRESH_ASKS_FOR_NO_MORE_SCOPE = "6" / 5, MustNot, Client, "ask in a refresh for no scope that was not granted at first";
    REFRESH_IS_AUTHENTICATED = "6" / 6, Must, Client, "authenticate a refresh when the client is confidential or has credentials";
    REFRESH_IS_VALIDATED = "6" / 7, Must, Server, "the server must check the client and the token of a refresh";
    REFRESH_TOKEN_MAY_BE_RENEWED = "6" / 8, May, Server, "the server may give a new refresh token in answer to a refresh";
    NEW_REFRESH_TOKEN_REPLACES_THE_OLD = "6" / 9, Must, Client, "replace the old refresh token by the new one and forget it";
    OLD_REFRESH_TOKEN_MAY_BE_REVOKED = "6" / 10, May, Server, "the server may revoke the old refresh token once it gave a new one";
    NEW_REFRESH_TOKEN_HAS_THE_SAME_SCOPE = "6" / 11, Must, Server, "the server must give a new refresh token the scope of the old one";

    // §7
    ACCESS_TOKEN_IS_VALIDATED = "7" / 1, Must, Server, "the server must check an access token, its expiry and whether its scope suffices for the resource";

    // §7.1
    UNKNOWN_TOKEN_TYPE_IS_NOT_USED = "7.1" / 1, MustNot, Client, "use no access token whose token_type is not understood";

    // §7.2
    RESOURCE_ERROR_IS_TOLD = "7.2" / 1, Should, Server, "the server should tell the client why access to a resource failed";
    NEW_SCHEMES_HAVE_ERROR_CODES = "7.2" / 2, Should, Other, "a new scheme made for OAuth defines how it tells registered error codes";
    SCHEMES_MAY_LIMIT_ERROR_CODES = "7.2" / 3, May, Other, "such a scheme may use only some of the error codes registered";
    SCHEMES_CALL_IT_ERROR = "7.2" / 4, Should, Other, "a scheme calls the parameter of its error code `error`";
    OTHER_SCHEMES_MAY_USE_THE_REGISTRY = "7.2" / 5, May, Other, "schemes not made for OAuth may use the error registry as well";
    SCHEMES_MAY_DESCRIBE_ERRORS = "7.2" / 6, May, Other, "a new scheme may have error_description and error_uri";

    // §8.1
    URI_TYPES_ARE_FOR_VENDORS = "8.1" / 1, Should, Other, "access token types named by a URI are for vendors' own use";
    OTHER_TYPES_ARE_REGISTERED = "8.1" / 2, Must, Other, "access token types not named by a URI are registered";
    TYPE_NAMES_HAVE_A_GRAMMAR = "8.1" / 3, Must, Other, "names of access token types keep to their grammar";
    TYPE_IS_NAMED_LIKE_ITS_SCHEME = "8.1" / 4, Should, Other, "an access token type has the name of the HTTP scheme it brings";

    // §8.2
    PARAMETER_NAMES_HAVE_A_GRAMMAR = "8.2" / 1, Must, Other, "names of new parameters keep to their grammar";
    PARAMETER_VALUES_ARE_DEFINED = "8.2" / 2, Must, Other, "the syntax of a new parameter's values is defined well";
    VENDOR_PARAMETERS_HAVE_A_PREFIX = "8.2" / 3, Should, Other, "unregistered parameters of a vendor begin with a prefix of its own";

    // §8.3
    EXTENSION_GRANT_PARAMETERS_ARE_REGISTERED = "8.3" / 1, Must, Other, "parameters that an extension grant adds are registered";

    // §8.4
    RESPONSE_TYPE_NAMES_HAVE_A_GRAMMAR = "8.4" / 1, Must, Other, "names of response types keep to their grammar";

    // §8.5
    EXTENSIONS_MAY_DEFINE_ERROR_CODES = "8.5" / 1, May, Other, "extensions may define error codes of their own";
    EXTENSION_ERROR_CODES_ARE_REGISTERED = "8.5" / 2, Must, Other, "error codes of registered extensions and extension grants are registered";
    OTHER_ERROR_CODES_MAY_BE_REGISTERED = "8.5" / 3, May, Other, "error codes of unregistered extensions may be registered";
    ERROR_CODES_HAVE_A_GRAMMAR = "8.5" / 4, Must, Other, "error codes of extensions keep to their grammar";
    ERROR_CODES_HAVE_A_PREFIX = "8.5" / 5, Should, Other, "error codes of extensions begin with a name that tells whose they are";
    INVALID_PARAMETER_ERROR_HAS_ITS_NAME = "8.5" / 6, Should, Other, "the error code of a wrong parameter value is the parameter's name and `_invalid`";

    // §9
    NATIVE_CLIENT_HAS_NO_CREDENTIALS = "9" / 1, Should, Client, "use the code grant in a native application without client credentials";

    // §10.1
    CLIENT_CREDENTIALS_ARE_SECRET = "10.1" / 1, Must, Client, "keep client passwords and other credentials of a web application secret";
    NATIVE_CLIENTS_GET_NO_CREDENTIALS = "10.1" / 2, MustNot, Server, "the server must not give native or browser applications credentials to authenticate with";
    AN_INSTALLATION_MAY_GET_CREDENTIALS = "10.1" / 3, May, Server, "the server may give credentials to one installation on one device";
    IDENTITY_IS_VALIDATED_OTHERWISE = "10.1" / 4, Should, Server, "the server should validate clients that cannot authenticate by other means";

    // §10.2
    CLIENT_IS_AUTHENTICATED_IF_POSSIBLE = "10.2" / 1, Must, Server, "the server must authenticate a client whenever it can";
    UNAUTHENTICATED_CLIENT_IS_REGISTERED = "10.2" / 2, Must, Server, "the server must have redirect URIs registered by clients that it cannot authenticate";
    OWNERS_ARE_PROTECTED_OTHERWISE = "10.2" / 3, Should, Server, "the server should protect resource owners from clients that it cannot authenticate";
    OWNER_DECIDES_WITH_KNOWLEDGE = "10.2" / 4, Should, Server, "the server should authenticate resource owners and show them client, scope and lifetime";
    REPEATED_REQUESTS_ARE_NOT_AUTOMATIC = "10.2" / 5, ShouldNot, Server, "the server should not grant repeated requests by itself unless it is sure of the client";

    // §10.3
    ACCESS_TOKENS_ARE_SECRET = "10.3" / 1, Must, Both, "keep access tokens secret and show them only to those they are for";
    ACCESS_TOKENS_GO_OVER_TLS = "10.3" / 2, Must, Both, "send access tokens only over TLS to a server that is authenticated";
    ACCESS_TOKENS_CANNOT_BE_MADE = "10.3" / 3, Must, Server, "the server must make access tokens that nobody else can make, change or guess";
    SCOPE_IS_MINIMAL = "10.3" / 4, Should, Client, "ask for no more scope than is needed";
    SCOPE_DEPENDS_ON_THE_CLIENT = "10.3" / 5, Should, Server, "the server should consider who the client is when it grants a scope";
    FEWER_RIGHTS_MAY_BE_GRANTED = "10.3" / 6, May, Server, "the server may give an access token fewer rights than were asked for";

    // §10.4
    REFRESH_TOKENS_MAY_BE_ISSUED = "10.4" / 1, May, Server, "the server may give refresh tokens to web and native applications";
    REFRESH_TOKENS_ARE_SECRET = "10.4" / 2, Must, Both, "keep refresh tokens secret between the authorization server and its client";
    REFRESH_TOKEN_IS_BOUND = "10.4" / 3, Must, Server, "the server must know to which client each refresh token belongs";
    REFRESH_TOKENS_GO_OVER_TLS = "10.4" / 4, Must, Both, "send refresh tokens only over TLS to a server that is authenticated";
    REFRESH_BINDING_IS_VERIFIED = "10.4" / 5, Must, Server, "the server must check whose a refresh token is when the client can authenticate";
    REFRESH_ABUSE_IS_DETECTED = "10.4" / 6, Should, Server, "the server should detect abused refresh tokens of clients that cannot authenticate";
    REFRESH_TOKENS_CANNOT_BE_MADE = "10.4" / 7, Must, Server, "the server must make refresh tokens that nobody else can make, change or guess";

    // §10.5
    CODES_GO_OVER_A_SECURE_CHANNEL = "10.5" / 1, Should, Both, "send codes over a secure channel";
    CODE_REDIRECT_REQUIRES_TLS = "10.5" / 2, Should, Client, "require TLS at a redirect URI on the network that receives codes";
    LOGIN_BY_CODE_REQUIRES_TLS = "10.5" / 3, Must, Client, "require TLS at the redirect URI when a code logs the resource owner in";
    CODES_ARE_SHORT_LIVED_AND_SINGLE = "10.5" / 4, Must, Server, "the server must give codes a short life and a single use";
    REPEATED_CODE_REVOKES_ACCESS_TOKENS = "10.5" / 5, Should, Server, "the server should try to revoke the access tokens of a code that is tried several times";
    CODE_BELONGS_TO_THE_CLIENT = "10.5" / 6, Must, Server, "the server must authenticate a client that can and check that the code is its own";

    // §10.6
    REDIRECT_URIS_OF_A_CODE_AGREE = "10.6" / 1, Must, Server, "the server must see that a code comes back with the redirect URI it was given for";
    PUBLIC_CLIENTS_REGISTER_URIS = "10.6" / 2, Must, Server, "the server must require registered redirect URIs of public clients";
    CONFIDENTIAL_CLIENTS_REGISTER_URIS = "10.6" / 3, Should, Server, "the server should require registered redirect URIs of confidential clients";
    SENT_REDIRECT_URI_IS_VALIDATED = "10.6" / 4, Must, Server, "the server must validate a redirect URI in a request by the registered one";

    // §10.7
    PASSWORD_GRANT_IS_AVOIDED = "10.7" / 1, Should, Both, "use the password grant as little as possible and other grants instead";

    // §10.8
    NO_SECRETS_IN_THE_CLEAR = "10.8" / 1, MustNot, Both, "send tokens, passwords and client credentials never in the clear";
    NO_CODES_IN_THE_CLEAR = "10.8" / 2, ShouldNot, Both, "send no codes in the clear";
    STATE_AND_SCOPE_HOLD_NO_SECRETS = "10.8" / 3, ShouldNot, Client, "put nothing sensitive in plain text into state and scope";

    // §10.9
    ENDPOINTS_REQUIRE_SERVER_AUTHENTICATION = "10.9" / 1, Must, Server, "the server must require TLS with its own authentication at both endpoints";
    CERTIFICATE_IS_VALIDATED = "10.9" / 2, Must, Client, "validate the certificate of the authorization server and its name";

    // §10.10
    SECRETS_CANNOT_BE_GUESSED = "10.10" / 1, Must, Server, "the server must keep attackers from guessing tokens, codes, passwords and credentials";
    TOKENS_HAVE_128_BITS = "10.10" / 2, Must, Server, "the server must make tokens that are guessed with a chance of 2^-128 at most";
    TOKENS_HAVE_160_BITS = "10.10" / 3, Should, Server, "the server should make tokens that are guessed with a chance of 2^-160 at most";
    USER_CREDENTIALS_ARE_PROTECTED = "10.10" / 4, Must, Server, "the server must use other means to protect credentials that users handle";

    // §10.11
    USER_ENDPOINTS_REQUIRE_TLS = "10.11" / 1, Must, Server, "the server must require TLS wherever users interact with it";

    // §10.12
    REDIRECT_URI_IS_SAFE_FROM_CSRF = "10.12" / 1, Must, Client, "protect the redirect URI from cross-site request forgery";
    STATE_CARRIES_THE_BINDING = "10.12" / 2, Should, Client, "let state carry the value that binds a request to the user agent";
    STATE_IS_COMPARED = "10.12" / h(1), Must, Client, "compare the state that came back with what was sent";
    BINDING_CANNOT_BE_GUESSED = "10.12" / 3, Must, Client, "make the binding value of something that cannot be guessed";
    BINDING_STATE_IS_KEPT_APART = "10.12" / 4, Must, Client, "keep the session to which a request is bound where only client and user agent reach it";
    AUTHORIZATION_IS_SAFE_FROM_CSRF = "10.12" / 5, Must, Server, "the server must protect its authorization endpoint from forgery and ask the resource owner";

    // §10.13
    EXTERNAL_BROWSER_IS_USED = "10.13" / 1, Should, Client, "use an external browser in native applications instead of an embedded one";

    // §10.14
    RECEIVED_VALUES_ARE_SANITISED = "10.14" / 1, Must, Both, "sanitise every value received and validate it where that is possible";

    // §10.16
    LOGIN_NEEDS_MORE_THAN_IMPLICIT = "10.16" / 1, MustNot, Other, "a specification of logins uses the implicit grant only where the token's audience can be told";

    // §11.1.1
    TYPE_PARAMETERS_ARE_REGISTERED = "11.1.1" / 1, Must, Other, "new parameters of an access token type are registered on their own";

    // §11.4.1
    REGISTERED_ERROR_CHARACTERS = "11.4.1" / 1, MustNot, Other, "registered error names keep to the character set of error";

    // Appendix B
    FORMS_ARE_UTF_8 = "B" / 1, Must, Both, "encode names and values of a form in UTF-8 before escaping them";

    // Appendix A
    SECRETS_ARE_VISIBLE = "A" / h(1), Must, Both, "build tokens, codes, secrets and client identifiers of visible ASCII characters and spaces alone";

    // Appendix B
    FORMS_ARE_ESCAPED = "B" / h(1), Must, Both, "escape the octets of names and values of a form by the rules of HTML 4.01";
    FORMS_ARE_READ_AS_UTF_8 = "B" / h(2), Must, Both, "unescape names and values of a form to octets first and decode these as UTF-8";
}
