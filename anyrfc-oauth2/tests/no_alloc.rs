//! A token at hand costs no allocation: an allocator counts.

use std::{
    alloc::{GlobalAlloc, Layout, System},
    cell::Cell,
};

use anyrfc_core::{BoxFuture, testing};
use anyrfc_oauth2::{
    AccessToken, ClientId, ClientSecret, Endpoint, Error, Issuer, OAuth2Client, ServerMetadata, TokenType,
    UrlPolicy,
    client::{HttpClient, HttpLimits, TokenSource},
    proto::{ClientAuthentication, HttpRequest, HttpResponse},
};

thread_local! {
    /// What this thread allocated.
    static COUNT: Cell<usize> = const { Cell::new(0) };
}

/// The system's, counting.
struct Counting;

// SAFETY: every call is passed on to the system's allocator with what it came with.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        COUNT.with(|count| count.set(count.get() + 1));
        // SAFETY: as the caller promises.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: as the caller promises.
        unsafe { System.dealloc(block, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Grants a token for an hour.
#[derive(Debug)]
struct Server;

impl HttpClient for Server {
    fn send(&self, _: HttpRequest, _: HttpLimits) -> BoxFuture<'static, Result<HttpResponse, Error>> {
        let body = r#"{"access_token":"token","token_type":"Bearer","expires_in":3600}"#;
        let mut response = HttpResponse::new(body.into());
        response.headers_mut().insert("content-type", "application/json".parse().unwrap());
        Box::pin(std::future::ready(Ok(response)))
    }
}

fn living() -> TokenSource {
    let mut server = ServerMetadata::new(Issuer::new("https://as.example", UrlPolicy::Https).unwrap());
    server.token_endpoint = Some(Endpoint::new("https://as.example/token", UrlPolicy::Https).unwrap());
    OAuth2Client::builder(server, ClientId::new("client").unwrap())
        .authentication(ClientAuthentication::SecretBasic(ClientSecret::new("secret").unwrap()))
        .http(Server)
        .build()
        .unwrap()
        .token_source()
        .client_credentials()
}

#[test]
fn a_token_at_hand_is_not_copied() {
    let fixed = TokenSource::fixed(AccessToken::new("token").unwrap(), TokenType::Bearer);
    testing::run_virtual(async {
        for source in [living(), fixed] {
            // The first is asked for.
            source.token().await.unwrap();
            let before = COUNT.get();
            for _ in 0..1000 {
                let token = source.token().await.unwrap();
                assert_eq!(token.access_token().expose(), "token");
            }
            assert_eq!(COUNT.get() - before, 0);
            std::hint::black_box(Box::new(1));
            assert_eq!(COUNT.get() - before, 1, "the allocator counts");
        }
    });
}
