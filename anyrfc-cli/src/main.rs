//! `anyrfc`: the AnyRFC clients from a shell, and a doctor for servers.
//!
//! One subcommand per protocol and one that examines: each reads its arguments, talks through the
//! public API of its crate, and says what it saw on stdout, as text for a person or as JSON for a
//! program. Everything else (progress, warnings, logs) goes to stderr.

#![forbid(unsafe_code)]

mod connection;
mod doctor;
mod exit;
mod imap;
mod login;
mod oauth;
mod page;
#[cfg(test)]
mod readme;
mod secret;
mod smtp;
mod terminal;
mod ws;

use std::process::ExitCode;

use clap::{CommandFactory, Parser, Subcommand};

use self::{exit::Failure, terminal::Color};

/// Where the options of every subcommand stand in its help: behind its own.
const LAST: usize = 900;

/// Clients for WebSocket, IMAP, SMTP and OAuth 2.0 that keep to their RFCs, and a doctor for servers.
#[derive(Debug, Parser)]
#[command(name = "anyrfc", version, propagate_version = true, after_help = exit::HELP)]
struct Cli {
    /// When to colour what a person reads; `NO_COLOR` is respected.
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto", display_order = LAST)]
    color: Color,
    /// More on stderr: once what happens, twice every step, three times the wire (secrets are left out).
    #[arg(long, short, global = true, action = clap::ArgAction::Count, display_order = LAST)]
    verbose: u8,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Talk to a WebSocket server.
    Ws(ws::Args),
    /// Read and change the mailboxes of an IMAP server.
    Imap(imap::Args),
    /// Send mail by SMTP or LMTP.
    Smtp(smtp::Args),
    /// Get, examine and end OAuth 2.0 tokens.
    Oauth(oauth::Args),
    /// Examine a server, and name the RFC statements that it breaks.
    Doctor(doctor::Args),
    /// Print the completions of a shell.
    Completions {
        /// Which shell.
        shell: clap_complete::Shell,
    },
    /// Print the manual page, or write one for each subcommand.
    Man(page::Args),
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    cli.color.choose();
    terminal::log(cli.verbose);
    match run(cli.command, cli.verbose) {
        Ok(code) => code.into(),
        Err(failure) => {
            failure.print();
            failure.exit().into()
        }
    }
}

fn run(command: Command, verbose: u8) -> Result<exit::Exit, Failure> {
    match command {
        Command::Completions { shell } => page::completions(shell, Cli::command()),
        Command::Man(args) => page::manual(&args, Cli::command()),
        Command::Ws(args) => wait(ws::run(args)),
        Command::Imap(args) => wait(imap::run(args)),
        Command::Smtp(args) => wait(smtp::run(args)),
        Command::Oauth(args) => wait(oauth::run(args)),
        Command::Doctor(args) => wait(doctor::run(args, verbose)),
    }
}

/// Drives one subcommand on the thread it was called on.
fn wait<T>(work: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::usage(format!("no runtime: {error}")))?;
    let outcome = runtime.block_on(work);
    // A thread that still waits for a line of stdin is not waited for.
    runtime.shutdown_background();
    outcome
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn who_asks_for_help_learns_the_exit_codes() {
        for mut command in Cli::command().get_subcommands().cloned() {
            let help = command.render_long_help().to_string();
            let talks = !["completions", "man"].contains(&command.get_name());
            assert_eq!(help.contains(exit::HELP), talks, "{help}");
        }
    }
}
