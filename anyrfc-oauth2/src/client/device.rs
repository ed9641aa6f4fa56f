//! Logging in by another device (RFC 8628).

#[cfg(test)]
mod tests;

use std::fmt;

use anyrfc_core::BoxFuture;
use tokio::time::{Instant, sleep_until};

use super::OAuth2Client;
use crate::{
    Error, TokenResponse,
    proto::{DeviceAuthorization, DeviceFlow, DeviceProgress, DeviceRequest, DeviceStep},
};

/// A request for a device code, not sent yet.
#[derive(Debug)]
#[must_use = "nothing is asked before `send`"]
pub struct DeviceAuthorizationRequest {
    client: OAuth2Client,
    grant: DeviceRequest,
}

impl OAuth2Client {
    /// Lets the user log in by another device (RFC 8628). Begin when the user asks for it.
    ///
    /// ```no_run
    /// # use anyrfc_oauth2::{OAuth2Client, Scope, TokenResponse, Error};
    /// # async fn login(client: &OAuth2Client) -> Result<TokenResponse, Error> {
    /// let mut login = client.device_authorization().scope(Scope::new("mail.read")?).send().await?;
    /// let told = login.authorization();
    /// println!("Visit {} and enter {}", told.verification_uri(), told.user_code());
    /// login.poll(|progress| println!("{} s left", progress.expires_in.as_secs())).await
    /// # }
    /// ```
    pub fn device_authorization(&self) -> DeviceAuthorizationRequest {
        DeviceAuthorizationRequest { client: self.clone(), grant: DeviceRequest::new() }
    }
}

impl DeviceAuthorizationRequest {
    crate::proto::grant_options!();

    /// Asks for the codes.
    ///
    /// # Errors
    /// Of kind `Usage` or `Unsupported` when they cannot be asked for, before anything is sent;
    /// `Auth` or `Refused` when the server refuses; `Protocol` when a code is missing or the
    /// address is none that a browser may be sent to; else what the
    /// [`HttpClient`](super::HttpClient) returns.
    ///
    /// # Cancel safety
    /// Dropping the future drops the request; a code that the server gave expires by itself.
    pub async fn send(self) -> Result<DeviceLogin, Error> {
        let authorization = self.client.run(self.grant.exchange(self.client.config())?).await?;
        let flow = DeviceFlow::new(self.client.config(), &self.grant, authorization, &self.client.now());
        Ok(DeviceLogin { client: self.client, flow, asking: None })
    }
}

/// A login that waits for the user.
pub struct DeviceLogin {
    client: OAuth2Client,
    flow: DeviceFlow,
    /// The poll that is under way: it lives here, so that nobody who stops waiting loses the
    /// tokens that it may bring.
    asking: Option<BoxFuture<'static, Result<TokenResponse, Error>>>,
}

impl fmt::Debug for DeviceLogin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DeviceLogin").field("flow", &self.flow).finish_non_exhaustive()
    }
}

impl DeviceLogin {
    /// What the user has to be told.
    #[must_use]
    pub fn authorization(&self) -> &DeviceAuthorization {
        self.flow.authorization()
    }

    /// How it is coming along.
    #[must_use]
    pub fn progress(&self) -> DeviceProgress {
        self.flow.progress(&self.client.now())
    }

    /// Polls until the user has agreed (RFC 8628, section 3.5). `progress` is called whenever it
    /// begins to wait.
    ///
    /// # Errors
    /// Of kind `Refused` when the user says no (`access_denied` in [`Error::response`]) or the codes
    /// expire (`expired_token`); of any other when the server refuses for another reason or breaks
    /// the protocol. That the server does not answer is no error: it is asked again, later each
    /// time, until the codes expire. Of kind `Usage` after the end.
    ///
    /// # Cancel safety
    /// Nothing is lost by dropping the future: called again, it goes on with the poll that was under
    /// way, or waits for the rest of the time, and never polls too early.
    pub async fn poll(&mut self, mut progress: impl FnMut(&DeviceProgress)) -> Result<TokenResponse, Error> {
        loop {
            if let Some(asking) = &mut self.asking {
                let answer = asking.as_mut().await;
                self.asking = None;
                if let Some(tokens) = self.flow.answer(answer, &self.client.now())? {
                    return Ok(tokens);
                }
            }
            match self.flow.next(&self.client.now())? {
                DeviceStep::Wait(until) => {
                    progress(&self.progress());
                    sleep_until(Instant::from_std(until)).await;
                }
                DeviceStep::Ask(exchange) => {
                    let client = self.client.clone();
                    self.asking = Some(Box::pin(async move { client.run(*exchange).await }));
                }
            }
        }
    }
}
