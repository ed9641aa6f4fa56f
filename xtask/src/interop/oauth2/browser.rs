//! A browser without a window: it keeps cookies and goes where it is sent.

use std::collections::BTreeMap;

use anyrfc_oauth2::{
    client::{HttpClient, HttpLimits, ReqwestClient},
    proto::{HttpRequest, HttpResponse},
};
use bytes::Bytes;

use crate::Result;

/// More redirections than this lead nowhere.
const REDIRECTIONS: usize = 20;

/// The browser of one user.
#[derive(Debug)]
pub(super) struct Browser {
    http: ReqwestClient,
    /// By name; all pages are one site's.
    cookies: BTreeMap<String, String>,
}

impl Browser {
    pub(super) fn new(http: ReqwestClient) -> Self {
        Self { http, cookies: BTreeMap::new() }
    }

    /// Asks once, and follows nothing.
    pub(super) async fn ask(
        &mut self,
        request: http::request::Builder,
        body: impl Into<Bytes>,
    ) -> Result<HttpResponse> {
        let cookies: Vec<_> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let request = if cookies.is_empty() { request } else { request.header("cookie", cookies.join("; ")) };
        let request: HttpRequest = request.body(body.into())?;
        let response = self.http.send(request, HttpLimits::default()).await?;
        for cookie in response.headers().get_all("set-cookie") {
            let pair = cookie.to_str()?.split(';').next().unwrap_or_default();
            let (name, value) = pair.split_once('=').ok_or("a cookie without a value")?;
            if value.is_empty() {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        Ok(response)
    }

    /// Goes to `url` and on, until it is sent to a URL that starts with `end`; which is not visited.
    pub(super) async fn until(&mut self, url: &str, end: &str) -> Result<String> {
        let mut url = url.to_owned();
        for _ in 0..REDIRECTIONS {
            let response = self.ask(http::Request::get(&*url), "").await?;
            let Some(location) = response.headers().get("location") else {
                let page = String::from_utf8_lossy(response.body()).chars().take(400).collect::<String>();
                return Err(
                    format!("{url} answered {} and redirects nowhere: {page}", response.status()).into()
                );
            };
            let next = anyrfc_core::uri::Uri::parse(&url)?.resolve(location.to_str()?)?;
            url = if location.to_str()?.starts_with(end) {
                location.to_str()?.to_owned()
            } else {
                next.as_str().to_owned()
            };
            if url.starts_with(end) {
                return Ok(url);
            }
        }
        Err("the browser is sent round and round".into())
    }

    /// A form by POST; the text of the page that it ends at.
    pub(super) async fn submit(&mut self, url: &str, form: String) -> Result<String> {
        let request = http::Request::post(url).header("content-type", "application/x-www-form-urlencoded");
        let first = self.ask(request, form).await?;
        self.follow(url, first).await
    }

    /// A page by GET, whose text is returned; redirections are followed.
    pub(super) async fn page(&mut self, url: &str) -> Result<String> {
        let first = self.ask(http::Request::get(url), "").await?;
        self.follow(url, first).await
    }

    async fn follow(&mut self, url: &str, mut response: HttpResponse) -> Result<String> {
        let mut url = url.to_owned();
        for _ in 0..REDIRECTIONS {
            match response.headers().get("location") {
                Some(location) if response.status().is_redirection() => {
                    url =
                        anyrfc_core::uri::Uri::parse(&url)?.resolve(location.to_str()?)?.as_str().to_owned();
                    response = self.ask(http::Request::get(&*url), "").await?;
                }
                _ => return Ok(String::from_utf8_lossy(response.body()).into_owned()),
            }
        }
        Err("the browser is sent round and round".into())
    }
}
