//! The second step at sign-in: a code of six digits from the person's own telephone (RFC 6238, with RFC 4226's HOTP), or one
//! of the recovery codes that the person wrote down.
//!
//! Neither the secret nor the recovery codes are stored: they follow from the installation's key, the person and a version.
//! Whoever copies the database alone has no second step.

use chrono::{DateTime, Utc};
use data_encoding::BASE32_NOPAD;
use hmac::{Hmac, KeyInit, Mac};
use kernel::PersonId;
use sha1::Sha1;
use storage::Keys;
use subtle::ConstantTimeEq;

use crate::model::{Person, RECOVERY_CODES, Recovery, SecondStep};

/// A code changes so often, in seconds (RFC 6238 4.1, and what every app expects).
const STEP_SECONDS: i64 = 30;
/// Codes taken before and after the present one: telephones' clocks differ (RFC 6238 5.2).
const STEPS_AROUND: i64 = 1;
/// The digits of a code.
const DIGITS: usize = 6;
/// 160 bits, as RFC 4226 4 advises.
const SECRET_BYTES: usize = 20;

/// A person's secret.
#[derive(Clone)]
pub struct Secret(Vec<u8>);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(..)")
    }
}

impl Secret {
    /// The secret of a person. Raising the version makes another.
    pub fn of(keys: &Keys, person: PersonId, version: i64) -> Self {
        let mut message = person.uuid().as_bytes().to_vec();
        message.extend(version.to_be_bytes());
        let mac = keys.mac("identity-second-step", &message);
        Self(mac.get(..SECRET_BYTES).unwrap_or_default().to_vec())
    }

    /// For typing it into the telephone by hand: groups of four letters and digits.
    pub fn spelled(&self) -> String {
        let text = BASE32_NOPAD.encode(&self.0);
        let groups: Vec<String> =
            text.chars().collect::<Vec<_>>().chunks(4).map(|group| group.iter().collect()).collect();
        groups.join(" ")
    }

    /// The address that an app reads from the picture. `issuer` and `account` are shown in the app.
    pub fn address(&self, issuer: &str, account: &str) -> String {
        let issuer = web::url_encode(issuer);
        let secret = BASE32_NOPAD.encode(&self.0);
        format!("otpauth://totp/{issuer}:{}?secret={secret}&issuer={issuer}", web::url_encode(account))
    }

    /// The time step of the code, when it is one of now and was not taken before.
    pub fn check(&self, code: &str, now: DateTime<Utc>, last_step: i64) -> Option<i64> {
        let code: String = code.chars().filter(|c| !c.is_whitespace()).collect();
        let present = now.timestamp().div_euclid(STEP_SECONDS);
        let mut found = None;
        // Every step is compared, found or not: the time says nothing.
        for step in present - STEPS_AROUND..=present + STEPS_AROUND {
            let same: bool = self.code(step).as_bytes().ct_eq(code.as_bytes()).into();
            if same && step > last_step {
                found = Some(step);
            }
        }
        found
    }

    /// The code of a time step (RFC 4226 5.3).
    fn code(&self, step: i64) -> String {
        let Ok(mut mac) = Hmac::<Sha1>::new_from_slice(&self.0) else { return String::new() };
        mac.update(&step.to_be_bytes());
        let tag: [u8; 20] = mac.finalize().into_bytes().into();
        let offset = usize::from(tag.last().copied().unwrap_or_default() & 0x0f);
        let four = tag.get(offset..offset + 4).and_then(|four| four.try_into().ok()).unwrap_or_default();
        let number = u32::from_be_bytes(four) & 0x7fff_ffff;
        format!("{:0DIGITS$}", number % 1_000_000)
    }

    /// The code of a moment, for tests and for the demo's people.
    #[doc(hidden)]
    pub fn code_at(&self, now: DateTime<Utc>) -> String {
        self.code(now.timestamp().div_euclid(STEP_SECONDS))
    }
}

/// The characters of a recovery code, without its hyphen: 40 bits, and five tries in a quarter of an hour.
const RECOVERY_CHARS: usize = 8;

/// The recovery codes of a person, all of them, used or not.
pub(crate) fn recovery_codes(keys: &Keys, person: PersonId, version: i64, recovery: Recovery) -> Vec<String> {
    let code = |number: u8| {
        let mut message = person.uuid().as_bytes().to_vec();
        message.extend(version.to_be_bytes());
        message.extend(recovery.version.to_be_bytes());
        message.push(number);
        let letters = BASE32_NOPAD.encode(&keys.mac("identity-recovery", &message));
        let (first, rest) = letters.split_at(RECOVERY_CHARS / 2);
        format!("{first}-{}", rest.get(..RECOVERY_CHARS / 2).unwrap_or_default())
    };
    (0..RECOVERY_CODES).map(code).collect()
}

