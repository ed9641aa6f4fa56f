use std::time::{Duration, Instant};

use anyrfc_core::{Machine as _, Output, Step};
use bytes::{Buf as _, Bytes, BytesMut};

use super::*;
use crate::{
    ErrorKind,
    codec::scan::scan,
    types::{EhloName, Envelope, Outcome},
};

mod answers;
mod ending;
mod hello;
mod logins;
mod streaming;
mod turns;

const MAIL: &[u8] = b"Subject: x\r\n\r\n.hello\r\n";

struct Talk {
    connection: Connection,
    now: Instant,
    output: Output,
    input: BytesMut,
    said: String,
    events: Vec<Event>,
    error: Option<Error>,
}

impl Talk {
    fn new(config: Config) -> Self {
        let now = Instant::now();
        Self {
            connection: Connection::new(config, now),
            now,
            output: Output::new(),
            input: BytesMut::new(),
            said: String::new(),
            events: Vec::new(),
            error: None,
        }
    }

    fn ready(offers: &[&str]) -> Self {
        let mut this = Self::new(config());
        this.says("220 hi").says_hello(offers);
        assert_eq!(this.heard(), "EHLO c.example\n");
        assert!(matches!(this.events.pop(), Some(Event::Ready)));
        this
    }

    fn says_hello(&mut self, offers: &[&str]) -> &mut Self {
        let mut lines = String::from("250-mail.example\r\n");
        for offer in offers {
            lines.push_str(&format!("250-{offer}\r\n"));
        }
        self.feed(&lines).feed("250 HELP\r\n")
    }

    fn pump(&mut self) {
        loop {
            if self.error.is_none() {
                match self.connection.advance(&self.input, self.now) {
                    Ok(Step::Ready) => {
                        self.events.push(self.connection.event_owned(&mut self.input));
                        continue;
                    }
                    Ok(Step::Consumed(count)) => {
                        self.input.advance(count);
                        continue;
                    }
                    Ok(Step::Need(_)) => {}
                    Err(error) => self.error = Some(error),
                }
            }
            if !self.connection.wants_write() {
                return;
            }
            self.connection.transmit(&mut self.output, self.now);
            self.said.push_str(&String::from_utf8_lossy(&self.output.take()));
        }
    }

    fn feed(&mut self, bytes: &str) -> &mut Self {
        self.input.extend_from_slice(bytes.as_bytes());
        self.pump();
        self
    }

    fn says(&mut self, line: &str) -> &mut Self {
        self.feed(&format!("{line}\r\n"))
    }

    fn heard(&mut self) -> String {
        self.pump();
        std::mem::take(&mut self.said).replace("\r\n", "\n")
    }

    fn send(&mut self, recipients: &[&str], windowed: bool) -> DeliveryId {
        let envelope = Envelope::new("a@c.example", recipients.iter().copied()).unwrap();
        let payload = Payload::Whole(Bytes::from_static(MAIL));
        self.connection.send(Submission { envelope, facts: scan(MAIL), payload, windowed }).unwrap()
    }

    fn report(&mut self) -> Option<(DeliveryId, SendReport)> {
        self.pump();
        let index = self.events.iter().position(|event| matches!(event, Event::Delivered(..)))?;
        match self.events.remove(index) {
            Event::Delivered(id, report) => Some((id, report)),
            _ => None,
        }
    }

    /// One letter a recipient.
    fn outcomes(&mut self) -> String {
        let report = match self.report() {
            Some((_, report)) => report,
            None => {
                let error = self.error.clone().expect("a report or an error");
                self.connection.abort(&error).remove(0).1
            }
        };
        letters(&report)
    }
}

fn letters(report: &SendReport) -> String {
    let letter = |outcome: &Outcome| match outcome {
        Outcome::Accepted(_) => 'A',
        Outcome::Rejected(_) => 'R',
        Outcome::NotSent => 'N',
        Outcome::Unknown => 'U',
    };
    report.recipients().iter().map(|report| letter(report.outcome())).collect()
}

fn config() -> Config {
    Config::new(EhloName::domain("c.example").unwrap())
}

