//! Conversations in the style of the RFC's examples.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use anyrfc_core::testing::{Abort, Match, MemoryStream, ScriptedPeer, pair, play};
use tokio::io::{AsyncRead, AsyncWrite};

/// A conversation: what the client must send, and what it is answered.
///
/// A line begins with `C:` or `S:`; one that begins with neither goes on with the
/// line before it, behind a space, as the RFC folds its own. The first word of a
/// command is any word that stands for its tag: whatever tag the client sends
/// takes its place in the lines of the server, as the first word and in
/// `(TAG "…")` and `NOUPDATE "…"`, and in a `CANCELUPDATE "…"` of the client. A line of the client that ends in ` ...` may go on in any way.
/// Literals are written as they look: their lines are lines of the same side.
///
/// These stand alone on a line: `<end>` waits for the client to close, `<close>`
/// closes, `<truncate>` cuts the stream, `<reset>` resets it, `<hold>` says nothing
/// for ever, `<wait 30>` says nothing for so many seconds.
///
/// ```
/// use anyrfc_core::testing::run_virtual;
/// use anyrfc_imap::testing::Dialogue;
/// use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
///
/// let dialogue = Dialogue::parse(
///     "S: * OK ready
///      C: a001 LOGOUT
///      S: * BYE logging out
///      S: a001 OK done
///      <close>",
/// );
/// run_virtual(dialogue.play(async |mut stream| {
///     stream.write_all(b"mine LOGOUT\r\n").await.unwrap();
///     let mut all = String::new();
///     stream.read_to_string(&mut all).await.unwrap();
///     assert_eq!(all, "* OK ready\r\n* BYE logging out\r\nmine OK done\r\n");
/// }));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dialogue {
    steps: Vec<Step>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Step {
    /// A command: its tag is whatever comes.
    Command(String),
    /// A line of the client that is no command, or goes on with one.
    Line(String),
    Server(String),
    End,
    Close,
    Truncate,
    Reset,
    Hold,
    Wait(u64),
}

impl Dialogue {
    /// Reads a conversation.
    ///
    /// # Panics
    /// When a line begins with neither `C:` nor `S:` and there is none before it, or
    /// when something else than the words above stands in angle brackets.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let mut steps: Vec<Step> = Vec::new();
        // Whether the client's next line goes on with a command: after a continuation
        // request until the command is completed, and behind a literal that does not wait.
        let mut continues = false;
        for line in text.lines().map(str::trim_start).filter(|line| !line.is_empty()) {
            let behind =
                |mark| line.strip_prefix(mark).map(|rest| rest.strip_prefix(' ').unwrap_or(rest).to_owned());
            if let Some(line) = behind("C:") {
                let goes_on = line.ends_with("+}");
                steps.push(if continues { Step::Line(line) } else { Step::Command(line) });
                continues |= goes_on;
            } else if let Some(line) = behind("S:") {
                let continuation = line == "+" || line.starts_with("+ ");
                continues =
                    continuation || continues && (line.starts_with("* ") || !Self::completes(&steps, &line));
                steps.push(Step::Server(line));
            } else if let Some(word) =
                line.strip_prefix('<').and_then(|line| line.trim_end().strip_suffix('>'))
            {
                steps.push(match word.split_once(' ').unwrap_or((word, "")) {
                    ("end", "") => Step::End,
                    ("close", "") => Step::Close,
                    ("truncate", "") => Step::Truncate,
                    ("reset", "") => Step::Reset,
                    ("hold", "") => Step::Hold,
                    ("wait", seconds) => Step::Wait(seconds.parse().expect("a number of seconds")),
                    _ => panic!("no such step: {line}"),
                });
            } else {
                match steps.last_mut() {
                    Some(Step::Command(last) | Step::Line(last) | Step::Server(last)) => {
                        last.push(' ');
                        last.push_str(line);
                    }
                    _ => panic!("not a line of either side: {line}"),
                }
            }
        }
        Self { steps }
    }

    /// Whether a line of the server begins with the tag of a command.
    fn completes(steps: &[Step], line: &str) -> bool {
        let first = line.split(' ').next();
        steps.iter().any(|step| matches!(step, Step::Command(command) if command.split(' ').next() == first))
    }

    /// The server's side of the conversation, on a stream.
    #[must_use]
    pub fn peer<T: AsyncRead + AsyncWrite + Abort + Unpin>(&self, stream: T) -> ScriptedPeer<T> {
        let tags: Arc<Mutex<HashMap<String, String>>> = Arc::default();
        let mut peer = ScriptedPeer::new(stream);
        for step in self.steps.iter().cloned() {
            let tags = Arc::clone(&tags);
            peer = match step {
                Step::Command(expected) => peer.expect_match(move |received| {
                    let Some(line) = first_line(received) else { return Match::More };
                    let Some((label, expected)) = expected.split_once(' ') else {
                        return Match::Wrong(format!("no command: {expected}"));
                    };
                    let Some((tag, command)) = line.split_once(' ') else {
                        return Match::Wrong(format!("no tag in {line:?}"));
                    };
                    let mut tags = tags.lock().unwrap_or_else(PoisonError::into_inner);
                    tags.insert(label.to_owned(), tag.to_owned());
                    judge(&with_tags(expected, &tags), command, line.len())
                }),
                Step::Line(expected) => peer.expect_match(move |received| {
                    first_line(received).map_or(Match::More, |line| judge(&expected, &line, line.len()))
                }),
                Step::Server(line) => peer.expect_match(move |_| {
                    let tags = tags.lock().unwrap_or_else(PoisonError::into_inner);
                    Match::Answer(0, format!("{}\r\n", with_tags(&line, &tags)).into_bytes())
                }),
                Step::End => peer.expect_end(),
                Step::Close => peer.close(),
                Step::Truncate => peer.truncate(),
                Step::Reset => peer.reset(),
                Step::Hold => peer.hold(),
                Step::Wait(seconds) => peer.pause(Duration::from_secs(seconds)),
            };
        }
        peer
    }

    /// Plays the server against a client, both in this task, on a stream in memory; what the client returns.
    ///
    /// # Panics
    /// When the client says something else than the conversation has, or ends before it does.
    ///
    /// # Cancel safety
    /// Not cancel-safe: both sides are dropped.
    pub async fn play<F: Future>(&self, client: impl FnOnce(MemoryStream) -> F) -> F::Output {
        let (near, far) = pair(1 << 20);
        play(self.peer(far), client(near)).await
    }
}

