//! What is found.

use std::time::Duration;

use anyrfc_imap::{
    AppendOptions, Capability, Date, FetchItems, Flag, ImapClient, SearchQuery, SearchReturn, SequenceSet,
    Uid, UidSet,
};

use super::{Scene, same};
use crate::{
    Result,
    interop::{
        cases::{Table, ensure},
        imap::messages::{PARTS, large, short},
    },
};

const SEARCH: &str = "search";

/// A mailbox with four messages: a short one, one with parts, a large one that is flagged, and one
/// that is seen and deleted.
async fn prepared(scene: &Scene, client: &mut ImapClient) -> Result<(String, Vec<Uid>)> {
    let (first, large) = (short("beginning"), large(100 << 10));
    let (name, mut uids) = scene.filled(client, "search", &[first.as_bytes(), PARTS.as_bytes()]).await?;
    for (message, options) in [
        (large, AppendOptions::new().flag(Flag::Flagged)),
        (short("the last").into_bytes(), AppendOptions::new().flag(Flag::Seen).flag(Flag::Deleted)),
    ] {
        let appended = client.append_bytes(&*name, options, message).await?;
        uids.push(appended.and_then(|appended| appended.uid()).ok_or("no UID")?);
    }
    Ok((name, uids))
}

pub(super) async fn cases(scene: &Scene, table: &mut Table<'_>) {
    let run = async {
        let mut client = scene.alice().await?;
        let (name, uids) = prepared(scene, &mut client).await?;
        Ok((client, name, uids))
    };
    let Some((mut client, name, uids)) = table.first(SEARCH, "the messages to be found", run).await else {
        return;
    };
    let [first, parts, large, last] = uids[..] else { return };
    let Some(long_ago) = Date::new(2000, 1, 1) else { return };
    let queries = [
        ("all", SearchQuery::all(), vec![first, parts, large, last]),
        ("by a flag", SearchQuery::flagged(), vec![large]),
        ("without a flag", SearchQuery::unseen(), vec![first, parts, large]),
        ("by the subject", SearchQuery::subject("beginning"), vec![first]),
        ("by the sender", SearchQuery::from("bob@example.org"), vec![first, last]),
        ("by the body", SearchQuery::body("A line"), vec![first, last]),
        ("by a field", SearchQuery::header("Message-ID", "parts@example.org"), vec![parts]),
        ("by the size", SearchQuery::larger(50_000), vec![large]),
        ("by UIDs", SearchQuery::uids(SequenceSet::range(parts, large)), vec![parts, large]),
        ("since a day", SearchQuery::since(long_ago), vec![first, parts, large, last]),
        ("before a day", SearchQuery::before(long_ago), vec![]),
        ("one or the other", SearchQuery::flagged() | SearchQuery::deleted(), vec![large, last]),
        ("one and the other", SearchQuery::seen() & SearchQuery::deleted(), vec![last]),
        ("all but one", !SearchQuery::subject("beginning"), vec![parts, large, last]),
        (
            "several put together",
            (SearchQuery::from("bob@example.org") | SearchQuery::flagged())
                & !(SearchQuery::seen() & SearchQuery::deleted()),
            vec![first, large],
        ),
        ("nothing", SearchQuery::subject("no such subject"), vec![]),
    ];
    for (case, query, expected) in queries {
        let run = async {
            let mut mailbox = client.select(&*name).await?;
            let expected: UidSet = expected.into_iter().collect();
            let found = scene.search(&mut mailbox, &query, expected.len()).await?;
            if found.is_empty() && !expected.is_empty() {
                return scene.agrees(&format!("search: {case}"), "nothing", "something");
            }
            same(found, expected)
        };
        table.run(SEARCH, case, run).await;
    }
    let run = async {
        let mut mailbox = client.select(&*name).await?;
        // Encoded words are found by what they say, or the server has an answer of its own.
        let answer = match mailbox.search(&SearchQuery::subject("Änträge")).await {
            Ok(found) if found == UidSet::from_iter([parts]) => "found".to_owned(),
            Ok(found) if found.is_empty() => "not found".to_owned(),
            Ok(found) => return Err(format!("found {found:?}").into()),
            Err(error) if error.refusal().is_some() => error.to_string(),
            Err(error) => return Err(error.into()),
        };
        scene.answered("search: a subject beyond ASCII", answer);
        Ok(mailbox.noop().await?)
    };
    table.run(SEARCH, "beyond ASCII", run).await;
    if scene.has(&Capability::Esearch) {
        let run = async {
            let mut mailbox = client.select(&*name).await?;
            let returns = SearchReturn::new().min().max().count();
            let answer = mailbox.search_for(&SearchQuery::undeleted(), returns).await?;
            same((answer.min, answer.max, answer.count), (Some(first), Some(large), Some(3)))
        };
        scene.shows(table, &["ESEARCH"], SEARCH, "the first, the last, and how many", run).await;
    }
    if scene.has(&Capability::SearchRes) {
        let run = async {
            let mut mailbox = client.select(&*name).await?;
            mailbox.search_for(&SearchQuery::unseen(), SearchReturn::new().save()).await?;
            let rows = mailbox.fetch(SequenceSet::saved(), FetchItems::new().flags())?.collect().await?;
            let found: UidSet = rows.iter().filter_map(|row| row.uid()).collect();
            same(found, UidSet::from_iter([first, parts, large]))
        };
        scene.shows(table, &["SEARCHRES"], SEARCH, "what was found is used again", run).await;
    }
    if scene.has(&Capability::Within) {
        let run = async {
            let mut mailbox = client.select(&*name).await?;
            let hour = Duration::from_secs(3600);
            let (younger, older) = (
                mailbox.search(&SearchQuery::younger(hour)).await?,
                mailbox.search(&SearchQuery::older(hour)).await?,
            );
            ensure(younger.len() == 4 && older.is_empty(), || format!("{younger:?} and {older:?}"))
        };
        scene.shows(table, &["WITHIN"], SEARCH, "by the age", run).await;
    }
}
