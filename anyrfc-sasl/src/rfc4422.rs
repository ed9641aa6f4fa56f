//! The catalogue of RFC 4422: every normative keyword, in the RFC's own order, and the rules
//! of its text that an error has to name.
//!
//! Ids are as in [`rfc5802`](crate::rfc5802). The role says whom the statement binds: this client,
//! the server it talks to, both, or someone this crate never is: the author of a protocol's SASL
//! profile (§4) or of a mechanism (§5).
use anyrfc_core::requirements;

requirements! {
    /// Simple Authentication and Security Layer (SASL).
    RFC4422 = 4422, "Simple Authentication and Security Layer (SASL)";

    // §3.1
    MECHANISM_NAME_IS_WELL_FORMED = "3.1" / h(1), Must, Both, "name a mechanism by 1 to 20 capital letters, digits, hyphens and underscores";

    // §3.4.1
    AUTHORIZATION_ID_HAS_NO_NUL = "3.4.1" / h(1), Must, Both, "put no NUL into an authorization identity";

    // §3.5
    CLIENT_MAY_ABORT = "3.5" / h(1), May, Client, "abort an exchange at any time";

    // §3.6
    ADDITIONAL_DATA_WHERE_DEFINED = "3.6" / h(1), Must, Server, "the server must send additional data with success only where the mechanism defines them";
    NO_CHALLENGE_AFTER_THE_END = "3.6" / h(2), Must, Server, "the server must not go on with an exchange that the mechanism has ended";
    NO_SUCCESS_BEFORE_THE_END = "3.6" / h(3), Must, Server, "the server must not report success before the mechanism is through";

    // §3.7
    LAYER_THAT_CANNOT_PROTECT_CLOSES = "3.7" / 1, Must, Both, "close the connection when the security layer can protect no more data";
    LAYER_THAT_CANNOT_DECODE_CLOSES = "3.7" / 2, Must, Both, "close the connection when the security layer cannot decode a buffer";
    LAYER_CLOSES_GRACEFULLY = "3.7" / 3, Should, Both, "close gracefully when a security layer fails";
    BUFFER_WITHIN_THE_PEERS_MAXIMUM = "3.7" / 4, Must, Both, "send no protected buffer longer than the other side accepts";
    OVERLONG_BUFFER_CLOSES = "3.7" / 5, Should, Both, "close the connection on a length above the agreed maximum";

    // §4
    PROFILE_SUPPLIES_ITS_INFORMATION = "4" / 1, Must, Other, "a profile must supply what this section lists";
    PROFILE_LETS_MECHANISMS_BE_DISCOVERED = "4" / 2, Should, Other, "a profile should let the client discover mechanisms before and after the exchange";
    PROFILE_NAMES_THE_MECHANISM = "4" / 3, Must, Other, "a profile's first message must name the mechanism";
    PROFILE_HAS_INITIAL_RESPONSE = "4" / 4, Should, Other, "a profile's first message should have room for an initial response";
    PROFILE_TELLS_EMPTY_FROM_NO_RESPONSE = "4" / 5, Must, Other, "a profile must tell an empty initial response from none";
    PROFILE_INITIAL_RESPONSE_IS_OCTETS = "4" / 6, Must, Other, "a profile's initial response must carry any octets";
    PROFILE_MESSAGES_ARE_OCTETS = "4" / 7, Must, Other, "a profile's challenges and responses must carry any octets";
    PROFILE_HAS_ADDITIONAL_DATA = "4" / 8, Should, Other, "a profile's outcome should have room for additional data";
    PROFILE_TELLS_EMPTY_FROM_NO_DATA = "4" / 9, Must, Other, "a profile must tell empty additional data from none";
    PROFILE_ADDITIONAL_DATA_IS_OCTETS = "4" / 10, Must, Other, "a profile's additional data must carry any octets";
    PROFILE_PREPARES_AUTHORIZATION_IDS = "4" / 11, Must, Other, "a profile must say how authorization identities are prepared";
    PROFILE_ORDERS_LAYERS = "4" / 12, Must, Other, "a profile must say in which order security layers apply";
    PROFILE_TELLS_THE_EFFECT_OF_FAILURE = "4" / 13, Must, Other, "a profile must say what a failed second exchange does to the first";
    PROFILE_HINDERS_NO_REPLACEMENT = "4" / 14, Should, Other, "a profile should not hinder the replacement of mechanisms";
    PROFILE_IS_MECHANISM_NEUTRAL = "4" / 15, Should, Other, "a profile should be neutral to mechanisms";

    // §5
    MECHANISM_SUPPLIES_ITS_INFORMATION = "5" / 1, Must, Other, "a mechanism's author must supply what this section lists";
    MECHANISM_NAME_IS_REGISTERED = "5" / 2, Must, Other, "a mechanism's name must be registered";
    FIRST_CHALLENGE_IS_EMPTY = "5" / 3, Must, Server, "the server's first challenge must be empty when the client speaks first";
    NO_INITIAL_RESPONSE_WHEN_SERVER_FIRST = "5" / 4, MustNot, Client, "send no initial response with a mechanism that the server begins";
    DATA_AS_CHALLENGE_IS_ANSWERED_EMPTY = "5" / 5, Must, Other, "a mechanism's author must say that data sent as a challenge are answered by nothing";
    MECHANISM_IS_SHORT = "5" / 6, Should, Other, "a mechanism should need few messages";
    MECHANISM_CARRIES_AUTHORIZATION_ID = "5" / 7, Should, Other, "a new mechanism should carry an authorization identity";
    MECHANISM_HAS_ONE_WAY_TO_SAY_NONE = "5" / 8, ShouldNot, Other, "a mechanism should not tell an empty authorization identity from none";
    MECHANISM_CARRIES_ANY_UNICODE = "5" / 9, Must, Other, "a mechanism must carry any authorization identity of Unicode without NUL";
    MECHANISM_USES_UTF8 = "5" / 10, Should, Other, "a mechanism should carry authorization identities in UTF-8";
    MECHANISM_TELLS_ITS_ESCAPES = "5" / 11, Must, Other, "a mechanism's author must say how special characters are escaped";
    MECHANISM_TELLS_ITS_LAYER = "5" / 12, Must, Other, "a mechanism's author must say whether there is a security layer";
    MECHANISM_DETAILS_ITS_LAYER = "5" / 13, Must, Other, "a mechanism's author must detail the security layer";
    MECHANISM_PROTECTS_ITS_NEGOTIATION = "5" / 14, Must, Other, "a mechanism with integrity must protect the identity and the choice of layer by it";
    MECHANISM_IS_PROTOCOL_NEUTRAL = "5" / 15, Should, Other, "a mechanism should be neutral to protocols";
    MECHANISM_REUSES_CREDENTIALS = "5" / 16, Should, Other, "a mechanism should reuse existing forms of credentials";
    MECHANISM_ENCODES_UTF8 = "5" / 17, Should, Other, "a mechanism should encode Unicode in UTF-8";
    MECHANISM_TELLS_ITS_PREPARATION = "5" / 18, Must, Other, "a mechanism's author must say how character data are prepared";
    MECHANISM_PREPARES_BY_SASLPREP = "5" / 19, Should, Other, "a mechanism should prepare simple names and passwords by SASLprep";
    MECHANISM_DERIVES_NOTHING_FROM_AUTHORIZATION_ID = "5" / 20, ShouldNot, Other, "a mechanism should derive no long-term key from the authorization identity";

    // §6.1.1
    LACK_OF_INTEGRITY_CLOSES = "6.1.1" / 1, Should, Both, "close the connection when a security layer reports a lack of integrity";

    // §6.1.2
    SERVER_OFFERS_NO_WEAK_MECHANISM = "6.1.2" / 1, ShouldNot, Server, "the server should not offer mechanisms below its minimum of security";
    NO_EXCHANGE_BELOW_THE_MINIMUM = "6.1.2" / 2, ShouldNot, Both, "enter no exchange that cannot meet the minimum of security";
    RESULT_MEETS_THE_MINIMUM = "6.1.2" / 3, Should, Both, "check that a completed exchange meets the minimum of security";
    STRONGER_MECHANISM_IN_THE_SECOND_LIST_CLOSES = "6.1.2" / 4, Should, Client, "close when the protected list holds a stronger mechanism than the first one did";

    // §6.1.5
    OVERLONG_BUFFER_IS_HANDLED = "6.1.5" / 1, Should, Both, "survive a protected buffer above the agreed maximum";
    NO_BLIND_ALLOCATION = "6.1.5" / 2, MustNot, Both, "allocate nothing on the word of a length field";
    LARGE_BLOCK_CLOSES = "6.1.5" / 3, Should, Both, "close the connection on a block above the maximum";

    // §6.3
    REKEYING_REAUTHENTICATES = "6.3" / 1, Should, Both, "authenticate again to replace the keys of a security layer";

    // Appendix B
    DELETED_EMPTY_CHALLENGE = "B" / 1, Must, Server, "a statement of the obsoleted document, quoted as deleted";
}
