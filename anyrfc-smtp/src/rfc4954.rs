//! The catalogue of RFC 4954: every normative keyword, in the RFC's own order.
//!
//! Ids and roles are as in [`rfc5321`](crate::rfc5321).
use anyrfc_core::requirements;

requirements! {
    /// SMTP Service Extension for Authentication.
    RFC4954 = 4954, "SMTP Service Extension for Authentication";

    // §3
    AUTH_NEEDS_THE_KEYWORD = "3" / h(1), MustNot, Client, "use only mechanisms that the AUTH keyword lists";
    MECHANISMS_MAY_CHANGE = "3" / 1, May, Server, "the server may list other mechanisms after STARTTLS";

    // §4
    INITIAL_RESPONSE_IS_ENCODED = "4" / 1, Must, Client, "send an initial response in base64, or as a single equals sign";
    SECOND_AUTH_IS_REFUSED = "4" / 2, Must, Server, "the server must answer 503 to AUTH once it has succeeded";
    NO_SECOND_AUTH = "4" / h(1), MustNot, Client, "send no AUTH after one that succeeded";
    AUTH_IN_A_TRANSACTION_IS_REFUSED = "4" / 3, Must, Server, "the server must answer 503 to AUTH within a mail transaction";
    NO_AUTH_IN_A_TRANSACTION = "4" / h(2), MustNot, Client, "send no AUTH within a mail transaction";
    UNKNOWN_MECHANISM_IS_5_5_4 = "4" / 4, Should, Server, "the server should refuse an unknown mechanism with the status 5.5.4";
    CHALLENGE_IS_BASE64_ALONE = "4" / 5, MustNot, Server, "the server must put nothing but base64 behind 334";
    CANCEL_IS_AN_ASTERISK = "4" / h(3), Must, Client, "cancel an exchange by a line with a single asterisk";
    CANCEL_GETS_501 = "4" / 6, Must, Server, "the server must answer 501 to the asterisk";
    MISSING_INITIAL_RESPONSE_IS_ASKED_FOR = "4" / 7, Must, Server, "the server must ask for an initial response that was left out";
    LONG_INITIAL_RESPONSE_WAITS = "4" / 8, MustNot, Client, "send an initial response that makes the line too long only when it is asked for";
    EMPTY_INITIAL_RESPONSE_IS_EQUALS = "4" / 9, Must, Client, "send an empty initial response as a single equals sign";
    UNDUE_INITIAL_RESPONSE_IS_REFUSED = "4" / 10, Must, Server, "the server must answer 501 to an initial response that the mechanism does not have";
    UNDUE_INITIAL_RESPONSE_IS_5_7_0 = "4" / 11, Should, Server, "the server should give that refusal the status 5.7.0";
    UNREADABLE_RESPONSE_IS_REFUSED = "4" / 12, Must, Server, "the server must answer 501 to what is not base64";
    UNREADABLE_CHALLENGE_CANCELS = "4" / 13, Must, Client, "cancel when a challenge is not base64";
    BASE64_ALPHABET_IS_STRICT = "4" / 14, Must, Both, "refuse characters outside the base64 alphabet";
    BASE64_PADDING_IS_STRICT = "4" / 15, Must, Both, "refuse padding in the middle";
    LARGEST_CHALLENGE_FITS = "4" / 16, Must, Both, "handle challenges and responses as large as the mechanisms make them";
    TOO_LONG_RESPONSE_IS_5_5_6 = "4" / 17, Should, Server, "the server should refuse a response that is too long with the status 5.5.6";
    IDENTITY_IS_PREPARED = "4" / 18, Should, Both, "prepare the authorization identity by SASLprep";
    UNPREPARABLE_IDENTITY_FAILS = "4" / 19, Must, Server, "the server must fail an identity that cannot be prepared";
    FUTURE_REVISION_MAY_DEMAND = "4" / 20, Must, Other, "a later revision may raise the level of SASLprep";
    LEVEL_IS_FOR_THE_INSTALLED_BASE = "4" / 21, Should, Other, "the present level of SASLprep spares what is installed";
    FAILURE_IS_535 = "4" / 22, Should, Server, "the server should refuse wrong credentials with 535";
    LAYER_FORGETS_THE_CLIENT = "4" / 23, Must, Server, "the server must forget what the client said before a security layer";
    LAYER_FORGETS_THE_SERVER = "4" / 24, Must, Client, "forget what the server said before a security layer";
    MECHANISMS_MAY_BE_COMPARED = "4" / 25, May, Client, "the mechanisms before and after may be compared to find a downgrade";
    EHLO_FOLLOWS_THE_LAYER = "4" / 26, Should, Client, "send EHLO first within a security layer";
    TLS_IS_OUTERMOST = "4" / 27, Must, Both, "apply TLS outside the security layer, whichever came first";
    FAILED_CLIENT_MAY_GO_ON = "4" / 28, May, Client, "the client may go on unauthenticated after a failure";
    FAILED_CLIENT_MAY_TRY_AGAIN = "4" / 29, May, Client, "the client may try another mechanism or other credentials";
    PLAINTEXT_CAN_BE_FORBIDDEN = "4" / 30, Must, Server, "the server must be able to forbid plaintext passwords without protection";
    PLAINTEXT_IS_FORBIDDEN = "4" / 31, ShouldNot, Server, "the server should not allow plaintext passwords without protection";
    PLAIN_OVER_TLS_IS_THERE = "4" / 32, Must, Both, "have PLAIN over TLS";
    CRAM_MD5_MAY_BE_THERE = "4" / 33, May, Both, "CRAM-MD5 may be there for old servers";
    AUTH_ENDS_A_GROUP = "4" / 34, Must, Client, "let AUTH be the last command of a group";

    // §5
    AUTH_PARAMETER_IS_XTEXT = "5" / h(1), Must, Client, "write the mailbox of the AUTH parameter as xtext";
    TRUSTED_SUBMITTER_IS_PASSED_ON = "5" / 1, Should, Server, "the server should pass the submitter on when it trusts the client";
    AUTH_PARAMETER_IS_ALWAYS_KNOWN = "5" / 2, Must, Server, "the server must know the AUTH parameter without authentication too";
    UNKNOWN_SUBMITTER_IS_NOT_THE_USER = "5" / 3, MustNot, Server, "the server must not take the user for the submitter when the parameter is empty";
    SUBMITTER_MAY_BE_MADE = "5" / 4, May, Server, "the server may make a submitter of the user when the parameter is missing";
    MADE_SUBMITTER_IS_A_MAILBOX = "5" / 5, Must, Server, "the server must make a valid mailbox then";
    WITHOUT_SUBMITTER_IS_EMPTY = "5" / 6, Must, Server, "the server must send the empty submitter when it can make none";
    UNTRUSTED_SUBMITTER_IS_EMPTY = "5" / 7, Must, Server, "the server must take the submitter of an untrusted client for empty";
    SUBMITTER_MAY_BE_LOGGED = "5" / 8, May, Server, "the server may log the submitter";
    EMPTY_SUBMITTER_IS_PASSED_ON = "5" / 9, Must, Server, "the server must pass the empty submitter on";
    LISTS_MAY_SUBMIT = "5" / 10, May, Server, "the server may take an expansion for a new submission";

    // §6
    CODES_ARE_THOSE_SUGGESTED = "6" / 1, Should, Server, "the server should use the enhanced codes suggested";
    TRANSITION_ENDS = "6" / 2, Should, Server, "the server should let the mechanism work after a password transition";
    TEMPORARY_FAILURE_ASKS_NOBODY = "6" / 3, ShouldNot, Client, "ask for no other password after 454";
    WEAK_MECHANISM_IS_REPLACED = "6" / 4, Should, Client, "try another mechanism after 534";
    WRONG_CREDENTIALS_ARE_ASKED_ANEW = "6" / 5, Should, Client, "ask for other credentials after 535";
    AUTHENTICATION_REQUIRED_IS_530 = "6" / 6, Should, Server, "the server should answer 530 to what needs authentication";
    UNPROTECTED_MECHANISMS_ARE_HIDDEN = "6" / 7, ShouldNot, Server, "the server should not list mechanisms that need encryption without it";
    TOO_LONG_IS_5_5_6 = "6" / 8, Should, Server, "the server should tell of a response beyond its buffer by 5.5.6";

    // §7
    RECEIVED_IS_INSERTED = "7" / 1, Must, Server, "the server must insert Received";
    RECEIVED_SAYS_ESMTPA = "7" / 2, Should, Server, "the server should say ESMTPA or ESMTPSA in Received";

    // §8
    TOKENS_IGNORE_CASE = "8" / 1, Must, Both, "take keywords in any case";
    AUTH_PARAMETER_IS_A_MAILBOX = "8" / 2, Must, Both, "let the AUTH parameter be a mailbox or empty angle brackets";

    // §9
    KNOWLEDGE_IS_DISCARDED = "9" / 1, Must, Both, "forget all that was learnt before a security layer";
    FAILURES_MAY_CLOSE = "9" / 2, May, Server, "the server may close the connection after a number of failures";
    THREE_FAILURES_ARE_GRANTED = "9" / 3, ShouldNot, Server, "the server should not close it before three failures";
    CLEARTEXT_MECHANISMS_CAN_BE_GUARDED = "9" / 4, Must, Both, "be able to keep mechanisms that show the password from being used without TLS";

    // §14
    NO_PLAIN_WITHOUT_A_CERTIFICATE = "14" / 1, MustNot, Client, "send no PLAIN to a server whose certificate is missing or wrong";
    HOST_NAME_IS_CHECKED = "14" / 2, Must, Client, "compare the name of the server with its certificate";
    NO_PLAIN_TO_ANOTHER_HOST = "14" / 3, MustNot, Client, "send no PLAIN when the name does not match";
    NAME_IS_THAT_OF_THE_CONNECTION = "14" / 4, Must, Client, "compare the name by which the connection was opened";
    NAME_IS_NOT_FROM_DNS = "14" / 5, MustNot, Client, "use no name from an insecure source";
    SUBJECT_ALT_NAME_IS_USED = "14" / 6, Should, Client, "take the identity from subjectAltName where it has a dNSName";
    WILDCARD_MAY_BE_LEFTMOST = "14" / 7, May, Server, "the server may have a wildcard as the leftmost label";

    // §15
    SUPPORT_WAS_CLARIFIED = "15" / 1, Must, Other, "the list of changes names the AUTH parameter";
}
