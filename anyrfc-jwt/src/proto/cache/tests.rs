use super::*;
use crate::types::JwsAlgorithm;

const URL: &str = "https://as.example/jwks";
const EC: &str = r#""kty":"EC","crv":"P-256","x":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4","y":"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM""#;
const ED: &str = r#""kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo""#;

fn secs(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// A set of P-256 keys of these names.
fn set(names: &[&str]) -> Vec<u8> {
    let keys: Vec<_> = names.iter().map(|name| format!(r#"{{{EC},"kid":"{name}"}}"#)).collect();
    format!(r#"{{"keys":[{}]}}"#, keys.join(",")).into_bytes()
}

fn cache() -> JwkSetCache {
    JwkSetCache::new(URL, JwsAlgorithm::Es256).unwrap()
}

fn header(key_id: &str) -> Header {
    Header::new(JwsAlgorithm::Es256).with_key_id(key_id)
}

/// What the cache answers, in a letter: keys that fit, keys that do not, fetch, pending, unavailable.
fn ask(cache: &mut JwkSetCache, key_id: &str, now: Instant) -> char {
    match cache.keys_for(&header(key_id), now) {
        Lookup::Keys(keys) if keys.candidates(&header(key_id)).into_iter().next().is_some() => 'K',
        Lookup::Keys(_) => 'k',
        Lookup::NeedFetch(url) => {
            assert_eq!(&*url, URL);
            'F'
        }
        Lookup::Pending => 'P',
        Lookup::Unavailable { .. } => 'U',
    }
}

/// A cache that holds these keys since `now`.
fn holding(names: &[&str], max_age: u64, now: Instant) -> JwkSetCache {
    let mut cache = cache();
    assert_eq!(ask(&mut cache, "a", now), 'F');
    cache.fetched(&set(names), Some(secs(max_age)), now).unwrap();
    cache
}

#[test]
fn only_https_is_fetched() {
    for bad in [
        "http://as.example/jwks",
        "http://127.0.0.1/jwks",
        "ftp://as.example/jwks",
        "file:///etc/jwks",
        "data:application/json,{}",
        "https://user@as.example/jwks",
        "https://user:pw@as.example/jwks",
        "https://as.example/jwks#keys",
        "https:///jwks",
        "//as.example/jwks",
        "/jwks",
        "",
        "https://as.example\\@evil.example/",
        "https://as.example/\r\nHost: evil.example",
    ] {
        let error = JwkSetCache::new(bad, JwsAlgorithm::Es256).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Usage, "{bad}");
        assert_eq!(error.requirement(), Some(rfc8725::KEY_URLS_ARE_NOT_FOLLOWED_BLINDLY), "{bad}");
    }
    for good in [
        "http://127.0.0.1:8080/jwks",
        "http://[::1]/jwks",
        "http://localhost:8080/jwks",
        "https://as.example/jwks",
    ] {
        assert!(JwkSetCache::with_loopback_http(good, JwsAlgorithm::Es256).is_ok(), "{good}");
    }
    for bad in
        ["http://localhost.example/", "http://127.0.0.1.example/", "http://192.0.2.1/", "http://[::2]/"]
    {
        assert!(JwkSetCache::with_loopback_http(bad, JwsAlgorithm::Es256).is_err(), "{bad}");
    }
}

#[test]
fn a_published_secret_is_no_key() {
    for algorithms in [&[][..], &[JwsAlgorithm::Hs256], &[JwsAlgorithm::Es256, JwsAlgorithm::Hs512]] {
        assert_eq!(JwkSetCache::new(URL, algorithms).unwrap_err().kind(), ErrorKind::Usage, "{algorithms:?}");
    }
}

#[test]
fn one_fetch_at_a_time() {
    let (mut cache, now) = (cache(), Instant::now());
    assert_eq!(ask(&mut cache, "a", now), 'F');
    for later in 0..30 {
        assert_eq!(ask(&mut cache, "a", now + secs(later)), 'P');
    }
    // Whoever was to fetch is not heard of again.
    assert_eq!(ask(&mut cache, "a", now + secs(30)), 'F');
    assert_eq!(ask(&mut cache, "a", now + secs(31)), 'P');
    // Or says that it will not.
    cache.abandoned();
    assert_eq!(ask(&mut cache, "a", now + secs(31)), 'F');
    cache.fetched(&set(&["a"]), None, now + secs(32)).unwrap();
    assert_eq!(ask(&mut cache, "a", now + secs(32)), 'K');
}

#[test]
fn a_set_is_fresh_as_long_as_its_server_says_within_bounds() {
    let now = Instant::now();
    for (max_age, fresh) in [
        (Some(secs(0)), 60),
        (Some(secs(300)), 300),
        (None, 600),
        (Some(secs(7 * 86_400)), 86_400),
        (Some(Duration::MAX), 86_400),
    ] {
        let mut cache = cache();
        cache.fetched(&set(&["a"]), max_age, now).unwrap();
        assert_eq!(ask(&mut cache, "a", now + secs(fresh) - Duration::from_nanos(1)), 'K', "{max_age:?}");
        assert_eq!(ask(&mut cache, "a", now + secs(fresh)), 'F', "{max_age:?}");
        // While one fetches, the others go on with what is there.
        assert_eq!(ask(&mut cache, "a", now + secs(fresh)), 'K', "{max_age:?}");
        assert_eq!(ask(&mut cache, "b", now + secs(fresh)), 'P', "{max_age:?}");
    }
}

#[test]
fn keys_rotate() {
    let now = Instant::now();
    let mut cache = holding(&["a"], 3600, now);
    let later = now + secs(100);
    assert_eq!(ask(&mut cache, "b", later), 'F');
    // Known keys are not held up by that.
    assert_eq!(ask(&mut cache, "a", later), 'K');
    assert_eq!(ask(&mut cache, "b", later), 'P');
    cache.fetched(&set(&["b", "c"]), Some(secs(3600)), later).unwrap();
    assert_eq!(ask(&mut cache, "b", later), 'K');
    // What the server has withdrawn is no key any more; nor is it fetched for again at once.
    assert_eq!(ask(&mut cache, "a", later), 'k');
}

#[test]
fn unknown_keys_make_nobody_fetch_more_often_than_the_cooldown() {
    let now = Instant::now();
    let mut cache = holding(&["a"], 3600, now);
    let mut fetches = 0;
    for tenth in 0..3000_u32 {
        let now = now + Duration::from_millis(100) * tenth;
        match ask(&mut cache, &format!("forged-{tenth}"), now) {
            'F' => {
                fetches += 1;
                cache.fetched(&set(&["a"]), Some(secs(3600)), now).unwrap();
            }
            answer => assert_eq!(answer, 'k'),
        }
    }
    // Five minutes, half a minute apart.
    assert_eq!(fetches, 9);
}

#[test]
fn a_name_used_again_is_looked_after_at_the_same_pace() {
    let now = Instant::now();
    let mut cache = holding(&["a"], 3600, now);
    assert!(matches!(cache.other_keys(now + secs(29)), Lookup::Keys(_)));
    assert!(matches!(cache.other_keys(now + secs(30)), Lookup::NeedFetch(_)));
    assert!(matches!(cache.other_keys(now + secs(30)), Lookup::Pending));
    cache.failed(now + secs(31));
    assert!(matches!(cache.other_keys(now + secs(59)), Lookup::Keys(_)));
    assert!(matches!(cache.other_keys(now + secs(60)), Lookup::NeedFetch(_)));
    // Once the keys are no good any more.
    cache.failed(now + secs(3600 + 3600 - 1));
    assert!(matches!(cache.other_keys(now + secs(3600 + 3600)), Lookup::Unavailable { .. }));
}

#[test]
fn what_is_held_outlives_failures_for_a_while() {
    let now = Instant::now();
    let mut cache = holding(&["a"], 600, now);
    let mut fetches = 0;
    for second in 600..600 + 3600 {
        let now = now + secs(second);
        match ask(&mut cache, "a", now) {
            'F' => {
                fetches += 1;
                cache.failed(now);
                assert_eq!(ask(&mut cache, "a", now), 'K');
            }
            answer => assert_eq!(answer, 'K', "{second}"),
        }
    }
    // After 1, 2, 4, 8, 16 seconds, then every half minute.
    assert!((120..130).contains(&fetches), "{fetches}");
    let end = now + secs(600 + 3600);
    assert!(!matches!(ask(&mut cache, "a", end), 'K' | 'k'));
    // It comes back.
    let end = end + secs(60);
    assert_eq!(ask(&mut cache, "a", end), 'F');
    cache.fetched(&set(&["a"]), None, end).unwrap();
    assert_eq!(ask(&mut cache, "a", end), 'K');
}

#[test]
fn without_keys_failures_are_told_and_waited_for() {
    let (mut cache, mut now) = (cache(), Instant::now());
    for wait in [1, 2, 4, 8, 16, 30, 30, 30] {
        assert_eq!(ask(&mut cache, "a", now), 'F');
        cache.failed(now);
        let Lookup::Unavailable { retry_at } = cache.keys_for(&header("a"), now) else { panic!("{wait}") };
        assert_eq!(retry_at, now + secs(wait));
        assert_eq!(ask(&mut cache, "a", retry_at - Duration::from_nanos(1)), 'U');
        now = retry_at;
    }
    for _ in 0..100_000 {
        cache.failed(now);
    }
    assert_eq!(ask(&mut cache, "a", now + secs(30)), 'F');
}

#[test]
fn what_is_no_set_of_usable_keys_replaces_nothing() {
    let huge = format!(r#"{{"keys":[{{{EC},"kid":"b","x5u":"{}"}}]}}"#, "x".repeat(256 << 10));
    let many = set(&["b"; 129]);
    let ed = format!(r#"{{"keys":[{{{ED},"kid":"a"}}]}}"#);
    let encryption = format!(r#"{{"keys":[{{{EC},"kid":"a","use":"enc"}}]}}"#);
    let other = format!(r#"{{"keys":[{{{EC},"kid":"a","alg":"ECDH-ES"}}]}}"#);
    let secret = r#"{"keys":[{"kty":"oct","kid":"a","alg":"ES256","k":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}]}"#;
    for (body, kind) in [
        (&b""[..], ErrorKind::Protocol),
        (b"<html>Service Unavailable</html>", ErrorKind::Protocol),
        (b"{}", ErrorKind::Protocol),
        (b"[]", ErrorKind::Protocol),
        (b"null", ErrorKind::Protocol),
        (br#"{"keys":{}}"#, ErrorKind::Protocol),
        (br#"{"keys":[]}"#, ErrorKind::Protocol),
        (br#"{"keys":[],"keys":[]}"#, ErrorKind::Protocol),
        (br#"{"error":"server_error"}"#, ErrorKind::Protocol),
        (br#"{"keys":[{"kty":"none","kid":"a"}]}"#, ErrorKind::Protocol),
        (&[0xff, 0xfe], ErrorKind::Protocol),
        (ed.as_bytes(), ErrorKind::Protocol),
        (encryption.as_bytes(), ErrorKind::Protocol),
        (other.as_bytes(), ErrorKind::Protocol),
        (secret.as_bytes(), ErrorKind::Protocol),
        (huge.as_bytes(), ErrorKind::Limit),
        (&many, ErrorKind::Limit),
    ] {
        let now = Instant::now();
        let mut cache = holding(&["a"], 600, now);
        let later = now + secs(600);
        assert_eq!(ask(&mut cache, "a", later), 'F');
        let error = cache.fetched(body, Some(secs(86_400)), later).unwrap_err();
        assert_eq!(error.kind(), kind, "{}", String::from_utf8_lossy(body));
        // The old keys are there, not fresher than before, and it is tried again soon.
        assert_eq!(ask(&mut cache, "a", later), 'K');
        assert_eq!(ask(&mut cache, "a", later + secs(1)), 'F');
    }
}

#[test]
fn a_set_of_as_many_keys_as_allowed_is_taken() {
    let now = Instant::now();
    let most: Vec<_> = (0..CacheLimits::default().keys).map(|nth| nth.to_string()).collect();
    let names: Vec<_> = most.iter().map(String::as_str).collect();
    assert!(cache().fetched(&set(&names), None, now).is_ok());
    // What is passed over counts: it was sent all the same.
    let body = |unknown: &str| format!(r#"{{"keys":[{{{EC},"kid":"a"}},{{"kty":"new"}}{unknown}]}}"#);
    let two = CacheLimits { keys: 2, ..CacheLimits::default() };
    assert!(cache().limits(two).fetched(body("").as_bytes(), None, now).is_ok());
    let error = cache().limits(two).fetched(body(r#",{"kty":"new"}"#).as_bytes(), None, now).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Limit);
}

#[test]
fn only_keys_for_allowed_algorithms_are_kept() {
    let now = Instant::now();
    let mut cache = cache();
    let body = format!(r#"{{"keys":[{{{ED},"kid":"ed"}},{{{EC},"kid":"ec"}},{{"kty":"new"}}]}}"#);
    cache.fetched(body.as_bytes(), None, now).unwrap();
    let Lookup::Keys(keys) = cache.keys_for(&header("ec"), now) else { panic!() };
    assert_eq!(keys.candidates(&header("ec")).into_iter().count(), 1);
    let ed = Header::new(JwsAlgorithm::EdDsa).with_key_id("ed");
    assert_eq!(keys.candidates(&ed).into_iter().count(), 0);
}

#[test]
fn time_that_stands_or_runs_backwards_is_harmless() {
    let now = Instant::now() + secs(10_000);
    let mut cache = holding(&["a"], 600, now);
    assert_eq!(ask(&mut cache, "a", now.checked_sub(secs(5_000)).unwrap()), 'K');
    assert_eq!(ask(&mut cache, "b", now.checked_sub(secs(5_000)).unwrap()), 'k');
    let limits = CacheLimits {
        fresh: Duration::MAX,
        min_fresh: Duration::MAX,
        max_fresh: Duration::ZERO,
        stale: Duration::MAX,
        cooldown: Duration::MAX,
        retry: Duration::MAX,
        ..CacheLimits::default()
    };
    let mut cache = cache.limits(limits);
    cache.fetched(&set(&["a"]), None, now).unwrap();
    cache.failed(now);
    assert_eq!(ask(&mut cache, "a", now + secs(1 << 20)), 'K');
    assert_eq!(ask(&mut cache, "b", now + secs(1 << 20)), 'k');
}

#[test]
fn the_usual_bounds_are_those_that_are_documented() {
    let limits = CacheLimits::default();
    assert_eq!((limits.body, limits.keys), (262_144, 128));
    assert_eq!((limits.fresh, limits.min_fresh, limits.max_fresh), (secs(600), secs(60), secs(86_400)));
    assert_eq!((limits.stale, limits.cooldown), (secs(3600), secs(30)));
    assert_eq!((limits.retry, limits.patience), (secs(1), secs(30)));
}

#[test]
fn the_wait_after_a_failure_is_doubled_and_no_further_than_it_makes_sense() {
    let now = Instant::now();
    let nano = Duration::from_nanos(1);
    let limits = CacheLimits { retry: nano, cooldown: Duration::MAX, ..CacheLimits::default() };
    for (failures, wait) in
        [(1, 1), (2, 2), (3, 4), (16, 1 << 15), (17, 1 << 16), (18, 1 << 16), (100, 1 << 16)]
    {
        let mut cache = cache().limits(limits);
        (0..failures).for_each(|_| cache.failed(now));
        let Lookup::Unavailable { retry_at } = cache.keys_for(&header("a"), now) else {
            panic!("{failures}")
        };
        assert_eq!(retry_at - now, nano * wait, "{failures}");
    }
}
