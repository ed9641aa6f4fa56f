//! The catalogue of RFC 5255: every normative keyword, in the RFC's own order.
//!
//! Ids and roles are as in [`rfc9051`](crate::rfc9051).
use anyrfc_core::requirements;

requirements! {
    /// Internet Message Access Protocol Internationalization.
    RFC5255 = 5255, "Internet Message Access Protocol Internationalization";

    // §3.1
    LANGUAGE_IS_ADVERTISED = "3.1" / 1, Must, Server, "the server must list LANGUAGE among its capabilities, in the greeting too";
    LANGUAGE_NEEDS_THE_CAPABILITY = "3.1" / h(1), MustNot, Client, "send LANGUAGE only when it is advertised";
    DEFAULT_LANGUAGE_IS_I_DEFAULT = "3.1" / 2, Must, Server, "the server must write i-default until another language is negotiated";
    I_DEFAULT_IS_SUPPORTED = "3.1" / 3, Must, Server, "the server must have i-default among its languages";
    I_DEFAULT_ALONE_IS_NOT_ADVERTISED = "3.1" / 4, ShouldNot, Server, "the server should not advertise LANGUAGE for i-default alone";
    LANGUAGE_COMES_WITH_NAMESPACE = "3.1" / 5, Must, Both, "support NAMESPACE beside LANGUAGE";
    LANGUAGE_COMES_BEFORE_AUTHENTICATION = "3.1" / 6, Should, Client, "send LANGUAGE before authentication";
    LANGUAGE_IS_SENT_AGAIN_UNDER_A_LAYER = "3.1" / 7, Must, Client, "send LANGUAGE again once TLS or a SASL layer has begun";

    // §3.2
    LANGUAGE_GETS_LANGUAGE = "3.2" / 1, Must, Server, "the server must name the language it uses from then on by LANGUAGE";
    LANGUAGE_TEXT_IS_UTF8 = "3.2" / h(1), Must, Client, "accept UTF-8 in response text after a change of language";
    FAILED_LANGUAGE_CHANGES_NOTHING = "3.2" / h(2), Must, Client, "keep the language in use when LANGUAGE fails";
    DEFAULT_LANGUAGE_MAY_DEPEND_ON_THE_USER = "3.2" / 2, May, Server, "the server may choose the default language by user";
    MATCHED_LANGUAGE_IS_TOLD = "3.2" / 3, Must, Server, "the server must tell by LANGUAGE which language an inexact range has matched";
    LANGUAGES_ARE_LISTED = "3.2" / 4, Should, Server, "the server should list its languages when LANGUAGE has no argument";
    LISTING_LANGUAGES_MAY_FAIL = "3.2" / 5, May, Server, "the server may answer NO when it cannot list its languages";
    NO_LANGUAGES_GET_NO = "3.2" / 6, Must, Server, "the server must answer NO to the list when it finds no language beside i-default";

    // §3.3
    ONE_LANGUAGE_IS_THE_ACTIVE_ONE = "3.3" / h(1), Must, Client, "take LANGUAGE with one tag as the language now in use";
    SEVERAL_LANGUAGES_ARE_A_LIST = "3.3" / h(2), Must, Client, "take LANGUAGE with several tags as a list that changes nothing";

    // §3.4
    NAMESPACE_IS_TRANSLATED = "3.4" / 1, Should, Server, "the server should send translated prefixes by TRANSLATION in NAMESPACE";
    TRANSLATION_IS_ONLY_SHOWN = "3.4" / h(1), MustNot, Client, "show a translated prefix to the user and send the original one";
    TRANSLATION_IS_MODIFIED_UTF7 = "3.4" / h(2), Must, Client, "decode a translated prefix from modified UTF-7";

    // §4.2
    CASEMAP_IS_IMPLEMENTED = "4.2" / 1, Must, Server, "the server must implement i;unicode-casemap under I18NLEVEL=1 and 2";
    SEARCH_TAKES_UTF8 = "4.2" / 2, Must, Server, "the server must take UTF-8 as a charset of SEARCH under I18NLEVEL=1 and 2";

    // §4.3
    LEVEL_1_IS_ADVERTISED = "4.3" / 1, Must, Server, "the server must advertise I18NLEVEL=1 once the client is authenticated";
    LEVEL_1_MAY_BE_ADVERTISED_EARLY = "4.3" / 2, May, Server, "the server may advertise I18NLEVEL=1 in other states";

    // §4.4
    LEVEL_2_IS_ADVERTISED = "4.4" / 1, Must, Server, "the server must advertise I18NLEVEL=2 once the client is authenticated";
    LEVEL_2_MAY_BE_ADVERTISED_EARLY = "4.4" / 2, May, Server, "the server may advertise I18NLEVEL=2 in other states";
    LEVEL_2_HAS_CASEMAP = "4.4" / 3, Must, Server, "the server must have the comparator i;unicode-casemap under I18NLEVEL=2";
    OTHER_COMPARATORS = "4.4" / 4, May, Server, "the server may implement further registered comparators";
    CASEMAP_IS_THE_DEFAULT = "4.4" / 5, Should, Server, "the server should use i;unicode-casemap unless told otherwise";
    DEFAULT_COMPARATOR_MAY_BE_CONFIGURED = "4.4" / 6, May, Server, "the server may let its administrator choose the default comparator";
    DEFAULT_COMPARATOR_MAY_DEPEND_ON_THE_USER = "4.4" / 7, May, Server, "the server may choose the default comparator by user";
    DEFAULT_COMPARATOR_IS_STABLE = "4.4" / 8, Must, Server, "the server must keep the default comparator for the rest of an authenticated connection";
    UNFIT_COMPARATOR_GETS_BAD = "4.4" / 9, Must, Server, "the server must answer BAD when the active comparator lacks an operation";

    // §4.6
    COLLATED_TEXT_IS_DECODED = "4.6" / 1, Must, Server, "the server must remove MIME encodings from texts it collates";
    COLLATED_TEXT_IS_CONVERTED = "4.6" / 2, Must, Server, "the server must convert decoded texts to the charset of the comparator";
    INVALID_TEXTS_SORT_TOGETHER = "4.6" / 3, Should, Server, "the server should sort texts that it cannot convert or validate together";

    // §4.7
    COMPARATOR_NEEDS_LEVEL_2 = "4.7" / h(1), MustNot, Client, "send COMPARATOR only when I18NLEVEL=2 is advertised";
    COMPARATOR_NEEDS_AUTHENTICATION = "4.7" / h(2), MustNot, Client, "send COMPARATOR only in the authenticated or selected state";

    // §4.8
    COMPARATOR_NAMES_THE_ACTIVE_ONE_FIRST = "4.8" / h(1), Must, Client, "take the first argument of COMPARATOR as the active comparator";
    COMPARATOR_LIST_MAY_BE_MISSING = "4.8" / h(2), Must, Client, "accept COMPARATOR without a list of matching comparators";

    // §4.9
    NO_COMPARATOR_GETS_BADCOMPARATOR = "4.9" / 1, Should, Server, "the server should give its NO the code BADCOMPARATOR when no comparator matches";

    // §5.1
    LOGIN_IS_ASCII = "5.1" / h(1), Must, Client, "send only ASCII in LOGIN";
    EIGHT_BIT_LOGIN_MAY_BE_REJECTED = "5.1" / 1, May, Server, "the server may reject LOGIN with octets outside ASCII";

    // §7
    PROTECTED_LANGUAGE_IS_SENT_AGAIN = "7" / 1, Must, Client, "repeat LANGUAGE under the security layer, since the first may have been tampered with";
}
