//! Languages and comparators (RFC 5255).

use super::ImapClient;
use crate::{
    Error,
    codec::command::{self, LanguageAnswer},
    proto,
    types::{ActiveComparator, Comparator, LanguageRange},
};

impl ImapClient {
    /// In which language the server is to write what people read, the first of these that it
    /// knows (RFC 5255, section 3.2). It is asked for again after each login, where that makes it
    /// necessary; see [`Builder::languages`](super::Builder::languages).
    ///
    /// # Errors
    /// [`ErrorKind::Unsupported`](crate::ErrorKind::Unsupported) without LANGUAGE, and nothing has
    /// been sent; [`ErrorKind::Refused`](crate::ErrorKind::Refused) when it knows none of them:
    /// the language stays as it is.
    ///
    /// # Cancel safety
    /// It may have been done or not: [`language`](Self::language) tells.
    pub async fn speak_in(&mut self, ranges: impl Into<Vec<LanguageRange>>) -> Result<LanguageAnswer, Error> {
        let ranges = ranges.into();
        let answer = self.inner.run(command::Language::of(ranges.clone())).await?;
        self.languages = ranges;
        Ok(answer)
    }

    /// The languages that the server knows (RFC 5255, section 3.2).
    ///
    /// # Errors
    /// [`ErrorKind::Unsupported`](crate::ErrorKind::Unsupported) without LANGUAGE, and nothing has
    /// been sent; [`ErrorKind::Refused`](crate::ErrorKind::Refused) when it cannot list them.
    ///
    /// # Cancel safety
    /// Cancel-safe: the answer is drained.
    pub async fn languages(&mut self) -> Result<Vec<String>, Error> {
        let answer = self.inner.run(command::Language::list()).await?;
        Ok(if answer.known.is_empty() { answer.in_use.into_iter().collect() } else { answer.known })
    }

    /// The language that the server says it writes in; `None` for `i-default`.
    #[must_use]
    pub fn language(&self) -> Option<&str> {
        self.inner.connection().and_then(proto::Connection::language)
    }

    /// How the server compares texts that are searched for or sorted (RFC 5255, section 4.7).
    ///
    /// # Errors
    /// [`ErrorKind::Unsupported`](crate::ErrorKind::Unsupported) without I18NLEVEL=2, and nothing
    /// has been sent; what the server answers.
    ///
    /// # Cancel safety
    /// Cancel-safe: the answer is drained.
    pub async fn comparator(&mut self) -> Result<Option<ActiveComparator>, Error> {
        self.inner.run(command::Comparator::active()).await
    }

    /// How the server is to compare texts, by the first of these that it has.
    ///
    /// # Errors
    /// As [`comparator`](Self::comparator);
    /// [`Code::BadComparator`](crate::types::Code::BadComparator) when it has none of them.
    ///
    /// # Cancel safety
    /// It may have been done or not: [`comparator`](Self::comparator) tells.
    pub async fn compare_by(
        &mut self,
        orders: impl Into<Vec<Comparator>>,
    ) -> Result<Option<ActiveComparator>, Error> {
        self.inner.run(command::Comparator::of(orders)).await
    }
}
