//! `cargo xtask mutants`: would a test notice?
//!
//! A sample of small changes is made to `codec/` and `proto/` of a crate, each behind a switch, so
//! that all are built at once. Then the crate's tests run once for each, with its switch thrown: a
//! change that no test notices has survived.

mod sites;
mod tree;

use std::{
    collections::{BTreeMap, BTreeSet},
    io::{BufRead as _, BufReader},
    path::{Path, PathBuf},
    process::{Command, ExitCode, Stdio},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use indicatif::{ProgressBar, ProgressStyle};

use self::tree::{Built, Mutant, Tree};
use crate::{Result, workspace};

/// The layers whose changes a test has to notice.
const LAYERS: [&str; 2] = ["src/codec", "src/proto"];
/// Of a hundred changes so many at least have to be noticed.
const WANTED: usize = 95;
/// How much memory a test may take with a change in it.
const MEMORY_KIB: u64 = 8 << 20;

/// The options of `cargo xtask mutants`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The crates; none means all that have one of the layers.
    #[arg(value_name = "CRATE")]
    crates: Vec<String>,
    /// How many changes of each crate are tried.
    #[arg(long, value_name = "N", default_value_t = 100)]
    sample: usize,
    /// Which ones: the same for the same number.
    #[arg(long, value_name = "S", default_value_t = 1)]
    seed: u64,
    /// Without the test executables that take longer: what only they would notice survives.
    #[arg(long, value_name = "SECONDS")]
    within: Option<u64>,
    /// Only changes to files that begin so, such as `src/codec/response`.
    #[arg(long, value_name = "PATH")]
    only: Option<PathBuf>,
}

