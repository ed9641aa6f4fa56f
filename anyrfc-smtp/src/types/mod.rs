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
#[cfg(feature = "mime")]
mod mime;
pub mod params;
pub mod reply;
pub mod report;
#[cfg(feature = "serde")]
mod serialised;
pub mod sign;
pub(crate) mod text;
pub mod xtext;

pub use self::{
    argument::{Argument, BurlUrl, RawCommand},
    capability::{Capabilities, Extension, FutureRelease, ServerLimits, SizeLimit},
    code::{EnhancedCode, ReplyCode, ReplyKind, StatusClass, StatusSubject},
    content::{Content, ContentError, Facts, LineEnds, LongLine, Offered, Source, WireMessage},
    domain::{Domain, EhloName},
    dsn::{EnvelopeId, Notify, OriginalRecipient, Return},
    envelope::{Envelope, EnvelopeOptions, Recipient, RecipientOptions},
    invalid::{Invalid, Problem, Subject},
    mailbox::{ForwardPath, Mailbox, ReversePath},
    params::{
        AuthParam, BodyType, DeliverBy, Hold, HoldFor, Parameter, Priority, Timestamp, TransferPreference,
    },
    reply::{Reply, ReplyRef},
    report::{Outcome, RecipientReport, SendReport},
    sign::Sign,
};
