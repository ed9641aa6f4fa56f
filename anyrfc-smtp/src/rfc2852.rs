//! The catalogue of RFC 2852: every normative keyword, in the RFC's own order.
//!
//! Ids and roles are as in [`rfc5321`](crate::rfc5321).
use anyrfc_core::requirements;

requirements! {
    /// Deliver By SMTP Service Extension.
    RFC2852 = 2852, "Deliver By SMTP Service Extension";

    // §3
    BY_NEEDS_THE_KEYWORD = "3" / h(1), MustNot, Client, "send BY only when DELIVERBY is offered";
    BY_IS_NOT_BELOW_THE_MINIMUM = "3" / h(2), MustNot, Client, "send no by-time with return mode below the minimum that the server names";

    // §4
    BY_HAS_A_VALUE = "4" / 1, Must, Client, "give BY a value";
    RETURN_NEEDS_A_POSITIVE_TIME = "4" / h(1), MustNot, Client, "send no by-time of zero or less with the mode R";
    INVALID_BY_IS_501 = "4" / 2, Should, Server, "the server should answer 501 to an invalid by-time";
    INVALID_BY_IS_5_5_4 = "4" / 3, Should, Server, "the server should give that answer the status 5.5.4";
    UNACCEPTABLE_BY_IS_455_OR_555 = "4" / 4, Should, Server, "the server should answer 455 or 555 to a by-time that it cannot honour";
    UNACCEPTABLE_BY_HAS_A_STATUS = "4" / 5, Should, Server, "the server should give that answer a suitable status";

    // §4.1
    RETENTION_IS_NOT_EXTENDED = "4.1" / 1, May, Other, "a relay may return a message before the time is over";

    // §4.1.2
    SHORT_RETENTION_RETURNS = "4.1.2" / 1, May, Other, "a relay with a shorter retention may return the message";
    SHORT_RETENTION_FOLLOWS_THE_RULES = "4.1.2" / 2, Must, Other, "a relay must still treat the message by the rules";
    PERMANENT_FAILURE_IS_REPORTED = "4.1.2" / 3, Must, Other, "a relay must report a permanent failure before the time is over";

    // §4.1.3
    EXPIRY_IS_REPORTED = "4.1.3" / 1, Must, Other, "a relay must report that the time is over in mode R";
    EXPIRY_IS_A_DELAY = "4.1.3" / 2, Must, Other, "a relay must report a delay when the time is over in mode N";

    // §4.1.4
    REMAINING_TIME_IS_PASSED_ON = "4.1.4" / 1, Must, Other, "a relay must pass on the time that remains";
    TRACE_IS_REPORTED = "4.1.4" / 2, Should, Other, "a relay should report that it has relayed a message with trace";

    // §4.1.4.1
    RETURN_NEEDS_SUPPORT = "4.1.4.1" / 1, MustNot, Other, "a relay must not pass mode R to a server without the extension";
    RETURN_NEEDS_TIME = "4.1.4.1" / 2, MustNot, Other, "a relay must not pass mode R to a server whose minimum is beyond the time left";

    // §4.1.4.2
    NOTIFY_WITHOUT_SUPPORT_IS_REPORTED = "4.1.4.2" / 1, Must, Other, "a relay must report that it relays mode N to a server without the extension";
    NOTIFY_BECOMES_A_DSN = "4.1.4.2" / 2, Should, Other, "a relay should ask for notices of failure and delay there";
    NOTIFY_GAINS_DELAY = "4.1.4.2" / 3, Should, Other, "a relay should add the notice of delay there";
    RULE_IS_OVERRIDDEN = "4.1.4.2" / 4, MustNot, Other, "a rule of the DSN extension is overridden by this";

    // §7
    NO_SEARCH_FOR_SUPPORT = "7" / 1, ShouldNot, Client, "do not try one exchanger after another for the extension";
}
