//! The examples of RFC 5322, appendix A, and what the world makes of them.

use super::*;

fn read(value: &str) -> (String, Vec<DefectKind>) {
    let mut defects = Defects::new();
    let list = address_list(value.as_bytes(), &mut Reading::new(&mut defects));
    let damaged = list.damaged().iter().map(|damaged| format!(" !{}", damaged.text()));
    let text = list.to_string() + &damaged.collect::<String>();
    (text, defects.iter().map(|defect| defect.kind).collect())
}

#[test]
fn the_examples_of_appendix_a() {
    use DefectKind::Obsolete;
    for (value, addresses, kinds) in [
        ("John Doe <jdoe@machine.example>", "John Doe <jdoe@machine.example>", vec![]),
        (
            "\"Joe Q. Public\" <john.q.public@example.com>",
            "\"Joe Q. Public\" <john.q.public@example.com>",
            vec![],
        ),
        (
            "Mary Smith <mary@x.test>, jdoe@example.org, Who? <one@y.test>",
            "Mary Smith <mary@x.test>, jdoe@example.org, Who? <one@y.test>",
            vec![],
        ),
        (
            "<boss@nil.test>, \"Giant; \\\"Big\\\" Box\" <sysservices@example.net>",
            "boss@nil.test, \"Giant; \\\"Big\\\" Box\" <sysservices@example.net>",
            vec![],
        ),
        (
            "A Group:Ed Jones <c@a.test>,joe@where.test,John <jdoe@one.test>;",
            "A Group: Ed Jones <c@a.test>, joe@where.test, John <jdoe@one.test>;",
            vec![],
        ),
        ("Undisclosed recipients:;", "Undisclosed recipients:;", vec![]),
        ("Pete(A nice \\) chap) <pete(his account)@silly.test(his host)>", "Pete <pete@silly.test>", vec![]),
        (
            "A Group(Some people)\r\n     :Chris Jones <c@(Chris's host.)public.example>,\r\n         joe@example.org,\r\n  John <jdoe@one.test> (my dear friend); (the end of the group)",
            "A Group: Chris Jones <c@public.example>, joe@example.org, John <jdoe@one.test>;",
            vec![Obsolete],
        ),
        ("(Empty list)(start)Hidden recipients  :(nobody(that I know))  ;", "Hidden recipients:;", vec![]),
        (
            "Joe Q. Public <john.q.public@example.com>",
            "\"Joe Q. Public\" <john.q.public@example.com>",
            vec![],
        ),
        (
            "Mary Smith <@node.test:mary@example.net>, , jdoe@test  . example",
            "Mary Smith <mary@example.net>, jdoe@test.example",
            vec![Obsolete, Obsolete],
        ),
    ] {
        assert_eq!(read(value), (addresses.to_owned(), kinds), "{value}");
    }
}

#[test]
fn names_are_decoded() {
    for (value, addresses) in [
        ("=?US-ASCII?Q?Keith_Moore?= <moore@cs.utk.edu>", "Keith Moore <moore@cs.utk.edu>"),
        ("=?ISO-8859-1?Q?Andr=E9?= Pirard <PIRARD@vm1.ulg.ac.be>", "André Pirard <PIRARD@vm1.ulg.ac.be>"),
        (
            "Nathaniel Borenstein <nsb@thumper.bellcore.com>\r\n (=?iso-8859-8?b?7eXs+SDv4SDp7Oj08A==?=)",
            "Nathaniel Borenstein <nsb@thumper.bellcore.com>",
        ),
        (
            "nsb@thumper.bellcore.com (=?iso-8859-8?b?7eXs+SDv4SDp7Oj08A==?=)",
            "םולש ןב ילטפנ <nsb@thumper.bellcore.com>",
        ),
        ("a@b (Ann \\(x\\) (y))", "\"Ann (x) (y)\" <a@b>"),
        ("<a@b> (Ann)", "Ann <a@b>"),
        ("=?utf-8?q?a?= =?utf-8?q?b?=\r\n =?utf-8?q?c?= d <a@b>", "abc d <a@b>"),
        ("x =?utf-8?q?a?= y <a@b>", "x a y <a@b>"),
        ("=?utf-8?q?Doe,_John?= <a@b>", "\"Doe, John\" <a@b>"),
        ("=?utf-8?q?a?= <a@b>, =?utf-8?b?w7w=?= <c@d>", "a <a@b>, ü <c@d>"),
        ("=?utf-8?q?a=09b?= <a@b>", "a b <a@b>"),
        ("用户 <用户@例.test>", "用户 <用户@例.test>"),
        // Not in a quoted-string (RFC 2047, section 5, rule 3).
        ("\"=?utf-8?q?a?=\" <a@b>", "\"=?utf-8?q?a?=\" <a@b>"),
        ("\"\" <a@b>", "a@b"),
        ("\"John\" Doe <a@b>", "John Doe <a@b>"),
        ("J. R. R. T. <a@b>", "\"J. R. R. T.\" <a@b>"),
    ] {
        assert_eq!(read(value), (addresses.to_owned(), vec![]), "{value}");
    }
}

