//! What is wrong with a message that is read all the same.

use std::fmt;

use anyrfc_core::Requirement;

use crate::{rfc2045, rfc2046, rfc2047, rfc2231, rfc3464, rfc5322, rfc8098};

/// One thing that is wrong, and where. The message is read as well as it can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Defect {
    /// What is wrong.
    pub kind: DefectKind,
    /// Where it begins, in octets from the start of what was read.
    pub offset: u64,
}

impl fmt::Display for Defect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at byte {}", self.kind, self.offset)
    }
}

/// Declares the kinds of defect, each with its words and the statement that it breaks.
macro_rules! kinds {
    ($($(#[$meta:meta])* $name:ident = $words:literal, $requirement:expr;)*) => {
        /// What can be wrong with a message.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum DefectKind {
            $($(#[$meta])* #[doc = concat!("In short: ", $words, ".")] $name,)*
        }

        impl DefectKind {
            /// Every kind.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The statement that is broken; none where only a limit of ours was met.
            #[must_use]
            pub const fn requirement(self) -> Option<&'static Requirement> {
                match self { $(Self::$name => $requirement,)* }
            }

            const fn words(self) -> &'static str {
                match self { $(Self::$name => $words,)* }
            }
        }
    };
}

kinds! {
    // The structure.

    /// A line of a header block that is no field ends the block; it begins the body.
    NotAField = "a line in the header is no field", Some(rfc5322::FIELD_NAME_CHARACTERS);
    /// `Subject : x` is in the obsolete syntax (RFC 5322, section 4.5).
    SpaceBeforeColon = "there is white space before a colon", Some(rfc5322::NO_OBSOLETE_PRODUCTION);
    /// What a mailbox file puts before a message, or a byte order mark.
    NotOfTheMessage = "something stands before the header", Some(rfc5322::CONFORM_TO_SECTION_3);
    /// The header ends where its part does.
    NoBlankLine = "no empty line ends the header", Some(rfc5322::CONFORM_TO_SECTION_3);
    /// A folded line that is white space alone.
    BlankFoldedLine = "a folded line is all white space", Some(rfc5322::NO_FOLDED_LINE_OF_WHITE_SPACE);
    /// A lone LF, read as the end of a line.
    LoneLineFeed = "a line ends in LF alone", Some(rfc5322::NO_LONE_CR_OR_LF);
    /// A CR without LF is read as any other character.
    LoneCarriageReturn = "a CR stands alone", Some(rfc5322::NO_LONE_CR_OR_LF);
    /// A NUL is read as any other character.
    Nul = "there is a NUL", Some(rfc5322::CONFORM_TO_SECTION_3);
    /// A line of more than 998 octets.
    LongLine = "a line is longer than 998 octets", Some(rfc5322::MESSAGE_LINES_UP_TO_998);
    /// A field that may stand only once; the first one counts.
    RepeatedField = "a field is repeated", Some(rfc5322::CONFORM_TO_SECTION_3);
    /// A multipart that states no boundary is read as one opaque body.
    NoBoundary = "a multipart states no boundary", Some(rfc2046::BOUNDARY_UP_TO_70);
    /// A boundary of more than 70 characters, or with others than are allowed.
    BadBoundary = "a boundary is malformed", Some(rfc2046::BOUNDARY_UP_TO_70);
    /// A multipart without a single part.
    NoParts = "a multipart has no part", Some(rfc2046::AT_LEAST_ONE_PART);
    /// A multipart that nothing closes ends where the one around it does.
    NoCloseDelimiter = "a multipart is not closed", Some(rfc2046::AT_LEAST_ONE_PART);
    /// Something other than white space follows a delimiter on its line.
    TextAfterBoundary = "text follows a boundary on its line", Some(rfc2046::NO_BOUNDARY_PADDING);
    /// A multipart or message with another encoding than 7bit, 8bit or binary.
    EncodedComposite = "a multipart or message has a transfer encoding", Some(rfc2045::COMPOSITES_ARE_NOT_ENCODED);
    /// A transfer encoding that is not known: the body is opaque.
    UnknownEncoding = "the transfer encoding is not known", Some(rfc2045::UNKNOWN_ENCODING_IS_OPAQUE);
    /// A media type that cannot be read is taken as text/plain.
    BadContentType = "the media type is malformed", Some(rfc2045::SUBTYPE_IS_MANDATORY);

    // Limits of ours.

    /// More nesting than the limit: the part is left whole.
    TooDeep = "parts are nested more deeply than the limit", None;
    /// More parts than the limit: the rest stays in the last one.
    TooManyParts = "there are more parts than the limit", None;
    /// More fields in one header than the limit: the rest is left out.
    TooManyFields = "a header has more fields than the limit", None;
    /// A field longer than the limit: its end is left out.
    LongField = "a field is longer than the limit", None;
    /// More parameters than the limit: the rest is left out.
    TooManyParameters = "a field has more parameters than the limit", None;
    /// More addresses than the limit: the rest is left out.
    TooManyAddresses = "a field has more addresses than the limit", None;

    // What fields hold.

    /// Something in a list of addresses is none.
    BadAddress = "an address is malformed", Some(rfc5322::FIELD_BODIES_CONFORM);
    /// An obsolete form (RFC 5322, section 4), read as it was meant.
    Obsolete = "an obsolete form is used", Some(rfc5322::NO_OBSOLETE_PRODUCTION);
    /// A date that cannot be read.
    BadDate = "a date is malformed", Some(rfc5322::DATE_IS_VALID);
    /// The day of the week is not that of the date, which counts.
    WrongWeekday = "the day of the week is not that of the date", Some(rfc5322::DAY_OF_WEEK_IS_IMPLIED);
    /// A message identifier in another form than that of the grammar.
    BadMessageId = "a message identifier is malformed", Some(rfc5322::FIELD_BODIES_CONFORM);
    /// A comment that nothing closes.
    OpenComment = "a comment is not closed", Some(rfc5322::FIELD_BODIES_CONFORM);
    /// A quoted-string that nothing closes.
    OpenQuote = "a quoted-string is not closed", Some(rfc5322::FIELD_BODIES_CONFORM);
    /// An encoded-word that cannot be decoded is left as it is.
    BadEncodedWord = "an encoded-word is malformed", Some(rfc2047::LINES_UP_TO_76);
    /// An encoded-word that stands against other text, decoded all the same.
    UnseparatedEncodedWord = "an encoded-word is not separated by white space", Some(rfc2047::SEPARATE_IN_TEXT);
    /// Control characters, once decoded; each is read as a space.
    ControlCharacter = "decoded text holds a control character", Some(rfc2047::PRINTABLE_DATA_ONLY);
    /// A parameter that cannot be read is left out.
    BadParameter = "a parameter is malformed", Some(rfc5322::FIELD_BODIES_CONFORM);
    /// A parameter that is there twice; the first one counts.
    RepeatedParameter = "a parameter is repeated", Some(rfc5322::FIELD_BODIES_CONFORM);
    /// A section of a long parameter is missing: the value ends before it.
    MissingSection = "a section of a parameter is missing", Some(rfc2231::MECHANISM_NEEDS_NO_ORDER);
    /// An encoded parameter without charset and language.
    NoCharsetQuotes = "an encoded parameter lacks its single quotes", Some(rfc2231::BOTH_QUOTES_ARE_PRESENT);
    /// An encoded-word in a parameter, decoded all the same.
    EncodedWordInParameter = "a parameter holds an encoded-word", Some(rfc2047::NOT_IN_PARAMETERS);

    // What bodies hold.

    /// Characters outside the alphabet of base64 are passed over.
    NotBase64 = "base64 holds other characters", Some(rfc2045::OTHER_CHARACTERS_ARE_IGNORED);
    /// Base64 that ends inside a quantum.
    IncompleteBase64 = "base64 ends inside a quantum", Some(rfc2045::QUANTUM_IS_COMPLETED);
    /// More base64 follows the padding, decoded all the same.
    DataAfterPadding = "base64 goes on after its padding", Some(rfc2045::QUANTUM_IS_COMPLETED);
    /// An `=` that is no escape is left as it is.
    BadEscape = "quoted-printable has a malformed escape", Some(rfc2045::OTHER_OCTETS_ARE_HEX);
    /// Octets beyond ASCII where there can be none.
    EightBit = "there are octets beyond ASCII", Some(rfc2045::EIGHT_BITS_ARE_NOT_7BIT);
    /// A charset that is not known: the octets are kept as they are.
    UnknownCharset = "the charset is not known", Some(rfc2046::UNKNOWN_TEXT_AND_CHARSET_IS_OPAQUE);
    /// Octets that mean nothing in their charset.
    NotInCharset = "text is not in its charset", Some(rfc2046::OTHER_CHARSETS_ARE_NAMED);

    // What reports hold.

    /// A field that every report of its kind has.
    MissingReportField = "a field that a report needs is missing", Some(rfc5322::FIELD_BODIES_CONFORM);
    /// A field of a report that cannot be read, or only in part.
    BadReportField = "a field of a report is malformed", Some(rfc5322::FIELD_BODIES_CONFORM);
    /// A report that names no recipient.
    NoFinalRecipient = "a report names no recipient", Some(rfc3464::FINAL_RECIPIENT_IS_PRESENT);
    /// A delivery status that does not say what was done.
    NoAction = "a delivery status names no action", Some(rfc3464::ACTION_IS_PRESENT);
    /// A delivery status without a status code.
    NoStatus = "a delivery status has no status code", Some(rfc3464::STATUS_IS_PRESENT);
    /// A status code in another form than three numbers without leading zeros.
    BadStatus = "a status code is malformed", Some(rfc3464::STATUS_HAS_NO_LEADING_ZEROS);
    /// A delivery status that is to be retried though it is no delay.
    RetryWithoutDelay = "a delivery is to be retried that was not delayed", Some(rfc3464::RETRY_ONLY_FOR_DELAYS);
    /// A disposition notification that does not say what was done.
    NoDisposition = "a notification names no disposition", Some(rfc8098::DISPOSITION_IS_PRESENT);
}

impl fmt::Display for DefectKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.words())
    }
}

