//! ENABLE, EXAMINE, IDLE, and what a selected mailbox has to be like.

use anyrfc_core::Requirement;
use anyrfc_imap::{rfc2177, rfc3501, rfc3691, rfc5161, rfc9051};

use super::{
    super::{examination::Examination, probe::Probe, subject::unable},
    Capabilities, Case,
    book::Book,
    response::{Answer, Status},
};
use crate::exit::Failure;

/// What is told of here.
pub(super) fn tells(case: &Case<'_>) -> Vec<&'static Requirement> {
    [selection(case), vec![rfc9051::AMBIGUOUS_COMMANDS_RUN_IN_ORDER]].concat()
}

fn selection(case: &Case<'_>) -> Vec<&'static Requirement> {
    let book = case.book;
    vec![
        book.pick(rfc9051::EXAMINE_GETS_ITS_RESPONSES, rfc3501::EXAMINE_GETS_ITS_RESPONSES),
        book.pick(rfc9051::EXAMINE_GETS_ITS_OK_RESPONSES, rfc3501::EXAMINE_GETS_ITS_OK_RESPONSES),
        rfc9051::SELECT_DATA_COME_BEFORE_OK,
        rfc9051::EXAMINE_IS_READ_ONLY,
    ]
}

pub(super) async fn examine(case: &Case<'_>, found: &mut Examination) {
    case.probe(found, "EXAMINE", &selection(case), async |probe| selects(case, probe).await).await;
    let tells = &[rfc9051::AMBIGUOUS_COMMANDS_RUN_IN_ORDER];
    case.probe(found, "commands in one go", tells, async |probe| pipelined(case, probe).await).await;
    let book = case.book;
    if case.offers("ENABLE") || book == Book::Rev2 {
        let tells = &[
            book.pick(rfc9051::ENABLED_IS_SENT, rfc5161::ENABLED_IS_SENT),
            book.pick(rfc9051::UNKNOWN_EXTENSION_IS_NOT_ENABLED, rfc5161::UNKNOWN_EXTENSION_IS_NOT_ENABLED),
            book.pick(rfc9051::ENABLE_CHANGES_NO_CAPABILITY, rfc5161::ENABLE_CHANGES_NO_CAPABILITY),
            book.pick(
                rfc9051::CAPABILITIES_BEFORE_AND_AFTER_ENABLE_AGREE,
                rfc5161::CAPABILITIES_BEFORE_AND_AFTER_ENABLE_AGREE,
            ),
        ];
        case.probe(found, "ENABLE", tells, async |probe| enables(case, probe).await).await;
    }
    if case.offers("IDLE") || book == Book::Rev2 {
        let tells = &[book.pick(rfc9051::DONE_IS_ANSWERED_AT_ONCE, rfc2177::DONE_IS_ANSWERED_AT_ONCE)];
        case.probe(found, "IDLE", tells, async |probe| idles(case, probe).await).await;
    }
    if case.offers("UNSELECT") {
        let tells = &[rfc3691::UNSELECT_WITHOUT_A_MAILBOX_GETS_BAD];
        case.probe(found, "UNSELECT", tells, async |probe| {
            let mut talk = case.inside(probe).await?;
            let answer = talk.ask(probe, "UNSELECT").await?;
            let bad = answer.status == Status::Bad;
            probe.judge(rfc3691::UNSELECT_WITHOUT_A_MAILBOX_GETS_BAD, bad, &talk.seen());
            talk.logout(probe).await;
            Ok(())
        })
        .await;
    }
}

/// The data that EXAMINE has to send, by what is missing.
fn missing(book: Book, answer: &Answer) -> (Vec<&'static str>, Vec<&'static str>) {
    let third = if book == Book::Rev2 { "LIST" } else { "RECENT" };
    let data = ["FLAGS", "EXISTS", third];
    let codes = ["PERMANENTFLAGS", "UIDNEXT", "UIDVALIDITY"];
    (
        data.into_iter().filter(|kind| !answer.has(kind)).collect(),
        codes.into_iter().filter(|name| answer.code(name).is_none()).collect(),
    )
}

async fn selects(case: &Case<'_>, probe: &mut Probe<'_>) -> Result<(), Failure> {
    let book = case.book;
    let mut talk = case.inside(probe).await?;
    let answer = talk.ask(probe, "EXAMINE INBOX").await?;
    let seen = talk.seen();
    if !answer.is_ok() {
        return Err(unable(format!("INBOX cannot be examined: {}", answer.text.escape_ascii())));
    }
    book.judge(probe, rfc9051::EXAMINE_IS_READ_ONLY, answer.ends_with_code("READ-ONLY"), &seen);
    let (data, codes) = missing(book, &answer);
    let responses = book.pick(rfc9051::EXAMINE_GETS_ITS_RESPONSES, rfc3501::EXAMINE_GETS_ITS_RESPONSES);
    probe.judge(responses, data.is_empty(), &seen);
    let oks = book.pick(rfc9051::EXAMINE_GETS_ITS_OK_RESPONSES, rfc3501::EXAMINE_GETS_ITS_OK_RESPONSES);
    probe.judge(oks, codes.is_empty(), &seen);
    // What was missing may come late.
    let later = talk.ask(probe, "NOOP").await?;
    let late = data.iter().any(|kind| *kind != "EXISTS" && *kind != "RECENT" && later.has(kind))
        || codes.iter().any(|name| later.code(name).is_some());
    book.judge(probe, rfc9051::SELECT_DATA_COME_BEFORE_OK, !late, &talk.seen());
    if book == Book::Rev2 {
        let answer = talk.ask(probe, "EXAMINE INBOX").await?;
        probe.judge(rfc9051::CLOSED_IS_SENT, answer.code("CLOSED").is_some(), &talk.seen());
        let status = talk.ask(probe, "STATUS INBOX (MESSAGES)").await?;
        let works = status.is_ok() && status.has("STATUS");
        probe.judge(rfc9051::STATUS_ON_THE_SELECTED_MAILBOX_WORKS, works, &talk.seen());
    }
    talk.logout(probe).await;
    Ok(())
}

/// SEARCH means something only once EXAMINE is done.
async fn pipelined(case: &Case<'_>, probe: &mut Probe<'_>) -> Result<(), Failure> {
    let mut talk = case.inside(probe).await?;
    let (first, second) = (talk.tag(), talk.tag());
    talk.send(format!("{first} EXAMINE INBOX\r\n{second} SEARCH ALL\r\n").as_bytes()).await?;
    let examined = talk.answer(&first, probe).await?;
    if !examined.is_ok() {
        return Err(unable(format!("INBOX cannot be examined: {}", examined.text.escape_ascii())));
    }
    let searched = talk.answer(&second, probe).await?;
    let seen = talk.seen();
    case.book.judge(probe, rfc9051::AMBIGUOUS_COMMANDS_RUN_IN_ORDER, searched.is_ok(), &seen);
    talk.logout(probe).await;
    Ok(())
}

async fn enables(case: &Case<'_>, probe: &mut Probe<'_>) -> Result<(), Failure> {
    let book = case.book;
    let mut talk = case.inside(probe).await?;
    let sorted = |answer: &Answer| {
        let mut names = Capabilities::read(answer).0;
        names.sort_unstable();
        names.dedup();
        names
    };
    let before = sorted(&talk.ask(probe, "CAPABILITY").await?);
    let answer = talk.ask(probe, "ENABLE X-ANYRFC-NONE").await?;
    let seen = talk.seen();
    let sent = book.pick(rfc9051::ENABLED_IS_SENT, rfc5161::ENABLED_IS_SENT);
    probe.judge(sent, answer.has("ENABLED") || !answer.is_ok(), &seen);
    let named = answer
        .of("ENABLED")
        .any(|response| response.words().any(|word| word.eq_ignore_ascii_case(b"X-ANYRFC-NONE")));
    let ignored =
        book.pick(rfc9051::UNKNOWN_EXTENSION_IS_NOT_ENABLED, rfc5161::UNKNOWN_EXTENSION_IS_NOT_ENABLED);
    probe.judge(ignored, answer.is_ok() && !named, &seen);
    let after = sorted(&talk.ask(probe, "CAPABILITY").await?);
    let changes = book.pick(rfc9051::ENABLE_CHANGES_NO_CAPABILITY, rfc5161::ENABLE_CHANGES_NO_CAPABILITY);
    let agree = book.pick(
        rfc9051::CAPABILITIES_BEFORE_AND_AFTER_ENABLE_AGREE,
        rfc5161::CAPABILITIES_BEFORE_AND_AFTER_ENABLE_AGREE,
    );
    probe.judge(changes, before == after, &talk.seen());
    probe.judge(agree, before == after, &talk.seen());
    talk.logout(probe).await;
    Ok(())
}

async fn idles(case: &Case<'_>, probe: &mut Probe<'_>) -> Result<(), Failure> {
    let requirement = case.book.pick(rfc9051::DONE_IS_ANSWERED_AT_ONCE, rfc2177::DONE_IS_ANSWERED_AT_ONCE);
    let mut talk = case.inside(probe).await?;
    talk.ask(probe, "EXAMINE INBOX").await?;
    let (tag, begun) = talk.begin(probe, "IDLE").await?;
    if let Err(answer) = begun {
        return Err(unable(format!("the server does not idle: {}", answer.text.escape_ascii())));
    }
    talk.send(b"DONE\r\n").await?;
    let answer = talk.answer(&tag, probe).await?;
    probe.judge(requirement, answer.is_ok(), &talk.seen());
    talk.logout(probe).await;
    Ok(())
}
