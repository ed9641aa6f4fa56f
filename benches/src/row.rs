//! One row: ours, the peers and the limit, in interleaved and rotated rounds.

use std::{collections::BTreeMap, error::Error};

use serde::Serialize;

/// How much work a round does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Effort {
    /// A rough answer soon.
    Quick,
    /// The numbers that are published.
    Full,
}

impl Effort {
    /// So many rounds; a median needs five at the very least.
    const fn rounds(self) -> usize {
        match self {
            Self::Quick => 5,
            Self::Full => 11,
        }
    }

    /// `full` operations, or a tenth.
    pub(crate) const fn operations(self, full: usize) -> usize {
        match self {
            Self::Quick => full / 10,
            Self::Full => full,
        }
    }
}

/// Which direction is ahead.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Better {
    /// A cost.
    Lower,
    /// A rate.
    Higher,
}

/// What nobody can beat.
#[derive(Debug, Serialize)]
pub(crate) struct Limit {
    pub(crate) name: &'static str,
    pub(crate) value: f64,
}

/// The same row counted in something else as well.
#[derive(Debug, Serialize)]
pub(crate) struct Beside {
    pub(crate) unit: &'static str,
    pub(crate) ours: f64,
    pub(crate) peers: BTreeMap<&'static str, f64>,
    pub(crate) limit: Option<Limit>,
}

/// One measured row; the fields are the contract of `cargo xtask bench --format json`.
#[derive(Debug, Serialize)]
pub(crate) struct Row {
    #[serde(rename = "crate")]
    subject: &'static str,
    name: &'static str,
    unit: &'static str,
    better: Better,
    ours: f64,
    peers: BTreeMap<&'static str, f64>,
    limit: Option<Limit>,
    best_peer_ratio: Option<f64>,
    limit_ratio: Option<f64>,
    /// Operations per second on the wall, where they were counted.
    #[serde(skip_serializing_if = "Option::is_none")]
    throughput: Option<Beside>,
    /// Instructions, where they were counted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) instructions: Option<Beside>,
    /// Where work or checks are not the same for all.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) notes: Vec<&'static str>,
}

/// What one round found.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Sample {
    /// In the row's unit.
    pub(crate) value: f64,
    /// Operations per second.
    pub(crate) rate: Option<f64>,
}

impl From<f64> for Sample {
    fn from(value: f64) -> Self {
        Self { value, rate: None }
    }
}

/// Whom a measurement belongs to.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Who {
    /// The crate the row is about.
    Ours,
    /// Somebody else's, by name.
    Peer(&'static str),
    /// What nobody can beat, by name. Of several with the same name the best counts.
    Limit(&'static str),
}

impl Who {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Ours => "ours",
            Self::Peer(name) | Self::Limit(name) => name,
        }
    }
}

/// One call is one round.
type Round<'a> = Box<dyn FnMut() -> Result<Sample, Box<dyn Error>> + 'a>;

/// Somebody in a row.
pub(crate) struct Contestant<'a> {
    who: Who,
    round: Round<'a>,
}

impl<'a> Contestant<'a> {
    pub(crate) fn new(who: Who, round: impl FnMut() -> Result<Sample, Box<dyn Error>> + 'a) -> Self {
        Self { who, round: Box::new(round) }
    }
}

/// What a row is called and counted in.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Title {
    pub(crate) subject: &'static str,
    pub(crate) name: &'static str,
    pub(crate) unit: &'static str,
    pub(crate) better: Better,
}

