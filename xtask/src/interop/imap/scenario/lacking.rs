//! What a peer lacks: a typed error, and nothing sent.

use std::time::Duration;

use anyrfc_core::ErrorKind;
use anyrfc_imap::{
    AclIdentifier, Annotation, AnnotationScope, AnnotationsWanted, AppendForm, AppendOptions, AuthorizedUrl,
    Capability, Catenation, Date, EmailId, EntryName, Error, FetchItems, FilterName, Id, ImapClient,
    MailboxAttribute, MailboxName, MetadataEntry, ModSeq, NewMessage, PartPath, PartialRange, Pattern,
    Rights, RumpUrl, SearchQuery, SearchReturn, SearchSources, SequenceSet, SortKey, StatusItem, StatusItems,
    ThreadAlgorithm, Uid, UidValidity, UrlAccess, UrlMailbox, UrlMessage, UrlServer,
    command::{
        Create, List, ListReturn, ListSelect, MessageEvents, Notify, Resync, Select, SetAcl, SetMetadata,
        UidExpunge, UidMove, UidSearch, UrlContent, UrlFetchItem,
    },
};

use super::{Scene, is, password};
use crate::{
    Result,
    interop::{
        cases::{Table, ensure},
        imap::tap::{Lines, Tap},
    },
};

const LACKING: &str = "lacking";

/// What cannot be done without a capability, tried on the selected mailbox.
macro_rules! without {
    ($scene:ident, $table:ident; $($capability:expr, $case:literal, $included:literal, |$client:ident| $try:expr;)*) => {$(
        // IMAP4rev2 includes most of them.
        if !$scene.has(&$capability) && !($scene.rev2 && $included) {
            let run = async {
                let (tap, mut client) = tapped($scene).await?;
                client.select("INBOX").await?;
                tap.said();
                let $client = &mut client;
                let result: std::result::Result<(), Error> = $try;
                refused(result, &mut client, &tap).await
            };
            $table.run(LACKING, $case, run).await;
        }
    )*};
}

