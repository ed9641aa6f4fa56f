//! Dovecot, which asks an authorization server what a token is good for.

use std::{net::SocketAddr, path::Path};

use crate::{
    Result,
    interop::{
        cases::Certificates,
        process::{Server, command, free_address},
    },
};

pub(super) const PACKAGE: &str = "dovecot-imapd";
const PROGRAM: &str = "/usr/sbin/dovecot";

/// Starts it with IMAP over TLS; `introspection` holds the credentials in its URL.
pub(super) fn start(
    dir: &Path,
    certificates: &Certificates,
    introspection: &str,
) -> Result<(Server, SocketAddr)> {
    // Its processes are of other users, who must be let in.
    open(dir, 0o711)?;
    let mail = dir.join("mail");
    std::fs::create_dir(&mail)?;
    open(&mail, 0o777)?;
    std::fs::write(
        dir.join("oauth2.conf"),
        format!(
            "introspection_mode = post\nintrospection_url = {introspection}\nusername_attribute = sub\n\
             active_attribute = active\nactive_value = true\n"
        ),
    )?;
    let address = free_address()?;
    let file = dir.join("dovecot.conf");
    std::fs::write(&file, configuration(dir, certificates, address))?;
    let mut command = command(PROGRAM);
    command.arg("-F").arg("-c").arg(file).current_dir(dir);
    let mut server = Server::spawn(command, dir.join("dovecot.log"))?;
    server.ready(address)?;
    Ok((server, address))
}

#[cfg(unix)]
fn open(path: &Path, mode: u32) -> Result<()> {
    use std::os::unix::fs::PermissionsExt as _;

    Ok(std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode))?)
}

#[cfg(not(unix))]
fn open(_: &Path, _: u32) -> Result<()> {
    Err("Dovecot needs a Unix".into())
}

fn configuration(dir: &Path, certificates: &Certificates, address: SocketAddr) -> String {
    let (certificate, key) = (certificates.certificate.display(), certificates.key.display());
    let (dir, port) = (dir.display(), address.port());
    format!(
        "base_dir = {dir}/run
state_dir = {dir}/state
log_path = /dev/stderr
listen = 127.0.0.1
protocols = imap
ssl = required
ssl_cert = <{certificate}
ssl_key = <{key}
auth_mechanisms = oauthbearer xoauth2
auth_failure_delay = 0 s
auth_cache_size = 0
mail_location = maildir:{dir}/mail/%n
first_valid_uid = 1
passdb {{
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
  args = {dir}/oauth2.conf
}}
userdb {{
  driver = static
  args = uid=65534 gid=65534 home={dir}/mail/%n
}}
service imap-login {{
  inet_listener imap {{
    port = 0
  }}
  inet_listener imaps {{
    port = {port}
    ssl = yes
  }}
}}
service auth {{
  user = root
}}
service anvil {{
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
"
    )
}
