//! LANGUAGE and COMPARATOR (RFC 5255).

use super::{Collected, Command, DataKind, Effect, Needs, Phase, Takes};
use crate::{
    Error,
    codec::encode::Encoder,
    rfc5255,
    types::{self, ActiveComparator, Capability, Data, LanguageRange, Namespaces},
};

/// LANGUAGE (RFC 5255, section 3.2): which language the server is to write in, or which it knows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Language {
    /// The languages wanted, the first before the others; none to be told those there are.
    pub ranges: Vec<LanguageRange>,
}

impl Language {
    /// Writes in the first of these that the server knows.
    #[must_use]
    pub fn of(ranges: impl Into<Vec<LanguageRange>>) -> Self {
        Self { ranges: ranges.into() }
    }

    /// Tells which languages there are.
    #[must_use]
    pub const fn list() -> Self {
        Self { ranges: Vec::new() }
    }
}

/// What the server says to LANGUAGE.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct LanguageAnswer {
    /// The language that it writes in from now on; `None` where it has changed nothing, or does
    /// not say.
    pub in_use: Option<String>,
    /// The languages that it knows, where it was asked for them and they are several.
    pub known: Vec<String>,
    /// The namespaces with their names in that language (RFC 5255, section 3.4), where it tells them.
    pub namespaces: Option<Namespaces>,
}

impl Command for Language {
    type Answer = LanguageAnswer;

    fn needs(&self) -> Needs {
        Needs::phase(Phase::Any)
            .capability(Capability::Language)
            .because(rfc5255::LANGUAGE_NEEDS_THE_CAPABILITY)
    }

    fn encode(&self, encoder: &mut Encoder<'_>) -> Result<(), Error> {
        encoder.word("LANGUAGE");
        for range in &self.ranges {
            encoder.space().astring(range.as_str().as_bytes())?;
        }
        Ok(())
    }

    fn takes(&self) -> Takes {
        Takes::kinds([DataKind::Language]).strays([DataKind::Namespace])
    }

    fn effect(&self) -> Effect {
        if self.ranges.is_empty() { Effect::None } else { Effect::Language(self.ranges.clone()) }
    }

    fn answer(data: Collected) -> Result<LanguageAnswer, Error> {
        let mut answer = LanguageAnswer::default();
        for data in data.data {
            match data {
                Data::Language(mut tags) if tags.len() == 1 => answer.in_use = tags.pop(),
                Data::Language(tags) => answer.known = tags,
                Data::Namespace(namespaces) => answer.namespaces = Some(namespaces),
                _ => {}
            }
        }
        Ok(answer)
    }
}

/// COMPARATOR (RFC 5255, section 4.7): how the server is to compare texts, or how it does.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Comparator {
    /// What is wanted, the first before the others; none to be told what is in use.
    pub orders: Vec<types::Comparator>,
}

impl Comparator {
    /// Compares by the first of these that the server has.
    #[must_use]
    pub fn of(orders: impl Into<Vec<types::Comparator>>) -> Self {
        Self { orders: orders.into() }
    }

    /// Tells which one is in use.
    #[must_use]
    pub const fn active() -> Self {
        Self { orders: Vec::new() }
    }
}

impl Command for Comparator {
    /// The comparator in use, where the server says so.
    type Answer = Option<ActiveComparator>;

    fn needs(&self) -> Needs {
        Needs::phase(Phase::Authenticated)
            .capability(Capability::I18nLevel2)
            .because(rfc5255::COMPARATOR_NEEDS_LEVEL_2)
    }

    fn encode(&self, encoder: &mut Encoder<'_>) -> Result<(), Error> {
        encoder.word("COMPARATOR");
        for order in &self.orders {
            encoder.space().astring(order.as_str().as_bytes())?;
        }
        Ok(())
    }

    fn takes(&self) -> Takes {
        Takes::kinds([DataKind::Comparator])
    }

    fn answer(data: Collected) -> Result<Self::Answer, Error> {
        let told = data.pick(|data| match data {
            Data::Comparator(comparator) => Some(comparator),
            _ => None,
        });
        Ok(told.last())
    }
}
