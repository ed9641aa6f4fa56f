//! The catalogue of RFC 9728: what binds the client, entered by hand, in the RFC's own order.
//!
//! Ids and roles are as in [`rfc6749`](crate::rfc6749).
use anyrfc_core::requirements;

requirements! {
    /// OAuth 2.0 Protected Resource Metadata.
    RFC9728 = 9728, "OAuth 2.0 Protected Resource Metadata";

    // §1.2
    IDENTIFIER_IS_AN_HTTPS_URL = "1.2" / h(1), Must, Client, "take only an https URL without a fragment for a resource identifier";

    // §2
    RESOURCE_IS_STATED = "2" / h(1), Required, Server, "the server must state its resource identifier in resource";
    ABSENT_BEARER_METHODS_MEAN_NOTHING = "2" / h(2), MustNot, Client, "conclude nothing from a missing bearer_methods_supported";
    ABSENT_FLAGS_ARE_FALSE = "2" / h(3), Must, Client, "take missing flags, as dpop_bound_access_tokens_required, for false";

    // §2.1
    UNTAGGED_TEXT_HAS_NO_LANGUAGE = "2.1" / h(1), MustNot, Client, "assume no language or script for text without a language tag";

    // §2.2
    SIGNED_METADATA_MAY_BE_IGNORED = "2.2" / h(1), May, Client, "signed_metadata may be ignored where it is not supported";
    SIGNED_VALUES_WIN = "2.2" / h(2), Must, Client, "prefer signed values to plain ones where signed metadata is supported";
    NESTED_SIGNED_METADATA_IS_REJECTED = "2.2" / h(3), Recommended, Client, "reject a signed_metadata JWT that holds signed_metadata in turn";

    // §3
    METADATA_IS_AT_A_WELL_KNOWN_URL = "3" / h(1), Must, Server, "the server must publish at its identifier with the well-known string put after the host";

    // §3.1
    METADATA_IS_FETCHED_BY_GET = "3.1" / h(1), Must, Client, "fetch the metadata with GET";
    SLASH_AFTER_THE_HOST_IS_REMOVED = "3.1" / h(2), Must, Client, "drop a terminating slash behind the host before the well-known string goes in";

    // §3.2
    RESPONSE_IS_JSON = "3.2" / h(1), Must, Server, "the server must answer with 200 and a JSON object as application/json";
    UNKNOWN_PARAMETERS_ARE_IGNORED = "3.2" / h(2), Must, Client, "ignore metadata parameters that are not understood";

    // §3.3
    RESOURCE_EQUALS_THE_IDENTIFIER = "3.3" / h(1), Must, Client, "compare resource with the identifier that the metadata URL was made of";
    RESOURCE_EQUALS_THE_REQUESTED_URL = "3.3" / h(2), Must, Client, "compare resource with the requested URL when a challenge gave the metadata URL";
    MISMATCHED_METADATA_IS_NOT_USED = "3.3" / h(3), MustNot, Client, "use no metadata whose resource differs";
    METADATA_SIGNATURE_IS_VALIDATED = "3.3" / h(4), Must, Client, "validate the signature of signed metadata, and that the key is the issuer's";
    BAD_SIGNATURE_IS_AN_ERROR = "3.3" / h(5), Should, Client, "treat a bad signature or an issuer without trust as an error";

    // §5
    CHALLENGE_MAY_POINT_TO_METADATA = "5" / h(1), May, Server, "the server may return the metadata URL as resource_metadata of a challenge";

    // §5.2
    NEW_CHALLENGE_REFRESHES_METADATA = "5.2" / h(1), Should, Client, "fetch and validate the metadata again when a new challenge points to it";

    // §6
    STRINGS_ARE_COMPARED_BY_CODE_POINT = "6" / h(1), Must, Client, "compare unescaped strings code point by code point, without normalisation";

    // §7.2
    NOT_EVERY_SCOPE_IS_REQUESTED = "7.2" / h(1), Should, Client, "request as little scope as will do, not all that scopes_supported lists";

    // §7.3
    CERTIFICATE_IS_CHECKED = "7.3" / h(1), Must, Client, "check the TLS certificate when metadata is fetched";

    // §7.4
    AUDIENCE_IS_RESTRICTED = "7.4" / h(1), Should, Client, "ask by RFC 8707 for audience-restricted tokens when there are several resource servers";

    // §7.7
    SSRF_IS_GUARDED_AGAINST = "7.7" / h(1), Should, Client, "take care not to be led to internal addresses by metadata";
}
