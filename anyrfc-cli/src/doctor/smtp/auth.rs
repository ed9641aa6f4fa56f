//! AUTH (RFC 4954). No password is ever guessed: exchanges are cancelled or unreadable.

use anyrfc_smtp::rfc4954;
use base64::{Engine as _, engine::general_purpose::STANDARD};

use super::{
    super::{examination::Examination, probe::Probe, subject::unable},
    Case,
    talk::Talk,
    transaction::begin,
};
use crate::exit::Failure;

pub(super) async fn examine(case: &Case<'_>, found: &mut Examination) {
    if case.facts.first.has("AUTH") && !case.subject.is_tls() && !case.facts.is_loopback {
        let tells = &[rfc4954::UNPROTECTED_MECHANISMS_ARE_HIDDEN, rfc4954::PLAINTEXT_IS_FORBIDDEN];
        case.probe(found, "passwords in cleartext", tells, async |probe| cleartext(case, probe).await).await;
    }
    if !case.offers("AUTH") {
        return;
    }
    let tells = &[rfc4954::UNKNOWN_MECHANISM_IS_5_5_4];
    case.probe(found, "an unknown mechanism", tells, async |probe| unknown(case, probe).await).await;
    let tells = &[rfc4954::CANCEL_GETS_501, rfc4954::CHALLENGE_IS_BASE64_ALONE];
    case.probe(found, "a cancelled authentication", tells, async |probe| cancelled(case, probe).await).await;
    let tells = &[rfc4954::UNREADABLE_RESPONSE_IS_REFUSED, rfc4954::BASE64_ALPHABET_IS_STRICT];
    case.probe(found, "a response that is not base64", tells, async |probe| unreadable(case, probe).await)
        .await;
    let tells = &[rfc4954::TOKENS_IGNORE_CASE];
    case.probe(found, "AUTH in lower case", tells, async |probe| lower_case(case, probe).await).await;
    let tells = &[rfc4954::AUTH_IN_A_TRANSACTION_IS_REFUSED];
    case.probe(found, "AUTH in a transaction", tells, async |probe| in_transaction(case, probe).await).await;
    if case.subject.login().is_some() {
        let tells = &[rfc4954::SECOND_AUTH_IS_REFUSED];
        case.probe(found, "AUTH twice", tells, async |probe| twice(case, probe).await).await;
    }
}

/// A mechanism that the server offers and whose first message is none of ours to keep secret.
fn mechanism<'a>(case: &'a Case<'_>) -> Result<&'a str, Failure> {
    let offered = case.facts.offered.parameters("AUTH").unwrap_or_default();
    const KNOWN: [&str; 6] = ["PLAIN", "LOGIN", "CRAM-MD5", "SCRAM-SHA-256", "SCRAM-SHA-1", "XOAUTH2"];
    let known = KNOWN.iter().find_map(|known| offered.iter().find(|name| name.eq_ignore_ascii_case(known)));
    known.map(String::as_str).ok_or_else(|| unable("the server offers no mechanism that the doctor knows"))
}

/// What a mechanism offered in cleartext gets there.
async fn cleartext(case: &Case<'_>, probe: &mut Probe<'_>) -> Result<(), Failure> {
    let (mut talk, _) = Talk::connect(case.subject, probe).await?;
    let offered = talk.hello(&case.facts, probe).await?.unwrap_or_default();
    let seen = talk.seen();
    let shown = ["PLAIN", "LOGIN"].iter().any(|name| offered.has_mechanism(name));
    probe.judge(rfc4954::UNPROTECTED_MECHANISMS_ARE_HIDDEN, !shown, &seen);
    let reply = talk.ask(probe, "AUTH PLAIN").await?;
    probe.judge(rfc4954::PLAINTEXT_IS_FORBIDDEN, reply.code() != 334, &talk.seen());
    if reply.code() == 334 {
        talk.ask(probe, "*").await?;
    }
    talk.quit(probe).await;
    Ok(())
}

async fn unknown(case: &Case<'_>, probe: &mut Probe<'_>) -> Result<(), Failure> {
    let mut talk = case.ready(probe).await?;
    let reply = talk.ask(probe, "AUTH X-ANYRFC-NONE").await?;
    if let Some(why) = reply.excuse() {
        return Err(unable(why));
    }
    let status = !case.offers("ENHANCEDSTATUSCODES") || reply.status() == b"5.5.4";
    probe.judge(rfc4954::UNKNOWN_MECHANISM_IS_5_5_4, reply.code() == 504 && status, &talk.seen());
    talk.quit(probe).await;
    Ok(())
}

async fn cancelled(case: &Case<'_>, probe: &mut Probe<'_>) -> Result<(), Failure> {
    let mut talk = challenged(case, "AUTH", probe).await?;
    let reply = talk.ask(probe, "*").await?;
    probe.judge(rfc4954::CANCEL_GETS_501, reply.code() == 501, &talk.seen());
    talk.quit(probe).await;
    Ok(())
}

