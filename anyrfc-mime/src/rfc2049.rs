//! The catalogue of RFC 2049: every normative keyword, in the RFC's own order.
//!
//! `Client` is whoever composes or reads a message, as this crate does.
//! The summaries are this project's own words; an error prints one beside the id.
use anyrfc_core::requirements;

requirements! {
    /// MIME Part Five: Conformance Criteria and Examples.
    RFC2049 = 2049, "MIME Part Five: Conformance Criteria and Examples";

    // §2
    USER_AGENTS_ARE_CONFORMANT = "2" / 1, Must, Client, "do what the list asks of a MIME-conformant user agent";
    EVERYTHING_BUT_ASCII_TEXT_IS_LABELLED = "2" / 2, Must, Client, "label everything that is not plain US-ASCII text";

    // §B
    NO_BOUNDARY_IN_THE_PARTS = "B" / 1, MustNot, Client, "let no line of a part begin with the boundary";
}
