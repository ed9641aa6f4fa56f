//! Runs fuzz targets on a stable compiler.
//!
//! The same functions that cargo-fuzz drives on nightly are called here with
//! every file of their corpus, and then with inputs made from it: the same ones
//! in the same order for the same seed, until the time is over. Without a look
//! at coverage this finds less than cargo-fuzz; it needs nothing but a compiler.
#![forbid(unsafe_code)]

mod crash;
mod dictionary;
mod generator;

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
    time::{Duration, Instant},
};

pub use self::{dictionary::parse as parse_dictionary, generator::Generator};

/// One fuzz target: it panics when something is wrong, whatever the bytes.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    /// Its name, that of its file in `fuzz_targets/` and of its directory in `corpus/`.
    pub name: &'static str,
    /// What it does with an input.
    pub run: fn(&[u8]),
}

/// What a runner is asked to do.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Request {
    /// The names of the targets.
    List,
    /// So many seconds of a target, from this seed on.
    Run { target: String, seconds: u64, seed: u64 },
    /// These inputs of a target, and nothing else.
    Inputs { target: String, files: Vec<PathBuf> },
}

const USAGE: &str = "usage: --list | TARGET --seconds N --seed N | TARGET FILE...";

fn request(arguments: &[String]) -> Result<Request, String> {
    let number = |text: &str| text.parse::<u64>().map_err(|_| format!("{text} is no number"));
    match arguments {
        [list] if list == "--list" => Ok(Request::List),
        [target, seconds, n, seed, m] if seconds == "--seconds" && seed == "--seed" => {
            Ok(Request::Run { target: target.clone(), seconds: number(n)?, seed: number(m)? })
        }
        [target, files @ ..] if !files.is_empty() && !arguments.iter().any(|a| a.starts_with("--")) => {
            Ok(Request::Inputs { target: target.clone(), files: files.iter().map(PathBuf::from).collect() })
        }
        _ => Err(USAGE.to_owned()),
    }
}

/// The program of a crate's `fuzz/` directory, which is `home`.
#[must_use]
pub fn main(targets: &[Target], home: &str) -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match request(&arguments).and_then(|request| answer(targets, Path::new(home), &request)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn answer(targets: &[Target], home: &Path, request: &Request) -> Result<(), String> {
    let named = |name: &str| {
        targets.iter().find(|target| target.name == name).ok_or_else(|| format!("no target is called {name}"))
    };
    match request {
        Request::List => {
            for target in targets {
                println!("{}", target.name);
            }
            Ok(())
        }
        Request::Inputs { target, files } => {
            let target = named(target)?;
            for path in files {
                let input = std::fs::read(path).map_err(|error| format!("{}: {error}", path.display()))?;
                // Not caught: whoever looks for the cause wants the whole back-trace.
                (target.run)(&input);
                println!("{}: {} passes", target.name, path.display());
            }
            Ok(())
        }
        Request::Run { target, seconds, seed } => {
            run(*named(target)?, home, Duration::from_secs(*seconds), *seed)
        }
    }
}

/// Every file of a target's corpus, sorted by name.
///
/// # Errors
/// The directory is missing or empty, or a file cannot be read.
pub fn corpus(home: &Path, target: &str) -> Result<Vec<Vec<u8>>, String> {
    let directory = home.join("corpus").join(target);
    let tell = |error: std::io::Error| format!("{}: {error}", directory.display());
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(&directory).map_err(tell)? {
        paths.push(entry.map_err(tell)?.path());
    }
    paths.sort();
    let files = paths.iter().map(std::fs::read).collect::<Result<Vec<_>, _>>().map_err(tell)?;
    if files.is_empty() { Err(format!("{} is empty", directory.display())) } else { Ok(files) }
}

/// The target's dictionary; empty where it has none.
fn dictionary_of(home: &Path, target: &str) -> Result<Vec<Vec<u8>>, String> {
    let path = home.join("dictionaries").join(format!("{target}.dict"));
    match std::fs::read_to_string(&path) {
        Ok(text) => parse_dictionary(&text).map_err(|line| format!("{}:{line}: no entry", path.display())),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(format!("{}: {error}", path.display())),
    }
}

/// Inputs between two looks at the clock.
const BATCH: u32 = 16;

fn run(target: Target, home: &Path, time: Duration, seed: u64) -> Result<(), String> {
    let corpus = corpus(home, target.name)?;
    let dictionary = dictionary_of(home, target.name)?;
    let artifacts = home.join("artifacts").join(target.name);
    let seeds = corpus.len();
    let start = Instant::now();
    let mut watch = crash::Watch::start(target, artifacts);
    for input in &corpus {
        watch.run(input)?;
    }
    let mut generator = Generator::new(seed, corpus, dictionary);
    let mut inputs = 0_u64;
    while start.elapsed() < time {
        for _ in 0..BATCH {
            watch.run(&generator.next_input())?;
        }
        inputs += u64::from(BATCH);
    }
    println!(
        "{}: {seeds} inputs of the corpus and {inputs} made from them (seed {seed}) in {:.1} s",
        target.name,
        start.elapsed().as_secs_f64()
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn strings(words: &[&str]) -> Vec<String> {
        words.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn requests() {
        assert_eq!(request(&strings(&["--list"])), Ok(Request::List));
        assert_eq!(
            request(&strings(&["frames", "--seconds", "4", "--seed", "7"])),
            Ok(Request::Run { target: "frames".into(), seconds: 4, seed: 7 })
        );
        assert_eq!(
            request(&strings(&["frames", "a", "b"])),
            Ok(Request::Inputs { target: "frames".into(), files: vec!["a".into(), "b".into()] })
        );
        for bad in
            [&[][..], &["frames"], &["frames", "--seconds"], &["frames", "--seconds", "x", "--seed", "1"]]
        {
            assert!(request(&strings(bad)).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn an_input_that_panics_is_kept_as_small_as_it_still_panics() {
        let home = std::env::temp_dir().join(format!("fuzz-runner-{}", std::process::id()));
        std::fs::create_dir_all(home.join("corpus/bang")).unwrap();
        std::fs::write(home.join("corpus/bang/a"), b"all is well here").unwrap();
        std::fs::write(home.join("corpus/bang/b"), b"some words and then a ! in the middle").unwrap();
        let target = Target { name: "bang", run: |input| assert!(!input.contains(&b'!'), "found it") };
        let told = run(target, &home, Duration::from_secs(60), 1).unwrap_err();
        let kept: Vec<_> = std::fs::read_dir(home.join("artifacts/bang")).unwrap().flatten().collect();
        let input = std::fs::read(kept[0].path()).unwrap();
        std::fs::remove_dir_all(&home).unwrap();
        assert_eq!((kept.len(), &input[..]), (1, &b"!"[..]));
        assert!(told.contains("found it") && told.contains("crash-"), "{told}");
    }

    #[test]
    fn an_empty_corpus_shows_nothing() {
        let home = std::env::temp_dir().join(format!("fuzz-runner-empty-{}", std::process::id()));
        std::fs::create_dir_all(home.join("corpus/x")).unwrap();
        let told = corpus(&home, "x");
        std::fs::remove_dir_all(&home).unwrap();
        assert!(told.unwrap_err().ends_with("is empty"));
        assert!(corpus(&home, "y").is_err());
    }
}
