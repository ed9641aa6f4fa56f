//! The user's browser.

use std::process::{Command, Stdio};

use crate::exit::Failure;

/// What opens the page.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Browser")]
pub(super) struct BrowserArgs {
    /// Open the page in the browser of the desktop.
    #[arg(long)]
    open: bool,
    /// Open it by this command, to whose words the URL is added.
    #[arg(long, value_name = "COMMAND", conflicts_with = "open")]
    browser: Option<String>,
}

/// What opens a URL in the browser of the desktop.
const DESKTOP: &str = if cfg!(windows) {
    "rundll32 url.dll,FileProtocolHandler"
} else if cfg!(target_os = "macos") {
    "open"
} else {
    "xdg-open"
};

impl BrowserArgs {
    /// Opens `url` where that was asked for. No shell comes between: the URL is the server's.
    ///
    /// # Errors
    /// The command cannot be run.
    pub(super) fn open(&self, url: &str) -> Result<(), Failure> {
        let command = match &self.browser {
            Some(command) => command.as_str(),
            None if self.open => DESKTOP,
            None => return Ok(()),
        };
        let mut words = command.split_whitespace();
        let Some(program) = words.next() else {
            return Err(Failure::usage("--browser: no command"));
        };
        let mut browser = Command::new(program);
        browser.args(words).arg(url).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        // A browser may go on for as long as it likes, and whether it did anything shows in the answer.
        // tidy: a program of the user's, no task
        browser.spawn().map(drop).map_err(|error| Failure::usage(format!("{program}: {error}")))
    }
}
