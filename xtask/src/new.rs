//! tmp
#[derive(Debug, clap::Args)]
pub(crate) struct Args {}
pub(crate) fn run(_: Args) -> crate::Result {
    Err("x".into())
}
