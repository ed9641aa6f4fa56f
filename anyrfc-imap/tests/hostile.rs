//! Responses that are built to hurt.

#[path = "support/shapes.rs"]
mod shapes;
#[path = "support/trace.rs"]
mod trace;

use anyrfc_imap::Tolerance;
use anyrfc_imap::codec::ReadLimits;

#[test]
fn every_shape_is_read_to_its_end_on_a_small_stack() {
    let work = std::thread::Builder::new().stack_size(256 << 10);
    let check = || {
        for (name, stream) in shapes::shapes(16 << 10) {
            assert!(shapes::read_all(&stream) > 0, "{name}");
        }
    };
    work.spawn(check).unwrap().join().unwrap();
}

#[test]
fn every_shape_is_read_alike_in_every_chunking() {
    for (name, stream) in shapes::shapes(700) {
        for tolerance in [Tolerance::Field, Tolerance::Lenient] {
            let mut limits = ReadLimits::default();
            limits.inline_max = 16;
            let whole = trace::trace(&stream, limits, tolerance, || stream.len());
            for size in [1, 61] {
                assert_eq!(trace::trace(&stream, limits, tolerance, || size), whole, "{name}");
            }
        }
    }
}
