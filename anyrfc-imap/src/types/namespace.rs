//! Namespaces (RFC 9051, section 7.3.2; RFC 2342).

use super::{mailbox::MailboxName, utf7};
use crate::Error;

/// The namespaces of a user.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Namespaces {
    /// The user's own.
    pub personal: Vec<Namespace>,
    /// Those of other users.
    pub other_users: Vec<Namespace>,
    /// Those that are shared.
    pub shared: Vec<Namespace>,
}

impl Namespaces {
    fn all(&self) -> impl Iterator<Item = &Namespace> {
        self.personal.iter().chain(&self.other_users).chain(&self.shared)
    }

    /// A name as it is to be shown: what it begins with is in the language in use, where the
    /// server has translated that (RFC 5255, section 3.4).
    ///
    /// ```
    /// # use anyrfc_imap::types::{MailboxName, Namespace, Namespaces};
    /// # let prefix = MailboxName::new("Other Users/")?;
    /// # let mut others = Namespace::new(Some(prefix), Some('/'));
    /// # others.extensions.push(("TRANSLATION".into(), vec!["Andere Ben&APw-tzer/".into()]));
    /// # let mut namespaces = Namespaces::default();
    /// # namespaces.other_users = vec![others];
    /// let name = MailboxName::new("Other Users/tim")?;
    /// assert_eq!(namespaces.shown(&name), "Andere Benützer/tim");
    /// assert_eq!(namespaces.meant("Andere Benützer/tim")?, name);
    /// # Ok::<(), anyrfc_imap::Error>(())
    /// ```
    #[must_use]
    pub fn shown(&self, name: &MailboxName) -> String {
        let text = name.as_str();
        let within = |namespace: &&Namespace| text.starts_with(namespace.prefix());
        // The longest prefix is that of the namespace it is in.
        let namespace = self.all().filter(within).max_by_key(|namespace| namespace.prefix().len());
        let translated = namespace.and_then(|namespace| {
            let rest = text.strip_prefix(namespace.prefix())?;
            Some(namespace.translation()? + rest)
        });
        translated.unwrap_or_else(|| text.to_owned())
    }

    /// The name that is meant by what was [shown](Self::shown).
    ///
    /// # Errors
    /// [`ErrorKind::Usage`](crate::ErrorKind::Usage) for a text that no mailbox can have as its name.
    pub fn meant(&self, shown: &str) -> Result<MailboxName, Error> {
        let translated = self.all().filter_map(|namespace| Some((namespace.translation()?, namespace)));
        let within = translated.filter(|(translation, _)| shown.starts_with(&**translation));
        match within.max_by_key(|(translation, _)| translation.len()) {
            Some((translation, namespace)) => {
                let rest = shown.strip_prefix(&*translation).unwrap_or_default();
                MailboxName::new(&format!("{}{rest}", namespace.prefix()))
            }
            None => MailboxName::new(shown),
        }
    }
}

/// One namespace.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Namespace {
    /// What its names begin with; `None` where they begin with nothing of their own.
    pub prefix: Option<MailboxName>,
    /// What divides the levels of its names; `None` where there are none.
    pub delimiter: Option<char>,
    /// Extensions: their names and values.
    pub extensions: Vec<(String, Vec<String>)>,
}

impl Namespace {
    /// One without extensions.
    #[must_use]
    pub const fn new(prefix: Option<MailboxName>, delimiter: Option<char>) -> Self {
        Self { prefix, delimiter, extensions: Vec::new() }
    }

    /// What its names are shown to begin with in the [language](crate::command::Language) in use
    /// (RFC 5255, section 3.4): for the user's eyes alone, since no command knows it.
    #[must_use]
    pub fn translation(&self) -> Option<String> {
        let (_, values) =
            self.extensions.iter().find(|(name, _)| name.eq_ignore_ascii_case("TRANSLATION"))?;
        let text = values.first()?;
        Some(utf7::decode(text.as_bytes()).map_or_else(|_| text.clone(), Into::into))
    }

    /// What a name begins with that is in this namespace.
    fn prefix(&self) -> &str {
        self.prefix.as_ref().map_or("", MailboxName::as_str)
    }
}
