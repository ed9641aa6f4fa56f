//! The examples of RFC 7516, appendix A, RFC 7517, appendix C, and RFC 7520, sections 5 and 6.

/// An array of objects. Each has a `name` that says whose example it is, its `plaintext` (or
/// `plaintext_b64`), the `key`, `keys` or `password`, and the JWE: `compact`, `general`, `flattened`, those
/// of them that are printed. Beside that, where it was drawn at random, its `cek` and its `epk`.
pub const EXAMPLES: &str = include_str!("jwe.json");
