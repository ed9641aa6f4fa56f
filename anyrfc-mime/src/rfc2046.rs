//! The catalogue of RFC 2046: every normative keyword, and the rules it states in lower case.
//!
//! `"5.1.1" / 1` is the first capitalised keyword of section 5.1.1; `"5.1.1" / h(1)` is the first
//! rule of that section that is written without one, at the nearest level.
//! `Client` is whoever composes or reads a message, as this crate does; `Other` is the author of
//! a media type, a gateway, a registry, or a program that executes or displays what it received
//! (the whole of section 4.5.2 is about PostScript interpreters and not catalogued).
//! The summaries are this project's own words; an error prints one beside the id.
use anyrfc_core::requirements;

requirements! {
    /// MIME Part Two: Media Types.
    RFC2046 = 2046, "MIME Part Two: Media Types";

    // §1
    UNKNOWN_PARAMETERS_ARE_IGNORED = "1" / h(1), Must, Client, "ignore parameters of unknown names, for every media type";

    // §4.1.1
    LINE_BREAK_IS_CRLF = "4.1.1" / 1, Must, Client, "represent a line break of text by CRLF";
    CRLF_IS_A_LINE_BREAK = "4.1.1" / 2, Must, Client, "let CRLF in text stand for a line break";
    NO_OTHER_CR_OR_LF = "4.1.1" / h(1), MustNot, Client, "use CR and LF in text for nothing but line breaks";
    LONG_LINES_ARE_ENCODED = "4.1.1" / h(2), Must, Client, "encode text whose lines are too long for the transport";

    // §4.1.2
    OTHER_CHARSETS_ARE_NAMED = "4.1.2" / 1, Must, Client, "name the charset of text that is not US-ASCII";
    ASCII_IS_LABELLED_ASCII = "4.1.2" / 2, Should, Client, "label text that is all US-ASCII as US-ASCII";
    CHARSETS_ARE_CASELESS = "4.1.2" / h(1), Must, Client, "compare charset names without regard to case";
    DEFAULT_CHARSET_IS_ASCII = "4.1.2" / h(2), Must, Client, "read text without a charset as US-ASCII";
    CHARSET_IS_EXPLICIT = "4.1.2" / h(3), Recommended, Client, "write the charset of text explicitly";
    NOTHING_IS_CALLED_ASCII = "4.1.2" / h(4), MustNot, Client, "label no text as ASCII";
    SMALLEST_CHARSET = "4.1.2" / h(5), Should, Client, "use the smallest common charset that can say the text";
    NEW_SUBTYPES_SAY_IF_THEY_HAVE_A_CHARSET = "4.1.2" / h(6), Must, Other, "a new subtype of text must say whether it has a charset";

    // §4.1.4
    UNKNOWN_TEXT_IS_PLAIN = "4.1.4" / h(1), Should, Client, "treat an unknown subtype of text as plain where the charset is known";
    UNKNOWN_TEXT_AND_CHARSET_IS_OPAQUE = "4.1.4" / h(2), Should, Client, "treat an unknown subtype of text in an unknown charset as application/octet-stream";

    // §4.5.3
    UNKNOWN_APPLICATIONS_ARE_OPAQUE = "4.5.3" / h(1), Must, Client, "treat an unknown subtype of application as octet-stream";

    // §5.1
    NO_BOUNDARY_IN_PARTS = "5.1" / 1, MustNot, Client, "let no line of a part begin with the boundary delimiter";
    SEVERAL_PARTS_ARE_MULTIPART = "5.1" / h(1), Must, Client, "put several parts into a multipart entity";
    AT_LEAST_ONE_PART = "5.1" / h(2), Must, Client, "put at least one part into a multipart and close it by the last delimiter";
    PARTS_NEED_NO_FIELDS = "5.1" / h(3), Must, Client, "accept a body part without any header field";
    PARTS_ARE_NOT_MESSAGES = "5.1" / h(4), Must, Client, "read no message into a body part that is not message/rfc822";

    // §5.1.1
    BOUNDARY_BEGINS_A_LINE = "5.1.1" / 1, Must, Client, "find boundaries only at the beginning of a line, and give them the line break before";
    NO_BOUNDARY_PADDING = "5.1.1" / 2, MustNot, Client, "write no white space after a boundary";
    BOUNDARY_PADDING_IS_HANDLED = "5.1.1" / 3, Must, Client, "handle white space that a transport added after a boundary";
    MULTIPARTS_USE_THIS_SYNTAX = "5.1.1" / h(1), Must, Client, "read every subtype of multipart by the one syntax";
    BOUNDARY_UP_TO_70 = "5.1.1" / h(2), Must, Client, "keep a boundary to 70 characters of its set, with no space at the end";
    BOUNDARY_IS_QUOTED = "5.1.1" / h(3), Must, Client, "quote a boundary that holds specials";
    TWO_LINE_BREAKS_BEFORE_A_BOUNDARY = "5.1.1" / h(4), Must, Client, "keep a part's own last line break apart from the delimiter's";
    BOUNDARY_IS_COMPARED_AS_PREFIX = "5.1.1" / h(5), Must, Client, "compare a boundary with the beginning of a line";
    PREAMBLE_AND_EPILOGUE_ARE_IGNORED = "5.1.1" / h(6), Must, Client, "ignore what stands before the first boundary and after the last";
    NESTED_BOUNDARIES_DIFFER = "5.1.1" / h(7), Must, Client, "give nested multiparts different boundaries";

    // §5.1.2
    OUTER_BOUNDARIES_END_INNER_PARTS = "5.1.2" / h(1), Required, Client, "recognise the boundary of an outer level at every depth";

    // §5.1.3
    UNKNOWN_MULTIPART_IS_MIXED = "5.1.3" / h(1), Must, Client, "treat an unknown subtype of multipart as mixed";

    // §5.1.4
    ALTERNATIVES_BY_RISING_PREFERENCE = "5.1.4" / h(1), Must, Client, "order alternatives so that the preferred stands last";
    LAST_ALTERNATIVE_IS_CHOSEN = "5.1.4" / h(2), Should, Client, "choose the last alternative that can be shown";
    ALTERNATIVES_HAVE_THEIR_OWN_IDS = "5.1.4" / h(3), ShouldNot, Client, "give no alternative the Content-ID of the whole";

    // §5.1.5
    DIGEST_DEFAULT_IS_MESSAGE = "5.1.5" / h(1), Must, Client, "read a part of a digest without Content-Type as message/rfc822";

    // §5.1.7
    OTHER_SUBTYPES_ARE_MIXED = "5.1.7" / h(1), Must, Client, "treat other subtypes of multipart as mixed";

    // §5.2.1
    MESSAGE_NEEDS_ONE_FIELD = "5.2.1" / h(1), Must, Client, "put a message with From, Subject or Date into message/rfc822";
    MESSAGE_IS_NOT_ENCODED = "5.2.1" / h(2), MustNot, Client, "encode no message/rfc822";

    // §5.2.2
    LAST_FRAGMENT_HAS_THE_TOTAL = "5.2.2" / 1, Must, Client, "state the number of fragments in the last";
    PARTIAL_IS_7BIT = "5.2.2" / h(1), Must, Client, "send message/partial as 7bit";
    PARTIAL_PARAMETERS = "5.2.2" / h(2), Must, Client, "give message/partial an id and a number, and the last fragment a total";

    // §5.2.2.1
    REASSEMBLED_IS_THE_INNER_MESSAGE = "5.2.2.1" / h(1), Must, Client, "give a reassembled message the meaning of the inner one";
    FRAGMENTS_SPLIT_AT_LINES = "5.2.2.1" / h(2), Must, Other, "whoever fragments a message must split it at line boundaries";
    OUTER_FIELDS_ARE_COPIED = "5.2.2.1" / h(3), Must, Client, "copy the outer fields of the first fragment, but those of the content";
    INNER_FIELDS_ARE_APPENDED = "5.2.2.1" / h(4), Must, Client, "append the inner fields of the content";
    LATER_OUTER_FIELDS_ARE_IGNORED = "5.2.2.1" / h(5), Must, Client, "ignore the outer fields of later fragments";

    // §5.2.3
    EXTERNAL_HAS_A_CONTENT_ID = "5.2.3" / 1, Must, Client, "give the phantom body of message/external-body a Content-ID";
    EXTERNAL_IS_7BIT = "5.2.3" / 2, Must, Client, "send message/external-body as 7bit";

    // §5.2.3.1
    EXTERNAL_HAS_AN_ACCESS_TYPE = "5.2.3.1" / 1, Must, Client, "name the access-type of every message/external-body";

    // §5.2.3.6
    RESOLVING_ASKS_FIRST = "5.2.3.6" / h(1), Must, Client, "fetch nothing by message/external-body without the recipient's leave";

    // §5.2.4
    UNKNOWN_MESSAGE_IS_OPAQUE = "5.2.4" / h(1), Must, Client, "treat an unknown subtype of message as application/octet-stream";

    // §6
    PRIVATE_FORMATS_ARE_X = "6" / h(1), Must, Other, "the name of a format without a public definition must begin with X-";

    // §A
    GRAMMAR_NO_BOUNDARY_PADDING = "A" / 1, MustNot, Client, "write no white space after a boundary, as the collected grammar says";
    GRAMMAR_BOUNDARY_PADDING_IS_HANDLED = "A" / 2, Must, Client, "handle white space after a boundary, as the collected grammar says";
}
