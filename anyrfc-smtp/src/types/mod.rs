//! Values, built only through a check.

pub mod argument;
pub mod capability;
pub mod code;
pub mod content;
pub mod domain;
pub mod dsn;
pub mod envelope;
pub mod invalid;
pub mod mailbox;
pub mod params;
pub mod reply;
pub mod report;
pub mod sign;
pub mod xtext;
