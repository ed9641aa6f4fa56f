//! The catalogue of RFC 8628: every normative keyword, in the RFC's own order.
//!
//! Ids and roles are as in [`rfc6749`](crate::rfc6749).
use anyrfc_core::requirements;

requirements! {
    /// OAuth 2.0 Device Authorization Grant.
    RFC8628 = 8628, "OAuth 2.0 Device Authorization Grant";

    // §3.1
    DEVICE_REQUEST_IS_A_POSTED_FORM = "3.1" / h(1), Must, Client, "ask for codes by a POST of a form in UTF-8";
    DEVICE_REQUEST_NAMES_THE_CLIENT = "3.1" / 1, Required, Client, "send client_id in the device authorization request unless the client authenticates";
    SCOPE_MAY_BE_LEFT_OUT = "3.1" / 2, Optional, Client, "scope may be left out of the device authorization request";
    DEVICE_USES_TLS = "3.1" / 3, Must, Client, "make all requests over TLS, configured by the best practices of BCP 195";
    EMPTY_PARAMETERS_COUNT_AS_OMITTED = "3.1" / 4, Must, Server, "the server must take a parameter without a value for one that was left out";
    UNKNOWN_PARAMETERS_ARE_IGNORED = "3.1" / 5, Must, Server, "the server must ignore parameters it does not know";
    PARAMETERS_ARE_NOT_REPEATED = "3.1" / 6, MustNot, Both, "send each parameter once only";
    DEVICE_REQUEST_IS_AUTHENTICATED = "3.1" / h(2), Must, Client, "authenticate a confidential client here as at the token endpoint";
    DEVICE_REQUEST_WAITS_FOR_THE_USER = "3.1" / 7, Should, Client, "begin when the user asks for it, not at start-up and not after a failure or an expiry";

    // §3.2
    DEVICE_CODE_IS_SENT = "3.2" / 1, Required, Server, "the server must send device_code";
    USER_CODE_IS_SENT = "3.2" / 2, Required, Server, "the server must send user_code";
    VERIFICATION_URI_IS_SENT = "3.2" / 3, Required, Server, "the server must send verification_uri";
    COMPLETE_URI_MAY_BE_LEFT_OUT = "3.2" / 4, Optional, Server, "the server may leave out verification_uri_complete";
    EXPIRES_IN_IS_SENT = "3.2" / 5, Required, Server, "the server must send expires_in";
    INTERVAL_MAY_BE_LEFT_OUT = "3.2" / 6, Optional, Server, "the server may leave out interval";
    INTERVAL_IS_KEPT = "3.2" / 7, Should, Client, "wait for at least the interval between two polls";
    DEFAULT_INTERVAL_IS_FIVE = "3.2" / 8, Must, Client, "take five seconds for the interval when the response has none";

    // §3.3
    CODE_AND_URI_ARE_SHOWN = "3.3" / h(1), Must, Client, "hand user_code and verification_uri to the user";
    DEVICE_CODE_IS_NOT_SHOWN = "3.3" / h(2), ShouldNot, Client, "keep device_code out of what the user sees";
    USER_VISITS_AND_ENTERS_THE_CODE = "3.3" / 1, Must, Server, "the server must let the user visit verification_uri and give the user_code there";
    URI_WITHOUT_THE_CODE = "3.3" / 2, NotRecommended, Server, "the server should not put the user_code into verification_uri";

    // §3.3.1
    COMPLETE_URI_MAY_BE_A_QR_CODE = "3.3.1" / 1, May, Client, "verification_uri_complete may be shown as a QR code or handed over without text";
    PLAIN_URI_IS_SHOWN_TOO = "3.3.1" / 2, Recommended, Client, "show verification_uri as text beside such a shortcut";
    USER_CODE_IS_SHOWN_TOO = "3.3.1" / 3, Must, Client, "show the user_code beside such a shortcut";
    CODES_ARE_COMPARED_BY_THE_USER = "3.3.1" / 4, Should, Server, "the server should show the user_code and have the user compare it with the device's";

    // §3.4
    GRANT_TYPE_IS_SENT = "3.4" / 1, Required, Client, "send grant_type in the token request";
    GRANT_TYPE_IS_THE_DEVICE_CODE_URN = "3.4" / 2, Must, Client, "set grant_type to the device code grant's URN";
    DEVICE_CODE_COMES_BACK = "3.4" / 3, Required, Client, "send device_code in the token request as it was received";
    TOKEN_REQUEST_NAMES_THE_CLIENT = "3.4" / 4, Required, Client, "send client_id in the token request unless the client authenticates";
    CREDENTIALS_ARE_USED = "3.4" / 5, Must, Client, "authenticate in the token request when the client has credentials";

    // §3.5
    PENDING_IS_POLLED = "3.5" / 1, Should, Client, "send the token request again after authorization_pending";
    EACH_POLL_WAITS = "3.5" / 2, Must, Client, "wait before each poll for the interval, five seconds without one, and what slow_down added";
    SLOW_DOWN_IS_POLLED = "3.5" / h(1), Should, Client, "go on polling after slow_down";
    SLOW_DOWN_ADDS_FIVE_SECONDS = "3.5" / 3, Must, Client, "add five seconds to the interval at each slow_down, for all polls that follow";
    EXPIRED_TOKEN_MAY_START_ANEW = "3.5" / 4, May, Client, "after expired_token a new device authorization may be requested";
    RESTART_WAITS_FOR_THE_USER = "3.5" / 5, Should, Client, "wait for the user before starting again after expired_token";
    OTHER_ERRORS_END_POLLING = "3.5" / 6, Must, Client, "stop polling at any other error code";
    OTHER_ERRORS_ARE_REPORTED = "3.5" / 7, Should, Client, "report that other error to the user or the caller";
    TIMEOUT_SLOWS_POLLING = "3.5" / 8, Must, Client, "poll more slowly after a connection timeout";
    BACKOFF_IS_EXPONENTIAL = "3.5" / 9, Recommended, Client, "back off exponentially at timeouts, as by doubling the interval";
    RETURN_CHANNEL_MAY_REPLACE_POLLING = "3.5" / 10, May, Client, "where a return channel is there, its notice may be awaited instead of polling";

    // §4
    ENDPOINT_METADATA_MAY_BE_LEFT_OUT = "4" / 1, Optional, Server, "the server may leave out device_authorization_endpoint in its metadata";

    // §5.1
    USER_CODE_HAS_ENTROPY = "5.1" / 1, Should, Server, "the server should give the user_code enough entropy to withstand guessing at a limited rate";

    // §5.2
    DEVICE_CODE_HAS_HIGH_ENTROPY = "5.2" / 1, Should, Server, "the server should give the device_code very high entropy";

    // §5.4
    USER_IS_TOLD_OF_THE_DEVICE = "5.4" / 1, Recommended, Server, "the server should tell users that they authorize a device and ask whether they have it";
    DEVICE_IS_DESCRIBED = "5.4" / 2, Should, Server, "the server should show what it knows of the device";

    // §5.5
    SURROUNDINGS_ARE_CONSIDERED = "5.5" / 1, Should, Other, "show the code in a way that suits the surroundings, so that bystanders hardly see it";

    // §5.7
    CHANNEL_IS_CLOSE_BY = "5.7" / 1, Recommended, Other, "hand the code over by a channel that reaches only people near the device";

    // §6.1
    CONFUSABLE_CHARACTERS_ARE_AVOIDED = "6.1" / 1, Recommended, Server, "the server should keep look-alike characters out of user codes";
    CONFUSABLE_INPUT_MAY_BE_MENDED = "6.1" / 2, May, Server, "the server may replace a look-alike that was typed by the character of its set";

    // §6.2
    OTHER_INTERACTION_MAY_BE_AGREED = "6.2" / 1, May, Both, "another way to transmit the code may be agreed upon";
}
