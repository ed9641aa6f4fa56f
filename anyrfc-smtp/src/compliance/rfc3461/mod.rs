//! RFC 3461: notifications.

mod section_4;
mod section_4_2;

use anyrfc_core::compliance::{Check, Waiver};

use super::{
    Waived,
    support::{MAIL, Talk},
};
use crate::{rfc3461 as r, types::Envelope};

pub(super) const GROUPS: &[&[Check]] = &[section_4::CHECKS, section_4_2::CHECKS];

/// The requirements without a check.
pub(super) const WAIVERS: &[Waived] = &[(
    r::PRINTABLE_CHARACTERS_MAY_BE_HEX,
    Waiver::ByConstruction("types::xtext, by which every value is written, lets each xchar stand for itself"),
)];

/// What MAIL and each RCPT say behind the path, at a server that offers these besides.
#[track_caller]
fn said(offers: &str, envelope: Envelope) -> Vec<String> {
    let mut talk = Talk::ready(&format!("PIPELINING|DSN|{offers}"));
    let count = 1 + envelope.recipients().len();
    talk.send(envelope, MAIL);
    let behind = |line: String| line.split_once('>').expect("a path").1.to_owned();
    (0..count).map(|_| behind(talk.hears())).collect()
}
