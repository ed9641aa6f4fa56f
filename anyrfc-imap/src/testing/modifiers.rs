//! What RFC 4466 lets stand in parentheses behind the arguments of SELECT, FETCH and STORE.

use super::{
    query::Window,
    syntax::{Cursor, Parsed, Set},
};

/// The parameters of SELECT and EXAMINE (RFC 7162, sections 3.1.8 and 3.2.5).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct SelectParams {
    pub(crate) condstore: bool,
    pub(crate) qresync: Option<Known>,
}

/// What a client says to know of a mailbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Known {
    pub(crate) uid_validity: u32,
    pub(crate) mod_seq: u64,
    pub(crate) uids: Option<Set>,
    /// Message numbers and their UIDs.
    pub(crate) sample: Option<(Set, Set)>,
}

/// The modifiers of FETCH (RFC 7162, sections 3.1.4.1 and 3.2.6).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct FetchModifiers {
    pub(crate) changed_since: Option<u64>,
    pub(crate) vanished: bool,
    /// RFC 9394, section 3.3.
    pub(crate) partial: Option<Window>,
}

/// `mod-sequence-value`
pub(crate) fn mod_seq(cursor: &mut Cursor<'_>) -> Parsed<u64> {
    let start = cursor.clone();
    match mod_seq_or_zero(cursor)? {
        0 => start.fail("a modification sequence"),
        value => Ok(value),
    }
}

/// `mod-sequence-valzer`
pub(crate) fn mod_seq_or_zero(cursor: &mut Cursor<'_>) -> Parsed<u64> {
    let start = cursor.clone();
    match cursor.number64()? {
        value if value <= i64::MAX as u64 => Ok(value),
        _ => start.fail("a modification sequence of 63 bits"),
    }
}

/// `known-uids`: a set without `*`, in ascending order as the sample asks for.
fn known(cursor: &mut Cursor<'_>) -> Parsed<Set> {
    let start = cursor.clone();
    let set = cursor.set()?;
    let Set::Ranges(ranges) = &set else { return start.fail("a set of numbers") };
    let mut last = 0;
    for range in ranges {
        let (Some(from), Some(to)) = range else { return start.fail("a set without *") };
        if *from <= last || to < from {
            return start.fail("a set in ascending order");
        }
        last = *to;
    }
    Ok(set)
}

/// `select-params`
pub(crate) fn select_params(cursor: &mut Cursor<'_>) -> Parsed<SelectParams> {
    let mut params = SelectParams::default();
    if cursor.at_end() {
        return Ok(params);
    }
    cursor.expect(" (")?;
    loop {
        let start = cursor.clone();
        match cursor.keyword()?.as_str() {
            "CONDSTORE" if !params.condstore => params.condstore = true,
            "QRESYNC" if params.qresync.is_none() => {
                cursor.expect(" (")?;
                let uid_validity = cursor.nz_number()?;
                cursor.sp()?;
                let mod_seq = mod_seq(cursor)?;
                let (mut uids, mut sample) = (None, None);
                if cursor.eat(" ") && cursor.next() != Some(b'(') {
                    uids = Some(known(cursor)?);
                    cursor.eat(" ");
                }
                if cursor.next() == Some(b'(') {
                    cursor.expect("(")?;
                    let numbers = known(cursor)?;
                    cursor.sp()?;
                    sample = Some((numbers, known(cursor)?));
                    cursor.expect(")")?;
                }
                cursor.expect(")")?;
                params.qresync = Some(Known { uid_validity, mod_seq, uids, sample });
            }
            _ => return start.fail("a parameter of SELECT, once"),
        }
        if cursor.eat(")") {
            return Ok(params);
        }
        cursor.sp()?;
    }
}

