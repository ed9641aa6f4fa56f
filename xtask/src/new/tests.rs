//! What is stamped is in the house form; that it compiles and passes is shown on request.

use std::process::Command;

use super::*;

fn door() -> Name {
    Name::parse("door-bell").unwrap()
}

#[test]
fn names_are_words() {
    let name = door();
    assert_eq!(
        [&*name.package, &*name.module, &*name.type_name],
        ["anyrfc-door-bell", "anyrfc_door_bell", "DoorBell"]
    );
    assert_eq!(Name::parse("anyrfc-oauth2").unwrap().type_name, "Oauth2");
    for wrong in ["", "-", "Door", "door-", "door_bell", "../door", "2door", "anyrfc-", "door.rs", "tür"] {
        assert!(Name::parse(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn the_list_of_suites_grows() {
    let empty = "pub static SUITES: &[&Suite] = &[];\nrest";
    let one = register_suite(empty, &door()).unwrap();
    assert_eq!(one, "pub static SUITES: &[&Suite] = &[\n    &anyrfc_door_bell::compliance::SUITE,\n];\nrest");
    let two = register_suite(&one, &Name::parse("window").unwrap()).unwrap();
    assert!(
        two.contains("&anyrfc_door_bell::compliance::SUITE,\n    &anyrfc_window::compliance::SUITE,\n];")
    );
    assert!(register_suite("nothing", &door()).is_err());
    let real = std::fs::read_to_string(workspace::root().join("xtask/src/compliance/suites.rs")).unwrap();
    assert!(
        register_suite(&real, &door()).unwrap().contains("    &anyrfc_door_bell::compliance::SUITE,\n];")
    );
}

#[test]
fn the_manifest_grows() {
    let text = "[dependencies]\nanyrfc-core = 1\nclap = 1\n";
    let grown = register_dependency(text, &door()).unwrap();
    assert_eq!(
        grown,
        "[dependencies]\nanyrfc-core = 1\n\
         anyrfc-door-bell = { path = \"../anyrfc-door-bell\", features = [\"compliance\"] }\nclap = 1\n"
    );
    assert!(register_dependency("[dependencies]\n", &door()).is_err());
}

#[test]
fn what_is_stamped_is_tidy() {
    let root = tempfile::tempdir().unwrap();
    let write = |path: &str, text: &str| {
        let path = root.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    let real = workspace::root();
    write("Cargo.toml", &std::fs::read_to_string(real.join("Cargo.toml")).unwrap());
    write("xtask/Cargo.toml", &std::fs::read_to_string(real.join("xtask/Cargo.toml")).unwrap());
    write("xtask/src/main.rs", "fn main() {}\n");
    for member in ["xtask/fuzz-runner", "docs"] {
        let manifest = std::fs::read_to_string(real.join(member).join("Cargo.toml")).unwrap();
        write(&format!("{member}/Cargo.toml"), &manifest);
        write(&format!("{member}/src/lib.rs"), "");
    }
    write("xtask/src/compliance/suites.rs", "static SUITES: &[&Suite] = &[];");
    assert!(stamp(root.path(), &door()).is_err(), "there is no licence");
    assert!(!root.path().join("anyrfc-door-bell").exists(), "all or nothing");
    for licence in LICENCES {
        write(licence, "Do as you please.");
    }
    // The members that the manifests speak of.
    for name in workspace::crates(&real).unwrap() {
        let manifest = std::fs::read_to_string(real.join(&name).join("Cargo.toml")).unwrap();
        write(&format!("{name}/Cargo.toml"), &manifest);
        write(&format!("{name}/src/lib.rs"), "");
        write(&format!("{name}/tests/compliance.rs"), "");
    }
    stamp(root.path(), &door()).unwrap();
    assert!(stamp(root.path(), &door()).is_err(), "it is there already");
    for (path, _) in TEMPLATES {
        let text = std::fs::read_to_string(root.path().join("anyrfc-door-bell").join(path)).unwrap();
        assert!(!text.contains("__"), "{path}");
    }
    let findings = crate::tidy::findings_below(root.path(), &["anyrfc-door-bell"], "anyrfc-door-bell/");
    assert_eq!(findings, Vec::<String>::new());
}

/// Compiles a copy of the workspace with a stamped crate: minutes. Set
/// `ANYRFC_TEST_NEW` to run it, as `cargo xtask ci --full` does.
#[test]
fn what_is_stamped_compiles_and_passes() {
    if std::env::var_os("ANYRFC_TEST_NEW").is_none() {
        return;
    }
    let (real, copy) = (workspace::root(), tempfile::tempdir().unwrap());
    copy_tree(&real, copy.path());
    for licence in LICENCES {
        let path = copy.path().join(licence);
        if !path.exists() {
            std::fs::write(path, "Do as you please.").unwrap();
        }
    }
    stamp(copy.path(), &door()).unwrap();
    format(copy.path(), &door()).unwrap();
    let run = |arguments: &[&str]| {
        let output = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
            .args(arguments)
            .current_dir(copy.path())
            // Kept between runs: what does not change is not compiled again.
            .env("CARGO_TARGET_DIR", real.join("target/new"))
            .env_remove("CARGO_MANIFEST_DIR")
            .output()
            .unwrap();
        let text = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
        (output.status.success(), text.concat())
    };
    for arguments in [
        &["test", "--quiet", "--package", "anyrfc-door-bell", "--all-features"][..],
        &[
            "clippy",
            "--quiet",
            "--package",
            "anyrfc-door-bell",
            "--all-features",
            "--all-targets",
            "--",
            "-Dwarnings",
        ],
        &["clippy", "--quiet", "--package", "anyrfc-door-bell", "--no-default-features", "--", "-Dwarnings"],
        &["fmt", "--check", "--package", "anyrfc-door-bell"],
        &["xtask", "compliance", "anyrfc-door-bell", "--check"],
    ] {
        let (passed, text) = run(arguments);
        assert!(passed, "cargo {}:\n{text}", arguments.join(" "));
    }
    let (_, tidy) = run(&["xtask", "tidy"]);
    assert!(tidy.contains("tidy: ") && !tidy.contains("anyrfc-door-bell"), "{tidy}");
}

fn copy_tree(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name();
        if entry.file_type().unwrap().is_dir() {
            if name != "target" && name != ".git" {
                copy_tree(&entry.path(), &to.join(name));
            }
        } else if name != ".git" {
            std::fs::copy(entry.path(), to.join(name)).unwrap();
        }
    }
}
