//! The push parser: a message a piece at a time, without I/O.
//!
//! [`MimeReader`] is the state machine; [`State::TRANSITIONS`] is its table, and this its picture
//! (Mermaid):
//!
//! ```text
//! stateDiagram-v2
//!     Header --> Header : a message inside
//!     Header --> Body : data
//!     Header --> Preamble : multipart
//!     Body --> Delimiter
//!     Preamble --> Delimiter
//!     Delimiter --> Header : the next part
//!     Delimiter --> Epilogue : the last delimiter
//!     Epilogue --> Delimiter : of an outer level
//!     Body --> End
//!     Preamble --> End
//!     Epilogue --> End
//! ```

#![deny(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::arithmetic_side_effects
)]
#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::indexing_slicing,
        clippy::string_slice,
        clippy::arithmetic_side_effects
    )
)]

mod boundary;
mod described;
mod event;
mod header;
mod reader;
mod state;

pub use event::{BodyKind, Event, Field};
pub use reader::MimeReader;
pub(crate) use reader::{Queued, Step};
pub use state::State;
