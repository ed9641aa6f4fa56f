//! How much a message may make its reader do.

/// What a message may cost. Beyond a limit nothing fails: what is over it is left whole or left
/// out, and a defect says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct MimeLimits {
    /// Parts inside parts. Default 64; more than [`MimeLimits::DEPTH_MAX`] counts as that.
    pub depth: usize,
    /// Parts of a message in all. Default 10 000.
    pub parts: usize,
    /// Fields of one header. Default 10 000.
    pub headers: usize,
    /// Octets of one field, its name and folding included. Default 256 KiB.
    pub header: usize,
    /// Parameters of one field, sections of long ones counted one by one. Default 1000.
    pub parameters: usize,
    /// Addresses of one field. Default 100 000.
    pub addresses: usize,
}

impl MimeLimits {
    /// The most nesting that can be asked for: what is looked for in every line grows with it.
    pub const DEPTH_MAX: usize = 256;
}

impl Default for MimeLimits {
    fn default() -> Self {
        Self {
            depth: 64,
            parts: 10_000,
            headers: 10_000,
            header: 256 << 10,
            parameters: 1000,
            addresses: 100_000,
        }
    }
}
