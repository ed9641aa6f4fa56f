//! RFC 862: the service based on TCP.

use std::time::Instant;

use anyrfc_core::{Eof, Machine as _, Output, ProtocolState, Step, compliance::Check};

use crate::{Error, Payload, proto::Connection, rfc862};

/// The checks of this section.
pub(in crate::compliance) static CHECKS: &[Check] = &[
    Check {
        name: "rfc862/section-1/the-echo-is-compared",
        covers: &[rfc862::ECHOES],
        run: || {
            let mut connection = connection("hello");
            assert_eq!(receive(&mut connection, b"hello").unwrap(), b"hello");
            for wrong in [&b"hallo"[..], b"hello!", b"x"] {
                let error = receive(&mut self::connection("hello"), wrong).unwrap_err();
                assert_eq!(error.requirement(), Some(rfc862::ECHOES), "{wrong:?}");
            }
        },
    },
    Check {
        name: "rfc862/section-1/the-server-does-not-hang-up",
        covers: &[rfc862::CONTINUES],
        run: || {
            let error = connection("hello").handle_eof(Eof::Clean).unwrap_err();
            assert_eq!(error.requirement(), Some(rfc862::CONTINUES));
            let mut ended = connection("hello");
            receive(&mut ended, b"hello").unwrap();
            ended.close();
            ended.handle_eof(Eof::Clean).unwrap();
        },
    },
    Check {
        name: "rfc862/section-1/the-client-ends-the-connection",
        covers: &[rfc862::CLIENT_ENDS],
        run: || {
            let mut connection = connection("hello");
            connection.close();
            assert_eq!(connection.state(), ProtocolState::Disconnecting, "before the echo");
            receive(&mut connection, b"hello").unwrap();
            assert_eq!(connection.state(), ProtocolState::Disconnected);
        },
    },
];

/// A connection on which `data` was sent.
fn connection(data: &'static str) -> Connection {
    let mut connection = Connection::default();
    connection.send(&Payload::new(data).unwrap()).unwrap();
    let mut out = Output::new();
    connection.transmit(&mut out, Instant::now());
    assert_eq!(out.take(), data);
    connection
}

/// What the connection makes of `input`.
fn receive(connection: &mut Connection, input: &[u8]) -> Result<Vec<u8>, Error> {
    assert_eq!(connection.advance(input, Instant::now())?, Step::Ready);
    Ok(connection.event(input).1.to_vec())
}
