//! Where a native app receives the answer: at a port of this machine (RFC 8252, section 7.3).

mod connection;
mod page;
#[cfg(test)]
mod tests;

use std::{
    fmt,
    future::{Future as _, poll_fn},
    io,
    net::{Ipv4Addr, Ipv6Addr, SocketAddr},
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use anyrfc_core::http1::{self, HeadLimits, RequestHead};
use http::{Method, StatusCode, header};
use tokio::{
    net::{TcpListener, TcpSocket},
    time::Sleep,
};

use self::connection::{Connection, Progress};
pub use self::page::Page;
use super::{OAuth2Client, wire};
use crate::{
    Error, ErrorKind, Quirk, RedirectUri,
    codec::callback::Callback,
    proto::{Pending, Random},
    rfc8252,
};

/// How often to look for a port that is free in both families.
const PORT_TRIES: usize = 16;
/// How many connections are heard at a time; beyond, the oldest has to go.
const MOST: usize = 32;
/// How many wait to be accepted.
const BACKLOG: u32 = 64;

/// Waits on this machine for the browser to bring one answer (RFC 8252, section 7.3).
///
/// It is bound before there is a redirection URI, at a free port of 127.0.0.1 and of `::1`, which it
/// shares with nobody. It takes `GET` requests for its own path and its own host alone, and of these
/// only the one that holds the state of the authorization that is waited for; whoever else connects,
/// says something else, or nothing, is told so and keeps nobody from being heard. With the answer the
/// port is closed.
///
/// It runs while [`callback`](Self::callback) is awaited, and starts no task.
pub struct Loopback {
    sockets: Vec<TcpListener>,
    redirect_uri: RedirectUri,
    /// What `Host` has to say, and what the path has to be.
    authority: String,
    path: String,
    page: Page,
    limits: Limits,
    /// Runs from the first time that the answer is waited for.
    patience: Option<Pin<Box<Sleep>>>,
    connections: Vec<Connection>,
    /// The answer, while its page is being sent.
    found: Option<Callback>,
}

#[derive(Clone, Copy, Debug)]
struct Limits {
    heads: HeadLimits,
    /// How long one connection may take.
    connection: Duration,
    /// How long the user may take.
    user: Duration,
}

/// How a [`Loopback`] is made.
#[derive(Clone, Debug)]
#[must_use]
pub struct LoopbackBuilder {
    path: Option<String>,
    port: u16,
    localhost: bool,
    page: Page,
    limits: Limits,
}

impl Default for LoopbackBuilder {
    fn default() -> Self {
        Self {
            path: Some("/callback".to_owned()),
            port: 0,
            localhost: false,
            page: Page::default(),
            limits: Limits {
                heads: HeadLimits { block: 32 << 10, fields: 100 },
                connection: Duration::from_secs(10),
                user: Duration::from_secs(600),
            },
        }
    }
}

impl LoopbackBuilder {
    /// The path of the redirection URI, as it is registered with the server; `/callback` by default.
    pub fn path(mut self, path: impl Into<String>) -> Self {
        self.path = Some(path.into());
        self
    }

    /// A path that nobody can guess, for servers that take any: not even a probe finds it.
    pub fn unguessable_path(mut self) -> Self {
        self.path = None;
        self
    }

    /// A port of the caller's choice, for servers that do not take any (RFC 8252, section 7.3, has
    /// them do so); by default a free one.
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// Writes `localhost` instead of an address into the redirection URI, for servers that want it so
    /// (RFC 8252, section 8.3, advises against it).
    pub fn localhost(mut self) -> Self {
        self.localhost = true;
        self
    }

    /// What the browser shows in the end.
    pub fn page(mut self, page: Page) -> Self {
        self.page = page;
        self
    }

    /// How long the user may take; ten minutes by default.
    pub fn patience(mut self, time: Duration) -> Self {
        self.limits.user = time;
        self
    }

    /// How long one connection may take; ten seconds by default.
    pub fn connection_time(mut self, time: Duration) -> Self {
        self.limits.connection = time;
        self
    }

    /// Binds, at both addresses where the system has both. To be called within a tokio runtime.
    ///
    /// # Errors
    /// Of kind `Io` when no port can be had; `Usage` when the path is none.
    pub fn bind(self) -> Result<Loopback, Error> {
        let path = match self.path {
            Some(path) => path,
            None => format!("/{}", Random::new(super::seed()?).token()),
        };
        if !path.starts_with('/') || path.contains(['?', '#']) {
            return Err(Error::usage("the path of a redirection URI begins with a slash and has no query"));
        }
        let sockets = bind_both(self.port, bind_one).map_err(|error| {
            Error::new(ErrorKind::Io, "no port of this machine can be had").with_source(error)
        })?;
        let first = sockets.first().and_then(|socket| socket.local_addr().ok());
        let Some(address) = first else {
            return Err(Error::new(ErrorKind::Io, "this machine has no loopback address"));
        };
        let authority =
            if self.localhost { format!("localhost:{}", address.port()) } else { address.to_string() };
        Ok(Loopback {
            redirect_uri: RedirectUri::new(&format!("http://{authority}{path}"))?,
            sockets,
            authority,
            path,
            page: self.page,
            limits: self.limits,
            patience: None,
            connections: Vec::new(),
            found: None,
        })
    }
}

/// One port of 127.0.0.1 and `::1`, or of the one of them that there is (RFC 8252, section 7.3).
/// Neither `SO_REUSEADDR` nor `SO_REUSEPORT` is set: nobody can share it (appendix B).
pub(crate) fn bind_both(
    port: u16,
    bind: impl Fn(SocketAddr) -> io::Result<TcpListener>,
) -> io::Result<Vec<TcpListener>> {
    let mut tries = PORT_TRIES;
    loop {
        tries -= 1;
        let mut sockets = Vec::new();
        let v4 = bind((Ipv4Addr::LOCALHOST, port).into());
        let same = match v4 {
            Ok(socket) => {
                let port = socket.local_addr()?.port();
                sockets.push(socket);
                port
            }
            Err(error) if is_family_missing(&error) => port,
            Err(error) => return Err(error),
        };
        match bind((Ipv6Addr::LOCALHOST, same).into()) {
            Ok(socket) => sockets.push(socket),
            Err(error) if is_family_missing(&error) && !sockets.is_empty() => {}
            // A browser could take somebody else's port for ours: another one, then.
            Err(error) if error.kind() == io::ErrorKind::AddrInUse && port == 0 && tries > 0 => continue,
            Err(error) => return Err(error),
        }
        return Ok(sockets);
    }
}

pub(crate) fn bind_one(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
    socket.bind(address)?;
    socket.listen(BACKLOG)
}

fn is_family_missing(error: &io::Error) -> bool {
    // EAFNOSUPPORT has no `ErrorKind` of its own: 97 on Linux, 47 on BSD and macOS, 10047 on Windows.
    error.kind() == io::ErrorKind::AddrNotAvailable || matches!(error.raw_os_error(), Some(97 | 47 | 10_047))
}

impl Loopback {
    /// At a free port, with the path `/callback`. To be called within a tokio runtime.
    ///
    /// # Errors
    /// As [`LoopbackBuilder::bind`].
    pub fn bind() -> Result<Self, Error> {
        Self::builder().bind()
    }

    /// With options.
    pub fn builder() -> LoopbackBuilder {
        LoopbackBuilder::default()
    }

    /// Where it waits: what goes into the authorization request.
    #[must_use]
    pub fn redirect_uri(&self) -> RedirectUri {
        self.redirect_uri.clone()
    }

    /// The addresses that it waits at; none once the answer has come.
    #[must_use]
    pub fn local_addrs(&self) -> Vec<SocketAddr> {
        self.sockets.iter().filter_map(|socket| socket.local_addr().ok()).collect()
    }

    /// The answer to `pending`: the first request that holds its state, good news or bad. The browser
    /// has been shown a page by then, and the port is closed.
    ///
    /// # Errors
    /// Of kind `Timeout` when the user takes too long; `Usage` when `pending` expects its answer
    /// elsewhere or otherwise; `Closed` when the answer was taken before; `Io` when the system has no
    /// resources left.
    ///
    /// # Cancel safety
    /// Cancel-safe: whoever is connected stays so, and the next call goes on.
    pub async fn callback(&mut self, pending: &Pending) -> Result<Callback, Error> {
        if *pending.redirect_uri() != self.redirect_uri {
            let what = "the answer is expected at another redirection URI";
            return Err(Error::unfit(rfc8252::LOOPBACK_URI_HAS_THE_LISTENING_PORT, what));
        }
        if pending.response_mode().is_some_and(|mode| mode.is_form_post() || mode.is_fragment()) {
            return Err(Error::usage("a loopback redirection URI receives answers in its query alone"));
        }
        poll_fn(|cx| self.poll_callback(cx, pending)).await
    }

    fn poll_callback(&mut self, cx: &mut Context<'_>, pending: &Pending) -> Poll<Result<Callback, Error>> {
        if self.sockets.is_empty() && self.found.is_none() {
            return Poll::Ready(Err(Error::new(ErrorKind::Closed, "the answer was taken before")));
        }
        // What has arrived counts, even if it is noticed late.
        while self.found.is_none() && self.accept(cx)? {
            self.hear(cx, pending);
        }
        self.hear(cx, pending);
        if self.connections.is_empty()
            && let Some(callback) = self.found.take()
        {
            return Poll::Ready(Ok(callback));
        }
        let user = self.limits.user;
        let patience = self.patience.get_or_insert_with(|| Box::pin(tokio::time::sleep(user)));
        if patience.as_mut().poll(cx).is_ready() && self.found.is_none() {
            self.sockets.clear();
            self.connections.clear();
            return Poll::Ready(Err(Error::new(ErrorKind::Timeout, "the user has not come back in time")));
        }
        Poll::Pending
    }

    /// Takes in who is waiting; whether there was anybody.
    fn accept(&mut self, cx: &mut Context<'_>) -> Result<bool, Error> {
        let mut any = false;
        for socket in &self.sockets {
            match socket.poll_accept(cx) {
                Poll::Pending => {}
                Poll::Ready(Ok((stream, _))) => {
                    any = true;
                    if self.connections.len() >= MOST {
                        self.connections.remove(0);
                    }
                    self.connections.push(Connection::new(stream, self.limits.heads, self.limits.connection));
                }
                Poll::Ready(Err(error)) if is_clients_own(&error) => any = true,
                Poll::Ready(Err(error)) => {
                    return Err(Error::new(ErrorKind::Io, "accepting failed").with_source(error));
                }
            }
        }
        Ok(any)
    }

    /// Lets everybody go on who is connected.
    fn hear(&mut self, cx: &mut Context<'_>, pending: &Pending) {
        let mut at = 0;
        while let Some(connection) = self.connections.get_mut(at) {
            match connection.poll(cx) {
                Poll::Pending => at += 1,
                Poll::Ready(Progress::Over) => {
                    self.connections.remove(at);
                }
                Poll::Ready(Progress::Head(head)) => {
                    let mut connection = self.connections.remove(at);
                    let (answer, callback) = self.judge(head.as_deref(), pending);
                    wire::loopback(callback.is_some());
                    connection.answer(answer);
                    if let Some(callback) = callback {
                        // One is enough: the port is closed, and nobody else is heard.
                        self.found = Some(callback);
                        self.sockets.clear();
                        self.connections.clear();
                    }
                    self.connections.insert(at.min(self.connections.len()), connection);
                    at = at.min(self.connections.len() - 1);
                }
            }
        }
    }

    /// What is said to a request, and the answer if it is the one that is waited for.
    fn judge(
        &self,
        head: Result<&RequestHead, &StatusCode>,
        pending: &Pending,
    ) -> (Vec<u8>, Option<Callback>) {
        let head = match head {
            Ok(head) => head,
            Err(status) => return (page::plain(*status, false), None),
        };
        let is_head = head.method == Method::HEAD;
        let no = |status| (page::plain(status, is_head), None);
        let Ok(Some(host)) = http1::single(&head.headers, &header::HOST) else {
            return no(StatusCode::BAD_REQUEST);
        };
        // A name that somebody else's server answers for may lead here as well.
        if !host.as_bytes().eq_ignore_ascii_case(self.authority.as_bytes()) {
            return no(StatusCode::MISDIRECTED_REQUEST);
        }
        if head.target.split('?').next() != Some(self.path.as_str()) {
            return no(StatusCode::NOT_FOUND);
        }
        if head.method != Method::GET {
            return no(StatusCode::METHOD_NOT_ALLOWED);
        }
        // No request target has a fragment (RFC 9112, section 3.2); no browser sends one.
        if head.target.contains('#') {
            return no(StatusCode::BAD_REQUEST);
        }
        let url = format!("http://{}{}", self.authority, head.target);
        match Callback::from_url(&url) {
            Ok(callback) if pending.is_answered_by(&callback) => {
                (self.page.answer(callback.parameter("error").is_some()), Some(callback))
            }
            _ => no(StatusCode::BAD_REQUEST),
        }
    }
}

/// Whether the error is that of one client which has left, not of the listener.
fn is_clients_own(error: &io::Error) -> bool {
    use io::ErrorKind as K;
    matches!(error.kind(), K::ConnectionAborted | K::ConnectionReset | K::ConnectionRefused | K::NotConnected)
}

impl fmt::Debug for Loopback {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Loopback({})", self.redirect_uri)
    }
}

impl OAuth2Client {
    /// A listener for the answer of this client's server, which wants an address or, by its
    /// [`Quirk::LoopbackIsLocalhost`], a name in its URI.
    pub fn loopback(&self) -> LoopbackBuilder {
        let builder = Loopback::builder();
        let named = self.config().tolerances.contains(Quirk::LoopbackIsLocalhost);
        if named { builder.localhost() } else { builder }
    }
}
