//! The catalogue of RFC 5161: every normative keyword, in the RFC's own order.
//!
//! Ids and roles are as in [`rfc9051`](crate::rfc9051), which has taken ENABLE into the base protocol.
use anyrfc_core::requirements;

requirements! {
    /// The IMAP ENABLE Extension.
    RFC5161 = 5161, "The IMAP ENABLE Extension";

    // §1
    ENABLE_NEEDS_THE_CAPABILITY = "1" / h(1), MustNot, Client, "use ENABLE only when it is advertised";

    // §3.1
    UNKNOWN_EXTENSION_IS_NOT_ENABLED = "3.1" / 1, Must, Server, "the server must ignore unknown extensions in ENABLE";
    UNENABLABLE_EXTENSION_IS_IGNORED = "3.1" / 2, Must, Server, "the server must ignore extensions in ENABLE that are not made to be enabled";
    EXTENSION_IS_ENABLED_FOR_THE_CONNECTION = "3.1" / 3, Must, Server, "the server must enable a supported extension for the rest of the connection";
    ENABLED_IS_SENT = "3.1" / 4, Must, Server, "the server must answer ENABLE by ENABLED";
    ONLY_WHAT_NEEDS_ENABLING_IS_ENABLED = "3.1" / 5, Should, Client, "enable only extensions that have to be enabled";
    NO_ENABLE_AFTER_SELECT = "3.1" / 6, MustNot, Client, "send no ENABLE once a mailbox has been selected";
    ENABLED_NAMES_ONLY_ITS_OWN = "3.1" / 7, Should, Server, "the server should name in ENABLED only what that ENABLE has enabled";
    ENABLE_CHANGES_NO_CAPABILITY = "3.1" / 8, MustNot, Server, "the server must not change its capabilities because of ENABLE";
    CAPABILITIES_BEFORE_AND_AFTER_ENABLE_AGREE = "3.1" / 9, Must, Server, "the server must list the same capabilities after ENABLE as before";

    // §3.2
    ENABLED_MAY_BE_EMPTY = "3.2" / h(1), May, Server, "the server may list nothing in ENABLED when it has enabled nothing";

    // §4
    TOKENS_IGNORE_CASE = "4" / 1, Must, Both, "accept the letters of protocol tokens in any case";
}
