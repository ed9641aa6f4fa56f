//! The catalogue of RFC 8693: every normative keyword, in the RFC's own order.
//!
//! Ids and roles are as in [`rfc6749`](crate::rfc6749).
use anyrfc_core::requirements;

requirements! {
    /// OAuth 2.0 Token Exchange.
    RFC8693 = 8693, "OAuth 2.0 Token Exchange";

    // §2.1
    EXCHANGE_IS_A_FORM_POST = "2.1" / h(1), Must, Client, "ask for an exchange by POST to the token endpoint, as a form in UTF-8";
    GRANT_TYPE_IS_SENT = "2.1" / 1, Required, Client, "send `grant_type` with the URN of token exchange";
    RESOURCE_MAY_BE_LEFT_OUT = "2.1" / 2, Optional, Client, "`resource` may be left out";
    RESOURCE_IS_ABSOLUTE = "2.1" / 3, Must, Client, "send an absolute URI as `resource`";
    RESOURCE_MAY_HAVE_A_QUERY = "2.1" / 4, May, Client, "`resource` may hold a query";
    RESOURCE_HAS_NO_FRAGMENT = "2.1" / 5, MustNot, Client, "send no fragment in `resource`";
    RESOURCE_MAY_REPEAT = "2.1" / h(2), May, Client, "`resource` may be sent more than once";
    AUDIENCE_MAY_BE_LEFT_OUT = "2.1" / 6, Optional, Client, "`audience` may be left out";
    AUDIENCE_MAY_REPEAT = "2.1" / h(3), May, Client, "`audience` may be sent more than once, and together with `resource`";
    SCOPE_MAY_BE_LEFT_OUT = "2.1" / 7, Optional, Client, "`scope` may be left out";
    REQUESTED_TOKEN_TYPE_MAY_BE_LEFT_OUT = "2.1" / 8, Optional, Client, "`requested_token_type` may be left out";
    SUBJECT_TOKEN_IS_SENT = "2.1" / 9, Required, Client, "send `subject_token`";
    SUBJECT_TOKEN_TYPE_IS_SENT = "2.1" / 10, Required, Client, "send `subject_token_type`";
    ACTOR_TOKEN_MAY_BE_LEFT_OUT = "2.1" / 11, Optional, Client, "`actor_token` may be left out";
    ACTOR_TOKEN_TYPE_GOES_WITH_ITS_TOKEN = "2.1" / 12, Required, Client, "send `actor_token_type` with an `actor_token`";
    NO_ACTOR_TOKEN_TYPE_ALONE = "2.1" / 13, MustNot, Client, "send no `actor_token_type` without an `actor_token`";
    TOKENS_ARE_VALIDATED = "2.1" / 14, Must, Server, "the server must validate the subject token, and an actor token, as their types demand";

    // §2.2.1
    ACCESS_TOKEN_IS_RETURNED = "2.2.1" / 1, Required, Server, "the server must send `access_token`";
    ISSUED_TOKEN_TYPE_IS_RETURNED = "2.2.1" / 2, Required, Server, "the server must send `issued_token_type`";
    TOKEN_TYPE_IS_RETURNED = "2.2.1" / 3, Required, Server, "the server must send `token_type`";
    N_A_IS_NO_ACCESS_TOKEN = "2.2.1" / h(1), Must, Client, "take `token_type` of `N_A` to mean that the token cannot serve as an access token";
    EXPIRES_IN_IS_RETURNED = "2.2.1" / 4, Recommended, Server, "the server should send `expires_in`";
    SAME_SCOPE_MAY_BE_OMITTED = "2.2.1" / 5, Optional, Server, "the server may leave out a `scope` that equals the one asked for";
    DIFFERENT_SCOPE_IS_RETURNED = "2.2.1" / 6, Required, Server, "the server must send a `scope` that differs from the one asked for";
    REFRESH_TOKEN_MAY_BE_LEFT_OUT = "2.2.1" / 7, Optional, Server, "the server may leave out `refresh_token`";

    // §2.2.2
    INVALID_EXCHANGE_IS_AN_ERROR = "2.2.2" / 1, Must, Server, "the server must answer a bad request or an unacceptable token with an error of the token endpoint";
    ERROR_IS_INVALID_REQUEST = "2.2.2" / 2, Must, Server, "the server must name that error `invalid_request`";
    UNSERVED_TARGET_IS_INVALID_TARGET = "2.2.2" / 3, Should, Server, "the server should answer `invalid_target` where it issues no token for the target";
    ERROR_MAY_BE_DESCRIBED = "2.2.2" / 4, May, Server, "the server may tell its reasons in `error_description`";

    // §3
    OTHER_TOKEN_TYPES_MAY_BE_USED = "3" / 1, May, Both, "URIs that the RFC does not list may name token types";

    // §4.1
    NESTED_ACTORS_DO_NOT_COUNT = "4.1" / 1, Must, Server, "the server must decide on access by the top-level claims and the current actor alone";

    // §6
    TOKENS_TRAVEL_ENCRYPTED = "6" / 1, Must, Both, "send tokens over encrypted channels only";
    TOKEN_HIDDEN_FROM_THE_CLIENT_IS_ENCRYPTED = "6" / 2, Must, Server, "the server must encrypt to the recipient a token that the client is not to read";
    TOKENS_HOLD_LITTLE = "6" / 3, Should, Other, "deployments put no more data into tokens than are needed";
}
