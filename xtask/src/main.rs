//! Proves what the AnyRFC crates claim.
//!
//! ```text
//! cargo xtask compliance     every requirement of every RFC, executed
//! cargo xtask interop        against real servers
//! cargo xtask bench          against the best peers
//! cargo xtask fuzz           every parser under every kind of bytes
//! cargo xtask mutants        small changes that a test has to notice
//! cargo xtask tidy           the form of the house
//! cargo xtask spec verify    catalogues against the RFC texts
//! cargo xtask publish        every crate from its package alone
//! cargo xtask api            whose types the public API shows
//! cargo xtask readme         what every README says to do
//! cargo xtask new NAME       a crate in the house form
//! cargo xtask soak           many connections for a long time
//! cargo xtask ci             all of it
//! ```
#![forbid(unsafe_code)]
// Nothing can reach into a binary.
#![allow(unreachable_pub)]

use std::{io::Write as _, process::ExitCode};

use clap::{Parser, Subcommand};

mod api;
mod bench;
mod ci;
mod compliance;
mod fuzz;
mod interop;
mod mutants;
mod new;
mod processor;
mod publish;
mod readme;
mod soak;
mod spec;
mod tidy;
mod workspace;

/// What every command returns: its exit code, or why it could not do its work.
type Result<T = ExitCode> = std::result::Result<T, Box<dyn std::error::Error>>;

/// Writes to standard output; a reader who has seen enough is no error.
fn print(text: &str) -> Result<()> {
    match std::io::stdout().lock().write_all(text.as_bytes()) {
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        written => Ok(written?),
    }
}

#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", about, long_about = None)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

/// Proves what the AnyRFC crates claim.
#[derive(Debug, Subcommand)]
enum Command {
    /// Run every check and report every requirement of every RFC.
    Compliance(compliance::Args),
    /// Drive the clients against real servers.
    Interop(interop::Args),
    /// Measure ours, the peers and the physical limit in one run.
    Bench(bench::Args),
    /// Run the fuzz targets.
    Fuzz(fuzz::Args),
    /// Change codecs and state machines a little, and see whether a test notices.
    Mutants(mutants::Args),
    /// Enforce the form of the house.
    Tidy(tidy::Args),
    /// Work with the texts of the RFCs.
    #[command(subcommand)]
    Spec(spec::Command),
    /// Pack every crate and build each from its package alone.
    Publish(publish::Args),
    /// Look for types of other crates in the public API.
    Api(api::Args),
    /// Run every command of every README in a fresh clone, with an empty home.
    Readme(readme::Args),
    /// Stamp a new crate in the house form.
    New(new::Args),
    /// Run many connections for a long time.
    Soak(soak::Args),
    /// Run the whole gate.
    Ci(ci::Args),
    /// One login with a ticket of the environment, for `interop krb5`.
    #[command(hide = true)]
    KerberosLogin(interop::KerberosLogin),
}

fn main() -> ExitCode {
    if let Some(done) = api::as_rustdoc() {
        return done;
    }
    let result = match Cli::parse().command {
        Command::Compliance(args) => compliance::run(args),
        Command::Interop(args) => interop::run(args),
        Command::Bench(args) => bench::run(args),
        Command::Fuzz(args) => fuzz::run(args),
        Command::Mutants(args) => mutants::run(args),
        Command::Tidy(args) => tidy::run(args),
        Command::Spec(command) => spec::run(command),
        Command::Publish(args) => publish::run(args),
        Command::Api(args) => api::run(args),
        Command::Readme(args) => readme::run(args),
        Command::New(args) => new::run(args),
        Command::Soak(args) => soak::run(args),
        Command::Ci(args) => ci::run(args),
        Command::KerberosLogin(login) => interop::kerberos_login(&login),
    };
    result.unwrap_or_else(|error| {
        eprintln!("error: {error}");
        let mut source = error.source();
        while let Some(error) = source {
            eprintln!("  because: {error}");
            source = error.source();
        }
        ExitCode::FAILURE
    })
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_command_line_is_consistent() {
        <super::Cli as clap::CommandFactory>::command().debug_assert();
    }
}
