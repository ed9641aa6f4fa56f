use http::{HeaderValue, Method, StatusCode, Version, header};

use super::*;

fn head(status: u16, fields: &[(&'static str, &'static str)]) -> ResponseHead {
    let mut head = ResponseHead::new(StatusCode::from_u16(status).unwrap());
    for (name, value) in fields {
        head.headers.append(*name, HeaderValue::from_static(value));
    }
    head
}

fn framing(status: u16, fields: &[(&'static str, &'static str)]) -> Result<Framing, HeadError> {
    Framing::of_response(&Method::GET, &head(status, fields))
}

#[test]
fn framing_of_responses() {
    assert_eq!(framing(400, &[]), Ok(Framing::Close));
    assert_eq!(framing(400, &[("content-length", "0")]), Ok(Framing::Length(0)));
    assert_eq!(
        framing(400, &[("content-length", "42, 42"), ("content-length", "42")]),
        Ok(Framing::Length(42))
    );
    assert_eq!(framing(400, &[("content-length", "18446744073709551615")]), Ok(Framing::Length(u64::MAX)));
    for status in [100, 101, 204, 304] {
        assert_eq!(framing(status, &[("content-length", "5")]), Ok(Framing::None), "{status}");
    }
    let with_length = head(200, &[("content-length", "5"), ("transfer-encoding", "chunked")]);
    assert_eq!(Framing::of_response(&Method::HEAD, &with_length), Ok(Framing::None));
    assert_eq!(Framing::of_response(&Method::CONNECT, &with_length), Ok(Framing::None));
    assert_eq!(
        Framing::of_response(&Method::CONNECT, &head(407, &[("content-length", "5")])),
        Ok(Framing::Length(5))
    );
    assert_eq!(Framing::of_response(&Method::GET, &with_length), Ok(Framing::Chunked));
    assert_eq!(framing(400, &[("transfer-encoding", "gzip, Chunked")]), Ok(Framing::Chunked));
    assert_eq!(
        framing(400, &[("transfer-encoding", "gzip"), ("transfer-encoding", "chunked")]),
        Ok(Framing::Chunked)
    );
    assert_eq!(framing(400, &[("transfer-encoding", "chunked, gzip")]), Ok(Framing::Close));
    assert_eq!(framing(400, &[("transfer-encoding", "chunked, chunked")]), Ok(Framing::Close));
    assert_eq!(framing(400, &[("transfer-encoding", "")]), Ok(Framing::Close));
    let mut old = head(400, &[("transfer-encoding", "chunked")]);
    old.version = Version::HTTP_10;
    assert_eq!(Framing::of_response(&Method::GET, &old), Ok(Framing::Close));
    assert!(head(400, &[("transfer-encoding", "")]).headers.contains_key(header::TRANSFER_ENCODING));
    for bad in ["", "-1", "+1", "1x", "0x10", "1 1", "1, 2", "1,", "18446744073709551616"] {
        assert_eq!(framing(400, &[("content-length", bad)]), Err(HeadError::BadContentLength), "{bad:?}");
    }
    assert_eq!(
        framing(400, &[("content-length", "1"), ("content-length", "2")]),
        Err(HeadError::BadContentLength)
    );
}

/// Reads `input` in pieces of every size; the answer is the same each time.
fn body(framing: Framing, limit: usize, input: &[u8]) -> (Vec<u8>, BodyEnd, usize) {
    let mut answer = None;
    for size in 1..=input.len().max(1) {
        let mut reader = BodyReader::new(framing, limit);
        let mut taken = 0;
        for piece in input.chunks(size) {
            let now = reader.advance(piece);
            taken += now;
            if now < piece.len() {
                assert!(reader.is_ended());
                break;
            }
        }
        reader.eof();
        assert!(reader.is_ended());
        let Body { bytes, end } = reader.finish();
        let this = (bytes.to_vec(), end, taken);
        assert_eq!(answer.get_or_insert_with(|| this.clone()), &this, "pieces of {size}");
    }
    answer.unwrap()
}

