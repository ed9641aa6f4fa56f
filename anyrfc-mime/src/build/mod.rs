//! Building messages.
//!
//! [`Builder`] takes strings, tuples and parts; what it makes is [`Composed`], which is written
//! for the [`Receiver`] at hand, whole or a piece at a time by a [`Writer`]. Nothing that was
//! given can become structure: line breaks and other control characters in names, subjects,
//! addresses and parameters are refused.

mod address;
mod builder;
mod composed;
mod content;
mod field;
mod flowed;
mod fold;
mod list;
mod multipart;
mod notification;
mod params;
mod part;
mod plan;
mod reply;
mod request;
mod resent;
mod structure;
mod transfer;
mod unique;
mod whole;
mod words;
mod writer;

pub use self::{
    address::{Addresses, IntoAddresses},
    builder::Builder,
    composed::{Composed, Envelope},
    content::IntoContent,
    list::MailingList,
    multipart::MultiPart,
    notification::{DispositionType, Notification},
    part::Part,
    request::{Consent, NotificationRequest},
    resent::{Resend, Resent},
    transfer::{Domain, Receiver},
    writer::Writer,
};
