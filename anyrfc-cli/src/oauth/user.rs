//! Tokens by a user, who signs in.

use std::time::Duration;

use anyrfc_oauth2::{
    OAuth2Client, Scope, TokenResponse,
    client::LoopbackBuilder,
    proto::{DeviceEvent, DeviceProgress, Prompt},
};
use clap::ValueEnum;

use super::{
    ask::{AskArgs, ask},
    browser::BrowserArgs,
    client::{ClientArgs, ServerArgs},
    kept::StoreArgs,
    print::Print,
};
use crate::{
    exit::{Exit, Failure},
    terminal::{self, STRONG, plain, styled},
};

/// What becomes of the tokens.
#[derive(Debug, clap::Args)]
struct Outcome {
    /// What is printed; by default everything, and nothing where tokens are kept in a store.
    #[arg(long, value_name = "WHAT", help_heading = "Output")]
    print: Option<Print>,
    #[command(flatten)]
    store: StoreArgs,
}

impl Outcome {
    async fn of(&self, client: &OAuth2Client, ask: &AskArgs, tokens: TokenResponse) -> Result<Exit, Failure> {
        let store = self.store.open(client)?;
        let usual = if store.is_some() { Print::Nothing } else { Print::Json };
        if let Some(store) = store {
            store.keep(client, ask, tokens.clone()).await?;
            terminal::note("the tokens are kept");
        }
        self.print.unwrap_or(usual).response(&tokens)?;
        Ok(Exit::Done)
    }

    /// That there is no key is found out before anybody is bothered.
    fn check(&self, client: &OAuth2Client) -> Result<(), Failure> {
        self.store.open(client).map(drop)
    }
}

/// Let a user sign in on another device.
#[derive(Debug, clap::Args)]
pub(super) struct Device {
    #[command(flatten)]
    server: ServerArgs,
    #[command(flatten)]
    client: ClientArgs,
    #[command(flatten)]
    ask: AskArgs,
    #[command(flatten)]
    outcome: Outcome,
    #[command(flatten)]
    browser: BrowserArgs,
}

fn wants_id(scope: Option<&Scope>) -> bool {
    scope.is_some_and(|scope| scope.contains("openid"))
}

pub(super) async fn device(args: &Device) -> Result<Exit, Failure> {
    let client = args.client.connect(&args.server).await?;
    args.outcome.check(&client)?;
    let mut login = ask!(args.ask, client.device_authorization()).send().await?;
    let told = login.authorization();
    let page = told.verification_uri_complete().unwrap_or(told.verification_uri());
    terminal::say(&format!(
        "Visit {} and enter {}",
        styled(STRONG, &plain(told.verification_uri())),
        styled(STRONG, &plain(told.user_code()))
    ));
    if page != told.verification_uri() {
        terminal::say(&format!("or visit {}", plain(page)));
    }
    args.browser.open(page)?;
    let spinner = terminal::spinner("waiting for you");
    let granted = login.poll(|progress| spinner.set_message(waiting(progress))).await;
    spinner.finish_and_clear();
    let tokens = granted?;
    if wants_id(args.ask.scope()?.as_ref()) && tokens.id_token.is_some() {
        let user = client.id_token(&tokens, client.id_token_validation()).await?;
        terminal::note(&format!("signed in as {}", plain(&user.subject)));
    }
    args.outcome.of(&client, &args.ask, tokens).await
}

fn waiting(progress: &DeviceProgress) -> String {
    let why = match &progress.event {
        DeviceEvent::SlowedDown => ", the server asks for patience",
        DeviceEvent::Unanswered(_) => ", the server does not answer",
        _ => "",
    };
    format!("waiting for you: {} s left{why}", progress.expires_in.as_secs())
}

/// Let a user sign in by a browser on this machine.
#[derive(Debug, clap::Args)]
pub(super) struct Code {
    #[command(flatten)]
    server: ServerArgs,
    #[command(flatten)]
    client: ClientArgs,
    #[command(flatten)]
    ask: AskArgs,
    /// What the server asks the user, whatever it knows already.
    #[arg(long, value_name = "PROMPT")]
    prompt: Option<Ask>,
    /// As whom the user will want to log in.
    #[arg(long, value_name = "NAME")]
    login_hint: Option<String>,
    /// How long ago the user may have logged in at most.
    #[arg(long, value_name = "SECONDS")]
    max_age: Option<u64>,
    /// In which way the user shall log in: authentication context classes, the preferred one first.
    #[arg(long, value_name = "CLASSES")]
    acr_values: Option<String>,
    /// Push the request to the server instead of sending it by the browser (RFC 9126).
    #[arg(long)]
    pushed: bool,
    #[command(flatten)]
    outcome: Outcome,
    #[command(flatten)]
    browser: BrowserArgs,
    #[command(flatten)]
    redirect: RedirectArgs,
}

/// [`Prompt`], as an option.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Ask {
    /// Nothing: an error where somebody would have to be asked.
    None,
    /// To log in.
    Login,
    /// To agree.
    Consent,
    /// As whom.
    #[value(name = "select_account")]
    SelectAccount,
}

/// Where the browser brings the answer.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Redirection URI")]
struct RedirectArgs {
    /// Its port; a free one by default.
    #[arg(long, value_name = "PORT", default_value_t = 0, hide_default_value = true)]
    port: u16,
    /// Its path.
    #[arg(long, value_name = "PATH", default_value = "/callback")]
    path: String,
    /// Name `localhost` in it instead of an address, where the server wants it so.
    #[arg(long)]
    localhost: bool,
    /// How many seconds the user may take.
    #[arg(long, value_name = "SECONDS", default_value_t = 600)]
    patience: u64,
}

impl RedirectArgs {
    fn settle(&self, builder: LoopbackBuilder) -> LoopbackBuilder {
        let builder = builder.port(self.port).path(&self.path).patience(Duration::from_secs(self.patience));
        if self.localhost { builder.localhost() } else { builder }
    }
}

pub(super) async fn code(args: &Code) -> Result<Exit, Failure> {
    let client = args.client.connect(&args.server).await?;
    args.outcome.check(&client)?;
    // Bound before there is a URL, so that nobody else gets the answer.
    let mut loopback = args.redirect.settle(client.loopback()).bind()?;
    let mut asked = ask!(args.ask, client.authorization_code(loopback.redirect_uri()));
    if let Some(prompt) = args.prompt {
        asked = asked.prompt(match prompt {
            Ask::None => Prompt::None,
            Ask::Login => Prompt::Login,
            Ask::Consent => Prompt::Consent,
            Ask::SelectAccount => Prompt::SelectAccount,
        });
    }
    if let Some(hint) = &args.login_hint {
        asked = asked.login_hint(hint);
    }
    if let Some(seconds) = args.max_age {
        asked = asked.max_age(Duration::from_secs(seconds));
    }
    if let Some(classes) = &args.acr_values {
        asked = asked.acr_values(classes);
    }
    if args.pushed {
        asked = asked.pushed();
    }
    let request = client.begin(asked).await?;
    terminal::say(&format!("Open {}", plain(request.url())));
    args.browser.open(request.url())?;
    let spinner = terminal::spinner("waiting for the browser");
    let callback = loopback.callback(request.pending()).await;
    spinner.finish_and_clear();
    let callback = callback?;
    let pending = request.into_pending();
    let tokens = if pending.nonce().is_some() {
        let (tokens, user) = client.sign_in(pending, &callback).await?;
        terminal::note(&format!("signed in as {}", plain(&user.subject)));
        tokens
    } else {
        client.finish(pending, &callback).await?
    };
    args.outcome.of(&client, &args.ask, tokens).await
}
