//! Heads and bodies of HTTP/1.1.

use anyrfc_core::http1::{
    Body, BodyEnd, BodyReader, Framing, Head, HeadError, HeadLimits, HeadReader, RequestHead, ResponseHead,
};
use http::{HeaderMap, Method};

/// Small enough to be reached.
const LIMITS: HeadLimits = HeadLimits { block: 1024, fields: 16 };
const BODY: usize = 256;

/// Reads `data` as a response and as a request. However the bytes arrive, the
/// answer is the same; what is read can be written and reads the same again;
/// the body of a response stays within its limit.
pub fn http1(data: &[u8]) {
    if let Some((head, used)) = any_chunking::<ResponseHead>(data) {
        another_reads(&head, used, data);
        let mut written = Vec::new();
        head.write(&mut written).expect("what was read can be written");
        let (again, _) = read::<ResponseHead>(&written, written.len()).0.expect("and read");
        assert_eq!(parts_of_response(&again), parts_of_response(&head));
        for method in [Method::GET, Method::CONNECT] {
            if let Ok(framing) = Framing::of_response(&method, &head) {
                body(framing, &data[used..]);
            }
        }
    }
    if let Some((head, _)) = any_chunking::<RequestHead>(data) {
        let mut written = Vec::new();
        head.write(&mut written).expect("what was read can be written");
        let (again, _) = read::<RequestHead>(&written, written.len()).0.expect("and read");
        assert_eq!(parts_of_request(&again), parts_of_request(&head));
    }
    chunks(data);
    for framing in [Framing::Chunked, Framing::Length(data.len() as u64 / 2), Framing::Close] {
        body(framing, data);
    }
}

/// What we take, another library takes, and reads the same from it. (It takes more: we are strict.)
fn another_reads(head: &ResponseHead, used: usize, data: &[u8]) {
    let block = &data[..used];
    // It knows no minor version above 1 (RFC 9110, section 2.5, does).
    if !matches!(block.get(..8), Some(b"HTTP/1.0" | b"HTTP/1.1")) {
        return;
    }
    // Folded values are joined in other ways.
    if block.windows(3).any(|bytes| matches!(bytes, [b'\r', b'\n', b' ' | b'\t'])) {
        return;
    }
    let mut fields = [httparse::EMPTY_HEADER; LIMITS.fields];
    let mut other = httparse::Response::new(&mut fields);
    match other.parse(block) {
        Ok(httparse::Status::Complete(length)) => assert_eq!(length, used, "another length"),
        answer => panic!("another library says {answer:?}"),
    }
    assert_eq!(other.code, Some(head.status.as_u16()));
    let mut names: Vec<(String, &[u8])> = other
        .headers
        .iter()
        .map(|field| (field.name.to_ascii_lowercase(), field.value.trim_ascii()))
        .collect();
    let mut ours: Vec<(String, &[u8])> =
        head.headers.iter().map(|(name, value)| (name.as_str().to_owned(), value.as_bytes())).collect();
    // Ours keeps those of one name together.
    names.sort();
    ours.sort();
    assert_eq!(names, ours);
}

/// The first head of `data`, or the error; and how many bytes were looked at to know.
type Answer<H> = (Result<(H, usize), Option<HeadError>>, usize);

/// Reads in pieces of `size` bytes.
fn read<H: Head>(data: &[u8], size: usize) -> Answer<H> {
    // Generous for what we wrote ourselves: unfolding makes lines no longer, spelling neither.
    let mut reader = HeadReader::<H>::new(HeadLimits { block: LIMITS.block + 256, ..LIMITS });
    advance(&mut reader, data, size)
}

fn advance<H: Head>(reader: &mut HeadReader<H>, data: &[u8], size: usize) -> Answer<H> {
    let mut end = 0;
    loop {
        match reader.advance(&data[..end]) {
            Ok(Some((head, used))) => {
                assert!(used <= end, "{used} bytes of {end}");
                return (Ok((head, used)), end);
            }
            Ok(None) if end == data.len() => return (Err(None), end),
            Ok(None) => end = data.len().min(end + size.max(1)),
            Err(error) => {
                assert!(
                    matches!(reader.advance(&data[..end]), Err(again) if again == error),
                    "another error"
                );
                return (Err(Some(error)), end);
            }
        }
    }
}

