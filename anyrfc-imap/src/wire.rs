//! The wire log: TRACE only, target `anyrfc_imap::wire`. Bodies, annotations as a server tells them, URLs that
//! carry a right, secrets and all that is said while logging in are shown by their length.

/// Logs what passes on the wire.
macro_rules! wire {
    ($($what:tt)*) => {
        #[cfg(feature = "tracing")]
        tracing::trace!(target: "anyrfc_imap::wire", $($what)*);
    };
}

pub(crate) use wire;
