//! The device authorization grant (RFC 8628): for what has no browser, or no keyboard.

mod answer;
mod flow;
mod state;
#[cfg(test)]
mod tests;

pub use answer::DeviceAuthorization;
pub use flow::{DeviceEvent, DeviceFlow, DeviceProgress, DeviceStep};
pub use state::{DeviceInput, DeviceState};

use super::{Client, Exchange, Grant, grant::grant_options};
use crate::{Error, codec::form::Form, rfc8628};

/// A request for a device code (RFC 8628, section 3.1). Begin when the user asks for it, not at
/// start-up and not after a failure: each one is a chance to be phished by.
#[derive(Clone, Debug)]
#[must_use]
pub struct DeviceRequest {
    grant: Grant,
}

impl Default for DeviceRequest {
    fn default() -> Self {
        Self::new()
    }
}

impl DeviceRequest {
    /// For whatever the server grants by default.
    pub fn new() -> Self {
        Self { grant: Grant::device() }
    }

    grant_options!();

    /// The question to `client`'s server.
    ///
    /// # Errors
    /// Of kind `Usage` when it cannot be asked for so, `Unsupported` when the server has no device
    /// authorization endpoint.
    pub fn exchange(&self, client: &Client) -> Result<Exchange<DeviceAuthorization>, Error> {
        self.grant.fit()?;
        let named = client.server.device_authorization_endpoint.as_ref();
        let requirement = rfc8628::ENDPOINT_METADATA_MAY_BE_LEFT_OUT;
        let endpoint = client.endpoint("device_authorization_endpoint", named, requirement)?;
        let mut form = Form::new();
        self.grant.extend(&mut form);
        Ok(Exchange::form(client, endpoint, form, DeviceAuthorization::read))
    }
}
