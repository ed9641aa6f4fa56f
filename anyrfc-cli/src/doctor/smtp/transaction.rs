//! Transactions that are begun and never finished: what may come when, and what addresses are taken.

use anyrfc_smtp::{rfc2033, rfc2920, rfc5321};

use super::{
    super::{examination::Examination, probe::Probe, subject::unable},
    Case,
    facts::Flavour,
    reply::Reply,
    talk::Talk,
};
use crate::exit::Failure;

/// From nobody: no mail comes back to this.
const MAIL: &str = "MAIL FROM:<>";
const RCPT: &str = "RCPT TO:<postmaster>";

pub(super) async fn examine(case: &Case<'_>, found: &mut Examination) {
    let tells = &[
        rfc5321::RCPT_WITHOUT_MAIL_GETS_503,
        rfc5321::DISORDER_GETS_503,
        rfc5321::DISORDER_CHANGES_NOTHING,
        rfc5321::RSET_DISCARDS_THE_TRANSACTION,
        rfc5321::EHLO_RESETS,
    ];
    case.probe(found, "the order of commands", tells, async |probe| order(case, probe).await).await;
    let lmtp = case.facts.flavour == Flavour::Lmtp;
    let needs_a_recipient: &[_] =
        if lmtp { &[rfc2033::DATA_WITHOUT_RECIPIENT_GETS_503] } else { &[rfc5321::REPLY_TABLE_IS_KEPT_TO] };
    case.probe(found, "DATA without recipients", needs_a_recipient, async |probe| {
        no_recipients(case, probe).await
    })
    .await;
    if !lmtp {
        let tells = &[
            rfc5321::BARE_POSTMASTER_IS_ACCEPTED,
            rfc5321::RCPT_TO_POSTMASTER_IS_SUPPORTED,
            rfc5321::POSTMASTER_IS_A_MAILBOX,
        ];
        case.probe(found, "mail to postmaster", tells, async |probe| postmaster(case, probe).await).await;
    }
    let tells = &[
        rfc5321::UNACCEPTABLE_MAIL_GETS_501,
        rfc5321::UNACCEPTABLE_MAIL_CHANGES_NOTHING,
        rfc5321::INVALID_CHARACTERS_GET_501,
        rfc5321::NON_ASCII_COMMANDS_ARE_REJECTED,
    ];
    case.probe(found, "senders in error", tells, async |probe| senders(case, probe).await).await;
    let tells = &[
        rfc5321::ROUTE_SYNTAX_IS_ACCEPTED,
        rfc5321::SOURCE_ROUTE_SYNTAX_IS_ACCEPTED,
        rfc5321::ROUTES_ARE_EXPECTED,
        rfc5321::RCPT_ROUTE_IS_RECOGNIZED,
    ];
    case.probe(found, "source routes", tells, async |probe| routes(case, probe).await).await;
}

/// Begins a transaction.
///
/// # Errors
/// The server does not let the doctor.
pub(super) async fn begin(talk: &mut Talk, probe: &mut Probe<'_>) -> Result<Reply, Failure> {
    let reply = talk.ask(probe, MAIL).await?;
    if reply.is_positive() {
        return Ok(reply);
    }
    if matches!(reply.code(), 500 | 502) {
        probe.broken(rfc5321::NINE_COMMANDS_ARE_SUPPORTED, &talk.seen());
    }
    Err(unable(format!(
        "the server lets nobody begin a transaction: {}",
        reply.bytes().trim_ascii_end().escape_ascii()
    )))
}

async fn order(case: &Case<'_>, probe: &mut Probe<'_>) -> Result<(), Failure> {
    let mut talk = case.entitled(probe).await?;
    let orphan = talk.ask(probe, RCPT).await?;
    match orphan.excuse() {
        Some(why) => probe.untested(rfc5321::RCPT_WITHOUT_MAIL_GETS_503, why),
        None => probe.judge(rfc5321::RCPT_WITHOUT_MAIL_GETS_503, orphan.code() == 503, &talk.seen()),
    }
    begin(&mut talk, probe).await?;
    let nested = talk.ask(probe, MAIL).await?;
    probe.judge(rfc5321::DISORDER_GETS_503, nested.code() == 503, &talk.seen());
    if nested.code() == 503 {
        let reply = talk.ask(probe, RCPT).await?;
        probe.judge(rfc5321::DISORDER_CHANGES_NOTHING, reply.code() != 503, &talk.seen());
    }
    if !orphan.is_positive() {
        talk.ask(probe, "RSET").await?;
        let reply = talk.ask(probe, RCPT).await?;
        probe.judge(rfc5321::RSET_DISCARDS_THE_TRANSACTION, !reply.is_positive(), &talk.seen());
        talk.ask(probe, "RSET").await?;
        begin(&mut talk, probe).await?;
        talk.hello(&case.facts, probe).await?;
        let reply = talk.ask(probe, RCPT).await?;
        probe.judge(rfc5321::EHLO_RESETS, !reply.is_positive(), &talk.seen());
    }
    talk.quit(probe).await;
    Ok(())
}

