//! Signs in twice at an OpenID provider, by the browser on this machine and by another device, and
//! keeps the tokens fresh.
//!
//! ```text
//! cargo run -p anyrfc-oauth2 --example oauth2_integration -- https://as.example CLIENT_ID
//! ```
//!
//! `http` is taken too where the provider is this machine. The client has to be public, and may use
//! the grants `authorization_code`, `refresh_token` and device authorization.

use std::{
    env,
    error::Error,
    io::{IsTerminal, Write, stdout},
    process::ExitCode,
    time::Duration,
};

use anyrfc_oauth2::{
    ClientId, OAuth2Client, Scope,
    client::store::MemoryStore,
    proto::{DeviceEvent, DeviceProgress, Prompt},
};

const SCOPE: &str = "openid email offline_access";

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let arguments: Vec<_> = env::args().skip(1).collect();
    let [issuer, client_id] = &arguments[..] else {
        eprintln!("usage: oauth2_integration ISSUER CLIENT_ID");
        return ExitCode::from(2);
    };
    match run(issuer, client_id).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(issuer: &str, client_id: &str) -> Result<(), Box<dyn Error>> {
    let client_id = ClientId::new(client_id)?;
    let discover = OAuth2Client::discover(issuer).allow_loopback_http();
    let client = discover.client(client_id).await?.build()?;
    println!("{issuer} is found");

    by_browser(&client).await?;
    by_device(&client).await
}

/// The authorization code grant, with a listener that is bound before there is a URL.
async fn by_browser(client: &OAuth2Client) -> Result<(), Box<dyn Error>> {
    let mut loopback = client.loopback().patience(Duration::from_secs(120)).bind()?;
    let asked = client.authorization_code(loopback.redirect_uri()).scope(Scope::new(SCOPE)?);
    // Without it, OpenID providers give no refresh token.
    let request = client.begin(asked.prompt(Prompt::Consent)).await?;
    println!("open: {}", request.url());
    let callback = loopback.callback(request.pending()).await?;

    // State, issuer, ID token: all of it is judged, or it is an error.
    let (tokens, user) = client.sign_in(request.into_pending(), &callback).await?;
    println!("signed in as {}", user.subject);
    let info = client.userinfo(&tokens, &user).await?;
    println!("claims: {}", serde_json::to_string(&info.claims)?);

    // From here on, whoever needs a token asks the source; it refreshes by itself.
    let source = client.token_source().subject(&user.subject).store(MemoryStore::new()).tokens(tokens)?;
    let first = source.token().await?;
    // As if a server had refused it.
    source.invalidate(&first);
    let second = source.token().await?;
    println!("refreshed: {}", first.access_token() != second.access_token());
    Ok(())
}

/// The device authorization grant, with a line that tells how it is coming along.
async fn by_device(client: &OAuth2Client) -> Result<(), Box<dyn Error>> {
    let asked = client.device_authorization().scope(Scope::new("openid")?);
    let mut login = asked.send().await?;
    let told = login.authorization();
    println!("visit: {} and enter {}", told.verification_uri(), told.user_code());
    if let Some(complete) = told.verification_uri_complete() {
        println!("or visit: {complete}");
    }
    let tokens = login.poll(show).await?;
    println!(
        "\nthe device is signed in until {} s from now",
        tokens.expires_in.unwrap_or_default().as_secs()
    );
    client.revoke(&tokens.access_token).await?;
    println!("and out again");
    Ok(())
}

/// One line, written over itself on a terminal.
fn show(progress: &DeviceProgress) {
    let why = match &progress.event {
        DeviceEvent::SlowedDown => ", the server asked for patience",
        DeviceEvent::Unanswered(_) => ", the server did not answer",
        _ => "",
    };
    let (left, every) = (progress.expires_in.as_secs(), progress.interval.as_secs());
    let line = format!("waiting for you: {left} s left, asking every {every} s{why}");
    let mut out = stdout().lock();
    let (begin, end) = if out.is_terminal() { ("\r\x1b[K", "") } else { ("", "\n") };
    // Nobody may be looking.
    let _ = write!(out, "{begin}{line}{end}").and_then(|()| out.flush());
}
