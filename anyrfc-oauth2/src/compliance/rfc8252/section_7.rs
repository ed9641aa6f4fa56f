//! RFC 8252, section 7: where the answer is received.

use std::{cell::RefCell, io, net::SocketAddr};

use anyrfc_core::{
    compliance::Check,
    testing::{run, run_virtual},
};
use tokio::net::TcpListener;

use super::{
    super::flow::{self, client, configured, of, start},
    support::{ask, browse, native},
};
use crate::{
    RedirectUri,
    client::{Loopback, bind_both, bind_one},
    codec::callback::Callback,
    rfc8252 as r,
    testing::{AuthorizationServer, Registered},
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc8252/section-7/every-redirect-may-be-chosen",
        covers: &[r::REDIRECT_MAY_BE_CHOSEN],
        run: every_redirect_may_be_chosen,
    },
    Check {
        name: "rfc8252/section-7.1/a-scheme-is-a-reversed-domain",
        covers: &[r::SCHEME_IS_A_REVERSED_DOMAIN],
        run: a_scheme_is_a_reversed_domain,
    },
    Check {
        name: "rfc8252/section-7.1/a-single-slash-follows",
        covers: &[r::SCHEME_HAS_ONE_SLASH],
        run: a_single_slash_follows,
    },
    Check {
        name: "rfc8252/section-7.3/the-uri-has-the-port-that-listens",
        covers: &[r::LOOPBACK_URI_HAS_THE_LISTENING_PORT],
        run: the_uri_has_the_port_that_listens,
    },
    Check {
        name: "rfc8252/section-7.3/either-family-will-do",
        covers: &[r::IP_VERSION_IS_NOT_ASSUMED],
        run: either_family_will_do,
    },
    Check {
        name: "rfc8252/section-7.3/both-families-are-tried",
        covers: &[r::BOTH_LOOPBACKS_ARE_TRIED],
        run: both_families_are_tried,
    },
];

fn every_redirect_may_be_chosen() {
    for uri in [
        "https://app.example/cb",
        "com.example.app:/oauth2redirect/example-provider",
        "http://127.0.0.1:51004/oauth2redirect",
        "http://[::1]:61023/oauth2redirect",
    ] {
        let server = AuthorizationServer::default().client(Registered::public("app").redirect_uri(uri));
        run_virtual(async {
            let client = client(&server).await;
            let request =
                client.begin(client.authorization_code(flow::redirect(uri))).await.expect("it begins");
            let answer = server.authorize(request.url());
            assert!(answer.starts_with(uri), "{answer}");
            let callback = Callback::from_url(&answer).expect("an answer");
            client.finish(request.into_pending(), &callback).await.expect("a token");
        });
        server.assert_blameless();
    }
}

fn a_scheme_is_a_reversed_domain() {
    for uri in ["com.example.app:/cb", "org.example-1.app:/", "example.app:/cb?x=y", "COM.example:/cb"] {
        RedirectUri::new(uri).expect("based on a domain");
    }
    for uri in [
        "myapp:/cb",
        "app:/cb",
        "javascript:/cb",
        "data:/cb",
        "file:/cb",
        "com.:/cb",
        "com..example:/cb",
        "com.example.:/cb",
        "com.-example:/cb",
        "com.exam+ple:/cb",
    ] {
        flow::unfit(RedirectUri::new(uri), r::SCHEME_IS_A_REVERSED_DOMAIN);
    }
}

fn a_single_slash_follows() {
    for uri in ["com.example.app:/", "com.example.app:/cb", "com.example.app:/a//b"] {
        RedirectUri::new(uri).expect("a single slash");
    }
    for uri in [
        "com.example.app://cb",
        "com.example.app://",
        "com.example.app:///cb",
        "com.example.app:cb",
        "com.example.app:",
        "com.example.app:?x",
    ] {
        flow::unfit(RedirectUri::new(uri), r::SCHEME_HAS_ONE_SLASH);
    }
    // Where there is a naming authority there are two.
    RedirectUri::new("https://app.example/cb").expect("https");
}

