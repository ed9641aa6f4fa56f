//! What a search looks for, as options of the command line: their order matters, since `--not` is
//! about the next one and `--or` divides them.

use std::time::Duration;

use anyrfc_imap::{Flag, SearchQuery};
use clap::{Arg, ArgAction, ArgMatches, Command, builder::BoolValueParser, parser::ValueSource};

use super::{day::day, uids};

const HEADING: &str = "Criteria";

pub(super) const HELP: &str = "\
Criteria are combined: a message has to meet them all. --not turns the next one around, and --or, which \
stands between groups of them, is weaker than everything: `--unseen --from ann --or --flagged` finds what \
is unread and from Ann, and whatever is flagged. Without criteria all messages are found. Text is found \
anywhere within, in any case. Octets may end in K or M, ages in m, h, d or w.

The exit code is 1 where nothing is found.";

/// A criterion: its option, the name of its value, its help, and what it makes of the value.
struct Criterion {
    option: &'static str,
    value: Option<&'static str>,
    help: &'static str,
    query: fn(&str) -> Result<SearchQuery, String>,
}

const fn word(
    option: &'static str,
    help: &'static str,
    query: fn(&str) -> Result<SearchQuery, String>,
) -> Criterion {
    Criterion { option, value: None, help, query }
}

const fn valued(
    option: &'static str,
    value: &'static str,
    help: &'static str,
    query: fn(&str) -> Result<SearchQuery, String>,
) -> Criterion {
    Criterion { option, value: Some(value), help, query }
}

const CRITERIA: [Criterion; 33] = [
    valued("from", "TEXT", "With this in From", |text| Ok(SearchQuery::from(text))),
    valued("to", "TEXT", "With this in To", |text| Ok(SearchQuery::to(text))),
    valued("cc", "TEXT", "With this in Cc", |text| Ok(SearchQuery::cc(text))),
    valued("bcc", "TEXT", "With this in Bcc", |text| Ok(SearchQuery::bcc(text))),
    valued("subject", "TEXT", "With this in the subject", |text| Ok(SearchQuery::subject(text))),
    valued("text", "TEXT", "With this in the header or the body", |text| Ok(SearchQuery::text(text))),
    valued("body", "TEXT", "With this in the body", |text| Ok(SearchQuery::body(text))),
    valued(
        "header",
        "NAME:TEXT",
        "With this in the header field; with the field at all where TEXT is empty",
        header,
    ),
    word("seen", "That were read", |_| Ok(SearchQuery::seen())),
    word("unseen", "That were not read", |_| Ok(SearchQuery::unseen())),
    word("answered", "That were answered", |_| Ok(SearchQuery::answered())),
    word("unanswered", "That were not answered", |_| Ok(SearchQuery::unanswered())),
    word("flagged", "That are flagged", |_| Ok(SearchQuery::flagged())),
    word("unflagged", "That are not flagged", |_| Ok(SearchQuery::unflagged())),
    word("draft", "That are drafts", |_| Ok(SearchQuery::draft())),
    word("undraft", "That are no drafts", |_| Ok(SearchQuery::undraft())),
    word("deleted", "That are marked as deleted", |_| Ok(SearchQuery::deleted())),
    word("undeleted", "That are not marked as deleted", |_| Ok(SearchQuery::undeleted())),
    valued("keyword", "FLAG", "With this flag", |flag| flagged(flag, true)),
    valued("unkeyword", "FLAG", "Without this flag", |flag| flagged(flag, false)),
    valued("since", "DAY", "Received on this day or later", |text| Ok(SearchQuery::since(day(text)?))),
    valued("before", "DAY", "Received before this day", |text| Ok(SearchQuery::before(day(text)?))),
    valued("on", "DAY", "Received on this day", |text| Ok(SearchQuery::on(day(text)?))),
    valued("sent-since", "DAY", "Sent on this day or later", |text| Ok(SearchQuery::sent_since(day(text)?))),
    valued("sent-before", "DAY", "Sent before this day", |text| Ok(SearchQuery::sent_before(day(text)?))),
    valued("sent-on", "DAY", "Sent on this day", |text| Ok(SearchQuery::sent_on(day(text)?))),
    valued("older", "AGE", "Received at least so long ago (RFC 5032)", |text| {
        Ok(SearchQuery::older(age(text)?))
    }),
    valued("younger", "AGE", "Received at most so long ago (RFC 5032)", |text| {
        Ok(SearchQuery::younger(age(text)?))
    }),
    valued("larger", "OCTETS", "Of more octets", |text| Ok(SearchQuery::larger(octets(text)?))),
    valued("smaller", "OCTETS", "Of fewer octets", |text| Ok(SearchQuery::smaller(octets(text)?))),
    valued("uid", "UID-SET", "With these UIDs", |text| Ok(SearchQuery::uids(uids(text)?))),
    valued("fuzzy", "TEXT", "With about this in the header or the body (RFC 6203)", |text| {
        Ok(SearchQuery::text(text).fuzzy())
    }),
    valued("raw", "KEY", "A search key as the command has it, for those that have no option", |text| {
        SearchQuery::custom(text).map_err(|error| error.to_string())
    }),
];

