//! What the suite says about each case.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use serde::Deserialize;

use crate::Result;

/// The suite defines no verdict for these (large payload before a close; close
/// codes outside of every range), so that they are informational at best.
const NO_VERDICT: &[&str] = &["7.1.6", "7.13.1", "7.13.2"];

/// The suite's index of one client's cases.
#[derive(Debug)]
pub(super) struct Index {
    dir: PathBuf,
    verdicts: BTreeMap<String, Verdict>,
}

/// The suite's verdict on one case, in its own words.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Verdict {
    pub(super) behavior: String,
    pub(super) behavior_close: String,
    remote_close_code: Option<u16>,
    reportfile: String,
}

/// What explains a verdict, in the report of one case.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Details {
    result: Option<String>,
    result_close: Option<String>,
}

impl Index {
    /// Reads the verdicts on `agent` from the suite's directory of reports.
    pub(super) fn read(dir: &Path, agent: &str) -> Result<Self> {
        let index = std::fs::read(dir.join("index.json"))?;
        let mut agents: BTreeMap<String, BTreeMap<String, Verdict>> = serde_json::from_slice(&index)?;
        let verdicts = agents.remove(agent).ok_or("the suite has no report on our client")?;
        Ok(Self { dir: dir.to_owned(), verdicts })
    }

    /// The verdict on `case`, if it was run to its end.
    pub(super) fn verdict(&self, case: &str) -> Option<&Verdict> {
        self.verdicts.get(case)
    }

    /// The file in which the suite wrote what it saw.
    pub(super) fn evidence(&self, verdict: &Verdict) -> PathBuf {
        self.dir.join(&verdict.reportfile)
    }

    /// The verdict in one line, with the suite's reasons where it gives some.
    pub(super) fn why(&self, verdict: &Verdict) -> String {
        let mut why = format!("behavior {}, close {}", verdict.behavior, verdict.behavior_close);
        if let Some(code) = verdict.remote_close_code {
            why += &format!(" (code {code})");
        }
        let details = std::fs::read(self.evidence(verdict)).ok();
        let details = details.and_then(|json| serde_json::from_slice::<Details>(&json).ok());
        if let Some(Details { result, result_close }) = details {
            for reason in [result, result_close].into_iter().flatten() {
                why += &format!("; {reason}");
            }
        }
        why
    }
}

impl Verdict {
    /// Whether this is as good as the suite's verdicts get for `case`.
    pub(super) fn passed(&self, case: &str) -> bool {
        let best = |word: &str| word == "OK" || (word == "INFORMATIONAL" && NO_VERDICT.contains(&case));
        best(&self.behavior) && best(&self.behavior_close)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(behavior: &str, behavior_close: &str) -> Verdict {
        Verdict {
            behavior: behavior.into(),
            behavior_close: behavior_close.into(),
            remote_close_code: Some(1002),
            reportfile: String::new(),
        }
    }

    #[test]
    fn only_ok_passes() {
        assert!(verdict("OK", "OK").passed("1.1.1"));
        for word in ["NON-STRICT", "FAILED", "UNIMPLEMENTED", "UNCLEAN", "WRONG CODE", "INFORMATIONAL", ""] {
            assert!(!verdict(word, "OK").passed("1.1.1"), "{word}");
            assert!(!verdict("OK", word).passed("1.1.1"), "{word}");
        }
    }

    #[test]
    fn informational_passes_where_there_is_no_verdict() {
        for case in NO_VERDICT {
            assert!(verdict("INFORMATIONAL", "INFORMATIONAL").passed(case));
            assert!(!verdict("NON-STRICT", "OK").passed(case));
        }
    }

    #[test]
    fn why_names_the_words_the_code_and_the_reasons() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(
            dir.path().join("index.json"),
            r#"{"us": {"6.4.3": {"behavior": "NON-STRICT", "behaviorClose": "OK",
                "remoteCloseCode": 1007, "reportfile": "us_6_4_3.json", "duration": 3}}}"#,
        )
        .unwrap();
        std::fs::write(
            dir.path().join("us_6_4_3.json"),
            r#"{"result": "late", "resultClose": null, "wirelog": []}"#,
        )
        .unwrap();
        let index = Index::read(dir.path(), "us").unwrap();
        let why = index.why(index.verdict("6.4.3").unwrap());
        assert_eq!(why, "behavior NON-STRICT, close OK (code 1007); late");
        assert!(Index::read(dir.path(), "them").is_err());
    }
}
