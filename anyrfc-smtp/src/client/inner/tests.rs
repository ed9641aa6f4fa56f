//! What is kept for whom, and a security layer that a login has settled, on a stream.

use anyrfc_core::{
    Credentials, Secret, Security, SecurityLayer,
    testing::{MemoryStream, ScriptedPeer, pair, play, run_virtual},
};
use anyrfc_sasl::{
    Established, Exchange, Mechanism, MechanismName, Negotiator, Policy, Service, Step, Strength, rfc4422,
};

use super::super::{SmtpClient, login::Attempt};
use crate::{ErrorKind, ProtocolState, rfc4954};

/// Each octet behind a length, and turned over.
#[derive(Debug)]
struct Layer;

fn layered(plain: &str) -> Vec<u8> {
    let mut out = Vec::new();
    Layer.wrap_buffer(plain.as_bytes(), &mut out).unwrap();
    out
}

impl SecurityLayer for Layer {
    fn is_confidential(&self) -> bool {
        true
    }

    fn plain_max(&self) -> usize {
        1000
    }

    fn wrap_buffer(&mut self, plain: &[u8], out: &mut Vec<u8>) -> Result<(), anyrfc_core::Error> {
        out.extend_from_slice(&u32::try_from(plain.len()).unwrap().to_be_bytes());
        out.extend(plain.iter().map(|octet| octet ^ 0xff));
        Ok(())
    }

    fn unwrap_buffer(
        &mut self,
        input: &[u8],
        out: &mut Vec<u8>,
    ) -> Result<Option<usize>, anyrfc_core::Error> {
        let Some((length, rest)) = input.split_first_chunk::<4>() else { return Ok(None) };
        let length = u32::from_be_bytes(*length) as usize;
        if length > 1000 {
            return Err(anyrfc_core::Error::new(ErrorKind::Protocol, "a buffer that nobody has wrapped"));
        }
        let Some(buffer) = rest.get(..length) else { return Ok(None) };
        out.extend(buffer.iter().map(|octet| octet ^ 0xff));
        Ok(Some(4 + length))
    }
}

#[derive(Debug)]
struct Settling;

const NAME: &str = "X-SETTLING";

fn name() -> MechanismName {
    NAME.parse().unwrap()
}

impl Mechanism for Settling {
    fn name(&self) -> MechanismName {
        name()
    }

    fn first(&mut self) -> Option<Secret<Vec<u8>>> {
        Some(Secret::new(Vec::new()))
    }

    fn step(&mut self, _: &[u8]) -> Result<Step, anyrfc_sasl::Error> {
        Ok(Step::Done)
    }

    fn finish(self: Box<Self>, _: Option<&[u8]>) -> Result<Established, anyrfc_sasl::Error> {
        Ok(Established::new(name()).with_layer(Box::new(Layer)))
    }
}

/// Up to where AUTH has been said.
fn asked(
    behind: impl FnOnce(ScriptedPeer<MemoryStream>) -> ScriptedPeer<MemoryStream>,
    client: impl AsyncFnOnce(SmtpClient),
) {
    run_virtual(async {
        let (near, far) = pair(4096);
        let peer = ScriptedPeer::new(far)
            .send("220 hi\r\n")
            .expect("EHLO [127.0.0.1]\r\n")
            .send("250-hi\r\n250-XBEFORE\r\n250 AUTH X-SETTLING PLAIN\r\n")
            .expect("AUTH X-SETTLING =\r\n");
        let connect = async {
            let builder = SmtpClient::builder().security(Security::Plaintext);
            client(builder.connect_over("smtp://mail.example.org", near).await.unwrap()).await;
        };
        play(behind(peer), connect).await;
    });
}

#[test]
fn what_follows_goes_through_the_layer() {
    asked(
        |peer| {
            peer.send("235 2.7.0 welcome\r\n")
                .expect(layered("EHLO [127.0.0.1]\r\n"))
                .send(layered("250-hi\r\n250 XBEHIND\r\n"))
                .expect(layered("NOOP\r\n"))
                .send([layered("250 "), layered("done\r\n")].concat())
                .expect(layered("QUIT\r\n"))
                .send(layered("221 bye\r\n"))
        },
        async |mut client| {
            let ticket = client.inner.authenticate(Exchange::new(Settling)).unwrap();
            let reply = client.inner.finish(ticket).await.unwrap();
            assert_eq!(reply.code().as_u16(), 235);
            client.inner.settled().await.unwrap();
            assert!(client.inner.is_layered() && client.is_authenticated());
            let known = client.capabilities().unwrap();
            assert!(known.keyword("XBEHIND").is_some() && known.keyword("XBEFORE").is_none());
            client.noop().await.unwrap();
            client.quit().await.unwrap();
        },
    );
}

