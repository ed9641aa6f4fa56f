//! `anyrfc smtp capabilities` and `anyrfc smtp verify`.

use anyrfc_smtp::{Argument, Reply, TransferPreference};
use serde_json::{Map, Value, json};

use super::{Args, Session, said};
use crate::{
    connection::Secured,
    exit::{Exit, Failure},
    terminal::{self, STRONG, plain, styled},
};

/// Shows what a server can do.
#[derive(Debug, clap::Args)]
pub(super) struct CapabilitiesArgs {
    /// The server: `smtps://[USER@]HOST[:PORT]`, `smtp://`, `lmtp://HOST:PORT` or `lmtp+unix:/PATH`.
    url: String,
}

/// Asks about an address.
#[derive(Debug, clap::Args)]
pub(super) struct VerifyArgs {
    /// The server: `smtps://[USER@]HOST[:PORT]`, `smtp://`, `lmtp://HOST:PORT` or `lmtp+unix:/PATH`.
    url: String,
    /// A user or an address.
    who: String,
    /// It is a list: ask who is on it (EXPN).
    #[arg(long)]
    expand: bool,
}

pub(super) async fn capabilities(args: &Args, of: &CapabilitiesArgs, json: bool) -> Result<Exit, Failure> {
    let session = Session::open(args, &of.url, TransferPreference::Data).await?;
    let client = &session.client;
    let greeting = client.greeting().map(|greeting| greeting.text().into_owned());
    let tls = client.tls_info().map(Secured::from);
    let keywords: Vec<(String, String)> = client
        .capabilities()
        .into_iter()
        .flat_map(|all| all.keywords())
        .map(|(keyword, arguments)| (keyword.to_owned(), arguments.to_owned()))
        .collect();
    let name = client.capabilities().map(|all| all.domain().to_owned());
    if json {
        let offered: Map<String, Value> =
            keywords.into_iter().map(|(keyword, arguments)| (keyword, arguments.into())).collect();
        terminal::json(&json!({
            "name": name,
            "greeting": greeting,
            "tls": tls,
            "mechanism": session.mechanism,
            "extensions": offered,
        }))?;
    } else {
        let say =
            |what: &str, value: &str| terminal::line(&format!("{} {}", styled(STRONG, what), plain(value)));
        say("name     ", &name.unwrap_or_default())?;
        say("greeting ", &greeting.unwrap_or_default())?;
        say("security ", &tls.map_or_else(|| "none".to_owned(), |tls| tls.to_string()))?;
        for (keyword, arguments) in keywords {
            say("extension", format!("{keyword} {arguments}").trim_end())?;
        }
    }
    session.close().await;
    Ok(Exit::Done)
}

pub(super) async fn verify(args: &Args, of: &VerifyArgs, json: bool) -> Result<Exit, Failure> {
    let who = Argument::new(&of.who).map_err(said)?;
    let mut session = Session::open(args, &of.url, TransferPreference::Data).await?;
    let answer = if of.expand { session.client.expand(who).await } else { session.client.verify(who).await };
    let outcome = match answer {
        Ok(reply) => told(&reply, json).map(|()| Exit::Done),
        Err(error) => match error.reply() {
            Some(reply) if json => told(reply, true).map(|()| Failure::from(error.clone()).exit()),
            _ => Err(error.into()),
        },
    };
    session.close().await;
    outcome
}

/// What the server says of it.
fn told(reply: &Reply, json: bool) -> Result<(), Failure> {
    let lines: Vec<String> = reply.lines().map(|line| String::from_utf8_lossy(line).into_owned()).collect();
    if json {
        let status = reply.enhanced().map(|status| status.to_string());
        return terminal::json(&json!({ "code": reply.code().as_u16(), "status": status, "lines": lines }));
    }
    // 252 says that nobody knows (RFC 5321, section 3.5.3).
    let status = reply.enhanced().map(|status| format!("{status} ")).unwrap_or_default();
    lines.iter().try_for_each(|line| terminal::line(&format!("{} {status}{}", reply.code(), plain(line))))
}
