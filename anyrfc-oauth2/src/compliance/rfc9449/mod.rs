//! RFC 9449, section by section.

mod section_10;
mod section_4;
mod section_5;
mod section_7;
mod section_8;

use anyrfc_core::compliance::Check;

use super::{
    Waived,
    granted::{builder, secret},
};
use crate::{
    OAuth2Client,
    proto::{ClientAuthentication, DpopKey},
    testing::AuthorizationServer,
};

pub(super) const GROUPS: &[&[Check]] =
    &[section_4::CHECKS, section_5::CHECKS, section_7::CHECKS, section_8::CHECKS, section_10::CHECKS];

/// The requirements without a check.
pub(super) const WAIVERS: &[Waived] = &[];

/// The protected resource.
const API: &str = "https://api.example/v1";

/// A client that proves itself by its secret, and its tokens by this key.
async fn bound(server: &AuthorizationServer, key: &DpopKey) -> OAuth2Client {
    let method = ClientAuthentication::SecretBasic(secret());
    let builder = builder(server).await.authentication(method).dpop(key.clone());
    builder.build().expect("a client")
}
