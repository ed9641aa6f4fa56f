//! The fuzz target of `anyrfc-sasl`: a plain function that panics when
//! something is wrong, whatever the bytes.
#![forbid(unsafe_code)]

mod codec;
mod exchange;
mod negotiation;

use fuzz_runner::Target;

/// The target, for the runner on stable.
pub const TARGETS: &[Target] = &[Target { name: "sasl", run: sasl }];

/// The first byte picks a mechanism, or what else there is; the rest are the server's
/// messages, a line each.
pub fn sasl(data: &[u8]) {
    let Some((&pick, rest)) = data.split_first() else { return };
    match pick {
        b'a'..=b'p' => exchange::client(pick, rest),
        b'A'..=b'L' => exchange::server(pick, rest),
        b'0' => negotiation::choose(rest),
        _ => codec::grammar(rest),
    }
}
