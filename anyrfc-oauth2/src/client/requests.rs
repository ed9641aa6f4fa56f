//! The grants, asked for.
