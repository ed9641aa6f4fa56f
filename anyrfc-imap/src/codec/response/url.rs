//! GENURLAUTH and URLFETCH (RFC 4467, section 8; RFC 5524, section 5), and the code URLMECH.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use bytes::Bytes;

use super::{Cutter, lossy, strictly};
use crate::{
    rfc9051,
    types::{
        AuthorizedUrl, Data, ParseError, PartStructure, Sink, UrlAnswer, UrlBinary, UrlFetched,
        UrlKeyMechanism, UrlMechanism, UrlMetadata, body_structure,
        row::tokens::{Kind, NONE, Tokens},
    },
};

/// `GENURLAUTH`
pub(super) fn gen_url_auth(
    arguments: &[u8],
    cutter: &mut Cutter<'_>,
    sink: &mut dyn Sink,
) -> Result<Data, ParseError> {
    let tokens = cutter.cut(arguments, sink)?;
    let url = |at| {
        let text = tokens.string(at).ok_or(strictly("a URL"))?;
        AuthorizedUrl::parse(&text.text()).map_err(|_| strictly("an authorized URL"))
    };
    let urls = tokens.all().map(url).collect::<Result<Vec<_>, _>>()?;
    if urls.is_empty() {
        return Err(strictly("a URL"));
    }
    Ok(Data::GenUrlAuth(urls))
}

/// `URLFETCH`
pub(super) fn url_fetch(
    arguments: &[u8],
    cutter: &mut Cutter<'_>,
    sink: &mut dyn Sink,
) -> Result<Data, ParseError> {
    let (nesting, lenient) = (cutter.nesting, cutter.lenient);
    let tokens = cutter.cut(arguments, sink)?;
    let mut all = tokens.all().peekable();
    let mut found = Vec::new();
    while let Some(at) = all.next() {
        let url = tokens.string(at).ok_or(strictly("a URL"))?.text().into_owned();
        let value = all.next().ok_or(strictly("what a URL names, or NIL"))?;
        let answer = match tokens.kind(value) {
            Some(Kind::Nil) => UrlAnswer::Nothing,
            Some(Kind::List) => {
                let mut metadata = UrlMetadata::default();
                element(&mut metadata, tokens, value, nesting, lenient, sink)?;
                while let Some(next) = all.next_if(|at| tokens.kind(*at) == Some(Kind::List)) {
                    element(&mut metadata, tokens, next, nesting, lenient, sink)?;
                }
                UrlAnswer::Metadata(metadata)
            }
            _ => UrlAnswer::Content(octets(tokens, value)?.ok_or(strictly("what a URL names, or NIL"))?),
        };
        found.push(UrlFetched { url, answer });
    }
    if found.is_empty() {
        return Err(strictly("a URL"));
    }
    Ok(Data::UrlFetch(found))
}

/// The rule `nstring`, or `literal8`.
fn octets(tokens: Tokens<'_>, at: u32) -> Result<Option<Bytes>, ParseError> {
    if tokens.kind(at) == Some(Kind::Nil) {
        return Ok(None);
    }
    let text = tokens.string(at).ok_or(strictly("a string, or NIL"))?;
    Ok(Some(Bytes::copy_from_slice(&text.bytes())))
}

/// The rule `url-metadata-el`.
fn element(
    metadata: &mut UrlMetadata,
    tokens: Tokens<'_>,
    list: u32,
    nesting: usize,
    lenient: bool,
    sink: &mut dyn Sink,
) -> Result<(), ParseError> {
    let mut fields = tokens.children(list);
    let mut count = 0_u32;
    while let Some(name) = fields.next() {
        count = count.saturating_add(1);
        // Some servers have all items in one list.
        if count == 2 {
            sink.deviation(rfc9051::ABNF_IS_FOLLOWED_STRICTLY, tokens.span(list));
        }
        let value = fields.next().unwrap_or(NONE);
        match &*tokens.span(name).to_ascii_uppercase() {
            b"BODY" => metadata.body = octets(tokens, value)?,
            b"BINARY" => {
                metadata.binary =
                    Some(octets(tokens, value)?.map_or(UrlBinary::Undecodable, UrlBinary::Decoded));
            }
            b"BODYPARTSTRUCTURE" if tokens.kind(value) == Some(Kind::List) => {
                // By itself: what surrounds it can go.
                let text = Bytes::copy_from_slice(tokens.raw(value));
                let mut own = Vec::new();
                let mut cutter = Cutter { tokens: &mut own, nesting, lenient };
                let cut = cutter.cut(&text, sink)?;
                body_structure::check(cut, 0, &mut Vec::new(), sink)?;
                metadata.structure = Some(PartStructure::new(text, own));
            }
            _ => metadata.other.push((lossy(tokens.span(name)), Bytes::copy_from_slice(tokens.raw(value)))),
        }
    }
    if count == 0 {
        return Err(strictly("the name of an item"));
    }
    Ok(())
}

/// What follows URLMECH: names, each with base64 behind an equals sign or not.
pub(super) fn mechanisms(arguments: &[u8]) -> Option<Vec<UrlKeyMechanism>> {
    let mechanism = |word: &[u8]| {
        let (name, data) = match memchr::memchr(b'=', word) {
            Some(at) => (word.get(..at)?, Some(word.get(at.saturating_add(1)..)?)),
            None => (word, None),
        };
        let name = UrlMechanism::new(std::str::from_utf8(name).ok()?).ok()?;
        let data = match data {
            Some(data) => Some(STANDARD.decode(data).ok()?.into()),
            None => None,
        };
        Some(UrlKeyMechanism::new(name, data))
    };
    arguments.split(|byte| *byte == b' ').filter(|word| !word.is_empty()).map(mechanism).collect()
}