fn any_chunking<H: Head + Comparable>(data: &[u8]) -> Option<(H, usize)> {
    let whole = advance(&mut HeadReader::<H>::new(LIMITS), data, data.len()).0;
    for size in [1, 2, 3, 7, 64] {
        let (pieces, seen) = advance(&mut HeadReader::<H>::new(LIMITS), data, size);
        assert!(seen <= LIMITS.block + size, "read on beyond the limit");
        match (&whole, &pieces) {
            (Ok((a, used)), Ok((b, used_b))) => {
                assert_eq!((a.parts(), used), (b.parts(), used_b), "in pieces of {size}");
            }
            (Err(a), Err(b)) => assert_eq!(a, b, "in pieces of {size}"),
            _ => panic!("{} whole and {} in pieces of {size}", whole.is_ok(), pieces.is_ok()),
        }
    }
    let (head, used) = whole.ok()?;
    assert!(used <= LIMITS.block && head.headers().len() <= LIMITS.fields, "beyond the limits");
    Some((head, used))
}

/// What two heads are compared by.
trait Comparable {
    fn headers(&self) -> &HeaderMap;
    fn parts(&self) -> String;
}

impl Comparable for ResponseHead {
    fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    fn parts(&self) -> String {
        parts_of_response(self)
    }
}

impl Comparable for RequestHead {
    fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    fn parts(&self) -> String {
        parts_of_request(self)
    }
}

/// `Debug` hides the values that are credentials; here they count.
fn fields(headers: &HeaderMap) -> Vec<(&str, &[u8])> {
    headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes())).collect()
}

fn parts_of_response(head: &ResponseHead) -> String {
    format!("{:?} {:?} {:?} {:?}", head.version, head.status, head.reason, fields(&head.headers))
}

fn parts_of_request(head: &RequestHead) -> String {
    format!("{:?} {:?} {:?} {:?}", head.version, head.method, head.target, fields(&head.headers))
}

/// `data` as chunks of several sizes is `data` again.
fn chunks(data: &[u8]) {
    let data = &data[..data.len().min(BODY)];
    let mut wire = Vec::new();
    let mut rest = data;
    while let [first, ..] = rest {
        let (chunk, after) = rest.split_at((usize::from(*first) % 40 + 1).min(rest.len()));
        let extension = if first & 1 == 0 { "" } else { ";a=\"b\"" };
        wire.extend_from_slice(format!("{:x}{extension}\r\n", chunk.len()).as_bytes());
        wire.extend_from_slice(chunk);
        wire.extend_from_slice(b"\r\n");
        rest = after;
    }
    wire.extend_from_slice(b"0\r\nTrailer: x\r\n\r\n");
    let mut reader = BodyReader::new(Framing::Chunked, BODY);
    assert_eq!(reader.advance(&wire), wire.len());
    let Body { bytes, end } = reader.finish();
    assert_eq!((&bytes[..], end), (data, BodyEnd::Complete));
}

/// Reads a body in pieces of several sizes.
fn body(framing: Framing, data: &[u8]) {
    let read = |size: usize| {
        let mut reader = BodyReader::new(framing, BODY);
        let mut used = 0;
        for piece in data.chunks(size) {
            let taken = reader.advance(piece);
            used += taken;
            if taken < piece.len() {
                assert!(reader.is_ended(), "stopped before its end");
                break;
            }
        }
        reader.eof();
        assert!(reader.is_ended());
        assert_eq!(reader.advance(b"more"), 0, "reads beyond its end");
        let Body { bytes, end } = reader.finish();
        assert!(bytes.len() <= BODY && bytes.len() <= used, "{} bytes of {used}", bytes.len());
        (bytes, end, used)
    };
    let whole = read(data.len().max(1));
    for size in [1, 2, 5, 100] {
        assert_eq!(read(size), whole, "{framing:?} in pieces of {size}");
    }
}
