//! The catalogue of RFC 9449: what binds the client, entered by hand, in the RFC's own order.
//!
//! Ids and roles are as in [`rfc6749`](crate::rfc6749).
use anyrfc_core::requirements;

requirements! {
    /// OAuth 2.0 Demonstrating Proof of Possession (DPoP).
    RFC9449 = 9449, "OAuth 2.0 Demonstrating Proof of Possession (DPoP)";

    // §2
    DPOP_RIDES_ON_HTTPS = "2" / h(1), Must, Client, "use DPoP over HTTPS only";

    // §4
    PROOF_IS_NEW_FOR_EVERY_REQUEST = "4" / h(1), Must, Client, "make a proof of its own for every HTTP request";

    // §4.1
    PROOF_GOES_INTO_DPOP_HEADER = "4.1" / h(1), Must, Client, "carry the proof as one compact JWT in one `DPoP` header field";

    // §4.2
    TYP_IS_DPOP_JWT = "4.2" / h(1), Must, Client, "set `typ` to `dpop+jwt`";
    ALG_IS_NEITHER_NONE_NOR_MAC = "4.2" / h(2), MustNot, Client, "sign with neither `none` nor a symmetric algorithm";
    JWK_IS_THE_PUBLIC_KEY = "4.2" / h(3), Must, Client, "put the public key that verifies the proof into `jwk`";
    JWK_HOLDS_NO_PRIVATE_KEY = "4.2" / h(4), MustNot, Client, "keep every private member out of `jwk`";
    JTI_IS_UNIQUE = "4.2" / h(5), Must, Client, "give every proof a `jti` that will not come up twice";
    HTM_IS_THE_METHOD = "4.2" / h(6), Must, Client, "put the request's method into `htm`";
    HTU_IS_THE_TARGET_URI = "4.2" / h(7), Must, Client, "put the target URI into `htu`, less its query and fragment";
    IAT_IS_THE_CREATION_TIME = "4.2" / h(8), Must, Client, "put the time of signing into `iat`";
    ATH_GOES_WITH_THE_TOKEN = "4.2" / h(9), Must, Client, "add `ath` to a proof that goes with an access token";
    ATH_IS_SHA256_OF_THE_TOKEN = "4.2" / h(10), Must, Client, "make `ath` the base64url form of SHA-256 over the access token";
    NONCE_OF_SERVER_IS_INCLUDED = "4.2" / h(11), Must, Client, "put the nonce that the server last gave by `DPoP-Nonce` into `nonce`";

    // §5
    TOKEN_REQUEST_CARRIES_PROOF = "5" / h(1), Must, Client, "send a valid proof with each token request, whatever the grant type";
    TOKEN_TYPE_IS_DPOP = "5" / h(2), Must, Server, "the server must give a bound access token the token_type `DPoP`";
    REFRESH_PROVES_THE_SAME_KEY = "5" / h(3), Must, Client, "refresh, as a public client, with a proof by the key that obtained the refresh token";
    UNBOUND_TOKEN_IS_DISCARDED = "5" / h(4), Must, Client, "discard a response of another token_type where the binding is needed";

    // §5.1
    METADATA_MAY_LIST_PROOF_ALGS = "5.1" / h(1), May, Server, "the server may list its algorithms for proofs in dpop_signing_alg_values_supported";

    // §5.2
    REGISTRATION_MAY_PROMISE_DPOP = "5.2" / h(1), May, Client, "dpop_bound_access_tokens may be registered by a client that always uses DPoP";

    // §7
    RESOURCE_GETS_TOKEN_AND_PROOF = "7" / h(1), Must, Client, "send both the access token and a proof with `ath` to a protected resource";

    // §7.1
    TOKEN_USES_THE_DPOP_SCHEME = "7.1" / h(1), Must, Client, "send a bound token in `Authorization` under the scheme `DPoP`";
    CHALLENGE_NAMES_ALGS = "7.1" / h(2), Should, Server, "the server should name the algorithms it takes for proofs in `algs` of its challenge";
    UNKNOWN_PARAMETERS_ARE_IGNORED = "7.1" / h(3), Must, Client, "ignore unknown parameters of a challenge";
    SCHEME_IS_NOT_FOR_PROXIES = "7.1" / h(4), MustNot, Client, "keep the scheme out of `Proxy-Authorization`";

    // §7.2
    BOUND_TOKEN_IS_NO_BEARER_TOKEN = "7.2" / h(1), Must, Server, "the server must reject a bound token sent as `Bearer` where it knows both schemes";
    BEARER_CHALLENGE_MAY_BE_OBEYED = "7.2" / h(2), May, Client, "a bound token may go out as `Bearer` after a challenge of that scheme";

    // §7.3
    RETRY_HAS_A_NEW_PROOF = "7.3" / h(1), Recommended, Client, "make another proof when a request is sent again";

    // §8
    NONCE_MAY_BE_DEMANDED = "8" / h(1), May, Server, "the server may demand a nonce by 400, `use_dpop_nonce` and a `DPoP-Nonce` header field";
    NONCE_HEADER_COMES_ONCE = "8" / h(2), MustNot, Server, "the server must not send two `DPoP-Nonce` header fields in a response";
    NONCE_DEMAND_IS_ANSWERED = "8" / h(3), Should, Client, "repeat the token request with the nonce that the server has supplied";
    NONCE_IS_OPAQUE = "8" / h(4), Must, Client, "give the nonce back unchanged and read nothing into it";

    // §8.2
    NONCE_IS_KEPT = "8.2" / h(1), Should, Client, "go on with the nonce at hand until another one comes";
    NEW_NONCE_REPLACES_THE_OLD = "8.2" / h(2), Must, Client, "take the nonce of a successful response for all token requests that follow";

    // §9
    RESOURCE_MAY_DEMAND_A_NONCE = "9" / h(1), May, Server, "the server may demand a nonce by 401, a challenge with `use_dpop_nonce` and `DPoP-Nonce`";
    NONCES_ARE_KEPT_APART = "9" / h(2), Should, Client, "keep a nonce per server and send it to no other";

    // §10
    DPOP_JKT_IS_THE_THUMBPRINT = "10" / h(1), Must, Client, "make dpop_jkt the key's JWK thumbprint with SHA-256";
    DPOP_JKT_MAY_BE_SENT = "10" / h(2), Optional, Client, "dpop_jkt may be sent to bind the authorization code to the key";

    // §10.1
    PAR_BODY_HOLDS_DPOP_JKT = "10.1" / h(1), Must, Client, "put dpop_jkt into the body of a pushed request among the other parameters";
    PAR_MAY_CARRY_A_PROOF = "10.1" / h(2), May, Client, "a proof may go with a pushed request in place of dpop_jkt";
}
