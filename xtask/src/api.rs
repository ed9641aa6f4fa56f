//! `cargo xtask api`: whose types our public API shows.
//!
//! A type of another crate in a signature makes that crate's next breaking release ours. So there
//! is a short list, which `STABILITY.md` promises, and rustdoc's own account of each crate (all
//! features on) is held against it: types, bounds, implemented traits and re-exports.

use std::{
    collections::BTreeSet,
    ffi::OsStr,
    path::Path,
    process::{Command, ExitCode, Stdio},
};

use serde_json::Value;

use crate::{
    Result,
    workspace::{self, Metadata},
};

/// The options of `cargo xtask api`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The crates to look at; none means all that are published.
    #[arg(value_name = "CRATE")]
    crates: Vec<String>,
}

/// Names the rustdoc that [`as_rustdoc`] stands for.
const RUSTDOC: &str = "ANYRFC_RUSTDOC";

/// What a rule permits of one crate.
enum Of {
    /// Whatever it has.
    All,
    /// Items of these names.
    Named(&'static [&'static str]),
    /// Its traits.
    Traits,
    /// Whatever it has, in functions of these names.
    InFunctions(&'static [&'static str]),
    /// Items of the second names, in those crates of ours.
    NamedIn(&'static [&'static str], &'static [&'static str]),
}

/// The list, by the names under which the crates are linked.
const PERMITTED: &[(&str, Of)] = &[
    ("core", Of::All),
    ("alloc", Of::All),
    ("std", Of::All),
    ("bytes", Of::All),
    ("http", Of::All),
    ("zeroize", Of::All),
    // What its I/O traits read into belongs to them.
    ("tokio", Of::Named(&["AsyncRead", "AsyncBufRead", "AsyncWrite", "ReadBuf"])),
    ("futures_core", Of::Named(&["Stream", "FusedStream"])),
    ("futures_sink", Of::Named(&["Sink"])),
    ("rustls", Of::InFunctions(&["from_rustls", "to_rustls"])),
    ("serde", Of::Traits),
    // Where serde keeps its traits.
    ("serde_core", Of::Traits),
    // Members of JSON objects that no specification names.
    ("serde_json", Of::NamedIn(&["anyrfc-jwt", "anyrfc-oauth2"], &["Map", "Value"])),
    // Keys and what names their use, converted behind the feature of that name.
    (
        "jsonwebtoken",
        Of::NamedIn(&["anyrfc-jwt"], &["Algorithm", "CryptoProvider", "DecodingKey", "EncodingKey", "Jwk"]),
    ),
];

/// Runs `cargo xtask api`.
///
/// # Errors
/// A crate cannot be documented; what it shows beyond the list ends the run with a failure.
pub(crate) fn run(args: Args) -> Result {
    let root = workspace::root();
    let metadata = Metadata::load(&root)?;
    let libraries: Vec<_> = metadata
        .packages
        .iter()
        .filter(|package| package.publish.is_none())
        .filter_map(|package| Some((&*package.name, package.library()?)))
        .collect();
    if let Some(unknown) = args.crates.iter().find(|name| libraries.iter().all(|(known, _)| known != name)) {
        return Err(format!("no published library is called {unknown}").into());
    }
    let wanted = |name: &str| args.crates.is_empty() || args.crates.iter().any(|wanted| wanted == name);
    document(&root)?;
    let (mut looked, mut faults) = (0, 0);
    for (name, library) in libraries.into_iter().filter(|(name, _)| wanted(name)) {
        let file = metadata.target_directory.join("doc").join(format!("{library}.json"));
        let docs = serde_json::from_slice(&std::fs::read(&file)?)?;
        let judged = judge(name, &docs)?;
        for fault in &judged.faults {
            println!("{fault}");
        }
        looked += judged.items;
        faults += judged.faults.len();
    }
    if faults > 0 {
        println!("api: {faults} places show what the list of STABILITY.md does not hold");
        return Ok(ExitCode::FAILURE);
    }
    println!("api: {looked} public items, and nothing of others beyond the list");
    Ok(ExitCode::SUCCESS)
}

