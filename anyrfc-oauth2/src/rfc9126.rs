//! The catalogue of RFC 9126: every normative keyword, in the RFC's own order.
//!
//! Ids and roles are as in [`rfc6749`](crate::rfc6749).
use anyrfc_core::requirements;

requirements! {
    /// OAuth 2.0 Pushed Authorization Requests.
    RFC9126 = 9126, "OAuth 2.0 Pushed Authorization Requests";

    // §2
    PAR_ENDPOINT_IS_HTTPS = "2" / 1, Must, Both, "reach the PAR endpoint by an `https` URL only";
    PAR_ENDPOINT_IS_IN_THE_METADATA = "2" / 2, Should, Server, "the server should name its PAR endpoint in its metadata";
    PAR_MAY_TAKE_REQUEST_OBJECTS = "2" / 3, May, Server, "the server may take a Request Object at the PAR endpoint";
    ISSUER_IS_THE_AUDIENCE = "2" / 4, Should, Client, "use the issuer identifier as the audience of a client assertion sent to the PAR endpoint";
    THREE_AUDIENCES_ARE_ACCEPTED = "2" / 5, Must, Server, "the server must accept its issuer, its token endpoint and its PAR endpoint as the audience";

    // §2.1
    NO_REQUEST_URI_IS_PUSHED = "2.1" / 1, MustNot, Client, "push no `request_uri`";
    CLIENT_ID_IS_PUSHED = "2.1" / h(1), Required, Client, "push `client_id`";
    PUSH_IS_A_FORM_POST = "2.1" / h(2), Must, Client, "push the parameters by POST as a form in UTF-8";
    PUSH_AUTHENTICATES_AS_FOR_TOKENS = "2.1" / h(3), Must, Client, "authenticate the push in the way used at the token endpoint";
    PUSH_IS_PROCESSED_IN_STEPS = "2.1" / 2, Must, Server, "the server must authenticate the client, refuse `request_uri` and validate what was pushed";
    EARLY_CHECKS_MAY_BE_OMITTED = "2.1" / 3, May, Server, "the server may omit checks that it cannot make at the time of the push";
    OMITTED_CHECKS_ARE_MADE_LATER = "2.1" / 4, Must, Server, "the server must make the omitted checks at the authorization endpoint";
    REDIRECT_URI_MAY_BE_SET_BY_PUSH = "2.1" / 5, May, Server, "the server may let a client with credentials set its redirect URI anew in each push";

    // §2.2
    SUCCESS_IS_201_WITH_REQUEST_URI = "2.2" / 1, Must, Server, "the server must answer a good push with 201 and a request URI";
    REQUEST_URI_IS_UNGUESSABLE = "2.2" / 2, Must, Server, "the server must build strong randomness into `request_uri`";
    REQUEST_URI_MAY_BE_A_URN = "2.2" / 3, May, Server, "the server may form `request_uri` as a URN that ends in the random part";
    REQUEST_URI_IS_BOUND_TO_THE_CLIENT = "2.2" / 4, Must, Server, "the server must bind `request_uri` to the client that pushed";

    // §2.3
    ONLY_SIGNED_PUSHES_ARE_ACCEPTED = "2.3" / 1, Must, Server, "the server must accept only signed Request Objects where policy requires them";
    UNSIGNED_PUSH_IS_INVALID_REQUEST = "2.3" / 2, Must, Server, "the server must answer 400 and `invalid_request` to any other push where policy requires signing";

    // §2.4
    EXACT_MATCH_MAY_BE_RELAXED = "2.4" / 1, May, Server, "the server may match redirect URIs less exactly for clients with credentials that push";
    UNREGISTERED_REDIRECT_URI_MAY_PASS = "2.4" / 2, May, Server, "the server may let such clients use redirect URIs that were never registered";
    REDIRECT_URI_MAY_BE_RESTRICTED = "2.4" / 3, May, Server, "the server may demand a prefix or let only a query parameter of the redirect URI vary";

    // §3
    REQUEST_OBJECT_MAY_BE_PUSHED = "3" / 1, May, Client, "a Request Object may be pushed in `request`";
    FORM_HOLDS_ONLY_AUTHENTICATION = "3" / h(1), Must, Client, "put nothing but client authentication parameters beside `request` in the form";
    AUTHORIZATION_PARAMETERS_ARE_CLAIMS = "3" / 2, Must, Client, "put all that belongs to the authorization request into the JWT's claims";
    PUSHED_OBJECT_IS_VALIDATED = "3" / 3, Must, Server, "the server must decrypt a pushed Request Object, check its signature and compare its `client_id`";

    // §4
    REQUEST_URI_IS_USED_TO_AUTHORIZE = "4" / h(1), Must, Client, "build the authorization request from the `request_uri` that came back";
    REQUEST_URI_IS_USED_ONCE = "4" / 1, Must, Client, "use a `request_uri` a single time";
    REQUEST_URI_IS_ONE_TIME = "4" / 2, Should, Server, "the server should honour a `request_uri` once";
    RELOAD_MAY_REPEAT = "4" / 3, May, Server, "the server may allow the repetition that a reload in the user agent causes";
    EXPIRED_REQUEST_URI_IS_REJECTED = "4" / 4, Must, Server, "the server must reject a `request_uri` that has expired";
    PUSHED_REQUEST_IS_VALIDATED_AS_ANY = "4" / 5, Must, Server, "the server must validate the authorization request like any other";
    CHECKS_MADE_MAY_BE_OMITTED = "4" / 6, May, Server, "the server may omit checks made at the time of the push when nothing relevant has changed";
    PAR_MAY_BE_THE_ONLY_WAY = "4" / 7, May, Server, "the server may insist on PAR, for all clients or for some";
    METADATA_MAY_SIGNAL_PAR = "4" / 8, May, Both, "metadata of server and client may tell how PAR is to be used";

    // §5
    REQUIRED_PAR_IS_USED = "5" / h(1), Must, Client, "push when the server's metadata says that PAR is the only way; assume not when it is silent";

    // §7.1
    REQUEST_URI_ENTROPY_IS_HEEDED = "7.1" / 1, Must, Server, "the server must heed what JAR says on the entropy of request URIs";

    // §7.2
    NEW_REDIRECT_URI_NEEDS_AUTHENTICATION = "7.2" / 1, Must, Server, "the server must take new redirect URIs from authenticated clients only";

    // §7.3
    REPLAY_IS_STOPPED_BY_ONE_TIME_USE = "7.3" / 1, Should, Server, "the server should guard against replay by request URIs that work once";

    // §7.5
    SWAPPING_IS_DETECTED = "7.5" / 1, Should, Client, "push PKCE, a unique `state` or a `nonce` so that a swapped request URI is noticed";
}