pub(super) async fn cases(scene: &Scene, table: &mut Table<'_>) {
    let inbox = MailboxName::inbox;
    let first = || SequenceSet::all();
    let one = || Uid::new(1).ok_or_else(|| Error::usage("one is a UID"));
    without! { scene, table;
        Capability::Idle, "IDLE", true, |client| match client.selected() {
            Some(mut mailbox) => mailbox.idle().map(drop),
            None => Ok(()),
        };
        Capability::Namespace, "NAMESPACE", true, |client| client.namespace().await.map(drop);
        Capability::Id, "ID", true, |client| client.id(Id::default()).await.map(drop);
        Capability::Unselect, "UNSELECT", true, |client| match client.selected() {
            Some(mailbox) => mailbox.unselect().await,
            None => Ok(()),
        };
        Capability::QResync, "QRESYNC", false, |client| {
            client.submit(Select::new(inbox()).resync(Resync::new(UidValidity::MAX, ModSeq::MIN))).map(drop)
        };
        Capability::Condstore, "CONDSTORE", false, |client| {
            client.submit(UidSearch::new(SearchQuery::mod_seq(ModSeq::MIN))).map(drop)
        };
        Capability::UidPlus, "UIDPLUS", true, |client| client.submit(UidExpunge::new(first())).map(drop);
        Capability::Move, "MOVE", true, |client| client.submit(UidMove::new(first(), inbox())).map(drop);
        Capability::CreateSpecialUse, "CREATE-SPECIAL-USE", false, |client| {
            client.submit(Create::new(inbox()).for_use(MailboxAttribute::Flagged)).map(drop)
        };
        Capability::SpecialUse, "SPECIAL-USE", false, |client| {
            client.submit(List::new(Pattern::all()).select(ListSelect::SpecialUse)).map(drop)
        };
        Capability::ListExtended, "LIST-EXTENDED", true, |client| {
            client.list_with(List::new(Pattern::all()).select(ListSelect::Subscribed)).await.map(drop)
        };
        Capability::ListStatus, "LIST-STATUS", true, |client| {
            client.list_with(List::new(Pattern::all()).returns(ListReturn::Status(StatusItems::common()))).await.map(drop)
        };
        Capability::StatusSize, "STATUS=SIZE", true, |client| {
            client.status("INBOX", StatusItems::new().item(StatusItem::Size)).await.map(drop)
        };
        Capability::Esearch, "ESEARCH", true, |client| match client.selected() {
            Some(mut mailbox) => mailbox.search_for(&SearchQuery::all(), SearchReturn::new().count()).await.map(drop),
            None => Ok(()),
        };
        Capability::SearchRes, "SEARCHRES", true, |client| match client.selected() {
            Some(mut mailbox) => mailbox.fetch(SequenceSet::saved(), FetchItems::new().flags()).map(drop),
            None => Ok(()),
        };
        Capability::Within, "WITHIN", false, |client| match client.selected() {
            Some(mut mailbox) => mailbox.search(&SearchQuery::older(Duration::from_secs(60))).await.map(drop),
            None => Ok(()),
        };
        Capability::ContextSearch, "CONTEXT=SEARCH", false, |client| match client.selected() {
            Some(mut mailbox) => mailbox.live_search(&SearchQuery::all()).await.map(drop),
            None => Ok(()),
        };
        Capability::Partial, "PARTIAL", false, |client| match client.selected() {
            Some(mut mailbox) => {
                let newest = PartialRange::from_end(1, 9)?;
                mailbox.search_page(&SearchQuery::all(), newest).await.map(drop)
            }
            None => Ok(()),
        };
        Capability::SearchFuzzy, "SEARCH=FUZZY", false, |client| match client.selected() {
            Some(mut mailbox) => mailbox.search(&SearchQuery::subject("x").fuzzy()).await.map(drop),
            None => Ok(()),
        };
        Capability::Filters, "FILTERS", false, |client| match client.selected() {
            Some(mut mailbox) => mailbox.search(&SearchQuery::filter(FilterName::new("x")?)).await.map(drop),
            None => Ok(()),
        };
        Capability::MultiSearch, "MULTISEARCH", false, |client| {
            client.search_in(SearchSources::selected(), &SearchQuery::all()).await.map(drop)
        };
        Capability::Binary, "BINARY", true, |client| match client.selected() {
            Some(mut mailbox) => mailbox.fetch_binary(one()?, PartPath::root()).await.map(drop),
            None => Ok(()),
        };
        Capability::Binary, "BINARY in APPEND", true, |client| {
            client.append_bytes("INBOX", AppendOptions::new().form(AppendForm::Binary), "a\0b").await.map(drop)
        };
        Capability::Utf8Accept, "UTF8=ACCEPT", true, |client| {
            client.append_bytes("INBOX", AppendOptions::new().form(AppendForm::Utf8), "Subject: ä\r\n\r\n").await.map(drop)
        };
        Capability::CompressDeflate, "COMPRESS", false, |client| client.compress().await;
        Capability::Notify, "NOTIFY", false, |client| {
            client.notify(Notify::new().selected(MessageEvents::new())).await.map(drop)
        };
        Capability::Metadata, "METADATA", false, |client| {
            client.mailbox_metadata("INBOX", &MetadataEntry::SHARED_COMMENT).await.map(drop)
        };
        Capability::Metadata, "SETMETADATA", false, |client| {
            client.set_metadata(SetMetadata::new(inbox()).remove(MetadataEntry::SHARED_COMMENT)).await
        };
        Capability::ListMetadata, "LIST-METADATA", false, |client| {
            let wanted = ListReturn::Metadata(vec![MetadataEntry::SHARED_COMMENT]);
            client.list_with(List::new(Pattern::all()).returns(wanted)).await.map(drop)
        };
        Capability::ListMyRights, "LIST-MYRIGHTS", false, |client| {
            client.list_with(List::new(Pattern::all()).returns(ListReturn::MyRights)).await.map(drop)
        };
        Capability::Acl, "ACL", false, |client| client.my_rights("INBOX").await.map(drop);
        Capability::Acl, "SETACL", false, |client| {
            client.set_acl(SetAcl::grant(inbox(), AclIdentifier::anyone(), Rights::NONE)).await
        };
        Capability::Quota, "QUOTA", false, |client| client.quota_roots("INBOX").await.map(drop);
        Capability::QuotaResource("STORAGE".into()), "DELETED-STORAGE", false, |client| {
            client.status("INBOX", StatusItems::new().item(StatusItem::DeletedStorage)).await.map(drop)
        };
        Capability::Sort, "SORT", false, |client| match client.selected() {
            Some(mut mailbox) => mailbox.sort(SortKey::Date, &SearchQuery::all()).await.map(drop),
            None => Ok(()),
        };
        Capability::SortDisplay, "SORT=DISPLAY", false, |client| match client.selected() {
            Some(mut mailbox) => mailbox.sort(SortKey::DisplayFrom, &SearchQuery::all()).await.map(drop),
            None => Ok(()),
        };
        Capability::Thread("REFS".into()), "THREAD=REFS", false, |client| match client.selected() {
            Some(mut mailbox) => mailbox.threads(ThreadAlgorithm::Refs, &SearchQuery::all()).await.map(drop),
            None => Ok(()),
        };
        Capability::Language, "LANGUAGE", false, |client| client.languages().await.map(drop);
        Capability::I18nLevel2, "I18NLEVEL=2", false, |client| client.comparator().await.map(drop);
        Capability::Unauthenticate, "UNAUTHENTICATE", false, |client| client.unauthenticate().await;
        Capability::JmapAccess, "JMAPACCESS", false, |client| client.jmap_session().await.map(drop);
        Capability::GmExt1, "X-GM-EXT-1", false, |client| match client.selected() {
            Some(mut mailbox) => mailbox.fetch(first(), FetchItems::new().gmail_labels()).map(drop),
            None => Ok(()),
        };
    }
    without! { scene, table;
        Capability::ObjectId, "OBJECTID in STATUS", false, |client| {
            client.status("INBOX", StatusItems::new().item(StatusItem::MailboxId)).await.map(drop)
        };
        Capability::ObjectId, "OBJECTID of all mailboxes", false, |client| client.mailbox_ids("*").await.map(drop);
        Capability::ObjectId, "OBJECTID in FETCH", false, |client| match client.selected() {
            Some(mut mailbox) => mailbox.email_ids(first()).await.map(drop),
            None => Ok(()),
        };
        Capability::ObjectId, "OBJECTID in SEARCH", false, |client| match client.selected() {
            Some(mut mailbox) => mailbox.search(&SearchQuery::email_id(&EmailId::new("M1")?)).await.map(drop),
            None => Ok(()),
        };
        Capability::SaveDate, "SAVEDATE", false, |client| match client.selected() {
            Some(mut mailbox) => mailbox.fetch(first(), FetchItems::new().save_date()).map(drop),
            None => Ok(()),
        };
        Capability::SaveDate, "SAVEDATE in SEARCH", false, |client| match (client.selected(), Date::new(2026, 2, 1)) {
            (Some(mut mailbox), Some(day)) => mailbox.search(&SearchQuery::saved_on(day)).await.map(drop),
            _ => Ok(()),
        };
        Capability::AnnotateExperiment1, "ANNOTATE in FETCH", false, |client| match client.selected() {
            Some(mut mailbox) => {
                let wanted = AnnotationsWanted::value(EntryName::comment());
                mailbox.fetch(first(), FetchItems::new().annotations(wanted)).map(drop)
            }
            None => Ok(()),
        };
        Capability::AnnotateExperiment1, "ANNOTATE in STORE", false, |client| match client.selected() {
            Some(mut mailbox) => {
                let none = Annotation::none(EntryName::comment(), AnnotationScope::Shared);
                mailbox.annotate(first(), [none]).await.map(drop)
            }
            None => Ok(()),
        };
        Capability::AnnotateExperiment1, "ANNOTATE in SEARCH", false, |client| match client.selected() {
            Some(mut mailbox) => {
                let query = SearchQuery::annotation(EntryName::comment(), None, "x");
                mailbox.search(&query).await.map(drop)
            }
            None => Ok(()),
        };
        Capability::AnnotateExperiment1, "ANNOTATE in SELECT", false, |client| {
            client.submit(Select::new(inbox()).annotate()).map(drop)
        };
        Capability::Preview, "PREVIEW", false, |client| match client.selected() {
            Some(mut mailbox) => mailbox.previews(&one()?.into()).await.map(drop),
            None => Ok(()),
        };
    }
    let message = || NewMessage::bytes(AppendOptions::new(), "Subject: x\r\n\r\n");
    without! { scene, table;
        Capability::MultiAppend, "MULTIAPPEND", false, |client| {
            client.append_all("INBOX", [message(), message()]).await.map(drop)
        };
        Capability::Catenate, "CATENATE", false, |client| {
            let joined = Catenation::new(AppendOptions::new()).url(UrlMessage::new(UrlMailbox::new(inbox()), one()?));
            client.append_all("INBOX", [joined]).await.map(drop)
        };
        Capability::Replace, "REPLACE", false, |client| match client.selected() {
            Some(mut mailbox) => mailbox.replace(one()?, "INBOX", message()).await.map(drop),
            None => Ok(()),
        };
        Capability::UrlAuth, "RESETKEY", false, |client| client.reset_url_key("INBOX").await.map(drop);
        Capability::UrlAuth, "GENURLAUTH", false, |client| {
            let url = RumpUrl::new(UrlServer::new("localhost")?.user("alice")?, UrlMessage::new(UrlMailbox::new(inbox()), one()?), UrlAccess::Anonymous)?;
            client.authorize_url(url).await.map(drop)
        };
        Capability::UrlAuth, "URLFETCH", false, |client| client.fetch_authorized(&authorized()?).await.map(drop);
        Capability::UrlAuthBinary, "URLAUTH=BINARY", false, |client| {
            let item = UrlFetchItem::new(authorized()?).content(UrlContent::Binary);
            client.fetch_authorized_with([item]).await.map(drop)
        };
    }
    if !scene.has(&Capability::Enable) {
        let run = async {
            let (tap, mut client) = tapped(scene).await?;
            tap.said();
            let result = client.enable([Capability::Utf8Accept]).await.map(drop);
            refused(result, &mut client, &tap).await
        };
        table.run(LACKING, "ENABLE", run).await;
    }
}

/// A URL that some server has authorized.
fn authorized() -> std::result::Result<AuthorizedUrl, Error> {
    AuthorizedUrl::parse(
        "imap://alice@localhost/INBOX/;UID=1;URLAUTH=anonymous:internal:91354a473744909de610943775f92038",
    )
}

/// A client whose words are heard.
pub(super) async fn tapped(scene: &Scene) -> Result<(Tap, ImapClient)> {
    let tap = Tap::new(scene.plaintext, Lines::Same).await?;
    let url = format!("imap://localhost:{}", tap.address().port());
    let mut client = scene.bare_builder().connect(&url).await?;
    client.authenticate(&password(0)).await?;
    Ok((tap, client))
}

/// The error is of the right kind; until the next command, nothing was said.
async fn refused(result: std::result::Result<(), Error>, client: &mut ImapClient, tap: &Tap) -> Result<()> {
    let error = super::failed(result)?;
    is(&error, ErrorKind::Unsupported)?;
    ensure(error.is_unsent(), || format!("not known to be unsent: {error:?}"))?;
    client.noop().await?;
    let said = tap.said();
    ensure(said.ends_with(" NOOP\r\n") && said.lines().count() == 1, || format!("{said:?} was said"))
}