#[test]
fn without_pipelining_each_reply_is_awaited() {
    let mut talk = Talk::ready(&[]);
    talk.send(&["x@d.example", "y@d.example", "z@d.example"], false);
    assert_eq!(talk.heard(), "MAIL FROM:<a@c.example>\n");
    assert_eq!(talk.says("250 ok").heard(), "RCPT TO:<x@d.example>\n");
    assert_eq!(talk.says("250 ok").heard(), "RCPT TO:<y@d.example>\n");
    assert_eq!(talk.says("550 5.1.1 no").heard(), "RCPT TO:<z@d.example>\n");
    assert_eq!(talk.says("251 elsewhere").heard(), "DATA\n");
    assert_eq!(talk.says("354 go").heard(), "Subject: x\n\n..hello\n.\n");
    assert!(talk.report().is_none());
    talk.says("250 2.0.0 Ok: queued as 4ABC");
    let (_, report) = talk.report().unwrap();
    assert_eq!((letters(&report), report.queue_id().as_deref()), ("ARA".into(), Some("4ABC")));
    assert_eq!(report.recipients()[1].outcome().reply().unwrap().to_string(), "550 5.1.1 no");
    assert!(talk.connection.is_idle());
}

#[test]
fn with_pipelining_a_message_takes_two_turns_and_the_next_envelope_follows_it() {
    let mut talk = Talk::ready(&["PIPELINING"]);
    talk.send(&["x@d.example"], false);
    talk.send(&["y@d.example"], false);
    assert_eq!(talk.heard(), "MAIL FROM:<a@c.example>\nRCPT TO:<x@d.example>\nDATA\n");
    talk.feed("250 ok\r\n250 ok\r\n");
    assert_eq!(talk.heard(), "");
    let next = "Subject: x\n\n..hello\n.\nMAIL FROM:<a@c.example>\nRCPT TO:<y@d.example>\nDATA\n";
    assert_eq!(talk.says("354 go").heard(), next);
    talk.feed("250 taken\r\n250 ok\r\n250 ok\r\n354 go\r\n");
    assert_eq!(talk.outcomes(), "A");
    assert_eq!(talk.heard(), "Subject: x\n\n..hello\n.\n");
    assert_eq!(talk.says("451 later").outcomes(), "R");
}

#[test]
fn a_command_does_not_wait_for_a_message_behind_it() {
    for offers in [&[][..], &["PIPELINING"]] {
        let mut talk = Talk::ready(offers);
        for _ in 0..2 {
            talk.connection.submit(Command::Noop(None)).unwrap();
        }
        talk.send(&["x@d.example"], false);
        assert_eq!(talk.heard(), "NOOP\n");
        assert_eq!(talk.says("250 ok").heard(), "NOOP\n");
        assert!(talk.says("250 ok").heard().starts_with("MAIL FROM:<a@c.example>\n"));
    }
}

#[test]
fn the_last_burl_ends_a_group() {
    let mut talk = Talk::ready(&["PIPELINING", "BURL imap"]);
    let url = crate::types::BurlUrl::new("imap://a@d.example/x;urlauth=submit+a:internal:0").unwrap();
    for windowed in [true, false] {
        let envelope = Envelope::new("a@c.example", ["x@d.example"]).unwrap();
        let payload = Payload::Url(url.clone());
        let facts = crate::types::Facts::default();
        talk.connection.send(Submission { envelope, facts, payload, windowed }).unwrap();
    }
    assert!(talk.heard().ends_with(" LAST\n"));
    talk.feed("250 ok\r\n250 ok\r\n");
    assert_eq!(talk.heard(), "");
    assert_eq!(talk.says("250 taken").heard(), "MAIL FROM:<a@c.example>\nRCPT TO:<x@d.example>\n");
}

#[test]
fn all_refused_and_data_accepted_is_ended_by_a_lone_dot() {
    let mut talk = Talk::ready(&["PIPELINING"]);
    talk.send(&["x@d.example"], false);
    talk.heard();
    assert_eq!(talk.feed("250 ok\r\n550 no\r\n354 go\r\n").heard(), ".\n");
    assert_eq!(talk.says("554 no recipients").outcomes(), "R");
    assert!(talk.connection.is_idle());
    talk.send(&["x@d.example"], false);
    talk.heard();
    assert_eq!(talk.feed("250 ok\r\n550 no\r\n503 no\r\n").heard(), "RSET\n");
    assert_eq!(talk.says("250 ok").outcomes(), "R");
    talk.send(&["x@d.example"], false);
    talk.heard();
    assert_eq!(talk.feed("451 no\r\n503 no\r\n503 no\r\n").heard(), "");
    assert_eq!(talk.outcomes(), "R");
}

