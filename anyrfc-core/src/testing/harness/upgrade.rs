//! What follows the go-ahead in plaintext is never taken for secured.

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::Subject;
use crate::{
    Driver, Machine, Step, TlsInfo, UpgradeError,
    testing::{Lead, MemoryStream, clock::settle, now, pair_with, run_virtual},
};

/// Leads a machine to where the peer has given the go-ahead to TLS, and proves
/// that the upgrade
///
/// * is refused with [`UpgradeError::PlaintextInjected`] when any number of bytes
///   of `injected` follow the go-ahead in the same read, the handshake never begun;
/// * hands bytes that arrive later to the handshake and to nobody else;
/// * succeeds when nothing follows, and tells the machine, of which `is_secured`
///   then holds (it has forgotten what it learnt in plaintext).
///
/// Also, the machine itself leaves the injected bytes lying.
///
/// `leads` ends with the peer's go-ahead. `injected` should be a whole, valid
/// message: what an attacker would send.
///
/// # Panics
/// When an upgrade goes otherwise.
pub fn injected_plaintext_is_refused<M: Machine>(
    subject: &Subject<M>,
    leads: &[Lead<M>],
    injected: &[u8],
    is_secured: impl Fn(&M) -> bool,
) {
    assert!(!injected.is_empty(), "nothing to inject");
    for count in 1..=injected.len() {
        run_virtual(async {
            let part = injected.get(..count).unwrap_or(injected);
            let (driver, _far) = lead(subject, leads, part).await;
            let mut begun = false;
            let result = driver
                .upgrade(|stream| {
                    begun = true;
                    async { Ok((stream, TlsInfo::default())) }
                })
                .await;
            assert!(!begun, "the handshake was begun with {count} bytes injected");
            match result {
                Err(UpgradeError::PlaintextInjected(bytes)) => {
                    assert_eq!(bytes, count, "not all injected bytes were left lying");
                }
                Err(error) => panic!("{count} bytes injected: {error:?}"),
                Ok(_) => panic!("{count} bytes injected, and the upgrade succeeded"),
            }
        });
    }
    left_lying(subject, leads, injected);
    arriving_late(subject, leads, injected);
    run_virtual(async {
        let (driver, _far) = lead(subject, leads, b"").await;
        assert!(!is_secured(driver.machine()), "secured before the upgrade");
        match driver.upgrade(|stream| async { Ok((stream, TlsInfo::default())) }).await {
            Ok(driver) => {
                assert!(is_secured(driver.machine()), "the machine does not know that it is secured")
            }
            Err(error) => panic!("nothing injected: {error:?}"),
        }
    });
}

/// The machine consumes nothing after the go-ahead.
fn left_lying<M: Machine>(subject: &Subject<M>, leads: &[Lead<M>], injected: &[u8]) {
    run_virtual(async {
        let (driver, _far) = lead(subject, leads, b"").await;
        assert!(driver.machine().quiescent(), "the machine is not quiescent after the go-ahead");
        let (mut machine, _, _) = driver.into_parts();
        match machine.advance(injected, now()) {
            Ok(Step::Need(_)) | Err(_) => {}
            Ok(step) => panic!("the machine takes plaintext in after the go-ahead: {step:?}"),
        }
    });
}

/// What arrives after the last read is the handshake's.
fn arriving_late<M: Machine>(subject: &Subject<M>, leads: &[Lead<M>], injected: &[u8]) {
    run_virtual(async {
        let (driver, mut far) = lead(subject, leads, b"").await;
        assert!(far.write_all(injected).await.is_ok(), "the stream is closed");
        let mut seen = vec![0; injected.len()];
        let result = driver
            .upgrade(async |mut stream: MemoryStream| {
                stream.read_exact(&mut seen).await?;
                Err::<(MemoryStream, TlsInfo), _>(std::io::ErrorKind::InvalidData.into())
            })
            .await;
        assert!(
            matches!(result, Err(UpgradeError::Handshake(_))),
            "bytes that came late did not reach the handshake"
        );
        assert_eq!(seen, injected, "the handshake did not get what came late");
    });
}

/// A driver whose caller has just been given the go-ahead, `injected` in the same read.
async fn lead<M: Machine>(
    subject: &Subject<M>,
    leads: &[Lead<M>],
    injected: &[u8],
) -> (Driver<M, MemoryStream>, MemoryStream) {
    let (near, mut far) = pair_with(usize::MAX, usize::MAX);
    let mut driver = subject.driver(near);
    for (index, lead) in leads.iter().enumerate() {
        let last = index + 1 == leads.len();
        match lead {
            Lead::Peer(bytes) => {
                let bytes = if last { [bytes, injected].concat() } else { bytes.clone() };
                assert!(far.write_all(&bytes).await.is_ok(), "the stream is closed");
            }
            Lead::Command(command) => {
                assert!(!last, "the go-ahead must come last");
                let now = driver.now();
                let (machine, output) = driver.command();
                command(machine, output, now);
                assert!(driver.flush().await.is_ok(), "sending failed");
                continue;
            }
        }
        loop {
            match settle(&mut Box::pin(driver.next())).await {
                Some(Ok(Some(_))) if last => break,
                Some(Ok(Some(_))) => {}
                None => {
                    assert!(!last, "the go-ahead makes no event");
                    break;
                }
                Some(end) => panic!("ended on the way to the go-ahead ({:?})", end.map(|_| ())),
            }
        }
    }
    (driver, far)
}
