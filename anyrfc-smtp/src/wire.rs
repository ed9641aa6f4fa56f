//! The wire log: TRACE only, target `anyrfc_smtp::wire`. Messages, and all that is said while logging in, are
//! shown by their length.

/// Logs what passes on the wire.
macro_rules! wire {
    ($($what:tt)*) => {
        #[cfg(feature = "tracing")]
        tracing::trace!(target: "anyrfc_smtp::wire", $($what)*);
    };
}

pub(crate) use wire;