#[test]
fn a_size_that_is_refused_is_reset() {
    for refusal in ["452 4.3.1 no room", "552 5.3.4 too large"] {
        let mut talk = Talk::ready(&["SIZE"]);
        talk.send(&["x@d.example"], false);
        assert_eq!(talk.heard(), "MAIL FROM:<a@c.example> SIZE=22\n");
        assert_eq!(talk.says(refusal).heard(), "RSET\n");
        assert_eq!(talk.says("250 ok").outcomes(), "R");
        let mut talk = Talk::ready(&["SIZE", "PIPELINING"]);
        talk.send(&["x@d.example"], false);
        talk.send(&["y@d.example"], false);
        talk.heard();
        let next = "RSET\nMAIL FROM:<a@c.example> SIZE=22\nRCPT TO:<y@d.example>\nDATA\n";
        assert_eq!(talk.says(refusal).says("503 no").says("503 no").heard(), next);
    }
    // Where no size was declared, it speaks of something else.
    let mut talk = Talk::ready(&[]);
    talk.send(&["x@d.example"], false);
    talk.heard();
    assert_eq!(talk.says("452 busy").heard(), "");
}

#[test]
fn a_window_goes_out_whole_with_a_reset_in_between() {
    let mut talk = Talk::ready(&["PIPELINING", "CHUNKING"]);
    talk.send(&["x@d.example"], true);
    talk.send(&["y@d.example"], true);
    let one = "MAIL FROM:<a@c.example>\nRCPT TO:<x@d.example>\nBDAT 22 LAST\nSubject: x\n\n.hello\n";
    let two = one.replace('x', "y").replace("Subject: y", "Subject: x").replace("eyample", "example");
    assert_eq!(talk.heard(), format!("{one}RSET\n{two}"));
    talk.feed("250 ok\r\n250 ok\r\n250 taken\r\n");
    assert_eq!(talk.outcomes(), "A");
    talk.feed("250 reset\r\n250 ok\r\n550 no\r\n503 no\r\n");
    assert_eq!(talk.outcomes(), "R");
    assert_eq!(talk.heard(), "RSET\n");
    assert!(talk.error.is_none());
    talk.says("250 ok");
    assert!(talk.connection.is_idle());
}

#[test]
fn a_server_that_takes_chunks_for_commands_is_left() {
    let mut talk = Talk::ready(&["PIPELINING", "CHUNKING"]);
    talk.send(&["x@d.example"], true);
    talk.send(&["y@d.example"], true);
    talk.heard();
    talk.feed("250 ok\r\n250 ok\r\n500 what\r\n");
    let error = talk.error.clone().unwrap();
    assert_eq!(error.kind(), ErrorKind::Protocol);
    let reports = talk.connection.abort(&error);
    assert_eq!(reports.iter().map(|(_, report)| letters(report)).collect::<Vec<_>>(), ["U", "U"]);
    assert_eq!(talk.heard(), "QUIT\n");
}

#[test]
fn a_server_is_left_by_quit_where_that_is_no_part_of_something_else() {
    for (script, said) in [
        ("hello\r\n", "QUIT\n"),
        ("250 ok\r\nhello\r\n", "RCPT TO:<x@d.example>\nQUIT\n"),
        // It may be a part of a message.
        ("250 ok\r\n250 ok\r\nhello\r\n", "RCPT TO:<x@d.example>\nDATA\n"),
        ("250 ok\r\n421 bye\r\n", "RCPT TO:<x@d.example>\n"),
    ] {
        let mut talk = Talk::ready(&[]);
        talk.send(&["x@d.example"], false);
        talk.heard();
        for line in script.split_inclusive('\n') {
            talk.feed(line);
        }
        assert_eq!(talk.heard(), said);
        assert!(talk.error.is_some());
    }
    // What was not sent yet asks for nothing.
    for offers in [&["PIPELINING"][..], &[]] {
        let mut talk = Talk::ready(offers);
        talk.send(&["x@d.example"], false);
        talk.feed("hello\r\n");
        assert!(talk.error.is_some());
        assert_eq!(talk.heard(), "QUIT\n");
    }
    // What waits to be sent is not, and QUIT is said once.
    let mut talk = Talk::ready(&[]);
    talk.send(&["x@d.example"], false);
    talk.heard();
    talk.feed("250 ok\r\n250 ok\r\n");
    assert_eq!(talk.heard(), "QUIT\n");
    let mut talk = Talk::ready(&[]);
    talk.connection.quit().unwrap();
    assert_eq!(talk.heard(), "QUIT\n");
    talk.feed("hello\r\n");
    assert!(talk.error.is_some());
    assert_eq!(talk.heard(), "");
    // One that does not answer may still read.
    let mut talk = Talk::ready(&[]);
    talk.send(&["x@d.example"], false);
    talk.heard();
    let late = talk.connection.poll_timeout().unwrap();
    assert!(talk.connection.handle_timeout(late).is_err());
    assert_eq!(talk.heard(), "QUIT\n");
}

