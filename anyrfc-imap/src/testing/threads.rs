//! Threads as a server makes them (RFC 5256, section 3), step by step as they stand there.

use std::collections::HashMap;

/// What threading looks at of a message.
#[derive(Clone, Debug)]
pub(crate) struct Look {
    pub(crate) number: u32,
    /// The base subject in lower case, and whether marks of a reply or of forwarding were taken off.
    pub(crate) subject: String,
    pub(crate) marked: bool,
    /// When it was sent, with its place in the mailbox.
    pub(crate) sent: (u64, u32),
    pub(crate) id: Option<String>,
    pub(crate) references: Vec<String>,
}

/// `ORDEREDSUBJECT`
pub(crate) fn ordered_subject(mut all: Vec<Look>) -> String {
    all.sort_by(|a, b| (&a.subject, a.sent).cmp(&(&b.subject, b.sent)));
    let mut threads: Vec<&[Look]> = all.chunk_by(|a, b| a.subject == b.subject).collect();
    threads.sort_by_key(|thread| thread[0].sent);
    let written = threads.iter().map(|thread| {
        let (first, rest) = thread.split_first().expect("not empty");
        let children: String = match rest {
            [] => String::new(),
            [only] => format!(" {}", only.number),
            many => {
                format!(" {}", many.iter().map(|child| format!("({})", child.number)).collect::<String>())
            }
        };
        format!("({}{children})", first.number)
    });
    written.collect()
}

/// A message, or the place of one that is not there.
#[derive(Debug, Default)]
struct Place {
    look: Option<Look>,
    parent: Option<usize>,
    children: Vec<usize>,
}

struct Forest(Vec<Place>);

/// `REFERENCES`; without the gathering by subject, and by the latest message, it is `REFS`.
pub(crate) fn references(all: Vec<Look>, by_subject: bool) -> String {
    let mut forest = Forest(Vec::new());
    let mut places: HashMap<String, usize> = HashMap::new();
    for look in all {
        let mut last = None;
        for reference in &look.references {
            let at = *places.entry(reference.clone()).or_insert_with(|| forest.add(None));
            if let Some(parent) = last
                && forest.0[at].parent.is_none()
            {
                forest.link(parent, at);
            }
            last = Some(at);
        }
        let known = look.id.as_ref().and_then(|id| places.get(id)).copied();
        let at = match known.filter(|at| forest.0[*at].look.is_none()) {
            Some(at) => at,
            None => {
                let at = forest.add(None);
                if let (None, Some(id)) = (known, &look.id) {
                    places.insert(id.clone(), at);
                }
                at
            }
        };
        forest.0[at].look = Some(look);
        forest.unlink(at);
        if let Some(parent) = last {
            forest.link(parent, at);
        }
    }
    let roots: Vec<usize> = (0..forest.0.len()).filter(|at| forest.0[*at].parent.is_none()).collect();
    let mut roots: Vec<usize> = roots.into_iter().flat_map(|root| forest.prune(root, true)).collect();
    roots.sort_by_key(|at| forest.sent(*at));
    if by_subject {
        roots = forest.gather(roots);
    }
    for root in &roots {
        forest.sort_below(*root);
    }
    match by_subject {
        true => roots.sort_by_key(|at| forest.sent(*at)),
        false => roots.sort_by_key(|at| forest.latest(*at)),
    }
    roots.into_iter().map(|root| format!("({})", forest.written(root))).collect()
}

impl Forest {
    fn add(&mut self, look: Option<Look>) -> usize {
        self.0.push(Place { look, ..Place::default() });
        self.0.len() - 1
    }

    fn link(&mut self, parent: usize, child: usize) {
        let mut above = Some(parent);
        while let Some(at) = above {
            if at == child {
                return;
            }
            above = self.0[at].parent;
        }
        self.0[child].parent = Some(parent);
        self.0[parent].children.push(child);
    }

    fn unlink(&mut self, child: usize) {
        if let Some(parent) = self.0[child].parent.take() {
            self.0[parent].children.retain(|at| *at != child);
        }
    }

