//! RFC 4466: what extensions add to commands, and ESEARCH.

use anyrfc_core::{ErrorKind, compliance::Check};

use super::super::{
    rev1::{End, name, set},
    support::append,
};
use crate::{
    codec::command::{
        Append, Create, Fetch, FetchModifiers, Resync, Search, Select, Store, StoreAction, UidFetch,
        UidSearch, UidStore,
    },
    rfc3502, rfc3516, rfc4466 as r, rfc4731, rfc6154, rfc7162,
    types::{
        AppendMessage, AppendOptions, Data, FetchItems, Flag, MailboxAttribute, ModSeq, SearchQuery,
        SearchReturn, UidValidity,
    },
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc4466-section-2.1/select-has-parameters-of-extensions",
        covers: &[r::UNKNOWN_SELECT_PARAMETER_IS_NOT_SENT, r::PARAMETER_VALUE_IS_PARENTHESIZED],
        run: select_has_parameters_of_extensions,
    },
    Check {
        name: "rfc4466-section-2.2/create-has-parameters-of-extensions",
        covers: &[r::CREATE_PARAMETERS_MAY_BE_OMITTED, r::UNKNOWN_CREATE_PARAMETER_IS_NOT_SENT],
        run: create_has_parameters_of_extensions,
    },
    Check {
        name: "rfc4466-section-2.4/fetch-and-store-have-modifiers-of-extensions",
        covers: &[
            r::FETCH_MODIFIERS_MAY_BE_OMITTED,
            r::UNKNOWN_FETCH_MODIFIER_IS_NOT_SENT,
            r::STORE_MODIFIERS_MAY_BE_OMITTED,
            r::UNKNOWN_STORE_MODIFIER_IS_NOT_SENT,
        ],
        run: fetch_and_store_have_modifiers_of_extensions,
    },
    Check {
        name: "rfc4466-section-2.6.1/search-has-options-of-extensions",
        covers: &[
            r::RESULT_OPTIONS_MAY_BE_OMITTED,
            r::UNKNOWN_RESULT_OPTION_IS_NOT_SENT,
            r::SEARCH_CHARSET_MAY_BE_OMITTED,
            r::SEARCH_CHARSET_IS_REGISTERED,
        ],
        run: search_has_options_of_extensions,
    },
    Check {
        name: "rfc4466-section-2.6.2/esearch-belongs-to-its-tag",
        covers: &[
            r::ESEARCH_BELONGS_TO_ITS_TAG,
            r::ESEARCH_UID_MEANS_UIDS,
            r::ESEARCH_ITEMS_COME_IN_ANY_ORDER,
        ],
        run: esearch_belongs_to_its_tag,
    },
    Check {
        name: "rfc4466-section-2.6.2/esearch-without-a-tag-answers-nobody",
        covers: &[r::ESEARCH_WITHOUT_TAG_BELONGS_TO_NONE],
        run: esearch_without_a_tag_answers_nobody,
    },
    Check {
        name: "rfc4466-section-3/literal8-does-not-wait-only-where-it-need-not",
        covers: &[r::NON_SYNCHRONIZING_LITERAL8_NEEDS_BOTH],
        run: literal8_does_not_wait_only_where_it_need_not,
    },
    Check {
        name: "rfc4466-section-3/several-messages-need-multiappend",
        covers: &[r::SEVERAL_MESSAGES_NEED_MULTIAPPEND],
        run: several_messages_need_multiappend,
    },
    Check {
        name: "rfc4466-section-3/tokens-ignore-case",
        covers: &[r::TOKENS_IGNORE_CASE],
        run: tokens_ignore_case,
    },
];

fn flags() -> FetchItems {
    FetchItems::new().flags()
}

