//! The catalogue of RFC 3461: every normative keyword, in the RFC's own order.
//!
//! Ids and roles are as in [`rfc5321`](crate::rfc5321).
use anyrfc_core::requirements;

requirements! {
    /// Simple Mail Transfer Protocol (SMTP) Service Extension for Delivery Status Notifications (DSNs).
    RFC3461 = 3461, "Simple Mail Transfer Protocol (SMTP) Service Extension for Delivery Status Notifications (DSNs)";

    // §3
    PARAMETERS_NEED_DSN = "3" / h(1), MustNot, Client, "send RET, ENVID, NOTIFY and ORCPT only when DSN is offered";

    // §4
    PARENTHESES_ARE_NO_COMMENT = "4" / 1, May, Client, "parentheses may stand in a value, and begin no comment";
    PRINTABLE_CHARACTERS_STAY = "4" / 2, May, Client, "printable characters but plus and equals may stand for themselves in xtext";
    PRINTABLE_CHARACTERS_MAY_BE_HEX = "4" / 3, May, Client, "these characters may be written in hexadecimal too";
    OTHER_CHARACTERS_ARE_HEX = "4" / h(1), Must, Client, "write every other character of xtext in hexadecimal";
    HEX_IS_UPPER_CASE = "4" / h(2), Must, Client, "write hexadecimal in xtext as a plus and two digits in upper case";

    // §4.1
    NOTIFY_HAS_A_VALUE = "4.1" / 1, Must, Client, "give NOTIFY a value of the form defined";
    NOTIFY_MAY_BE_A_LIST = "4.1" / 2, May, Client, "several conditions may be named in NOTIFY, with commas between";
    NEVER_STANDS_ALONE = "4.1" / 3, Must, Client, "name no other condition beside NEVER";

    // §4.2
    ORCPT_HAS_A_VALUE = "4.2" / 1, Must, Client, "give ORCPT the original recipient as its value";
    ORCPT_NAMES_A_REGISTERED_TYPE = "4.2" / 2, Must, Client, "name a registered address type in ORCPT, and the address as xtext";
    ORCPT_HAS_500_CHARACTERS = "4.2" / 3, May, Client, "the whole of ORCPT may have 500 characters";
    ORCPT_IS_THE_RECIPIENT = "4.2" / 4, Must, Client, "name the address of RCPT in ORCPT when a message is first submitted";
    LIST_ORCPT_IS_THE_MEMBER = "4.2" / 5, Must, Other, "a list must name the address of the member in ORCPT";
    ORCPT_IS_PRINTABLE_ASCII = "4.2" / 6, Must, Client, "let the address in ORCPT be printable US-ASCII before it is encoded";
    OTHER_TYPES_DEFINE_AN_ENCODING = "4.2" / 7, Must, Other, "whoever defines a type with other characters must define their encoding";

    // §4.3
    RET_HAS_A_VALUE = "4.3" / 1, Must, Client, "give RET the value FULL or HDRS";
    WITHOUT_RET_EITHER_RETURNS = "4.3" / 2, May, Other, "without RET an MTA may return the message or its header";

    // §4.4
    ENVID_HAS_A_VALUE = "4.4" / 1, Must, Client, "give ENVID a value";
    ENVID_HAS_100_CHARACTERS = "4.4" / 2, May, Client, "ENVID may have 100 characters";
    ENVID_IS_PRINTABLE_ASCII = "4.4" / 3, Must, Client, "let ENVID be printable US-ASCII before it is encoded";

    // §4.5
    ONE_RET_AND_ENVID = "4.5" / 1, MustNot, Client, "send RET and ENVID at most once each with MAIL";
    REPEATED_RET_GETS_501 = "4.5" / 2, Should, Server, "the server should answer 501 to RET or ENVID given twice";
    ONE_NOTIFY_AND_ORCPT = "4.5" / 3, MustNot, Client, "send NOTIFY and ORCPT at most once each with RCPT";
    REPEATED_NOTIFY_GETS_501 = "4.5" / 4, Should, Server, "the server should answer 501 to NOTIFY or ORCPT given twice";

    // §5
    OFFER_MEANS_CONFORMANCE = "5" / 1, Must, Other, "an MTA that offers DSN must follow the rules for both its sides";

    // §5.1
    MAIL_ANSWER_IS_UNCHANGED = "5.1" / 1, Must, Server, "the server must answer MAIL as it would without ENVID and RET";
    MAIL_IS_NOT_REFUSED = "5.1" / 2, MustNot, Server, "the server must not refuse MAIL for having or lacking ENVID or RET";
    INVALID_ENVID_GETS_501 = "5.1" / 3, Must, Server, "the server must answer 501 to an invalid or repeated ENVID or RET";
    RCPT_ANSWER_IS_UNCHANGED = "5.1" / 4, Must, Server, "the server must answer RCPT as it would without NOTIFY and ORCPT";
    RCPT_IS_NOT_REFUSED = "5.1" / 5, MustNot, Server, "the server must not refuse RCPT for having or lacking NOTIFY or ORCPT";
    INVALID_NOTIFY_GETS_501 = "5.1" / 6, Should, Server, "the server should answer 501 to an invalid or repeated NOTIFY or ORCPT";

    // §5.2
    NO_DSN_FOR_A_NULL_SENDER = "5.2" / 1, MustNot, Other, "an MTA must send no DSN for a message with an empty reverse-path";
    POSTMASTER_LEARNS_OF_FAILURES = "5.2" / 2, Should, Other, "an MTA should tell its postmaster of such failures instead";

    // §5.2.1
    ENVID_IS_RELAYED = "5.2.1" / 1, Must, Other, "a relay must pass ENVID on unchanged";
    NO_ENVID_IS_ADDED = "5.2.1" / 2, MustNot, Other, "a relay must add no ENVID";
    RET_IS_RELAYED = "5.2.1" / 3, Must, Other, "a relay must pass RET on unchanged";
    NO_RET_IS_ADDED = "5.2.1" / 4, MustNot, Other, "a relay must add no RET";
    NOTIFY_IS_RELAYED = "5.2.1" / 5, Must, Other, "a relay must pass NOTIFY on unchanged";
    NO_NOTIFY_IS_ADDED = "5.2.1" / 6, MustNot, Other, "a relay must add no NOTIFY";
    ORCPT_IS_RELAYED = "5.2.1" / 7, Must, Other, "a relay must pass ORCPT on unchanged";
    CASE_OF_ORCPT_IS_KEPT = "5.2.1" / 8, MustNot, Other, "a relay must keep the case of letters in ORCPT";
    ORCPT_MAY_BE_ADDED = "5.2.1" / 9, May, Other, "a relay may add ORCPT where there was none";
    ADDED_ORCPT_IS_THE_RECIPIENT = "5.2.1" / 10, Must, Other, "a relay must make ORCPT of the recipient that it was given";

    // §5.2.2
    NO_PARAMETERS_WITHOUT_DSN = "5.2.2" / 1, MustNot, Other, "a relay must pass no parameters to a server without DSN";
    RELAYED_SUCCESS_IS_REPORTED = "5.2.2" / 2, Must, Other, "a relay must report the hand-over to such a server when SUCCESS was asked for";
    RELAYED_FAILURE_IS_REPORTED = "5.2.2" / 3, Must, Other, "a relay must report the refusal by such a server when FAILURE was asked for";
    NEVER_IS_HONOURED_IN_RELAYING = "5.2.2" / 4, MustNot, Other, "a relay must report nothing for a recipient with NEVER";
    POSTMASTER_MAY_LEARN_OF_A_REFUSAL = "5.2.2" / 5, May, Other, "a relay may tell its postmaster of the refusal of such a recipient";
    NEVER_MAY_BECOME_A_NULL_SENDER = "5.2.2" / 6, May, Other, "a relay may send such recipients apart with an empty reverse-path";
    DEFAULT_SUCCESS_IS_SILENT = "5.2.2" / 7, MustNot, Other, "a relay must report no hand-over without NOTIFY";
    DEFAULT_FAILURE_IS_REPORTED = "5.2.2" / 8, Must, Other, "a relay must report a refusal without NOTIFY";

    // §5.2.3
    DELIVERY_IS_REPORTED = "5.2.3" / 1, Must, Other, "an MTA must report the delivery when SUCCESS was asked for";
    DELIVERY_IS_SILENT_WITHOUT_SUCCESS = "5.2.3" / 2, MustNot, Other, "an MTA must report no delivery when NOTIFY lacks SUCCESS";
    DELIVERY_IS_SILENT_BY_DEFAULT = "5.2.3" / 3, MustNot, Other, "an MTA must report no delivery without NOTIFY";

    // §5.2.4
    CAPABLE_GATEWAY_TRANSLATES = "5.2.4" / 1, Should, Other, "a gateway should leave notices to an environment that can give them";
    INCAPABLE_GATEWAY_REPORTS = "5.2.4" / 2, Should, Other, "a gateway should report the hand-over where no notice of success can come";
    NEVER_IS_HONOURED_BY_GATEWAYS = "5.2.4" / 3, MustNot, Other, "a gateway must report nothing with NEVER";
    NEVER_IS_TRANSLATED = "5.2.4" / 4, Should, Other, "a gateway should ask the environment for no notices then";
    GATEWAY_IS_SILENT_BY_DEFAULT = "5.2.4" / 5, ShouldNot, Other, "a gateway should report nothing without NOTIFY";
    GATEWAY_ASKS_FOR_FAILURES = "5.2.4" / 6, Should, Other, "a gateway should see to notices of failure alone then";
    GATEWAY_TRIES_TO_HONOUR_RET = "5.2.4" / 7, Should, Other, "a gateway should try to honour RET";

    // §5.2.5
    LONG_DELAY_MAY_BE_REPORTED = "5.2.5" / 1, May, Other, "an MTA may report a long delay";
    DELAY_MAY_BE_REPORTED_WHEN_ASKED = "5.2.5" / 2, May, Other, "an MTA may report a delay when DELAY was asked for";
    DELAY_MAY_BE_REPORTED_BY_DEFAULT = "5.2.5" / 3, May, Other, "an MTA may report a delay without NOTIFY";
    NO_DELAY_UNASKED = "5.2.5" / 4, MustNot, Other, "an MTA must report no delay when NOTIFY lacks DELAY";

    // §5.2.6
    FAILURE_IS_REPORTED = "5.2.6" / 1, Must, Other, "an MTA must report a failure when FAILURE was asked for";
    NO_FAILURE_UNASKED = "5.2.6" / 2, MustNot, Other, "an MTA must report no failure when NOTIFY lacks FAILURE";
    POSTMASTER_MAY_LEARN_OF_A_FAILURE = "5.2.6" / 3, May, Other, "an MTA may tell its postmaster of that failure";
    FAILURE_IS_REPORTED_BY_DEFAULT = "5.2.6" / 4, Must, Other, "an MTA must report a failure without NOTIFY";
    DEAD_LETTER_IS_A_FAILURE = "5.2.6" / 5, Must, Other, "an MTA must call mail sent to a dead letter box failed";

    // §5.2.7.1
    DELIVERY_TO_A_LIST_IS_REPORTED = "5.2.7.1" / 1, Must, Other, "an MTA must report the delivery to a list when SUCCESS was asked for";
    LIST_MAY_REJECT_BY_A_MESSAGE = "5.2.7.1" / 2, May, Other, "a list may tell of its rejection by an ordinary message";
    LIST_MAY_READ_DSNS = "5.2.7.1" / 3, May, Other, "a list may let a process take the DSNs";
    OTHER_MAIL_REACHES_A_HUMAN = "5.2.7.1" / 4, Must, Other, "that process must pass to a human what it does not know";
    LIST_PARAMETERS_ARE_ITS_OWN = "5.2.7.1" / 5, MustNot, Other, "a list must take no DSN parameters from the message it was sent";
    LIST_MAY_SET_NOTIFY = "5.2.7.1" / 6, May, Other, "whoever runs a list may set NOTIFY and RET";
    ORCPT_OF_A_LIST_NAMES_MEMBERS = "5.2.7.1" / 7, Should, Other, "a list should write members in ORCPT as it writes them itself";

    // §5.2.7.2
    SINGLE_ALIAS_IS_SILENT = "5.2.7.2" / 1, ShouldNot, Other, "an MTA should report nothing for an alias of one address";
    SINGLE_ALIAS_KEEPS_PARAMETERS = "5.2.7.2" / 2, Should, Other, "an MTA should pass the parameters on through such an alias";

    // §5.2.8
    DSN_OMITS_OTHER_RECIPIENTS = "5.2.8" / 1, ShouldNot, Other, "a DSN should leave out recipients for whom none is due";

    // §5.3
    REQUESTS_LEAVE_THE_MESSAGE = "5.3" / 1, Must, Other, "an MTA must remove local requests for DSNs from the message";
    GATEWAY_ASKS_FOR_REPORTS = "5.3" / 2, Should, Other, "a gateway should ask by this extension for the reports its source expects";
    DSNS_ARE_TRANSLATED = "5.3" / 3, Should, Other, "a gateway should translate DSNs for its source";

    // §5.4
    PARAMETERS_OF_THESE_SIZES_FIT = "5.4" / 1, Must, Server, "the server must accept parameters of the lengths listed";
    ENVID_STAYS_BELOW_39 = "5.4" / 2, ShouldNot, Client, "give ENVID at most 38 characters when submitting";
    LONG_COMMANDS_FIT = "5.4" / 3, Must, Server, "the server must accept command lines of 1036 characters";
    LONGEST_COMBINATION_FITS = "5.4" / 4, Must, Server, "the server must accept lines that hold all its parameters together";

    // §6.1
    DSN_SENDER_IS_NULL = "6.1" / 1, Must, Other, "a DSN must go out with an empty reverse-path";
    DSN_HAS_NO_RET = "6.1" / 2, MustNot, Other, "a DSN must go out without RET";
    DSN_MAY_HAVE_NOTIFY = "6.1" / 3, May, Other, "a DSN may go out with NOTIFY";
    NOTIFY_OF_A_DSN_IS_NEVER = "6.1" / 4, Must, Other, "the NOTIFY of a DSN must be NEVER";
    DSN_MAY_HAVE_ENVID = "6.1" / 5, May, Other, "a DSN may go out with ENVID and ORCPT";

    // §6.2
    FULL_RETURNS_THE_MESSAGE = "6.2" / 1, Should, Other, "a DSN of failure should return the whole message with RET=FULL";
    LONG_MESSAGE_RETURNS_ITS_HEADER = "6.2" / 2, May, Other, "a DSN may return only the header of a very long message";
    OTHER_DSN_RETURNS_THE_HEADER = "6.2" / 3, Should, Other, "a DSN without failures should return only the header";

    // §6.3
    ENVID_IS_REPORTED = "6.3" / 1, Must, Other, "a DSN must repeat ENVID where it was given";
    NO_ENVID_IS_INVENTED = "6.3" / 2, MustNot, Other, "a DSN must have no envelope id where none was given";
    REPORTING_MTA_IS_NAMED = "6.3" / 3, Must, Other, "a DSN must name the MTA that reports";
    REPORTING_MTA_TYPE_IS_DNS = "6.3" / 4, Must, Other, "the type of that name must be dns where the domain is known";
    REPORTING_MTA_IS_QUALIFIED = "6.3" / 5, Must, Other, "that name must be the full domain then";
    UNKNOWN_DOMAIN_IS_NOT_DNS = "6.3" / 6, MustNot, Other, "the type of that name must not be dns otherwise";
    OTHER_MESSAGE_FIELDS_MAY_STAND = "6.3" / 7, May, Other, "a DSN may have other fields on the message";
    ORCPT_IS_REPORTED = "6.3" / 8, Must, Other, "a DSN must repeat ORCPT where it was given";
    NO_ORCPT_IS_INVENTED = "6.3" / 9, MustNot, Other, "a DSN must have no original recipient where none was given";
    FINAL_RECIPIENT_IS_THERE = "6.3" / 10, Must, Other, "a DSN must name the final recipient";
    FINAL_RECIPIENT_IS_OF_THE_ENVELOPE = "6.3" / 11, Must, Other, "the final recipient must be that of the envelope";
    ACTION_IS_THERE = "6.3" / 12, Must, Other, "a DSN must name the action";
    STATUS_IS_THERE = "6.3" / 13, Must, Other, "a DSN must have a status code as registered";
    UNCLEAR_FAILURE_IS_4_0_0_OR_5_0_0 = "6.3" / 14, Must, Other, "a DSN must say 4.0.0 or 5.0.0 where no code fits";
    REMOTE_MTA_IS_THERE = "6.3" / 15, Must, Other, "a DSN on relaying must name the remote MTA";
    DIAGNOSTIC_CODE_IS_THERE = "6.3" / 16, Must, Other, "a DSN on relaying must have the diagnostic code";
    REMOTE_RECIPIENT_MAY_BE_THERE = "6.3" / 17, May, Other, "a DSN on relaying may name the recipient told to the remote server";
    OTHER_RECIPIENT_FIELDS_MAY_STAND = "6.3" / 18, May, Other, "a DSN may have other fields on a recipient";

    // §9.1
    ENVELOPE_ADDRESSES_ARE_KEPT = "9.1" / 1, MustNot, Other, "an MTA must not mend an address of the envelope";

    // §9.2
    DIAGNOSTIC_CODE_IS_THE_REPLY = "9.2" / 1, Should, Other, "the diagnostic code should be the reply word for word";

    // §9.3
    DNS_NAMES_ARE_VALID = "9.3" / 1, Should, Other, "a name of the type dns should be a valid domain";
}
