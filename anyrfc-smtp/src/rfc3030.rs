//! The catalogue of RFC 3030: every normative keyword, in the RFC's own order.
//!
//! Ids and roles are as in [`rfc5321`](crate::rfc5321).
use anyrfc_core::requirements;

requirements! {
    /// SMTP Service Extensions for Transmission of Large and Binary MIME Messages.
    RFC3030 = 3030, "SMTP Service Extensions for Transmission of Large and Binary MIME Messages";

    // §2
    BDAT_NEEDS_CHUNKING = "2" / h(1), MustNot, Client, "send BDAT only when CHUNKING is offered";
    DATA_STAYS_SUPPORTED = "2" / 1, Must, Server, "the server must still accept DATA";
    LAST_CHUNK_MAY_BE_EMPTY = "2" / 2, May, Client, "the last chunk may have no octets";
    BDAT_AFTER_LAST_GETS_503 = "2" / 3, Must, Server, "the server must answer 503 to BDAT after the last chunk";
    BDAT_AFTER_LAST_IS_RESET = "2" / 4, Must, Client, "send RSET before going on after a chunk behind the last";
    EVERY_CHUNK_GETS_250 = "2" / 5, Must, Server, "the server must answer 250 to every chunk that it takes";
    FAILED_CHUNK_IS_READ = "2" / 6, Must, Server, "the server must read and discard a chunk before it refuses it";
    NO_CHUNK_AFTER_A_REFUSAL = "2" / 7, MustNot, Client, "send no more chunks of a message once one was refused";
    PIPELINED_CHUNKS_ARE_DISCARDED = "2" / 8, Must, Server, "the server must read and discard pipelined chunks behind a refused one";
    REFUSED_CHUNK_IS_RESET = "2" / 9, Must, Client, "send RSET after a refused chunk before other commands";
    DATA_AFTER_BDAT_GETS_503 = "2" / 10, Must, Server, "the server must answer 503 to DATA after BDAT in one transaction";
    DATA_AFTER_BDAT_IS_RESET = "2" / 11, Must, Client, "send RSET before going on after DATA behind BDAT";
    BDAT_TEXT_HAS_CRLF = "2" / 12, Must, Client, "end the lines of text sent by BDAT with CRLF";
    ARBITRARY_OCTETS_ARE_SURVIVED = "2" / 13, Must, Server, "the server must cope with lines of arbitrary octets";

    // §3
    BINARY_IS_PRESERVED = "3" / 1, Must, Server, "the server must deliver binary material with all its bits";
    DATA_OF_BINARY_GETS_503 = "3" / 2, Must, Server, "the server must answer 503 to DATA after BODY=BINARYMIME";
    DATA_OF_BINARY_IS_RESET = "3" / 3, Must, Client, "send RSET after DATA behind BODY=BINARYMIME";
    STORAGE_FORM_IS_REVERSED = "3" / 4, Must, Client, "undo what local storage has done to text before it goes as binary";
    CONTENT_IS_CANONICAL = "3" / 5, Must, Client, "send each media type in its canonical form";
    BINARY_TEXT_HAS_CRLF = "3" / 6, Must, Client, "end the lines of text parts with CRLF in binary messages too";
    BINARY_IS_DECLARED = "3" / 7, Must, Client, "say BODY=BINARYMIME with MAIL for a binary message";
    NO_BINARY_WITHOUT_BINARYMIME = "3" / 8, MustNot, Client, "send no binary data to a server that does not offer BINARYMIME";
    CONVERSION_LOSES_NOTHING = "3" / 9, Must, Client, "a conversion for such a server must lose nothing";
    CONVERSION_ENCODES = "3" / 10, Must, Client, "a conversion for such a server must use transfer encodings";
    CONVERSION_IS_MIME = "3" / 11, Must, Client, "the outcome of a conversion must be valid 7-bit or 8-bit MIME";
    NO_NESTED_ENCODINGS = "3" / 12, MustNot, Client, "a conversion must not nest transfer encodings";
    UNDECLARED_BINARY_IS_ACCEPTED = "3" / 13, Must, Server, "the server must accept a binary transfer encoding without BODY=BINARYMIME";
    UNDELIVERABLE_BINARY_GETS_A_DSN = "3" / 14, Should, Other, "a relay should return a message that it cannot pass on with a DSN";
    DSN_MAY_HOLD_THE_CONTENT = "3" / 15, May, Other, "a relay may return the content where it can be put into a DSN";
}
