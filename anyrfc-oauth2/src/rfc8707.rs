//! The catalogue of RFC 8707: every normative keyword, in the RFC's own order.
//!
//! Ids and roles are as in [`rfc6749`](crate::rfc6749).
use anyrfc_core::requirements;

requirements! {
    /// Resource Indicators for OAuth 2.0.
    RFC8707 = 8707, "Resource Indicators for OAuth 2.0";

    // §2
    RESOURCE_MAY_BE_SENT = "2" / 1, May, Client, "`resource` may be sent to tell what the token is for";
    RESOURCE_IS_ABSOLUTE = "2" / 2, Must, Client, "send an absolute URI as `resource`";
    RESOURCE_HAS_NO_FRAGMENT = "2" / 3, MustNot, Client, "send no fragment in `resource`";
    RESOURCE_HAS_NO_QUERY = "2" / 4, ShouldNot, Other, "send no query in `resource` unless it is needed";
    RESOURCE_MAY_BE_A_LOCATOR = "2" / 5, May, Client, "the URI may be an address at which the resource is found";
    RESOURCE_MAY_REPEAT = "2" / 6, May, Client, "`resource` may be sent more than once";
    RESOURCE_IS_SPECIFIC = "2" / 7, Should, Other, "name the API or the set of resources as narrowly as possible";
    RESOURCE_IS_THE_BASE_URI = "2" / 8, Should, Other, "use the base URI of an API unless something better is known";
    TOKEN_IS_RESTRICTED_TO_THE_RESOURCE = "2" / 9, Should, Server, "the server should restrict the audience of a token to the resources asked for";

    // §2.1
    RESOURCES_IN_A_JWT_ARE_AN_ARRAY = "2.1" / h(1), Must, Client, "write one resource in a request JWT as a string, several as an array";
    MISSING_RESOURCE_MAY_DEFAULT = "2.1" / 1, May, Server, "the server may go on with a default resource or none where `resource` is left out";
    RESOURCE_MAY_BE_DEMANDED = "2.1" / 2, May, Server, "the server may demand `resource`";
    MISSING_RESOURCE_MAY_FAIL = "2.1" / 3, May, Server, "the server may answer `invalid_target` where `resource` is left out";

    // §3
    RESOURCE_IS_THE_NETWORK_LOCATION = "3" / h(1), Should, Other, "use the network location of the resource wherever that is feasible";
    ABSTRACT_RESOURCE_IS_VALIDATED = "3" / h(2), Must, Other, "make sure by other means that an abstract identifier fits the place the token goes to";
}
