//! The wire log: TRACE only, target `anyrfc_sasl::wire`. What is exchanged is
//! shown by its length and never by its bytes: every message may tell something.

/// Logs what passes on the wire.
macro_rules! wire {
    ($($what:tt)*) => {
        #[cfg(feature = "tracing")]
        tracing::trace!(target: "anyrfc_sasl::wire", $($what)*);
    };
}

pub(crate) use wire;
