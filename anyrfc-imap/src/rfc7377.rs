//! The catalogue of RFC 7377: every normative keyword, in the RFC's own order.
//!
//! Ids and roles are as in [`rfc9051`](crate::rfc9051).
use anyrfc_core::requirements;

requirements! {
    /// IMAP4 Multimailbox SEARCH Extension.
    RFC7377 = 7377, "IMAP4 Multimailbox SEARCH Extension";

    // §2
    SOURCE_MAY_BE_OMITTED = "2" / 1, Optional, Client, "give ESEARCH source options or none";
    RESULT_OPTIONS_MAY_BE_OMITTED = "2" / 2, Optional, Client, "give ESEARCH result options or none";
    CHARSET_MAY_BE_OMITTED = "2" / 3, Optional, Client, "give ESEARCH a charset or none";
    ESEARCH_IS_ANSWERED = "2" / 4, Required, Server, "the server must answer ESEARCH with untagged ESEARCH responses";
    ESEARCH_NEEDS_THE_CAPABILITY = "2" / h(1), MustNot, Client, "use the command ESEARCH only when MULTISEARCH is advertised";
    RANGE_BEYOND_THE_END_IS_NO_ERROR = "2" / 5, MustNot, Server, "the server must not refuse a search whose message range lies beyond the mailbox";

    // §2.1
    ESEARCH_GETS_NO_SEARCH_RESPONSE = "2.1" / 1, Must, Server, "the server must answer ESEARCH by ESEARCH, never by SEARCH";
    ESEARCH_RETURNS_UIDS = "2.1" / 2, Must, Server, "the server must return UIDs to ESEARCH, never message numbers";
    SOURCE_IMPLIES_ALL = "2.1" / h(1), Must, Server, "the server must return ALL to ESEARCH with source options but no result options";
    ESEARCH_LEAVES_THE_SELECTED_MAILBOX = "2.1" / h(2), Must, Client, "keep the selected mailbox as it is after ESEARCH in others";
    ONE_RESPONSE_PER_MAILBOX = "2.1" / 3, Must, Server, "the server must send one ESEARCH response for each mailbox with matches";
    NO_RESPONSE_WITHOUT_MATCHES = "2.1" / 4, MustNot, Server, "the server must not send ESEARCH for a mailbox without matches";
    NO_RESPONSE_MEANS_NO_MATCH = "2.1" / h(3), Must, Client, "take an OK without any ESEARCH response as a search without matches";
    ALL_CORRELATORS_ARE_SENT = "2.1" / 5, Must, Server, "the server must put MAILBOX, TAG and UIDVALIDITY into each ESEARCH response";
    RESPONSES_ARE_TOLD_APART = "2.1" / h(4), Must, Client, "assign ESEARCH responses to commands and mailboxes by their correlators";
    SEARCHRES_RUNS_IN_ORDER = "2.1" / 6, Must, Server, "the server must run an ESEARCH with SEARCHRES in order with the searches around it";
    ESEARCH_MAY_RUN_IN_PARALLEL = "2.1" / 7, May, Server, "the server may run successive ESEARCH commands in parallel without SEARCHRES";

    // §2.2
    SOURCE_NAMES_MAILBOXES = "2.2" / 1, Must, Client, "name mailboxes in source options by the specifiers of NOTIFY";
    SOURCE_HAS_NO_SELECTED_DELAYED = "2.2" / h(1), MustNot, Client, "use no selected-delayed in source options";
    SUBTREE_LOOPS_ARE_DEFENDED = "2.2" / 2, Must, Server, "the server must guard against loops of the hierarchy under subtree";
    VISITED_MAILBOXES_ARE_TRACKED = "2.2" / 3, Should, Server, "the server should remember the mailboxes it has searched to find a loop";
    HIERARCHY_DEPTH_MAY_BE_LIMITED = "2.2" / 4, May, Server, "the server may limit the depth of the hierarchy where it cannot find loops";
    SELECTED_SOURCE_NEEDS_A_MAILBOX = "2.2" / 5, Must, Client, "search in selected, by name or by default, only while a mailbox is selected";
    OTHER_SOURCE_NEEDS_AUTHENTICATION = "2.2" / 6, Must, Client, "search in other mailboxes only once authenticated";
    WRONG_STATE_IS_BAD = "2.2" / 7, Must, Server, "the server must answer BAD to ESEARCH in the wrong state";
    SOURCES_DO_NOT_OVERLAP = "2.2" / 8, ShouldNot, Client, "name no mailbox twice in source options";
    OVERLAPPING_SOURCES_MAY_BE_BAD = "2.2" / 9, May, Server, "the server may answer BAD to source options that name a mailbox twice";
    SAVE_ONLY_IN_THE_SELECTED_MAILBOX = "2.2" / h(2), MustNot, Client, "ask ESEARCH to SAVE only when it searches in selected alone";
    SAVE_ELSEWHERE_IS_BAD = "2.2" / 10, Must, Server, "the server must answer BAD to SAVE with a source other than selected";
    UPDATE_APPLIES_TO_THE_SELECTED_MAILBOX = "2.2" / 11, Must, Server, "the server must apply UPDATE to the selected mailbox alone";
    UPDATE_WITHOUT_A_MAILBOX_IS_BAD = "2.2" / 12, Must, Server, "the server must answer BAD to UPDATE while no mailbox is selected";
    FORBIDDEN_MAILBOXES_ARE_IGNORED = "2.2" / 13, Must, Server, "the server must pass over mailboxes that the user may not search";
    FORBIDDEN_MAILBOXES_GET_NO_RESPONSE = "2.2" / 14, MustNot, Server, "the server must not send ESEARCH for mailboxes that the user may not search";
    WILDCARDS_ARE_LITERAL = "2.2" / h(3), Must, Client, "expect no expansion of wildcards in source options";

    // §2.3
    TEXT_MAY_MATCH_FUZZILY = "2.3" / 1, May, Server, "the server may match text fuzzily when it searches several mailboxes";

    // §2.4
    SEARCH_VOLUME_MAY_BE_LIMITED = "2.4" / 1, May, Server, "the server may limit mailboxes, messages and octets of a search";
    LIMIT_IS_HANDLED = "2.4" / h(1), Must, Client, "tell a result cut short by OK with LIMIT from a whole one";

    // §4
    CORRELATORS_COME_ONCE = "4" / 1, Must, Server, "the server must send each correlator exactly once";
    SCOPE_OPTIONS_COME_ONCE = "4" / h(1), MustNot, Client, "give a scope option at most once";

    // §5
    ACCESS_CONTROL_APPLIES = "5" / 1, Must, Server, "the server must grant ESEARCH no more access than other commands have";
    FORBIDDEN_MAILBOXES_STAY_UNKNOWN = "5" / 2, Must, Server, "the server must keep mailboxes that the user may not search to itself";
    LOOPS_ARE_NO_ATTACK = "5" / 3, Must, Server, "the server must withstand loops of mailboxes as an attack under subtree";
}