/// Has rustdoc write what it knows of every crate, from what the gate has built for the documentation.
///
/// Rustdoc writes JSON only for those who say that they know it to be unstable. Saying so in the
/// environment of cargo would have half of the tree built anew, each time, as build scripts look for
/// it; so rustdoc alone is told, by this program standing in for it.
fn document(root: &Path) -> Result<()> {
    let real = std::env::var_os("RUSTDOC").unwrap_or_else(|| "rustdoc".into());
    let output = workspace::cargo()
        .args(["doc", "--quiet", "--workspace", "--exclude", "xtask", "--lib", "--all-features", "--no-deps"])
        .current_dir(root)
        .env("RUSTDOC", std::env::current_exe()?)
        .env("RUSTDOCFLAGS", "-Z unstable-options --output-format json --cap-lints allow")
        .env(RUSTDOC, real)
        .stdin(Stdio::null())
        .output()?;
    if output.status.success() {
        return Ok(());
    }
    Err(format!("cargo doc ended with {}\n{}", output.status, String::from_utf8_lossy(&output.stderr)).into())
}

/// What `main` does instead of anything else where [`document`] started it: runs the real rustdoc.
pub(crate) fn as_rustdoc() -> Option<ExitCode> {
    let real = std::env::var_os(RUSTDOC)?;
    Some(stand_in(&real).unwrap_or_else(|error| {
        eprintln!("error: {}: {error}", real.display());
        ExitCode::FAILURE
    }))
}

fn stand_in(real: &OsStr) -> std::io::Result<ExitCode> {
    let status = Command::new(real)
        .args(std::env::args_os().skip(1))
        .env("RUSTC_BOOTSTRAP", "1")
        .env("RUSTDOC", real)
        .env_remove(RUSTDOC)
        .status()?;
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// What came of one crate.
struct Judged {
    /// How many public items it has.
    items: usize,
    faults: BTreeSet<String>,
}

/// Holds rustdoc's account of the crate `name` against the list.
///
/// # Errors
/// The account is not in the form that is known here.
fn judge(name: &str, docs: &Value) -> Result<Judged> {
    let form = || format!("rustdoc's account of {name} has another form than the one known here");
    let index = docs["index"].as_object().ok_or_else(form)?;
    if docs["paths"].as_object().is_none() || docs["includes_private"] != false {
        return Err(form().into());
    }
    let mut judged = Judged { items: 0, faults: BTreeSet::new() };
    for item in index.values().filter(|item| item["crate_id"] == 0) {
        let inner = &item["inner"];
        // What the compiler works out by itself: `Send` and its like, and what others implement for all types.
        let worked_out = &inner["impl"];
        if worked_out["is_synthetic"] == true || worked_out["blanket_impl"].is_object() {
            continue;
        }
        judged.items += 1;
        let mut shown = Vec::new();
        if let Some(import) = inner.get("use") {
            shown.extend(reexported(import, docs));
        }
        collect(inner, docs, &mut shown);
        let function = inner.get("function").and_then(|_| item["name"].as_str());
        for foreign in shown.into_iter().filter(|foreign| !permitted(name, foreign, function)) {
            judged.faults.insert(format!("{}shows {}", place(item), foreign.path.join("::")));
        }
    }
    if judged.items == 0 {
        return Err(form().into());
    }
    Ok(judged)
}

/// Something of another crate.
struct Foreign<'a> {
    /// Where it is defined, the crate first.
    path: Vec<&'a str>,
    /// What it is, in rustdoc's words.
    kind: &'a str,
}

/// What an id stands for, unless it is ours.
fn foreign<'a>(id: &Value, docs: &'a Value) -> Option<Foreign<'a>> {
    let summary = &docs["paths"][id.to_string()];
    if summary["crate_id"].as_u64()? == 0 {
        return None;
    }
    Some(Foreign {
        path: summary["path"].as_array()?.iter().filter_map(Value::as_str).collect(),
        kind: summary["kind"].as_str()?,
    })
}

/// What a `pub use` brings in from elsewhere.
fn reexported<'a>(import: &'a Value, docs: &'a Value) -> Option<Foreign<'a>> {
    let id = &import["id"];
    if !docs["paths"][id.to_string()].is_null() {
        return foreign(id, docs);
    }
    // Another crate as a whole, or a module of it, is told by no path; one of ours is in the index.
    if !docs["index"][id.to_string()].is_null() {
        return None;
    }
    let path: Vec<_> = import["source"].as_str()?.split("::").filter(|part| !part.is_empty()).collect();
    let ours = path.first().is_none_or(|first| ["crate", "self", "super"].contains(first));
    (!ours).then_some(Foreign { path, kind: "module" })
}

/// Every type and trait of another crate that is named below `node`.
fn collect<'a>(node: &'a Value, docs: &'a Value, shown: &mut Vec<Foreign<'a>>) {
    match node {
        Value::Array(nodes) => nodes.iter().for_each(|node| collect(node, docs, shown)),
        Value::Object(fields) => {
            // What rustdoc calls a `Path`.
            if fields.contains_key("path") && fields.contains_key("args") {
                shown.extend(fields.get("id").and_then(|id| foreign(id, docs)));
            }
            fields.values().for_each(|node| collect(node, docs, shown));
        }
        _ => {}
    }
}

