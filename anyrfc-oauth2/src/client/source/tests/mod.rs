//! Sources against a server and stores that do as they are told, on the virtual clock.

mod credentials;
mod crowd;
mod dropped;
mod ending;
mod judged;
mod renewal;
mod restart;
mod storing;
mod support;
