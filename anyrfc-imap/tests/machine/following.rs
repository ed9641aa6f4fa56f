//! Results whose holders are told of what changes (RFC 5267, section 4.3).

use anyrfc_imap::{
    codec::command::{Close, Noop, UidSearch},
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

/// What is sent once the connection is driven on.
fn driven(peer: &mut Peer) -> String {
    peer.say("* OK still here\r\n");
    peer.hear()
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

#[test]
fn what_nobody_holds_any_more_is_cancelled_once() {
    for capability in ["CONTEXT=SEARCH", "CONTEXT=SEARCH CONTEXT=SORT"] {
        let mut peer = Peer::selected(&format!("ESEARCH IDLE {capability}"), 9);
        let (one, two) = (follow(&mut peer, 2), follow(&mut peer, 3));
        assert_eq!(driven(&mut peer), "", "both are held");
        drop(one);
        let cancel = format!("%4 CANCELUPDATE \"{}\"\r\n", peer.tag(2));
        assert_eq!(driven(&mut peer), cancel);
        // Not again, neither before it is answered nor behind that.
        assert_eq!(driven(&mut peer), "");
        peer.say("%4 OK x\r\n");
        assert_eq!((driven(&mut peer), peer.machine.commands()), (String::new(), 0));
        assert_eq!(told(&mut peer), []);
        // Another one is, even where the one before was refused.
        drop(two);
        assert_eq!(driven(&mut peer), format!("%5 CANCELUPDATE \"{}\"\r\n", peer.tag(3)));
        peer.say("%5 NO x\r\n");
        assert_eq!((driven(&mut peer), peer.machine.commands()), (String::new(), 0));
    }
}

#[test]
fn nothing_is_cancelled_while_it_idles_or_of_a_mailbox_that_is_left() {
    let mut peer = Peer::selected("ESEARCH IDLE CONTEXT=SEARCH", 9);
    let following = follow(&mut peer, 2);
    let idle = peer.machine.idle().unwrap();
    peer.hear();
    peer.say("+ idling\r\n");
    drop(following);
    assert_eq!(driven(&mut peer), "", "what is followed needs no end of IDLE");
    peer.machine.stop_idling();
    assert_eq!(peer.hear(), "DONE\r\n");
    peer.say("%3 OK x\r\n");
    assert!(peer.hear().starts_with("%4 CANCELUPDATE "));
    peer.say("%4 OK x\r\n");
    let following = follow(&mut peer, 5);
    let close = peer.submit(Close);
    drop(following);
    assert_eq!(peer.hear(), "%6 CLOSE\r\n");
    peer.say("%6 OK x\r\n");
    assert_eq!((peer.hear(), told(&mut peer)), (String::new(), Vec::new()));
    drop((idle, close));
}

#[test]
fn a_change_that_cannot_be_used_loses_its_result_alone() {
    let mut peer = Peer::selected("ESEARCH CONTEXT=SEARCH", 9);
    let (one, two) = (follow(&mut peer, 2), follow(&mut peer, 3));
    let id = |following: &Following| format!("{:?}", following.id());
    assert_eq!(peer.say("* ESEARCH (TAG \"%2\") UID REMOVEFROM (0 x)\r\n").len(), 1);
    assert_eq!(told(&mut peer), [(id(&one), "lost: false".to_owned())]);
    assert_eq!(peer.say("* ESEARCH (TAG \"%3\") ADDTO (0 7)\r\n").len(), 1, "numbers are no UIDs");
    assert_eq!(told(&mut peer), [(id(&two), "lost: false".to_owned())]);
    drop((one, two));
}

#[test]
fn what_is_told_beside_a_change_is_told() {
    let mut peer = Peer::selected("ESEARCH CONTEXT=SEARCH", 9);
    let following = follow(&mut peer, 2);
    let id = format!("{:?}", following.id());
    for (line, data, change) in [
        ("(TAG \"%2\") UID ADDTO (0 7)", false, true),
        ("(TAG \"%2\") UID COUNT 3 ADDTO (0 7)", true, true),
        ("(TAG \"%2\") UID COUNT 3", true, false),
        ("(TAG \"another\") UID ADDTO (0 7)", true, false),
        ("UID ADDTO (0 7)", true, false),
    ] {
        let words = peer.say(&format!("* ESEARCH {line}\r\n"));
        assert_eq!(words.iter().any(|words| words.starts_with("Esearch")), data, "{line}: {words:?}");
        let expected = if change { vec![(id.clone(), "1 changes".to_owned())] } else { Vec::new() };
        assert_eq!(told(&mut peer), expected, "{line}");
    }
    drop(following);
}
