//! The catalogue of RFC 5530: every normative keyword, in the RFC's own order.
//!
//! Ids and roles are as in [`rfc9051`](crate::rfc9051).
//!
//! The text prescribes almost nothing: it names what a server may tell and what a client
//! may do about it. Its codes are catalogued by hand, each as what the client makes of it.
use anyrfc_core::requirements;

requirements! {
    /// IMAP Response Codes.
    RFC5530 = 5530, "IMAP Response Codes";

    // §1
    CODES_ARE_NOT_REQUIRED = "1" / h(1), May, Server, "the server may report any of these errors without a code";

    // §3
    UNAVAILABLE_IS_TEMPORARY = "3" / h(1), Should, Client, "take UNAVAILABLE for a temporary failure of a subsystem";
    AUTHENTICATIONFAILED_IS_FINAL = "3" / h(2), Should, Client, "take AUTHENTICATIONFAILED for credentials not worth trying again";
    AUTHORIZATIONFAILED_IS_ABOUT_THE_IDENTITY = "3" / h(3), Should, Client, "take AUTHORIZATIONFAILED for a refused authorization identity";
    EXPIRED_NEEDS_NEW_CREDENTIALS = "3" / h(4), Should, Client, "get new credentials on EXPIRED";
    PRIVACYREQUIRED_NEEDS_TLS = "3" / h(5), Should, Client, "take PRIVACYREQUIRED for a command to be repeated under TLS";
    CONTACTADMIN_IS_FOR_THE_USER = "3" / h(6), Should, Client, "send the user to the administrator on CONTACTADMIN";
    NOPERM_IS_A_LACK_OF_RIGHTS = "3" / h(7), Should, Client, "take NOPERM for a lack of rights";
    INUSE_MAY_BE_RETRIED = "3" / h(8), Should, Client, "take INUSE for a failure that may pass";
    EXPUNGEISSUED_CALLS_FOR_NOOP = "3" / h(9), Should, Client, "take EXPUNGEISSUED for a reason to send NOOP soon";
    CORRUPTION_IS_OF_SERVER_DATA = "3" / h(10), Should, Client, "take CORRUPTION for corrupt data on the server";
    SERVERBUG_IS_THE_SERVERS_FAULT = "3" / h(11), Should, Client, "take SERVERBUG for a fault of the server";
    CLIENTBUG_COMES_WITH_ANY_STATUS = "3" / h(12), Should, Client, "accept CLIENTBUG with OK, NO and BAD";
    CANNOT_NEVER_SUCCEEDS = "3" / h(13), Should, Client, "take CANNOT for an operation that can never succeed";
    LIMIT_IS_OF_THE_IMPLEMENTATION = "3" / h(14), Should, Client, "take LIMIT for a limit of the implementation";
    OVERQUOTA_COMES_WITH_OK_TOO = "3" / h(15), Should, Client, "accept OVERQUOTA with OK as well as NO";
    ALREADYEXISTS_IS_A_NAME_TAKEN = "3" / h(16), Should, Client, "take ALREADYEXISTS for a name that is taken";
    NONEXISTENT_IS_A_NAME_MISSING = "3" / h(17), Should, Client, "take NONEXISTENT for a name that does not exist";

    // §4
    TOKENS_IGNORE_CASE = "4" / h(1), Must, Both, "accept the letters of protocol tokens in any case";

    // §5
    CODES_LEAK_NO_SECRETS = "5" / h(1), Should, Server, "the server should tell the unauthenticated nothing about a password";
    NOPERM_IS_SENT_WITH_CARE = "5" / h(2), Should, Server, "the server should take care what NOPERM and the like give away";

    // §6
    CODES_WITH_A_STATUS_ARE_AVOIDED = "6" / 1, NotRecommended, Other, "whoever implements a code that the registry gives a status should not spread it";
    CODES_ARE_NOT_DELETED = "6" / h(1), MustNot, Other, "the registry must not delete a response code";
}
