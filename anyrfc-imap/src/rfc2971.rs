//! The catalogue of RFC 2971: every normative keyword, in the RFC's own order.
//!
//! Ids and roles are as in [`rfc9051`](crate::rfc9051).
use anyrfc_core::requirements;

requirements! {
    /// IMAP4 ID extension.
    RFC2971 = 2971, "IMAP4 ID extension";

    // §3
    ID_NEEDS_THE_CAPABILITY = "3" / h(1), MustNot, Client, "send ID only when it is advertised";
    ID_CHANGES_NO_OPERATION = "3" / 1, MustNot, Both, "change nothing in operation because of ID";
    SERVER_WORKS_AROUND_NOTHING_BY_ID = "3" / 2, MustNot, Server, "the server must not work around faults of a client because of ID";
    CLIENT_WORKS_AROUND_NOTHING_BY_ID = "3" / 3, MustNot, Client, "work around no faults of a server because of ID";
    SERVER_FAVOURS_NO_CLIENT_BY_ID = "3" / 4, MustNot, Server, "the server must not optimize for a client because of ID";
    CLIENT_FAVOURS_NO_SERVER_BY_ID = "3" / 5, MustNot, Client, "optimize for no server because of ID";
    SERVER_REFUSES_NO_CLIENT_BY_ID = "3" / 6, MustNot, Server, "the server must not refuse service because of ID";
    CLIENT_REFUSES_NO_SERVER_BY_ID = "3" / 7, MustNot, Client, "refuse or limit nothing because of ID";
    ID_IS_TRUE = "3" / 8, MustNot, Both, "send no false information in ID";
    ID_MAY_BE_BRIEF = "3" / 9, May, Both, "send less information in ID than there is, or none";

    // §3.1
    ID_MAY_BE_ANSWERED = "3.1" / 1, Optional, Server, "the server may answer ID with an untagged ID";

    // §3.2
    ID_GETS_A_RESPONSE = "3.2" / 1, Must, Server, "the server must respond to ID";
    ID_MAY_GET_NIL = "3.2" / 2, May, Server, "the server may answer ID with NIL";

    // §3.3
    ID_FIELDS_HAVE_30_OCTETS_AT_MOST = "3.3" / 1, MustNot, Both, "send no field name in ID of more than 30 octets";
    ID_VALUES_HAVE_1024_OCTETS_AT_MOST = "3.3" / 2, MustNot, Both, "send no value in ID of more than 1,024 octets";
    ID_HAS_30_PAIRS_AT_MOST = "3.3" / 3, MustNot, Both, "send no more than 30 pairs in ID";
    ID_CONTACT_IS_NOT_FOR_AUTOMATIC_REPORTS = "3.3" / 4, MustNot, Both, "send no automatic bug reports to a contact from ID";
    ID_FIELDS_ARE_UNIQUE = "3.3" / 5, MustNot, Both, "send each field name in ID only once";

    // §5
    FIREWALL_MAY_BLOCK_ID_FIELDS = "5" / 1, May, Other, "a firewall may block fields of ID that it finds dangerous";
    FIREWALL_KEEPS_ID = "5" / 2, ShouldNot, Other, "a firewall should not disable ID entirely";
    FIREWALL_KEEPS_ID_LISTS = "5" / 3, ShouldNot, Other, "a firewall should not remove the whole list of ID";
    FIREWALL_HIDES_UNKNOWN_EXTENSIONS = "5" / 4, MustNot, Other, "a firewall must not pass on the names of extensions that it does not know";
}
