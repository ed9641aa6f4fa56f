//! The catalogue of RFC 7521: every normative keyword, in the RFC's own order.
//!
//! Ids and roles are as in [`rfc6749`](crate::rfc6749).
use anyrfc_core::requirements;

requirements! {
    /// Assertion Framework for OAuth 2.0 Client Authentication and Authorization Grants.
    RFC7521 = 7521, "Assertion Framework for OAuth 2.0 Client Authentication and Authorization Grants";

    // §3
    ASSERTION_IS_INTEGRITY_PROTECTED = "3" / 1, Must, Both, "protect an assertion by its issuer's signature or MAC";
    ASSERTION_MAY_BE_ENCRYPTED = "3" / 2, May, Both, "an assertion may be encrypted as well";
    BEARER_ASSERTION_IS_GUARDED = "3" / h(1), Must, Both, "keep a bearer assertion from disclosure, stored or under way";

    // §4
    TOKEN_REQUESTS_USE_TLS = "4" / 1, Must, Both, "use TLS for every request to the token endpoint";

    // §4.1
    GRANT_TYPE_IS_SENT = "4.1" / 1, Required, Client, "send `grant_type`";
    ASSERTION_IS_SENT = "4.1" / 2, Required, Client, "send `assertion`";
    SCOPE_MAY_BE_LEFT_OUT = "4.1" / 3, Optional, Client, "`scope` may be left out";
    SCOPE_IS_WITHIN_THE_GRANT = "4.1" / 4, Must, Client, "ask for no more scope than the accessor was granted";
    ISSUED_SCOPE_IS_WITHIN_THE_GRANT = "4.1" / 5, Must, Server, "the server must issue no more scope than the accessor was granted";
    TOKEN_DOES_NOT_OUTLIVE_THE_ASSERTION = "4.1" / 6, ShouldNot, Server, "the server should not let a token live much longer than the assertion";

    // §4.1.1
    BAD_GRANT_IS_INVALID_GRANT = "4.1.1" / 1, Must, Server, "the server must answer `invalid_grant` to an invalid or expired assertion";
    GRANT_ERROR_MAY_BE_DESCRIBED = "4.1.1" / 2, May, Server, "the server may tell why it refused an assertion used as a grant";

    // §4.2
    CLIENT_ASSERTION_TYPE_IS_SENT = "4.2" / 1, Required, Client, "send `client_assertion_type`";
    CLIENT_ASSERTION_IS_SENT = "4.2" / 2, Required, Client, "send `client_assertion`";
    CLIENT_ID_MAY_BE_LEFT_OUT = "4.2" / 3, Optional, Client, "`client_id` may be left out";
    CLIENT_ID_MATCHES_THE_ASSERTION = "4.2" / 4, Must, Client, "send only the `client_id` of the client that the assertion names";

    // §4.2.1
    BAD_CLIENT_IS_INVALID_CLIENT = "4.2.1" / 1, Must, Server, "the server must answer `invalid_client` to a bad client assertion or to two ways of authentication";
    CLIENT_ERROR_MAY_BE_DESCRIBED = "4.2.1" / 2, May, Server, "the server may tell why it refused a client assertion";

    // §5.1
    ISSUERS_ARE_COMPARED_AS_STRINGS = "5.1" / 1, Must, Server, "the server must compare issuers as simple strings unless a profile says otherwise";
    AUDIENCES_ARE_COMPARED_AS_STRINGS = "5.1" / 2, Must, Server, "the server must compare audiences as simple strings unless a profile says otherwise";
    ISSUED_AT_IS_UTC = "5.1" / 3, Required, Both, "write the time of issue in UTC without a zone";
    EXPIRES_AT_IS_UTC = "5.1" / 4, Required, Both, "write the time of expiry in UTC without a zone";
    ASSERTION_ID_IS_UNIQUE = "5.1" / 5, Must, Both, "make it negligibly likely that an identifier is given out twice";

    // §5.2
    ASSERTION_HAS_AN_ISSUER = "5.2" / 1, Must, Both, "put an issuer into the assertion";
    SELF_ISSUED_ISSUER_IS_CLIENT_ID = "5.2" / 2, Must, Client, "name `client_id` as the issuer of a self-issued assertion";
    ASSERTION_HAS_A_SUBJECT = "5.2" / 3, Must, Both, "put a subject into the assertion";
    OWN_SUBJECT_IS_CLIENT_ID = "5.2" / 4, Must, Client, "name `client_id` as the subject when acting for oneself";
    ASSERTION_HAS_AN_AUDIENCE = "5.2" / 5, Must, Both, "put the authorization server into the assertion as its audience";
    FOREIGN_AUDIENCE_IS_REJECTED = "5.2" / 6, Must, Server, "the server must reject an assertion meant for somebody else";
    ASSERTION_EXPIRES = "5.2" / 7, Must, Both, "put a time of expiry into the assertion";
    EXPIRED_ASSERTION_IS_REJECTED = "5.2" / 8, Must, Server, "the server must reject an expired assertion, give or take the clocks";
    ISSUED_AT_MAY_BE_THERE = "5.2" / 9, May, Both, "the assertion may hold the time of its issue";
    BAD_SIGNATURE_IS_REJECTED = "5.2" / 10, Must, Server, "the server must reject an assertion whose signature or MAC is wrong";

    // §6.2
    OWN_ACCESS_IS_CLIENT_CREDENTIALS = "6.2" / h(1), Should, Client, "authenticate by assertion, with `client_credentials` as `grant_type`, when acting for oneself";
}