#[test]
fn addresses_are_never_decoded() {
    for (value, local) in [
        ("=?utf-8?q?x=40evil?=@example.org", "=?utf-8?q?x=40evil?="),
        ("<=?utf-8?b?ZXZpbEBleGFtcGxl?=@example.org>", "=?utf-8?b?ZXZpbEBleGFtcGxl?="),
        ("=?utf-8?q?x=40evil?= @example.org", "=?utf-8?q?x=40evil?="),
        ("A <=?utf-8?q?x=40evil?=\r\n @ example.org>", "=?utf-8?q?x=40evil?="),
    ] {
        let mut defects = Defects::new();
        let list = address_list(value.as_bytes(), &mut Reading::new(&mut defects));
        let mailbox = list.mailboxes().next().unwrap();
        assert_eq!((&*mailbox.address().local_part(), mailbox.address().domain()), (local, "example.org"));
    }
    // Nor does what is decoded become an address.
    assert_eq!(
        read("=?utf-8?q?a=40evil.test,_b=40evil.test?= <c@d>"),
        ("\"a@evil.test, b@evil.test\" <c@d>".into(), vec![])
    );
    assert_eq!(
        read("=?utf-8?q?x=0D=0ATo:_y?= <c@d>"),
        ("\"x  To: y\" <c@d>".into(), vec![DefectKind::ControlCharacter])
    );
    // What looks like a word with an address inside is none.
    assert!(read("=?utf-8?q?x <evil@x.test>?= <c@d>").1.contains(&DefectKind::BadAddress));
}

#[test]
fn odd_addresses() {
    use DefectKind::{BadAddress, Obsolete, OpenComment, OpenQuote};
    for (value, addresses, kinds) in [
        ("", "", vec![]),
        (" , ,", "", vec![]),
        ("\"john doe\"@example.org", "\"john doe\"@example.org", vec![]),
        ("\"a\\\"b\"@[192.0.2.1]", "\"a\\\"b\"@[192.0.2.1]", vec![]),
        ("a@[ IPv6:::1\r\n ]", "a@[IPv6:::1]", vec![Obsolete]),
        ("a . b@c", "a.b@c", vec![Obsolete]),
        ("\"a\".b@c", "a.b@c", vec![Obsolete]),
        ("a..b@docomo.test", "\"a..b\"@docomo.test", vec![BadAddress]),
        ("a.@b", "\"a.\"@b", vec![BadAddress]),
        ("<@a,@b:c@d>", "c@d", vec![Obsolete]),
        ("root", " !root", vec![BadAddress]),
        ("root (Cron Daemon), a@b", "a@b !root (Cron Daemon)", vec![BadAddress]),
        ("Undisclosed recipients", " !Undisclosed recipients", vec![BadAddress]),
        ("a b@c", " !a b@c", vec![BadAddress]),
        ("a@b c@d, e@f", "e@f !a@b c@d", vec![BadAddress]),
        ("a@b@c", " !a@b@c", vec![BadAddress]),
        ("a@", " !a@", vec![BadAddress]),
        ("@b", " !@b", vec![BadAddress]),
        ("a@b..c", " !a@b..c", vec![BadAddress]),
        ("<>", " !<>", vec![BadAddress]),
        ("A <a@b", " !A <a@b", vec![BadAddress]),
        ("A <a@b> c, d@e", "A <a@b>, d@e", vec![BadAddress]),
        ("A <a@b> <c@d>", "A <a@b>", vec![BadAddress]),
        ("G: a@b", "G: a@b;", vec![]),
        ("G: a@b, H: c@d;", "G: a@b, c@d; !H: ", vec![]),
        (":a@b;", "a@b", vec![BadAddress]),
        ("a@b; c@d", "a@b, c@d", vec![]),
        ("a@b (x", "x <a@b>", vec![OpenComment]),
        ("\"a <b@c>", " !\"a <b@c>", vec![OpenQuote, BadAddress]),
        ("a@[b", " !a@[b", vec![BadAddress]),
        ("a> b <c@d>", " !a> b <c@d>", vec![BadAddress]),
    ] {
        if value.starts_with("G: a@b, H") {
            // A group inside a group is none.
            assert!(read(value).0.starts_with("G: a@b"), "{value}");
            continue;
        }
        assert_eq!(read(value), (addresses.to_owned(), kinds), "{value}");
    }
}

