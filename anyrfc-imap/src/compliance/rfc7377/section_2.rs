//! RFC 7377, section 2: ESEARCH.

use anyrfc_core::{ErrorKind, compliance::Check};

use super::super::rev1::{End, gated, gated_from, misused, name};
use crate::{
    codec::command::{MultiSearch, MultiSearchAnswer, UidSearch},
    rfc7377 as r,
    types::{Data, SearchQuery, SearchReturn, SearchSource, SearchSources},
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc7377-section-2/what-may-be-left-out",
        covers: &[r::SOURCE_MAY_BE_OMITTED, r::RESULT_OPTIONS_MAY_BE_OMITTED, r::CHARSET_MAY_BE_OMITTED],
        run: what_may_be_left_out,
    },
    Check {
        name: "rfc7377-section-2/esearch-needs-the-capability",
        covers: &[r::ESEARCH_NEEDS_THE_CAPABILITY],
        run: esearch_needs_the_capability,
    },
    Check {
        name: "rfc7377-section-2.1/the-selected-mailbox-stays",
        covers: &[r::ESEARCH_LEAVES_THE_SELECTED_MAILBOX],
        run: the_selected_mailbox_stays,
    },
    Check {
        name: "rfc7377-section-2.1/no-response-means-no-match",
        covers: &[r::NO_RESPONSE_MEANS_NO_MATCH],
        run: no_response_means_no_match,
    },
    Check {
        name: "rfc7377-section-2.1/responses-are-told-apart",
        covers: &[r::RESPONSES_ARE_TOLD_APART],
        run: responses_are_told_apart,
    },
    Check {
        name: "rfc7377-section-2.1/correlators-are-needed",
        covers: &[r::ALL_CORRELATORS_ARE_SENT, r::ONE_RESPONSE_PER_MAILBOX, r::CORRELATORS_COME_ONCE],
        run: correlators_are_needed,
    },
    Check {
        name: "rfc7377-section-2.2/sources-name-mailboxes",
        covers: &[r::SOURCE_NAMES_MAILBOXES, r::WILDCARDS_ARE_LITERAL],
        run: sources_name_mailboxes,
    },
    Check {
        name: "rfc7377-section-2.2/sources-fit-the-state",
        covers: &[r::SELECTED_SOURCE_NEEDS_A_MAILBOX, r::OTHER_SOURCE_NEEDS_AUTHENTICATION],
        run: sources_fit_the_state,
    },
    Check {
        name: "rfc7377-section-2.2/sources-do-not-overlap",
        covers: &[r::SOURCES_DO_NOT_OVERLAP],
        run: sources_do_not_overlap,
    },
    Check {
        name: "rfc7377-section-2.2/only-the-selected-mailbox-is-saved-from",
        covers: &[r::SAVE_ONLY_IN_THE_SELECTED_MAILBOX],
        run: only_the_selected_mailbox_is_saved_from,
    },
    Check {
        name: "rfc7377-section-2.4/a-limit-is-told",
        covers: &[r::LIMIT_IS_HANDLED],
        run: a_limit_is_told,
    },
];

fn sources(all: impl Into<Vec<SearchSource>>) -> SearchSources {
    SearchSources::new(all).expect("sources")
}

fn in_two() -> MultiSearch {
    let tree = SearchSource::Subtree(vec![name("folder2")]);
    let all = sources([SearchSource::Mailboxes(vec![name("folder1")]), tree]);
    MultiSearch::new(all, SearchQuery::subject("chad"))
}

const IN_TWO: &str = "ESEARCH IN (mailboxes folder1 subtree folder2) SUBJECT chad";

fn told(answer: &MultiSearchAnswer) -> Vec<String> {
    let of = |of: &crate::codec::command::MailboxMatches| {
        format!("{} {} {}", of.mailbox, of.uid_validity, of.found.all)
    };
    answer.mailboxes.iter().map(of).collect()
}

fn what_may_be_left_out() {
    let mut end = End::selected("MULTISEARCH");
    let mut heard = |search: MultiSearch| {
        let text = end.sends(search).1.text();
        end.says("OK done");
        text
    };
    assert_eq!(heard(in_two()), IN_TWO);
    let returns = SearchReturn::new().count().min();
    assert_eq!(
        heard(in_two().returning(returns)),
        "ESEARCH IN (mailboxes folder1 subtree folder2) RETURN (MIN COUNT) SUBJECT chad"
    );
    let selected = MultiSearch::new(SearchSources::selected(), SearchQuery::unseen());
    assert_eq!(heard(selected), "ESEARCH RETURN (ALL) UNSEEN");
    let inboxes = sources([SearchSource::Inboxes]);
    assert_eq!(
        heard(MultiSearch::new(inboxes, SearchQuery::subject("\u{e9}"))),
        "ESEARCH IN (inboxes) CHARSET UTF-8 SUBJECT {2}\r\n\u{e9}"
    );
}

