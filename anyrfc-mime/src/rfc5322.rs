//! The catalogue of RFC 5322: every normative keyword, in the RFC's own order.
//!
//! `"3.6.2" / 1` is the first keyword of section 3.6.2, written `rfc5322#3.6.2-1`.
//! The role says whom the keyword binds: `Client` is whoever composes or reads a message, as
//! this crate does; `Both` binds everyone who handles one; `Other` is somebody this crate never
//! is (a relay, a resending gateway, the reader of the document itself).
//! The summaries are this project's own words; an error prints one beside the id.
use anyrfc_core::requirements;

requirements! {
    /// Internet Message Format.
    RFC5322 = 5322, "Internet Message Format";

    // §1.2.3
    EXAMPLES_ARE_NOT_GRAMMAR = "1.2.3" / 1, MustNot, Other, "take no grammar from the examples of the document";
    CREATE_BY_THE_PRESENT_SYNTAX = "1.2.3" / 2, Must, Client, "create messages by the syntax of section 3";
    NOTES_PREFER_OPTIONS = "1.2.3" / 3, Should, Client, "use the option that a note of section 3 prefers";
    INTERPRET_THE_OBSOLETE_SYNTAX = "1.2.3" / 4, Must, Client, "interpret the obsolete syntax of section 4";
    NO_OBSOLETE_SYNTAX_CREATED = "1.2.3" / 5, MustNot, Client, "create nothing in the obsolete syntax";

    // §2.1.1
    LINES_UP_TO_998 = "2.1.1" / 1, Must, Both, "keep every line to 998 characters";
    LINES_UP_TO_78 = "2.1.1" / 2, Should, Both, "keep lines to 78 characters";

    // §2.2
    FIELD_NAME_CHARACTERS = "2.2" / 1, Must, Both, "write field names in printable US-ASCII without the colon";
    FIELD_BODY_HAS_NO_LINE_BREAK = "2.2" / 2, MustNot, Both, "put CR and LF into a field body only to fold it";
    FIELD_BODIES_CONFORM = "2.2" / 3, Must, Both, "give every field body the syntax of its field";

    // §2.2.3
    FOLD_AT_HIGHER_BREAKS = "2.2.3" / 1, Should, Client, "fold structured fields at their higher-level breaks";

    // §2.3
    CR_AND_LF_ONLY_TOGETHER = "2.3" / 1, Must, Both, "let CR and LF occur in a body only as CRLF";
    NO_LONE_CR_OR_LF = "2.3" / 2, MustNot, Both, "leave no lone CR or LF in a body";
    BODY_LINES_UP_TO_998 = "2.3" / 3, Must, Both, "keep body lines to 998 characters";
    BODY_LINES_UP_TO_78 = "2.3" / 4, Should, Both, "keep body lines to 78 characters";

    // §3.1
    CONFORM_TO_SECTION_3 = "3.1" / 1, Must, Client, "write messages in the syntax of section 3";
    PREFERRED_OPTIONS_ARE_MARKED = "3.1" / 2, Should, Client, "generate the option that the prose or the grammar marks";
    NO_OBSOLETE_PRODUCTION = "3.1" / 3, MustNot, Client, "use no obsolete production in a message";
    OBSOLETE_PRODUCTIONS_HONOURED = "3.1" / 4, Must, Client, "honour obsolete productions when reading";

    // §3.2.2
    NO_FOLDED_LINE_OF_WHITE_SPACE = "3.2.2" / 1, MustNot, Client, "fold no line that is white space alone";

    // §3.3
    DATE_BY_SINGLE_SPACES = "3.3" / 1, Recommended, Client, "put one space wherever a date-time allows folding white space";
    DATE_IS_LOCAL_TIME = "3.3" / 2, Should, Client, "express dates in local time";
    UTC_IS_PLUS_ZERO = "3.3" / 3, Should, Client, "write the zone of Universal Time as +0000";
    DATE_IS_VALID = "3.3" / 4, Must, Client, "name only dates that exist";
    DAY_OF_WEEK_IS_IMPLIED = "3.3" / 5, Must, Client, "name the day of the week that the date falls on";
    DAY_EXISTS_IN_MONTH = "3.3" / 6, Must, Client, "name a day that the month has";
    TIME_OF_DAY_IN_RANGE = "3.3" / 7, Must, Client, "keep the time of day between 00:00:00 and 23:59:60";
    ZONE_MINUTES_IN_RANGE = "3.3" / 8, Must, Client, "keep the minutes of a zone below 60";

    // §3.4
    NAME_ADDR_FOR_DISPLAY_NAMES = "3.4" / 1, Should, Client, "give the display name before an angle-addr, not in a comment";
    NO_COMMENTS_IN_ADDRESS_FIELDS = "3.4" / 2, ShouldNot, Client, "write no comments in address fields";

    // §3.4.1
    DOT_ATOM_WHERE_POSSIBLE = "3.4.1" / 1, Should, Client, "write a local-part as a dot-atom where it is one";
    NO_NEEDLESS_QUOTING = "3.4.1" / 2, ShouldNot, Client, "quote no local-part that is a dot-atom";
    NOTHING_AROUND_THE_AT = "3.4.1" / 3, ShouldNot, Client, "put neither comments nor white space around the @";

    // §3.5
    MESSAGE_LINES_UP_TO_998 = "3.5" / 1, Must, Both, "keep every line of a message to 998 characters";
    MESSAGE_LINES_UP_TO_78 = "3.5" / 2, Recommended, Both, "keep the lines of a message to 78 characters";
    ALL_TEXT_CHARACTERS_IN_BODIES = "3.5" / 3, May, Both, "use any character of the text rule in a body";

    // §3.6
    FIELDS_KEEP_THEIR_ORDER = "3.6" / 1, ShouldNot, Both, "reorder no header fields of a message passed on";
    TRACE_AND_RESENT_KEEP_THEIR_ORDER = "3.6" / 2, MustNot, Both, "reorder neither trace nor resent fields";
    TRACE_AND_RESENT_ARE_PREPENDED = "3.6" / 3, Should, Both, "prepend trace and resent fields as blocks";
    RESENT_SENDER_WITH_SEVERAL_AUTHORS = "3.6" / 4, Must, Client, "add Resent-Sender where Resent-From names several mailboxes";
    SENDER_WITH_SEVERAL_AUTHORS = "3.6" / 5, Must, Client, "add Sender where From names several mailboxes, and each limited field once";
    MESSAGE_ID_IN_THE_TABLE = "3.6" / 6, Should, Client, "have one Message-ID in every message";
    IN_REPLY_TO_IN_REPLIES = "3.6" / 7, Should, Client, "have In-Reply-To in replies";
    REFERENCES_IN_REPLIES = "3.6" / 8, Should, Client, "have References in replies";

    // §3.6.2
    SEVERAL_AUTHORS_NEED_A_SENDER = "3.6.2" / 1, Must, Client, "add one Sender where From names several mailboxes";
    REPLY_TO_IS_OPTIONAL = "3.6.2" / 2, May, Client, "add Reply-To with one or more addresses";
    NO_SENDER_EQUAL_TO_FROM = "3.6.2" / 3, ShouldNot, Client, "leave Sender out where it is the single author";
    BOTH_SENDER_AND_FROM = "3.6.2" / 4, Should, Client, "write both From and Sender where they differ";
    REPLIES_GO_TO_FROM = "3.6.2" / 5, Should, Client, "reply to the authors where Reply-To is absent";
    FROM_IS_THE_AUTHORS = "3.6.2" / 6, ShouldNot, Client, "name nobody but the authors in From";

    // §3.6.3
    REPLY_TO_THE_AUTHORS = "3.6.3" / 1, May, Client, "address a reply to the authors or to Reply-To";
    REPLY_CC_TO_THE_OTHERS = "3.6.3" / 2, May, Client, "copy a reply to the other recipients";
    BCC_INTO_THE_BCC_OF_A_REPLY = "3.6.3" / 3, May, Client, "carry Bcc recipients into the Bcc of a reply";
    BCC_NOT_INTO_TO_OR_CC = "3.6.3" / 4, ShouldNot, Client, "carry no Bcc recipient into To or Cc of a reply";

    // §3.6.4
    HAS_A_MESSAGE_ID = "3.6.4" / 1, Should, Client, "give every message a Message-ID";
    REPLY_NAMES_ITS_PARENTS = "3.6.4" / 2, Should, Client, "give replies In-Reply-To and References";
    DOMAIN_RIGHT_OF_THE_AT = "3.6.4" / 3, Recommended, Client, "use a domain right of the @ in a msg-id";
    MESSAGE_ID_IS_GLOBALLY_UNIQUE = "3.6.4" / 4, Must, Client, "make the msg-id globally unique";
    GENERATOR_GUARANTEES_UNIQUENESS = "3.6.4" / 5, Must, Client, "guarantee that a generated msg-id is unique";
    OWN_DOMAIN_IN_THE_MESSAGE_ID = "3.6.4" / 6, Recommended, Client, "use a domain under which the left side is unique";

    // §3.6.5
    SUBJECT_OF_A_REPLY = "3.6.5" / 1, May, Client, "start the subject of a reply with one Re: before the original's";

    // §3.6.6
    RESENDING_ADDS_RESENT_FIELDS = "3.6.6" / 1, Should, Client, "add resent fields to a message that a user sends again";
    EACH_RESENDING_ADDS_A_SET = "3.6.6" / 2, Should, Client, "add a set of resent fields each time";
    RESENT_FIELDS_STAND_TOGETHER = "3.6.6" / 3, Should, Client, "keep the resent fields of one resending together";
    RESENT_FROM_AND_DATE = "3.6.6" / 4, Must, Client, "write Resent-From and Resent-Date when resending";
    RESENT_MESSAGE_ID = "3.6.6" / 5, Should, Client, "write Resent-Message-ID when resending";
    NO_RESENT_SENDER_EQUAL_TO_FROM = "3.6.6" / 6, ShouldNot, Client, "leave Resent-Sender out where it is Resent-From";
    RESENT_FIELDS_NOT_FOR_REPLIES = "3.6.6" / 7, MustNot, Client, "use resent fields for no reply or automatic action";
    RESENT_FIELDS_ARE_INFORMATIONAL = "3.6.6" / 8, MustNot, Client, "ignore resent fields when replying";

    // §3.6.8
    OPTIONAL_FIELD_SYNTAX = "3.6.8" / 1, Must, Client, "give other fields the syntax of an optional-field";
    OPTIONAL_FIELD_NAMES_ARE_NEW = "3.6.8" / 2, MustNot, Client, "name no optional field like a field of the RFC";

    // §4
    OBSOLETE_FORMS_NOT_GENERATED = "4" / 1, MustNot, Client, "generate none of the obsolete forms";
    OBSOLETE_FORMS_PARSED = "4" / 2, Must, Client, "accept and parse the obsolete forms";
    OBSOLETE_FORMS_INTERPRETED = "4" / 3, Must, Client, "interpret the obsolete forms reasonably";

    // §4.2
    OBSOLETE_FOLDING_WHITE_SPACE = "4.2" / 1, May, Client, "take any amount of folding white space where obs-FWS stands";

    // §4.3
    MILITARY_ZONES_ARE_UNKNOWN = "4.3" / 1, Should, Client, "read a single-letter zone as -0000";
    UNKNOWN_ZONES_ARE_UNKNOWN = "4.3" / 2, Should, Client, "read an unknown alphabetic zone as -0000";

    // §4.4
    ROUTES_ARE_IGNORED = "4.4" / 1, Should, Client, "ignore the route of an obsolete address";

    // §4.5.3
    REPEATED_ADDRESS_FIELDS_ARE_JOINED = "4.5.3" / 1, Should, Client, "join the addresses of a repeated destination field";

    // §A.6
    OBSOLETE_EXAMPLES_NOT_GENERATED = "A.6" / 1, MustNot, Client, "generate nothing like the obsolete examples";
}
