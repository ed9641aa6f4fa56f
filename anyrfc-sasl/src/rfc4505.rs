//! The catalogue of RFC 4505, by hand: the RFC writes its rules in lower case.
//!
//! `"2" / h(1)` is the first rule of section 2, written `rfc4505#2-h1`, with the nearest of
//! the words of RFC 2119. Roles are as in [`rfc5802`](crate::rfc5802).
use anyrfc_core::requirements;

requirements! {
    /// Anonymous Simple Authentication and Security Layer Mechanism.
    RFC4505 = 4505, "Anonymous Simple Authentication and Security Layer (SASL) Mechanism";

    // §2
    ONE_MESSAGE = "2" / h(1), Must, Client, "send one message and nothing after it";
    TRACE_MAY_BE_SENT = "2" / h(2), May, Client, "send trace information";
    TRACE_IS_PREPARED = "2" / h(3), Must, Client, "send trace information in UTF-8, prepared by the trace profile";
    TRACE_IS_EMAIL_OR_TOKEN = "2" / h(4), Should, Client, "send an email address or a string without an at sign";
    TOKEN_OF_255_CHARACTERS = "2" / h(5), Must, Client, "send no more than 255 characters in a string that is no email address";
    EMAIL_WITH_PERMISSION = "2" / h(6), Should, Client, "send what identifies the user only with the user's permission";

    // §3
    NO_MAPPING = "3" / h(1), Must, Client, "map nothing in trace information";
    NO_NORMALIZATION = "3" / h(2), Must, Client, "normalize nothing in trace information";
    UNASSIGNED_IS_ALLOWED = "3" / h(3), Must, Client, "allow unassigned code points in trace information";
    CONTROLS_ARE_PROHIBITED = "3" / h(4), Must, Client, "refuse control characters in trace information (RFC 3454, C.2.1 and C.2.2)";
    PRIVATE_USE_IS_PROHIBITED = "3" / h(5), Must, Client, "refuse private use characters in trace information (RFC 3454, C.3)";
    NON_CHARACTERS_ARE_PROHIBITED = "3" / h(6), Must, Client, "refuse non-characters in trace information (RFC 3454, C.4)";
    SURROGATES_ARE_PROHIBITED = "3" / h(7), Must, Client, "refuse surrogates in trace information (RFC 3454, C.5)";
    UNSUITED_TO_PLAIN_TEXT_IS_PROHIBITED = "3" / h(8), Must, Client, "refuse what does not suit plain text in trace information (RFC 3454, C.6)";
    DISPLAY_PROPERTIES_ARE_PROHIBITED = "3" / h(9), Must, Client, "refuse what changes display properties in trace information (RFC 3454, C.8)";
    TAGS_ARE_PROHIBITED = "3" / h(10), Must, Client, "refuse tagging characters in trace information (RFC 3454, C.9)";
    BIDIRECTIONAL_TEXT_IS_CHECKED = "3" / h(11), Must, Client, "check bidirectional text in trace information";

    // §5
    DISABLED_BY_DEFAULT = "5" / h(1), Should, Server, "the server should offer ANONYMOUS only when told to";
    NO_EMAIL_UNASKED = "5" / h(2), ShouldNot, Client, "send no email address without explicit permission";
    NO_TRACE_IS_AN_OPTION = "5" / h(3), Should, Client, "let the user send no trace information";
}
