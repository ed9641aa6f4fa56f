//! The catalogue of RFC 862. The RFC is from before RFC 2119 and has no
//! numbered sections: its rules are numbered by hand, those on TCP under 1 and
//! the one on UDP under 2.

anyrfc_core::requirements! {
    /// Echo Protocol.
    RFC862 = 862, "Echo Protocol";
    ECHOES = "1" / h(1), Must, Server, "send back whatever was received";
    CONTINUES = "1" / h(2), Must, Server, "go on until the client ends the connection";
    CLIENT_ENDS = "1" / h(3), Must, Client, "end the connection when nothing more is to be sent";
    DATAGRAM_ECHOES = "2" / h(1), Must, Server, "answer a datagram with its data";
}
