//! RFC 5466, sections 1, 3.2 and 5: what is kept of filters.

use anyrfc_core::{ErrorKind, compliance::Check};

use super::{
    super::{
        rev1::{End, misused},
        rev1_client::logged_in,
    },
    section_3::{named, road},
};
use crate::{
    codec::command::SetMetadata,
    rfc5466 as r,
    types::{
        Code, Filter, FilterDescription, FilterName, MetadataCode, MetadataEntry, MetadataTarget, SearchQuery,
    },
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc5466-section-3.2/keys-are-kept-in-utf8",
        covers: &[r::FILTER_VALUES_ARE_UTF8, r::STORED_KEYS_ARE_UTF8],
        run: keys_are_kept_in_utf8,
    },
    Check {
        name: "rfc5466-section-3.2/nil-deletes",
        covers: &[r::FILTER_IS_DELETED_BY_NIL],
        run: nil_deletes,
    },
    Check {
        name: "rfc5466-section-3.2/keys-of-extensions-are-in-parentheses",
        covers: &[r::EXTENSION_KEYS_ARE_PARENTHESISED],
        run: keys_of_extensions_are_in_parentheses,
    },
    Check {
        name: "rfc5466-section-3.2/the-private-description-comes-first",
        covers: &[r::PRIVATE_DESCRIPTION_COMES_FIRST, r::FILTER_NAME_MAY_STAND_FOR_DESCRIPTION],
        run: the_private_description_comes_first,
    },
    Check {
        name: "rfc5466-section-3.2/descriptions-have-languages",
        covers: &[r::DESCRIPTION_HAS_LANGUAGE_TAGS, r::DESCRIPTION_MAY_HAVE_SEVERAL_LANGUAGES],
        run: descriptions_have_languages,
    },
    Check {
        name: "rfc5466-section-3.2/no-language-is-i-default",
        covers: &[r::UNTAGGED_DESCRIPTION_IS_DEFAULT],
        run: no_language_is_i_default,
    },
    Check {
        name: "rfc5466-section-5/filters-are-private",
        covers: &[r::PRIVATE_FILTERS_ARE_PREFERRED],
        run: filters_are_private,
    },
];

fn kept(query: &SearchQuery) -> String {
    let entry = MetadataEntry::new(&road().private_values()).expect("an entry");
    let command = SetMetadata::new(MetadataTarget::Server).filter(entry, query).expect("kept");
    let heard = End::rev1("METADATA-SERVER").sends(command).1.text();
    let value = heard.strip_prefix("SETMETADATA \"\" (/private/filters/values/on-the-road ").expect(&heard);
    let value = value.strip_suffix(')').expect("a list");
    match value.strip_prefix('"').and_then(|quoted| quoted.strip_suffix('"')) {
        Some(quoted) => quoted.replace("\\\"", "\"").replace("\\\\", "\\"),
        None => value.split_once("}\r\n").expect("a literal").1.to_owned(),
    }
}

fn keys_are_kept_in_utf8() {
    assert_eq!(kept(&SearchQuery::from("boss@example.com")), "FROM boss@example.com");
    assert_eq!(kept(&SearchQuery::subject("a \"b\"")), "SUBJECT \"a \\\"b\\\"\"");
    assert_eq!(kept(&SearchQuery::subject("\u{e4}\u{20ac}")), "SUBJECT {5}\r\n\u{e4}\u{20ac}");
    // A literal within a literal; the charset is not told, and depends on nothing.
    let dialogue = "\
C: a SETMETADATA \"\" (/private/filters/values/on-the-road {34+}
C: SUBJECT {2}
C: \u{e4} FROM {3}
C: \u{20ac} SEEN)
S: a OK done
";
    for capabilities in ["FILTERS LITERAL+", "FILTERS METADATA LITERAL+"] {
        logged_in(capabilities, dialogue, async |mut client| {
            let query = SearchQuery::subject("\u{e4}") & SearchQuery::from("\u{20ac}") & SearchQuery::seen();
            client.set_filter(&road(), &query).await.expect("set");
        });
    }
}

fn nil_deletes() {
    let dialogue = "\
C: a SETMETADATA \"\" (/private/filters/values/on-the-road NIL /shared/filters/values/on-the-road NIL
 /private/filters/descriptions/on-the-road NIL /shared/filters/descriptions/on-the-road NIL)
