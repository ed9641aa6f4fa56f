//! DEFLATE as `zip` has it (RFC 7516, section 4.1.3; RFC 1951), inflated up to a limit and no further.

use anyrfc_core::Secret;
use zlib_rs::{Deflate, DeflateConfig, DeflateFlush, Inflate, InflateFlush, Status};

use crate::{Error, ErrorKind, rfc7516};

/// The window of 32 KiB, which the sender may refer back to.
const WINDOW_BITS: u8 = 15;
/// The same for a deflater; below zero means a raw stream.
const RAW_WINDOW_BITS: i32 = -(WINDOW_BITS as i32);
/// What the first buffer holds at least.
const FIRST_ROOM: usize = 1024;
/// To so many times its size is text inflated as a rule.
const USUAL_RATIO: usize = 4;

/// Inflates the whole of `input`, which is one raw DEFLATE stream and nothing else.
///
/// Memory grows with what has come out, never with what was announced, and what it leaves behind is wiped.
///
/// # Errors
/// `Protocol` when `input` is no such stream, is cut short or goes on behind its end;
/// `Limit` when there is more in it than `limit` bytes.
pub fn inflate(input: &[u8], limit: usize) -> Result<Secret<Vec<u8>>, Error> {
    let mut inflater = Inflate::new(false, WINDOW_BITS);
    let first = input.len().saturating_mul(USUAL_RATIO).max(FIRST_ROOM).min(limit);
    let mut output = Secret::new(vec![0; first]);
    let (mut taken, mut filled) = (0, 0);
    loop {
        let rest = input.get(taken..).unwrap_or_default();
        let room = output.expose_mut().get_mut(filled..).unwrap_or_default();
        let status = inflater.decompress(rest, room, InflateFlush::NoFlush).map_err(|_| malformed())?;
        taken = usize::try_from(inflater.total_in()).unwrap_or(usize::MAX);
        filled = usize::try_from(inflater.total_out()).unwrap_or(usize::MAX);
        if status == Status::StreamEnd {
            break;
        }
        if filled < output.expose().len() {
            // There is room, so that it wants input; and it has had it all.
            return Err(malformed());
        }
        if filled == limit {
            return at_limit(&mut inflater, input, taken).map(|()| output);
        }
        let grown = filled.saturating_mul(2).max(FIRST_ROOM).min(limit);
        let mut larger = Vec::with_capacity(grown);
        larger.extend_from_slice(output.expose());
        larger.resize(grown, 0);
        output = Secret::new(larger);
    }
    if taken != input.len() {
        return Err(malformed());
    }
    output.expose_mut().truncate(filled);
    Ok(output)
}

/// The limit is full: that is well if nothing comes any more but the end.
fn at_limit(inflater: &mut Inflate, input: &[u8], taken: usize) -> Result<(), Error> {
    let (before, rest) = (inflater.total_out(), input.get(taken..).unwrap_or_default());
    let status = inflater.decompress(rest, &mut [0], InflateFlush::NoFlush).map_err(|_| malformed())?;
    if inflater.total_out() != before {
        return Err(Error::new(ErrorKind::Limit, "the plaintext inflates to more than is allowed"));
    }
    // It had room, so that it has taken all that there is, unless the end came before.
    let is_whole = status == Status::StreamEnd && inflater.total_in() == input.len() as u64;
    if is_whole { Ok(()) } else { Err(malformed()) }
}

/// Deflates `input` into one raw stream.
///
/// # Errors
/// `Usage` when the library fails, which it is not known to do.
pub fn deflate(input: &[u8]) -> Result<Vec<u8>, Error> {
    let config = DeflateConfig { window_bits: RAW_WINDOW_BITS, ..DeflateConfig::default() };
    let mut deflater = Deflate::new_with_config(config);
    // What cannot be compressed is stored, in blocks of some KiB that have five bytes in front.
    let mut output = vec![0; input.len().saturating_add(input.len() / 1024).saturating_add(64)];
    let status = deflater.compress(input, &mut output, DeflateFlush::Finish);
    if status != Ok(Status::StreamEnd) {
        return Err(Error::usage("the plaintext could not be deflated"));
    }
    output.truncate(usize::try_from(deflater.total_out()).unwrap_or(usize::MAX));
    Ok(output)
}

fn malformed() -> Error {
    Error::malformed(rfc7516::ZIP_IS_UNDERSTOOD, "the plaintext is not one whole DEFLATE stream")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_deflated_is_inflated() {
        let noise: Vec<u8> = (0..100_000_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
        for text in [&b""[..], b"a", &[b'x'; 100_000], &noise] {
            let deflated = deflate(text).unwrap();
            assert_eq!(inflate(&deflated, 100_000).unwrap().expose(), text);
            assert_eq!(inflate(&deflated, text.len()).unwrap().expose(), text, "exactly the limit");
            if let Some(less) = text.len().checked_sub(1) {
                assert_eq!(inflate(&deflated, less).unwrap_err().kind(), ErrorKind::Limit);
                assert_eq!(inflate(&deflated, 0).unwrap_err().kind(), ErrorKind::Limit);
            }
        }
    }

    #[test]
    fn a_bomb_stops_at_the_limit() {
        let bomb = deflate(&vec![0; 64 << 20]).unwrap();
        assert!(bomb.len() < 100 << 10);
        assert_eq!(inflate(&bomb, 256 << 10).unwrap_err().kind(), ErrorKind::Limit);
    }

    #[test]
    fn every_cut_and_every_trailer_is_refused() {
        let deflated = deflate(b"the quick brown fox jumps over the lazy dog, the quick brown fox").unwrap();
        for end in 0..deflated.len() {
            for limit in [1 << 10, 64] {
                let error = inflate(&deflated[..end], limit).unwrap_err();
                assert_eq!(error.kind(), ErrorKind::Protocol, "{end}");
                assert_eq!(error.requirement(), Some(rfc7516::ZIP_IS_UNDERSTOOD));
            }
        }
        let mut longer = deflated.clone();
        longer.push(0);
        assert_eq!(inflate(&longer, 1 << 10).unwrap_err().kind(), ErrorKind::Protocol);
        assert_eq!(inflate(&longer, 64).unwrap_err().kind(), ErrorKind::Protocol, "at the limit too");
    }

    #[test]
    fn a_zlib_header_is_no_deflate() {
        let zlib = [0x78, 0x9c, 0x4b, 0x4c, 0x4a, 0x06, 0, 2, 0x4d, 1, 0x27];
        assert_eq!(inflate(&zlib, 64).unwrap_err().kind(), ErrorKind::Protocol);
    }
}
