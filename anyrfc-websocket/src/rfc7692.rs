//! The catalogue of RFC 7692: every normative keyword, in the RFC's own order.
//!
//! `"7.2.1" / 4` is the fourth keyword of section 7.2.1, written `rfc7692#7.2.1-4`.
//! The role says whom the keyword binds: this client, the server it talks to, both endpoints,
//! or someone this crate never is (the author of another compression extension).
//! A rule for a parameter binds whoever sends it: the offer is the client's, the response the server's.
//! The summaries are this project's own words; an error prints one beside the id.
use anyrfc_core::requirements;

requirements! {
    /// Compression Extensions for WebSocket.
    RFC7692 = 7692, "Compression Extensions for WebSocket";

    // §2
    STEPS_INTRODUCED_BY_MUST = "2" / 1, Must, Both, "read the steps of a compression algorithm introduced by MUST as obligations";
    STEPS_INTRODUCED_BY_SHOULD = "2" / 2, Should, Both, "read the steps of a compression algorithm introduced by SHOULD as recommendations";
    STEPS_INTRODUCED_BY_MAY = "2" / 3, May, Both, "read the steps of a compression algorithm introduced by MAY as permissions";

    // §4
    PMCE_DEFINES_ITSELF = "4" / 1, Must, Other, "a compression extension must define its name, its parameters and its transformation";
    PMCE_NAMES_ITS_PARAMETERS = "4" / 2, Must, Other, "a compression extension must name the parameters that its negotiation carries";

    // §5
    OFFER_NAMES_THE_PMCE = "5" / 1, Must, Client, "offer compression by its name in Sec-WebSocket-Extensions";
    PMCE_MAY_BE_OFFERED_TWICE = "5" / 2, May, Client, "offer one compression extension several times with different parameters";
    OFFER_TELLS_THE_WINDOW = "5" / 3, Must, Client, "tell the server how large a window the client decompresses with";
    OFFER_MAY_HINT_AT_THE_WINDOW = "5" / 4, May, Client, "hint at the largest window the client compresses with";
    RESPONSE_NAMES_THE_PMCE = "5" / 5, Must, Server, "the server must accept compression by its name in Sec-WebSocket-Extensions";
    RESPONSE_IS_SUPPORTED_BY_THE_SERVER = "5" / 6, Must, Server, "the server must accept only what it fully supports";
    NO_SECOND_USER_OF_RSV1 = "5" / 7, MustNot, Server, "the server must not accept compression beside another extension that uses RSV1";
    SECOND_USER_OF_RSV1_FAILS = "5" / 8, Must, Client, "fail when two extensions that use RSV1 are accepted";
    NO_PMCE_AFTER_A_FRAME_BOUND_EXTENSION = "5" / 9, MustNot, Server, "the server must not apply compression after an extension that depends on its own frames";
    PMCE_AFTER_A_FRAME_BOUND_EXTENSION_FAILS = "5" / 10, Must, Client, "fail when compression is accepted after an extension that depends on its own frames";
    DECLINING_NAMES_NO_PMCE = "5" / 11, MustNot, Server, "the server must not name a compression extension when it declines them all";
    INVALID_RESPONSE_FAILS = "5" / 12, Must, Client, "fail when the server accepts a compression that was not offered";
    AGREED_PARAMETERS_RULE = "5" / 13, Must, Both, "exchange messages by the agreed compression and its agreed parameters";

    // §6.1
    COMPRESSED_MESSAGE_SENDING = "6.1" / 1, Must, Both, "send a compressed message as compressed data with RSV1 on its first frame";
    UNCOMPRESSED_MESSAGE_SENDING = "6.1" / 2, Must, Both, "send an uncompressed message as it is, without RSV1";
    RSV1_ONLY_ON_FIRST_DATA_FRAMES = "6.1" / 3, MustNot, Both, "leave RSV1 zero on control frames and on continuation frames";
    MISPLACED_RSV1_FAILS = "6.1" / 4, Must, Both, "fail on RSV1 in a control frame or a continuation frame";

    // §6.2
    COMPRESSED_MESSAGE_RECEIVING = "6.2" / 1, Must, Both, "join the frames of a compressed message, decompress them and deliver the result";
    UNCOMPRESSED_MESSAGE_RECEIVING = "6.2" / 2, Must, Both, "deliver an uncompressed message as it came";

    // §7
    BAD_OFFER_IS_DECLINED = "7" / 1, Must, Server, "the server must decline an offer with an unknown, invalid, repeated or unsupported parameter";
    BAD_RESPONSE_FAILS = "7" / 2, Must, Client, "fail on a response with an unknown, invalid, repeated or unsupported parameter";

    // §7.1.1.1
    OFFER_MAY_FORBID_SERVER_TAKEOVER = "7.1.1.1" / 1, May, Client, "forbid the server to take over its context by server_no_context_takeover";
    SERVER_SUPPORTS_NO_TAKEOVER = "7.1.1.1" / 2, Recommended, Server, "the server should support server_no_context_takeover in an offer";
    SERVER_MAY_RENOUNCE_TAKEOVER = "7.1.1.1" / 3, May, Server, "the server may answer server_no_context_takeover without being asked";

    // §7.1.1.2
    OFFER_MAY_RENOUNCE_CLIENT_TAKEOVER = "7.1.1.2" / 1, May, Client, "renounce context takeover by client_no_context_takeover in an offer";
    SERVER_MAY_FORBID_CLIENT_TAKEOVER = "7.1.1.2" / 2, May, Server, "the server may forbid the client to take over its context";
    CLIENT_SUPPORTS_NO_TAKEOVER = "7.1.1.2" / 3, Must, Client, "support client_no_context_takeover in a response";

    // §7.1.2.1
    OFFER_MAY_LIMIT_SERVER_WINDOW = "7.1.2.1" / 1, May, Client, "limit the server's window by server_max_window_bits";
    OFFERED_SERVER_WINDOW_IS_8_TO_15 = "7.1.2.1" / 2, Must, Client, "offer server_max_window_bits as a number from 8 to 15 without leading zeroes";
    ANSWERED_SERVER_WINDOW_IS_8_TO_15 = "7.1.2.1" / 3, Must, Server, "the server must answer server_max_window_bits as a number from 8 to 15 without leading zeroes";
    SERVER_MAY_LIMIT_ITS_WINDOW = "7.1.2.1" / 4, May, Server, "the server may answer server_max_window_bits without being asked";

    // §7.1.2.2
    OFFER_MAY_ALLOW_CLIENT_WINDOW = "7.1.2.2" / 1, May, Client, "let the server limit the client's window by client_max_window_bits";
    OFFERED_CLIENT_WINDOW_IS_8_TO_15 = "7.1.2.2" / 2, Must, Client, "offer a value of client_max_window_bits as a number from 8 to 15 without leading zeroes";
    SERVER_MAY_LIMIT_CLIENT_WINDOW = "7.1.2.2" / 3, May, Server, "the server may limit the client's window when the offer allows it";
    ANSWERED_CLIENT_WINDOW_IS_8_TO_15 = "7.1.2.2" / 4, Must, Server, "the server must answer client_max_window_bits as a number from 8 to 15 without leading zeroes";
    NO_CLIENT_WINDOW_UNLESS_OFFERED = "7.1.2.2" / 5, MustNot, Server, "the server must not answer client_max_window_bits unless the offer has it";

    // §7.2.1
    SEVERAL_BLOCKS_IN_A_MESSAGE = "7.2.1" / 1, May, Both, "compress a message in several DEFLATE blocks";
    BLOCKS_OF_ANY_TYPE = "7.2.1" / 2, May, Both, "compress with DEFLATE blocks of any type";
    FINAL_BLOCKS_IN_A_MESSAGE = "7.2.1" / 3, May, Both, "compress with DEFLATE blocks whose BFINAL bit is set or not";
    FINAL_BLOCK_IS_PADDED = "7.2.1" / 4, Must, Both, "pad a DEFLATE block with BFINAL set to a byte boundary by zero bits";
    NO_TAIL_REMOVAL_INSIDE_A_MESSAGE = "7.2.1" / 5, MustNot, Both, "remove the tail 00 00 ff ff from no fragment but the final one";
    WINDOW_OF_32_KIB_AT_MOST = "7.2.1" / 6, MustNot, Both, "compress with no window longer than 32,768 bytes";
    CLIENT_STARTS_WITH_EMPTY_WINDOW = "7.2.1" / 7, Must, Client, "start each message with an empty window once client_no_context_takeover is agreed";
    CLIENT_MAY_TAKE_OVER = "7.2.1" / 8, May, Client, "compress a message with the window of the message before";
    CLIENT_MAY_TAKE_OVER_DESPITE_ITS_OFFER = "7.2.1" / 9, May, Client, "take over the window when client_no_context_takeover was offered but not agreed";
    SERVER_STARTS_WITH_EMPTY_WINDOW = "7.2.1" / 10, Must, Server, "the server must start each message with an empty window once server_no_context_takeover is agreed";
    SERVER_MAY_TAKE_OVER = "7.2.1" / 11, May, Server, "the server may compress a message with the window of the message before";
    CLIENT_KEEPS_TO_ITS_WINDOW = "7.2.1" / 12, MustNot, Client, "compress with no window longer than the agreed client_max_window_bits";
    CLIENT_MAY_EXCEED_ITS_OFFER = "7.2.1" / 13, May, Client, "compress with a window larger than offered, as far as it is agreed";
    SERVER_KEEPS_TO_ITS_WINDOW = "7.2.1" / 14, MustNot, Server, "the server must not compress with a window longer than the agreed server_max_window_bits";

    // §7.2.2
    CLIENT_MAY_FORGET_THE_WINDOW = "7.2.2" / 1, May, Client, "decompress each message with an empty window once server_no_context_takeover is agreed";
    CLIENT_KEEPS_THE_WINDOW = "7.2.2" / 2, Must, Client, "decompress each message with the window of the message before unless agreed otherwise";
    SERVER_MAY_FORGET_THE_WINDOW = "7.2.2" / 3, May, Server, "the server may decompress each message with an empty window once client_no_context_takeover is agreed";
    SERVER_KEEPS_THE_WINDOW = "7.2.2" / 4, Must, Server, "the server must decompress each message with the window of the message before unless agreed otherwise";
    SERVER_KEEPS_THE_WINDOW_DESPITE_THE_OFFER = "7.2.2" / 5, Must, Server, "the server must keep the window when client_no_context_takeover was offered but not agreed";
    CLIENT_MAY_REDUCE_THE_WINDOW = "7.2.2" / 6, May, Client, "decompress with a window reduced to the agreed server_max_window_bits";
    CLIENT_DECOMPRESSES_WITH_32_KIB = "7.2.2" / 7, Must, Client, "decompress with a window of 32,768 bytes unless agreed otherwise";
    SERVER_MAY_REDUCE_THE_WINDOW = "7.2.2" / 8, May, Server, "the server may decompress with a window reduced to the agreed client_max_window_bits";
    SERVER_DECOMPRESSES_WITH_32_KIB = "7.2.2" / 9, Must, Server, "the server must decompress with a window of 32,768 bytes unless agreed otherwise";
    CLIENT_WINDOW_CONFORMS_TO_THE_AGREEMENT = "7.2.2" / 10, Must, Client, "compress with a window that conforms to the agreement, whatever was offered";

    // §7.3
    WINDOW_OF_1_KIB_AT_LEAST = "7.3" / 1, Recommended, Both, "compress with a window of 1,024 bytes or more";
}
