//! What only the inside shows.

use super::State;

/// The picture in the module's documentation.
fn drawn() -> String {
    let source = include_str!("mod.rs");
    let docs = source.lines().map_while(|line| line.strip_prefix("//!")).map(str::trim_start);
    let picture = docs.skip_while(|line| *line != "stateDiagram-v2").take_while(|line| *line != "```");
    picture.fold(String::new(), |all, line| all + line + "\n")
}

#[test]
fn the_picture_is_of_the_table() {
    let expected: String = State::mermaid().lines().map(|line| line.trim_start().to_owned() + "\n").collect();
    assert_eq!(drawn(), expected);
}
