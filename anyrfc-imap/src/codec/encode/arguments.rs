//! The arguments that have types of their own.

use super::{
    Encoder,
    encoder::{is_atom_char, is_plain, is_word},
};
use crate::{
    Error, ErrorKind,
    codec::utf7,
    rfc3501, rfc5182, rfc5465, rfc9051,
    types::{
        Bound, Capability, Date, DateTime, FetchItem, Flag, MailboxAttribute, MailboxName, Names, PartPath,
        Partial, PartialRange, Pattern, Section, SectionText, SequenceSet, Verbatim,
    },
};

impl Encoder<'_> {
    /// The rule `mailbox`.
    ///
    /// # Errors
    /// As [`string`](Self::string).
    pub fn mailbox(&mut self, name: &MailboxName) -> Result<&mut Self, Error> {
        self.astring(&name.encoded(self.dialect().names()))
    }

    /// The rule `list-mailbox`.
    ///
    /// # Errors
    /// As [`string`](Self::string).
    pub fn pattern(&mut self, pattern: &Pattern) -> Result<&mut Self, Error> {
        let encoded = pattern.encoded(self.dialect().names());
        if is_word(&encoded, |byte| is_plain(byte) || matches!(byte, b'*' | b'%')) {
            return Ok(self.put(&encoded));
        }
        self.string(&encoded)
    }

    /// The rule `sequence-set`.
    ///
    /// # Errors
    /// [`ErrorKind::Usage`] for an empty set; [`ErrorKind::Unsupported`] for `$` where the server
    /// saves no search (RFC 5182).
    pub fn sequence_set(&mut self, set: &SequenceSet) -> Result<&mut Self, Error> {
        if set.is_empty() {
            return Err(Error::usage("no message is named"));
        }
        if set.is_saved() && !self.dialect().rev2() && !self.dialect().has(&Capability::SearchRes) {
            return Err(Error::new(ErrorKind::Unsupported, "the server lacks SEARCHRES")
                .with_requirement(rfc5182::SAVE_NEEDS_THE_CAPABILITY));
        }
        let last = |range: &(Bound, Bound)| *range == (Bound::Last, Bound::Last);
        if self.dialect().last_moves() && set.ranges().is_some_and(|ranges| ranges.iter().any(last)) {
            return Err(Error::usage("the last message may be another one by the time it is asked for")
                .with_requirement(rfc5465::STAR_IS_NOT_USED_WITH_SELECTED));
        }
        Ok(self.put(set.to_string().as_bytes()))
    }

    /// The rule `flag`.
    ///
    /// # Errors
    /// [`ErrorKind::Usage`] for what no client may set, and what is no flag.
    pub fn flag(&mut self, flag: &Flag) -> Result<&mut Self, Error> {
        if *flag == Flag::Recent {
            return Err(Error::usage("only a server sets \\Recent"));
        }
        self.flag_name(flag.as_str())
    }

    fn flag_name(&mut self, name: &str) -> Result<&mut Self, Error> {
        let atom = name.strip_prefix('\\').unwrap_or(name);
        // Servers hand out keywords with a bracket, and expect to find them again.
        if atom.is_empty() || !atom.bytes().all(|byte| is_atom_char(byte) || byte == b']') {
            return Err(Error::usage("not a flag"));
        }
        if name.eq_ignore_ascii_case("\\Recent") {
            return Err(Error::usage("only a server sets \\Recent"));
        }
        Ok(self.put(name.as_bytes()))
    }

    /// The rule `entry-name` of a flag (RFC 7162, section 7).
    ///
    /// # Errors
    /// As [`flag`](Self::flag).
    pub fn entry_of_flag(&mut self, flag: &Flag) -> Result<&mut Self, Error> {
        self.word("\"/flags/");
        if flag.as_str().starts_with('\\') {
            self.word("\\");
        }
        Ok(self.flag(flag)?.word("\""))
    }

    /// The rule `flag-list`.
    ///
    /// # Errors
    /// As [`flag`](Self::flag).
    pub fn flags(&mut self, flags: &[Flag]) -> Result<&mut Self, Error> {
        self.list(flags, |encoder, flag| {
            encoder.flag(flag)?;
            Ok(())
        })
    }

    /// The rule `use-attr` (RFC 6154, section 6).
    ///
    /// # Errors
    /// [`ErrorKind::Usage`] for what does not begin with a backslash.
    pub fn attribute(&mut self, attribute: &MailboxAttribute) -> Result<&mut Self, Error> {
        let name = attribute.as_str();
        if !name.starts_with('\\') {
            return Err(Error::usage("not an attribute of a mailbox"));
        }
        self.flag_name(name)
    }

    /// The name of a mailbox that is to be made.
    ///
    /// # Errors
    /// As [`mailbox`](Self::mailbox); [`ErrorKind::Usage`] for a name that a server has sent but
    /// that is none of the connection's encoding.
    pub fn new_mailbox(&mut self, name: &MailboxName) -> Result<&mut Self, Error> {
        if self.dialect().names() == Names::ModifiedUtf7
            && let Err(fault) = utf7::decode(&name.encoded(Names::ModifiedUtf7))
        {
            let statement = match fault {
                utf7::Utf7Fault::NotPrintable(_) => rfc3501::NO_8_BIT_MAILBOX_NAMES_ARE_CREATED,
                _ => rfc3501::CREATED_NAMES_ARE_VALID_MODIFIED_UTF7,
            };
            return Err(Error::usage("the name is not in modified UTF-7").with_requirement(statement));
        }
        self.mailbox(name)
    }

    /// The rule `partial-range` (RFC 9394, section 4).
    pub fn partial_range(&mut self, range: PartialRange) -> &mut Self {
        self.put(range.to_string().as_bytes())
    }

    /// The rule `date`.
    pub fn date(&mut self, date: Date) -> &mut Self {
        self.put(date.to_string().as_bytes())
    }

    /// The rule `date-time`.
    pub fn date_time(&mut self, time: DateTime) -> &mut Self {
        self.put(format!("\"{time}\"").as_bytes())
    }

    /// Arguments as they are.
    pub fn verbatim(&mut self, text: &Verbatim) -> &mut Self {
        self.put(text.as_str().as_bytes())
    }

    /// A label of Gmail: its own ones as they are, the users' as the names of mailboxes are.
    ///
    /// # Errors
    /// [`ErrorKind::Usage`] for what cannot be a label.
    pub fn gmail_label(&mut self, label: &str) -> Result<&mut Self, Error> {
        if label.starts_with('\\') {
            return self.flag_name(label);
        }
        let name = MailboxName::new(label)?;
        self.mailbox(&name)
    }

    /// The rule `fetch-att`.
    ///
    /// # Errors
    /// [`ErrorKind::Usage`] for sections that cannot be.
    pub fn fetch_item(&mut self, item: &FetchItem) -> Result<&mut Self, Error> {
        Ok(match item {
            FetchItem::Uid => self.word("UID"),
            FetchItem::Flags => self.word("FLAGS"),
            FetchItem::InternalDate => self.word("INTERNALDATE"),
            FetchItem::Size => self.word("RFC822.SIZE"),
            FetchItem::Envelope => self.word("ENVELOPE"),
            FetchItem::Body => self.word("BODY"),
            FetchItem::BodyStructure => self.word("BODYSTRUCTURE"),
            FetchItem::Section { section, peek, partial } => self
                .word(if *peek { "BODY.PEEK[" } else { "BODY[" })
                .section(section)?
                .word("]")
                .partial(*partial)?,
            FetchItem::Binary { part, peek, partial } => self
                .word(if *peek { "BINARY.PEEK[" } else { "BINARY[" })
                .part(part)
                .word("]")
                .partial(*partial)?,
            FetchItem::BinarySize(part) => self.word("BINARY.SIZE[").part(part).word("]"),
            FetchItem::Rfc822 => self.word("RFC822"),
            FetchItem::Rfc822Header => self.word("RFC822.HEADER"),
            FetchItem::Rfc822Text => self.word("RFC822.TEXT"),
            FetchItem::ModSeq => self.word("MODSEQ"),
            FetchItem::EmailId => self.word("EMAILID"),
            FetchItem::ThreadId => self.word("THREADID"),
            FetchItem::SaveDate => self.word("SAVEDATE"),
            FetchItem::Preview { lazy: false } => self.word("PREVIEW"),
            FetchItem::Preview { lazy: true } => self.word("PREVIEW (LAZY)"),
            FetchItem::Annotations(wanted) => self.annotations_wanted(wanted)?,
            FetchItem::GmailMessageId => self.word("X-GM-MSGID"),
            FetchItem::GmailThreadId => self.word("X-GM-THRID"),
            FetchItem::GmailLabels => self.word("X-GM-LABELS"),
            FetchItem::Custom(text) => self.verbatim(text),
        })
    }

    /// The rule `section-spec`.
    fn section(&mut self, section: &Section) -> Result<&mut Self, Error> {
        self.part(&section.part);
        if !section.part.is_root() && section.text != SectionText::All {
            self.word(".");
        }
        let (word, names) = match &section.text {
            SectionText::All => return Ok(self),
            SectionText::Header => return Ok(self.word("HEADER")),
            SectionText::Text => return Ok(self.word("TEXT")),
            SectionText::Mime if section.part.is_root() => {
                return Err(Error::usage("only a part has a MIME header of its own")
                    .with_requirement(rfc9051::MIME_SPECIFIER_HAS_A_PART_NUMBER));
            }
            SectionText::Mime => return Ok(self.word("MIME")),
            SectionText::HeaderFields(names) => ("HEADER.FIELDS ", names),
            SectionText::HeaderFieldsNot(names) => ("HEADER.FIELDS.NOT ", names),
        };
        if names.is_empty() {
            return Err(Error::usage("no header field is named"));
        }
        self.word(word).list(names, |encoder, name| {
            encoder.astring(name.as_bytes())?;
            Ok(())
        })
    }

    /// The rule `section-part`, or nothing.
    fn part(&mut self, part: &PartPath) -> &mut Self {
        self.put(part.to_string().as_bytes())
    }

    /// The rule `partial`, or nothing.
    fn partial(&mut self, partial: Option<Partial>) -> Result<&mut Self, Error> {
        let Some(partial) = partial else { return Ok(self) };
        Ok(self.word("<").number(partial.offset())?.word(".").number(partial.octets())?.word(">"))
    }
}
