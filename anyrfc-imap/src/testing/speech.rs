//! Languages and comparators (RFC 5255), and what concerns a session as a whole (RFC 8437, RFC
//! 9585, RFC 9698).

use super::session::Session;

/// The comparators there are, the default first.
pub(super) const COMPARATORS: [&str; 3] = ["i;unicode-casemap", "i;ascii-casemap", "i;octet"];

/// The languages there are.
const LANGUAGES: [&str; 3] = ["de", "en", "i-default"];

/// Where the JMAP server is.
const JMAP: &str = "https://jmap.example.org/.well-known/jmap";

impl Session {
    pub(super) fn namespaces(&mut self) {
        self.line(match self.language {
            Some("de") => {
                "* NAMESPACE ((\"\" \"/\")) ((\"Other Users/\" \"/\" \"TRANSLATION\" (\"Andere Ben&APw-tzer/\"))) NIL"
            }
            Some(_) => "* NAMESPACE ((\"\" \"/\")) ((\"Other Users/\" \"/\")) NIL",
            None => "* NAMESPACE ((\"\" \"/\")) NIL NIL",
        });
    }

    /// RFC 5255, section 3.2; a range matches a language that it begins with, or that it is
    /// narrower than.
    pub(super) fn speak(&mut self, tag: &str, ranges: &[String]) {
        if !self.offers("LANGUAGE") {
            self.line(format!("{tag} BAD no LANGUAGE here"));
            return;
        }
        if ranges.is_empty() {
            self.line(format!("* LANGUAGE ({})", LANGUAGES.join(" ")));
            self.done(tag, "LANGUAGE");
            return;
        }
        let found = ranges.iter().find_map(|range| {
            let first = range.split('-').next().unwrap_or_default();
            match range.as_str() {
                "default" | "*" => Some("en"),
                "i-default" => Some("i-default"),
                _ => LANGUAGES.into_iter().find(|known| known.eq_ignore_ascii_case(first)),
            }
        });
        let Some(found) = found else {
            self.no(tag, "no such language");
            return;
        };
        self.language = Some(found);
        self.line(format!("* LANGUAGE ({found})"));
        if self.user.is_some() {
            self.namespaces();
        }
        self.done(tag, "LANGUAGE");
    }

    /// RFC 5255, section 4.7.
    pub(super) fn compare(&mut self, tag: &str, orders: &[String]) {
        if !self.offers("I18NLEVEL=2") {
            self.line(format!("{tag} BAD no COMPARATOR here"));
            return;
        }
        let matches = |known: &&str, order: &String| match order.split_once('*') {
            Some((before, after)) => known.starts_with(before) && known.ends_with(after),
            None => known == order || order == "default" && **known == *COMPARATORS[0],
        };
        let mut matching: Vec<&'static str> = Vec::new();
        for order in orders {
            let found = COMPARATORS.into_iter().filter(|known| matches(known, order));
            matching.extend(found.filter(|known| !matching.contains(known)).collect::<Vec<_>>());
        }
        match (matching.first(), orders.is_empty()) {
            (None, false) => {
                self.no(tag, "[BADCOMPARATOR] no such comparator");
                return;
            }
            (Some(first), _) => self.comparator = first,
            (None, true) => {}
        }
        let all = if matching.len() > 1 { format!(" ({})", matching.join(" ")) } else { String::new() };
        self.line(format!("* COMPARATOR {}{all}", self.comparator));
        self.done(tag, "COMPARATOR");
    }

    /// RFC 8437: all is as it was after the greeting.
    pub(super) fn unauthenticate(&mut self, tag: &str) {
        if !self.offers("UNAUTHENTICATE") {
            self.line(format!("{tag} BAD no UNAUTHENTICATE here"));
            return;
        }
        self.user = None;
        self.selected = None;
        self.rev2 = !self.config.rev1;
        self.accept = false;
        self.language = None;
        self.comparator = COMPARATORS[0];
        self.telling = None;
        self.done(tag, "UNAUTHENTICATE");
    }

    /// RFC 9698.
    pub(super) fn jmap_access(&mut self, tag: &str) {
        if !self.offers("JMAPACCESS") {
            self.line(format!("{tag} BAD no JMAP here"));
            return;
        }
        self.line(format!("* JMAPACCESS \"{JMAP}\""));
        self.done(tag, "GETJMAPACCESS");
    }

    /// RFC 9585: how far a command is that looks at so many messages.
    pub(super) fn at_work(&mut self, tag: &str, goal: usize) {
        if !self.offers("INPROGRESS") {
            return;
        }
        self.line("* OK [INPROGRESS] at work");
        if goal > 0 {
            for done in [0, goal / 2] {
                self.line(format!("* OK [INPROGRESS (\"{tag}\" {done} {goal})] at work"));
            }
        }
    }
}
