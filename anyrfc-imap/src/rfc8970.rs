//! The catalogue of RFC 8970: every normative keyword, in the RFC's own order.
//!
//! Ids and roles are as in [`rfc9051`](crate::rfc9051).
use anyrfc_core::requirements;

requirements! {
    /// IMAP4 Extension: Message Preview Generation.
    RFC8970 = 8970, "IMAP4 Extension: Message Preview Generation";

    // §1
    PREVIEW_NEEDS_THE_CAPABILITY = "1" / h(1), MustNot, Client, "fetch PREVIEW only when it is advertised";

    // §3.2
    PREVIEW_IS_STABLE = "3.2" / 1, Should, Server, "the server should return the same preview each time";
    PREVIEW_MAY_CHANGE = "3.2" / 2, MustNot, Client, "assume no preview of a message to be immutable";
    NO_PREVIEW_IS_EMPTY = "3.2" / 3, Must, Server, "the server must return an empty string when no preview makes sense";
    EMPTY_PREVIEW_IS_NOT_FETCHED_AGAIN = "3.2" / 4, ShouldNot, Client, "fetch no preview again that has come back empty";
    LAZY_PREVIEW_MAY_BE_NIL = "3.2" / 5, May, Server, "the server may return NIL when a preview asked for with LAZY takes long";
    PREVIEW_WITHOUT_LAZY_IS_NOT_NIL = "3.2" / 6, MustNot, Server, "the server must not return NIL for a preview asked for without LAZY";

    // §3.3
    PREVIEW_IS_PLAIN_TEXT = "3.3" / 1, Must, Client, "treat a preview as plain text";
    PREVIEW_HAS_NO_TRANSFER_ENCODING = "3.3" / 2, MustNot, Server, "the server must not apply a transfer encoding to a preview";
    PREVIEW_IS_UTF8 = "3.3" / 3, Must, Server, "the server must encode a preview in UTF-8";
    PREVIEW_HAS_NO_MARKUP = "3.3" / 4, Should, Server, "the server should strip markup from a preview";
    PREVIEW_HAS_200_CHARACTERS = "3.3" / 5, Should, Server, "the server should keep a preview within 200 characters";
    PREVIEW_HAS_256_CHARACTERS_AT_MOST = "3.3" / 6, MustNot, Server, "the server must not send more than 256 characters of preview";
    GENERATED_PREVIEW_IS_LOCALIZED = "3.3" / 7, Should, Server, "the server should write previews of its own making in the language of the session";
    PREVIEW_BUFFERS_COUNT_OCTETS = "3.3" / h(1), Should, Client, "size buffers for previews by octets, since a character may take several";

    // §4.1
    LATE_LAZY_PREVIEW_IS_NIL = "4.1" / 1, Must, Server, "the server must return NIL rather than delay a preview asked for with LAZY";
    LAZY_IS_IMPLEMENTED = "4.1" / 2, Must, Server, "the server must implement LAZY";

    // §4.2
    PREVIEWS_ARE_FETCHED_IN_BATCHES = "4.2" / 1, Recommended, Client, "fetch previews without LAZY in small batches";
    LAZY_PREVIEWS_ARE_NOT_POLLED = "4.2" / 2, ShouldNot, Client, "ask for previews with LAZY once rather than again and again";

    // §8
    PREVIEW_REQUESTS_ARE_LOGGED = "8" / 1, Should, Server, "the server should log who fetches previews";
    PREVIEW_RESOURCES_MAY_BE_LIMITED = "8" / 2, May, Server, "the server may limit the resources spent on previews";
    STORED_PREVIEWS_ARE_PROTECTED = "8" / 3, Must, Server, "the server must protect stored previews as it does their messages";
}
