//! The catalogue of RFC 7889: every normative keyword, in the RFC's own order.
//!
//! Ids and roles are as in [`rfc9051`](crate::rfc9051).
use anyrfc_core::requirements;

requirements! {
    /// The IMAP APPENDLIMIT Extension.
    RFC7889 = 7889, "The IMAP APPENDLIMIT Extension";

    // §2
    BOTH_FORMS_OF_APPENDLIMIT_ARE_PARSED = "2" / h(1), Should, Client, "parse the limit for all mailboxes and that of a single one";
    STATUS_APPENDLIMIT_NEEDS_THE_CAPABILITY = "2" / h(2), MustNot, Client, "ask STATUS for APPENDLIMIT only when it is advertised";

    // §3
    NIL_MEANS_NO_LIMIT = "3" / h(1), Must, Client, "take NIL for the absence of a limit";

    // §3.1
    APPENDLIMIT_IS_ASKED_BY_STATUS = "3.1" / h(1), Should, Client, "ask STATUS for the limit of a mailbox";

    // §3.2
    APPENDLIMIT_IN_LIST_STATUS = "3.2" / 1, Must, Server, "the server must answer APPENDLIMIT by STATUS for each mailbox that LIST finds";
    APPENDLIMIT_WITHOUT_LIST_STATUS = "3.2" / h(1), Should, Client, "ask by STATUS where LIST cannot return it";

    // §4
    TOO_LARGE_MESSAGE_GETS_TOOBIG = "4" / 1, Shall, Server, "the server must answer by TOOBIG when a message exceeds the limit";
    NO_NON_SYNCHRONIZING_LITERAL_OF_UNKNOWN_LIMIT = "4" / 2, Should, Client, "append by a synchronizing literal when the limit is not known";

    // §5
    TOKENS_IGNORE_CASE = "5" / 1, Must, Both, "accept the letters of protocol tokens in any case";
}
