//! The catalogue of RFC 2045: every normative keyword, and the rules it states in lower case.
//!
//! `"6.7" / 3` is the third capitalised keyword of section 6.7; `"6.4" / h(1)` is the first rule
//! of section 6.4 that is written without one, at the nearest level.
//! `Client` is whoever composes or reads a message, as this crate does; `Other` is the author of
//! a media type or a character set, or a registry.
//! The summaries are this project's own words; an error prints one beside the id.
use anyrfc_core::requirements;

requirements! {
    /// MIME Part One: Format of Internet Message Bodies.
    RFC2045 = 2045, "MIME Part One: Format of Internet Message Bodies";

    // §1
    COMMENTS_ARE_IGNORED = "1" / h(1), Should, Client, "ignore comments in MIME header fields";

    // §2.2
    CHARSETS_ARE_FULLY_SPECIFIED = "2.2" / h(1), Must, Other, "a character set must specify its whole mapping";

    // §3
    FIELD_ORDER_IS_FREE = "3" / h(1), Should, Client, "accept MIME fields in any order";

    // §4
    MIME_VERSION_IS_PRESENT = "4" / 1, Must, Client, "write MIME-Version: 1.0 into every message";
    MIME_VERSION_NOT_IN_PARTS = "4" / h(1), Optional, Client, "leave MIME-Version out of body parts";
    MIME_VERSION_COMMENTS = "4" / h(2), Must, Client, "ignore comments in MIME-Version";

    // §5
    UNKNOWN_PARAMETERS_ARE_IGNORED = "5" / h(1), Must, Client, "ignore parameters of unknown names";
    PARAMETER_ORDER_IS_FREE = "5" / h(2), Must, Client, "read parameters in any order";
    PRIVATE_TOP_LEVEL_TYPES = "5" / h(3), Must, Other, "the name of a private top-level type must begin with X-";
    EMBEDDED_OTHER_TYPES = "5" / h(4), Should, Other, "a type of text, image, audio or video should not embed another's data";

    // §5.1
    TYPES_ARE_CASELESS = "5.1" / h(1), Must, Client, "compare types and subtypes without regard to case";
    ATTRIBUTES_ARE_CASELESS = "5.1" / h(2), Must, Client, "compare parameter names without regard to case";
    TSPECIALS_ARE_QUOTED = "5.1" / h(3), Must, Client, "quote a parameter value that holds specials";
    SUBTYPE_IS_MANDATORY = "5.1" / h(4), Must, Client, "name a subtype in every Content-Type";
    QUOTES_ARE_NO_PART_OF_A_VALUE = "5.1" / h(5), Must, Client, "take the quotes off a quoted value";
    SUBTYPES_ARE_REGISTERED = "5.1" / h(6), Should, Other, "new subtypes should be registered";

    // §5.2
    DEFAULT_IS_ASCII_TEXT = "5.2" / h(1), Must, Client, "read an entity without Content-Type as US-ASCII text";
    INVALID_TYPE_IS_ASCII_TEXT = "5.2" / h(2), Recommended, Client, "read an entity with an invalid Content-Type as US-ASCII text";

    // §6.1
    ENCODINGS_ARE_CASELESS = "6.1" / h(1), Must, Client, "compare transfer encodings without regard to case";
    DEFAULT_ENCODING_IS_7BIT = "6.1" / h(2), Must, Client, "read an entity without Content-Transfer-Encoding as 7bit";

    // §6.2
    DECODERS_ARE_DETERMINISTIC = "6.2" / h(1), Must, Client, "decode a valid encoding to one well-defined result";
    LABEL_IS_PROPER = "6.2" / h(2), Must, Client, "label a body with the encoding that it has";
    EIGHT_BITS_ARE_NOT_7BIT = "6.2" / h(3), MustNot, Client, "label no 8-bit data as 7bit";
    LINELESS_DATA_IS_BINARY = "6.2" / h(4), MustNot, Client, "label unencoded data without short lines as nothing but binary";

    // §6.3
    PRIVATE_ENCODINGS = "6.3" / h(1), Must, Other, "the name of a private transfer encoding must begin with X-";
    NEW_ENCODINGS_ARE_STANDARD = "6.3" / h(2), Must, Other, "a new transfer encoding must come from a standards-track RFC";

    // §6.4
    COMPOSITES_ARE_NOT_ENCODED = "6.4" / h(1), MustNot, Client, "encode no multipart: only 7bit, 8bit or binary";
    BITS_ARE_BIG_ENDIAN = "6.4" / h(2), Must, Other, "whoever encodes a bit stream must order its bits big-endian";
    CHARSET_APPLIES_AFTER_DECODING = "6.4" / h(3), Must, Client, "undo the transfer encoding before the charset";
    ENCODE_AT_THE_INNERMOST_LEVEL = "6.4" / h(4), Must, Client, "encode the innermost bodies, and label the composite for all of them";
    UNKNOWN_ENCODING_IS_OPAQUE = "6.4" / h(5), Must, Client, "treat a body of unknown encoding as application/octet-stream";

    // §6.5
    CONVERSION_KEEPS_LINE_BREAKS = "6.5" / h(1), Must, Other, "a converter between encodings must convert hard line breaks of text";

    // §6.7
    PRINTABLE_OCTETS_MAY_STAY = "6.7" / 1, May, Client, "write printable octets but = as themselves";
    WHITE_SPACE_MAY_STAY = "6.7" / 2, May, Client, "write space and tab as themselves inside a line";
    NO_WHITE_SPACE_AT_A_LINE_END = "6.7" / 3, MustNot, Client, "write no space or tab as itself at the end of a line";
    PRINTABLE_AFTER_WHITE_SPACE = "6.7" / 4, Must, Client, "follow a space or tab by something printable on its line";
    NO_TRANSPORT_PADDING = "6.7" / 5, MustNot, Client, "pad no line of quoted-printable";
    PADDING_IS_HANDLED = "6.7" / 6, Must, Client, "handle padding that a transport added to quoted-printable";
    HEX_IS_UPPERCASE = "6.7" / h(1), Must, Client, "write hexadecimal digits in upper case";
    OTHER_OCTETS_ARE_HEX = "6.7" / h(2), Must, Client, "write every octet that may not stay as = and two digits";
    TRAILING_WHITE_SPACE_IS_DELETED = "6.7" / h(3), Must, Client, "delete white space at the end of a line before decoding";
    LINE_BREAKS_ARE_CRLF = "6.7" / h(4), Must, Client, "write a line break of text as CRLF";
    ENCODED_LINES_UP_TO_76 = "6.7" / h(5), Must, Client, "keep lines of quoted-printable to 76 characters by soft breaks";
    BINARY_LINE_BREAKS_ARE_HEX = "6.7" / h(6), Must, Client, "write CR and LF of binary data as =0D and =0A";
    BOUNDARY_NOT_IN_ENCODED_BODIES = "6.7" / h(7), Must, Client, "choose a boundary that no encoded body holds";
    NO_CONTROL_CHARACTERS = "6.7" / h(8), MustNot, Client, "write no control character but tab and CRLF";
    NO_EQUALS_SIGN_AT_THE_END = "6.7" / h(9), MustNot, Client, "end no encoded object with an incomplete escape";

    // §6.8
    MOST_SIGNIFICANT_BIT_FIRST = "6.8" / h(1), Must, Client, "take the most significant bit first in base64";
    BASE64_LINES_UP_TO_76 = "6.8" / h(2), Must, Client, "keep lines of base64 to 76 characters";
    OTHER_CHARACTERS_ARE_IGNORED = "6.8" / h(3), Must, Client, "ignore characters outside the base64 alphabet";
    QUANTUM_IS_COMPLETED = "6.8" / h(4), Must, Client, "complete the last quantum of base64 by padding";
    TEXT_IS_CANONICAL_BEFORE_BASE64 = "6.8" / h(5), Must, Client, "convert line breaks of text to CRLF before base64";

    // §7
    CONTENT_IDS_ARE_UNIQUE = "7" / h(1), Must, Client, "make a generated Content-ID unique in the world";
    EXTERNAL_BODIES_HAVE_IDS = "7" / h(2), Must, Client, "give every message/external-body a Content-ID";

    // §9
    NEW_FIELDS_BEGIN_WITH_CONTENT = "9" / h(1), Should, Other, "the name of a new MIME field should begin with Content-";

    // §A
    GRAMMAR_NO_TRANSPORT_PADDING = "A" / 1, MustNot, Client, "pad no line of quoted-printable, as the collected grammar says";
    GRAMMAR_PADDING_IS_HANDLED = "A" / 2, Must, Client, "handle padding of quoted-printable, as the collected grammar says";
}
