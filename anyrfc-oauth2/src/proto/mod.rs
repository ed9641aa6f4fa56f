//! The flows: requests made, answers judged. No I/O, no clock.

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

mod auth;
mod authorization;
mod client;
mod device;
mod discovery;
mod dpop;
mod exchange;
mod fapi2;
mod grant;
mod id_token;
mod introspection;
mod jar;
mod logout;
mod par;
mod pkce;
mod random;
mod registration;
mod resource;
mod revocation;
mod state;
mod userinfo;

#[cfg(feature = "client")]
pub(crate) use discovery::bare_request;
#[cfg(feature = "client")]
pub(crate) use exchange::refusal;
#[cfg(feature = "client")]
pub(crate) use id_token::asymmetric;

pub use auth::{Assertion, Audience, ClientAssertion, ClientAuthentication};
pub use authorization::{Authorization, AuthorizationRequest, Pending, Prompt, ResponseMode, Start};
pub use client::{Client, Config, Moment};
pub use device::{
    DeviceAuthorization, DeviceEvent, DeviceFlow, DeviceInput, DeviceProgress, DeviceRequest, DeviceState,
    DeviceStep,
};
pub use discovery::{Discovery, WellKnown};
pub use dpop::DpopKey;
pub use exchange::{Exchange, HttpRequest, HttpResponse, Step};
#[cfg(feature = "client")]
pub(crate) use grant::grant_options;
pub use grant::{Grant, SecurityToken, TokenExchange};
pub use id_token::IdTokenValidation;
pub use introspection::{IntrospectionAnswer, SignedIntrospection};
pub use logout::{Logout, PendingLogout};
pub use pkce::CodeVerifier;
pub use random::Random;
pub use registration::Registrar;
pub use resource::{ResourceDiscovery, ResourceRequest};
pub use revocation::Presented;
#[cfg(feature = "client")]
pub(crate) use state::{Done, Keeper, Means, Seat, Task, TokenData, Want, is_passing};
pub use state::{Input, State, StoredTokens, Token};
pub use userinfo::{UserInfoAnswer, UserInfoRequest};
