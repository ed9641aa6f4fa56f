//! One normative statement, and the catalogue of an RFC's.

use std::fmt;

/// One normative statement of an RFC, identified by where its keyword stands.
///
/// Two are equal when their ids are.
#[derive(Clone, Copy, Debug)]
pub struct Requirement {
    /// The RFC's number.
    pub rfc: u16,
    /// The section, `5.1` say.
    pub section: &'static str,
    /// Which keyword of that section.
    pub nth: Nth,
    /// The RFC's own word.
    pub level: Level,
    /// Who is bound.
    pub role: Role,
    /// What it asks, imperative and in our own words.
    pub summary: &'static str,
}

impl PartialEq for Requirement {
    fn eq(&self, other: &Self) -> bool {
        self.rfc == other.rfc && self.nth == other.nth && self.section == other.section
    }
}

impl Eq for Requirement {}

impl std::hash::Hash for Requirement {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        (self.rfc, self.section, self.nth).hash(state);
    }
}

impl Requirement {
    /// The id, `rfc6455#5.1-4` say.
    #[must_use]
    pub fn id(&self) -> String {
        format!("rfc{}#{}-{}", self.rfc, self.section, self.nth)
    }
}

impl fmt::Display for Requirement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "rfc{}#{}-{}: {}", self.rfc, self.section, self.nth, self.summary)
    }
}

/// Which statement of a section.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Nth {
    /// The n-th capitalised RFC 2119 keyword, from 1.
    Keyword(u16),
    /// The n-th rule catalogued by hand (lower case, or before RFC 2119), from 1.
    Hand(u16),
}

impl fmt::Display for Nth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Keyword(n) => write!(f, "{n}"),
            Self::Hand(n) => write!(f, "h{n}"),
        }
    }
}

/// The RFC's own word for how binding a statement is (RFC 2119).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Level {
    /// MUST
    Must,
    /// MUST NOT
    MustNot,
    /// REQUIRED
    Required,
    /// SHALL
    Shall,
    /// SHALL NOT
    ShallNot,
    /// SHOULD
    Should,
    /// SHOULD NOT
    ShouldNot,
    /// RECOMMENDED
    Recommended,
    /// NOT RECOMMENDED
    NotRecommended,
    /// MAY
    May,
    /// OPTIONAL
    Optional,
}

impl Level {
    /// The word as RFCs print it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Must => "MUST",
            Self::MustNot => "MUST NOT",
            Self::Required => "REQUIRED",
            Self::Shall => "SHALL",
            Self::ShallNot => "SHALL NOT",
            Self::Should => "SHOULD",
            Self::ShouldNot => "SHOULD NOT",
            Self::Recommended => "RECOMMENDED",
            Self::NotRecommended => "NOT RECOMMENDED",
            Self::May => "MAY",
            Self::Optional => "OPTIONAL",
        }
    }

    /// Whether the word leaves no choice (RFC 2119, sections 1 and 2).
    #[must_use]
    pub const fn is_absolute(self) -> bool {
        matches!(self, Self::Must | Self::MustNot | Self::Required | Self::Shall | Self::ShallNot)
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// Whom a statement binds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// The client.
    Client,
    /// The server.
    Server,
    /// Both endpoints.
    Both,
    /// Somebody these crates never are: a relay, an author, a registry.
    Other,
}

impl Role {
    /// The word as reports print it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Client => "client",
            Self::Server => "server",
            Self::Both => "both",
            Self::Other => "other",
        }
    }

    /// Whether the statement binds a client.
    #[must_use]
    pub const fn binds_client(self) -> bool {
        matches!(self, Self::Client | Self::Both)
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// The catalogue of one RFC: every statement, in the RFC's order.
#[derive(Clone, Copy, Debug)]
pub struct Spec {
    /// The RFC's number.
    pub rfc: u16,
    /// The RFC's title.
    pub title: &'static str,
    /// Every statement.
    pub requirements: &'static [&'static Requirement],
}

/// Declares the catalogue of an RFC: one constant a statement, and the [`Spec`]
/// that lists them all.
///
/// ```
/// anyrfc_core::requirements! {
///     /// A protocol about nothing.
///     RFC65535 = 65535, "Nothing";
///     SAYS_NOTHING = "1" / 1, MustNot, Client, "say nothing";
///     HEARS_NOTHING = "1" / h(1), Should, Both, "hear nothing";
/// }
/// assert_eq!(SAYS_NOTHING.to_string(), "rfc65535#1-1: say nothing");
/// assert_eq!(HEARS_NOTHING.id(), "rfc65535#1-h1");
/// assert_eq!(RFC65535.requirements.len(), 2);
/// ```
#[macro_export]
macro_rules! requirements {
    (@nth h($n:literal)) => { $crate::Nth::Hand($n) };
    (@nth $n:literal) => { $crate::Nth::Keyword($n) };
    (
        $(#[$meta:meta])* $spec:ident = $rfc:literal, $title:literal;
        $($name:ident = $section:literal / $nth:tt $(($hand:literal))?, $level:ident, $role:ident, $summary:literal;)*
    ) => {
        $(
            #[doc = concat!("`rfc", $rfc, "#", $section, "-", stringify!($nth $(($hand))?), "`: ", $summary, ".")]
            pub const $name: &$crate::Requirement = &$crate::Requirement {
                rfc: $rfc,
                section: $section,
                nth: $crate::requirements!(@nth $nth $(($hand))?),
                level: $crate::Level::$level,
                role: $crate::Role::$role,
                summary: $summary,
            };
        )*
        $(#[$meta])*
        pub static $spec: $crate::Spec =
            $crate::Spec { rfc: $rfc, title: $title, requirements: &[$($name),*] };
    };
}
