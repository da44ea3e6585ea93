//! Signing in, sessions and links.

use chrono::Duration;
use identity::{
    Secret,
    commands::{
        self, second_step,
        sign_in::{self, PasswordIs, SignedIn},
    },
    model::{LinkRefusal, PasswordRefusal, Purpose, SignInRefusal},
};
use kernel::{Actor, Failure, Role};
use ports::SessionResolver;

use crate::scene::{Hall, PASSWORD, each_engine, keys, newest_link};

async fn try_password(hall: &Hall, email: &str, password: &str) -> String {
    match sign_in::by_password(&hall.bench.db, &hall.anyone(), email, password.into(), PasswordIs::Ordinary)
        .await
    {
        Err(failure) => failure.to_string(),
        Ok(_) => "in".into(),
    }
}

#[tokio::test]
async fn wrong_password_and_unknown_person_get_the_same_words() {
    each_engine(async |hall: Hall| {
        let mette = hall.person("mette", &[Role::BusinessConsultant]).await;
        hall.person("invited", &[Role::BusinessConsultant]).await;
        hall.with_password(mette).await;
        assert_eq!(try_password(&hall, "mette@example.dk", PASSWORD).await, "in");
        assert_eq!(try_password(&hall, " Mette@Example.DK", PASSWORD).await, "in");
        let refused = SignInRefusal::NoMatch.to_string();
        let cases = [
            ("mette@example.dk", "en forkert adgangskode"),
            ("nobody@example.dk", PASSWORD),
            ("invited@example.dk", PASSWORD),
            ("mette", PASSWORD),
            ("", ""),
        ];
        for (email, password) in cases {
            assert_eq!(try_password(&hall, email, password).await, refused, "{email}");
        }
        let endless = "x".repeat(100_000);
        assert_eq!(try_password(&hall, "mette@example.dk", &endless).await, refused);
    })
    .await;
}

#[tokio::test]
async fn a_session_ends_after_half_a_day_without_use_and_after_a_week_with_it() {
    each_engine(async |hall: Hall| {
        let mette = hall.person("mette", &[Role::BusinessConsultant]).await;
        hall.with_password(mette).await;
        let token = hall.sign_in("mette").await;
        hall.bench.later(Duration::hours(11));
        assert!(hall.resolve(&token).await.is_some());
        hall.bench.later(Duration::hours(11));
        assert!(hall.resolve(&token).await.is_some(), "it was used in between");
        hall.bench.later(Duration::hours(12));
        assert!(hall.resolve(&token).await.is_none());

        let token = hall.sign_in("mette").await;
        for _ in 0..16 {
            hall.bench.later(Duration::hours(10));
            assert!(hall.resolve(&token).await.is_some());
        }
        hall.bench.later(Duration::hours(10));
        assert!(hall.resolve(&token).await.is_none());
    })
    .await;
}

#[tokio::test]
async fn a_revoked_session_is_out_at_once() {
    each_engine(async |hall: Hall| {
        let mette = hall.person("mette", &[Role::BusinessConsultant]).await;
        hall.with_password(mette).await;
        let (lost, here) = (hall.sign_in("mette").await, hall.sign_in("mette").await);
        let ctx = hall.ctx(&here).await;
        let id = sign_in::session_of(&hall.bench.db, &ctx, &lost).await.unwrap().unwrap();
        commands::end_session(&hall.bench.db, &ctx, id).await.unwrap();
        assert!(hall.resolve(&lost).await.is_none());
        assert!(hall.resolve(&here).await.is_some());
        assert!(matches!(commands::end_session(&hall.bench.db, &ctx, id).await, Err(Failure::NotFound)));
    })
    .await;
}

#[tokio::test]
async fn nobody_ends_anothers_session() {
    each_engine(async |hall: Hall| {
        for name in ["mette", "bo"] {
            let id = hall.person(name, &[Role::BusinessConsultant]).await;
            hall.with_password(id).await;
        }
        let (mette, bo) = (hall.sign_in("mette").await, hall.sign_in("bo").await);
        let ctx = hall.ctx(&bo).await;
        let id = sign_in::session_of(&hall.bench.db, &ctx, &mette).await.unwrap().unwrap();
        assert!(matches!(commands::end_session(&hall.bench.db, &ctx, id).await, Err(Failure::NotFound)));
        commands::end_other_sessions(&hall.bench.db, &ctx, None).await.unwrap();
        assert!(hall.resolve(&mette).await.is_some());
        assert!(hall.resolve(&bo).await.is_none());
    })
    .await;
}

