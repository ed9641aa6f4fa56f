//! The catalogue of RFC 8474: every normative keyword, in the RFC's own order.
//!
//! Ids and roles are as in [`rfc9051`](crate::rfc9051).
use anyrfc_core::requirements;

requirements! {
    /// IMAP Extension for Object Identifiers.
    RFC8474 = 8474, "IMAP Extension for Object Identifiers";

    // §3
    OBJECTID_IS_ADVERTISED = "3" / 1, Must, Server, "the server must advertise OBJECTID when it supports the extension";
    OBJECTID_NEEDS_THE_CAPABILITY = "3" / h(1), MustNot, Client, "ask for MAILBOXID, EMAILID and THREADID only when OBJECTID is advertised";

    // §4
    MAILBOXID_IS_STABLE = "4" / 1, Must, Server, "the server must keep the MAILBOXID of a mailbox that keeps name and UIDVALIDITY";
    MAILBOXID_IS_UNIQUE = "4" / 2, MustNot, Server, "the server must not give two mailboxes one MAILBOXID at the same time";
    MAILBOXID_IS_NOT_REUSED = "4" / 3, MustNot, Server, "the server must not reuse a MAILBOXID for a mailbox that breaks the invariants";
    MAILBOXID_SURVIVES_RENAME = "4" / 4, Must, Server, "the server must keep the MAILBOXID of a mailbox renamed with its messages";

    // §4.1
    CREATE_GETS_MAILBOXID = "4.1" / 1, Must, Server, "the server must put MAILBOXID into the tagged OK of CREATE";

    // §4.2
    SELECT_GETS_MAILBOXID = "4.2" / 1, Must, Server, "the server must send MAILBOXID for every successful SELECT and EXAMINE";

    // §4.3
    STATUS_KNOWS_MAILBOXID = "4.3" / 1, Must, Server, "the server must return MAILBOXID in STATUS when asked";

    // §5.1
    EMAILID_IS_IMMUTABLE = "5.1" / 1, Must, Server, "the server must keep the EMAILID of a message";
    COPY_KEEPS_EMAILID = "5.1" / 2, Must, Server, "the server must keep the EMAILID of messages that are copied or moved";
    IDENTICAL_MESSAGE_MAY_SHARE_EMAILID = "5.1" / 3, May, Server, "the server may reuse an EMAILID for an appended message of equal content";
    EMAILID_SAYS_NOTHING_OF_FLAGS = "5.1" / h(1), MustNot, Client, "infer no equal flags from equal EMAILIDs";

    // §5.2
    EMAILID_DETERMINES_THREADID = "5.2" / 1, Must, Server, "the server must give messages of one EMAILID one THREADID";
    RELATED_MESSAGES_SHARE_THREADID = "5.2" / 2, Should, Server, "the server should give related messages one THREADID";
    THREADID_SPANS_MAILBOXES = "5.2" / 3, Should, Server, "the server should give one THREADID to a thread spread over mailboxes";
    THREADID_IS_IMMUTABLE = "5.2" / 4, MustNot, Server, "the server must not change a THREADID that it has reported";
    THREADID_IS_OPTIONAL = "5.2" / 5, Optional, Server, "the server may do without THREADID";
    UNSUPPORTED_THREADID_IS_NIL = "5.2" / 6, Must, Server, "the server must return NIL for every THREADID when it knows none";
    UNSUPPORTED_THREADID_MATCHES_NOTHING = "5.2" / 7, MustNot, Server, "the server must not match any message by THREADID when it knows none";
    EMAILID_AND_THREADID_DIFFER = "5.2" / 8, MustNot, Server, "the server must not use one value as EMAILID and as THREADID";

    // §5.3
    THREADID_MAY_BE_NIL = "5.3" / h(1), Must, Client, "accept NIL as a THREADID";

    // §7
    TOKENS_IGNORE_CASE = "7" / 1, Must, Both, "accept the letters of protocol tokens in any case";
    OBJECTID_RESPECTS_CASE = "7" / h(1), Must, Client, "compare object identifiers with regard to case";
    OBJECTID_HAS_ITS_CHARACTERS = "7" / h(2), Must, Both, "write object identifiers of 1 to 255 letters, digits, underscores and hyphens only";

    // §8.2
    PROXY_KEEPS_IDENTIFIERS_UNIQUE = "8.2" / 1, MustNot, Server, "the server must not advertise OBJECTID as a proxy unless identifiers stay unique";

    // §8.3
    EMAILID_SPARES_DOWNLOADS = "8.3" / h(1), Should, Client, "fetch the EMAILID of new messages before their content when messages are cached";
    RENAMES_ARE_DETECTED = "8.3" / h(2), Should, Client, "ask for the MAILBOXID of new mailboxes before the cache of vanished ones is dropped";

    // §8.4
    CHANGED_IDENTIFIERS_ARE_MENTIONED = "8.4" / 1, MustNot, Other, "the author recalls which identifiers may not change";
    INCONSISTENT_IDENTIFIERS_ARE_DISTRUSTED = "8.4" / 2, Should, Client, "fall back to names and UIDs when identifiers prove inconsistent";
    INCONSISTENT_CACHE_MAY_BE_DISCARDED = "8.4" / 3, May, Client, "discard the whole cache and synchronise anew when identifiers prove inconsistent";
    DISCARDING_DOES_NOT_LOOP = "8.4" / 4, Must, Client, "never discard and fetch the same data over and over unasked";
}
