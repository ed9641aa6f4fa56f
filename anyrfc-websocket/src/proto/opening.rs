//! The opening handshake (RFC 6455, section 4).

use std::borrow::Cow;

use anyrfc_core::{
    Output, Step,
    http1::{BodyReader, Framing, HeadReader, RequestHead, ResponseHead},
};
use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode};

use super::{Connection, Input, Role};
use crate::{
    Deflate, Error, Extension, Refusal, Subprotocols,
    codec::deflate::{self, Agreed, Offer},
    codec::handshake::{self, ClientRequest, HandshakeFault, Key, Offered, RequestFault, Verdict, validate},
    wire::wire,
};

/// Nobody knows how much is still to come.
const MORE: Step = Step::Need(1);

/// One side of the opening handshake, and what it settled.
#[derive(Debug)]
pub struct Opening {
    side: Side,
    unsent: Option<Bytes>,
    subprotocol: Option<String>,
    extensions: Vec<Extension>,
    deflate: Option<Agreed>,
    headers: Option<HeaderMap>,
}

#[derive(Debug)]
enum Side {
    Client(Box<Client>),
    Server(Box<Server>),
    /// A client's is over: what it took is given back.
    Done,
    /// It was done by other means before.
    Elsewhere(Role),
}

#[derive(Debug)]
struct Client {
    offered: Offered,
    reader: HeadReader<ResponseHead>,
    /// The server said no: its status and fields, and the body that is being read.
    refused: Option<(ResponseHead, BodyReader)>,
}

#[derive(Debug)]
struct Server {
    reader: HeadReader<RequestHead>,
    subprotocols: Subprotocols,
    compression: Option<Deflate>,
    request: Option<ClientRequest>,
}

impl Opening {
    /// The client's side: sends `request` under a nonce, which must come from a
    /// strong source of randomness (RFC 6455, section 4.1). What `config` says of
    /// compression is offered after the extensions of `request`.
    ///
    /// # Errors
    /// [`ErrorKind::Usage`](anyrfc_core::ErrorKind::Usage) for a request that cannot be sent.
    pub fn client(
        request: &handshake::Request,
        nonce: [u8; 16],
        config: &super::Config,
    ) -> Result<Self, Error> {
        let key = Key::new(nonce);
        let opening = Self::offering(request, config)?.encode(&key)?;
        // Paths, queries and values may hold credentials: their names are enough to go by.
        wire!(fields = ?opening.head.headers.keys(), length = opening.bytes.len(), "send request");
        let client = Client {
            offered: opening.offered,
            reader: HeadReader::new((&config.limits).into()),
            refused: None,
        };
        Ok(Self::new(Side::Client(Box::new(client)), Some(opening.bytes.into())))
    }

