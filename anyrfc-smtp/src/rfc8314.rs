//! The catalogue of RFC 8314: every normative keyword, in the RFC's own order.
//!
//! Ids and roles are as in [`rfc5321`](crate::rfc5321).
use anyrfc_core::requirements;

requirements! {
    /// Cleartext Considered Obsolete: Use of Transport Layer Security (TLS) for Email Submission and Access.
    RFC8314 = 8314, "Cleartext Considered Obsolete: Use of Transport Layer Security (TLS) for Email Submission and Access";

    // §3.1
    POP_CERTIFICATES_ARE_VALIDATED = "3.1" / 1, Must, Other, "a POP client must be able to validate certificates";
    POP_BEGINS_UNAUTHORIZED = "3.1" / 2, Must, Other, "a POP session must begin in its authorization state";

    // §3.2
    IMAP_CERTIFICATES_ARE_VALIDATED = "3.2" / 1, Must, Other, "an IMAP client must be able to validate certificates";
    IMAP_MAY_BEGIN_AUTHENTICATED = "3.2" / 2, May, Other, "an IMAP server may greet with PREAUTH after a client certificate";

    // §3.3
    TLS_IS_IMMEDIATE = "3.3" / h(1), Must, Both, "begin the handshake at once on the port of submissions";
    DEFAULT_PORT_IS_465 = "3.3" / h(2), Must, Client, "take 465 for the default port of submissions";
    CERTIFICATES_CAN_BE_VALIDATED = "3.3" / 1, Must, Client, "be able to validate certificates as RFC 7817 says";
    BOTH_KINDS_OF_TLS = "3.3" / 2, Should, Both, "have both kinds of TLS, implicit on port 465 and by STARTTLS on port 587";

    // §3.4
    CLOSE_ALERT_COMES_FIRST = "3.4" / 1, Should, Both, "send a close alert of TLS before closing the connection";
    CLOSE_MAY_WAIT_FOR_NOTHING = "3.4" / 2, May, Client, "the connection may be closed without waiting for the server's alert";

    // §4
    PROVIDERS_HAVE_TLS = "4" / 1, Must, Other, "a provider must have TLS for mail access and submission";
    OTHER_SERVICES_HAVE_TLS = "4" / 2, Should, Other, "a provider should have TLS for its other services";
    PASSWORD_SERVICES_HAVE_TLS = "4" / 3, Must, Other, "a provider must have TLS for other services that take passwords";
    PROVIDERS_HAVE_IMPLICIT_TLS = "4" / 4, Should, Other, "a provider should have implicit TLS";
    PROVIDERS_KEEP_STARTTLS = "4" / 5, Should, Other, "a provider should have STARTTLS for older clients";
    FAILING_STARTTLS_IS_NOT_OFFERED = "4" / 6, ShouldNot, Server, "the server should not offer STARTTLS when it is likely to fail";
    PROVIDERS_PUBLISH_SRV = "4" / 7, Should, Other, "a provider should publish its servers by SRV";
    TLS_IS_PUBLISHED_FIRST = "4" / 8, Should, Other, "a provider should prefer servers with TLS there";
    IMPLICIT_TLS_IS_PUBLISHED_FIRST = "4" / 9, Should, Other, "a provider should prefer implicit TLS to STARTTLS there";
    CLEARTEXT_IS_DEPRECATED = "4" / 10, Should, Other, "a provider should deprecate cleartext soon";
    CLEARTEXT_ON_25_ENDS = "4" / 11, Should, Other, "a provider should move users of port 25 in cleartext to TLS";
    SERVER_HAS_TLS_1_2 = "4" / 12, Must, Server, "the server must have TLS 1.2 or later";
    SERVER_HAS_RECOMMENDED_CIPHERS = "4" / 13, Should, Server, "the server should have the ciphers recommended";
    OLD_VERSIONS_END = "4" / 14, Should, Other, "a provider should move its users off SSL and TLS 1.0";
    RECEIVED_NAMES_THE_CIPHER = "4" / 15, Should, Server, "the server should name the cipher in Received";
    CIPHER_IS_LOGGED = "4" / 16, Should, Server, "the server should log the cipher";

    // §4.1
    DEPRECATION_MAY_VARY = "4.1" / 1, May, Other, "providers may deprecate cleartext in their own ways";
    DEPRECATION_MAY_BE_GRADUAL = "4.1" / 2, May, Other, "a provider may forbid cleartext to more users step by step";
    DENIAL_TELLS_NOTHING = "4.1" / 3, MustNot, Server, "the server must not tell by cleartext whether refused credentials were right";
    DENIALS_ARE_ALIKE = "4.1" / 4, Must, Server, "the server must refuse right and wrong credentials alike there";
    EXPOSED_PASSWORDS_CHANGE = "4.1" / 5, Should, Other, "a provider should have exposed passwords changed";
    VERSIONS_MAY_END_LIKEWISE = "4.1" / 6, May, Other, "a provider may end old versions of TLS in that way too";
    NEW_USERS_START_WITH_TLS_1_1 = "4.1" / 7, Recommended, Other, "a provider should demand TLS 1.1 of new users";

    // §4.2
    SERVER_MAY_TAKE_CERTIFICATES = "4.2" / 1, May, Server, "the server may authenticate clients by certificate with implicit TLS";
    USELESS_CERTIFICATE_IS_NOT_REQUESTED = "4.2" / 2, MustNot, Server, "the server must not request a certificate that it cannot use to authenticate";
    EXTERNAL_IS_OFFERED = "4.2" / 3, Must, Server, "the server must offer EXTERNAL when it takes the certificate";
    IMAP_MAY_GREET_PREAUTH = "4.2" / 4, May, Other, "an IMAP server may greet with PREAUTH instead";

    // §4.3
    TLS_CLAUSE_IS_IN_RECEIVED = "4.3" / 1, Should, Server, "the server should put the tls clause into Received after TLS";
    TLS_CLAUSE_HAS_THE_REGISTERED_NAME = "4.3" / 2, Should, Server, "the server should give the registered name of the cipher there";
    TLS_CLAUSE_MAY_BE_A_NUMBER = "4.3" / 3, May, Server, "the server may give the number of a cipher whose name it lacks";
    TLS_GROUP_MAY_FOLLOW = "4.3" / 4, May, Server, "the server may name the group behind the cipher";

    // §4.4
    CERTIFICATES_ARE_KEPT_VALID = "4.4" / 1, Must, Other, "a provider must keep its certificates valid";
    DOMAINS_MAY_HAVE_ADDRESSES = "4.4" / 2, May, Server, "the server may have an address per domain, or one certificate for several";

    // §4.5.2
    SRV_AIDS_CONFIGURATION = "4.5.2" / 1, Should, Other, "a provider should publish SRV to help configuration";
    SRV_PREFERS_IMPLICIT_TLS = "4.5.2" / 2, Should, Other, "a provider should put implicit TLS first in SRV";

    // §4.5.3
    RECORDS_ARE_SIGNED = "4.5.3" / 1, Should, Other, "a provider should sign its records by DNSSEC";

    // §4.5.4
    TLSA_IS_PUBLISHED = "4.5.4" / 1, Should, Other, "a provider should publish TLSA records";
    TLSA_IS_SIGNED = "4.5.4" / 2, MustNot, Other, "a provider must publish TLSA only with DNSSEC";

    // §5
    SRV_CAN_BE_USED = "5" / 1, Should, Other, "a mail application should find servers by SRV";
    OTHER_DISCOVERY_MAY_BE_USED = "5" / 2, May, Other, "a mail application may find servers by other means too";
    CONFIDENTIALITY_CAN_BE_REQUIRED = "5" / 3, Should, Client, "let a minimum of confidentiality be required, and refuse a session below it";
    UNVALIDATED_IS_NOT_CONFIDENTIAL = "5" / 4, MustNot, Client, "take no session for confidential whose certificate cannot be validated";
    MORE_MAY_BE_REQUIRED = "5" / 5, May, Client, "more than that minimum may be required";
    CONFIDENTIALITY_IS_SHOWN = "5" / 6, Should, Other, "a mail application should show the user how confidential an account is";
    FALSE_CONFIDENTIALITY_IS_NOT_SHOWN = "5" / 7, MustNot, Other, "a mail application must not show more confidentiality than there is";
    CLIENT_HAS_TLS_1_2 = "5" / 8, Must, Client, "have TLS 1.2 or later";
    OLDER_VERSIONS_ARE_BOUNDED = "5" / 9, May, Client, "older versions may be had, from TLS 1.1 where a minimum is required";
    CLIENT_HAS_RECOMMENDED_CIPHERS = "5" / 10, Should, Client, "have the ciphers recommended";
    UPGRADE_IS_OFFERED = "5" / 11, Should, Other, "a mail application should offer TLS when an account without it gains it";

    // §5.1
    SETUP_USES_SRV = "5.1" / 1, Should, Other, "a mail application should use SRV to set accounts up";
    WEAK_SERVICES_ARE_IGNORED = "5.1" / 2, Should, Other, "a mail application should ignore published services below the minimum";
    NO_AUTOMATIC_CLEARTEXT = "5.1" / 3, ShouldNot, Other, "a mail application should not set up cleartext by itself where TLS is published";
    CLEARTEXT_IS_WARNED_OF = "5.1" / 4, Should, Other, "a mail application should warn of cleartext before it is used";
    CREDENTIALS_ARE_NOT_TESTED_IN_CLEARTEXT = "5.1" / 5, MustNot, Client, "try no credentials without a TLS session that meets the minimum";
    SRV_IS_VERIFIED = "5.1" / 6, Should, Other, "a mail application should see that SRV is signed or names the same domain";
    FOREIGN_TARGET_IS_CONFIRMED = "5.1" / 7, Should, Other, "a mail application should ask the user about a target in another domain";
    UNSIGNED_SRV_IS_NOT_ASKED_EACH_TIME = "5.1" / 8, MustNot, Other, "a mail application must not follow unsigned SRV at every connection";
    SRV_MAY_BE_LOOKED_AT_AGAIN = "5.1" / 9, May, Other, "a mail application may look at SRV again for changes";

    // §5.2
    CONFIDENTIALITY_IS_THE_DEFAULT = "5.2" / 1, Should, Client, "require a minimum of confidentiality by default";
    MINIMUM_IS_PER_ACCOUNT = "5.2" / 2, Should, Client, "let the minimum be set for each account by itself";
    DEFAULT_VALIDATES_CERTIFICATES = "5.2" / 3, Must, Client, "require a valid certificate by default";
    DEFAULT_REQUIRES_TLS_1_1 = "5.2" / 4, Should, Client, "require at least TLS 1.1 by default";
    MINIMUM_MAY_BE_DISABLED = "5.2" / 5, May, Client, "the minimum may be switched off";
    DISABLING_IS_WARNED_OF = "5.2" / 6, Must, Other, "a mail application must warn whoever switches the minimum off";
    NOTHING_BELOW_THE_MINIMUM = "5.2" / 7, MustNot, Client, "do nothing below the minimum but learn capabilities and start TLS";
    NO_EASY_WAY_BELOW_THE_MINIMUM = "5.2" / 8, ShouldNot, Client, "give no easy way to authenticate or send below the minimum required";
    MOST_SECURE_MEANS_ARE_TRIED = "5.2" / 9, Should, Client, "try the most secure means even where no minimum is required";

    // §5.3
    CERTIFICATES_ARE_VALIDATED = "5.3" / 1, Must, Client, "validate certificates as RFC 7817 and PKIX say";
    DANE_MAY_VALIDATE = "5.3" / 2, May, Client, "DANE may be used to validate certificates too";
    PINNING_MAY_BE_THERE = "5.3" / 3, May, Client, "certificates may be pinned";
    PINNED_IS_NOT_CONFIDENTIAL = "5.3" / 4, MustNot, Client, "take no session for confidential that rests on a pinned certificate";

    // §5.4
    PINNING_MAY_BE_OFFERED = "5.4" / 1, May, Other, "a mail application may offer to pin a certificate that fails at setup";
    PINNING_IS_ONLY_AT_SETUP = "5.4" / 2, MustNot, Other, "a mail application must not offer pinning for an account set up before";
    PIN_IS_FOR_ONE_ACCOUNT = "5.4" / 3, MustNot, Client, "validate no other account by a certificate pinned for one";
    PINNING_CAN_BE_UNDONE = "5.4" / 4, Must, Other, "a mail application must let the user undo pinning";
    PINNED_IS_NOT_SHOWN_CONFIDENTIAL = "5.4" / 5, MustNot, Other, "a mail application must not show a pinned session as confidential";

    // §5.5
    CLIENT_CERTIFICATES_MAY_BE_THERE = "5.5" / 1, May, Client, "a client certificate may be used with implicit TLS";
    CLIENT_CERTIFICATE_IS_ASKED_FOR = "5.5" / 2, MustNot, Client, "show a client certificate only when asked, and one meant for the account";
    CLIENT_CERTIFICATE_IS_FOR_ONE_ACCOUNT = "5.5" / 3, MustNot, Client, "use a client certificate of one account for no other unasked";
    CLIENT_CERTIFICATE_NEEDS_EXTERNAL = "5.5" / 4, Must, Client, "have EXTERNAL by AUTH when client certificates are supported";
}
