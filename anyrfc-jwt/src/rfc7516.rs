//! The catalogue of RFC 7516: every normative keyword, in the RFC's own order.
//!
//! Ids and roles are as in [`rfc7515`](crate::rfc7515).
use anyrfc_core::requirements;

requirements! {
    /// JSON Web Encryption (JWE).
    RFC7516 = 7516, "JSON Web Encryption (JWE)";

    // §3
    JSON_MAY_HAVE_WHITESPACE = "3" / 1, May, Both, "white space and line breaks may stand between the tokens of the JSON";

    // §3.2
    JSON_JWE_HAS_A_HEADER = "3.2" / 1, Must, Both, "give a JWE in JSON at least one of its three headers";
    JSON_MEMBERS_MAY_BE_LEFT_OUT = "3.2" / 2, Optional, Both, "some of the eight members of a JWE in JSON may be left out";

    // §4
    HEADER_NAMES_ARE_UNIQUE = "4" / 1, Must, Both, "keep the names of a JOSE header unique and treat duplicates as a JWS does";
    UNKNOWN_PARAMETERS_ARE_TREATED_AS_IN_JWS = "4" / h(1), Must, Both, "ignore or refuse parameters that are not understood as a JWS does";

    // §4.1.1
    UNUSABLE_ALG_FAILS = "4.1.1" / h(1), Must, Both, "refuse a JWE whose `alg` is not supported or for which there is no fitting key";

    // §4.1.2
    ENC_IS_AEAD = "4.1.2" / 1, Must, Both, "take as `enc` only authenticated encryption with a defined length of key";
    UNUSABLE_ENC_FAILS = "4.1.2" / h(1), Must, Both, "refuse a JWE whose `enc` is not supported";
    ENC_IS_PRESENT = "4.1.2" / 2, Must, Both, "put `enc` into every header and reject a header without it";
    ENC_IS_UNDERSTOOD = "4.1.2" / 3, Must, Both, "understand `enc` and act on it";

    // §4.1.3
    OTHER_COMPRESSION_MAY_BE_USED = "4.1.3" / 1, May, Both, "`zip` may have other values than DEF";
    ZIP_IS_PROTECTED = "4.1.3" / 2, Must, Both, "protect the integrity of `zip`";
    ZIP_IS_IN_THE_PROTECTED_HEADER = "4.1.3" / 3, Must, Both, "put `zip` nowhere but into the protected header";
    ZIP_MAY_BE_LEFT_OUT = "4.1.3" / 4, Optional, Both, "the `zip` header parameter may be left out";
    ZIP_IS_UNDERSTOOD = "4.1.3" / 5, Must, Both, "understand `zip` and act on it";

    // §4.1.13
    CRIT_IS_TREATED_AS_IN_JWS = "4.1.13" / h(1), Must, Both, "write and obey `crit` by the rules of a JWS";

    // §5.1
    GENERATED_CEK_IS_RANDOM = "5.1" / h(1), Must, Both, "draw the content encryption key at random when it is wrapped or encrypted";
    GENERATED_CEK_FITS_ENC = "5.1" / 1, Must, Both, "make the content encryption key as long as `enc` wants it";
    DIRECT_MODES_HAVE_NO_ENCRYPTED_KEY = "5.1" / h(2), Must, Both, "leave the encrypted key empty with a direct key or a directly agreed one";
    IV_IS_RANDOM = "5.1" / h(3), Must, Both, "draw an initialization vector at random, of the size that `enc` wants";
    AAD_IS_THE_ENCODED_HEADER = "5.1" / h(4), Must, Both, "authenticate the encoded protected header, and behind a period the encoded AAD if there is one";

    // §5.2
    ONE_RECIPIENT_VALIDATES = "5.2" / 1, Must, Both, "accept a JWE only if the content validates for one recipient at least";
    NO_VALID_RECIPIENT_IS_INVALID = "5.2" / 2, Must, Both, "hold a JWE invalid that validates for nobody";
    COMPACT_JWE_HAS_FOUR_PERIODS = "5.2" / h(1), Must, Both, "read a compact JWE as five parts with exactly four periods between";
    PARTS_DECODE_STRICTLY = "5.2" / h(2), Must, Both, "refuse a part with anything in it that is not base64url";
    PROTECTED_HEADER_IS_A_JSON_OBJECT = "5.2" / h(3), Must, Both, "refuse a protected header that is not an object of valid JSON in UTF-8";
    NO_NAME_IN_TWO_HEADERS = "5.2" / 3, MustNot, Both, "refuse a JWE in JSON two of whose headers share a name";
    NEEDED_FIELDS_ARE_PROCESSED = "5.2" / h(4), Must, Both, "refuse a JWE with a field or value that has to be understood and is not";
    DECRYPTED_CEK_FITS_ENC = "5.2" / 4, Must, Both, "refuse a decrypted content encryption key of another length than `enc` wants";
    DIRECT_MODES_DEMAND_AN_EMPTY_KEY = "5.2" / h(5), Must, Both, "refuse an encrypted key that is not empty with a direct key or a directly agreed one";
    WRONG_TAG_YIELDS_NOTHING = "5.2" / h(6), Must, Both, "give out no plaintext at all when the authentication tag is wrong";
    ALL_FAILED_IS_INVALID = "5.2" / 5, Must, Both, "hold a JWE invalid when decryption failed for each recipient";
    JSON_RESULT_TELLS_WHICH_DECRYPTED = "5.2" / h(7), Must, Both, "tell the application for which recipients of a JWE in JSON decryption succeeded";
    ALGORITHMS_ARE_ACCEPTABLE = "5.2" / 6, Should, Both, "hold a decrypted JWE invalid when the application does not accept its algorithms";

    // §7.2.1
    PROTECTED_IS_PRESENT = "7.2.1" / 1, Must, Both, "put a protected header that is not empty, encoded, under `protected`";
    EMPTY_PROTECTED_IS_ABSENT = "7.2.1" / 2, Must, Both, "leave `protected` out when that header is empty";
    UNPROTECTED_IS_PRESENT = "7.2.1" / 3, Must, Both, "put a shared unprotected header that is not empty under `unprotected`";
    EMPTY_UNPROTECTED_IS_ABSENT = "7.2.1" / 4, Must, Both, "leave `unprotected` out when that header is empty";
    IV_IS_PRESENT = "7.2.1" / 5, Must, Both, "put an initialization vector that is not empty, encoded, under `iv`";
    EMPTY_IV_IS_ABSENT = "7.2.1" / 6, Must, Both, "leave `iv` out when there is no initialization vector";
    AAD_IS_PRESENT = "7.2.1" / 7, Must, Both, "put additional authenticated data that is not empty, encoded, under `aad`";
    EMPTY_AAD_IS_ABSENT = "7.2.1" / 8, Must, Both, "leave `aad` out when there is no such data";
    CIPHERTEXT_IS_PRESENT = "7.2.1" / 9, Must, Both, "put the encoded ciphertext under `ciphertext`";
    TAG_IS_PRESENT = "7.2.1" / 10, Must, Both, "put an authentication tag that is not empty, encoded, under `tag`";
    EMPTY_TAG_IS_ABSENT = "7.2.1" / 11, Must, Both, "leave `tag` out when there is no authentication tag";
    RECIPIENTS_IS_AN_ARRAY = "7.2.1" / 12, Must, Both, "write and read `recipients` as an array of objects";
    EACH_RECIPIENT_HAS_AN_ELEMENT = "7.2.1" / 13, Must, Both, "give every recipient its element of `recipients`, though it be an empty object";
    HEADER_IS_PRESENT = "7.2.1" / 14, Must, Both, "put a recipient's own header that is not empty under `header`";
    EMPTY_HEADER_IS_ABSENT = "7.2.1" / 15, Must, Both, "leave `header` out when the recipient's own header is empty";
    ENCRYPTED_KEY_IS_PRESENT = "7.2.1" / 16, Must, Both, "put an encrypted key that is not empty, encoded, under `encrypted_key`";
    EMPTY_ENCRYPTED_KEY_IS_ABSENT = "7.2.1" / 17, Must, Both, "leave `encrypted_key` out when the encrypted key is empty";
    EACH_RECIPIENT_HAS_A_HEADER = "7.2.1" / 18, Must, Both, "let the headers there are give every recipient an `alg` and an `enc`";
    UNKNOWN_MEMBERS_ARE_IGNORED = "7.2.1" / 19, Must, Both, "ignore members of a JWE in JSON that are not understood";
    HEADERS_ARE_DISJOINT = "7.2.1" / 20, Must, Both, "put no parameter into two of the three headers";
    RECIPIENTS_SHARE_PLAINTEXT_PARAMETERS = "7.2.1" / 21, Must, Both, "give all recipients the same parameters for the treatment of the plaintext";
    RECIPIENTS_SHARE_ENC = "7.2.1" / 22, Must, Both, "give all recipients the same `enc` with the same parameters";

    // §7.2.2
    FLATTENED_HAS_NO_RECIPIENTS = "7.2.2" / 1, MustNot, Both, "leave `recipients` out of the flattened form";

    // §11.2
    ENCRYPTION_KEYS_ARE_PROTECTED = "11.2" / h(1), Must, Both, "protect key encryption keys and content encryption keys";

    // §11.4
    RECIPIENT_IS_NO_ORACLE = "11.4" / h(1), Must, Both, "report every malformed key, authenticated data or ciphertext as one and the same error";
    KEY_SERVES_ITS_ALGORITHM_ALONE = "11.4" / h(2), Should, Both, "refuse at once to decrypt with a key that is marked for another algorithm";

    // §11.5
    KEY_ERRORS_ARE_ALIKE = "11.5" / 1, MustNot, Both, "let wrong format, padding and length of an encrypted key look alike";
    BAD_KEY_BECOMES_A_RANDOM_CEK = "11.5" / h(1), Recommended, Both, "go on with a random key when the encrypted one is malformed";
}