#[tokio::test]
async fn signing_out_ends_the_session_for_everyone_who_has_the_cookie() {
    each_engine(async |hall: Hall| {
        let mette = hall.person("mette", &[Role::BusinessConsultant]).await;
        hall.with_password(mette).await;
        let token = hall.sign_in("mette").await;
        sign_in::out(&hall.bench.db, &hall.anyone(), &token).await.unwrap();
        assert!(hall.resolve(&token).await.is_none());
        sign_in::out(&hall.bench.db, &hall.anyone(), &token).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_session_of_one_municipality_opens_nothing_in_another() {
    each_engine(async |hall: Hall| {
        let mette = hall.person("mette", &[Role::BusinessConsultant]).await;
        hall.with_password(mette).await;
        let token = hall.sign_in("mette").await;
        let elsewhere = hall.bench.db.read(&hall.bench.ctx_of(testkit::OTHER_TENANT));
        let found = hall.directory.resolve(&elsewhere, &token.hash(), hall.bench.now()).await;
        assert!(found.unwrap().is_none());
    })
    .await;
}

#[tokio::test]
async fn an_invitation_lets_someone_choose_a_password_once_within_a_week() {
    each_engine(async |hall: Hall| {
        let (db, anyone) = (&hall.bench.db, hall.anyone());
        let mette = hall.person("mette", &[Role::BusinessConsultant]).await;
        let early = sign_in::invite(db, &hall.operator(), &keys(), mette).await.unwrap();
        let token = sign_in::invite(db, &hall.operator(), &keys(), mette).await.unwrap();
        let early = sign_in::find_link(db, &anyone, &early).await.unwrap().unwrap();
        assert_eq!(early.check(hall.bench.now()), Err(LinkRefusal::Used), "a newer one replaces it");
        let newer = sign_in::find_link(db, &anyone, &token).await.unwrap().unwrap();
        assert_eq!((newer.purpose, newer.check(hall.bench.now())), (Purpose::Invitation, Ok(())));
        let choose = async |password: &str, again: &str| {
            sign_in::choose_password(db, &hall.anyone(), &token, password.into(), again).await
        };
        let refused = [
            ("kort", "kort", PasswordRefusal::TooShort),
            ("sommer2026kommune", "sommer2026kommune", PasswordRefusal::Guessable),
            ("mettemettemette1", "mettemettemette1", PasswordRefusal::Guessable),
            (PASSWORD, "noget andet", PasswordRefusal::Differs),
        ];
        for (password, again, expected) in refused {
            let Err(Failure::Refused(refusal)) = choose(password, again).await else { panic!("{expected}") };
            assert_eq!(refusal, LinkRefusal::Password(expected));
        }
        hall.bench.later(Duration::days(6));
        choose(PASSWORD, PASSWORD).await.unwrap();
        hall.sign_in("mette").await;
        assert!(matches!(choose(PASSWORD, PASSWORD).await, Err(Failure::Refused(LinkRefusal::Used))));

        let late = sign_in::invite(db, &hall.operator(), &keys(), mette).await.unwrap();
        hall.bench.later(Duration::days(7));
        let late = sign_in::find_link(db, &hall.anyone(), &late).await.unwrap().unwrap();
        assert_eq!(late.check(hall.bench.now()), Err(LinkRefusal::Expired));
    })
    .await;
}

#[tokio::test]
async fn a_new_password_ends_every_session_that_the_old_one_began() {
    each_engine(async |hall: Hall| {
        let mette = hall.person("mette", &[Role::BusinessConsultant]).await;
        hall.with_password(mette).await;
        let stolen = hall.sign_in("mette").await;
        hall.with_password(mette).await;
        assert!(hall.resolve(&stolen).await.is_none());
    })
    .await;
}

#[tokio::test]
async fn asking_for_a_new_password_for_nobody_leaves_no_trace() {
    each_engine(async |hall: Hall| {
        let before = hall.words().await;
        let email = "nobody@example.dk".parse().unwrap();
        sign_in::ask_new_password(&hall.bench.db, &hall.anyone(), &keys(), &email, PasswordIs::Ordinary)
            .await
            .unwrap();
        assert_eq!(hall.words().await, before);
    })
    .await;
}

#[tokio::test]
async fn a_contact_sees_by_its_link_that_it_is_a_contact_and_nothing_of_the_municipality() {
    each_engine(async |hall: Hall| {
        let (db, email) = (&hall.bench.db, "smeden@example.dk".parse().unwrap());
        sign_in::ask_sign_in_link(db, &hall.anyone(), &keys(), &email).await.unwrap();
        let token = newest_link(&hall).await;
        let session = sign_in::by_link(db, &hall.anyone(), &token).await.unwrap();
        let who = hall.resolve(&session).await.unwrap();
        assert!(matches!(who.actor, Actor::Contact(_)));
        assert_eq!(who.name, "smeden@example.dk");
        assert_eq!(who.roles, [Role::CompanyContact]);
        assert_eq!(who.proven_email, Some("smeden@example.dk".parse().unwrap()));
        assert!(who.reach.permissions.is_empty() && who.reach.teams.is_empty());
        let again = sign_in::by_link(db, &hall.anyone(), &token).await;
        assert!(matches!(again, Err(Failure::Refused(LinkRefusal::Used))), "works once");
        // The same address is the same contact the next time.
        sign_in::ask_sign_in_link(db, &hall.anyone(), &keys(), &email).await.unwrap();
        let session = sign_in::by_link(db, &hall.anyone(), &newest_link(&hall).await).await.unwrap();
        assert_eq!(hall.resolve(&session).await.unwrap().actor, who.actor);
    })
    .await;
}

#[tokio::test]
async fn a_sign_in_link_opened_by_a_mail_scanner_still_works_for_the_person() {
    each_engine(async |hall: Hall| {
        let (db, email) = (&hall.bench.db, "smeden@example.dk".parse().unwrap());
        sign_in::ask_sign_in_link(db, &hall.anyone(), &keys(), &email).await.unwrap();
        let token = newest_link(&hall).await;
        for _ in 0..3 {
            let link = sign_in::find_link(db, &hall.anyone(), &token).await.unwrap().unwrap();
            assert_eq!((link.purpose, link.check(hall.bench.now())), (Purpose::SignIn, Ok(())));
        }
        hall.bench.later(Duration::minutes(14));
        sign_in::by_link(db, &hall.anyone(), &token).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_sign_in_link_is_good_for_a_quarter_of_an_hour() {
    each_engine(async |hall: Hall| {
        let (db, email) = (&hall.bench.db, "smeden@example.dk".parse().unwrap());
        sign_in::ask_sign_in_link(db, &hall.anyone(), &keys(), &email).await.unwrap();
        let token = newest_link(&hall).await;
        hall.bench.later(Duration::minutes(15));
        let late = sign_in::by_link(db, &hall.anyone(), &token).await;
        assert!(matches!(late, Err(Failure::Refused(LinkRefusal::Expired))));
    })
    .await;
}

#[tokio::test]
async fn a_link_for_one_thing_opens_nothing_else() {
    each_engine(async |hall: Hall| {
        let (db, email) = (&hall.bench.db, "smeden@example.dk".parse().unwrap());
        let mette = hall.person("mette", &[]).await;
        let invitation = sign_in::invite(db, &hall.operator(), &keys(), mette).await.unwrap();
        let as_contact = sign_in::by_link(db, &hall.anyone(), &invitation).await;
        assert!(matches!(as_contact, Err(Failure::Refused(LinkRefusal::Unknown))));
        sign_in::ask_sign_in_link(db, &hall.anyone(), &keys(), &email).await.unwrap();
        let link = newest_link(&hall).await;
        let as_person = sign_in::choose_password(db, &hall.anyone(), &link, PASSWORD.into(), PASSWORD).await;
        assert!(matches!(as_person, Err(Failure::Refused(LinkRefusal::Unknown))));
        let as_code =
            sign_in::by_code(db, &hall.anyone(), &keys(), &link, "000000", PasswordIs::Ordinary).await;
        assert!(matches!(as_code, Err(Failure::Refused(SignInRefusal::Spent))));
    })
    .await;
}

#[tokio::test]
async fn the_second_step_asks_for_a_code_that_works_once() {
    each_engine(async |hall: Hall| {
        let db = &hall.bench.db;
        let mette = hall.person("mette", &[Role::CaseOfficer]).await;
        hall.with_password(mette).await;
        let ctx = hall.ctx(&hall.sign_in("mette").await).await;
        let secret = Secret::of(&keys(), mette, 1);
        let wrong = second_step::begin(db, &ctx, &keys(), "000000", None).await;
        assert!(matches!(wrong, Err(Failure::Refused(SignInRefusal::Code))));
        let code = secret.code_at(hall.bench.now());
        second_step::begin(db, &ctx, &keys(), &code, None).await.unwrap();

        let half_in = async || match sign_in::by_password(
            db,
            &hall.anyone(),
            "mette@example.dk",
            PASSWORD.into(),
            PasswordIs::Ordinary,
        )
        .await
        .unwrap()
        {
            SignedIn::SecondStep(token) => token,
            SignedIn::Done(_) => panic!("no code was asked for"),
        };
        let token = half_in().await;
        assert!(hall.resolve(&token).await.is_none(), "half a sign-in is none");
        let reused = sign_in::by_code(db, &hall.anyone(), &keys(), &token, &code, PasswordIs::Ordinary).await;
        assert!(matches!(reused, Err(Failure::Refused(SignInRefusal::Code))), "it enrolled with this one");
        hall.bench.later(Duration::seconds(30));
        let code = secret.code_at(hall.bench.now());
        let session =
            sign_in::by_code(db, &hall.anyone(), &keys(), &token, &code, PasswordIs::Ordinary).await.unwrap();
        assert!(hall.resolve(&session).await.is_some());
        let token = half_in().await;
        let replayed =
            sign_in::by_code(db, &hall.anyone(), &keys(), &token, &code, PasswordIs::Ordinary).await;
        assert!(matches!(replayed, Err(Failure::Refused(SignInRefusal::Code))));
        let opened = sign_in::find_link(db, &hall.anyone(), &token).await.unwrap();
        assert!(opened.is_none(), "half a sign-in is no link");
    })
    .await;
}

#[tokio::test]
async fn a_lost_telephone_is_taken_away_by_an_administrator_and_its_secret_is_dead() {
    each_engine(async |hall: Hall| {
        let db = &hall.bench.db;
        let mette = hall.person("mette", &[Role::CaseOfficer]).await;
        hall.with_password(mette).await;
        let ctx = hall.ctx(&hall.sign_in("mette").await).await;
        let lost = Secret::of(&keys(), mette, 1);
        second_step::begin(db, &ctx, &keys(), &lost.code_at(hall.bench.now()), None).await.unwrap();
        second_step::remove(db, &hall.operator(), mette).await.unwrap();
        let ctx = hall.ctx(&hall.sign_in("mette").await).await;
        hall.bench.later(Duration::seconds(60));
        let code = lost.code_at(hall.bench.now());
        let refused = second_step::begin(db, &ctx, &keys(), &code, None).await;
        assert!(matches!(refused, Err(Failure::Refused(SignInRefusal::Code))));
    })
    .await;
}

#[tokio::test]
async fn sessions_absences_and_contacts_are_forgotten_when_they_were_kept_long_enough() {
    each_engine(async |hall: Hall| {
        let db = &hall.bench.db;
        let mette = hall.person("mette", &[Role::CaseOfficer]).await;
        hall.with_password(mette).await;
        hall.sign_in("mette").await;
        let (first_day, last_day) = (hall.today(), Some(hall.today()));
        let away = commands::NewAbsence { person: mette, first_day, last_day, substitute: None };
        commands::note_absence(db, &hall.operator(), away, hall.today()).await.unwrap();
        let email = "smeden@example.dk".parse().unwrap();
        sign_in::ask_sign_in_link(db, &hall.anyone(), &keys(), &email).await.unwrap();
        let rules = kernel::RuleBook::denmark();
        let forget = async || commands::forget(&hall.bench.db, &hall.bench.ctx(), rules).await.unwrap();
        // Days after the beginning, and what goes: session and link, absence, contact.
        for (days, gone) in [(89, 0), (92, 2), (365, 0), (367, 1), (3 * 365, 0), (3 * 365 + 2, 1)] {
            hall.bench.at("2026-11-23T09:00").later(Duration::days(days));
            assert_eq!(forget().await.into_values().sum::<u64>(), gone, "after {days} days");
        }
    })
    .await;
}

#[tokio::test]
async fn sessions_are_kept_for_as_long_as_the_municipality_s_own_rule_says() {
    each_engine(async |hall: Hall| {
        let mette = hall.person("mette", &[Role::CaseOfficer]).await;
        hall.with_password(mette).await;
        hall.sign_in("mette").await;
        let own: kernel::RuleBook = "[[rule]]\nkey = \"identity.session\"\nvalue = 6\nunit = \"months\"\nvalid_from = 2026-01-01\nlegal_source = \"Byrådet\"\n"
            .parse()
            .unwrap();
        let rules = kernel::RuleBook::denmark().clone().overridden_by(own);
        for (day, gone) in [("2027-05-23T09:00", 0), ("2027-05-26T09:00", 1)] {
            hall.bench.at(day);
            let forgotten = commands::forget(&hall.bench.db, &hall.bench.ctx(), &rules).await.unwrap();
            assert_eq!(forgotten.into_values().sum::<u64>(), gone, "{day}");
        }
    })
    .await;
}

#[tokio::test]
async fn where_the_second_step_is_demanded_a_password_alone_only_lets_one_set_it_up() {
    each_engine(async |mut hall: Hall| {
        hall.directory = hall.directory.demanding_second_step([testkit::TENANT].into());
        let rikke = hall.person("rikke", &[Role::Admin]).await;
        hall.with_password(rikke).await;
        let token = hall.sign_in("rikke").await;
        let who = hall.resolve(&token).await.unwrap();
        assert!(who.must_set_up_second_step);
        assert_eq!(who.reach.permissions, [commands::WORK].into());
        // Someone else who knows the password has come in by it too, and waits.
        let thief = hall.sign_in("rikke").await;
        let ctx = hall.ctx(&token).await;
        let code = Secret::of(&keys(), rikke, 1).code_at(hall.bench.now());
        let kept = sign_in::session_of(&hall.bench.db, &ctx, &token).await.unwrap();
        second_step::begin(&hall.bench.db, &ctx, &keys(), &code, kept).await.unwrap();
        let who = hall.resolve(&token).await.unwrap();
        assert!(!who.must_set_up_second_step && who.reach.permissions.contains(&commands::ADMINISTER));
        assert!(hall.resolve(&thief).await.is_none(), "a password alone has become everything");
    })
    .await;
}

#[tokio::test]
async fn an_invitation_that_still_lies_in_a_mailbox_sets_no_other_password_once_one_is_chosen() {
    each_engine(async |hall: Hall| {
        let db = &hall.bench.db;
        let mette = hall.person("mette", &[Role::CaseOfficer]).await;
        let invited = sign_in::invite(db, &hall.operator(), &keys(), mette).await.unwrap();
        let email = "mette@example.dk".parse().unwrap();
        sign_in::ask_new_password(db, &hall.anyone(), &keys(), &email, PasswordIs::Ordinary).await.unwrap();
        hall.with_password(mette).await;
        let late = sign_in::choose_password(db, &hall.anyone(), &invited, PASSWORD.into(), PASSWORD).await;
        assert!(matches!(late, Err(Failure::Refused(LinkRefusal::Used))), "{late:?}");
        let found = sign_in::find_link(db, &hall.anyone(), &invited).await.unwrap().unwrap();
        assert!(found.used_at.is_some());
    })
    .await;
}
