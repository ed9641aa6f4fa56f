//! Every rule can fail.

use super::*;
use crate::workspace::{Dependency, Package};

/// The findings in `text` as if it stood at `path`, as `line rule`.
fn findings_at(path: &str, text: &str) -> Vec<String> {
    outcome_at(path, text).findings.iter().map(|f| format!("{} {}", f.line, f.rule)).collect()
}

fn outcome_at(path: &str, text: &str) -> Outcome {
    let source = Source::parse(path.to_owned(), text.to_owned()).unwrap();
    let mut outcome = Outcome::default();
    judge(&source, &BTreeSet::new(), &mut outcome);
    outcome.findings.sort();
    outcome
}

const CODEC: &str = "anyrfc-door/src/codec/mod.rs";
const CLIENT: &str = "anyrfc-door/src/client/mod.rs";

#[test]
fn sans_io_layers_know_no_tokio_sockets_or_clock() {
    for line in [
        "use tokio::io::AsyncRead;",
        "use {std::fmt, ::tokio::time};",
        "use std::{fmt, net::IpAddr};",
        "fn f() -> std::net::SocketAddr { g() }",
        "fn f() { let _ = Instant::now(); }",
        "fn f() { let _ = std::time::Instant::now(); }",
        "fn f(t: Option<SystemTime>) {}",
        "fn f(t: Instant) { t.elapsed(); }",
        "fn f() { assert!(Instant::now() > x); }",
        "weird! { a => tokio::time::sleep }",
    ] {
        for layer in ["types", "codec", "proto"] {
            let path = format!("anyrfc-door/src/{layer}/x.rs");
            assert_eq!(findings_at(&path, line), ["1 sans-io"], "{line}");
        }
        assert!(findings_at(CLIENT, line).is_empty(), "{line}");
        assert!(findings_at("anyrfc-core/src/driver/mod.rs", line).is_empty(), "{line}");
        let test = format!("#[cfg(test)]\nmod tests {{\n{line}\n}}");
        assert!(findings_at(CODEC, &test).is_empty(), "{line}");
    }
    for line in ["// tokio::spawn", "const A: &str = \"tokio::net SystemTime\";", "use core::net::IpAddr;"] {
        assert!(findings_at(CODEC, line).is_empty(), "{line}");
    }
}

#[test]
fn a_layer_uses_only_those_below() {
    assert_eq!(findings_at("anyrfc-door/src/types/x.rs", "use crate::codec::y;"), ["1 layer-order"]);
    assert_eq!(findings_at(CODEC, "use crate::{types::A, proto::Connection};"), ["1 layer-order"]);
    assert_eq!(findings_at(CODEC, "fn f(c: crate::client::Client) {}"), ["1 layer-order"]);
    assert!(findings_at(CLIENT, "use crate::{proto::A, codec::B, types::C, error::Error};").is_empty());
    assert!(findings_at("anyrfc-door/src/compliance/x.rs", "use crate::client::Client;").is_empty());
}

#[test]
fn public_functions_say_how_they_fail_and_are_cancelled() {
    let cases = [
        ("pub async fn f() {}", vec!["1 cancel-safety"]),
        ("pub fn f() -> Result<(), E> {}", vec!["1 errors"]),
        ("pub fn f() -> io::Result<()> {}", vec!["1 errors"]),
        ("pub async fn f() -> Result<()> {}", vec!["1 cancel-safety", "1 errors"]),
        ("pub struct A; impl A { pub fn f() -> Poll<Option<Result<()>>> {} }", vec!["1 errors"]),
        ("pub trait A { fn f() -> impl Future<Output = Result<()>> + Send; }", vec!["1 errors"]),
        ("pub fn f() -> Pin<Box<dyn Future<Output = Result<()>>>> {}", vec!["1 errors"]),
        ("pub mod inner { pub fn f() -> Result<()> {} }", vec!["1 errors"]),
        ("mod sealed { pub trait A { fn f() -> Result<()>; } }", vec![]),
        (
            "/// # Errors\n/// Never.\n///\n/// # Cancel safety\n/// Yes.\npub async fn f() -> Result<()> {}",
            vec![],
        ),
        ("pub(crate) async fn f() -> Result<()> {}", vec![]),
        ("struct A; impl A { pub fn f() -> Result<()> {} }", vec![]),
        ("impl Read for A { fn read() -> Result<()> {} }", vec![]),
        ("pub fn f() -> Vec<Result<()>> {}", vec![]),
        ("#[cfg(test)] mod tests { pub fn f() -> Result<()> {} }", vec![]),
    ];
    for (text, expected) in cases {
        assert_eq!(findings_at(CLIENT, text), expected, "{text}");
        assert!(findings_at("anyrfc-door/tests/x.rs", text).is_empty(), "{text}");
    }
}

