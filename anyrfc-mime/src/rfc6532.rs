//! The catalogue of RFC 6532: every normative keyword, in the RFC's own order.
//!
//! `Client` is whoever composes or reads a message, as this crate does; `Other` is a transport.
//! The summaries are this project's own words; an error prints one beside the id.
use anyrfc_core::requirements;

requirements! {
    /// Internationalized Email Headers.
    RFC6532 = 6532, "Internationalized Email Headers";

    // §3.1
    NORMALIZE_TO_NFC = "3.1" / 1, Should, Client, "write UTF-8 in normalization form C";
    NOT_TO_NFKC = "3.1" / 2, ShouldNot, Client, "do not write UTF-8 in normalization form KC";

    // §3.3
    ASCII_MESSAGE_IDS = "3.3" / 1, May, Client, "keep generated message identifiers in ASCII";

    // §3.6
    NO_ENCODED_WORDS_BESIDE_UTF8 = "3.6" / 1, ShouldNot, Client, "write no encoded-words into an internationalized message";
    ENCODED_WORDS_MAY_BECOME_UTF8 = "3.6" / 2, May, Client, "turn encoded-words taken from another message into UTF-8";
    DECODED_WORDS_STAY_VALID = "3.6" / 3, MustNot, Client, "write no invalid field when decoding encoded-words";

    // §3.7
    GLOBAL_NEEDS_AN_AUTHORISED_TRANSPORT = "3.7" / 1, Must, Client, "write internationalized messages only for a receiver that allows them";
    GLOBAL_IS_ENCODED_FOR_7BIT = "3.7" / 2, Must, Client, "encode message/global for a 7-bit receiver";
    GLOBAL_IS_8BIT_OTHERWISE = "3.7" / 3, Should, Client, "send message/global as 8bit or binary where the receiver allows it";

    // §4
    LINES_UP_TO_998_OCTETS = "4" / 1, Must, Both, "keep every line to 998 octets";
}
