//! What the answer to EHLO offers, and whether it is there.

use anyrfc_core::Requirement;
use anyrfc_smtp::{rfc1870, rfc2034, rfc2920, rfc4954, rfc5321, rfc6152, rfc6531};

use super::{
    super::{examination::Examination, probe::Probe, subject::unable},
    Case,
    facts::Flavour,
    reply::{Answers, Reply},
    talk::Talk,
    transaction::begin,
};
use crate::exit::Failure;

pub(super) async fn examine(case: &Case<'_>, found: &mut Examination) {
    let mut tells: Vec<&'static Requirement> = Vec::new();
    if case.facts.flavour != Flavour::Lmtp {
        tells.push(rfc5321::EIGHTBITMIME_IS_OFFERED);
    }
    case.probe(found, "the keywords of EHLO", &tells, async |probe| {
        keywords(case, probe);
        Ok(())
    })
    .await;
    if case.offers("SIZE") {
        let tells = &[rfc1870::DECLARED_SIZE_IS_TAKEN, rfc1870::SIZE_ABOVE_THE_LIMIT_GETS_552];
        case.probe(found, "SIZE", tells, async |probe| size(case, probe).await).await;
    }
    let parameters: [(&str, &str, &'static Requirement); 3] = [
        ("8BITMIME", "BODY=8BITMIME", rfc6152::OFFER_MEANS_ACCEPTANCE),
        ("SMTPUTF8", "SMTPUTF8", rfc6531::OFFER_MEANS_COMPLIANCE),
        ("AUTH", "AUTH=<>", rfc4954::AUTH_PARAMETER_IS_ALWAYS_KNOWN),
    ];
    for (keyword, parameter, requirement) in parameters {
        if case.offers(keyword) {
            case.probe(found, "parameters of MAIL", &[requirement], async |probe| {
                accepts(case, parameter, requirement, probe).await
            })
            .await;
        }
    }
    if case.offers("PIPELINING") {
        let tells = &[rfc2920::SERVER_KEEPS_THE_ORDER, rfc2920::INPUT_IS_NEVER_LOST];
        case.probe(found, "PIPELINING", tells, async |probe| group(case, probe).await).await;
    }
    if case.offers("ENHANCEDSTATUSCODES") {
        let mut tells = vec![
            rfc2034::REPLIES_BEGIN_WITH_A_CODE,
            rfc2034::CODE_HAS_THE_FORM,
            rfc2034::EVERY_LINE_HAS_THE_CODE,
            rfc2034::CLASS_AGREES_WITH_THE_REPLY,
        ];
        if case.facts.flavour != Flavour::Lmtp {
            tells.push(rfc2034::CODES_COME_AFTER_HELO_TOO);
        }
        case.probe(found, "ENHANCEDSTATUSCODES", &tells, async |probe| codes(case, probe).await).await;
    }
}

/// What can be read off the keywords alone.
fn keywords(case: &Case<'_>, probe: &mut Probe<'_>) {
    let offered = &case.facts.offered;
    let all = offered.names().collect::<Vec<_>>().join(" ");
    if case.facts.flavour != Flavour::Lmtp {
        probe.judge(rfc5321::EIGHTBITMIME_IS_OFFERED, offered.has("8BITMIME"), all.as_bytes());
    }
    let bare: [(&str, &'static Requirement); 3] = [
        ("8BITMIME", rfc6152::KEYWORD_HAS_NO_PARAMETER),
        ("ENHANCEDSTATUSCODES", rfc2034::KEYWORD_HAS_NO_PARAMETER),
        ("SMTPUTF8", rfc6531::KEYWORD_HAS_NO_PARAMETERS),
    ];
    for (keyword, requirement) in bare {
        if let Some(words) = offered.parameters(keyword) {
            let seen = format!("{keyword} {}", words.join(" "));
            probe.judge(requirement, words.is_empty(), seen.as_bytes());
        }
    }
    if offered.has("SMTPUTF8") {
        probe.judge(rfc6531::OFFER_INCLUDES_8BITMIME, offered.has("8BITMIME"), all.as_bytes());
    }
    if let Some(words) = offered.parameters("SIZE") {
        let decimal = words.iter().all(|word| word.bytes().all(|byte| byte.is_ascii_digit()));
        let seen = format!("SIZE {}", words.join(" "));
        probe.judge(rfc1870::LIMIT_IS_DECIMAL, decimal && words.len() <= 1, seen.as_bytes());
    }
}

async fn size(case: &Case<'_>, probe: &mut Probe<'_>) -> Result<(), Failure> {
    let limit = case.facts.offered.parameters("SIZE").and_then(|words| words.first()?.parse::<u64>().ok());
    let mut talk = case.entitled(probe).await?;
    begin(&mut talk, probe).await?;
    talk.ask(probe, "RSET").await?;
    let reply = talk.ask(probe, "MAIL FROM:<> SIZE=1").await?;
    // 452: there is no room at present.
    let taken = reply.is_positive() || reply.class() == 4;
    probe.judge(rfc1870::DECLARED_SIZE_IS_TAKEN, taken, &talk.seen());
    talk.ask(probe, "RSET").await?;
    match limit.filter(|limit| *limit > 0).and_then(|limit| limit.checked_add(1)) {
        None => probe.untested(rfc1870::SIZE_ABOVE_THE_LIMIT_GETS_552, "the server names no limit"),
        Some(above) => {
            let reply = talk.ask(probe, &format!("MAIL FROM:<> SIZE={above}")).await?;
            probe.judge(rfc1870::SIZE_ABOVE_THE_LIMIT_GETS_552, reply.code() == 552, &talk.seen());
            talk.ask(probe, "RSET").await?;
        }
    }
    talk.quit(probe).await;
    Ok(())
}

/// MAIL with a parameter that the server has offered.
async fn accepts(
    case: &Case<'_>,
    parameter: &str,
    requirement: &'static Requirement,
    probe: &mut Probe<'_>,
) -> Result<(), Failure> {
    let mut talk = case.entitled(probe).await?;
    begin(&mut talk, probe).await?;
    talk.ask(probe, "RSET").await?;
    let reply = talk.ask(probe, &format!("MAIL FROM:<> {parameter}")).await?;
    match reply.excuse() {
        Some(why) => probe.untested(requirement, why),
        None => probe.judge(requirement, reply.is_positive(), &talk.seen()),
    }
    talk.ask(probe, "RSET").await?;
    talk.quit(probe).await;
    Ok(())
}

/// The same commands one by one and in a group get the same replies.
async fn group(case: &Case<'_>, probe: &mut Probe<'_>) -> Result<(), Failure> {
    const GROUP: [&str; 5] = ["RSET", "RCPT TO:<postmaster>", "MAIL FROM:<>", "RSET", "NOOP"];
    let mut talk = case.entitled(probe).await?;
    let mut expected = Vec::new();
    for command in GROUP {
        expected.push(talk.ask(probe, command).await?.code());
    }
    if expected.contains(&421) {
        return Err(unable("the server ended the session"));
    }
    talk.send(format!("{}\r\n", GROUP.join("\r\n")).as_bytes(), probe).await?;
    let mut codes = Vec::new();
    for _ in GROUP {
        match talk.reply(probe, Answers::Command).await {
            Ok(reply) => codes.push(reply.code()),
            Err(failure) => {
                probe.broken(rfc2920::INPUT_IS_NEVER_LOST, &talk.seen());
                return Err(failure);
            }
        }
    }
    probe.kept(rfc2920::INPUT_IS_NEVER_LOST);
    probe.judge(rfc2920::SERVER_KEEPS_THE_ORDER, codes == expected, &talk.seen());
    talk.quit(probe).await;
    Ok(())
}

/// Replies of each class; their form is judged as of all.
async fn codes(case: &Case<'_>, probe: &mut Probe<'_>) -> Result<(), Failure> {
    let mut talk = case.ready(probe).await?;
    for command in ["NOOP", "XANYRFC", "RSET"] {
        talk.ask(probe, command).await?;
    }
    talk.quit(probe).await;
    if case.facts.flavour == Flavour::Lmtp {
        return Ok(());
    }
    let (mut talk, _) = Talk::connect(case.subject, probe).await?;
    let hello = talk.ask(probe, "HELO [127.0.0.1]").await?;
    if !hello.is_positive() {
        return Err(unable("the server does not take HELO"));
    }
    let reply: Reply = talk.ask(probe, "NOOP").await?;
    let offered_at_once = case.facts.first.has("ENHANCEDSTATUSCODES");
    if offered_at_once {
        probe.judge(rfc2034::CODES_COME_AFTER_HELO_TOO, !reply.status().is_empty(), &talk.seen());
    }
    talk.quit(probe).await;
    Ok(())
}
