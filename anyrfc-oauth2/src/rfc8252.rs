//! The catalogue of RFC 8252: every normative keyword, in the RFC's own order.
//!
//! Ids and roles are as in [`rfc6749`](crate::rfc6749).
use anyrfc_core::requirements;

requirements! {
    /// OAuth 2.0 for Native Apps.
    RFC8252 = 8252, "OAuth 2.0 for Native Apps";

    // §5
    EXTERNAL_USER_AGENT_IS_USED = "5" / 1, Must, Client, "hand the authorization request to an external user agent";

    // §6
    NATIVE_APP_HAS_PKCE = "6" / 1, Must, Client, "use PKCE as a public native app";
    SERVER_HAS_PKCE = "6" / 2, Must, Server, "the server must support PKCE for public native apps";
    USER_AGENT_MAY_BE_CHOSEN = "6" / 3, May, Client, "another external user agent than the default browser may be chosen";
    BROWSER_IS_PREFERRED = "6" / 4, Recommended, Other, "applications prefer the browser as the external user agent";
    SPECIAL_USER_AGENT_MAY_BE_USED = "6" / 5, May, Client, "an external user agent made for authorization alone may be used";
    IN_APP_TAB_IS_PREFERRED = "6" / 6, Recommended, Other, "applications open the request in an in-app browser tab where the platform has them";

    // §7
    THREE_REDIRECTS_ARE_OFFERED = "7" / 1, Must, Server, "the server must offer private-use schemes, claimed https and loopback for redirects";
    REDIRECT_MAY_BE_CHOSEN = "7" / 2, May, Client, "any of the redirect options may be chosen";

    // §7.1
    SCHEME_IS_A_REVERSED_DOMAIN = "7.1" / 1, Must, Client, "base a private-use scheme on an own domain name, reversed";
    SCHEME_HAS_ONE_SLASH = "7.1" / h(1), Must, Client, "put a single slash behind a private-use scheme";

    // §7.2
    CLIENT_TYPE_IS_KNOWN = "7.2" / 1, Required, Server, "the server must have the client type on record, for the redirect URI does not tell it";
    CLAIMED_HTTPS_IS_PREFERRED = "7.2" / 2, Should, Other, "applications prefer a claimed https redirect where the platform has them";

    // §7.3
    LOOPBACK_URI_HAS_THE_LISTENING_PORT = "7.3" / h(1), Must, Client, "make the loopback redirect URI of http, the loopback IP literal and the port listened on";
    ANY_LOOPBACK_PORT_IS_ALLOWED = "7.3" / 1, Must, Server, "the server must allow any port in a loopback redirect URI";
    IP_VERSION_IS_NOT_ASSUMED = "7.3" / 2, ShouldNot, Client, "rely on neither IPv4 nor IPv6 being there";
    BOTH_LOOPBACKS_ARE_TRIED = "7.3" / 3, Recommended, Client, "try to bind to loopback by IPv4 and IPv6, and use what is to be had";

    // §8.1
    REQUEST_WITHOUT_PKCE_IS_REFUSED = "8.1" / 1, Should, Server, "the server should refuse a native app's request without PKCE";

    // §8.2
    IMPLICIT_FLOW_IS_AVOIDED = "8.2" / 1, NotRecommended, Client, "keep native apps off the implicit flow";

    // §8.3
    PORT_IS_OPEN_BRIEFLY = "8.3" / h(1), Should, Client, "open the port when the request starts and close it when the response is there";
    ONLY_LOOPBACK_LISTENS = "8.3" / h(2), Should, Client, "listen on the loopback interface alone";
    LOCALHOST_IS_AVOIDED = "8.3" / 1, NotRecommended, Client, "write the loopback IP literal instead of localhost";

    // §8.4
    NATIVE_APP_IS_PUBLIC = "8.4" / 1, Must, Client, "register a native app as a public client unless each instance has its own secret";
    CLIENT_TYPE_IS_RECORDED = "8.4" / 2, Must, Server, "the server must record the client type at registration";
    REDIRECT_MATCHES_EXACTLY = "8.4" / 3, Must, Server, "the server must have whole redirect URIs registered and refuse others, but for a loopback port";
    REVERSED_DOMAIN_IS_ENFORCED = "8.4" / 4, Should, Server, "the server should insist on private-use schemes that are reversed domain names";
    SCHEME_WITHOUT_PERIOD_IS_REFUSED = "8.4" / 5, Should, Server, "the server should refuse a private-use scheme without a period";
    PLATFORM_DETAILS_MAY_BE_ASKED = "8.4" / 6, May, Server, "the server may ask for details such as the name of the app's package";

    // §8.5
    SHARED_SECRET_IS_NOT_DEMANDED = "8.5" / 1, NotRecommended, Server, "the server should not demand that public native apps authenticate by a shared secret";
    SHARED_SECRET_PROVES_NOTHING = "8.5" / 2, Must, Server, "the server must treat an app with a built-in secret as a public client all the same";

    // §8.6
    CONSENT_IS_NOT_SKIPPED = "8.6" / 1, ShouldNot, Server, "the server should not grant without the user unless it is sure who the client is";
    EARLIER_CONSENT_IS_DISREGARDED = "8.6" / 2, Should, Server, "the server should disregard an earlier consent when the client cannot prove its identity";
    CLAIMED_HTTPS_MAY_BE_PROOF = "8.6" / 3, May, Server, "the server may take a claimed https redirect for a proof of identity";
    PLATFORM_MAY_GIVE_PROOF = "8.6" / 4, May, Server, "the server may take what the platform offers for a proof of identity";

    // §8.9
    STATE_IS_RANDOM_AND_CHECKED = "8.9" / 1, Recommended, Client, "send a random state of high entropy, and refuse a response whose state is not pending";

    // §8.10
    REDIRECT_IS_UNIQUE_PER_SERVER = "8.10" / 1, Required, Client, "use a different redirect URI for each server, and refuse a response that came to another";
    REDIRECT_IS_STORED_WITH_STATE = "8.10" / 2, Must, Client, "keep the redirect URI of the request beside its state";
    REDIRECT_RECEIVED_IS_COMPARED = "8.10" / 3, Must, Client, "compare the URI that received the response exactly with the one kept";

    // §8.12
    EMBEDDED_USER_AGENT_IS_NOT_USED = "8.12" / 1, MustNot, Client, "make no authorization request in an embedded user agent";
    EMBEDDED_USER_AGENT_MAY_BE_BLOCKED = "8.12" / 2, May, Server, "the server may detect and block embedded user agents";

    // Appendix B.3
    WINDOWS_PORT_IS_EXCLUSIVE = "B.3" / 1, Should, Client, "set SO_EXCLUSIVEADDRUSE on the loopback socket on Windows";
    WINDOWS_BROKER_IS_IN_SSO_MODE = "B.3" / 2, Must, Client, "use the Web Authentication Broker of Windows in SSO mode alone";

    // Appendix B.5
    LINUX_PORT_IS_NOT_SHARED = "B.5" / 1, ShouldNot, Client, "set neither SO_REUSEPORT nor SO_REUSEADDR on the loopback socket on Linux";
}
