//! The catalogue of RFC 5802: every normative keyword, in the RFC's own order, and the rules
//! of its grammar that an error has to name.
//!
//! `"5.1" / 9` is the ninth keyword of section 5.1, written `rfc5802#5.1-9`; `"5.1" / h(1)` is a
//! rule the RFC writes in lower case, written `rfc5802#5.1-h1`.
//! The role says whom the statement binds: this client, the server it talks to, both,
//! or someone this crate never is (a GSS-API implementor, the author of another SCRAM mechanism).
//! The summaries are this project's own words; an error prints one beside the id.
use anyrfc_core::requirements;

requirements! {
    /// Salted Challenge Response Authentication Mechanism (SCRAM).
    RFC5802 = 5802, "Salted Challenge Response Authentication Mechanism (SCRAM) SASL and GSS-API Mechanisms";

    // §2.2
    SASLPREP_OR_ASCII = "2.2" / 1, Must, Both, "prepare strings by SASLprep or refuse what is not US-ASCII";

    // §3
    USERNAME_AND_PASSWORD_ARE_UTF8 = "3" / 1, Must, Both, "encode the user name and the password in UTF-8";
    PROOF_IS_COMPUTED = "3" / h(1), Must, Client, "prove knowledge of the password by ClientKey XOR HMAC(StoredKey, AuthMessage)";
    AUTH_MESSAGE_IS_VERBATIM = "3" / h(2), Must, Both, "compute over the messages exactly as they were exchanged";

    // §4
    HASH_NAMES_ARE_REGISTERED = "4" / 1, Should, Other, "register the textual name of a hash function";
    SHA_1_IS_IMPLEMENTED = "4" / 2, Must, Both, "implement SCRAM-SHA-1";

    // §5
    FIRST_MESSAGE_STARTS_WITH_FLAG = "5" / 1, Must, Server, "the server must fail on a first message that does not start with n, y or p";
    SERVER_SIGNATURE_MUST_MATCH = "5" / 2, Must, Client, "fail when the server signature differs from the computed one";

    // §5.1: user name
    USERNAME_IS_SENT = "5.1" / 1, Must, Client, "name the user in the first message";
    USERNAME_IS_PREPARED = "5.1" / 2, Should, Client, "prepare the user name by SASLprep as a query string";
    UNPREPARABLE_USERNAME_ABORTS = "5.1" / 3, Should, Client, "give up when preparing the user name fails or leaves nothing";
    SERVER_PREPARES_USERNAME = "5.1" / 4, Must, Server, "the server must prepare the user name or compare with SASLprep in mind";
    SERVER_REFUSES_UNPREPARABLE_USERNAME = "5.1" / 5, Should, Server, "the server should fail when preparing the user name fails or leaves nothing";
    SERVER_HASHES_USERNAME_AS_RECEIVED = "5.1" / 6, Must, Server, "the server must hash the user name as it came";
    SERVER_REFUSES_BAD_ESCAPE = "5.1" / 7, Must, Server, "the server must fail on an equals sign not followed by 2C or 3D";
    USERNAME_IS_ESCAPED = "5.1" / h(1), Must, Client, "send a comma of a user name as =2C and an equals sign as =3D";
    RESERVED_M_FAILS = "5.1" / 8, Must, Both, "fail when the attribute m is present";

    // §5.1: nonce, channel binding, salt and iteration count
    SERVER_NONCE_EXTENDS_OURS = "5.1" / 9, Must, Client, "fail when a nonce does not begin with the client's own";
    SERVER_ADDS_TO_THE_NONCE = "5.1" / h(2), Must, Server, "the server must add its own part to the client's nonce";
    SERVER_CHECKS_FINAL_NONCE = "5.1" / 10, Must, Server, "the server must check that the final nonce is the one it sent";
    NONCE_IS_FRESH = "5.1" / h(3), Must, Client, "draw a nonce of random printable characters for each authentication";
    CHANNEL_BINDING_ATTRIBUTE_IS_SENT = "5.1" / 11, Required, Client, "send the GS2 header and the binding data as c";
    ITERATION_COUNT_IS_SENT = "5.1" / 12, Must, Server, "the server must send an iteration count with the salt";
    ITERATION_COUNT_OF_4096 = "5.1" / 13, Should, Server, "the server should ask for 4096 iterations or more";
    KEYS_MAY_BE_CACHED = "5.1" / 14, May, Client, "keep the salted password for the next authentication";

    // §5.1: the end
    FINAL_MESSAGE_IS_OPTIONAL_ON_FAILURE = "5.1" / 15, Optional, Server, "the server may end a failed exchange without a final message";
    SERVER_MAY_FAIL_WITHOUT_MESSAGE = "5.1" / 16, May, Server, "the server may fail by the protocol's own answer alone";
    FAILURE_NAMES_ITS_ERROR = "5.1" / 17, Must, Server, "the server must name the error in a final message that fails";
    MANDATORY_EXTENSIONS_FAIL = "5.1" / 18, Must, Both, "fail on a mandatory extension that is not understood";
    SERVER_NAMES_UNSUPPORTED_EXTENSIONS = "5.1" / 19, Should, Server, "the server should answer extensions-not-supported";
    OPTIONAL_EXTENSIONS_ARE_IGNORED = "5.1" / 20, Must, Both, "ignore unknown optional extensions";

    // §6
    SERVER_OFFERS_BOTH_VARIANTS = "6" / 1, Should, Server, "the server should offer a mechanism with and without -PLUS";
    SERVER_OFFERS_NO_PLUS_WITHOUT_BINDING = "6" / 2, Should, Server, "the server should offer no -PLUS when it cannot bind";
    SERVER_OFFERS_ONLY_PLUS_BY_POLICY = "6" / 3, Must, Server, "the server must offer only -PLUS when it accepts nothing else";
    NO_N_WHEN_BINDING_IS_POSSIBLE = "6" / 4, MustNot, Client, "never send the flag n when binding data are at hand";
    P_WHEN_PLUS_IS_OFFERED = "6" / 5, Must, Client, "send the flag p when -PLUS is offered and binding data are at hand";
    N_WITHOUT_BINDING = "6" / 6, Must, Client, "send the flag n without binding data";
    P_WHEN_BINDING_IS_REQUIRED = "6" / 7, Must, Client, "send the flag p when a binding is required";
    SERVER_REFUSES_Y_WHEN_IT_BINDS = "6" / 8, Must, Server, "the server must fail on the flag y when it can bind";
    SERVER_REFUSES_UNKNOWN_BINDING = "6" / 9, Must, Server, "the server must fail on a binding type that it does not support";
    SERVER_VALIDATES_C = "6" / 10, Must, Server, "the server must validate the attribute c";

    // §6.1
    SERVER_IMPLEMENTS_TLS_UNIQUE = "6.1" / 1, Must, Server, "the server must implement tls-unique if it binds at all";
    CLIENT_IMPLEMENTS_TLS_UNIQUE = "6.1" / 2, Should, Client, "implement tls-unique if binding at all";
    INNERMOST_CHANNEL_IS_BOUND = "6.1" / 3, Should, Both, "bind to the innermost end-to-end TLS channel";
    SERVER_TAKES_THE_CLIENTS_BINDING = "6.1" / 4, Must, Server, "the server must use the binding type that the client names, or fail";

    // §7
    SERVER_FIRST_IS_WELL_FORMED = "7" / h(1), Must, Server, "the server's first message must be a nonce, a salt and an iteration count, in this order";
    SERVER_FINAL_IS_WELL_FORMED = "7" / h(2), Must, Server, "the server's final message must be a signature or an error";
    ITERATION_COUNT_IS_POSITIVE = "7" / h(3), Must, Server, "an iteration count must be a positive number without leading zeroes";
    BASE64_IS_STRICT = "7" / h(4), Must, Server, "salt and signature must be padded base64";
    NONCE_IS_PRINTABLE = "7" / h(5), Must, Both, "a nonce must be printable ASCII without a comma";
    UNKNOWN_ERROR_IS_OTHER_ERROR = "7" / h(6), Should, Client, "treat an error value that is not known as other-error";
    UNRECOGNISED_ATTRIBUTES_ARE_IGNORED = "7" / 1, Must, Both, "ignore attributes that are not defined";
    BINDING_DATA_WITH_P = "7" / 2, Must, Client, "put binding data into c with the flag p";
    NO_BINDING_DATA_WITHOUT_P = "7" / 3, Must, Client, "put no binding data into c with the flags n and y";

    // §8.2
    GSS_TOKENS_ARE_KERBEROS = "8.2" / 1, Shall, Other, "a GSS-API implementation takes its per-message tokens from Kerberos V";
    GSS_PROTOCOL_KEY = "8.2" / 2, Shall, Other, "a GSS-API implementation derives its protocol key by HMAC with StoredKey";

    // §8.3
    GSS_PRF_IS_KERBEROS = "8.3" / 1, Shall, Other, "a GSS-API implementation takes its pseudo-random function from Kerberos V";
    GSS_PRF_KEY = "8.3" / 2, Shall, Other, "a GSS-API implementation keys its pseudo-random function by the protocol key";

    // §10
    MECHANISMS_NEED_IETF_REVIEW = "10" / 1, Must, Other, "a new mechanism of the family must pass IETF review";
    REVIEWS_GO_TO_THE_LIST = "10" / 2, Must, Other, "a review must be asked for on the mailing list";
    NEW_MECHANISMS_ARE_REGISTERED = "10" / 3, Must, Other, "a new mechanism must be registered";
    NEW_MECHANISMS_FOLLOW_THE_NAMING = "10" / 4, Must, Other, "a new mechanism must follow the naming convention";
}
