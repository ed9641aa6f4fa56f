//! The catalogue of RFC 3501: every normative keyword, in the RFC's own order.
//!
//! Ids and roles are as in [`rfc9051`](crate::rfc9051), which replaces this RFC; this is
//! what holds with a server that does not speak IMAP4rev2. A rule that both have bears
//! one name in both.
use anyrfc_core::requirements;

requirements! {
    /// Internet Message Access Protocol - Version 4rev1.
    RFC3501 = 3501, "Internet Message Access Protocol - Version 4rev1";

    // §2.2
    LINES_END_IN_CRLF = "2.2" / h(1), Must, Both, "end every line in CR LF";

    // §2.2.1
    COMMANDS_BEGIN_WITH_A_TAG = "2.2.1" / h(1), Must, Client, "begin each command with a tag";
    TAGS_ARE_UNIQUE = "2.2.1" / h(2), Must, Client, "give every command of a connection a tag of its own";
    SYNTAX_IS_FOLLOWED_STRICTLY = "2.2.1" / 1, Must, Client, "follow the syntax strictly";
    COMMAND_IS_COMPLETED_BEFORE_THE_NEXT = "2.2.1" / 2, Must, Client, "send a command whole, continuations included, before beginning another";

    // §2.2.2
    DATA_ANSWER_COMMANDS = "2.2.2" / 1, May, Server, "the server may send data in answer to a command";
    DATA_COME_UNILATERALLY = "2.2.2" / 2, May, Server, "the server may send data that no command asked for";
    SERVER_ENFORCES_THE_SYNTAX = "2.2.2" / 3, Should, Server, "the server should be strict about the syntax of commands";
    SYNTAX_ERROR_GETS_BAD = "2.2.2" / 4, Should, Server, "the server should answer a command with a syntax error by BAD";
    ANY_RESPONSE_AT_ANY_TIME = "2.2.2" / 5, Must, Client, "accept any response at any time, whether or not it was asked for";
    SERVER_DATA_ARE_REMEMBERED = "2.2.2" / 6, Should, Client, "remember what the server has sent instead of asking again";
    CERTAIN_DATA_ARE_REMEMBERED = "2.2.2" / 7, Must, Client, "remember the data that are marked as to be remembered";
    COMPLETION_BEARS_THE_TAG_OF_A_COMMAND = "2.2.2" / h(1), Must, Server, "the server must complete a command with the tag of one that is in progress";
    RESPONSE_BEGINS_WITH_A_KNOWN_TOKEN = "2.2.2" / h(2), Must, Server, "the server must begin a response with a tag, with * or with +";

    // §2.3.1.1
    UID_IS_A_NON_ZERO_32_BIT_NUMBER = "2.3.1.1" / h(1), Must, Server, "the server must number unique identifiers from 1 to 4,294,967,295";
    UID_WITH_VALIDITY_NAMES_ONE_MESSAGE = "2.3.1.1" / 1, MustNot, Server, "the server must not let UID and UIDVALIDITY together ever name another message";
    UID_IS_CONSTANT_IN_A_SESSION = "2.3.1.1" / 2, MustNot, Server, "the server must not change the UID of a message during a session";
    UID_IS_CONSTANT_BETWEEN_SESSIONS = "2.3.1.1" / 3, ShouldNot, Server, "the server should not change the UID of a message between sessions";
    UID_CHANGE_IS_DETECTABLE = "2.3.1.1" / 4, Must, Server, "the server must show by UIDVALIDITY that UIDs have changed between sessions";
    UIDNEXT_KEEPS_ITS_TWO_PROPERTIES = "2.3.1.1" / 5, Must, Server, "the server must let UIDNEXT change exactly when messages arrive, while UIDVALIDITY stays";
    UIDNEXT_IS_STABLE_WITHOUT_NEW_MESSAGES = "2.3.1.1" / 6, MustNot, Server, "the server must not change UIDNEXT unless messages are added";
    UIDNEXT_CHANGES_WITH_NEW_MESSAGES = "2.3.1.1" / 7, Must, Server, "the server must change UIDNEXT whenever messages are added, even if they are expunged again";
    UIDVALIDITY_GROWS_WHEN_UIDS_ARE_LOST = "2.3.1.1" / 8, Must, Server, "the server must raise UIDVALIDITY when UIDs of an earlier session are lost";
    UIDS_PERSIST = "2.3.1.1" / 9, Should, Server, "the server should keep UIDs for ever";
    UIDS_ASCEND = "2.3.1.1" / 10, Must, Server, "the server must assign strictly ascending UIDs in a mailbox";

    // §2.3.1.2
    SEQUENCE_NUMBERS_ARE_CONTIGUOUS = "2.3.1.2" / h(1), Must, Server, "the server must number the messages of a mailbox from 1 without a gap";
    SEQUENCE_FOLLOWS_UIDS = "2.3.1.2" / 1, Must, Server, "the server must number messages in the order of their UIDs";

    // §2.3.2
    UNDETERMINED_RECENT_IS_RECENT = "2.3.2" / 1, Should, Server, "the server should mark a message as recent when it cannot tell who saw it first";
    CLIENTS_MAY_DEFINE_KEYWORDS = "2.3.2" / 2, May, Server, "the server may let the client define new keywords";
    RECENT_IS_NOT_ALTERED = "2.3.2" / h(1), MustNot, Client, "alter no \\Recent flag";

    // §2.3.3
    DELIVERY_SETS_THE_INTERNAL_DATE = "2.3.3" / 1, Should, Server, "the server should give a delivered message the date of its final delivery";
    COPY_KEEPS_THE_INTERNAL_DATE_ATTRIBUTE = "2.3.3" / 2, Should, Server, "the server should give a copied or moved message the internal date of its source";
    APPEND_SETS_THE_INTERNAL_DATE_ATTRIBUTE = "2.3.3" / 3, Should, Server, "the server should give an appended message the internal date that APPEND defines";

    // §3
    COMMANDS_FIT_THE_STATE = "3" / h(1), Must, Client, "send a command only in a state that permits it";
    GREETING_IS_OK_PREAUTH_OR_BYE = "3" / h(2), Must, Server, "the server must greet with an untagged OK, PREAUTH or BYE";

    // §3.1
    CREDENTIALS_COME_FIRST = "3.1" / 1, Must, Client, "authenticate before sending commands that need it";

    // §3.2
    MAILBOX_IS_SELECTED_FIRST = "3.2" / 1, Must, Client, "select a mailbox before sending commands on messages";

    // §3.4
    LOGOUT_GETS_BYE_THEN_OK = "3.4" / 1, Must, Server, "the server must send BYE and a tagged OK before it closes after LOGOUT";
    OK_TO_LOGOUT_IS_READ = "3.4" / 2, Must, Client, "read the tagged OK to LOGOUT before closing the connection";
    SERVER_SAYS_BYE_BEFORE_CLOSING = "3.4" / 3, MustNot, Server, "the server must not close the connection without a BYE that tells why";
    CLIENT_DOES_NOT_JUST_CLOSE = "3.4" / 4, ShouldNot, Client, "close no connection unilaterally";
    CLIENT_LOGS_OUT = "3.4" / 5, Should, Client, "end a connection by LOGOUT";
    BYE_IS_OMITTED_TO_A_GONE_CLIENT = "3.4" / 6, May, Server, "the server may close without BYE when the client has closed";

    // §4.1
    ATOMS_HOLD_NO_SPECIALS = "4.1" / h(1), Must, Both, "write a string as an atom only if it holds no space, control or special character";

    // §4.2
    NUMBERS_ARE_DIGITS = "4.2" / h(1), Must, Both, "write a number as decimal digits within 32 bits";

    // §4.3
    LITERAL_HAS_THE_ANNOUNCED_LENGTH = "4.3" / h(1), Must, Both, "follow the octet count of a literal by CR LF and exactly that many octets";
    SYNCHRONIZING_LITERAL_WAITS = "4.3" / 1, Must, Client, "wait for a continuation request before sending a synchronizing literal";
    EMPTY_LITERAL_WAITS_TOO = "4.3" / 2, Must, Client, "wait for a continuation request even when the literal is empty";
    QUOTED_STRING_IS_ONE_LINE = "4.3" / h(2), Must, Both, "put no 8-bit character, CR or LF into a quoted string and escape its specials";

    // §4.3.1
    LITERALS_MAY_HOLD_8_BIT = "4.3.1" / 1, May, Both, "send characters beyond ASCII in literals";
    CHARSET_OF_8_BIT_LITERALS_IS_IDENTIFIED = "4.3.1" / 2, Should, Both, "send 8-bit characters in literals only when their charset is identified";
    BINARY_DATA_ARE_ENCODED = "4.3.1" / 3, Must, Both, "encode binary data as text before sending them";
    MANY_CONTROLS_COUNT_AS_BINARY = "4.3.1" / 4, May, Both, "count a string with very many control characters as binary";

    // §4.4
    LISTS_ARE_BALANCED = "4.4" / h(1), Must, Both, "close every parenthesis that a list opens";

    // §5.1
    NO_8_BIT_MAILBOX_NAMES_ARE_CREATED = "5.1" / 1, MustNot, Client, "create no mailbox with an 8-bit name";
    EIGHT_BIT_MAILBOX_NAMES_ARE_UTF8 = "5.1" / 2, Should, Client, "read 8-bit names that LIST or LSUB returns as UTF-8";
    EIGHT_BIT_MAILBOX_NAMES_ARE_PROHIBITED = "5.1" / 3, Should, Server, "the server should prohibit creating mailboxes with 8-bit names";
    EIGHT_BIT_MAILBOX_NAMES_ARE_NOT_RETURNED = "5.1" / 4, ShouldNot, Server, "the server should not return 8-bit mailbox names";
    CASE_OF_MAILBOX_NAMES_IS_THE_SERVERS_AFFAIR = "5.1" / 5, Must, Client, "assume nothing about the case sensitivity of mailbox names other than INBOX";
    CASE_INSENSITIVE_SERVER_RESPECTS_MODIFIED_UTF7 = "5.1" / 6, Must, Server, "the server must treat modified UTF-7 specially where it ignores the case of names";
    INBOX_IN_ANY_CASE = "5.1" / h(1), Must, Both, "take the mailbox name INBOX in any case for the user's primary mailbox";

    // §5.1.1
    HIERARCHY_RUNS_LEFT_TO_RIGHT = "5.1.1" / 1, Must, Server, "the server must order hierarchical names from left to right with one separator";

    // §5.1.2
    NEWS_NAMESPACE = "5.1.2" / 1, May, Server, "the server may set netnews apart in the namespace #news";

    // §5.1.3
    MODIFIED_BASE64_IS_NOT_FOR_ASCII = "5.1.3" / 1, MustNot, Both, "encode no printable ASCII character in modified base64";
    MODIFIED_UTF7_ENDS_IN_ASCII = "5.1.3" / 2, Must, Both, "end a mailbox name in ASCII";
    MODIFIED_UTF7_SHIFTS_BACK_AT_THE_END = "5.1.3" / 3, Must, Both, "shift back by a hyphen at the end of a mailbox name";
    MODIFIED_BASE64_IS_PRESERVED = "5.1.3" / 4, Must, Server, "the server must preserve modified base64 in mailbox names, case and all";
    MODIFIED_UTF7_IS_VERIFIED = "5.1.3" / 5, Should, Server, "the server should verify the modified UTF-7 of a name to be created";
    SERVER_VERIFICATION_IS_NOT_RELIED_UPON = "5.1.3" / 6, MustNot, Client, "rely on no server to verify modified UTF-7";
    CREATED_NAMES_ARE_VALID_MODIFIED_UTF7 = "5.1.3" / 7, ShouldNot, Client, "create names with an ampersand only in valid modified UTF-7";
    FOREIGN_STORE_IS_CONVERTED = "5.1.3" / 8, Must, Server, "the server must convert names of a foreign mail store to modified UTF-7";
    NO_SUPERFLUOUS_SHIFTS = "5.1.3" / h(1), MustNot, Both, "put no null shift into a mailbox name";

    // §5.2
    UNREQUESTED_DATA_MAY_BE_NEEDED = "5.2" / 1, Required, Server, "the server must send certain data although nobody has asked for them";
    OTHER_AGENTS_CHANGE_THE_MAILBOX = "5.2" / 2, May, Other, "other agents may add, change and remove messages";
    SIZE_UPDATES_ARE_SENT = "5.2" / 3, Must, Server, "the server must report a changed mailbox size that it notices during a command";
    FLAG_UPDATES_ARE_SENT = "5.2" / 4, Should, Server, "the server should report changed flags without being asked";
    SIZE_UPDATES_ARE_REMEMBERED = "5.2" / 5, Must, Client, "remember updates of the mailbox size";
    SIZE_IS_NOT_RETURNED_AGAIN = "5.2" / 6, MustNot, Client, "rely on no later command to return the size of the mailbox";

    // §5.3
    UNSOLICITED_RESPONSES_MIND_FLOW_CONTROL = "5.3" / 1, Must, Server, "the server must mind flow control when it sends responses with no command in progress";
    UNSOLICITED_RESPONSES_DO_NOT_BLOCK = "5.3" / 2, Must, Server, "the server must fit such responses into the transport's window or write without blocking";

    // §5.4
    AUTOLOGOUT_AFTER_30_MINUTES = "5.4" / 1, Must, Server, "the server must let a session idle for at least 30 minutes";
    ANY_COMMAND_RESETS_AUTOLOGOUT = "5.4" / 2, Should, Server, "the server should restart the autologout timer on any command";

    // §5.5
    COMMANDS_MAY_BE_PIPELINED = "5.5" / 1, May, Client, "send a command before the one before is completed, where nothing gets ambiguous";
    COMMANDS_MAY_OVERLAP = "5.5" / 2, May, Server, "the server may begin a command before the one before is completed";
    CONTINUATIONS_COME_BEFORE_THE_NEXT_COMMAND = "5.5" / 3, Must, Both, "finish the continuations of a command before the next one begins";
    AMBIGUOUS_COMMANDS_ARE_NOT_PIPELINED = "5.5" / 4, MustNot, Client, "send no command without waiting where something would get ambiguous";
    AMBIGUOUS_COMMANDS_RUN_IN_ORDER = "5.5" / 5, Must, Server, "the server must execute possibly ambiguous commands one after another";
    SEQUENCE_NUMBERS_WAIT_FOR_OTHER_COMMANDS = "5.5" / 6, Must, Client, "let all but FETCH, STORE and SEARCH complete before using sequence numbers";

    // §6.1.1
    CAPABILITY_IS_ANSWERED = "6.1.1" / 1, Required, Server, "the server must answer CAPABILITY with an untagged CAPABILITY";
    CAPABILITY_LISTS_IMAP4REV1 = "6.1.1" / 2, Must, Server, "the server must list IMAP4rev1 in one CAPABILITY response before the tagged OK";
    STARTTLS_LOGINDISABLED_AND_AUTH_PLAIN = "6.1.1" / 3, Must, Both, "support STARTTLS, LOGINDISABLED and AUTH=PLAIN";

    // §6.1.3
    LOGOUT_IS_ANSWERED_BY_BYE = "6.1.3" / 1, Required, Server, "the server must answer LOGOUT with an untagged BYE";
    BYE_COMES_BEFORE_OK_TO_LOGOUT = "6.1.3" / 2, Must, Server, "the server must send BYE before the tagged OK to LOGOUT, then close the connection";

    // §6.2
    ANONYMOUS_ACCESS = "6.2" / 1, May, Server, "the server may open certain mailboxes to those who have not authenticated";

    // §6.2.1
    NOTHING_AFTER_STARTTLS = "6.2.1" / 1, MustNot, Client, "send nothing after STARTTLS until it is answered and TLS is negotiated";
    NOTHING_FROM_BEFORE_TLS_IS_USED = "6.2.1" / h(1), Must, Client, "use nothing that arrives between the OK to STARTTLS and the TLS handshake";
    CAPABILITIES_ARE_FORGOTTEN_AFTER_STARTTLS = "6.2.1" / 2, Must, Client, "forget the server's capabilities once TLS has started";
    CAPABILITY_IS_REISSUED_AFTER_STARTTLS = "6.2.1" / 3, Should, Client, "ask for the capabilities again once TLS has started";
    CAPABILITIES_MAY_CHANGE_AFTER_STARTTLS = "6.2.1" / 4, May, Server, "the server may advertise other capabilities after STARTTLS";

    // §6.2.2
    SECURITY_LAYER_MAY_BE_NEGOTIATED = "6.2.2" / 1, May, Server, "the server may negotiate a security layer by AUTHENTICATE";
    SECURITY_LAYER_IS_OPTIONAL = "6.2.2" / 2, Optional, Both, "negotiate a SASL security layer or none";
    UNSUPPORTED_MECHANISM_GETS_NO = "6.2.2" / 3, Should, Server, "the server should answer an unsupported SASL mechanism by NO";
    CHALLENGE_IS_BASE64 = "6.2.2" / h(1), Must, Server, "the server must send a SASL challenge in base64 behind the plus sign";
    SASL_RESPONSE_IS_ONE_LINE_OF_BASE64 = "6.2.2" / h(2), Must, Client, "answer a SASL challenge by one line of base64";
    SASL_SERVICE_IS_IMAP = "6.2.2" / h(3), Must, Client, "authenticate to the SASL service imap";
    ASTERISK_CANCELS_AUTHENTICATION = "6.2.2" / h(4), May, Client, "cancel an authentication exchange by a line with a single asterisk";
    CANCELLED_AUTHENTICATION_GETS_BAD = "6.2.2" / 4, Must, Server, "the server must answer a cancelled exchange by BAD";
    AUTHENTICATE_IS_IMPLEMENTED = "6.2.2" / 5, Must, Both, "implement AUTHENTICATE";
    PLAINTEXT_PASSWORDS_CAN_BE_FORBIDDEN = "6.2.2" / 6, Must, Server, "the server must be configurable to allow plaintext mechanisms only on protected connections";
    SITES_PROTECT_PLAINTEXT_PASSWORDS = "6.2.2" / 7, ShouldNot, Other, "a site should not permit plaintext mechanisms on unprotected connections";
    STRONGER_MECHANISMS_ARE_IMPLEMENTED = "6.2.2" / 8, Should, Both, "implement SASL mechanisms that send no plaintext password";
    MECHANISMS_ARE_LISTED = "6.2.2" / 9, Should, Server, "the server should list its SASL mechanisms among the capabilities";
    CAPABILITIES_COME_WITH_AUTHENTICATE = "6.2.2" / 10, May, Server, "the server may send its capabilities with the OK to AUTHENTICATE";
    ANOTHER_MECHANISM_MAY_BE_TRIED = "6.2.2" / 11, May, Client, "try another SASL mechanism after a NO";
    LOGIN_MAY_BE_TRIED = "6.2.2" / 12, May, Client, "try LOGIN after AUTHENTICATE has failed";
    MECHANISMS_BY_PREFERENCE = "6.2.2" / 13, May, Client, "try SASL mechanisms in order of preference, LOGIN last";

    // §6.2.3
    CAPABILITIES_COME_WITH_LOGIN = "6.2.3" / 1, May, Server, "the server may send its capabilities with the OK to LOGIN";
    LOGIN_IS_THE_LAST_RESORT = "6.2.3" / 2, ShouldNot, Client, "use LOGIN only as a last resort";
    LOGIN_CAN_BE_DISABLED = "6.2.3" / 3, Must, Server, "the server must be configurable to refuse LOGIN and advertise LOGINDISABLED when unprotected";
    SITES_PROTECT_LOGIN = "6.2.3" / 4, ShouldNot, Other, "a site should not permit LOGIN on unprotected connections";
    NO_LOGIN_UNDER_LOGINDISABLED = "6.2.3" / 5, MustNot, Client, "send no LOGIN when LOGINDISABLED is advertised";

    // §6.3.1
    SELECT_GETS_ITS_RESPONSES = "6.3.1" / 1, Required, Server, "the server must answer SELECT with FLAGS, EXISTS and RECENT";
    SELECT_GETS_ITS_OK_RESPONSES = "6.3.1" / 2, Required, Server, "the server must answer SELECT with UNSEEN, PERMANENTFLAGS, UIDNEXT and UIDVALIDITY";
    SELECT_DATA_COME_BEFORE_OK = "6.3.1" / 3, Must, Server, "the server must send the data that SELECT defines before the OK";
    MISSING_SELECT_DATA_HAVE_DEFAULTS = "6.3.1" / 4, Should, Client, "fall back to defaults for data that SELECT does not return";
    READ_WRITE_IS_SENT = "6.3.1" / 5, Should, Server, "the server should mark the OK to SELECT as READ-WRITE where the mailbox may be changed";
    READ_ONLY_IS_SENT = "6.3.1" / 6, Must, Server, "the server must mark the OK to SELECT as READ-ONLY where the mailbox may only be read";
    READ_ONLY_MAILBOX_MAY_KEEP_USER_STATE = "6.3.1" / 7, May, Server, "the server may let each user change state of his own in a read-only mailbox";

    // §6.3.2
    EXAMINE_GETS_ITS_RESPONSES = "6.3.2" / 1, Required, Server, "the server must answer EXAMINE with FLAGS, EXISTS and RECENT";
    EXAMINE_GETS_ITS_OK_RESPONSES = "6.3.2" / 2, Required, Server, "the server must answer EXAMINE with UNSEEN, PERMANENTFLAGS, UIDNEXT and UIDVALIDITY";
    EXAMINE_KEEPS_RECENT = "6.3.2" / 3, MustNot, Server, "the server must not take \\Recent away because of EXAMINE";
    EXAMINE_IS_READ_ONLY = "6.3.2" / 4, Must, Server, "the server must mark the OK to EXAMINE as READ-ONLY";

    // §6.3.3
    NEEDLESS_TRAILING_SEPARATOR_IS_IGNORED = "6.3.3" / 1, Must, Server, "the server must ignore a trailing separator in CREATE that it does not need";
    CREATE_MAKES_SUPERIOR_NAMES = "6.3.3" / 2, Should, Server, "the server should create the superior names that CREATE needs";
    MISSING_PARENTS_ARE_CREATED = "6.3.3" / 3, Should, Server, "the server should create missing parents of a name given to CREATE";
    RECREATED_MAILBOX_HAS_GREATER_UIDS = "6.3.3" / 4, Must, Server, "the server must use greater UIDs or another UIDVALIDITY in a mailbox created anew";

    // §6.3.4
    DELETE_KEEPS_INFERIOR_NAMES = "6.3.4" / 1, MustNot, Server, "the server must not remove inferior names by DELETE";
    CHILD_SURVIVES_ITS_PARENT = "6.3.4" / 2, MustNot, Server, "the server must not remove a child when its parent is deleted";
    DELETED_MAILBOX_LEAVES_ITS_HIGHEST_UID = "6.3.4" / 3, Must, Server, "the server must remember the highest UID of a deleted mailbox";

    // §6.3.5
    INFERIOR_NAMES_ARE_RENAMED = "6.3.5" / 1, Must, Server, "the server must rename inferior names along with a mailbox";
    RENAME_MAKES_SUPERIOR_NAMES = "6.3.5" / 2, Should, Server, "the server should create the superior names that RENAME needs";
    MISSING_PARENTS_OF_THE_NEW_NAME_ARE_CREATED = "6.3.5" / 3, Should, Server, "the server should create missing parents of a new name given to RENAME";
    RENAMED_MAILBOX_LEAVES_ITS_HIGHEST_UID = "6.3.5" / 4, Must, Server, "the server must remember the highest UID under the old name";

    // §6.3.6
    SUBSCRIBE_MAY_BE_VALIDATED = "6.3.6" / 1, May, Server, "the server may check that the mailbox given to SUBSCRIBE exists";
    SUBSCRIPTION_OUTLIVES_THE_MAILBOX = "6.3.6" / 2, MustNot, Server, "the server must not drop a subscription because its mailbox is gone";

    // §6.3.8
    LIST_IS_QUICK = "6.3.8" / 1, Should, Server, "the server should answer LIST without undue delay";
    LIST_TAKES_NO_TROUBLE = "6.3.8" / 2, ShouldNot, Server, "the server should not go to great trouble over \\Marked for LIST";
    LISTED_NAMES_MATCH_THE_PATTERN = "6.3.8" / 3, Must, Server, "the server must list only mailboxes that match the pattern";
    ROOT_NAME_MAY_BE_EMPTY = "6.3.8" / 4, May, Server, "the server may return an empty root name for a reference that is empty or not rooted";
    REFERENCE_ENDS_WITH_THE_DELIMITER = "6.3.8" / 5, ShouldNot, Client, "use no reference without a trailing delimiter unless the user asks for it";
    REFERENCE_IS_NOT_INTERPRETED = "6.3.8" / 6, MustNot, Client, "assume nothing about a reference unless it is a level that ends with the delimiter";
    LISTED_NAMES_BEGIN_WITH_THE_REFERENCE = "6.3.8" / 7, Should, Server, "the server should begin listed names with what it uses of the reference";
    LISTED_NAMES_KEEP_THE_FORM_OF_THE_REFERENCE = "6.3.8" / 8, Should, Server, "the server should list names in the form of the reference";
    REFERENCE_IS_NOT_RESOLVED = "6.3.8" / 9, ShouldNot, Server, "the server should not replace the reference by what it stands for on the server";

    // §6.3.9
    LSUB_FLAGS_MAY_DIFFER_FROM_LIST = "6.3.9" / 1, May, Server, "the server may return other attributes for LSUB than for LIST";
    LSUB_MARKS_A_MERE_PARENT_AS_NOSELECT = "6.3.9" / 2, Must, Server, "the server must answer LSUB % with \\Noselect for a parent that is not subscribed";
    LSUB_KEEPS_SUBSCRIPTIONS = "6.3.9" / 3, MustNot, Server, "the server must not remove a subscription because LSUB finds no mailbox for it";

    // §6.3.10
    STATUS_KEEPS_RECENT = "6.3.10" / 1, MustNot, Server, "the server must not take \\Recent away because of STATUS";
    NO_STATUS_ON_THE_SELECTED_MAILBOX = "6.3.10" / 2, ShouldNot, Client, "use no STATUS on the selected mailbox";
    STATUS_IS_NO_CHECK_FOR_NEW_MESSAGES = "6.3.10" / 3, MustNot, Client, "check the selected mailbox for new messages by other means than STATUS";
    STATUS_IS_NOT_EXPECTED_TO_BE_FAST = "6.3.10" / 4, ShouldNot, Client, "expect no speed from many STATUS commands in a row";

    // §6.3.11
    APPEND_FLAGS_MAY_BE_OMITTED = "6.3.11" / 1, Optional, Client, "give APPEND flags or none";
    APPEND_DATE_MAY_BE_OMITTED = "6.3.11" / 2, Optional, Client, "give APPEND a date or none";
    APPENDED_TEXT_IS_A_MESSAGE = "6.3.11" / 3, Should, Client, "append only what has the form of a message";
    APPEND_OF_8_BIT_IS_REVERSIBLE = "6.3.11" / 4, Must, Server, "the server must convert 8-bit data reversibly where it cannot preserve them";
    DRAFTS_MAY_LACK_HEADERS = "6.3.11" / 5, May, Client, "append a draft that lacks required header fields";
    LACKING_HEADERS_ARE_CONSIDERED = "6.3.11" / 6, Must, Client, "leave required header fields out of a draft only on purpose";
    APPEND_SETS_THE_FLAGS = "6.3.11" / 7, Should, Server, "the server should set the flags that APPEND gives";
    APPEND_SETS_THE_DATE = "6.3.11" / 8, Should, Server, "the server should set the internal date that APPEND gives";
    FAILED_APPEND_LEAVES_NO_TRACE = "6.3.11" / 9, Must, Server, "the server must leave the mailbox as it was when APPEND fails";
    APPEND_TO_A_MISSING_MAILBOX_FAILS = "6.3.11" / 10, Must, Server, "the server must fail APPEND to a mailbox that does not exist";
    APPEND_CREATES_NO_MAILBOX = "6.3.11" / 11, MustNot, Server, "the server must not create a mailbox because of APPEND";
    APPEND_SENDS_TRYCREATE = "6.3.11" / 12, Must, Server, "the server must answer APPEND by TRYCREATE when the mailbox might be created";
    APPEND_TO_THE_SELECTED_MAILBOX_IS_NOTICED = "6.3.11" / 13, Should, Server, "the server should treat a message appended to the selected mailbox as new";
    APPEND_TO_THE_SELECTED_MAILBOX_GETS_EXISTS = "6.3.11" / 14, Should, Server, "the server should send EXISTS at once after APPEND to the selected mailbox";
    NOOP_AFTER_APPEND = "6.3.11" / 15, May, Client, "send NOOP or CHECK after APPEND when no EXISTS has come";

    // §6.4.1
    CHECKPOINT_MAY_TAKE_TIME = "6.4.1" / 1, May, Server, "the server may take its time for a checkpoint";
    NEW_MESSAGES_ARE_POLLED_BY_NOOP = "6.4.1" / 2, Should, Client, "poll for new messages by NOOP, not by CHECK";

    // §6.4.2
    MAILBOX_MAY_BE_LEFT_WITHOUT_CLOSE = "6.4.2" / 1, May, Client, "send SELECT, EXAMINE or LOGOUT without CLOSE";

    // §6.4.4
    SEARCH_CHARSET_MAY_BE_OMITTED = "6.4.4" / 1, Optional, Client, "give SEARCH a charset or none";
    SEARCH_IS_ANSWERED = "6.4.4" / 2, Required, Server, "the server must answer SEARCH with an untagged SEARCH";
    SEARCH_MAY_SKIP_NON_TEXT_PARTS = "6.4.4" / 3, May, Server, "the server may search in parts of type text and message only";
    SEARCH_CHARSET_NAMES_A_REGISTERED_ONE = "6.4.4" / 4, Optional, Client, "name the charset of search strings by its registered name";
    SEARCH_DECODES_MIME = "6.4.4" / 5, Must, Server, "the server must decode transfer encodings and encoded words before it compares";
    SEARCH_CHARSET_US_ASCII = "6.4.4" / 6, Must, Server, "the server must support the charset US-ASCII in SEARCH";
    SEARCH_CHARSETS_BEYOND = "6.4.4" / 7, May, Server, "the server may support further charsets in SEARCH";
    UNSUPPORTED_CHARSET_GETS_NO = "6.4.4" / 8, Must, Server, "the server must answer a charset that it does not support by NO, not BAD";
    UNSUPPORTED_CHARSET_GETS_BADCHARSET = "6.4.4" / 9, Should, Server, "the server should answer an unsupported charset by the code BADCHARSET";
    BADCHARSET_MAY_LIST_CHARSETS = "6.4.4" / 10, May, Server, "the server may list the charsets that it supports in BADCHARSET";

    // §6.4.5
    STATIC_ITEMS_DO_NOT_CHANGE = "6.4.5" / 1, MustNot, Server, "the server must not change the static data items of a message";
    DYNAMIC_ITEMS_MAY_CHANGE = "6.4.5" / 2, May, Server, "the server may change the dynamic data items of a message";
    NESTED_PARTS_ARE_DOTTED = "6.4.5" / 3, Must, Both, "number the parts of a nested part behind a period";
    MIME_SPECIFIER_HAS_A_PART_NUMBER = "6.4.5" / 4, Must, Client, "put a part number before the part specifier MIME";
    IMPLICIT_SEEN_IS_REPORTED = "6.4.5" / 5, Should, Server, "the server should report the flags when FETCH has set \\Seen";

    // §6.4.6
    SILENT_STORE_IS_TRUSTED = "6.4.6" / 1, Should, Server, "the server should take it that the client knows the flags after STORE .SILENT";
    EXTERNAL_FLAG_CHANGES_ARE_SENT = "6.4.6" / 2, Should, Server, "the server should report flags changed from outside even under .SILENT";

    // §6.4.7
    COPY_KEEPS_FLAGS_AND_DATE = "6.4.7" / 1, Should, Server, "the server should preserve flags and internal date in a copy";
    COPY_IS_RECENT = "6.4.7" / 2, Should, Server, "the server should set \\Recent on a copy";
    COPY_TO_A_MISSING_MAILBOX_FAILS = "6.4.7" / 3, Should, Server, "the server should fail COPY to a mailbox that does not exist";
    COPY_CREATES_NO_MAILBOX = "6.4.7" / 4, ShouldNot, Server, "the server should not create a mailbox because of COPY";
    COPY_SENDS_TRYCREATE = "6.4.7" / 5, Must, Server, "the server must answer COPY by TRYCREATE when the mailbox might be created";
    FAILED_COPY_LEAVES_NO_TRACE = "6.4.7" / 6, Must, Server, "the server must leave the destination as it was when COPY fails";

    // §6.4.8
    UID_RANGE_TO_THE_END_HOLDS_THE_LAST = "6.4.8" / h(1), Must, Client, "expect the last message in every UID range that ends in *";
    UID_COMMANDS_REPORT_UIDS = "6.4.8" / 1, Must, Server, "the server must include the UID in every FETCH response to a UID command";

    // §6.5.1
    EXPERIMENTAL_COMMANDS_BEGIN_WITH_X = "6.5.1" / 1, Must, Other, "whoever adds a command outside a standard must begin it with X";
    EXPERIMENTAL_RESPONSES_BEGIN_WITH_X = "6.5.1" / 2, Must, Other, "whoever adds an untagged response outside a standard must begin it with X";
    NO_UNREQUESTED_EXPERIMENTAL_RESPONSES = "6.5.1" / 3, MustNot, Server, "the server must not send experimental responses that the client has not asked for";

    // §7
    ANY_RESPONSE_IS_EXPECTED = "7" / 1, Must, Client, "be prepared for any response at any time";
    CRITICAL_DATA_ARE_REMEMBERED = "7" / 2, Must, Client, "remember data that bear on all later commands and responses";
    OTHER_DATA_ARE_REMEMBERED = "7" / 3, Should, Client, "remember other data as far as they are of use";
    USELESS_DATA_ARE_IGNORED = "7" / 4, Should, Client, "ignore data that serve no purpose";
    CHANGES_BY_OTHERS_ARE_SENT = "7" / 5, Should, Server, "the server should report flags and expunges that another agent has changed";

    // §7.1
    RESPONSE_CODE_IS_AN_ATOM_IN_BRACKETS = "7.1" / h(1), Must, Server, "the server must send a response code as an atom in brackets, with or without arguments";
    STATUS_MAY_CARRY_A_CODE = "7.1" / 1, May, Server, "the server may put a response code into a status response";
    RESPONSE_CODE_IS_OPTIONAL = "7.1" / 2, Optional, Server, "the server may leave the response code out of a status response";
    ALERT_IS_PRESENTED = "7.1" / 3, Must, Client, "present the text of an ALERT to the user";
    OWN_RESPONSE_CODES_BEGIN_WITH_X = "7.1" / 4, Should, Other, "whoever adds a response code outside a standard should begin it with X";
    UNKNOWN_RESPONSE_CODES_ARE_IGNORED = "7.1" / 5, Should, Client, "ignore response codes that are not recognized";

    // §7.1.1
    OK_MAY_CARRY_A_CODE = "7.1.1" / 1, Optional, Server, "the server may put a response code into OK";
    OK_TEXT_MAY_BE_SHOWN = "7.1.1" / 2, May, Client, "show the text of OK to the user";
    UNTAGGED_OK_MAY_BE_EXPLAINED = "7.1.1" / 3, May, Server, "the server may tell the nature of an untagged OK by a response code";

    // §7.1.2
    NO_MAY_CARRY_A_CODE = "7.1.2" / 1, Optional, Server, "the server may put a response code into NO";

    // §7.1.3
    BAD_MAY_CARRY_A_CODE = "7.1.3" / 1, Optional, Server, "the server may put a response code into BAD";

    // §7.1.4
    PREAUTH_MAY_CARRY_A_CODE = "7.1.4" / 1, Optional, Server, "the server may put a response code into PREAUTH";

    // §7.1.5
    BYE_MAY_CARRY_A_CODE = "7.1.5" / 1, Optional, Server, "the server may put a response code into BYE";
    BYE_TEXT_MAY_BE_SHOWN = "7.1.5" / 2, May, Client, "show the text of BYE to the user";
    READING_GOES_ON_AFTER_BYE = "7.1.5" / 3, Should, Client, "read on after BYE until the connection is closed";

    // §7.2.1
    CAPABILITIES_INCLUDE_IMAP4REV1 = "7.2.1" / 1, Must, Server, "the server must list IMAP4rev1 among its capabilities";
    STARTTLS_LOGINDISABLED_AND_AUTH_PLAIN_ARE_IMPLEMENTED = "7.2.1" / 2, Must, Both, "implement STARTTLS, LOGINDISABLED and AUTH=PLAIN";
    LOGINDISABLED_FORBIDS_LOGIN = "7.2.1" / 3, MustNot, Client, "issue no LOGIN while LOGINDISABLED is advertised";
    RESPONSES_CONFORM_UNTIL_AN_EXTENSION_IS_USED = "7.2.1" / 4, Must, Server, "the server must respond by the base protocol until the client uses an extension";
    CAPABILITY_NAMES_ARE_STANDARD_OR_BEGIN_WITH_X = "7.2.1" / 5, Must, Server, "the server must name only registered capabilities or such that begin with X";
    UNREGISTERED_CAPABILITIES_ARE_NOT_OFFERED = "7.2.1" / 6, MustNot, Server, "the server must not offer unregistered capabilities without an X";
    NO_OTHER_CAPABILITY_IS_REQUIRED = "7.2.1" / 7, ShouldNot, Client, "require no capability but IMAP4rev1";
    UNKNOWN_CAPABILITIES_ARE_IGNORED = "7.2.1" / 8, Must, Client, "ignore capabilities that are not known";
    CAPABILITIES_COME_AUTOMATICALLY = "7.2.1" / 9, May, Server, "the server may send its capabilities with the greeting and with successful authentication";

    // §7.2.2
    MARKED_ONLY_WHEN_KNOWN = "7.2.2" / 1, ShouldNot, Server, "the server should not send \\Marked or \\Unmarked when it cannot tell or for \\Noselect";
    SIBLINGS_SHARE_THE_SEPARATOR = "7.2.2" / 2, Must, Server, "the server must use one separator below a top-level name";
    LISTED_NAME_IS_A_REFERENCE = "7.2.2" / 3, Must, Server, "the server must list names that are valid as references";
    LISTED_NAME_IS_SELECTABLE = "7.2.2" / 4, Must, Server, "the server must list names that mailbox commands accept, \\Noselect excepted";

    // §7.2.6
    FLAGS_ARE_REMEMBERED = "7.2.6" / 1, Must, Client, "remember the flags of a FLAGS response";

    // §7.3.1
    EXISTS_IS_REMEMBERED = "7.3.1" / 1, Must, Client, "remember the number of messages of an EXISTS response";

    // §7.3.2
    RECENT_IS_REMEMBERED = "7.3.2" / 1, Must, Client, "remember the number of messages of a RECENT response";

    // §7.4.1
    EXPUNGE_NAMES_A_MESSAGE = "7.4.1" / h(1), Must, Server, "the server must expunge only sequence numbers that exist";
    NO_EXPUNGE_AT_A_WRONG_TIME = "7.4.1" / 1, MustNot, Server, "the server must not send EXPUNGE without a command nor during FETCH, STORE or SEARCH";
    EXPUNGE_DURING_UID_COMMANDS = "7.4.1" / 2, May, Server, "the server may send EXPUNGE during a UID command";
    EXPUNGE_IS_REMEMBERED = "7.4.1" / 3, Must, Client, "remember the update of an EXPUNGE response";
    EXPUNGE_RENUMBERS = "7.4.1" / h(2), Must, Client, "lower every later sequence number and the number of messages by one on EXPUNGE";

    // §7.4.2
    BODY_IS_READ_BY_ITS_TYPE = "7.4.2" / 1, Should, Client, "read a body by its transfer encoding and type";
    PARTIAL_BODY_MAY_BE_TRUNCATED = "7.4.2" / 2, May, Server, "the server may truncate a body that it returns with an origin";
    NO_UNREQUESTED_ORIGIN = "7.4.2" / 3, MustNot, Server, "the server must not return an origin unless a partial body was asked for";
    HEADERS_ARE_7_BIT = "7.4.2" / 4, Must, Server, "the server must return headers in 7 bits";
    BINARY_BODY_IS_ENCODED = "7.4.2" / 5, Must, Server, "the server must encode non-textual data in BODY as text";
    ENCODED_BODY_IS_DECODED = "7.4.2" / 6, Must, Client, "decode the transfer encoding to get at binary data";
    MULTIPART_EXTENSIONS_KEEP_THEIR_ORDER = "7.4.2" / 7, Must, Server, "the server must send the extension data of a multipart in their order";
    FURTHER_EXTENSION_DATA_ARE_ACCEPTED = "7.4.2" / 8, Must, Client, "accept extension data in BODYSTRUCTURE that are not defined yet";
    UNDEFINED_EXTENSION_DATA_ARE_NOT_SENT = "7.4.2" / 9, MustNot, Server, "the server must not send extension data that are not defined yet";
    PART_EXTENSIONS_KEEP_THEIR_ORDER = "7.4.2" / 10, Must, Server, "the server must send the extension data of a single part in their order";
    NIL_IS_AS_EMPTY = "7.4.2" / 11, Should, Client, "treat NIL and the empty string in ENVELOPE alike";

    // §7.5
    CONTINUATION_ANSWERS_AN_INCOMPLETE_COMMAND = "7.5" / h(1), Must, Server, "the server must request a continuation only for a command that is incomplete";

    // §9
    EARLIER_RULE_WINS = "9" / 1, Must, Both, "prefer the earlier of two overlapping syntax rules";
    ABNF_IS_FOLLOWED_STRICTLY = "9" / 2, Must, Both, "follow the formal syntax strictly";
    TOKENS_IGNORE_CASE = "9" / 3, Must, Both, "accept the letters of protocol tokens in any case";
    SPACES_ARE_SINGLE = "9" / h(1), Must, Both, "separate by exactly one space and nothing else";
    SEQUENCE_SET_IS_NOT_EMPTY = "9" / h(2), Must, Both, "name at least one number in a set, none of them zero";
    NO_NUL_IN_TEXT = "9" / 4, MustNot, Both, "use no NUL at any place";
    BODY_EXTENSIONS_ARE_ACCEPTED = "9" / 5, Must, Client, "accept body-extension fields";
    BODY_EXTENSIONS_ARE_NOT_INVENTED = "9" / 6, MustNot, Server, "the server must not generate body-extension fields that no standard defines";
    BODY_OF_A_PART_HAS_NO_EXTENSIONS = "9" / 7, MustNot, Server, "the server must not return extension data of a part for BODY";
    BODY_OF_A_MULTIPART_HAS_NO_EXTENSIONS = "9" / 8, MustNot, Server, "the server must not return extension data of a multipart for BODY";
    BASIC_TYPE_IS_NO_MESSAGE = "9" / 9, MustNot, Server, "the server must not describe MESSAGE/RFC822 as a basic part";
    NEW_CAPABILITIES_ARE_REGISTERED = "9" / 10, Must, Other, "whoever defines a capability must register it or begin it with X";
    SERVER_IMPLEMENTS_STARTTLS_LOGINDISABLED_AND_AUTH_PLAIN = "9" / 11, Must, Server, "the server must implement STARTTLS, LOGINDISABLED and AUTH=PLAIN";
    IMAP4_IS_LISTED_FIRST = "9" / 12, Must, Server, "the server must list IMAP4 first when it is compatible with RFC 1730";
    FLAG_EXTENSIONS_ARE_ACCEPTED = "9" / 13, Must, Client, "accept flags with a backslash that are not known";
    FLAG_EXTENSIONS_ARE_NOT_INVENTED = "9" / 14, MustNot, Server, "the server must not generate flags with a backslash that no standard defines";
    INBOX_IN_ALL_CASES_IS_INBOX = "9" / 15, Must, Both, "take every case variant of INBOX for INBOX";
    FLAGS_MAY_CHANGE = "9" / 16, May, Server, "the server may change the flags of a message";
    MSG_ATT_STATIC_DOES_NOT_CHANGE = "9" / 17, MustNot, Server, "the server must not change what is static about a message";
    SEARCH_CHARSET_IS_REGISTERED = "9" / 18, Must, Client, "search only in registered charsets";
    SEQUENCE_SETS_MAY_BE_COALESCED = "9" / 19, May, Server, "the server may coalesce and reorder a set";
    SEQUENCE_SET_EXAMPLE_MAY_BE_COALESCED = "9" / 20, May, Server, "the server may coalesce and reorder ranges that overlap";

    // §11.1
    RC4_MD5_UNDER_TLS = "11.1" / 1, Must, Both, "implement the cipher suite of RSA with RC4 and MD5";
    DHE_DSS_3DES_UNDER_TLS = "11.1" / 2, Should, Both, "implement the cipher suite of DHE-DSS with 3DES";
    OTHER_CIPHER_SUITES = "11.1" / 3, Optional, Both, "support any further cipher suites or none";
    SERVER_IDENTITY_IS_CHECKED = "11.1" / 4, Must, Client, "check the host name against the server's certificate";
    MISMATCHED_IDENTITY_ASKS_OR_CLOSES = "11.1" / 5, Should, Client, "ask the user or close when the certificate does not match";
    HOST_NAME_OF_THE_CONNECTION_IS_COMPARED = "11.1" / 6, Must, Client, "compare the certificate with the host name that was connected to";
    HOST_NAME_IS_FROM_A_SECURE_SOURCE = "11.1" / 7, MustNot, Client, "compare with no host name from an insecure source";
    SUBJECT_ALT_NAME_IS_USED = "11.1" / 8, Should, Client, "take the server's identity from dNSName when the certificate has one";
    WILDCARD_IN_THE_LEFTMOST_NAME = "11.1" / 9, May, Client, "accept a wildcard as the leftmost label in a certificate";
    RESULT_OF_STARTTLS_IS_CHECKED = "11.1" / 10, Must, Both, "check whether STARTTLS has led to acceptable protection";

    // §11.2
    FAILED_AUTHENTICATION_TELLS_NO_DETAIL = "11.2" / 1, ShouldNot, Server, "the server should not tell why credentials are invalid";
    PASSWORD_PROTECTION_CAN_BE_REQUIRED = "11.2" / 2, Must, Server, "the server must be configurable to accept passwords only when they are protected";
    FAILED_LOGIN_TELLS_NO_DETAIL = "11.2" / 3, ShouldNot, Server, "the server should not tell that the user name is what is wrong";
    FAILED_LOGINS_ARE_SLOWED = "11.2" / 4, Should, Server, "the server should limit or delay failed logins";

    // §B
    MAY_IS_MENTIONED = "B" / 1, May, Other, "the author mentions the keyword in the list of changes";
    UID_UNIQUENESS_IS_GUARANTEED = "B" / 2, Must, Server, "the server must keep UIDs unique, as the list of changes repeats";
    COPIES_ARE_RECENT_AS_CLARIFIED = "B" / 3, Should, Server, "the server should set \\Recent on new copies, as the list of changes repeats";
}
