//! Datagrams, whole or not at all.

use std::{
    io,
    net::{Ipv4Addr, Ipv6Addr, SocketAddr},
};

use bytes::{BufMut as _, BytesMut};
use socket2::{Domain, Protocol, SockRef, Socket, Type};

use crate::{Error, ErrorKind};

/// The largest datagram that UDP can describe.
const DATAGRAM_MAX: usize = 65_535;

/// What a UDP socket is set to before it is bound.
#[derive(Clone, Debug)]
pub struct UdpOptions {
    datagram: usize,
    reuse_address: bool,
    reuse_port: bool,
    only_v6: bool,
    ttl: Option<u32>,
    multicast_ttl: Option<u32>,
    multicast_loop: Option<bool>,
}

impl Default for UdpOptions {
    fn default() -> Self {
        Self::new()
    }
}

impl UdpOptions {
    /// Any size of datagram, and what the system does otherwise; IPv6 sockets carry IPv6 only.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            datagram: DATAGRAM_MAX,
            reuse_address: false,
            reuse_port: false,
            only_v6: true,
            ttl: None,
            multicast_ttl: None,
            multicast_loop: None,
        }
    }

    /// The largest datagram to accept; a larger one is an error, never cut.
    #[must_use]
    pub const fn max_datagram(mut self, bytes: usize) -> Self {
        self.datagram = if bytes < DATAGRAM_MAX { bytes } else { DATAGRAM_MAX };
        self
    }

    /// Lets several sockets bind the same multicast port (`SO_REUSEADDR`).
    #[must_use]
    pub const fn reuse_address(mut self, on: bool) -> Self {
        self.reuse_address = on;
        self
    }

    /// Lets several sockets share the port (`SO_REUSEPORT`); nothing where the system has no such thing.
    #[must_use]
    pub const fn reuse_port(mut self, on: bool) -> Self {
        self.reuse_port = on;
        self
    }

    /// Whether an IPv6 socket carries IPv6 only (the default), or IPv4-mapped addresses as well.
    #[must_use]
    pub const fn only_v6(mut self, on: bool) -> Self {
        self.only_v6 = on;
        self
    }

    /// TTL (IPv4) or hop limit (IPv6) of what is sent to one peer.
    #[must_use]
    pub const fn ttl(mut self, hops: u32) -> Self {
        self.ttl = Some(hops);
        self
    }

    /// TTL or hop limit of what is sent to a group.
    #[must_use]
    pub const fn multicast_ttl(mut self, hops: u32) -> Self {
        self.multicast_ttl = Some(hops);
        self
    }

    /// Whether this host hears what it sends to a group.
    #[must_use]
    pub const fn multicast_loop(mut self, on: bool) -> Self {
        self.multicast_loop = Some(on);
        self
    }

    /// A socket for any number of peers. To be called within a tokio runtime.
    ///
    /// # Errors
    /// [`ErrorKind::Io`] when the system refuses the address or an option.
    pub fn bind(&self, local: impl Into<SocketAddr>) -> Result<UdpSocket, Error> {
        let local = local.into();
        let socket =
            self.open(local).map_err(|error| Error::io(format!("binding UDP {local} failed"), error))?;
        Ok(UdpSocket { socket, datagram: self.datagram })
    }

    /// A socket for one peer: the system drops what comes from anybody else.
    /// To be called within a tokio runtime.
    ///
    /// # Errors
    /// [`ErrorKind::Io`] when the system refuses the address or an option.
    ///
    /// # Cancel safety
    /// Dropping the future drops the socket.
    pub async fn connect(&self, peer: impl Into<SocketAddr>) -> Result<ConnectedUdpSocket, Error> {
        let peer = peer.into();
        let any: SocketAddr = if peer.is_ipv4() {
            (Ipv4Addr::UNSPECIFIED, 0).into()
        } else {
            (Ipv6Addr::UNSPECIFIED, 0).into()
        };
        self.bind(any)?.connect(peer).await
    }

    fn open(&self, local: SocketAddr) -> io::Result<tokio::net::UdpSocket> {
        let socket = Socket::new(Domain::for_address(local), Type::DGRAM, Some(Protocol::UDP))?;
        socket.set_nonblocking(true)?;
        socket.set_reuse_address(self.reuse_address)?;
        #[cfg(unix)]
        if self.reuse_port {
            socket.set_reuse_port(true)?;
        }
        if local.is_ipv6() {
            socket.set_only_v6(self.only_v6)?;
            self.ttl.map_or(Ok(()), |hops| socket.set_unicast_hops_v6(hops))?;
            self.multicast_ttl.map_or(Ok(()), |hops| socket.set_multicast_hops_v6(hops))?;
            self.multicast_loop.map_or(Ok(()), |on| socket.set_multicast_loop_v6(on))?;
        } else {
            self.ttl.map_or(Ok(()), |hops| socket.set_ttl_v4(hops))?;
            self.multicast_ttl.map_or(Ok(()), |hops| socket.set_multicast_ttl_v4(hops))?;
            self.multicast_loop.map_or(Ok(()), |on| socket.set_multicast_loop_v4(on))?;
        }
        socket.bind(&local.into())?;
        tokio::net::UdpSocket::from_std(socket.into())
    }
}

