//! What people see of a message: its text, and what comes with it.

use std::borrow::Cow;

use super::{Entity, Message};
use crate::proto::BodyKind;

/// What a multipart does with its parts (RFC 2046, section 5.1; RFC 2387).
#[derive(Clone, Copy, Debug, PartialEq)]
enum Role {
    /// All are shown.
    Mixed,
    /// One is chosen.
    Alternative,
    /// One is shown, by its number, and uses the others.
    Related(usize),
}

/// The parts that are shown, by their type.
#[derive(Clone, Copy, Debug, Default)]
struct Shown {
    text: Option<usize>,
    html: Option<usize>,
}

impl Message<'_> {
    /// The part that is the message in plain text.
    #[must_use]
    pub fn text_part(&self) -> Option<Entity<'_>> {
        self.entity(self.shown().text?)
    }

    /// The part that is the message in HTML.
    #[must_use]
    pub fn html_part(&self) -> Option<Entity<'_>> {
        self.entity(self.shown().html?)
    }

    /// The message in plain text, decoded, if it is there in plain text.
    #[must_use]
    pub fn text_body(&self) -> Option<Cow<'_, str>> {
        self.text_part()?.text()
    }

    /// The message in HTML, decoded, if it is there in HTML.
    #[must_use]
    pub fn html_body(&self) -> Option<Cow<'_, str>> {
        self.html_part()?.text()
    }

    /// All that comes with the message: every part that holds data and is neither
    /// [`text_part`](Self::text_part) nor [`html_part`](Self::html_part), and every message inside
    /// as a whole. Pictures that the HTML shows are among them, with a
    /// [`content_id`](Entity::content_id).
    pub fn attachments(&self) -> impl Iterator<Item = Entity<'_>> {
        let shown = self.shown();
        let mut next = 0;
        std::iter::from_fn(move || {
            loop {
                let entity = self.entity(next)?;
                // What is inside of a message belongs to that.
                next = if entity.kind() == BodyKind::Multipart { next + 1 } else { entity.next_index() };
                let index = Some(entity.index());
                if entity.kind() != BodyKind::Multipart && index != shown.text && index != shown.html {
                    return Some(entity);
                }
            }
        })
    }

    /// Finds what is shown: the first part of each type that nothing keeps aside.
    fn shown(&self) -> Shown {
        let mut shown = Shown::default();
        // The multiparts around the present part, each with its number and the one behind it.
        let mut around: Vec<(usize, usize, Role)> = Vec::new();
        let mut next = 0;
        while let Some(entity) = self.entity(next) {
            let index = entity.index();
            while around.last().is_some_and(|&(_, end, _)| end <= index) {
                around.pop();
            }
            let hidden = matches!(around.last(), Some(&(_, _, Role::Related(root))) if root != index);
            let is_root = index == 0;
            if entity.kind() == BodyKind::Multipart && !hidden {
                around.push((index, entity.next_index(), role(&entity)));
                next = index + 1;
                continue;
            }
            next = entity.next_index();
            if hidden || entity.kind() != BodyKind::Data || (!is_root && entity.is_attachment()) {
                continue;
            }
            let is_html = match entity.content_type().essence() {
                "text/plain" => false,
                "text/html" => true,
                _ => continue,
            };
            let (own, other) = if is_html { (shown.html, shown.text) } else { (shown.text, shown.html) };
            // Outside of alternatives one text is the message; another one comes with it.
            let in_alternative = around.iter().any(|&(.., role)| role == Role::Alternative);
            // Of alternatives the last that can be shown is the best (RFC 2046, section 5.1.4).
            let chosen = around.iter().rev().find(|(.., role)| !matches!(role, Role::Related(_)));
            let better =
                matches!(chosen, Some(&(start, _, Role::Alternative)) if own.is_some_and(|own| own > start));
            if (own.is_some() && !better) || (other.is_some() && !in_alternative) {
                continue;
            }
            *(if is_html { &mut shown.html } else { &mut shown.text }) = Some(index);
        }
        shown
    }
}

fn role(multipart: &Entity<'_>) -> Role {
    let content_type = multipart.content_type();
    match content_type.subtype() {
        "alternative" => Role::Alternative,
        "related" => {
            // The part that `start` names, else the first one (RFC 2387, section 3.2).
            let start = content_type.parameter("start").map(|id| id.trim_matches(['<', '>']));
            let named = start.and_then(|start| {
                multipart.children().find(|part| part.content_id().is_some_and(|id| id.as_str() == start))
            });
            let root = named.or_else(|| multipart.children().next());
            Role::Related(root.map_or(usize::MAX, |part| part.index()))
        }
        // Of what is signed the signature is not shown (RFC 1847, section 2.1).
        "signed" => Role::Related(multipart.children().next().map_or(usize::MAX, |part| part.index())),
        _ => Role::Mixed,
    }
}
