//! At most one connection in CONNECTING for one address (RFC 6455, section 4.1, step 2).

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Arc, LazyLock, Mutex, PoisonError},
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

    fn is_open(key: &Key) -> bool {
        !GATE.lock().unwrap().contains_key(key)
    }

    #[tokio::test]
    async fn one_at_a_time_for_an_address_and_none_remembered_afterwards() {
        let first = enter(key(1)).await;
        let mut second = Box::pin(enter(key(1)));
        assert!(futures_util::poll!(&mut second).is_pending());
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
        assert!(futures_util::poll!(&mut second).is_pending());
        let mut third = Box::pin(enter(key(3)));
        assert!(futures_util::poll!(&mut third).is_pending());
        drop(second);
        drop(first);
        drop(third.await);
        assert!(is_open(&key(3)));
    }
}
