//! What a person sees: colours, tables, progress, logs.

use std::{io::Write, time::Duration};

use anstyle::{AnsiColor, Style};
use clap::ValueEnum;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde::Serialize;

use crate::exit::Failure;

/// When to colour.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Color {
    /// Where the stream is a terminal and `NO_COLOR` is not set.
    Auto,
    /// In pipes, too.
    Always,
    Never,
}

impl Color {
    /// For every stream of the program.
    pub(crate) fn choose(self) {
        match self {
            Self::Auto => anstream::ColorChoice::Auto,
            Self::Always => anstream::ColorChoice::Always,
            Self::Never => anstream::ColorChoice::Never,
        }
        .write_global();
    }
}

/// How a result is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For a person.
    #[default]
    Table,
    /// For a program: one value, and nothing else, on stdout.
    Json,
}

/// The choice of it.
#[derive(Clone, Copy, Debug, Default, clap::Args)]
#[command(next_help_heading = "Output")]
pub(crate) struct FormatArgs {
    /// How the result is written.
    #[arg(long, value_name = "FORMAT", default_value = "table")]
    format: Format,
    /// The same as `--format json`.
    #[arg(long)]
    json: bool,
}

impl FormatArgs {
    /// Whether a program reads it.
    pub(crate) fn is_json(self) -> bool {
        self.json || self.format == Format::Json
    }
}

pub(crate) const GOOD: Style = AnsiColor::Green.on_default();
pub(crate) const BAD: Style = AnsiColor::Red.on_default().bold();
pub(crate) const DOUBT: Style = AnsiColor::Yellow.on_default();
pub(crate) const FAINT: Style = Style::new().dimmed();
pub(crate) const STRONG: Style = Style::new().bold();

/// Text in a style; the stream takes the style off again where it shows no colours.
pub(crate) fn styled(style: Style, text: &str) -> String {
    format!("{style}{text}{style:#}")
}

/// One line on stdout. A reader that went away ends the program quietly, as `head` expects.
///
/// # Errors
/// stdout cannot be written.
pub(crate) fn line(text: &str) -> Result<(), Failure> {
    written(writeln!(anstream::stdout(), "{text}"))
}

/// Bytes on stdout as they are, at once.
///
/// # Errors
/// stdout cannot be written.
pub(crate) fn raw(bytes: &[u8]) -> Result<(), Failure> {
    let mut stdout = std::io::stdout().lock();
    written(stdout.write_all(bytes).and_then(|()| stdout.flush()))
}

/// One value on stdout, readable, with a line end.
///
/// # Errors
/// stdout cannot be written.
pub(crate) fn json(value: &impl Serialize) -> Result<(), Failure> {
    let mut text = serde_json::to_vec_pretty(value)?;
    text.push(b'\n');
    raw(&text)
}

/// One value on a line of its own (for streams of values).
///
/// # Errors
/// stdout cannot be written.
pub(crate) fn json_line(value: &impl Serialize) -> Result<(), Failure> {
    let mut text = serde_json::to_vec(value)?;
    text.push(b'\n');
    raw(&text)
}

fn written(result: std::io::Result<()>) -> Result<(), Failure> {
    match result {
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => std::process::exit(0),
        other => other.map_err(|error| Failure::usage(format!("stdout: {error}"))),
    }
}

/// A sentence on stderr that is no error.
pub(crate) fn note(text: &str) {
    // Nobody reads stderr: nothing to be done about it.
    let _ = writeln!(anstream::stderr(), "{}", styled(FAINT, text));
}

/// What a person has to read, on stderr, since stdout is for the result.
pub(crate) fn say(text: &str) {
    let _ = writeln!(anstream::stderr(), "{text}");
}

/// A sentence on stderr that is an error.
pub(crate) fn error(text: &str) {
    let _ = writeln!(anstream::stderr(), "{}: {text}", styled(BAD, "error"));
}

/// A bar for `total` bytes, on stderr; hidden where that is no terminal.
pub(crate) fn bytes_bar(total: u64, what: &str) -> ProgressBar {
    let style = ProgressStyle::with_template("{prefix} {bar:32} {bytes}/{total_bytes} {bytes_per_sec} {eta}")
        .unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::with_draw_target(Some(total), ProgressDrawTarget::stderr())
        .with_style(style)
        .with_prefix(what.to_owned())
}

/// Something that turns while a server is waited for.
pub(crate) fn spinner(what: &str) -> ProgressBar {
    let bar = ProgressBar::new_spinner().with_message(what.to_owned());
    bar.enable_steady_tick(Duration::from_millis(120));
    bar
}

/// Text of a server on one line of a terminal: no control character reaches it.
pub(crate) fn plain(text: &str) -> String {
    // Those that turn the direction of writing around show another text than there is, and those
    // that end lines or paragraphs another line.
    let moves = |c: char| {
        c.is_control() || matches!(c, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
    };
    text.chars().flat_map(|c| if moves(c) { c.escape_default().collect() } else { vec![c] }).collect()
}

/// A line of a message as it came, for a terminal: without its end, its tabs as spaces.
pub(crate) fn plain_line(octets: &[u8]) -> String {
    let line = octets.strip_suffix(b"\n").unwrap_or(octets);
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    plain(&String::from_utf8_lossy(line).replace('\t', "    "))
}

/// Columns as wide as their widest cell; the last one is not filled up.
pub(crate) fn columns(rows: &[Vec<String>]) -> Vec<String> {
    let mut widths: Vec<usize> = Vec::new();
    for row in rows {
        widths.resize(widths.len().max(row.len()), 0);
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let line = |row: &Vec<String>| {
        let last = row.len().saturating_sub(1);
        let cells = row
            .iter()
            .zip(&widths)
            .enumerate()
            .map(|(at, (cell, width))| if at == last { cell.clone() } else { format!("{cell:width$}") });
        cells.collect::<Vec<_>>().join("  ")
    };
    rows.iter().map(line).collect()
}

/// Shows logs on stderr, those of AnyRFC alone: nobody has promised that others leave secrets out.
/// `RUST_LOG` says more exactly which, of anybody's.
pub(crate) fn log(verbose: u8) {
    let usual = match verbose {
        0 => "off",
        1 => "anyrfc=info",
        2 => "anyrfc=debug",
        _ => "anyrfc=trace",
    };
    let filter = std::env::var("RUST_LOG").ok().filter(|said| !said.is_empty());
    let filter = tracing_subscriber::EnvFilter::builder().parse_lossy(filter.as_deref().unwrap_or(usual));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(anstream::stderr).without_time().init();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_as_wide_as_their_cells() {
        let rows = [vec!["a".into(), "bb".into()], vec!["ccc".into(), "d".into()]];
        assert_eq!(columns(&rows), ["a    bb", "ccc  d"]);
    }

    #[test]
    fn a_server_cannot_move_the_cursor() {
        assert_eq!(plain("a\x1b[2Jb\r\n\u{9b}é"), "a\\u{1b}[2Jb\\r\\n\\u{9b}é");
        assert_eq!(plain("a\u{202e}txt.exe"), "a\\u{202e}txt.exe");
        assert_eq!(plain_line(b"\ta\xff\x07\r\r\n"), "    a\u{fffd}\\u{7}\\r");
    }
}