fn the_uri_has_the_port_that_listens() {
    let server = native();
    run(async {
        let client = client(&server).await;
        let mut loopback = client.loopback().bind().expect("a port");
        let uri = loopback.redirect_uri();
        let address = loopback.local_addrs()[0];
        assert_eq!(uri.as_str(), format!("http://{address}/callback"));
        assert!(address.ip().is_loopback() && address.port() != 0);
        let request = client.begin(client.authorization_code(uri.clone())).await.expect("it begins");
        let answer = server.authorize(request.url());
        let (callback, page) = tokio::join!(loopback.callback(request.pending()), browse(&answer));
        assert!(page.starts_with("HTTP/1.1 200 "), "{page}");
        client.finish(request.into_pending(), &callback.expect("the answer")).await.expect("a token");
        // What is expected at another port is not waited for here.
        let elsewhere = if address.port() == 1 { 2 } else { 1 };
        let elsewhere = flow::redirect(&format!("http://127.0.0.1:{elsewhere}/callback"));
        let pending = start(crate::proto::Authorization::new(client.config(), elsewhere)).expect("it begins");
        let mut other = client.loopback().bind().expect("a port");
        let waited = other.callback(pending.pending()).await;
        flow::unfit(waited, r::LOOPBACK_URI_HAS_THE_LISTENING_PORT);
    });
    server.assert_blameless();
    // In the clear it is received at this machine only.
    for uri in ["http://127.0.0.1:5000/cb", "http://127.1.2.3:5000/cb", "http://[::1]:5000/cb"] {
        RedirectUri::new(uri).expect("loopback");
    }
    for uri in ["http://192.0.2.1:5000/cb", "http://[::2]:5000/cb", "http://app.example:5000/cb", "http:/cb"]
    {
        assert!(RedirectUri::new(uri).is_err(), "{uri}");
    }
}

/// Binds as on a machine that has only some families, and tells what was tried.
fn bound(
    has_v4: bool,
    has_v6: bool,
    missing: fn() -> io::Error,
) -> (io::Result<Vec<TcpListener>>, Vec<SocketAddr>) {
    let tried = RefCell::new(Vec::new());
    let bind = |address: SocketAddr| {
        tried.borrow_mut().push(address);
        let has = if address.is_ipv4() { has_v4 } else { has_v6 };
        if has { bind_one(address) } else { Err(missing()) }
    };
    let sockets = bind_both(0, bind);
    (sockets, tried.into_inner())
}

fn has_v6() -> bool {
    bind_one(([0, 0, 0, 0, 0, 0, 0, 1], 0).into()).is_ok()
}

const MISSING: [fn() -> io::Error; 2] =
    [|| io::ErrorKind::AddrNotAvailable.into(), || io::Error::from_raw_os_error(97)];

fn either_family_will_do() {
    run(async {
        for missing in MISSING {
            let (sockets, _) = bound(true, false, missing);
            let [only] = &sockets.expect("IPv4 is there")[..] else { panic!("one socket") };
            assert!(only.local_addr().expect("an address").is_ipv4());
            if has_v6() {
                let (sockets, _) = bound(false, true, missing);
                let [only] = &sockets.expect("IPv6 is there")[..] else { panic!("one socket") };
                assert!(only.local_addr().expect("an address").is_ipv6());
            }
            assert!(bound(false, false, missing).0.is_err());
        }
    });
}

fn both_families_are_tried() {
    run(async {
        let (sockets, tried) = bound(true, true, MISSING[0]);
        let addresses: Vec<SocketAddr> =
            sockets.expect("ports").iter().map(|socket| socket.local_addr().expect("an address")).collect();
        assert!(tried.iter().any(SocketAddr::is_ipv4) && tried.iter().any(SocketAddr::is_ipv6), "{tried:?}");
        // Of one number, and each is heard where there is one.
        assert!(addresses.iter().all(|address| address.port() == addresses[0].port()), "{addresses:?}");
        assert_eq!(addresses.len(), 1 + usize::from(has_v6()));
        for nth in 0..addresses.len() {
            let mut loopback = Loopback::builder().bind().expect("a port");
            let listening = loopback.local_addrs();
            assert_eq!(listening.len(), addresses.len());
            let authority = loopback.redirect_uri().as_str()["http://".len()..].replace("/callback", "");
            let client = of(configured(flow::ISSUER));
            let asked = crate::proto::Authorization::new(&client, loopback.redirect_uri());
            let pending = start(asked).expect("it begins").into_pending();
            let line = format!("GET /callback?code=c&state={} HTTP/1.1", pending.state());
            let request = format!("{line}\r\nHost: {authority}\r\n\r\n");
            let (callback, page) = tokio::join!(loopback.callback(&pending), ask(listening[nth], &request));
            assert!(callback.is_ok() && page.starts_with("HTTP/1.1 200 "), "{page}");
        }
        // Somebody else's port in one family is not taken for ours in the other.
        let taken = RefCell::new(true);
        let sockets = bind_both(0, |address| {
            if address.is_ipv6() && taken.replace(false) {
                return Err(io::ErrorKind::AddrInUse.into());
            }
            if address.is_ipv6() && !has_v6() { Err(MISSING[0]()) } else { bind_one(address) }
        });
        assert_eq!(sockets.expect("another port").len(), 1 + usize::from(has_v6()));
    });
}
