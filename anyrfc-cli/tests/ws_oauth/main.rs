//! `anyrfc ws` and `anyrfc oauth`, as they are run, against the servers of the test kits.

mod support;

mod oauth;
mod oauth_store;
mod oauth_user;
mod readme;
mod ws;
mod ws_end;
mod ws_handshake;
