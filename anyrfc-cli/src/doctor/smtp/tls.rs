//! STARTTLS (RFC 3207), and what TLS there is (RFC 8314).

use anyrfc_smtp::{rfc3207, rfc8314};

use super::{
    super::{examination::Examination, probe::Probe, subject::unable},
    Case,
    reply::Answers,
    talk::Talk,
};
use crate::exit::Failure;

pub(super) async fn examine(case: &Case<'_>, found: &mut Examination) {
    if case.facts.first.has("STARTTLS") && !case.subject.is_tls() {
        let tells = &[
            rfc3207::STARTTLS_IS_NOT_OFFERED_WITHIN_TLS,
            rfc3207::SERVER_FORGETS_PLAINTEXT,
            rfc3207::PLAINTEXT_IS_DISCARDED,
        ];
        case.probe(found, "STARTTLS", tells, async |probe| injected(case, probe).await).await;
    } else if case.subject.is_tls() {
        let tells = &[rfc3207::STARTTLS_IS_NOT_OFFERED_WITHIN_TLS];
        case.probe(found, "STARTTLS under TLS", tells, async |probe| {
            offered_again(case, probe);
            Ok(())
        })
        .await;
    }
    if case.facts.secured {
        // Nothing older is spoken by the doctor.
        let tells = &[rfc8314::SERVER_HAS_TLS_1_2];
        case.probe(found, "TLS", tells, async |probe| {
            probe.kept(rfc8314::SERVER_HAS_TLS_1_2);
            Ok(())
        })
        .await;
    }
}

fn offered_again(case: &Case<'_>, probe: &mut Probe<'_>) {
    let names = case.facts.offered.names().collect::<Vec<_>>().join(" ");
    let offered = case.facts.offered.has("STARTTLS");
    probe.judge(rfc3207::STARTTLS_IS_NOT_OFFERED_WITHIN_TLS, !offered, names.as_bytes());
}

/// A harmless command in cleartext behind STARTTLS: whoever answers it under TLS would do the same
/// with what somebody in between has put there.
async fn injected(case: &Case<'_>, probe: &mut Probe<'_>) -> Result<(), Failure> {
    if !case.facts.starts_tls {
        return Err(unable("TLS could not be begun"));
    }
    offered_again(case, probe);
    let (mut talk, _) = Talk::connect(case.subject, probe).await?;
    talk.hello(&case.facts, probe).await?;
    let mut talk = match talk.secure(case.subject, probe, b"NOOP\r\n").await {
        Ok(talk) => talk,
        Err(_) => {
            // A server may as well refuse to go on.
            probe.kept(rfc3207::SERVER_FORGETS_PLAINTEXT);
            probe.kept(rfc3207::PLAINTEXT_IS_DISCARDED);
            return Ok(());
        }
    };
    talk.send(format!("{} [127.0.0.1]\r\n", case.facts.flavour.hello()).as_bytes(), probe).await?;
    let first = talk.reply(probe, Answers::Hello).await?;
    let seen = talk.seen();
    talk.send_on(b"QUIT\r\n").await?;
    let second = talk.reply(probe, Answers::Hello).await?;
    // Of three replies the second is that to EHLO.
    let forgotten = second.code() == 221 || !second.is_positive();
    let seen = if forgotten { seen } else { [first.bytes(), second.bytes()].concat() };
    probe.judge(rfc3207::SERVER_FORGETS_PLAINTEXT, forgotten, &seen);
    probe.judge(rfc3207::PLAINTEXT_IS_DISCARDED, forgotten, &seen);
    Ok(())
}
