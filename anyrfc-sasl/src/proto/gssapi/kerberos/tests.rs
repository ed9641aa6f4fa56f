//! What the library is asked, and what is made of its answers: by a library that keeps both.

use std::{cell::RefCell, collections::VecDeque};

use super::*;

/// What the library was asked last, and how often it was given something back.
#[derive(Clone, Debug, Default, PartialEq)]
struct Asked {
    name: Vec<u8>,
    kind: Vec<u8>,
    mechanism: Vec<u8>,
    request: Word,
    lifetime: Word,
    /// The application data, where the rest of the channel bindings is empty.
    bindings: Option<Vec<u8>>,
    token: Option<Vec<u8>>,
    data: Vec<u8>,
    confidential: c_int,
    quality: Word,
    token_max: Word,
    /// The statuses whose words were asked for, with the kind and the place in the list.
    statuses: Vec<(Word, c_int, Word)>,
    buffers_released: usize,
    names_released: Vec<usize>,
    contexts_deleted: Vec<usize>,
}

/// What the library answers.
#[derive(Default)]
struct Answers {
    major: Word,
    minor: Word,
    granted: Word,
    encrypted: c_int,
    plain_max: Word,
    /// `None` is a null pointer.
    output: Option<&'static [u8]>,
    /// The words of a status, and whether there are more.
    words: VecDeque<(&'static str, bool)>,
    /// Whether it has no words at all.
    speechless: bool,
}

thread_local! {
    static ASKED: RefCell<Asked> = RefCell::default();
    static ANSWERS: RefCell<Answers> = RefCell::default();
}

const TARGET: usize = 0x10;
const CONTEXT: usize = 0x20;

fn asked() -> Asked {
    ASKED.take()
}

fn answer(answers: Answers) {
    ANSWERS.set(answers);
}

fn with<T>(change: impl FnOnce(&mut Asked, &mut Answers) -> T) -> T {
    ASKED.with_borrow_mut(|asked| ANSWERS.with_borrow_mut(|answers| change(asked, answers)))
}

/// What a buffer holds.
///
/// # Safety
/// It is null or lives as long as the call.
unsafe fn read(buffer: *const Buffer) -> Option<Vec<u8>> {
    // SAFETY: as the caller promises.
    let buffer = unsafe { buffer.as_ref() }?;
    assert!(!buffer.value.is_null());
    // SAFETY: it was made of a slice that lives as long as the call.
    Some(unsafe { slice::from_raw_parts(buffer.value.cast::<u8>(), buffer.length) }.to_vec())
}

/// What an object identifier holds.
///
/// # Safety
/// It lives as long as the call.
unsafe fn octets(oid: *const Oid) -> Vec<u8> {
    // SAFETY: as the caller promises; its elements are a constant.
    unsafe { slice::from_raw_parts((*oid).elements, (*oid).length as usize) }.to_vec()
}

/// Gives the minor status; nothing of an earlier call stands in it.
///
/// # Safety
/// It is a local of the caller.
unsafe fn minor(status: *mut Word, value: Word) {
    // SAFETY: as the caller promises.
    unsafe {
        assert_eq!(*status, 0);
        *status = value;
    }
}

/// Gives a buffer, which was empty before.
///
/// # Safety
/// It is a local of the caller.
unsafe fn put(buffer: *mut Buffer, output: Option<&'static [u8]>) {
    // SAFETY: as the caller promises.
    unsafe {
        assert!((*buffer).value.is_null() && (*buffer).length == 0);
        if let Some(output) = output {
            *buffer = Buffer::reading(output);
        }
    }
}

unsafe extern "C" fn import_name(
    status: *mut Word,
    name: *const Buffer,
    kind: *const Oid,
    target: *mut Opaque,
) -> Word {
    with(|asked, answers| {
        // SAFETY: all are locals of the caller.
        unsafe {
            asked.name = read(name).unwrap();
            asked.kind = octets(kind);
            minor(status, answers.minor);
            *target = ptr::without_provenance_mut(TARGET);
        }
        answers.major
    })
}

unsafe extern "C" fn release_name(status: *mut Word, name: *mut Opaque) -> Word {
    with(|asked, _| {
        // SAFETY: both are the caller's.
        unsafe {
            minor(status, 0);
            asked.names_released.push((*name).addr());
        }
        COMPLETE
    })
}

unsafe extern "C" fn release_buffer(status: *mut Word, _: *mut Buffer) -> Word {
    // SAFETY: a local of the caller.
    unsafe { minor(status, 0) };
    with(|asked, _| asked.buffers_released += 1);
    COMPLETE
}

unsafe extern "C" fn delete_context(status: *mut Word, context: *mut Opaque, token: *mut Buffer) -> Word {
    assert!(token.is_null());
    with(|asked, _| {
        // SAFETY: the first is a local of the caller, the other the caller's.
        unsafe {
            minor(status, 0);
            asked.contexts_deleted.push((*context).addr());
        }
        COMPLETE
    })
}

unsafe extern "C" fn init_context(
    status: *mut Word,
    credential: Opaque,
    context: *mut Opaque,
    target: Opaque,
    mechanism: *const Oid,
    request: Word,
    lifetime: Word,
    bindings: *const ChannelBindings,
    token: *const Buffer,
    actual: *mut *const Oid,
    output: *mut Buffer,
    granted: *mut Word,
    remaining: *mut Word,
) -> Word {
    assert!(credential.is_null() && actual.is_null() && remaining.is_null());
    assert_eq!(target.addr(), TARGET);
    with(|asked, answers| {
        // SAFETY: all are null or locals of the caller.
        unsafe {
            asked.mechanism = octets(mechanism);
            asked.token = read(token);
            asked.bindings = bindings.as_ref().and_then(|bindings| {
                let empty = |buffer: &Buffer| buffer.value.is_null() && buffer.length == 0;
                assert!(empty(&bindings.initiator_address) && empty(&bindings.acceptor_address));
                assert_eq!((bindings.initiator_addrtype, bindings.acceptor_addrtype), (0, 0));
                read(&raw const bindings.application_data)
            });
            minor(status, answers.minor);
            put(output, answers.output);
            assert_eq!(*granted, 0);
            *granted = answers.granted;
            *context = ptr::without_provenance_mut(CONTEXT);
        }
        (asked.request, asked.lifetime) = (request, lifetime);
        answers.major
    })
}

unsafe extern "C" fn wrap(
    status: *mut Word,
    _: Opaque,
    confidential: c_int,
    quality: Word,
    data: *const Buffer,
    encrypted: *mut c_int,
    output: *mut Buffer,
) -> Word {
    with(|asked, answers| {
        // SAFETY: all are locals of the caller.
        unsafe {
            asked.data = read(data).unwrap();
            minor(status, answers.minor);
            put(output, answers.output);
            assert_eq!(*encrypted, 0);
            *encrypted = answers.encrypted;
        }
        (asked.confidential, asked.quality) = (confidential, quality);
        answers.major
    })
}

unsafe extern "C" fn unwrap(
    status: *mut Word,
    _: Opaque,
    token: *const Buffer,
    output: *mut Buffer,
    encrypted: *mut c_int,
    quality: *mut Word,
) -> Word {
    assert!(quality.is_null());
    with(|asked, answers| {
        // SAFETY: all are locals of the caller.
        unsafe {
            asked.data = read(token).unwrap();
            minor(status, answers.minor);
            put(output, answers.output);
            assert_eq!(*encrypted, 0);
            *encrypted = answers.encrypted;
        }
        answers.major
    })
}

unsafe extern "C" fn wrap_size_limit(
    status: *mut Word,
    _: Opaque,
    confidential: c_int,
    quality: Word,
    token_max: Word,
    plain_max: *mut Word,
) -> Word {
    with(|asked, answers| {
        // SAFETY: both are locals of the caller.
        unsafe {
            minor(status, answers.minor);
            minor(plain_max, answers.plain_max);
        }
        (asked.confidential, asked.quality, asked.token_max) = (confidential, quality, token_max);
        answers.major
    })
}

unsafe extern "C" fn display_status(
    status: *mut Word,
    value: Word,
    kind: c_int,
    mechanism: *const Oid,
    context: *mut Word,
    text: *mut Buffer,
) -> Word {
    with(|asked, answers| {
        // SAFETY: all are locals of the caller.
        unsafe {
            assert_eq!(octets(mechanism), KERBEROS);
            asked.statuses.push((value, kind, *context));
            minor(status, 0);
            let (words, more) = answers.words.pop_front().unwrap_or(("endless", true));
            put(text, Some(words.as_bytes()));
            *context = if more { *context + 7 } else { 0 };
        }
        if answers.speechless { 1 } else { COMPLETE }
    })
}

fn library() -> &'static Library {
    Box::leak(Box::new(Library {
        import_name,
        release_name,
        release_buffer,
        delete_context,
        init_context,
        wrap,
        unwrap,
        wrap_size_limit,
        display_status,
        _handle: libloading::os::unix::Library::this().into(),
    }))
}

