//! STARTTLS.

use anyrfc_imap::rfc9051;

use super::{
    super::{examination::Examination, probe::Probe, subject::unable},
    Capabilities, Case,
    book::Book,
    response::Status,
};
use crate::exit::Failure;

pub(super) async fn examine(case: &Case<'_>, found: &mut Examination) {
    // RFC 3501 says nothing of any of this.
    if case.book == Book::Rev1 {
        return;
    }
    if case.subject.is_tls() {
        let tells = &[rfc9051::STARTTLS_ON_IMPLICIT_TLS_GETS_BAD];
        case.probe(found, "STARTTLS under TLS", tells, async |probe| under_tls(case, probe).await).await;
    } else if case.first.has("STARTTLS") {
        let tells = &[rfc9051::NOTHING_IS_INJECTED_BEFORE_TLS, rfc9051::STARTTLS_IS_NOT_ADVERTISED_AGAIN];
        case.probe(found, "STARTTLS", tells, async |probe| injected(case, probe).await).await;
    }
}

async fn under_tls(case: &Case<'_>, probe: &mut Probe<'_>) -> Result<(), Failure> {
    let mut talk = case.connect(probe).await?;
    let answer = talk.ask(probe, "STARTTLS").await?;
    let bad = answer.status == Status::Bad;
    probe.judge(rfc9051::STARTTLS_ON_IMPLICIT_TLS_GETS_BAD, bad, &talk.seen());
    if !answer.is_ok() {
        talk.logout(probe).await;
    }
    Ok(())
}

/// A harmless command in cleartext behind STARTTLS: whoever answers it under TLS would do the same
/// with what somebody in between has put there.
async fn injected(case: &Case<'_>, probe: &mut Probe<'_>) -> Result<(), Failure> {
    if !case.starts_tls {
        return Err(unable("TLS could not be begun"));
    }
    let talk = case.connect(probe).await?;
    let mut talk = match talk.secure(case.subject, probe, b"injected NOOP\r\n").await {
        Ok(talk) => talk,
        Err(_) => {
            // A server may as well refuse to go on.
            probe.kept(rfc9051::NOTHING_IS_INJECTED_BEFORE_TLS);
            return Ok(());
        }
    };
    // What answers the injected command comes before anything else.
    let tag = talk.tag();
    talk.send(format!("{tag} CAPABILITY\r\n").as_bytes()).await?;
    let mut untagged = Vec::new();
    let first = loop {
        let response = talk.response(probe).await?;
        if !response.octets.starts_with(b"* ") {
            break response;
        }
        untagged.push(response);
    };
    let injected = first.octets.starts_with(b"injected ");
    probe.judge(rfc9051::NOTHING_IS_INJECTED_BEFORE_TLS, !injected, &talk.seen());
    if !injected {
        let words = untagged.iter().filter(|response| response.is("CAPABILITY"));
        let words = words.flat_map(|response| response.words().skip(1));
        let again =
            Capabilities(words.map(|word| String::from_utf8_lossy(word).to_ascii_uppercase()).collect());
        probe.judge(rfc9051::STARTTLS_IS_NOT_ADVERTISED_AGAIN, !again.has("STARTTLS"), &talk.seen());
        talk.logout(probe).await;
    }
    Ok(())
}
