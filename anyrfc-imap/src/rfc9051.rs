//! The catalogue of RFC 9051: every normative keyword, in the RFC's own order.
//!
//! `"5.1" / 4` is the fourth keyword of section 5.1, written `rfc9051#5.1-4`; `h(1)` is a rule
//! that the text gives in lower case or in prose, catalogued by hand.
//! The role says whom the rule binds: this client, the server it talks to, both endpoints,
//! or someone this crate never is (the author of an extension, who registers names, who runs a server).
//! A rule about what a response contains binds the server that sends it, even where the text
//! speaks of a message or of an item; what the client is to make of it is a rule of the client.
//! The summaries are this project's own words; an error prints one beside the id.
//! Rules that [`rfc3501`](crate::rfc3501) has as well bear the same name there.
use anyrfc_core::requirements;

requirements! {
    /// Internet Message Access Protocol (IMAP) - Version 4rev2.
    RFC9051 = 9051, "Internet Message Access Protocol (IMAP) - Version 4rev2";

    // §2.2
    LINES_END_IN_CRLF = "2.2" / h(1), Must, Both, "end every line in CR LF";

    // §2.2.1
    COMMANDS_BEGIN_WITH_A_TAG = "2.2.1" / h(1), Must, Client, "begin each command with a tag";
    TAGS_ARE_UNIQUE = "2.2.1" / 1, Should, Client, "give every command of a connection a tag of its own";
    TAG_REUSE_IS_ACCEPTED = "2.2.1" / 2, Must, Server, "the server must accept a tag that was used before";
    SYNTAX_IS_FOLLOWED_STRICTLY = "2.2.1" / 3, Must, Client, "follow the syntax strictly";
    COMMAND_IS_COMPLETED_BEFORE_THE_NEXT = "2.2.1" / 4, Must, Client, "send a command whole, continuations included, before beginning another";

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
    REORDERED_STORE_GETS_NEW_UIDS = "2.3.1.1" / 11, Must, Server, "the server must regenerate UIDs when the message store is reordered";
    MESSAGE_BEHIND_A_UID_IS_IMMUTABLE = "2.3.1.1" / 12, Must, Server, "the server must never change date, size, envelope, structure or texts behind a UID";
    UID_OF_AN_EXPUNGED_MESSAGE_IS_NOT_REUSED = "2.3.1.1" / 13, MustNot, Server, "the server must not reuse the UID of an expunged message under the same UIDVALIDITY";

    // §2.3.1.2
    SEQUENCE_NUMBERS_ARE_CONTIGUOUS = "2.3.1.2" / h(1), Must, Server, "the server must number the messages of a mailbox from 1 without a gap";
    SEQUENCE_FOLLOWS_UIDS = "2.3.1.2" / 1, Must, Server, "the server must number messages in the order of their UIDs";

    // §2.3.2
    CLIENTS_MAY_DEFINE_KEYWORDS = "2.3.2" / 1, May, Server, "the server may let the client define new keywords";
    COMMON_KEYWORDS_ARE_SUPPORTED = "2.3.2" / 2, Should, Server, "the server should support $Forwarded, $MDNSent, $Junk, $NotJunk and $Phishing";
    FORWARDED_IS_NOT_CLEARED = "2.3.2" / 3, ShouldNot, Client, "leave $Forwarded set once it is set";
    JUNK_AND_NOTJUNK_CANCEL_OUT = "2.3.2" / 4, Must, Client, "treat a message with both $Junk and $NotJunk as having neither";
    JUNK_AND_NOTJUNK_ARE_BOTH_UNSET = "2.3.2" / 5, Should, Client, "unset $Junk and $NotJunk on the server when a message has both";
    KEYWORDS_ARE_REGISTERED = "2.3.2" / 6, Should, Other, "whoever defines a keyword should register it";

    // §2.3.3
    COPY_KEEPS_THE_INTERNAL_DATE_ATTRIBUTE = "2.3.3" / 1, Should, Server, "the server should give a copied or moved message the internal date of its source";
    APPEND_SETS_THE_INTERNAL_DATE_ATTRIBUTE = "2.3.3" / 2, Should, Server, "the server should give an appended message the internal date that APPEND defines";

    // §2.3.4
    SIZE_MATCHES_THE_BODY = "2.3.4" / 1, Should, Server, "the server should report an RFC822.SIZE that matches BODY[]";

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
    SERVER_SAYS_BYE_BEFORE_CLOSING = "3.4" / 3, ShouldNot, Server, "the server should not close the connection without a BYE that tells why";
    CLIENT_DOES_NOT_JUST_CLOSE = "3.4" / 4, ShouldNot, Client, "close no connection unilaterally";
    CLIENT_LOGS_OUT = "3.4" / 5, Should, Client, "end a connection by LOGOUT";
    BYE_IS_OMITTED_TO_A_GONE_CLIENT = "3.4" / 6, May, Server, "the server may close without BYE when the client has closed";

    // §4.1
    ATOMS_HOLD_NO_SPECIALS = "4.1" / h(1), Must, Both, "write a string as an atom only if it holds no space, control or special character";

    // §4.2
    NUMBERS_ARE_DIGITS = "4.2" / h(1), Must, Both, "write a number as decimal digits within 32 or 63 bits";

    // §4.2.1
    SEQUENCE_SET_IS_NOT_EMPTY = "4.2.1" / h(1), Must, Both, "name at least one number in a set, none of them zero";

    // §4.3
    LITERAL_HAS_THE_ANNOUNCED_LENGTH = "4.3" / h(1), Must, Both, "follow the octet count of a literal by CR LF and exactly that many octets";
    SYNCHRONIZING_LITERAL_WAITS = "4.3" / 1, Must, Client, "wait for a continuation request before sending a synchronizing literal";
    SERVER_LITERALS_HAVE_NO_PLUS = "4.3" / 2, MustNot, Server, "the server must not send non-synchronizing literals";
    NON_SYNCHRONIZING_LITERAL_IS_SMALL = "4.3" / 3, MustNot, Client, "send no non-synchronizing literal of more than 4,096 octets unless an extension allows it";
    LARGE_LITERAL_SYNCHRONIZES = "4.3" / 4, Must, Client, "send a literal of more than 4,096 octets as a synchronizing one";
    EMPTY_LITERAL_WAITS_TOO = "4.3" / 5, Must, Client, "wait for a continuation request even when the literal is empty";
    QUOTED_STRING_IS_ONE_LINE = "4.3" / h(2), Must, Both, "put no NUL, CR or LF into a quoted string and escape its quotes and backslashes";

    // §4.3.1
    LITERALS_MAY_HOLD_8_BIT = "4.3.1" / 1, May, Both, "send characters beyond ASCII in literals";
    CHARSET_OF_8_BIT_LITERALS_IS_IDENTIFIED = "4.3.1" / 2, Should, Both, "send 8-bit characters in literals only when their charset is identified";
    UTF8_QUOTED_STRINGS_ARE_ACCEPTED = "4.3.1" / 3, Must, Both, "accept UTF-8 in quoted strings that hold no NUL, CR or LF";
    UTF8_QUOTED_STRINGS_MAY_BE_SENT = "4.3.1" / 4, May, Both, "send UTF-8 in quoted strings that hold no NUL, CR or LF";
    MANY_CONTROLS_COUNT_AS_BINARY = "4.3.1" / 5, May, Both, "count a string with very many control characters as binary";
    BINARY_DATA_ARE_ENCODED = "4.3.1" / 6, Must, Both, "encode binary data as text before sending them, answers to FETCH BINARY excepted";

    // §4.4
    LISTS_ARE_BALANCED = "4.4" / h(1), Must, Both, "close every parenthesis that a list opens";

    // §5.1
    NET_UNICODE_MAILBOX_NAMES = "5.1" / 1, May, Client, "create mailbox names in Net-Unicode";
    EIGHT_BIT_MAILBOX_NAMES_ARE_NET_UNICODE = "5.1" / 2, Must, Client, "read 8-bit mailbox names in LIST as Net-Unicode";
    BAD_8_BIT_MAILBOX_NAMES_ARE_PROHIBITED = "5.1" / 3, Must, Server, "the server must prohibit creating 8-bit mailbox names that are not Net-Unicode";
    DENORMALIZED_NAMES_MAY_BE_CONVERTED = "5.1" / 4, May, Server, "the server may accept a denormalized mailbox name and convert it to NFC";
    DENORMALIZED_NAMES_WORK_EVERYWHERE = "5.1" / 5, Must, Server, "the server must accept denormalized mailbox names in every command once it does in one";
    CONTROLS_IN_MAILBOX_NAMES_MAY_BE_REFUSED = "5.1" / 6, May, Server, "the server may refuse mailbox names with Unicode control characters";
    INBOX_IN_ANY_CASE = "5.1" / h(1), Must, Both, "take the mailbox name INBOX in any case for the user's primary mailbox";
    CASE_OF_MAILBOX_NAMES_IS_THE_SERVERS_AFFAIR = "5.1" / h(2), Must, Client, "assume nothing about the case sensitivity of mailbox names other than INBOX";

    // §5.1.1
    HIERARCHY_RUNS_LEFT_TO_RIGHT = "5.1.1" / 1, Must, Server, "the server must order hierarchical names from left to right with one ASCII separator";

    // §5.1.2
    INBOX_IS_IN_THE_PERSONAL_NAMESPACE = "5.1.2" / 1, Must, Server, "the server must show an existing INBOX within the Personal Namespace";
    ONE_PERSONAL_NAMESPACE = "5.1.2" / 2, Should, Server, "the server should have only one Personal Namespace per user";
    OTHER_USERS_MAILBOXES_NEED_A_GRANT = "5.1.2" / 3, Must, Server, "the server must open other users' mailboxes only to those who were granted access";
    ONE_OTHER_USERS_NAMESPACE = "5.1.2" / 4, Should, Server, "the server should have only one Other Users' Namespace per user";
    NAMESPACES_MAY_DIFFER_BY_USER = "5.1.2" / 5, May, Server, "the server may use other namespaces for another user";

    // §5.1.2.1
    NEWS_NAMESPACE = "5.1.2.1" / 1, May, Server, "the server may set netnews apart in the namespace #news";
    PREFIX_WITHOUT_NUMBER_SIGN = "5.1.2.1" / 2, May, Server, "the server may choose namespace prefixes without a number sign";

    // §5.2
    SIZE_UPDATES_ARE_SENT = "5.2" / 1, Must, Server, "the server must report a changed mailbox size that it notices during a command";
    FLAG_UPDATES_ARE_SENT = "5.2" / 2, Should, Server, "the server should report changed flags without being asked";
    SIZE_UPDATES_ARE_REMEMBERED = "5.2" / 3, Must, Client, "remember updates of the mailbox size";
    SIZE_IS_NOT_RETURNED_AGAIN = "5.2" / 4, MustNot, Client, "rely on no later command to return the size of the mailbox";

    // §5.3
    UNSOLICITED_RESPONSES_MIND_FLOW_CONTROL = "5.3" / 1, Must, Server, "the server must mind flow control when it sends responses with no command in progress";
    UNSOLICITED_RESPONSES_DO_NOT_BLOCK = "5.3" / 2, Must, Server, "the server must fit such responses into the transport's window or write without blocking";

    // §5.4
    AUTOLOGOUT_AFTER_30_MINUTES = "5.4" / 1, Must, Server, "the server must let an authenticated session idle for at least 30 minutes";

    // §5.5
    COMMANDS_MAY_BE_PIPELINED = "5.5" / 1, May, Client, "send a command before the one before is completed, where nothing gets ambiguous";
    COMMANDS_MAY_OVERLAP = "5.5" / 2, May, Server, "the server may begin a command before the one before is completed";
    CONTINUATIONS_COME_BEFORE_THE_NEXT_COMMAND = "5.5" / 3, Must, Both, "finish the continuations of a command before the next one begins";
    AMBIGUOUS_COMMANDS_RUN_IN_ORDER = "5.5" / 4, Must, Server, "the server must execute possibly ambiguous commands one after another";
    SEQUENCE_NUMBERS_WAIT_FOR_OTHER_COMMANDS = "5.5" / 5, Must, Client, "let all but FETCH, STORE and SEARCH complete before using sequence numbers";
    SEQUENCE_NUMBERS_WAIT_FOR_UID_COMMANDS = "5.5" / 6, Must, Client, "let a UID command complete before using sequence numbers";

    // §6.1.1
    CAPABILITY_IS_ANSWERED = "6.1.1" / 1, Required, Server, "the server must answer CAPABILITY with an untagged CAPABILITY";
    CAPABILITY_LISTS_IMAP4REV2 = "6.1.1" / 2, Must, Server, "the server must list IMAP4rev2 in one CAPABILITY response before the tagged OK";
    STARTTLS_AND_LOGINDISABLED_ON_CLEARTEXT_PORTS = "6.1.1" / 3, Must, Both, "support STARTTLS and LOGINDISABLED on cleartext ports";
    AUTH_PLAIN_ON_ALL_PORTS = "6.1.1" / 4, Must, Both, "support AUTH=PLAIN on cleartext and on Implicit TLS ports";

    // §6.1.3
    LOGOUT_IS_ANSWERED_BY_BYE = "6.1.3" / 1, Required, Server, "the server must answer LOGOUT with an untagged BYE";
    BYE_COMES_BEFORE_OK_TO_LOGOUT = "6.1.3" / 2, Must, Server, "the server must send BYE before the tagged OK to LOGOUT, then close the connection";

    // §6.2
    ANONYMOUS_ACCESS = "6.2" / 1, May, Server, "the server may open certain mailboxes to those who have not authenticated";

    // §6.2.1
    STARTTLS_ON_IMPLICIT_TLS_GETS_BAD = "6.2.1" / 1, Must, Server, "the server must answer STARTTLS on an Implicit TLS port by BAD";
    NOTHING_AFTER_STARTTLS = "6.2.1" / 2, MustNot, Client, "send nothing after STARTTLS until it is answered and TLS is negotiated";
    NOTHING_IS_INJECTED_BEFORE_TLS = "6.2.1" / 3, Must, Server, "the server must feed what follows STARTTLS to the TLS handshake or throw it away";
    NOTHING_FROM_BEFORE_TLS_IS_USED = "6.2.1" / h(1), Must, Client, "use nothing that arrives between the OK to STARTTLS and the TLS handshake";
    CAPABILITIES_ARE_FORGOTTEN_AFTER_STARTTLS = "6.2.1" / 4, Must, Client, "forget the server's capabilities once TLS has started";
    CAPABILITY_IS_REISSUED_AFTER_STARTTLS = "6.2.1" / 5, Should, Client, "ask for the capabilities again once TLS has started";
    CAPABILITIES_MAY_CHANGE_AFTER_STARTTLS = "6.2.1" / 6, May, Server, "the server may advertise other capabilities after STARTTLS";
    STARTTLS_IS_NOT_ADVERTISED_AGAIN = "6.2.1" / 7, ShouldNot, Server, "the server should not advertise STARTTLS after STARTTLS";

    // §6.2.2
    INITIAL_RESPONSE_MAY_BE_SENT = "6.2.2" / 1, Optional, Client, "send an initial response with AUTHENTICATE or leave it out";
    SECURITY_LAYER_MAY_BE_NEGOTIATED = "6.2.2" / 2, May, Server, "the server may negotiate a security layer by AUTHENTICATE";
    SECURITY_LAYER_IS_OPTIONAL = "6.2.2" / 3, Optional, Both, "negotiate a SASL security layer or none";
    UNSUPPORTED_MECHANISM_GETS_NO = "6.2.2" / 4, Should, Server, "the server should answer an unsupported SASL mechanism by NO";
    CHALLENGE_IS_BASE64 = "6.2.2" / h(1), Must, Server, "the server must send a SASL challenge in base64 behind the plus sign";
    SASL_RESPONSE_IS_ONE_LINE_OF_BASE64 = "6.2.2" / h(2), Must, Client, "answer a SASL challenge by one line of base64";
    ASTERISK_CANCELS_AUTHENTICATION = "6.2.2" / h(3), May, Client, "cancel an authentication exchange by a line with a single asterisk";
    SASL_SERVICE_IS_IMAP = "6.2.2" / h(4), Must, Client, "authenticate to the SASL service imap";
    CANCELLED_AUTHENTICATION_GETS_BAD = "6.2.2" / 5, Must, Server, "the server must answer a cancelled exchange or invalid base64 by BAD";
    INITIAL_RESPONSE_IS_BASE64 = "6.2.2" / 6, Must, Client, "encode the initial response in base64";
    INITIAL_RESPONSE_IS_BARE = "6.2.2" / 7, Must, Client, "send the initial response neither quoted nor as a literal";
    EMPTY_INITIAL_RESPONSE_IS_EQUALS_SIGN = "6.2.2" / 8, Must, Client, "send an empty initial response as a single equals sign";
    BAD_INITIAL_RESPONSE_GETS_BAD = "6.2.2" / 9, Must, Server, "the server must answer an undecodable initial response by BAD";
    UNSUPPORTED_INITIAL_RESPONSE_GETS_BAD = "6.2.2" / 10, Must, Server, "the server must answer an initial response that the mechanism does not have by BAD";
    AUTHENTICATE_IS_IMPLEMENTED = "6.2.2" / 11, Must, Both, "implement AUTHENTICATE";
    PLAINTEXT_PASSWORDS_CAN_BE_FORBIDDEN = "6.2.2" / 12, Must, Server, "the server must be configurable to allow plaintext mechanisms only on protected connections";
    SITES_PROTECT_PLAINTEXT_PASSWORDS = "6.2.2" / 13, ShouldNot, Other, "a site should not permit plaintext mechanisms on unprotected connections";
    STRONGER_MECHANISMS_ARE_IMPLEMENTED = "6.2.2" / 14, Should, Both, "implement SASL mechanisms that send no plaintext password";
    MECHANISMS_ARE_LISTED = "6.2.2" / 15, Should, Server, "the server should list its SASL mechanisms among the capabilities";
    CAPABILITIES_COME_WITH_AUTHENTICATE = "6.2.2" / 16, May, Server, "the server may send its capabilities with the OK to AUTHENTICATE";
    CAPABILITIES_MAY_CHANGE_AFTER_AUTHENTICATE = "6.2.2" / 17, May, Server, "the server may advertise other capabilities after AUTHENTICATE";
    ANOTHER_MECHANISM_MAY_BE_TRIED = "6.2.2" / 18, May, Client, "try another SASL mechanism after a NO";
    LOGIN_MAY_BE_TRIED = "6.2.2" / 19, May, Client, "try LOGIN after AUTHENTICATE has failed";
    MECHANISMS_BY_PREFERENCE = "6.2.2" / 20, May, Client, "try SASL mechanisms in order of preference, LOGIN last";
    AUTHENTICATE_WITHOUT_INITIAL_RESPONSE = "6.2.2" / 21, Must, Server, "the server must support AUTHENTICATE without an initial response";

    // §6.2.3
    LOGIN_IS_THE_LAST_RESORT = "6.2.3" / 1, ShouldNot, Client, "use LOGIN only as a last resort";
    CAPABILITIES_COME_WITH_LOGIN = "6.2.3" / 2, May, Server, "the server may send its capabilities with the OK to LOGIN";
    NO_LOGIN_ON_UNSECURE_NETWORKS = "6.2.3" / 3, MustNot, Client, "send no LOGIN over an insecure network";
    LOGIN_CAN_BE_DISABLED = "6.2.3" / 4, Must, Server, "the server must be configurable to refuse LOGIN and advertise LOGINDISABLED when unprotected";
    SITES_PROTECT_LOGIN = "6.2.3" / 5, ShouldNot, Other, "a site should not permit LOGIN on unprotected connections";
    NO_LOGIN_UNDER_LOGINDISABLED = "6.2.3" / 6, MustNot, Client, "send no LOGIN when LOGINDISABLED is advertised";

    // §6.3.1
    UNKNOWN_EXTENSION_IS_NOT_ENABLED = "6.3.1" / 1, Must, Server, "the server must ignore unknown extensions in ENABLE";
    UNENABLABLE_EXTENSION_IS_IGNORED = "6.3.1" / 2, Must, Server, "the server must ignore extensions in ENABLE that are not made to be enabled";
    EXTENSION_IS_ENABLED_FOR_THE_CONNECTION = "6.3.1" / 3, Must, Server, "the server must enable a supported extension for the rest of the connection";
    ENABLED_IS_SENT = "6.3.1" / 4, Must, Server, "the server must answer ENABLE by ENABLED with all that it has enabled";
    ONLY_WHAT_NEEDS_ENABLING_IS_ENABLED = "6.3.1" / 5, Should, Client, "enable only extensions that have to be enabled";
    NO_ENABLE_AFTER_SELECT = "6.3.1" / 6, MustNot, Client, "send no ENABLE once a mailbox has been selected";
    ENABLED_NAMES_ONLY_ITS_OWN = "6.3.1" / 7, Should, Server, "the server should name in ENABLED only what that ENABLE has enabled";
    ENABLE_CHANGES_NO_CAPABILITY = "6.3.1" / 8, MustNot, Server, "the server must not change its capabilities because of ENABLE";
    CAPABILITIES_BEFORE_AND_AFTER_ENABLE_AGREE = "6.3.1" / 9, Must, Server, "the server must list the same capabilities after ENABLE as before";

    // §6.3.2
    SELECT_GETS_ITS_RESPONSES = "6.3.2" / 1, Required, Server, "the server must answer SELECT with FLAGS, EXISTS and LIST";
    SELECT_GETS_ITS_OK_RESPONSES = "6.3.2" / 2, Required, Server, "the server must answer SELECT with PERMANENTFLAGS, UIDNEXT and UIDVALIDITY";
    SELECT_DATA_COME_BEFORE_OK = "6.3.2" / 3, Must, Server, "the server must send the data that SELECT defines before the OK";
    SELECT_GETS_LIST = "6.3.2" / 4, Must, Server, "the server must send a LIST response with the name of the selected mailbox";
    SELECT_LIST_ATTRIBUTES_ARE_ACCURATE = "6.3.2" / 5, Must, Server, "the server must send accurate attributes in the LIST response to SELECT";
    SELECT_LIST_HAS_OLDNAME = "6.3.2" / 6, Must, Server, "the server must send OLDNAME in that LIST when it has normalized the name";
    CLOSED_IS_SENT = "6.3.2" / 7, Must, Server, "the server must send CLOSED when SELECT closes the mailbox selected before";
    READ_WRITE_IS_SENT = "6.3.2" / 8, Should, Server, "the server should mark the OK to SELECT as READ-WRITE where the mailbox may be changed";
    READ_ONLY_IS_SENT = "6.3.2" / 9, Must, Server, "the server must mark the OK to SELECT as READ-ONLY where the mailbox may only be read";
    READ_ONLY_MAILBOX_MAY_KEEP_USER_STATE = "6.3.2" / 10, May, Server, "the server may let each user change state of his own in a read-only mailbox";

    // §6.3.3
    EXAMINE_GETS_ITS_RESPONSES = "6.3.3" / 1, Required, Server, "the server must answer EXAMINE with FLAGS, EXISTS and LIST";
    EXAMINE_GETS_ITS_OK_RESPONSES = "6.3.3" / 2, Required, Server, "the server must answer EXAMINE with PERMANENTFLAGS, UIDNEXT and UIDVALIDITY";
    EXAMINE_IS_READ_ONLY = "6.3.3" / 3, Must, Server, "the server must mark the OK to EXAMINE as READ-ONLY";

    // §6.3.4
    CREATE_MAY_GET_LIST = "6.3.4" / 1, Optional, Server, "the server may answer CREATE with LIST";
    CREATED_NAME_IS_NET_UNICODE = "6.3.4" / 2, Must, Server, "the server must reject or convert a new name that is not Net-Unicode";
    CREATE_REPORTS_A_CONVERTED_NAME = "6.3.4" / 3, Should, Server, "the server should report a name that CREATE has converted by LIST with OLDNAME";
    CREATION_MAY_BE_ANNOUNCED = "6.3.4" / 4, May, Server, "the server may announce a new mailbox to other sessions by LIST";
    SUBSCRIBED_CREATION_SAYS_SO = "6.3.4" / 5, Must, Server, "the server must mark an announced new mailbox as \\Subscribed when it subscribes to it";
    NEEDLESS_TRAILING_SEPARATOR_IS_IGNORED = "6.3.4" / 6, Must, Server, "the server must ignore a trailing separator in CREATE that it does not need";
    CREATE_MAKES_SUPERIOR_NAMES = "6.3.4" / 7, Should, Server, "the server should create the superior names that CREATE needs";
    MISSING_PARENTS_ARE_CREATED = "6.3.4" / 8, Should, Server, "the server should create missing parents of a name given to CREATE";
    RECREATED_MAILBOX_HAS_GREATER_UIDS = "6.3.4" / 9, Must, Server, "the server must use greater UIDs or another UIDVALIDITY in a mailbox created anew";

    // §6.3.5
    DELETE_MAY_GET_LIST = "6.3.5" / 1, Optional, Server, "the server may answer DELETE with LIST";
    DELETE_KEEPS_INFERIOR_NAMES = "6.3.5" / 2, MustNot, Server, "the server must not remove inferior names by DELETE";
    CHILD_SURVIVES_ITS_PARENT = "6.3.5" / 3, MustNot, Server, "the server must not remove a child when its parent is deleted";
    DELETE_OF_A_PARENT_GETS_NO = "6.3.5" / 4, Should, Server, "the server should answer DELETE by NO where a parent cannot be deleted";
    DELETE_OF_A_PARENT_GETS_HASCHILDREN = "6.3.5" / 5, Should, Server, "the server should give that NO the code HASCHILDREN";
    DELETED_PARENT_MAY_STAY_AS_NOSELECT = "6.3.5" / 6, May, Server, "the server may turn a deleted parent into a \\Noselect name";
    DELETED_MAILBOX_LEAVES_ITS_HIGHEST_UID = "6.3.5" / 7, Must, Server, "the server must remember the highest UID of a deleted mailbox";
    DELETE_REPORTS_A_CONVERTED_NAME = "6.3.5" / 8, Should, Server, "the server should report a name that DELETE has converted by LIST with \\NonExistent and OLDNAME";
    DELETION_MAY_BE_ANNOUNCED = "6.3.5" / 9, May, Server, "the server may announce a deleted mailbox to other sessions by LIST with \\NonExistent";

    // §6.3.6
    RENAME_MAY_GET_LIST = "6.3.6" / 1, Optional, Server, "the server may answer RENAME with LIST";
    INFERIOR_NAMES_ARE_RENAMED = "6.3.6" / 2, Must, Server, "the server must rename inferior names along with a mailbox";
    RENAME_MAKES_SUPERIOR_NAMES = "6.3.6" / 3, Should, Server, "the server should create the superior names that RENAME needs";
    MISSING_PARENTS_OF_THE_NEW_NAME_ARE_CREATED = "6.3.6" / 4, Should, Server, "the server should create missing parents of a new name given to RENAME";
    RENAMED_MAILBOX_LEAVES_ITS_HIGHEST_UID = "6.3.6" / 5, Must, Server, "the server must remember the highest UID under the old name";
    RENAME_REPORTS_A_CONVERTED_NAME = "6.3.6" / 6, Should, Server, "the server should report a name that RENAME has converted by LIST with OLDNAME";
    RENAMING_MAY_BE_ANNOUNCED = "6.3.6" / 7, May, Server, "the server may announce a renamed mailbox to other sessions by LIST with OLDNAME";
    SUBSCRIBED_RENAMING_SAYS_SO = "6.3.6" / 8, Must, Server, "the server must mark an announced renamed mailbox as \\Subscribed when it subscribes to it";

    // §6.3.7
    SUBSCRIBE_MAY_BE_VALIDATED = "6.3.7" / 1, May, Server, "the server may check that the mailbox given to SUBSCRIBE exists";
    SUBSCRIPTION_OUTLIVES_THE_MAILBOX = "6.3.7" / 2, ShouldNot, Server, "the server should not drop a subscription because its mailbox is gone";

    // §6.3.9
    SELECTION_OPTIONS_MAY_BE_OMITTED = "6.3.9" / 1, Optional, Client, "give LIST selection options or none";
    RETURN_OPTIONS_MAY_BE_OMITTED = "6.3.9" / 2, Optional, Client, "give LIST return options or none";
    LIST_IS_QUICK = "6.3.9" / 3, Should, Server, "the server should answer LIST without undue delay";
    LISTED_NAMES_MATCH_THE_PATTERN = "6.3.9" / 4, Must, Server, "the server must list only mailboxes that match a pattern";
    REFERENCE_IS_EMPTY = "6.3.9" / 5, Should, Client, "leave the reference of LIST empty";
    ROOT_NAME_MAY_BE_EMPTY = "6.3.9" / 6, May, Server, "the server may return an empty root name for a reference that is empty or not rooted";
    REFERENCE_ENDS_WITH_THE_DELIMITER = "6.3.9" / 7, ShouldNot, Client, "use no reference without a trailing delimiter unless the user asks for it";
    REFERENCE_IS_NOT_INTERPRETED = "6.3.9" / 8, MustNot, Client, "assume nothing about a reference unless it is a level that ends with the delimiter";
    LISTED_NAMES_BEGIN_WITH_THE_REFERENCE = "6.3.9" / 9, Should, Server, "the server should begin listed names with what it uses of the reference";
    LISTED_NAMES_KEEP_THE_FORM_OF_THE_REFERENCE = "6.3.9" / 10, Should, Server, "the server should list names in the form of the reference";
    REFERENCE_IS_NOT_RESOLVED = "6.3.9" / 11, ShouldNot, Server, "the server should not replace the reference by what it stands for on the server";
    UNACCEPTED_PATTERN_IS_IGNORED = "6.3.9" / 12, Must, Server, "the server must answer OK without LIST to a valid pattern that it does not accept";
    RETURN_OPTIONS_ADD_NO_NAMES = "6.3.9" / 13, MustNot, Server, "the server must not list more mailboxes because of a return option";
    LIST_MAY_RETURN_MORE_INFORMATION = "6.3.9" / 14, May, Server, "the server may return more about a mailbox than was asked";
    MORE_INFORMATION_IS_HANDLED = "6.3.9" / 15, Must, Client, "handle LIST responses that tell more than was asked";
    INITIAL_LIST_OPTIONS_ARE_SUPPORTED = "6.3.9" / 16, Must, Server, "the server must support the LIST options of the base protocol";
    UNADVERTISED_LIST_OPTIONS_ARE_NOT_SENT = "6.3.9" / 17, MustNot, Client, "send no LIST option that the server does not advertise";
    UNKNOWN_LIST_OPTION_GETS_BAD = "6.3.9" / 18, Must, Server, "the server must answer an unknown LIST option by BAD";
    LIST_OPTIONS_ARE_NOT_REPEATED = "6.3.9" / 19, ShouldNot, Client, "give each LIST option only once";
    REPEATED_LIST_OPTION_COUNTS_ONCE = "6.3.9" / 20, Must, Server, "the server must treat a repeated LIST option as given once";

    // §6.3.9.1
    SUBSCRIBED_LISTS_EXACTLY_THE_SUBSCRIBED = "6.3.9.1" / 1, Must, Server, "the server must list exactly the subscribed names that match for SUBSCRIBED";
    SUBSCRIBED_SELECTION_SUPPORTS_ITS_ATTRIBUTE = "6.3.9.1" / 2, Must, Server, "the server must support \\Subscribed for the selection option SUBSCRIBED";
    SUBSCRIBED_SELECTION_IS_ACCURATE = "6.3.9.1" / 3, Must, Server, "the server must compute \\Subscribed accurately for the selection option SUBSCRIBED";
    REMOTE_IS_ACCURATE = "6.3.9.1" / 4, Must, Server, "the server must compute \\Remote accurately for the option REMOTE";
    RECURSIVEMATCH_IS_NOT_ALONE = "6.3.9.1" / 5, MustNot, Client, "use RECURSIVEMATCH only beside a selection option other than REMOTE";
    LONE_RECURSIVEMATCH_GETS_BAD = "6.3.9.1" / 6, Must, Server, "the server must answer a lone RECURSIVEMATCH by BAD";
    CHILDINFO_MAY_BE_STALE = "6.3.9.1" / 7, Must, Client, "handle CHILDINFO whose children are gone by the next LIST";

    // §6.3.9.2
    SUBSCRIBED_RETURN_SUPPORTS_ITS_ATTRIBUTE = "6.3.9.2" / 1, Must, Server, "the server must support \\Subscribed for the return option SUBSCRIBED";
    SUBSCRIBED_RETURN_IS_ACCURATE = "6.3.9.2" / 2, Must, Server, "the server must compute \\Subscribed accurately for the return option SUBSCRIBED";
    SUBSCRIBED_LEAVES_OTHER_ATTRIBUTES_ACCURATE = "6.3.9.2" / 3, Must, Server, "the server must compute all other attributes accurately as well";
    LIST_STATUS_COMES_FOR_EACH_MAILBOX = "6.3.9.2" / 4, Must, Server, "the server must follow the LIST of each selectable mailbox by STATUS when it is asked for";
    NO_STATUS_FOR_AN_UNSELECTABLE_MAILBOX = "6.3.9.2" / 5, MustNot, Server, "the server must not send STATUS for a mailbox that cannot be selected";
    UNSELECTABLE_MAILBOX_IS_NOSELECT = "6.3.9.2" / 6, Must, Server, "the server must list a mailbox as \\NoSelect when its STATUS fails for that";
    STATUS_MAY_BE_DROPPED = "6.3.9.2" / 7, May, Server, "the server may drop the STATUS of a listed mailbox on unexpected problems";

    // §6.3.9.3
    ONE_LIST_RESPONSE_FOR_A_NAME = "6.3.9.3" / h(1), Should, Server, "the server should send at most one LIST response for each matching name";

    // §6.3.9.4
    STRONGER_ATTRIBUTES_IMPLY_WEAKER = "6.3.9.4" / 1, Must, Client, "infer \\HasNoChildren from \\NoInferiors and \\NoSelect from \\NonExistent";

    // §6.3.9.5
    CHILDREN_MAY_COME_UNASKED = "6.3.9.5" / 1, May, Server, "the server may tell about children without being asked";
    CHILDREN_RETURNS_TWO_ATTRIBUTES = "6.3.9.5" / 2, Must, Server, "the server must return \\HasChildren and \\HasNoChildren as CHILDREN defines them";
    CHILD_ATTRIBUTES_IN_ANY_LIST = "6.3.9.5" / 3, May, Server, "the server may return \\HasChildren and \\HasNoChildren to any LIST";
    CHILDREN_IS_ANSWERED_AT_ANY_COST = "6.3.9.5" / 4, Must, Server, "the server must answer the option CHILDREN however expensive it is";
    NO_HASCHILDREN_WITHOUT_PERMISSION = "6.3.9.5" / 5, ShouldNot, Server, "the server should not return \\HasChildren when the user may see no child";
    HASNOCHILDREN_WITHOUT_PERMISSION = "6.3.9.5" / 6, Should, Server, "the server should return \\HasNoChildren when the user may see no child";
    CHILD_ATTRIBUTES_EXCLUDE_EACH_OTHER = "6.3.9.5" / h(1), MustNot, Server, "the server must not send both \\HasChildren and \\HasNoChildren for a mailbox";
    HASCHILDREN_MAY_BE_STALE = "6.3.9.5" / h(2), Must, Client, "handle \\HasChildren on a mailbox whose children are not listed";

    // §6.3.9.6
    NO_CHILDINFO_WITHOUT_RECURSIVEMATCH = "6.3.9.6" / 1, MustNot, Server, "the server must not return CHILDINFO unless RECURSIVEMATCH is given";
    MISSING_PARENT_IS_NONEXISTENT_WITH_CHILDREN = "6.3.9.6" / 2, Should, Server, "the server should list a missing parent as \\NonExistent \\HasChildren";
    CHILDINFO_TELLS_OF_UNLISTED_CHILDREN = "6.3.9.6" / 3, Should, Server, "the server should return a parent for CHILDINFO only when a matching child is not listed";
    REDUNDANT_CHILDINFO_IS_SUPPRESSED = "6.3.9.6" / 4, Should, Server, "the server should suppress redundant CHILDINFO";

    // §6.3.9.7
    OLDNAME_TELLS_THE_NORMALIZED_NAME = "6.3.9.7" / 1, Should, Server, "the server should send LIST with OLDNAME whenever it has normalized a name";

    // §6.3.10
    NAMESPACE_IS_ANSWERED = "6.3.10" / 1, Required, Server, "the server must answer NAMESPACE with an untagged NAMESPACE";
    NAMESPACE_MAY_HAVE_EXTENSIONS = "6.3.10" / 2, May, Server, "the server may put extensions into the answer to NAMESPACE";
    SEVERAL_NAMESPACES_OF_A_KIND = "6.3.10" / 3, May, Server, "the server may have several personal or other users' namespaces";
    SEVERAL_NAMESPACES_ARE_EXPECTED = "6.3.10" / 4, Must, Client, "be prepared for several namespaces of each kind";
    NAMESPACE_FOR_A_NEW_MAILBOX_IS_CHOSEN = "6.3.10" / 5, Should, Client, "let the user choose the namespace of a new mailbox or take the first personal one";
    OTHER_USERS_NAMES_FOLLOW_THE_PREFIX = "6.3.10" / 6, Should, Server, "the server should follow the Other Users' prefix by a user name";
    USERS_WITHOUT_A_GRANT_ARE_NOT_LISTED = "6.3.10" / 7, ShouldNot, Server, "the server should not list users who have granted the user no access";
    USERS_WITH_AN_EXPLICIT_GRANT_ARE_LISTED = "6.3.10" / 8, May, Server, "the server may list only users who have explicitly granted access";
    LISTING_USERS_MAY_GET_NO = "6.3.10" / 9, May, Server, "the server may answer NO to a LIST of all other users";

    // §6.3.11
    STATUS_IS_ANSWERED = "6.3.11" / 1, Required, Server, "the server must answer STATUS with an untagged STATUS";
    NO_STATUS_ON_THE_SELECTED_MAILBOX = "6.3.11" / 2, ShouldNot, Client, "use no STATUS on the selected mailbox";
    STATUS_ON_THE_SELECTED_MAILBOX_WORKS = "6.3.11" / 3, Must, Server, "the server must execute STATUS on the selected mailbox too";
    STATUS_IS_NO_CHECK_FOR_NEW_MESSAGES = "6.3.11" / 4, MustNot, Client, "check the selected mailbox for new messages by other means than STATUS";
    STATUS_SIZE_COVERS_ALL_MESSAGES = "6.3.11" / 5, Must, Server, "the server must report a SIZE not below the sum of all RFC822.SIZE";

    // §6.3.12
    APPEND_FLAGS_MAY_BE_OMITTED = "6.3.12" / 1, Optional, Client, "give APPEND flags or none";
    APPEND_DATE_MAY_BE_OMITTED = "6.3.12" / 2, Optional, Client, "give APPEND a date or none";
    APPEND_MAY_GET_LIST = "6.3.12" / 3, Optional, Server, "the server may answer APPEND with LIST";
    APPENDED_TEXT_IS_A_MESSAGE = "6.3.12" / 4, Should, Client, "append only what has the form of a message";
    APPEND_OF_8_BIT_IS_REVERSIBLE = "6.3.12" / 5, Must, Server, "the server must convert 8-bit data reversibly where it cannot preserve them";
    APPEND_SETS_THE_FLAGS = "6.3.12" / 6, Should, Server, "the server should set the flags that APPEND gives";
    APPEND_SETS_THE_DATE = "6.3.12" / 7, Should, Server, "the server should set the internal date that APPEND gives";
    FAILED_APPEND_LEAVES_NO_TRACE = "6.3.12" / 8, Must, Server, "the server must leave the mailbox as it was when APPEND fails";
    APPEND_TO_A_MISSING_MAILBOX_FAILS = "6.3.12" / 9, Must, Server, "the server must fail APPEND to a mailbox that does not exist";
    APPEND_CREATES_NO_MAILBOX = "6.3.12" / 10, MustNot, Server, "the server must not create a mailbox because of APPEND";
    APPEND_SENDS_TRYCREATE = "6.3.12" / 11, Must, Server, "the server must answer APPEND by TRYCREATE when the mailbox might be created";
    NO_APPENDUID_FOR_A_CLOSED_MAILBOX = "6.3.12" / 12, MustNot, Server, "the server must not send APPENDUID for a mailbox that the client may not select";
    APPENDUID_MAY_BE_OMITTED = "6.3.12" / 13, May, Server, "the server may omit APPENDUID under UIDNOTSTICKY";
    APPEND_TO_THE_SELECTED_MAILBOX_IS_NOTICED = "6.3.12" / 14, Should, Server, "the server should treat a message appended to the selected mailbox as new";
    APPEND_TO_THE_SELECTED_MAILBOX_GETS_EXISTS = "6.3.12" / 15, Should, Server, "the server should send EXISTS at once after APPEND to the selected mailbox";
    NOOP_AFTER_APPEND = "6.3.12" / 16, May, Client, "send NOOP after APPEND when no EXISTS has come";
    APPEND_REPORTS_A_CONVERTED_NAME = "6.3.12" / 17, Should, Server, "the server should report a name that APPEND has converted by LIST with OLDNAME";

    // §6.3.13
    FETCH_UNDER_IDLE_HAS_UID = "6.3.13" / 1, Must, Server, "the server must send the UID in every FETCH response under IDLE";
    DONE_WAITS_FOR_THE_CONTINUATION = "6.3.13" / h(1), Must, Client, "end IDLE by DONE once the server has sent its continuation request";
    QUEUED_RESPONSES_MAY_FOLLOW_DONE = "6.3.13" / 2, May, Server, "the server may send waiting responses after DONE";
    DONE_IS_ANSWERED_AT_ONCE = "6.3.13" / 3, Must, Server, "the server must complete IDLE immediately after DONE";
    NO_COMMAND_BEFORE_DONE = "6.3.13" / 4, MustNot, Client, "send no command before the DONE that ends IDLE";
    IDLING_MAY_COUNT_AS_INACTIVE = "6.3.13" / 5, May, Server, "the server may count an idling client as inactive";
    IDLING_CLIENT_MAY_BE_LOGGED_OFF = "6.3.13" / 6, May, Server, "the server may log off an idling client when its timeout ends";
    IDLE_IS_RENEWED = "6.3.13" / h(2), Should, Client, "end IDLE and begin it anew at least every 29 minutes";

    // §6.4.1
    MAILBOX_MAY_BE_LEFT_WITHOUT_CLOSE = "6.4.1" / 1, May, Client, "send SELECT, EXAMINE or LOGOUT without CLOSE";

    // §6.4.4
    SEARCH_RETURN_MAY_BE_OMITTED = "6.4.4" / 1, Optional, Client, "give SEARCH result options or none";
    SEARCH_CHARSET_MAY_BE_OMITTED = "6.4.4" / 2, Optional, Client, "give SEARCH a charset or none";
    SEARCH_MAY_GET_ESEARCH = "6.4.4" / 3, Optional, Server, "the server may answer SEARCH with ESEARCH or, for SAVE alone, without";
    UNKNOWN_SEARCH_OPTION_GETS_BAD = "6.4.4" / 4, Must, Server, "the server must answer an unknown result option by BAD";
    SEARCH_RESPONSE_IS_IGNORED_BY_REV2 = "6.4.4" / 5, Must, Client, "ignore SEARCH responses when only IMAP4rev2 is supported";
    SEARCH_WITHOUT_MATCH_HAS_NO_MIN = "6.4.4" / 6, MustNot, Server, "the server must not answer MIN when SEARCH finds nothing";
    SEARCH_FOR_MIN_GETS_ESEARCH = "6.4.4" / 7, Must, Server, "the server must send ESEARCH for MIN even when SEARCH finds nothing";
    SEARCH_WITHOUT_MATCH_HAS_NO_MAX = "6.4.4" / 8, MustNot, Server, "the server must not answer MAX when SEARCH finds nothing";
    SEARCH_FOR_MAX_GETS_ESEARCH = "6.4.4" / 9, Must, Server, "the server must send ESEARCH for MAX even when SEARCH finds nothing";
    SEARCH_RESULTS_ARE_UNORDERED = "6.4.4" / 10, MustNot, Client, "assume no order among the results of SEARCH";
    SEARCH_WITHOUT_MATCH_HAS_NO_ALL = "6.4.4" / 11, MustNot, Server, "the server must not answer ALL when SEARCH finds nothing";
    SEARCH_FOR_ALL_GETS_ESEARCH = "6.4.4" / 12, Must, Server, "the server must send ESEARCH for ALL even when SEARCH finds nothing";
    SEARCH_ALWAYS_HAS_COUNT = "6.4.4" / 13, Must, Server, "the server must always answer COUNT when it is asked for";
    SEARCH_OPTIONS_SHARE_ONE_ESEARCH = "6.4.4" / 14, Must, Server, "the server must answer all result options in one ESEARCH";
    SEARCH_MAY_SKIP_NON_TEXT_PARTS = "6.4.4" / 15, May, Server, "the server may search in parts of type text and message only";
    SEARCH_CHARSET_NAMES_A_REGISTERED_ONE = "6.4.4" / 16, Optional, Client, "name the charset of search strings by its registered name";
    SEARCH_DECODES_MIME = "6.4.4" / 17, Must, Server, "the server must decode transfer encodings and encoded words before it compares";
    SEARCH_CHARSETS_US_ASCII_AND_UTF8 = "6.4.4" / 18, Must, Server, "the server must support the charsets US-ASCII and UTF-8 in SEARCH";
    SEARCH_CHARSETS_BEYOND = "6.4.4" / 19, May, Server, "the server may support further charsets in SEARCH";
    SEARCH_IN_UTF8 = "6.4.4" / 20, Should, Client, "search in UTF-8";
    SEARCH_DEFAULTS_TO_UTF8 = "6.4.4" / 21, Must, Server, "the server must take search strings without a charset for UTF-8";
    UNSUPPORTED_CHARSET_GETS_NO = "6.4.4" / 22, Must, Server, "the server must answer a charset that it does not support by NO, not BAD";
    UNSUPPORTED_CHARSET_GETS_BADCHARSET = "6.4.4" / 23, Should, Server, "the server should answer an unsupported charset by the code BADCHARSET";
    BADCHARSET_MAY_LIST_CHARSETS = "6.4.4" / 24, May, Server, "the server may list the charsets that it supports in BADCHARSET";
    SEARCH_IGNORES_ASCII_CASE = "6.4.4" / 25, Should, Server, "the server should match ASCII letters in any case";

    // §6.4.4.1
    FAILED_SEARCH_KEEPS_THE_VARIABLE = "6.4.4.1" / 1, MustNot, Server, "the server must not change the saved result by a SEARCH that gets BAD or has no SAVE";
    SAVED_NUMBERS_FOLLOW_EXPUNGES = "6.4.4.1" / 2, Must, Server, "the server must adjust saved message numbers when it reports expunges";

    // §6.4.4.2
    SAVE_AND_USE_RUN_IN_ORDER = "6.4.4.2" / 1, Must, Server, "the server must execute SEARCH SAVE before the command that uses its result";
    SAVE_MAY_BE_PIPELINED = "6.4.4.2" / 2, May, Client, "pipeline SEARCH SAVE with commands that use its result where nothing gets ambiguous";

    // §6.4.4.3
    SAVE_MAY_BE_REFUSED = "6.4.4.3" / 1, May, Server, "the server may refuse to save what SEARCH finds";
    REFUSED_SAVE_GETS_NOTSAVED = "6.4.4.3" / 2, Must, Server, "the server must answer a refused SAVE by NOTSAVED and empty the saved result";

    // §6.4.5
    STATIC_ITEMS_DO_NOT_CHANGE = "6.4.5" / 1, MustNot, Server, "the server must not change the static data items of a message";
    DYNAMIC_ITEMS_MAY_CHANGE = "6.4.5" / 2, May, Server, "the server may change the dynamic data items of a message";
    IMPLICIT_SEEN_IS_REPORTED = "6.4.5" / 3, Should, Server, "the server should report the flags when FETCH has set \\Seen";

    // §6.4.5.1
    NESTED_PARTS_ARE_DOTTED = "6.4.5.1" / 1, Must, Both, "number the parts of a nested part behind a period";
    MIME_SPECIFIER_HAS_A_PART_NUMBER = "6.4.5.1" / 2, Must, Client, "put a part number before the part specifier MIME";

    // §6.4.6
    SILENT_STORE_IS_TRUSTED = "6.4.6" / 1, Should, Server, "the server should take it that the client knows the flags after STORE .SILENT";
    EXTERNAL_FLAG_CHANGES_ARE_SENT = "6.4.6" / 2, Should, Server, "the server should report flags changed from outside even under .SILENT";

    // §6.4.7
    COPY_KEEPS_FLAGS_AND_DATE = "6.4.7" / 1, Should, Server, "the server should preserve flags and internal date in a copy";
    COPY_TO_A_MISSING_MAILBOX_FAILS = "6.4.7" / 2, Must, Server, "the server must fail COPY to a mailbox that does not exist";
    COPY_CREATES_NO_MAILBOX = "6.4.7" / 3, MustNot, Server, "the server must not create a mailbox because of COPY";
    COPY_SENDS_TRYCREATE = "6.4.7" / 4, Must, Server, "the server must answer COPY by TRYCREATE when the mailbox might be created";
    FAILED_COPY_LEAVES_NO_TRACE = "6.4.7" / 5, Must, Server, "the server must leave the destination as it was when COPY fails";
    COPY_IS_NOT_PARTIAL = "6.4.7" / 6, MustNot, Server, "the server must not copy only a part of the messages";
    NO_COPYUID_FOR_A_CLOSED_MAILBOX = "6.4.7" / 7, MustNot, Server, "the server must not send COPYUID for a mailbox that the client may not select";
    COPYUID_MAY_BE_OMITTED = "6.4.7" / 8, May, Server, "the server may omit COPYUID under UIDNOTSTICKY";

    // §6.4.8
    MOVE_KEEPS_FLAGS_AND_DATE = "6.4.8" / 1, Should, Server, "the server should preserve flags and internal date in a move";
    MOVE_SENDS_NO_STORE_RESPONSES = "6.4.8" / 2, MustNot, Server, "the server must not send responses of STORE for MOVE";
    MOVE_SETS_NO_DELETED = "6.4.8" / 3, MustNot, Server, "the server must not set \\Deleted because of MOVE";
    EACH_MESSAGE_IS_MOVED_OR_NOT = "6.4.8" / 4, Must, Server, "the server must move each message wholly or leave it unaffected";
    MOVE_LOSES_NO_MESSAGE = "6.4.8" / 5, Must, Server, "the server must keep each message in at least one of the two mailboxes";
    MOVE_LEAVES_NO_DUPLICATE = "6.4.8" / 6, ShouldNot, Server, "the server should not leave a message in both mailboxes";
    MOVE_TO_A_MISSING_MAILBOX_FAILS = "6.4.8" / 7, Must, Server, "the server must fail MOVE to a mailbox that does not exist";
    MOVE_CREATES_NO_MAILBOX = "6.4.8" / 8, MustNot, Server, "the server must not create a mailbox because of MOVE";
    MOVE_SENDS_TRYCREATE = "6.4.8" / 9, Must, Server, "the server must answer MOVE by TRYCREATE when the mailbox might be created";
    COPYUID_COMES_BEFORE_EXPUNGE = "6.4.8" / 10, Required, Server, "the server must send COPYUID in an untagged OK before the EXPUNGE responses of MOVE";

    // §6.4.9
    UID_SEARCH_HAS_THE_UID_INDICATOR = "6.4.9" / 1, Must, Server, "the server must mark the ESEARCH to UID SEARCH with UID";
    UID_RANGE_TO_THE_END_HOLDS_THE_LAST = "6.4.9" / h(1), Must, Client, "expect the last message in every UID range that ends in *";
    UID_COMMANDS_REPORT_UIDS = "6.4.9" / 2, Must, Server, "the server must include the UID in every FETCH response to a UID command";

    // §6.5
    EXTENSION_COMMANDS_HAVE_A_CAPABILITY = "6.5" / 1, Must, Other, "whoever adds a command must tie it to a capability";
    NO_UNREQUESTED_EXTENSION_RESPONSES = "6.5" / 2, MustNot, Server, "the server must not send added responses that the client has not asked for";

    // §7
    ANY_RESPONSE_IS_EXPECTED = "7" / 1, Must, Client, "be prepared for any response at any time";
    CRITICAL_DATA_ARE_REMEMBERED = "7" / 2, Must, Client, "remember data that bear on all later commands and responses";
    OTHER_DATA_ARE_REMEMBERED = "7" / 3, Should, Client, "remember other data as far as they are of use";
    CHANGES_BY_OTHERS_ARE_SENT = "7" / 4, Should, Server, "the server should report flags and expunges that another agent has changed";

    // §7.1
    RESPONSE_CODE_IS_AN_ATOM_IN_BRACKETS = "7.1" / h(1), Must, Server, "the server must send a response code as an atom in brackets, with or without arguments";
    STATUS_MAY_CARRY_A_CODE = "7.1" / 1, May, Server, "the server may put a response code into a status response";
    RESPONSE_CODE_IS_OPTIONAL = "7.1" / 2, Optional, Server, "the server may leave the response code out of a status response";
    ALERT_IN_CLEARTEXT_IS_IGNORED = "7.1" / 3, Should, Client, "ignore ALERT on a connection without confidentiality";
    ALERT_IN_CLEARTEXT_IS_SUSPICIOUS = "7.1" / 4, Must, Client, "mark an alert from an unprotected connection as suspicious when it is shown";
    ALERT_IS_PRESENTED = "7.1" / 5, Must, Client, "present an alert from a protected connection to the user";
    APPENDUID_OF_ONE_IS_NO_SET = "7.1" / 6, MustNot, Server, "the server must not send APPENDUID with a set when one message was appended";
    APPENDUID_OF_ONE_IS_NO_RANGE = "7.1" / 7, MustNot, Server, "the server must not send APPENDUID with a range of a single UID";
    UID_SETS_OF_COPYUID_CORRESPOND = "7.1" / h(2), Must, Server, "the server must send COPYUID with two sets of equally many UIDs and without *";
    CLOSED_DIVIDES_TWO_MAILBOXES = "7.1" / h(3), Must, Client, "assign what comes before CLOSED to the mailbox left and the rest to the new one";
    EXHAUSTED_KEYWORDS_ARE_REPORTED = "7.1" / 8, Must, Server, "the server must send PERMANENTFLAGS without \\* when no more keywords fit";
    NO_UIDNOTSTICKY_STORES = "7.1" / 9, ShouldNot, Server, "the server should not have message stores without persistent UIDs";
    UNKNOWN_RESPONSE_CODES_ARE_IGNORED = "7.1" / 10, Must, Client, "ignore response codes that are not recognized";

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
    PREAUTH_IS_SENT_ON_PROTECTED_CONNECTIONS = "7.1.4" / 2, Should, Server, "the server should send PREAUTH only on protected connections";
    PREAUTH_BEFORE_MANDATORY_TLS_CLOSES = "7.1.4" / 3, Must, Client, "close when PREAUTH comes unprotected and TLS is required";

    // §7.1.5
    BYE_MAY_CARRY_A_CODE = "7.1.5" / 1, Optional, Server, "the server may put a response code into BYE";
    BYE_TEXT_MAY_BE_SHOWN = "7.1.5" / 2, May, Client, "show the text of BYE to the user";
    READING_GOES_ON_AFTER_BYE = "7.1.5" / 3, Should, Client, "read on after BYE until the connection is closed";

    // §7.2.2
    CAPABILITIES_INCLUDE_IMAP4REV2 = "7.2.2" / 1, Must, Server, "the server must list IMAP4rev2 among its capabilities";
    AUTH_PLAIN_IS_IMPLEMENTED = "7.2.2" / 2, Must, Both, "implement AUTH=PLAIN";
    STARTTLS_AND_LOGINDISABLED_ARE_IMPLEMENTED = "7.2.2" / 3, Must, Both, "support STARTTLS and LOGINDISABLED where a connection begins in cleartext";
    LOGINDISABLED_FORBIDS_LOGIN = "7.2.2" / 4, MustNot, Client, "issue no LOGIN while LOGINDISABLED is advertised";
    RESPONSES_CONFORM_TO_REV2 = "7.2.2" / 5, Must, Server, "the server must respond by IMAP4rev2 when it does not advertise IMAP4rev1";
    RESPONSES_CONFORM_TO_REV1_UNTIL_ENABLED = "7.2.2" / 6, Must, Server, "the server must respond by IMAP4rev1 when it advertises both, until the client asks for more";
    CAPABILITY_NAMES_ARE_REGISTERED = "7.2.2" / 7, Should, Other, "whoever defines a capability should register its name";
    UNREGISTERED_CAPABILITIES_ARE_NOT_OFFERED = "7.2.2" / 8, ShouldNot, Server, "the server should not offer unregistered capabilities";
    NO_OTHER_CAPABILITY_IS_REQUIRED = "7.2.2" / 9, ShouldNot, Client, "require no capability but IMAP4rev2, STARTTLS and LOGINDISABLED";
    UNKNOWN_CAPABILITIES_ARE_IGNORED = "7.2.2" / 10, Must, Client, "ignore capabilities that are not known";
    CAPABILITIES_COME_AUTOMATICALLY = "7.2.2" / 11, May, Server, "the server may send its capabilities with the greeting and with successful authentication";
    CAPABILITIES_MAY_CHANGE = "7.2.2" / 12, May, Server, "the server may change its capabilities during the connection";

    // §7.3.1
    LIST_MAY_HAVE_EXTENSION_DATA = "7.3.1" / 1, Optional, Server, "the server may put extension data into a LIST response";
    HASCHILDREN_NEEDS_PERMISSION = "7.3.1" / 2, ShouldNot, Server, "the server should not mark a mailbox as \\HasChildren when its children are all hidden from the user";
    HIDDEN_CHILDREN_COUNT_AS_NONE = "7.3.1" / 3, Should, Server, "the server should mark a mailbox as \\HasNoChildren when its children are all hidden from the user";
    MARKED_ONLY_WHEN_KNOWN = "7.3.1" / 4, ShouldNot, Server, "the server should not send \\Marked or \\Unmarked when it cannot tell";
    MARKED_UNMARKED_AND_NOSELECT_EXCLUDE_EACH_OTHER = "7.3.1" / 5, MustNot, Server, "the server must not combine \\Marked, \\Unmarked and \\Noselect";
    NEITHER_MARKED_NOR_NOSELECT = "7.3.1" / 6, May, Server, "the server may send none of \\Marked, \\Unmarked and \\Noselect";
    SPECIAL_USE_MAY_BE_LISTED = "7.3.1" / 7, May, Server, "the server may list the special uses of a mailbox";
    ALL_MAY_OMIT_SOME = "7.3.1" / 8, May, Server, "the server may leave some messages out of the mailbox that is \\All";
    SPECIAL_USES_ARE_OPTIONAL = "7.3.1" / 9, Optional, Server, "the server may support any special uses or none";
    SIBLINGS_SHARE_THE_SEPARATOR = "7.3.1" / 10, Must, Server, "the server must use one separator below a top-level name";
    LISTED_NAME_IS_A_REFERENCE = "7.3.1" / 11, Must, Server, "the server must list names that are valid as references";
    LISTED_NAME_IS_SELECTABLE = "7.3.1" / 12, Must, Server, "the server must list names that mailbox commands accept, \\Noselect and \\NonExistent excepted";
    EXTENDED_FIELDS_ARE_OPTIONAL = "7.3.1" / 13, Optional, Server, "the server may follow a listed name by extended fields";
    EXTENDED_FIELD_TAGS_ARE_REGISTERED = "7.3.1" / 14, Must, Other, "whoever defines an extended field must register its tag";
    EXTENDED_FIELDS_COME_UNASKED = "7.3.1" / 15, May, Server, "the server may return extended fields that were not asked for";
    UNKNOWN_EXTENDED_FIELDS_ARE_IGNORED = "7.3.1" / 16, Must, Client, "ignore extended fields that are not recognized";

    // §7.3.2
    NAMESPACE_RESPONSE_MAY_BE_EXTENDED = "7.3.2" / 1, May, Server, "the server may put extensions into a NAMESPACE response";

    // §7.3.4
    ESEARCH_ITEMS_ARE_NOT_REPEATED = "7.3.4" / 1, Should, Server, "the server should name each item of ESEARCH only once";
    ESEARCH_NAMES_ITS_COMMAND = "7.3.4" / h(1), Must, Server, "the server must name in ESEARCH the tag of the command that it answers";
    ESEARCH_WITHOUT_MATCH_HAS_NO_MIN = "7.3.4" / 2, MustNot, Server, "the server must not put MIN into an ESEARCH without a match";
    ESEARCH_COMES_FOR_MIN = "7.3.4" / 3, Must, Server, "the server must send ESEARCH when MIN has no match";
    ESEARCH_WITHOUT_MATCH_HAS_NO_MAX = "7.3.4" / 4, MustNot, Server, "the server must not put MAX into an ESEARCH without a match";
    ESEARCH_COMES_FOR_MAX = "7.3.4" / 5, Must, Server, "the server must send ESEARCH when MAX has no match";
    ESEARCH_SETS_ARE_COMPLETE = "7.3.4" / 6, Must, Server, "the server must put only existing, matching messages into the set of ESEARCH";
    ESEARCH_SETS_ARE_UNORDERED = "7.3.4" / 7, MustNot, Client, "assume no order within the set of ESEARCH";
    ESEARCH_WITHOUT_MATCH_HAS_NO_ALL = "7.3.4" / 8, MustNot, Server, "the server must not put ALL into an ESEARCH without a match";
    ESEARCH_COMES_FOR_ALL = "7.3.4" / 9, Must, Server, "the server must send ESEARCH when ALL has no match";
    ESEARCH_HAS_COUNT = "7.3.4" / 10, Must, Server, "the server must put COUNT into the ESEARCH whenever it is asked for";

    // §7.3.5
    FLAGS_ARE_REMEMBERED = "7.3.5" / 1, Must, Client, "remember the flags of a FLAGS response";

    // §7.4.1
    EXISTS_IS_REMEMBERED = "7.4.1" / 1, Must, Client, "remember the number of messages of an EXISTS response";

    // §7.5.1
    NO_EXPUNGE_AT_A_WRONG_TIME = "7.5.1" / 1, MustNot, Server, "the server must not send EXPUNGE without a command nor during FETCH, STORE or SEARCH";
    EXPUNGE_NAMES_A_MESSAGE = "7.5.1" / h(1), Must, Server, "the server must expunge only sequence numbers that exist";
    EXPUNGE_DURING_UID_COMMANDS = "7.5.1" / 2, May, Server, "the server may send EXPUNGE during a UID command";
    EXPUNGE_IS_REMEMBERED = "7.5.1" / 3, Must, Client, "remember the update of an EXPUNGE response";
    EXPUNGE_RENUMBERS = "7.5.1" / h(2), Must, Client, "lower every later sequence number and the number of messages by one on EXPUNGE";

    // §7.5.2
    BINARY_WITHOUT_NUL_IS_A_STRING = "7.5.2" / 1, Should, Server, "the server should send 8-bit data without NUL as a string, not as literal8";
    BINARY_TEXT_HAS_CRLF = "7.5.2" / 2, Must, Server, "the server must send lines of text in BINARY with CR LF";
    UNKNOWN_ENCODING_GETS_NO = "7.5.2" / 3, Must, Server, "the server must answer BINARY by UNKNOWN-CTE when it does not know the encoding";
    BINARY_SIZE_MATCHES = "7.5.2" / 4, Must, Server, "the server must report the BINARY.SIZE that FETCH BINARY would return";
    UNKNOWN_ENCODING_HAS_NO_SIZE = "7.5.2" / 5, Must, Server, "the server must answer BINARY.SIZE by UNKNOWN-CTE when it does not know the encoding";
    BODY_IS_READ_BY_ITS_TYPE = "7.5.2" / 6, Should, Client, "read a body by its transfer encoding and type";
    PARTIAL_BODY_MAY_BE_TRUNCATED = "7.5.2" / 7, May, Server, "the server may truncate a body that it returns with an origin";
    NO_UNREQUESTED_ORIGIN = "7.5.2" / 8, MustNot, Server, "the server must not return an origin unless a partial body was asked for";
    HEADERS_MAY_BE_UTF8 = "7.5.2" / 9, May, Server, "the server may return headers in UTF-8";
    BINARY_BODY_IS_ENCODED = "7.5.2" / 10, Must, Server, "the server must encode non-textual data in BODY as text";
    ENCODED_BODY_IS_DECODED = "7.5.2" / 11, Must, Client, "decode the transfer encoding to get at binary data";
    MULTIPART_EXTENSIONS_KEEP_THEIR_ORDER = "7.5.2" / 12, Must, Server, "the server must send the extension data of a multipart in their order";
    PARAMETER_CONTINUATIONS_ARE_DECODED = "7.5.2" / 13, Should, Server, "the server should decode continued and encoded MIME parameters";
    DISPOSITION_CONTINUATIONS_ARE_DECODED = "7.5.2" / 14, Should, Server, "the server should decode continued parameters of a disposition";
    FURTHER_EXTENSION_DATA_ARE_ACCEPTED = "7.5.2" / 15, Must, Client, "accept extension data in BODYSTRUCTURE that are not defined yet";
    UNDEFINED_EXTENSION_DATA_ARE_NOT_SENT = "7.5.2" / 16, MustNot, Server, "the server must not send extension data that are not defined yet";
    PART_EXTENSIONS_KEEP_THEIR_ORDER = "7.5.2" / 17, Must, Server, "the server must send the extension data of a single part in their order";
    NIL_IS_AS_EMPTY = "7.5.2" / 18, Should, Client, "treat NIL and the empty string in ENVELOPE alike";
    UNSOLICITED_FETCH_HAS_UID = "7.5.2" / 19, Must, Server, "the server must put the UID into unsolicited FETCH responses";

    // §7.6
    CONTINUATION_ANSWERS_AN_INCOMPLETE_COMMAND = "7.6" / h(1), Must, Server, "the server must request a continuation only for a command that is incomplete";

    // §9
    EARLIER_RULE_WINS = "9" / 1, Must, Both, "prefer the earlier of two overlapping syntax rules";
    ABNF_IS_FOLLOWED_STRICTLY = "9" / 2, Must, Both, "follow the formal syntax strictly";
    TOKENS_IGNORE_CASE = "9" / 3, Must, Both, "accept the letters of protocol tokens in any case";
    SPACES_ARE_SINGLE = "9" / h(1), Must, Both, "separate by exactly one space and nothing else";
    NO_NUL_IN_TEXT = "9" / 4, MustNot, Both, "use no NUL outside the octets of a literal";
    BODY_EXTENSIONS_ARE_ACCEPTED = "9" / 5, Must, Client, "accept body-extension fields";
    BODY_EXTENSIONS_ARE_NOT_INVENTED = "9" / 6, MustNot, Server, "the server must not generate body-extension fields that no standard defines";
    BODY_OF_A_PART_HAS_NO_EXTENSIONS = "9" / 7, MustNot, Server, "the server must not return extension data of a part for BODY";
    BODY_OF_A_MULTIPART_HAS_NO_EXTENSIONS = "9" / 8, MustNot, Server, "the server must not return extension data of a multipart for BODY";
    BASIC_TYPE_IS_NO_MESSAGE = "9" / 9, MustNot, Server, "the server must not describe MESSAGE/RFC822 or MESSAGE/GLOBAL as a basic part";
    NEW_CAPABILITIES_ARE_REGISTERED = "9" / 10, Should, Other, "whoever defines a new capability should register it";
    IMAP4_IS_LISTED_FIRST = "9" / 11, Must, Server, "the server must list IMAP4 first when it is compatible with RFC 1730";
    IMAP4REV1_IS_LISTED = "9" / 12, Must, Server, "the server must list IMAP4rev1 when it is compatible with RFC 3501";
    FLAG_EXTENSIONS_ARE_ACCEPTED = "9" / 13, Must, Client, "accept flags with a backslash that are not known";
    FLAG_EXTENSIONS_ARE_NOT_INVENTED = "9" / 14, MustNot, Server, "the server must not generate flags with a backslash that no standard defines";
    INBOX_IN_ALL_CASES_IS_INBOX = "9" / 15, Must, Both, "take every case variant of INBOX for INBOX";
    EXTENDED_ITEM_TAGS_CONFORM = "9" / 16, Must, Server, "the server must name extended items by vendor or standard tags";
    FLAGS_MAY_CHANGE = "9" / 17, May, Server, "the server may change the flags of a message";
    MSG_ATT_STATIC_DOES_NOT_CHANGE = "9" / 18, MustNot, Server, "the server must not change what is static about a message";
    NAME_COMPONENTS_ARE_PLAIN = "9" / 19, MustNot, Other, "whoever names a vendor item must put no period, slash or wildcard into a component";
    SEARCH_CHARSET_IS_REGISTERED = "9" / 20, Must, Client, "search only in registered charsets";
    SEQUENCE_SETS_MAY_BE_COALESCED = "9" / 21, May, Server, "the server may coalesce and reorder a set";
    SEQUENCE_SET_EXAMPLE_MAY_BE_COALESCED = "9" / 22, May, Server, "the server may coalesce and reorder ranges that overlap";
    VENDOR_TOKENS_ARE_REGISTERED = "9" / 23, Must, Other, "a vendor must register its token";

    // §11.1
    TLS_RECOMMENDATIONS_ARE_FOLLOWED = "11.1" / 1, Must, Both, "follow the TLS recommendations of RFC 8314";
    TLS_1_2_OR_NEWER = "11.1" / 2, Must, Both, "implement TLS 1.2 or newer";
    TLS_1_3 = "11.1" / 3, Recommended, Both, "use TLS 1.3";
    ECDHE_RSA_AES_128_GCM_UNDER_TLS_1_2 = "11.1" / 4, Must, Both, "implement ECDHE-RSA with AES-128-GCM for TLS 1.2";
    OTHER_RECOMMENDED_CIPHER_SUITES = "11.1" / 5, Recommended, Both, "support the other cipher suites that RFC 7525 recommends";
    OTHER_CIPHER_SUITES = "11.1" / 6, Optional, Both, "support any further cipher suites or none";
    SERVER_IDENTITY_IS_CHECKED = "11.1" / 7, Must, Client, "check the host name against the server's certificate";
    RESULT_OF_STARTTLS_IS_CHECKED = "11.1" / 8, Must, Both, "check whether STARTTLS has led to acceptable protection";

    // §11.2
    IMPLICIT_TLS_AND_STARTTLS_ARE_IMPLEMENTED = "11.2" / 1, Must, Client, "implement both Implicit TLS and STARTTLS";
    SERVER_IMPLEMENTS_IMPLICIT_TLS = "11.2" / 2, Must, Server, "the server must implement Implicit TLS";
    SERVER_HAS_A_CLEARTEXT_PORT = "11.2" / 3, Should, Server, "the server should offer a cleartext port as well";
    CLEARTEXT_PORT_HAS_STARTTLS = "11.2" / 4, Must, Server, "the server must allow STARTTLS on a cleartext port";
    PORTS_ARE_TRIED_CONCURRENTLY = "11.2" / 5, Should, Client, "try ports 993 and 143 at once unless configured otherwise";

    // §11.3
    RESPONSES_BEFORE_AUTHENTICATION_ARE_IGNORED = "11.3" / 1, Should, Client, "ignore what is neither status nor CAPABILITY before authentication";
    ALERT_BEFORE_PROTECTION_IS_IGNORED = "11.3" / 2, Should, Client, "ignore ALERT until the connection is confidential";
    MAILBOX_DATA_WITHOUT_A_MAILBOX_ARE_IGNORED = "11.3" / 3, Must, Client, "ignore message and mailbox data when no mailbox is selected";

    // §11.4
    UID_CODES_ARE_WITHHELD = "11.4" / 1, ShouldNot, Server, "the server should not send COPYUID or APPENDUID to who may not select the mailbox";

    // §11.5
    UNGRANTED_USERS_ARE_NOT_LISTED = "11.5" / 1, MustNot, Server, "the server must not list users who have granted no access";

    // §11.7
    FAILED_AUTHENTICATION_TELLS_NO_DETAIL = "11.7" / 1, ShouldNot, Server, "the server should not tell why credentials are invalid";
    PASSWORD_PROTECTION_CAN_BE_REQUIRED = "11.7" / 2, Must, Server, "the server must be configurable to accept passwords only when they are protected";
    FAILED_LOGIN_TELLS_NO_DETAIL = "11.7" / 3, ShouldNot, Server, "the server should not tell that the user name is what is wrong";
    FAILED_LOGINS_ARE_SLOWED = "11.7" / 4, Should, Server, "the server should limit or delay failed logins";
    FAILED_LOGINS_ARE_ANALYZED = "11.7" / 5, Should, Server, "the server should report and analyze failed logins";
    WELL_KNOWN_PASSWORDS_ARE_BLOCKED = "11.7" / 6, Must, Server, "the server must block accounts with well-known passwords";
    PASSWORDS_ARE_STRONG = "11.7" / 7, Should, Server, "the server should accept only strong passwords";

    // §A
    REV2_IS_ENABLED_BESIDE_REV1 = "A" / 1, Must, Client, "send ENABLE IMAP4rev2 to use it when IMAP4rev1 is advertised too";
    NO_UTF8_STRINGS_UNLESS_ENABLED = "A" / 2, MustNot, Server, "the server must not send UTF-8 in quoted strings before ENABLE IMAP4rev2";
    MAILBOX_NAMES_WORK_IN_MODIFIED_UTF7 = "A" / 3, Must, Both, "support modified UTF-7 mailbox names for IMAP4rev1";

    // §A.1
    MODIFIED_BASE64_IS_NOT_FOR_ASCII = "A.1" / 1, MustNot, Both, "encode no printable ASCII character in modified base64";
    MODIFIED_UTF7_ENDS_IN_ASCII = "A.1" / 2, Must, Both, "end a mailbox name in ASCII";
    MODIFIED_UTF7_SHIFTS_BACK_AT_THE_END = "A.1" / 3, Must, Both, "shift back by a hyphen at the end of a mailbox name";
    NO_SUPERFLUOUS_SHIFTS = "A.1" / h(1), MustNot, Both, "put no null shift into a mailbox name";
    MODIFIED_BASE64_IS_PRESERVED = "A.1" / 4, Must, Server, "the server must preserve modified base64 in mailbox names, case and all";
    MODIFIED_UTF7_IS_VERIFIED = "A.1" / 5, Should, Server, "the server should verify the modified UTF-7 of a name to be created";
    SERVER_VERIFICATION_IS_NOT_RELIED_UPON = "A.1" / 6, MustNot, Client, "rely on no server to verify modified UTF-7";
    CREATED_NAMES_ARE_VALID_MODIFIED_UTF7 = "A.1" / 7, ShouldNot, Client, "create names with an ampersand only in valid modified UTF-7";
    FOREIGN_STORE_IS_CONVERTED = "A.1" / 8, Must, Server, "the server must convert names of a foreign mail store to modified UTF-7";

    // §E
    ADDED_KEYWORDS_ARE_SUPPORTED = "E" / 1, Should, Server, "the server should support the keywords that this revision adds";
    RESPONSE_CODES_UNKNOWN_TO_REV1_TOO = "E" / 2, Must, Client, "ignore unknown response codes, as this revision makes clear";
    OLDER_LEVEL_IS_MENTIONED = "E" / 3, Should, Other, "the author mentions the level that the rule on unknown response codes had";
    NEWER_LEVEL_IS_MENTIONED = "E" / 4, Must, Other, "the author mentions the level that the rule on unknown response codes has";
}
