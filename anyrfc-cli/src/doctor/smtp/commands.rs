//! Commands outside of transactions, in every form that they may have, and in some that they may not.

use anyrfc_smtp::rfc5321;

use super::{
    super::{examination::Examination, probe::Probe},
    Case,
    reply::Answers,
};
use crate::exit::Failure;

/// The longest command line that every server has to take, with its end (RFC 5321, section 4.5.3.1.4).
const LINE: usize = 512;

pub(super) async fn examine(case: &Case<'_>, found: &mut Examination) {
    let tells = &[
        rfc5321::NINE_COMMANDS_ARE_SUPPORTED,
        rfc5321::RSET_GETS_250,
        rfc5321::RSET_DOES_NOT_CLOSE,
        rfc5321::VERBS_AND_KEYWORDS_HAVE_NO_CASE,
        rfc5321::NOOP_STRING_IS_IGNORED,
        rfc5321::TRAILING_SPACE_IS_TOLERATED,
        rfc5321::MINIMUM_SIZES_ARE_RECEIVED,
        rfc5321::EVERY_COMMAND_GETS_ONE_REPLY,
        rfc5321::CONNECTION_IS_NOT_DROPPED,
    ];
    case.probe(found, "NOOP and RSET", tells, async |probe| ordinary(case, probe).await).await;
    let tells = &[
        rfc5321::UNKNOWN_COMMAND_GETS_500,
        rfc5321::UNDUE_PARAMETERS_ARE_REJECTED,
        rfc5321::UNDUE_ARGUMENT_GETS_501,
    ];
    case.probe(found, "commands in error", tells, async |probe| wrong(case, probe).await).await;
    let tells = &[
        rfc5321::NINE_COMMANDS_ARE_SUPPORTED,
        rfc5321::HELP_IS_SUPPORTED,
        rfc5321::OPTIONAL_COMMANDS_ARE_LISTED,
        rfc5321::EXPN_IS_LISTED,
        rfc5321::UNIMPLEMENTED_COMMAND_IS_NOT_OFFERED,
        rfc5321::VRFY_TELLS_THE_MAILBOX,
        rfc5321::VERIFIED_MAILBOX_IS_QUALIFIED,
    ];
    case.probe(found, "VRFY, EXPN and HELP", tells, async |probe| optional(case, probe).await).await;
}

async fn ordinary(case: &Case<'_>, probe: &mut Probe<'_>) -> Result<(), Failure> {
    let mut talk = case.ready(probe).await?;
    let reply = talk.ask(probe, "NOOP").await?;
    let noop_works = reply.code() == 250;
    probe.judge(rfc5321::NINE_COMMANDS_ARE_SUPPORTED, !matches!(reply.code(), 500 | 502), &talk.seen());
    probe.judge(rfc5321::REPLY_TABLE_IS_KEPT_TO, noop_works || reply.code() == 421, &talk.seen());
    if noop_works {
        let reply = talk.ask(probe, "nOoP").await?;
        probe.judge(rfc5321::VERBS_AND_KEYWORDS_HAVE_NO_CASE, reply.is_positive(), &talk.seen());
        let reply = talk.ask(probe, "NOOP anyrfc").await?;
        probe.judge(rfc5321::NOOP_STRING_IS_IGNORED, reply.is_positive(), &talk.seen());
        let reply = talk.ask(probe, "NOOP ").await?;
        probe.judge(rfc5321::TRAILING_SPACE_IS_TOLERATED, reply.is_positive(), &talk.seen());
        let long = "x".repeat(LINE.saturating_sub("NOOP \r\n".len()));
        let reply = talk.ask(probe, &format!("NOOP {long}")).await?;
        probe.judge(rfc5321::MINIMUM_SIZES_ARE_RECEIVED, reply.code() != 500, &talk.seen());
    }
    let reply = talk.ask(probe, "RSET").await;
    probe.judge(rfc5321::RSET_DOES_NOT_CLOSE, reply.is_ok(), &talk.seen());
    let reply = reply?;
    probe.judge(rfc5321::RSET_GETS_250, reply.code() == 250, &talk.seen());
    // One reply to each, in one write: whatever comes more would come between.
    talk.send(b"NOOP\r\n", probe).await?;
    talk.reply(probe, Answers::Command).await?;
    let quit = talk.ask(probe, "QUIT").await?;
    if quit.code() == 221 {
        probe.kept(rfc5321::EVERY_COMMAND_GETS_ONE_REPLY);
    }
    probe.kept(rfc5321::CONNECTION_IS_NOT_DROPPED);
    Ok(())
}

