//! FETCH and SEARCH, by what INBOX holds.

use anyrfc_core::Requirement;
use anyrfc_imap::{rfc3501, rfc4731, rfc9051};

use super::{
    super::{examination::Examination, probe::Probe, subject::unable},
    Case,
    book::Book,
    response::{Response, Status},
    talk::Talk,
};
use crate::exit::Failure;

/// No larger message is fetched.
const TEXT_MAX: u64 = 256 << 10;
/// How many messages are looked at.
const LOOKED_AT: u64 = 5;
/// A number that no message has.
const NONE: &str = "4294967295";

const FETCH: &[&Requirement] = &[
    rfc9051::UID_IS_A_NON_ZERO_32_BIT_NUMBER,
    rfc9051::UID_IS_CONSTANT_IN_A_SESSION,
    rfc9051::SEQUENCE_FOLLOWS_UIDS,
    rfc9051::UID_COMMANDS_REPORT_UIDS,
    rfc9051::SIZE_MATCHES_THE_BODY,
    rfc9051::NO_UNREQUESTED_ORIGIN,
];

const CHARSET: &[&Requirement] =
    &[rfc9051::UNSUPPORTED_CHARSET_GETS_NO, rfc9051::UNSUPPORTED_CHARSET_GETS_BADCHARSET];

/// What is told of here.
pub(super) fn tells(_: &Case<'_>) -> Vec<&'static Requirement> {
    [FETCH, CHARSET].concat()
}

pub(super) async fn examine(case: &Case<'_>, found: &mut Examination) {
    case.probe(found, "FETCH", FETCH, async |probe| fetches(case, probe).await).await;
    case.probe(found, "SEARCH in an unknown charset", CHARSET, async |probe| charset(case, probe).await)
        .await;
    if case.book == Book::Rev1 {
        let tells = &[rfc3501::SEARCH_IS_ANSWERED];
        case.probe(found, "SEARCH", tells, async |probe| {
            let (mut talk, _) = examined(case, probe).await?;
            let answer = talk.ask(probe, "SEARCH ALL").await?;
            probe.judge(rfc3501::SEARCH_IS_ANSWERED, answer.has("SEARCH"), &talk.seen());
            talk.logout(probe).await;
            Ok(())
        })
        .await;
    }
    if case.book == Book::Rev2 || case.offers("ESEARCH") {
        let tells = esearch(case.book);
        case.probe(found, "SEARCH with result options", &tells, async |probe| searches(case, probe).await)
            .await;
    }
}

/// Opens INBOX to read: how many messages there are.
async fn examined(case: &Case<'_>, probe: &mut Probe<'_>) -> Result<(Talk, u64), Failure> {
    let mut talk = case.inside(probe).await?;
    let answer = talk.ask(probe, "EXAMINE INBOX").await?;
    if !answer.is_ok() {
        return Err(unable(format!("INBOX cannot be examined: {}", answer.text.escape_ascii())));
    }
    let exists = answer.of("EXISTS").last().and_then(Response::count).unwrap_or_default();
    Ok((talk, exists))
}

async fn fetches(case: &Case<'_>, probe: &mut Probe<'_>) -> Result<(), Failure> {
    let book = case.book;
    let (mut talk, exists) = examined(case, probe).await?;
    if exists == 0 {
        talk.logout(probe).await;
        return Err(unable("INBOX is empty"));
    }
    let last = exists.min(LOOKED_AT);
    let mut rounds = Vec::new();
    for _ in 0..2 {
        let answer = talk.ask(probe, &format!("FETCH 1:{last} (UID)")).await?;
        let rows = answer.of("FETCH").filter_map(|row| Some((row.count()?, row.number("UID")?)));
        let mut rows: Vec<(u64, u64)> = rows.collect();
        rows.sort_unstable();
        rounds.push((rows, talk.seen()));
    }
    let [(first, seen), (second, _)] = rounds.as_slice() else { return Ok(()) };
    let numbers = first.iter().all(|(_, uid)| (1..=u64::from(u32::MAX)).contains(uid));
    book.judge(probe, rfc9051::UID_IS_A_NON_ZERO_32_BIT_NUMBER, numbers, seen);
    let ascend = first.windows(2).all(|pair| matches!(pair, [(_, one), (_, other)] if one < other));
    book.judge(probe, rfc9051::SEQUENCE_FOLLOWS_UIDS, ascend, seen);
    let same =
        first.iter().all(|(number, uid)| second.iter().all(|(again, other)| again != number || other == uid));
    book.judge(probe, rfc9051::UID_IS_CONSTANT_IN_A_SESSION, same, &talk.seen());
    let Some((_, uid)) = first.first() else { return Err(unable("the first message is gone")) };
    let answer = talk.ask(probe, &format!("UID FETCH {uid} (FLAGS)")).await?;
    let named = answer.of("FETCH").all(|row| row.number("UID").is_some());
    book.judge(probe, rfc9051::UID_COMMANDS_REPORT_UIDS, named, &talk.seen());
    text(case, &mut talk, *uid, probe).await?;
    talk.logout(probe).await;
    Ok(())
}

/// The size that is told is that of the text.
async fn text(case: &Case<'_>, talk: &mut Talk, uid: u64, probe: &mut Probe<'_>) -> Result<(), Failure> {
    let answer = talk.ask(probe, &format!("UID FETCH {uid} (RFC822.SIZE)")).await?;
    let told = answer.of("FETCH").find_map(|row| row.number("RFC822.SIZE"));
    let size = told.filter(|size| *size <= TEXT_MAX);
    let size = size.ok_or_else(|| unable("the first message is too large to be looked at"))?;
    let answer = talk.ask(probe, &format!("UID FETCH {uid} (BODY.PEEK[])")).await?;
    let Some(row) = answer.of("FETCH").find(|row| !row.literals.is_empty()) else {
        return Err(unable("the first message did not come as a literal"));
    };
    let length = row.literals.first().map(|literal| literal.len() as u64).unwrap_or_default();
    let seen = format!("RFC822.SIZE {size}, and BODY[] has {length} octets");
    case.book.judge(probe, rfc9051::SIZE_MATCHES_THE_BODY, length == size, seen.as_bytes());
    let head = row.octets.get(..row.octets.len().saturating_sub(length as usize)).unwrap_or_default();
    let origin = head.windows(7).any(|window| window.eq_ignore_ascii_case(b"BODY[]<"));
    case.book.judge(probe, rfc9051::NO_UNREQUESTED_ORIGIN, !origin, head);
    Ok(())
}

async fn charset(case: &Case<'_>, probe: &mut Probe<'_>) -> Result<(), Failure> {
    let book = case.book;
    let (mut talk, _) = examined(case, probe).await?;
    let answer = talk.ask(probe, "SEARCH CHARSET X-ANYRFC-NONE TEXT anyrfc").await?;
    let seen = talk.seen();
    book.judge(probe, rfc9051::UNSUPPORTED_CHARSET_GETS_NO, answer.status == Status::No, &seen);
    if answer.status == Status::No {
        let code = answer.ends_with_code("BADCHARSET");
        book.judge(probe, rfc9051::UNSUPPORTED_CHARSET_GETS_BADCHARSET, code, &seen);
    }
    talk.logout(probe).await;
    Ok(())
}

/// The statements on a search that finds nothing.
fn esearch(book: Book) -> Vec<&'static Requirement> {
    if book == Book::Rev1 {
        return vec![
            rfc4731::SEARCH_FOR_MIN_GETS_ESEARCH,
            rfc4731::SEARCH_WITHOUT_MATCH_HAS_NO_MIN,
            rfc4731::SEARCH_ALWAYS_HAS_COUNT,
            rfc4731::UID_SEARCH_HAS_THE_UID_INDICATOR,
        ];
    }
    vec![
        rfc9051::SEARCH_FOR_MIN_GETS_ESEARCH,
        rfc9051::ESEARCH_COMES_FOR_MIN,
        rfc9051::SEARCH_WITHOUT_MATCH_HAS_NO_MIN,
        rfc9051::ESEARCH_WITHOUT_MATCH_HAS_NO_MIN,
        rfc9051::SEARCH_ALWAYS_HAS_COUNT,
        rfc9051::ESEARCH_HAS_COUNT,
        rfc9051::UID_SEARCH_HAS_THE_UID_INDICATOR,
        rfc9051::ESEARCH_NAMES_ITS_COMMAND,
        rfc9051::UNKNOWN_SEARCH_OPTION_GETS_BAD,
    ]
}

