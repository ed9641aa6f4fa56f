//! RFC 5466, sections 3, 3.1, 4 and 5: searching by filters.

use anyrfc_core::{ErrorKind, compliance::Check, testing::run_virtual};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::super::{
    rev1::{End, gated, misused},
    rev1_client::{logged_in, pencil},
    support::over_tls,
};
use crate::{
    ImapClient,
    codec::command::{Search, Sort, UidSearch},
    rfc5466 as r,
    testing::{Accounts, Server},
    types::{Code, Filter, FilterName, SearchQuery, SortKey, SortOrder},
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc5466-section-3/filter-needs-the-capability",
        covers: &[r::FILTER_NEEDS_THE_CAPABILITY],
        run: filter_needs_the_capability,
    },
    Check {
        name: "rfc5466-section-3.1/no-other-charset-stands-beside-a-filter",
        covers: &[r::FILTER_COMES_WITH_UTF8],
        run: no_other_charset_stands_beside_a_filter,
    },
    Check {
        name: "rfc5466-section-4/tokens-have-no-case",
        covers: &[r::TOKENS_IGNORE_CASE],
        run: tokens_have_no_case,
    },
    Check {
        name: "rfc5466-section-4/a-name-is-an-atom-without-a-slash",
        covers: &[r::FILTER_NAME_IS_AN_ATOM],
        run: a_name_is_an_atom_without_a_slash,
    },
    Check {
        name: "rfc5466-section-5/filters-go-over-tls",
        covers: &[r::CONFIDENTIAL_FILTERS_ARE_PROTECTED],
        run: filters_go_over_tls,
    },
];

pub(super) fn named(name: &str) -> FilterName {
    FilterName::new(name).expect("a name")
}

pub(super) fn road() -> FilterName {
    named("on-the-road")
}

fn by_road() -> SearchQuery {
    SearchQuery::filter(road())
}

fn filter_needs_the_capability() {
    let needed = [("FILTERS", r::FILTER_NEEDS_THE_CAPABILITY)];
    gated(&needed, || Search::new(by_road()), "SEARCH FILTER on-the-road");
    gated(
        &needed,
        || UidSearch::new(!(by_road() & SearchQuery::seen())),
        "UID SEARCH NOT (FILTER on-the-road SEEN)",
    );
    // Nothing is kept either where nothing searches by it.
    logged_in("METADATA", "", async |mut client| {
        for refused in [
            client.set_filter(&road(), &SearchQuery::seen()).await.expect_err("to set"),
            client.share_filter(&road(), &SearchQuery::seen()).await.expect_err("to share"),
            client.describe_filter(&road(), None).await.expect_err("to describe"),
            client.delete_filter(&road()).await.expect_err("to delete"),
            client.filters().await.expect_err("to list"),
            client.filter(&road()).await.expect_err("to read"),
        ] {
            assert_eq!(refused.kind(), ErrorKind::Unsupported);
            assert_eq!(refused.requirement(), Some(r::FILTER_NEEDS_THE_CAPABILITY));
            assert!(refused.is_unsent());
        }
    });
}

fn no_other_charset_stands_beside_a_filter() {
    let mut end = End::selected("FILTERS SORT LITERAL+");
    let mut heard = |query: SearchQuery| {
        let text = end.sends(Search::new(query)).1.text();
        end.says("* SEARCH\nOK done");
        text
    };
    assert_eq!(heard(by_road()), "SEARCH FILTER on-the-road");
    assert_eq!(
        heard(by_road() & SearchQuery::subject("\u{e4}")),
        "SEARCH CHARSET UTF-8 FILTER on-the-road SUBJECT {2+}\r\n\u{e4}"
    );
    let order = SortOrder::by(SortKey::Arrival);
    let (_, sorted) = end.sends(Sort::new(order, by_road()));
    assert_eq!(sorted.text(), "SORT (ARRIVAL) UTF-8 FILTER on-the-road");
}

