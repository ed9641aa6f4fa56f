//! Submits mail, and says of every recipient what has become of it.
#![forbid(unsafe_code)]
#![cfg_attr(docsrs, feature(doc_cfg))]

#[cfg(feature = "client")]
pub mod client;
pub mod codec;
#[cfg(feature = "compliance")]
pub mod compliance;
pub mod error;
pub mod proto;
pub mod rfc1870;
pub mod rfc2033;
pub mod rfc2034;
pub mod rfc2852;
pub mod rfc2920;
pub mod rfc3030;
pub mod rfc3207;
pub mod rfc3461;
pub mod rfc3463;
pub mod rfc4468;
pub mod rfc4865;
pub mod rfc4954;
pub mod rfc5321;
pub mod rfc6152;
pub mod rfc6409;
pub mod rfc6531;
pub mod rfc6710;
pub mod rfc8314;
pub mod rfc8689;
#[cfg(feature = "testing")]
pub mod testing;
pub mod types;
mod wire;

// Of core, what this crate shows.
pub use anyrfc_core::{
    BoxFuture, CredentialReason, CredentialRequest, CredentialSource, Credentials, Deviation, Deviations,
    ErrorKind, Fault, Limits, ProtocolState, Requirement, Secret, TlsInfo, Tolerance,
    credentials::CredentialError,
};
#[cfg(feature = "client")]
pub use anyrfc_core::{ProtocolClient, Security, tls, transport};

#[cfg(feature = "client")]
pub use crate::client::{Builder, Login, Pipeline, Pool, Pooled, SmtpClient, Ticket, Transaction};

pub use crate::{
    codec::command::Command,
    error::{Error, Waited},
    types::{
        Argument, AuthParam, BodyType, BurlUrl, Capabilities, Content, ContentError, DeliverBy, Domain,
        EhloName, EnhancedCode, Envelope, EnvelopeId, EnvelopeOptions, Extension, Facts, ForwardPath,
        FutureRelease, Hold, HoldFor, Invalid, LineEnds, Mailbox, Notify, Offered, OriginalRecipient,
        Outcome, Parameter, Priority, RawCommand, Recipient, RecipientOptions, RecipientReport, Reply,
        ReplyCode, ReplyKind, Return, ReversePath, SendReport, ServerLimits, SizeLimit, Source, StatusClass,
        StatusSubject, Timestamp, TransferPreference, WireMessage,
    },
};