/// A UDP socket for any number of peers. The source address of a datagram
/// proves nothing: protocols must match answers to questions themselves.
#[derive(Debug)]
pub struct UdpSocket {
    socket: tokio::net::UdpSocket,
    datagram: usize,
}

impl UdpSocket {
    /// Binds `local` with the usual options. To be called within a tokio runtime.
    ///
    /// # Errors
    /// [`ErrorKind::Io`] when the system refuses the address.
    pub fn bind(local: impl Into<SocketAddr>) -> Result<Self, Error> {
        UdpOptions::new().bind(local)
    }

    /// The address it is bound to.
    ///
    /// # Errors
    /// The system does not know.
    pub fn local_addr(&self) -> Result<SocketAddr, Error> {
        local_addr(&self.socket)
    }

    /// Sends one datagram.
    ///
    /// # Errors
    /// [`ErrorKind::Io`], also for a datagram larger than the network takes.
    ///
    /// # Cancel safety
    /// Cancel-safe: it was sent whole or not at all.
    pub async fn send_to(&self, datagram: &[u8], peer: SocketAddr) -> Result<(), Error> {
        sent(datagram, self.socket.send_to(datagram, peer).await)
    }

    /// Receives one datagram into `buffer`, whose content it replaces, and says who sent it.
    ///
    /// # Errors
    /// [`ErrorKind::Limit`] for a datagram beyond the maximum, which is dropped;
    /// [`ErrorKind::Io`] otherwise. The socket goes on to work after both.
    ///
    /// # Cancel safety
    /// Cancel-safe: no datagram is lost.
    pub async fn recv_from(&self, buffer: &mut BytesMut) -> Result<SocketAddr, Error> {
        buffer.clear();
        buffer.reserve(self.datagram.saturating_add(1));
        let received =
            self.socket.recv_buf_from(&mut (&mut *buffer).limit(self.datagram.saturating_add(1))).await;
        let (_, peer) = received.map_err(receiving)?;
        whole(buffer, self.datagram)?;
        Ok(peer)
    }

    /// From now on only for `peer`.
    ///
    /// # Errors
    /// [`ErrorKind::Io`] when there is no way to it.
    ///
    /// # Cancel safety
    /// Dropping the future drops the socket.
    pub async fn connect(self, peer: SocketAddr) -> Result<ConnectedUdpSocket, Error> {
        let connected = self.socket.connect(peer).await;
        connected.map_err(|error| Error::io(format!("connecting UDP to {peer} failed"), error))?;
        Ok(ConnectedUdpSocket { socket: self.socket, peer, datagram: self.datagram })
    }

    /// Joins an IPv4 group on the interface with this address (unspecified: the system's choice).
    ///
    /// # Errors
    /// [`ErrorKind::Io`] when the system refuses.
    pub fn join_multicast_v4(&self, group: Ipv4Addr, interface: Ipv4Addr) -> Result<(), Error> {
        self.socket.join_multicast_v4(group, interface).map_err(multicast)
    }

    /// Leaves an IPv4 group.
    ///
    /// # Errors
    /// [`ErrorKind::Io`] when the system refuses.
    pub fn leave_multicast_v4(&self, group: Ipv4Addr, interface: Ipv4Addr) -> Result<(), Error> {
        self.socket.leave_multicast_v4(group, interface).map_err(multicast)
    }

    /// Joins an IPv6 group on the interface of this index (0: the system's choice).
    ///
    /// # Errors
    /// [`ErrorKind::Io`] when the system refuses.
    pub fn join_multicast_v6(&self, group: Ipv6Addr, interface: u32) -> Result<(), Error> {
        self.socket.join_multicast_v6(&group, interface).map_err(multicast)
    }