fn kerberos() -> Kerberos {
    answer(Answers::default());
    let kerberos = Kerberos::with(library(), &Service::new("imap", "mail.example")).unwrap();
    ASKED.take();
    kerberos
}

const NOTHING: GssFlags =
    GssFlags { mutual: false, sequence: false, confidentiality: false, integrity: false };

/// One word of a status each.
fn one_word() -> VecDeque<(&'static str, bool)> {
    VecDeque::from([("unspecified", false), ("no ticket\n", false)])
}

#[test]
fn functions_are_found_by_their_names() {
    type Length = unsafe extern "C" fn(*const std::ffi::c_char) -> usize;
    let handle: Handle = libloading::os::unix::Library::this().into();
    assert!(function::<Length>(&handle, b"strlen\0").is_some());
    assert!(function::<Length>(&handle, b"gss_no_such_function\0").is_none());
    assert!(Library::load("libgssapi_krb5.so.none").is_none());
}

#[test]
fn a_service_is_named_as_it_was_written() {
    answer(Answers::default());
    let kerberos = Kerberos::with(library(), &Service::new("imap", "Mail.example")).unwrap();
    assert_eq!(kerberos.flags(), NOTHING);
    let said = asked();
    assert_eq!((&*said.name, &*said.kind), (&b"imap@Mail.example"[..], HOSTBASED_SERVICE));

    answer(Answers { major: 0x0003_0000, minor: 9, words: one_word(), ..Answers::default() });
    let error = Kerberos::with(library(), &Service::new("imap", "")).unwrap_err();
    assert_eq!(error.to_string(), "naming the server failed: unspecified; no ticket\\n");
}

