//! The targets on a stable compiler; `cargo xtask fuzz` runs this.

use std::process::ExitCode;

fn main() -> ExitCode {
    fuzz_runner::main(anyrfc_jwt_fuzz::TARGETS, env!("CARGO_MANIFEST_DIR"))
}