fn header(text: &str) -> Result<SearchQuery, String> {
    let (name, text) = text.split_once(':').ok_or("a field is written NAME:TEXT, or NAME: for any text")?;
    let token = |byte: u8| byte.is_ascii_graphic();
    if name.is_empty() || !name.bytes().all(token) {
        return Err("that is no name of a header field".to_owned());
    }
    Ok(SearchQuery::header(name, text.trim_start()))
}

fn flagged(flag: &str, yes: bool) -> Result<SearchQuery, String> {
    let flag = Flag::from(flag);
    let query = if yes { SearchQuery::with_flag(flag) } else { SearchQuery::without_flag(flag) };
    query.map_err(|error| error.to_string())
}

/// `300`, `20K` or `5M`.
fn octets(text: &str) -> Result<u64, String> {
    let (digits, unit) = match text.as_bytes().last() {
        Some(b'k' | b'K') => (text.get(..text.len() - 1), 1 << 10),
        Some(b'm' | b'M') => (text.get(..text.len() - 1), 1 << 20),
        _ => (Some(text), 1),
    };
    let number = digits.and_then(|digits| digits.parse::<u64>().ok());
    number
        .and_then(|number| number.checked_mul(unit))
        .ok_or_else(|| "octets look like 300, 20K or 5M".to_owned())
}

/// `90`, in seconds, or `30m`, `12h`, `7d`, `2w`.
fn age(text: &str) -> Result<Duration, String> {
    let (digits, unit) = match text.as_bytes().last() {
        Some(b'm') => (text.get(..text.len() - 1), 60),
        Some(b'h') => (text.get(..text.len() - 1), 3600),
        Some(b'd') => (text.get(..text.len() - 1), 86_400),
        Some(b'w') => (text.get(..text.len() - 1), 604_800),
        _ => (Some(text), 1),
    };
    let seconds =
        digits.and_then(|digits| digits.parse::<u32>().ok()).and_then(|number| number.checked_mul(unit));
    let seconds = seconds.filter(|seconds| *seconds > 0);
    seconds
        .map(|seconds| Duration::from_secs(seconds.into()))
        .ok_or_else(|| "an age looks like 90, 30m, 12h, 7d or 2w".to_owned())
}

/// What is looked for.
#[derive(Clone, Debug)]
pub(super) struct Criteria(pub(super) SearchQuery);

/// An option without a value of which every occurrence counts.
fn flag(name: &'static str, help: &'static str) -> Arg {
    Arg::new(name)
        .long(name)
        .help(help)
        .help_heading(HEADING)
        .action(ArgAction::Append)
        .num_args(0)
        .value_parser(BoolValueParser::new())
        .default_missing_value("true")
}