async fn searches(case: &Case<'_>, probe: &mut Probe<'_>) -> Result<(), Failure> {
    let rev2 = case.book == Book::Rev2;
    let (mut talk, _) = examined(case, probe).await?;
    let tag = talk.tag();
    talk.send(format!("{tag} UID SEARCH RETURN (MIN COUNT) UID {NONE}\r\n").as_bytes()).await?;
    let answer = talk.answer(&tag, probe).await?;
    let seen = talk.seen();
    if !answer.is_ok() {
        return Err(unable(format!("the server does not search so: {}", answer.text.escape_ascii())));
    }
    // Both statements say it, of the command and of the response.
    let mut both = |rev1: &'static Requirement, laws: [&'static Requirement; 2], holds: bool| {
        if !rev2 {
            probe.judge(rev1, holds, &seen);
            return;
        }
        for law in laws {
            probe.judge(law, holds, &seen);
        }
    };
    let found = answer.of("ESEARCH").next();
    both(
        rfc4731::SEARCH_FOR_MIN_GETS_ESEARCH,
        [rfc9051::SEARCH_FOR_MIN_GETS_ESEARCH, rfc9051::ESEARCH_COMES_FOR_MIN],
        found.is_some(),
    );
    let Some(found) = found else { return Err(unable("no ESEARCH came")) };
    both(
        rfc4731::SEARCH_WITHOUT_MATCH_HAS_NO_MIN,
        [rfc9051::SEARCH_WITHOUT_MATCH_HAS_NO_MIN, rfc9051::ESEARCH_WITHOUT_MATCH_HAS_NO_MIN],
        found.number("MIN").is_none(),
    );
    both(
        rfc4731::SEARCH_ALWAYS_HAS_COUNT,
        [rfc9051::SEARCH_ALWAYS_HAS_COUNT, rfc9051::ESEARCH_HAS_COUNT],
        found.number("COUNT").is_some(),
    );
    let uid = found.words().any(|word| word.eq_ignore_ascii_case(b"UID"));
    let indicator =
        case.book.pick(rfc9051::UID_SEARCH_HAS_THE_UID_INDICATOR, rfc4731::UID_SEARCH_HAS_THE_UID_INDICATOR);
    probe.judge(indicator, uid, &seen);
    if rev2 {
        let correlator = format!("(TAG \"{tag}\")");
        let named = found.data().windows(correlator.len()).any(|part| part == correlator.as_bytes());
        probe.judge(rfc9051::ESEARCH_NAMES_ITS_COMMAND, named, &seen);
        let answer = talk.ask(probe, "SEARCH RETURN (X-ANYRFC-NONE) ALL").await?;
        let bad = answer.status == Status::Bad;
        probe.judge(rfc9051::UNKNOWN_SEARCH_OPTION_GETS_BAD, bad, &talk.seen());
    }
    talk.logout(probe).await;
    Ok(())
}
