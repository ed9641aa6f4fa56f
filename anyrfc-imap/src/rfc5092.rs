//! The catalogue of RFC 5092: every normative keyword, in the RFC's own order.
//!
//! Ids and roles are as in [`rfc9051`](crate::rfc9051).
use anyrfc_core::requirements;

requirements! {
    /// IMAP URL Scheme.
    RFC5092 = 5092, "IMAP URL Scheme";

    // §3.2
    NO_USER_MEANS_ANONYMOUS = "3.2" / 1, Must, Client, "log in as anonymous when the URL names neither user nor mechanism";
    CREDENTIALS_NEED_A_TRUSTED_SERVER = "3.2" / h(1), Should, Client, "send credentials for a URL only to a server that is trusted or verified";
    ANY_MECHANISM_IS_NOT_PLAINTEXT = "3.2" / h(2), ShouldNot, Client, "fall back to a plaintext password for ;AUTH=* only under strong encryption";
    KEPT_CONNECTION_HAS_THE_SAME_USER = "3.2" / h(3), MustNot, Client, "reuse a connection only for the user it was authenticated for";
    ANONYMOUS_USES_SASL = "3.2" / 2, Must, Client, "log in as anonymous by AUTHENTICATE when AUTH=ANONYMOUS is advertised";
    LOGINDISABLED_FORBIDS_LOGIN = "3.2" / 3, MustNot, Client, "send no LOGIN when LOGINDISABLED is advertised";
    NAMED_MECHANISM_IS_USED = "3.2" / 4, Should, Client, "authenticate by the mechanism that the URL names rather than by LOGIN";
    MISSING_USER_IS_OBTAINED = "3.2" / 5, Must, Client, "get a missing user name from the mechanism, the user or the configuration";
    ANY_MECHANISM_IS_CHOSEN = "3.2" / 6, Should, Client, "choose a fitting mechanism for ;AUTH=*";
    ANY_MECHANISM_IS_NOT_ENCODED = "3.2" / 7, MustNot, Client, "write the asterisk of ;AUTH=* without percent-encoding";
    ANY_MECHANISM_MAY_BE_PREAUTH = "3.2" / 8, May, Client, "choose any advertised mechanism or a PREAUTH connection for ;AUTH=*";
    NO_MECHANISM_MEANS_ANONYMOUS = "3.2" / 9, Should, Client, "fall back to anonymous when the URL names no user and no mechanism fits";
    CONNECTIONS_MAY_BE_KEPT = "3.2" / 10, May, Client, "keep a connection for later URLs or open a new one";
    USER_AND_MECHANISM_ARE_ENCODED = "3.2" / 11, Must, Client, "percent-encode unsafe and reserved characters in user and mechanism";

    // §5
    MAILBOX_IS_ENCODED = "5" / 1, Must, Client, "percent-encode unsafe and reserved characters in the mailbox";
    UIDVALIDITY_IS_THAT_OF_THE_MAILBOX = "5" / 2, Must, Client, "write the UIDVALIDITY that the mailbox had when the URL was made";
    UIDVALIDITY_SHOWS_A_STALE_URL = "5" / 3, Must, Client, "treat the URL of a mailbox as stale when UIDVALIDITY has changed";
    SEARCH_IS_ENCODED = "5" / 4, Must, Client, "percent-encode unsafe characters in the search program";
    SEARCH_HAS_NO_SYNCHRONIZING_LITERAL = "5" / h(1), MustNot, Client, "write no synchronizing literal into the search of a URL";
    STALE_MAILBOX_DOES_NOT_EXIST = "5" / h(2), Should, Client, "treat the mailbox of a stale URL as one that does not exist";

    // §6
    UIDVALIDITY_SHOWS_A_STALE_MESSAGE_URL = "6" / 1, Should, Client, "treat the URL of a message as stale when UIDVALIDITY has changed";
    MESSAGE_IS_FETCHED_BY_UID = "6" / 2, Should, Client, "fetch the message of a URL by UID FETCH";
    SECTION_IS_ENCODED = "6" / 3, Must, Client, "percent-encode unsafe characters in the section";

    // §6.1.2
    EXPIRED_URL_IS_REJECTED = "6.1.2" / 1, Must, Server, "the server must reject a URL that has expired";
    URLAUTH_ENDS_THE_URL = "6.1.2" / 2, Must, Both, "put URLAUTH at the end of the URL";
    SUBMITTER_CHECKS_THE_USER = "6.1.2" / 3, Must, Other, "a submission server must check the user of a submit+ URL before it contacts the IMAP server";
    USER_IS_THE_AUTHORIZATION_IDENTITY = "6.1.2" / 4, Must, Server, "the server must match the user of user+ with the authorization identity";
    USER_IS_THE_DERIVED_IDENTITY = "6.1.2" / 5, Must, Server, "the server must match the user of user+ with the identity derived at authentication";
    AUTHUSER_IS_NOT_ANONYMOUS = "6.1.2" / 6, Must, Server, "the server must return NIL for an authuser URL in an anonymous session";

    // §7
    RELATIVE_URL_USES_SLASHES = "7" / h(1), Must, Client, "resolve relative URLs with the slash as the delimiter";
    OTHER_DELIMITERS_KEEP_THE_MAILBOX_WHOLE = "7" / 1, Must, Client, "give or inherit the whole mailbox name when its delimiter is not a slash";
    DOT_SEGMENTS_ARE_ENCODED = "7" / 2, Must, Client, "percent-encode mailbox names that hold dot segments";

    // §7.1
    LEADING_SLASH_IS_ENCODED = "7.1" / 1, Must, Client, "percent-encode the slash that begins a mailbox name";

    // §7.2
    RELATIVE_PATH_REFERENCES_ARE_INVALID = "7.2" / 1, MustNot, Both, "write and accept no relative-path references";

    // §8
    MODIFIED_UTF7_BECOMES_UTF8 = "8" / 1, Must, Client, "convert mailbox names from modified UTF-7 to UTF-8 in URLs";
    USER_IS_ENCODED_UTF8 = "8" / 2, Must, Client, "percent-encode the UTF-8 of user names";
    SEARCH_OCTETS_ARE_ENCODED = "8" / 3, Must, Client, "percent-encode octets outside ASCII in search programs";

    // §10
    STORED_PASSWORD_NEEDS_PERMISSION = "10" / 1, MustNot, Client, "use no stored password for a URL unless the user allows it for that host";
    URL_IS_RESOLVED_CONFIDENTIALLY = "10" / 2, Should, Client, "protect the session by STARTTLS or a security layer before the URL is resolved";

    // §11
    PATH_BEGINS_WITH_ONE_SLASH = "11" / 1, MustNot, Both, "begin the command after the slash of an absolute path by no second slash";
    MECHANISMS_ARE_REGISTERED = "11" / 2, Must, Other, "whoever adds an authorization mechanism must register it";
    MECHANISMS_IGNORE_CASE = "11" / h(1), Must, Both, "compare the names of authorization mechanisms without regard to case";
}
