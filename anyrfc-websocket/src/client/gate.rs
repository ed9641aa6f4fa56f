//! At most one connection in CONNECTING for one address (RFC 6455, section 4.1, step 2).

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Arc, LazyLock, Mutex, PoisonError},
};

use anyrfc_core::{
    BoxFuture,
    transport::{Admission, Pass as AnyPass},
};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Whom a connection is opened to, as far as we know.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Key {
    /// By address, whatever name it goes by.
    Address(IpAddr),
    /// Behind a proxy that resolves names: each name is a host of its own.
    Name(String),
}

/// Every key that somebody holds or waits for, in this process.
static GATE: LazyLock<Mutex<HashMap<Key, Arc<Semaphore>>>> = LazyLock::new(Mutex::default);

/// So many connections to hosts of unknown address may be in CONNECTING
/// together: enough for any client, too few for a flood through a proxy.
const NAMED_PENDING: usize = 32;

/// The places for hosts of unknown address.
static NAMED: LazyLock<Arc<Semaphore>> = LazyLock::new(|| Arc::new(Semaphore::new(NAMED_PENDING)));

/// Lets one TCP connection attempt at a time through for each address.
#[derive(Debug)]
pub(super) struct Gate;

impl Admission for Gate {
    fn admit(&self, address: IpAddr) -> BoxFuture<'_, AnyPass> {
        Box::pin(async move { Box::new(enter(Key::Address(address.to_canonical())).await) as AnyPass })
    }
}

/// For a host that a proxy resolves: its name counts as a host of its own, and
/// only so many of them are pending together.
pub(super) async fn enter_named(host: &str) -> AnyPass {
    if let Ok(address) = host.trim_matches(['[', ']']).parse::<IpAddr>() {
        return Box::new(enter(Key::Address(address.to_canonical())).await);
    }
    // The dot of the root makes no other host of it.
    let name = host.strip_suffix('.').unwrap_or(host).to_ascii_lowercase();
    let pass = enter(Key::Name(name)).await;
    let place = Arc::clone(&NAMED).acquire_owned().await.ok();
    Box::new((pass, place))
}

/// The right to be in CONNECTING; given up on drop.
#[derive(Debug)]
pub(super) struct Pass {
    key: Key,
    permit: Option<OwnedSemaphorePermit>,
}

/// Waits until nobody else in this process is connecting to `key`, first come first served.
pub(super) async fn enter(key: Key) -> Pass {
    let semaphore = {
        let mut gate = GATE.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(gate.entry(key.clone()).or_insert_with(|| Arc::new(Semaphore::new(1))))
    };
    // Made before waiting, so that a waiter that is dropped tidies up as well.
    let mut pass = Pass { key, permit: None };
    pass.permit = semaphore.acquire_owned().await.ok();
    pass
}

impl Drop for Pass {
    fn drop(&mut self) {
        let mut gate = GATE.lock().unwrap_or_else(PoisonError::into_inner);
        drop(self.permit.take());
        // Only the map's own reference is left: nobody waits.
        if gate.get(&self.key).is_some_and(|semaphore| Arc::strong_count(semaphore) == 1) {
            gate.remove(&self.key);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    fn key(last: u8) -> Key {
        Key::Address(Ipv4Addr::new(127, 99, 0, last).into())
    }

    async fn waits<F: Future + Unpin>(future: &mut F) -> bool {
        std::future::poll_fn(|cx| {
            std::task::Poll::Ready(std::pin::Pin::new(&mut *future).poll(cx).is_pending())
        })
        .await
    }

    fn is_open(key: &Key) -> bool {
        !GATE.lock().unwrap().contains_key(key)
    }

    #[tokio::test]
    async fn one_at_a_time_for_an_address_and_none_remembered_afterwards() {
        let first = enter(key(1)).await;
        let mut second = Box::pin(enter(key(1)));
        assert!(waits(&mut second).await);
        let other = enter(key(2)).await;
        drop(first);
        let second = second.await;
        drop((second, other));
        assert!(is_open(&key(1)) && is_open(&key(2)));
    }

    #[tokio::test]
    async fn a_waiter_that_gives_up_blocks_nobody() {
        let first = enter(key(3)).await;
        let mut second = Box::pin(enter(key(3)));
        assert!(waits(&mut second).await);
        let mut third = Box::pin(enter(key(3)));
        assert!(waits(&mut third).await);
        drop(second);
        drop(first);
        drop(third.await);
        assert!(is_open(&key(3)));
    }
}
