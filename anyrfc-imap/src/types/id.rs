//! Who the other side is (RFC 2971).

/// Names and values of an ID, in their order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Id(Vec<(String, Option<String>)>);

impl Id {
    /// None.
    #[must_use]
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// The value of a name, in any case (RFC 2971, section 3.3); `None` where it is absent or NIL.
    #[must_use]
    pub fn value(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().find(|(field, _)| field.eq_ignore_ascii_case(name));
        found.and_then(|(_, value)| value.as_deref())
    }

    /// Adds a name with its value.
    #[must_use]
    pub fn with(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.push(name.into(), Some(value.into()));
        self
    }

    pub(crate) fn push(&mut self, name: String, value: Option<String>) {
        self.0.push((name, value));
    }

    /// Each name with its value.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, Option<&str>)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_deref()))
    }

    /// Whether there is none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
