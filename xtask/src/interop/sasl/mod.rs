//! Peers of the SASL mechanisms: GNU SASL and Cyrus SASL behind small servers in C
//! (`peer.h` describes their lines), and Dovecot over IMAP.

mod common;
mod cyrus;
mod dovecot;
mod gsasl;
mod imap;
mod krb5;
mod lines;
mod ticket;

use std::{path::Path, process::Command};

use anyrfc_sasl::{
    Binding, BindingType, ChannelBinding, Credentials, Nonce, Preparation, Scram, ScramHash, Secret,
};

pub(crate) use self::ticket::{Login as KerberosLogin, command as kerberos_login};
pub(super) use self::{cyrus::CyrusSasl, dovecot::Dovecot, gsasl::GnuSasl, krb5::Krb5};
use super::{
    cases::Table,
    peer::Started,
    process::{Server, command, free_address, quietly},
};
use crate::Result;

/// The crate whose mechanisms are driven.
const SUBJECT: &str = "anyrfc-sasl";

/// What the servers in C share.
const HEADER: &str = include_str!("peer.h");

/// The user that every peer has on file, and the password.
const USER: &str = "alice";
const PASSWORD: &str = "secret";

fn alice() -> Credentials {
    Credentials::password(USER, PASSWORD.to_owned())
}

fn wrong() -> Credentials {
    Credentials::password(USER, String::from("Secret"))
}

/// A nonce that the system's randomness made.
fn nonce() -> Result<Nonce> {
    let mut seed = [0; 32];
    std::io::Read::read_exact(&mut std::fs::File::open("/dev/urandom")?, &mut seed)?;
    Ok(Nonce::from_seed(seed))
}

fn scram(hash: ScramHash, credentials: &Credentials, binding: Binding) -> Result<Scram> {
    Ok(Scram::new(hash, credentials, Preparation::Saslprep, binding, nonce()?)?)
}

/// What the channel is bound by, on both sides.
const BINDING: &[u8; 32] = b"the exporter of this connection.";

fn bound(kind: BindingType, data: &[u8]) -> Binding {
    Binding::Bound(ChannelBinding::new(kind, data))
}

/// Base64, as the option of a peer has it.
fn base64(bytes: &[u8]) -> String {
    anyrfc_sasl::codec::base64::encode(&Secret::new(bytes.to_vec())).expose().clone()
}

/// Compiles a server in C that is written here, with a library of somebody else's.
fn compile(source: &str, library: &str, program: &Path) -> Result<()> {
    let dir = program.parent().ok_or("a program lies in a directory")?;
    std::fs::create_dir_all(dir)?;
    let file = dir.join("peer.c");
    std::fs::write(dir.join("peer.h"), HEADER)?;
    std::fs::write(&file, source)?;
    let mut compiler = Command::new("cc");
    // To another name first: what bears this one is complete.
    let fresh = dir.join("peer.new");
    compiler.args(["-O1", "-o"]).arg(&fresh).arg(&file).arg(format!("-l{library}"));
    quietly(&mut compiler)?;
    Ok(std::fs::rename(fresh, program)?)
}

/// Whether a program is there that was made of this source.
fn is_compiled(source: &str, program: &Path) -> bool {
    let same = |name: &str, text: &str| {
        let file = program.with_file_name(name);
        std::fs::read_to_string(file).is_ok_and(|found| found == text)
    };
    program.is_file() && same("peer.c", source) && same("peer.h", HEADER)
}

/// Starts a server in C with this environment.
fn start(program: &Path, dir: &Path, environment: &[(&str, &Path)]) -> Result<Started> {
    start_named(program, dir, "server", environment)
}

/// Starts one of several servers in C.
fn start_named(program: &Path, dir: &Path, name: &str, environment: &[(&str, &Path)]) -> Result<Started> {
    let address = free_address()?;
    let mut command = command(program);
    command.arg(address.port().to_string()).current_dir(dir).envs(environment.iter().copied());
    let mut server = Server::spawn(command, dir.join(format!("{name}.log")))?;
    server.ready(address)?;
    Ok(Started { servers: vec![server], address })
}
