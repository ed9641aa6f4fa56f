//! Validated values in the RFCs' own words.

mod binding;
mod established;
mod name;
mod nonce;
mod pin;
pub(crate) mod preparation;
mod server;
mod service;
mod username;

pub use self::{
    binding::{Binding, BindingType, Channel, ChannelBinding},
    established::Established,
    name::{MechanismName, NameError},
    nonce::{Nonce, NonceError},
    pin::Pin,
    preparation::{Preparation, PreparationError},
    server::{BearerError, ScramError},
    service::Service,
    username::UsernameProfile,
};
