//! Source files: which there are, what they are part of, and their escapes.

use std::{collections::BTreeSet, path::Path};

use syn::{Attribute, Item, Meta};

use super::Finding;

/// The most lines a source file may have.
const MOST_LINES: usize = 600;

/// The comment that lets something pass.
const ESCAPE: &str = "// tidy: ";

/// The layers, each after those it may use.
///
/// `parse` and `build` are what a crate without a peer has in place of a client: whole values
/// read and written with its machine.
pub(super) const LAYERS: &[&str] =
    &["types", "codec", "proto", "parse", "report", "build", "client", "compliance"];

/// One parsed source file.
pub(super) struct Source {
    /// Below the workspace's root, with `/`.
    pub(super) path: String,
    pub(super) text: String,
    pub(super) file: syn::File,
}

/// What a source file is part of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Area {
    /// Below `src/` of a crate that is published.
    pub(super) library: bool,
    /// A test, or what only tests use.
    pub(super) test: bool,
    /// The compliance suite of a crate: its checks panic, as tests do.
    pub(super) suite: bool,
    /// Which of [`LAYERS`].
    pub(super) layer: Option<&'static str>,
}

impl Area {
    /// Whether the layer is one without I/O and clock.
    pub(super) fn sans_io(&self) -> bool {
        matches!(self.layer, Some("types" | "codec" | "proto" | "parse" | "report"))
    }
}

/// `path` below `root`, with `/`.
pub(super) fn relative(root: &Path, path: &Path) -> String {
    let below = path.strip_prefix(root).unwrap_or(path);
    let parts: Vec<_> = below.components().map(|part| part.as_os_str().to_string_lossy()).collect();
    parts.join("/")
}

/// Adds every source file below `directory`, sorted; build output is not looked at.
///
/// # Errors
/// A directory cannot be read.
pub(super) fn collect(directory: &Path, files: &mut Vec<std::path::PathBuf>) -> std::io::Result<()> {
    if !directory.is_dir() {
        return Ok(());
    }
    let mut entries: Vec<_> = std::fs::read_dir(directory)?.collect::<Result<_, _>>()?;
    entries.sort_by_key(std::fs::DirEntry::file_name);
    for entry in entries {
        let (path, kind) = (entry.path(), entry.file_type()?);
        let name = entry.file_name().to_string_lossy().into_owned();
        if kind.is_dir() && name != "target" && !name.starts_with('.') {
            collect(&path, files)?;
        } else if kind.is_file() && path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    Ok(())
}

/// Whether `name` is that of an RFC's catalogue, `rfc6455` say.
pub(super) fn is_catalogue(name: &str) -> bool {
    name.strip_prefix("rfc")
        .is_some_and(|number| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()))
}

/// The rule `length`. Exempt are catalogues, `rfcNNNN.rs` or what is below `rfcNNNN/`.
pub(super) fn length(path: &str, text: &str) -> Option<Finding> {
    let lines = text.lines().count();
    let exempt = path.split('/').any(|part| is_catalogue(part.strip_suffix(".rs").unwrap_or(part)));
    (lines > MOST_LINES && !exempt).then(|| Finding {
        path: path.to_owned(),
        line: MOST_LINES + 1,
        rule: "length",
        message: format!("{lines} lines, more than {MOST_LINES}"),
    })
}

impl Source {
    /// Parses a source file.
    ///
    /// # Errors
    /// It is not Rust.
    pub(super) fn parse(path: String, text: String) -> syn::Result<Self> {
        let file = syn::parse_file(&text)?;
        Ok(Self { path, text, file })
    }

    /// What the file is part of; `test_files` are those that only tests use.
    pub(super) fn area(&self, test_files: &BTreeSet<String>) -> Area {
        let mut parts = self.path.split('/');
        let package = parts.next().unwrap_or_default();
        let library = package.starts_with("anyrfc-") && parts.next() == Some("src");
        if !library {
            return Area { test: true, ..Area::default() };
        }
        let below: Vec<&str> = parts.map(|part| part.strip_suffix(".rs").unwrap_or(part)).collect();
        let first = below.first().copied().unwrap_or_default();
        let layer = LAYERS.iter().find(|layer| **layer == first).copied();
        // Core's `compliance` is the model, a library like any other.
        let suite = layer == Some("compliance") && package != "anyrfc-core";
        let in_test_file = test_files.iter().any(|file| {
            self.path == *file || file.strip_suffix('/').is_some_and(|_| self.path.starts_with(file))
        });
        let test = first == "testing" || in_test_file || is_test(&self.file.attrs);
        Area { library, test, suite, layer: layer.filter(|_| package != "anyrfc-core") }
    }

    /// The files that this one declares as modules for tests only; a directory ends in `/`.
    pub(super) fn test_modules(&self) -> Vec<String> {
        let (directory, file) = self.path.rsplit_once('/').unwrap_or(("", &self.path));
        let stem = file.strip_suffix(".rs").unwrap_or(file);
        let base = if matches!(stem, "mod" | "lib" | "main") {
            directory.to_owned()
        } else {
            format!("{directory}/{stem}")
        };
        self.file
            .items
            .iter()
            .filter_map(|item| match item {
                Item::Mod(module) if module.content.is_none() && is_test(&module.attrs) => {
                    Some(&module.ident)
                }
                _ => None,
            })
            .flat_map(|name| [format!("{base}/{name}.rs"), format!("{base}/{name}/")])
            .collect()
    }

    /// Every escape, as its line and its reason.
    pub(super) fn escapes(&self) -> impl Iterator<Item = (usize, &str)> {
        self.text.lines().enumerate().filter_map(|(index, line)| {
            let (_, reason) = line.split_once(ESCAPE)?;
            let reason = reason.trim();
            (!reason.is_empty()).then_some((index + 1, reason))
        })
    }

    /// The escape for a finding at `line`: on it, or in the comment right above.
    pub(super) fn escape_for(&self, line: usize) -> Option<(usize, &str)> {
        let lines: Vec<&str> = self.text.lines().collect();
        let is_comment = |number: usize| {
            number
                .checked_sub(1)
                .and_then(|index| lines.get(index))
                .is_some_and(|text| text.trim_start().starts_with("//"))
        };
        let mut first = line;
        while first > 1 && is_comment(first - 1) {
            first -= 1;
        }
        self.escapes().find(|(number, _)| (first..=line).contains(number))
    }
}

/// Whether attributes say that something is a test, or there for tests only.
pub(super) fn is_test(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        let path = attribute.path();
        if path.segments.last().is_some_and(|last| last.ident == "test") {
            return true;
        }
        let Meta::List(list) = &attribute.meta else { return false };
        let text = list.tokens.to_string();
        path.is_ident("cfg")
            && !text.contains("not")
            && text
                .split(|c: char| !c.is_alphanumeric() && c != '_' && c != '"')
                .any(|word| matches!(word, "test" | "\"testing\""))
    })
}
