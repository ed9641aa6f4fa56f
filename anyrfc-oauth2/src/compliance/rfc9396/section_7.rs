//! RFC 9396, sections 5 and 7: what is granted in detail.

use anyrfc_core::compliance::Check;
use serde_json::{Value, json};

use super::super::granted::{basic, by_basic, session};
use crate::{
    AuthorizationDetail, Error, ErrorCode, ErrorKind, TokenResponse, rfc9396 as r,
    testing::{Misbehaviour, Place, Plan},
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc9396/section-5/bad-details-are-refused-by-their-own-code",
        covers: &[r::BAD_DETAILS_ARE_AN_ERROR],
        run: bad_details_are_refused_by_their_own_code,
    },
    Check {
        name: "rfc9396/section-7/granted-details-are-read",
        covers: &[r::GRANTED_DETAILS_ARE_RETURNED],
        run: granted_details_are_read,
    },
    Check {
        name: "rfc9396/section-7.1/details-may-be-other-and-richer",
        covers: &[r::GRANTED_DETAILS_MAY_DIFFER, r::ENRICHED_DETAILS_ARE_EXPECTED],
        run: details_may_be_other_and_richer,
    },
];

fn asked() -> AuthorizationDetail {
    AuthorizationDetail::new("payment").expect("a detail").action("initiate").member("amount", 5)
}

/// What is granted where the answer holds these details.
async fn granted(details: Option<Value>) -> Result<TokenResponse, Error> {
    let server = basic();
    let client = by_basic(&server).await;
    if let Some(details) = details {
        let member = Misbehaviour::Member("authorization_details".into(), details);
        server.plant(Plan::from(member).at(Place::Token));
    }
    client.client_credentials().authorization_detail(asked()).send().await
}

fn bad_details_are_refused_by_their_own_code() {
    session(async {
        let server = basic();
        server.configure(|options| options.details_types = Some(["payment".to_owned()].into()));
        let client = by_basic(&server).await;
        client.client_credentials().authorization_detail(asked()).send().await.expect("a token");
        let unknown = AuthorizationDetail::new("mortgage").expect("a detail");
        let error = client.client_credentials().authorization_detail(unknown).send().await;
        let error = error.expect_err("a refusal");
        let code = error.response().map(|refusal| &refusal.code);
        assert_eq!((error.kind(), code), (ErrorKind::Refused, Some(&ErrorCode::InvalidAuthorizationDetails)));
    });
}

fn granted_details_are_read() {
    session(async {
        let details = granted(None).await.expect("a token").authorization_details();
        assert_eq!(details.expect("details"), [asked()]);
        for wrong in [json!("x"), json!({"type": "payment"}), json!(["x"]), json!([{}]), json!([{"type": 1}])]
        {
            let token = granted(Some(wrong.clone())).await.expect("a token");
            let error = token.authorization_details().expect_err("a breach");
            assert_eq!(error.kind(), ErrorKind::Protocol, "{wrong}");
            assert_eq!(error.requirement(), Some(r::GRANTED_DETAILS_ARE_RETURNED), "{wrong}");
        }
    });
}

fn details_may_be_other_and_richer() {
    session(async {
        let enriched = json!([
            {"type": "payment", "actions": ["initiate"], "amount": 5, "account": {"iban": "DE1"}},
            {"type": "customer_information", "locations": ["https://b.example/"]},
        ]);
        let token = granted(Some(enriched.clone())).await.expect("a token");
        let details = token.authorization_details().expect("details");
        let members: Vec<Value> =
            details.iter().map(|detail| Value::Object(detail.members().clone())).collect();
        assert_eq!(Value::from(members), enriched);
        assert_ne!(details[0], asked());
        // Less, and nothing at all.
        for (less, count) in [(json!([{"type": "payment"}]), 1), (json!([]), 0), (Value::Null, 0)] {
            let token = granted(Some(less)).await.expect("a token");
            assert_eq!(token.authorization_details().expect("details").len(), count);
        }
    });
}
