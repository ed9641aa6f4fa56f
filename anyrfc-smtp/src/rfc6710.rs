//! The catalogue of RFC 6710: every normative keyword, in the RFC's own order.
//!
//! Ids and roles are as in [`rfc5321`](crate::rfc5321).
use anyrfc_core::requirements;

requirements! {
    /// Simple Mail Transfer Protocol Extension for Message Transfer Priorities.
    RFC6710 = 6710, "Simple Mail Transfer Protocol Extension for Message Transfer Priorities";

    // §3
    KEYWORD_MAY_NAME_A_POLICY = "3" / 1, Optional, Server, "the server may name its policy in the keyword";
    MT_PRIORITY_NEEDS_THE_KEYWORD = "3" / h(1), MustNot, Client, "send a priority only when MT-PRIORITY is offered";
    PRIORITY_IS_WITHIN_BOUNDS = "3" / h(2), Must, Client, "send a priority from -9 to 9";

    // §4.1
    WRONG_PRIORITY_IS_AN_ERROR = "4.1" / 1, Must, Server, "the server must refuse a priority that is wrong or given twice";
    RECEIVED_HAS_THE_PRIORITY = "4.1" / 2, Should, Server, "the server should note the priority in Received";
    PRIORITY_IS_LOGGED = "4.1" / 3, Should, Server, "the server should log the priority";
    UNTRUSTED_PRIORITY_IS_NOT_RAISED = "4.1" / 4, MustNot, Server, "the server must not let untrusted clients raise the priority";
    UNTRUSTED_PRIORITY_MAY_BE_LOWERED = "4.1" / 5, May, Server, "the server may let untrusted clients lower the priority";
    POLICY_MAY_CHANGE_THE_PRIORITY = "4.1" / 6, May, Server, "the server may change the priority by its policy";
    CHANGED_PRIORITY_HAS_ITS_STATUS = "4.1" / 7, Should, Server, "the server should tell of a changed priority by the status X.3.6";
    SUBMISSION_MAY_BE_REFUSED = "4.1" / 8, May, Server, "the server may refuse a message for its priority";
    REFUSAL_IS_450_OR_550 = "4.1" / 9, Should, Server, "the server should refuse with 450 or 550";
    REFUSAL_HAS_ITS_STATUS = "4.1" / 10, Must, Server, "the server must give the refusal the status X.7.15";

    // §4.2
    PRIORITY_IS_PASSED_ON = "4.2" / 1, Must, Other, "a relay must pass the priority on to a server that knows it";

    // §4.4
    LISTS_KEEP_THE_PRIORITY = "4.4" / 1, Should, Other, "an expansion should keep the priority";

    // §4.5
    GATEWAY_WITHOUT_PRIORITY = "4.5" / 1, Should, Other, "a gateway should treat a destination without priorities as a server without them";
    GATEWAY_CONVERTS_THE_PRIORITY = "4.5" / 2, Should, Other, "a gateway should convert the priority where the destination has one";

    // §4.6
    REPORT_HAS_THE_PRIORITY = "4.6" / 1, Should, Other, "a delivery report should have the priority of the message";

    // §5
    POLICY_LEVELS_ARE_KEPT = "5" / 1, Must, Server, "the server must tell apart the levels of its policy";
    DETERMINED_PRIORITY_GOES_ON = "5" / 2, Must, Server, "the server must pass on the priority that it has determined";
    PRIORITY_MAY_LIMIT_SIZE = "5" / 3, May, Server, "the server may limit the size by the priority";
    TOO_BIG_FOR_ITS_PRIORITY = "5" / 4, Should, Server, "the server should refuse such a message by 552 and X.7.16";

    // §5.1
    RETRIES_MAY_DEPEND = "5.1" / 1, May, Other, "a relay may retry by the priority";

    // §9.2
    POLICIES_ARE_REGISTERED = "9.2" / 1, Should, Other, "further policies should be registered";

    // §10
    EXPERT_MAY_WANT_A_NEW_NAME = "10" / 1, May, Other, "the expert may want a changed policy to have a new name";

    // §10.1
    POLICY_DOCUMENT_IS_COMPLETE = "10.1" / 1, Must, Other, "the document of a policy must be complete";

    // Appendix A
    MILITARY_MAPPING = "A" / 1, Should, Other, "military messaging should use the mapping given";

    // Appendix B
    MIXER_MAPPING = "B" / 1, Should, Other, "MIXER should use the mapping given";
}
