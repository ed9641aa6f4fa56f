//! The catalogue of RFC 6855: every normative keyword, in the RFC's own order.
//!
//! Ids and roles are as in [`rfc9051`](crate::rfc9051). IMAP4rev2 has UTF-8 in quoted strings
//! of itself; this is how a server without rev2 comes to it.
use anyrfc_core::requirements;

requirements! {
    /// IMAP Support for UTF-8.
    RFC6855 = 6855, "IMAP Support for UTF-8";

    // §3
    UTF8_ACCEPT_IS_ENABLED = "3" / 1, Must, Client, "send ENABLE UTF8=ACCEPT before counting on UTF-8 in quoted strings";
    BAD_UTF8_GETS_BAD = "3" / 2, Must, Server, "the server must answer octets that are not UTF-8 by BAD";
    NO_UTF8_UNLESS_ENABLED = "3" / 3, MustNot, Server, "the server must not quote strings in UTF-8 before ENABLE UTF8=ACCEPT";
    UTF8_IN_ANY_STRING = "3" / 4, May, Client, "use UTF-8 in quoted strings of any argument";
    UTF8_MAILBOX_NAMES_ARE_ACCEPTED = "3" / 5, Should, Server, "the server should accept mailbox names in UTF-8";
    UTF8_MAILBOX_NAMES_ARE_CONVERTED = "3" / 6, Must, Server, "the server must convert mailbox names from UTF-8 where it keeps modified UTF-7";
    MAILBOX_NAMES_ARE_NET_UNICODE = "3" / 7, Must, Both, "keep mailbox names to Net-Unicode";
    MAILBOX_NAMES_HAVE_NO_CONTROLS = "3" / 8, MustNot, Both, "use no controls and no line or paragraph separators in mailbox names";
    NO_SEARCH_CHARSET_UNDER_UTF8 = "3" / 9, MustNot, Client, "give SEARCH no charset once UTF8=ACCEPT is enabled";
    SEARCH_CHARSET_UNDER_UTF8_GETS_BAD = "3" / 10, Should, Server, "the server should answer SEARCH with a charset by BAD once UTF8=ACCEPT is enabled";

    // §4
    UTF8_HEADERS_ARE_APPENDED_AS_UTF8 = "4" / 1, Must, Client, "append a message with UTF-8 headers by the data extension UTF8";
    EIGHT_BIT_HEADERS_GET_NO_UNLESS_ENABLED = "4" / 2, Must, Server, "the server must answer APPEND of 8-bit headers by NO before ENABLE UTF8=ACCEPT";

    // §5
    UTF8_CREDENTIALS_NEED_AUTHENTICATE = "5" / 1, Must, Client, "send user names and passwords in UTF-8 only by AUTHENTICATE";

    // §6
    UTF8_ONLY_NEEDS_ENABLE = "6" / 1, Must, Client, "send ENABLE UTF8=ACCEPT to a server that advertises UTF8=ONLY";
    UTF8_ONLY_IS_NOT_ENABLED = "6" / h(1), MustNot, Client, "never send ENABLE UTF8=ONLY";
    UTF8_ACCEPT_AND_ONLY_EXCLUDE_EACH_OTHER = "6" / h(2), MustNot, Server, "the server must not advertise both UTF8=ACCEPT and UTF8=ONLY";

    // §7
    DOWNGRADING_IS_STANDARD = "7" / 1, Should, Server, "the server should downgrade messages by RFC 6857 or RFC 6858";
    CACHE_IS_DISCARDED_ON_UPGRADE = "7" / 2, Must, Client, "discard messages cached before UTF8=ACCEPT was supported";
}
