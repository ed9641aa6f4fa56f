//! The system's GSS-API library, opened at run time.
//!
//! The one module of this crate with `unsafe`. What it declares are the C
//! bindings of RFC 2744, whose layouts and signatures are part of that RFC and
//! of the library's stable interface; nothing of the library is needed to
//! build. Every call stands in a function that takes and gives safe types only.
#![allow(unsafe_code)]

#[cfg(all(test, unix))]
mod tests;

use std::{
    ffi::{c_int, c_void},
    fmt, ptr, slice,
    sync::OnceLock,
};

use anyrfc_core::{ErrorKind, escape::Escaped};
use libloading::Library as Handle;

use super::context::{GssContext, GssFlags, GssToken};
use crate::{Detail, Error, Service};

/// The library's names, where systems have one.
#[cfg(not(windows))]
const NAMES: &[&str] = &["libgssapi_krb5.so.2", "libgssapi_krb5.so"];
#[cfg(windows)]
const NAMES: &[&str] = &[];

/// `OM_uint32`
type Word = u32;
/// `gss_name_t`, `gss_ctx_id_t` and `gss_cred_id_t`: pointers to what only the library knows.
type Opaque = *mut c_void;

/// `gss_buffer_desc`
#[repr(C)]
struct Buffer {
    length: usize,
    value: *mut c_void,
}

/// `gss_OID_desc`
#[repr(C)]
struct Oid {
    length: Word,
    elements: *const u8,
}

/// `struct gss_channel_bindings_struct`
#[repr(C)]
struct ChannelBindings {
    initiator_addrtype: Word,
    initiator_address: Buffer,
    acceptor_addrtype: Word,
    acceptor_address: Buffer,
    application_data: Buffer,
}

/// `GSS_C_NT_HOSTBASED_SERVICE`: 1.2.840.113554.1.2.1.4
const HOSTBASED_SERVICE: &[u8] = b"\x2a\x86\x48\x86\xf7\x12\x01\x02\x01\x04";
/// Kerberos V (RFC 1964, section 1): 1.2.840.113554.1.2.2
const KERBEROS: &[u8] = b"\x2a\x86\x48\x86\xf7\x12\x01\x02\x02";

/// `GSS_C_MUTUAL_FLAG` and its like.
const MUTUAL: Word = 2;
const REPLAY: Word = 4;
const SEQUENCE: Word = 8;
const CONFIDENTIALITY: Word = 16;
const INTEGRITY: Word = 32;

/// `GSS_S_COMPLETE` and `GSS_S_CONTINUE_NEEDED`
const COMPLETE: Word = 0;
const CONTINUE_NEEDED: Word = 1;
/// `GSS_C_GSS_CODE` and `GSS_C_MECH_CODE`
const GSS_CODE: c_int = 1;
const MECH_CODE: c_int = 2;
/// How many messages of a status are asked for.
const MESSAGES_MAX: usize = 4;

type ImportName = unsafe extern "C" fn(*mut Word, *const Buffer, *const Oid, *mut Opaque) -> Word;
type ReleaseName = unsafe extern "C" fn(*mut Word, *mut Opaque) -> Word;
type ReleaseBuffer = unsafe extern "C" fn(*mut Word, *mut Buffer) -> Word;
type DeleteContext = unsafe extern "C" fn(*mut Word, *mut Opaque, *mut Buffer) -> Word;
type InitContext = unsafe extern "C" fn(
    *mut Word,
    Opaque,
    *mut Opaque,
    Opaque,
    *const Oid,
    Word,
    Word,
    *const ChannelBindings,
    *const Buffer,
    *mut *const Oid,
    *mut Buffer,
    *mut Word,
    *mut Word,
) -> Word;
type Wrap =
    unsafe extern "C" fn(*mut Word, Opaque, c_int, Word, *const Buffer, *mut c_int, *mut Buffer) -> Word;
type Unwrap =
    unsafe extern "C" fn(*mut Word, Opaque, *const Buffer, *mut Buffer, *mut c_int, *mut Word) -> Word;