    /// Step 3: what is left of it at its place.
    fn prune(&mut self, at: usize, is_root: bool) -> Vec<usize> {
        let children = std::mem::take(&mut self.0[at].children);
        let children: Vec<usize> = children.into_iter().flat_map(|child| self.prune(child, false)).collect();
        if self.0[at].look.is_none() && (children.len() < 2 || !is_root) {
            return children;
        }
        for child in &children {
            self.0[*child].parent = Some(at);
        }
        self.0[at].children = children;
        vec![at]
    }

    fn sent(&self, at: usize) -> (u64, u32) {
        let own = self.0[at].look.as_ref().map(|look| look.sent);
        own.or_else(|| self.0[at].children.iter().map(|child| self.sent(*child)).min()).unwrap_or_default()
    }

    fn latest(&self, at: usize) -> (u64, u32) {
        let own = self.0[at].look.as_ref().map(|look| look.sent);
        let below = self.0[at].children.iter().map(|child| self.latest(*child)).max();
        own.max(below).unwrap_or_default()
    }

    /// The message whose subject is that of the thread.
    fn subject(&self, at: usize) -> Option<&Look> {
        let place = &self.0[at];
        place.look.as_ref().or_else(|| self.0[*place.children.first()?].look.as_ref())
    }

    /// Step 5.
    fn gather(&mut self, roots: Vec<usize>) -> Vec<usize> {
        let mut table: HashMap<String, usize> = HashMap::new();
        for root in &roots {
            let Some(look) = self.subject(*root).filter(|look| !look.subject.is_empty()) else { continue };
            let (subject, marked) = (look.subject.clone(), look.marked);
            let known = table.entry(subject).or_insert(*root);
            let (dummy, known_dummy) = (self.0[*root].look.is_none(), self.0[*known].look.is_none());
            let known_marked = self.subject(*known).is_some_and(|look| look.marked);
            if !known_dummy && (dummy || known_marked && !marked) {
                *known = *root;
            }
        }
        let mut gathered = Vec::new();
        for root in roots {
            let Some(look) = self.subject(root).filter(|look| !look.subject.is_empty()) else {
                gathered.push(root);
                continue;
            };
            let (subject, marked) = (look.subject.clone(), look.marked);
            let known = table[&subject];
            if known == root {
                gathered.push(root);
                continue;
            }
            let (dummy, known_dummy) = (self.0[root].look.is_none(), self.0[known].look.is_none());
            let known_marked = self.subject(known).is_some_and(|look| look.marked);
            if dummy && known_dummy {
                for child in std::mem::take(&mut self.0[root].children) {
                    self.0[child].parent = None;
                    self.link(known, child);
                }
            } else if known_dummy || marked && !known_marked {
                self.link(known, root);
            } else {
                let both = self.add(None);
                gathered.retain(|at| *at != known);
                self.link(both, known);
                self.link(both, root);
                table.insert(subject, both);
                gathered.push(both);
            }
        }
        gathered
    }

    fn sort_below(&mut self, at: usize) {
        let mut children = std::mem::take(&mut self.0[at].children);
        for child in &children {
            self.sort_below(*child);
        }
        children.sort_by_key(|child| self.sent(*child));
        self.0[at].children = children;
    }

    fn written(&self, at: usize) -> String {
        let place = &self.0[at];
        let own = place.look.as_ref().map(|look| look.number.to_string()).unwrap_or_default();
        match &place.children[..] {
            [] => own,
            [only] => format!("{own} {}", self.written(*only)),
            many => {
                let all: String = many.iter().map(|child| format!("({})", self.written(*child))).collect();
                if own.is_empty() { all } else { format!("{own} {all}") }
            }
        }
    }
}

