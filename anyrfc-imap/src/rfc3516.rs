//! The catalogue of RFC 3516: every normative keyword, in the RFC's own order.
//!
//! Ids and roles are as in [`rfc9051`](crate::rfc9051), which has taken FETCH BINARY into the base protocol.
use anyrfc_core::requirements;

requirements! {
    /// IMAP4 Binary Content Extension.
    RFC3516 = 3516, "IMAP4 Binary Content Extension";

    // §4.1
    BINARY_IS_ADVERTISED = "4.1" / 1, Must, Server, "the server must list BINARY among its capabilities when it supports it";
    BINARY_NEEDS_THE_CAPABILITY = "4.1" / h(1), MustNot, Client, "use BINARY and literal8 only when BINARY is advertised";

    // §4.3
    BINARY_WITHOUT_NUL_IS_A_STRING = "4.3" / 1, Should, Server, "the server should send 8-bit data without NUL as a string, not as literal8";
    UNKNOWN_ENCODING_GETS_NO = "4.3" / 2, Must, Server, "the server must answer BINARY by UNKNOWN-CTE when it does not know the encoding";
    BINARY_SIZE_MATCHES = "4.3" / 3, Must, Server, "the server must report the BINARY.SIZE that FETCH BINARY would return";
    UNKNOWN_ENCODING_HAS_NO_SIZE = "4.3" / 4, Must, Server, "the server must answer BINARY.SIZE by UNKNOWN-CTE when it does not know the encoding";

    // §4.4
    APPENDED_ENCODING_MAY_CHANGE = "4.4" / 1, May, Server, "the server may change the transfer encoding of appended data";
    CHANGED_ENCODING_LOSES_NOTHING = "4.4" / 2, MustNot, Server, "the server must not lose data when it changes their encoding";
    UNSTORABLE_BINARY_GETS_NO = "4.4" / 3, Must, Server, "the server must answer by UNKNOWN-CTE when the mailbox cannot store binary data";

    // §5
    ENCODED_WORDS_ARE_NOT_CONVERTED = "5" / 1, MustNot, Server, "the server must not convert encoded words for BINARY";

    // §6
    BINARY_TEXT_HAS_CRLF = "6" / 1, Must, Server, "the server must send lines of text in BINARY with CR LF";
    BODYSTRUCTURE_HIDES_BINARY = "6" / 2, Must, Server, "the server must describe binary parts as encoded in BODYSTRUCTURE";
    BODY_IS_AS_BODYSTRUCTURE_SAYS = "6" / 3, Must, Server, "the server must return a BODY as BODYSTRUCTURE describes it";
    CLIENT_DECODES_TOO = "6" / 4, Should, Client, "be able to decode transfer encodings without BINARY";
}