async fn no_recipients(case: &Case<'_>, probe: &mut Probe<'_>) -> Result<(), Failure> {
    let mut talk = case.entitled(probe).await?;
    begin(&mut talk, probe).await?;
    let reply = talk.ask(probe, "DATA").await?;
    let seen = talk.seen();
    if reply.code() == 354 {
        // An empty message to nobody (RFC 2920, section 3.1).
        let end = talk.ask(probe, ".").await?;
        probe.judge(rfc2920::EMPTY_MESSAGE_GOES_NOWHERE, end.class() == 5, &talk.seen());
    }
    if case.facts.flavour == Flavour::Lmtp {
        probe.judge(rfc2033::DATA_WITHOUT_RECIPIENT_GETS_503, reply.code() == 503, &seen);
    } else {
        let tabled = matches!(reply.code(), 354 | 503 | 554 | 500 | 501 | 421 | 450 | 451 | 452 | 550 | 552);
        probe.judge(rfc5321::REPLY_TABLE_IS_KEPT_TO, tabled, &seen);
        if case.offers("PIPELINING") {
            probe.judge(rfc2920::DATA_NEEDS_A_RECIPIENT, reply.code() != 354, &seen);
        }
    }
    talk.quit(probe).await;
    Ok(())
}

async fn postmaster(case: &Case<'_>, probe: &mut Probe<'_>) -> Result<(), Failure> {
    let mut talk = case.entitled(probe).await?;
    begin(&mut talk, probe).await?;
    let reply = talk.ask(probe, RCPT).await?;
    let policy = case.facts.flavour == Flavour::Submission && !talk.logged_in();
    if policy && !reply.is_positive() {
        return Err(unable("the server takes no mail without a login"));
    }
    if let Some(why) = reply.excuse() {
        return Err(unable(why));
    }
    probe.judge(rfc5321::BARE_POSTMASTER_IS_ACCEPTED, reply.is_positive(), &talk.seen());
    probe.judge(rfc5321::RCPT_TO_POSTMASTER_IS_SUPPORTED, reply.is_positive(), &talk.seen());
    if reply.is_positive() {
        let reply = talk.ask(probe, "RCPT TO:<POSTMASTER>").await?;
        match reply.excuse() {
            Some(why) => probe.untested(rfc5321::POSTMASTER_IS_A_MAILBOX, why),
            None => probe.judge(rfc5321::POSTMASTER_IS_A_MAILBOX, reply.is_positive(), &talk.seen()),
        }
    }
    talk.ask(probe, "RSET").await?;
    talk.quit(probe).await;
    Ok(())
}

async fn senders(case: &Case<'_>, probe: &mut Probe<'_>) -> Result<(), Failure> {
    let mut talk = case.entitled(probe).await?;
    let reply = talk.ask(probe, "MAIL anyrfc").await?;
    if let Some(why) = reply.excuse() {
        return Err(unable(why));
    }
    probe.judge(rfc5321::UNACCEPTABLE_MAIL_GETS_501, reply.code() == 501, &talk.seen());
    if !reply.is_positive() {
        let reply = talk.ask(probe, RCPT).await?;
        probe.judge(rfc5321::UNACCEPTABLE_MAIL_CHANGES_NOTHING, !reply.is_positive(), &talk.seen());
    }
    talk.ask(probe, "RSET").await?;
    let reply = talk.ask(probe, "MAIL FROM:<anyrfc@under_score.example>").await?;
    match reply.code() {
        501 => probe.kept(rfc5321::INVALID_CHARACTERS_GET_501),
        _ if reply.is_positive() => probe.broken(rfc5321::INVALID_CHARACTERS_GET_501, &talk.seen()),
        _ => probe.untested(rfc5321::INVALID_CHARACTERS_GET_501, "the server has other reasons to refuse it"),
    }
    talk.ask(probe, "RSET").await?;
    let reply = talk.ask_bytes(probe, b"MAIL FROM:<any\xffrfc@example.org>\r\n").await?;
    probe.judge(rfc5321::NON_ASCII_COMMANDS_ARE_REJECTED, !reply.is_positive(), &talk.seen());
    talk.ask(probe, "RSET").await?;
    talk.quit(probe).await;
    Ok(())
}

async fn routes(case: &Case<'_>, probe: &mut Probe<'_>) -> Result<(), Failure> {
    let mut talk = case.entitled(probe).await?;
    let understood = |reply: &Reply| !matches!(reply.code(), 500..=502);
    let reply = talk.ask(probe, "MAIL FROM:<@relay.example.org:anyrfc@example.org>").await?;
    if let Some(why) = reply.excuse() {
        return Err(unable(why));
    }
    probe.judge(rfc5321::ROUTE_SYNTAX_IS_ACCEPTED, understood(&reply), &talk.seen());
    probe.judge(rfc5321::SOURCE_ROUTE_SYNTAX_IS_ACCEPTED, understood(&reply), &talk.seen());
    talk.ask(probe, "RSET").await?;
    begin(&mut talk, probe).await?;
    let reply = talk.ask(probe, "RCPT TO:<@relay.example.org:anyrfc@example.org>").await?;
    if let Some(why) = reply.excuse() {
        return Err(unable(why));
    }
    probe.judge(rfc5321::ROUTES_ARE_EXPECTED, understood(&reply), &talk.seen());
    probe.judge(rfc5321::RCPT_ROUTE_IS_RECOGNIZED, understood(&reply), &talk.seen());
    talk.ask(probe, "RSET").await?;
    talk.quit(probe).await;
    Ok(())
}