#[test]
fn nothing_is_unfinished_not_even_in_tests() {
    for text in [
        "fn f() { todo!() }",
        "fn f() { std::unimplemented!(\"later\") }",
        "fn f() { weird! { a => { todo!() } } }",
        "#[test] #[ignore] fn f() {}",
        "#[test] #[ignore = \"slow\"] fn f() {}",
        "#[cfg_attr(miri, ignore)] fn f() {}",
        "#[cfg(test)] mod tests { #[test] #[ignore] fn f() {} }",
    ] {
        for path in [CLIENT, "anyrfc-door/tests/x.rs", "xtask/src/main.rs", "anyrfc-core/src/lib.rs"] {
            assert_eq!(findings_at(path, text), ["1 unfinished"], "{text}");
        }
    }
    assert!(findings_at(CLIENT, "// todo!()\nconst A: &str = \"todo!() #[ignore]\";").is_empty());
}

#[test]
fn library_code_does_not_panic_on_data() {
    for text in [
        "fn f() { a.unwrap(); }",
        "fn f() { a.expect(\"it\"); }",
        "fn f() { let x = data[0]; }",
        "fn f() { let x = &data[1..]; }",
        "fn f() { let x = self.a.b()[n]; }",
        "fn f(data: [u8; 4]) { data[n]; }",
        "fn f(data: [u8; 4]) { &data[..n]; }",
        "fn f(data: [u8; 4]) { let data = other(); data[0]; }",
        "fn f() { let data = [0; 4]; if let Some(data) = x { data[0]; } }",
        "fn f() { assert_eq!(data[0], 1); }",
        "fn f() { select! { x = y => data[0] } }",
        "fn f() { select! { x = y => z.unwrap() } }",
        "fn f() { panic!(\"it\") }",
        "fn f() { a.unwrap_or_else(|| unreachable!()) }",
        "fn f() { select! { x = y => unreachable!() } }",
    ] {
        for path in [CODEC, CLIENT, "anyrfc-core/src/driver/io.rs", "anyrfc-core/src/compliance/suite.rs"] {
            assert_eq!(findings_at(path, text), ["1 no-panic"], "{text}");
        }
        for path in [
            "anyrfc-door/src/testing/x.rs",
            "anyrfc-door/src/compliance/x.rs",
            "anyrfc-door/tests/x.rs",
            "xtask/src/x.rs",
        ] {
            assert!(findings_at(path, text).is_empty(), "{path}: {text}");
        }
        assert!(findings_at(CODEC, &format!("#[test] {text}")).is_empty());
        assert!(findings_at(CODEC, &format!("#[cfg(any(test, feature = \"testing\"))] {text}")).is_empty());
        assert_eq!(findings_at(CODEC, &format!("#[cfg(not(test))] {text}")), ["1 no-panic"]);
    }
    for text in [
        "const A: u8 = TABLE[3];",
        "fn f(data: [u8; 4]) { data[3]; &data[1..3]; assert!(data[0] > 1); }",
        "fn f() { let mut a = [0; 4]; a[1] = 2; let [b, ..] = a; let c: [u8; 2] = make(); c[0]; let d = c; d[1]; }",
        "static A: u8 = make().unwrap();",
        "fn f() { let x = &data[..]; }",
        "fn f(a: [u8; 4]) -> &'static [u8] { &[1, 2] }",
        "fn f() { let [a, b] = c; vec![1, 2]; a.unwrap_or(3); a.get(0); }",
        "fn f() { matches!(x, [1, ..]); weird! { #[doc] a in [1], &'static [u8] => vec![x] } }",
        "#[derive(Debug)] struct A;",
        "/// `data[0].unwrap()`\nfn f() { let x = \"data[0]\"; }",
    ] {
        assert!(findings_at(CODEC, text).is_empty(), "{text}");
    }
}

