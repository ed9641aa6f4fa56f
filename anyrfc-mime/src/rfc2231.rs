//! The catalogue of RFC 2231: every normative keyword, in the RFC's own order.
//!
//! `Client` is whoever composes or reads a message, as this crate does; `Server` an IMAP server;
//! `Other` the author of the mechanism or of a parameter's definition.
//! The summaries are this project's own words; an error prints one beside the id.
use anyrfc_core::requirements;

requirements! {
    /// MIME Parameter Value and Encoded Word Extensions.
    RFC2231 = 2231, "MIME Parameter Value and Encoded Word Extensions";

    // §3
    MECHANISM_IS_COMPATIBLE = "3" / 1, Must, Other, "a mechanism for long values must suit existing processors";
    MECHANISM_KEEPS_THE_SYNTAX = "3" / 2, MustNot, Other, "a mechanism for long values must not change the syntax of the fields";
    MECHANISM_NEEDS_NO_ORDER = "3" / 3, MustNot, Client, "depend on no order of the sections of a value";

    // §4
    BOTH_QUOTES_ARE_PRESENT = "4" / 1, Must, Client, "write both single quotes of an extended value, even around nothing";
    NO_DEFAULT_BY_OMISSION = "4" / 2, MustNot, Client, "leave the charset out for no default's sake";
    DEFINITIONS_GIVE_NO_DEFAULT = "4" / 3, MustNot, Other, "the definition of a parameter must not give it a default charset or language";

    // §4.1
    FIRST_SECTION_IS_ENCODED = "4.1" / 1, Must, Client, "encode the first section where charset or language are given";
    FIRST_SECTION_HAS_BOTH_QUOTES = "4.1" / 2, Must, Client, "write both single quotes in an encoded first section";

    // §6
    IMAP_SERVERS_JOIN_SECTIONS = "6" / 1, Should, Server, "the IMAP server should join continued values for BODYSTRUCTURE";

    // §8
    BETTER_LANGUAGE_LABELS = "8" / 1, Should, Other, "prefer language labels of the character set itself once there are any";
}
