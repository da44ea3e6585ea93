//! What stands between the program and those who ask: proxies, https, machines that count, colours of several
//! municipalities.

use samspil::capabilities;
use testkit::each_engine;

use crate::scene::{ONE, TWO, Town, town};

/// Served by https through a proxy on this machine.
const BEHIND: &str = "base_url = \"https://erhverv.example.dk\"\n[proxy]\ntrusted = [\"127.0.0.1\"]\n";
/// The proxy is another one.
const BEHIND_ANOTHER: &str =
    "base_url = \"https://erhverv.example.dk\"\n[proxy]\ntrusted = [\"10.20.0.0/16\"]\n";
/// Mails that one place may ask for in an hour.
const MAILS: usize = 20;

/// Asks for a new password, for someone else each time.
async fn asks(town: &Town, times: std::ops::Range<usize>, forwarded: impl Fn(usize) -> String) -> Vec<u16> {
    let mut answers = Vec::new();
    for time in times {
        let headers = [("x-forwarded-for", forwarded(time))];
        let headers = headers.iter().map(|(name, value)| (*name, value.as_str())).collect::<Vec<_>>();
        let body = format!("email=person{time}%40example.dk");
        answers.push(town.post("/log-ind/glemt", &headers, &body).await.status);
    }
    answers
}