type WrapSizeLimit = unsafe extern "C" fn(*mut Word, Opaque, c_int, Word, Word, *mut Word) -> Word;
type DisplayStatus = unsafe extern "C" fn(*mut Word, Word, c_int, *const Oid, *mut Word, *mut Buffer) -> Word;

/// The functions that are used.
struct Library {
    import_name: ImportName,
    release_name: ReleaseName,
    release_buffer: ReleaseBuffer,
    delete_context: DeleteContext,
    init_context: InitContext,
    wrap: Wrap,
    unwrap: Unwrap,
    wrap_size_limit: WrapSizeLimit,
    display_status: DisplayStatus,
    /// Keeps the functions where they are.
    _handle: Handle,
}

impl Library {
    /// The library, opened once and never closed again.
    fn open() -> Result<&'static Self, Error> {
        static LIBRARY: OnceLock<Option<Library>> = OnceLock::new();
        let library = LIBRARY.get_or_init(|| NAMES.iter().find_map(|name| Self::load(name)));
        let missing = || Error::new(ErrorKind::Unsupported, "this system has no GSS-API library");
        library.as_ref().ok_or_else(missing)
    }

    fn load(name: &str) -> Option<Self> {
        // SAFETY: the name is that of MIT Kerberos's GSS-API library (or of one that takes its
        // place, as the dynamic linker is set up), whose initialisers any program may run.
        let handle = unsafe { Handle::new(name) }.ok()?;
        Some(Self {
            import_name: function::<ImportName>(&handle, b"gss_import_name\0")?,
            release_name: function::<ReleaseName>(&handle, b"gss_release_name\0")?,
            release_buffer: function::<ReleaseBuffer>(&handle, b"gss_release_buffer\0")?,
            delete_context: function::<DeleteContext>(&handle, b"gss_delete_sec_context\0")?,
            init_context: function::<InitContext>(&handle, b"gss_init_sec_context\0")?,
            wrap: function::<Wrap>(&handle, b"gss_wrap\0")?,
            unwrap: function::<Unwrap>(&handle, b"gss_unwrap\0")?,
            wrap_size_limit: function::<WrapSizeLimit>(&handle, b"gss_wrap_size_limit\0")?,
            display_status: function::<DisplayStatus>(&handle, b"gss_display_status\0")?,
            _handle: handle,
        })
    }

    /// Takes what the library has put into a buffer, and gives the buffer back.
    fn take(&self, mut buffer: Buffer) -> Vec<u8> {
        let bytes = if buffer.value.is_null() {
            Vec::new()
        } else {
            // SAFETY: the library says that `length` bytes stand at `value`, and they stay
            // there until the buffer is released, which is after they were copied.
            unsafe { slice::from_raw_parts(buffer.value.cast::<u8>(), buffer.length) }.to_vec()
        };
        let mut minor = 0;
        // SAFETY: the buffer is empty or was filled by the library, and is used no more.
        unsafe { (self.release_buffer)(&raw mut minor, &raw mut buffer) };
        bytes
    }

    /// What failed, in the library's words.
    fn error(&self, what: &str, major: Word, minor: Word) -> Error {
        let mut words = self.words(major, GSS_CODE);
        if minor != 0 {
            words.extend(self.words(minor, MECH_CODE));
        }
        let message = format!("{what} failed: {}", words.join("; "));
        // The error that the routine itself reports stands in the third octet, one of the
        // call in the fourth (RFC 2744, section 3.9.1).
        let kind = if major >> 24 == 0 { ErrorKind::Auth } else { ErrorKind::Usage };
        Error::new(kind, message).with_detail(Detail::Gss { major, minor })
    }

    /// `GSS_Display_status`
    fn words(&self, status: Word, kind: c_int) -> Vec<String> {
        let oid = oid(KERBEROS);
        let (mut words, mut context) = (Vec::new(), 0);
        while words.len() < MESSAGES_MAX {
            let (mut minor, mut text) = (0, Buffer::EMPTY);
            // SAFETY: all pointers are to locals that outlive the call; the object identifier
            // points to a constant.
            let major = unsafe {
                (self.display_status)(
                    &raw mut minor,
                    status,
                    kind,
                    &raw const oid,
                    &raw mut context,
                    &raw mut text,
                )
            };
            let text = self.take(text);
            if major != COMPLETE {
                break;
            }
            words.push(Escaped(&text).to_string());
            if context == 0 {
                break;
            }
        }
        words
    }
}

