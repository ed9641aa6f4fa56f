//! Ours.

pub(super) use super::peer::Peer as Ours;