#[test]
fn what_is_owned_is_given_back_once() {
    let mut kerberos = kerberos();
    kerberos.init(NOTHING, None, None).unwrap();
    drop(kerberos);
    let said = asked();
    assert_eq!((said.contexts_deleted, said.names_released), (vec![CONTEXT], vec![TARGET]));
}

#[test]
fn each_service_is_asked_for_by_its_flag() {
    let mut kerberos = kerberos();
    for (flags, request) in [
        (NOTHING, 0),
        (GssFlags::MUTUAL, 2),
        (GssFlags { sequence: true, ..NOTHING }, 4 | 8),
        (GssFlags { confidentiality: true, ..NOTHING }, 16),
        (GssFlags { integrity: true, ..NOTHING }, 32),
        (GssFlags::ALL, 2 | 4 | 8 | 16 | 32),
    ] {
        kerberos.init(flags, None, None).unwrap();
        let said = asked();
        assert_eq!((said.request, said.lifetime), (request, 0), "{flags:?}");
        assert_eq!((&*said.mechanism, said.bindings, said.token), (KERBEROS, None, None));
    }
}

#[test]
fn each_service_is_granted_by_its_flag() {
    let mut kerberos = kerberos();
    for (granted, flags) in [
        (0, NOTHING),
        (2, GssFlags::MUTUAL),
        (4, NOTHING),
        (8, GssFlags { sequence: true, ..NOTHING }),
        (16, GssFlags { confidentiality: true, ..NOTHING }),
        (32, GssFlags { integrity: true, ..NOTHING }),
        (0xffff_ffff, GssFlags::ALL),
        (0xffff_ffff ^ (2 | 8 | 16 | 32), NOTHING),
    ] {
        answer(Answers { granted, ..Answers::default() });
        kerberos.init(GssFlags::ALL, None, None).unwrap();
        assert_eq!(kerberos.flags(), flags, "{granted:#x}");
    }
}

/// RFC 5801, section 5.1: application data only; no addresses, of no type.
#[test]
fn tokens_and_bindings_go_in_and_tokens_come_out() {
    let mut kerberos = kerberos();
    for (major, output, complete) in
        [(COMPLETE, None, true), (CONTINUE_NEEDED, Some(&b"token"[..]), false), (COMPLETE, Some(b""), true)]
    {
        answer(Answers { major, output, ..Answers::default() });
        let token = kerberos.init(GssFlags::MUTUAL, Some(b"n,,data"), Some(b"theirs")).unwrap();
        assert_eq!((&*token.token, token.complete), (output.unwrap_or_default(), complete));
        let said = asked();
        assert_eq!(said.bindings.as_deref(), Some(&b"n,,data"[..]));
        assert_eq!((said.token.as_deref(), said.buffers_released), (Some(&b"theirs"[..]), 1));
    }
    // Anything beside those two is an error, a bit that only informs as well.
    for major in [2, 3, CONTINUE_NEEDED | 1 << 16, 1 << 24] {
        answer(Answers { major, words: one_word(), ..Answers::default() });
        assert!(kerberos.init(GssFlags::MUTUAL, None, None).is_err(), "{major:#x}");
    }
}