/// The defects that were found, in the order found; of very many, the first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Defects {
    found: Vec<Defect>,
    more: u64,
}

impl Defects {
    /// How many are kept.
    pub const KEPT: usize = 1024;

    /// None.
    #[must_use]
    pub const fn new() -> Self {
        Self { found: Vec::new(), more: 0 }
    }

    /// Notes one.
    pub fn record(&mut self, kind: DefectKind, offset: u64) {
        if self.found.len() < Self::KEPT {
            self.found.push(Defect { kind, offset });
        } else {
            self.more = self.more.saturating_add(1);
        }
    }

    /// Whether there is none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// How many there were, those that were not kept too.
    #[must_use]
    pub const fn count(&self) -> u64 {
        self.more.saturating_add(self.found.len() as u64)
    }

    /// Whether there is one of this kind among those kept.
    #[must_use]
    pub fn has(&self, kind: DefectKind) -> bool {
        self.found.iter().any(|defect| defect.kind == kind)
    }

    /// Those that were kept.
    pub fn iter(&self) -> std::slice::Iter<'_, Defect> {
        self.found.iter()
    }

    /// Those that were kept.
    #[must_use]
    pub fn as_slice(&self) -> &[Defect] {
        &self.found
    }
}

impl<'a> IntoIterator for &'a Defects {
    type Item = &'a Defect;
    type IntoIter = std::slice::Iter<'a, Defect>;
    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_very_many_the_first_are_kept() {
        let mut defects = Defects::new();
        assert!(defects.is_empty());
        for offset in 0..2000 {
            defects.record(DefectKind::Nul, offset);
        }
        assert_eq!((defects.count(), defects.iter().count()), (2000, Defects::KEPT));
        assert!(defects.has(DefectKind::Nul) && !defects.has(DefectKind::LongLine));
        assert_eq!(defects.as_slice()[0].to_string(), "there is a NUL at byte 0");
    }

    #[test]
    fn whatever_is_no_limit_names_its_rule() {
        for &kind in DefectKind::ALL {
            let limit = kind.to_string().contains("the limit");
            assert_eq!(kind.requirement().is_none(), limit, "{kind}");
        }
    }
}
