//! How far the server is (RFC 9585).

/// How far the server is with a command, where it says so (RFC 9585). These are to be shown and
/// no more: what the command itself tells is what counts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Progress {
    /// The tag of the command; `None` where the server does not say.
    pub tag: Option<String>,
    /// How much is done. It may go back where more turns out to be to do.
    pub done: Option<u32>,
    /// How much there is to be done.
    pub goal: Option<u32>,
}

impl Progress {
    pub(crate) const fn new(tag: Option<String>, done: Option<u32>, goal: Option<u32>) -> Self {
        Self { tag, done, goal }
    }

    /// What is done of the goal, from 0 to 1, where both are known.
    #[must_use]
    pub fn fraction(&self) -> Option<f64> {
        let (done, goal) = (self.done?, self.goal.filter(|goal| *goal > 0)?);
        Some((f64::from(done) / f64::from(goal)).min(1.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fraction_is_never_more_than_all() {
        let fraction = |done, goal| Progress::new(None, done, goal).fraction();
        assert_eq!(fraction(Some(1), Some(4)), Some(0.25));
        assert_eq!(fraction(Some(9), Some(4)), Some(1.0));
        assert_eq!(fraction(Some(1), None), None);
        assert_eq!(fraction(None, None), None);
        assert_eq!(fraction(Some(1), Some(0)), None);
    }
}
