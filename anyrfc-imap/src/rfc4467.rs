//! The catalogue of RFC 4467: every normative keyword, in the RFC's own order.
//!
//! Ids and roles are as in [`rfc9051`](crate::rfc9051).
use anyrfc_core::requirements;

requirements! {
    /// Internet Message Access Protocol (IMAP) - URLAUTH Extension.
    RFC4467 = 4467, "Internet Message Access Protocol (IMAP) - URLAUTH Extension";

    // §2.2
    ACCESS_KEY_IS_UNPREDICTABLE = "2.2" / 1, Must, Server, "the server must generate mailbox access keys that nobody can predict";

    // §2.4.1
    ALGORITHM_MAY_CHANGE = "2.4.1" / 1, Should, Server, "the server should provide for a change of its token algorithm";
    TOKEN_TELLS_ITS_ALGORITHM = "2.4.1" / 2, Should, Server, "the server should mark within the token which algorithm made it";

    // §3
    URLAUTH_ENDS_THE_URL = "3" / 1, Must, Both, "put URLAUTH at the end of the URL";
    URLAUTH_IS_FOR_MESSAGES = "3" / 2, MustNot, Client, "add URLAUTH only to the URL of a message or of a part of one";
    EXPIRED_URL_IS_REJECTED = "3" / 3, Must, Server, "the server must reject a URL that has expired";
    SUBMITTER_CHECKS_THE_USER = "3" / 4, Must, Other, "a submission server must check the user of a submit+ URL before it contacts the IMAP server";
    USER_IS_THE_AUTHORIZATION_IDENTITY = "3" / 5, Must, Server, "the server must match the user of user+ with the authorization identity";
    TOKEN_IS_LONG_HEXADECIMAL = "3" / h(1), Must, Both, "write and read a token as hexadecimal of at least 32 digits";

    // §6
    RUMP_URL_LACKS_ONLY_THE_TOKEN = "6" / 1, Must, Server, "the server must derive the rump URL by removing mechanism and token alone";
    RUMP_URL_IS_NOT_NORMALIZED = "6" / 2, MustNot, Server, "the server must not decode or fold the case of a URL that it validates";

    // §7
    URLAUTH_NEEDS_THE_CAPABILITY = "7" / h(1), MustNot, Client, "use GENURLAUTH, RESETKEY and URLFETCH only when URLAUTH is advertised";
    GENURLAUTH_CHECKS_ITS_URLS = "7" / 1, Must, Server, "the server must validate every URL given to GENURLAUTH";
    GENURLAUTH_NEEDS_A_MAILBOX = "7" / 2, Must, Server, "the server must demand that the mailbox in the URL exists";
    GENURLAUTH_NEEDS_AN_OWNER = "7" / 3, Must, Client, "name a valid user as the owner in the URL given to GENURLAUTH";
    GENURLAUTH_NEEDS_ACCESS_TO_THE_KEYS = "7" / 4, Must, Server, "the server must demand owner's access to the keys of another user";
    GENURLAUTH_NEEDS_AN_ACCESS_IDENTIFIER = "7" / h(2), Must, Client, "end the URL given to GENURLAUTH by an access identifier without a token";
    GENURLAUTH_MAY_CHECK_PARTS = "7" / 5, May, Server, "the server may check the UID and the section of the URL";
    INVALID_URL_GETS_BAD = "7" / 6, Must, Server, "the server must answer BAD when a URL given to GENURLAUTH is invalid";
    INVALID_USER_MAY_GET_OK = "7" / 7, May, Server, "the server may hide an invalid user behind a token that never validates";
    URLFETCH_GETS_URLFETCH = "7" / 8, Must, Server, "the server must answer each well-formed URLFETCH by URLFETCH and OK";
    URLFETCH_GETS_NO_NO = "7" / 9, ShouldNot, Server, "the server should not answer NO to URLFETCH";
    NIL_IS_A_FAILED_URL = "7" / h(3), Must, Client, "take NIL in URLFETCH as a URL that could not be resolved";
    URLFETCH_OF_NO_MESSAGE_IS_NIL = "7" / 10, Must, Server, "the server must return NIL for URLs of anything but messages and their parts";
    LOGIN_NEEDS_ENCRYPTION = "7" / 11, ShouldNot, Client, "send no LOGIN without encryption";

    // §8
    URLMECH_MAY_BE_TAGGED_OR_NOT = "8" / h(1), Must, Client, "accept URLMECH in the tagged OK of RESETKEY and in untagged ones";
    MECHANISM_DATA_ARE_BASE64 = "8" / h(2), Must, Client, "decode what follows a mechanism in URLMECH as base64";
    EMPTY_DATA_ARE_NO_FAILURE = "8" / h(3), Must, Client, "distinguish an empty string in URLFETCH from NIL";

    // §9
    MECHANISMS_ARE_REGISTERED = "9" / 1, Must, Other, "whoever adds an authorization mechanism must register it";
    MECHANISMS_IGNORE_CASE = "9" / h(1), Must, Both, "compare the names of authorization mechanisms without regard to case";

    // §10
    ACCESS_KEY_HAS_128_BITS = "10" / 1, Should, Server, "the server should give mailbox access keys 128 bits of entropy";
    ACCESS_KEY_CANNOT_BE_GUESSED = "10" / 2, Must, Server, "the server must keep mailbox access keys unpredictable";
    INTERNAL_ALGORITHM_MAY_CHANGE = "10" / 3, Should, Server, "the server should be ready to change the algorithm of INTERNAL";
    INTERNAL_TOKEN_TELLS_ITS_ALGORITHM = "10" / 4, Should, Server, "the server should name the algorithm of INTERNAL in its tokens";
    URLMECH_NEEDS_CONFIDENTIALITY = "10" / 5, Must, Server, "the server must allow configuring that URLMECH is sent only over protected sessions";
    FAILED_URLS_MAY_BE_DELAYED = "10" / 6, May, Server, "the server may delay URLs that keep failing ever longer";
    ANONYMOUS_IS_NOT_AUTHUSER = "10" / 7, MustNot, Client, "rely on no server to treat anonymous like authuser";
}