    /// Leaves an IPv6 group.
    ///
    /// # Errors
    /// [`ErrorKind::Io`] when the system refuses.
    pub fn leave_multicast_v6(&self, group: Ipv6Addr, interface: u32) -> Result<(), Error> {
        self.socket.leave_multicast_v6(&group, interface).map_err(multicast)
    }

    /// Through which IPv4 interface groups are sent to.
    ///
    /// # Errors
    /// [`ErrorKind::Io`] when the system refuses.
    pub fn set_multicast_interface_v4(&self, interface: Ipv4Addr) -> Result<(), Error> {
        SockRef::from(&self.socket).set_multicast_if_v4(&interface).map_err(multicast)
    }

    /// Through which IPv6 interface, by index, groups are sent to.
    ///
    /// # Errors
    /// [`ErrorKind::Io`] when the system refuses.
    pub fn set_multicast_interface_v6(&self, interface: u32) -> Result<(), Error> {
        SockRef::from(&self.socket).set_multicast_if_v6(interface).map_err(multicast)
    }
}

/// A UDP socket for one peer; the system drops what comes from anybody else.
#[derive(Debug)]
pub struct ConnectedUdpSocket {
    socket: tokio::net::UdpSocket,
    peer: SocketAddr,
    datagram: usize,
}

impl ConnectedUdpSocket {
    /// The address it is bound to.
    ///
    /// # Errors
    /// The system does not know.
    pub fn local_addr(&self) -> Result<SocketAddr, Error> {
        local_addr(&self.socket)
    }

    /// The one peer.
    #[must_use]
    pub const fn peer_addr(&self) -> SocketAddr {
        self.peer
    }

    /// Sends one datagram to the peer.
    ///
    /// # Errors
    /// [`ErrorKind::Io`]; also when an earlier datagram was answered by ICMP: nobody is there.
    ///
    /// # Cancel safety
    /// Cancel-safe: it was sent whole or not at all.
    pub async fn send(&self, datagram: &[u8]) -> Result<(), Error> {
        sent(datagram, self.socket.send(datagram).await)
    }

    /// Receives one datagram into `buffer`, whose content it replaces.
    ///
    /// # Errors
    /// [`ErrorKind::Limit`] for a datagram beyond the maximum, which is dropped;
    /// [`ErrorKind::Io`] otherwise, also when an earlier datagram was answered by
    /// ICMP. The socket goes on to work after both.
    ///
    /// # Cancel safety
    /// Cancel-safe: no datagram is lost.
    pub async fn recv(&self, buffer: &mut BytesMut) -> Result<(), Error> {
        buffer.clear();
        buffer.reserve(self.datagram.saturating_add(1));
        let received = self.socket.recv_buf(&mut (&mut *buffer).limit(self.datagram.saturating_add(1))).await;
        received.map_err(receiving)?;
        whole(buffer, self.datagram)
    }
}

/// One byte more than allowed was offered: filled, the datagram was too large, and perhaps cut.
fn whole(buffer: &mut BytesMut, limit: usize) -> Result<(), Error> {
    if buffer.len() <= limit {
        return Ok(());
    }
    buffer.clear();
    Err(Error::new(ErrorKind::Limit, format!("a datagram of more than {limit} bytes")))
}

fn sent(datagram: &[u8], result: io::Result<usize>) -> Result<(), Error> {
    match result {
        Ok(count) if count == datagram.len() => Ok(()),
        Ok(_) => Err(Error::new(ErrorKind::Io, "the system cut the datagram")),
        Err(error) => Err(Error::io("sending a datagram failed", error)),
    }
}

fn receiving(error: io::Error) -> Error {
    // What Windows says where others cut silently.
    const WSAEMSGSIZE: i32 = 10_040;
    if cfg!(windows) && error.raw_os_error() == Some(WSAEMSGSIZE) {
        return Error::new(ErrorKind::Limit, "a datagram larger than the limit").with_source(error);
    }
    Error::io("receiving a datagram failed", error)
}

fn multicast(error: io::Error) -> Error {
    Error::io("setting up multicast failed", error)
}

fn local_addr(socket: &tokio::net::UdpSocket) -> Result<SocketAddr, Error> {
    socket.local_addr().map_err(|error| Error::io("the socket has no address", error))
}
