//! Mailboxes by their names, and what the server says of itself.

use anyrfc_core::Requirement;
use anyrfc_imap::{rfc2342, rfc2971, rfc5258, rfc7888, rfc9051};

use super::{
    super::{examination::Examination, probe::Probe, subject::unable},
    Case,
    book::Book,
    response::{Response, Status, quoted},
};
use crate::exit::Failure;

const LIST: &[&Requirement] = &[
    rfc9051::LISTED_NAMES_MATCH_THE_PATTERN,
    rfc9051::ONE_LIST_RESPONSE_FOR_A_NAME,
    rfc9051::CHILD_ATTRIBUTES_EXCLUDE_EACH_OTHER,
    rfc9051::MARKED_UNMARKED_AND_NOSELECT_EXCLUDE_EACH_OTHER,
];
const STATUS: &[&Requirement] = &[rfc9051::STATUS_IS_ANSWERED, rfc9051::INBOX_IN_ANY_CASE];

/// What is told of here.
pub(super) fn tells(_: &Case<'_>) -> Vec<&'static Requirement> {
    [LIST, STATUS].concat()
}

pub(super) async fn examine(case: &Case<'_>, found: &mut Examination) {
    let book = case.book;
    case.probe(found, "LIST", LIST, async |probe| lists(case, probe).await).await;
    case.probe(found, "STATUS", STATUS, async |probe| status(case, probe).await).await;
    if book == Book::Rev2 || case.offers("LIST-EXTENDED") {
        let tells =
            &[book.pick(rfc9051::UNKNOWN_LIST_OPTION_GETS_BAD, rfc5258::UNKNOWN_LIST_OPTION_GETS_BAD)];
        case.probe(found, "LIST with options", tells, async |probe| options(case, probe).await).await;
    }
    if book == Book::Rev2 || case.offers("NAMESPACE") {
        let requirement = book.pick(rfc9051::NAMESPACE_IS_ANSWERED, rfc2342::NAMESPACE_IS_ANSWERED);
        case.probe(found, "NAMESPACE", &[requirement], async |probe| {
            let mut talk = case.inside(probe).await?;
            let answer = talk.ask(probe, "NAMESPACE").await?;
            probe.judge(requirement, answer.has("NAMESPACE") && answer.is_ok(), &talk.seen());
            talk.logout(probe).await;
            Ok(())
        })
        .await;
    }
    if case.offers("ID") {
        let tells = &[
            rfc2971::ID_GETS_A_RESPONSE,
            rfc2971::ID_FIELDS_HAVE_30_OCTETS_AT_MOST,
            rfc2971::ID_VALUES_HAVE_1024_OCTETS_AT_MOST,
            rfc2971::ID_HAS_30_PAIRS_AT_MOST,
            rfc2971::ID_FIELDS_ARE_UNIQUE,
        ];
        case.probe(found, "ID", tells, async |probe| identifies(case, probe).await).await;
    }
    if case.offers("LITERAL+") || case.offers("LITERAL-") || book == Book::Rev2 {
        let tells = &[
            rfc7888::NON_SYNCHRONIZING_LITERAL_GETS_NO_CONTINUATION,
            rfc7888::LITERAL_BELONGS_TO_ITS_COMMAND,
        ];
        case.probe(found, "a literal without waiting", tells, async |probe| literal(case, probe).await).await;
    }
}

/// What one LIST response says.
struct Listed {
    attributes: Vec<String>,
    separator: Option<String>,
    name: String,
}

impl Listed {
    fn read(response: &Response) -> Option<Self> {
        let text = String::from_utf8_lossy(response.data()).into_owned();
        let (_, rest) = text.split_once('(')?;
        let (attributes, rest) = rest.split_once(") ")?;
        let (separator, name) = match rest.strip_prefix("NIL ") {
            Some(name) => (None, name),
            None => {
                let separator = quoted(rest.as_bytes()).into_iter().next()?;
                let end = if rest.starts_with("\"\\") { 5 } else { 4 };
                (Some(separator), rest.get(end..)?)
            }
        };
        let name = match response.literals.first() {
            Some(literal) => String::from_utf8_lossy(literal).into_owned(),
            None if name.starts_with('"') => quoted(name.as_bytes()).into_iter().next()?,
            None => name.split(' ').next()?.to_owned(),
        };
        let attributes = attributes.split(' ').map(str::to_ascii_lowercase).collect();
        Some(Self { attributes, separator, name })
    }

    fn has(&self, attribute: &str) -> bool {
        self.attributes.iter().any(|known| known == attribute)
    }
}

async fn lists(case: &Case<'_>, probe: &mut Probe<'_>) -> Result<(), Failure> {
    let book = case.book;
    let mut talk = case.inside(probe).await?;
    let answer = talk.ask(probe, "LIST \"\" %").await?;
    if !answer.is_ok() {
        return Err(unable(format!("the server does not list: {}", answer.text.escape_ascii())));
    }
    let mut names = Vec::new();
    for response in answer.of("LIST") {
        let Some(listed) = Listed::read(response) else { continue };
        let seen = &response.octets;
        let flat = listed.separator.as_deref().is_none_or(|separator| !listed.name.contains(separator));
        book.judge(probe, rfc9051::LISTED_NAMES_MATCH_THE_PATTERN, flat, seen);
        let both = listed.has("\\haschildren") && listed.has("\\hasnochildren");
        book.judge(probe, rfc9051::CHILD_ATTRIBUTES_EXCLUDE_EACH_OTHER, !both, seen);
        let marks = ["\\marked", "\\unmarked", "\\noselect"];
        let marks = marks.iter().filter(|mark| listed.has(mark)).count();
        book.judge(probe, rfc9051::MARKED_UNMARKED_AND_NOSELECT_EXCLUDE_EACH_OTHER, marks <= 1, seen);
        let again = names.contains(&listed.name);
        book.judge(probe, rfc9051::ONE_LIST_RESPONSE_FOR_A_NAME, !again, seen);
        names.push(listed.name);
    }
    talk.logout(probe).await;
    Ok(())
}

async fn status(case: &Case<'_>, probe: &mut Probe<'_>) -> Result<(), Failure> {
    let book = case.book;
    let mut talk = case.inside(probe).await?;
    let answer = talk.ask(probe, "STATUS INBOX (MESSAGES UIDNEXT UIDVALIDITY)").await?;
    book.judge(probe, rfc9051::STATUS_IS_ANSWERED, answer.has("STATUS"), &talk.seen());
    let answer = talk.ask(probe, "STATUS iNbOx (MESSAGES)").await?;
    book.judge(probe, rfc9051::INBOX_IN_ANY_CASE, answer.is_ok(), &talk.seen());
    talk.logout(probe).await;
    Ok(())
}

async fn options(case: &Case<'_>, probe: &mut Probe<'_>) -> Result<(), Failure> {
    let law = case.book.pick(rfc9051::UNKNOWN_LIST_OPTION_GETS_BAD, rfc5258::UNKNOWN_LIST_OPTION_GETS_BAD);
    let mut talk = case.inside(probe).await?;
    let answer = talk.ask(probe, "LIST (X-ANYRFC-NONE) \"\" %").await?;
    probe.judge(law, answer.status == Status::Bad, &talk.seen());
    talk.logout(probe).await;
    Ok(())
}

async fn identifies(case: &Case<'_>, probe: &mut Probe<'_>) -> Result<(), Failure> {
    let mut talk = case.inside(probe).await?;
    let answer = talk.ask(probe, "ID NIL").await?;
    let seen = talk.seen();
    probe.judge(rfc2971::ID_GETS_A_RESPONSE, answer.has("ID"), &seen);
    let Some(response) = answer.of("ID").next() else { return Err(unable("no ID came")) };
    let strings = quoted(response.data());
    // A value may be NIL: then nobody can tell which string is what.
    if response.literals.is_empty() && strings.len().is_multiple_of(2) {
        let pairs: Vec<(&String, &String)> = strings
            .chunks_exact(2)
            .filter_map(|pair| match pair {
                [field, value] => Some((field, value)),
                _ => None,
            })
            .collect();
        let fields = pairs.iter().all(|(field, _)| field.len() <= 30);
        probe.judge(rfc2971::ID_FIELDS_HAVE_30_OCTETS_AT_MOST, fields, &seen);
        let values = pairs.iter().all(|(_, value)| value.len() <= 1024);
        probe.judge(rfc2971::ID_VALUES_HAVE_1024_OCTETS_AT_MOST, values, &seen);
        probe.judge(rfc2971::ID_HAS_30_PAIRS_AT_MOST, pairs.len() <= 30, &seen);
        let mut names: Vec<String> = pairs.iter().map(|(field, _)| field.to_ascii_lowercase()).collect();
        names.sort_unstable();
        names.dedup();
        probe.judge(rfc2971::ID_FIELDS_ARE_UNIQUE, names.len() == pairs.len(), &seen);
        let word = |wanted: &str| pairs.iter().find(|(field, _)| field.eq_ignore_ascii_case(wanted));
        if let Some((_, name)) = word("name") {
            let version = word("version").map(|(_, version)| format!(" {version}")).unwrap_or_default();
            probe.server(&format!("{name}{version}"));
        }
    }
    talk.logout(probe).await;
    Ok(())
}

async fn literal(case: &Case<'_>, probe: &mut Probe<'_>) -> Result<(), Failure> {
    let mut talk = case.inside(probe).await?;
    let (tag, begun) = talk.begin(probe, "STATUS {5+}\r\nINBOX (MESSAGES)").await?;
    let law = rfc7888::NON_SYNCHRONIZING_LITERAL_GETS_NO_CONTINUATION;
    probe.judge(law, begun.is_err(), &talk.seen());
    let answer = match begun {
        Err(answer) => answer,
        Ok(_) => talk.answer(&tag, probe).await?,
    };
    probe.judge(rfc7888::LITERAL_BELONGS_TO_ITS_COMMAND, answer.is_ok(), &talk.seen());
    talk.logout(probe).await;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_every_form() {
        let read = |line: &str, literals: &[&str]| {
            let literals = literals.iter().map(|literal| literal.as_bytes().to_vec()).collect();
            let listed = Listed::read(&Response { octets: line.into(), literals }).unwrap();
            (listed.separator, listed.name)
        };
        let slash = Some("/".to_owned());
        assert_eq!(read("* LIST (\\HasNoChildren) \"/\" INBOX\r\n", &[]), (slash.clone(), "INBOX".into()));
        assert_eq!(read("* LIST () \"/\" \"a b\"\r\n", &[]), (slash.clone(), "a b".into()));
        assert_eq!(read("* LIST () NIL x\r\n", &[]), (None, "x".into()));
        assert_eq!(read("* LIST () \"\\\\\" x\r\n", &[]), (Some("\\".into()), "x".into()));
        assert_eq!(read("* LIST () \"/\" {1}\r\ny\r\n", &["y"]), (slash, "y".into()));
    }
}