impl clap::Args for Criteria {
    fn augment_args(command: Command) -> Command {
        let criteria = CRITERIA.iter().map(|criterion| match criterion.value {
            None => flag(criterion.option, criterion.help),
            Some(value) => Arg::new(criterion.option)
                .long(criterion.option)
                .value_name(value)
                .help(criterion.help)
                .help_heading(HEADING)
                .action(ArgAction::Append)
                .value_parser(clap::builder::ValueParser::from(move |text: &str| {
                    (criterion.query)(text).map(|_| text.to_owned())
                })),
        });
        command
            .args(criteria)
            .arg(flag("not", "Not what the next criterion says"))
            .arg(flag("or", "Or what the following criteria say"))
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

/// An option of the command line, in its place.
enum Word {
    Is(SearchQuery),
    Not,
    Or,
}

impl clap::FromArgMatches for Criteria {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let wrong = |why: String| clap::Error::raw(clap::error::ErrorKind::ValueValidation, why);
        let mut words = Vec::new();
        let places = |option: &str| match matches.value_source(option) {
            Some(ValueSource::CommandLine) => matches.indices_of(option).into_iter().flatten().collect(),
            _ => Vec::new(),
        };
        for criterion in &CRITERIA {
            let places: Vec<usize> = places(criterion.option);
            if criterion.value.is_none() {
                for place in places {
                    words.push((place, Word::Is((criterion.query)("").map_err(wrong)?)));
                }
                continue;
            }
            let values = matches.get_many::<String>(criterion.option).into_iter().flatten();
            for (place, value) in places.into_iter().zip(values) {
                words.push((place, Word::Is((criterion.query)(value).map_err(wrong)?)));
            }
        }
        words.extend(places("not").into_iter().map(|place| (place, Word::Not)));
        words.extend(places("or").into_iter().map(|place| (place, Word::Or)));
        words.sort_by_key(|(place, _)| *place);
        combined(words.into_iter().map(|(_, word)| word)).map(Self).map_err(wrong)
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

/// The query that they make together.
fn combined(words: impl Iterator<Item = Word>) -> Result<SearchQuery, String> {
    let (mut groups, mut group) = (Vec::new(), Vec::new());
    let (mut not, mut any) = (false, false);
    for word in words {
        any = true;
        match word {
            Word::Not => not = !not,
            Word::Is(query) => group.push(if std::mem::take(&mut not) { !query } else { query }),
            Word::Or if group.is_empty() || not => return Err("--or stands between criteria".to_owned()),
            Word::Or => groups.push(SearchQuery::all_of(std::mem::take(&mut group))),
        }
    }
    if not || any && group.is_empty() {
        return Err("--not and --or stand before a criterion".to_owned());
    }
    groups.push(SearchQuery::all_of(group));
    Ok(SearchQuery::any_of(groups).unwrap_or_else(SearchQuery::all))
}

#[cfg(test)]
mod tests {
    use clap::FromArgMatches as _;

    use super::*;

    fn parse(line: &str) -> Result<SearchQuery, clap::Error> {
        let command = <Criteria as clap::Args>::augment_args(Command::new("search").no_binary_name(true));
        let matches = command.try_get_matches_from(line.split_whitespace())?;
        Criteria::from_arg_matches(&matches).map(|criteria| criteria.0)
    }

    #[test]
    fn order_decides() {
        use anyrfc_imap::Date;

        let [ann, bob] = ["ann", "bob"].map(SearchQuery::from);
        assert_eq!(parse("").unwrap(), SearchQuery::all());
        assert_eq!(parse("--from ann --unseen").unwrap(), ann.clone() & SearchQuery::unseen());
        assert_eq!(parse("--unseen --from ann").unwrap(), SearchQuery::unseen() & ann.clone());
        assert_eq!(parse("--from ann --from bob").unwrap(), ann.clone() & bob.clone());
        let mixed = parse("--unseen --not --from ann --or --from bob --since 2026-01-31").unwrap();
        let since = SearchQuery::since(Date::new(2026, 1, 31).unwrap());
        assert_eq!(mixed, (SearchQuery::unseen() & !ann.clone()) | (bob & since));
        assert_eq!(parse("--not --not --from ann").unwrap(), ann);
        assert_eq!(parse("--seen --or --seen").unwrap(), SearchQuery::seen() | SearchQuery::seen());
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        for line in [
            "--not",
            "--or --seen",
            "--seen --or",
            "--seen --or --or --seen",
            "--not --or --seen",
            "--since yesterday",
            "--larger 5G",
            "--larger -1",
            "--younger 0",
            "--younger 9999999w",
            "--uid $",
            "--uid 0",
            "--header Subject",
            "--header S\u{a0}x:y",
            "--unseen=true",
        ] {
            assert!(parse(line).is_err(), "{line}");
        }
    }

    #[test]
    fn values_are_read() {
        assert_eq!(parse("--larger 5M").unwrap(), SearchQuery::larger(5 << 20));
        assert_eq!(parse("--younger 2w").unwrap(), SearchQuery::younger(Duration::from_secs(1_209_600)));
        assert_eq!(parse("--header List-Id:").unwrap(), SearchQuery::header("List-Id", ""));
        assert_eq!(parse("--keyword $Junk").unwrap(), SearchQuery::with_flag(Flag::JUNK).unwrap());
        assert_eq!(parse("--keyword \\seen").unwrap(), SearchQuery::seen());
    }
}
