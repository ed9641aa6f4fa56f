//! Exchanges: mechanisms, what drives them, and what chooses among them.
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

mod anonymous;
mod bearer;
mod cram_md5;
mod digest_md5;
mod exchange;
mod external;
mod gssapi;
mod login;
mod mechanism;
mod negotiator;
mod once;
mod plain;
pub(crate) mod policy;
mod scram;
mod state;

#[cfg(feature = "gssapi")]
pub use self::gssapi::Kerberos;
#[cfg(feature = "testing")]
pub(crate) use self::scram::Keys;
pub use self::{
    anonymous::Anonymous,
    bearer::{OauthBearer, Xoauth2},
    cram_md5::CramMd5,
    digest_md5::DigestMd5,
    exchange::Exchange,
    external::External,
    gssapi::{Gs2Krb5, GssContext, GssFlags, GssToken, Gssapi},
    login::Login,
    mechanism::{Mechanism, Step},
    negotiator::{Negotiator, Next, Strength},
    plain::Plain,
    policy::{Policy, Reason, Refusal},
    scram::{KeyCache, Scram, ScramHash},
    state::{Input, State},
};
