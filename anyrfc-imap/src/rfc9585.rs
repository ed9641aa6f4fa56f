//! The catalogue of RFC 9585, by hand: its statements as they are publicly known.
//!
//! Ids and roles are as in [`rfc9051`](crate::rfc9051).
use anyrfc_core::requirements;

requirements! {
    /// IMAP Response Code for Command Progress Notifications.
    RFC9585 = 9585, "IMAP Response Code for Command Progress Notifications";

    // §3
    INPROGRESS_IS_ADVERTISED = "3" / h(1), Must, Server, "the server must advertise INPROGRESS when it sends the code of that name";

    // §4
    ANY_COMMAND_MAY_BE_NOTIFIED_OF = "4" / h(1), May, Server, "the server may tell how far it is with any command, or only that it is at work";
    INPROGRESS_IS_UNTAGGED = "4" / h(2), MustNot, Server, "the server must not put INPROGRESS into a tagged response";
    DETAILS_MAY_BE_MISSING = "4" / h(3), Must, Client, "take INPROGRESS without details as telling that nothing is known of them";
    UNKNOWN_TAG_IS_NIL = "4" / h(4), Must, Server, "the server must write NIL for a tag that it does not have or that has a bracket";
    NOTIFIED_TAGS_HAVE_NO_BRACKET = "4" / h(5), Should, Client, "use tags without a closing bracket, so that notifications can name them";
    PROGRESS_IS_NO_NEGATIVE = "4" / h(6), Must, Server, "the server must count what is done from 0 upwards, and no further than the goal";
    UNKNOWN_PROGRESS_HAS_NO_GOAL = "4" / h(7), Must, Server, "the server must write NIL for the goal where it does not know what is done";
    GOAL_IS_POSITIVE = "4" / h(8), Must, Server, "the server must name a goal that is not 0 and greater than what is done, or NIL";
    GOAL_AND_PROGRESS_ARE_STEADY = "4" / h(9), Should, Server, "the server should keep the goal, and let the progress grow only";
    PROGRESS_IS_UNKNOWN_AT_FIRST = "4" / h(10), Must, Client, "take nothing as done, and the goal as unknown, until a notification has come";
    UNSTEADY_PROGRESS_IS_HANDLED = "4" / h(11), Must, Client, "accept a goal that changes and progress that goes back";
    NOTIFICATIONS_MAY_BE_DISREGARDED = "4" / h(12), May, Client, "a client may pass over notifications, or use those of certain commands alone";
    NUMBERS_ARE_NO_RESULTS = "4" / h(13), MustNot, Client, "use the numbers for nothing but the progress, never in the place of a result";
}
