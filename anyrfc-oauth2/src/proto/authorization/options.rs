//! What a request may ask for beside the token.

/// How the answer is brought back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ResponseMode {
    /// In the query of the redirection URI (OAuth 2.0 Multiple Response Types, section 2.1).
    Query,
    /// In its fragment (OAuth 2.0 Multiple Response Types, section 2.1).
    Fragment,
    /// By `POST` to it (OAuth 2.0 Form Post Response Mode).
    FormPost,
    /// As a signed JWT, in the query where a code is asked for (JARM, section 2.3.4).
    Jwt,
    /// As a signed JWT in the query (JARM, section 2.3.1).
    QueryJwt,
    /// As a signed JWT in the fragment (JARM, section 2.3.2).
    FragmentJwt,
    /// As a signed JWT by `POST` (JARM, section 2.3.3).
    FormPostJwt,
}

impl ResponseMode {
    pub(super) const ALL: [Self; 7] = [
        Self::Query,
        Self::Fragment,
        Self::FormPost,
        Self::Jwt,
        Self::QueryJwt,
        Self::FragmentJwt,
        Self::FormPostJwt,
    ];

    /// The mode as it stands in a request.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Query => "query",
            Self::Fragment => "fragment",
            Self::FormPost => "form_post",
            Self::Jwt => "jwt",
            Self::QueryJwt => "query.jwt",
            Self::FragmentJwt => "fragment.jwt",
            Self::FormPostJwt => "form_post.jwt",
        }
    }

    /// Whether the answer is a signed JWT.
    #[must_use]
    pub const fn is_signed(self) -> bool {
        matches!(self, Self::Jwt | Self::QueryJwt | Self::FragmentJwt | Self::FormPostJwt)
    }

    /// Whether the answer is in the fragment, which a listener never sees.
    pub(crate) const fn is_fragment(self) -> bool {
        matches!(self, Self::Fragment | Self::FragmentJwt)
    }

    /// Whether the answer comes as the body of a `POST`, which a listener on loopback does not take.
    #[must_use]
    pub const fn is_form_post(self) -> bool {
        matches!(self, Self::FormPost | Self::FormPostJwt)
    }
}

/// What the user is shown (OpenID Connect Core, section 3.1.2.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Prompt {
    /// Nothing: the server answers with an error where it would have to ask.
    None,
    /// The sign-in, again.
    Login,
    /// The question for consent, again.
    Consent,
    /// The choice among the user's accounts.
    SelectAccount,
    /// The sign-up (OpenID Connect, Initiating User Registration).
    Create,
}

impl Prompt {
    /// The value as it stands in a request.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Login => "login",
            Self::Consent => "consent",
            Self::SelectAccount => "select_account",
            Self::Create => "create",
        }
    }
}
