//! From commands to bytes: the client's half of the grammar (RFC 9051, section 9).
//!
//! The [`Encoder`] is the only thing that writes a command's arguments. It picks the form in which
//! a string is sent (atom, quoted, literal), and no argument can end the line it stands in: CR and
//! LF travel in literals, whose length is said before, and NUL does not travel at all.

mod annotation;
mod arguments;
mod dialect;
mod encoder;
mod segment;
#[cfg(test)]
pub(crate) mod tests;

pub use self::{
    dialect::{Dialect, NonSync},
    encoder::Encoder,
    segment::{Encoded, Segment},
};
