//! The catalogue of RFC 8098: every normative keyword, in the RFC's own order.
//!
//! `Client` is the user agent that asks for, makes or reads a disposition notification, as this
//! crate does; `Server` a delivering mail system; `Other` a gateway, a list or a registry.
//! The summaries are this project's own words; an error prints one beside the id.
use anyrfc_core::requirements;

requirements! {
    /// Message Disposition Notification.
    RFC8098 = 8098, "Message Disposition Notification";

    // §2.1
    NOTIFICATION_ASKS_FOR_NONE = "2.1" / 1, MustNot, Client, "ask for no notification in a notification";
    NO_NOTIFICATION_ABOUT_ONE = "2.1" / 2, MustNot, Client, "answer no notification by a notification";
    ONE_NOTIFICATION_A_RECIPIENT = "2.1" / 3, MustNot, Client, "issue no second notification for a recipient";
    SUPPORT_OF_THE_STORE_IS_USED = "2.1" / 4, Should, Client, "let the message store remember that a notification was issued";
    IMAP_REMEMBERS = "2.1" / 5, Should, Client, "use IMAP's keyword for notifications issued";
    NOT_AUTOMATIC_TO_ANOTHER_ADDRESS = "2.1" / 6, MustNot, Client, "send no notification automatically to another address than Return-Path";
    USER_CONFIRMS_ANOTHER_ADDRESS = "2.1" / 7, Must, Client, "have the user confirm a notification to another address";
    NONE_WITHOUT_CONSENT = "2.1" / 8, MustNot, Client, "send none where consent cannot be had";
    USER_CONFIRMS_WITHOUT_RETURN_PATH = "2.1" / 9, Must, Client, "have the user confirm without Return-Path or with several addresses";
    LOCAL_PARTS_ARE_CANONICALIZED = "2.1" / 10, Should, Client, "compare local-parts without their quoting";
    ALIASES_MAY_BE_EQUIVALENT = "2.1" / 11, May, Client, "treat known aliases of a domain as the same";
    GATEWAY_STRIPS_THE_REQUEST = "2.1" / 12, Should, Other, "whoever passes a message to a newsgroup should strip the request";
    NONE_FOR_NEWSGROUPS = "2.1" / 13, ShouldNot, Client, "generate none for a message of a newsgroup";

    // §2.2
    OPTIONAL_PARAMETERS_MAY_BE_IGNORED = "2.2" / 1, May, Client, "notify in spite of an optional parameter that is not understood";
    PARAMETERS_ARE_REGISTERED = "2.2" / 2, Must, Other, "the names of notification parameters must be registered";

    // §2.3
    ORIGINAL_RECIPIENT_IS_INSERTED = "2.3" / 1, Should, Server, "the delivering MTA should insert Original-Recipient";
    OTHERS_MAY_BE_DELETED = "2.3" / 2, May, Server, "the delivering MTA may delete other Original-Recipient fields";
    PLAIN_WHITE_SPACE_GENERATED = "2.3" / 3, Should, Client, "write plain white space where comments are allowed";
    NO_WHITE_SPACE_AT_THE_END = "2.3" / 4, Should, Client, "write no white space at the end of a field";
    COMMENTS_ARE_PARSED = "2.3" / 5, Must, Client, "parse comments and white space where they are allowed";

    // §2.4
    REQUEST_IS_IN_THE_INNER_MESSAGE = "2.4" / 1, Should, Client, "put the request of a fragmented message into the inner one";
    REQUEST_IS_NOT_COPIED_FROM_THE_OUTER = "2.4" / 2, MustNot, Client, "copy no request of an enclosing fragment into the reassembled message";

    // §3
    ENCRYPTED_STAYS_ENCRYPTED = "3" / 1, Must, Client, "return an encrypted message only encrypted";
    ADDRESSED_AS_REQUESTED = "3" / 2, Must, Client, "address the notification to whom the request names";
    FROM_THE_RECIPIENT = "3" / 3, Must, Client, "write the recipient's address into From";
    SENDER_IS_NULL = "3" / 4, Must, Client, "send the notification from the null return path";
    REQUESTS_NO_NOTIFICATION = "3" / 5, MustNot, Client, "request no notification by a notification";
    HAS_NO_REQUEST_FIELD = "3" / 6, MustNot, Client, "write no Disposition-Notification-To into a notification";
    MESSAGE_ID_IS_ITS_OWN = "3" / 7, Must, Client, "give the notification a Message-ID of its own";

    // §3.1
    NOTIFICATION_IS_7BIT = "3.1" / 1, Must, Client, "write message/disposition-notification in 7bit";

    // §3.2.1
    REPORTING_UA_IS_SENT = "3.2.1" / 1, Should, Client, "name the reporting user agent";
    PRODUCT_IDENTIFIERS_ARE_SHORT = "3.2.1" / 2, Should, Client, "name no more than the product";
    NO_ADVERTISING = "3.2.1" / 3, MustNot, Client, "advertise nothing in the product identifier";
    NO_FINE_DETAIL = "3.2.1" / 4, ShouldNot, Client, "give no needless detail in Reporting-UA";
    FEW_SUBPRODUCTS = "3.2.1" / 5, Should, Client, "let third parties add few subproducts";

    // §3.2.2
    GATEWAY_IS_NAMED = "3.2.2" / 1, Must, Other, "a gateway must name itself in a notification that it translated";
    NO_GATEWAY_OTHERWISE = "3.2.2" / 2, MustNot, Client, "write no MDN-Gateway into a notification that is no translation";

    // §3.2.3
    ORIGINAL_RECIPIENT_IF_KNOWN = "3.2.3" / 1, Must, Client, "name the original recipient where it is known";
    NO_ORIGINAL_RECIPIENT_OTHERWISE = "3.2.3" / 2, MustNot, Client, "name no original recipient that is not known";

    // §3.2.4
    FINAL_RECIPIENT_IS_PRESENT = "3.2.4" / 1, Must, Client, "have Final-Recipient in every notification";
    FINAL_RECIPIENT_IS_THE_MAILBOX = "3.2.4" / 2, Should, Client, "name the recipient's mailbox in Final-Recipient";
    FINAL_RECIPIENT_KEEPS_ITS_CASE = "3.2.4" / 3, Must, Client, "keep the case of the final recipient";

    // §3.2.5
    ORIGINAL_MESSAGE_ID_IF_THERE = "3.2.5" / 1, Must, Client, "name the original Message-ID exactly where there is one";

    // §3.2.6
    DISPOSITION_IS_PRESENT = "3.2.6" / 1, Must, Client, "have Disposition in every notification";

    // §3.2.6.1
    MANUAL_IS_THE_DEFAULT = "3.2.6.1" / 1, Must, Client, "make the user's own action the default mode";
    ACTION_MODE_IS_GIVEN = "3.2.6.1" / 2, Must, Client, "say whether the action was manual or automatic";
    MANUAL_SENDING_IS_THE_DEFAULT = "3.2.6.1" / 3, Must, Client, "make explicit permission the default mode of sending";
    SENDING_MODE_IS_GIVEN = "3.2.6.1" / 4, Must, Client, "say whether the notification was sent manually or automatically";

    // §3.2.6.3
    MODIFIERS_ARE_REGISTERED = "3.2.6.3" / 1, Must, Other, "the names of disposition modifiers must be registered";
    UNKNOWN_MODIFIERS_MAY_BE_IGNORED = "3.2.6.3" / 2, May, Client, "take a notification with an unknown modifier without comment";
    UNKNOWN_MODIFIERS_CAUSE_NO_ERROR = "3.2.6.3" / 3, MustNot, Client, "answer no unknown modifier by an error message";
    ONE_NOTIFICATION_A_RECIPIENT_AGAIN = "3.2.6.3" / 4, MustNot, Client, "issue no second notification for a recipient, whatever was done";
    FORWARDING_MAY_BE_DISPATCHED = "3.2.6.3" / 5, May, Client, "report a forwarded message as dispatched";

    // §3.3
    FIELDS_ARE_REGISTERED = "3.3" / 1, Must, Other, "the names of new fields must be registered";

    // §5
    NO_ORIGINAL_RECIPIENT_MADE_UP = "5" / 1, MustNot, Client, "generate Original-Recipient only from what the sender specified";
    LIST_DISTRIBUTION_IS_FINAL = "5" / 2, Should, Other, "distribution by a list should count as the final disposition";
    LIST_MAY_NOTIFY = "5" / 3, May, Other, "a list may report that it processed a message";

    // §6.4
    NOT_AUTOMATIC_TO_ANOTHER_SENDER = "6.4" / 1, ShouldNot, Client, "send none automatically to another address than the envelope sender";

    // §7
    GRAMMAR_PLAIN_WHITE_SPACE = "7" / 1, Should, Client, "write plain white space, as the collected grammar says";
    GRAMMAR_NO_WHITE_SPACE_AT_THE_END = "7" / 2, Should, Client, "write no white space at the end, as the collected grammar says";
    GRAMMAR_COMMENTS_ARE_PARSED = "7" / 3, Must, Client, "parse comments and white space, as the collected grammar says";

    // §8.1
    GATEWAY_NAMES_ITSELF = "8.1" / 1, Must, Other, "a gateway must name itself in what it made from a foreign notification";

    // §10
    IANA_MAY_REJECT = "10" / 1, May, Other, "IANA may reject an incomplete registration";
    PARAMETER_REGISTRATION = "10.1" / 1, Must, Other, "the registration of a parameter must be complete";
    MODIFIER_REGISTRATION = "10.2" / 1, Must, Other, "the registration of a modifier must be complete";
    FIELD_REGISTRATION = "10.3" / 1, Must, Other, "the registration of a field must be complete";
}
