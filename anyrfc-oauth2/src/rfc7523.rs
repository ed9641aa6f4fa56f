//! The catalogue of RFC 7523: every normative keyword, in the RFC's own order.
//!
//! Ids and roles are as in [`rfc6749`](crate::rfc6749).
use anyrfc_core::requirements;

requirements! {
    /// JSON Web Token (JWT) Profile for OAuth 2.0 Client Authentication and Authorization Grants.
    RFC7523 = 7523, "JSON Web Token (JWT) Profile for OAuth 2.0 Client Authentication and Authorization Grants";

    // §2.1
    GRANT_TYPE_IS_JWT_BEARER = "2.1" / h(1), Must, Client, "send the URN of the `jwt-bearer` grant as `grant_type`";
    ASSERTION_IS_ONE_JWT = "2.1" / 1, Must, Client, "send a single JWT as `assertion`";

    // §2.2
    CLIENT_ASSERTION_TYPE_IS_JWT_BEARER = "2.2" / h(1), Must, Client, "send the URN of `jwt-bearer` client assertions as `client_assertion_type`";
    CLIENT_ASSERTION_IS_ONE_JWT = "2.2" / 1, MustNot, Client, "send no more than one JWT as `client_assertion`";

    // §3
    JWT_IS_VALIDATED = "3" / 1, Must, Server, "the server must validate the JWT before it issues a token or trusts the client";
    JWT_HAS_ISS = "3" / 2, Must, Both, "put the issuer into `iss`";
    ISSUERS_ARE_COMPARED_AS_STRINGS = "3" / 3, Must, Server, "the server must compare issuers as simple strings unless a profile says otherwise";
    JWT_HAS_SUB = "3" / 4, Must, Both, "put the principal into `sub`";
    SUBJECT_IS_CLIENT_ID = "3" / 5, Must, Client, "put `client_id` into `sub` of a JWT that authenticates the client";
    JWT_HAS_AUD = "3" / 6, Must, Both, "put a name of the authorization server into `aud`";
    TOKEN_ENDPOINT_MAY_BE_THE_AUDIENCE = "3" / 7, May, Both, "the URL of the token endpoint may stand in `aud`";
    FOREIGN_AUDIENCE_IS_REJECTED = "3" / 8, Must, Server, "the server must reject a JWT meant for somebody else";
    AUDIENCES_ARE_COMPARED_AS_STRINGS = "3" / 9, Must, Server, "the server must compare audiences as simple strings unless a profile says otherwise";
    AUDIENCE_IS_CONFIGURED = "3" / h(1), Must, Both, "let the string used as the audience be configured";
    JWT_HAS_EXP = "3" / 10, Must, Both, "put the time of expiry into `exp`";
    EXPIRED_JWT_IS_REJECTED = "3" / 11, Must, Server, "the server must reject an expired JWT, give or take the clocks";
    NBF_MAY_BE_THERE = "3" / 12, May, Both, "`nbf` may be put into the JWT";
    JWT_IS_NOT_ACCEPTED_BEFORE_NBF = "3" / 13, MustNot, Server, "the server must not accept a JWT before the time in `nbf`";
    IAT_MAY_BE_THERE = "3" / 14, May, Both, "`iat` may be put into the JWT";
    JTI_MAY_BE_THERE = "3" / 15, May, Both, "`jti` may be put into the JWT";
    REPLAY_MAY_BE_DETECTED = "3" / 16, May, Server, "the server may remember each `jti` until it expires to detect a replay";
    OTHER_CLAIMS_MAY_BE_THERE = "3" / 17, May, Both, "further claims may be put into the JWT";
    JWT_IS_SIGNED = "3" / 18, Must, Both, "sign the JWT or protect it by a MAC";
    BAD_SIGNATURE_IS_REJECTED = "3" / 19, Must, Server, "the server must reject a JWT whose signature or MAC is wrong";
    INVALID_JWT_IS_REJECTED = "3" / 20, Must, Server, "the server must reject what is not a valid JWT in any other way";

    // §3.1
    CLIENT_CREDENTIALS_ARE_VALIDATED = "3.1" / 1, Must, Server, "the server must validate client credentials that come with a grant";
    BAD_GRANT_IS_INVALID_GRANT = "3.1" / 2, Must, Server, "the server must answer `invalid_grant` to a grant's JWT that is not valid";
    GRANT_ERROR_MAY_BE_DESCRIBED = "3.1" / 3, May, Server, "the server may tell why it refused the JWT of a grant";

    // §3.2
    BAD_CLIENT_IS_INVALID_CLIENT = "3.2" / 1, Must, Server, "the server must answer `invalid_client` to a client's JWT that is not valid";
    CLIENT_ERROR_MAY_BE_DESCRIBED = "3.2" / 2, May, Server, "the server may tell why it refused the JWT of a client";

    // §5
    RS256_IS_IMPLEMENTED = "5" / h(1), Must, Both, "implement RS256";
}
