//! The catalogue of RFC 4315: every normative keyword, in the RFC's own order.
//!
//! Ids and roles are as in [`rfc9051`](crate::rfc9051), which has taken UIDPLUS into the base protocol.
use anyrfc_core::requirements;

requirements! {
    /// Internet Message Access Protocol (IMAP) - UIDPLUS extension.
    RFC4315 = 4315, "Internet Message Access Protocol (IMAP) - UIDPLUS extension";

    // §1
    UID_CODES_COME_WITHOUT_UIDPLUS_TOO = "1" / 1, Should, Server, "the server should return the new response codes even without UIDPLUS";
    UID_EXPUNGE_NEEDS_THE_CAPABILITY = "1" / h(1), MustNot, Client, "use UID EXPUNGE only when UIDPLUS is advertised";

    // §2.1
    UID_EXPUNGE_REMOVES_ONLY_THE_NAMED = "2.1" / h(1), Must, Server, "the server must expunge only messages that are \\Deleted and named by UID EXPUNGE";
    WITHOUT_UIDPLUS_OTHER_DELETIONS_ARE_SPARED = "2.1" / h(2), Should, Client, "spare other messages that are \\Deleted where UIDPLUS is not advertised";

    // §3
    UID_CODES_ARE_RETURNED = "3" / 1, Should, Server, "the server should return APPENDUID and COPYUID when it advertises UIDPLUS";
    NO_UID_CODES_FOR_A_CLOSED_MAILBOX = "3" / 2, ShouldNot, Server, "the server should not send APPENDUID or COPYUID for a mailbox that the client may not select";
    UID_CODES_MAY_BE_OMITTED = "3" / 3, May, Server, "the server may omit APPENDUID and COPYUID under UIDNOTSTICKY";
    APPENDUID_OF_ONE_IS_NO_SET = "3" / 4, MustNot, Server, "the server must not send APPENDUID with a set when one message was appended";
    APPENDUID_OF_ONE_IS_NO_RANGE = "3" / 5, MustNot, Server, "the server must not send APPENDUID with a range of a single UID";
    UID_SETS_HAVE_NO_ASTERISK = "3" / h(1), MustNot, Server, "the server must not put * or a UID too many into a set of APPENDUID or COPYUID";
    COPYUID_SETS_CORRESPOND = "3" / h(2), Must, Server, "the server must list source and destination UIDs of COPYUID in one order";
    NO_UIDNOTSTICKY_STORES = "3" / 6, ShouldNot, Server, "the server should not have message stores without persistent UIDs";

    // §5
    UID_CODES_ARE_WITHHELD = "5" / 1, ShouldNot, Server, "the server should not send COPYUID or APPENDUID to who may not select the mailbox";
}
