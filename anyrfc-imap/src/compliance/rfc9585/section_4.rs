//! RFC 9585: how far a command is.

use std::time::Duration;

use anyrfc_core::{ErrorKind, compliance::Check};

use super::super::support::Talk;
use crate::{
    codec::command::{Noop, Search, UidSearch},
    proto::{CommandId, OwnedEvent},
    rfc9585 as r,
    types::{Progress, SearchQuery, SearchReturn},
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc9585-section-4/details-may-be-missing",
        covers: &[r::DETAILS_MAY_BE_MISSING, r::PROGRESS_IS_UNKNOWN_AT_FIRST],
        run: details_may_be_missing,
    },
    Check {
        name: "rfc9585-section-4/tags-have-no-bracket",
        covers: &[r::NOTIFIED_TAGS_HAVE_NO_BRACKET],
        run: tags_have_no_bracket,
    },
    Check {
        name: "rfc9585-section-4/unsteady-progress",
        covers: &[r::UNSTEADY_PROGRESS_IS_HANDLED],
        run: unsteady_progress,
    },
    Check {
        name: "rfc9585-section-4/some-notifications-are-disregarded",
        covers: &[r::NOTIFICATIONS_MAY_BE_DISREGARDED],
        run: some_notifications_are_disregarded,
    },
    Check {
        name: "rfc9585-section-4/numbers-are-no-results",
        covers: &[r::NUMBERS_ARE_NO_RESULTS],
        run: numbers_are_no_results,
    },
    Check {
        name: "rfc9585-section-4/never-in-a-tagged-response",
        covers: &[r::INPROGRESS_IS_UNTAGGED],
        run: never_in_a_tagged_response,
    },
];

/// What was told of progress since.
fn told(talk: &mut Talk) -> Vec<(Option<CommandId>, Progress)> {
    let mut told = Vec::new();
    talk.events.retain(|event| match event {
        OwnedEvent::Progress { command, progress } => {
            told.push((*command, progress.clone()));
            false
        }
        _ => true,
    });
    told
}

fn numbers(progress: &Progress) -> (Option<u32>, Option<u32>) {
    (progress.done, progress.goal)
}

fn details_may_be_missing() {
    let mut talk = Talk::selected("IMAP4rev1 INPROGRESS");
    let ticket = talk.submit(UidSearch::new(SearchQuery::all()));
    talk.hears();
    // Until something is told, nothing is known: no event says otherwise.
    assert_eq!(told(&mut talk).len(), 0);
    for line in [
        "* OK [INPROGRESS] at work",
        "* OK [INPROGRESS (NIL NIL NIL)] at work",
        "* OK [inprogress (nil nil nil)]",
    ] {
        talk.says(line);
        let told = told(&mut talk);
        assert_eq!(told.len(), 1, "{line}");
        assert_eq!((told[0].0, numbers(&told[0].1)), (Some(ticket.id()), (None, None)));
    }
    talk.says("* OK [INPROGRESS (\"{tag}\" NIL NIL)] at work\n* OK [INPROGRESS (\"{tag}\" 175 NIL)] x\n* OK [INPROGRESS (NIL 175 1000)] x");
    let all: Vec<_> =
        told(&mut talk).iter().map(|(command, progress)| (*command, numbers(progress))).collect();
    let id = Some(ticket.id());
    assert_eq!(all, [(id, (None, None)), (id, (Some(175), None)), (id, (Some(175), Some(1000)))]);
    talk.answered(ticket, "* SEARCH 1\n{tag} OK done").expect("found");
}

fn tags_have_no_bracket() {
    for seed in 0..16 {
        let mut talk = Talk::with(crate::proto::Config::default(), [seed; 32]).preauth("IMAP4rev1");
        for _ in 0..200 {
            let ticket = talk.submit(Noop);
            talk.hears();
            talk.answered(ticket, "{tag} OK done").expect("done");
        }
        assert_eq!(talk.tags.len(), 200);
        assert!(talk.tags.iter().all(|tag| !tag.contains(']')), "{:?}", talk.tags);
    }
}

