//! The client against servers that say what their scripts say, on a virtual clock.

mod login;
mod messages;
mod moving;
mod script;
mod served;
mod session;
mod watching;
