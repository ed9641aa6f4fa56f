//! Where values end, cut or only skipped.

use super::lexer::{LexError, Lexer};

/// What a value is cut to: how many tokens, and what stands behind it.
fn cut(text: &str, loose: bool) -> Result<(usize, &str), LexError> {
    let (mut lexer, mut tokens) = (Lexer::new(text.as_bytes(), &[], 2), Vec::new());
    lexer.value(&mut tokens, loose)?;
    Ok((tokens.len(), &text[lexer.at..]))
}

fn skipped(text: &str) -> Option<&str> {
    let mut lexer = Lexer::new(text.as_bytes(), &[], 2);
    lexer.skip_value(true)?;
    Some(&text[lexer.at..])
}

#[test]
fn why_a_value_cannot_be_cut() {
    for (text, error) in [
        ("", LexError::Missing),
        ("\r\n", LexError::Missing),
        (")", LexError::Missing),
        ("(a", LexError::Unbalanced),
        ("(a\r\n", LexError::Unbalanced),
        ("((a)", LexError::Unbalanced),
        ("(((", LexError::TooDeep),
        ("\"a", LexError::Quoted),
        ("\"a\"b", LexError::Quoted),
        ("\"a\\", LexError::Quoted),
        ("{3}\r\nab", LexError::Literal),
        ("{x}", LexError::Literal),
        ("~{3}", LexError::Literal),
    ] {
        assert_eq!(cut(text, false), Err(error), "{text}");
    }
    for (text, tokens, behind) in [
        ("a b", 1, " b"),
        ("NIL", 1, ""),
        ("() x", 1, " x"),
        ("(a (b) \"c\" {1}\r\n) ~{1}\r\n() d", 7, " d"),
        ("~x y", 1, " y"),
        ("\"\\\"\" y", 1, " y"),
        ("{0}\r\nx", 1, "x"),
    ] {
        assert_eq!(cut(text, false), Ok((tokens, behind)), "{text}");
    }
}

#[test]
fn quotes_that_are_not_escaped_end_where_something_follows() {
    for (text, tokens, behind) in [
        ("\"a\"b\" c", 1, " c"),
        ("\"a\" b\" c", 1, " b\" c"),
        ("(\"a\" b\" NIL c)", 4, ""),
        ("(\"a\" b\" NILS c\" {1}\r\nx)", 3, ""),
        ("(\"a\" b\" 7)", 3, ""),
        ("(\"a\" b\" (x))", 4, ""),
        ("(\"a\" b\" ~{1}\r\nx)", 3, ""),
        ("(\"a\" b\") c", 2, " c"),
        ("(\"a\"(b))", 4, ""),
    ] {
        assert_eq!(cut(text, true), Ok((tokens, behind)), "{text}");
    }
}

#[test]
fn what_is_skipped_ends_where_it_would_end() {
    for (text, behind) in [
        ("(((a b) (c))) d", Some(" d")),
        ("a d", Some(" d")),
        ("(((\"a)\" \"\\\")\"))) d", Some(" d")),
        ("((({2}\r\n)))))) d", Some(") d")),
        ("((({2}\r\n)) a))) d", Some(" d")),
        ("(((~{1}\r\n) ~x))) d", Some(" d")),
        // In a list, at any depth, a quote does not end a string before a word.
        ("(\"a\" b\" (((c)))) d", Some(" d")),
        ("((\"a\" b\" (((c))))) d", Some(" d")),
        ("\"a\" d", Some(" d")),
        (" a", None),
        ("(a", None),
        (")", None),
        ("(a\r\n)", None),
    ] {
        assert_eq!(skipped(text), behind, "{text}");
    }
}
