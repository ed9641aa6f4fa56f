//! Rich authorization requests (RFC 9396, section 2).

use serde_json::{Map, Value};

use super::TokenResponse;
use crate::{Error, rfc9396};

/// One thing that is asked for, or was granted: an object with a `type` that says what its other
/// members mean (RFC 9396, section 2).
///
/// ```
/// # use anyrfc_oauth2::AuthorizationDetail;
/// let detail = AuthorizationDetail::new("customer_information")?
///     .location("https://rs.example/customers")
///     .action("read")
///     .member("account", "DE40100100103307118608");
/// assert_eq!(detail.members()["locations"][0], "https://rs.example/customers");
/// # Ok::<(), anyrfc_oauth2::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct AuthorizationDetail(Map<String, Value>);

impl AuthorizationDetail {
    /// Something of this type.
    ///
    /// # Errors
    /// Of kind `Usage` when the type is empty.
    pub fn new(of_type: impl Into<String>) -> Result<Self, Error> {
        let of_type = of_type.into();
        if of_type.is_empty() {
            return Err(Error::unfit(
                rfc9396::DETAILS_NAME_THEIR_TYPE,
                "an authorization detail has no type",
            ));
        }
        Ok(Self(Map::from_iter([("type".to_owned(), Value::String(of_type))])))
    }

    /// Takes an object in.
    ///
    /// # Errors
    /// Of kind `Usage` when it has no `type`, or its common members are not of their types.
    pub fn from_members(members: Map<String, Value>) -> Result<Self, Error> {
        match fault(&members) {
            None => Ok(Self(members)),
            Some(what) => Err(Error::unfit(rfc9396::DETAILS_NAME_THEIR_TYPE, what)),
        }
    }

    /// Its type.
    #[must_use]
    pub fn of_type(&self) -> &str {
        self.0.get("type").and_then(Value::as_str).unwrap_or_default()
    }

    /// Where it is used, one more place (section 2.2).
    #[must_use]
    pub fn location(self, location: impl Into<String>) -> Self {
        self.push("locations", location.into())
    }

    /// What is done there, one thing more (section 2.2).
    #[must_use]
    pub fn action(self, action: impl Into<String>) -> Self {
        self.push("actions", action.into())
    }

    /// With which kind of data, one more (section 2.2).
    #[must_use]
    pub fn datatype(self, datatype: impl Into<String>) -> Self {
        self.push("datatypes", datatype.into())
    }

    /// Of which thing there (section 2.2).
    #[must_use]
    pub fn identifier(self, identifier: impl Into<String>) -> Self {
        self.member("identifier", identifier.into())
    }

    /// By which privilege, one more (section 2.2).
    #[must_use]
    pub fn privilege(self, privilege: impl Into<String>) -> Self {
        self.push("privileges", privilege.into())
    }

    /// Any other member, as the type has it; the type itself stays.
    #[must_use]
    pub fn member(mut self, name: &str, value: impl Into<Value>) -> Self {
        if name != "type" {
            self.0.insert(name.to_owned(), value.into());
        }
        self
    }

    /// All members.
    #[must_use]
    pub fn members(&self) -> &Map<String, Value> {
        &self.0
    }

    fn push(mut self, name: &str, value: String) -> Self {
        match self.0.get_mut(name) {
            Some(Value::Array(list)) => list.push(value.into()),
            _ => drop(self.0.insert(name.to_owned(), Value::Array(vec![value.into()]))),
        }
        self
    }
}

impl From<AuthorizationDetail> for Map<String, Value> {
    fn from(detail: AuthorizationDetail) -> Self {
        detail.0
    }
}

impl TokenResponse {
    /// What was granted in detail: it may be other than what was asked for, and richer (RFC 9396,
    /// section 7.1). Empty where the server says nothing.
    ///
    /// # Errors
    /// Of kind `Protocol` when it is no array of objects with a `type`.
    pub fn authorization_details(&self) -> Result<Vec<AuthorizationDetail>, Error> {
        let breach = |what| Error::violation(rfc9396::GRANTED_DETAILS_ARE_RETURNED, what);
        let list = match self.extra.get("authorization_details") {
            None | Some(Value::Null) => return Ok(Vec::new()),
            Some(Value::Array(list)) => list,
            Some(_) => return Err(breach("authorization_details of the answer is no array")),
        };
        let read = |detail: &Value| match detail {
            Value::Object(members) => match fault(members) {
                None => Ok(AuthorizationDetail(members.clone())),
                Some(what) => Err(breach(what)),
            },
            _ => Err(breach("an authorization detail is no object")),
        };
        list.iter().map(read).collect()
    }
}

/// What is wrong with the members that all types share.
fn fault(members: &Map<String, Value>) -> Option<&'static str> {
    if !matches!(members.get("type"), Some(Value::String(text)) if !text.is_empty()) {
        return Some("an authorization detail has no type");
    }
    let is_text = |value: &Value| value.is_string();
    let is_texts = |value: &Value| value.as_array().is_some_and(|list| list.iter().all(is_text));
    let lists = ["locations", "actions", "datatypes", "privileges"];
    let fits = lists.iter().all(|&name| members.get(name).is_none_or(is_texts))
        && members.get("identifier").is_none_or(is_text);
    if fits { None } else { Some("a common member of an authorization detail is not of its type") }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{ErrorKind, Tolerances};

    fn granted(details: Value) -> Result<Vec<AuthorizationDetail>, Error> {
        let body = json!({"access_token": "a", "token_type": "Bearer", "authorization_details": details});
        let Value::Object(body) = body else { panic!("no object") };
        TokenResponse::read(body, Tolerances::NONE).unwrap().authorization_details()
    }

    #[test]
    fn a_detail_is_built_and_read_back() {
        let detail = AuthorizationDetail::new("payment").unwrap();
        let detail =
            detail.action("initiate").action("status").location("https://rs.example").privilege("admin");
        let detail = detail.identifier("7").datatype("x").member("type", "another").member("amount", 5);
        assert_eq!(detail.of_type(), "payment");
        assert_eq!(detail.members()["actions"], json!(["initiate", "status"]));
        let members = Map::from(detail.clone());
        assert_eq!(AuthorizationDetail::from_members(members.clone()).unwrap(), detail);
        assert_eq!(granted(json!([members])).unwrap(), [detail]);
        assert_eq!(granted(json!(null)).unwrap(), []);
    }

    #[test]
    fn what_is_no_detail_is_refused() {
        assert!(AuthorizationDetail::new("").is_err());
        for details in [
            json!({"type": "x"}),
            json!("x"),
            json!(["x"]),
            json!([{}]),
            json!([{"type": 1}]),
            json!([{"type": ""}]),
            json!([{"type": "x", "actions": "read"}]),
            json!([{"type": "x", "locations": [1]}]),
            json!([{"type": "x", "identifier": []}]),
        ] {
            let error = granted(details.clone()).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Protocol, "{details}");
            if let Some(members) = details.get(0).and_then(Value::as_object) {
                let error = AuthorizationDetail::from_members(members.clone()).unwrap_err();
                assert_eq!(error.kind(), ErrorKind::Usage);
            }
        }
    }
}
