//! The catalogue of RFC 6533: every normative keyword, in the RFC's own order.
//!
//! `Client` is whoever reads such a notification or writes one about the disposition of a
//! message, as this crate does; `Server` an SMTP server; `Other` a reporting mail system.
//! The summaries are this project's own words; an error prints one beside the id.
use anyrfc_core::requirements;

requirements! {
    /// Internationalized Delivery Status and Disposition Notifications.
    RFC6533 = 6533, "Internationalized Delivery Status and Disposition Notifications";

    // §3
    SERVER_ACCEPTS_UTF8_ORCPT = "3" / 1, Must, Server, "the SMTP server must accept a utf-8 address in ORCPT";
    WHERE_UTF8_ADDRESS_IS_WRONG = "3" / 2, MustNot, Client, "use no utf-8-address where its three exceptions apply";
    XTEXT_WITHOUT_SMTPUTF8 = "3" / 3, Must, Client, "write the xtext form where SMTPUTF8 is not offered";
    ESCAPED_WHERE_ORCPT_FORBIDS = "3" / 4, Must, Client, "escape what ORCPT does not permit";
    XTEXT_IN_7BIT_FIELDS = "3" / 5, Must, Client, "write the xtext form into the fields of a 7-bit notification";
    UTF8_ADDRESS_IN_ORCPT = "3" / 6, May, Client, "write a plain utf-8-address into ORCPT where it is permitted";
    UTF8_ADDRESS_IN_GLOBAL_FIELDS = "3" / 7, Should, Client, "write a plain utf-8-address into the fields of an internationalized notification";
    NATIVE_UTF8_FOR_CAPABLE_SERVERS = "3" / 8, Should, Client, "send native UTF-8 to a server that takes it";
    EMBEDDED_FOR_OTHER_SERVERS = "3" / 9, Must, Client, "escape every character beyond ASCII for a server without SMTPUTF8";
    ORCPT_IS_CONVERTED_FOR_GLOBAL = "3" / 10, Should, Other, "the MTA should undo the xtext form for an internationalized notification";
    MALFORMED_ADDRESS_IS_COPIED = "3" / 11, Must, Other, "the MTA must copy a malformed utf-8 address as it is";
    UNITEXT_IS_A_UTF8_ADDRESS = "3" / 12, Must, Client, "dequote the unitext form to a utf-8-address";

    // §4.1
    STATUS_FIELDS_MAY_BE_UTF8 = "4.1" / 1, May, Other, "the MTA may write UTF-8 into any field";
    DIAGNOSTIC_MAY_BE_UTF8 = "4.1" / 2, May, Other, "the MTA may write UTF-8 into Diagnostic-Code";
    DIAGNOSTIC_IN_I_DEFAULT = "4.1" / 3, Should, Other, "the MTA should write Diagnostic-Code in the default language";
    STATUS_USES_UTF8_ADDRESSES = "4.1" / 4, Should, Other, "the MTA should write plain utf-8-addresses";
    STATUS_UPCONVERTS_ADDRESSES = "4.1" / 5, Should, Other, "the MTA should convert escaped addresses to plain ones";
    LOCALIZED_DIAGNOSTICS_DIFFER = "4.1" / 6, Must, Other, "localized diagnostics must differ in language";

    // §4.4
    GLOBAL_TYPES_ARE_EQUIVALENT = "4.4" / 1, Must, Client, "treat the global types in a report like the traditional ones";
    ANY_COMBINATION_IS_EXPECTED = "4.4" / 2, Must, Client, "expect any combination of the six types in a report";
    TRADITIONAL_TYPES_FOR_7BIT = "4.4" / 3, May, Other, "the MTA may use the traditional types where all is 7-bit";

    // §4.5
    RETURNED_CONTENT_IS_ENCODED = "4.5" / 1, Must, Other, "the MTA must encode what it returns to a server without SMTPUTF8";

    // §5
    DISPOSITION_FIELDS_MAY_BE_UTF8 = "5" / 1, May, Client, "write UTF-8 into any field of an internationalized disposition notification";
    DISPOSITION_TEXTS_MAY_BE_UTF8 = "5" / 2, May, Client, "write UTF-8 into the failure, error and warning fields";
    DISPOSITION_TEXTS_IN_I_DEFAULT = "5" / 3, Should, Client, "write those fields in the default language";
    DISPOSITION_USES_UTF8_ADDRESSES = "5" / 4, Should, Client, "write addresses beyond ASCII with the utf-8 address type";
    ORIGINAL_RECIPIENT_IS_CONVERTED = "5" / 5, Should, Other, "the delivery agent should convert an escaped address for a native header";

    // §6.2
    SMTP_DIAGNOSTIC_MAY_BE_UTF8 = "6.2" / 1, May, Other, "the MTA may write UTF-8 into an smtp diagnostic";

    // §6.3
    HEADERS_ARE_8BIT = "6.3" / 1, Should, Client, "send message/global-headers as 8bit where possible";
    HEADERS_MAY_BE_ENCODED = "6.3" / 2, May, Client, "encode message/global-headers for a 7-bit receiver";
    HEADERS_HAVE_NO_CHARSET = "6.3" / 3, MustNot, Client, "give message/global-headers no charset";

    // §6.4
    STATUS_IS_8BIT = "6.4" / 1, Must, Client, "send message/global-delivery-status as 8bit but to a 7-bit receiver";

    // §6.5
    DISPOSITION_IS_8BIT = "6.5" / 1, Must, Client, "send message/global-disposition-notification as 8bit but to a 7-bit receiver";
}
