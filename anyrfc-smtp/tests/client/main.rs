//! The client against servers that say what they are told to, on a virtual clock.

mod cancel;
mod connect;
mod login;
mod mechanisms;
mod quit;
mod secrets;
mod session;
mod silent;
mod starttls;
mod support;
