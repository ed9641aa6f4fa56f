//! Masking (RFC 6455, section 5.3).

use bytes::BytesMut;

use super::simd;

/// Applies `key` to `data` in place, as if `data` stood `offset` bytes into the payload.
/// Doing it twice gives back the original.
#[inline]
pub fn apply(data: &mut [u8], key: [u8; 4], offset: usize) {
    simd::apply(data, key, offset);
}

/// Appends `data` to `out` under the key, in one go.
#[inline]
pub fn extend(out: &mut BytesMut, data: &[u8], key: [u8; 4], offset: usize) {
    simd::append(out, simd::NO_HEAD, data, key, offset);
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The algorithm as the RFC writes it.
    fn by_the_book(data: &[u8], key: [u8; 4], offset: usize) -> Vec<u8> {
        data.iter().enumerate().map(|(i, byte)| byte ^ key[(i + offset) % 4]).collect()
    }

    #[test]
    fn agrees_with_the_rfc_at_every_length_alignment_and_offset() {
        let key = [0x37, 0xFA, 0x21, 0x3D];
        let source: Vec<u8> = (0..=255).cycle().take(300).collect();
        for start in 0..16 {
            for length in 0..150 {
                let data = &source[start..start + length];
                for offset in 0..5 {
                    let mut masked = data.to_vec();
                    apply(&mut masked, key, offset);
                    assert_eq!(masked, by_the_book(data, key, offset));
                    let mut out = BytesMut::from(&b"before"[..]);
                    extend(&mut out, data, key, offset);
                    assert_eq!(&out[6..], masked);
                }
            }
        }
    }

    #[test]
    fn pieces_join_without_a_seam() {
        let data: Vec<u8> = (0..40_000_u32).map(|i| i as u8).collect();
        let mut out = BytesMut::new();
        extend(&mut out, &data, [1, 2, 3, 4], 3);
        assert_eq!(&out[..], by_the_book(&data, [1, 2, 3, 4], 3));
    }
}