fn select_has_parameters_of_extensions() {
    assert_eq!(End::rev1("").sends(Select::new(name("a"))).1.text(), "SELECT a");
    let error = End::rev1("").refuses(Select::new(name("a")).condstore());
    assert_eq!(error.requirement(), Some(rfc7162::CONDSTORE_NEEDS_THE_CAPABILITY));
    assert_eq!(
        End::rev1("CONDSTORE").sends(Select::new(name("a")).condstore()).1.text(),
        "SELECT a (CONDSTORE)"
    );
    // A value that is neither a number nor a set stands in parentheses of its own.
    let known = Resync::new(UidValidity::new(7).expect("not zero"), ModSeq::MIN);
    let mut end = End::enabled("QRESYNC", "");
    assert_eq!(end.sends(Select::new(name("a")).resync(known)).1.text(), "SELECT a (QRESYNC (7 1))");
}

fn create_has_parameters_of_extensions() {
    assert_eq!(End::rev1("").sends(Create::new(name("a"))).1.text(), "CREATE a");
    let create = || Create::new(name("a")).for_use(MailboxAttribute::Sent);
    let error = End::rev1("").refuses(create());
    assert_eq!(error.requirement(), Some(rfc6154::USE_NEEDS_THE_CAPABILITY));
    assert_eq!(End::rev1("CREATE-SPECIAL-USE").sends(create()).1.text(), "CREATE a (USE (\\Sent))");
}

fn fetch_and_store_have_modifiers_of_extensions() {
    let changed = || FetchModifiers::new().changed_since(ModSeq::MIN);
    let fetch = || UidFetch::new(set("1"), flags());
    assert_eq!(End::selected("").sends(fetch()).1.text(), "UID FETCH 1 (FLAGS)");
    assert_eq!(
        End::selected("CONDSTORE").sends(fetch().with(changed())).1.text(),
        "UID FETCH 1 (FLAGS) (CHANGEDSINCE 1)"
    );
    for error in [
        End::selected("").refuses(fetch().with(changed())),
        End::selected("").refuses(Fetch::new(set("1"), flags()).with(changed())),
    ] {
        assert_eq!(error.requirement(), Some(rfc7162::CONDSTORE_NEEDS_THE_CAPABILITY));
    }
    let store = || UidStore::new(set("1"), StoreAction::Add, Flag::Seen);
    assert_eq!(End::selected("").sends(store()).1.text(), "UID STORE 1 +FLAGS (\\Seen)");
    assert_eq!(
        End::selected("CONDSTORE").sends(store().unchanged_since(ModSeq::MIN)).1.text(),
        "UID STORE 1 (UNCHANGEDSINCE 1) +FLAGS (\\Seen)"
    );
    let by_number = Store::new(set("1"), StoreAction::Add, Flag::Seen).unchanged_since(ModSeq::MIN);
    for error in [
        End::selected("").refuses(store().unchanged_since(ModSeq::MIN)),
        End::selected("").refuses(by_number),
    ] {
        assert_eq!(error.requirement(), Some(rfc7162::CONDSTORE_NEEDS_THE_CAPABILITY));
    }
}

fn search_has_options_of_extensions() {
    let search = || UidSearch::new(SearchQuery::seen());
    assert_eq!(End::selected("").sends(search()).1.text(), "UID SEARCH SEEN");
    let count = || search().returning(SearchReturn::new().count());
    assert_eq!(End::selected("ESEARCH").sends(count()).1.text(), "UID SEARCH RETURN (COUNT) SEEN");
    let error = End::selected("").refuses(count());
    assert_eq!(error.requirement(), Some(rfc4731::RESULT_OPTIONS_NEED_THE_CAPABILITY));
    // A charset where there is something to say of it, and UTF-8 then.
    let text = |what: &str| Search::new(SearchQuery::subject(what));
    assert_eq!(End::selected("").sends(text("plain")).1.text(), "SEARCH SUBJECT plain");
    let (_, heard) = End::selected("LITERAL+").sends(text("\u{e4}"));
    assert_eq!(heard.text(), "SEARCH CHARSET UTF-8 SUBJECT {2+}\r\n\u{e4}");
}

