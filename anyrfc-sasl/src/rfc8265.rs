//! The catalogue of RFC 8265: every normative keyword, in the RFC's own order.
//!
//! Ids are as in [`rfc5802`](crate::rfc5802). The role says whom the statement binds: whoever
//! prepares or compares strings, which this crate does for the client and lets its users do,
//! or someone this crate never is: the author of a protocol or of a mechanism.
use anyrfc_core::requirements;

requirements! {
    /// Preparation, Enforcement, and Comparison of Usernames and Passwords.
    RFC8265 = 8265, "Preparation, Enforcement, and Comparison of Internationalized Strings Representing Usernames and Passwords";

    // §3.1
    USERNAME_IS_NOT_EMPTY = "3.1" / 1, MustNot, Both, "take no user name of no bytes";

    // §3.2
    MECHANISM_TELLS_CASE_MAPPING = "3.2" / 1, Must, Other, "a mechanism's author must say whether authentication identities are case-mapped";
    CASE_MAPPING_IS_DELAYED = "3.2" / 2, Should, Both, "leave the case of a user name alone until it is compared";
    SASL_PROTOCOL_TELLS_CASE_MAPPING = "3.2" / 3, Must, Other, "a SASL protocol must say whether authorization identities are case-mapped";
    SASL_PROTOCOL_DELAYS_CASE_MAPPING = "3.2" / 4, Should, Other, "a SASL protocol should leave case mapping to the server";
    OTHER_PROTOCOL_TELLS_CASE_MAPPING = "3.2" / 5, Must, Other, "a protocol without SASL must say whether and when identities are case-mapped";
    OTHER_PROTOCOL_DELAYS_CASE_MAPPING = "3.2" / 6, Should, Other, "a protocol without SASL should map case as late as possible";
    SPECIFICATION_TELLS_WHERE_CASE_IS_MAPPED = "3.2" / 7, Must, Other, "a specification with UsernameCaseMapped must say at which level case is mapped";

    // §3.3.2
    CASE_MAPPED_PREPARATION = "3.3.2" / 1, Must, Both, "prepare a case-mapped user name by the steps of the profile in their order";

    // §3.3.3
    CASE_MAPPED_ENFORCEMENT_PREPARES = "3.3.3" / 1, Must, Both, "prepare a case-mapped user name before enforcing the rules";
    CASE_MAPPED_ENFORCEMENT_RULES = "3.3.3" / 2, Must, Both, "enforce the rules of a case-mapped user name in their order";
    CASE_MAPPED_IS_NOT_EMPTY = "3.3.3" / 3, Must, Both, "check that a case-mapped user name is not empty after the rules";
    CASE_MAPPED_UNENFORCED_IS_NOT_CONFORMING = "3.3.3" / 4, MustNot, Both, "take no user name for case-mapped before the rules have been enforced";
    CASE_MAPPED_INPUT_IS_NOT_CONFORMING = "3.3.3" / 5, MustNot, Both, "take no input for a case-mapped user name on trust";

    // §3.3.4
    CASE_MAPPED_COMPARISON_PREPARES = "3.3.4" / 1, Must, Both, "prepare both case-mapped user names before comparing them";
    CASE_MAPPED_COMPARISON_ENFORCES = "3.3.4" / 2, Must, Both, "enforce the rules on both case-mapped user names before comparing them";
    CASE_MAPPED_UNCOMPARED_IS_NOT_EQUAL = "3.3.4" / 3, MustNot, Both, "take case-mapped user names for equal only once compared";
    CASE_MAPPED_INPUTS_ARE_NOT_EQUAL = "3.3.4" / 4, MustNot, Both, "take two inputs for equal case-mapped user names only after the comparison";

    // §3.4.2
    CASE_PRESERVED_PREPARATION = "3.4.2" / 1, Must, Both, "prepare a case-preserved user name by the steps of the profile in their order";

    // §3.4.3
    CASE_PRESERVED_ENFORCEMENT_PREPARES = "3.4.3" / 1, Must, Both, "prepare a case-preserved user name before enforcing the rules";
    CASE_PRESERVED_ENFORCEMENT_RULES = "3.4.3" / 2, Must, Both, "enforce the rules of a case-preserved user name in their order";
    CASE_PRESERVED_IS_NOT_EMPTY = "3.4.3" / 3, Must, Both, "check that a case-preserved user name is not empty after the rules";
    CASE_PRESERVED_UNENFORCED_IS_NOT_CONFORMING = "3.4.3" / 4, MustNot, Both, "take no user name for case-preserved before the rules have been enforced";
    CASE_PRESERVED_INPUT_IS_NOT_CONFORMING = "3.4.3" / 5, MustNot, Both, "take no input for a case-preserved user name on trust";

    // §3.4.4
    CASE_PRESERVED_COMPARISON_PREPARES = "3.4.4" / 1, Must, Both, "prepare both case-preserved user names before comparing them";
    CASE_PRESERVED_COMPARISON_ENFORCES = "3.4.4" / 2, Must, Both, "enforce the rules on both case-preserved user names before comparing them";
    CASE_PRESERVED_UNCOMPARED_IS_NOT_EQUAL = "3.4.4" / 3, MustNot, Both, "take case-preserved user names for equal only once compared";
    CASE_PRESERVED_INPUTS_ARE_NOT_EQUAL = "3.4.4" / 4, MustNot, Both, "take two inputs for equal case-preserved user names only after the comparison";

    // §4.1
    PASSWORD_IS_NOT_EMPTY = "4.1" / 1, MustNot, Both, "take no password of no bytes";

    // §4.2.1
    OPAQUE_IS_FREEFORM = "4.2.1" / 1, Must, Both, "allow a password only the code points of the FreeformClass";

    // §4.2.2
    OPAQUE_ENFORCEMENT_PREPARES = "4.2.2" / 1, Must, Both, "prepare a password before enforcing the rules";
    OPAQUE_ENFORCEMENT_RULES = "4.2.2" / 2, Must, Both, "enforce the rules of a password";
    OPAQUE_RULES_ARE_ORDERED = "4.2.2" / 3, Must, Both, "enforce the rules of a password in their order";
    OPAQUE_WIDTH_IS_KEPT = "4.2.2" / 4, MustNot, Both, "leave the width of a password's characters alone";
    OPAQUE_SPACES_ARE_MAPPED = "4.2.2" / 5, Must, Both, "map every space outside ASCII to a plain space";
    OPAQUE_IS_NFC = "4.2.2" / 6, Must, Both, "normalize a password by NFC";
    OPAQUE_UNENFORCED_IS_NOT_CONFORMING = "4.2.2" / 7, MustNot, Both, "take no password for prepared before the rules have been enforced";
    OPAQUE_INPUT_IS_NOT_CONFORMING = "4.2.2" / 8, MustNot, Both, "take no input for a prepared password on trust";

    // §4.2.3
    OPAQUE_COMPARISON_PREPARES = "4.2.3" / 1, Must, Both, "prepare both passwords before comparing them";
    OPAQUE_COMPARISON_ENFORCES = "4.2.3" / 2, Must, Both, "enforce the rules on both passwords before comparing them";
    OPAQUE_UNCOMPARED_IS_NOT_EQUAL = "4.2.3" / 3, MustNot, Both, "take passwords for equal only once compared";
    OPAQUE_INPUTS_ARE_NOT_EQUAL = "4.2.3" / 4, MustNot, Both, "take two inputs for equal passwords only after the comparison";

    // §5
    RULES_ARE_REPEATED_UNTIL_STABLE = "5" / 1, Should, Both, "apply the rules until the result is stable";
    UNSTABLE_IS_REFUSED = "5" / 2, Should, Both, "refuse what is not stable after three more applications";
}
