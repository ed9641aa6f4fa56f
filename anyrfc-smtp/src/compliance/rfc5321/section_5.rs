//! RFC 5321, section 5.1: the addresses of the server.

use std::{error::Error as _, io, net::SocketAddr};

use anyrfc_core::{
    BoxFuture, Security,
    compliance::Check,
    error::ErrorDetail,
    transport::{Connector, FamilyOrder, Listener, Resolve},
};
use tokio::net::TcpSocket;

use crate::{Error, SmtpClient, rfc5321 as r, testing::Server};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc5321/section-5.1/all-addresses-can-be-tried",
        covers: &[r::ALL_ADDRESSES_CAN_BE_TRIED, r::TWO_ADDRESSES_ARE_TRIED],
        run: all_addresses_can_be_tried,
    },
    Check {
        name: "rfc5321/section-5.1/the-number-of-addresses-can-be-limited",
        covers: &[r::ADDRESS_TRIALS_MAY_BE_LIMITED],
        run: the_number_of_addresses_can_be_limited,
    },
    Check {
        name: "rfc5321/section-5.1/the-order-of-the-resolver-is-kept",
        covers: &[r::RESOLVER_ORDER_IS_KEPT],
        run: the_order_of_the_resolver_is_kept,
    },
];

/// A resolver that says this.
#[derive(Clone, Debug)]
struct Says(Vec<SocketAddr>);

impl Resolve for Says {
    fn resolve<'a>(&'a self, _: &'a str, _: u16) -> BoxFuture<'a, io::Result<Vec<SocketAddr>>> {
        Box::pin(async move { Ok(self.0.clone()) })
    }
}

/// An address that nobody listens at, as long as this is kept.
struct Dead(TcpSocket);

impl Dead {
    fn new() -> Self {
        let socket = TcpSocket::new_v4().expect("a socket");
        socket.bind(([127, 0, 0, 1], 0).into()).expect("an address");
        Self(socket)
    }

    fn address(&self) -> SocketAddr {
        self.0.local_addr().expect("an address")
    }
}

fn run<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.expect("a runtime").block_on(future)
}

/// Connects to a server of which the resolver says this.
async fn connect(addresses: &[SocketAddr], settle: fn(Connector) -> Connector) -> Result<SmtpClient, Error> {
    let says = Says(addresses.to_vec());
    let builder = SmtpClient::builder().security(Security::Plaintext);
    let builder = builder.transport(move |connector| settle(connector).resolver(says.clone()));
    builder.connect("smtp://mail.example:25").await
}

const fn as_it_is(connector: Connector) -> Connector {
    connector
}

/// The addresses that were tried in vain, in their order.
fn tried(error: &Error) -> Vec<SocketAddr> {
    let cause = error.source().and_then(|cause| cause.downcast_ref::<anyrfc_core::Error>());
    match cause.map(anyrfc_core::Error::detail) {
        Some(ErrorDetail::Connect { attempts }) => attempts.iter().map(|(address, _)| *address).collect(),
        other => panic!("{other:?} of {error:?}"),
    }
}

fn all_addresses_can_be_tried() {
    run(async {
        let dead: Vec<_> = (0..9).map(|_| Dead::new()).collect();
        let mut all: Vec<_> = dead.iter().map(Dead::address).collect();
        // Every one of them, one after the other, before it is given up; and again the next time.
        for _ in 0..2 {
            let error = connect(&all, as_it_is).await.expect_err("nobody listens");
            assert_eq!(tried(&error), all);
            assert!(error.is_temporary(), "{error}");
        }
        // Until one serves, wherever it stands.
        let server = Server::bare();
        let mut listener = Listener::builder().tcp(([127, 0, 0, 1], 0)).bind().expect("a listener");
        let alive = SocketAddr::from(([127, 0, 0, 1], listener.port().expect("a port")));
        let session = async {
            for position in [0, 1, 5, 9] {
                all.insert(position, alive);
                let client = connect(&all, as_it_is).await.expect("connected");
                assert_eq!(client.connection_info().and_then(|info| info.peer), Some(alive));
                client.quit().await.expect("left");
                all.remove(position);
            }
        };
        tokio::select! {
            served = server.serve_all(&mut listener) => panic!("{served:?}"),
            () = session => {}
        }
        assert_eq!(server.connections(), 4);
    });
}

fn the_number_of_addresses_can_be_limited() {
    run(async {
        let dead: Vec<_> = (0..5).map(|_| Dead::new()).collect();
        let all: Vec<_> = dead.iter().map(Dead::address).collect();
        let error = connect(&all, |connector| connector.addresses_max(2)).await.expect_err("nobody listens");
        assert_eq!(tried(&error), all[..2]);
        let error = connect(&all, |connector| connector.addresses_max(4)).await.expect_err("nobody listens");
        assert_eq!(tried(&error), all[..4]);
        let error = connect(&all, as_it_is).await.expect_err("nobody listens");
        assert_eq!(tried(&error), all);
    });
}

fn the_order_of_the_resolver_is_kept() {
    run(async {
        let dead: Vec<_> = (0..4).map(|_| Dead::new()).collect();
        let mut all: Vec<_> = dead.iter().map(Dead::address).collect();
        all.sort_unstable();
        let six = |port| SocketAddr::from(([0, 0, 0, 0, 0, 0, 0, 1], port));
        let (first, second) = (six(all[0].port()), six(all[1].port()));
        for list in [
            all.clone(),
            all.iter().rev().copied().collect(),
            vec![all[2], all[0], all[3], first],
            vec![first, second, all[1], all[0]],
            vec![all[3], first, second, all[2]],
        ] {
            let error = connect(&list, as_it_is).await.expect_err("nobody listens");
            assert_eq!(tried(&error), list);
        }
        // Whoever wants another order has to say so.
        let list = vec![all[0], all[1], first];
        let six_first = connect(&list, |connector| connector.family_order(FamilyOrder::Ipv6First)).await;
        assert_eq!(tried(&six_first.expect_err("nobody listens")), [first, all[0], all[1]]);
    });
}