fn esearch_belongs_to_its_tag() {
    let search = |query| UidSearch::new(query).returning(SearchReturn::new().all().count());
    let mut end = End::selected("ESEARCH");
    let first = end.submits(search(SearchQuery::seen()));
    let second = end.submits(search(SearchQuery::deleted()));
    let heard = end.hears();
    assert_eq!(heard.len(), 2, "both are on their way");
    let (one, two) = (heard[0].tag.clone(), heard[1].tag.clone());
    // In another order than they were asked for, and their items in any.
    end.says(&format!(
        "* ESEARCH (TAG \"{two}\") UID COUNT 1 ALL 15\n* ESEARCH (TAG \"{one}\") UID ALL 11:12 COUNT 2"
    ));
    end.says(&format!("{one} OK done\n{two} OK done"));
    let (first, second) = (end.answer(first).expect("found"), end.answer(second).expect("found"));
    assert_eq!((first.all.to_string().as_str(), first.count), ("11:12", Some(2)));
    assert_eq!((second.all.to_string().as_str(), second.count), ("15", Some(1)));
    // With UID they are UIDs, without it they are not.
    let (_, result) = end.asks(search(SearchQuery::seen()), "* ESEARCH (TAG \"{tag}\") ALL 11\nOK done");
    assert_eq!(result.expect_err("numbers").kind(), ErrorKind::Protocol);
    let by_number = Search::new(SearchQuery::seen()).returning(SearchReturn::new().all());
    let (_, result) = end.asks(by_number, "* ESEARCH (TAG \"{tag}\") UID ALL 11\nOK done");
    assert_eq!(result.expect_err("UIDs").kind(), ErrorKind::Protocol);
}

fn literal8_does_not_wait_only_where_it_need_not() {
    let heard = |capabilities: &str| append(&format!("IMAP4rev1 {capabilities}"), b"a\0b", true);
    let both = heard("BINARY LITERAL+").expect("appended");
    assert!(both.starts_with("APPEND INBOX ~{3+}\r\n"), "{both:?}");
    let waits = heard("BINARY").expect("appended");
    assert!(waits.starts_with("APPEND INBOX ~{3}\r\n"), "{waits:?}");
    for capabilities in ["LITERAL+", ""] {
        let error = heard(capabilities).expect_err("refused");
        assert_eq!(error.requirement(), Some(rfc3516::BINARY_NEEDS_THE_CAPABILITY), "{capabilities}");
    }
}

fn several_messages_need_multiappend() {
    let empty = || AppendMessage::new(AppendOptions::new(), 0);
    let error = End::rev1("").refuses(Append::several(name("a"), [empty(), empty()]));
    assert_eq!(error.requirement(), Some(rfc3502::MULTIAPPEND_NEEDS_THE_CAPABILITY));
    let (_, heard) = End::rev1("MULTIAPPEND").sends(Append::several(name("a"), [empty(), empty()]));
    assert_eq!(heard.text(), "APPEND a {0}\r\n {0}\r\n");
}

fn tokens_ignore_case() {
    for (name, items) in
        [("esearch", "(tag \"{tag}\") uid all 11 count 1"), ("ESEARCH", "(TAG \"{tag}\") UID ALL 11 COUNT 1")]
    {
        let search = UidSearch::new(SearchQuery::seen()).returning(SearchReturn::new().all().count());
        let found = End::selected("esearch").gets(search, &format!("* {name} {items}\nOK done"));
        assert_eq!((found.all.to_string().as_str(), found.count), ("11", Some(1)));
    }
}

/// It is told as what nobody has asked for. That a server answers so all the same is an error, and
/// never a search that has found nothing.
fn esearch_without_a_tag_answers_nobody() {
    let mut end = End::selected("ESEARCH");
    end.says("* ESEARCH UID ALL 11");
    assert!(end.data().iter().any(|data| matches!(data, Data::Esearch(_))));
    let search = UidSearch::new(SearchQuery::seen()).returning(SearchReturn::new().all());
    let found = end.gets(search, "* ESEARCH UID ALL 12\n* ESEARCH (TAG \"{tag}\") UID ALL 15\nOK done");
    assert_eq!(found.all.to_string(), "15");
    let search = UidSearch::new(SearchQuery::seen()).returning(SearchReturn::new().all());
    let (_, result) = end.asks(search, "* ESEARCH UID ALL 12\nOK done");
    assert_eq!(result.expect_err("nobody's answer").kind(), ErrorKind::Protocol);
}
