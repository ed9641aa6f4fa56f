//! The catalogue of RFC 8508: every normative keyword, in the RFC's own order.
//!
//! Ids and roles are as in [`rfc9051`](crate::rfc9051).
use anyrfc_core::requirements;

requirements! {
    /// IMAP REPLACE Extension.
    RFC8508 = 8508, "IMAP REPLACE Extension";

    // §1
    REPLACE_SENDS_NO_STORE_CODE = "1" / 1, MustNot, Server, "the server must not send a response code for the implied STORE";
    REPLACE_INHERITS_NOTHING = "1" / 2, MustNot, Server, "the server must not carry content, flags or annotations over to the new message";

    // §3.1
    REPLACE_NEEDS_THE_CAPABILITY = "3.1" / h(1), MustNot, Client, "use REPLACE only when it is advertised";

    // §3.2
    FLAGS_MAY_BE_OMITTED = "3.2" / 1, Optional, Client, "give REPLACE flags or none";
    DATE_MAY_BE_OMITTED = "3.2" / 2, Optional, Client, "give REPLACE a date or none";

    // §3.4
    REPLACE_SENDS_NO_STORE_RESPONSES = "3.4" / 1, MustNot, Server, "the server must not send what STORE would for REPLACE";
    FAILED_REPLACE_KEEPS_THE_MAILBOX_CONSISTENT = "3.4" / 2, MustNot, Server, "the server must not let a failed REPLACE leave the mailbox inconsistent";
    EXPUNGE_FOLLOWS_SUCCESS = "3.4" / 3, MustNot, Server, "the server must not send EXPUNGE before every step of REPLACE has succeeded";
    ONLY_THE_REPLACED_MESSAGE_GOES = "3.4" / h(1), Must, Server, "the server must expunge the replaced message alone, whatever else is \\Deleted";

    // §3.5
    REPLACE_NEEDS_A_MAILBOX = "3.5" / 1, Must, Client, "send REPLACE and UID REPLACE only in the selected state";

    // §4.2
    REPLACE_TAKES_CATENATE = "4.2" / 1, Must, Server, "the server must take CATENATE in REPLACE when it supports both";

    // §4.3
    UID_REPLACE_GETS_APPENDUID = "4.3" / 1, Should, Server, "the server should answer UID REPLACE with APPENDUID when it supports UIDPLUS";
    APPENDUID_COMES_BEFORE_EXPUNGE = "4.3" / h(1), Should, Server, "the server should send APPENDUID in an untagged OK ahead of EXPUNGE";
    APPENDUID_IS_READ_WHEREVER_IT_COMES = "4.3" / h(2), Must, Client, "accept APPENDUID of REPLACE in an untagged OK and in the tagged one";

    // §4.5
    REPLACED_MESSAGE_IS_EXPUNGED = "4.5" / 1, Must, Server, "the server must record the replaced message as one removed by UID EXPUNGE";

    // §4.6
    REPLACEMENT_GETS_ANOTHER_EMAILID = "4.6" / 1, Must, Server, "the server must give the replacement another EMAILID than the replaced message";

    // §4.7
    REPLACE_TAKES_ONE_MESSAGE = "4.7" / h(1), MustNot, Client, "give REPLACE one message only, even under MULTIAPPEND";

    // §5
    TOKENS_IGNORE_CASE = "5" / 1, Must, Both, "accept the letters of protocol tokens in any case";
}