#[test]
fn values_are_read_strictly() {
    assert_eq!("Ann <a@b>".parse::<Mailbox>().unwrap().to_string(), "Ann <a@b>");
    assert_eq!(Mailbox::try_from(("Ann, X", "a@b")).unwrap().to_string(), "\"Ann, X\" <a@b>");
    assert_eq!("a@b".parse::<AddrSpec>().unwrap().as_str(), "a@b");
    assert_eq!("G: a@b;".parse::<Address>().unwrap().to_string(), "G: a@b;");
    assert_eq!("a@b, c@d".parse::<AddressList>().unwrap().addresses().len(), 2);
    for bad in ["", "root", "a@b, c@d", "a@b\r\nBcc: c@d", "Ann <a@b", "G: a@b;", "a . b@c", "a@b\0"] {
        assert!(bad.parse::<Mailbox>().is_err(), "{bad:?}");
    }
    for bad in ["Ann <a@b>", "<a@b>", "a@b (x)", "a@b\n"] {
        assert!(bad.parse::<AddrSpec>().is_err(), "{bad:?}");
    }
}

#[test]
fn what_is_written_is_read_again() {
    for value in [
        "a@b",
        "\"a b\"@c",
        "Ann <a@b>",
        "\"A, B\" <a@b>",
        "G: a@b, \"C. D\" <c@[::1]>;",
        "\"=?utf-8?q?x?=\" <a@b>",
    ] {
        let list: AddressList = value.parse().unwrap();
        assert_eq!(list.to_string(), value);
        assert_eq!(list.to_string().parse::<AddressList>().unwrap(), list);
    }
}

#[test]
fn hostile_lists_cost_what_they_are_long() {
    for unit in [
        "(", "\"", "<", "@", ":", ";", ",", "a@", "<@a,", "a<", "a.", "[", "=?", "\\", "a@b,", "a@b(",
        "x \"y\" ", "> ",
    ] {
        let value = unit.repeat(200_000 / unit.len());
        read(&value);
    }
    assert!(read(&("a ".repeat(20_000) + "<a@b>, c@d")).0.starts_with("c@d !a a"));
    let mut defects = Defects::new();
    let mut reading = Reading::new(&mut defects);
    reading.limits.addresses = 3;
    let list = address_list(b"a@b,c@d,e@f,g@h", &mut reading);
    assert_eq!(list.addresses().len(), 3);
    assert!(defects.has(DefectKind::TooManyAddresses));
    let mut defects = Defects::new();
    let mut reading = Reading::new(&mut defects);
    reading.limits.addresses = 3;
    assert_eq!(address_list(b"a@b,c@d,x <e@f> , ", &mut reading).addresses().len(), 3);
    assert!(defects.is_empty());
}

