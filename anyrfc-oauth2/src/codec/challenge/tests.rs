use super::*;
use crate::ErrorKind;

fn read(field: &str) -> Result<Vec<RawChallenge>, Error> {
    parse([field.as_bytes()])
}

fn shown(field: &str) -> Vec<String> {
    let show = |challenge: RawChallenge| {
        let mut text = challenge.scheme;
        if let Some(token68) = challenge.token68 {
            text += &format!(" <{token68}>");
        }
        for (name, value) in challenge.parameters {
            text += &format!(" {name}=[{value}]");
        }
        text
    };
    read(field).unwrap_or_else(|error| panic!("{field}: {error}")).into_iter().map(show).collect()
}

#[test]
fn the_example_of_rfc_9110() {
    let field = r#"Basic realm="simple", Newauth realm="apps", type=1, title="Login to \"apps\"""#;
    assert_eq!(
        shown(field),
        ["Basic realm=[simple]", "Newauth realm=[apps] type=[1] title=[Login to \"apps\"]"]
    );
}

#[test]
fn every_shape_of_a_list() {
    assert_eq!(shown(""), Vec::<String>::new());
    assert_eq!(shown(" , ,\t,"), Vec::<String>::new());
    assert_eq!(shown("Bearer"), ["Bearer"]);
    assert_eq!(shown("Bearer, DPoP"), ["Bearer", "DPoP"]);
    assert_eq!(shown("Negotiate, Basic realm=x"), ["Negotiate", "Basic realm=[x]"]);
    assert_eq!(shown(r#"Basic , realm="foo""#), ["Basic realm=[foo]"]);
    assert_eq!(shown(r#"Basic realm = "foo" , a	=	b"#), ["Basic realm=[foo] a=[b]"]);
    assert_eq!(shown("Negotiate oYH1/+.~-_=="), ["Negotiate <oYH1/+.~-_==>"]);
    assert_eq!(shown("Negotiate a, Bearer b=c"), ["Negotiate <a>", "Bearer b=[c]"]);
    assert_eq!(shown("X a=, Y"), ["X <a=>", "Y"]);
    assert_eq!(shown("Bearer a"), ["Bearer <a>"]);
    assert_eq!(shown("Bearer realm="), ["Bearer <realm=>"]);
}

#[test]
fn several_fields_are_one_list_and_parameters_stay_in_theirs() {
    let fields: [&[u8]; 3] = [b"Bearer a=b", b"", b"DPoP c=d, e=f"];
    assert_eq!(parse(fields).unwrap().len(), 2);
    for next in [&b"c=d"[..], b"c = d", b", c=\"d\""] {
        assert!(parse([&b"Bearer a=b"[..], next]).is_err());
    }
}

#[test]
fn quoted_strings_keep_what_looks_like_more() {
    let field = r#"Bearer realm="x\", Basic realm=\"evil", error="a\\b=c, d""#;
    assert_eq!(shown(field), [r#"Bearer realm=[x", Basic realm="evil] error=[a\b=c, d]"#]);
    assert_eq!(shown("Bearer realm=\"\""), ["Bearer realm=[]"]);
    let challenges = parse([&b"Bearer realm=\"\xff\xc3\xa9\""[..]]).unwrap();
    assert_eq!(challenges[0].parameter("realm"), Some("\u{fffd}\u{e9}"));
}

#[test]
fn what_does_not_follow_the_grammar_is_refused() {
    for field in [
        "=x",
        "a=b",
        "X a==b, Y",
        "Bearer =x",
        "Bearer realm=\"x",
        "Bearer realm=\"x\\",
        "Bearer realm=\"x\\\"",
        "Bearer realm=\"x\" error=\"y\"",
        "Bearer realm=x y",
        "Bearer realm=x;error=y",
        "Bearer realm=\"a\nb\"",
        "Bearer realm=\"a\0b\"",
        "Bearer realm=\"a\\\nb\"",
        "Bearer realm='x y'",
        "Bearer\u{b}realm=x",
        "\"Bearer\" realm=x",
        "Negotiate a b",
        "Negotiate a=b=",
        "Negotiate abc, realm=x",
        "Bearer realm=x, @",
        "B\u{e9}arer",
    ] {
        let error = read(field).expect_err(field);
        assert_eq!(error.kind(), ErrorKind::Protocol, "{field}");
        assert!(error.requirement().is_some(), "{field}");
    }
}

#[test]
fn a_parameter_stands_once_in_whatever_case() {
    let broken = |field: &str| read(field).unwrap_err().requirement();
    assert_eq!(broken("Bearer realm=a, Realm=b"), Some(rfc6750::REALM_APPEARS_ONCE));
    assert_eq!(broken("Bearer scope=a, SCOPE=b"), Some(rfc6750::SCOPE_APPEARS_ONCE));
    assert_eq!(broken("Bearer error=a, error=b"), Some(rfc6750::ERROR_ATTRIBUTES_APPEAR_ONCE));
    assert_eq!(broken("Bearer x=a, x=b"), Some(rfc6750::REFUSAL_IS_A_CHALLENGE));
    assert_eq!(read("Bearer realm=a, DPoP realm=b").unwrap().len(), 2);
}

#[test]
fn beyond_the_bounds_is_a_limit() {
    let limit = |field: String| read(&field).unwrap_err().kind();
    assert_eq!(limit("a".repeat(MAX_BYTES + 1)), ErrorKind::Limit);
    assert!(read(&"a".repeat(MAX_BYTES)).is_ok());
    assert_eq!(limit("Bearer,".repeat(MAX_CHALLENGES + 1)), ErrorKind::Limit);
    let many: String = (0..=MAX_PARAMETERS).map(|nth| format!("p{nth}=x,")).collect();
    assert_eq!(limit(format!("Bearer {many}")), ErrorKind::Limit);
    let most: String = (0..MAX_PARAMETERS).map(|nth| format!("p{nth}=x,")).collect();
    assert_eq!(read(&format!("Bearer {most}")).unwrap()[0].parameters.len(), MAX_PARAMETERS);
    // The first stands beside the scheme, and is one of them.
    assert_eq!(limit(format!("Bearer {most} DPoP p=x")), ErrorKind::Limit);
    assert!(read(&format!("Bearer {most} DPoP")).is_ok());
    let half = vec![b' '; MAX_BYTES / 2 + 1];
    assert_eq!(parse([&half[..], &half[..]]).unwrap_err().kind(), ErrorKind::Limit);
    assert_eq!(read(&"Bearer,".repeat(MAX_CHALLENGES)).unwrap().len(), MAX_CHALLENGES);
}

#[test]
fn no_byte_and_no_prefix_makes_it_panic() {
    let whole = br#"Basic realm="a\"b", Negotiate x==, Bearer scope="a b", error=invalid_token"#;
    for end in 0..whole.len() {
        let _ = parse([&whole[..end]]);
        for byte in 0..=u8::MAX {
            let mut changed = whole.to_vec();
            changed[end] = byte;
            let _ = parse([&changed[..]]);
        }
    }
}