/// Runs everybody once per round, each round beginning with the next one, and
/// takes the median of each: what disturbs the machine for a while disturbs all alike.
pub(crate) fn measure(
    title: Title,
    effort: Effort,
    contestants: &mut [Contestant<'_>],
) -> Result<Row, Box<dyn Error>> {
    let Title { subject, name, unit, better } = title;
    let count = contestants.len();
    let mut samples = vec![Vec::new(); count];
    for contestant in &mut *contestants {
        // Warms caches and the allocator; not counted.
        (contestant.round)()?;
    }
    for round in 0..effort.rounds() {
        for turn in 0..count {
            let index = (round + turn) % count;
            samples[index].push((contestants[index].round)()?);
        }
    }
    let (mut value, mut rate) = (Column::default(), Column::default());
    for (contestant, samples) in contestants.iter().zip(samples) {
        let values = samples.iter().map(|sample| sample.value).collect();
        let rates = samples.iter().filter_map(|sample| sample.rate).collect();
        value.put(contestant.who, better, median(values).ok_or("no rounds")?);
        if let Some(median) = median(rates) {
            rate.put(contestant.who, Better::Higher, median);
        }
    }
    let ours = value.ours.ok_or_else(|| format!("{name}: nobody of ours took part"))?;
    let Column { peers, limit, .. } = value;
    let best_peer_ratio = peers.values().map(|&peer| ratio(better, ours, peer)).min_by(f64::total_cmp);
    let limit_ratio = limit.as_ref().map(|limit| ratio(better, ours, limit.value));
    let Column { ours: rate, peers: rates, limit: most } = rate;
    let throughput = rate.map(|ours| Beside { unit: "operations/s", ours, peers: rates, limit: most });
    Ok(Row {
        subject,
        name,
        unit,
        better,
        ours,
        peers,
        limit,
        best_peer_ratio,
        limit_ratio,
        throughput,
        instructions: None,
        notes: Vec::new(),
    })
}

/// What everybody reached, in one unit.
#[derive(Debug, Default)]
struct Column {
    ours: Option<f64>,
    peers: BTreeMap<&'static str, f64>,
    limit: Option<Limit>,
}

impl Column {
    fn put(&mut self, who: Who, better: Better, value: f64) {
        match who {
            Who::Ours => self.ours = Some(value),
            Who::Peer(name) => drop(self.peers.insert(name, value)),
            Who::Limit(name) => {
                if self.limit.as_ref().is_none_or(|limit| ratio(better, value, limit.value) > 1.0) {
                    self.limit = Some(Limit { name, value });
                }
            }
        }
    }
}

/// Above one: ours is ahead.
fn ratio(better: Better, ours: f64, other: f64) -> f64 {
    match better {
        Better::Lower => other / ours,
        Better::Higher => ours / other,
    }
}

/// As many open files as the system allows.
#[cfg(unix)]
pub(crate) fn raise_file_limit() -> Result<(), Box<dyn Error>> {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

    let Rlimit { maximum, .. } = getrlimit(Resource::Nofile);
    Ok(setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum })?)
}

/// Elsewhere there is no such limit to raise.
#[cfg(not(unix))]
pub(crate) fn raise_file_limit() -> Result<(), Box<dyn Error>> {
    Ok(())
}

fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let upper = *values.get(values.len() / 2)?;
    if values.len() % 2 == 1 {
        return Some(upper);
    }
    let lower = *values.get(values.len() / 2 - 1)?;
    Some(f64::midpoint(lower, upper))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TITLE: Title = Title { subject: "c", name: "r", unit: "ns", better: Better::Lower };

    #[test]
    fn medians_of_odd_and_even_counts() {
        assert_eq!(median(vec![3.0, 1.0, 2.0]), Some(2.0));
        assert_eq!(median(vec![4.0, 1.0, 2.0, 3.0]), Some(2.5));
        assert_eq!(median(Vec::new()), None);
    }

    #[test]
    fn above_one_means_ours_is_ahead_of_the_best_peer() {
        let mut contestants = [
            Contestant::new(Who::Limit("l"), || Ok(1.0.into())),
            Contestant::new(Who::Ours, || Ok(2.0.into())),
            Contestant::new(Who::Peer("slow"), || Ok(8.0.into())),
            Contestant::new(Who::Peer("fast"), || Ok(3.0.into())),
        ];
        let row = measure(TITLE, Effort::Quick, &mut contestants).unwrap();
        assert_eq!((row.best_peer_ratio, row.limit_ratio), (Some(1.5), Some(0.5)));
    }

    #[test]
    fn every_round_begins_with_the_next_one() {
        let order = std::cell::RefCell::new(String::new());
        let enter = |name| {
            order.borrow_mut().push(name);
            Ok(1.0.into())
        };
        let mut contestants =
            [Contestant::new(Who::Ours, || enter('a')), Contestant::new(Who::Peer("b"), || enter('b'))];
        measure(TITLE, Effort::Quick, &mut contestants).unwrap();
        drop(contestants);
        assert_eq!(order.into_inner(), "ababbaabbaab");
    }
}
