//! The catalogue of RFC 8689: every normative keyword, in the RFC's own order.
//!
//! Ids and roles are as in [`rfc5321`](crate::rfc5321).
use anyrfc_core::requirements;

requirements! {
    /// SMTP Require TLS Option.
    RFC8689 = 8689, "SMTP Require TLS Option";

    // §1
    PURPOSE_IS_TLS = "1" / 1, Must, Other, "the option demands TLS of a certain quality for a message";

    // §2
    REQUIRETLS_NEEDS_THE_KEYWORD = "2" / h(1), MustNot, Client, "say REQUIRETLS only when it is offered";
    OPTION_NEEDS_A_SECURE_SESSION = "2" / 1, Must, Client, "say REQUIRETLS only in a session as secure as it demands";
    SESSION_IS_TLS = "2" / 2, Must, Client, "say REQUIRETLS only under TLS";
    MX_NAME_IS_SIGNED = "2" / 3, Must, Other, "a relay must have the exchanger's name validated by DNSSEC";
    MX_NAME_IS_OF_THE_POLICY = "2" / 4, Must, Other, "a relay must else have it validated by MTA-STS";
    CERTIFICATE_IS_TRUSTED = "2" / 5, Must, Client, "say REQUIRETLS only when the certificate was verified by a trust chain";
    CERTIFICATE_BY_DANE = "2" / 6, Must, Other, "a relay must else have it verified by DANE";
    OFFER_IS_WITHIN_TLS = "2" / 7, Must, Server, "the server must offer REQUIRETLS after STARTTLS";

    // §3
    FIELD_HAS_ONE_PARAMETER = "3" / 1, Required, Other, "an author must give TLS-Required its one parameter";
    NO_MEANS_SEND_ANYWAY = "3" / 2, Should, Other, "a relay should send a message with TLS-Required: No with or without TLS";
    NO_STILL_TRIES_TLS = "3" / 3, Should, Other, "a relay should use STARTTLS for it where it can";
    FIELD_OCCURS_ONCE = "3" / 4, MustNot, Other, "an author must let TLS-Required occur once at most";

    // §4.1
    OPTION_TAGS_THE_MESSAGE = "4.1" / 1, Must, Server, "the server must mark a message that came with REQUIRETLS";
    FIELD_TAGS_THE_MESSAGE = "4.1" / 2, Must, Server, "the server must mark a message that came with the field alone";
    OPTION_OVERRIDES_THE_FIELD = "4.1" / 3, Must, Server, "the server must ignore the field beside the option";
    IGNORED_FIELD_MAY_STAY = "4.1" / 4, May, Server, "the server may leave the field in the message";
    ALIASES_KEEP_THE_TAG = "4.1" / 5, Must, Server, "the server must mark all copies alike";

    // §4.2.1
    RELAY_FOLLOWS_THE_STEPS = "4.2.1" / 1, Must, Other, "a relay must follow the steps for a marked message";
    RELAY_VALIDATES_THE_NAME = "4.2.1" / 2, Must, Other, "a relay must validate the name by MTA-STS without DNSSEC";
    NAME_MATCHES_THE_CERTIFICATE = "4.2.1" / 3, Must, Other, "a relay must match the name with the certificate";
    TLS_IS_OF_GOOD_PRACTICE = "4.2.1" / 4, Should, Client, "negotiate TLS as good practice has it";
    NEXT_HOST_IS_TRIED = "4.2.1" / 5, Must, Other, "a relay must try the next exchanger when a step fails";
    OTHER_MESSAGES_MAY_GO = "4.2.1" / 6, May, Other, "a relay may send other messages there first";
    NO_HOST_NO_TRANSFER = "4.2.1" / 7, MustNot, Other, "a relay must not send the message when no exchanger is left";
    FAILURE_IS_REPORTED = "4.2.1" / 8, Must, Other, "a relay must report the failure";
    FAILURE_HAS_ITS_STATUS = "4.2.1" / 9, Should, Other, "a relay should use the status made for it";

    // §4.2.2
    UNPROTECTED_FOLLOWS_THE_STEPS = "4.2.2" / 1, Must, Other, "a relay must follow the steps for TLS-Required: No";
    DEMANDED_TLS_FAILURE_IS_REPORTED = "4.2.2" / 2, Must, Other, "a relay must report that the server demands TLS in vain";

    // §4.3
    SUBMISSION_DEMANDS_BY_THE_OPTION = "4.3" / 1, Must, Client, "demand TLS of a submitted message by REQUIRETLS under TLS";
    SUBMISSION_WAIVES_BY_THE_FIELD = "4.3" / 2, Must, Client, "waive TLS of a submitted message by the header field";
    FIELD_IS_INTERPRETED = "4.3" / 3, Must, Server, "the server must interpret the field";
    USER_MAY_CHOOSE = "4.3" / 4, May, Client, "the user or a rule may choose";

    // §4.4
    RETRIEVAL_IS_SECURED = "4.4" / 1, Should, Other, "a delivery agent should see that retrieval is secured";

    // §5
    BOUNCES_ARE_PROTECTED = "5" / 1, Must, Other, "a bounce must be protected like the message";
    BOUNCES_HAVE_THE_OPTION = "5" / 2, Must, Other, "a bounce must have the option unless redacted";
    BOUNCES_HAVE_HEADERS_ONLY = "5" / 3, Must, Other, "a bounce must return the header alone";
    FULL_IS_DISREGARDED = "5" / 4, Must, Other, "a bounce must disregard RET=FULL";
    BOUNCES_ARE_NOT_DISCARDED = "5" / 5, ShouldNot, Other, "a bounce should not be discarded for lack of support";

    // §8.3
    SENSITIVE_CONTENT_IS_ENCRYPTED = "8.3" / 1, Must, Other, "sensitive content must be encrypted end to end";
}
