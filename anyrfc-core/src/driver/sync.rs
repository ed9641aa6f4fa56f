//! What the handover is made of; its tests replace it by a model of threads.

pub(super) use std::sync::atomic::{AtomicBool, Ordering};

pub(super) use atomicbox::AtomicOptionBox;