#[tokio::test(flavor = "multi_thread")]
async fn two_companies_behind_one_proxy_do_not_share_a_limit() {
    each_engine(capabilities::migrations, |bench| async move {
        let town = town(&bench, BEHIND).await;
        let first = asks(&town, 0..MAILS, |_| "203.0.113.7".into()).await;
        assert!(first.iter().all(|status| *status < 400), "{first:?}");
        assert_eq!(asks(&town, 50..51, |_| "203.0.113.7".into()).await, [429]);
        let other = asks(&town, 60..61, |_| "203.0.113.8".into()).await;
        assert!(other[0] < 400, "the neighbour is shut out: {other:?}");
        // What a visitor writes into the header stands to the left of what the proxy adds.
        assert_eq!(asks(&town, 70..71, |_| "203.0.113.99, 203.0.113.7".into()).await, [429]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn header_that_is_forged_by_a_stranger_changes_nothing() {
    each_engine(capabilities::migrations, |bench| async move {
        for configuration in [ONE, BEHIND_ANOTHER] {
            let town = town(&bench, configuration).await;
            let forged = |time: usize| format!("203.0.113.{time}");
            let answers = asks(&town, 0..MAILS + 1, forged).await;
            assert_eq!(answers.last(), Some(&429), "{configuration:?}: {answers:?}");
            assert!(answers[..MAILS].iter().all(|status| *status < 400), "{answers:?}");
            bench.later(chrono::Duration::hours(2));
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn household_with_ever_new_addresses_is_one_visitor() {
    each_engine(capabilities::migrations, |bench| async move {
        let town = town(&bench, BEHIND).await;
        let answers = asks(&town, 0..MAILS + 1, |time| format!("2001:db8:1:2:{time:x}::1")).await;
        assert_eq!(answers.last(), Some(&429), "{answers:?}");
        let neighbour = asks(&town, 90..91, |_| "2001:db8:1:3::1".into()).await;
        assert!(neighbour[0] < 400, "{neighbour:?}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn browsers_are_told_to_come_by_https_only_where_that_is_how_we_are_reached() {
    each_engine(capabilities::migrations, |bench| async move {
        let host = [("host", "erhverv.example.dk")];
        let secure = town(&bench, BEHIND).await;
        let asset = {
            let front = secure.get("/", &host).await;
            let (_, rest) = front.body.split_once("href=\"/assets/").unwrap();
            format!("/assets/{}", rest.split_once('"').unwrap().0)
        };
        for path in ["/", "/no-such-page", "/drift", "/sprog/en", &asset] {
            let answer = secure.get(path, &host).await;
            assert_eq!(answer.header("strict-transport-security"), "max-age=31536000", "{path}");
        }
        let form = secure.get("/log-ind", &host).await;
        assert!(form.header("set-cookie").contains("; Secure"), "{}", form.header("set-cookie"));
        for local in ["127.0.0.1:8165", "localhost:8165", "[::1]:8165"] {
            let answer = secure.get("/", &[("host", local)]).await;
            assert_eq!(answer.header("strict-transport-security"), "", "{local}");
        }
        let plain = town(&bench, ONE).await;
        let form = plain.get("/log-ind", &host).await;
        assert_eq!(form.header("strict-transport-security"), "");
        let cookie = form.header("set-cookie");
        assert!(!cookie.is_empty() && !cookie.contains("Secure"), "{cookie}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn counts_are_for_this_machine_and_for_who_shows_the_token() {
    const TOKEN: &str = "[metrics]\ntoken = \"0123456789abcdef\"\n";
    const SHOWN: (&str, &str) = ("authorization", "Bearer 0123456789abcdef");
    each_engine(capabilities::migrations, |bench| async move {
        let passed = ("x-forwarded-for", "203.0.113.7");
        let from_afar = ("host", "erhverv.example.dk");
        let https = "base_url = \"https://erhverv.example.dk\"\n";
        for (configuration, headers, expected) in [
            (ONE.to_owned(), vec![], 200),
            (ONE.to_owned(), vec![passed], 404),
            (ONE.to_owned(), vec![from_afar], 404),
            (ONE.to_owned(), vec![SHOWN], 200),
            (TOKEN.to_owned(), vec![], 200),
            (TOKEN.to_owned(), vec![passed, SHOWN], 200),
            (TOKEN.to_owned(), vec![passed, ("authorization", "Bearer 0123456789abcdeg")], 404),
            (TOKEN.to_owned(), vec![passed, ("authorization", "Bearer ")], 404),
            (BEHIND.to_owned(), vec![], 200),
            (BEHIND.to_owned(), vec![passed], 404),
            (BEHIND.to_owned(), vec![("x-forwarded-for", "127.0.0.1")], 404),
            // A proxy that nobody has told of looks like this machine.
            (https.to_owned(), vec![], 404),
            (format!("{https}{TOKEN}"), vec![SHOWN], 200),
        ] {
            let town = town(&bench, &configuration).await;
            let answer = town.get("/metrics", &headers).await;
            assert_eq!(answer.status, expected, "{configuration:?} {headers:?}");
            assert_eq!(answer.body.contains("samspil_http_requests_total"), expected == 200);
        }
        // Health is no secret.
        let town = town(&bench, BEHIND).await;
        assert_eq!(town.get("/healthz", &[passed, from_afar]).await.status, 200);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_municipality_has_its_own_colour() {
    each_engine(capabilities::migrations, |bench| async move {
        let mut colours = ["#7a1f1f", "#0059b3"].into_iter();
        let configuration = TWO
            .split_inclusive("[[municipality]]\n")
            .map(|piece| {
                let ends = piece.ends_with("[[municipality]]\n");
                let accent = ends.then(|| format!("accent = \"{}\"\n", colours.next().unwrap()));
                format!("{piece}{}", accent.unwrap_or_default())
            })
            .collect::<Vec<_>>()
            .concat();
        let town = town(&bench, &configuration).await;
        let mut styles = Vec::new();
        for (host, colour, other) in
            [("a.example.dk", "#7a1f1f", "#0059b3"), ("b.example.dk", "#0059b3", "#7a1f1f")]
        {
            let front = town.get("/", &[("host", host)]).await;
            assert!(front.body.contains(&format!("name=\"theme-color\" content=\"{colour}\"")), "{host}");
            let (_, rest) = front.body.split_once("rel=\"stylesheet\" href=\"").unwrap();
            let path = rest.split_once('"').unwrap().0.to_owned();
            let style = town.get(&path, &[("host", host)]).await;
            assert_eq!(style.status, 200, "{path}");
            assert!(style.header("cache-control").contains("immutable"));
            assert!(style.body.contains(colour) && !style.body.contains(other), "{host} wears {other}");
            // A page that was open before the last update: the newest style of the same municipality.
            let old = town.get("/assets/0123456789abcdef/samspil.css", &[("host", host)]).await;
            assert!(old.body.contains(colour) && old.header("cache-control") == "no-cache");
            styles.push(path);
        }
        assert_ne!(styles[0], styles[1]);
    })
    .await;
}
