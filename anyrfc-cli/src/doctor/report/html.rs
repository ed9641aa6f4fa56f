//! One self-contained page. Everything a reader needs is in the markup; the script only filters it.

use std::fmt::Write as _;

use super::{Finding, Report, Verdict, section};

const CSS: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

impl Report<'_> {
    /// The whole page.
    pub(in crate::doctor) fn html(&self) -> String {
        let broken = self.broken_absolutely().count();
        let (word, class) = if broken == 0 {
            ("nothing broken".to_owned(), "kept")
        } else {
            (format!("{broken} broken"), "broken")
        };
        let url = escape(self.url);
        let mut out = format!(
            "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <title>Examined: {url}</title>\n<style>\n{CSS}</style>\n</head>\n<body>\n<header><div>\n\
             <h1>{url} <span class=\"verdict {class}\">{word}</span></h1>\n<p class=\"lead\">{}{}</p>\n",
            self.protocol,
            self.server.map(|server| format!(" · {}", escape(server))).unwrap_or_default(),
        );
        self.bar(&mut out);
        out.push_str("</div></header>\n");
        filters(&mut out);
        out.push_str("<main>\n");
        for (title, findings) in [
            ("Broken", self.broken_absolutely().collect::<Vec<_>>()),
            ("Recommended, and not followed", self.not_followed().collect()),
            ("Kept", self.kept().collect()),
            ("Untested", self.untested().collect()),
        ] {
            if findings.is_empty() {
                continue;
            }
            let _ = write!(out, "<section>\n<h2>{title}</h2>\n<ul class=\"list\">\n");
            for finding in findings {
                row(&mut out, finding);
            }
            out.push_str("</ul>\n</section>\n");
        }
        out.push_str("<p class=\"none\">No statement is like that.</p>\n</main>\n");
        let _ = write!(out, "<script>\n{SCRIPT}</script>\n</body>\n</html>\n");
        out
    }

    fn bar(&self, out: &mut String) {
        let counts = [
            ("broken", "broken", self.broken_absolutely().count()),
            ("advised", "recommended, and not followed", self.not_followed().count()),
            ("kept", "kept", self.kept().count()),
            ("untested", "untested", self.untested().count()),
        ];
        let present = || counts.iter().filter(|(_, _, count)| *count > 0);
        out.push_str("<div class=\"bar\" aria-hidden=\"true\">");
        for (class, _, count) in present() {
            let _ = write!(out, "<span class=\"{class}\" style=\"flex:{count}\"></span>");
        }
        out.push_str("</div>\n<ul class=\"counts\">");
        for (class, words, count) in present() {
            let _ = write!(out, "<li class=\"{class}\"><b>{count}</b> {words}</li>");
        }
        out.push_str("</ul>\n");
    }
}

/// The filter; hidden until the script that makes it work runs.
fn filters(out: &mut String) {
    out.push_str(
        "<form hidden role=\"search\" aria-label=\"Filter the statements\"><div>\n\
         <label class=\"vh\" for=\"text\">Text</label>\
         <input type=\"search\" id=\"text\" name=\"text\" placeholder=\"Filter by text or id…\">\n\
         <span id=\"shown\" role=\"status\" aria-live=\"polite\"></span>\n</div></form>\n",
    );
}

fn row(out: &mut String, finding: &Finding) {
    let requirement = finding.requirement;
    let class = match &finding.verdict {
        Verdict::Broken { .. } if !requirement.level.is_absolute() => "advised",
        verdict => verdict.as_str(),
    };
    let (rfc, name) = (requirement.rfc, escape(requirement.section));
    let fragment = if name.starts_with(|c: char| c.is_ascii_digit()) { "section" } else { "appendix" };
    let anchor = escape(&requirement.id().replace('#', "-"));
    let _ = write!(
        out,
        "<li id=\"{anchor}\" class=\"{class}\"><div class=\"id\"><a href=\"#{anchor}\">{}</a></div>\
         <div><span class=\"status\">{}</span> <span class=\"level\">{}</span> <span class=\"role\">{}</span></div>\
         <div class=\"text\"><p class=\"what\">{}</p>\
         <p class=\"why\"><a href=\"https://www.rfc-editor.org/rfc/rfc{rfc}#{fragment}-{name}\">RFC {rfc}, {}</a> · {}</p>",
        escape(&requirement.id()),
        finding.verdict.as_str(),
        requirement.level,
        requirement.role.as_str(),
        escape(requirement.summary),
        escape(&section(finding)),
        escape(finding.probe),
    );
    match &finding.verdict {
        Verdict::Broken { seen } => {
            let _ = write!(out, "<pre class=\"seen\" aria-label=\"Seen\">{}</pre>", escape(seen));
        }
        Verdict::Untested { why } => {
            let _ = write!(out, "<p class=\"why\">{}</p>", escape(why));
        }
        Verdict::Kept => {}
    }
    out.push_str("</div></li>\n");
}

/// Text for an element or a quoted attribute.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\0'..='\x08' | '\x0b'..='\x1f' | '\x7f' => out.push('\u{fffd}'),
            _ => out.push(character),
        }
    }
    out
}