async fn wrong(case: &Case<'_>, probe: &mut Probe<'_>) -> Result<(), Failure> {
    let mut talk = case.ready(probe).await?;
    let reply = talk.ask(probe, "XANYRFC").await?;
    match reply.excuse() {
        Some(why) => probe.untested(rfc5321::UNKNOWN_COMMAND_GETS_500, why),
        None => probe.judge(rfc5321::UNKNOWN_COMMAND_GETS_500, reply.code() == 500, &talk.seen()),
    }
    let reply = talk.ask(probe, "RSET anyrfc").await?;
    match reply.excuse() {
        Some(why) => probe.untested(rfc5321::UNDUE_PARAMETERS_ARE_REJECTED, why),
        None => {
            probe.judge(rfc5321::UNDUE_PARAMETERS_ARE_REJECTED, reply.class() == 5, &talk.seen());
            probe.judge(rfc5321::UNDUE_ARGUMENT_GETS_501, reply.code() == 501, &talk.seen());
        }
    }
    talk.quit(probe).await;
    Ok(())
}

async fn optional(case: &Case<'_>, probe: &mut Probe<'_>) -> Result<(), Failure> {
    let mut talk = case.ready(probe).await?;
    let reply = talk.ask(probe, "VRFY postmaster").await?;
    let seen = talk.seen();
    if reply.excuse().is_none() {
        // 502 may be said by whoever verifies nothing (section 3.5.3).
        probe.judge(rfc5321::NINE_COMMANDS_ARE_SUPPORTED, reply.code() != 500, &seen);
        judge_offer(case, probe, "VRFY", reply.code(), &seen);
        if reply.code() == 250 {
            let text = reply.texts().next().unwrap_or_default();
            let mailbox = text.contains(&b'@');
            probe.judge(rfc5321::VRFY_TELLS_THE_MAILBOX, mailbox, &seen);
            let host = text.rsplit(|byte| *byte == b'@').next().unwrap_or_default();
            if mailbox {
                probe.judge(rfc5321::VERIFIED_MAILBOX_IS_QUALIFIED, host.contains(&b'.'), &seen);
            }
        } else {
            for law in [rfc5321::VRFY_TELLS_THE_MAILBOX, rfc5321::VERIFIED_MAILBOX_IS_QUALIFIED] {
                probe.untested(law, "the server verifies nobody");
            }
        }
    }
    let reply = talk.ask(probe, "EXPN anyrfc-no-such-list").await?;
    let seen = talk.seen();
    if reply.excuse().is_none() {
        let has = matches!(reply.code(), 250 | 252 | 550 | 551 | 553);
        probe.judge(rfc5321::EXPN_IS_LISTED, !has || case.offers("EXPN"), &seen);
        judge_offer(case, probe, "EXPN", reply.code(), &seen);
    }
    let reply = talk.ask(probe, "HELP").await?;
    let seen = talk.seen();
    if reply.excuse().is_none() {
        let has = matches!(reply.code(), 211 | 214);
        probe.judge(rfc5321::HELP_IS_SUPPORTED, has, &seen);
        probe.judge(rfc5321::OPTIONAL_COMMANDS_ARE_LISTED, !has || case.offers("HELP"), &seen);
        judge_offer(case, probe, "HELP", reply.code(), &seen);
    }
    talk.quit(probe).await;
    Ok(())
}

/// What is offered is not answered as if it were unknown.
fn judge_offer(case: &Case<'_>, probe: &mut Probe<'_>, verb: &str, code: u16, seen: &[u8]) {
    if case.offers(verb) {
        let implemented = !matches!(code, 500 | 502);
        probe.judge(rfc5321::UNIMPLEMENTED_COMMAND_IS_NOT_OFFERED, implemented, seen);
    }
}
