//! The catalogue of RFC 9698, by hand: its statements as they are publicly known.
//!
//! Ids and roles are as in [`rfc9051`](crate::rfc9051).
use anyrfc_core::requirements;

requirements! {
    /// The JMAPACCESS Extension for IMAP.
    RFC9698 = 9698, "The JMAPACCESS Extension for IMAP";

    // §3
    OBJECTS_HAVE_THE_SAME_IDS = "3" / h(1), Must, Server, "the server must have the same messages and mailboxes, with the same object ids, in JMAP";
    JMAPACCESS_COMES_WITH_OBJECTID = "3" / h(2), Must, Server, "the server must advertise OBJECTID beside JMAPACCESS";
    JMAPACCESS_FITS_THE_CREDENTIALS = "3" / h(3), Must, Server, "the server must advertise JMAPACCESS after a login whose credentials serve for JMAP as well";

    // §4
    GETJMAPACCESS_NEEDS_THE_CAPABILITY = "4" / h(1), MustNot, Client, "send GETJMAPACCESS only when JMAPACCESS is advertised";
    GETJMAPACCESS_NEEDS_AUTHENTICATION = "4" / h(2), MustNot, Client, "send GETJMAPACCESS only in the authenticated or selected state";
    SESSION_URL_IS_TOLD = "4" / h(3), Must, Server, "the server must answer GETJMAPACCESS by JMAPACCESS with the URL of the session, and OK";
    NO_SESSION_GETS_BAD = "4" / h(4), Must, Server, "the server must answer BAD when it knows of no JMAP server";
    SESSION_URL_IS_A_QUOTED_STRING = "4" / h(5), Must, Client, "read the URL of the session from a quoted string";
}