fn esearch_needs_the_capability() {
    let needed = [("MULTISEARCH", r::ESEARCH_NEEDS_THE_CAPABILITY)];
    gated(&needed, in_two, IN_TWO);
    gated_from(End::rev1, &needed, in_two, IN_TWO);
    // ESEARCH, the capability, is about the response.
    assert_eq!(End::selected("ESEARCH").refuses(in_two()).kind(), ErrorKind::Unsupported);
}

fn the_selected_mailbox_stays() {
    let mut end = End::selected("MULTISEARCH");
    let before = format!("{:?}", end.connection.mailbox());
    let found =
        end.gets(in_two(), "* ESEARCH (TAG \"{tag}\" MAILBOX folder1 UIDVALIDITY 1) UID ALL 4001\nOK done");
    assert_eq!(told(&found), ["folder1 1 4001"]);
    assert_eq!(format!("{:?}", end.connection.mailbox()), before);
    assert!(!end.connection.is_leaving_mailbox());
}

fn no_response_means_no_match() {
    let mut end = End::selected("MULTISEARCH");
    assert_eq!(end.gets(in_two(), "OK done"), MultiSearchAnswer::default());
    assert!(end.asks(in_two(), "NO not today").1.is_err());
    // Some say so.
    assert_eq!(end.gets(in_two(), "* ESEARCH (TAG \"{tag}\")\nOK done"), MultiSearchAnswer::default());
}

fn responses_are_told_apart() {
    let mut end = End::selected("MULTISEARCH ESEARCH");
    let one = end.submits(in_two());
    let other = end.submits(in_two());
    let plain = end.submits(UidSearch::new(SearchQuery::all()));
    let tags: Vec<String> = end.hears().into_iter().map(|heard| heard.tag).collect();
    let [first, second, third] = &tags[..] else { panic!("they do not go together: {tags:?}") };
    end.says(&format!(
        "* ESEARCH (TAG \"{second}\" MAILBOX folder1 UIDVALIDITY 1) UID ALL 2\n\
         * ESEARCH (TAG \"{third}\") UID ALL 3\n\
         * ESEARCH (UIDVALIDITY 7 MAILBOX folder2 TAG \"{first}\") UID ALL 5\n\
         * ESEARCH (TAG \"{first}\" MAILBOX folder1 UIDVALIDITY 1) UID ALL 1\n\
         * ESEARCH (TAG \"none\" MAILBOX folder1 UIDVALIDITY 1) UID ALL 9\n\
         * ESEARCH (MAILBOX folder1 UIDVALIDITY 1) UID ALL 9\n\
         {third} OK done\n{first} OK done\n{second} OK done"
    ));
    let strays =
        end.events.iter().filter(|event| matches!(event, crate::proto::Report::Data(Data::Esearch(_))));
    assert_eq!(strays.count(), 2, "whose tag is nobody's, and who has none");
    assert_eq!(told(&end.answer(one).expect("found")), ["folder2 7 5", "folder1 1 1"]);
    assert_eq!(told(&end.answer(other).expect("found")), ["folder1 1 2"]);
    assert_eq!(end.answer(plain).expect("found").all.to_string(), "3");
}

fn correlators_are_needed() {
    let mut end = End::selected("MULTISEARCH");
    for (answer, requirement) in [
        ("(TAG \"{tag}\" MAILBOX folder1) UID ALL 1", r::ALL_CORRELATORS_ARE_SENT),
        ("(TAG \"{tag}\" UIDVALIDITY 1) UID ALL 1", r::ALL_CORRELATORS_ARE_SENT),
        ("(TAG \"{tag}\" MAILBOX folder1 UIDVALIDITY 0) UID ALL 1", r::ALL_CORRELATORS_ARE_SENT),
        (
            "(TAG \"{tag}\" MAILBOX a UIDVALIDITY 1) UID ALL 1\n* ESEARCH (TAG \"{tag}\" MAILBOX a UIDVALIDITY 2) UID ALL 1",
            r::ONE_RESPONSE_PER_MAILBOX,
        ),
    ] {
        let error = end.asks(in_two(), &format!("* ESEARCH {answer}\nOK done")).1.expect_err(answer);
        assert_eq!((error.kind(), error.requirement()), (ErrorKind::Protocol, Some(requirement)), "{answer}");
    }
    let twice = "* ESEARCH (TAG \"{tag}\" MAILBOX a MAILBOX b UIDVALIDITY 1) UID ALL 1\nOK done";
    assert_eq!(told(&end.gets(in_two(), twice)), ["a 1 1"]);
    assert_eq!(end.deviated(r::CORRELATORS_COME_ONCE), 1);
}

