//! What every server has, for everybody: the greeting, CAPABILITY, NOOP, LOGOUT.

use anyrfc_imap::{rfc3501, rfc7888, rfc9051};

use super::{
    super::{examination::Examination, probe::Probe},
    Capabilities, Case,
    response::Status,
    talk::Talk,
};
use crate::exit::Failure;

pub(super) async fn examine(case: &Case<'_>, found: &mut Examination) {
    let book = case.book;
    let tells = &[
        rfc9051::GREETING_IS_OK_PREAUTH_OR_BYE,
        rfc9051::LINES_END_IN_CRLF,
        rfc9051::RESPONSE_BEGINS_WITH_A_KNOWN_TOKEN,
        rfc9051::COMPLETION_BEARS_THE_TAG_OF_A_COMMAND,
        rfc9051::CAPABILITY_IS_ANSWERED,
        book.pick(rfc9051::CAPABILITY_LISTS_IMAP4REV2, rfc3501::CAPABILITY_LISTS_IMAP4REV1),
        book.pick(rfc9051::CAPABILITIES_INCLUDE_IMAP4REV2, rfc3501::CAPABILITIES_INCLUDE_IMAP4REV1),
    ];
    case.probe(found, "the greeting, and CAPABILITY", tells, async |probe| greeting(case, probe).await).await;
    let tells =
        &[rfc9051::TOKENS_IGNORE_CASE, rfc9051::SERVER_ENFORCES_THE_SYNTAX, rfc9051::SYNTAX_ERROR_GETS_BAD];
    case.probe(found, "the syntax of commands", tells, async |probe| syntax(case, probe).await).await;
    if case.book == super::book::Book::Rev2 {
        let tells = &[rfc9051::TAG_REUSE_IS_ACCEPTED];
        case.probe(found, "a tag used twice", tells, async |probe| same_tag(case, probe).await).await;
    }
    let tells = &[
        rfc9051::LOGOUT_GETS_BYE_THEN_OK,
        rfc9051::LOGOUT_IS_ANSWERED_BY_BYE,
        rfc9051::BYE_COMES_BEFORE_OK_TO_LOGOUT,
    ];
    case.probe(found, "LOGOUT", tells, async |probe| logout(case, probe).await).await;
}

async fn greeting(case: &Case<'_>, probe: &mut Probe<'_>) -> Result<(), Failure> {
    let book = case.book;
    let (mut talk, greeting) = Talk::connect(case.subject, Some(book), probe).await?;
    let greets = ["OK", "PREAUTH", "BYE"].iter().any(|kind| greeting.is(kind));
    book.judge(probe, rfc9051::GREETING_IS_OK_PREAUTH_OR_BYE, greets, &greeting.octets);
    let answer = talk.ask(probe, "CAPABILITY").await?;
    let seen = talk.seen();
    book.judge(probe, rfc9051::CAPABILITY_IS_ANSWERED, answer.has("CAPABILITY"), &seen);
    let told = Capabilities::read(&answer);
    let base = told.has("IMAP4rev1") || told.has("IMAP4rev2");
    if answer.has("CAPABILITY") {
        let listed = book.pick(rfc9051::CAPABILITY_LISTS_IMAP4REV2, rfc3501::CAPABILITY_LISTS_IMAP4REV1);
        probe.judge(listed, base, &seen);
        let included =
            book.pick(rfc9051::CAPABILITIES_INCLUDE_IMAP4REV2, rfc3501::CAPABILITIES_INCLUDE_IMAP4REV1);
        probe.judge(included, base, &seen);
        let both = told.has("LITERAL+") && told.has("LITERAL-");
        probe.judge(rfc7888::LITERAL_PLUS_AND_MINUS_EXCLUDE_EACH_OTHER, !both, &seen);
    }
    talk.logout(probe).await;
    Ok(())
}

async fn syntax(case: &Case<'_>, probe: &mut Probe<'_>) -> Result<(), Failure> {
    let book = case.book;
    let mut talk = case.ready(probe).await?;
    talk.ask(probe, "NOOP").await?;
    let answer = talk.ask(probe, "nOoP").await?;
    book.judge(probe, rfc9051::TOKENS_IGNORE_CASE, answer.is_ok(), &talk.seen());
    let answer = talk.ask(probe, "NOOP anyrfc").await?;
    book.judge(probe, rfc9051::SERVER_ENFORCES_THE_SYNTAX, !answer.is_ok(), &talk.seen());
    book.judge(probe, rfc9051::SYNTAX_ERROR_GETS_BAD, answer.status == Status::Bad, &talk.seen());
    let answer = talk.ask(probe, "AUTHENTICATE").await?;
    book.judge(probe, rfc9051::SYNTAX_ERROR_GETS_BAD, answer.status == Status::Bad, &talk.seen());
    talk.logout(probe).await;
    Ok(())
}

async fn same_tag(case: &Case<'_>, probe: &mut Probe<'_>) -> Result<(), Failure> {
    let mut talk = case.ready(probe).await?;
    for _ in 0..2 {
        talk.send(b"same NOOP\r\n").await?;
        let answer = talk.answer("same", probe).await?;
        probe.judge(rfc9051::TAG_REUSE_IS_ACCEPTED, answer.is_ok(), &talk.seen());
    }
    talk.logout(probe).await;
    Ok(())
}

async fn logout(case: &Case<'_>, probe: &mut Probe<'_>) -> Result<(), Failure> {
    let book = case.book;
    let mut talk = case.ready(probe).await?;
    talk.lets_end();
    let answer = talk.ask(probe, "LOGOUT").await?;
    let seen = talk.seen();
    let bye = answer.has("BYE");
    book.judge(probe, rfc9051::LOGOUT_GETS_BYE_THEN_OK, bye && answer.is_ok(), &seen);
    let late = !bye && matches!(talk.response(probe).await, Ok(response) if response.is("BYE"));
    book.judge(probe, rfc9051::LOGOUT_IS_ANSWERED_BY_BYE, bye || late, &seen);
    let closes = (bye || late) && talk.closes().await;
    book.judge(probe, rfc9051::BYE_COMES_BEFORE_OK_TO_LOGOUT, bye && closes, &talk.seen());
    Ok(())
}