    /// `request`, with what `config` says of compression offered after its extensions.
    pub(crate) fn offering<'a>(
        request: &'a handshake::Request,
        config: &super::Config,
    ) -> Result<Cow<'a, handshake::Request>, Error> {
        let Some(deflate) = &config.compression else { return Ok(Cow::Borrowed(request)) };
        let offer = Offer::new(deflate).to_extension().map_err(|error| Error::usage(error.to_string()))?;
        Ok(Cow::Owned(request.clone().extension(offer)?))
    }

    /// The server's side, for tests: accepts every valid request, with the
    /// client's first subprotocol that is among `subprotocols`, and compression
    /// where `config` has it.
    #[must_use]
    pub fn server(subprotocols: Subprotocols, config: &super::Config) -> Self {
        let reader = HeadReader::new((&config.limits).into());
        let compression = config.compression.clone();
        let server = Server { reader, subprotocols, compression, request: None };
        Self::new(Side::Server(Box::new(server)), None)
    }

    /// A handshake that was done by other means, an extended CONNECT (RFC 8441) say, and
    /// what it settled: `headers` are those of the server's answer. The connection is open
    /// from the start, and reports so first of all.
    ///
    /// A client's connection is over for it once both have said Close: that the server is
    /// to end TCP first (RFC 6455, section 7.1.1) is then the business of the stream.
    #[must_use]
    pub fn elsewhere(role: Role, accepted: handshake::Accepted, headers: HeaderMap) -> Self {
        Self {
            subprotocol: accepted.subprotocol.map(|name| name.as_str().to_owned()),
            extensions: accepted.extensions,
            deflate: accepted.deflate,
            headers: Some(headers),
            ..Self::new(Side::Elsewhere(role), None)
        }
    }

    pub(super) const fn is_elsewhere(&self) -> bool {
        matches!(self.side, Side::Elsewhere(_))
    }

    const fn new(side: Side, unsent: Option<Bytes>) -> Self {
        Self { side, unsent, subprotocol: None, extensions: Vec::new(), deflate: None, headers: None }
    }

    pub(super) const fn role(&self) -> Role {
        match self.side {
            Side::Client(_) | Side::Done => Role::Client,
            Side::Server(_) => Role::Server,
            Side::Elsewhere(role) => role,
        }
    }

    /// The subprotocol that was agreed on (RFC 6455, section 1.9).
    #[must_use]
    pub fn subprotocol(&self) -> Option<&str> {
        self.subprotocol.as_deref()
    }

    /// The extensions that were agreed on (RFC 6455, section 9).
    #[must_use]
    pub fn extensions(&self) -> &[Extension] {
        &self.extensions
    }

    /// The parameters of permessage-deflate, where it was agreed on (RFC 7692).
    #[must_use]
    pub const fn deflate(&self) -> Option<Agreed> {
        self.deflate
    }

    /// The header fields of the server's answer, on the client's side.
    #[must_use]
    pub const fn response_headers(&self) -> Option<&HeaderMap> {
        self.headers.as_ref()
    }

    /// The client's request, on the server's side.
    #[must_use]
    pub fn request(&self) -> Option<&ClientRequest> {
        if let Side::Server(server) = &self.side { server.request.as_ref() } else { None }
    }

    pub(super) const fn wants_write(&self) -> bool {
        self.unsent.is_some()
    }

    pub(super) fn transmit(&mut self, out: &mut Output) {
        if let Some(bytes) = self.unsent.take() {
            out.push(bytes);
        }
    }

    /// The connection has failed: a request that still waits is not sent any more. A
    /// server's refusal is.
    pub(super) fn abandon(&mut self) {
        if self.role() == Role::Client {
            self.unsent = None;
        }
    }

    /// What was read of a refusal is all there is: the stream ended, or took too long.
    pub(super) fn finish_refusal(&mut self, ended: bool) -> Option<Error> {
        let Side::Client(client) = &mut self.side else { return None };
        let (head, mut body) = client.refused.take()?;
        if ended {
            body.eof();
        }
        Some(refusal(head, body))
    }

    /// Reads on; `true` once the connection is open.
    fn advance(&mut self, input: &[u8]) -> Result<(Step, bool), Error> {
        match &mut self.side {
            Side::Done | Side::Elsewhere(_) => Ok((MORE, false)),
            Side::Client(client) => {
                let result = client.advance(input);
                if result.is_err() {
                    // Not even the request, should it still wait to be written.
                    self.unsent = None;
                }
                let (step, opened) = result?;
                let Some(Opened { accepted, headers }) = opened else { return Ok((step, false)) };
                self.subprotocol = accepted.subprotocol.map(|name| name.as_str().to_owned());
                self.extensions = accepted.extensions;
                self.deflate = accepted.deflate;
                self.headers = Some(headers);
                self.side = Side::Done;
                Ok((step, true))
            }
            Side::Server(server) => match server.advance(input) {
                Ok(None) => Ok((MORE, false)),
                Ok(Some(Answer { bytes, subprotocol, deflate, extensions, used })) => {
                    self.unsent = Some(bytes);
                    self.subprotocol = subprotocol;
                    self.deflate = deflate;
                    self.extensions = extensions;
                    Ok((Step::Consumed(used), true))
                }
                Err(fault) => {
                    let mut answer = Vec::new();
                    if fault.response().write(&mut answer).is_ok() {
                        self.unsent = Some(answer.into());
                    }
                    Err(Error::violation(fault.requirement(), fault.to_string()).with_source(fault))
                }
            },
        }
    }
}

