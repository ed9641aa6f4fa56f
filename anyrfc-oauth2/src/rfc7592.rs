//! The catalogue of RFC 7592: every normative keyword, in the RFC's own order.
//!
//! Ids and roles are as in [`rfc6749`](crate::rfc6749).
use anyrfc_core::requirements;

requirements! {
    /// OAuth 2.0 Dynamic Client Registration Management Protocol.
    RFC7592 = 7592, "OAuth 2.0 Dynamic Client Registration Management Protocol";

    // §1.1
    NAMES_ARE_CASE_SENSITIVE = "1.1" / h(1), Must, Both, "tell parameter names and values apart by case";

    // §1.3
    INITIAL_ACCESS_TOKEN_IS_OPTIONAL = "1.3" / 1, Optional, Client, "the initial access token may be left out of the flow";
    STATEMENT_IS_OPTIONAL_IN_THE_FLOW = "1.3" / 2, Optional, Client, "the software statement may be left out of the flow";

    // §2
    REGISTRATION_TOKEN_IS_THE_BEARER = "2" / 1, Must, Client, "send the registration access token as a bearer token in every call";
    ENDPOINT_IS_BEHIND_TLS = "2" / 2, Must, Server, "the server must protect its configuration endpoint by TLS";
    UNSUPPORTED_METHOD_IS_AN_ERROR = "2" / 3, Must, Server, "the server must answer a method it does not support with a fitting error";

    // §2.1
    READ_IS_A_GET = "2.1" / h(1), Must, Client, "read the registration by GET";
    READ_MAY_CHANGE_CREDENTIALS = "2.1" / 1, May, Server, "the server may answer a read with a new secret or registration token";
    READ_REPLACES_CREDENTIALS = "2.1" / 2, Must, Client, "discard the old secret and registration token at once when a read brings new ones";
    READ_KEEPS_THE_CLIENT_ID = "2.1" / 3, MustNot, Server, "the server must not answer a read with another client_id";
    READ_WITH_A_BAD_TOKEN_FAILS = "2.1" / 4, Must, Server, "the server must answer a read under an invalid token as RFC 6750 says";
    READ_OF_NO_CLIENT_IS_401 = "2.1" / 5, Must, Server, "the server must answer 401 when a client that is gone reads";
    READ_OF_NO_CLIENT_REVOKES = "2.1" / 6, Should, Server, "the server should revoke the token that such a read used";
    FORBIDDEN_READ_IS_403 = "2.1" / 7, Must, Server, "the server must answer 403 to a client that may not read its record";

    // §2.2
    UPDATE_IS_A_JSON_PUT = "2.2" / h(1), Must, Client, "update the registration by a PUT of one JSON object";
    UPDATE_HAS_ALL_FIELDS = "2.2" / 1, Must, Client, "send all metadata in an update that was returned before";
    UPDATE_OMITS_THE_SERVERS_FIELDS = "2.2" / 2, MustNot, Client, "put neither registration token nor URI, nor the times of issue and expiry, into an update";
    UPDATE_REPLACES = "2.2" / 3, Must, Server, "the server must replace the old values by those of the update";
    OMITTED_FIELD_IS_DELETED = "2.2" / 4, Must, Server, "the server must take an omitted field for one to be deleted";
    EMPTY_VALUE_MAY_BE_IGNORED = "2.2" / 5, May, Server, "the server may ignore null and empty values";
    UPDATE_HAS_THE_CLIENT_ID = "2.2" / 6, Must, Client, "send client_id in an update";
    UPDATED_CLIENT_ID_IS_THE_CURRENT = "2.2" / 7, Must, Client, "send the current client_id and no other in an update";
    UPDATED_SECRET_IS_THE_CURRENT = "2.2" / 8, Must, Client, "send the current client_secret in an update, if any";
    SECRET_IS_NOT_CHOSEN_BY_THE_CLIENT = "2.2" / 9, MustNot, Server, "the server must not let a client choose its secret";
    INVALID_VALUES_MAY_BE_REPLACED = "2.2" / 10, May, Server, "the server may replace invalid values by defaults";
    REPLACED_VALUES_ARE_RETURNED = "2.2" / 11, Must, Server, "the server must return the values that it replaced";
    UPDATE_MAY_CHANGE_CREDENTIALS = "2.2" / 12, May, Server, "the server may answer an update with a new secret or registration token";
    UPDATE_REPLACES_CREDENTIALS = "2.2" / 13, Must, Client, "discard the old secret and registration token at once when an update brings new ones";
    UPDATE_KEEPS_THE_CLIENT_ID = "2.2" / 14, MustNot, Server, "the server must not answer an update with another client_id";
    UPDATE_WITH_A_BAD_TOKEN_FAILS = "2.2" / 15, Must, Server, "the server must answer an update under an invalid token as RFC 6750 says";
    UPDATE_OF_NO_CLIENT_IS_401 = "2.2" / 16, Must, Server, "the server must answer 401 when a client that is gone updates";
    UPDATE_OF_NO_CLIENT_REVOKES = "2.2" / 17, Should, Server, "the server should revoke the token that such an update used";
    FORBIDDEN_UPDATE_IS_403 = "2.2" / 18, Must, Server, "the server must answer 403 to a client that may not update its record";

    // §2.3
    DEPROVISIONING_IS_A_DELETE = "2.3" / h(1), Must, Client, "deprovision the client by DELETE";
    DELETION_ENDS_GRANTS_AND_TOKENS = "2.3" / 1, Should, Server, "the server should invalidate all grants and tokens of a deleted client";
    DELETION_IS_204 = "2.3" / 2, Must, Server, "the server must answer 204 when the client is deleted";
    UNSUPPORTED_DELETE_IS_405 = "2.3" / 3, Must, Server, "the server must answer 405 when it does not support DELETE";
    DELETE_WITH_A_BAD_TOKEN_FAILS = "2.3" / 4, Must, Server, "the server must answer a deletion under an invalid token as RFC 6750 says";
    DELETE_OF_NO_CLIENT_IS_401 = "2.3" / 5, Must, Server, "the server must answer 401 when a client that is gone deletes itself";
    DELETE_OF_NO_CLIENT_REVOKES = "2.3" / 6, Should, Server, "the server should revoke the token that such a deletion used";
    FORBIDDEN_DELETE_IS_403 = "2.3" / 7, Must, Server, "the server must answer 403 to a client that may not delete itself";

    // §3
    REGISTRATION_URI_IS_SENT = "3" / 1, Required, Server, "the server must send registration_client_uri";
    REGISTRATION_TOKEN_IS_SENT = "3" / 2, Required, Server, "the server must send registration_access_token";
    REGISTERED_METADATA_IS_RETURNED = "3" / 3, Must, Server, "the server must return all that it registered, its own additions too";
    REQUESTED_VALUES_MAY_BE_REPLACED = "3" / 4, May, Server, "the server may replace what was requested in a registration or update";

    // §5
    REGISTRATION_TOKEN_DOES_NOT_EXPIRE = "5" / 1, ShouldNot, Server, "the server should not let the registration token expire while the client is active";
    REGISTRATION_TOKEN_MAY_ROTATE = "5" / 2, May, Server, "the server may rotate the registration token at a read or update";
    REGISTRATION_TOKEN_IS_PROTECTED = "5" / 3, Must, Client, "protect the registration token as a bearer token";
    TLS_IS_REQUIRED = "5" / 4, Must, Server, "the server must require TLS for requests to the configuration endpoint";
    TLS_1_2_IS_SUPPORTED = "5" / 5, Must, Server, "the server must support TLS 1.2";
    MORE_TRANSPORTS_MAY_BE_SUPPORTED = "5" / 6, May, Server, "the server may support other secure transports";
    CERTIFICATE_IS_CHECKED = "5" / 7, Must, Client, "check the certificate of the server under TLS";
    REGISTRATION_TOKEN_IS_RANDOM = "5" / 8, Must, Server, "the server must make registration tokens that cannot be guessed";
    DELETION_ENDS_THE_REGISTRATION_TOKEN = "5" / 9, Must, Server, "the server must invalidate the registration token together with its client";
    DELETED_CLIENT_GETS_401 = "5" / 10, Must, Server, "the server must answer 401 to every later request of a deleted client";

    // Appendix A
    REGISTRATION_TOKEN_STAYS_AT_ITS_ENDPOINT = "A" / h(1), ShouldNot, Client, "use the registration token nowhere but at the configuration endpoint";

    // Appendix A.1
    CURRENT_CREDENTIALS_ARE_RETURNED = "A.1" / 1, Must, Server, "the server must return the current registration token and credentials";
    ROTATION_FOLLOWS_A_REQUEST = "A.1" / 2, Should, Server, "the server should rotate the registration token at a read or update alone";
    ROTATED_TOKEN_IS_DISCARDED = "A.1" / 3, Must, Client, "discard the old registration token after rotation";
    ROTATED_TOKEN_ENDS = "A.1" / 4, Should, Server, "the server should discard the old registration token too";

    // Appendix B
    FULL_URL_IS_GIVEN = "B" / 1, Must, Server, "the server must give the whole URL of the configuration endpoint";
    URL_IS_NOT_TO_BE_GUESSED = "B" / 2, MustNot, Server, "the server must not expect clients to make or find that URL";
    URL_IS_USED_AS_GIVEN = "B" / 3, Must, Client, "use registration_client_uri just as it came";
    URL_IS_NOT_BUILT = "B" / 4, MustNot, Client, "never build the URL of the configuration endpoint from parts";
    URL_HAS_THE_CLIENT_ID = "B" / 5, Recommended, Server, "the server should form that URL from the registration endpoint and client_id";
    URL_MATCHES_THE_TOKEN = "B" / 6, Must, Server, "the server must match the client in the URL against the one the token was issued to";
    URL_MAY_BE_THE_REGISTRATION_ENDPOINT = "B" / 7, May, Server, "the server may give the registration endpoint as that URL";
}
