//! From names to addresses, in the order in which to try them.

use std::{collections::VecDeque, fmt, io, net::SocketAddr};

use crate::BoxFuture;

/// Looks up the addresses of a host.
///
/// The answer is in order of preference (RFC 6724, section 6), as
/// `getaddrinfo` gives it: RFC 8305, section 4 interleaves the families of that
/// list and changes nothing else.
pub trait Resolve: fmt::Debug + Send + Sync {
    /// The addresses of `host`, each with `port`.
    ///
    /// # Errors
    /// The lookup failed, or there is no such host. An empty list is an error of the caller's making.
    ///
    /// # Cancel safety
    /// Up to the implementation; the future is dropped when nobody waits for it any more.
    fn resolve<'a>(&'a self, host: &'a str, port: u16) -> BoxFuture<'a, io::Result<Vec<SocketAddr>>>;
}

/// The operating system's resolver, on tokio's blocking pool.
///
/// It asks for both families at once and answers when both are known, so the
/// Resolution Delay of RFC 8305, section 3 does not arise. A lookup that nobody
/// waits for any more runs to its end on the pool; it cannot be interrupted.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemResolver;

impl Resolve for SystemResolver {
    fn resolve<'a>(&'a self, host: &'a str, port: u16) -> BoxFuture<'a, io::Result<Vec<SocketAddr>>> {
        Box::pin(async move { Ok(tokio::net::lookup_host((host, port)).await?.collect()) })
    }
}

/// Which family comes first when a host has both.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum FamilyOrder {
    /// The family of the address that the resolver prefers: IPv6 wherever the
    /// host has IPv6 (RFC 6724), and what its administrator configured otherwise.
    #[default]
    AsResolved,
    /// IPv6, whatever the resolver says.
    Ipv6First,
    /// IPv4, whatever the resolver says.
    Ipv4First,
    /// The resolver's list as it is: families do not alternate, as RFC 5321, section 5.1 has it.
    AsListed,
}

/// The list to try: families alternate, and within a family the order stays
/// (RFC 8305, section 4, with a First Address Family Count of 1), unless it is
/// to stay [as it is](FamilyOrder::AsListed). An address given twice is tried once.
#[must_use]
pub fn interleave(addresses: impl IntoIterator<Item = SocketAddr>, order: FamilyOrder) -> Vec<SocketAddr> {
    let mut seen = std::collections::HashSet::new();
    let addresses: Vec<_> = addresses.into_iter().filter(|address| seen.insert(*address)).collect();
    let v6_first = match order {
        FamilyOrder::AsResolved => addresses.first().is_some_and(SocketAddr::is_ipv6),
        FamilyOrder::Ipv6First => true,
        FamilyOrder::Ipv4First => false,
        FamilyOrder::AsListed => return addresses,
    };
    let (mut turn, mut other): (VecDeque<_>, VecDeque<_>) =
        addresses.iter().partition(|address| address.is_ipv6() == v6_first);
    let mut list = Vec::with_capacity(addresses.len());
    while let Some(address) = turn.pop_front() {
        list.push(address);
        if !other.is_empty() {
            std::mem::swap(&mut turn, &mut other);
        }
    }
    list.extend(other);
    list
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(addresses: &[&str], order: FamilyOrder) -> Vec<String> {
        let parsed = addresses.iter().map(|address| SocketAddr::new(address.parse().unwrap(), 1));
        interleave(parsed, order).iter().map(|address| address.ip().to_string()).collect()
    }

    #[test]
    fn families_alternate_and_keep_their_own_order() {
        use FamilyOrder::{AsListed, AsResolved, Ipv4First, Ipv6First};
        let six = ["::1", "::2", "::3", "10.0.0.1", "10.0.0.2"];
        assert_eq!(list(&six, AsResolved), ["::1", "10.0.0.1", "::2", "10.0.0.2", "::3"]);
        assert_eq!(list(&six, Ipv4First), ["10.0.0.1", "::1", "10.0.0.2", "::2", "::3"]);
        let four = ["10.0.0.1", "::1", "10.0.0.2", "10.0.0.3"];
        assert_eq!(list(&four, AsResolved), ["10.0.0.1", "::1", "10.0.0.2", "10.0.0.3"]);
        assert_eq!(list(&four, Ipv6First), ["::1", "10.0.0.1", "10.0.0.2", "10.0.0.3"]);
        assert_eq!(list(&six, AsListed), six);
        assert_eq!(list(&["10.0.0.2", "::1", "10.0.0.2", "::1"], AsListed), ["10.0.0.2", "::1"]);
        assert_eq!(list(&["::1", "::1", "::2"], Ipv4First), ["::1", "::2"]);
        assert_eq!(list(&["10.0.0.1", "10.0.0.1"], Ipv6First), ["10.0.0.1"]);
        assert_eq!(list(&[], AsResolved), [""; 0]);
    }
}