/// What an accepting answer brought.
struct Opened {
    accepted: handshake::Accepted,
    headers: HeaderMap,
}

impl Client {
    fn advance(&mut self, input: &[u8]) -> Result<(Step, Option<Opened>), Error> {
        if let Some((head, mut body)) = self.refused.take() {
            let used = body.advance(input);
            if body.is_ended() {
                return Err(refusal(head, body));
            }
            self.refused = Some((head, body));
            return Ok((if used == 0 { MORE } else { Step::Consumed(used) }, None));
        }
        let Some((head, used)) = self.reader.advance(input).map_err(HandshakeFault::Head)? else {
            return Ok((MORE, None));
        };
        wire!(status = ?head.status, fields = ?head.headers.keys(), length = used, "receive response");
        match validate(&head, &self.offered)? {
            // Early hints and the like: the answer is still to come.
            Verdict::Interim => Ok((Step::Consumed(used), None)),
            Verdict::Accepted(accepted) => {
                Ok((Step::Consumed(used), Some(Opened { accepted, headers: head.headers })))
            }
            _ => {
                let framing = Framing::of_response(&Method::GET, &head).map_err(HandshakeFault::Head)?;
                self.refused = Some((head, BodyReader::new(framing, Refusal::BODY_MAX)));
                Ok((Step::Consumed(used), None))
            }
        }
    }
}

/// What a server answers, and how much input the request took.
struct Answer {
    bytes: Bytes,
    subprotocol: Option<String>,
    deflate: Option<Agreed>,
    extensions: Vec<Extension>,
    used: usize,
}

impl Server {
    fn advance(&mut self, input: &[u8]) -> Result<Option<Answer>, RequestFault> {
        let Some((head, used)) = self.reader.advance(input).map_err(RequestFault::Head)? else {
            return Ok(None);
        };
        let request = ClientRequest::validate(&head)?;
        let chosen = request.subprotocols.iter().map(|name| name.as_str());
        let chosen =
            chosen.filter(|name| self.subprotocols.find(name.as_bytes()).is_some()).map(str::to_owned).next();
        let deflate = self.compression.as_ref().and_then(|own| deflate::accept(&request.extensions, own));
        let extensions: Vec<_> = deflate.iter().filter_map(|agreed| agreed.to_extension().ok()).collect();
        let mut answer = Vec::new();
        // It is made of what the client offered, so neither can fail.
        let accepted = request
            .accept(chosen.as_deref(), &extensions)
            .unwrap_or_else(|_| ResponseHead::new(StatusCode::OK));
        accepted.write(&mut answer).map_err(RequestFault::Head)?;
        self.request = Some(request);
        Ok(Some(Answer { bytes: answer.into(), subprotocol: chosen, deflate, extensions, used }))
    }
}

fn refusal(head: ResponseHead, body: BodyReader) -> Error {
    let body = body.finish();
    let truncated = body.is_truncated();
    Error::refused(Refusal::new(head.status, head.headers, body.bytes, truncated))
}

impl Connection {
    /// The handshake has succeeded.
    pub(super) fn establish(&mut self) {
        if let Some(agreed) = self.opening.as_ref().and_then(|opening| opening.deflate) {
            self.compress(agreed);
        }
        self.step(Input::Established);
        self.deadline = None;
        self.incoming.opened();
    }

    pub(super) fn advance_opening(&mut self, input: &[u8]) -> Result<Step, Error> {
        let Some(opening) = &mut self.opening else { return Ok(MORE) };
        match opening.advance(input) {
            Ok((step, false)) => Ok(step),
            Ok((step, true)) => {
                self.establish();
                Ok(step)
            }
            Err(error) => {
                self.step(Input::Fault);
                self.deadline = None;
                Err(error)
            }
        }
    }
}
