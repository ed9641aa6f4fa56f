//! The catalogue of RFC 2831: every normative keyword, in the RFC's own order, and the rules
//! of its text that an error has to name.
//!
//! Ids are as in [`rfc5802`](crate::rfc5802). The role says whom the statement binds: this client,
//! the server it talks to, or both. RFC 6331 has made this mechanism historic: it is here for the
//! servers that have nothing better, used only when asked for by name, and only without its layers.
use anyrfc_core::requirements;

requirements! {
    /// Digest Authentication as a SASL Mechanism.
    RFC2831 = 2831, "Using Digest Authentication as a SASL Mechanism";

    // §1.2
    COMPLIANCE_NEEDS_EVERY_MUST = "1.2" / 1, Must, Both, "a definition of compliance";
    UNCONDITIONAL_COMPLIANCE_MUST = "1.2" / 2, Must, Both, "a definition of unconditional compliance";
    UNCONDITIONAL_COMPLIANCE_SHOULD = "1.2" / 3, Should, Both, "a definition of unconditional compliance";
    CONDITIONAL_COMPLIANCE_MUST = "1.2" / 4, Must, Both, "a definition of conditional compliance";
    CONDITIONAL_COMPLIANCE_SHOULD = "1.2" / 5, Should, Both, "a definition of conditional compliance";

    // §2.1.1
    CHALLENGE_IS_A_LIST = "2.1.1" / h(6), Must, Server, "the server must send a list of directives";
    REALM_IS_SUPPLIED = "2.1.1" / 1, Should, Client, "let the user name a realm, or have a default, when the server names none";
    ONE_OF_THE_REALMS_IS_CHOSEN = "2.1.1" / h(1), Must, Client, "choose one of several realms";
    NONCE_IS_NEW = "2.1.1" / 2, Must, Server, "the server must send a new nonce with each challenge";
    NONCE_HAS_64_BITS = "2.1.1" / 3, Recommended, Server, "the server should put 64 bits of entropy into its nonce";
    NONCE_APPEARS_ONCE = "2.1.1" / 4, Must, Server, "the server must send exactly one nonce";
    UNKNOWN_QOP_IS_IGNORED = "2.1.1" / 5, Must, Client, "ignore a quality of protection that is not known";
    NO_KNOWN_QOP_ABORTS = "2.1.1" / h(2), Should, Client, "give up when no quality of protection is known";
    DIRECTIVES_APPEAR_AT_MOST_ONCE = "2.1.1" / h(3), Must, Server, "the server must not repeat stale, maxbuf or charset";
    LATIN_1_WITHOUT_CHARSET = "2.1.1" / h(4), Must, Client, "encode the user name and the password in ISO 8859-1 unless the server names UTF-8";
    ALGORITHM_APPEARS_ONCE = "2.1.1" / 6, Must, Server, "the server must name its algorithm exactly once";
    ALGORITHM_IS_MD5_SESS = "2.1.1" / h(5), Must, Server, "the server must name md5-sess as its algorithm";
    UNKNOWN_CIPHER_IS_IGNORED = "2.1.1" / 7, Must, Client, "ignore a cipher that is not known";
    UNKNOWN_DIRECTIVES_ARE_IGNORED = "2.1.1" / 8, Must, Client, "ignore directives that are not known";
    HTTP_DIRECTIVES_ARE_NOT_SENT = "2.1.1" / 9, MustNot, Server, "the server must not send opaque or domain";
    HTTP_DIRECTIVES_ARE_IGNORED = "2.1.1" / 10, Must, Client, "ignore opaque and domain";
    CHALLENGE_BELOW_2048_BYTES = "2.1.1" / 11, Must, Server, "the server must keep its challenge below 2048 bytes";

    // §2.1.2
    USERNAME_ONCE = "2.1.2" / 1, Must, Client, "send the user name exactly once";
    REALM_IS_ONE_OF_THOSE_OFFERED = "2.1.2" / 2, Should, Client, "name a realm that the server offered";
    NONCE_ONCE = "2.1.2" / 3, Must, Client, "send the server's nonce back exactly once";
    CNONCE_IS_NEW = "2.1.2" / 4, Must, Client, "draw a new client nonce for each response";
    CNONCE_HAS_64_BITS = "2.1.2" / 5, Recommended, Client, "put 64 bits of entropy into the client nonce";
    CNONCE_ONCE = "2.1.2" / 6, Must, Client, "send the client nonce exactly once";
    NONCE_COUNT_IS_ONE = "2.1.2" / h(1), Must, Client, "count the first use of a nonce as 00000001";
    QOP_IS_ONE_OF_THOSE_OFFERED = "2.1.2" / 7, Must, Client, "choose a quality of protection that the server offered";
    SERV_NAME_IS_OMITTED = "2.1.2" / 8, Must, Client, "name no replicated service unless there is one";
    SERVER_CHECKS_DIGEST_URI = "2.1.2" / 9, Should, Server, "the server should check digest-uri";
    SERVER_TAKES_NO_IP_ADDRESS = "2.1.2" / 10, ShouldNot, Server, "the server should not take an IP address in digest-uri";
    RESPONSE_ONCE = "2.1.2" / 11, Must, Client, "send the response value exactly once";
    HEX_IS_LOWER_CASE = "2.1.2" / 12, Must, Both, "write hexadecimal digits in lower case";
    CIPHER_WITH_AUTH_CONF = "2.1.2" / 13, Must, Client, "name a cipher exactly once with auth-conf";
    RESPONSE_BELOW_4096_BYTES = "2.1.2" / 14, Must, Client, "keep the response below 4096 bytes";

    // §2.1.2.1
    RESPONSE_VALUE = "2.1.2.1" / h(1), Must, Client, "compute the response from the name, the realm, the password, both nonces and the service";
    HASH_IN_LATIN_1_WHERE_POSSIBLE = "2.1.2.1" / h(2), Must, Client, "hash a name or a password in ISO 8859-1 when all its characters are in that set";
    HTTP_DIRECTIVES_ARE_NOT_RETURNED = "2.1.2.1" / 1, MustNot, Client, "return neither opaque nor algorithm";
    SERVER_IGNORES_RETURNED_DIRECTIVES = "2.1.2.1" / 2, Must, Server, "the server must ignore opaque and algorithm in a response";

    // §2.1.3
    RSPAUTH_IS_VERIFIED = "2.1.3" / h(1), Must, Server, "the server must prove by rspauth that it knows the password";

    // §2.2
    SUBSEQUENT_AUTHENTICATION = "2.2" / 1, May, Client, "authenticate again with the nonce of the last time";

    // §2.2.2
    SERVER_COUNTS_ONLY_VALID_RESPONSES = "2.2.2" / 1, MustNot, Server, "the server must not count an invalid response";
    SERVER_MAY_TAKE_SUBSEQUENT = "2.2.2" / 2, May, Server, "the server may accept a valid subsequent response";
    SERVER_MAY_CHALLENGE_AGAIN = "2.2.2" / 3, May, Server, "the server may answer a subsequent response by a new challenge";
    SERVER_MAY_SAY_STALE = "2.2.2" / 4, May, Server, "the server may say that the nonce is stale";

    // §2.3
    AUTH_INT_PROTECTS = "2.3" / 1, Must, Both, "protect the integrity of every message once auth-int is agreed";

    // §2.4
    AUTH_CONF_PROTECTS = "2.4" / 1, Must, Both, "encrypt every message once a cipher is agreed";

    // §7.1
    LISTS_MAY_HOLD_SPACE = "7.1" / 1, Optional, Both, "take a list with white space around its commas";
    LISTS_HAVE_AN_ELEMENT = "7.1" / 2, Must, Both, "put an element that is not empty into a list that needs one";
    TOKENS_ARE_DELIMITED = "7.1" / 3, Must, Both, "separate two tokens";

    // §7.2
    SPACE_MAY_BE_FOLDED = "7.2" / 1, May, Both, "read folded white space as one space";
    OTHER_CHARSETS_BY_RFC_2047 = "7.2" / 2, May, Both, "write text outside ISO 8859-1 as encoded words";
    SPECIALS_ARE_QUOTED = "7.2" / 3, Must, Both, "quote a value that holds separators";
    BACKSLASH_QUOTES = "7.2" / 4, May, Both, "quote one character of a quoted string by a backslash";
}