S: a OK done
C: b SETMETADATA \"\" (/private/filters/values/x NIL /shared/filters/values/x NIL
 /private/filters/descriptions/x NIL /shared/filters/descriptions/x NIL)
S: b NO not yours
";
    logged_in("FILTERS", dialogue, async |mut client| {
        client.delete_filter(&road()).await.expect("deleted");
        let refused = client.delete_filter(&named("x")).await.expect_err("refused");
        assert_eq!(refused.kind(), ErrorKind::Refused);
    });
}

fn keys_of_extensions_are_in_parentheses() {
    let other = || SearchQuery::custom("x-dsfa from 5").expect("a key");
    let (seen, filter) = (SearchQuery::seen, || SearchQuery::filter(road()));
    let older = || SearchQuery::older(std::time::Duration::from_secs(9));
    for (query, keys) in [
        (SearchQuery::from("a") & other(), "FROM a (x-dsfa from 5)"),
        (filter(), "(FILTER on-the-road)"),
        (!filter() & seen(), "NOT (FILTER on-the-road) SEEN"),
        (older() | seen(), "OR (OLDER 9) SEEN"),
        (!(older() & seen()), "NOT ((OLDER 9) SEEN)"),
        (SearchQuery::subject("a").fuzzy(), "(FUZZY SUBJECT a)"),
        ((seen() & other()).fuzzy() | seen(), "OR (FUZZY (SEEN (x-dsfa from 5))) SEEN"),
        (!(!seen()).fuzzy(), "NOT (FUZZY NOT SEEN)"),
        // What RFC 3501 has stays as it is.
        (SearchQuery::smaller(5000) | SearchQuery::from("b"), "OR SMALLER 5000 FROM b"),
        (SearchQuery::header("X-A", "") & SearchQuery::recent(), "HEADER X-A \"\" RECENT"),
    ] {
        assert_eq!(kept(&query), keys);
    }
    let dialogue = "\
C: a SETMETADATA \"\" (/private/filters/values/on-the-road \"FROM a (x-dsfa from 5)\")
S: a OK done
";
    logged_in("FILTERS", dialogue, async |mut client| {
        client.set_filter(&road(), &(SearchQuery::from("a") & other())).await.expect("set");
    });
}

const LISTED: &str = "\
C: a GETMETADATA (DEPTH 1) \"\" (/private/filters/values /shared/filters/values
 /private/filters/descriptions /shared/filters/descriptions)
";

/// The filters that a server tells so.
fn told(metadata: &str) -> Vec<Filter> {
    let dialogue = format!("{LISTED}S: * METADATA \"\" ({metadata})\nS: a OK done\n");
    logged_in("FILTERS METADATA-SERVER", &dialogue, async |mut client| client.filters().await.expect("told"))
}

fn the_private_description_comes_first() {
    let filters = told(
        "/private/filters/values NIL /shared/filters/values/both \"ALL\" /private/filters/values/both \"SEEN\" \
         /shared/filters/descriptions/both \"for all\" /private/filters/descriptions/both \"for me\" \
         /shared/filters/values/theirs \"DRAFT\" /shared/filters/descriptions/theirs \"of all\" \
         /private/filters/values/plain \"NEW\" /private/filters/descriptions/plain NIL \
         /private/filters/values/a/b \"OLD\" /private/vendor/x/y \"z\"",
    );
    let seen: Vec<_> = filters
        .iter()
        .map(|filter| {
            let keys = filter.keys().map(|keys| String::from_utf8_lossy(keys).into_owned());
            (filter.name.as_str(), keys.unwrap_or_default(), filter.label("en"))
        })
        .collect();
    assert_eq!(
        seen,
        [
            ("both", "SEEN".to_owned(), "for me"),
            ("theirs", "DRAFT".to_owned(), "of all"),
            ("plain", "NEW".to_owned(), "plain")
        ]
    );
    let [both, theirs, plain] = filters.as_slice() else { panic!("{filters:?}") };
    assert_eq!(both.shared.as_deref(), Some(&b"ALL"[..]));
    assert_eq!(theirs.description(), theirs.shared_description.as_ref());
    assert_eq!(plain.description(), None);
    assert!(told("/private/filters/values NIL").is_empty());
}

/// As in the RFC: a tag in the characters that are made for it.
const BOTH: &str =
    "\u{e0001}\u{e0072}\u{e0075}\u{434}\u{430}\u{e0001}\u{e0066}\u{e0072}\u{e002d}\u{e0063}\u{e0061}oui";

