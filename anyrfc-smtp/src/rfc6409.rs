//! The catalogue of RFC 6409: every normative keyword, in the RFC's own order.
//!
//! Ids and roles are as in [`rfc5321`](crate::rfc5321).
use anyrfc_core::requirements;

requirements! {
    /// Message Submission for Mail.
    RFC6409 = 6409, "Message Submission for Mail";

    // §3.1
    SUBMISSION_PORT_IS_587 = "3.1" / h(1), Should, Client, "take 587 for the default port of submission";
    SITE_MAY_SUBMIT_ON_25 = "3.1" / 1, May, Other, "a site may take submissions on port 25 by hosts of their own";

    // §3.2
    REJECTION_MAY_DEPEND_ON_SUBMISSION = "3.2" / 1, May, Server, "the server may reject by whether a message is submitted or relayed";
    UNKNOWN_RETURN_PATH_IS_REJECTED = "3.2" / 2, Should, Server, "the server should reject at once when it finds no way back to the submitter";
    NULL_RETURN_PATH_IS_PERMITTED = "3.2" / 3, MustNot, Server, "the server must not reject a message for its empty return path";
    BOUNCE_MAY_REPLACE_A_REJECTION = "3.2" / 4, May, Server, "the server may accept and bounce where it is told to reject";

    // §4
    MANDATORY_ACTIONS_ARE_DONE = "4" / 1, Must, Server, "the server must do all that section 4 lists";

    // §4.2
    ENVELOPE_DOMAINS_ARE_QUALIFIED = "4.2" / 1, Must, Server, "the server must see that domains of the envelope are fully qualified";
    HEADER_DOMAINS_ARE_QUALIFIED = "4.2" / 2, Must, Server, "the server must see to domains in the header too when it touches the text";
    INCOMPLETE_DOMAIN_IS_REJECTED = "4.2" / 3, Should, Server, "the server should reject an incomplete domain of several levels";

    // §4.3
    UNAUTHENTICATED_MAIL_IS_REFUSED = "4.3" / 1, Must, Server, "the server must refuse MAIL by default without authentication";

    // §5
    RECOMMENDED_ACTIONS_ARE_DONE = "5" / 1, Should, Server, "the server should do all that section 5 lists";

    // §5.1
    ILLEGAL_ENVELOPE_IS_REJECTED = "5.1" / 1, Should, Server, "the server should reject envelope addresses with wrong syntax";
    ILLEGAL_HEADER_IS_REJECTED = "5.1" / 2, Should, Server, "the server should reject header addresses with wrong syntax when it touches the text";

    // §5.2
    ERRORS_ARE_LOGGED = "5.2" / 1, Should, Server, "the server should log errors, above all of misconfigured clients";

    // §5.3
    ANSWERS_TAKE_TWO_MINUTES = "5.3" / 1, Should, Server, "the server should answer any command within two minutes";
    SHORTER_TIMEOUTS_MAY_BE_AGREED = "5.3" / 2, May, Both, "much shorter timeouts may be agreed on between close partners";

    // §6
    OPTIONAL_ACTIONS_MAY_BE_DONE = "6" / 1, May, Server, "the server may do what section 6 lists";

    // §6.1
    UNAUTHORIZED_SENDER_MAY_BE_REFUSED = "6.1" / 1, May, Server, "the server may refuse MAIL whose sender the user may not use";

    // §6.2
    UNPERMITTED_RECIPIENT_MAY_BE_REFUSED = "6.2" / 1, May, Server, "the server may refuse RCPT against the user's permissions";

    // §6.3
    DATA_MAY_BE_CHECKED = "6.3" / 1, May, Server, "the server may refuse a message for its syntax, permissions or policy";

    // §6.4
    POSTMASTER_MAY_NEED_LESS = "6.4" / 1, May, Server, "the server may ask less authentication for mail to postmaster";

    // §6.5
    ENCODINGS_MAY_BE_CONVERTED = "6.5" / 1, May, Server, "the server may convert character sets and encodings";
    NONCONFORMING_ADDRESSES_MAY_BE_REPLACED = "6.5" / 2, May, Server, "the server may replace addresses whose encoding does not conform";

    // §7
    PIPELINING_IS_USED = "7" / 1, Should, Both, "have PIPELINING on the submission port";
    ENHANCED_CODES_ARE_USED = "7" / 2, Should, Both, "have ENHANCEDSTATUSCODES on the submission port";
    ETRN_IS_NOT_USED = "7" / 3, MustNot, Both, "use no ETRN on the submission port";
    EXTENDED_CODES_ARE_USED = "7" / 4, Should, Both, "use the extended status codes on the submission port";
    DSN_IS_USED = "7" / 5, Should, Both, "have DSN on the submission port";
    SIZE_MAY_BE_USED = "7" / 6, May, Both, "SIZE may be used on the submission port";
    REPLY_521_IS_NOT_USED = "7" / 7, MustNot, Server, "the server must not use the reply 521 on the submission port";
    CHECKPOINT_MAY_BE_USED = "7" / 8, May, Both, "CHECKPOINT may be used on the submission port";
    BINARYMIME_MAY_BE_USED = "7" / 9, May, Both, "BINARYMIME may be used on the submission port";
    CHUNKING_MAY_BE_USED = "7" / 10, May, Both, "CHUNKING may be used on the submission port";
    EIGHT_BIT_MIME_IS_USED = "7" / 11, Should, Both, "have 8BITMIME on the submission port";
    AUTH_IS_USED = "7" / 12, Must, Both, "have AUTH on the submission port";
    STARTTLS_MAY_BE_USED = "7" / 13, May, Both, "STARTTLS may be used on the submission port";
    NO_SOLICITING_MAY_BE_USED = "7" / 14, May, Both, "NO-SOLICITING may be used on the submission port";
    MTRK_MAY_BE_USED = "7" / 15, May, Both, "MTRK may be used on the submission port";
    ATRN_IS_NOT_USED = "7" / 16, MustNot, Both, "use no ATRN on the submission port";
    DELIVERBY_MAY_BE_USED = "7" / 17, May, Both, "DELIVERBY may be used on the submission port";
    CONPERM_MAY_BE_USED = "7" / 18, May, Both, "CONPERM may be used on the submission port";
    CONNEG_MAY_BE_USED = "7" / 19, May, Both, "CONNEG may be used on the submission port";
    EXTENSIONS_TELL_OF_SUBMISSION = "7" / 20, Should, Other, "whoever defines an extension should say whether submission may use it";
    STATUS_CODES_ARE_SUPPORTED = "7" / 21, Should, Both, "support extended status codes as their extension says";
    SERVER_HAS_PIPELINING = "7" / 22, Should, Server, "the server should support PIPELINING";
    SERVER_HAS_AUTH = "7" / 23, Must, Server, "the server must support AUTH";

    // §8
    SITES_MAY_MODIFY = "8" / 1, May, Other, "a site may modify what is submitted for standards and policy";
    OUTGOING_MESSAGES_CONFORM = "8" / 2, Must, Server, "the server must send on only what conforms to SMTP, the format and extensions";

    // §8.1
    SENDER_MAY_BE_ADDED = "8.1" / 1, May, Server, "the server may add or replace Sender";
    ADDED_SENDER_IS_VALID = "8.1" / 2, Must, Server, "the server must put only a valid address into Sender";

    // §8.2
    DATE_MAY_BE_ADDED = "8.2" / 1, May, Server, "the server may add or correct Date";

    // §8.3
    MESSAGE_ID_IS_ADDED = "8.3" / 1, Should, Server, "the server should add a missing Message-ID and replace an invalid one";

    // §8.4
    CONTENT_MAY_BE_ENCODED = "8.4" / 1, May, Server, "the server may apply a transfer encoding where it does no harm";

    // §8.5
    MESSAGE_MAY_BE_SIGNED = "8.5" / 1, May, Server, "the server may sign the message";

    // §8.6
    MESSAGE_MAY_BE_ENCRYPTED = "8.6" / 1, May, Server, "the server may encrypt the message by policy";

    // §8.7
    ALIASES_MAY_BE_RESOLVED = "8.7" / 1, May, Server, "the server may replace aliases of domains in envelope and header";

    // §8.8
    ADDRESSES_MAY_BE_REWRITTEN = "8.8" / 1, May, Server, "the server may rewrite addresses by local policy";
    DESTINATIONS_KEEP_LOCAL_PARTS = "8.8" / 2, MustNot, Server, "the server must not rewrite a destination against the rules on local parts";

    // Appendix A
    AUTH_BECAME_NORMATIVE = "A" / 1, Must, Other, "the author mentions the level of AUTH in the list of changes";
}
