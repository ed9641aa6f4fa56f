//! The catalogue of RFC 9700: what binds the client, entered by hand, in the RFC's own order.
//!
//! Ids and roles are as in [`rfc6749`](crate::rfc6749).
use anyrfc_core::requirements;

requirements! {
    /// Best Current Practice for OAuth 2.0 Security.
    RFC9700 = 9700, "Best Current Practice for OAuth 2.0 Security";

    // §2.1
    OPEN_REDIRECTORS_ARE_NOT_EXPOSED = "2.1" / h(1), MustNot, Both, "offer no URL that forwards the browser wherever its query says";
    CSRF_IS_PREVENTED = "2.1" / h(2), Must, Client, "accept an authorization response only in the user agent that began the request";
    PKCE_MAY_PREVENT_CSRF = "2.1" / h(3), May, Client, "PKCE may do for protection from CSRF where the server is known to support it";
    STATE_IS_ONE_TIME_AND_BOUND = "2.1" / h(4), Must, Client, "send, where nothing else prevents CSRF, a one-time state bound to the user agent";
    MIX_UP_IS_DEFENDED_AGAINST = "2.1" / h(5), Required, Client, "defend against mix-up when there is more than one authorization server";
    ISS_TELLS_THE_SERVER = "2.1" / h(6), Should, Client, "rely on iss of RFC 9207, or on a like value in the response, against mix-up";
    REDIRECT_URI_MAY_TELL_THE_SERVER = "2.1" / h(7), May, Client, "a redirect URI for each server may do where there is no iss";

    // §2.1.1
    PUBLIC_CLIENT_USES_PKCE = "2.1.1" / h(1), Must, Client, "use PKCE as a public client";
    CONFIDENTIAL_CLIENT_USES_PKCE = "2.1.1" / h(2), Recommended, Client, "use PKCE as a confidential client too";
    CHALLENGE_IS_PER_TRANSACTION = "2.1.1" / h(3), Must, Client, "make a new challenge for each transaction, bound to client and user agent";
    CHALLENGE_HIDES_THE_VERIFIER = "2.1.1" / h(4), Should, Client, "use a challenge method that does not show the verifier, which is S256";
    PKCE_SUPPORT_CAN_BE_DETECTED = "2.1.1" / h(5), Must, Server, "the server must let clients find out that it supports PKCE";

    // §2.1.2
    IMPLICIT_GRANT_IS_NOT_USED = "2.1.2" / h(1), ShouldNot, Client, "use no response type that puts an access token into the authorization response";

    // §2.2.2
    PUBLIC_REFRESH_TOKENS_ARE_PROTECTED = "2.2.2" / h(1), Must, Server, "the server must bind the refresh tokens of public clients to a sender or rotate them";

    // §2.3
    PRIVILEGES_ARE_MINIMAL = "2.3" / h(1), Should, Client, "ask for no more privileges than the task needs";

    // §2.4
    PASSWORD_GRANT_IS_NOT_USED = "2.4" / h(1), MustNot, Client, "make no use of the resource owner password credentials grant";

    // §2.5
    CLIENT_AUTHENTICATES_BY_KEY_PAIR = "2.5" / h(1), Recommended, Client, "authenticate with asymmetric keys, by mTLS or a signed JWT";

    // §2.6
    METADATA_CONFIGURES_THE_CLIENT = "2.6" / h(1), Recommended, Client, "take the configuration from the server's metadata where there is some";
    TLS_IS_END_TO_END = "2.6" / h(2), Recommended, Client, "speak TLS all the way to the resource server";
    RESPONSE_IS_NOT_SENT_IN_CLEAR = "2.6" / h(3), MustNot, Both, "let authorization responses cross no network unencrypted";

    // §4.2.4
    STATE_IS_INVALIDATED = "4.2.4" / h(1), Should, Client, "invalidate the state once it came back";

    // §4.3.2
    TOKEN_STAYS_OUT_OF_THE_QUERY = "4.3.2" / h(1), MustNot, Client, "put no access token into a URI's query";

    // §4.4.2
    ISSUER_IS_STORED = "4.4.2" / h(1), Must, Client, "store with each request its issuer, bound to the user agent";

    // §4.4.2.1
    ISSUER_IS_COMPARED = "4.4.2.1" / h(1), Must, Client, "compare the issuer in the response with the one that was stored";
    ISSUER_MISMATCH_ABORTS = "4.4.2.1" / h(2), Must, Client, "abort when the two issuers differ";

    // §4.4.2.2
    REDIRECT_URI_IS_PER_ISSUER = "4.4.2.2" / h(1), Must, Client, "use another redirect URI for each issuer where mix-up is prevented that way";
    RECEIVING_URI_IS_CHECKED = "4.4.2.2" / h(2), Must, Client, "abort when a response arrives at the redirect URI of another issuer";

    // §4.7.1
    PKCE_SUPPORT_IS_ENSURED = "4.7.1" / h(1), Must, Client, "make sure that the server supports PKCE before PKCE alone prevents CSRF";
    STATE_STANDS_IN_FOR_PKCE = "4.7.1" / h(2), Must, Client, "use state (or a nonce) where the server has no PKCE";
    STATE_CONTENT_IS_PROTECTED = "4.7.1" / h(3), Must, Client, "protect state from tampering and swapping when it carries more than randomness";
}
