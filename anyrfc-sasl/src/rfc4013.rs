//! The catalogue of RFC 4013, by hand: the RFC has no capitalised keyword.
//!
//! `"2.1" / h(1)` is the first rule of section 2.1, written `rfc4013#2.1-h1`, with the nearest of
//! the words of RFC 2119. Every rule binds whoever prepares a string, this client too.
use anyrfc_core::requirements;

requirements! {
    /// SASLprep.
    RFC4013 = 4013, "SASLprep: Stringprep Profile for User Names and Passwords";

    // §2.1
    SPACES_ARE_MAPPED = "2.1" / h(1), Must, Both, "map every space outside ASCII to a plain space (RFC 3454, C.1.2)";
    INVISIBLES_ARE_DROPPED = "2.1" / h(2), Must, Both, "map to nothing what is commonly mapped to nothing (RFC 3454, B.1)";

    // §2.2
    RESULT_IS_NFKC = "2.2" / h(1), Must, Both, "normalize by form KC";

    // §2.3
    NON_ASCII_SPACE_IS_PROHIBITED = "2.3" / h(1), Must, Both, "leave no space outside ASCII (RFC 3454, C.1.2)";
    ASCII_CONTROLS_ARE_PROHIBITED = "2.3" / h(2), Must, Both, "refuse ASCII control characters (RFC 3454, C.2.1)";
    OTHER_CONTROLS_ARE_PROHIBITED = "2.3" / h(3), Must, Both, "refuse control characters outside ASCII (RFC 3454, C.2.2)";
    PRIVATE_USE_IS_PROHIBITED = "2.3" / h(4), Must, Both, "refuse private use characters (RFC 3454, C.3)";
    NON_CHARACTERS_ARE_PROHIBITED = "2.3" / h(5), Must, Both, "refuse non-characters (RFC 3454, C.4)";
    SURROGATES_ARE_PROHIBITED = "2.3" / h(6), Must, Both, "refuse surrogates (RFC 3454, C.5)";
    UNSUITED_TO_PLAIN_TEXT_IS_PROHIBITED = "2.3" / h(7), Must, Both, "refuse what does not suit plain text (RFC 3454, C.6)";
    UNSUITED_TO_CANONICAL_FORM_IS_PROHIBITED = "2.3" / h(8), Must, Both, "refuse what does not suit a canonical form (RFC 3454, C.7)";
    DISPLAY_PROPERTIES_ARE_PROHIBITED = "2.3" / h(9), Must, Both, "refuse what changes display properties (RFC 3454, C.8)";
    TAGS_ARE_PROHIBITED = "2.3" / h(10), Must, Both, "refuse tagging characters (RFC 3454, C.9)";

    // §2.4
    BIDIRECTIONAL_TEXT_IS_CHECKED = "2.4" / h(1), Must, Both, "refuse right-to-left text mixed with left-to-right or not framed by it (RFC 3454, section 6)";

    // §2.5
    UNASSIGNED_IN_STORED_STRINGS = "2.5" / h(1), Must, Both, "refuse unassigned code points in a stored string (RFC 3454, A.1)";
    UNASSIGNED_IN_QUERIES = "2.5" / h(2), May, Both, "allow unassigned code points in a query (RFC 3454, section 7)";
}
