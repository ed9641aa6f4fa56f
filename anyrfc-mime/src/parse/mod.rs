//! Whole messages, read.

mod check;
mod edit;
mod entity;
mod header;
mod message;
mod tree;
mod views;

pub use edit::{HeaderEdit, RawValue};
pub use entity::Entity;
pub use header::{Header, HeaderContent, Headers};
pub use message::{Message, OwnedMessage};
