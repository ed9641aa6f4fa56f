//! The catalogue of RFC 5524: every normative keyword, in the RFC's own order, and its rules in lower case.
//!
//! Ids and roles are as in [`rfc9051`](crate::rfc9051), but the RFC writes many of its rules without keywords.
use anyrfc_core::requirements;

requirements! {
    /// Extended URLFETCH for Binary and Converted Parts.
    RFC5524 = 5524, "Extended URLFETCH for Binary and Converted Parts";

    // §3
    EXTENDED_URLFETCH_NEEDS_THE_CAPABILITY = "3" / h(1), MustNot, Client, "give URLFETCH parameters only when URLAUTH=BINARY is advertised";

    // §3.1
    EXTENDED_URL_IS_PARENTHESIZED = "3.1" / h(1), Must, Client, "put each URL that has parameters into parentheses with them";
    NO_PARAMETERS_MEANS_UNEXTENDED = "3.1" / h(2), Must, Server, "the server must treat a URL without parameters as URLAUTH does";
    INVALID_URL_IS_NIL = "3.1" / h(3), Must, Client, "accept NIL in place of the metadata of a URL";
    BINARY_MAY_HOLD_NUL = "3.1" / 1, May, Server, "the server may send NUL octets in BINARY";
    NUL_NEEDS_LITERAL8 = "3.1" / 2, Must, Server, "the server must send data with NUL octets as literal8";
    METADATA_IS_ASKED_FOR_ONCE = "3.1" / 3, MustNot, Client, "ask for each item of a URL once only";
    BINARY_EXCLUDES_BODY = "3.1" / 4, MustNot, Client, "ask for either BINARY or BODY of a URL";

    // §3.2
    METADATA_COMES_IN_PARENTHESES = "3.2" / h(1), Must, Client, "read each item after the URL from parentheses of its own";
    STRUCTURE_DESCRIBES_WHAT_IS_RETURNED = "3.2" / h(2), Must, Server, "the server must describe the data by BODYPARTSTRUCTURE as it returns them";
    STRUCTURE_OF_BINARY_IS_IDENTITY = "3.2" / h(3), Must, Server, "the server must show an identity encoding in BODYPARTSTRUCTURE beside BINARY";
    BINARY_IS_DECODED = "3.2" / h(4), Must, Server, "the server must remove the content transfer encoding for BINARY";
    UNDECODABLE_BINARY_MAY_BE_NIL = "3.2" / 1, May, Server, "the server may return NIL as BINARY of a part that it cannot decode";
    ENCODINGS_ARE_UNDERSTOOD = "3.2" / 2, Must, Server, "the server must know the identity encodings, Base64 and Quoted-Printable";
    BINARY_MAY_BE_NIL = "3.2" / h(5), Must, Client, "accept NIL as BINARY";
    BODY_IS_AS_FOUND = "3.2" / h(6), Must, Server, "the server must leave the content transfer encoding in place for BODY";
    STRUCTURE_HAS_NO_PART_SPECIFIER = "3.2" / h(7), MustNot, Client, "expect no part specifier after BODYPARTSTRUCTURE";

    // §5
    SIMPLE_URL_GETS_SIMPLE_DATA = "5" / 1, Must, Server, "the server must answer an unextended URL in the unextended form";
    NUL_IN_METADATA_NEEDS_LITERAL8 = "5" / 2, Must, Server, "the server must write BINARY with NUL octets as literal8";
    OTHER_BINARY_IS_A_STRING = "5" / 3, Should, Server, "the server should write BINARY without NUL octets as a string";
    DECODING_ERROR_IS_NIL = "5" / h(1), Should, Server, "the server should write NIL as BINARY on a decoding error";
    BINARY_COMES_IN_ANY_FORM = "5" / h(2), Must, Client, "accept BINARY as a quoted string, a literal and a literal8";
}