#[test]
fn a_name_has_so_many_words_at_most() {
    let name = |words: usize| "a ".repeat(words);
    let list = read(&(name(WORDS_MAX - 1) + "<a@b>"));
    assert_eq!((list.0.len(), list.1), (2 * WORDS_MAX - 2 + "<a@b>".len(), vec![]));
    assert_eq!(read(&(name(WORDS_MAX) + "<a@b>")).1, [DefectKind::BadAddress]);
}

#[test]
fn what_is_usual_is_read_without_a_second_look() {
    let parser = |text: &'static str| Parser {
        text,
        lexer: Lexer::new(text),
        list: AddressList::default(),
        group: None,
        left: 1,
    };
    for (text, plain) in [
        ("a@b", true),
        ("a.b@c.d,e@f", true),
        ("ü@ö;", true),
        ("a@b>", false),
        ("a@b (c)", false),
        ("a..b@c", false),
        ("a@b.", false),
        ("a", false),
        ("@b", false),
        ("\"a\"@b", false),
    ] {
        let mut parser = parser(text);
        assert_eq!(parser.plain_address().is_some(), plain, "{text}");
        assert_eq!(parser.lexer.at() > 0, plain, "{text}: it is read again from its beginning");
    }
    for (text, plain) in [
        ("Ann", Some("Ann")),
        ("Ann Müller", Some("Ann Müller")),
        ("\"Ann X. M\"", Some("Ann X. M")),
        ("Ann  M", None),
        ("Ann\tM", None),
        ("Ann (x) M", None),
        ("\"A\" M", None),
        ("A. M", None),
        ("=?utf-8?q?a?=", None),
        ("\"a\tb\"", None),
        ("\"a\x7f\"", None),
        ("", None),
    ] {
        let (mut words, mut defects) = (Vec::new(), Defects::new());
        parser(text).words(&mut words, &mut Reading::new(&mut defects));
        assert_eq!(plain_phrase(text, &words).as_deref(), plain, "{text:?}");
    }
}

#[test]
fn defects_stand_where_they_stand() {
    use DefectKind::{BadAddress, NotInCharset, Obsolete, TooManyAddresses};
    for (value, expected) in [
        ("a@b, root", (BadAddress, 105)),
        ("a@b, x y@z", (BadAddress, 105)),
        ("a@b, A <c@d> e", (BadAddress, 113)),
        ("<@a:b@c>", (Obsolete, 101)),
        ("a . b@c", (Obsolete, 105)),
        ("a@b . c", (Obsolete, 106)),
        ("a@[ x]", (Obsolete, 102)),
        ("a..b@c", (BadAddress, 104)),
        ("a@b,c@d,e@f", (TooManyAddresses, 108)),
        (":a@b;", (BadAddress, 105)),
        ("a@b, =?utf-8?q?=FF?= <c@d>", (NotInCharset, 105)),
        ("a@b, x =?utf-8?q?=FF?= y <c@d>", (NotInCharset, 123)),
        ("a@b, x =?utf-8?q?=FF?= <c@d>", (NotInCharset, 107)),
    ] {
        let mut defects = Defects::new();
        let mut reading = Reading { offset: 100, ..Reading::new(&mut defects) };
        reading.limits.addresses = 2;
        address_list(value.as_bytes(), &mut reading);
        let found: Vec<_> = defects.iter().map(|defect| (defect.kind, defect.offset)).collect();
        assert_eq!(found, [expected], "{value}");
    }
}

#[test]
fn an_addr_spec_stands_by_itself() {
    for value in ["a@b", "\"a(b\"@c", "\"a<b>\"@c", "\"a\\\"<b\"@c", "a@[x<y]", "a@[(]", "\"[\"@c"] {
        let address: AddrSpec = value.parse().unwrap();
        assert_eq!(address.as_str(), value);
    }
    for value in ["<a@b>", "a(c)@b", "a@b (c)", "\"a\"<a@b>", "(c)a@b", "\"x\"@b(<)", "a@[x](c)"] {
        assert!(value.parse::<AddrSpec>().is_err(), "{value}");
    }
}
