//! The catalogue of RFC 9101: every normative keyword, in the RFC's own order.
//!
//! Ids and roles are as in [`rfc6749`](crate::rfc6749).
use anyrfc_core::requirements;

requirements! {
    /// The OAuth 2.0 Authorization Framework: JWT-Secured Authorization Request (JAR).
    RFC9101 = 9101, "The OAuth 2.0 Authorization Framework: JWT-Secured Authorization Request (JAR)";

    // §4
    REQUEST_OBJECT_IS_COMPLETE = "4" / 1, Must, Client, "put every parameter of the authorization request into the Request Object";
    STRINGS_ARE_JSON_STRINGS = "4" / 2, Must, Client, "write names and string values as JSON strings";
    STRINGS_ARE_UTF8 = "4" / 3, Must, Client, "encode the strings of a Request Object in UTF-8";
    NUMBERS_ARE_JSON_NUMBERS = "4" / 4, Must, Client, "write numbers as JSON numbers";
    EXTENSION_PARAMETERS_MAY_BE_INCLUDED = "4" / 5, May, Client, "extension parameters may be put into a Request Object";
    SIGNED_OBJECT_HAS_ISS_AND_AUD = "4" / 6, Should, Client, "put `iss` and `aud` into a signed Request Object";
    AUDIENCE_IS_THE_SERVERS_ISSUER = "4" / h(1), Should, Client, "use the authorization server's issuer identifier as `aud`";
    SIGNING_PRECEDES_ENCRYPTION = "4" / 7, Must, Client, "sign first and encrypt afterwards when both are done";
    BY_VALUE_OR_BY_REFERENCE = "4" / 8, May, Client, "a Request Object may be sent by value or by reference";
    NO_NESTED_REQUEST = "4" / 9, MustNot, Client, "put neither `request` nor `request_uri` into a Request Object";

    // §5
    REQUEST_IS_SENT = "5" / 1, Required, Client, "send `request` unless `request_uri` is sent";
    REQUEST_EXCLUDES_REQUEST_URI = "5" / 2, MustNot, Client, "send no `request_uri` beside `request`";
    REQUEST_URI_IS_SENT = "5" / 3, Required, Client, "send `request_uri` unless `request` is sent";
    REQUEST_URI_EXCLUDES_REQUEST = "5" / 4, MustNot, Client, "send no `request` beside `request_uri`";
    CLIENT_ID_IS_SENT = "5" / 5, Required, Client, "send `client_id`";
    CLIENT_ID_MATCHES_THE_OBJECT = "5" / 6, Must, Client, "send the same `client_id` as stands in the Request Object";
    REQUEST_OBJECT_IS_SIGNED = "5" / 7, Must, Client, "sign the Request Object, with or without encrypting it";
    PARAMETERS_MAY_BE_DUPLICATED = "5" / 8, May, Client, "parameters may be repeated in the query for servers without JAR";
    DUPLICATES_ARE_NOT_USED = "5" / 9, Must, Server, "the server must use only what stands in the Request Object";

    // §5.2
    REQUEST_URI_IS_SHORT = "5.2" / 1, ShouldNot, Both, "keep a `request_uri` within 512 ASCII characters";
    REQUEST_URI_LEADS_TO_AN_OBJECT = "5.2" / 2, Must, Client, "keep a Request Object behind a `request_uri` of the client's own";
    REQUEST_URI_IS_REACHABLE = "5.2" / 3, Must, Client, "let the authorization server reach a `request_uri` that it did not give out";
    OWN_REQUEST_URI_IS_HTTPS = "5.2" / 4, Must, Client, "use an `https` URI for a `request_uri` that the authorization server did not give out";
    SERVERS_REQUEST_URI_IS_A_URN = "5.2" / 5, Must, Server, "the server must give out a URN where it provides the `request_uri`";

    // §5.2.1
    REQUEST_URI_IS_NOT_GUESSABLE = "5.2.1" / 1, Must, Both, "give a `request_uri` entropy that suits its lifetime";
    REQUEST_URI_IS_REMOVED = "5.2.1" / 2, Recommended, Both, "take a `request_uri` away after a reasonable time unless access to it is controlled";

    // §5.2.3
    OBJECT_IS_FETCHED_BY_GET = "5.2.3" / 1, Must, Server, "the server must fetch the Request Object by GET unless it can get it safely in another way";

    // §6.1
    OBJECT_IS_DECRYPTED = "6.1" / 1, Must, Server, "the server must decrypt an encrypted Request Object as JWE says";
    FAILED_DECRYPTION_IS_AN_ERROR = "6.1" / 2, Must, Server, "the server must answer `invalid_request_object` when it cannot decrypt";

    // §6.2
    SIGNATURE_IS_VALIDATED = "6.2" / 1, Must, Server, "the server must validate the signature of the Request Object";
    KID_NAMES_THE_KEY_USED = "6.2" / 2, Must, Server, "the server must use the key that `kid` names";
    KID_NAMES_A_KEY_OF_THE_CLIENT = "6.2" / 3, Must, Server, "the server must find the key that `kid` names among the client's";
    CLIENT_KEY_AND_ALG_VALIDATE = "6.2" / 4, Must, Server, "the server must validate with a key of the client and the algorithm of the `alg` header";
    ALGORITHM_IS_VERIFIED = "6.2" / 5, Must, Server, "the server must verify the algorithm as the JWT best practices say";
    FAILED_SIGNATURE_IS_AN_ERROR = "6.2" / 6, Must, Server, "the server must answer `invalid_request_object` to a foreign key or a bad signature";

    // §6.3
    PARAMETERS_ARE_EXTRACTED = "6.3" / 1, Must, Server, "the server must take the parameters out of the Request Object";
    QUERY_DOES_NOT_OVERRIDE = "6.3" / 2, Must, Server, "the server must disregard a query parameter that the Request Object holds too";
    CLIENT_IDS_ARE_COMPARED = "6.3" / 3, Must, Server, "the server must find the same `client_id` in the query and in the Request Object";
    FAILED_VALIDATION_IS_AN_ERROR = "6.3" / 4, Must, Server, "the server must answer an error when the client ids differ or the request is not valid";

    // §8
    REQUEST_URI_CLIENT_HAS_TLS = "8" / 1, Must, Client, "support TLS, by its best practices, where Request Object URIs are supported";
    TLS_PROTECTS_THE_OBJECT = "8" / 2, Must, Both, "apply TLS with a cipher suite for confidentiality and integrity";
    CERTIFICATE_IS_VERIFIED_BY_DNS_ID = "8" / 3, Must, Both, "verify the certificate of the TLS server by DNS-ID";
    DNS_ID_IS_SUPPORTED = "8" / 4, Required, Both, "support identifiers of the type DNS-ID";
    AUTHORITIES_SUPPORT_DNS_ID = "8" / 5, Must, Other, "certification authorities support DNS-ID";
    CERTIFICATES_HAVE_A_DNS_ID = "8" / 6, Must, Other, "certificates of servers hold a DNS-ID";
    CERTIFICATES_MAY_HAVE_WILDCARDS = "8" / 7, May, Other, "names in a certificate may hold a wildcard";
    CN_ID_IS_NOT_USED = "8" / 8, MustNot, Both, "use no CN-ID to identify the peer";
    COMMON_NAME_DOES_NOT_AUTHENTICATE = "8" / 9, MustNot, Both, "authenticate nobody by the common name in the certificate";
    SRV_ID_AND_URI_ID_ARE_NOT_COMPARED = "8" / 10, MustNot, Both, "compare neither SRV-ID nor URI-ID";

    // §10.1
    ALGORITHMS_ARE_APPROPRIATE = "10.1" / 1, Must, Client, "sign, or sign and encrypt, `request` with algorithms that are still good";

    // §10.2
    SOURCE_IS_VERIFIED = "10.2" / 1, Must, Server, "the server must verify where an authorization request comes from";
    TLS_IDENTITY_IS_THE_CLIENTS_ALONE = "10.2" / 2, Must, Server, "the server must know beforehand that the certificate of the URI covers this client alone";
    URI_SERVICE_AUTHENTICATES = "10.2" / 3, Must, Server, "the server must authenticate the client that trades an object for a URI and bind the URI to it";
    URI_SERVICE_VALIDATES = "10.2" / 4, Must, Server, "the server must validate the signature of an object traded for a URI";
    URI_IS_SHORT_LIVED = "10.2" / 5, Must, Server, "the server must let a URI that it gives out live a short time only";
    URI_HAS_ENTROPY = "10.2" / 6, Must, Server, "the server must give such a URI enough entropy";
    THIRD_PARTY_VALIDATES = "10.2" / 7, Must, Other, "a trusted third party validates the signature before it gives out a URI";
    THIRD_PARTY_TRUSTS_THE_SERVER = "10.2" / 8, Must, Other, "a third party that gives out URIs trusts the authorization server";
    THIRD_PARTY_TRUST_IS_KNOWN = "10.2" / 9, Must, Server, "the server must know beforehand that the third party trusts the client";

    // §10.3
    ENDPOINTS_ARE_STATED = "10.3" / 1, Recommended, Client, "state, protected against tampering, the endpoints a request is meant for";

    // §10.5
    CLIENT_METADATA_DEMANDS_JAR = "10.5" / 1, Must, Server, "the server must reject a request without JAR from a client registered as requiring it";
    CLIENT_METADATA_FORBIDS_NONE = "10.5" / 2, Must, Server, "the server must reject `alg` of `none` from a client registered as requiring signed objects";
    SERVER_METADATA_DEMANDS_JAR = "10.5" / 3, Must, Server, "the server must reject any request without JAR where its own metadata require it";
    SERVER_METADATA_FORBIDS_NONE = "10.5" / 4, Must, Server, "the server must reject `alg` of `none` where its own metadata require signed objects";
    SIGNED_OBJECTS_MAY_BE_USED_UNASKED = "10.5" / 5, May, Client, "signed objects may be used without such metadata if both sides share an algorithm";

    // §10.7
    CLIENT_IDS_MATCH = "10.7" / 1, Must, Both, "let no two differing client ids pass in one request";

    // §11.1
    PERSONAL_DATA_ARE_LIMITED = "11.1" / 1, Should, Other, "applications ask for no more personal data than the law and the purpose allow";
    TLS_IDENTITY_FITS_THE_URI = "11.1" / 2, Must, Server, "the server must check that the certificate fits the Request Object URI it connects to";
    CONSENT_NAMES_THE_CLIENT = "11.1" / 3, Must, Server, "the server must name the client on the consent screen";
    CONSENT_TELLS_OF_VETTING = "11.1" / 4, Should, Server, "the server should show on the consent screen that a third party has vetted the request";

    // §11.2.1
    SENSITIVE_REQUEST_IS_ENCRYPTED = "11.2.1" / 1, Should, Client, "encrypt a Request Object that holds sensitive parameters";
    SENSITIVE_URI_IS_USED_ONCE = "11.2.1" / 2, Should, Both, "use the URI of a sensitive object once and within a short time";
    SENSITIVE_URI_HAS_ENTROPY = "11.2.1" / 3, Must, Both, "give the URI of a sensitive object enough entropy unless the object is encrypted";
}
