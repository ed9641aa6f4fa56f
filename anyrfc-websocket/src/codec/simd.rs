//! The one place with `unsafe`: masking at the speed of the memory.
//!
//! Payloads are masked while they are copied, straight into room that was
//! reserved and never filled with zeros first, and on x86-64 with AVX2 where the
//! processor has it. The loops themselves are safe Rust over whole words, which
//! the compiler turns into vector instructions; only where the bytes go and
//! which instructions they are compiled for needs `unsafe`.

use std::mem::MaybeUninit;

use bytes::BytesMut;

/// From this many bytes on it pays to ask the processor what it can.
#[cfg(target_arch = "x86_64")]
const WIDE_FROM: usize = 256;
/// Room for a header: the longest has 14 bytes, and these are two words.
const FRONT: usize = 16;
/// Nothing stands before the payload.
pub(super) const NO_HEAD: (u128, usize) = (0, 0);

/// The key as it stands `offset` bytes into the payload, twice; the first byte lowest.
#[inline]
fn wide(key: [u8; 4], offset: usize) -> u64 {
    let turned = u32::from_le_bytes(key).rotate_right(((offset & 3) as u32) << 3);
    (u64::from(turned) << 32) | u64::from(turned)
}

/// Whether so many bytes are better masked with AVX2, and can be.
#[cfg(target_arch = "x86_64")]
#[inline]
fn is_wide(length: usize) -> bool {
    // Miri runs none of these instructions, and the same loops without them.
    !cfg!(miri) && length >= WIDE_FROM && std::arch::is_x86_feature_detected!("avx2")
}

