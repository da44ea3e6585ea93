//! How a sign-in ends at both ends: the provider tells us that somebody is out there (OpenID Connect Back-Channel Logout 1.0),
//! and we send a browser there that signs out here (RP-Initiated Logout 1.0).

use std::sync::Arc;

use chrono::{DateTime, Utc};
use data_encoding::BASE64URL_NOPAD;
use openidconnect::{
    ClientId, JsonWebKey, LogoutRequest, PostLogoutRedirectUrl, ProviderMetadataWithLogout,
    core::{CoreIdToken, CoreJwsSigningAlgorithm},
};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::{ALGORITHMS, Provider, ProviderError, said_wrong};
use crate::model::LogoutNotice;

/// The head of a token.
#[derive(Deserialize)]
struct Head {
    alg: CoreJwsSigningAlgorithm,
    kid: Option<String>,
    typ: Option<String>,
    crit: Option<Value>,
}

impl<R: Send + Sync + 'static> Provider<R> {
    /// What the provider tells of a sign-in that has ended, once it is sure that it does.
    pub(crate) async fn believe_ending(
        self: &Arc<Self>,
        token: String,
        now: DateTime<Utc>,
    ) -> Result<LogoutNotice, ProviderError> {
        self.ask(move |provider| {
            let untrusted = |why: &str| ProviderError::Untrusted(why.to_owned());
            let metadata = provider.known(now)?;
            let claims = if let Some(claims) = signed(&metadata, &token).map_err(untrusted)? {
                claims
            } else {
                let anew = provider.anew(now);
                let again = anew.map(|metadata| signed(&metadata, &token)).transpose().map_err(untrusted)?;
                again.flatten().ok_or_else(|| untrusted("signed with no key that it shows"))?
            };
            let (issuer, client) = (&provider.settings.issuer, &provider.settings.client_id);
            LogoutNotice::read(&claims, issuer, client, now).map_err(untrusted)
        })
        .await
    }

    /// Where to send a browser that has signed out here, so that it is out there as well; `None` where the provider has no
    /// such place.
    pub(crate) async fn way_out(
        self: &Arc<Self>,
        id_token: Option<String>,
        back: String,
        now: DateTime<Utc>,
    ) -> Result<Option<String>, ProviderError> {
        self.ask(move |provider| {
            let metadata = provider.known(now)?;
            let Some(place) = metadata.additional_metadata().end_session_endpoint.clone() else {
                return Ok(None);
            };
            let token = id_token.map(|token| token.parse::<CoreIdToken>()).transpose().map_err(said_wrong)?;
            let request = LogoutRequest::from(place);
            let request = match &token {
                Some(token) => request.set_id_token_hint(token),
                None => request,
            };
            let request = request
                .set_client_id(ClientId::new(provider.settings.client_id.clone()))
                .set_post_logout_redirect_uri(PostLogoutRedirectUrl::new(back).map_err(said_wrong)?);
            Ok(Some(request.http_get_url().to_string()))
        })
        .await
    }
}

/// The claims of a token that one of the keys has signed; `None` when none of them has.
fn signed(
    metadata: &ProviderMetadataWithLogout,
    token: &str,
) -> Result<Option<Map<String, Value>>, &'static str> {
    const NO_TOKEN: &str = "no token";
    let (text, signature) = token.rsplit_once('.').ok_or(NO_TOKEN)?;
    let (head, payload) = text.split_once('.').ok_or(NO_TOKEN)?;
    let bytes = |part: &str| BASE64URL_NOPAD.decode(part.as_bytes()).map_err(|_| NO_TOKEN);
    let (head, payload, signature) = (bytes(head)?, bytes(payload)?, bytes(signature)?);
    let head: Head = serde_json::from_slice(&head).map_err(|_| "a head that says too little")?;
    let kind = head.typ.as_deref().unwrap_or("JWT").to_ascii_lowercase();
    if !matches!(kind.as_str(), "jwt" | "logout+jwt") || head.crit.is_some() {
        return Err("another kind of token");
    }
    if !ALGORITHMS.contains(&head.alg) {
        return Err("signed in a way that is not believed");
    }
    let keys = metadata
        .jwks()
        .keys()
        .iter()
        .filter(|key| head.kid.is_none() || key.key_id().map(|id| id.as_str()) == head.kid.as_deref());
    let mut keys = keys.filter(|key| key.verify_signature(&head.alg, text.as_bytes(), &signature).is_ok());
    if keys.next().is_none() {
        return Ok(None);
    }
    serde_json::from_slice(&payload).map(Some).map_err(|_| NO_TOKEN)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// The payload of RFC 7515, appendix A.
    const PAYLOAD: &str =
        "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
    /// RFC 7515 A.2.
    const RSA_MODULUS: &str = concat!(
        "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2",
        "lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTB",
        "EMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kz",
        "k2PAcDTW9gb54h4FRWyuXpoQ"
    );
    const RSA_SIGNED: (&str, &str) = (
        "eyJhbGciOiJSUzI1NiJ9",
        concat!(
            "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdb",
            "F9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383",
            "LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWy",
            "wlVmtVrBp0igcN_IoypGlUPQGe77Rw"
        ),
    );
    /// RFC 7515 A.3.
    const EC_SIGNED: (&str, &str) = (
        "eyJhbGciOiJFUzI1NiJ9",
        "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q",
    );

    fn with_keys(keys: &Value) -> ProviderMetadataWithLogout {
        let metadata: ProviderMetadataWithLogout = serde_json::from_value(json!({
            "issuer": "https://login.example.dk",
            "authorization_endpoint": "https://login.example.dk/a",
            "jwks_uri": "https://login.example.dk/k",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
        }))
        .unwrap();
        metadata.set_jwks(serde_json::from_value(json!({ "keys": keys })).unwrap())
    }

    #[test]
    fn tokens_of_rfc_7515_are_believed_by_their_own_key_and_by_no_other() {
        let rsa = json!({ "kty": "RSA", "n": RSA_MODULUS, "e": "AQAB" });
        let ec = json!({
            "kty": "EC", "crv": "P-256",
            "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
            "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
        });
        let both = with_keys(&json!([rsa, ec]));
        for ((head, signature), own, other) in [(RSA_SIGNED, &rsa, &ec), (EC_SIGNED, &ec, &rsa)] {
            let token = format!("{head}.{PAYLOAD}.{signature}");
            assert_eq!(signed(&both, &token).unwrap().unwrap()["iss"], "joe");
            assert!(signed(&with_keys(&json!([own])), &token).unwrap().is_some());
            assert_eq!(signed(&with_keys(&json!([other])), &token), Ok(None));
            let changed = format!("{head}.{}.{signature}", BASE64URL_NOPAD.encode(b"{\"iss\":\"jack\"}"));
            assert_eq!(signed(&both, &changed), Ok(None));
        }
    }
}