async fn unreadable(case: &Case<'_>, probe: &mut Probe<'_>) -> Result<(), Failure> {
    let mut talk = challenged(case, "AUTH", probe).await?;
    let reply = talk.ask(probe, "!!! not base64 !!!").await?;
    probe.judge(rfc4954::UNREADABLE_RESPONSE_IS_REFUSED, reply.code() == 501, &talk.seen());
    probe.judge(rfc4954::BASE64_ALPHABET_IS_STRICT, reply.class() == 5, &talk.seen());
    talk.quit(probe).await;
    Ok(())
}

async fn lower_case(case: &Case<'_>, probe: &mut Probe<'_>) -> Result<(), Failure> {
    let name = mechanism(case)?.to_ascii_lowercase();
    let mut talk = case.ready(probe).await?;
    let reply = talk.ask(probe, &format!("auth {name}")).await?;
    if let Some(why) = reply.excuse() {
        return Err(unable(why));
    }
    probe.judge(rfc4954::TOKENS_IGNORE_CASE, reply.code() == 334, &talk.seen());
    if reply.code() == 334 {
        talk.ask(probe, "*").await?;
    }
    talk.quit(probe).await;
    Ok(())
}

/// Begins an authentication, up to the first challenge.
async fn challenged(case: &Case<'_>, verb: &str, probe: &mut Probe<'_>) -> Result<Talk, Failure> {
    let name = mechanism(case)?;
    let mut talk = case.ready(probe).await?;
    let reply = talk.ask(probe, &format!("{verb} {name}")).await?;
    if let Some(why) = reply.excuse() {
        return Err(unable(why));
    }
    probe.judge(rfc4954::MISSING_INITIAL_RESPONSE_IS_ASKED_FOR, reply.code() == 334, &talk.seen());
    if reply.code() != 334 {
        return Err(unable("the server does not begin the exchange"));
    }
    let challenge = reply.texts().next().unwrap_or_default();
    probe.judge(rfc4954::CHALLENGE_IS_BASE64_ALONE, is_base64(challenge), &talk.seen());
    Ok(talk)
}

/// `base64` of RFC 4954, section 8, or nothing.
pub(in super::super) fn is_base64(text: &[u8]) -> bool {
    let padding = text.iter().rev().take_while(|byte| **byte == b'=').count();
    let digits = text.get(..text.len().saturating_sub(padding)).unwrap_or_default();
    padding <= 2
        && text.len().is_multiple_of(4)
        && digits.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/'))
}

async fn in_transaction(case: &Case<'_>, probe: &mut Probe<'_>) -> Result<(), Failure> {
    let name = mechanism(case)?;
    let mut talk = case.ready(probe).await?;
    begin(&mut talk, probe).await?;
    let reply = talk.ask(probe, &format!("AUTH {name}")).await?;
    probe.judge(rfc4954::AUTH_IN_A_TRANSACTION_IS_REFUSED, reply.code() == 503, &talk.seen());
    if reply.code() == 334 {
        talk.ask(probe, "*").await?;
    }
    talk.ask(probe, "RSET").await?;
    talk.quit(probe).await;
    Ok(())
}

async fn twice(case: &Case<'_>, probe: &mut Probe<'_>) -> Result<(), Failure> {
    let name = mechanism(case)?;
    let mut talk = case.entitled(probe).await?;
    if !talk.logged_in() {
        return Err(unable(
            "the doctor sends no password here: there is neither TLS nor loopback, or no PLAIN",
        ));
    }
    let reply = talk.ask(probe, &format!("AUTH {name}")).await?;
    probe.judge(rfc4954::SECOND_AUTH_IS_REFUSED, reply.code() == 503, &talk.seen());
    if reply.code() == 334 {
        talk.ask(probe, "*").await?;
    }
    talk.quit(probe).await;
    Ok(())
}

/// Logs in by PLAIN, where a login was given and nobody listens in; whether that was done.
///
/// # Errors
/// The server refuses the password, or the connection ends.
pub(super) async fn log_in(case: &Case<'_>, talk: &mut Talk, probe: &mut Probe<'_>) -> Result<bool, Failure> {
    let Some((user, secret)) = case.subject.login() else { return Ok(false) };
    let private = case.facts.secured || case.facts.is_loopback;
    if !private || !case.facts.offered.has_mechanism("PLAIN") {
        return Ok(false);
    }
    let message = format!("\0{user}\0{}", secret.expose());
    let command = format!("AUTH PLAIN {}\r\n", STANDARD.encode(message.as_bytes()));
    let reply = talk.ask_secretly(probe, command.as_bytes(), b"AUTH PLAIN [secret]\r\n").await?;
    if reply.code() == 235 {
        return Ok(true);
    }
    Err(unable(format!("the server refuses the login: {}", reply.bytes().trim_ascii_end().escape_ascii())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_as_in_the_rfc() {
        for text in ["", "Zg==", "Zm8=", "Zm9v", "Zm9vYmFy"] {
            assert!(is_base64(text.as_bytes()));
        }
        for wrong in ["Zg", "Zg=a", "Z===", "Zm9v\r", "hello world!"] {
            assert!(!is_base64(wrong.as_bytes()), "{wrong}");
        }
    }
}
