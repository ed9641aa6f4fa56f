//! The catalogue of RFC 9207: every normative keyword, in the RFC's own order.
//!
//! Ids and roles are as in [`rfc6749`](crate::rfc6749).
use anyrfc_core::requirements;

requirements! {
    /// OAuth 2.0 Authorization Server Issuer Identification.
    RFC9207 = 9207, "OAuth 2.0 Authorization Server Issuer Identification";

    // §2
    ISS_IS_IN_EVERY_RESPONSE = "2" / 1, Must, Server, "the server must name itself by iss in every authorization response, errors included";
    ISS_IS_AN_HTTPS_URL = "2" / 2, Must, Server, "the server must use an https URL without query and fragment for iss";

    // §2.3
    ISSUER_IS_PROVIDED = "2.3" / 1, Must, Server, "the server must let clients know its issuer identifier";
    METADATA_ISSUER_IS_ISS = "2.3" / 2, Must, Server, "the server must have the same issuer in its metadata as in iss";
    METADATA_ANNOUNCES_ISS = "2.3" / 3, Must, Server, "the server must set authorization_response_iss_parameter_supported to true in its metadata";
    ISSUER_MAY_BE_PROVIDED_OTHERWISE = "2.3" / 4, May, Server, "the server may make its issuer known in other ways too";

    // §2.4
    ISS_IS_EXTRACTED = "2.4" / 1, Must, Client, "take iss out of the authorization response when it is there";
    ISS_IS_DECODED_AND_COMPARED = "2.4" / 2, Must, Client, "decode iss from its form encoding and compare it with the issuer that was asked";
    COMPARISON_IS_BY_CHARACTER = "2.4" / 3, Must, Client, "compare the two as plain strings, without normalising them";
    WRONG_ISS_IS_REJECTED = "2.4" / 4, Must, Client, "reject a response whose iss is not the issuer expected";
    WRONG_ISS_ENDS_THE_GRANT = "2.4" / 5, MustNot, Client, "go no further with the grant when iss is wrong";
    ERROR_WITH_WRONG_ISS_IS_NOT_BELIEVED = "2.4" / 6, MustNot, Client, "do not take an error with a wrong iss for one of the server that was asked";
    ISS_IS_COMPARED_WITH_METADATA = "2.4" / 7, Must, Client, "compare iss with the issuer of the metadata where metadata is used";
    ISS_IS_COMPARED_WITH_CONFIGURATION = "2.4" / 8, Must, Client, "compare iss with a configured issuer where metadata is not used";
    SUPPORT_IS_REMEMBERED = "2.4" / 9, Must, Client, "keep a record for each server of whether it sends iss";
    MISSING_ISS_IS_REJECTED = "2.4" / 10, Must, Client, "reject a response without iss from a server known to send it";
    UNANNOUNCED_ISS_IS_DISCARDED = "2.4" / 11, Should, Client, "discard a response with iss from a server that does not announce it";
    MISSING_ISS_MAY_BE_ACCEPTED = "2.4" / 12, May, Client, "responses without iss may be accepted, or refused throughout";
    ID_TOKEN_HAS_THE_SAME_ISS = "2.4" / 13, Must, Server, "the server must give iss the value of the claim in the ID token it returns beside it";
    UNKNOWN_ISS_IS_IGNORED = "2.4" / 14, Must, Client, "ignore iss as an unknown parameter where this extension is not supported";

    // §3
    SUPPORT_DEFAULTS_TO_FALSE = "3" / h(1), Must, Client, "take authorization_response_iss_parameter_supported for false when it is missing";

    // §4
    ISS_IS_VALIDATED = "4" / 1, Must, Client, "validate iss by all the rules of section 2.4";
    ISSUERS_ARE_NOT_SHARED = "4" / 2, MustNot, Client, "let no two servers have one issuer identifier";
    CONFIGURED_ISSUERS_ARE_UNIQUE = "4" / 3, Must, Client, "refuse a manually configured server whose issuer another one has already";
    OTHER_IDENTIFICATION_MAY_SERVE = "4" / 4, May, Both, "iss may be left out and unchecked where the response names its issuer in another way";
    CONTRADICTING_ISSUERS_ARE_REJECTED = "4" / 5, Must, Client, "reject a response whose several issuer identifiers differ";
}