fn unsteady_progress() {
    let mut talk = Talk::selected("IMAP4rev1 INPROGRESS");
    let ticket = talk.submit(UidSearch::new(SearchQuery::all()));
    talk.hears();
    let pairs = [(10, 20), (5, 20), (5, 7), (0, 4_294_967_295), (19, 20)];
    for (done, goal) in pairs {
        talk.says(&format!("* OK [INPROGRESS (\"{{tag}}\" {done} {goal})] at work")).is_fine();
    }
    let all: Vec<_> = told(&mut talk).iter().map(|(_, progress)| numbers(progress)).collect();
    assert_eq!(all, pairs.map(|(done, goal)| (Some(done), Some(goal))));
    // Each buys the command its time anew.
    let time = talk.connection.config().deadlines.command;
    for _ in 0..5 {
        talk.wait(time - Duration::from_secs(1));
        talk.says("* OK [INPROGRESS (\"{tag}\" 1 2)] at work").is_fine();
    }
    talk.answered(ticket, "* SEARCH 1\n{tag} OK done").expect("found");
    // One of no command buys nothing.
    let ticket = talk.submit(UidSearch::new(SearchQuery::all()));
    talk.hears();
    talk.wait(time - Duration::from_secs(1));
    talk.says("* OK [INPROGRESS (\"other\" 1 2)] at work").is_fine();
    talk.wait(Duration::from_secs(2));
    assert_eq!(talk.error.take().expect("too late").kind(), ErrorKind::Timeout);
    drop(ticket);
}

fn some_notifications_are_disregarded() {
    // Those of commands that nobody knows, and those that are none, are remarks like any other.
    let mut talk = Talk::selected("IMAP4rev1 INPROGRESS");
    let ticket = talk.submit(UidSearch::new(SearchQuery::all()));
    talk.hears();
    for code in [
        "INPROGRESS (\"other\" 1 2)",
        "INPROGRESS (\"{tag}\" 1)",
        "INPROGRESS (\"{tag}\" 1 0)",
        "INPROGRESS (\"{tag}\" NIL 2)",
        "INPROGRESS (\"{tag}\" -1 2)",
        "INPROGRESS (\"{tag}\" 1 99999999999)",
        "INPROGRESS \"{tag}\" 1 2",
        "INPROGRESS (\"{tag}\" 1 2 3)",
    ] {
        talk.says(&format!("* OK [{code}] at work")).is_fine();
        assert_eq!(told(&mut talk).len(), 0, "{code}");
        assert_eq!(talk.data().len(), 1, "{code}");
    }
    // Of two commands at once the tag tells which one it is.
    let second = talk.submit(Noop);
    talk.hears();
    let tags = talk.tags.clone();
    talk.says(&format!("* OK [INPROGRESS (\"{}\" 1 2)] x\n* OK [INPROGRESS] x", tags[tags.len() - 2]));
    let commands: Vec<_> = told(&mut talk).iter().map(|(command, _)| *command).collect();
    assert_eq!(commands, [Some(ticket.id()), None]);
    drop(second);
}

fn numbers_are_no_results() {
    let mut talk = Talk::selected("IMAP4rev1 INPROGRESS ESEARCH");
    let ticket = talk.submit(Search::new(SearchQuery::all()).returning(SearchReturn::new().count()));
    talk.hears();
    talk.says("* OK [INPROGRESS (\"{tag}\" 4 5)] at work");
    assert_eq!(told(&mut talk).len(), 1);
    let found = talk.answered(ticket, "{tag} OK done").expect("done");
    assert_eq!((found.count, found.all.len()), (None, 0), "what was not told is not known");
    let ticket = talk.submit(Search::new(SearchQuery::all()).returning(SearchReturn::new().count()));
    talk.hears();
    talk.says("* OK [INPROGRESS (\"{tag}\" 4 5)] at work");
    let found = talk.answered(ticket, "* ESEARCH (TAG \"{tag}\") COUNT 3\n{tag} OK done").expect("done");
    assert_eq!(found.count, Some(3));
}

fn never_in_a_tagged_response() {
    let mut talk = Talk::authenticated("IMAP4rev1 INPROGRESS");
    let ticket = talk.submit(Noop);
    talk.hears();
    talk.answered(ticket, "{tag} OK [INPROGRESS (\"{tag}\" 1 2)] done").expect("it is over all the same");
    assert!(talk.forgave(r::INPROGRESS_IS_UNTAGGED));
    assert_eq!(told(&mut talk).len(), 0);
    let mut talk = Talk::strict().preauth("IMAP4rev1 INPROGRESS");
    let ticket = talk.submit(Noop);
    talk.hears();
    talk.says("* OK [INPROGRESS (\"{tag}\" 1 2)] at work").is_fine();
    talk.says("{tag} OK [INPROGRESS (\"{tag}\" 1 2)] done");
    assert_eq!(talk.broken(), r::INPROGRESS_IS_UNTAGGED);
    drop(ticket);
}