#[test]
fn an_escape_needs_a_reason_and_a_use() {
    let outcome = outcome_at(CODEC, "fn f() {\n    let x = data[0]; // tidy: checked above\n}");
    assert!(outcome.findings.is_empty());
    assert_eq!(
        outcome.escapes[0].to_string(),
        "anyrfc-door/src/codec/mod.rs:2: escape: no-panic escaped: checked above"
    );
    assert!(
        findings_at(CODEC, "fn f() {\n    // tidy: the table\n    // has 256 rows\n    let x = data[0];\n}")
            .is_empty()
    );
    assert_eq!(findings_at(CODEC, "fn f() {\n    // tidy: \n    let x = data[0];\n}"), ["3 no-panic"]);
    assert_eq!(findings_at(CODEC, "fn f() {\n    // tidy: far\n\n    let x = data[0];\n}").len(), 2);
    assert_eq!(findings_at(CODEC, "// tidy: for nothing\nfn f() {}"), ["1 escape"]);
    assert_eq!(findings_at(CODEC, "// tidy: no\nuse tokio::x;").len(), 2, "not every rule can be escaped");
}

#[test]
fn the_library_spawns_no_task() {
    for text in [
        "fn f() { tokio::spawn(x); }",
        "use tokio::task::spawn_blocking;",
        "use tokio::task::{JoinSet, yield_now};",
        "struct A { t: TaskTracker }",
        "fn f() { handle.spawn(x); }",
        "fn f() { select! { a = b => tokio::spawn(x) } }",
    ] {
        assert_eq!(findings_at(CLIENT, text), ["1 no-spawn"], "{text}");
        assert!(findings_at("anyrfc-door/src/testing/mod.rs", text).is_empty(), "{text}");
        assert!(findings_at("anyrfc-door/tests/x.rs", text).is_empty(), "{text}");
    }
    assert!(findings_at(CLIENT, "fn f() { tokio::select! { _ = a => {} } }").is_empty());
}

#[test]
fn modules_for_tests_may_stand_in_files_of_their_own() {
    let source = Source::parse(CODEC.into(), "#[cfg(test)]\nmod tests;\nmod frame;".into()).unwrap();
    let files: BTreeSet<String> = source.test_modules().into_iter().collect();
    assert_eq!(
        files.iter().map(String::as_str).collect::<Vec<_>>(),
        ["anyrfc-door/src/codec/tests.rs", "anyrfc-door/src/codec/tests/"]
    );
    let is_test = |path: &str| Source::parse(path.into(), String::new()).unwrap().area(&files).test;
    assert!(is_test("anyrfc-door/src/codec/tests.rs") && is_test("anyrfc-door/src/codec/tests/deep.rs"));
    assert!(!is_test("anyrfc-door/src/codec/frame.rs"));
    let other = Source::parse("anyrfc-door/src/codec/frame.rs".into(), "#[cfg(test)] mod t;".into()).unwrap();
    assert_eq!(other.test_modules()[0], "anyrfc-door/src/codec/frame/t.rs");
}

#[test]
fn files_are_not_endless() {
    let long = "\n".repeat(601);
    assert!(source::length(CODEC, &long).is_some());
    assert!(source::length(CODEC, &"\n".repeat(600)).is_none());
    assert!(source::length("anyrfc-door/src/rfc6455.rs", &long).is_none());
    assert!(source::length("anyrfc-door/src/rfc9051/chapter_6.rs", &long).is_none());
    assert!(source::length("anyrfc-door/src/rfc.rs", &long).is_some());
}

fn package(layers: serde_json::Value, dependencies: Vec<Dependency>) -> Package {
    Package {
        name: "anyrfc-door".into(),
        manifest_path: "/w/anyrfc-door/Cargo.toml".into(),
        publish: None,
        dependencies,
        targets: Vec::new(),
        metadata: serde_json::json!({ "anyrfc": { "layers": layers } }),
    }
}

#[test]
fn layers_are_as_declared() {
    let root = tempfile::tempdir().unwrap();
    let source = root.path().join("anyrfc-door/src");
    for name in ["types", "codec", "compliance", "testing", "rfc9051"] {
        std::fs::create_dir_all(source.join(name)).unwrap();
    }
    let messages = |layers| -> Vec<String> {
        manifest::layers(root.path(), &package(layers, Vec::new())).into_iter().map(|f| f.message).collect()
    };
    assert!(messages(serde_json::json!(["types", "codec", "compliance"])).is_empty());
    assert_eq!(messages(serde_json::json!(["types", "compliance"])), ["src/codec/ is not a declared layer"]);
    assert_eq!(messages(serde_json::json!(["types", "codec"])).len(), 2);
    assert!(messages(serde_json::json!(["types", "codec", "proto", "compliance"]))[0].contains("src/proto/"));
    assert!(
        messages(serde_json::json!(["types", "codec", "compliance", "magic"]))[0]
            .contains("magic is no layer")
    );
    assert!(messages(serde_json::Value::Null)[0].contains("no layers"));
}

