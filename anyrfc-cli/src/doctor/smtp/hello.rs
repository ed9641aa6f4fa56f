//! The greeting, EHLO, HELO and QUIT.

use anyrfc_smtp::{rfc5321, rfc6531};

use super::{
    super::{examination::Examination, probe::Probe},
    Case,
    facts::Flavour,
    reply::Reply,
    talk::Talk,
};
use crate::exit::Failure;

pub(super) async fn examine(case: &Case<'_>, found: &mut Examination) {
    let tells = &[
        rfc5321::REPLY_TABLE_IS_KEPT_TO,
        rfc5321::DOMAINS_ARE_FULLY_QUALIFIED,
        rfc5321::DOMAIN_LABELS_ARE_LDH,
        rfc5321::QUIT_GETS_221,
    ];
    case.probe(found, "the greeting, and QUIT", tells, async |probe| greeting(case, probe).await).await;
    if case.facts.flavour == Flavour::Lmtp {
        return;
    }
    let tells = &[rfc5321::OTHER_COMMANDS_NEED_NO_EHLO, rfc5321::VRFY_NEEDS_NO_EHLO];
    case.probe(found, "commands before EHLO", tells, async |probe| before(case, probe).await).await;
    let tells = &[
        rfc5321::EHLO_WORKS_WITHOUT_EXTENSIONS,
        rfc5321::DOMAINS_ARE_FULLY_QUALIFIED,
        rfc5321::DOMAIN_LABELS_ARE_LDH,
    ];
    case.probe(found, "EHLO", tells, async |probe| extended(case, probe).await).await;
    let tells = &[rfc5321::HELO_IS_ANSWERED, rfc5321::HELO_REPLY_LISTS_NOTHING];
    case.probe(found, "HELO", tells, async |probe| plain(case, probe).await).await;
}

async fn greeting(case: &Case<'_>, probe: &mut Probe<'_>) -> Result<(), Failure> {
    let (mut talk, greeting) = Talk::connect(case.subject, probe).await?;
    let seen = greeting.bytes();
    probe.judge(rfc5321::REPLY_TABLE_IS_KEPT_TO, matches!(greeting.code(), 220 | 421 | 554), &seen);
    if greeting.code() == 554 {
        return turned_away(talk, probe).await;
    }
    judge_name(&greeting, probe);
    let quit = talk.ask(probe, "QUIT").await?;
    let seen = talk.seen();
    let closes = quit.code() == 221 && talk.closes().await;
    probe.judge(rfc5321::QUIT_GETS_221, closes, &seen);
    Ok(())
}

/// RFC 5321, section 3.1: what a server does that has refused the session.
async fn turned_away(mut talk: Talk, probe: &mut Probe<'_>) -> Result<(), Failure> {
    let noop = talk.ask(probe, "NOOP").await;
    let waits = noop.is_ok();
    probe.judge(rfc5321::REFUSED_SESSION_WAITS_FOR_QUIT, waits, &talk.seen());
    let code = noop?.code();
    probe.judge(rfc5321::REFUSED_SESSION_ANSWERS_503, code == 503, &talk.seen());
    talk.quit(probe).await;
    Ok(())
}

/// The first word of the greeting and of the answer to EHLO is the name of the host.
fn judge_name(reply: &Reply, probe: &mut Probe<'_>) {
    let (word, seen) = (reply.first_word(), reply.bytes());
    if word.starts_with(b"[") && word.ends_with(b"]") {
        return;
    }
    let label = |label: &[u8]| {
        label.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'-') && !label.is_empty()
    };
    let is_ldh = word.split(|byte| *byte == b'.').all(label);
    probe.judge(rfc5321::DOMAIN_LABELS_ARE_LDH, is_ldh, &seen);
    if is_ldh {
        probe.judge(rfc5321::DOMAINS_ARE_FULLY_QUALIFIED, word.contains(&b'.'), &seen);
    }
}

async fn before(case: &Case<'_>, probe: &mut Probe<'_>) -> Result<(), Failure> {
    let (mut talk, greeting) = Talk::connect(case.subject, probe).await?;
    if !greeting.is_positive() {
        return Err(super::talk::turned_away(&greeting));
    }
    for command in ["NOOP", "RSET"] {
        let reply = talk.ask(probe, command).await?;
        probe.judge(rfc5321::OTHER_COMMANDS_NEED_NO_EHLO, reply.code() != 503, &talk.seen());
    }
    let reply = talk.ask(probe, "VRFY postmaster").await?;
    probe.judge(rfc5321::VRFY_NEEDS_NO_EHLO, reply.code() != 503, &talk.seen());
    talk.quit(probe).await;
    Ok(())
}

async fn extended(case: &Case<'_>, probe: &mut Probe<'_>) -> Result<(), Failure> {
    let (mut talk, greeting) = Talk::connect(case.subject, probe).await?;
    if !greeting.is_positive() {
        return Err(super::talk::turned_away(&greeting));
    }
    let (reply, keywords) = talk.hello_by("EHLO", probe).await?;
    let known = !matches!(reply.code(), 500 | 502);
    probe.judge(rfc5321::EHLO_WORKS_WITHOUT_EXTENSIONS, known, &talk.seen());
    probe.judge(rfc5321::NINE_COMMANDS_ARE_SUPPORTED, known, &talk.seen());
    if let Some(keywords) = keywords {
        judge_name(&reply, probe);
        if keywords.has("SMTPUTF8") {
            probe.judge(rfc6531::EHLO_REPLY_IS_ASCII, reply.bytes().is_ascii(), &reply.bytes());
        }
    }
    talk.quit(probe).await;
    Ok(())
}

async fn plain(case: &Case<'_>, probe: &mut Probe<'_>) -> Result<(), Failure> {
    let (mut talk, greeting) = Talk::connect(case.subject, probe).await?;
    if !greeting.is_positive() {
        return Err(super::talk::turned_away(&greeting));
    }
    let reply = talk.ask(probe, "HELO [127.0.0.1]").await?;
    if let Some(why) = reply.excuse() {
        probe.untested(rfc5321::HELO_IS_ANSWERED, why);
        return Ok(());
    }
    probe.judge(rfc5321::HELO_IS_ANSWERED, reply.code() == 250, &talk.seen());
    probe.judge(rfc5321::HELO_REPLY_LISTS_NOTHING, reply.len() == 1, &talk.seen());
    talk.quit(probe).await;
    Ok(())
}