#[test]
fn what_comes_ahead_of_the_layer_is_not_believed() {
    asked(
        |peer| peer.send("235 2.7.0 welcome\r\n250-hi\r\n250 XEVIL\r\n").expect_end(),
        async |mut client| {
            let ticket = client.inner.authenticate(Exchange::new(Settling)).unwrap();
            let error = client.inner.finish(ticket).await.unwrap_err();
            assert_eq!(error.requirement(), Some(rfc4954::LAYER_FORGETS_THE_SERVER), "{error}");
            assert_eq!(client.noop().await.unwrap_err().requirement(), error.requirement());
            assert_eq!(client.state(), ProtocolState::Failed);
        },
    );
}

#[test]
fn what_is_not_wrapped_ends_it() {
    asked(
        |peer| {
            peer.send("235 2.7.0 welcome\r\n")
                .expect(layered("EHLO [127.0.0.1]\r\n"))
                .send("250-hi\r\n250 XEVIL\r\n")
        },
        async |mut client| {
            let ticket = client.inner.authenticate(Exchange::new(Settling)).unwrap();
            client.inner.finish(ticket).await.unwrap();
            let error = client.inner.settled().await.unwrap_err();
            assert!(!error.is_temporary() || error.kind() == ErrorKind::Io, "{error}");
            assert!(client.capabilities().is_none());
        },
    );
}

/// Somebody has taken a stronger mechanism out of the list, and has not reckoned with the second.
#[test]
fn a_stronger_mechanism_in_the_second_list_ends_it() {
    for (second, accepted) in [("PLAIN", true), ("PLAIN SCRAM-SHA-256", false)] {
        asked(
            |peer| {
                peer.send("235 2.7.0 welcome\r\n")
                    .expect(layered("EHLO [127.0.0.1]\r\n"))
                    .send(layered(&format!("250-hi\r\n250 AUTH X-SETTLING {second}\r\n")))
                    .expect_end()
            },
            async |mut client| {
                let credentials = Credentials::password("user", "pencil".to_owned());
                let service = Service::new("smtp", "mail.example.org");
                let mut negotiator = Negotiator::new(credentials, service, Policy::default(), [1; 32])
                    .register(name(), Strength::Digest, |_, _, _| Ok(Box::new(Settling)));
                let outcome = client.attempt(&mut negotiator).await;
                if accepted {
                    assert!(matches!(outcome, Ok(Attempt::Done(_))), "{outcome:?}");
                    return;
                }
                let error = outcome.unwrap_err();
                let requirement = Some(rfc4422::STRONGER_MECHANISM_IN_THE_SECOND_LIST_CLOSES);
                assert_eq!(error.requirement(), requirement, "{error}");
                assert_eq!(client.noop().await.unwrap_err().requirement(), requirement);
                assert!(!client.is_authenticated());
            },
        );
    }
}

#[test]
fn answers_that_nobody_waits_for_are_not_kept() {
    use crate::{Command, testing::Server};
    run_virtual(async {
        let (near, far) = pair(64 << 10);
        let server = Server::full();
        let client = async {
            let builder = SmtpClient::builder().security(Security::Plaintext);
            let mut client = builder.connect_over("smtp://mail.example.org", near).await.unwrap();
            // The ticket goes before the answer comes.
            for _ in 0..500 {
                drop(client.submit(Command::Rset).unwrap());
            }
            client.noop().await.unwrap();
            assert_eq!((client.inner.answers.len(), client.inner.awaited.len()), (0, 0));
            // And after it has come.
            let mut tickets: Vec<_> = (0..500).map(|_| client.submit(Command::Rset).unwrap()).collect();
            client.noop().await.unwrap();
            assert_eq!(client.inner.answers.len(), 500);
            let kept = tickets.pop().unwrap();
            drop(tickets);
            let (mut most, mut tickets) = (0, Vec::new());
            for _ in 0..2000 {
                tickets.push(client.submit(Command::Rset).unwrap());
            }
            client.noop().await.unwrap();
            for ticket in tickets {
                most = most.max(client.inner.answers.len());
                client.finish(ticket).await.unwrap();
            }
            assert!((2001..2300).contains(&most), "{most}");
            client.finish(kept).await.unwrap();
            client.quit().await.unwrap();
        };
        let (served, ()) = tokio::join!(server.serve(far), client);
        served.unwrap();
    });
}