/// The base subject (RFC 5256, section 2.1), and whether marks of a reply or of forwarding were
/// taken off: letter by letter, as it stands there.
pub(crate) fn base_subject(subject: &str) -> (String, bool) {
    let mut text =
        subject.split([' ', '\t', '\r', '\n']).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
    let mut marked = false;
    let lower = |text: &str| text.to_ascii_lowercase();
    loop {
        while lower(&text).ends_with("(fwd)") {
            marked = true;
            text = text[..text.len() - 5].trim_end().to_owned();
        }
        loop {
            text = text.trim_start().to_owned();
            if let Some(rest) = leader(&text) {
                (text, marked) = (rest, true);
            } else if let Some(rest) = blob(&text).filter(|rest| !rest.is_empty()) {
                text = rest;
            } else {
                break;
            }
        }
        if !(lower(&text).starts_with("[fwd:") && text.ends_with(']')) {
            return (text, marked);
        }
        marked = true;
        text = text[5..text.len() - 1].trim().to_owned();
    }
}

/// `*subj-blob subj-refwd`
fn leader(text: &str) -> Option<String> {
    let mut text = text.to_owned();
    while let Some(rest) = blob(&text) {
        text = rest;
    }
    let lower = text.to_ascii_lowercase();
    let word = ["re", "fwd", "fw"].into_iter().find(|word| lower.starts_with(word))?;
    let rest = text[word.len()..].trim_start().to_owned();
    let rest = blob(&rest).unwrap_or(rest);
    rest.strip_prefix(':').map(str::to_owned)
}

/// `subj-blob`
fn blob(text: &str) -> Option<String> {
    let (inner, rest) = text.strip_prefix('[')?.split_once(']')?;
    (!inner.contains('[')).then(|| rest.trim_start().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::BaseSubject;

    fn look(number: u32, subject: &str, id: &str, references: &[&str]) -> Look {
        let (base, marked) = base_subject(subject);
        Look {
            number,
            subject: base.to_lowercase(),
            marked,
            sent: (u64::from(number), number),
            id: Some(id.to_owned()),
            references: references.iter().map(|&id| id.to_owned()).collect(),
        }
    }

    #[test]
    fn threads_by_subject() {
        let all = vec![
            look(1, "a", "1", &[]),
            look(2, "b", "2", &[]),
            look(3, "Re: A", "3", &[]),
            look(4, "a", "4", &[]),
        ];
        assert_eq!(ordered_subject(all.clone()), "(1 (3)(4))(2)");
        assert_eq!(ordered_subject(all[..3].to_vec()), "(1 3)(2)");
        assert_eq!(ordered_subject(Vec::new()), "");
    }

    #[test]
    fn threads_by_references() {
        let all = vec![
            look(1, "a", "1", &[]),
            look(2, "Re: a", "2", &["1"]),
            look(3, "Re: a", "3", &["1", "2"]),
            look(4, "Re: a", "4", &["1", "2"]),
            look(5, "other", "5", &[]),
        ];
        assert_eq!(references(all, true), "(1 2 (3)(4))(5)");
        // A message that is not there holds those together that answer it.
        let orphans = vec![look(1, "x", "1", &["0"]), look(2, "y", "2", &["0"])];
        assert_eq!(references(orphans, true), "((1)(2))");
        // By subject, where nothing else tells.
        let replies = vec![look(1, "a", "1", &[]), look(2, "Re: a", "2", &[]), look(3, "a", "3", &[])];
        assert_eq!(references(replies.clone(), true), "((1 2)(3))");
        assert_eq!(references(replies, false), "(1)(2)(3)");
        // No circle is made.
        let circle = vec![look(1, "a", "1", &["2"]), look(2, "b", "2", &["1"])];
        assert_eq!(references(circle, false), "(2 1)");
    }

    #[test]
    fn both_readings_of_the_base_subject_agree() {
        let pieces = [
            "re:", "Re [x]:", "fwd:", "[a]", "[fwd:", "]", "(fwd)", " ", "x", "[", ":", "fw", "\u{e9}", "\t",
        ];
        let mut state = 1_u32;
        for _ in 0..20_000 {
            let mut subject = String::new();
            for _ in 0..7 {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                subject.push_str(pieces[(state >> 16) as usize % pieces.len()]);
            }
            let ours = BaseSubject::of(&subject);
            assert_eq!(
                (ours.as_str().to_owned(), ours.is_reply_or_forward()),
                base_subject(&subject),
                "{subject:?}"
            );
        }
    }
}
