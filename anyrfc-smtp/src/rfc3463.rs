//! The catalogue of RFC 3463: every normative keyword, in the RFC's own order.
//!
//! Ids and roles are as in [`rfc5321`](crate::rfc5321).
use anyrfc_core::requirements;

requirements! {
    /// Enhanced Mail System Status Codes.
    RFC3463 = 3463, "Enhanced Mail System Status Codes";

    // §2
    CODE_HAS_THREE_NUMBERS = "2" / h(1), Must, Both, "let a code be class, subject and detail with dots between";
    CLASS_IS_2_4_OR_5 = "2" / h(2), Must, Both, "hold to the classes 2, 4 and 5";
    NUMBERS_HAVE_THREE_DIGITS = "2" / h(3), Must, Both, "let subject and detail have one to three digits each";
    NO_SPACE_WITHIN_A_CODE = "2" / h(4), MustNot, Both, "allow neither white space nor comments in a code";
    NO_LEADING_ZEROS = "2" / 1, Must, Both, "let no number of a code begin with a needless zero";
    CODES_ARE_ADDED_BY_STANDARDS = "2" / h(5), Must, Other, "whoever adds codes must do it by a standards track document";
    LOCAL_CODES_ARE_MAPPED = "2" / h(6), Should, Server, "the server should map conditions of its own to the nearest standard code";
    CODES_ARE_REGISTERED = "2" / h(7), Should, Server, "the server should send only registered codes";
    DIAGNOSTICS_STAY_OUTSIDE = "2" / h(8), Should, Server, "the server should tell its own diagnostics by other means than codes";
    UNKNOWN_DETAIL_IS_ITS_SUBJECT = "2" / h(9), Should, Client, "report the general error of the subject when the detail is not known";
    CLASS_2_IS_SUCCESS = "2" / h(10), Must, Client, "take class 2 for success";
    CLASS_4_IS_TRANSIENT = "2" / h(11), Must, Client, "take class 4 for a failure that a later attempt may overcome";
    CLASS_5_IS_PERMANENT = "2" / h(12), Must, Client, "take class 5 for a failure that the same message will meet again";
    UNKNOWN_SUBJECT_IS_ITS_CLASS = "2" / h(13), Must, Client, "recognize and report the class even when the subject is not known";
    KNOWN_SUBJECT_IS_REPORTED = "2" / h(14), Must, Client, "report a known subject even when the detail is not known";
    SUBJECTS_ARE_KNOWN = "2" / h(15), Must, Client, "tell address, mailbox, system, network, protocol, content and policy apart";

    // §3.1
    OTHER_IS_KNOWN = "3.1" / h(1), Should, Client, "know the code 0.0, which tells nothing beyond its class";
    OTHER_IS_THE_LAST_RESORT = "3.1" / h(2), Should, Server, "the server should send 0.0 when it knows nothing but the class";

    // §3.2
    ADDRESS_DETAILS_ARE_KNOWN = "3.2" / h(1), Should, Client, "know the codes 1.0 to 1.8 on addresses";
    VALID_ADDRESS_IS_A_SUCCESS = "3.2" / h(2), Should, Server, "the server should send 1.5 for positive reports";

    // §3.3
    MAILBOX_DETAILS_ARE_KNOWN = "3.3" / h(1), Should, Client, "know the codes 2.0 to 2.4 on mailboxes";
    FULL_MAILBOX_IS_TRANSIENT = "3.3" / h(2), Should, Server, "the server should send 2.2 with class 4";
    TOO_LONG_FOR_THE_MAILBOX_IS_PERMANENT = "3.3" / h(3), Should, Server, "the server should send 2.3 with class 5";

    // §3.4
    SYSTEM_DETAILS_ARE_KNOWN = "3.4" / h(1), Should, Client, "know the codes 3.0 to 3.5 on the mail system";

    // §3.5
    NETWORK_DETAILS_ARE_KNOWN = "3.5" / h(1), Should, Client, "know the codes 4.0 to 4.7 on network and routing";
    CAUSE_COMES_BEFORE_EXPIRY = "3.5" / h(2), Should, Server, "the server should send the code of the actual problem rather than 4.7";

    // §3.6
    PROTOCOL_DETAILS_ARE_KNOWN = "3.6" / h(1), Should, Client, "know the codes 5.0 to 5.5 on the protocol";
    TOO_MANY_RECIPIENTS_ARE_SPLIT = "3.6" / h(2), Should, Client, "send the remaining recipients in another transaction after 5.3";

    // §3.7
    CONTENT_DETAILS_ARE_KNOWN = "3.7" / h(1), Should, Client, "know the codes 6.0 to 6.5 on content and media";

    // §3.8
    POLICY_DETAILS_ARE_KNOWN = "3.8" / h(1), Should, Client, "know the codes 7.0 to 7.7 on security and policy";
}
