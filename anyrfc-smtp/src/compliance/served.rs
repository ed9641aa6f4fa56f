//! A client and a server, side by side, on a virtual clock.

use anyrfc_core::{
    Security,
    testing::{pair, run_virtual},
};

use crate::{
    Error, SmtpClient,
    client::Builder,
    testing::{Delivery, Server},
    types::{EhloName, Envelope, SendReport, WireMessage},
};

/// Lets a client talk to `server`, which must find no fault with it.
#[track_caller]
pub(super) fn with<T>(server: &Server, session: impl AsyncFnOnce(&mut SmtpClient) -> T) -> T {
    with_builder(server, SmtpClient::builder(), session)
}

/// The same with a client that is set up so.
#[track_caller]
pub(super) fn with_builder<T>(
    server: &Server,
    builder: Builder,
    session: impl AsyncFnOnce(&mut SmtpClient) -> T,
) -> T {
    let builder = builder.security(Security::Plaintext);
    let output = served(server, &builder, async |mut client| session(&mut client).await);
    assert_eq!(server.faults(), []);
    output
}

/// Options for a server in memory, in cleartext.
pub(super) fn open() -> Builder {
    SmtpClient::builder()
        .name(EhloName::domain("client.example").expect("a domain"))
        .security(Security::Plaintext)
}

/// Lets a client that is set up so talk to `server` until it has enough, whatever that server finds.
#[track_caller]
pub(super) fn served<T>(server: &Server, builder: &Builder, client: impl AsyncFnOnce(SmtpClient) -> T) -> T {
    served_or(server, builder, async |connected| client(connected.expect("connected")).await)
}

/// The same where it may not be let in.
pub(super) fn served_or<T>(
    server: &Server,
    builder: &Builder,
    client: impl AsyncFnOnce(Result<SmtpClient, Error>) -> T,
) -> T {
    run_virtual(async {
        let (near, far) = pair(1 << 20);
        let client = async { client(builder.connect_over("smtp://mail.example", near).await).await };
        // A stream that the client has dropped is no fault of the server's.
        let (output, _) = tokio::join!(client, server.serve(far));
        output
    })
}

/// Sends one message to a server, and tells of it.
#[track_caller]
pub(super) fn send<'m>(
    server: &Server,
    envelope: Envelope,
    message: impl WireMessage<'m>,
) -> Result<SendReport, Error> {
    with(server, async |client| client.send(envelope, message).await)
}

/// What arrives of a message at a server that offers nothing.
#[track_caller]
pub(super) fn arrives<'m>(envelope: Envelope, message: impl WireMessage<'m>) -> Delivery {
    let server = Server::bare();
    let report = send(&server, envelope, message).expect("sent");
    assert!(report.is_complete(), "{report:?}");
    let mut all = server.take_deliveries();
    assert_eq!(all.len(), 1, "{all:?}");
    all.remove(0)
}
