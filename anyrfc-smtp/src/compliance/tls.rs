//! A client and a server with TLS between them.

use anyrfc_core::{
    Security,
    testing::{Recorder, pair, run_virtual},
    tls::{TlsConfig, TlsServerConfig},
};

use crate::{Error, SmtpClient, client::Builder, testing::Server};

/// Whom the client wants to talk to.
pub(super) const HOST: &str = "mail.example";

/// How TLS begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// At once.
    Implicit,
    /// By STARTTLS.
    Upgrade,
}

pub(super) const WAYS: [Way; 2] = [Way::Implicit, Way::Upgrade];

impl Way {
    pub(super) const fn url(self) -> &'static str {
        match self {
            Self::Implicit => "smtps://mail.example",
            Self::Upgrade => "smtp://mail.example",
        }
    }

    pub(super) fn builder(self, trust: TlsConfig) -> Builder {
        SmtpClient::builder().security(match self {
            Self::Implicit => Security::Tls(trust),
            Self::Upgrade => Security::StartTls(trust),
        })
    }

    pub(super) fn server(self, server: Server, tls: TlsServerConfig) -> Server {
        match self {
            Self::Implicit => server.implicit_tls(tls),
            Self::Upgrade => server.starttls(tls),
        }
    }

    /// Lets a client meet a server; what comes of it, and what the client has written on the stream, under TLS or not.
    pub(super) fn meets<T>(
        self,
        server: &Server,
        builder: &Builder,
        client: impl AsyncFnOnce(Result<SmtpClient, Error>) -> T,
    ) -> (T, Vec<u8>) {
        run_virtual(async {
            let (near, far) = pair(64 << 10);
            let (near, seen) = Recorder::new(near);
            let working = async { client(builder.connect_over(self.url(), near).await).await };
            // What a handshake that fails is for the server is told by the client.
            let (done, _) = tokio::join!(working, server.serve(far));
            (done, seen.written())
        })
    }

    /// The same with a client that is let in, and a server that finds no fault.
    #[track_caller]
    pub(super) fn secured<T>(
        self,
        server: &Server,
        builder: &Builder,
        client: impl AsyncFnOnce(SmtpClient) -> T,
    ) -> T {
        let connected = async |connected: Result<SmtpClient, Error>| match connected {
            Ok(connected) => client(connected).await,
            Err(error) => panic!("not let in: {error}"),
        };
        let (done, _) = self.meets(server, builder, connected);
        assert_eq!(server.faults(), []);
        done
    }
}
