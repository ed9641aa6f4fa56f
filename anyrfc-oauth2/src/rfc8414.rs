//! The catalogue of RFC 8414: every normative keyword, in the RFC's own order.
//!
//! Ids and roles are as in [`rfc6749`](crate::rfc6749).
use anyrfc_core::requirements;

requirements! {
    /// OAuth 2.0 Authorization Server Metadata.
    RFC8414 = 8414, "OAuth 2.0 Authorization Server Metadata";

    // §2
    ISSUER_IS_PUBLISHED = "2" / 1, Required, Server, "the server must publish issuer";
    ISSUER_IS_A_PLAIN_HTTPS_URL = "2" / h(1), Must, Both, "take only an https URL with neither query nor fragment for an issuer";
    AUTHORIZATION_ENDPOINT_IS_PUBLISHED = "2" / 2, Required, Server, "the server must publish authorization_endpoint when a grant type uses it";
    TOKEN_ENDPOINT_IS_PUBLISHED = "2" / 3, Required, Server, "the server must publish token_endpoint when it has more than the implicit grant";
    JWKS_URI_IS_OPTIONAL = "2" / 4, Optional, Server, "the server may leave out jwks_uri";
    JWKS_URI_IS_HTTPS = "2" / 5, Must, Server, "the server must give an https URL as jwks_uri";
    ENCRYPTION_KEYS_MAY_BE_LISTED = "2" / 6, May, Server, "the server may put encryption keys into its JWK Set";
    MIXED_KEYS_SAY_THEIR_USE = "2" / 7, Required, Server, "the server must give each key a use when keys to sign and to encrypt are together";
    REGISTRATION_ENDPOINT_IS_OPTIONAL = "2" / 8, Optional, Server, "the server may leave out registration_endpoint";
    SCOPES_ARE_PUBLISHED = "2" / 9, Recommended, Server, "the server should publish scopes_supported";
    SCOPES_MAY_BE_HIDDEN = "2" / 10, May, Server, "the server may keep some of its scopes off the list";
    RESPONSE_TYPES_ARE_PUBLISHED = "2" / 11, Required, Server, "the server must publish response_types_supported";
    RESPONSE_MODES_ARE_OPTIONAL = "2" / 12, Optional, Server, "the server may leave out response_modes_supported";
    MISSING_RESPONSE_MODES_ARE_TWO = "2" / h(2), Must, Client, "take missing response_modes_supported for query and fragment";
    GRANT_TYPES_ARE_OPTIONAL = "2" / 13, Optional, Server, "the server may leave out grant_types_supported";
    MISSING_GRANT_TYPES_ARE_TWO = "2" / h(3), Must, Client, "take missing grant_types_supported for authorization_code and implicit";
    TOKEN_AUTH_METHODS_ARE_OPTIONAL = "2" / 14, Optional, Server, "the server may leave out token_endpoint_auth_methods_supported";
    MISSING_TOKEN_AUTH_IS_BASIC = "2" / h(4), Must, Client, "take missing token_endpoint_auth_methods_supported for client_secret_basic";
    TOKEN_AUTH_ALGS_ARE_OPTIONAL = "2" / 15, Optional, Server, "the server may leave out token_endpoint_auth_signing_alg_values_supported";
    TOKEN_AUTH_BY_JWT_LISTS_ALGS = "2" / 16, Must, Server, "the server must list the algorithms when the token endpoint takes JWTs from clients";
    RS256_IS_SUPPORTED = "2" / 17, Should, Server, "the server should support RS256";
    TOKEN_AUTH_ALG_IS_NOT_NONE = "2" / 18, MustNot, Both, "never use the algorithm none at the token endpoint";
    SERVICE_DOCUMENTATION_IS_OPTIONAL = "2" / 19, Optional, Server, "the server may leave out service_documentation";
    UI_LOCALES_ARE_OPTIONAL = "2" / 20, Optional, Server, "the server may leave out ui_locales_supported";
    OP_POLICY_URI_IS_OPTIONAL = "2" / 21, Optional, Server, "the server may leave out op_policy_uri";
    OP_POLICY_URI_IS_SHOWN = "2" / 22, Should, Other, "registration shows op_policy_uri to whoever registers";
    OP_TOS_URI_IS_OPTIONAL = "2" / 23, Optional, Server, "the server may leave out op_tos_uri";
    OP_TOS_URI_IS_SHOWN = "2" / 24, Should, Other, "registration shows op_tos_uri to whoever registers";
    REVOCATION_ENDPOINT_IS_OPTIONAL = "2" / 25, Optional, Server, "the server may leave out revocation_endpoint";
    REVOCATION_AUTH_METHODS_ARE_OPTIONAL = "2" / 26, Optional, Server, "the server may leave out revocation_endpoint_auth_methods_supported";
    MISSING_REVOCATION_AUTH_IS_BASIC = "2" / h(5), Must, Client, "take missing revocation_endpoint_auth_methods_supported for client_secret_basic";
    REVOCATION_AUTH_ALGS_ARE_OPTIONAL = "2" / 27, Optional, Server, "the server may leave out revocation_endpoint_auth_signing_alg_values_supported";
    REVOCATION_AUTH_BY_JWT_LISTS_ALGS = "2" / 28, Must, Server, "the server must list the algorithms when the revocation endpoint takes JWTs from clients";
    REVOCATION_AUTH_ALG_IS_NOT_NONE = "2" / 29, MustNot, Both, "never use the algorithm none at the revocation endpoint";
    INTROSPECTION_ENDPOINT_IS_OPTIONAL = "2" / 30, Optional, Server, "the server may leave out introspection_endpoint";
    INTROSPECTION_AUTH_METHODS_ARE_OPTIONAL = "2" / 31, Optional, Server, "the server may leave out introspection_endpoint_auth_methods_supported";
    INTROSPECTION_AUTH_HAS_NO_DEFAULT = "2" / 32, Must, Client, "assume no way to authenticate at introspection when the metadata lists none";
    INTROSPECTION_AUTH_ALGS_ARE_OPTIONAL = "2" / 33, Optional, Server, "the server may leave out introspection_endpoint_auth_signing_alg_values_supported";
    INTROSPECTION_AUTH_BY_JWT_LISTS_ALGS = "2" / 34, Must, Server, "the server must list the algorithms when the introspection endpoint takes JWTs from clients";
    INTROSPECTION_AUTH_ALG_IS_NOT_NONE = "2" / 35, MustNot, Both, "never use the algorithm none at the introspection endpoint";
    CODE_CHALLENGE_METHODS_ARE_OPTIONAL = "2" / 36, Optional, Server, "the server may leave out code_challenge_methods_supported";
    MISSING_CHALLENGE_METHODS_ARE_NO_PKCE = "2" / h(6), Must, Client, "take missing code_challenge_methods_supported for a server without PKCE";
    MORE_METADATA_MAY_BE_PUBLISHED = "2" / 37, May, Server, "the server may publish metadata defined elsewhere";

    // §2.1
    METADATA_MAY_BE_SIGNED = "2.1" / 1, May, Server, "the server may give metadata as a JWT in signed_metadata too";
    SIGNED_METADATA_IS_A_JWS = "2.1" / 2, Must, Server, "the server must sign or MAC signed_metadata as a JWS";
    SIGNED_METADATA_HAS_AN_ISS = "2.1" / 3, Must, Server, "the server must name in iss who attests to the signed metadata";
    SIGNED_METADATA_MAY_BE_IGNORED = "2.1" / 4, May, Client, "signed_metadata may be ignored by a client that does not support it";
    SIGNED_METADATA_WINS = "2.1" / 5, Must, Client, "let signed values win over plain ones where signed_metadata is supported";
    SIGNED_METADATA_IS_OPTIONAL = "2.1" / 6, Optional, Server, "the server may leave out signed_metadata";
    SIGNED_METADATA_DOES_NOT_NEST = "2.1" / 7, ShouldNot, Server, "the server should not put signed_metadata among the claims of that JWT";

    // §3
    METADATA_IS_AT_THE_WELL_KNOWN_PATH = "3" / 1, Must, Server, "the server must publish its document where the well-known string stands between host and path";
    DEFAULT_SUFFIX_IS_OAUTH = "3" / h(1), Must, Client, "ask at oauth-authorization-server unless the application names another suffix";
    METADATA_URL_IS_HTTPS = "3" / 2, Must, Both, "use https for the URL of the document";
    SUFFIX_IS_REGISTERED = "3" / 3, Must, Other, "the well-known suffix is one that IANA has registered";
    SUFFIX_IS_SPECIFIED = "3" / 4, Must, Other, "an application of OAuth says which well-known suffix it uses";
    METADATA_MAY_BE_AT_MORE_PLACES = "3" / 5, May, Server, "the server may publish its document under more than one suffix";

    // §3.1
    METADATA_IS_FETCHED_BY_GET = "3.1" / 1, Must, Client, "fetch the document by GET from the well-known path";
    LAST_SLASH_IS_REMOVED = "3.1" / 2, Must, Client, "drop the slash that ends the issuer's path before the well-known string goes in";

    // §3.2
    METADATA_IS_A_JSON_OBJECT = "3.2" / 1, Must, Server, "the server must answer 200 with a JSON object as application/json";
    MORE_CLAIMS_MAY_BE_RETURNED = "3.2" / 2, May, Server, "the server may return claims that the RFC does not define";
    EMPTY_CLAIMS_ARE_OMITTED = "3.2" / 3, Must, Server, "the server must leave out claims that have no elements";

    // §3.3
    RETURNED_ISSUER_IS_THE_ONE_ASKED = "3.3" / 1, Must, Both, "have the returned issuer equal the one that the URL was made from";
    FOREIGN_ISSUER_IS_NOT_USED = "3.3" / 2, MustNot, Client, "use nothing of a document whose issuer is another";

    // §4
    STRINGS_ARE_COMPARED_ALIKE = "4" / 1, Must, Both, "compare strings as the section says, JSON escapes undone first";
    STRINGS_ARE_NOT_NORMALIZED = "4" / 2, MustNot, Both, "normalize neither string before they are compared";
    CODE_POINTS_ARE_COMPARED = "4" / 3, Must, Both, "compare strings code point by code point";

    // §5
    INSERTED_PATH_IS_TRIED_FIRST = "5" / h(1), Should, Client, "try the inserted well-known string before the one appended to the issuer";
    APPENDED_PATH_IS_A_FALLBACK = "5" / h(2), Should, Client, "ask at the appended location only when the inserted one fails";

    // §6.1
    TLS_IS_SUPPORTED = "6.1" / 1, Must, Both, "support TLS";
    TLS_1_2_IS_SUPPORTED = "6.1" / 2, Must, Server, "the server must support TLS 1.2";
    MORE_TLS_MAY_BE_SUPPORTED = "6.1" / 3, May, Server, "the server may support other secure kinds of TLS";
    CERTIFICATE_IS_CHECKED = "6.1" / 4, Must, Client, "check the certificate of the server under TLS";
    CIPHERSUITE_KEEPS_SECRETS = "6.1" / 5, Must, Both, "use a ciphersuite that both conceals and authenticates";

    // §6.2
    METADATA_CERTIFICATE_IS_CHECKED = "6.2" / 1, Must, Client, "check the certificate when metadata is asked for";
    ISSUER_IS_COMPARED_EXACTLY = "6.2" / 2, Must, Client, "compare the issuer in the document exactly with the one used for the request";
}
