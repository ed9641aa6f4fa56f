//! Two halves in two tasks, against peers that make it hard for them.

mod cancelled;
mod deadlines;
mod ends;
mod hostile;
mod stress;
mod support;
