//! The catalogue of RFC 6531: every normative keyword, in the RFC's own order.
//!
//! Ids and roles are as in [`rfc5321`](crate::rfc5321).
use anyrfc_core::requirements;

requirements! {
    /// SMTP Extension for Internationalized Email.
    RFC6531 = 6531, "SMTP Extension for Internationalized Email";

    // §1.1
    STRINGS_ARE_UTF8 = "1.1" / 1, Must, Other, "the strings of the specification are in UTF-8";

    // §3.1
    KEYWORD_HAS_NO_PARAMETERS = "3.1" / 1, MustNot, Server, "the server must give the keyword no parameters";
    PARAMETERS_ARE_IGNORED = "3.1" / 2, Must, Client, "ignore parameters of the keyword";
    PARAMETERS_CHANGE_NOTHING = "3.1" / 3, Must, Client, "behave as if the keyword had no parameters";
    OFFER_MEANS_COMPLIANCE = "3.1" / 4, Must, Server, "the server must comply in full when it offers SMTPUTF8";
    MAIL_TAKES_SMTPUTF8 = "3.1" / 5, Optional, Client, "the parameter SMTPUTF8 may stand with MAIL";
    VRFY_TAKES_SMTPUTF8 = "3.1" / 6, Optional, Client, "the parameter SMTPUTF8 may stand with VRFY and EXPN";
    OFFER_INCLUDES_8BITMIME = "3.1" / 7, Must, Server, "the server must offer 8BITMIME too";

    // §3.2
    UTF8_MAILBOXES_ARE_ACCEPTED = "3.2" / 1, Must, Server, "the server must accept UTF-8 wherever a mailbox may stand";
    LOOKUPS_FOLLOW_IDNA = "3.2" / 2, Must, Both, "process a domain by IDNA before it is looked up";
    LOOKUPS_ARE_BY_A_LABELS = "3.2" / 3, Must, Both, "look a domain up as A-labels, or by a library that knows Unicode";
    MAILBOXES_MAY_BE_UTF8 = "3.2" / 4, May, Client, "mailboxes may be sent in UTF-8 where SMTPUTF8 is offered";
    HEADERS_MAY_BE_UTF8 = "3.2" / 5, May, Client, "header fields may be sent in UTF-8 where SMTPUTF8 is offered";
    DOMAINS_MAY_BE_EITHER = "3.2" / 6, May, Client, "domains may be sent as A-labels or U-labels there";
    NO_UTF8_ADDRESS_WITHOUT_SMTPUTF8 = "3.2" / 7, MustNot, Client, "send no internationalized address where SMTPUTF8 is not offered";
    NO_UTF8_HEADERS_WITHOUT_SMTPUTF8 = "3.2" / 8, MustNot, Client, "send no internationalized header at any level where SMTPUTF8 is not offered";
    SUBMISSION_MAY_TRANSFORM = "3.2" / 9, May, Other, "a submission agent may transform the message";
    OTHERS_REJECT = "3.2" / 10, Should, Other, "an agent that does not transform should refuse the message";
    NOTIFICATION_CONFORMS = "3.2" / 11, Must, Other, "a notification must conform to its own specifications";
    TRANSFER_MAY_BE_TRIED_LATER = "3.2" / 12, May, Client, "the transfer may be tried later or elsewhere";
    DSN_IS_INTERNATIONALIZED = "3.2" / 13, Must, Server, "the server must have internationalized DSNs when it offers DSN";

    // §3.3
    U_LABELS_HAVE_NO_ASCII_CONTROLS = "3.3" / 1, MustNot, Both, "allow no ASCII graphics or controls in the new part of the syntax";

    // §3.4
    NEED_IS_DECLARED = "3.4" / 1, Must, Client, "say SMTPUTF8 with MAIL when envelope or message needs it";
    PARAMETER_HAS_NO_VALUE = "3.4" / 2, Must, Client, "give the parameter no value";
    NEEDLESS_PARAMETER_IS_LEFT_OUT = "3.4" / 3, ShouldNot, Client, "leave the parameter out when neither envelope nor message needs it";

    // §3.5
    INTERNATIONALIZED_MESSAGE_NEEDS_SMTPUTF8 = "3.5" / 1, MustNot, Client, "send an internationalized message only where SMTPUTF8 is offered";

    // §3.6
    BODY_PARAMETERS_MAY_JOIN = "3.6" / 1, May, Client, "the parameter may stand with those of the body";

    // §3.7
    U_LABELS_WHERE_OFFERED = "3.7" / 1, Should, Both, "write domains as U-labels where SMTPUTF8 is offered";
    A_LABELS_ELSEWHERE = "3.7" / 2, Should, Both, "write domains as A-labels elsewhere";

    // §3.7.1
    EHLO_IS_ASCII = "3.7.1" / 1, Must, Client, "send only ASCII domains with EHLO";
    EHLO_REPLY_IS_ASCII = "3.7.1" / 2, Must, Server, "the server must name only ASCII domains in its answer to EHLO";

    // §3.7.2
    EXCHANGERS_AGREE = "3.7.2" / 1, Should, Other, "all mail exchangers of a domain should offer SMTPUTF8, or none";

    // §3.7.3
    TRACE_HAS_U_LABELS = "3.7.3" / 1, Should, Server, "the server should use U-labels in trace fields";

    // §3.7.4.1
    UTF8_IN_251_IS_ACCEPTED = "3.7.4.1" / 1, Must, Client, "accept UTF-8 in 251 and 551 replies";
    UTF8_IN_251_NEEDS_THE_PARAMETER = "3.7.4.1" / 2, MustNot, Server, "the server must not send non-ASCII 251 or 551 replies unasked";
    UNASKED_251_BECOMES_250 = "3.7.4.1" / 3, Must, Server, "the server must send 250 or 550 without the address instead";

    // §3.7.4.2
    VRFY_WAITS_FOR_EHLO = "3.7.4.2" / 1, Should, Client, "use the parameter with VRFY and EXPN only after the offer";
    UTF8_IN_VRFY_IS_ACCEPTED = "3.7.4.2" / 2, Must, Client, "accept UTF-8 in replies to VRFY and EXPN";
    UTF8_IN_VRFY_NEEDS_THE_PARAMETER = "3.7.4.2" / 3, MustNot, Server, "the server must not use UTF-8 in these replies unasked";
    UNASKED_VRFY_IS_252_OR_550 = "3.7.4.2" / 4, Must, Server, "the server must answer 252 or 550 instead";
    VRFY_MAY_NAME_THE_USER = "3.7.4.2" / 5, May, Server, "the server may tell the full name of the user";
    VRFY_NAMES_THE_MAILBOX = "3.7.4.2" / 6, Must, Server, "the server must tell the mailbox of the user";
    VRFY_HAS_A_FORM = "3.7.4.2" / 7, Must, Server, "the server must write the mailbox in one of the forms given";
    OTHER_REPLIES_ARE_ASCII = "3.7.4.2" / 8, MustNot, Server, "the server must not use non-ASCII characters in other replies";

    // §5
    ORIGIN_IS_TOLD = "5" / 1, Shall, Other, "log readers are to be given a way to learn the origin of an address";
}