/// Runs `cargo xtask mutants`.
///
/// # Errors
/// A crate cannot be built, its tests fail as they are, or there is nothing to change in what was named.
pub(crate) fn run(args: Args) -> Result {
    let root = workspace::root();
    let all = workspace::crates(&root)?;
    if let Some(unknown) = args.crates.iter().find(|name| !all.contains(name)) {
        return Err(format!("there is no crate {unknown}").into());
    }
    let explained = explained(&root)?;
    let mut enough = true;
    for subject in all {
        let wanted = args.crates.is_empty() || args.crates.contains(&subject);
        if wanted && LAYERS.iter().any(|layer| root.join(&subject).join(layer).is_dir()) {
            enough &= trial(&root, &subject, &args, &explained)?;
        }
    }
    Ok(if enough { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Tries the mutants of one crate; whether enough were noticed.
fn trial(root: &Path, subject: &str, args: &Args, explained: &BTreeMap<String, String>) -> Result<bool> {
    let mut random = Random(args.seed ^ 0x9e37_79b9_7f4a_7c15);
    let mut candidates = candidates(root, subject)?;
    let found = candidates.len();
    let places: BTreeSet<_> = candidates.iter().map(Mutant::key).collect();
    if let Some(only) = &args.only {
        let below = root.join(subject).join(only);
        candidates.retain(|mutant| root.join(&mutant.file).starts_with(&below));
    }
    let here = |key: &&String| key.starts_with(&format!("{subject}/"));
    if let Some(stale) = explained.keys().filter(here).find(|key| !places.contains(*key)) {
        return Err(format!(".config/mutants.txt explains what is not there: {stale}").into());
    }
    if candidates.is_empty() {
        let only = args.only.as_deref().unwrap_or(Path::new("it"));
        return Err(format!("{subject}: nothing in {} can be changed", only.display()).into());
    }
    let mut mutants = BTreeMap::new();
    draw(&mut candidates, &mut mutants, args.sample, &mut random);
    let tree = Tree::copy(root, subject)?;
    let target = root.join("target/mutants/target");
    let tests = loop {
        tree.write(root, &mutants)?;
        match tree.build(&target)? {
            Built::Tests(tests) => break tests,
            Built::Refused(refused) => {
                // The source as it was, and others in place of those that are no programs.
                tree.write(root, &files_of(&mutants, &refused))?;
                let before = mutants.len();
                mutants.retain(|number, _| !refused.contains(number));
                restore(root, &tree, &mutants, subject)?;
                if mutants.len() == before {
                    return Err(format!("{subject}: the compiler refuses what is no change of ours").into());
                }
                draw(&mut candidates, &mut mutants, args.sample, &mut random);
            }
        }
    };
    let mut suites = Vec::new();
    for test in tests {
        let start = Instant::now();
        if verdict(&test, &tree.package(), None, Duration::from_secs(600))? != Verdict::Passed {
            return Err(format!("{} fails without any change", test.display()).into());
        }
        let taken = start.elapsed();
        if args.within.is_none_or(|most| taken.as_secs() < most) {
            suites.push((taken, test));
        }
    }
    suites.sort();
    println!("{subject}: {} changes on trial", mutants.len());
    let progress = ProgressBar::new(mutants.len() as u64)
        .with_style(ProgressStyle::with_template("{prefix} {bar:32} {pos}/{len} {msg}")?)
        .with_prefix(subject.to_owned());
    let (mut survivors, mut endless) = (Vec::new(), 0);
    let longest = |usual: Duration| usual * 5 + Duration::from_secs(20);
    for (number, mutant) in &mutants {
        let mut came = Verdict::Passed;
        for (usual, test) in &suites {
            came = verdict(test, &tree.package(), Some(*number), longest(*usual))?;
            if came != Verdict::Passed {
                break;
            }
        }
        endless += usize::from(came == Verdict::Endless);
        if came == Verdict::Passed {
            progress.suspend(|| eprintln!("  {} survived so far", mutant.key()));
            survivors.push(mutant);
            progress.set_message(format!("{} survived", survivors.len()));
        }
        progress.inc(1);
    }
    progress.finish_and_clear();
    // A test that fails of itself now and then has noticed nothing.
    for (usual, test) in &suites {
        if verdict(test, &tree.package(), Some(usize::MAX), longest(*usual))? != Verdict::Passed {
            return Err(format!("{} failed without any change", test.display()).into());
        }
    }
    Ok(report(subject, found, &mutants, &survivors, endless, explained))
}

/// Says what survived; whether few enough did.
fn report(
    subject: &str,
    found: usize,
    mutants: &BTreeMap<usize, Mutant>,
    survivors: &[&Mutant],
    endless: usize,
    explained: &BTreeMap<String, String>,
) -> bool {
    let mut rightly = 0;
    for mutant in survivors {
        let place = format!("{}:{} fn {}", mutant.file.display(), mutant.site.line, mutant.site.function);
        match explained.get(&mutant.key()) {
            Some(why) => {
                rightly += 1;
                println!("  {place}: {} (survives rightly: {why})", mutant.site.change);
            }
            None => println!("  {place}: {} survived", mutant.site.change),
        }
    }
    let tried = mutants.len();
    let caught = tried - survivors.len();
    let rate = if tried == 0 { 100.0 } else { 100.0 * caught as f64 / tried as f64 };
    println!(
        "{subject}: {caught} of {tried} changes caught ({rate:.1} %; {endless} by a test that did not end), {} survived, {rightly} of them explained; {found} places in all",
        survivors.len()
    );
    tried > 0 && caught * 100 >= tried * WANTED
}

/// Survivors that change nothing anybody could see, and why: `.config/mutants.txt`, one a line,
/// `FILE fn NAME: CHANGE = REASON`.
fn explained(root: &Path) -> Result<BTreeMap<String, String>> {
    let path = root.join(".config/mutants.txt");
    let text = if path.is_file() { std::fs::read_to_string(path)? } else { String::new() };
    let line = |line: &str| {
        let (key, why) = line.split_once(" = ").ok_or_else(|| format!("no reason in `{line}`"))?;
        Ok((key.to_owned(), why.to_owned()))
    };
    text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).map(line).collect()
}

/// The mutants whose files have to be written anew without them.
fn files_of(mutants: &BTreeMap<usize, Mutant>, refused: &BTreeSet<usize>) -> BTreeMap<usize, Mutant> {
    mutants.iter().filter(|(number, _)| !refused.contains(number)).map(|(n, m)| (*n, m.clone())).collect()
}

/// Puts back every source that no mutant is in any more.
fn restore(root: &Path, tree: &Tree, mutants: &BTreeMap<usize, Mutant>, subject: &str) -> Result<()> {
    let still: BTreeSet<_> = mutants.values().map(|mutant| &mutant.file).collect();
    for file in sources(root, subject)? {
        if !still.contains(&file) {
            let below = file.strip_prefix(subject)?;
            std::fs::copy(root.join(&file), tree.package().join(below))?;
        }
    }
    Ok(())
}

/// Every place of the crate's layers.
fn candidates(root: &Path, subject: &str) -> Result<Vec<Mutant>> {
    let mut all = Vec::new();
    for file in sources(root, subject)? {
        let source = std::fs::read_to_string(root.join(&file))?;
        let sites = sites::all(&source).map_err(|error| format!("{}: {error}", file.display()))?;
        all.extend(sites.into_iter().map(|site| Mutant { file: file.clone(), site }));
    }
    Ok(all)
}

/// The sources of the layers, relative to the workspace; tests are none.
fn sources(root: &Path, subject: &str) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    let mut left: Vec<_> = LAYERS.iter().map(|layer| Path::new(subject).join(layer)).collect();
    while let Some(dir) = left.pop() {
        let Ok(entries) = std::fs::read_dir(root.join(&dir)) else { continue };
        for entry in entries {
            let path = dir.join(entry?.file_name());
            let is_test = path.file_stem().is_some_and(|stem| stem.to_string_lossy().ends_with("tests"));
            if is_test {
            } else if root.join(&path).is_dir() {
                left.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                files.push(path);
            }
        }
    }
    files.sort();
    Ok(files)
}

/// Draws until there are `wanted` mutants that do not overlap, or no more to draw.
fn draw(
    candidates: &mut Vec<Mutant>,
    mutants: &mut BTreeMap<usize, Mutant>,
    wanted: usize,
    random: &mut Random,
) {
    let mut number = mutants.last_key_value().map_or(0, |(last, _)| last + 1);
    while mutants.len() < wanted && !candidates.is_empty() {
        let drawn = candidates.swap_remove(random.below(candidates.len()));
        let range = &drawn.site.range;
        let overlaps = |other: &Mutant| {
            let there = &other.site.range;
            other.file == drawn.file && range.start <= there.end && there.start <= range.end
        };
        if !mutants.values().any(overlaps) {
            mutants.insert(number, drawn);
            number += 1;
        }
    }
}

/// What an executable of tests came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    Passed,
    Failed,
    /// It was ended.
    Endless,
}