/// Whether the list holds it, for a crate of ours and the function it is shown by.
fn permitted(name: &str, foreign: &Foreign<'_>, function: Option<&str>) -> bool {
    let Some((krate, last)) = foreign.path.first().zip(foreign.path.last()) else { return false };
    if krate.starts_with("anyrfc_") {
        return true;
    }
    PERMITTED.iter().filter(|(permitted, _)| permitted == krate).any(|(_, of)| match of {
        Of::All => true,
        Of::Named(names) => names.contains(last),
        Of::Traits => foreign.kind == "trait",
        Of::InFunctions(permitted) => function.is_some_and(|function| permitted.contains(&function)),
        Of::NamedIn(ours, names) => ours.contains(&name) && names.contains(last),
    })
}

/// Where an item is, and its name.
fn place(item: &Value) -> String {
    let span = &item["span"];
    let mut place = match (span["filename"].as_str(), span["begin"][0].as_u64()) {
        (Some(file), Some(line)) => format!("{file}:{line}: "),
        _ => String::new(),
    };
    if let Some(name) = item["name"].as_str() {
        place.push_str(name);
        place.push(' ');
    }
    place
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// The account of a crate with one item, beside what others have.
    fn docs(item: Value) -> Value {
        json!({
            "includes_private": false,
            "index": {
                "1": { "crate_id": 0, "name": "shown", "span": { "filename": "src/lib.rs", "begin": [7, 1] },
                       "inner": item },
                "2": { "crate_id": 0, "name": "inner", "span": null, "inner": { "module": {} } },
                // What another crate has is its own affair.
                "3": { "crate_id": 5, "name": "theirs", "span": null,
                       "inner": { "function": { "output": path(20) } } },
            },
            "paths": {
                "1": { "crate_id": 0, "path": ["anyrfc_x", "shown"], "kind": "function" },
                "10": { "crate_id": 2, "path": ["core", "option", "Option"], "kind": "enum" },
                "11": { "crate_id": 3, "path": ["anyrfc_core", "error", "Fault"], "kind": "enum" },
                "12": { "crate_id": 4, "path": ["bytes", "bytes", "Bytes"], "kind": "struct" },
                "13": { "crate_id": 5, "path": ["tokio", "io", "async_read", "AsyncRead"], "kind": "trait" },
                "14": { "crate_id": 6, "path": ["serde_core", "ser", "Serialize"], "kind": "trait" },
                "15": { "crate_id": 7, "path": ["rustls", "client", "ClientConfig"], "kind": "struct" },
                "16": { "crate_id": 8, "path": ["jsonwebtoken", "DecodingKey"], "kind": "struct" },
                "20": { "crate_id": 5, "path": ["tokio", "net", "TcpStream"], "kind": "struct" },
                "21": { "crate_id": 9, "path": ["url", "Url"], "kind": "struct" },
                "22": { "crate_id": 6, "path": ["serde_core", "de", "value", "Error"], "kind": "struct" },
                "23": { "crate_id": 8, "path": ["jsonwebtoken", "Header"], "kind": "struct" },
                "25": { "crate_id": 11, "path": ["serde_json", "value", "Value"], "kind": "enum" },
                "24": { "crate_id": 10, "path": ["nom", "Parser"], "kind": "trait" },
            },
        })
    }

    fn path(id: u32) -> Value {
        json!({ "resolved_path": { "path": "T", "id": id, "args": null } })
    }

    fn of(name: &str, item: Value) -> Vec<String> {
        judge(name, &docs(item)).unwrap().faults.into_iter().collect()
    }

    fn faults(item: Value) -> Vec<String> {
        of("anyrfc-x", item)
    }

    #[test]
    fn what_the_list_holds_is_permitted() {
        for id in [1, 10, 11, 12, 13, 14] {
            assert_eq!(faults(json!({ "function": { "output": path(id) } })), Vec::<String>::new(), "{id}");
        }
    }

    #[test]
    fn what_it_does_not_hold_is_named_with_its_place() {
        assert_eq!(
            faults(json!({ "function": { "output": path(21) } })),
            ["src/lib.rs:7: shown shows url::Url"]
        );
        for id in [15, 16, 20, 21, 22, 23, 24] {
            assert_eq!(faults(json!({ "function": { "output": path(id) } })).len(), 1, "{id}");
        }
    }

    #[test]
    fn arguments_fields_bounds_and_implementations_count() {
        let bound = json!({ "trait_bound": { "trait": { "path": "Parser", "id": 24, "args": null } } });
        let hidden = json!({ "resolved_path": { "path": "Option", "id": 10,
            "args": { "angle_bracketed": { "args": [{ "type": path(20) }] } } } });
        for item in [
            json!({ "function": { "sig": { "inputs": [["x", path(21)]] } } }),
            json!({ "struct_field": hidden }),
            json!({ "trait": { "bounds": [bound] } }),
            json!({ "struct": { "generics": { "params": [{ "kind": { "type": { "bounds": [bound] } } }] } } }),
            json!({ "impl": { "trait": { "path": "Parser", "id": 24, "args": null }, "blanket_impl": null } }),
            json!({ "impl": { "trait": { "path": "From", "id": 10, "args": { "args": [path(21)] } } } }),
            json!({ "assoc_type": { "type": path(21) } }),
        ] {
            assert_eq!(faults(item.clone()).len(), 1, "{item}");
        }
    }

    #[test]
    fn what_the_compiler_works_out_does_not() {
        let implemented = json!({ "path": "Parser", "id": 24, "args": null });
        for item in [
            json!({ "impl": { "trait": implemented, "is_synthetic": true } }),
            json!({ "impl": { "trait": implemented, "blanket_impl": { "generic": "T" } } }),
        ] {
            assert_eq!(faults(item), Vec::<String>::new());
        }
    }

    #[test]
    fn reexports_count() {
        for (source, id, count) in [
            ("bytes::Bytes", Some(12), 0),
            ("url::Url", Some(21), 1),
            // A whole crate has no path.
            ("nom", Some(99), 1),
            ("bytes", Some(99), 0),
            ("self::inner", Some(2), 0),
            ("crate::shown", Some(1), 0),
            // A primitive type has no id.
            ("std::u8", None, 0),
        ] {
            let item = json!({ "use": { "source": source, "name": "x", "id": id, "is_glob": false } });
            assert_eq!(faults(item).len(), count, "{source}");
        }
    }

    #[test]
    fn rustls_is_shown_by_conversions_alone() {
        let mut docs = docs(json!({ "function": { "sig": { "inputs": [["config", path(15)]] } } }));
        assert_eq!(judge("anyrfc-core", &docs).unwrap().faults.len(), 1);
        for name in ["from_rustls", "to_rustls"] {
            docs["index"]["1"]["name"] = json!(name);
            assert_eq!(judge("anyrfc-core", &docs).unwrap().faults.len(), 0);
        }
        // A type of that name would be something else.
        docs["index"]["1"]["inner"] = json!({ "type_alias": { "type": path(15) } });
        assert_eq!(judge("anyrfc-core", &docs).unwrap().faults.len(), 1);
    }

    #[test]
    fn keys_of_jsonwebtoken_are_shown_by_jwt_alone() {
        let key = json!({ "function": { "output": path(16) } });
        assert_eq!(of("anyrfc-jwt", key.clone()).len(), 0);
        assert_eq!(of("anyrfc-oauth2", key).len(), 1);
        assert_eq!(of("anyrfc-jwt", json!({ "function": { "output": path(23) } })).len(), 1);
    }

    #[test]
    fn values_of_serde_json_are_shown_where_json_is_the_matter() {
        let value = json!({ "struct_field": path(25) });
        assert_eq!(of("anyrfc-jwt", value.clone()).len(), 0);
        assert_eq!(of("anyrfc-oauth2", value.clone()).len(), 0);
        assert_eq!(of("anyrfc-imap", value).len(), 1);
    }

    #[test]
    fn an_account_in_another_form_is_an_error() {
        assert!(judge("anyrfc-x", &json!({})).is_err());
        assert!(judge("anyrfc-x", &json!({ "includes_private": false, "index": {}, "paths": {} })).is_err());
    }

    #[test]
    fn the_list_is_the_one_that_is_promised() {
        let page = std::fs::read_to_string(workspace::root().join("STABILITY.md")).unwrap();
        let standard = ["core", "alloc", "std", "serde_core"];
        for (krate, _) in PERMITTED.iter().filter(|(krate, _)| !standard.contains(krate)) {
            let names = [(*krate).to_owned(), krate.replace('_', "-")];
            assert!(names.iter().any(|name| page.contains(&format!("`{name}`"))), "STABILITY.md: {krate}");
        }
    }
}
