//! Streams of responses.

use anyrfc_imap::{
    Tolerance,
    codec::{Context, ReadLimits, Text, parse},
    types::RowTables,
};

use crate::trace::{describe, trace};

/// Reads `data` as a stream of responses: in pieces of many sizes it is the same as in one, whether
/// bodies are streamed or not; and as one response, which it is not.
pub fn responses(data: &[u8]) {
    for (inline_max, limit) in [(0, 1 << 20), (8, 1 << 20), (4, 64)] {
        let mut limits = ReadLimits::default();
        (limits.inline_max, limits.line, limits.search_line) = (inline_max, limit, 2 * limit);
        (limits.literal, limits.response) = (limit, 4 * limit);
        for tolerance in [Tolerance::Strict, Tolerance::Field, Tolerance::Lenient] {
            let whole = trace(data, limits, tolerance, || data.len());
            for size in [1, 3, 61] {
                let pieces = trace(data, limits, tolerance, || size);
                assert_eq!(pieces, whole, "in pieces of {size}");
            }
        }
    }
    let (mut tables, context) = (RowTables::new(), Context::default());
    let response = parse(Text::new(data), &context, &mut tables, &mut ());
    assert!(!describe(&response).is_empty());
}
