//! The catalogue of RFC 5957: every normative keyword, in the RFC's own order.
//!
//! Ids and roles are as in [`rfc9051`](crate::rfc9051).
use anyrfc_core::requirements;

requirements! {
    /// Display-Based Address Sorting for the IMAP4 SORT Extension.
    RFC5957 = 5957, "Display-Based Address Sorting for the IMAP4 SORT Extension";

    // §1
    DISPLAY_KEYS_NEED_THE_CAPABILITY = "1" / h(1), MustNot, Client, "sort by DISPLAYFROM and DISPLAYTO only when SORT=DISPLAY is advertised";
    SORT_DISPLAY_INCLUDES_SORT = "1" / h(2), Must, Server, "the server must support all of SORT when it advertises SORT=DISPLAY";

    // §3
    DISPLAY_NAME_IS_DECODED = "3" / h(1), Must, Server, "the server must sort an address by its decoded name where it has one";
    NAMELESS_ADDRESS_SORTS_BY_MAILBOX = "3" / h(2), Must, Server, "the server must sort a nameless address by mailbox and host, or by what it has of them";

    // §4
    DISPLAY_KEY_IS_DERIVED_FROM_THE_ENVELOPE = "4" / 1, Must, Server, "the server must derive the sort value from the first address of the envelope field";

    // §7
    DISPLAY_KEYS_ARE_COLLATED = "7" / 1, Must, Server, "the server must compare display names by the active collation";
}
