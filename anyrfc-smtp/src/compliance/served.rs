//! A client and a server, side by side, on a virtual clock.

use std::{
    future::poll_fn,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use anyrfc_core::{
    Security,
    testing::{pair, run_virtual},
    transport::{Connect, Connection},
};
use tokio::sync::mpsc;

use crate::{
    Error, Pool, SmtpClient,
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

/// Lets a pool, which is set up so, talk to `server`, which must find no fault with it.
#[track_caller]
pub(super) fn with_pool(
    server: &Server,
    settle: impl FnOnce(Pool) -> Pool,
    session: impl AsyncFnOnce(&Pool),
) {
    run_virtual(async {
        let (sender, mut streams) = mpsc::unbounded_channel();
        let connect = move || {
            let sender = sender.clone();
            async move {
                let (near, far) = pair(1 << 20);
                sender.send(far).expect("the server runs");
                Ok(Connection::from_stream(near))
            }
        };
        let connect: Arc<dyn Connect> = Arc::new(connect);
        let builder = SmtpClient::builder().security(Security::Plaintext).connector(connect);
        let pool = settle(Pool::new(builder, "smtp://mail.example"));
        let mut open: Vec<Pin<Box<dyn Future<Output = ()> + '_>>> = Vec::new();
        let serving = poll_fn(|cx: &mut Context<'_>| {
            while let Poll::Ready(Some(far)) = streams.poll_recv(cx) {
                open.push(Box::pin(async move { drop(server.serve(far).await) }));
            }
            open.retain_mut(|connection| connection.as_mut().poll(cx).is_pending());
            Poll::<()>::Pending
        });
        tokio::select! {
            () = session(&pool) => {}
            () = serving => {}
        }
    });
    assert_eq!(server.faults(), []);
}
