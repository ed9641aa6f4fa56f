//! What submission (RFC 6409) and LMTP (RFC 2033) ask of a server besides.

use anyrfc_core::Requirement;
use anyrfc_smtp::{rfc2033, rfc6409};

use super::{
    super::{examination::Examination, probe::Probe, subject::unable},
    Case,
    facts::Flavour,
    talk::{Talk, turned_away},
};
use crate::exit::Failure;

pub(super) async fn examine(case: &Case<'_>, found: &mut Examination) {
    match case.facts.flavour {
        Flavour::Smtp => {}
        Flavour::Submission => submission(case, found).await,
        Flavour::Lmtp => lmtp(case, found).await,
    }
}

async fn submission(case: &Case<'_>, found: &mut Examination) {
    let keywords: [(&str, &'static Requirement); 6] = [
        ("AUTH", rfc6409::AUTH_IS_USED),
        ("AUTH", rfc6409::SERVER_HAS_AUTH),
        ("PIPELINING", rfc6409::SERVER_HAS_PIPELINING),
        ("ENHANCEDSTATUSCODES", rfc6409::ENHANCED_CODES_ARE_USED),
        ("DSN", rfc6409::DSN_IS_USED),
        ("8BITMIME", rfc6409::EIGHT_BIT_MIME_IS_USED),
    ];
    let tells: Vec<_> = keywords.iter().map(|(_, requirement)| *requirement).collect();
    case.probe(found, "the keywords of submission", &tells, async |probe| {
        offers(case, &keywords, probe);
        Ok(())
    })
    .await;
    let tells = &[rfc6409::UNAUTHENTICATED_MAIL_IS_REFUSED, rfc6409::REPLY_521_IS_NOT_USED];
    case.probe(found, "submission without a login", tells, async |probe| stranger(case, probe).await).await;
    if case.subject.login().is_some() {
        let tells = &[rfc6409::NULL_RETURN_PATH_IS_PERMITTED];
        case.probe(found, "an empty return path", tells, async |probe| bounce(case, probe).await).await;
    }
}

fn offers(case: &Case<'_>, keywords: &[(&str, &'static Requirement)], probe: &mut Probe<'_>) {
    let all = case.facts.offered.names().collect::<Vec<_>>().join(" ");
    for (keyword, requirement) in keywords {
        probe.judge(requirement, case.offers(keyword), all.as_bytes());
    }
}

async fn stranger(case: &Case<'_>, probe: &mut Probe<'_>) -> Result<(), Failure> {
    let mut talk = case.ready(probe).await?;
    let reply = talk.ask(probe, "MAIL FROM:<>").await?;
    let mut refused = !reply.is_positive();
    let mut seen = talk.seen();
    let mut codes = vec![reply.code()];
    if !refused {
        // Some say so at the recipient only.
        let reply = talk.ask(probe, "RCPT TO:<anyrfc@example.org>").await?;
        codes.push(reply.code());
        refused = !reply.is_positive();
        seen.extend_from_slice(b"\n");
        seen.extend_from_slice(&talk.seen());
        talk.ask(probe, "RSET").await?;
    }
    probe.judge(rfc6409::UNAUTHENTICATED_MAIL_IS_REFUSED, refused, &seen);
    probe.judge(rfc6409::REPLY_521_IS_NOT_USED, !codes.contains(&521), &seen);
    talk.quit(probe).await;
    Ok(())
}

async fn bounce(case: &Case<'_>, probe: &mut Probe<'_>) -> Result<(), Failure> {
    let mut talk = case.entitled(probe).await?;
    if !talk.logged_in() {
        return Err(unable(
            "the doctor sends no password here: there is neither TLS nor loopback, or no PLAIN",
        ));
    }
    let reply = talk.ask(probe, "MAIL FROM:<>").await?;
    if let Some(why) = reply.excuse() {
        return Err(unable(why));
    }
    probe.judge(rfc6409::NULL_RETURN_PATH_IS_PERMITTED, reply.is_positive(), &talk.seen());
    talk.ask(probe, "RSET").await?;
    talk.quit(probe).await;
    Ok(())
}

async fn lmtp(case: &Case<'_>, found: &mut Examination) {
    let keywords: [(&str, &'static Requirement); 3] = [
        ("PIPELINING", rfc2033::SERVER_HAS_PIPELINING),
        ("ENHANCEDSTATUSCODES", rfc2033::SERVER_HAS_PIPELINING),
        ("8BITMIME", rfc2033::SERVER_HAS_8BITMIME),
    ];
    let tells = &[rfc2033::SERVER_HAS_PIPELINING, rfc2033::SERVER_HAS_8BITMIME];
    case.probe(found, "the keywords of LMTP", tells, async |probe| {
        offers(case, &keywords, probe);
        Ok(())
    })
    .await;
    let tells = &[rfc2033::EHLO_IS_NOT_ACCEPTED];
    case.probe(found, "EHLO and HELO to LMTP", tells, async |probe| not_smtp(case, probe).await).await;
}

async fn not_smtp(case: &Case<'_>, probe: &mut Probe<'_>) -> Result<(), Failure> {
    let (mut talk, greeting) = Talk::connect(case.subject, probe).await?;
    if !greeting.is_positive() {
        return Err(turned_away(&greeting));
    }
    for command in ["EHLO [127.0.0.1]", "HELO [127.0.0.1]"] {
        let reply = talk.ask(probe, command).await?;
        probe.judge(rfc2033::EHLO_IS_NOT_ACCEPTED, !reply.is_positive(), &talk.seen());
    }
    talk.quit(probe).await;
    Ok(())
}
