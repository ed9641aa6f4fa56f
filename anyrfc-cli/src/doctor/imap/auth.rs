//! AUTHENTICATE. No password is ever guessed: exchanges are cancelled or unreadable.

use anyrfc_imap::{rfc4959, rfc9051};

use super::{
    super::{examination::Examination, probe::Probe, smtp::is_base64, subject::unable},
    Case,
    book::Book,
    response::{Response, Status},
    talk::Talk,
};
use crate::exit::Failure;

pub(super) async fn examine(case: &Case<'_>, found: &mut Examination) {
    if case.preauth {
        return;
    }
    let tells = &[rfc9051::UNSUPPORTED_MECHANISM_GETS_NO];
    case.probe(found, "an unknown mechanism", tells, async |probe| unknown(case, probe).await).await;
    if case.offered.mechanisms().next().is_none() {
        return;
    }
    let tells = &[
        rfc9051::CANCELLED_AUTHENTICATION_GETS_BAD,
        rfc9051::CHALLENGE_IS_BASE64,
        rfc9051::AUTHENTICATE_WITHOUT_INITIAL_RESPONSE,
    ];
    case.probe(found, "a cancelled authentication", tells, async |probe| refused(case, "*", probe).await)
        .await;
    if case.book == Book::Rev2 {
        let tells = &[rfc9051::CANCELLED_AUTHENTICATION_GETS_BAD];
        case.probe(found, "a response that is not base64", tells, async |probe| {
            refused(case, "!!! not base64 !!!", probe).await
        })
        .await;
    }
    if case.book == Book::Rev2 || case.offered.has("SASL-IR") {
        let requirement = case
            .book
            .pick(rfc9051::BAD_INITIAL_RESPONSE_GETS_BAD, rfc4959::BAD_INITIAL_RESPONSE_IS_AS_BAD_AS_ANY);
        case.probe(found, "an initial response that is not base64", &[requirement], async |probe| {
            let mut talk = case.ready(probe).await?;
            let answer = talk.ask(probe, &format!("AUTHENTICATE {} !!!", mechanism(case)?)).await?;
            probe.judge(requirement, answer.status == Status::Bad, &talk.seen());
            talk.logout(probe).await;
            Ok(())
        })
        .await;
    }
}

/// A mechanism that the server offers, PLAIN before all others.
fn mechanism<'a>(case: &'a Case<'_>) -> Result<&'a str, Failure> {
    const KNOWN: [&str; 6] = ["PLAIN", "LOGIN", "CRAM-MD5", "SCRAM-SHA-256", "SCRAM-SHA-1", "XOAUTH2"];
    let known = KNOWN.iter().find_map(|known| case.offered.mechanisms().find(|name| name == known));
    known.ok_or_else(|| unable("the server offers no mechanism that the doctor knows"))
}

async fn unknown(case: &Case<'_>, probe: &mut Probe<'_>) -> Result<(), Failure> {
    let mut talk = case.ready(probe).await?;
    let answer = talk.ask(probe, "AUTHENTICATE X-ANYRFC-NONE").await?;
    case.book.judge(probe, rfc9051::UNSUPPORTED_MECHANISM_GETS_NO, answer.status == Status::No, &talk.seen());
    talk.logout(probe).await;
    Ok(())
}

/// Begins an authentication.
async fn challenged(case: &Case<'_>, probe: &mut Probe<'_>) -> Result<(Talk, String, Response), Failure> {
    let mut talk = case.ready(probe).await?;
    let (tag, begun) = talk.begin(probe, &format!("AUTHENTICATE {}", mechanism(case)?)).await?;
    let law = rfc9051::AUTHENTICATE_WITHOUT_INITIAL_RESPONSE;
    case.book.judge(probe, law, begun.is_ok(), &talk.seen());
    match begun {
        Ok(challenge) => Ok((talk, tag, challenge)),
        Err(answer) => {
            Err(unable(format!("the server does not begin the exchange: {}", answer.text.escape_ascii())))
        }
    }
}

/// An exchange that ends with this line, which nobody can take for a response.
async fn refused(case: &Case<'_>, line: &str, probe: &mut Probe<'_>) -> Result<(), Failure> {
    let book = case.book;
    let (mut talk, tag, challenge) = challenged(case, probe).await?;
    let text = challenge.body().strip_prefix(b"+").unwrap_or_default();
    let text = text.strip_prefix(b" ").unwrap_or(text);
    book.judge(probe, rfc9051::CHALLENGE_IS_BASE64, is_base64(text), &talk.seen());
    talk.send(format!("{line}\r\n").as_bytes()).await?;
    let answer = talk.answer(&tag, probe).await?;
    let law = rfc9051::CANCELLED_AUTHENTICATION_GETS_BAD;
    let law = book.pick(law, anyrfc_imap::rfc3501::CANCELLED_AUTHENTICATION_GETS_BAD);
    probe.judge(law, answer.status == Status::Bad, &talk.seen());
    talk.logout(probe).await;
    Ok(())
}
