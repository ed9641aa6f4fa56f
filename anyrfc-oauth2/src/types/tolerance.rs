//! Deviations of real servers, each taken only where it is chosen.
