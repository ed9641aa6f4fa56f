//! What is generated from the definition of the command line: completions and manual pages.

use std::path::PathBuf;

use crate::{
    exit::{Exit, Failure},
    terminal,
};

/// Where manual pages go.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// One page for each subcommand, in this directory, instead of one on stdout.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

/// The completions of `shell`, on stdout.
///
/// # Errors
/// stdout cannot be written.
pub(crate) fn completions(shell: clap_complete::Shell, mut command: clap::Command) -> Result<Exit, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut command, "anyrfc", &mut script);
    terminal::raw(&script)?;
    Ok(Exit::Done)
}

/// The manual page on stdout, or all of them in a directory.
///
/// # Errors
/// They cannot be written.
pub(crate) fn manual(args: &Args, command: clap::Command) -> Result<Exit, Failure> {
    match &args.out {
        Some(dir) => {
            std::fs::create_dir_all(dir)
                .and_then(|()| clap_mangen::generate_to(command, dir))
                .map_err(|error| Failure::usage(format!("{}: {error}", dir.display())))?;
        }
        None => {
            let mut page = Vec::new();
            clap_mangen::Man::new(command.disable_help_subcommand(true)).render(&mut page)?;
            terminal::raw(&page)?;
        }
    }
    Ok(Exit::Done)
}
