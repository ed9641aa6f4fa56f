//! The catalogue of RFC 2920: every normative keyword, in the RFC's own order.
//!
//! Ids and roles are as in [`rfc5321`](crate::rfc5321).
use anyrfc_core::requirements;

requirements! {
    /// SMTP Service Extension for Command Pipelining.
    RFC2920 = 2920, "SMTP Service Extension for Command Pipelining";

    // §3
    PIPELINING_NEEDS_THE_KEYWORD = "3" / h(1), MustNot, Client, "send commands in groups only when PIPELINING is offered";

    // §3.1
    LAST_OF_A_GROUP_WAITS = "3.1" / h(1), Must, Client, "let commands whose reply matters at once, DATA for one, only end a group";
    TRANSACTIONS_ARE_NOT_ASSUMED = "3.1" / h(2), Must, Client, "abort the transfer when DATA is accepted although no recipient was";
    ALL_STATUSES_ARE_CHECKED = "3.1" / 1, Must, Client, "check the reply to every command of a group";
    REPLIES_ARE_COUNTED = "3.1" / 2, Must, Client, "match replies to commands by counting both";
    MULTILINE_REPLIES_ARE_READ = "3.1" / 3, Must, Client, "read replies of several lines";
    REPLIES_MAY_BE_READ_WHILE_SENDING = "3.1" / 4, May, Client, "replies may be read while commands are still being sent";
    GROUPS_FIT_THE_WINDOW = "3.1" / 5, Must, Client, "without reading meanwhile, send no more than fits the TCP window";
    MULTILINE_IS_ONE_REPLY = "3.1" / 6, MustNot, Client, "take no multi-line reply for several replies";

    // §3.2
    SERVER_KEEPS_THE_ORDER = "3.2" / 1, Must, Server, "the server must answer commands in their order";
    SERVER_GROUPS_REPLIES = "3.2" / 2, Should, Server, "the server should send the replies to grouped commands together";
    DATA_NEEDS_A_RECIPIENT = "3.2" / 3, Should, Server, "the server should accept DATA only after a valid recipient";
    EMPTY_MESSAGE_GOES_NOWHERE = "3.2" / 4, MustNot, Server, "the server must send nothing to anybody after an accepted DATA without recipients and an empty message";
    SOME_REPLIES_ARE_NOT_HELD = "3.2" / 5, MustNot, Server, "the server must not hold back the replies to commands that end a group";
    UNKNOWN_COMMANDS_ARE_ANSWERED = "3.2" / 6, MustNot, Server, "the server must not hold back replies to commands it does not know";
    EMPTY_INPUT_FLUSHES = "3.2" / 7, Must, Server, "the server must send all replies once its input is empty";
    NOTHING_IS_ASSUMED = "3.2" / 8, MustNot, Server, "the server must not assume what commands will come";
    INPUT_IS_NEVER_LOST = "3.2" / 9, MustNot, Server, "the server must not drop what it has received";
    REPLIES_NAME_THEIR_COMMAND = "3.2" / 10, Should, Server, "the server should let the text of a reply show which command it answers";
}
