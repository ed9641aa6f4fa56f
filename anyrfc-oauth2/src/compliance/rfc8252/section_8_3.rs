//! RFC 8252, section 8.3 and appendix B.5: the port, whose it is, and for how long.

use std::net::SocketAddr;

use anyrfc_core::{compliance::Check, testing::run};
use tokio::net::{TcpListener, TcpSocket};

use super::{
    super::flow::{self, client, configured},
    support::{ask, browse, native},
};
use crate::{
    ClientId, ErrorKind, OAuth2Client, Quirk, Tolerances,
    client::{Loopback, bind_both, bind_one},
    rfc8252 as r,
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc8252/section-8.3/the-port-closes-with-the-answer",
        covers: &[r::PORT_IS_OPEN_BRIEFLY],
        run: the_port_closes_with_the_answer,
    },
    Check {
        name: "rfc8252/section-8.3/only-loopback-listens",
        covers: &[r::ONLY_LOOPBACK_LISTENS],
        run: only_loopback_listens,
    },
    Check {
        name: "rfc8252/section-8.3/an-address-and-no-name",
        covers: &[r::LOCALHOST_IS_AVOIDED],
        run: an_address_and_no_name,
    },
    Check {
        name: "rfc8252/appendix-b.5/nobody-shares-the-port",
        covers: &[r::LINUX_PORT_IS_NOT_SHARED],
        run: nobody_shares_the_port,
    },
];

/// Whether somebody listens there.
async fn listens(address: SocketAddr) -> bool {
    tokio::net::TcpStream::connect(address).await.is_ok()
}

fn the_port_closes_with_the_answer() {
    let server = native();
    run(async {
        let client = client(&server).await;
        let mut loopback = client.loopback().bind().expect("a port");
        let addresses = loopback.local_addrs();
        let request =
            client.begin(client.authorization_code(loopback.redirect_uri())).await.expect("it begins");
        for address in &addresses {
            assert!(listens(*address).await, "{address}");
        }
        let answer = server.authorize(request.url());
        let (callback, page) = tokio::join!(loopback.callback(request.pending()), browse(&answer));
        assert!(callback.is_ok() && page.starts_with("HTTP/1.1 200 "), "{page}");
        // Nobody says anything there any more, while the object is still held.
        assert!(loopback.local_addrs().is_empty());
        for address in &addresses {
            assert_eq!(ask(*address, "GET / HTTP/1.1\r\nHost: x\r\n\r\n").await, "", "{address}");
        }
        let error = loopback.callback(request.pending()).await.expect_err("once more");
        assert_eq!(error.kind(), ErrorKind::Closed);
        // Nor when the user does not come back.
        let mut loopback = Loopback::builder().patience(std::time::Duration::ZERO).bind().expect("a port");
        let asked = client.authorization_code(loopback.redirect_uri());
        let request = client.begin(asked).await.expect("it begins");
        let error = loopback.callback(request.pending()).await.expect_err("too late");
        assert_eq!(error.kind(), ErrorKind::Timeout);
        assert!(loopback.local_addrs().is_empty());
    });
}

fn only_loopback_listens() {
    run(async {
        for builder in
            [Loopback::builder(), Loopback::builder().localhost(), Loopback::builder().unguessable_path()]
        {
            let loopback = builder.bind().expect("a port");
            let addresses = loopback.local_addrs();
            assert!(!addresses.is_empty());
            assert!(addresses.iter().all(|address| address.ip().is_loopback()), "{addresses:?}");
        }
    });
}

fn an_address_and_no_name() {
    run(async {
        let uri = Loopback::bind().expect("a port").redirect_uri();
        let host = uri.uri().host().expect("a host").to_string();
        assert!(host == "127.0.0.1" || host == "[::1]", "{host}");
        // A name only where it is known of the server, or said, that it wants one.
        let loopback = |tolerances| {
            let id = ClientId::new("app").expect("a name");
            let builder = OAuth2Client::builder(configured(flow::ISSUER), id).tolerances(tolerances);
            let client = builder.http(native()).build().expect("a client");
            client.loopback().bind().expect("a port").redirect_uri()
        };
        assert!(!loopback(Tolerances::NONE).as_str().contains("localhost"));
        let named = loopback(Tolerances::NONE.with(Quirk::LoopbackIsLocalhost));
        assert!(named.as_str().starts_with("http://localhost:"), "{named}");
        let named = Loopback::builder().localhost().bind().expect("a port").redirect_uri();
        assert!(named.as_str().starts_with("http://localhost:"), "{named}");
    });
}

/// What was set on a socket: SO_REUSEADDR and SO_REUSEPORT.
#[cfg(unix)]
fn sharing(socket: &TcpListener) -> (bool, bool) {
    use std::os::fd::AsFd as _;
    let same = socket.as_fd().try_clone_to_owned().expect("the same socket");
    let socket = TcpSocket::from_std_stream(same.into());
    let port = socket.reuseport().expect("an option");
    (socket.reuseaddr().expect("an option"), port)
}

fn nobody_shares_the_port() {
    run(async {
        let sockets = bind_both(0, bind_one).expect("ports");
        for socket in &sockets {
            #[cfg(unix)]
            assert_eq!(sharing(socket), (false, false));
            let address = socket.local_addr().expect("an address");
            let other = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() };
            let other = other.expect("a socket");
            other.set_reuseaddr(true).expect("an option");
            #[cfg(unix)]
            other.set_reuseport(true).expect("an option");
            let error = other.bind(address).and_then(|()| other.listen(1)).expect_err("ours");
            assert_eq!(error.kind(), std::io::ErrorKind::AddrInUse, "{address}");
        }
    });
}
