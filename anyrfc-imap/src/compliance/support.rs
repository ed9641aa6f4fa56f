//! What the checks share. Nothing here uses the crate's own codec: a mistake made
//! alike on both sides must not prove itself.
