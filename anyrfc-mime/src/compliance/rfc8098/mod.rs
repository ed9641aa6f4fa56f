//! RFC 8098, one file a section.

use anyrfc_core::compliance::Check;

mod reading;
mod section_2_1;
mod section_3;
mod section_3_2;

pub(super) static GROUPS: &[&[Check]] =
    &[section_2_1::CHECKS, section_3::CHECKS, section_3_2::CHECKS, reading::CHECKS];

use crate::build::{Builder, DispositionType, Notification};

/// A notification by bob about a message of ann's.
fn displayed<'a>() -> Notification<'a> {
    Notification::new("Bob@Example.com", DispositionType::Displayed)
}

fn ready(notification: Notification<'_>) -> Builder<'_> {
    notification.text("The message was displayed.").to("ann@example.org").subject("Displayed")
}

/// The lines of the report's fields.
fn fields(text: &str) -> Vec<String> {
    let part = text.split("Content-Type: message/disposition-notification\r\n\r\n").nth(1).expect("the part");
    let part = part.split("\r\n\r\n--").next().expect("the end").split("\r\n--").next().expect("the end");
    part.replace("\r\n ", " ").split_terminator("\r\n").map(str::to_owned).collect()
}

/// The value of one of them.
fn field(text: &str, name: &str) -> Option<String> {
    let prefix = format!("{name}: ");
    fields(text).iter().find_map(|line| line.strip_prefix(&prefix).map(str::to_owned))
}
