//! The channel below, and how a login is bound to it (RFC 5056).

use std::fmt;

use anyrfc_core::TlsInfo;

/// The kinds of channel binding there are for TLS. `tls-unique` (RFC 5929,
/// section 3) is not among them: TLS 1.3 has none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum BindingType {
    /// `tls-exporter` (RFC 9266): this connection and no other.
    TlsExporter,
    /// `tls-server-end-point` (RFC 5929, section 4): the server's certificate.
    TlsServerEndPoint,
}

impl BindingType {
    /// Every kind, the strongest first.
    pub const ALL: [Self; 2] = [Self::TlsExporter, Self::TlsServerEndPoint];

    /// The name that IANA registered, as it is sent after `p=`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::TlsExporter => "tls-exporter",
            Self::TlsServerEndPoint => "tls-server-end-point",
        }
    }
}

impl fmt::Display for BindingType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// The bytes that name the channel.
#[derive(Clone, PartialEq, Eq)]
pub struct ChannelBinding {
    kind: BindingType,
    data: Vec<u8>,
}

impl ChannelBinding {
    /// Binding data of a kind, as TLS gave them.
    pub fn new(kind: BindingType, data: impl Into<Vec<u8>>) -> Self {
        Self { kind, data: data.into() }
    }

    /// The kind.
    #[must_use]
    pub const fn kind(&self) -> BindingType {
        self.kind
    }

    /// The data.
    #[must_use]
    pub fn data(&self) -> &[u8] {
        &self.data
    }
}

impl fmt::Debug for ChannelBinding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ChannelBinding({}, {} bytes)", self.kind, self.data.len())
    }
}

/// What the client says about channel binding (`gs2-cbind-flag` of RFC 5801, section 4).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Binding {
    /// `n`: the client has no binding data.
    #[default]
    Unsupported,
    /// `y`: the client has binding data, but has not seen the server offer a
    /// mechanism that takes them. A server that did offer one then knows that
    /// somebody took it out of the list.
    NotOffered,
    /// `p=…`: the login is bound to this channel.
    Bound(ChannelBinding),
}

/// The channel that the login runs over.
///
/// ```
/// use anyrfc_sasl::{BindingType, Channel};
/// let channel = Channel::tls().with_binding(BindingType::TlsExporter, [7; 32]);
/// assert!(channel.is_confidential() && channel.binding(BindingType::TlsExporter).is_some());
/// assert!(!Channel::plaintext().is_confidential());
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Channel {
    confidential: bool,
    bindings: Vec<ChannelBinding>,
}

impl Channel {
    /// Whoever is on the way can read and change everything.
    #[must_use]
    pub const fn plaintext() -> Self {
        Self { confidential: false, bindings: Vec::new() }
    }

    /// TLS with a verified certificate, of which nothing else is known.
    #[must_use]
    pub const fn tls() -> Self {
        Self { confidential: true, bindings: Vec::new() }
    }

    /// With binding data of a kind; empty data are none.
    #[must_use]
    pub fn with_binding(mut self, kind: BindingType, data: impl Into<Vec<u8>>) -> Self {
        let data = data.into();
        self.bindings.retain(|binding| binding.kind != kind);
        if !data.is_empty() {
            self.bindings.push(ChannelBinding { kind, data });
        }
        self
    }

    /// Whether nobody on the way can read what is sent.
    #[must_use]
    pub const fn is_confidential(&self) -> bool {
        self.confidential
    }

    /// The binding data of a kind, where there are any.
    #[must_use]
    pub fn binding(&self, kind: BindingType) -> Option<&ChannelBinding> {
        self.bindings.iter().find(|binding| binding.kind == kind)
    }

    /// Whether there are binding data of any kind.
    #[must_use]
    pub const fn has_binding(&self) -> bool {
        !self.bindings.is_empty()
    }
}

/// What core's TLS stream knows.
impl From<&TlsInfo> for Channel {
    fn from(tls: &TlsInfo) -> Self {
        let exporter = tls.tls_exporter.clone().unwrap_or_default();
        let end_point = tls.tls_server_end_point.clone().unwrap_or_default();
        Self::tls()
            .with_binding(BindingType::TlsExporter, exporter)
            .with_binding(BindingType::TlsServerEndPoint, end_point)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_tls_knows_is_taken_over() {
        let mut tls = TlsInfo::default();
        let channel = Channel::from(&tls);
        assert!(channel.is_confidential() && !channel.has_binding());
        tls.tls_exporter = Some(vec![1; 32]);
        tls.tls_server_end_point = Some(vec![2; 48]);
        let channel = Channel::from(&tls);
        assert_eq!(channel.binding(BindingType::TlsExporter).unwrap().data(), [1; 32]);
        assert_eq!(channel.binding(BindingType::TlsServerEndPoint).unwrap().data(), [2; 48]);
    }

    #[test]
    fn later_data_replace_earlier_ones() {
        let kind = BindingType::TlsExporter;
        let channel = Channel::tls().with_binding(kind, [1]).with_binding(kind, [2]);
        assert_eq!(channel.binding(kind).unwrap().data(), [2]);
        assert!(!channel.with_binding(kind, []).has_binding());
    }

    #[test]
    fn data_are_not_shown() {
        let channel = Channel::tls().with_binding(BindingType::TlsExporter, *b"exporter");
        assert_eq!(
            format!("{channel:?}"),
            "Channel { confidential: true, bindings: [ChannelBinding(tls-exporter, 8 bytes)] }"
        );
    }
}
