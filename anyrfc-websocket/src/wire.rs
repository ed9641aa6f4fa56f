//! The wire log: TRACE only, target `anyrfc_websocket::wire`. Payloads are
//! shown by their length, credentials not at all.

/// Logs what passes on the wire.
macro_rules! wire {
    ($($what:tt)*) => {
        #[cfg(feature = "tracing")]
        tracing::trace!(target: "anyrfc_websocket::wire", $($what)*);
    };
}

pub(crate) use wire;