/// `fetch-modifiers`
pub(crate) fn fetch_modifiers(cursor: &mut Cursor<'_>) -> Parsed<FetchModifiers> {
    let mut modifiers = FetchModifiers::default();
    if cursor.at_end() {
        return Ok(modifiers);
    }
    cursor.expect(" (")?;
    loop {
        let start = cursor.clone();
        match cursor.keyword()?.as_str() {
            "CHANGEDSINCE" if modifiers.changed_since.is_none() => {
                cursor.sp()?;
                modifiers.changed_since = Some(mod_seq(cursor)?);
            }
            "VANISHED" if !modifiers.vanished => modifiers.vanished = true,
            "PARTIAL" if modifiers.partial.is_none() => {
                cursor.sp()?;
                modifiers.partial = Some(Window::read(cursor)?);
            }
            _ => return start.fail("a modifier of FETCH, once"),
        }
        if cursor.eat(")") {
            return Ok(modifiers);
        }
        cursor.sp()?;
    }
}

/// `store-modifiers`, with the space behind it: only UNCHANGEDSINCE (RFC 7162, section 3.1.3).
pub(crate) fn unchanged_since(cursor: &mut Cursor<'_>) -> Parsed<Option<u64>> {
    if !cursor.eat("(") {
        return Ok(None);
    }
    if !cursor.eat_word("UNCHANGEDSINCE ") {
        return cursor.fail("UNCHANGEDSINCE");
    }
    let since = mod_seq_or_zero(cursor)?;
    cursor.expect(")")?;
    cursor.sp()?;
    Ok(Some(since))
}

/// What MODSEQ has in a search: `[SP entry-name SP entry-type-req] SP mod-sequence-valzer`.
pub(crate) fn search_modseq(cursor: &mut Cursor<'_>) -> Parsed<u64> {
    cursor.sp()?;
    if cursor.next() == Some(b'"') {
        let start = cursor.clone();
        let entry = String::from_utf8_lossy(&cursor.string()?.bytes).into_owned();
        let flag = entry.strip_prefix("/flags/").unwrap_or_default();
        if flag.strip_prefix('\\').unwrap_or(flag).is_empty() {
            return start.fail("the entry of a flag");
        }
        cursor.sp()?;
        let of = cursor.keyword()?;
        if !matches!(of.as_str(), "PRIV" | "SHARED" | "ALL") {
            return start.fail("priv, shared or all");
        }
        cursor.sp()?;
    }
    mod_seq_or_zero(cursor)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read<T>(rule: fn(&mut Cursor<'_>) -> Parsed<T>, text: &str) -> Parsed<T> {
        let text = format!("{text}\r\n");
        let mut cursor = Cursor::new(text.as_bytes(), false);
        let value = rule(&mut cursor)?;
        cursor.end().map(|()| value)
    }

    #[test]
    fn parameters_and_modifiers() {
        for good in [
            "",
            " (CONDSTORE)",
            " (QRESYNC (1 2))",
            " (QRESYNC (1 2 3:5,9))",
            " (QRESYNC (1 9223372036854775807 1 (1,3 5,7)) CONDSTORE)",
            " (QRESYNC (1 2 (1 5)))",
        ] {
            assert!(read(select_params, good).is_ok(), "{good}");
        }
        for bad in [
            " ()",
            " CONDSTORE",
            " (CONDSTORE CONDSTORE)",
            " (X)",
            " (QRESYNC 1 2)",
            " (QRESYNC (0 2))",
            " (QRESYNC (1 0))",
            " (QRESYNC (1 9223372036854775808))",
            " (QRESYNC (1 2 1:*))",
            " (QRESYNC (1 2 5,3))",
            " (QRESYNC (1 2 ))",
            " (QRESYNC (1 2 1 (1)))",
        ] {
            assert!(read(select_params, bad).is_err(), "{bad}");
        }
        assert!(read(fetch_modifiers, " (CHANGEDSINCE 5 VANISHED)").unwrap().vanished);
        for bad in [" ()", " (CHANGEDSINCE 0)", " (CHANGEDSINCE)", " (VANISHED VANISHED)", " (X)"] {
            assert!(read(fetch_modifiers, bad).is_err(), "{bad}");
        }
        assert_eq!(read(search_modseq, " \"/flags/\\\\Draft\" all 5").unwrap(), 5);
        for bad in
            [" \"/flags/\\Draft\" all 5", " \"/x\" all 5", " \"/flags/a\" some 5", " \"/flags/a\" 5", " x"]
        {
            assert!(read(search_modseq, bad).is_err(), "{bad}");
        }
    }
}
