//! The catalogue of RFC 5321: every normative keyword, in the RFC's own order.
//!
//! `"4.2" / 4` is the fourth keyword of section 4.2, written `rfc5321#4.2-4`; `h(1)` is a rule
//! that the text gives in lower case or in prose, catalogued by hand.
//! The role says whom the rule binds: this client, the server it talks to, both endpoints,
//! or someone this crate never is (who relays, queues or delivers mail, the author of a message
//! or of an extension, who registers names, who runs a server).
//! The summaries are this project's own words; an error prints one beside the id.
use anyrfc_core::requirements;

requirements! {
    /// Simple Mail Transfer Protocol.
    RFC5321 = 5321, "Simple Mail Transfer Protocol";

    // §2.1
    SUBMISSION_PROTOCOL_IS_USED = "2.1" / 1, Should, Client, "speak to a submission service when there is no queue behind the client";
    ACCEPTED_MESSAGE_IS_ANSWERED_FOR = "2.1" / 2, Must, Server, "the server must deliver a message it accepted, or report that it could not";

    // §2.2.1
    EXTENSION_MECHANISM_IS_SUPPORTED = "2.2.1" / 1, Must, Both, "support EHLO and the extensions it announces";
    EHLO_WORKS_WITHOUT_EXTENSIONS = "2.2.1" / 2, Must, Server, "the server must know EHLO even when it has no extension to offer";
    EHLO_IS_PREFERRED = "2.2.1" / 3, Should, Client, "greet with EHLO rather than with HELO";
    HELO_STAYS_AS_FALLBACK = "2.2.1" / 4, Must, Both, "keep HELO for a peer that knows nothing else";

    // §2.2.2
    REGISTERED_KEYWORDS_HAVE_NO_X = "2.2.2" / 1, MustNot, Other, "no registered extension has a keyword beginning with X";
    KEYWORDS_WITHOUT_X_ARE_REGISTERED = "2.2.2" / 2, Must, Server, "the server must present only registered extensions under keywords without X";
    UNREGISTERED_KEYWORDS_ARE_NOT_OFFERED = "2.2.2" / 3, MustNot, Server, "the server must not offer an unregistered keyword unless it begins with X";

    // §2.2.3
    RELAY_MAY_WAIT_FOR_AN_EXTENSION = "2.2.3" / 1, May, Other, "a relay may requeue or take another exchanger when the next hop lacks an extension";
    WAIT_FOR_AN_EXTENSION_IS_SHORTER = "2.2.3" / 2, Should, Other, "a relay falls back to the plain format well before it would bounce";

    // §2.3.4
    HOSTS_GO_BY_NAME = "2.3.4" / 1, ShouldNot, Both, "identify hosts by their names rather than by numerical addresses";

    // §2.3.5
    LOCAL_ALIASES_STAY_OUT = "2.3.5" / 1, MustNot, Both, "let no local alias into a transaction";
    DOMAINS_ARE_FULLY_QUALIFIED = "2.3.5" / 2, MustNot, Both, "use no nicknames and no names that are not fully qualified";
    EHLO_NAMES_THE_HOST_OR_ITS_ADDRESS = "2.3.5" / 3, Must, Client, "give EHLO a primary host name or, lacking one, an address literal";
    BARE_POSTMASTER_IS_ACCEPTED = "2.3.5" / 4, Must, Server, "the server must accept postmaster as a recipient without a domain";

    // §2.3.8
    CRLF_ALONE_ENDS_A_LINE = "2.3.8" / 1, MustNot, Both, "write and recognize nothing but CRLF as the end of a line";
    LINE_LENGTH_MAY_BE_LIMITED = "2.3.8" / 2, May, Server, "the server may limit the length of lines";
    BARE_CR_AND_LF_ARE_NOT_SENT = "2.3.8" / 3, MustNot, Client, "send no CR and no LF that is not meant to end a line";
    LINE_ENDS_ARE_SENT_AS_CRLF = "2.3.8" / 4, Must, Client, "send every end of a line as CRLF";

    // §2.3.11
    LOCAL_PART_IS_OPAQUE = "2.3.11" / 1, Must, Both, "leave the meaning of a local part to the host its domain names";

    // §2.4
    VERBS_AND_KEYWORDS_HAVE_NO_CASE = "2.4" / 1, May, Both, "verbs, arguments and texts, local parts excepted, may be in either case";
    LOCAL_PART_HAS_CASE = "2.4" / 2, Must, Both, "take local parts that differ in case for different ones";
    LOCAL_PART_KEEPS_ITS_CASE = "2.4" / 3, Must, Both, "pass local parts on in the case they were given in";
    VERBS_MAY_BE_UPPER_CASE = "2.4" / 4, May, Client, "verbs may be written in upper case for servers that insist on it";
    EIGHTH_BIT_NEEDS_AN_EXTENSION = "2.4" / 5, MustNot, Client, "send no octet above 127 in a message unless an extension was negotiated for it";
    EIGHTH_BIT_MAY_BE_LOST = "2.4" / 6, May, Server, "the server may clear the eighth bit sent without leave, or reject the message";
    RELAY_TRUSTS_THE_CONTENT = "2.4" / 7, Should, Other, "a relay passes content on without looking into it";
    MISLABELED_CONTENT_MAY_BE_REJECTED = "2.4" / 8, May, Server, "the server may reject or return mislabeled content at delivery";
    NON_ASCII_COMMANDS_ARE_REJECTED = "2.4" / 9, Should, Server, "the server should reject commands that are not in ASCII";
    EIGHT_BIT_CONTENT_MAY_BE_ASKED_FOR = "2.4" / 10, May, Client, "8-bit content may be sent when the server offers an extension for it";
    EIGHTBITMIME_IS_OFFERED = "2.4" / 11, Should, Server, "the server should support 8BITMIME";
    EIGHTBITMIME_IS_NOT_UNLIMITED = "2.4" / 12, MustNot, Client, "send neither binary content nor a non-ASCII envelope on the strength of 8BITMIME";
    EIGHTBITMIME_IS_FOR_MIME = "2.4" / 13, MustNot, Client, "ask for 8BITMIME with 8-bit content only if it is MIME and labeled so";
    EIGHT_BITS_WITHOUT_MIME_MAY_BE_REJECTED = "2.4" / 14, May, Server, "the server may reject 8-bit content that is not labeled by MIME";

    // §3.1
    GREETING_MAY_NAME_THE_SOFTWARE = "3.1" / 1, May, Server, "the server may tell its software and version behind 220";
    SOFTWARE_MAY_BE_CONCEALED = "3.1" / 2, May, Server, "the server may let its operator turn that announcement off";
    GREETING_MAY_BE_554 = "3.1" / 3, May, Server, "the server may refuse the session by a greeting of 554";
    REFUSED_SESSION_WAITS_FOR_QUIT = "3.1" / 4, Must, Server, "the server must await QUIT after such a greeting before it closes";
    REFUSED_SESSION_ANSWERS_503 = "3.1" / 5, Should, Server, "the server should answer 503 to whatever else comes after such a greeting";
    REFUSED_SESSION_IS_EXPLAINED = "3.1" / 6, Should, Server, "the server should say enough behind 554 to find the fault";

    // §3.2
    HELO_MAY_DO_WITHOUT_EXTENSIONS = "3.2" / 1, May, Client, "HELO may be used in a session that needs no extension";
    HELO_REPLY_LISTS_NOTHING = "3.2" / 2, MustNot, Server, "the server must not answer HELO with a list of extensions";
    UNKNOWN_EHLO_FALLS_BACK_TO_HELO = "3.2" / 3, Should, Client, "send HELO when the server does not know EHLO";

    // §3.3
    REFUSED_SENDER_IS_PERMANENT_OR_NOT = "3.3" / 1, Must, Server, "the server must show whether it refuses a mailbox for good or for now";
    SENDER_MAY_BE_REFUSED_LATER = "3.3" / 2, May, Server, "the server may accept a sender and report trouble after the recipients";
    REVERSE_PATH_HAS_NO_ROUTE = "3.3" / 3, ShouldNot, Client, "put no source route in the reverse-path";
    FORWARD_PATH_HAS_NO_ROUTE = "3.3" / 4, ShouldNot, Client, "put no source route in the forward-path";
    ROUTES_ARE_EXPECTED = "3.3" / 5, Must, Server, "the server must cope with source routes in the forward-path";
    ROUTES_ARE_PASSED_OVER = "3.3" / 6, Should, Server, "the server should disregard such routes";
    ROUTED_RELAYING_MAY_BE_DECLINED = "3.3" / 7, May, Server, "the server may decline the relaying such routes ask for";
    FOREIGN_MAIL_MAY_BE_DECLINED = "3.3" / 8, May, Server, "the server may decline mail for other hosts";
    SERVER_IS_NOT_TAKEN_FOR_A_RELAY = "3.3" / 9, MustNot, Client, "do not count on any odd server to relay; use the one that was configured";
    RCPT_WITHOUT_MAIL_GETS_503 = "3.3" / 10, Must, Server, "the server must answer 503 to RCPT without MAIL";
    DATA_WITHOUT_RECIPIENTS_MAY_BE_REFUSED = "3.3" / 11, May, Server, "the server may answer 503 or 554 to DATA without sender or recipients";
    REFUSED_DATA_SENDS_NOTHING = "3.3" / 12, MustNot, Client, "send no message when DATA was refused";
    MESSAGE_WAITS_FOR_354 = "3.3" / 13, MustNot, Client, "send the message only after 354";
    LATE_RECIPIENT_FAILURE_IS_MAILED = "3.3" / 14, Should, Server, "the server should report by mail a recipient that fails after the message";
    IMPERFECT_MESSAGE_IS_NOT_REJECTED = "3.3" / 15, ShouldNot, Server, "the server should not reject a message for flaws in its header or body";
    ODD_RESENT_FIELDS_ARE_NOT_REJECTED = "3.3" / 16, MustNot, Server, "the server must not reject a message for unmatched Resent fields";
    TRANSACTION_KEEPS_ITS_ORDER = "3.3" / 17, Must, Client, "send MAIL first, then RCPT, then DATA";

    // §3.4
    FORWARDING_IS_ALLOWED = "3.4" / 1, May, Server, "the server may forward mail to an address that has changed";
    FORWARDING_MAY_BE_TOLD_BY_251 = "3.4" / 2, May, Server, "the server may tell the new address by 251, or keep silent with 250";
    CLIENT_MAY_DISREGARD_251 = "3.4" / 3, MustNot, Server, "the server must not rely on the client making use of 251";
    MOVED_ADDRESS_MAY_BE_REJECTED = "3.4" / 4, May, Server, "the server may reject mail that it cannot deliver just as addressed";
    MOVED_ADDRESS_MAY_BE_TOLD_BY_551 = "3.4" / 5, May, Server, "the server may tell the new address by 551, or hide it behind 550";
    CLIENT_MAY_DISREGARD_551 = "3.4" / 6, MustNot, Server, "the server must not rely on the client making use of 551";
    ADDRESS_HINTS_CAN_BE_DISABLED = "3.4" / 7, Should, Server, "the server should let its operator turn 251 and 551 off";

    // §3.5.1
    VRFY_AND_EXPN_ARE_SUPPORTED = "3.5.1" / 1, Should, Both, "support VRFY and EXPN";
    VRFY_MAY_TELL_THE_FULL_NAME = "3.5.1" / 2, May, Server, "the server may tell the full name of a verified user";
    VRFY_TELLS_THE_MAILBOX = "3.5.1" / 3, Must, Server, "the server must tell the mailbox of a verified user";
    VRFY_REPLY_HAS_TWO_FORMS = "3.5.1" / 4, Must, Server, "the server must write the mailbox bare, or in brackets behind the name";
    AMBIGUOUS_VRFY_MAY_LIST = "3.5.1" / 5, May, Server, "the server may note that a name is ambiguous, or list what it could mean";
    EXPN_MAY_TELL_FULL_NAMES = "3.5.1" / 6, May, Server, "the server may tell the full names of the members of a list";
    EXPN_TELLS_THE_MAILBOXES = "3.5.1" / 7, Must, Server, "the server must tell the mailboxes of the members of a list";
    VRFY_OF_A_LIST_MAY_SUCCEED = "3.5.1" / 8, May, Server, "the server may verify a list when mail would reach all its members";
    VRFY_OF_A_LIST_ELSE_FAILS = "3.5.1" / 9, Should, Server, "the server should refuse to verify a list that mail would not reach as a whole";
    EXPN_OF_A_USER_MAY_SUCCEED = "3.5.1" / 10, May, Server, "the server may expand a user to a list of one";
    EXPN_OF_A_USER_MAY_FAIL = "3.5.1" / 11, May, Server, "the server may refuse to expand a user";
    LOCAL_MAILBOXES_ARE_USER_NAMES = "3.5.1" / 12, Must, Server, "the server must know its local mailboxes as names for VRFY and EXPN";
    ADDRESSES_ARE_USER_NAMES = "3.5.1" / 13, Should, Server, "the server should take a whole address as such a name";
    OTHER_USER_NAMES_MAY_BE_KNOWN = "3.5.1" / 14, May, Server, "the server may take other strings as such names";
    VRFY_REPLY_IS_READ_WARILY = "3.5.1" / 15, Should, Client, "read little or nothing out of the text of replies to VRFY and EXPN";
    VRFY_REPLY_IS_FOR_DIAGNOSIS = "3.5.1" / 16, Should, Client, "use what VRFY and EXPN say for diagnosis alone";

    // §3.5.2
    VERIFIED_MAILBOX_IS_QUALIFIED = "3.5.2" / 1, Must, Server, "the server must give mailboxes in these replies with a fully qualified domain";
    VERIFIED_MAILBOX_MAY_BE_FREE_TEXT = "3.5.2" / 2, May, Server, "the server may answer with free text in exceptional cases";
    VERIFIED_MAILBOX_IS_BRACKETED = "3.5.2" / 3, Should, Server, "the server should put angle brackets around addresses in these replies";
    VERIFIED_MAILBOX_CAN_BE_USED = "3.5.2" / 4, Must, Server, "the server must give addresses here that RCPT would take";
    PROGRAM_GOES_BY_ITS_MAILBOX = "3.5.2" / 5, Must, Server, "the server must name the mailbox that leads to a program or another system";
    VERIFIED_MAILBOX_HAS_NO_ROUTE = "3.5.2" / 6, MustNot, Server, "the server must not put source routes in these replies";
    SERVERS_HAVE_VRFY_AND_EXPN = "3.5.2" / 7, Should, Server, "the server should have both VRFY and EXPN";
    VRFY_AND_EXPN_MAY_BE_DISABLED = "3.5.2" / 8, May, Server, "the server may let its operator turn VRFY or EXPN off";
    EXPN_IS_LISTED = "3.5.2" / 9, Must, Server, "the server must list EXPN in the answer to EHLO when it has it";
    VRFY_MAY_BE_LISTED = "3.5.2" / 10, May, Server, "the server may list VRFY in the answer to EHLO";

    // §3.5.3
    UNVERIFIED_IS_NOT_250 = "3.5.3" / 1, MustNot, Server, "the server must not answer 250 before it has verified the address";
    WELL_FORMED_IS_NOT_VERIFIED = "3.5.3" / 2, MustNot, Server, "the server must not answer 250 when it has looked at the syntax alone";
    WITHOUT_VERIFYING_IT_IS_502 = "3.5.3" / 3, Should, Server, "the server should answer 502 or 500 when it checks no more than that";
    UNVERIFIABLE_IS_252 = "3.5.3" / 4, Should, Server, "the server should answer 252 for what looks valid but cannot be verified now";
    VRFY_CHECKS_MORE_THAN_RCPT = "3.5.3" / 5, Should, Server, "the server should go further in verifying for VRFY than for RCPT";

    // §3.5.4
    LISTS_ARE_NOT_EXPANDED_BY_THE_SENDER = "3.5.4" / 1, ShouldNot, Client, "do not expand lists at the source to weed out duplicates";

    // §3.6.1
    EXPLICIT_ROUTES_ARE_NOT_MADE = "3.6.1" / 1, ShouldNot, Client, "make no source routes without an unusual reason";
    RELAYING_MAY_BE_DECLINED = "3.6.1" / 2, May, Server, "the server may decline to relay, or to take routed addresses";
    RELAY_MAY_SKIP_THE_ROUTE = "3.6.1" / 3, May, Other, "a relay may send straight to the last element of a route";
    RELAY_SKIPS_THE_ROUTE = "3.6.1" / 4, Should, Other, "a relay disregards the rest of a route as a rule";
    INVALID_ROUTES_ARE_NOT_MADE = "3.6.1" / 5, MustNot, Client, "make no invalid routes and count on no host to resolve a name for another";

    // §3.6.2
    DECLINED_RELAYING_IS_550 = "3.6.2" / 1, Should, Server, "the server should answer 550 when its policy forbids relaying to an address";
    RETURN_PATH_MAY_BE_VERIFIED = "3.6.2" / 2, May, Other, "a relay may verify the return path before it sends a notification there";

    // §3.6.3
    RELAY_REPORTS_UNDELIVERABLE_MAIL = "3.6.3" / 1, Must, Other, "a relay notifies the sender of mail that it cannot deliver after all";
    NOTIFICATION_HAS_A_STANDARD_FORMAT = "3.6.3" / 2, Should, Other, "such notifications are in a standard format where possible";
    NOTIFICATIONS_ARE_NOT_NOTIFIED_OF = "3.6.3" / 3, MustNot, Other, "nobody is notified of a notification that fails";
    NOTIFICATION_HAS_NO_RETURN_PATH = "3.6.3" / 4, Must, Other, "such notifications go out with an empty reverse-path";
    RELAY_ADDS_RECEIVED_ALONE = "3.6.3" / 5, MustNot, Other, "a relay reads and changes no content, but adds its Received field";

    // §3.7.1
    GATEWAY_MAY_REWRITE_FIELDS = "3.7.1" / 1, May, Other, "a gateway may rewrite header fields where it has to";

    // §3.7.2
    GATEWAY_ADDS_RECEIVED = "3.7.2" / 1, Must, Other, "a gateway adds a Received field of its own";
    GATEWAY_KEEPS_RECEIVED = "3.7.2" / 2, MustNot, Other, "a gateway leaves the other Received fields as they are";
    FOREIGN_TRACE_IS_NO_FAULT = "3.7.2" / 3, MustNot, Other, "receivers do not reject mail for the form of its trace fields";
    FOREIGN_TRACE_IS_SURVIVED = "3.7.2" / 4, Should, Other, "receivers cope with whatever a trace field holds";
    GATEWAY_TELLS_THE_ENVIRONMENT = "3.7.2" / 5, Should, Other, "a gateway tells environment and protocol in the via clause";

    // §3.7.3
    GATEWAY_TAKES_ALL_ADDRESSES = "3.7.3" / 1, Should, Other, "a gateway takes every valid address and message from the Internet";
    GATEWAY_MAKES_VALID_ADDRESSES = "3.7.3" / 2, Must, Other, "a gateway makes addresses and header fields that follow the standards";

    // §3.7.4
    GATEWAY_MAKES_VALID_FIELDS = "3.7.4" / 1, Must, Other, "a gateway lets only header fields into the Internet that are fit for it";
    GATEWAY_TRANSFORMS_ADDRESSES = "3.7.4" / 2, Must, Other, "a gateway brings addresses in header fields into the standard syntax";
    GATEWAY_QUALIFIES_DOMAINS = "3.7.4" / 3, Must, Other, "a gateway writes full domains in these addresses";
    GATEWAY_ADDRESSES_CAN_BE_ANSWERED = "3.7.4" / 4, Must, Other, "a gateway makes these addresses such that a reply arrives";
    FOREIGN_ERRORS_GO_TO_THE_REVERSE_PATH = "3.7.4" / 5, Should, Other, "a gateway has foreign errors sent to the reverse-path, not to From";

    // §3.7.5
    FOREIGN_ERROR_ADDRESS_IS_KEPT = "3.7.5" / 1, Should, Other, "a gateway makes a foreign address for errors the return path";

    // §3.8
    CONNECTION_IS_NOT_DROPPED = "3.8" / 1, MustNot, Server, "the server must not close except after QUIT, after 421 or upon a timeout";
    SHUTDOWN_IS_TOLD_BY_421 = "3.8" / 2, Should, Server, "the server should send 421 when it is shut down from outside";
    LOST_CONNECTION_IS_A_451 = "3.8" / 3, Should, Client, "treat a transaction cut off by a lost connection as if 451 had come";

    // §3.9
    ALIASES_AND_LISTS_ARE_SUPPORTED = "3.9" / 1, Should, Other, "hosts support both aliases and lists";
    LIST_HAS_ITS_OWN_RETURN_PATH = "3.9" / 2, Must, Other, "a list sends with the address of its administrator as the return path";
    LIST_KEEPS_THE_HEADER = "3.9" / 3, Must, Other, "a list leaves the header section as it is";
    LIST_ADDRESSES_ARE_USED_AS_THEY_ARE = "3.9" / 4, Should, Server, "the server should send to the addresses of a list without sifting them";

    // §4.1.1
    TRAILING_SPACE_IS_TOLERATED = "4.1.1" / 1, Should, Server, "the server should tolerate white space at the end of a command";
    LOCAL_PART_IS_WELL_FORMED = "4.1.1" / 2, Must, Client, "write local parts by the grammar, and as the receiving site has them";
    RSET_DATA_AND_QUIT_STAND_ALONE = "4.1.1" / 3, MustNot, Client, "send RSET, DATA and QUIT without parameters";
    UNDUE_PARAMETERS_ARE_REJECTED = "4.1.1" / 4, Should, Server, "the server should reject RSET, DATA and QUIT with parameters";

    // §4.1.1.1
    NAMELESS_CLIENT_SENDS_A_LITERAL = "4.1.1.1" / 1, Should, Client, "send an address literal in EHLO when the client has no meaningful name";
    NOTHING_FOLLOWS_THE_LITERAL = "4.1.1.1" / 2, ShouldNot, Client, "send nothing behind the literal in EHLO";
    SESSION_STARTS_WITH_EHLO = "4.1.1.1" / 3, Should, Client, "start a session with EHLO";
    OLD_CLIENT_MAY_SEND_HELO = "4.1.1.1" / 4, May, Client, "an old client may send HELO instead of EHLO";
    HELO_IS_ANSWERED = "4.1.1.1" / 5, Must, Server, "the server must know HELO and answer it properly";
    MAIL_NEEDS_A_HELLO = "4.1.1.1" / 6, Must, Client, "send EHLO or HELO before the first mail transaction";
    EHLO_KEYWORDS_HAVE_NO_CASE = "4.1.1.1" / 7, Must, Client, "recognize the keywords of extensions in whatever case they come";
    OPTIONAL_COMMANDS_ARE_LISTED = "4.1.1.1" / 8, Must, Server, "the server must list in the answer to EHLO every command not required of all";
    PRIVATE_COMMANDS_MAY_BE_LISTED = "4.1.1.1" / 9, May, Server, "the server may list private commands there as well";

    // §4.1.1.3
    RCPT_HAS_NO_ROUTE = "4.1.1.3" / 1, ShouldNot, Client, "send RCPT without a list of hosts before the mailbox";
    RCPT_ROUTE_IS_RECOGNIZED = "4.1.1.3" / 2, Must, Server, "the server must recognize a source route in RCPT";
    RCPT_ROUTE_IS_STRIPPED = "4.1.1.3" / 3, Should, Server, "the server should drop it and go by the domain of the mailbox";
    RELAY_STRIPS_ROUTES = "4.1.1.3" / 4, Should, Other, "a relay drops or disregards source routes";
    ROUTE_IS_NOT_REVERSED = "4.1.1.3" / 5, MustNot, Other, "a relay copies no names of a route into the reverse-path";
    RELAY_MAY_FOLLOW_THE_ROUTE = "4.1.1.3" / 6, May, Other, "a relay may send to the first host of a route instead";
    RELAY_MAY_REFUSE_THE_ROUTE = "4.1.1.3" / 7, May, Other, "a relay may refuse a routed recipient with 550";
    PARAMETERS_NEED_AN_OFFERED_EXTENSION = "4.1.1.3" / 8, MustNot, Client, "send only parameters of extensions that the answer to EHLO offers";

    // §4.1.1.4
    CONTROLS_IN_THE_MESSAGE_ARE_AVOIDED = "4.1.1.4" / 1, Should, Client, "avoid control characters other than HT, CR and LF in the message";
    NO_CRLF_IS_ADDED_AT_THE_END = "4.1.1.4" / 2, MustNot, Client, "add no CRLF before the final dot to a message that ends in one";
    UNENDED_LAST_LINE_IS_MENDED = "4.1.1.4" / 3, Must, Client, "reject a message whose last line has no CRLF, or add it";
    LF_ALONE_ENDS_NO_LINE = "4.1.1.4" / 4, MustNot, Server, "the server must not take a bare LF for the end of a line of the message";
    LF_DOT_LF_ENDS_NO_MESSAGE = "4.1.1.4" / 5, MustNot, Server, "the server must not take a dot between bare LFs for the end of the message";
    PROCESSED_MESSAGE_GETS_OK = "4.1.1.4" / 6, Must, Server, "the server must send a positive reply when it has taken the message";
    FAILED_MESSAGE_GETS_A_FAILURE = "4.1.1.4" / 7, Must, Server, "the server must send a negative reply when it could not take the message";
    LATER_ERRORS_ARE_MAILED = "4.1.1.4" / 8, Must, Server, "the server must report by mail what goes wrong after that";

    // §4.1.1.5
    RSET_DISCARDS_THE_TRANSACTION = "4.1.1.5" / 1, Must, Server, "the server must forget sender, recipients and data upon RSET";
    RSET_GETS_250 = "4.1.1.5" / 2, Must, Server, "the server must answer RSET without arguments by 250";
    RSET_DOES_NOT_CLOSE = "4.1.1.5" / 3, MustNot, Server, "the server must not close the connection upon RSET";
    LOST_CLIENT_IS_EXPECTED = "4.1.1.5" / 4, Should, Server, "the server should cope with a connection that breaks";
    LOST_CLIENT_HAS_QUIT = "4.1.1.5" / 5, Should, Server, "the server should act as if QUIT had come before it broke";

    // §4.1.1.8
    HELP_MAY_HAVE_AN_ARGUMENT = "4.1.1.8" / 1, May, Both, "HELP may have an argument, and its reply be about that";
    HELP_IS_SUPPORTED = "4.1.1.8" / 2, Should, Server, "the server should know HELP without an argument";
    HELP_ABOUT_A_TOPIC_MAY_BE_SUPPORTED = "4.1.1.8" / 3, May, Server, "the server may know HELP with an argument as well";

    // §4.1.1.9
    NOOP_STRING_IS_IGNORED = "4.1.1.9" / 1, Should, Server, "the server should pay no heed to the string of a NOOP";

    // §4.1.1.10
    QUIT_GETS_221 = "4.1.1.10" / 1, Must, Server, "the server must answer QUIT by 221 and then close";
    SERVER_CLOSES_AFTER_QUIT = "4.1.1.10" / 2, MustNot, Server, "the server must not close on purpose before it has answered a QUIT";
    CLIENT_CLOSES_AFTER_QUIT = "4.1.1.10" / 3, MustNot, Client, "close the connection on purpose only after sending QUIT";
    QUIT_REPLY_IS_AWAITED = "4.1.1.10" / 4, Should, Client, "wait for the reply to QUIT, even after errors";
    LOST_CONNECTION_CANCELS = "4.1.1.10" / 5, Must, Server, "the server must cancel a pending transaction, and no other, when the connection is lost";
    LOST_CONNECTION_IS_TEMPORARY = "4.1.1.10" / 6, Must, Server, "the server must treat what the loss cut off as failed for now";

    // §4.1.2
    ROUTE_SYNTAX_IS_ACCEPTED = "4.1.2" / 1, Must, Server, "the server must accept a path that has a source route";
    ROUTE_SYNTAX_IS_NOT_WRITTEN = "4.1.2" / 2, ShouldNot, Client, "write paths without a source route";
    ROUTE_SYNTAX_IS_IGNORED = "4.1.2" / 3, Should, Server, "the server should pay no heed to the route in a path";
    MAILBOX_PARAMETER_IS_XTEXT = "4.1.2" / 4, Should, Client, "write a mailbox as xtext where it is the value of a parameter";
    LOCAL_PART_MAY_HAVE_CASE = "4.1.2" / 5, May, Server, "the server may tell local parts apart by case";
    MAILBOXES_ARE_SIMPLE = "4.1.2" / 6, Should, Other, "sites define no mailboxes that need quoting or depend on case";
    QUOTED_FORMS_ARE_EQUAL = "4.1.2" / 7, Must, Both, "treat local parts that differ in quoting alone as the same";
    QUOTING_IS_MINIMAL = "4.1.2" / 8, Should, Client, "quote no more of a local part than it needs";
    MAILBOXES_ARE_PRINTABLE_ASCII = "4.1.2" / 9, MustNot, Other, "sites define no mailboxes that need control or non-ASCII characters";
    MAILBOX_ARGUMENTS_ARE_PRINTABLE_ASCII = "4.1.2" / 10, MustNot, Client, "send no control or non-ASCII characters in MAIL, RCPT and their like";
    DOMAIN_LABELS_ARE_LDH = "4.1.2" / 11, MustNot, Both, "use letters, digits and hyphens alone in the labels of domains";
    INVALID_CHARACTERS_GET_501 = "4.1.2" / 12, Must, Server, "the server must answer 501 to a command with characters it may not hold";

    // §4.1.3
    LITERAL_TAGS_ARE_REGISTERED = "4.1.3" / 1, Must, Other, "tags of address literals come from a standard and are registered";

    // §4.1.4
    MAIL_NEEDS_EHLO = "4.1.4" / 1, Must, Client, "initialize a session by EHLO before any mail transaction";
    VRFY_NEEDS_NO_EHLO = "4.1.4" / 2, Should, Server, "the server should accept VRFY, EXPN and their like without EHLO";
    EHLO_MAY_COME_AGAIN = "4.1.4" / 3, May, Client, "EHLO may be sent again later";
    EHLO_RESETS = "4.1.4" / 4, Must, Server, "the server must reset by a later EHLO just as by RSET";
    UNACCEPTABLE_EHLO_FAILS = "4.1.4" / 5, Must, Server, "the server must answer 501, 500, 502 or 550 to an EHLO it does not accept";
    UNACCEPTABLE_EHLO_CHANGES_NOTHING = "4.1.4" / 6, Must, Server, "the server must keep its state when it refuses EHLO";
    EHLO_GIVES_THE_PRIMARY_NAME = "4.1.4" / 7, Must, Client, "give the primary host name in EHLO if there is a way to know it";
    EHLO_ELSE_GIVES_A_LITERAL = "4.1.4" / 8, Should, Client, "give an address literal in EHLO if no primary name is to be had";
    EHLO_NAME_MAY_BE_VERIFIED = "4.1.4" / 9, May, Server, "the server may compare the name in EHLO with the address of the client";
    UNVERIFIED_NAME_IS_NOT_REFUSED = "4.1.4" / 10, MustNot, Server, "the server must not refuse a message because the two differ";
    OTHER_COMMANDS_NEED_NO_EHLO = "4.1.4" / 11, Should, Server, "the server should process NOOP, HELP, EXPN, VRFY and RSET before EHLO";
    OTHER_COMMANDS_FOLLOW_EHLO = "4.1.4" / 12, Should, Client, "send EHLO before NOOP, HELP, EXPN, VRFY and RSET too";
    MAIL_IS_NOT_NESTED = "4.1.4" / 13, MustNot, Client, "send no MAIL while a transaction is open";
    UNACCEPTABLE_MAIL_GETS_501 = "4.1.4" / 14, Must, Server, "the server must answer 501 to a MAIL whose argument it does not accept";
    UNACCEPTABLE_MAIL_CHANGES_NOTHING = "4.1.4" / 15, Must, Server, "the server must keep its state when it refuses MAIL so";
    DISORDER_GETS_503 = "4.1.4" / 16, Must, Server, "the server must answer 503 to commands in an order it cannot process";
    DISORDER_CHANGES_NOTHING = "4.1.4" / 17, Must, Server, "the server must keep its state when it answers 503 so";
    QUIT_COMES_LAST = "4.1.4" / 18, Must, Client, "send nothing after QUIT, and end every session by it";
    QUIT_ENDS_UNOPENED_SESSIONS = "4.1.4" / 19, Should, Client, "ask for the end by QUIT even when EHLO was never accepted";

    // §4.1.5
    PRIVATE_FEATURES_MAY_BE_NAMED = "4.1.5" / 1, May, Server, "the server may name the features of private commands in the answer to EHLO";
    COMMANDS_WITHOUT_X_ARE_REGISTERED = "4.1.5" / 2, Must, Both, "use only standard or registered commands unless they begin with X";

    // §4.2
    EVERY_COMMAND_GETS_ONE_REPLY = "4.2" / 1, Must, Server, "the server must answer every command by one reply and no more";
    BARE_CODE_IS_UNDERSTOOD = "4.2" / 2, Should, Client, "understand a reply that is a code alone, with or without a space behind it";
    ONLY_LISTED_CODES_ARE_SENT = "4.2" / 3, Should, Server, "the server should send no codes but those listed";
    EXAMPLE_TEXTS_ARE_SENT = "4.2" / 4, Should, Server, "the server should send the texts of the examples where they fit";
    CODE_ALONE_DECIDES = "4.2" / 5, Must, Client, "decide by the code of a reply, not by its text";
    CODES_COME_WITH_TEXT = "4.2" / 6, ShouldNot, Server, "the server should not send a code without text";
    ANY_REPLY_TEXT_IS_ACCEPTED = "4.2" / 7, Must, Client, "accept any text in a reply, and none";
    FIRST_DIGIT_IS_TESTED = "4.2" / 8, Should, Client, "test the first digit of the code wherever that is enough";
    CODE_LIST_IS_OPEN = "4.2" / 9, MustNot, Both, "take the list of codes for one that may grow";
    UNLISTED_CODE_IS_HANDLED = "4.2" / 10, Must, Client, "handle codes that the list does not have";
    UNLISTED_CODE_IS_JUDGED_BY_FIRST_DIGIT = "4.2" / 11, Must, Client, "judge an unlisted code by its first digit alone";
    FIRST_DIGIT_IS_2_TO_5 = "4.2" / 12, MustNot, Server, "the server must not begin a code with a digit outside 2 to 5 unless an extension says so";
    CODE_OUT_OF_RANGE_IS_FATAL = "4.2" / 13, Should, Client, "end the transaction on a code out of range, as on a fatal error";

    // §4.2.1
    TRANSIENT_REFUSAL_IS_RETRIED = "4.2.1" / 1, Should, Client, "try again after a 4yz reply";
    PERMANENT_REFUSAL_IS_NOT_REPEATED = "4.2.1" / 2, ShouldNot, Client, "repeat no request unchanged after a 5yz reply";
    SPACE_FOLLOWS_A_TEXTLESS_CODE = "4.2.1" / 3, Should, Server, "the server should send the space behind a code without text too";
    MISSING_SPACE_IS_ACCEPTED = "4.2.1" / 4, Must, Client, "accept a last line that has no space behind the code";
    LINES_OF_A_REPLY_AGREE = "4.2.1" / 5, Must, Server, "the server must begin all lines of a reply with one code";

    // §4.2.4
    USE_OF_502_WAS_ASKED_ABOUT = "4.2.4" / 1, Should, Other, "the section answers the question when 502 is due";
    KNOWN_UNIMPLEMENTED_COMMAND_GETS_502 = "4.2.4" / 2, Should, Server, "the server should answer 502 to a command that it knows but does not have";
    UNKNOWN_COMMAND_GETS_500 = "4.2.4" / 3, Should, Server, "the server should answer 500 to a command that it does not know";
    UNIMPLEMENTED_COMMAND_IS_NOT_OFFERED = "4.2.4" / 4, MustNot, Server, "the server must not offer in EHLO what it then answers by 500 or 502";

    // §4.2.5
    TRANSIENTLY_REFUSED_MESSAGE_IS_DROPPED = "4.2.5" / 1, MustNot, Server, "the server must not deliver a message later that it answered by 4yz";
    TRANSIENT_REFUSAL_IS_REPORTED = "4.2.5" / 2, Should, Client, "report a transient refusal so that the user sees the mail was not delivered";
    PERMANENTLY_REFUSED_MESSAGE_IS_DROPPED = "4.2.5" / 3, MustNot, Server, "the server must not deliver a message later that it answered by 5yz";
    REFUSED_MESSAGE_WAITS_FOR_THE_USER = "4.2.5" / 4, Should, Client, "send no refused message to that server again before the user has looked at it";

    // §4.3.1
    REPLY_PRECEDES_THE_NEXT_COMMAND = "4.3.1" / 1, Must, Client, "wait for the reply before the next command unless an extension allows otherwise";
    GREETING_PRECEDES_THE_FIRST_COMMAND = "4.3.1" / 2, Should, Client, "wait for the greeting before the first command";
    REPLY_TABLE_IS_KEPT_TO = "4.3.1" / 3, Should, Server, "the server should keep strictly to the replies tabled for each command";
    REPLY_TEXT_MAY_DIFFER = "4.3.1" / 4, May, Server, "the server may word the text of its replies otherwise";
    REPLY_MEANING_IS_PRESERVED = "4.3.1" / 5, Must, Server, "the server must leave codes and sequences the meaning they have";

    // §4.3.2
    FIRST_DIGIT_SUFFICES = "4.3.2" / 1, Should, Client, "go by the first digit alone where possible";
    UNRECOGNIZED_CODE_GOES_BY_FIRST_DIGIT = "4.3.2" / 2, Must, Client, "for an unrecognized code, let the first digit alone decide";
    CODE_HAS_THREE_DIGITS = "4.3.2" / 3, MustNot, Server, "the server must not send codes of other than three digits or beyond 2 to 5";
    FINER_CODES_ARE_ENHANCED_CODES = "4.3.2" / 4, Should, Other, "an extension should refine by enhanced status codes instead of new codes";
    UNDUE_ARGUMENT_GETS_501 = "4.3.2" / 5, Should, Server, "the server should answer 501 to arguments of DATA, RSET and QUIT";

    // §4.4
    TRACE_IS_INSERTED = "4.4" / 1, Must, Other, "a receiver must put a Received field before the content";
    RECEIVED_HAS_A_STRUCTURE = "4.4" / 2, Must, Other, "a Received field must have the structure given";
    RECEIVED_HAS_FROM = "4.4" / 3, Must, Other, "a Received field must have the FROM clause";
    FROM_CLAUSE_HAS_NAME_AND_ADDRESS = "4.4" / 4, Should, Other, "the FROM clause should tell both the EHLO name and the IP address";
    ID_CLAUSE_MAY_HAVE_AN_AT_SIGN = "4.4" / 5, May, Other, "the ID clause may have an at sign";
    FOR_CLAUSE_HAS_ONE_PATH = "4.4" / 6, Must, Other, "the FOR clause must name a single path";
    RECEIVED_FIELDS_ARE_LEFT_ALONE = "4.4" / 7, MustNot, Both, "neither change nor remove a Received field that is there";
    RECEIVED_IS_PREPENDED = "4.4" / 8, Must, Other, "a receiver must put its Received field first";
    RECEIVED_ORDER_IS_KEPT = "4.4" / 9, MustNot, Other, "a receiver must leave the order of earlier Received fields";
    TRACE_DATES_HAVE_OFFSETS = "4.4" / 10, Should, Other, "dates in Received fields should have numeric offsets";
    TRACE_DATES_ARE_LOCAL = "4.4" / 11, Should, Other, "dates in Received fields should be in local time";
    TRACE_ZONE_NAMES_ARE_COMMENTS = "4.4" / 12, Should, Other, "the name of a time zone should stand in a comment";
    RETURN_PATH_IS_SUPPORTED = "4.4" / 13, Must, Other, "a mail system must support the Return-Path field at final delivery";
    RETURN_PATH_MAY_BE_REBUILT = "4.4" / 14, May, Other, "a forwarder may take the return path out and rebuild MAIL from it";
    RETURN_PATH_IS_NOT_SUBMITTED = "4.4" / 15, ShouldNot, Client, "submit no message that has a Return-Path field";
    RELAY_DOES_NOT_INSPECT = "4.4" / 16, MustNot, Other, "a relay must not look into the message";
    OLD_RETURN_PATH_MAY_BE_REMOVED = "4.4" / 17, May, Other, "a delivering server may remove earlier Return-Path fields";
    ONE_RETURN_PATH_IS_DELIVERED = "4.4" / 18, Should, Other, "a delivered message should have a single Return-Path field";
    OTHER_TRANSPORT_NAMES_AN_ERROR_ADDRESS = "4.4" / 19, Should, Other, "another transport should name one address for error reports";
    ERRORS_GO_TO_THE_REVERSE_PATH = "4.4" / 20, Must, Other, "a delivery error must be reported to the reverse-path";
    OUTBOUND_GATEWAY_INSERTS_RETURN_PATH = "4.4" / 21, Should, Other, "a gateway out of SMTP should insert Return-Path";
    INBOUND_GATEWAY_REMOVES_RETURN_PATH = "4.4" / 22, Should, Other, "a gateway into SMTP should turn Return-Path into the argument of MAIL";
    PARTIAL_SUCCESS_IS_OK = "4.4" / 23, Must, Server, "the server must answer DATA by OK when it can deliver to some recipients only";
    PARTIAL_FAILURE_IS_NOTIFIED = "4.4" / 24, Must, Other, "a notification must tell the originator of the other recipients";
    EVERY_FAILED_RECIPIENT_IS_NOTIFIED = "4.4" / 25, Must, Other, "every failed recipient must be named, together or one by one";
    FAILED_RECIPIENTS_SHARE_A_NOTIFICATION = "4.4" / 26, Should, Other, "one notification should name all failed recipients";
    NOTIFICATION_IS_SENT_BY_MAIL = "4.4" / 27, Must, Other, "a notification must be sent by the MAIL command";
    NOTIFICATION_HAS_A_NULL_RETURN_PATH = "4.4" / 28, Must, Other, "a notification must have the null return path";
    TRACE_DATES_ARE_NOT_OBSOLETE = "4.4" / 29, MustNot, Other, "the obsolete forms of dates must not occur in Received fields";
    TRACE_CLAUSES_ARE_REGISTERED = "4.4" / 30, ShouldNot, Other, "a Received field should have no unregistered clauses";
    TRACE_LINKS_ARE_REGISTERED = "4.4" / 31, ShouldNot, Other, "the VIA clause should have no unregistered names";
    TRACE_PROTOCOLS_ARE_REGISTERED = "4.4" / 32, ShouldNot, Other, "the WITH clause should have no unregistered names";

    // §4.5.1
    MINIMUM_IS_IMPLEMENTED = "4.5.1" / 1, Must, Server, "the server must have the minimum implementation";
    NINE_COMMANDS_ARE_SUPPORTED = "4.5.1" / 2, Must, Server, "the server must support the nine basic commands, from EHLO to VRFY";
    POSTMASTER_IS_A_MAILBOX = "4.5.1" / 3, Must, Server, "the server must know the mailbox postmaster in any case of letters";
    RCPT_TO_POSTMASTER_IS_SUPPORTED = "4.5.1" / 4, Must, Server, "the server must take RCPT for postmaster at its domains and without a domain";
    POSTMASTER_IS_BLOCKED_NARROWLY = "4.5.1" / 5, Should, Server, "the server should block mail to postmaster as narrowly as an attack allows";

    // §4.5.2
    LEADING_PERIOD_IS_DOUBLED = "4.5.2" / h(1), Must, Client, "put a period before a line of the data that begins with one";
    STORAGE_FORM_IS_REVERSIBLE = "4.5.2" / 1, Must, Server, "the server must transform data for storage only so that it can be undone";

    // §4.5.3.1
    MINIMUM_SIZES_ARE_RECEIVED = "4.5.3.1" / 1, Must, Both, "be able to receive objects of the sizes listed";
    LARGER_OBJECTS_ARE_AVOIDED = "4.5.3.1" / 2, Should, Both, "avoid objects beyond the sizes listed";
    LARGER_OBJECTS_MAY_BE_TRIED = "4.5.3.1" / 3, May, Client, "the client may try to send larger objects";
    REFUSAL_OF_LARGER_OBJECTS_IS_HANDLED = "4.5.3.1" / 4, Must, Client, "handle the refusal of an object that is too large";

    // §4.5.3.1.1
    LOCAL_PART_HAS_64_OCTETS = "4.5.3.1.1" / h(1), Should, Client, "send no local part beyond 64 octets";

    // §4.5.3.1.2
    DOMAIN_HAS_255_OCTETS = "4.5.3.1.2" / h(1), Should, Client, "send no domain beyond 255 octets";

    // §4.5.3.1.3
    PATH_HAS_256_OCTETS = "4.5.3.1.3" / h(1), Should, Client, "send no path beyond 256 octets, punctuation included";

    // §4.5.3.1.4
    COMMAND_LINE_HAS_512_OCTETS = "4.5.3.1.4" / h(1), Should, Client, "send no command line beyond 512 octets unless an extension allows more";

    // §4.5.3.1.5
    REPLY_LINE_OF_512_OCTETS_IS_READ = "4.5.3.1.5" / h(1), Must, Client, "read reply lines of 512 octets";

    // §4.5.3.1.6
    TEXT_LINE_HAS_1000_OCTETS = "4.5.3.1.6" / h(1), Should, Client, "send no line of text beyond 1000 octets, CRLF included, a doubled period not counted";

    // §4.5.3.1.7
    CONTENT_OF_64K_FITS = "4.5.3.1.7" / 1, Must, Both, "have no limit on the content below 64K octets";
    SIZE_LIMIT_IS_OFFERED = "4.5.3.1.7" / 2, Should, Server, "the server should offer SIZE when it limits messages";
    LARGE_MESSAGE_USES_SIZE = "4.5.3.1.7" / 3, Should, Client, "use SIZE for large messages where it is offered";

    // §4.5.3.1.8
    HUNDRED_RECIPIENTS_FIT = "4.5.3.1.8" / 1, Must, Server, "the server must buffer 100 recipients";
    RELAY_VALIDATES_NO_HEADERS = "4.5.3.1.8" / 2, MustNot, Other, "a relay must not validate header fields";
    DELIVERY_VALIDATES_NO_HEADERS = "4.5.3.1.8" / 3, ShouldNot, Server, "the server should not validate header fields at delivery";
    HEADER_RECIPIENTS_ARE_NOT_COUNTED = "4.5.3.1.8" / 4, ShouldNot, Server, "the server should not refuse a message for the number of recipients in its header";
    RECIPIENT_LIMIT_IS_ORDERLY = "4.5.3.1.8" / 5, Must, Server, "the server must refuse recipients over its limit and not lose those accepted";
    RECIPIENTS_GO_IN_HUNDREDS = "4.5.3.1.8" / 6, Should, Client, "be ready to send over 100 recipients in hundreds if the server takes no more at once";

    // §4.5.3.1.10
    TOO_MANY_BY_552_IS_TRANSIENT = "4.5.3.1.10" / 1, Should, Client, "take 552 for too many recipients as a transient refusal";
    TOO_MANY_RECIPIENTS_GETS_452 = "4.5.3.1.10" / 2, Must, Server, "the server must answer 452 to a recipient beyond its limit";
    TOO_MANY_MAY_COME_AS_552 = "4.5.3.1.10" / 3, Should, Client, "be ready for 552 in place of 452 at the limit of recipients";
    RECIPIENT_POLICY_MAY_GET_5YZ = "4.5.3.1.10" / 4, May, Server, "the server may answer 5yz where its policy limits recipients";

    // §4.5.3.2
    TIMEOUTS_EXIST = "4.5.3.2" / 1, Must, Client, "have time-outs";
    TIMEOUTS_ARE_PER_COMMAND = "4.5.3.2" / 2, Must, Client, "time every command on its own, not the transaction as a whole";
    TIMEOUTS_ARE_CONFIGURABLE = "4.5.3.2" / 3, Should, Client, "let the time-outs be changed easily, without recompiling";
    TIMEOUTS_HAVE_MINIMA = "4.5.3.2" / 4, Should, Client, "wait at least as long as the list of time-outs says";

    // §4.5.3.2.1
    GREETING_WAITS_5_MINUTES = "4.5.3.2.1" / h(1), Should, Client, "wait 5 minutes for the greeting";

    // §4.5.3.2.2
    MAIL_WAITS_5_MINUTES = "4.5.3.2.2" / h(1), Should, Client, "wait 5 minutes for the reply to MAIL";

    // §4.5.3.2.3
    RCPT_WAITS_5_MINUTES = "4.5.3.2.3" / h(1), Should, Client, "wait 5 minutes for the reply to RCPT";

    // §4.5.3.2.4
    DATA_WAITS_2_MINUTES = "4.5.3.2.4" / h(1), Should, Client, "wait 2 minutes for the 354 after DATA";

    // §4.5.3.2.5
    DATA_BLOCK_WAITS_3_MINUTES = "4.5.3.2.5" / h(1), Should, Client, "wait 3 minutes for each block of data to be sent";

    // §4.5.3.2.6
    END_OF_DATA_WAITS_10_MINUTES = "4.5.3.2.6" / h(1), Should, Client, "wait 10 minutes for the reply to the end of the data";

    // §4.5.3.2.7
    SERVER_WAITS_5_MINUTES = "4.5.3.2.7" / 1, Should, Server, "the server should wait 5 minutes for the next command";

    // §4.5.4
    QUEUE_HAS_TIMEOUTS = "4.5.4" / 1, Must, Other, "a queue must time every command";
    QUEUE_ANSWERS_NO_ERRORS = "4.5.4" / 2, MustNot, Other, "a queue must not answer an error message by another";

    // §4.5.4.1
    UNSENT_MAIL_IS_QUEUED = "4.5.4.1" / 1, Must, Other, "a queue must keep and retry what could not be sent at once";
    RETRY_IS_DELAYED = "4.5.4.1" / 2, Must, Other, "a queue must wait before it tries a destination again";
    RETRY_INTERVAL_IS_30_MINUTES = "4.5.4.1" / 3, Should, Other, "a queue should wait half an hour or more between attempts";
    NOTIFICATIONS_MAY_HAVE_FEWER_RETRIES = "4.5.4.1" / 4, May, Other, "a queue may give notifications fewer attempts";
    RETRY_PARAMETERS_ARE_CONFIGURABLE = "4.5.4.1" / 5, Must, Other, "a queue must let its retry parameters be set";
    UNREACHABLE_HOSTS_ARE_LISTED = "4.5.4.1" / 6, Should, Other, "a queue should remember hosts out of reach with their time-outs";
    NEGATIVE_REPLIES_ARE_CACHED_WITH_CARE = "4.5.4.1" / 7, Should, Client, "be most careful about remembering refusals";
    REFUSAL_OF_MAIL_IS_NOT_CACHED = "4.5.4.1" / 8, MustNot, Client, "remember no 5yz reply to MAIL";
    RECIPIENTS_SHARE_A_COPY = "4.5.4.1" / 9, Should, Client, "send one copy of a message for all recipients of a server";
    RECIPIENTS_SHARE_A_TRANSACTION = "4.5.4.1" / 10, Should, Client, "give all recipients in one transaction, each by its RCPT";
    RECIPIENTS_MAY_BE_LIMITED = "4.5.4.1" / 11, May, Client, "the client may limit the number of recipients in a transaction";
    SHARING_OF_COPIES_IS_IMPLEMENTED = "4.5.4.1" / 12, Should, Client, "have that sharing of one copy among recipients";
    TRANSACTIONS_MAY_BE_CONCURRENT = "4.5.4.1" / 13, May, Client, "the client may run several transactions at once, each on its connection";

    // §4.5.4.2
    LISTEN_IS_PENDING = "4.5.4.2" / 1, Should, Server, "the server should listen on its port at all times";
    CONNECTIONS_MAY_BE_LIMITED = "4.5.4.2" / 2, May, Server, "the server may limit the number of connections";

    // §4.5.5
    REVERSE_PATH_IS_NOT_NULL = "4.5.5" / 1, Should, Client, "send with a valid reverse-path unless a standard asks for the null one";
    NULL_REVERSE_PATH_GETS_NO_ANSWER = "4.5.5" / 2, ShouldNot, Other, "an automatic processor should not answer mail with the null reverse-path";
    NULL_REVERSE_PATH_STAYS_NULL = "4.5.5" / 3, ShouldNot, Other, "an automatic processor should leave the null reverse-path null when it forwards";

    // §5.1
    DESTINATION_IS_LOOKED_UP = "5.1" / 1, Must, Other, "a router must look the domain up in the DNS";
    SUBMISSION_COMPLETES_NO_DOMAINS = "5.1" / 2, ShouldNot, Server, "the server should not guess full names for partial ones at submission";
    RELAY_COMPLETES_NO_DOMAINS = "5.1" / 3, MustNot, Other, "a relay must not guess full names for partial ones";
    MISSING_DOMAIN_IS_AN_ERROR = "5.1" / 4, Must, Other, "a router must report a domain that does not exist";
    TEMPORARY_DNS_ERROR_IS_QUEUED = "5.1" / 5, Must, Other, "a router must queue the message on a temporary error of the DNS";
    UNUSABLE_IMPLICIT_MX_IS_AN_ERROR = "5.1" / 6, Must, Other, "a router must report it when no MX, explicit or implicit, is usable";
    ADDRESSES_BESIDE_MX_ARE_IGNORED = "5.1" / 7, MustNot, Other, "a router must not use addresses of a name that has MX records";
    UNUSABLE_MX_IS_AN_ERROR = "5.1" / 8, Must, Other, "a router must report it when MX records are there and none serves";
    MX_NAMES_A_DOMAIN = "5.1" / 9, Must, Other, "an MX record must hold a domain name";
    MX_NAME_HAS_AN_ADDRESS = "5.1" / 10, Must, Other, "the name in an MX record must have an address record";
    ALL_ADDRESSES_CAN_BE_TRIED = "5.1" / 11, Must, Client, "be able to try all addresses of the host in order until one serves";
    ADDRESS_TRIALS_MAY_BE_LIMITED = "5.1" / 12, May, Client, "the number of addresses tried may have a limit that can be set";
    TWO_ADDRESSES_ARE_TRIED = "5.1" / 13, Should, Client, "try at least two of the addresses";
    MX_IS_SORTED_BY_PREFERENCE = "5.1" / 14, Must, Other, "a router must sort MX records by their preference";
    EQUAL_MX_IS_RANDOMIZED = "5.1" / 15, Must, Other, "a router must choose at random among equal preferences";
    RESOLVER_ORDER_IS_KEPT = "5.1" / 16, Must, Client, "try the addresses of a host in the order of the resolver";
    EXCHANGER_MAY_RELAY = "5.1" / 17, May, Other, "a mail exchanger may relay, deliver or hand the message off";
    RELAY_SORTS_MX = "5.1" / 18, Must, Other, "a relay must sort the MX records for its candidates";
    RELAY_LOOKS_FOR_ITSELF = "5.1" / 19, Must, Other, "a relay must look for its own names and addresses among them";
    RELAY_DISCARDS_WORSE_MX = "5.1" / 20, Must, Other, "a relay must drop the records at its own preference and beyond";
    RELAY_RETURNS_WHAT_IT_CANNOT_ROUTE = "5.1" / 21, Must, Other, "a relay must return the message when no record is left";
    RELAY_TRIES_BEST_FIRST = "5.1" / 22, Should, Other, "a relay should try what is left by preference";

    // §6.1
    ACCEPTED_MAIL_IS_NOT_LOST = "6.1" / 1, MustNot, Server, "the server must not lose an accepted message for a frivolous reason";
    LATE_FAILURE_IS_NOTIFIED = "6.1" / 2, Must, Other, "a failure after acceptance must be notified by mail";
    LATE_NOTIFICATION_IS_FROM_NULL = "6.1" / 3, Must, Other, "that notification must have the null reverse-path";
    LATE_NOTIFICATION_GOES_TO_RETURN_PATH = "6.1" / 4, Must, Other, "that notification must go to the return path";
    NULL_RETURN_PATH_GETS_NO_NOTIFICATION = "6.1" / 5, MustNot, Other, "nothing must be sent to a null return path";
    SOURCE_ROUTE_IS_STRIPPED_FOR_NOTIFICATION = "6.1" / 6, Must, Other, "a return path with a route must be reduced to the last hop";
    NOTIFICATION_EXAMPLE_HAS_THE_FINAL_HOP = "6.1" / 7, Must, Other, "the notification of the example must go to the mailbox without its route";
    END_OF_DATA_IS_ANSWERED_SOON = "6.1" / 8, Must, Server, "the server must answer the end of the data as soon as it can";

    // §6.2
    BAD_RETURN_ADDRESS_IS_ALL_BUT_CERTAIN = "6.2" / 1, Should, Server, "the server should drop mail for a bad return address only when that is all but certain";
    HOSTILE_MAIL_IS_NOT_BOUNCED = "6.2" / 2, ShouldNot, Other, "hostile content should not be bounced unless the bounce is sure to be of use";

    // §6.3
    LOOP_THRESHOLD_IS_LARGE = "6.3" / 1, Should, Server, "the server should count 100 Received fields or more before it sees a loop";
    TRIVIAL_LOOPS_ARE_STOPPED = "6.3" / 2, Must, Server, "the server must detect and stop trivial loops";

    // §6.4
    SUBMISSION_MAY_COMPLETE_THE_MESSAGE = "6.4" / 1, May, Server, "the server may complete message-id, date and addresses at submission";
    RELAY_COMPLETES_NO_MESSAGE = "6.4" / 2, MustNot, Other, "a relay must not complete a message so";
    COMPLETION_IS_DOCUMENTED = "6.4" / 3, Should, Server, "the server should note its changes in trace fields or comments";

    // §7.2
    RECIPIENTS_ARE_NOT_COPIED_INTO_HEADERS = "7.2" / 1, ShouldNot, Both, "copy no full list of envelope recipients into the header";
    BLIND_COPY_MAY_GO_ALONE = "7.2" / 2, May, Client, "a blind copy may be sent in a transaction of its own";
    ENVELOPE_DOES_NOT_ALTER_THE_HEADER = "7.2" / 3, ShouldNot, Server, "the server should not alter the header by what it infers from the envelope";
    APPARENTLY_TO_IS_NOT_USED = "7.2" / 4, ShouldNot, Both, "use no Apparently-To field";

    // §7.3
    UNVERIFIED_IS_NOT_SHOWN_AS_VERIFIED = "7.3" / 1, MustNot, Server, "the server must not seem to have verified what it has not";
    DISABLED_VRFY_GETS_252 = "7.3" / 2, Must, Server, "the server must answer 252 where VRFY or EXPN is disabled for security";
    EXPN_IS_STILL_SUPPORTED = "7.3" / 3, Should, Server, "the server should still have EXPN";
    SITE_WEIGHS_EXPN = "7.3" / 4, Should, Other, "a site should weigh the use of EXPN against its risk";

    // §7.4
    REDIRECTION_IS_TRUSTED_WHEN_AUTHENTIC = "7.4" / h(1), Should, Client, "be sure of the server before 251 or 551 changes what is stored";

    // §7.5
    VERSION_IS_AVAILABLE = "7.5" / 1, Should, Server, "the server should have some way to tell type and version";

    // §7.9
    RELAYING_CAN_BE_FILTERED = "7.9" / 1, Should, Server, "the server should be able to relay for known sources only";
    POLICY_REFUSAL_IS_550 = "7.9" / 2, Should, Server, "the server should refuse for reasons of policy by 550";

    // §8
    NEW_TRACE_FIELDS_ARE_REGISTERED = "8" / 1, Must, Other, "a new trace field must be registered with IANA";

    // Appendix B
    MISSING_ENVELOPE_IS_GENERATED = "B" / 1, Should, Client, "make an envelope from the header by the rules given if none is supplied";
    HEADER_RECIPIENTS_BECOME_RCPT = "B" / 2, Should, Client, "give RCPT for each address in To, Cc and Bcc then";
    BCC_IS_REMOVED = "B" / 3, Should, Client, "take Bcc fields out of the header then";
    REMAINING_RECIPIENT_FIELD_IS_CHECKED = "B" / 4, Should, Client, "look whether a To, Cc or Bcc field is left then";
    EMPTY_BCC_IS_INSERTED = "B" / 5, Should, Client, "insert an empty Bcc field when none is left";
    RETURN_ADDRESS_IS_THE_SUBMITTER = "B" / 6, Should, Client, "take the address for MAIL from the user of the system, else from the From field";
    SUBMITTER_IS_COPIED_TO_SENDER = "B" / 7, Should, Client, "put the user of the system into Sender when From is another";
    EARLIER_SENDER_IS_REMOVED = "B" / 8, Should, Client, "take out a Sender field that was there before";
    HEADER_ALONE_IS_NOT_GATEWAYED = "B" / 9, MustNot, Other, "a gateway must not make mail for SMTP from the header alone";

    // Appendix C
    SOURCE_ROUTE_STAYS_OUT_OF_REVERSE_PATH = "C" / 1, ShouldNot, Client, "put no source route into the reverse-path";
    FORWARD_PATH_IS_A_MAILBOX = "C" / 2, Should, Client, "let the forward-path be a mailbox with its domain only";
    SOURCE_ROUTES_ARE_HANDLED = "C" / 3, Must, Server, "the server must be able to take source routes";
    SOURCE_ROUTES_ARE_NOT_SENT = "C" / 4, ShouldNot, Client, "send no source routes";
    ROUTE_HOSTS_ARE_FULLY_QUALIFIED = "C" / 5, Must, Other, "the hosts of a source route must have full names";
    ROUTED_SERVER_REMOVES_ITSELF = "C" / 6, Must, Other, "a relay must take its own name out of the forward-paths";
    ROUTED_SERVER_MAY_REMOVE_THE_ROUTE = "C" / 7, May, Other, "a relay may take out what is left of the route";
    RELAY_LEAVES_THE_REVERSE_PATH = "C" / 8, ShouldNot, Other, "a relay should leave the reverse-path as it is";
    HEADERS_DO_NOT_ROUTE = "C" / 9, MustNot, Server, "the server must not route a message by its header fields";
    RELAY_USES_ITS_OUTBOUND_NAME = "C" / 10, Must, Other, "a relay in the reverse route must use its name on the side it sends to";
    RETURN_IGNORES_THE_ROUTE = "C" / 11, Should, Other, "a return of the message should go to the domain of the mailbox directly";

    // Appendix E
    GATEWAY_PRESERVES_LAYERS = "E" / 1, Should, Other, "a gateway should keep envelope, header and body apart";

    // Appendix F
    PROBLEMATIC_FEATURES_ARE_NOT_USED = "F" / 1, ShouldNot, Both, "use none of the deprecated features of RFC 821";

    // Appendix F.1
    TURN_IS_NOT_USED = "F.1" / 1, ShouldNot, Both, "leave TURN alone unless the server can authenticate the client";

    // Appendix F.2
    SOURCE_ROUTE_SYNTAX_IS_ACCEPTED = "F.2" / 1, Must, Server, "the server must accept the syntax of source routes still";
    ROUTE_MAY_BE_IGNORED = "F.2" / 2, May, Server, "the server may ignore the route and go by the last domain";
    ROUTE_BEGINS_AT_ITS_FIRST_DOMAIN = "F.2" / 3, Must, Other, "a relay that uses a route must send to its first domain";
    ROUTE_HAS_NO_SHORTCUTS = "F.2" / 4, MustNot, Other, "a relay must not guess a shortcut in a route";
    EXPLICIT_ROUTING_IS_UNUSUAL = "F.2" / 5, ShouldNot, Client, "route explicitly only in unusual cases such as debugging";

    // Appendix F.3
    ACCEPTED_EHLO_DISPLACES_HELO = "F.3" / 1, Should, Client, "use EHLO rather than HELO with a server that takes it";
    HELO_IS_ACCEPTED_FROM_OLD_CLIENTS = "F.3" / 2, Must, Server, "the server must still take HELO from old clients";

    // Appendix F.4
    NUMBER_SIGN_LITERALS_ARE_NOT_USED = "F.4" / 1, MustNot, Both, "write no address as a number behind a number sign";

    // Appendix F.5
    YEARS_HAVE_FOUR_DIGITS = "F.5" / 1, Must, Both, "write the year with four digits in a date that is inserted";

    // Appendix F.6
    SEND_SOML_SAML_ARE_NOT_PROVIDED = "F.6" / 1, ShouldNot, Client, "provide no SEND, SOML or SAML";
    SEND_SOML_SAML_MAY_BE_IMPLEMENTED = "F.6" / 2, May, Server, "the server may have SEND, SOML and SAML";
    SEND_SOML_SAML_FOLLOW_RFC_821 = "F.6" / 3, Must, Server, "the server must model them on RFC 821 if it has them";
    SEND_SOML_SAML_ARE_PUBLISHED = "F.6" / 4, Must, Server, "the server must list them in its answer to EHLO if it has them";
}
