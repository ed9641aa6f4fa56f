use super::*;

#[test]
fn nothing_needs_nothing() {
    assert_eq!(scan(b""), Facts { size: Some(0), ..Facts::default() });
}

#[test]
fn one_octet_may_be_all_there_is() {
    for octet in 0..=255_u8 {
        let facts = scan(&[octet]);
        let ends = matches!(octet, b'\r' | b'\n');
        assert_eq!((facts.eight_bit, facts.nul), (octet >= 0x80, octet == 0), "{octet:#x}");
        assert_eq!((facts.bare_line_ends, facts.unended), (ends, !ends), "{octet:#x}");
        assert_eq!(facts.size, Some(if ends { 2 } else { 3 }), "{octet:#x}");
        // What no other octet adds to.
        assert_eq!(scan(&[octet, 0]).eight_bit, octet >= 0x80, "{octet:#x}");
        assert_eq!(scan(&[0, octet]).eight_bit, octet >= 0x80, "{octet:#x}");
    }
}

#[test]
fn sizes_are_of_what_is_sent() {
    for (text, sent, kept) in [
        ("a", 3, 1),
        ("a\n", 3, 2),
        ("a\r", 3, 2),
        ("a\r\n", 3, 3),
        ("\n\r", 4, 2),
        ("\r\n\r", 4, 3),
        ("\r\r\n", 4, 3),
        ("\n\r\n", 4, 3),
        ("a\r\nb\n\rc", 11, 7),
    ] {
        for repeated in [1, 79, 80, 81, 1000] {
            // An end between them, whatever they end with.
            let text = format!("{text}x\r\n").repeat(repeated);
            let bare = usize::try_from(count_bare(text.as_bytes())).unwrap();
            assert_eq!(scan(text.as_bytes()).size, Some((text.len() + bare) as u64));
            assert_eq!(scan_as(text.as_bytes(), LineEnds::Keep).size, Some(text.len() as u64));
        }
        assert_eq!(scan(text.as_bytes()).size, Some(sent), "{text:?}");
        assert_eq!(scan_as(text.as_bytes(), LineEnds::Keep).size, Some(kept), "{text:?}");
        assert_eq!(scan_as(text.as_bytes(), LineEnds::Refuse).size, Some(kept), "{text:?}");
    }
}

#[test]
fn bare_ends_are_counted_across_steps() {
    for before in (0..4).chain(STEP - 3..STEP + 3).chain(2 * STEP - 3..2 * STEP + 3) {
        for (ends, bare) in
            [("\r\n", 0), ("\n", 1), ("\r", 1), ("\n\n", 2), ("\r\r\n", 1), ("\n\r", 2), ("\r\n\n\r\n", 1)]
        {
            let text = format!("{}{ends}{}", "x".repeat(before), "y".repeat(5));
            assert_eq!(count_bare(text.as_bytes()), bare, "{ends:?} behind {before}");
            let facts = scan(text.as_bytes());
            assert_eq!(facts.bare_line_ends, bare > 0, "{ends:?} behind {before}");
            assert_eq!(facts.size, Some(text.len() as u64 + bare + 2));
            let odd = format!("{}{ends}", "x".repeat(before));
            assert_eq!(count_bare(odd.as_bytes()), bare);
            assert_eq!(scan(odd.as_bytes()).bare_line_ends, bare > 0, "{ends:?} at the end, behind {before}");
        }
        for (octet, high, nul) in [("\u{80}", true, false), ("\0", false, true), ("\x7f", false, false)] {
            for behind in [0, 1, 300] {
                let text = format!("{}{octet}{}", "x".repeat(before), "y".repeat(behind));
                let facts = scan(text.as_bytes());
                assert_eq!((facts.eight_bit, facts.nul), (high, nul), "{octet:?} behind {before}");
            }
        }
    }
}

#[test]
fn only_a_header_in_utf8_needs_it_and_only_what_is_labeled_is_labeled() {
    let needs = |text: &str| {
        let facts = scan(text.as_bytes());
        (facts.eight_bit, facts.utf8_header, facts.unlabeled, facts.binary)
    };
    assert_eq!(needs("a: b\r\n\r\nc\r\n"), (false, false, false, false));
    assert_eq!(needs("a: ü\r\n\r\nc\r\n"), (true, true, false, false));
    assert_eq!(needs("a: b\r\n\r\nü\r\n"), (true, false, true, false));
    let mime =
        |encoding: &str| format!("MIME-Version: 1.0\r\nContent-Transfer-Encoding: {encoding}\r\n\r\nü\r\n");
    assert_eq!(needs(&mime("8bit")), (true, false, false, false));
    assert_eq!(needs(&mime("binary")), (true, false, false, true));
    assert_eq!(needs(&mime("binary").replace('ü', "u")), (false, false, false, false));
}

#[test]
fn a_line_is_long_beyond_998_octets_wherever_it_is() {
    for end in ["\r\n", "\n", "\r", ""] {
        for before in [0, 1, 2, 100] {
            for (octets, long) in [(997, false), (998, false), (999, true), (1000, true), (2500, true)] {
                for behind in ["", "b\r\n", "\r\n\r\n"] {
                    let text = format!("{}{}{end}{behind}", "a\r\n".repeat(before), "x".repeat(octets));
                    // Without an end, what is behind it may lengthen it.
                    let more = if end.is_empty() && behind == "b\r\n" { 1 } else { 0 };
                    let expected = (long || octets + more > LINE_MAX)
                        .then_some(LongLine { line: before as u64 + 1, octets: octets + more });
                    let facts = scan(text.as_bytes());
                    assert_eq!(facts.long_line, expected, "{octets} behind {before}, {end:?} {behind:?}");
                    assert_eq!(facts.binary, expected.is_some());
                }
            }
        }
    }
}

#[test]
fn what_a_line_has_already_counts() {
    for column in [0, 1, 9, 10] {
        for (text, column_behind) in
            [("", column), ("\r\n", 0), ("\r\nab", 2), ("\r\n0123456789\r\n", 0), ("\r\n0123456789", 10)]
        {
            let mut reach = Reach { column };
            assert!(reach.holds(text.as_bytes(), 10), "{text:?} behind {column}");
            assert_eq!(reach.column, column_behind, "{text:?} behind {column}");
        }
        for text in ["\r\n01234567890", "\r\n01234567890\r\n", "\r\n\r\n01234567890\r\n\r\n0\r\n"] {
            assert!(!Reach { column }.holds(text.as_bytes(), 10), "{text:?} behind {column}");
        }
        let rest = "x".repeat(10 - column);
        assert!(Reach { column }.holds(rest.as_bytes(), 10));
        assert!(Reach { column }.holds(format!("{rest}\r\n").as_bytes(), 10));
        for more in ["x", "x\r\n", "x\r\n0123456789\r\n"] {
            assert!(!Reach { column }.holds(format!("{rest}{more}").as_bytes(), 10), "behind {column}");
        }
    }
}
