use serde_json::json;

use super::*;

fn value(text: &str) -> Result<Value, Error> {
    parse(text.as_bytes(), &JsonLimits::DOCUMENT)
}

#[test]
fn a_name_is_there_once_at_any_depth_and_however_it_is_written() {
    for text in [
        r#"{"a":1,"a":1}"#,
        r#"{"a":1,"\u0061":2}"#,
        r#"{"x":{"a":1,"b":[],"a":2}}"#,
        r#"{"x":[{"a":1},{"b":1,"b":2}]}"#,
        r#"[[{"":0,"":1}]]"#,
        r#"{"a":{"q":1},"b":2,"a":3}"#,
        r#"{"a\"":1,"a\u0022":2}"#,
        r#"{"\ud83d\ude00":1,"😀":2}"#,
        "{\"a\" : \"}\" ,\n\t\"a\" : \"{\" }",
    ] {
        let error = value(text).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Protocol, "{text}");
        assert_eq!(error.requirement(), Some(rfc7515::CONSUMERS_DEMAND_UNIQUE_NAMES), "{text}");
        assert!(serde_json::from_str::<StrictObject>(text).is_err(), "{text}");
    }
    let mut many: String = (0..100).map(|at| format!("\"m{at}\":0,")).collect();
    assert!(value(&format!("{{{}}}", many.trim_end_matches(','))).is_ok());
    many.push_str("\"m0\":1");
    assert!(value(&format!("{{{many}}}")).is_err());
}

#[test]
fn equal_names_in_different_objects_and_equal_values_are_fine() {
    for text in [
        r#"{"a":{"a":{"a":"a"}},"b":["a","a",{"a":"a"}],"c":"a"}"#,
        r#"[{"a":1},{"a":1}]"#,
        r#"{"a":",\"a\":","b":"{\"a\"","A":1,"a ":1}"#,
        r#"{"a":[],"b":[1,2,3],"c":{},"d":{"b":1}}"#,
        "{}",
    ] {
        assert_eq!(value(text).unwrap(), serde_json::from_str::<Value>(text).unwrap());
    }
    let StrictObject(object) = serde_json::from_str(r#"{"a":[1,-1,1.5,null,true,"x",{}]}"#).unwrap();
    assert_eq!(Value::Object(object), json!({"a": [1, -1, 1.5, null, true, "x", {}]}));
    // How numbers come with serde_json's feature `arbitrary_precision`.
    let text = r#"{"a":{"$serde_json::private::Number":"15"}}"#;
    let StrictObject(object) = serde_json::from_str(text).unwrap();
    assert_eq!(object["a"].as_u64(), Some(15));
    assert!(serde_json::from_str::<StrictObject>(&text.replace("15", "x")).is_err());
}

#[test]
fn what_is_not_json_as_a_whole_is_refused() {
    for text in [
        "",
        " ",
        "{",
        "}",
        "{}}",
        "{} {}",
        "{}x",
        "{\"a\":1,}",
        "{\"a\"}",
        "{'a':1}",
        "\u{feff}{}",
        "{\"a\":\"\\ud800\"}",
        "{\"a\":\"\\udc00x\"}",
        "{\"\\ud800\":1}",
        "{\"a\":\"\\u12\"}",
        "{\"a\":\"\n\"}",
        "{\"a\":\"\\x\"}",
        "{\"a",
        "[1,2",
        "{\"a\":01}",
        "{\"a\":1e999}",
        "NaN",
        "{\"a\":\"\\",
        "{\"a\":\"\\u",
        "//x\n{}",
    ] {
        assert_eq!(value(text).unwrap_err().kind(), ErrorKind::Protocol, "{text:?}");
    }
    for octets in
        [&b"{\"a\":\"\xff\"}"[..], b"{\"\xc0\x80\":1}", b"\xff\xfe{\0}\0", b"{\"a\":\"\xed\xa0\x80\"}"]
    {
        assert_eq!(parse::<Value>(octets, &JsonLimits::DOCUMENT).unwrap_err().kind(), ErrorKind::Protocol);
    }
}

#[test]
fn half_a_surrogate_pair_is_lost_even_where_nobody_looks() {
    #[derive(Debug, serde::Deserialize)]
    struct Nothing {}
    for text in [
        r#"{"a":"\ud83d"}"#,
        r#"{"a":"\ude00"}"#,
        r#"{"a":"\ud83dx"}"#,
        r#"{"a":"\ud83d\u0041"}"#,
        r#"{"\ud83d":1}"#,
    ] {
        let error = parse::<Nothing>(text.as_bytes(), &JsonLimits::DOCUMENT).unwrap_err();
        assert_eq!(error.requirement(), Some(rfc7515::LOST_CHARACTERS_ARE_REJECTED), "{text}");
    }
    assert!(parse::<Nothing>(br#"{"a":"\ud83d\ude00"}"#, &JsonLimits::DOCUMENT).is_ok());
}

#[test]
fn bounds_hold() {
    let limits = JsonLimits::DOCUMENT.bytes(40).depth(3).members(8);
    let kind = |text: &str| parse::<Value>(text.as_bytes(), &limits).map_err(|error| error.kind());
    assert!(kind("[[[]]]").is_ok());
    assert_eq!(kind("[[[[]]]]").unwrap_err(), ErrorKind::Limit);
    assert_eq!(kind(r#"{"a":{"a":{"a":{}}}}"#).unwrap_err(), ErrorKind::Limit);
    assert!(kind("[1,2,3,4,5,6,7,8]").is_ok());
    assert_eq!(kind("[1,2,3,4,5,6,7,8,9]").unwrap_err(), ErrorKind::Limit);
    assert!(kind(&format!("\"{}\"", "x".repeat(38))).is_ok());
    assert_eq!(kind(&format!("\"{}\"", "x".repeat(39))).unwrap_err(), ErrorKind::Limit);
    // However generous the caller is, the stack is not at stake.
    let endless = JsonLimits::DOCUMENT.bytes(usize::MAX).depth(usize::MAX).members(usize::MAX);
    for open in ["[", "{\"a\":"] {
        let text = open.repeat(1 << 20);
        assert_eq!(parse::<Value>(text.as_bytes(), &endless).unwrap_err().kind(), ErrorKind::Limit);
    }
}

#[test]
fn an_error_quotes_nothing() {
    let error = parse::<std::collections::BTreeMap<String, u8>>(br#"{"k":"hunter2"}"#, &JsonLimits::DOCUMENT)
        .unwrap_err();
    assert!(!format!("{error} {error:?}").contains("hunter2"));
}