#[test]
fn what_is_lost_is_not_sent_or_unknown() {
    for (script, expected) in [
        ("", "N"),
        ("250 ok\r\n250 ok\r\n", "N"),
        ("250 ok\r\n250 ok\r\n354 go\r\n", "U"),
        ("250 ok\r\n550 no\r\n", "R"),
    ] {
        let mut talk = Talk::ready(&["PIPELINING"]);
        talk.send(&["x@d.example"], false);
        talk.pump();
        talk.feed(script);
        talk.error = talk.connection.handle_eof(anyrfc_core::Eof::Truncated).err();
        assert_eq!(talk.outcomes(), expected, "{script:?}");
    }
}

#[test]
fn lmtp_has_a_reply_for_each_recipient() {
    let mut config = config();
    config.flavour = Flavour::Lmtp;
    let mut talk = Talk::new(config);
    talk.says("220 hi");
    assert_eq!(talk.heard(), "LHLO c.example\n");
    talk.says_hello(&["PIPELINING"]);
    talk.send(&["x@d.example", "y@d.example", "z@d.example"], false);
    talk.heard();
    talk.feed("250 ok\r\n250 ok\r\n550 no\r\n250 ok\r\n354 go\r\n");
    talk.heard();
    talk.says("250 taken");
    assert!(talk.report().is_none());
    assert_eq!(talk.says("452 full").outcomes(), "ARR");
    assert!(talk.connection.is_idle());
}

/// All that comes before the last word of a message for two, under PRDR.
fn announced() -> Talk {
    let mut talk = Talk::ready(&["PIPELINING", "PRDR"]);
    let envelope = Envelope::new("a@c.example", ["x@d.example", "y@d.example"]).unwrap().prdr();
    let payload = Payload::Whole(Bytes::from_static(MAIL));
    let submission = Submission { envelope, facts: scan(MAIL), payload, windowed: false };
    talk.connection.send(submission).unwrap();
    talk.heard();
    talk.feed("250 ok\r\n250 ok\r\n250 ok\r\n354 go\r\n");
    talk.heard();
    talk.feed("353 one by one\r\n250 yes\r\n550 no\r\n");
    assert!(talk.report().is_none() && talk.error.is_none());
    talk
}

#[test]
fn nobody_has_a_message_before_the_last_word_under_prdr() {
    assert_eq!(announced().says("250 taken").outcomes(), "AR");
    assert_eq!(announced().says("451 later").outcomes(), "RR");
    let mut lost = announced();
    lost.error = lost.connection.handle_eof(anyrfc_core::Eof::Clean).err();
    assert_eq!(lost.outcomes(), "UR");
    // Said again and again it would be waited for without an end.
    let mut again = announced();
    again.says("353 one by one");
    assert_eq!(again.error.as_ref().map(Error::kind), Some(ErrorKind::Protocol));
}

#[test]
fn nothing_is_said_behind_421() {
    let mut talk = Talk::ready(&[]);
    talk.send(&["x@d.example", "y@d.example"], false);
    talk.heard();
    talk.says("250 ok");
    talk.says("250 ok");
    assert!(talk.heard().ends_with("RCPT TO:<y@d.example>\n"));
    let step = talk.connection.advance(b"421 bye\r\n", talk.now).unwrap();
    assert!(matches!(step, Step::Consumed(9)) && !talk.connection.wants_write());
    assert_eq!(talk.outcomes(), "NR");
}

#[test]
fn a_message_that_is_given_up_leaves_no_transaction_open() {
    let mut talk = Talk::ready(&[]);
    let envelope = Envelope::new("a@c.example", ["x@d.example"]).unwrap();
    let recipient = envelope.recipients().first().cloned().unwrap();
    talk.connection.open_transaction(envelope, scan(MAIL), None).unwrap();
    talk.heard();
    talk.says("250 ok");
    talk.connection.add_recipient(recipient).unwrap();
    talk.heard();
    talk.says("250 ok");
    talk.connection.submit(Command::Noop(None)).unwrap();
    let id = talk.connection.send_opened(Payload::Whole(Bytes::from_static(MAIL))).unwrap();
    talk.connection.abandon(id, Error::closed("x"));
    assert_eq!(talk.outcomes(), "N");
    talk.send(&["y@d.example"], false);
    talk.heard();
    talk.says("250 ok");
    assert_eq!(talk.heard(), "RSET\n");
    talk.says("250 ok");
    assert_eq!(talk.heard(), "MAIL FROM:<a@c.example>\n");
}

#[test]
fn what_is_to_be_sent_is_shown_to_nobody() {
    let mut talk = Talk::ready(&[]);
    talk.connection.outbox.buffer().extend_from_slice(b"AUTH PLAIN AHRpbQBzZWNyZXQ=\r\n");
    talk.connection.outbox.line();
    assert!(!format!("{:?}", talk.connection).contains("AHRpb"));
}