fn descriptions_have_languages() {
    let both = FilterDescription::new("ru", "\u{434}\u{430}").expect("one").and("fr-CA", "oui").expect("two");
    let octets = BOTH.len();
    let dialogue = format!(
        "C: a SETMETADATA \"\" (/private/filters/descriptions/on-the-road {{{octets}+}}
C: {BOTH})
S: a OK done
C: b SETMETADATA \"\" (/shared/filters/descriptions/on-the-road {{{octets}+}}
C: {BOTH})
S: b OK done
C: c SETMETADATA \"\" (/private/filters/descriptions/on-the-road NIL)
S: c OK done
"
    );
    logged_in("FILTERS LITERAL+", &dialogue, async |mut client| {
        client.describe_filter(&road(), Some(&both)).await.expect("described");
        client.describe_shared_filter(&road(), Some(&both)).await.expect("described");
        client.describe_filter(&road(), None).await.expect("forgotten");
    });
    let [filter] = &told(&format!("/private/filters/descriptions/x {{{octets}}}\nS: {BOTH}"))[..] else {
        panic!("one filter")
    };
    let texts: Vec<_> = filter.description().expect("described").texts().collect();
    assert_eq!(texts, [("ru", "\u{434}\u{430}"), ("fr-ca", "oui")]);
    assert_eq!(
        ["ru", "RU-x-y", "fr-CA", "fr", "de"].map(|language| filter.label(language)),
        ["\u{434}\u{430}", "\u{434}\u{430}", "oui", "\u{434}\u{430}", "\u{434}\u{430}"]
    );
    // There is no text without a language, and none that brings a tag of its own.
    for (language, text) in
        [("", "a"), ("*", "a"), ("d e", "a"), ("de", ""), ("de", BOTH), ("de", "\u{e0061}")]
    {
        let error = FilterDescription::new(language, text).expect_err(text);
        misused(&error, r::DESCRIPTION_HAS_LANGUAGE_TAGS);
    }
}

fn no_language_is_i_default() {
    let texts = |kept: &str| -> Vec<(String, String)> {
        let octets = kept.len();
        let filters = told(&format!("/shared/filters/descriptions/x {{{octets}}}\nS: {kept}"));
        let description = filters.first().and_then(Filter::description).expect("described").clone();
        description.texts().map(|(language, text)| (language.to_owned(), text.to_owned())).collect()
    };
    let default = |text: &str| ("i-default".to_owned(), text.to_owned());
    assert_eq!(texts("plain"), [default("plain")]);
    assert_eq!(texts("a\u{e0001}\u{e0064}\u{e0065}b"), [default("a"), ("de".into(), "b".into())]);
    // A tag taken back, or begun and left.
    assert_eq!(texts("\u{e0001}\u{e007f}a"), [default("a")]);
    assert_eq!(texts("\u{e0001}a"), [default("a")]);
    assert!(texts("\u{e0001}\u{e0064}").is_empty());
    let [filter] = &told("/shared/filters/descriptions/x \"plain\"")[..] else { panic!("one filter") };
    assert_eq!(["de", "i-default"].map(|language| filter.label(language)), ["plain"; 2]);
}

fn filters_are_private() {
    let dialogue = "\
C: a SETMETADATA \"\" (/private/filters/values/on-the-road \"OR SMALLER 5000 FROM boss@example.com\")
S: a OK done
C: b SETMETADATA \"\" (/shared/filters/values/on-the-road \"SEEN\")
S: b OK done
C: c SETMETADATA \"\" (/private/filters/descriptions/on-the-road NIL)
S: c OK done
C: d SETMETADATA \"\" (/private/filters/values/y \"SEEN\")
S: d NO [METADATA TOOMANY] enough
";
    logged_in("FILTERS", dialogue, async |mut client| {
        let query = SearchQuery::smaller(5000) | SearchQuery::from("boss@example.com");
        client.set_filter(&road(), &query).await.expect("set");
        client.share_filter(&road(), &SearchQuery::seen()).await.expect("shared");
        client.describe_filter(&road(), None).await.expect("described");
        let name: FilterName = named("y");
        let refused = client.set_filter(&name, &SearchQuery::seen()).await.expect_err("too many");
        assert_eq!(refused.code(), Some(&Code::Metadata(MetadataCode::TooMany)));
    });
}
