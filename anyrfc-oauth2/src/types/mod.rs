//! Validated values, in the words of the RFCs.

mod authorization_details;
mod challenge;
mod client_id;
mod error_response;
mod id_token;
mod introspection;
mod metadata;
mod registration;
mod resource;
mod scope;
mod secret;
mod token;
mod tolerance;
mod url;

pub use authorization_details::AuthorizationDetail;
pub use challenge::{AuthScheme, Challenge, Denial, Denied, StepUp};
pub use client_id::ClientId;
pub use error_response::{ErrorCode, ErrorResponse};
pub use id_token::{IdToken, UserInfo};
pub use introspection::{ActiveToken, Introspection};
pub use metadata::ServerMetadata;
pub(crate) use registration::update_of;
pub use registration::{ClientMetadata, RegisteredClient, SecretLife, check_client_document};
pub use resource::{ResourceMetadata, UntrustedIssuer};
pub use scope::Scope;
pub use secret::{AccessToken, AuthorizationCode, ClientSecret, DeviceCode, RefreshToken};
pub(crate) use token::lifetime;
pub use token::{TokenResponse, TokenType};
pub use tolerance::{Quirk, Tolerances};
pub(crate) use url::is_loopback;
pub use url::{Endpoint, Issuer, RedirectUri, UrlPolicy};