/// RFC 2744, section 3.9.1.
#[test]
fn errors_tell_whose_they_are_and_why() {
    let mut kerberos = kerberos();
    for (major, kind) in [
        (7 << 16, ErrorKind::Auth),
        (0xff << 16, ErrorKind::Auth),
        (1 << 24, ErrorKind::Usage),
        (2 << 24 | 7 << 16, ErrorKind::Usage),
    ] {
        answer(Answers { major, minor: 5, words: one_word(), ..Answers::default() });
        let error = kerberos.init(GssFlags::MUTUAL, None, None).unwrap_err();
        assert_eq!(error.kind(), kind, "{major:#x}");
        assert_eq!(error.to_string(), "the Kerberos login failed: unspecified; no ticket\\n");
        assert!(matches!(error.detail(), Detail::Gss { major: told, minor: 5 } if *told == major));
        // Each from the beginning of its words.
        assert_eq!(asked().statuses, [(major, GSS_CODE, 0), (5, MECH_CODE, 0)]);
    }
    // A library without a reason of the mechanism's is not asked for its words.
    answer(Answers { major: 7 << 16, words: one_word(), ..Answers::default() });
    let error = kerberos.init(GssFlags::MUTUAL, None, None).unwrap_err();
    assert_eq!(error.to_string(), "the Kerberos login failed: unspecified");
    assert!(matches!(error.detail(), Detail::Gss { minor: 0, .. }));
}

#[test]
fn words_end_where_they_should() {
    let library = library();
    answer(Answers {
        words: VecDeque::from([("one", true), ("two", false), ("three", false)]),
        ..Answers::default()
    });
    assert_eq!(library.words(3, GSS_CODE), ["one", "two"]);
    assert_eq!(asked().statuses, [(3, GSS_CODE, 0), (3, GSS_CODE, 7)]);
    // A library that never ends is not heard out.
    answer(Answers::default());
    assert_eq!(library.words(3, MECH_CODE), ["endless"; MESSAGES_MAX]);
    assert_eq!((asked().statuses.len(), MESSAGES_MAX), (4, 4));
    // One without words says nothing.
    answer(Answers { speechless: true, ..Answers::default() });
    assert!(library.words(3, GSS_CODE).is_empty());
    assert_eq!(asked().buffers_released, 1);
}

#[test]
fn wrapping() {
    let mut kerberos = kerberos();
    answer(Answers { encrypted: 1, output: Some(b"wrapped"), ..Answers::default() });
    assert_eq!(kerberos.wrap(b"plain", true).unwrap(), b"wrapped");
    let said = asked();
    assert_eq!((&*said.data, said.confidential, said.quality), (&b"plain"[..], 1, 0));
    answer(Answers { output: Some(b"signed"), ..Answers::default() });
    assert_eq!(kerberos.wrap(b"plain", false).unwrap(), b"signed");
    let said = asked();
    assert_eq!((said.confidential, said.buffers_released), (0, 1));
    // What was to be encrypted and is not does not leave.
    let error = kerberos.wrap(b"plain", true).unwrap_err();
    assert_eq!(
        (error.kind(), error.to_string()),
        (ErrorKind::Auth, "the Kerberos context cannot encrypt".into())
    );
    answer(Answers { major: 1, words: one_word(), ..Answers::default() });
    assert_eq!(kerberos.wrap(b"plain", false).unwrap_err().to_string(), "wrapping failed: unspecified");
}

#[test]
fn unwrapping() {
    let mut kerberos = kerberos();
    for (encrypted, expected) in [(0, false), (1, true), (2, true)] {
        answer(Answers { encrypted, output: Some(b"plain"), ..Answers::default() });
        assert_eq!(kerberos.unwrap_token(b"wrapped").unwrap(), (b"plain".to_vec(), expected));
        let said = asked();
        assert_eq!((&*said.data, said.buffers_released), (&b"wrapped"[..], 1));
    }
    // Repeated, old, out of order, or with a gap before it: bits beside COMPLETE (RFC 2744, section 3.9.1).
    for major in [2, 4, 8, 16] {
        answer(Answers { major, output: Some(b"plain"), words: one_word(), ..Answers::default() });
        let error = kerberos.unwrap_token(b"wrapped").unwrap_err();
        assert_eq!(error.to_string(), "unwrapping failed: unspecified");
    }
}

#[test]
fn how_much_may_be_wrapped() {
    let mut kerberos = kerberos();
    for (confidential, token_max, told) in [
        (true, 65_536, 65_536),
        (false, 100, 100),
        (true, u32::MAX as usize, u32::MAX),
        (true, usize::MAX, u32::MAX),
    ] {
        answer(Answers { plain_max: 99, ..Answers::default() });
        assert_eq!(kerberos.wrap_size_limit(confidential, token_max).unwrap(), 99);
        let said = asked();
        assert_eq!((said.confidential, said.quality, said.token_max), (c_int::from(confidential), 0, told));
    }
    answer(Answers { major: 1, words: one_word(), ..Answers::default() });
    let error = kerberos.wrap_size_limit(true, 100).unwrap_err();
    assert_eq!(error.to_string(), "asking for the size of a buffer failed: unspecified");
}
