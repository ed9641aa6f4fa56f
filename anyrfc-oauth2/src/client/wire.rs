//! The logs: at DEBUG which endpoint was asked and how it answered, target `anyrfc_oauth2`; at TRACE
//! what passed, target `anyrfc_oauth2::wire`. Of all that is or may be secret the length is shown:
//! only what is named here is shown as it is.

#[cfg(feature = "tracing")]
mod shown;

use crate::{
    Error,
    proto::{HttpRequest, HttpResponse},
};

/// Logs a request before it is sent.
pub(crate) fn request(request: &HttpRequest) {
    #[cfg(feature = "tracing")]
    {
        let endpoint = shown::Url(request.uri());
        tracing::debug!(target: "anyrfc_oauth2", method = %request.method(), %endpoint, "asking");
        tracing::trace!(
            target: "anyrfc_oauth2::wire",
            %endpoint,
            headers = %shown::Headers(request.headers()),
            body = %shown::Body(request),
            "request"
        );
    }
    #[cfg(not(feature = "tracing"))]
    let _ = request;
}

/// Logs the answer to it.
pub(crate) fn response(answer: &Result<HttpResponse, Error>) {
    #[cfg(feature = "tracing")]
    match answer {
        Ok(response) => {
            let status = response.status().as_u16();
            if tracing::enabled!(target: "anyrfc_oauth2", tracing::Level::DEBUG) {
                tracing::debug!(target: "anyrfc_oauth2", status, error = shown::code(response), "answered");
            }
            tracing::trace!(
                target: "anyrfc_oauth2::wire",
                status,
                headers = %shown::Headers(response.headers()),
                bytes = response.body().len(),
                "response"
            );
        }
        Err(error) => tracing::debug!(target: "anyrfc_oauth2", kind = ?error.kind(), "not answered"),
    }
    #[cfg(not(feature = "tracing"))]
    let _ = answer;
}

/// Logs what became of a request at the loopback listener.
pub(crate) fn loopback(is_answer: bool) {
    #[cfg(feature = "tracing")]
    tracing::debug!(target: "anyrfc_oauth2", is_answer, "a request at the loopback listener");
    #[cfg(not(feature = "tracing"))]
    let _ = is_answer;
}