/// Runs one executable of tests in the directory of its package.
fn verdict(test: &Path, package: &Path, mutant: Option<usize>, longest: Duration) -> Result<Verdict> {
    let mut command = if cfg!(unix) {
        // A change may make a program collect memory without end.
        let mut command = Command::new("sh");
        command.args(["-c", &format!("ulimit -v {MEMORY_KIB}; exec \"$0\"")]).arg(test);
        command
    } else {
        Command::new(test)
    };
    command.current_dir(package).env("CARGO_MANIFEST_DIR", package);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    if let Some(number) = mutant {
        command.env("ANYRFC_MUTANT", number.to_string());
    }
    let mut child = command.spawn()?;
    // The first test that fails is enough; the others may each wait for what never comes.
    let failed = Arc::new(AtomicBool::new(false));
    if let Some(words) = child.stdout.take() {
        let failed = Arc::clone(&failed);
        std::thread::spawn(move || {
            for line in BufReader::new(words).split(b'\n').map_while(std::result::Result::ok) {
                if line.starts_with(b"test ") && line.trim_ascii_end().ends_with(b"FAILED") {
                    failed.store(true, Ordering::Relaxed);
                }
            }
        });
    }
    let deadline = Instant::now() + longest;
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(if status.success() { Verdict::Passed } else { Verdict::Failed });
        }
        let has_failed = failed.load(Ordering::Relaxed);
        if has_failed || Instant::now() > deadline {
            child.kill()?;
            child.wait()?;
            return Ok(if has_failed { Verdict::Failed } else { Verdict::Endless });
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// SplitMix64: a sample that is the same on every machine.
#[derive(Debug)]
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) % bound as u64).unwrap_or_default()
    }
}
