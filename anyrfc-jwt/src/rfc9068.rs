//! The catalogue of RFC 9068: every normative keyword, in the RFC's own order.
//!
//! Ids and roles are as in [`rfc7515`](crate::rfc7515).
use anyrfc_core::requirements;

requirements! {
    /// JSON Web Token (JWT) Profile for OAuth 2.0 Access Tokens.
    RFC9068 = 9068, "JSON Web Token (JWT) Profile for OAuth 2.0 Access Tokens";

    // §2.1
    ACCESS_TOKEN_IS_SIGNED = "2.1" / 1, Must, Server, "the server must sign its JWT access tokens";
    SIGNATURE_IS_ASYMMETRIC = "2.1" / 2, Recommended, Server, "the server should sign by a private key rather than a shared secret";
    ACCESS_TOKEN_IS_NOT_UNSECURED = "2.1" / 3, MustNot, Server, "the server must not issue an access token under `none`";
    RS256_IS_SUPPORTED = "2.1" / 4, Must, Both, "have RS256 for access tokens";
    TYP_NAMES_AN_ACCESS_TOKEN = "2.1" / 5, Must, Server, "the server must put the media type at+jwt into `typ`";
    TYP_HAS_NO_PREFIX = "2.1" / 6, Recommended, Server, "the server should leave `application/` out of `typ`";
    TYP_IS_AT_JWT = "2.1" / 7, Should, Server, "the server should write `typ` as at+jwt";

    // §2.2
    ISS_IS_ISSUED = "2.2" / 1, Required, Server, "the server must put `iss` into the token";
    EXP_IS_ISSUED = "2.2" / 2, Required, Server, "the server must put `exp` into the token";
    AUD_IS_ISSUED = "2.2" / 3, Required, Server, "the server must put `aud` into the token";
    SUB_IS_ISSUED = "2.2" / 4, Required, Server, "the server must put `sub` into the token";
    SUB_IS_THE_RESOURCE_OWNER = "2.2" / 5, Should, Server, "the server should name the resource owner in `sub` where one took part";
    SUB_IS_THE_CLIENT_OTHERWISE = "2.2" / 6, Should, Server, "the server should name the client in `sub` where no resource owner took part";
    CLIENT_ID_IS_ISSUED = "2.2" / 7, Required, Server, "the server must put `client_id` into the token";
    IAT_IS_ISSUED = "2.2" / 8, Required, Server, "the server must put `iat` into the token";
    JTI_IS_ISSUED = "2.2" / 9, Required, Server, "the server must put `jti` into the token";

    // §2.2.1
    AUTHENTICATION_MAY_BE_DESCRIBED = "2.2.1" / 1, May, Server, "the server may say in the token how the resource owner was authenticated";
    AUTH_TIME_MAY_BE_LEFT_OUT = "2.2.1" / 2, Optional, Server, "the server may leave out auth_time";
    ACR_MAY_BE_LEFT_OUT = "2.2.1" / 3, Optional, Server, "the server may leave out acr";
    AMR_MAY_BE_LEFT_OUT = "2.2.1" / 4, Optional, Server, "the server may leave out amr";

    // §2.2.2
    REGISTERED_CLAIM_NAMES_ARE_USED = "2.2.2" / 1, Should, Server, "the server should write further identity attributes under their registered claim names";
    OTHER_ATTRIBUTES_MAY_BE_ISSUED = "2.2.2" / 2, May, Server, "the server may add attributes of its own whose names do not collide";

    // §2.2.3
    SCOPE_IS_ISSUED = "2.2.3" / 1, Should, Server, "the server should put `scope` into the token where the request had one";
    SCOPE_FITS_THE_AUDIENCE = "2.2.3" / 2, Must, Server, "the server must issue only scopes that mean something to the audience";

    // §2.2.3.1
    GROUPS_AND_ROLES_ARE_SCIM_NAMED = "2.2.3.1" / 1, Should, Server, "the server should use SCIM's groups, roles and entitlements for such attributes";
    GROUPS_AND_ROLES_ARE_SCIM_ENCODED = "2.2.3.1" / 2, Should, Server, "the server should encode those claims as SCIM does";

    // §3
    AUD_IS_THE_RESOURCE = "3" / 1, Should, Server, "the server should give `aud` the value of the requested resource";
    AMBIGUOUS_TOKEN_IS_NOT_ISSUED = "3" / 2, MustNot, Server, "the server must not issue a token of which it is unclear what it allows";
    AUD_HAS_A_DEFAULT = "3" / 3, Must, Server, "the server must fall back on a default audience where no resource was requested";
    DEFAULT_AUD_FOLLOWS_THE_SCOPE = "3" / 4, Should, Server, "the server should choose the default audience by the requested scope";
    MIXED_SCOPE_IS_REFUSED = "3" / 5, Should, Server, "the server should answer invalid_scope where scopes belong to different resources";

    // §4
    ASYMMETRIC_EASES_VALIDATION = "4" / 1, Recommended, Server, "the server should sign so that published keys suffice for validation";
    METADATA_GIVES_KEYS_AND_ISSUER = "4" / 2, Should, Server, "the server should publish jwks_uri and issuer in its metadata";
    OPENID_DISCOVERY_MAY_GIVE_THEM = "4" / 3, May, Server, "the server may publish them by OpenID discovery instead";
    BOTH_PUBLICATIONS_AGREE = "4" / 4, Must, Server, "the server must publish the same values in both places";
    ID_TOKENS_MAY_HAVE_OTHER_KEYS = "4" / 5, May, Server, "the server may sign ID tokens by other keys than access tokens";
    ACCESS_TOKEN_IS_VALIDATED = "4" / 6, Must, Both, "validate a JWT access token by all the checks that follow";
    TYP_IS_CHECKED = "4" / 7, Must, Both, "refuse a token whose `typ` is neither at+jwt nor application/at+jwt";
    UNENCRYPTED_TOKEN_IS_REFUSED = "4" / 8, Should, Both, "refuse a token that is not encrypted where encryption was agreed on";
    ISS_IS_COMPARED = "4" / 9, Must, Both, "refuse a token whose `iss` is not exactly the expected issuer";
    AUD_IS_COMPARED = "4" / 10, Must, Both, "look for the resource server's own identifier in `aud`";
    OTHER_AUD_IS_REFUSED = "4" / 11, Must, Both, "refuse a token whose `aud` does not name this resource server";
    SIGNATURE_IS_VALIDATED = "4" / 12, Must, Both, "verify the signature of each token under the algorithm in `alg`";
    NONE_IS_REFUSED = "4" / 13, Must, Both, "refuse a token under `none`";
    KEYS_ARE_THE_SERVERS = "4" / 14, Must, Both, "verify with the keys that the authorization server gave, and no others";
    EXP_IS_CHECKED = "4" / 15, Must, Both, "refuse a token that has expired";
    EXP_MAY_HAVE_LEEWAY = "4" / 16, May, Both, "a few minutes' leeway may be given to the token's expiry";
    ERRORS_ARE_THOSE_OF_BEARER_TOKENS = "4" / 17, Must, Both, "report a refused token by the error codes of RFC 6750";
    FAILED_CHECK_IS_INVALID_TOKEN = "4" / 18, Must, Both, "report any failed check as invalid_token";
    AUTHORIZATION_CLAIMS_ARE_USED = "4" / 19, Should, Both, "let scope, groups, roles and entitlements count in deciding about the call";

    // §5
    RESOURCES_HAVE_DISTINCT_AUD = "5" / 1, Must, Server, "the server must use a different `aud` for each resource";

    // §6
    ACCESS_TOKEN_IS_OPAQUE = "6" / 1, MustNot, Client, "look into no access token that was received to be sent on";
}
