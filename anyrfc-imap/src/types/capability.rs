//! What a server can do (RFC 9051, section 7.2.2).

use std::fmt;

use super::{flag::Keyword, sort::ThreadAlgorithm};

macro_rules! capabilities {
    ($($(#[$meta:meta])* $name:ident = $text:literal;)*) => {
        /// One capability; names are compared in any case.
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Capability {
            $($(#[$meta])* $name,)*
            /// `AUTH=`: a SASL mechanism.
            Auth(Keyword),
            /// `APPENDLIMIT`, with the most octets of a message where it is the same
            /// in all mailboxes (RFC 7889).
            AppendLimit(Option<u64>),
            /// `THREAD=`: an algorithm (RFC 5256).
            Thread(Keyword),
            /// `RIGHTS=`: rights beyond those of RFC 2086 (RFC 4314).
            Rights(Keyword),
            /// `QUOTA=RES-`: a resource that has quotas (RFC 9208).
            QuotaResource(Keyword),
            /// `MESSAGELIMIT=`: the most messages that one command works on (RFC 9738).
            MessageLimit(u32),
            /// `SAVELIMIT=`: the most messages that one search saves (RFC 9738).
            SaveLimit(u32),
            /// Any other.
            Other(Keyword),
        }

        /// The names that stand alone.
        const NAMES: &[(&str, Capability)] = &[$(($text, Capability::$name),)*];
    };
}

capabilities! {
    /// RFC 9051.
    Imap4Rev2 = "IMAP4rev2";
    /// RFC 3501.
    Imap4Rev1 = "IMAP4rev1";
    /// TLS can be begun on this connection (RFC 9051, section 6.2.1).
    StartTls = "STARTTLS";
    /// LOGIN is refused (RFC 9051, section 6.2.3).
    LoginDisabled = "LOGINDISABLED";
    /// RFC 4959.
    SaslIr = "SASL-IR";
    /// RFC 2177.
    Idle = "IDLE";
    /// RFC 2342.
    Namespace = "NAMESPACE";
    /// RFC 7888.
    LiteralPlus = "LITERAL+";
    /// RFC 7888: up to 4 096 octets.
    LiteralMinus = "LITERAL-";
    /// RFC 5161.
    Enable = "ENABLE";
    /// RFC 3691.
    Unselect = "UNSELECT";
    /// RFC 4315.
    UidPlus = "UIDPLUS";
    /// RFC 6851.
    Move = "MOVE";
    /// RFC 6154.
    SpecialUse = "SPECIAL-USE";
    /// RFC 6154.
    CreateSpecialUse = "CREATE-SPECIAL-USE";
    /// RFC 5258.
    ListExtended = "LIST-EXTENDED";
    /// RFC 5819.
    ListStatus = "LIST-STATUS";
    /// RFC 8438.
    StatusSize = "STATUS=SIZE";
    /// RFC 4731.
    Esearch = "ESEARCH";
    /// RFC 5182.
    SearchRes = "SEARCHRES";
    /// RFC 3516.
    Binary = "BINARY";
    /// RFC 2971.
    Id = "ID";
    /// RFC 3348.
    Children = "CHILDREN";
    /// RFC 5032.
    Within = "WITHIN";
    /// RFC 6855.
    Utf8Accept = "UTF8=ACCEPT";
    /// RFC 6855.
    Utf8Only = "UTF8=ONLY";
    /// RFC 7162.
    Condstore = "CONDSTORE";
    /// RFC 7162.
    QResync = "QRESYNC";
    /// RFC 5256.
    Sort = "SORT";
    /// RFC 5957.
    SortDisplay = "SORT=DISPLAY";
    /// RFC 5267.
    Esort = "ESORT";
    /// RFC 5267.
    ContextSearch = "CONTEXT=SEARCH";
    /// RFC 5267.
    ContextSort = "CONTEXT=SORT";
    /// RFC 7377.
    MultiSearch = "MULTISEARCH";
    /// RFC 6203.
    SearchFuzzy = "SEARCH=FUZZY";
    /// RFC 5466.
    Filters = "FILTERS";
    /// RFC 9394.
    Partial = "PARTIAL";
    /// RFC 9586.
    UidOnly = "UIDONLY";
    /// RFC 4978.
    CompressDeflate = "COMPRESS=DEFLATE";
    /// RFC 5465.
    Notify = "NOTIFY";
    /// RFC 5464.
    Metadata = "METADATA";
    /// RFC 5464: of the server alone.
    MetadataServer = "METADATA-SERVER";
    /// RFC 9590.
    ListMetadata = "LIST-METADATA";
    /// RFC 4314.
    Acl = "ACL";
    /// RFC 8440.
    ListMyRights = "LIST-MYRIGHTS";
    /// RFC 9208, RFC 2087.
    Quota = "QUOTA";
    /// RFC 9208.
    QuotaSet = "QUOTASET";
    /// RFC 3502.
    MultiAppend = "MULTIAPPEND";
    /// RFC 4469.
    Catenate = "CATENATE";
    /// RFC 4467.
    UrlAuth = "URLAUTH";
    /// RFC 5524.
    UrlAuthBinary = "URLAUTH=BINARY";
    /// RFC 5550.
    UrlPartial = "URL-PARTIAL";
    /// RFC 8508.
    Replace = "REPLACE";
    /// RFC 8474.
    ObjectId = "OBJECTID";
    /// RFC 8514.
    SaveDate = "SAVEDATE";
    /// RFC 8970.
    Preview = "PREVIEW";
    /// RFC 8437.
    Unauthenticate = "UNAUTHENTICATE";
    /// RFC 5255.
    Language = "LANGUAGE";
    /// RFC 5255.
    I18nLevel1 = "I18NLEVEL=1";
    /// RFC 5255.
    I18nLevel2 = "I18NLEVEL=2";
    /// RFC 5257.
    AnnotateExperiment1 = "ANNOTATE-EXPERIMENT-1";
    /// RFC 9585.
    InProgress = "INPROGRESS";
    /// RFC 9698.
    JmapAccess = "JMAPACCESS";
    /// Gmail's labels, message and thread identifiers.
    GmExt1 = "X-GM-EXT-1";
    /// Gmail's forerunner of SPECIAL-USE.
    Xlist = "XLIST";
}

impl Capability {
    /// The capability of a SASL mechanism.
    #[must_use]
    pub fn auth(mechanism: &str) -> Self {
        Self::Auth(mechanism.into())
    }
}

/// A limit of RFC 9738: the rule `nz-number`.
fn limit_of(text: &str) -> Option<u32> {
    text.parse().ok().filter(|limit| *limit > 0 && !text.starts_with('+'))
}

impl From<&str> for Capability {
    fn from(name: &str) -> Self {
        if let Some((_, known)) = NAMES.iter().find(|(text, _)| text.eq_ignore_ascii_case(name)) {
            return known.clone();
        }
        let (key, value) = name.split_once('=').map_or((name, None), |(key, value)| (key, Some(value)));
        // A sign is not of the rule `number`.
        let number = |text: &str| text.parse().ok().filter(|_| !text.starts_with('+'));
        match value {
            Some(mechanism) if key.eq_ignore_ascii_case("AUTH") => Self::auth(mechanism),
            None if key.eq_ignore_ascii_case("APPENDLIMIT") => Self::AppendLimit(None),
            Some(limit) if key.eq_ignore_ascii_case("APPENDLIMIT") => match number(limit) {
                Some(limit) => Self::AppendLimit(Some(limit)),
                None => Self::Other(name.into()),
            },
            Some(algorithm) if key.eq_ignore_ascii_case("THREAD") => Self::Thread(algorithm.into()),
            Some(rights) if key.eq_ignore_ascii_case("RIGHTS") => Self::Rights(rights.into()),
            Some(resource) if key.eq_ignore_ascii_case("QUOTA") => match resource.split_at_checked(4) {
                Some((res, resource)) if res.eq_ignore_ascii_case("RES-") => {
                    Self::QuotaResource(resource.into())
                }
                _ => Self::Other(name.into()),
            },
            Some(limit) if key.eq_ignore_ascii_case("MESSAGELIMIT") => {
                limit_of(limit).map_or_else(|| Self::Other(name.into()), Self::MessageLimit)
            }
            Some(limit) if key.eq_ignore_ascii_case("SAVELIMIT") => {
                limit_of(limit).map_or_else(|| Self::Other(name.into()), Self::SaveLimit)
            }
            _ => Self::Other(name.into()),
        }
    }
}

impl fmt::Display for Capability {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Auth(mechanism) => write!(f, "AUTH={mechanism}"),
            Self::AppendLimit(None) => f.write_str("APPENDLIMIT"),
            Self::AppendLimit(Some(limit)) => write!(f, "APPENDLIMIT={limit}"),
            Self::Thread(algorithm) => write!(f, "THREAD={algorithm}"),
            Self::Rights(rights) => write!(f, "RIGHTS={rights}"),
            Self::QuotaResource(resource) => write!(f, "QUOTA=RES-{resource}"),
            Self::MessageLimit(limit) => write!(f, "MESSAGELIMIT={limit}"),
            Self::SaveLimit(limit) => write!(f, "SAVELIMIT={limit}"),
            Self::Other(name) => fmt::Display::fmt(name, f),
            known => {
                let name = NAMES.iter().find(|(_, capability)| capability == known);
                f.write_str(name.map_or("", |(text, _)| text))
            }
        }
    }
}

/// All that a server says it can do, in its order, each once.
///
/// ```
/// use anyrfc_imap::types::{Capabilities, Capability};
/// let all: Capabilities = ["IMAP4REV2", "auth=PLAIN", "XYZZY"].into_iter().collect();
/// assert!(all.has(&Capability::Imap4Rev2) && all.has(&Capability::from("xyzzy")));
/// assert_eq!(all.auth_mechanisms().collect::<Vec<_>>(), ["PLAIN"]);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Capabilities(Vec<Capability>);

impl Capabilities {
    /// Whether the server said so.
    #[must_use]
    pub fn has(&self, capability: &Capability) -> bool {
        self.0.contains(capability)
    }

    /// The SASL mechanisms, in the server's order.
    pub fn auth_mechanisms(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter_map(|capability| match capability {
            Capability::Auth(mechanism) => Some(mechanism.as_str()),
            _ => None,
        })
    }

    /// Whether APPENDLIMIT is there: `Some(None)` where it differs by mailbox (RFC 7889).
    #[must_use]
    pub fn append_limit(&self) -> Option<Option<u64>> {
        self.0.iter().find_map(|capability| match capability {
            Capability::AppendLimit(limit) => Some(*limit),
            _ => None,
        })
    }

    /// The most messages that one command may be about (RFC 9738).
    #[must_use]
    pub fn message_limit(&self) -> Option<u32> {
        self.0.iter().find_map(|capability| match capability {
            Capability::MessageLimit(limit) => Some(*limit),
            _ => None,
        })
    }

    /// The most messages that a saved result holds (RFC 9738): `SAVELIMIT`, or else `MESSAGELIMIT`.
    #[must_use]
    pub fn save_limit(&self) -> Option<u32> {
        let limit = self.0.iter().find_map(|capability| match capability {
            Capability::SaveLimit(limit) => Some(*limit),
            _ => None,
        });
        limit.or_else(|| self.message_limit())
    }

    /// Whether there is SORT, or a capability whose name begins with it (RFC 5256, section 1).
    #[must_use]
    pub fn can_sort(&self) -> bool {
        let sorts = |name: &str| name.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("SORT"));
        self.0.iter().any(|capability| match capability {
            Capability::Sort | Capability::SortDisplay => true,
            Capability::Other(name) => sorts(name.as_str()),
            _ => false,
        })
    }

    /// The algorithms for threads (RFC 5256), in the server's order.
    pub fn thread_algorithms(&self) -> impl Iterator<Item = ThreadAlgorithm> {
        self.0.iter().filter_map(|capability| match capability {
            Capability::Thread(name) => Some(ThreadAlgorithm::from(name.as_str())),
            _ => None,
        })
    }

    /// The level of internationalisation (RFC 5255): texts are compared by `i;unicode-casemap` from
    /// 1 on, and by a comparator that can be chosen from 2 on. 0 where the server says nothing.
    #[must_use]
    pub fn i18n_level(&self) -> u8 {
        match (self.has(&Capability::I18nLevel2), self.has(&Capability::I18nLevel1)) {
            (true, _) => 2,
            (false, true) => 1,
            (false, false) => 0,
        }
    }

    /// Each of them.
    pub fn iter(&self) -> std::slice::Iter<'_, Capability> {
        self.0.iter()
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Adds one, unless it is there.
    pub fn insert(&mut self, capability: Capability) {
        if !self.has(&capability) {
            self.0.push(capability);
        }
    }
}

impl<'a> IntoIterator for &'a Capabilities {
    type Item = &'a Capability;
    type IntoIter = std::slice::Iter<'a, Capability>;
    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl FromIterator<Capability> for Capabilities {
    fn from_iter<I: IntoIterator<Item = Capability>>(all: I) -> Self {
        let mut list: Vec<Capability> = Vec::new();
        let mut seen = std::collections::HashSet::new();
        for capability in all {
            if seen.insert(capability.clone()) {
                list.push(capability);
            }
        }
        Self(list)
    }
}

impl<'a> FromIterator<&'a str> for Capabilities {
    fn from_iter<I: IntoIterator<Item = &'a str>>(names: I) -> Self {
        names.into_iter().map(Capability::from).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_goes_there_and_back() {
        for (text, capability) in NAMES {
            assert_eq!(&Capability::from(text.to_lowercase().as_str()), capability);
            assert_eq!(&capability.to_string(), text);
        }
        for text in ["AUTH=SCRAM-SHA-256", "APPENDLIMIT", "APPENDLIMIT=35651584", "APPENDLIMIT=x", "X-OWN=1"]
        {
            assert_eq!(Capability::from(text).to_string(), text);
        }
    }

    #[test]
    fn each_is_there_once() {
        let all: Capabilities = ["IDLE", "idle", "x-a", "X-A", "APPENDLIMIT=9"].into_iter().collect();
        assert_eq!((all.len(), all.append_limit()), (3, Some(Some(9))));
    }
}
