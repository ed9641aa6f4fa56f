//! A security layer that a login has settled: nothing before it is believed, and nothing
//! is read without it.

use anyrfc_core::{Machine, SecurityLayer};
use anyrfc_imap::{codec::command::Noop, proto::State};
use anyrfc_sasl::{Established, Exchange, Mechanism, MechanismName, Secret, Step};

use crate::support::Peer;

#[derive(Debug)]
struct Settling;

#[derive(Debug)]
struct Layer;

impl SecurityLayer for Layer {
    fn is_confidential(&self) -> bool {
        true
    }

    fn plain_max(&self) -> usize {
        1000
    }

    fn wrap_buffer(&mut self, _: &[u8], _: &mut Vec<u8>) -> Result<(), anyrfc_core::Error> {
        Ok(())
    }

    fn unwrap_buffer(&mut self, _: &[u8], _: &mut Vec<u8>) -> Result<Option<usize>, anyrfc_core::Error> {
        Ok(None)
    }
}

impl Mechanism for Settling {
    fn name(&self) -> MechanismName {
        MechanismName::GSSAPI
    }

    fn first(&mut self) -> Option<Secret<Vec<u8>>> {
        Some(Secret::new(Vec::new()))
    }

    fn step(&mut self, _: &[u8]) -> Result<Step, anyrfc_sasl::Error> {
        Ok(Step::Done)
    }

    fn finish(self: Box<Self>, _: Option<&[u8]>) -> Result<Established, anyrfc_sasl::Error> {
        Ok(Established::new(MechanismName::GSSAPI).with_layer(Box::new(Layer)))
    }
}

#[test]
fn what_follows_the_login_waits_for_the_layer() {
    let mut peer = Peer::greeted("AUTH=GSSAPI SASL-IR");
    let login = peer.machine.authenticate(Exchange::new(Settling)).unwrap();
    let noop = peer.submit(Noop);
    assert_eq!(peer.hear(), "%1 AUTHENTICATE GSSAPI =\r\n", "an empty response is not none");
    // What comes behind the OK belongs to the layer.
    let told = peer.say("%1 OK [CAPABILITY IMAP4rev1 XEVIL] done\r\n* CAPABILITY XEVIL\r\n");
    assert_eq!(told.len(), 2, "{told:?}");
    assert_eq!(told[1], "layer");
    assert_eq!(peer.input(), b"* CAPABILITY XEVIL\r\n");
    assert!(peer.machine.capabilities().is_none(), "told without the layer");
    assert!(peer.machine.quiescent());
    assert_eq!(peer.hear(), "");
    assert!(peer.machine.take_login().unwrap().unwrap().layer.is_some());
    peer.answer(login).unwrap();
    peer.machine.layer_installed(true);
    assert_eq!(peer.hear(), "%2 CAPABILITY\r\n");
    assert_eq!(peer.machine.phase(), State::Authenticated);
    drop(noop);
}
