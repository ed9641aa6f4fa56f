//! The rule `search-key`, for keys without others in them (RFC 9051, section 6.4.4).

use super::Needs;
use crate::{
    Error,
    codec::encode::Encoder,
    rfc5032, rfc5466, rfc8474, rfc8514, rfc9586,
    types::{AnnotationScope, AnnotationUse, Capability, Flag, Key, ModSeqOf},
};

/// Adds what the server must have for a key.
pub(super) fn needs(key: &Key, needs: Needs) -> Needs {
    match key {
        Key::Rev1(_) => needs.rev1(),
        Key::Within(..) => needs.capability(Capability::Within).because(rfc5032::WITHIN_NEEDS_THE_CAPABILITY),
        Key::ObjectId(..) => {
            needs.capability(Capability::ObjectId).because(rfc8474::OBJECTID_NEEDS_THE_CAPABILITY)
        }
        Key::Annotation(_, scope, _) => {
            let private = *scope != Some(AnnotationScope::Shared);
            needs.annotations(AnnotationUse { private, stores: None })
        }
        Key::SavedDay(..) | Key::SaveDateSupported => {
            needs.capability(Capability::SaveDate).because(rfc8514::SAVEDATE_NEEDS_THE_CAPABILITY)
        }
        Key::GmailText(..) | Key::GmailLabel(_) | Key::GmailNumber(..) => {
            needs.capability(Capability::GmExt1)
        }
        Key::Uids(set) => needs.set(set),
        Key::Numbers(set) if set.is_saved() => needs.set(set),
        Key::Numbers(_) => needs.numbers(rfc9586::NO_MESSAGE_NUMBERS_ARE_SEARCHED),
        Key::ModSeq(..) => needs.mod_sequences(),
        Key::UidBound(..) => needs.message_limit(),
        Key::Filter(_) => needs.capability(Capability::Filters).because(rfc5466::FILTER_NEEDS_THE_CAPABILITY),
        // It may be a key that the server does not know.
        Key::Custom(_) => needs.not_understood(),
        _ => needs,
    }
}

/// The rule `search-key`.
pub(super) fn encode(key: &Key, encoder: &mut Encoder<'_>) -> Result<(), Error> {
    match key {
        Key::Word(word) | Key::Rev1(word) => {
            encoder.word(word);
        }
        Key::Keyword(word, flag) => {
            let Flag::Keyword(_) = flag else { return Err(Error::usage("not a keyword")) };
            encoder.word(word).space().flag(flag)?;
        }
        Key::Text(word, text) | Key::GmailText(word, text) => {
            encoder.word(word).space().astring(text.as_bytes())?;
        }
        Key::GmailLabel(label) => {
            encoder.word("X-GM-LABELS ").gmail_label(label)?;
        }
        Key::Header(name, value) => {
            encoder.word("HEADER ").astring(name.as_bytes())?.space().astring(value.as_bytes())?;
        }
        Key::ObjectId(word, id) => {
            encoder.word(word).space().atom(id)?;
        }
        Key::Annotation(entries, scope, text) => {
            encoder.word("ANNOTATION ").entry_pattern(entries.as_str())?.word(" value");
            encoder.word(scope.map_or("", AnnotationScope::suffix)).space().string(text.as_bytes())?;
        }
        Key::SaveDateSupported => {
            encoder.word("SAVEDATESUPPORTED");
        }
        Key::Day(word, date) | Key::SavedDay(word, date) => {
            encoder.word(word).space().date(*date);
        }
        Key::Octets(word, number) => {
            encoder.word(word).space().number(*number)?;
        }
        Key::GmailNumber(word, number) => {
            encoder.word(word).space().number64(*number);
        }
        Key::Within(word, seconds) => {
            encoder.word(word).space().number(seconds.get().into())?;
        }
        Key::ModSeq(entry, since) => {
            encoder.word("MODSEQ ");
            if let Some((flag, of)) = entry {
                // A quoted string, in which the backslash of a system flag is escaped (RFC 7162,
                // section 7: `entry-flag-name`).
                encoder.entry_of_flag(flag)?.word(match of {
                    ModSeqOf::Private => " priv ",
                    ModSeqOf::Shared => " shared ",
                    ModSeqOf::All => " all ",
                });
            }
            encoder.mod_seq(*since);
        }
        Key::UidBound(word, uid) => {
            encoder.word(word).space().number(uid.get().into())?;
        }
        Key::Filter(name) => {
            encoder.word("FILTER ").atom(name.as_str())?;
        }
        Key::Uids(set) => {
            encoder.word("UID ").sequence_set(set)?;
        }
        Key::Numbers(set) => {
            encoder.sequence_set(set)?;
        }
        Key::Custom(text) => {
            encoder.verbatim(text);
        }
    }
    Ok(())
}