#[test]
fn lengths() {
    assert_eq!(body(Framing::None, 9, b"abc"), (vec![], BodyEnd::Complete, 0));
    assert_eq!(body(Framing::Length(0), 9, b"abc"), (vec![], BodyEnd::Complete, 0));
    assert_eq!(body(Framing::Length(2), 9, b"abc"), (b"ab".to_vec(), BodyEnd::Complete, 2));
    assert_eq!(body(Framing::Length(2), 2, b"abc"), (b"ab".to_vec(), BodyEnd::Complete, 2));
    assert_eq!(body(Framing::Length(3), 2, b"abc"), (b"ab".to_vec(), BodyEnd::Limit, 2));
    assert_eq!(body(Framing::Length(4), 9, b"abc"), (b"abc".to_vec(), BodyEnd::Eof, 3));
    assert_eq!(body(Framing::Length(u64::MAX), 2, b"abc"), (b"ab".to_vec(), BodyEnd::Limit, 2));
}

#[test]
fn until_the_end() {
    assert_eq!(body(Framing::Close, 9, b"abc"), (b"abc".to_vec(), BodyEnd::Complete, 3));
    assert_eq!(body(Framing::Close, 3, b"abc"), (b"abc".to_vec(), BodyEnd::Complete, 3));
    assert_eq!(body(Framing::Close, 2, b"abc"), (b"ab".to_vec(), BodyEnd::Limit, 2));
    assert_eq!(body(Framing::Close, 0, b""), (vec![], BodyEnd::Complete, 0));
    let unread = BodyReader::new(Framing::Close, 9).finish();
    assert!(unread.is_truncated() && unread.end == BodyEnd::Abandoned);
}

#[test]
fn chunks() {
    let whole = b"3\r\nabc\r\n00A;x=\"y\";z\r\n0123456789\r\n1 \r\n\n\r\n0;\r\nT: u\r\nV: w\r\n\r\nnext";
    let used = whole.len() - 4;
    assert_eq!(body(Framing::Chunked, 99, whole), (b"abc0123456789\n".to_vec(), BodyEnd::Complete, used));
    assert_eq!(body(Framing::Chunked, 14, whole), (b"abc0123456789\n".to_vec(), BodyEnd::Complete, used));
    assert_eq!(body(Framing::Chunked, 5, whole), (b"abc01".to_vec(), BodyEnd::Limit, 21 + 2));
    assert_eq!(body(Framing::Chunked, 9, b"0\r\n\r\n").1, BodyEnd::Complete);
    for end in 0..used {
        let (_, how, taken) = body(Framing::Chunked, 99, &whole[..end]);
        assert_eq!((how, taken), (BodyEnd::Eof, end));
    }
    assert_eq!(body(Framing::Chunked, 2, b"FFFFFFFFFFFFFFFF\r\nabc"), (b"ab".to_vec(), BodyEnd::Limit, 20));
}

#[test]
fn malformed_chunks_end_the_body() {
    for bad in [
        &b"\r\n"[..],
        b"x\r\n",
        b"-1\r\n",
        b";a\r\n",
        b"3\nabc",
        b"3\r\nabcd",
        b"3\r\nabc\n",
        b"3\r\nabc\rx",
        b"3\rx",
        b"3;a\nb",
        b"3;a\rb",
        b"10000000000000000\r\n",
        b"0\r\nT: u\n",
        b"0\r\n\n",
        b"0\r\nT\rx",
        b"0x3\r\nabc\r\n",
    ] {
        assert_eq!(body(Framing::Chunked, 99, bad).1, BodyEnd::Malformed, "{bad:?}");
    }
    assert_eq!(body(Framing::Chunked, 99, b"3\r\nabcd").0, b"abc");
}

#[test]
fn what_is_ignored_is_bounded() {
    let endless: [&[u8]; 4] = [b"1;", b"0\r\n", b"0\r\nT: u\r\nV: ", b""];
    for beginning in endless {
        let mut reader = BodyReader::new(Framing::Chunked, 99);
        reader.advance(beginning);
        let filler = if beginning.is_empty() { b'0' } else { b'x' };
        let taken = (0..100_000).take_while(|_| reader.advance(&[filler]) == 1).count();
        assert!(reader.is_ended() && taken <= 4100, "{taken}");
        assert_eq!(reader.finish().end, BodyEnd::Malformed);
    }
    // Trailers of one byte each count too.
    let mut reader = BodyReader::new(Framing::Chunked, 99);
    reader.advance(b"0\r\n");
    let taken = (0..100_000).take_while(|_| reader.advance(b"a\r\n") == 3).count();
    assert!(reader.is_ended() && taken <= 4096);
}
