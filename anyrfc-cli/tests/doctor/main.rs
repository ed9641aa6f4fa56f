//! `anyrfc doctor`, run as a user runs it, on servers of ours: good ones, and ones with planted violations.

mod oauth;
mod planted;
mod support;
mod websocket;
