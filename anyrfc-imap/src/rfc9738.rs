//! The catalogue of RFC 9738, by hand: its keywords and the rules around them.
//!
//! Ids and roles are as in [`rfc9051`](crate::rfc9051).
use anyrfc_core::requirements;

requirements! {
    /// IMAP MESSAGELIMIT Extension.
    RFC9738 = 9738, "IMAP MESSAGELIMIT Extension";

    // §3
    LIMIT_IS_ADVERTISED = "3" / h(1), Must, Server, "the server must tell its limit as a number from 1 on in the capability MESSAGELIMIT";
    LIMIT_IS_READ = "3" / h(2), Must, Client, "read the limits in the capabilities MESSAGELIMIT and SAVELIMIT";

    // §3.1
    HIGHEST_UIDS_COME_FIRST = "3.1" / h(1), Must, Server, "the server must work from the highest UID downwards when it works on some messages only";
    PARTIAL_WORK_IS_TOLD = "3.1" / h(2), Must, Server, "the server must tell by MESSAGELIMIT that it has worked on some messages only, and the lowest UID of those";
    PARTIAL_RESULT_IS_NOT_WHOLE = "3.1" / h(3), Must, Client, "take no result with MESSAGELIMIT for a whole one";
    REST_LIES_BELOW = "3.1" / h(4), Must, Client, "go on below the UID that MESSAGELIMIT names";
    CODE_IN_AN_UNTAGGED_NO_IS_READ = "3.1" / h(5), Must, Client, "read MESSAGELIMIT in the completion and in an untagged NO beside it";
    COPY_IS_WHOLE_OR_NOTHING = "3.1" / h(6), Must, Server, "the server must refuse a COPY of more messages than the limit, and copy none";
    REFUSED_COPY_IS_DIVIDED = "3.1" / h(7), Should, Client, "copy fewer messages at a time after a refusal with MESSAGELIMIT";

    // §3.2
    UID_BOUNDS_NEED_THE_CAPABILITY = "3.2" / h(1), MustNot, Client, "search by UIDAFTER and UIDBEFORE only when MESSAGELIMIT is advertised";
    UID_BOUNDS_TAKE_ONE_UID = "3.2" / h(2), Must, Client, "give UIDAFTER and UIDBEFORE one UID each, which is not meant itself";

    // §3.4
    SAVED_RESULT_IS_CUT = "3.4" / h(1), Must, Client, "take a saved result for cut short where its search was";
    SAVELIMIT_LIMITS_THE_SAVED_RESULT = "3.4" / h(2), Must, Server, "the server must tell by SAVELIMIT the most messages that a saved result holds";
}