#[test]
fn replies_without_a_question_and_before_it_end_the_connection() {
    let mut talk = Talk::ready(&[]);
    talk.says("250 ok");
    assert_eq!(talk.error.as_ref().map(Error::kind), Some(ErrorKind::Protocol));
    for reply in ["250 ok", "450 no", "550 no"] {
        let mut early = Talk::new(config());
        early.feed(&format!("220 hi\r\n{reply}\r\n"));
        assert_eq!(early.error.as_ref().map(Error::kind), Some(ErrorKind::Protocol), "{reply}");
    }
    let mut closing = Talk::ready(&[]);
    closing.says("421 bye");
    assert_eq!(closing.error.as_ref().map(Error::kind), Some(ErrorKind::Closed));
    assert_eq!(closing.heard(), "");
}

#[test]
fn the_deadline_is_for_the_whole_reply() {
    let mut talk = Talk::ready(&[]);
    talk.send(&["x@d.example"], false);
    talk.heard();
    for octet in "250-o".chars() {
        talk.now += Duration::from_secs(59);
        assert!(talk.connection.poll_timeout().unwrap() > talk.now);
        talk.feed(&octet.to_string());
    }
    talk.now += Duration::from_secs(6);
    let error = talk.connection.handle_timeout(talk.now).unwrap_err();
    assert_eq!(error.waited_for(), Some(crate::error::Waited::Mail));
}

#[test]
fn giving_up_in_the_middle_of_data_takes_the_connection_along() {
    let mut talk = Talk::ready(&["PIPELINING"]);
    let envelope = Envelope::new("a@c.example", ["x@d.example"]).unwrap();
    let submission = Submission {
        envelope,
        facts: crate::types::Facts::default(),
        payload: Payload::Streamed,
        windowed: false,
    };
    let id = talk.connection.send(submission).unwrap();
    talk.heard();
    talk.feed("250 ok\r\n250 ok\r\n354 go\r\n");
    assert_eq!(talk.connection.wanting(), Some(id));
    talk.connection.provide(id, Bytes::from_static(b"Subject: x\r\n"), false).unwrap();
    assert_eq!(talk.heard(), "Subject: x\n");
    assert_eq!(talk.connection.wanting(), Some(id));
    talk.connection.abandon(id, Error::closed("given up"));
    talk.pump();
    assert_eq!(talk.outcomes(), "N");
    assert_eq!(talk.heard(), "");
}

/// The picture in the module's documentation.
fn drawn() -> String {
    let source = include_str!("mod.rs");
    let docs = source.lines().map_while(|line| line.strip_prefix("//!")).map(str::trim_start);
    let picture = docs.skip_while(|line| *line != "stateDiagram-v2").take_while(|line| *line != "```");
    picture.fold(String::new(), |all, line| all + line + "\n")
}

#[test]
fn the_picture_is_of_the_table() {
    let expected: String = State::mermaid().lines().map(|line| line.trim_start().to_owned() + "\n").collect();
    assert_eq!(drawn(), expected);
}

#[test]
fn what_waits_to_be_sent_is_shown_by_its_length() {
    // `NUL ann NUL pencil`.
    const SECRET: &str = "AGFubgBwZW5jaWw=";
    let mut talk = Talk::ready(&["AUTH PLAIN"]);
    let ann = anyrfc_core::Credentials::password("ann", "pencil".to_owned());
    let plain = anyrfc_sasl::Plain::new(&ann, anyrfc_sasl::Preparation::Saslprep).unwrap();
    talk.connection.authenticate(Exchange::new(plain)).unwrap();
    let shown = format!("{:?}", talk.connection);
    assert!(!shown.contains("AGFub") && !shown.contains("pencil"), "{shown}");
    talk.pump();
    assert_eq!(talk.heard(), format!("AUTH PLAIN {SECRET}\n"));

    let mut talk = Talk::ready(&["PIPELINING"]);
    let envelope = Envelope::new("a@c.example", ["x@d.example"]).unwrap();
    let payload = Payload::Whole(Bytes::from_static(MAIL));
    let submission = Submission { envelope, facts: scan(MAIL), payload, windowed: false };
    let supply = crate::codec::supply::Supply::Whole(Bytes::from_static(MAIL));
    let told = format!("{submission:?} {supply:?}");
    talk.connection.send(submission).unwrap();
    let shown = format!("{told} {:?}", talk.connection);
    assert!(!shown.contains(".hello") && shown.contains("22 octets"), "{shown}");
}
