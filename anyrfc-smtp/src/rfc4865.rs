//! The catalogue of RFC 4865: every normative keyword, in the RFC's own order.
//!
//! Ids and roles are as in [`rfc5321`](crate::rfc5321).
use anyrfc_core::requirements;

requirements! {
    /// SMTP Submission Service Extension for Future Message Release.
    RFC4865 = 4865, "SMTP Submission Service Extension for Future Message Release";

    // §4.1
    SUPPORT_IS_VERIFIED = "4.1" / 1, Must, Client, "ask for a future release only when FUTURERELEASE is offered";
    ONE_HOLD_PARAMETER = "4.1" / 2, Must, Client, "send exactly one of HOLDFOR and HOLDUNTIL";
    INTERVAL_IS_WITHIN_THE_MAXIMUM = "4.1" / 3, Must, Client, "ask for no interval beyond the one that the server names";
    DATE_IS_WITHIN_THE_MAXIMUM = "4.1" / 4, Must, Client, "ask for no time beyond the one that the server names";

    // §4.2
    SUBMISSION_IS_FOLLOWED = "4.2" / 1, Must, Server, "the server must comply with the submission protocol";
    ONLY_ON_THE_SUBMISSION_PORT = "4.2" / 2, MustNot, Server, "the server must not offer it on another port";
    OFFER_NAMES_BOTH_MAXIMA = "4.2" / 3, Must, Server, "the server must name both maxima";
    VALID_HOLD_IS_ACCEPTED = "4.2" / 4, Must, Server, "the server must accept a valid request";
    INTERVAL_IS_KEPT = "4.2" / 5, MustNot, Server, "the server must not release the message before the interval is over";
    DATE_IS_KEPT = "4.2" / 6, MustNot, Server, "the server must not release the message before the time named";
    TOO_LONG_INTERVAL_IS_REFUSED = "4.2" / 7, Must, Server, "the server must refuse an interval beyond its maximum";
    TOO_LATE_DATE_IS_REFUSED = "4.2" / 8, Must, Server, "the server must refuse a time beyond its maximum";
    SECOND_HOLD_IS_REFUSED = "4.2" / 9, Must, Server, "the server must refuse a second request";
    REFUSAL_IS_501 = "4.2" / 10, Should, Server, "the server should refuse with 501";
    REFUSAL_IS_5_5_4 = "4.2" / 11, Should, Server, "the server should refuse with the status 5.5.4";

    // §5.1.1
    DSN_IS_NOT_HELD = "5.1.1" / 1, MustNot, Client, "ask for no future release of a DSN";

    // §5.1.2
    DSN_HAS_THE_ARRIVAL = "5.1.2" / 1, Must, Server, "the server must put the date of arrival into a DSN";
    DSN_HAS_THE_REQUEST = "5.1.2" / 2, Must, Server, "the server must put the request into a DSN";

    // §5.2.1
    DELIVERY_IS_AFTER_RELEASE = "5.2.1" / 1, Must, Client, "let the time of delivery be later than that of release";

    // §5.2.2
    RELEASE_AFTER_DELIVERY_IS_REFUSED = "5.2.2" / 1, Must, Server, "the server must refuse a release after the time of delivery";
    THAT_REFUSAL_IS_501 = "5.2.2" / 2, Should, Server, "the server should refuse that with 501";
    THAT_REFUSAL_IS_5_5_4 = "5.2.2" / 3, Should, Server, "the server should refuse that with the status 5.5.4";

    // §5.3.1
    MDN_IS_NOT_HELD = "5.3.1" / 1, MustNot, Client, "ask for no future release of an MDN";

    // §6
    STORAGE_HAS_QUOTAS = "6" / 1, Should, Server, "the server should have a quota for held messages";
    BEYOND_THE_QUOTA_IS_REFUSED = "6" / 2, Must, Server, "the server must refuse what is beyond the quota";
    QUOTA_REFUSAL_IS_552 = "6" / 3, Should, Server, "the server should refuse that with 552";
    QUOTA_REFUSAL_HAS_A_STATUS = "6" / 4, Should, Server, "the server should refuse that with the status made for it";
    DATE_MAY_BE_THE_RELEASE = "6" / 5, May, Client, "the Date field may be the time of release";
}
