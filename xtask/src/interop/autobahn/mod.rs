//! Autobahn's fuzzing server: the client echoes what it is sent, the suite judges.
//!
//! One connection asks for one case (`/runCase?case=N&agent=NAME`); the last
//! one asks for the reports, which are read from the server's directory.

mod client;
mod verdict;

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use indicatif::ProgressBar;
use tokio::{task::JoinSet, time::timeout};

use self::verdict::Index;
use super::{
    install::{Site, Virtualenv, apt_install, interpreter},
    peer::{Drive, Failure, Form, Outcome, Peer, Running, Started},
    process::{Server, command, free_address},
};
use crate::Result;

/// The name under which the suite files what it sees.
const AGENT: &str = "anyrfc-websocket";
/// So many cases at once: the suite spends much of its time waiting.
const CONCURRENCY: usize = 8;
/// The suite ends a case by itself; this is for a client that hangs.
const CASE: Duration = Duration::from_secs(600);
const VERSION: &str = "25.10.1";
const PACKAGES: &[&str] = &["autobahntestsuite==25.10.1"];
/// The last line of releases that make environments for Python 2.7.
const VIRTUALENV: &str = "virtualenv<20.22";
const SERVER: &str = include_str!("server.py");

/// The peer.
#[derive(Debug)]
pub(super) struct Autobahn;

impl Autobahn {
    fn environment(&self, site: &Site) -> Virtualenv {
        Virtualenv::new(site.place(self.name()), PACKAGES)
    }
}

/// Whether `form` has this case. The groups on compression send a thousand messages
/// a case, up to 128 KiB each: in the quick form only those of up to 4 KiB.
fn included(form: Form, case: &str) -> bool {
    let compression = matches!(case.split_once('.'), Some(("12" | "13", _)));
    let small = case.rsplit_once('.').is_some_and(|(_, size)| matches!(size, "1" | "2" | "3" | "4" | "5"));
    form == Form::Long || !compression || small
}

impl Peer for Autobahn {
    fn name(&self) -> &'static str {
        "autobahn"
    }

    fn subject(&self) -> &'static str {
        "anyrfc-websocket"
    }

    fn about(&self) -> &'static str {
        "the Autobahn WebSocket test suite, as fuzzing server"
    }

    fn version(&self, site: &Site) -> Option<String> {
        self.environment(site).is_installed().then(|| VERSION.into())
    }

    fn install(&self, site: &Site) -> Result<()> {
        let environment = self.environment(site);
        if environment.is_installed() {
            return Ok(());
        }
        let find = || interpreter("python2.7", "2.7");
        let python = match find() {
            Some(python) => python,
            None => {
                apt_install(&["python2.7-dev"])?;
                find().ok_or("the Autobahn suite needs Python 2.7, and none was found")?
            }
        };
        // A bare Python 2.7 may have no pip; then Python 3 makes the environment.
        let host = interpreter("python3", "3").unwrap_or_else(|| PathBuf::from("python3"));
        environment
            .install_for(&python, &python, VIRTUALENV)
            .or_else(|_| environment.install_for(&host, &python, VIRTUALENV))
    }

    fn start(&self, site: &Site, dir: &Path) -> Result<Started> {
        let script = dir.join("server.py");
        std::fs::write(&script, SERVER)?;
        let address = free_address()?;
        let mut command = command(self.environment(site).python());
        // `-u`: what it prints is in the log even if it is killed.
        command.arg("-u").arg(script).arg(address.port().to_string()).arg(dir).current_dir(dir);
        let mut server = Server::spawn(command, dir.join("server.log"))?;
        server.ready(address)?;
        Ok(Started { servers: vec![server], address })
    }

    fn drive<'a>(&'a self, running: &'a Running, form: Form, progress: &'a ProgressBar) -> Drive<'a> {
        Box::pin(async move {
            let cases = Cases::read(running.dir(), form)?;
            let base = format!("ws://{}", running.address());
            let counted = client::ask(&format!("{base}/getCaseCount")).await?;
            if counted.trim() != cases.all.to_string() {
                return Err(format!("{} cases were listed, and {counted} counted", cases.all).into());
            }
            progress.set_length(cases.run.len().try_into()?);
            let heard = run_all(&base, &cases, progress).await?;
            client::ask(&format!("{base}/updateReports?agent={AGENT}")).await?;
            let index = Index::read(&running.dir().join("reports"), AGENT)?;
            Ok(judge(&cases, &index, &heard))
        })
    }
}

/// The cases of the suite.
#[derive(Debug)]
struct Cases {
    /// So many are there.
    all: usize,
    /// These are run: the number to ask for, and the name.
    run: Vec<(usize, String)>,
}

