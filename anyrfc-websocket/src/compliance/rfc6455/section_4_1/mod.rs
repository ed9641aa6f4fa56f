//! RFC 6455, section 4.1: client requirements.

pub(super) mod connect;
pub(super) mod connect_pure;
pub(super) mod gate;
pub(super) mod proxy;
pub(super) mod request;
pub(super) mod request_fields;
pub(super) mod response;
pub(super) mod response_fields;
pub(super) mod tls;
