//! Where the bytes of messages go.

use std::{
    fs::{File, OpenOptions},
    io::{IsTerminal as _, Write as _},
    path::{Path, PathBuf},
};

use crate::{exit::Failure, terminal};

/// Somewhere to write a message, or a part of one.
pub(super) enum Sink {
    /// A person's terminal, which no message may control: a line at a time.
    Terminal(Vec<u8>),
    /// A pipe or a redirection: as it is.
    Pipe,
    File(NewFile),
}

/// A line that is longer than this is shown in pieces.
const LINE_MAX: usize = 64 << 10;

impl Sink {
    /// stdout, whatever that is.
    pub(super) fn stdout() -> Self {
        if std::io::stdout().is_terminal() { Self::Terminal(Vec::new()) } else { Self::Pipe }
    }

    pub(super) fn write(&mut self, octets: &[u8]) -> Result<(), Failure> {
        match self {
            Self::Pipe => terminal::raw(octets),
            Self::File(file) => file.write(octets),
            Self::Terminal(held) => lines(held, octets).iter().try_for_each(|line| terminal::line(line)),
        }
    }

    /// All was written: the file stays, where it is one.
    pub(super) fn finish(self) -> Result<Option<PathBuf>, Failure> {
        match self {
            Self::Pipe => Ok(None),
            Self::Terminal(held) if held.is_empty() => Ok(None),
            Self::Terminal(held) => terminal::line(&terminal::plain_line(&held)).map(|()| None),
            Self::File(file) => file.keep().map(Some),
        }
    }
}

/// The lines that are complete now, safe to show.
fn lines(held: &mut Vec<u8>, octets: &[u8]) -> Vec<String> {
    let mut lines = Vec::new();
    for piece in octets.split_inclusive(|byte| *byte == b'\n') {
        held.extend_from_slice(piece);
        if piece.ends_with(b"\n") || held.len() > LINE_MAX {
            lines.push(terminal::plain_line(held));
            held.clear();
        }
    }
    lines
}

/// A file that was not there before, and that is gone again unless all of it was written.
pub(super) struct NewFile {
    file: File,
    path: PathBuf,
    kept: bool,
}

impl NewFile {
    /// In this directory, which is made if it is not there.
    pub(super) fn create(dir: &Path, name: &str) -> Result<Self, Failure> {
        let path = dir.join(name);
        let said = |error: std::io::Error| Failure::usage(format!("{}: {error}", path.display()));
        std::fs::create_dir_all(dir).map_err(said)?;
        let file = OpenOptions::new().write(true).create_new(true).open(&path).map_err(said)?;
        Ok(Self { file, path, kept: false })
    }

    fn write(&mut self, octets: &[u8]) -> Result<(), Failure> {
        let written = self.file.write_all(octets);
        written.map_err(|error| Failure::usage(format!("{}: {error}", self.path.display())))
    }

    fn keep(mut self) -> Result<PathBuf, Failure> {
        let synced = self.file.sync_all();
        synced.map_err(|error| Failure::usage(format!("{}: {error}", self.path.display())))?;
        self.kept = true;
        Ok(self.path.clone())
    }
}

impl Drop for NewFile {
    fn drop(&mut self) {
        if !self.kept {
            // It is half a message; if it cannot be removed, the error that led here says enough.
            let _ = std::fs::remove_file(&self.path);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_on_a_terminal_is_harmless_lines() {
        let mut held = Vec::new();
        assert!(lines(&mut held, b"a\x1b").is_empty());
        assert_eq!(lines(&mut held, b"[2J\r\nb\n\nc"), ["a\\u{1b}[2J", "b", ""]);
        assert_eq!(held, b"c");
        let long = lines(&mut held, &vec![b'x'; 3 * LINE_MAX]);
        assert_eq!((long.len(), held.len()), (1, 0));
    }

    #[test]
    fn half_a_file_does_not_stay() {
        let dir = tempfile::tempdir().unwrap();
        let mut sink = Sink::File(NewFile::create(dir.path(), "a").unwrap());
        sink.write(b"half").unwrap();
        assert!(dir.path().join("a").exists());
        drop(sink);
        assert!(!dir.path().join("a").exists());
        let mut sink = Sink::File(NewFile::create(&dir.path().join("new"), "a").unwrap());
        sink.write(b"whole").unwrap();
        assert_eq!(sink.finish().unwrap(), Some(dir.path().join("new/a")));
        assert_eq!(std::fs::read(dir.path().join("new/a")).unwrap(), b"whole");
        assert!(NewFile::create(&dir.path().join("new"), "a").is_err());
        assert_eq!(std::fs::read(dir.path().join("new/a")).unwrap(), b"whole");
    }
}