#[test]
fn internal_dependencies_carry_a_version_and_development_ones_none() {
    let dependency = |req: &str, kind: Option<&str>| Dependency {
        name: "anyrfc-core".into(),
        req: req.into(),
        kind: kind.map(str::to_owned),
        path: Some("/w/anyrfc-core".into()),
    };
    let text = "[dependencies]\nbytes.workspace = true\nanyrfc-core.workspace = true\n\n[dev-dependencies]\n\
                anyrfc-core = { path = \"../anyrfc-core\" }\nserde = \"1\"\n";
    let lines = |dependencies: Vec<Dependency>| -> Vec<String> {
        let package = package(serde_json::Value::Null, dependencies);
        manifest::dependencies(&package, "p", text)
            .into_iter()
            .map(|f| format!("{} {}", f.line, f.rule))
            .collect()
    };
    assert_eq!(lines(vec![dependency("^0.1.0", None), dependency("*", Some("dev"))]), ["7 dependency"]);
    assert_eq!(lines(vec![dependency("*", None)]), ["3 version", "7 dependency"]);
    assert_eq!(lines(vec![dependency("^0.1.0", Some("dev"))]), ["6 version", "7 dependency"]);
}

#[test]
fn every_dependency_is_justified() {
    let text = "[workspace.dependencies]\nanyrfc-core = { path = \"x\" }\n\n# Buffers.\nbytes = \"1\"\nserde = \"1\"\n#\n\
                http = \"1\"\n# Yes.\n[workspace.dependencies.rand]\nversion = \"1\"\n[workspace.dependencies.tokio]\n";
    let names: Vec<String> =
        manifest::workspace(text).into_iter().map(|f| format!("{} {}", f.line, f.message)).collect();
    assert_eq!(names.len(), 3, "{names:?}");
    assert!(
        names[0].starts_with("6 serde ")
            && names[1].starts_with("8 http ")
            && names[2].starts_with("12 tokio ")
    );
}

#[test]
fn the_files_every_crate_has() {
    let root = tempfile::tempdir().unwrap();
    let home = root.path().join("anyrfc-door");
    std::fs::create_dir(&home).unwrap();
    assert_eq!(manifest::files(root.path(), "anyrfc-door", true).len(), 5);
    for file in ["README.md", "CHANGELOG.md", "LICENSE-MIT", "LICENSE-APACHE"] {
        std::fs::write(home.join(file), "x").unwrap();
    }
    assert!(manifest::files(root.path(), "anyrfc-door", false).is_empty());
    assert_eq!(manifest::files(root.path(), "anyrfc-door", true)[0].path, "anyrfc-door/COMPLIANCE.md");
}

#[test]
fn a_workspace_is_judged_whole() {
    let root = tempfile::tempdir().unwrap();
    let write = |path: &str, text: &str| {
        let path = root.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    write("Cargo.toml", "[workspace]\nresolver = \"3\"\nmembers = [\"anyrfc-*\"]\n");
    write(
        "anyrfc-door/Cargo.toml",
        "[package]\nname = \"anyrfc-door\"\nversion = \"0.1.0\"\nedition = \"2024\"\n",
    );
    write("anyrfc-door/src/lib.rs", "fn f() { a.unwrap(); }\n");
    write("anyrfc-door/src/broken.rs", "fn {\n");
    write("anyrfc-door/target/x.rs", "not looked at");
    let outcome = check(root.path(), &[]).unwrap();
    let rules: BTreeSet<&str> = outcome.findings.iter().map(|finding| finding.rule).collect();
    assert_eq!(rules.into_iter().collect::<Vec<_>>(), ["files", "layers", "no-panic", "parse", "suite"]);
    assert_eq!(outcome.files, 2);
    let listed = check(root.path(), &["anyrfc-door"]).unwrap();
    assert!(!listed.findings.iter().any(|finding| finding.rule == "suite"));
    assert!(listed.findings.iter().any(|finding| finding.path == "anyrfc-door/COMPLIANCE.md"));
}
