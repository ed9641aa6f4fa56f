//! RFC 8628, section by section.

mod section_3_1;
mod section_3_2;
mod section_3_4;
mod section_3_5;

use std::time::Duration;

use anyrfc_core::compliance::Check;

use super::{
    Waived,
    granted::{ID, ISSUER, builder},
};
use crate::{
    OAuth2Client, TokenResponse,
    client::DeviceLogin,
    testing::{AuthorizationServer, Place, Registered},
};

pub(super) const GROUPS: &[&[Check]] =
    &[section_3_1::CHECKS, section_3_2::CHECKS, section_3_4::CHECKS, section_3_5::CHECKS];

/// The requirements without a check.
pub(super) const WAIVERS: &[Waived] = &[];

/// A server that knows the client as a public one.
fn public() -> AuthorizationServer {
    AuthorizationServer::new(ISSUER).client(Registered::public(ID))
}

async fn client(server: &AuthorizationServer) -> OAuth2Client {
    builder(server).await.build().expect("a client")
}

async fn login(server: &AuthorizationServer) -> DeviceLogin {
    client(server).await.device_authorization().send().await.expect("codes")
}

/// At how many seconds after the codes were given the server was polled.
fn polls(server: &AuthorizationServer) -> Vec<u64> {
    let start = server.requests_to(Place::DeviceAuthorization)[0].at;
    server.requests_to(Place::Token).iter().map(|poll| (poll.at - start).as_secs()).collect()
}

/// Polls while the user needs so many seconds to agree.
async fn granted_after(server: &AuthorizationServer, login: &mut DeviceLogin, seconds: u64) -> TokenResponse {
    let code = login.authorization().user_code().to_owned();
    let user = async {
        tokio::time::sleep(Duration::from_secs(seconds)).await;
        server.approve_device(&code);
    };
    let (token, ()) = tokio::join!(login.poll(|_| ()), user);
    token.expect("a token")
}