fn tokens_have_no_case() {
    for capability in ["FILTERS", "filters", "Filters"] {
        let mut end = End::selected(capability);
        for code in ["UNDEFINED-FILTER", "undefined-filter", "Undefined-Filter"] {
            let (text, answer) = end.asks(Search::new(by_road()), &format!("NO [{code} on-the-road] none"));
            assert_eq!(text, "SEARCH FILTER on-the-road");
            let error = answer.expect_err("refused");
            assert_eq!(error.kind(), ErrorKind::Refused);
            assert_eq!(error.code(), Some(&Code::UndefinedFilter("on-the-road".into())));
        }
    }
    let dialogue = "\
C: a GETMETADATA \"\" (/private/filters/values/on-the-road /shared/filters/values/on-the-road
 /private/filters/descriptions/on-the-road /shared/filters/descriptions/on-the-road)
S: * metadata \"\" (/PRIVATE/Filters/VALUES/On-The-Road \"seen\" /Shared/Filters/Descriptions/ON-THE-ROAD \"mine\")
S: a ok done
";
    logged_in("FILTERS", dialogue, async |mut client| {
        let filter: Filter = client.filter(&road()).await.expect("told").expect("there");
        assert_eq!(filter.keys().map(|keys| &**keys), Some(&b"seen"[..]));
        assert_eq!(filter.label("en"), "mine");
    });
}

fn a_name_is_an_atom_without_a_slash() {
    for bad in [
        "", "a/b", "/", "a b", "a(b", "a)b", "a{b", "a%", "*", "a\"b", "a\\b", "a]", "\u{e4}", "a\r\nb",
        "\0", "\u{7f}",
    ] {
        misused(&FilterName::new(bad).expect_err(bad), r::FILTER_NAME_IS_AN_ATOM);
    }
    let mut end = End::selected("FILTERS");
    for good in ["a", "on-the-road", "a[1", "NIL", "$x!#&'+,-.:;<=>?@^_`}|~"] {
        let (text, _) = end.asks(Search::new(SearchQuery::filter(named(good))), "* SEARCH\nOK done");
        assert_eq!(text, format!("SEARCH FILTER {good}"));
    }
}

/// No client comes to send one without TLS unless its maker has asked for plaintext by name.
fn filters_go_over_tls() {
    for greeting in [
        "* OK [CAPABILITY IMAP4rev1 FILTERS METADATA AUTH=PLAIN] hi",
        "* PREAUTH [CAPABILITY IMAP4rev1 FILTERS METADATA] you are in already",
    ] {
        let said = run_virtual(async {
            let (near, mut far) = anyrfc_core::testing::pair(1 << 16);
            let client = async {
                let mut client = ImapClient::builder().connect_over("imap://imap.example.org", near).await?;
                if !greeting.contains("PREAUTH") {
                    client.authenticate(&pencil()).await?;
                }
                client.set_filter(&road(), &SearchQuery::from("boss@example.com")).await
            };
            let listening = async {
                far.write_all(format!("{greeting}\r\n").as_bytes()).await.expect("greeted");
                let mut said = Vec::new();
                drop(far.read_to_end(&mut said).await);
                String::from_utf8_lossy(&said).into_owned()
            };
            let (refused, said) = tokio::join!(client, listening);
            let kind = refused.expect_err("without TLS").kind();
            assert!(!matches!(kind, ErrorKind::Io | ErrorKind::Timeout), "{kind:?}");
            said
        });
        assert!(!said.contains("METADATA") && !said.contains("AUTHENTICATE"), "{said}");
    }
    let server =
        Server::new(Accounts::new().password("user", "pencil")).with("FILTERS").filter("on-the-road", "ALL");
    let uid = server.deliver("user", "INBOX", b"Subject: a\r\n\r\nb\r\n");
    over_tls(&server, ImapClient::builder(), async |mut client| {
        client.authenticate(&pencil()).await.expect("logged in");
        assert!(client.tls_info().is_some());
        let mut inbox = client.select("INBOX").await.expect("selected");
        let found = inbox.search(&by_road()).await.expect("found");
        assert_eq!(found.iter().map(|uid| uid.get()).collect::<Vec<_>>(), [uid]);
    });
}
