//! The catalogue of RFC 2047: every normative keyword, and the rules it states in lower case.
//!
//! `"5" / 5` is the fifth capitalised keyword of section 5; `"6.1" / h(1)` is the first rule of
//! section 6.1 that is written without one, at the nearest level.
//! `Client` is whoever composes or reads a message, as this crate does; `Other` is the program
//! that puts decoded text on a terminal.
//! The summaries are this project's own words; an error prints one beside the id.
use anyrfc_core::requirements;

requirements! {
    /// MIME Part Three: Message Header Extensions for Non-ASCII Text.
    RFC2047 = 2047, "MIME Part Three: Message Header Extensions for Non-ASCII Text";

    // §2
    NO_WHITE_SPACE_INSIDE = "2" / 1, MustNot, Client, "put no white space inside an encoded-word";
    NAMES_ARE_CASELESS = "2" / h(1), Must, Client, "compare charset and encoding without regard to case";
    WORDS_UP_TO_75 = "2" / h(2), MustNot, Client, "make no encoded-word longer than 75 characters";
    LINES_UP_TO_76 = "2" / h(3), MustNot, Client, "make no line with an encoded-word longer than 76 characters";

    // §3
    ASCII_MODE_AT_THE_END = "3" / 1, Must, Client, "return to ASCII at the end of every encoded-word";

    // §4
    BOTH_ENCODINGS_ACCEPTED = "4" / 1, Must, Client, "accept B and Q for every supported charset";
    Q_FOR_MOSTLY_ASCII = "4" / h(1), Recommended, Client, "use Q where most characters are ASCII, B otherwise";

    // §4.2
    PRINTABLE_MAY_STAY = "4.2" / 1, May, Client, "write printable ASCII as itself in Q, but =, ? and _";
    SPACE_IS_ENCODED = "4.2" / 2, MustNot, Client, "write no space or tab as itself in Q";
    HEX_IS_UPPERCASE = "4.2" / h(1), Should, Client, "write hexadecimal digits in upper case";
    UNDERSCORE_IS_HEX_20 = "4.2" / h(2), Must, Client, "decode an underscore as octet 20 in every charset";

    // §5
    SEPARATE_IN_TEXT = "5" / 1, Must, Client, "separate an encoded-word in text by white space";
    NO_PARENTHESES_IN_COMMENTS = "5" / 2, MustNot, Client, "write no parenthesis or quote into a Q word of a comment";
    SEPARATE_IN_COMMENTS = "5" / 3, Must, Client, "separate an encoded-word in a comment by white space";
    SEPARATE_IN_PHRASES = "5" / 4, Must, Client, "separate an encoded-word in a phrase by white space";
    NOT_IN_ADDR_SPEC = "5" / 5, MustNot, Client, "write and see no encoded-word in an addr-spec";
    NOT_IN_QUOTED_STRINGS = "5" / 6, MustNot, Client, "write and see no encoded-word in a quoted-string";
    NOT_IN_RECEIVED = "5" / 7, MustNot, Client, "write no encoded-word into Received";
    NOT_IN_PARAMETERS = "5" / 8, MustNot, Client, "write no encoded-word into a parameter";
    TEXT_IS_SELF_CONTAINED = "5" / 9, MustNot, Client, "continue no encoded text in the next word";
    WHOLE_OCTETS = "5" / 10, Must, Client, "encode whole octets in every word";
    WHOLE_CHARACTERS = "5" / 11, Must, Client, "encode whole characters in every word";
    PHRASE_CHARACTERS = "5" / h(1), MustNot, Client, "write only letters, digits and !*+-/ as themselves in a Q word of a phrase";
    PRINTABLE_DATA_ONLY = "5" / h(2), Should, Client, "encode nothing but printable and white space characters";
    DECODED_DATA_HAS_NO_EFFECT = "5" / h(3), Should, Other, "a reader's display should not be controlled by decoded text";

    // §6.1
    RECOGNISED_BY_THE_FIELDS_SYNTAX = "6.1" / h(1), Must, Client, "find encoded-words by the syntax of their field";
    RECOGNISED_IN_TEXT = "6.1" / h(2), Should, Client, "see encoded-words in text at its beginning and after white space";
    RECOGNISED_IN_PHRASES = "6.1" / h(3), Should, Client, "see a word of a phrase as encoded where it meets the syntax";
    RECOGNISED_IN_COMMENTS = "6.1" / h(4), Should, Client, "see encoded-words in comments";
    NO_MIME_VERSION_NEEDED = "6.1" / h(5), Must, Client, "decode encoded-words without MIME-Version";

    // §6.2
    SPACE_BETWEEN_WORDS_IS_IGNORED = "6.2" / h(1), Must, Client, "drop the white space between two encoded-words";
    MODE_IS_RESET_AFTER_A_WORD = "6.2" / h(2), Must, Client, "begin every encoded-word in ASCII mode";

    // §6.3
    BAD_WORDS_PREVENT_NOTHING = "6.3" / 1, MustNot, Client, "let a malformed encoded-word prevent nothing";

    // §7
    LOOKALIKES_ARE_VALID = "7" / 1, Must, Client, "write nothing that looks like an encoded-word and is none";
    WORDS_ARE_DISTINGUISHED = "7" / h(1), Must, Client, "tell encoded-words from text by the rules of section 6";
    ASCII_WORDS_ARE_SHOWN = "7" / h(2), Must, Client, "show the text of a US-ASCII word";
    LATIN_WORDS_SHOW_THEIR_ASCII = "7" / h(3), Must, Client, "show at least the ASCII characters of an ISO-8859 word";

    // §8
    SEPARATE_IN_COMMENT_EXAMPLES = "8" / 1, Must, Client, "keep white space between a word and the text of its comment";
    SPACE_WITHIN_A_WORD = "8" / 2, Must, Client, "encode a space that is to be shown inside encoded text";
    SPACE_BETWEEN_WORDS = "8" / 3, May, Client, "encode a space between two words as part of one";
}
