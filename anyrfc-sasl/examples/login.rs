//! A login from both sides: what travels, and what the negotiator makes of what goes wrong.
//!
//! ```console
//! $ cargo run --example login --features testing              # the right password
//! $ cargo run --example login --features testing -- guess     # another one
//! ```
//!
//! The server is the one of this crate's test kit; nothing travels but through this program.

use std::error::Error;

use anyrfc_sasl::{
    BindingType, Channel, Credentials, Exchange, MechanismName, Negotiator, Next, Policy, Service, Step,
    codec::base64,
    testing::{Accounts, Reply, Server},
};

fn main() -> Result<(), Box<dyn Error>> {
    let password = std::env::args().nth(1).unwrap_or_else(|| "pencil".into());
    println!("{}", run(&password)?);
    Ok(())
}

/// Logs `user` in with `password`, and says how it went.
pub(crate) fn run(password: &str) -> Result<String, Box<dyn Error>> {
    // What TLS knows of the channel; `Channel::from(&tls_info)` in real life.
    let channel = Channel::tls().with_binding(BindingType::TlsExporter, [7; 32]);
    let accounts = Accounts::new().password("user", "pencil");
    let offered = Server::mechanisms(&channel);
    println!("the server offers {offered:?}");

    let credentials = Credentials::password("user", password.to_owned());
    let service = Service::new("imap", "mail.example").port(993);
    // Both seeds come from the system's randomness in real life.
    let mut negotiator = Negotiator::new(credentials, service, Policy::default(), [1; 32]);
    let mut exchange = negotiator.begin(offered.iter().map(MechanismName::as_str), &channel)?;
    let server = Server::new(exchange.name(), &accounts, &channel, [2; 32]).ok_or("a mechanism of ours")?;

    match talk(&mut exchange, server) {
        Ok(who) => {
            let said = format!("{who}, by {}", exchange.name());
            Ok(said)
        }
        Err(error) => {
            let advice = match negotiator.failed(&error) {
                Next::Again => "try the next mechanism",
                Next::Reconnect => "try again on a new connection",
                Next::Credentials { .. } => "ask for another password",
                _ => "leave it",
            };
            Ok(format!("{error}: {advice}"))
        }
    }
}

/// Lets both sides talk, as IMAP would carry it.
fn talk(exchange: &mut Exchange, server: Server) -> Result<String, anyrfc_sasl::Error> {
    let mut server = server.data_as_challenge();
    let first = exchange.first()?;
    if let Some(first) = &first {
        // A protocol's log would not show this.
        println!("C: AUTHENTICATE {} {}", exchange.name(), base64::encode_initial(first).expose());
    }
    let mut reply = server.respond(first.as_ref().map(|first| first.expose().as_slice()));
    loop {
        let challenge = match reply {
            Reply::Success(identity, data) => {
                // The protocol says that it worked; the mechanism says whether to believe it.
                let established = exchange.succeed(data.as_deref())?;
                println!("S: OK");
                let proved =
                    if established.mutual { "knows the password, too" } else { "has proved nothing" };
                return Ok(format!("logged in as {}; the server {proved}", identity.acts_as));
            }
            Reply::Failure => return Err(exchange.refused()),
            Reply::Challenge(challenge) => challenge,
        };
        println!("S: + {}", challenge.escape_ascii());
        let mut step = exchange.step(&challenge)?;
        // The key is made in slices: an async client yields here.
        while matches!(step, Step::Working) {
            step = exchange.work()?;
        }
        let response = step.into_response().unwrap_or_else(|| Vec::new().into());
        println!("C: {}", response.expose().escape_ascii());
        reply = server.respond(Some(response.expose()));
    }
}
