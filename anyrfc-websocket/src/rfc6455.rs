//! The catalogue of RFC 6455: every normative keyword, in the RFC's own order.
//!
//! `"5.1" / 4` is the fourth keyword of section 5.1, written `rfc6455#5.1-4`.
//! The role says whom the keyword binds: this client, the server it talks to, both endpoints,
//! or someone this crate never is (an intermediary, the author of an extension).
//! The summaries are this project's own words; an error prints one beside the id.
use anyrfc_core::requirements;

requirements! {
    /// The WebSocket Protocol.
    RFC6455 = 6455, "The WebSocket Protocol";

    // §2
    ALGORITHM_INTRODUCED_BY_MUST = "2" / 1, Must, Both, "read the steps of an algorithm introduced by MUST as obligations";
    ALGORITHM_INTRODUCED_BY_SHOULD = "2" / 2, Should, Both, "read the steps of an algorithm introduced by SHOULD as recommendations";
    ALGORITHM_INTRODUCED_BY_MAY = "2" / 3, May, Both, "read the steps of an algorithm introduced by MAY as permissions";
    ALGORITHM_IN_ANY_MANNER = "2" / 4, May, Both, "implement an algorithm in any way that leads to the same result";

    // §2.1
    SENDING_MAY_BE_DELAYED = "2.1" / 1, May, Both, "hold data back to send it in fewer packets";

    // §3
    PORT_IS_OPTIONAL = "3" / 1, Optional, Client, "default to port 80 for ws and port 443 for wss";
    URI_HAS_NO_FRAGMENT = "3" / 2, MustNot, Client, "use no fragment in a WebSocket URI";
    URI_NUMBER_SIGN_IS_ESCAPED = "3" / 3, Must, Client, "write a literal number sign in a WebSocket URI as %23";

    // §4.1: opening the connection
    CONNECTION_MANAGEMENT_OFFLOADED = "4.1" / 1, May, Client, "let another agent on the network manage the connection";
    ESTABLISH_A_CONNECTION = "4.1" / 2, Must, Client, "connect, send the opening handshake and read the answer";
    URI_COMPONENTS_ARE_VALID = "4.1" / 3, Must, Client, "work only with valid WebSocket URI components";
    INVALID_URI_COMPONENT_FAILS = "4.1" / 4, Must, Client, "give up before connecting when a URI component is invalid";
    WAIT_FOR_PENDING_CONNECTION = "4.1" / 5, Must, Client, "wait for a pending connection to the same address, whatever its name";
    ONE_CONNECTION_IN_CONNECTING = "4.1" / 6, Must, Client, "keep at most one connection in the CONNECTING state";
    SIMULTANEOUS_CONNECTIONS_ARE_SERIALIZED = "4.1" / 7, Must, Client, "open simultaneous connections to one IP address one after another";
    UNRESOLVED_NAMES_ARE_DISTINCT_HOSTS = "4.1" / 8, Must, Client, "count each host name as a separate host when its address is unknown";
    PENDING_CONNECTIONS_ARE_LIMITED = "4.1" / 9, Should, Client, "limit the pending connections to hosts of unknown address";
    CONFIGURED_PROXY_IS_USED = "4.1" / 10, Should, Client, "have the configured proxy open the connection";
    DIRECT_CONNECTION_WITHOUT_PROXY = "4.1" / 11, Should, Client, "connect directly when no proxy is configured";
    PROXY_AUTOCONFIGURATION_URI = "4.1" / 12, Must, Client, "choose a proxy by the WebSocket URI rebuilt from its components";
    UNOPENED_CONNECTION_FAILS = "4.1" / 13, Must, Client, "give up when the host or the proxy does not open the connection";
    TLS_BEFORE_OPENING_HANDSHAKE = "4.1" / 14, Must, Client, "complete TLS before the opening handshake of a wss URI";
    TLS_FAILURE_FAILS = "4.1" / 15, Must, Client, "give up when the TLS handshake fails";
    ALL_TRAFFIC_INSIDE_TLS = "4.1" / 16, Must, Client, "exchange everything on a wss connection inside TLS";
    SERVER_NAME_INDICATION = "4.1" / 17, Must, Client, "name the host in the TLS Server Name Indication";

    // §4.1: the request
    OPENING_HANDSHAKE_IS_SENT = "4.1" / 18, Must, Client, "send the opening handshake once connected, tunnelled or not";
    REQUEST_IS_VALID_HTTP = "4.1" / 19, Must, Client, "make the opening handshake a valid HTTP request";
    REQUEST_METHOD_IS_GET = "4.1" / 20, Must, Client, "make the opening handshake a GET request";
    REQUEST_VERSION_IS_AT_LEAST_1_1 = "4.1" / 21, Must, Client, "make the opening handshake an HTTP/1.1 request or later";
    REQUEST_URI_MATCHES_RESOURCE_NAME = "4.1" / 22, Must, Client, "request the resource name of the WebSocket URI";
    REQUEST_HAS_HOST = "4.1" / 23, Must, Client, "send Host with the host and any port that is not the default";
    REQUEST_HAS_UPGRADE = "4.1" / 24, Must, Client, "send an Upgrade field";
    REQUEST_UPGRADE_NAMES_WEBSOCKET = "4.1" / 25, Must, Client, "name websocket in the Upgrade field";
    REQUEST_HAS_CONNECTION = "4.1" / 26, Must, Client, "send a Connection field";
    REQUEST_CONNECTION_NAMES_UPGRADE = "4.1" / 27, Must, Client, "name Upgrade in the Connection field";
    REQUEST_HAS_KEY = "4.1" / 28, Must, Client, "send a Sec-WebSocket-Key field";
    KEY_IS_A_NONCE = "4.1" / 29, Must, Client, "make Sec-WebSocket-Key the base64 form of a 16-byte nonce";
    KEY_IS_RANDOM_FOR_EACH_CONNECTION = "4.1" / 30, Must, Client, "draw a new random Sec-WebSocket-Key for each connection";
    BROWSER_CLIENT_SENDS_ORIGIN = "4.1" / 31, Must, Client, "send Origin on behalf of a browser";
    OTHER_CLIENT_MAY_SEND_ORIGIN = "4.1" / 32, May, Client, "send Origin outside a browser where it means the same";
    REQUEST_HAS_VERSION = "4.1" / 33, Must, Client, "send a Sec-WebSocket-Version field";
    VERSION_IS_13 = "4.1" / 34, Must, Client, "ask for version 13 of the protocol";
    REQUEST_MAY_OFFER_SUBPROTOCOLS = "4.1" / 35, May, Client, "offer subprotocols in Sec-WebSocket-Protocol";
    SUBPROTOCOLS_ARE_TOKENS = "4.1" / 36, Must, Client, "offer only subprotocols whose names are tokens";
    SUBPROTOCOLS_ARE_UNIQUE = "4.1" / 37, Must, Client, "offer each subprotocol only once";
    REQUEST_MAY_OFFER_EXTENSIONS = "4.1" / 38, May, Client, "offer extensions in Sec-WebSocket-Extensions";
    REQUEST_MAY_CARRY_OTHER_FIELDS = "4.1" / 39, May, Client, "send further header fields such as cookies and credentials";

    // §4.1: the response
    WAIT_FOR_THE_RESPONSE = "4.1" / 40, Must, Client, "send nothing more until the server has answered the handshake";
    RESPONSE_IS_VALIDATED = "4.1" / 41, Must, Client, "validate the server's answer to the handshake";
    RESPONSE_WITHOUT_UPGRADE_FAILS = "4.1" / 42, Must, Client, "fail when the answer's Upgrade is missing or not websocket";
    RESPONSE_WITHOUT_CONNECTION_FAILS = "4.1" / 43, Must, Client, "fail when the answer's Connection is missing or lacks Upgrade";
    RESPONSE_WITH_WRONG_ACCEPT_FAILS = "4.1" / 44, Must, Client, "fail when the answer's Sec-WebSocket-Accept is missing or wrong";
    RESPONSE_WITH_UNREQUESTED_EXTENSION_FAILS = "4.1" / 45, Must, Client, "fail when the answer names an extension that was not offered";
    RESPONSE_WITH_UNREQUESTED_SUBPROTOCOL_FAILS = "4.1" / 46, Must, Client, "fail when the answer names a subprotocol that was not offered";
    NONCONFORMING_RESPONSE_FAILS = "4.1" / 47, Must, Client, "fail when the answer breaks a rule for the server's handshake";

    // §4.2
    SERVER_MAY_OFFLOAD_CONNECTION_MANAGEMENT = "4.2" / 1, May, Server, "the server may let another agent on the network manage the connection";

    // §4.2.1
    MALFORMED_REQUEST_IS_REFUSED = "4.2.1" / 1, Must, Server, "the server must refuse a malformed handshake with an HTTP error";
    REQUEST_WITHOUT_ORIGIN_IS_NO_BROWSER = "4.2.1" / 2, ShouldNot, Server, "the server should not take a request without Origin for a browser's";

    // §4.2.2
    SERVER_COMPLETES_THE_HANDSHAKE = "4.2.2" / 1, Must, Server, "the server must complete every step of its opening handshake";
    SERVER_TRAFFIC_INSIDE_TLS = "4.2.2" / 2, Must, Server, "the server must keep everything on a TLS connection inside TLS";
    SERVER_MAY_REDIRECT = "4.2.2" / 3, May, Server, "the server may redirect the client with a 3xx status";
    SERVER_MAY_WEIGH_ORIGIN = "4.2.2" / 4, May, Server, "the server may decide by the Origin field";
    UNWANTED_CONNECTION_IS_REFUSED = "4.2.2" / 5, Must, Server, "the server must refuse an unwanted connection with an HTTP error";
    UNKNOWN_VERSION_IS_REFUSED = "4.2.2" / 6, Must, Server, "the server must refuse an unknown version and name those it knows";
    UNAVAILABLE_RESOURCE_IS_REFUSED = "4.2.2" / 7, Must, Server, "the server must refuse an unavailable resource with an HTTP error";
    SUBPROTOCOL_IS_CHOSEN_FROM_OFFER = "4.2.2" / 8, Must, Server, "the server must choose the subprotocol from the client's offer";
    NO_SUBPROTOCOL_WITHOUT_AGREEMENT = "4.2.2" / 9, MustNot, Server, "the server must not send Sec-WebSocket-Protocol without agreeing to an offer";
    EXTENSIONS_ARE_CHOSEN_FROM_OFFER = "4.2.2" / 10, Must, Server, "the server must choose extensions from the client's offer";
    NO_UNLISTED_EXTENSION = "4.2.2" / 11, MustNot, Server, "the server must not list an extension that the client did not list";
    ACCEPTING_RESPONSE_IS_VALID = "4.2.2" / 12, Must, Server, "the server must accept with a valid 101 response";

    // §4.3
    HANDSHAKE_PARAMETER_VALUE_IS_A_TOKEN = "4.3" / 1, Must, Both, "quote only tokens as extension parameter values in a handshake";

    // §4.4
    SUPPORTED_VERSIONS_ARE_LISTED = "4.4" / 1, Must, Server, "the server must list its versions when it lacks the requested one";

    // §5.1
    CLIENT_MASKS_EVERY_FRAME = "5.1" / 1, Must, Client, "mask every frame sent to the server";
    UNMASKED_FRAME_CLOSES = "5.1" / 2, Must, Server, "the server must close the connection on an unmasked frame";
    UNMASKED_FRAME_MAY_CLOSE_WITH_1002 = "5.1" / 3, May, Server, "the server may close with 1002 on an unmasked frame";
    SERVER_DOES_NOT_MASK = "5.1" / 4, MustNot, Server, "the server must not mask frames";
    MASKED_FRAME_CLOSES = "5.1" / 5, Must, Client, "close the connection on a masked frame";
    MASKED_FRAME_MAY_CLOSE_WITH_1002 = "5.1" / 6, May, Client, "close with 1002 on a masked frame";
    DATA_FRAMES_WHILE_OPEN = "5.1" / 7, May, Both, "send data frames at any time between the handshake and the own Close";

    // §5.2
    FIRST_FRAGMENT_MAY_BE_FINAL = "5.2" / 1, May, Both, "make the first fragment of a message its last";
    RESERVED_BITS_ARE_ZERO = "5.2" / 2, Must, Both, "leave the reserved bits zero unless an extension defines them";
    UNEXPECTED_RESERVED_BIT_FAILS = "5.2" / 3, Must, Both, "fail on a reserved bit that no negotiated extension defines";
    UNKNOWN_OPCODE_FAILS = "5.2" / 4, Must, Both, "fail on an unknown opcode";
    LENGTH_FITS_63_BITS = "5.2" / 5, Must, Both, "keep the top bit of a 64-bit payload length zero";
    LENGTH_IS_MINIMAL = "5.2" / 6, Must, Both, "encode the payload length in as few bytes as possible";
    EXTENSION_DEFINES_ITS_DATA_LENGTH = "5.2" / 7, Must, Other, "an extension must tell the length of its extension data";
    EXTENSION_DEFINES_ITS_NEGOTIATION = "5.2" / 8, Must, Other, "an extension must tell how its use is negotiated";
    RSV1_IS_ZERO = "5.2" / 9, Must, Both, "leave RSV1 zero unless negotiated otherwise";
    RSV2_IS_ZERO = "5.2" / 10, Must, Both, "leave RSV2 zero unless negotiated otherwise";
    RSV3_IS_ZERO = "5.2" / 11, Must, Both, "leave RSV3 zero unless negotiated otherwise";

    // §5.3
    MASKED_FRAME_HAS_MASK_BIT = "5.3" / 1, Must, Client, "set the mask bit of a masked frame";
    MASKING_KEY_IS_FRESH = "5.3" / 2, Must, Client, "pick a fresh masking key for each masked frame";
    MASKING_KEY_HAS_STRONG_ENTROPY = "5.3" / 3, Must, Client, "derive masking keys from a strong source of entropy";
    MASKING_KEY_DOES_NOT_BETRAY_THE_NEXT = "5.3" / 4, MustNot, Client, "let no masking key betray a later one";

    // §5.4
    CONTROL_FRAMES_BETWEEN_FRAGMENTS = "5.4" / 1, May, Both, "send control frames between the fragments of a message";
    CONTROL_FRAMES_ARE_NOT_FRAGMENTS = "5.4" / 2, MustNot, Both, "split no control frame into fragments";
    FRAGMENTS_KEEP_THEIR_ORDER = "5.4" / 3, Must, Both, "deliver the fragments of a message in the order sent";
    MESSAGES_ARE_NOT_INTERLEAVED = "5.4" / 4, MustNot, Both, "finish one message before starting the next";
    CONTROL_FRAMES_BETWEEN_FRAGMENTS_ARE_HANDLED = "5.4" / 5, Must, Both, "handle control frames between the fragments of a message";
    FRAGMENTS_OF_ANY_SIZE = "5.4" / 6, May, Both, "cut a data message into fragments of any size";
    BOTH_KINDS_OF_MESSAGES_ARE_RECEIVED = "5.4" / 7, Must, Both, "receive fragmented and unfragmented messages";
    INTERMEDIARY_KEEPS_CONTROL_FRAMES = "5.4" / 8, MustNot, Other, "an intermediary must not refragment a control frame";
    INTERMEDIARY_KEEPS_UNKNOWN_RESERVED_BITS = "5.4" / 9, MustNot, Other, "an intermediary must not refragment a message with reserved bits it does not know";
    INTERMEDIARY_KEEPS_UNKNOWN_EXTENSIONS = "5.4" / 10, MustNot, Other, "an intermediary must not refragment under extensions it does not know";
    INTERMEDIARY_KEEPS_UNSEEN_CONNECTIONS = "5.4" / 11, MustNot, Other, "an intermediary must not refragment without having seen the handshake";
    FRAGMENTS_ARE_DATA = "5.4" / 12, Must, Both, "give the fragments of a message a data type";

    // §5.5
    CONTROL_PAYLOAD_IS_SHORT = "5.5" / 1, Must, Both, "keep the payload of a control frame within 125 bytes";
    CONTROL_FRAME_IS_FINAL = "5.5" / 2, MustNot, Both, "send every control frame with FIN set";

    // §5.5.1
    CLOSE_MAY_HAVE_A_BODY = "5.5.1" / 1, May, Both, "give the reason for closing in the body of a Close frame";
    CLOSE_BODY_STARTS_WITH_A_CODE = "5.5.1" / 2, Must, Both, "start the body of a Close frame with a 2-byte status code";
    CLOSE_BODY_MAY_HAVE_A_REASON = "5.5.1" / 3, May, Both, "put a UTF-8 reason after the status code of a Close frame";
    CLOSE_REASON_IS_NOT_SHOWN = "5.5.1" / 4, MustNot, Client, "show no end user the reason in a Close frame";
    NO_DATA_AFTER_CLOSE = "5.5.1" / 5, MustNot, Both, "send no data frame after a Close frame";
    CLOSE_IS_ANSWERED = "5.5.1" / 6, Must, Both, "answer a Close frame with a Close frame";
    CLOSE_IS_ANSWERED_SOON = "5.5.1" / 7, Should, Both, "answer a Close frame as soon as practical";
    CLOSE_MAY_WAIT_FOR_THE_MESSAGE = "5.5.1" / 8, May, Both, "answer a Close frame after the message being sent";
    CLOSE_MAY_FOLLOW_REMAINING_FRAGMENTS = "5.5.1" / 9, May, Both, "send the remaining fragments before a Close frame";
    TCP_IS_CLOSED_AFTER_BOTH_CLOSES = "5.5.1" / 10, Must, Both, "close TCP once a Close frame went each way";
    SERVER_CLOSES_TCP_IMMEDIATELY = "5.5.1" / 11, Must, Server, "the server must close TCP at once when both Close frames are exchanged";
    CLIENT_WAITS_AFTER_BOTH_CLOSES = "5.5.1" / 12, Should, Client, "leave closing TCP to the server after both Close frames";
    CLIENT_MAY_CLOSE_AFTER_BOTH_CLOSES = "5.5.1" / 13, May, Client, "close TCP when the server delays after both Close frames";

    // §5.5.2
    PING_MAY_CARRY_DATA = "5.5.2" / 1, May, Both, "put application data into a Ping frame";
    PING_IS_ANSWERED = "5.5.2" / 2, Must, Both, "answer a Ping frame with a Pong frame unless a Close came first";
    PONG_IS_SENT_SOON = "5.5.2" / 3, Should, Both, "answer a Ping frame as soon as practical";
    PING_WHILE_CONNECTED = "5.5.2" / 4, May, Both, "send a Ping frame at any time while the connection is established";

    // §5.5.3
    ONLY_THE_LATEST_PING_IS_ANSWERED = "5.5.3" / 1, May, Both, "answer only the latest of several waiting Ping frames";
    PONG_MAY_BE_UNSOLICITED = "5.5.3" / 2, May, Both, "send a Pong frame that answers no Ping frame";

    // §5.6
    TEXT_IS_UTF8 = "5.6" / 1, Must, Both, "make the whole of a text message valid UTF-8";

    // §5.8
    EXTENSIONS_ARE_NEGOTIATED = "5.8" / 1, Must, Both, "negotiate extensions during the opening handshake";

    // §6.1
    SENDING_FOLLOWS_THE_STEPS = "6.1" / 1, Must, Both, "send a message by the steps of the protocol";
    SENDING_NEEDS_THE_OPEN_STATE = "6.1" / 2, Must, Both, "send messages only in the OPEN state";
    SENDING_STOPS_WITH_THE_OPEN_STATE = "6.1" / 3, Must, Both, "stop sending a message when the connection leaves the OPEN state";
    DATA_IS_FRAMED = "6.1" / 4, Must, Both, "wrap the data of a message in a frame";
    DATA_MAY_BE_FRAMED_IN_PARTS = "6.1" / 5, May, Both, "send large or unfinished data as a series of frames";
    FIRST_FRAME_TELLS_THE_TYPE = "6.1" / 6, Must, Both, "mark the first frame of a message as text or binary";
    LAST_FRAME_HAS_FIN = "6.1" / 7, Must, Both, "set FIN on the last frame of a message";
    CLIENT_DATA_IS_MASKED = "6.1" / 8, Must, Client, "mask the frames of every message sent to the server";
    FRAMES_ARE_TRANSMITTED = "6.1" / 9, Must, Both, "transmit the frames over the network connection";

    // §6.2
    INPUT_IS_PARSED_AS_FRAMES = "6.2" / 1, Must, Both, "parse incoming data as frames";
    CONTROL_FRAMES_ARE_HANDLED = "6.2" / 2, Must, Both, "handle received control frames as defined for each";
    MESSAGE_TYPE_IS_NOTED = "6.2" / 3, Must, Both, "take the type of a received message from its opcode";
    NEXT_FRAME_STARTS_A_NEW_MESSAGE = "6.2" / 4, Must, Both, "start a new message with the data frame after a final one";
    EXTENSION_MAY_CHANGE_READING = "6.2" / 5, May, Other, "an extension may change how data is read and where messages end";
    EXTENSION_MAY_CHANGE_DATA = "6.2" / 6, May, Other, "an extension may transform the application data";
    SERVER_REMOVES_MASKING = "6.2" / 7, Must, Server, "the server must unmask the data it receives";

    // §7.1.1
    CONNECTION_IS_CLOSED_CLEANLY = "7.1.1" / 1, Should, Both, "close TCP and TLS cleanly and discard trailing bytes";
    CONNECTION_MAY_BE_CUT = "7.1.1" / 2, May, Both, "close the connection by any means when necessary";
    SERVER_CLOSES_TCP_FIRST = "7.1.1" / 3, Should, Both, "have the server close TCP first";
    CLIENT_MAY_CLOSE_TCP_FIRST = "7.1.1" / 4, May, Client, "close TCP first in abnormal cases";
    SERVER_INITIATES_TCP_CLOSE = "7.1.1" / 5, Should, Server, "the server should close TCP as soon as it is told to";
    CLIENT_WAITS_FOR_TCP_CLOSE = "7.1.1" / 6, Should, Client, "wait for the server to close TCP";

    // §7.1.2
    CLOSE_CARRIES_CODE_AND_REASON = "7.1.2" / 1, Must, Both, "start closing with a Close frame that carries the code and reason";
    CLOSE_EXCHANGE_CLOSES_CONNECTION = "7.1.2" / 2, Should, Both, "close the connection after sending and receiving Close";

    // §7.1.7
    CLIENT_FAILING_CLOSES = "7.1.7" / 1, Must, Client, "close the connection when failing it";
    CLIENT_FAILING_IS_REPORTED = "7.1.7" / 2, May, Client, "report to the user why the connection failed";
    SERVER_FAILING_CLOSES = "7.1.7" / 3, Must, Server, "the server must close the connection when failing it";
    SERVER_FAILING_IS_LOGGED = "7.1.7" / 4, Should, Server, "the server should log why it failed the connection";
    FAILING_SENDS_CLOSE = "7.1.7" / 5, Should, Both, "send a fitting Close frame when failing an established connection";
    FAILING_MAY_OMIT_CLOSE = "7.1.7" / 6, May, Both, "omit the Close frame when the peer is unlikely to process it";
    NOTHING_IS_PROCESSED_AFTER_FAILING = "7.1.7" / 7, MustNot, Both, "process nothing from the peer after failing the connection";
    CLIENT_KEEPS_CONNECTION_OPEN = "7.1.7" / 8, ShouldNot, Client, "close the connection only on failure or for the application";

    // §7.2.1
    CLIENT_FAILS_AS_DEFINED = "7.2.1" / 1, Must, Client, "fail a connection in the defined way, in the handshake too";
    LOST_TRANSPORT_FAILS = "7.2.1" / 2, Must, Client, "fail when the transport is lost unexpectedly";
    CLIENT_DOES_NOT_CLOSE_OTHERWISE = "7.2.1" / 3, ShouldNot, Client, "end no connection that neither failed nor was to be closed";

    // §7.2.2
    SERVER_ABORTS_BY_CLOSING = "7.2.2" / 1, Must, Server, "the server must abort a handshake by closing the connection";

    // §7.2.3
    RECONNECTING_BACKS_OFF = "7.2.3" / 1, Should, Client, "back off when reconnecting after an abnormal closure";
    FIRST_RECONNECT_IS_DELAYED_RANDOMLY = "7.2.3" / 2, Should, Client, "delay the first reconnect by a random time";
    RECONNECT_INTERVAL_MAY_DIFFER = "7.2.3" / 3, May, Client, "choose the interval of the first reconnect delay";
    RECONNECT_DELAYS_GROW = "7.2.3" / 4, Should, Client, "delay each further reconnect longer than the last";

    // §7.3
    SERVER_MAY_CLOSE_AT_WILL = "7.3" / 1, May, Server, "the server may close the connection whenever it likes";
    CLIENT_DOES_NOT_CLOSE_ARBITRARILY = "7.3" / 2, ShouldNot, Client, "close no connection arbitrarily";

    // §7.4
    CLOSURE_MAY_GIVE_A_REASON = "7.4" / 1, May, Both, "tell the peer why an established connection is closed";

    // §7.4.1
    DEFINED_CODES_MAY_BE_USED = "7.4.1" / 1, May, Both, "close with one of the predefined status codes";
    UNACCEPTABLE_DATA_MAY_CLOSE_WITH_1003 = "7.4.1" / 2, May, Both, "close with 1003 on a type of data that is not accepted";
    CODE_1005_IS_NOT_SENT = "7.4.1" / 3, MustNot, Both, "send no Close frame with status code 1005";
    CODE_1006_IS_NOT_SENT = "7.4.1" / 4, MustNot, Both, "send no Close frame with status code 1006";
    CODE_1010_LISTS_EXTENSIONS = "7.4.1" / 5, Should, Client, "list the missing extensions when closing with 1010";
    CODE_1015_IS_NOT_SENT = "7.4.1" / 6, MustNot, Both, "send no Close frame with status code 1015";

    // §8.1
    INVALID_UTF8_FAILS = "8.1" / 1, Must, Both, "fail on text that is not valid UTF-8";

    // §9
    CLIENT_MAY_REQUEST_EXTENSIONS = "9" / 1, May, Client, "request extensions to the protocol";
    SERVER_MAY_ACCEPT_EXTENSIONS = "9" / 2, May, Server, "the server may accept any of the requested extensions";
    NO_UNREQUESTED_EXTENSION = "9" / 3, MustNot, Server, "the server must not respond with an extension that was not requested";
    EXTENSION_PARAMETERS_FOLLOW_THEIR_SPECIFICATION = "9" / 4, Must, Both, "choose extension parameters as the extension specifies them";

    // §9.1
    MALFORMED_EXTENSIONS_FAIL = "9.1" / 1, Must, Both, "fail at once on a malformed Sec-WebSocket-Extensions";
    EXTENSION_PARAMETER_VALUE_IS_A_TOKEN = "9.1" / 2, Must, Both, "let a quoted extension parameter unquote to a token";
    EXTENSIONS_MAY_SPAN_LINES = "9.1" / 3, May, Both, "split or join Sec-WebSocket-Extensions over several lines";
    EXTENSION_TOKEN_IS_REGISTERED = "9.1" / 4, Must, Both, "use only registered extension names";
    EXTENSION_PARAMETERS_ARE_DEFINED = "9.1" / 5, Must, Both, "use only parameters that the extension defines";
    UNACCEPTED_EXTENSION_IS_NOT_USED = "9.1" / 6, MustNot, Client, "use no extension that the server has not accepted";
    EXTENSION_INTERACTIONS_MAY_BE_DEFINED = "9.1" / 7, May, Other, "an extension may define how it interacts with others";

    // §9.2
    SEPARATE_EXTENSIONS_MAY_BE_USED = "9.2" / 1, May, Both, "use extensions that are defined elsewhere";

    // §10.2
    SERVER_VERIFIES_ORIGIN = "10.2" / 1, Should, Server, "the server should verify Origin when it serves only certain sites";
    UNACCEPTABLE_ORIGIN_GETS_403 = "10.2" / 2, Should, Server, "the server should answer an unacceptable Origin with 403";

    // §10.3
    MASKING_KEY_IS_UNPREDICTABLE_TO_APPLICATIONS = "10.3" / 1, Must, Client, "choose a masking key for each frame that no application can predict";

    // §10.4
    OWN_LIMITS_ARE_GUARDED = "10.4" / 1, Must, Both, "guard against frames and messages beyond the own limits";
    SIZES_ARE_LIMITED = "10.4" / 2, Should, Both, "limit the size of frames and of reassembled messages";

    // §10.6
    TLS_IS_SUPPORTED = "10.6" / 1, Must, Both, "support TLS";
    TLS_IS_EMPLOYED = "10.6" / 2, Should, Both, "prefer TLS when talking to a peer";

    // §10.7
    INPUT_IS_VALIDATED = "10.7" / 1, Must, Both, "validate all incoming data";
    INVALID_DATA_MAY_DROP_TCP = "10.7" / 2, May, Both, "drop the connection on data that is not understood or not safe";
    INVALID_DATA_SENDS_CLOSE = "10.7" / 3, Should, Both, "send a fitting Close frame when invalid data arrives after the handshake";
    INVALID_HANDSHAKE_GETS_A_STATUS = "10.7" / 4, Should, Server, "the server should answer an invalid handshake with an HTTP status";

    // §11.1.1
    WS_HOST_IS_CONVERTED = "11.1.1" / 1, Must, Client, "convert the host of a ws URI to ASCII";
    WS_COMPONENTS_ARE_PERCENT_ENCODED = "11.1.1" / 2, Must, Client, "percent-encode other characters that a ws URI excludes";

    // §11.1.2
    WSS_HOST_IS_CONVERTED = "11.1.2" / 1, Must, Client, "convert the host of a wss URI to ASCII";
    WSS_COMPONENTS_ARE_PERCENT_ENCODED = "11.1.2" / 2, Must, Client, "percent-encode other characters that a wss URI excludes";

    // §11.3.1
    KEY_APPEARS_ONCE = "11.3.1" / 1, MustNot, Client, "send Sec-WebSocket-Key only once in a request";

    // §11.3.2
    EXTENSIONS_MAY_REPEAT_IN_REQUEST = "11.3.2" / 1, May, Client, "repeat Sec-WebSocket-Extensions in a request";
    EXTENSIONS_APPEAR_ONCE_IN_RESPONSE = "11.3.2" / 2, MustNot, Server, "the server must not repeat Sec-WebSocket-Extensions";

    // §11.3.3
    ACCEPT_APPEARS_ONCE = "11.3.3" / 1, MustNot, Server, "the server must not repeat Sec-WebSocket-Accept";

    // §11.3.4
    PROTOCOL_MAY_REPEAT_IN_REQUEST = "11.3.4" / 1, May, Client, "repeat Sec-WebSocket-Protocol in a request";
    PROTOCOL_APPEARS_ONCE_IN_RESPONSE = "11.3.4" / 2, MustNot, Server, "the server must not repeat Sec-WebSocket-Protocol";

    // §11.3.5
    VERSION_MAY_REPEAT_IN_RESPONSE = "11.3.5" / 1, May, Server, "the server may repeat Sec-WebSocket-Version";
    VERSION_APPEARS_ONCE_IN_REQUEST = "11.3.5" / 2, MustNot, Client, "send Sec-WebSocket-Version only once in a request";
}
