//! Results whose holders are told of what changes (RFC 5267, section 4.3).

use anyrfc_imap::{
    codec::command::{Noop, UidSearch},
    proto::{Followed, Following, Report},
    types::{SearchQuery, SearchReturn},
};

use crate::support::Peer;

/// Follows a search, the command of this number.
fn follow(peer: &mut Peer, n: usize) -> Following {
    let search = UidSearch::new(SearchQuery::unseen()).returning(SearchReturn::new().all().update());
    let (ticket, following) = peer.machine.follow(search).expect("it may be followed");
    assert_eq!(peer.hear(), format!("%{n} UID SEARCH RETURN (ALL UPDATE) UNSEEN\r\n"));
    peer.say(&format!("* ESEARCH (TAG \"%{n}\") UID ALL 2,5\r\n%{n} OK x\r\n"));
    assert_eq!(peer.answer(ticket).unwrap().all.to_string(), "2,5");
    following
}

/// What was told since of results, and to whose holder.
fn told(peer: &mut Peer) -> Vec<(String, String)> {
    let told = std::mem::take(&mut peer.events).into_iter().filter_map(|event| match event {
        Report::Followed { owner, what } => Some((format!("{owner:?}"), what)),
        _ => None,
    });
    told.map(|(owner, what)| {
        let what = match what {
            Followed::Changed(changes) => format!("{} changes", changes.len()),
            Followed::Refused(_) => "refused".to_owned(),
            Followed::Left => "left".to_owned(),
            Followed::Lost(error) => format!("lost: {}", error.unparsed().is_some()),
            _ => "something else".to_owned(),
        };
        (owner, what)
    })
    .collect()
}

const GARBAGE: &str = "* ESEARCH (TAG \"%2\" UID ADDTO (0 7\r\n";

#[test]
fn a_change_that_cannot_be_read_loses_every_result() {
    let mut peer = Peer::selected("ESEARCH CONTEXT=SEARCH", 9);
    let (one, two) = (follow(&mut peer, 2), follow(&mut peer, 3));
    let (one_id, two_id) = (format!("{:?}", one.id()), format!("{:?}", two.id()));
    peer.say(GARBAGE);
    let lost = "lost: true".to_owned();
    assert_eq!(told(&mut peer), [(one_id, lost.clone()), (two_id.clone(), lost)], "it may be of either");
    // It is told once, and nothing behind it.
    peer.say(GARBAGE);
    peer.say("* ESEARCH (TAG \"%3\") UID ADDTO (0 7)\r\n");
    assert_eq!(told(&mut peer), []);
    assert_eq!(
        peer.hear(),
        "%4 CANCELUPDATE \"%2\" \"%3\"\r\n".replace("%2", peer.tag(2)).replace("%3", peer.tag(3))
    );
    drop((one, two));
}

#[test]
fn an_answer_that_cannot_be_read_loses_no_result() {
    let mut peer = Peer::selected("ESEARCH CONTEXT=SEARCH", 9);
    let following = follow(&mut peer, 2);
    let search = peer.submit(UidSearch::new(SearchQuery::all()));
    peer.hear();
    peer.say(GARBAGE);
    assert_eq!(told(&mut peer), [], "it is taken for the answer that is awaited");
    peer.say("* ESEARCH (TAG \"%2\") UID ADDTO (0 7)\r\n");
    assert_eq!(told(&mut peer), [(format!("{:?}", following.id()), "1 changes".to_owned())]);
    peer.say("%3 OK x\r\n");
    assert!(peer.answer(search).is_err());
    // A command that asks for something else awaits no such answer.
    let noop = peer.submit(Noop);
    peer.hear();
    peer.say(GARBAGE);
    assert_eq!(told(&mut peer), [(format!("{:?}", following.id()), "lost: true".to_owned())]);
    drop(noop);
}

#[test]
fn a_result_that_nobody_holds_is_told_nothing_of() {
    // While it is searched for, and behind that.
    for ended in [false, true] {
        for held in [false, true] {
            let mut peer = Peer::selected("ESEARCH CONTEXT=SEARCH", 9);
            let search = UidSearch::new(SearchQuery::unseen()).returning(SearchReturn::new().all().update());
            let (ticket, following) = peer.machine.follow(search).expect("it may be followed");
            peer.hear();
            let end = "* ESEARCH (TAG \"%2\") UID ALL 2,5\r\n%2 OK x\r\n";
            if ended {
                peer.say(end);
            }
            let following = held.then_some(following);
            peer.say("* ESEARCH (TAG \"%2\") UID ADDTO (0 7)\r\n* NO [NOUPDATE \"%2\"] too many\r\n");
            let words: Vec<String> = told(&mut peer).into_iter().map(|(_, what)| what).collect();
            let expected: &[&str] = if held { &["1 changes", "refused"] } else { &[] };
            assert_eq!(words, expected, "{ended}");
            if !ended {
                peer.say(end);
            }
            // What was refused need not be cancelled; before that, it is as soon as it is dropped.
            let cancels = peer.hear().starts_with("%3 CANCELUPDATE ");
            assert_eq!(cancels, ended && !held, "{ended} {held}");
            drop((ticket, following));
        }
    }
}
