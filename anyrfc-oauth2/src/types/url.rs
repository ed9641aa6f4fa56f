//! Endpoints, issuers and redirection URIs.
