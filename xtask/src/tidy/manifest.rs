//! The rules about manifests and files: `layers`, `version`, `dependency` and `files`.

use std::path::Path;

use super::{
    Finding,
    source::{LAYERS, is_catalogue},
};
use crate::workspace::Package;

pub(super) fn finding(path: &str, line: usize, rule: &'static str, message: String) -> Finding {
    Finding { path: path.to_owned(), line, rule, message }
}

/// The files every crate has.
pub(super) fn files(root: &Path, name: &str, has_suite: bool) -> Vec<Finding> {
    let mut wanted = vec!["README.md", "CHANGELOG.md", "LICENSE-MIT", "LICENSE-APACHE"];
    wanted.extend(has_suite.then_some("COMPLIANCE.md"));
    wanted
        .into_iter()
        .filter(|file| !root.join(name).join(file).is_file())
        .map(|file| finding(&format!("{name}/{file}"), 1, "files", "is not there".to_owned()))
        .collect()
}

/// The rule `layers` for one crate.
pub(super) fn layers(root: &Path, package: &Package) -> Vec<Finding> {
    let manifest = format!("{}/Cargo.toml", package.name);
    let tell = |message: String| finding(&manifest, 1, "layers", message);
    let Some(declared) = package.layers() else {
        return vec![tell("[package.metadata.anyrfc] declares no layers".to_owned())];
    };
    let source = root.join(&package.name).join("src");
    let mut findings = Vec::new();
    if !declared.contains(&"compliance") {
        findings.push(tell("the layer compliance is not declared".to_owned()));
    }
    for layer in &declared {
        if !LAYERS.contains(layer) {
            findings.push(tell(format!("{layer} is no layer; there are {}", LAYERS.join(", "))));
        } else if !source.join(layer).is_dir() {
            findings.push(tell(format!("the layer {layer} is declared, but src/{layer}/ is not there")));
        }
    }
    let mut directories: Vec<String> = std::fs::read_dir(&source)
        .into_iter()
        .flatten()
        .flatten()
        .filter(|entry| entry.path().is_dir())
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    directories.sort();
    for name in directories {
        let known = declared.contains(&name.as_str()) || name == "testing" || is_catalogue(&name);
        if !known {
            findings.push(tell(format!("src/{name}/ is not a declared layer")));
        }
    }
    findings
}

/// The rules `version` and `dependency` for one member.
pub(super) fn dependencies(package: &Package, path: &str, text: &str) -> Vec<Finding> {
    let published = package.publish.as_ref().is_none_or(|registries| !registries.is_empty());
    let mut findings = Vec::new();
    for dependency in package.dependencies.iter().filter(|dependency| dependency.path.is_some()) {
        let dev = dependency.kind.as_deref() == Some("dev");
        let versioned = dependency.req != "*";
        let message = match (dev, versioned) {
            (true, true) => {
                "a development dependency by path carries a version: publishing would have a cycle"
            }
            (false, false) if published => "an internal dependency carries no version",
            _ => continue,
        };
        let line = line_of(text, &dependency.name, dev);
        findings.push(finding(path, line, "version", format!("{}: {message}", dependency.name)));
    }
    for (line, entry) in entries(text).filter(|(_, entry)| entry.section.ends_with("dependencies")) {
        let inherited = entry.key.ends_with(".workspace") || entry.value.contains("workspace = true");
        if !inherited && !entry.value.contains("path = ") {
            let message = format!("{} is not taken from the workspace, where it is justified", entry.key);
            findings.push(finding(path, line, "dependency", message));
        }
    }
    findings
}

/// The rule `dependency` for the workspace's manifest.
pub(super) fn workspace(text: &str) -> Vec<Finding> {
    let lines: Vec<&str> = text.lines().collect();
    let justified = |line: usize| {
        let above = line.checked_sub(2).and_then(|index| lines.get(index));
        above.and_then(|above| above.strip_prefix('#')).is_some_and(|reason| !reason.trim().is_empty())
    };
    let tell = |line: usize, name: &str| {
        finding("Cargo.toml", line, "dependency", format!("{name} has no line that justifies it"))
    };
    let mut findings: Vec<Finding> = entries(text)
        .filter(|(_, entry)| entry.section == "workspace.dependencies" && !entry.key.starts_with("anyrfc-"))
        .filter(|(line, _)| !justified(*line))
        .map(|(line, entry)| tell(line, entry.key))
        .collect();
    for (index, line) in lines.iter().enumerate() {
        if let Some(name) = line.strip_prefix("[workspace.dependencies.")
            && !justified(index + 1)
        {
            findings.push(tell(index + 1, name.trim_end_matches(']')));
        }
    }
    findings
}

/// One `key = value` line of a manifest, at its beginning.
struct Entry<'a> {
    section: &'a str,
    key: &'a str,
    value: &'a str,
}

/// Every entry with its line. Values over several lines are seen by their first.
fn entries(text: &str) -> impl Iterator<Item = (usize, Entry<'_>)> {
    let mut section = "";
    text.lines().enumerate().filter_map(move |(index, line)| {
        if let Some(rest) = line.strip_prefix('[') {
            section = rest.split(']').next().unwrap_or_default();
            return None;
        }
        let (key, value) = line.split_once('=')?;
        let key = key.trim_end();
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '"');
        (!key.is_empty() && key.chars().all(plain))
            .then_some((index + 1, Entry { section, key, value: value.trim() }))
    })
}

/// The line of a manifest that names a dependency.
fn line_of(text: &str, name: &str, dev: bool) -> usize {
    entries(text)
        .find(|(_, entry)| {
            entry.section.ends_with("dependencies")
                && entry.section.contains("dev-") == dev
                && entry.key.split('.').next() == Some(name)
        })
        .map_or(1, |(line, _)| line)
}
