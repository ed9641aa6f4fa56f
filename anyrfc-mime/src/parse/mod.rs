//! Whole messages, read.

mod entity;
mod header;
mod message;
mod tree;
mod views;

pub use entity::Entity;
pub use header::{Header, HeaderContent, Headers};
pub use message::{Message, OwnedMessage};
