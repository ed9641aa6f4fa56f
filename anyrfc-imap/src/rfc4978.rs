//! The catalogue of RFC 4978: every normative keyword, in the RFC's own order.
//!
//! Ids and roles are as in [`rfc9051`](crate::rfc9051).
use anyrfc_core::requirements;

requirements! {
    /// The IMAP COMPRESS Extension.
    RFC4978 = 4978, "The IMAP COMPRESS Extension";

    // §1
    TLS_DEFLATE_IS_ADVERTISED_TOO = "1" / 1, Should, Server, "the server should offer DEFLATE in TLS beside COMPRESS";
    EITHER_COMPRESSION_MAY_BE_USED = "1" / 2, May, Client, "compress by COMPRESS or by TLS";
    TLS_COMPRESSION_IS_PREFERRED = "1" / 3, Recommended, Client, "compress by TLS where both sides support that";

    // §3
    COMPRESS_WAITS_FOR_ITS_RESULT = "3" / 1, MustNot, Client, "send nothing after COMPRESS before its result has come";
    COMPRESSION_STARTS_WITH_THE_NEXT_COMMAND = "3" / 2, Must, Client, "compress from the first command after an OK to COMPRESS";
    REFUSED_COMPRESS_CHANGES_NOTHING = "3" / 3, MustNot, Client, "compress nothing after a NO or BAD to COMPRESS";
    COMPRESSIONACTIVE_IS_SENT = "3" / 4, Must, Server, "the server must send COMPRESSIONACTIVE when the mechanism is already active";
    COMPRESSIONACTIVE_NAMES_THE_LAYER = "3" / 5, Should, Server, "the server should say beside COMPRESSIONACTIVE which layer compresses";
    SERVER_COMPRESSES_AFTER_OK = "3" / 6, Must, Server, "the server must compress from the octet after the line of its OK";
    DATA_AFTER_OK_ARE_INFLATED = "3" / h(1), Must, Client, "inflate whatever follows the line of the OK to COMPRESS, even if already received";
    DATA_BEFORE_OK_ARE_PLAIN = "3" / h(2), Must, Client, "read responses before the OK to COMPRESS as they are";
    SERVER_STAYS_PLAIN_AFTER_REFUSAL = "3" / 7, MustNot, Server, "the server must not compress after its NO or BAD to COMPRESS";
    COMPRESSION_COMES_BEFORE_ENCRYPTION = "3" / 8, Must, Both, "compress first, then apply the SASL layer, then TLS";
    DECRYPTION_COMES_BEFORE_INFLATION = "3" / 9, Must, Both, "take TLS off first, then the SASL layer, then inflate";
    COMPRESS_COMES_ONCE = "3" / h(3), MustNot, Client, "send no COMPRESS while COMPRESS is active";

    // §4
    DEFLATE_IS_RAW = "4" / h(1), Must, Both, "send DEFLATE without the header and trailer of zlib";
    DICTIONARY_MAY_BE_CLEARED = "4" / h(2), Must, Client, "inflate a stream that the server flushes at any point";
    LEVEL_MAY_CHANGE = "4" / h(3), May, Server, "the server may change the level of compression in mid-stream, down to stored blocks";

    // §5
    COMPRESS_NEEDS_THE_CAPABILITY = "5" / h(1), MustNot, Client, "use a mechanism for COMPRESS only when COMPRESS= names it";
    TOKENS_IGNORE_CASE = "5" / 1, Must, Both, "accept the letters of protocol tokens in any case";
    SEVERAL_COMPRESS_CAPABILITIES_ARE_READ = "5" / h(2), Must, Client, "read several capabilities COMPRESS=, unknown mechanisms among them";
}
