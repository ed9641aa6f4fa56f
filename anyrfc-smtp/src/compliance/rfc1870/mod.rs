//! RFC 1870: the size of a message.

mod section_3;
mod section_6;

use anyrfc_core::compliance::{Check, Waiver};

use super::{
    Waived,
    support::{MAIL, Talk, envelope},
};
use crate::{
    codec::scan::Facts,
    proto::{DeliveryId, Payload, Submission},
    rfc1870 as r,
};

pub(super) const GROUPS: &[&[Check]] = &[section_3::CHECKS, section_6::CHECKS];

/// The requirements without a check.
pub(super) const WAIVERS: &[Waived] = &[(
    r::ESTIMATE_IS_RATHER_TOO_LARGE,
    Waiver::Exception(
        "nothing is estimated here: what is in memory is counted, and of a stream the size is declared that the \
         caller has counted; where its lines do not end with CRLF it grows on the way, by how much nobody can say \
         before, and a caller who cannot count it declares none",
    ),
)];

/// What MAIL says at a server that offers these.
#[track_caller]
fn mail(offers: &str) -> String {
    let mut talk = Talk::ready(offers);
    talk.send(envelope(&["b@mail.example"]), MAIL);
    talk.hears()
}

/// Hands over a message that comes piece by piece, and of which this is declared.
#[track_caller]
fn streamed(talk: &mut Talk, size: Option<u64>) -> DeliveryId {
    let facts = Facts { size, ..Facts::default() };
    let envelope = envelope(&["b@mail.example"]);
    let submission = Submission { envelope, facts, payload: Payload::Streamed, windowed: false };
    let id = talk.connection.send(submission).expect("it may be sent");
    talk.pump();
    id
}
