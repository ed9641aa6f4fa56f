//! The catalogue of RFC 9396: what binds the client, entered by hand, in the RFC's own order.
//!
//! Ids and roles are as in [`rfc6749`](crate::rfc6749).
use anyrfc_core::requirements;

requirements! {
    /// OAuth 2.0 Rich Authorization Requests.
    RFC9396 = 9396, "OAuth 2.0 Rich Authorization Requests";

    // §2
    DETAILS_ARE_AN_ARRAY_OF_OBJECTS = "2" / h(1), Must, Client, "send authorization_details as a JSON array of objects";
    DETAILS_NAME_THEIR_TYPE = "2" / h(2), Required, Client, "give each authorization details object a `type`";
    TYPE_MAY_OCCUR_AGAIN = "2" / h(3), May, Client, "several objects of one type may be sent together";

    // §3
    DETAILS_MAY_BE_PUSHED = "3" / h(1), May, Client, "a request with authorization_details may be pushed to the server first";
    DETAILS_ARE_FORM_ENCODED = "3" / h(2), Must, Client, "form-encode the serialised JSON in an authorization request";

    // §3.1
    SCOPE_MAY_GO_ALONG = "3.1" / h(1), May, Client, "scope and authorization_details may stand in one request";

    // §5
    BAD_DETAILS_ARE_AN_ERROR = "5" / h(1), Must, Server, "the server must refuse unknown or ill-formed details with invalid_authorization_details";

    // §6
    TOKEN_REQUEST_MAY_HOLD_DETAILS = "6" / h(1), May, Client, "a token request may name the authorization_details its access token shall have";

    // §7
    GRANTED_DETAILS_ARE_RETURNED = "7" / h(1), Must, Server, "the server must return the authorization_details that belong to the access token";

    // §7.1
    GRANTED_DETAILS_MAY_DIFFER = "7.1" / h(1), May, Server, "the server may grant other details than those that were asked for";
    ENRICHED_DETAILS_ARE_EXPECTED = "7.1" / h(2), Should, Client, "take the details as granted, with whatever the server added to them";

    // §10
    REGISTRATION_MAY_NAME_TYPES = "10" / h(1), May, Client, "authorization_details_types may be given at registration";

    // §12
    DETAILS_ARE_KEPT_FROM_TAMPERING = "12" / h(1), Must, Client, "sign or push the request where the integrity of its details matters";
    STRINGS_ARE_COMPARED_AS_THEY_ARE = "12" / h(2), Must, Client, "compare strings in details as JSON does, without any normalisation";

    // §13
    PERSONAL_DATA_DOES_NOT_LEAK = "13" / h(1), Must, Client, "encrypt or push a request whose details hold sensitive personal data";
}