/// Applies the key to `data` in place.
#[inline]
pub(super) fn apply(data: &mut [u8], key: [u8; 4], offset: usize) {
    let wide = wide(key, offset);
    #[cfg(target_arch = "x86_64")]
    if is_wide(data.len()) {
        // SAFETY: the processor has AVX2.
        return unsafe { apply_avx2(data, wide) };
    }
    apply_words(data, wide);
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn apply_avx2(data: &mut [u8], wide: u64) {
    apply_words(data, wide);
}

/// Always inlined, so that it is compiled for what its caller may use.
#[inline(always)]
fn apply_words(data: &mut [u8], wide: u64) {
    let (words, tail) = data.as_chunks_mut::<8>();
    for word in words {
        *word = (u64::from_le_bytes(*word) ^ wide).to_le_bytes();
    }
    // Words are whole keys: the tail begins with the key's beginning again.
    for (byte, key) in tail.iter_mut().zip(wide.to_le_bytes()) {
        *byte ^= key;
    }
}

/// Appends the first `used` bytes of `head`, the lowest first, then `data` under
/// the key, which begins `offset` bytes into the payload.
#[inline]
pub(super) fn append(
    out: &mut BytesMut,
    (head, used): (u128, usize),
    data: &[u8],
    key: [u8; 4],
    offset: usize,
) {
    let used = used.min(FRONT);
    // The head is written whole, whatever its length; the payload goes over its end.
    out.reserve(FRONT.saturating_add(data.len()));
    let end = used.saturating_add(data.len());
    let length = out.len().saturating_add(end);
    let room = out.spare_capacity_mut();
    let Some(front) = room.first_chunk_mut::<FRONT>() else { return };
    *front = head.to_le_bytes().map(MaybeUninit::new);
    let Some(body) = room.get_mut(used..end) else { return };
    copy(body, data, wide(key, offset));
    // SAFETY: `used` bytes were written by way of `front`, and `data.len()` behind them by
    // `copy`, all of them to the spare capacity, which is where `out` ended until now.
    unsafe { out.set_len(length) };
}

/// Fills `room` with `data` under the key; both are of the same length.
#[inline]
fn copy(room: &mut [MaybeUninit<u8>], data: &[u8], wide: u64) {
    #[cfg(target_arch = "x86_64")]
    if is_wide(data.len()) {
        // SAFETY: the processor has AVX2.
        return unsafe { copy_avx2(room, data, wide) };
    }
    copy_words(room, data, wide);
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn copy_avx2(room: &mut [MaybeUninit<u8>], data: &[u8], wide: u64) {
    copy_words(room, data, wide);
}

/// Always inlined, so that it is compiled for what its caller may use.
#[inline(always)]
fn copy_words(room: &mut [MaybeUninit<u8>], data: &[u8], wide: u64) {
    // All of `room` has to be filled: its owner takes it for that.
    assert_eq!(room.len(), data.len());
    let (words, tail) = data.as_chunks::<8>();
    let (into, rest) = room.as_chunks_mut::<8>();
    for (into, word) in into.iter_mut().zip(words) {
        *into = (u64::from_le_bytes(*word) ^ wide).to_le_bytes().map(MaybeUninit::new);
    }
    for ((into, byte), key) in rest.iter_mut().zip(tail).zip(wide.to_le_bytes()) {
        into.write(byte ^ key);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: [u8; 4] = [0x37, 0xFA, 0x21, 0x3D];
    const HEAD: [u8; FRONT] = *b"0123456789abcdef";

    /// The algorithm as the RFC writes it.
    fn by_the_book(data: &[u8], offset: usize) -> Vec<u8> {
        data.iter().enumerate().map(|(i, byte)| byte ^ KEY[(i + offset) % 4]).collect()
    }

    /// So many bytes of which no two neighbours, words or vectors are alike.
    fn source(length: usize) -> Vec<u8> {
        (0..length as u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 13) as u8).collect()
    }

    /// Every length of a few vectors, and some longer ones. Under miri every byte is dear.
    fn lengths() -> impl Iterator<Item = usize> {
        let (few, more) = if cfg!(miri) { (20, 0) } else { (400, 5) };
        (0..few).chain([33, 257]).chain([1023, 1024, 1025, 4095, 4103].into_iter().take(more))
    }

    const STARTS: usize = if cfg!(miri) { 9 } else { 33 };

    #[test]
    fn in_place_it_is_the_rfc_at_every_length_alignment_and_offset() {
        for length in lengths() {
            for start in 0..STARTS {
                for offset in 0..if cfg!(miri) { 2 } else { 5 } {
                    let before = source(start + length + 40);
                    let mut after = before.clone();
                    apply(&mut after[start..start + length], KEY, offset);
                    assert_eq!(
                        after[start..start + length],
                        by_the_book(&before[start..start + length], offset)
                    );
                    assert_eq!(after[..start], before[..start]);
                    assert_eq!(after[start + length..], before[start + length..]);
                }
            }
        }
    }

    #[test]
    fn appended_it_is_the_rfc_at_every_length_alignment_and_offset() {
        for length in lengths() {
            for start in 0..STARTS {
                let source = source(start + length);
                let data = &source[start..];
                // Where the bytes go is aligned otherwise than where they come from.
                let (before, used) = (&source[..start / 2], start % (FRONT + 1));
                for exact in [false, true] {
                    let mut out = BytesMut::from(before);
                    if exact {
                        // The room ends where the payload does, or where the head needs it to.
                        out = BytesMut::with_capacity(before.len() + FRONT + length);
                        out.extend_from_slice(before);
                    }
                    append(&mut out, (u128::from_le_bytes(HEAD), used), data, KEY, start);
                    assert_eq!(out[..before.len()], *before);
                    assert_eq!(out[before.len()..][..used], HEAD[..used]);
                    assert_eq!(out[before.len() + used..], by_the_book(data, start));
                }
            }
        }
    }

    #[cfg(target_arch = "x86_64")]
    #[test]
    fn vectors_are_for_what_is_long() {
        let can = !cfg!(miri) && std::arch::is_x86_feature_detected!("avx2");
        assert_eq!([0, WIDE_FROM - 1, WIDE_FROM, WIDE_FROM + 1].map(is_wide), [false, false, can, can]);
    }

    #[test]
    fn a_head_that_is_too_long_is_cut() {
        let mut out = BytesMut::new();
        append(&mut out, (u128::from_le_bytes(HEAD), usize::MAX), b"", KEY, 0);
        assert_eq!(out[..], HEAD);
    }

    #[test]
    #[should_panic = "left == right"]
    fn room_that_would_not_be_filled_is_refused() {
        copy_words(&mut [MaybeUninit::uninit(); 9], &[0; 8], 0);
    }

    #[cfg(target_arch = "x86_64")]
    #[test]
    fn vectors_do_what_words_do_at_every_length() {
        if cfg!(miri) || !std::arch::is_x86_feature_detected!("avx2") {
            return;
        }
        for length in lengths() {
            for start in 0..STARTS {
                let source = source(start + length);
                let data = &source[start..];
                let wide = wide(KEY, 1);
                let mut words = data.to_vec();
                apply_words(&mut words, wide);
                let mut vectors = source.clone();
                // SAFETY: the processor has AVX2.
                unsafe { apply_avx2(&mut vectors[start..], wide) };
                assert_eq!(vectors[start..], words);
                let mut room = vec![MaybeUninit::new(0); start + length];
                // SAFETY: the processor has AVX2.
                unsafe { copy_avx2(&mut room[start..], data, wide) };
                // SAFETY: they were all written, before or by `copy_avx2`.
                let room: Vec<u8> = room.into_iter().map(|byte| unsafe { byte.assume_init() }).collect();
                assert_eq!(room[start..], words);
            }
        }
    }
}
