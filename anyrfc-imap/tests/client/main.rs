//! The client against servers that say what their scripts say, on a virtual clock.

mod script;
mod session;
