//! permessage-deflate (RFC 7692), machine against machine, and both against an
//! inflater that shares nothing with them.

mod hostile;
// The judge of the compliance checks, which has more than these tests need.
#[allow(dead_code)]
#[path = "../../src/compliance/inflate.rs"]
mod inflate;
mod negotiation;
mod receiving;
mod releasing;
mod sending;
mod support;
