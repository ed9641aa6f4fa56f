//! The catalogue of RFC 2183: every normative keyword, in the RFC's own order.
//!
//! `Client` is whoever composes or reads a message, as this crate does.
//! The summaries are this project's own words; an error prints one beside the id.
use anyrfc_core::requirements;

requirements! {
    /// The Content-Disposition Header Field.
    RFC2183 = 2183, "The Content-Disposition Header Field";

    // §2
    DATES_ARE_DATE_TIMES = "2" / 1, Must, Client, "quote a date-time in a date parameter";
    DATES_HAVE_NUMERIC_ZONES = "2" / 2, Must, Client, "give date parameters a numeric zone";
    SHORT_VALUES_ARE_TOKENS = "2" / 3, Should, Client, "write a short value without specials as a token";
    SHORT_ASCII_VALUES_ARE_QUOTED = "2" / 4, Should, Client, "write a short ASCII value with specials as a quoted-string";
    OTHER_VALUES_ARE_ENCODED = "2" / 5, Must, Client, "encode values longer than 78 characters or beyond ASCII by RFC 2231";

    // §2.3
    FILENAME_IS_CHECKED = "2.3" / 1, Should, Client, "make a suggested file name safe before using it";
    FILENAME_HAS_NO_DIRECTORY = "2.3" / 2, ShouldNot, Client, "respect no directory in a suggested file name";

    // §2.4
    CREATION_DATE_IS_OPTIONAL = "2.4" / 1, May, Client, "state when the file was created";
    CREATION_DATE_SYNTAX = "2.4" / 2, Must, Client, "quote a date-time in creation-date";

    // §2.5
    MODIFICATION_DATE_IS_OPTIONAL = "2.5" / 1, May, Client, "state when the file was modified";
    MODIFICATION_DATE_SYNTAX = "2.5" / 2, Must, Client, "quote a date-time in modification-date";

    // §2.6
    READ_DATE_IS_OPTIONAL = "2.6" / 1, May, Client, "state when the file was read";
    READ_DATE_SYNTAX = "2.6" / 2, Must, Client, "quote a date-time in read-date";

    // §10
    CHANGES_MENTION_MUST = "10" / 1, Must, Other, "the list of changes names the keyword MUST";
    CHANGES_MENTION_SHOULD = "10" / 2, Should, Other, "the list of changes names the keyword SHOULD";
}
