//! permessage-deflate (RFC 7692), machine against machine, and both against an
//! inflater that shares nothing with them.

mod hostile;
mod negotiation;
mod puff;
mod receiving;
mod releasing;
mod sending;
mod support;