/// One function, of the type that RFC 2744 declares.
fn function<F: Copy>(handle: &Handle, name: &[u8]) -> Option<F> {
    // SAFETY: `F` is the signature that RFC 2744 gives to the function of this name, which every
    // caller looks up with the matching type; the handle stays beside the functions.
    unsafe { handle.get::<F>(name) }.ok().map(|symbol| *symbol)
}

impl Buffer {
    const EMPTY: Self = Self { length: 0, value: ptr::null_mut() };

    /// A buffer that the library only reads, for as long as `bytes` lives.
    const fn reading(bytes: &[u8]) -> Self {
        Self { length: bytes.len(), value: bytes.as_ptr().cast_mut().cast() }
    }
}

fn oid(elements: &'static [u8]) -> Oid {
    Oid { length: elements.len() as Word, elements: elements.as_ptr() }
}

/// Kerberos by the system's GSS-API library (MIT), with the ticket that this
/// process has: whose that is, and where it lies, is the library's business
/// (`KRB5CCNAME`, say). What it lacks, it fetches, which takes a while.
///
/// ```no_run
/// use anyrfc_sasl::{Exchange, Gssapi, Kerberos, Service};
/// let context = Kerberos::new(&Service::new("imap", "mail.example"))?;
/// let mut exchange = Exchange::new(Gssapi::new(Box::new(context), None)?);
/// # Ok::<(), anyrfc_sasl::Error>(())
/// ```
pub struct Kerberos {
    library: &'static Library,
    context: Opaque,
    /// The server's name.
    target: Opaque,
    flags: GssFlags,
}

// SAFETY: a context of the library may be used by any thread, as long as not by two at once
// (the library documents just that), and `&mut self` of every call sees to that. The pointers
// are owned by this value alone.
unsafe impl Send for Kerberos {}

impl Kerberos {
    /// A context with `service@host`, as the user wrote the host: no name service
    /// is asked for another one.
    ///
    /// # Errors
    /// This system has no such library, or the name cannot be one.
    pub fn new(service: &Service) -> Result<Self, Error> {
        Self::with(Library::open()?, service)
    }

    fn with(library: &'static Library, service: &Service) -> Result<Self, Error> {
        let name = format!("{}@{}", service.name, service.host);
        let (buffer, kind) = (Buffer::reading(name.as_bytes()), oid(HOSTBASED_SERVICE));
        let (mut minor, mut target) = (0, ptr::null_mut());
        // SAFETY: all pointers are to locals that outlive the call; the library copies the name.
        let major = unsafe {
            (library.import_name)(&raw mut minor, &raw const buffer, &raw const kind, &raw mut target)
        };
        if major != COMPLETE {
            return Err(library.error("naming the server", major, minor));
        }
        Ok(Self { library, context: ptr::null_mut(), target, flags: GssFlags::default() })
    }
}