/// What is compared: a code as it was typed, without what people put between its parts.
fn bare(code: &str) -> String {
    code.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).collect()
}

/// A person's second step as it is after this code has opened it, from the telephone or from the recovery codes; `None` when
/// it opens nothing.
pub(crate) fn opened(keys: &Keys, person: &Person, code: &str, now: DateTime<Utc>) -> Option<SecondStep> {
    let SecondStep::On { version, last_step, recovery } = person.second_step else { return None };
    if let Some(last_step) = Secret::of(keys, person.id, version).check(code, now, last_step) {
        return Some(SecondStep::On { version, last_step, recovery });
    }
    let typed = bare(code);
    let mut found = None;
    // Every code is compared, found or not: the time says nothing.
    for (number, code) in (0_u8..).zip(recovery_codes(keys, person.id, version, recovery)) {
        let same: bool = bare(&code).as_bytes().ct_eq(typed.as_bytes()).into();
        if same && !recovery.is_used(number) {
            found = Some(number);
        }
    }
    found.map(|number| SecondStep::On { version, last_step, recovery: recovery.using(number) })
}

#[cfg(test)]
mod tests {
    use chrono::TimeZone;
    use kernel::Language;

    use super::*;

    fn secret() -> Secret {
        Secret(b"12345678901234567890".to_vec())
    }

    fn at(seconds: i64) -> DateTime<Utc> {
        Utc.timestamp_opt(seconds, 0).unwrap()
    }

    #[test]
    fn codes_are_those_of_rfc_6238_appendix_b() {
        // The appendix prints eight digits; the last six are ours.
        let cases = [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ];
        for (seconds, code) in cases {
            assert_eq!(secret().code_at(at(seconds)), code);
        }
    }

    #[test]
    fn a_code_works_half_a_minute_early_or_late_and_only_once() {
        let code = secret().code_at(at(1_111_111_109));
        let step = secret().check(&code, at(1_111_111_109), 0).unwrap();
        assert_eq!(secret().check(&code, at(1_111_111_109 + 30), 0), Some(step));
        assert_eq!(secret().check(&code, at(1_111_111_109 + 90), 0), None);
        assert_eq!(secret().check(&code, at(1_111_111_109), step), None, "taken before");
        assert_eq!(secret().check("081 804", at(1_111_111_109), 0), Some(step), "as the app shows it");
    }

    #[test]
    fn another_version_is_another_secret() {
        let person = PersonId::from(kernel::Ids::seeded(1).new_uuid(at(0)));
        let of = |version| Secret::of(&testkit::keys(), person, version).spelled();
        assert_eq!(of(1), of(1));
        assert_ne!(of(1), of(2));
        assert_eq!(of(1).len(), 39);
    }

    fn person(second_step: SecondStep) -> Person {
        Person {
            id: PersonId::from(kernel::Ids::seeded(1).new_uuid(at(0))),
            name: "Mette Holm".into(),
            email: "mette@example.dk".parse().unwrap(),
            phone: None,
            language: Language::Da,
            has_password: true,
            second_step,
            left_at: None,
            digest_only: false,
        }
    }

    #[test]
    fn a_recovery_code_opens_once_however_it_is_typed_and_new_ones_end_the_old() {
        let keys = testkit::keys();
        let recovery = Recovery::default();
        let mette = person(SecondStep::On { version: 1, last_step: 0, recovery });
        let codes = recovery_codes(&keys, mette.id, 1, recovery);
        assert_eq!(codes.len(), usize::from(RECOVERY_CODES));
        let typed = codes[3].to_lowercase().replace('-', " ");
        let after = opened(&keys, &mette, &typed, at(0)).unwrap();
        let SecondStep::On { recovery, .. } = after else { panic!("it was switched off") };
        assert_eq!(recovery.left(), 9);
        assert_eq!(opened(&keys, &person(after), &typed, at(0)), None, "used");
        assert!(opened(&keys, &person(after), &codes[4], at(0)).is_some());
        let renewed = SecondStep::On { version: 1, last_step: 0, recovery: recovery.renewed() };
        assert!(codes.iter().all(|code| opened(&keys, &person(renewed), code, at(0)).is_none()));
        assert_eq!(recovery.renewed().left(), 10);
    }

    #[test]
    fn nothing_opens_a_second_step_that_is_off() {
        let mette = person(SecondStep::Off { version: 1 });
        let keys = testkit::keys();
        let code = Secret::of(&keys, mette.id, 1).code_at(at(0));
        assert_eq!(opened(&keys, &mette, &code, at(0)), None);
        assert_eq!(opened(&keys, &mette, "", at(0)), None);
    }
}
