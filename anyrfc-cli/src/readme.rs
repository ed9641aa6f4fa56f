//! That the README is true: its commands are accepted, and its exit codes are those of the program.

use clap::Parser;

use crate::{Cli, exit};

const README: &str = include_str!("../README.md");

/// The commands of the blocks marked `sh`, each as its words.
fn commands() -> Vec<Vec<String>> {
    let blocks = README.split("\n```").collect::<Vec<_>>();
    let shell = blocks.iter().filter_map(|block| block.strip_prefix("sh\n"));
    let joined: Vec<String> = shell.map(|block| block.replace("\\\n", " ")).collect();
    let lines = joined.iter().flat_map(|block| block.lines());
    lines.flat_map(|line| line.split(" | ")).map(words).collect()
}

/// The words of a simple command, without assignments, redirections and remarks.
fn words(command: &str) -> Vec<String> {
    let (mut words, mut word, mut quote) = (Vec::new(), None::<String>, None);
    for c in command.chars().chain([' ']) {
        match (c, quote) {
            (c, Some(open)) if c == open => quote = None,
            (c, Some(_)) => word.get_or_insert_default().push(c),
            ('\'' | '"', None) => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            (' ', None) => words.extend(word.take()),
            (c, None) => word.get_or_insert_default().push(c),
        }
    }
    let end = words.iter().position(|word| matches!(word.as_str(), "#" | "<" | ">")).unwrap_or(words.len());
    words.truncate(end);
    let start = words.iter().position(|word| !word.contains('=')).unwrap_or(words.len());
    words.split_off(start)
}

#[test]
fn every_command_is_one() {
    let commands = commands();
    let ours: Vec<_> =
        commands.iter().filter(|words| words.first().is_some_and(|word| word == "anyrfc")).collect();
    for name in ["ws", "imap", "smtp", "oauth", "doctor"] {
        assert!(
            ours.iter().filter(|words| words.get(1).is_some_and(|word| word == name)).count() > 3,
            "{name}"
        );
    }
    for words in ours {
        if let Err(error) = Cli::try_parse_from(words) {
            panic!("{words:?}: {error}");
        }
    }
}

#[test]
fn words_are_a_shells() {
    assert_eq!(words("A=b anyrfc x --y 'a b' \"\" > out # no"), ["anyrfc", "x", "--y", "a b", ""]);
}

#[test]
fn exit_codes_are_those_of_the_program() {
    let lines: Vec<_> = exit::HELP.lines().skip(1).collect();
    for line in &lines {
        let (code, meaning) = line.trim().split_once("  ").unwrap();
        assert!(README.contains(&format!("\n| {code} | {meaning} |\n")), "{line}");
    }
    assert!(lines.len() > 9);
}
