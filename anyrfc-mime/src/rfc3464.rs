//! The catalogue of RFC 3464: every normative keyword, in the RFC's own order.
//!
//! Delivery status notifications are written by mail systems, which this crate never is: it
//! reads them. `Other` is a reporting MTA, a gateway or a registry; where its rule can be seen
//! in what arrives, the reader records a defect when it is broken.
//! The summaries are this project's own words; an error prints one beside the id.
use anyrfc_core::requirements;

requirements! {
    /// An Extensible Message Format for Delivery Status Notifications.
    RFC3464 = 3464, "An Extensible Message Format for Delivery Status Notifications";

    // §2
    ADDRESSED_TO_THE_RETURN_PATH = "2" / 1, Must, Other, "the MTA must address a notification to the return path";
    FROM_A_HUMAN = "2" / 2, Should, Other, "the MTA should write the address of a responsible human into From";
    FROM_THE_GATEWAYS_HUMAN = "2" / 3, May, Other, "a gateway may write the address of its own human into From";
    SENDER_STOPS_REPORTS = "2" / 4, Should, Other, "the MTA should choose a sender that causes no report about the report";
    SENDER_STOPS_LOOPS = "2" / 5, Must, Other, "the MTA must choose a sender that causes no mail loop";
    SENDER_IS_NULL = "2" / 6, Must, Other, "the MTA must send a notification from the null return path";
    SEVERAL_RECIPIENTS_IN_ONE = "2" / 7, May, Other, "the MTA may report on several recipients in one notification";

    // §2.1
    STATUS_IS_7BIT = "2.1" / 1, Must, Other, "the MTA must write message/delivery-status in 7bit";

    // §2.2.1
    ENVELOPE_ID_IS_SUPPLIED = "2.2.1" / 1, Should, Other, "the MTA should return the envelope identifier that it was given";
    NO_ENVELOPE_ID_OF_ITS_OWN = "2.2.1" / 2, MustNot, Other, "the MTA must not return an envelope identifier that it was not given";
    ENVELOPE_ID_KEEPS_ITS_SPELLING = "2.2.1" / 3, Must, Other, "an envelope identifier must keep its case and spelling";

    // §2.2.2
    NAME_FROM_THE_ENVIRONMENT = "2.2.2" / 1, Should, Other, "a gateway should name itself as the environment that it accepted the message from does";

    // §2.2.3
    GATEWAY_IS_NAMED = "2.2.3" / 1, Must, Other, "a gateway must name itself in a notification that it translated";
    NO_GATEWAY_OTHERWISE = "2.2.3" / 2, MustNot, Other, "nobody else must write DSN-Gateway";

    // §2.2.4
    RECEIVED_FROM_IS_THE_EHLO_NAME = "2.2.4" / 1, Should, Other, "the MTA should report the name that the SMTP client gave";
    RECEIVED_FROM_HAS_THE_ADDRESS = "2.2.4" / 2, Should, Other, "the MTA should add the SMTP client's address as a comment";
    RECEIVED_FROM_KEEPS_ITS_SPELLING = "2.2.4" / 3, Should, Other, "a received-from name should keep its case and spelling";

    // §2.2.5
    ARRIVAL_DATE_HAS_A_NUMERIC_ZONE = "2.2.5" / 1, Must, Other, "the MTA must give Arrival-Date a numeric zone";

    // §2.3.2
    FINAL_RECIPIENT_IS_PRESENT = "2.3.2" / 1, Must, Other, "each recipient's fields must have Final-Recipient";
    FINAL_RECIPIENT_IS_THE_ENVELOPES = "2.3.2" / 2, Must, Other, "the MTA must report the address from the envelope";
    FINAL_RECIPIENT_IS_EXACT = "2.3.2" / 3, Must, Other, "the MTA must report the address exactly as it came";
    FINAL_RECIPIENT_KEEPS_ITS_CASE = "2.3.2" / 4, Must, Other, "a final recipient must keep its case";

    // §2.3.3
    ACTION_IS_PRESENT = "2.3.3" / 1, Must, Other, "each recipient's fields must have Action";
    DELIVERED_ONLY_ON_REQUEST = "2.3.3" / 2, ShouldNot, Other, "the MTA should not report success that nobody asked for";
    EXPANDED_NOT_FOR_LISTS = "2.3.3" / 3, ShouldNot, Other, "the MTA should not report expansion for a mailing list";

    // §2.3.4
    STATUS_IS_PRESENT = "2.3.4" / 1, Must, Other, "each recipient's fields must have Status";
    STATUS_MAY_HAVE_A_COMMENT = "2.3.4" / 2, May, Other, "a comment may follow a status code";
    STATUS_HAS_NO_LEADING_ZEROS = "2.3.4" / 3, Must, Other, "the numbers of a status code must have no leading zeros";

    // §2.3.5
    REMOTE_MTA_ONLY_IF_INVOLVED = "2.3.5" / 1, MustNot, Other, "the MTA must not name a remote MTA where none was involved";

    // §2.3.6
    DIAGNOSTIC_MAY_HAVE_A_COMMENT = "2.3.6" / 1, May, Other, "a comment may follow a diagnostic code";
    DIAGNOSTIC_IS_INCLUDED = "2.3.6" / 2, Should, Other, "the MTA should report the transport's own diagnostic";

    // §2.3.7
    LAST_ATTEMPT_ONLY_IF_KNOWN = "2.3.7" / 1, MustNot, Other, "the MTA must not guess the date of the last attempt";
    LAST_ATTEMPT_HAS_A_NUMERIC_ZONE = "2.3.7" / 2, Must, Other, "the MTA must give Last-Attempt-Date a numeric zone";

    // §2.3.9
    RETRY_ONLY_FOR_DELAYS = "2.3.9" / 1, MustNot, Other, "the MTA must not write Will-Retry-Until but for a delay";
    RETRY_HAS_A_NUMERIC_ZONE = "2.3.9" / 2, Must, Other, "the MTA must give Will-Retry-Until a numeric zone";

    // §2.4
    FIELD_NAMES_ARE_REGISTERED = "2.4" / 1, Must, Other, "the name of a new field must be registered";

    // §3
    ORIGINAL_RECIPIENT_ONLY_IF_KNOWN = "3" / 1, MustNot, Other, "the MTA must not make an original recipient up";
    AT_MOST_ONE_FINAL_REPORT = "3" / 2, Should, Other, "a recipient should get at most one final report";
    ALIAS_IS_REPORTED_AS_EXPANDED = "3" / 3, Should, Other, "the forwarding MTA should report an alias as expanded";
    ALIAS_MAY_PASS_THE_REQUEST_ON = "3" / 4, May, Other, "the forwarding MTA may pass the request on to one address";
    LIST_IS_REPORTED_AS_A_MAILBOX = "3" / 5, Should, Other, "the MTA should report delivery to a list as to a mailbox";

    // §A
    GRAMMAR_STATUS_COMMENT = "A" / 1, May, Other, "a comment may follow a status code, as the collected grammar says";
    GRAMMAR_STATUS_ZEROS = "A" / 2, Must, Other, "status codes must have no leading zeros, as the collected grammar says";

    // §B
    GATEWAY_NAMES_ITSELF = "B" / 1, Must, Other, "a gateway must name itself in what it made from a foreign notification";

    // §D
    IANA_MAY_REJECT = "D" / 1, May, Other, "IANA may reject an incomplete registration";
    ADDRESS_TYPE_REGISTRATION = "D" / 2, Must, Other, "the registration of an address-type must be complete";
    SECOND_TYPE_REGISTRATION = "D" / 3, Must, Other, "the registration of a further type must be complete";
}