/// The first line, without its CR LF.
fn first_line(received: &[u8]) -> Option<String> {
    let end = received.windows(2).position(|two| two == b"\r\n")?;
    Some(String::from_utf8_lossy(received.get(..end)?).into_owned())
}

fn judge(expected: &str, found: &str, length: usize) -> Match {
    let fits = match expected.strip_suffix(" ...") {
        Some(prefix) => found.starts_with(prefix),
        None => expected == found,
    };
    if fits {
        return Match::Took(length + 2);
    }
    Match::Wrong(format!("another line\n  expected: {expected}\n  received: {found}"))
}

/// A line of the server with the tags that the client has sent.
fn with_tags(line: &str, tags: &HashMap<String, String>) -> String {
    let (first, rest) = line.split_once(' ').unwrap_or((line, ""));
    let mut out = match tags.get(first) {
        Some(tag) => format!("{tag} {rest}"),
        None => line.to_owned(),
    };
    for mark in ["(TAG \"", "NOUPDATE \"", "CANCELUPDATE \""] {
        if let Some((before, behind)) = out.split_once(mark)
            && let Some((label, behind)) = behind.split_once('"')
            && let Some(tag) = tags.get(label)
        {
            out = format!("{before}{mark}{tag}\"{behind}");
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use anyrfc_core::testing::run_virtual;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    use super::*;

    async fn say(stream: &mut MemoryStream, text: &str) {
        stream.write_all(text.as_bytes()).await.unwrap();
    }

    #[test]
    fn tags_take_the_place_of_their_words() {
        let dialogue = Dialogue::parse(
            "S: * OK one
              two
             C: a1 SEARCH ...
             C: a2 APPEND x {2+}
             C: hi
             S: * ESEARCH (TAG \"a1\") COUNT 1
             S: a2 OK
             S: a1 OK
             C: a3 IDLE
             S: + idling
             S: * 1 EXISTS
             C: DONE
             S: a3 OK
             C: a4 NOOP
             S: a4 OK
             <close>",
        );
        let all = run_virtual(dialogue.play(async |mut stream| {
            say(&mut stream, "X SEARCH ALL\r\nY APPEND x {2+}\r\nhi\r\nZ IDLE\r\n").await;
            say(&mut stream, "DONE\r\nV NOOP\r\n").await;
            let mut all = String::new();
            stream.read_to_string(&mut all).await.unwrap();
            all
        }));
        assert_eq!(
            all,
            "* OK one two\r\n* ESEARCH (TAG \"X\") COUNT 1\r\nY OK\r\nX OK\r\n+ idling\r\n* 1 EXISTS\r\nZ OK\r\nV OK\r\n"
        );
    }

    #[test]
    #[should_panic(expected = "another line")]
    fn another_command_is_told() {
        run_virtual(
            Dialogue::parse("C: a NOOP").play(async |mut stream| say(&mut stream, "b LOGOUT\r\n").await),
        );
    }
}