impl Cases {
    fn read(dir: &Path, form: Form) -> Result<Self> {
        let names: Vec<String> = serde_json::from_slice(&std::fs::read(dir.join("cases.json"))?)?;
        let all = names.len();
        let run = (1..).zip(names).filter(|(_, name)| included(form, name)).collect();
        Ok(Self { all, run })
    }
}

/// Runs every case, and answers what our client said about those that it ended with an error.
async fn run_all(base: &str, cases: &Cases, progress: &ProgressBar) -> Result<BTreeMap<String, String>> {
    let queue = Arc::new(Mutex::new(cases.run.clone().into_iter()));
    let mut workers = JoinSet::new();
    for _ in 0..CONCURRENCY {
        let (queue, base, progress) = (Arc::clone(&queue), base.to_owned(), progress.clone());
        workers.spawn(async move {
            let mut heard = Vec::new();
            loop {
                let next = queue.lock().unwrap_or_else(PoisonError::into_inner).next();
                let Some((number, name)) = next else { return heard };
                let url = format!("{base}/runCase?case={number}&agent={AGENT}");
                match timeout(CASE, client::echo(&url)).await {
                    Ok(Ok(())) => {}
                    Ok(Err(error)) => heard.push((name, error.to_string())),
                    Err(_) => heard.push((name, format!("still running after {CASE:?}"))),
                }
                progress.inc(1);
            }
        });
    }
    let mut heard = BTreeMap::new();
    while let Some(worker) = workers.join_next().await {
        heard.extend(worker?);
    }
    Ok(heard)
}

/// Passed is what the suite calls OK; where it defines no verdict, what it calls informational.
fn judge(cases: &Cases, index: &Index, heard: &BTreeMap<String, String>) -> Outcome {
    let mut outcome = Outcome { skipped: cases.all - cases.run.len(), ..Outcome::default() };
    let mut behavior = BTreeMap::<&str, usize>::new();
    let mut behavior_close = BTreeMap::<&str, usize>::new();
    for (_, case) in &cases.run {
        let why = match index.verdict(case) {
            None => "the suite has no verdict".to_owned(),
            Some(verdict) => {
                *behavior.entry(&verdict.behavior).or_default() += 1;
                *behavior_close.entry(&verdict.behavior_close).or_default() += 1;
                if verdict.passed(case) {
                    outcome.passed += 1;
                    continue;
                }
                outcome.evidence.push(index.evidence(verdict));
                index.why(verdict)
            }
        };
        let ours = heard.get(case).map(|error| format!("; our client: {error}")).unwrap_or_default();
        outcome.failures.push(Failure { case: case.clone(), why: why + &ours });
    }
    outcome.extra.insert("behavior", serde_json::json!(behavior));
    outcome.extra.insert("behavior_close", serde_json::json!(behavior_close));
    outcome
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn excluded_cases_leave_the_others_their_numbers() {
        let dir = tempfile::tempdir().unwrap();
        let names = r#"["1.1.1", "12.1.1", "12.1.15", "2.1", "9.1.6", "13.7.5", "13.7.6"]"#;
        std::fs::write(dir.path().join("cases.json"), names).unwrap();
        let cases = Cases::read(dir.path(), Form::Quick).unwrap();
        assert_eq!(cases.all, 7);
        let run: Vec<(usize, &str)> = cases.run.iter().map(|(n, name)| (*n, name.as_str())).collect();
        assert_eq!(run, [(1, "1.1.1"), (2, "12.1.1"), (4, "2.1"), (5, "9.1.6"), (6, "13.7.5")]);
        assert_eq!(Cases::read(dir.path(), Form::Long).unwrap().run.len(), 7);
    }

    #[test]
    fn a_case_without_verdict_fails_and_says_what_our_client_met() {
        let dir = tempfile::tempdir().unwrap();
        let index = r#"{"anyrfc-websocket": {"1.1": {"behavior": "OK", "behaviorClose": "OK",
            "remoteCloseCode": 1000, "reportfile": "a.json"}}}"#;
        std::fs::write(dir.path().join("index.json"), index).unwrap();
        let index = Index::read(dir.path(), AGENT).unwrap();
        let cases = Cases { all: 3, run: vec![(1, "1.1".into()), (2, "1.2".into())] };
        let heard = BTreeMap::from([("1.2".to_owned(), "refused".to_owned())]);
        let outcome = judge(&cases, &index, &heard);
        assert_eq!((outcome.passed, outcome.skipped), (1, 1));
        let why = "the suite has no verdict; our client: refused".to_owned();
        assert_eq!(outcome.failures, [Failure { case: "1.2".into(), why }]);
        assert_eq!(outcome.extra["behavior"], serde_json::json!({ "OK": 1 }));
    }
}
