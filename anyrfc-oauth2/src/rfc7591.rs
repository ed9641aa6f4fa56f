//! The catalogue of RFC 7591: every normative keyword, in the RFC's own order.
//!
//! Ids and roles are as in [`rfc6749`](crate::rfc6749).
use anyrfc_core::requirements;

requirements! {
    /// OAuth 2.0 Dynamic Client Registration Protocol.
    RFC7591 = 7591, "OAuth 2.0 Dynamic Client Registration Protocol";

    // §1.1
    NAMES_ARE_CASE_SENSITIVE = "1.1" / h(1), Must, Both, "tell parameter names and values apart by case";

    // §1.2
    LIMITED_REGISTRATION_NEEDS_A_TOKEN = "1.2" / h(1), Required, Client, "send an initial access token where not everyone may register";

    // §1.3
    INITIAL_ACCESS_TOKEN_IS_OPTIONAL = "1.3" / 1, Optional, Client, "the initial access token may be left out";
    STATEMENT_IS_OPTIONAL_IN_THE_FLOW = "1.3" / 2, Optional, Client, "registration may go without a software statement";

    // §2
    METADATA_IS_OPTIONAL = "2" / 1, Optional, Both, "any field of client metadata may be left out or go unsupported";
    REDIRECT_URIS_ARE_REGISTERED = "2" / 2, Must, Client, "register redirect_uris for flows with redirection";
    REDIRECT_URIS_ARE_SUPPORTED = "2" / 3, Must, Server, "the server must support redirect_uris where it registers clients that redirect";
    DEFAULT_AUTH_METHOD_IS_BASIC = "2" / h(1), Must, Both, "take a missing token_endpoint_auth_method for client_secret_basic";
    GRANT_TYPES_ARE_WHAT_IS_SENT = "2" / 4, Must, Client, "register in grant_types the same value that grant_type carries later";
    MORE_GRANT_TYPES_MAY_BE_ALLOWED = "2" / 5, May, Server, "the server may allow other values of grant_types";
    DEFAULT_GRANT_IS_THE_CODE = "2" / h(2), Must, Both, "take missing grant_types for authorization_code alone";
    RESPONSE_TYPES_ARE_WHAT_IS_SENT = "2" / 6, Must, Client, "register in response_types the same value that response_type carries later";
    MORE_RESPONSE_TYPES_MAY_BE_ALLOWED = "2" / 7, May, Server, "the server may allow other values of response_types";
    DEFAULT_RESPONSE_TYPE_IS_CODE = "2" / h(3), Must, Both, "take missing response_types for code alone";
    CLIENT_ID_MAY_STAND_FOR_THE_NAME = "2" / 8, May, Server, "the server may show the client_id when client_name is missing";
    CLIENT_NAME_IS_SENT = "2" / 9, Recommended, Client, "send client_name";
    CLIENT_NAME_MAY_BE_TRANSLATED = "2" / 10, May, Client, "client_name may be sent in several languages";
    CLIENT_URI_IS_SHOWN = "2" / 11, Should, Server, "the server should show client_uri as a link";
    CLIENT_URI_IS_SENT = "2" / 12, Recommended, Client, "send client_uri";
    CLIENT_URI_IS_A_PAGE = "2" / 13, Must, Client, "let client_uri lead to a web page";
    CLIENT_URI_MAY_BE_TRANSLATED = "2" / 14, May, Client, "client_uri may be sent in several languages";
    LOGO_IS_SHOWN = "2" / 15, Should, Server, "the server should show the logo when the user approves";
    LOGO_URI_IS_AN_IMAGE = "2" / 16, Must, Client, "let logo_uri lead to an image";
    LOGO_URI_MAY_BE_TRANSLATED = "2" / 17, May, Client, "logo_uri may be sent in several languages";
    SCOPE_MAY_BE_DEFAULTED = "2" / 18, May, Server, "the server may register default scopes when scope is missing";
    CONTACTS_MAY_BE_SHOWN = "2" / 19, May, Server, "the server may show the contacts to users who need support";
    TOS_URI_IS_SHOWN = "2" / 20, Should, Server, "the server should show tos_uri to the user";
    TOS_URI_IS_A_PAGE = "2" / 21, Must, Client, "let tos_uri lead to a web page";
    TOS_URI_MAY_BE_TRANSLATED = "2" / 22, May, Client, "tos_uri may be sent in several languages";
    POLICY_URI_IS_SHOWN = "2" / 23, Should, Server, "the server should show policy_uri to the user";
    POLICY_URI_IS_A_PAGE = "2" / 24, Must, Client, "let policy_uri lead to a web page";
    POLICY_URI_MAY_BE_TRANSLATED = "2" / 25, May, Client, "policy_uri may be sent in several languages";
    JWKS_URI_IS_A_JWK_SET = "2" / 26, Must, Client, "let jwks_uri lead to a valid JWK Set";
    JWKS_URI_EXCLUDES_JWKS = "2" / 27, MustNot, Both, "put no jwks beside jwks_uri";
    JWKS_IS_A_JWK_SET = "2" / 28, Must, Client, "send a valid JWK Set as a JSON object in jwks";
    JWKS_EXCLUDES_JWKS_URI = "2" / 29, MustNot, Both, "put no jwks_uri beside jwks";
    CLIENT_ID_VARIES = "2" / 30, Should, Server, "the server should give each instance a client_id of its own";
    SOFTWARE_ID_IS_SHARED_BY_INSTANCES = "2" / 31, Should, Other, "an application sends one software_id from all its instances";
    SOFTWARE_ID_OUTLIVES_VERSIONS = "2" / 32, Should, Other, "an application keeps its software_id from one version to the next";
    SOFTWARE_VERSION_CHANGES = "2" / 33, Should, Other, "an application changes software_version when it is updated";
    UNKNOWN_METADATA_IS_IGNORED = "2" / 34, Must, Server, "the server must ignore metadata that it does not know";
    METADATA_MAY_BE_REJECTED = "2" / 35, May, Server, "the server may replace requested values or refuse them with an error";
    TRUSTED_STATEMENT_WINS = "2" / 36, Must, Server, "the server must prefer the claim of a trusted statement to the plain value";

    // §2.1
    INCONSISTENT_TYPES_ARE_PREVENTED = "2.1" / 1, Should, Server, "the server should let no client register grant and response types that do not fit";
    EXTENSIONS_SAY_WHICH_TYPES_FIT = "2.1" / 2, Must, Other, "an extension with new types says which grant and response types belong together";

    // §2.2
    METADATA_MAY_BE_TRANSLATED = "2.2" / 1, May, Client, "what people read may be sent in several languages and scripts";
    TAGS_ARE_SPELLED_AS_REGISTERED = "2.2" / 2, Recommended, Client, "spell language tags in the case that IANA registered";
    TAGS_IGNORE_CASE = "2.2" / 3, Should, Both, "take language tags in any case";
    ANY_NAME_MAY_BE_SHOWN = "2.2" / 4, May, Server, "the server may choose which of the translated names it shows";
    UNTAGGED_TEXT_HAS_NO_LANGUAGE = "2.2" / 5, MustNot, Both, "guess neither language nor script of a field without a tag";
    UNTAGGED_TEXT_IS_SHOWN_AS_IS = "2.2" / 6, Must, Both, "show a field without a tag unchanged";
    UNTAGGED_FIELD_STANDS_BESIDE_TAGGED = "2.2" / 7, Recommended, Both, "use a field without a tag beside those with one";
    UNTAGGED_TEXT_SUITS_ALL = "2.2" / 8, Recommended, Other, "an application's text without a tag is one that most systems can display";

    // §2.3
    PRESENTED_STATEMENT_IS_A_JWS = "2.3" / 1, Must, Client, "present only a software statement that is signed or MACed as a JWS";
    PRESENTED_STATEMENT_HAS_AN_ISS = "2.3" / 2, Must, Client, "present only a software statement with an iss claim";
    STATEMENT_IS_SIGNED_BY_RS256 = "2.3" / 3, Recommended, Other, "whoever issues a statement signs it by RS256";
    STATEMENT_MAY_HAVE_ANOTHER_ALG = "2.3" / 4, May, Other, "an application may name other algorithms for statements";
    STATEMENT_HAS_A_SOFTWARE_ID = "2.3" / 5, Recommended, Other, "whoever issues a statement puts software_id into it";
    STATEMENT_MAY_BE_A_CLIENT_ID = "2.3" / 6, May, Server, "the server may take a statement itself for a client identifier";

    // §3
    JSON_POST_IS_ACCEPTED = "3" / 1, Must, Server, "the server must accept a POST of JSON at the registration endpoint";
    ENDPOINT_IS_BEHIND_TLS = "3" / 2, Must, Server, "the server must protect its registration endpoint by TLS";
    ENDPOINT_MAY_BE_PROTECTED = "3" / 3, May, Server, "the server may make the endpoint a protected resource";
    INITIAL_ACCESS_TOKEN_MAY_BE_ACCEPTED = "3" / 4, May, Server, "the server may accept an initial access token";
    OPEN_REGISTRATION_IS_ALLOWED = "3" / 5, Should, Server, "the server should let clients register without authorization";
    OPEN_REGISTRATION_MAY_BE_LIMITED = "3" / 6, May, Server, "the server may limit the rate of such requests";

    // §3.1
    OMITTED_ITEMS_MAY_BE_DEFAULTED = "3.1" / 1, May, Server, "the server may fill in metadata that was omitted";
    REGISTRATION_IS_A_JSON_POST = "3.1" / h(1), Must, Client, "register by a POST of one JSON object whose members are the metadata";

    // §3.1.1
    STATEMENT_MAY_CARRY_METADATA = "3.1.1" / 1, May, Client, "metadata may be sent in a software statement too";
    STATEMENT_MAY_BE_IGNORED = "3.1.1" / 2, May, Server, "the server may ignore a statement when it does not support them";
    STATEMENT_WINS = "3.1.1" / 3, Must, Server, "the server must prefer values of the statement to plain ones where it supports them";
    SOFTWARE_STATEMENT_IS_OPTIONAL = "3.1.1" / 4, Optional, Client, "software_statement may be left out";

    // §3.2.1
    RESPONSE_MAY_BE_EXTENDED = "3.2.1" / 1, May, Server, "the server may add fields that extensions define";
    CLIENT_ID_IS_SENT = "3.2.1" / 2, Required, Server, "the server must send client_id";
    CLIENT_ID_IS_UNIQUE = "3.2.1" / 3, ShouldNot, Server, "the server should not give out a client_id that another client holds";
    INSTANCES_MAY_SHARE_A_CLIENT_ID = "3.2.1" / 4, May, Server, "the server may give instances of one client the same client_id";
    CLIENT_SECRET_IS_OPTIONAL = "3.2.1" / 5, Optional, Server, "the server may leave out client_secret";
    CLIENT_SECRET_IS_UNIQUE = "3.2.1" / 6, Must, Server, "the server must give each client_id a secret of its own";
    INSTANCES_HAVE_THEIR_OWN_SECRET = "3.2.1" / 7, Should, Server, "the server should give each instance under one client_id another secret";
    ISSUE_TIME_IS_OPTIONAL = "3.2.1" / 8, Optional, Server, "the server may leave out client_id_issued_at";
    SECRET_EXPIRY_IS_SENT = "3.2.1" / 9, Required, Server, "the server must send client_secret_expires_at along with client_secret";
    ZERO_EXPIRY_IS_NEVER = "3.2.1" / h(1), Must, Client, "take a client_secret_expires_at of 0 for a secret without end";
    REGISTERED_METADATA_IS_RETURNED = "3.2.1" / 10, Must, Server, "the server must return all that it registered, its own additions too";
    REQUESTED_VALUES_MAY_BE_REPLACED = "3.2.1" / 11, May, Server, "the server may replace what was requested in the registration";
    STATEMENT_IS_RETURNED_UNCHANGED = "3.2.1" / 12, Must, Server, "the server must return software_statement as it came";
    STATEMENT_VALUES_ARE_RETURNED_PLAIN = "3.2.1" / 13, Must, Server, "the server must return what it took from the statement as plain members too";

    // §3.2.2
    ERROR_IS_SENT = "3.2.2" / 1, Required, Server, "the server must send error when it refuses";
    ERROR_DESCRIPTION_IS_OPTIONAL = "3.2.2" / 2, Optional, Server, "the server may leave out error_description";
    ERROR_MAY_BE_EXTENDED = "3.2.2" / 3, May, Server, "the server may add members to an error";
    UNKNOWN_ERROR_MEMBERS_ARE_IGNORED = "3.2.2" / 4, Must, Client, "ignore members of an error that are unknown";
    VALID_VALUE_MAY_BE_SUBSTITUTED = "3.2.2" / 5, May, Server, "the server may put a valid value in place of an invalid one";

    // §4.1.1
    METADATA_NAMES_DIFFER_BY_MORE_THAN_CASE = "4.1.1" / 1, ShouldNot, Other, "the registry takes no metadata name that differs from another in case alone";

    // §4.2.1
    METHOD_NAMES_DIFFER_BY_MORE_THAN_CASE = "4.2.1" / 1, ShouldNot, Other, "the registry takes no method's name that differs from another in case alone";

    // §5
    TLS_IS_REQUIRED = "5" / 1, Must, Server, "the server must require TLS for requests to register";
    TLS_1_2_IS_SUPPORTED = "5" / 2, Must, Server, "the server must support TLS 1.2";
    MORE_TRANSPORTS_MAY_BE_SUPPORTED = "5" / 3, May, Server, "the server may support other secure transports";
    CERTIFICATE_IS_CHECKED = "5" / 4, Must, Client, "check the certificate of the server under TLS";
    REDIRECT_URIS_ARE_DEMANDED = "5" / 5, Must, Server, "the server must demand redirect_uris of clients whose grants redirect";
    REDIRECT_URI_IS_SAFE = "5" / 6, Must, Both, "register only https, local http or application-specific redirection URIs";
    PUBLIC_CLIENT_MAY_REGISTER = "5" / 7, May, Client, "a public client may register where policy allows it";
    REGISTRATIONS_MAY_EXPIRE = "5" / 8, May, Server, "the server may let registrations expire";
    GRANT_TYPES_MAY_BE_SEPARATED = "5" / 9, May, Server, "the server may demand one registration for each grant type";
    CODE_AND_IMPLICIT_MAY_EXCLUDE = "5" / 10, May, Server, "the server may refuse authorization_code and implicit together";
    CODE_AND_CREDENTIALS_MAY_EXCLUDE = "5" / 11, May, Server, "the server may refuse authorization_code and client_credentials together";
    PLAIN_METADATA_IS_SELF_ASSERTED = "5" / 12, Must, Server, "the server must take metadata outside a statement for the client's own claim";
    ROGUE_CLIENTS_ARE_COUNTERED = "5" / 13, Must, Server, "the server must look at the whole request to find impostors";
    SHOWN_URIS_SHARE_THE_HOST = "5" / 14, Should, Server, "the server should check that URIs it shows share host and scheme with redirect_uris";
    SHOWN_URIS_ARE_GUARDED = "5" / 15, Should, Server, "the server should guard the user against malicious pages behind those URIs";
    STATEMENT_AND_JSON_MAY_MIX = "5" / 16, May, Client, "plain members and a software statement may be sent together";
    SIGNED_STATEMENT_WINS = "5" / 17, Must, Server, "the server must prefer a statement signed by an acceptable authority to plain JSON";
    WHOLE_REQUEST_IS_CONSIDERED = "5" / 18, Must, Server, "the server must weigh statement, initial access token and metadata before it registers";
    DUPLICATE_REGISTRATION_IS_REFUSED = "5" / 19, Should, Server, "the server should suspect and refuse a second registration of a single client";
    SECRET_IS_NOT_SHARED = "5" / 20, ShouldNot, Server, "the server should not give one client secret to several instances";

    // §6
    NO_CLIENT_ID_OF_OWN_MAKING = "6" / h(1), MustNot, Client, "make up no client identifier when registering";
}
