//! Sessions with bytes changed, dropped and doubled: nothing panics, nothing hangs, and both
//! ways of taking events tell the same.

use anyrfc_core::{Machine, Step, testing::random::Random};
use anyrfc_imap::{
    codec::command::{Append, Fetch, List, Noop, Select, UidFetch, UidSearch},
    proto::Connection,
    types::{AppendOptions, FetchItems, MailboxName, Pattern, SearchQuery, Section},
};
use bytes::{Bytes, BytesMut};

use crate::support::{Peer, borrowed_words, set, words};

const SESSION: &str = "* 9 EXISTS\r\n* FLAGS (\\Seen \\Deleted)\r\n* OK [UIDVALIDITY 7] x\r\n%1 OK [READ-WRITE] open\r\n\
    * 1 FETCH (UID 1 FLAGS (\\Seen) BODY[] {5}\r\nhello)\r\n* LIST (\\HasNoChildren) \"/\" {3}\r\na b\r\n\
    * ESEARCH (TAG \"%4\") UID ALL 1:4294967295\r\n* 2 FETCH (BODY[] {20000}\r\n%BODY UID 2)\r\n\
    %2 OK [APPENDUID 1 3] x\r\n%3 NO [OVERQUOTA] y\r\n%4 OK z\r\n* 3 EXPUNGE\r\n* OK [CLOSED] c\r\n+ go on\r\n\
    * OK [CAPABILITY IMAP4rev2 STARTTLS] d\r\n* ENABLED IMAP4rev2\r\n* BYE [ALERT] gone\r\n";

/// A connection with much under way, and what a server says to it.
fn session() -> (Peer, Vec<u8>, Vec<Box<dyn std::any::Any>>) {
    let mut peer = Peer::authenticated("IDLE LITERAL+ ESEARCH");
    let mut held: Vec<Box<dyn std::any::Any>> = Vec::new();
    held.push(Box::new(peer.submit(Select::new(MailboxName::inbox()))));
    peer.hear();
    peer.say("%1 OK x\r\n");
    held.push(Box::new(
        peer.submit(UidFetch::new(set("1:9"), FetchItems::new().flags().peek(Section::all()))),
    ));
    held.push(Box::new(peer.submit(List::new(Pattern::all()))));
    held.push(Box::new(peer.submit(UidSearch::new(SearchQuery::all()))));
    held.push(Box::new(peer.submit(Noop)));
    held.push(Box::new(peer.submit(Append::new(MailboxName::inbox(), AppendOptions::new(), 10))));
    held.push(Box::new(peer.submit(Fetch::new(set("1"), FetchItems::new().envelope()))));
    peer.hear();
    let body = "x".repeat(20_000);
    let mut said = SESSION.replace("%BODY", &body);
    for n in (1..=4).rev() {
        said = said.replace(&format!("%{n}"), peer.tag(n));
    }
    (peer, said.into_bytes(), held)
}

/// Breaks something at a few places.
fn broken(said: &[u8], random: &mut Random) -> Vec<u8> {
    let mut said = said.to_vec();
    for _ in 0..random.below(6) {
        let at = random.below(said.len());
        match random.below(5) {
            0 => said[at] = random.below(256) as u8,
            1 => drop(said.remove(at)),
            2 => said.insert(at, b"\r\n(){}\"\\* +%0"[random.below(13)]),
            3 => said.truncate(at.max(1)),
            _ => {
                let end = (at + 40).min(said.len());
                let piece = said[at..end].to_vec();
                said.splice(at..at, piece);
            }
        }
    }
    said
}

/// Everything that is told, until the end or an error.
fn told(machine: &mut Connection, said: &[u8], random: &mut Random, owned: bool) -> Vec<String> {
    let now = std::time::Instant::now();
    let mut input = BytesMut::new();
    let mut rest = said;
    let mut all: Vec<String> = Vec::new();
    let mut turns = 0;
    loop {
        turns += 1;
        assert!(turns < 200_000, "it does not come to an end");
        match machine.advance(&input, now) {
            Ok(Step::Ready) => {
                let event = if owned {
                    words(&machine.event_owned(&mut input))
                } else {
                    let (count, event) = machine.event(&input);
                    let event = borrowed_words(&event);
                    let _ = input.split_to(count);
                    event
                };
                match (all.last_mut(), event.strip_prefix("chunk ")) {
                    (Some(last), Some(more)) if last.starts_with("chunk ") => last.push_str(more),
                    _ => all.push(event),
                }
                if let Some(id) = machine.literal() {
                    machine.feed(id, Bytes::from_static(b"1")).unwrap();
                }
            }
            Ok(Step::Consumed(count)) => {
                assert!(count > 0 && count <= input.len());
                let _ = input.split_to(count);
            }
            Ok(Step::Need(_)) if rest.is_empty() => return all,
            Ok(Step::Need(_)) => {
                let count = (1 + random.below(200)).min(rest.len());
                let (piece, more) = rest.split_at(count);
                input.extend_from_slice(piece);
                rest = more;
            }
            Err(error) => {
                // Shown in every way without a panic, and no control characters.
                let shown = error.to_string();
                assert!(!shown.chars().any(char::is_control), "{shown:?}");
                all.push(format!("{error:?}"));
                return all;
            }
        }
    }
}

#[test]
fn broken_sessions_tell_the_same_however_they_are_taken() {
    let mut ends = std::collections::HashSet::new();
    for seed in 0..600 {
        let mut random = Random::new(seed);
        let (mut one, said, held) = session();
        let said = broken(&said, &mut random);
        let first = told(&mut one.machine, &said, &mut Random::new(seed + 1), true);
        let (mut two, _, held_too) = session();
        let second = told(&mut two.machine, &said, &mut Random::new(seed + 2), false);
        assert_eq!(first, second, "seed {seed}");
        ends.insert(format!("{:?}", one.machine.phase()));
        drop((held, held_too));
    }
    assert!(ends.len() >= 2, "{ends:?}");
}