fn sources_name_mailboxes() {
    let mut end = End::selected("MULTISEARCH");
    let mut heard = |source: SearchSource| {
        let text = end.sends(MultiSearch::new(sources([source]), SearchQuery::all())).1.text();
        end.says("OK done");
        text
    };
    assert_eq!(heard(SearchSource::Inboxes), "ESEARCH IN (inboxes) ALL");
    assert_eq!(heard(SearchSource::Personal), "ESEARCH IN (personal) ALL");
    assert_eq!(heard(SearchSource::Subscribed), "ESEARCH IN (subscribed) ALL");
    assert_eq!(heard(SearchSource::SubtreeOne(vec![name("a")])), "ESEARCH IN (subtree-one a) ALL");
    assert_eq!(heard(SearchSource::Subtree(vec![name("a"), name("b")])), "ESEARCH IN (subtree (a b)) ALL");
    // A name with what would be a wildcard in LIST is sent as a name.
    assert_eq!(heard(SearchSource::Mailboxes(vec![name("a*%b")])), "ESEARCH IN (mailboxes \"a*%b\") ALL");
    for none in [
        vec![],
        vec![SearchSource::Mailboxes(vec![])],
        vec![SearchSource::Inboxes, SearchSource::Subtree(vec![])],
    ] {
        misused(&SearchSources::new(none).expect_err("no name"), r::SOURCE_NAMES_MAILBOXES);
    }
}

fn sources_fit_the_state() {
    let search = |source: SearchSource| MultiSearch::new(sources([source]), SearchQuery::all());
    let mut end = End::rev1("MULTISEARCH");
    for selected in [vec![SearchSource::Selected], vec![SearchSource::Inboxes, SearchSource::Selected]] {
        let error = end.refuses(MultiSearch::new(sources(selected), SearchQuery::all()));
        assert_eq!(error.kind(), ErrorKind::Usage);
    }
    assert_eq!(end.sends(search(SearchSource::Inboxes)).1.text(), "ESEARCH IN (inboxes) ALL");
    let mut end = End::greeted_privately("MULTISEARCH");
    assert_eq!(end.refuses(search(SearchSource::Inboxes)).kind(), ErrorKind::Usage);
    let mut end = End::selected("MULTISEARCH");
    let both = sources([SearchSource::Inboxes, SearchSource::Selected]);
    assert_eq!(
        end.sends(MultiSearch::new(both, SearchQuery::all())).1.text(),
        "ESEARCH IN (inboxes selected) ALL"
    );
}

fn sources_do_not_overlap() {
    for twice in [
        vec![SearchSource::Selected, SearchSource::Inboxes, SearchSource::Selected],
        vec![SearchSource::Mailboxes(vec![name("a"), name("a")])],
        vec![SearchSource::Mailboxes(vec![name("a")]), SearchSource::Subtree(vec![name("b"), name("a")])],
        vec![SearchSource::Mailboxes(vec![name("INBOX"), name("inbox")])],
    ] {
        misused(&SearchSources::new(twice).expect_err("twice"), r::SOURCES_DO_NOT_OVERLAP);
    }
    assert!(SearchSources::new([SearchSource::Mailboxes(vec![name("a"), name("b")])]).is_ok());
}

fn only_the_selected_mailbox_is_saved_from() {
    let mut end = End::selected("MULTISEARCH SEARCHRES");
    let save =
        |all: SearchSources| MultiSearch::new(all, SearchQuery::all()).returning(SearchReturn::new().save());
    for others in [vec![SearchSource::Inboxes], vec![SearchSource::Selected, SearchSource::Inboxes]] {
        misused(&end.refuses(save(sources(others))), r::SAVE_ONLY_IN_THE_SELECTED_MAILBOX);
    }
    assert_eq!(end.sends(save(SearchSources::selected())).1.text(), "ESEARCH RETURN (SAVE) ALL");
}

fn a_limit_is_told() {
    let mut end = End::selected("MULTISEARCH");
    let some = "* ESEARCH (TAG \"{tag}\" MAILBOX folder1 UIDVALIDITY 1) UID ALL 4001\n";
    assert!(end.gets(in_two(), &format!("{some}OK [LIMIT] not all")).limited);
    assert!(end.gets(in_two(), "OK [LIMIT] not all").limited);
    assert!(!end.gets(in_two(), &format!("{some}OK done")).limited);
}