impl GssContext for Kerberos {
    fn init(
        &mut self,
        asked: GssFlags,
        channel_bindings: Option<&[u8]>,
        token: Option<&[u8]>,
    ) -> Result<GssToken, Error> {
        let ask = |asked, flag| if asked { flag } else { 0 };
        let request = ask(asked.mutual, MUTUAL)
            | ask(asked.sequence, SEQUENCE | REPLAY)
            | ask(asked.confidentiality, CONFIDENTIALITY)
            | ask(asked.integrity, INTEGRITY);
        // RFC 5801, section 5.1: no addresses, of no type.
        let bindings = channel_bindings.map(|data| ChannelBindings {
            initiator_addrtype: 0,
            initiator_address: Buffer::EMPTY,
            acceptor_addrtype: 0,
            acceptor_address: Buffer::EMPTY,
            application_data: Buffer::reading(data),
        });
        let input = token.map(Buffer::reading);
        let mechanism = oid(KERBEROS);
        let (mut minor, mut output, mut granted) = (0, Buffer::EMPTY, 0);
        // SAFETY: the context is null or was made by this function, the name by `new`, and
        // neither was released; what is read lives until the end of this function; what is
        // written are locals; null stands for what is not given or asked for.
        let major = unsafe {
            (self.library.init_context)(
                &raw mut minor,
                ptr::null_mut(),
                &raw mut self.context,
                self.target,
                &raw const mechanism,
                request,
                0,
                bindings.as_ref().map_or(ptr::null(), ptr::from_ref),
                input.as_ref().map_or(ptr::null(), ptr::from_ref),
                ptr::null_mut(),
                &raw mut output,
                &raw mut granted,
                ptr::null_mut(),
            )
        };
        let token = self.library.take(output);
        if !matches!(major, COMPLETE | CONTINUE_NEEDED) {
            return Err(self.library.error("the Kerberos login", major, minor));
        }
        let has = |flag| granted & flag == flag;
        self.flags = GssFlags {
            mutual: has(MUTUAL),
            sequence: has(SEQUENCE),
            confidentiality: has(CONFIDENTIALITY),
            integrity: has(INTEGRITY),
        };
        Ok(GssToken { token, complete: major == COMPLETE })
    }

    fn flags(&self) -> GssFlags {
        self.flags
    }

    fn wrap(&mut self, data: &[u8], confidential: bool) -> Result<Vec<u8>, Error> {
        let input = Buffer::reading(data);
        let (mut minor, mut encrypted, mut output) = (0, 0, Buffer::EMPTY);
        // SAFETY: the library itself refuses a context that is null or not established; what
        // is read lives until the end of this function; what is written are locals.
        let major = unsafe {
            (self.library.wrap)(
                &raw mut minor,
                self.context,
                c_int::from(confidential),
                0,
                &raw const input,
                &raw mut encrypted,
                &raw mut output,
            )
        };
        let token = self.library.take(output);
        if major != COMPLETE {
            return Err(self.library.error("wrapping", major, minor));
        }
        if confidential && encrypted == 0 {
            return Err(Error::auth("the Kerberos context cannot encrypt"));
        }
        Ok(token)
    }

    fn unwrap_token(&mut self, token: &[u8]) -> Result<(Vec<u8>, bool), Error> {
        let input = Buffer::reading(token);
        let (mut minor, mut encrypted, mut output) = (0, 0, Buffer::EMPTY);
        // SAFETY: as in `wrap`; the quality of protection is not asked for.
        let major = unsafe {
            (self.library.unwrap)(
                &raw mut minor,
                self.context,
                &raw const input,
                &raw mut output,
                &raw mut encrypted,
                ptr::null_mut(),
            )
        };
        let data = self.library.take(output);
        // A token that is repeated or out of order is no error of its own to the library, but
        // a bit beside COMPLETE (RFC 2744, section 3.9.1).
        if major != COMPLETE {
            return Err(self.library.error("unwrapping", major, minor));
        }
        Ok((data, encrypted != 0))
    }

    fn wrap_size_limit(&mut self, confidential: bool, token_max: usize) -> Result<usize, Error> {
        let token_max = Word::try_from(token_max).unwrap_or(Word::MAX);
        let (mut minor, mut plain_max) = (0, 0);
        // SAFETY: as in `wrap`; only numbers go in and out.
        let major = unsafe {
            (self.library.wrap_size_limit)(
                &raw mut minor,
                self.context,
                c_int::from(confidential),
                0,
                token_max,
                &raw mut plain_max,
            )
        };
        if major != COMPLETE {
            return Err(self.library.error("asking for the size of a buffer", major, minor));
        }
        Ok(plain_max as usize)
    }
}

impl Drop for Kerberos {
    fn drop(&mut self) {
        let mut minor = 0;
        // SAFETY: both are null or owned by this value, and are used no more; the library
        // allows null for both, and for the token that nobody wants.
        unsafe {
            (self.library.delete_context)(&raw mut minor, &raw mut self.context, ptr::null_mut());
            (self.library.release_name)(&raw mut minor, &raw mut self.target);
        }
    }
}

impl fmt::Debug for Kerberos {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Kerberos").field("flags", &self.flags).finish_non_exhaustive()
    }
}
