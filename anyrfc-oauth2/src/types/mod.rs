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
