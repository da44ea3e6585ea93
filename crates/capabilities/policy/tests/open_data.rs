//! The open data say what the pages say: every number, and every one that is hidden.

use kernel::{Language, format};
use policy::jobs;
use serde_json::Value;
use testkit::each_engine;

use crate::{
    pages::import,
    server::{READ_IN, Server, migrations},
};

/// The cells of the table with this caption, row by row, as a reader finds them.
fn table(html: &str, caption: &str) -> Vec<Vec<String>> {
    let marks =
        [format!("<caption>{caption}</caption>"), format!("<caption class=\"sr-only\">{caption}</caption>")];
    let at = marks.iter().find_map(|mark| html.find(mark.as_str()));
    let at = at.unwrap_or_else(|| panic!("no table {caption}: {html}"));
    let body = html[at..].split_once("<tbody>").unwrap().1.split_once("</tbody>").unwrap().0;
    let cell = |piece: &str| piece.split_once('>').unwrap().1.split('<').next().unwrap().to_owned();
    let row = |row: &str| row.split(['\n']).collect::<String>();
    body.split("<tr>")
        .skip(1)
        .map(|text| row(text).replace("<td", "<th").split("<th").skip(1).map(cell).collect())
        .collect()
}

/// The lines of a CSV file, by the names of its head.
fn csv(text: &str) -> Vec<Vec<(String, String)>> {
    let text = text.strip_prefix('\u{feff}').unwrap();
    let mut lines = text.split("\r\n").filter(|line| !line.is_empty());
    let head: Vec<&str> = lines.next().unwrap().split(',').collect();
    lines
        .map(|line| {
            let cells: Vec<&str> = line.split(',').collect();
            assert_eq!(cells.len(), head.len(), "{line}");
            head.iter().zip(cells).map(|(name, cell)| ((*name).to_owned(), cell.to_owned())).collect()
        })
        .collect()
}

fn text_of(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// How a number is written on the page.
fn written(number: &Value) -> String {
    let unit = number["unit"].as_str().unwrap();
    let Some(value) = number["value"].as_f64() else {
        return match (number["status"].as_str().unwrap(), number["kind"].as_str().unwrap()) {
            ("hidden", "growth") => "skjult",
            ("hidden", _) => "for få til at vise",
            ("not_reached", _) => "Kan ikke gøres op endnu",
            _ => "–",
        }
        .to_owned();
    };
    match unit {
        "percent" => format::percent(value, 1, Language::Da),
        "working-days" if format!("{value:.0}") == "1" => "1 arbejdsdag".to_owned(),
        "working-days" => format!("{value:.0} arbejdsdage"),
        "score" => format::decimal(value, 1, Language::Da),
        "ratio" | "per-case" => format::decimal(value, 2, Language::Da),
        _ => format::decimal(value, 0, Language::Da),
    }
}

async fn holds(server: &Server) {
    let json: Value = serde_json::from_str(&server.get("/politik/tal.json").await.html).unwrap();
    let numbers = json["numbers"].as_array().unwrap();
    // CSV and JSON, number by number.
    let lines = csv(&server.get("/politik/tal.csv").await.html);
    assert_eq!(lines.len(), numbers.len());
    for (line, number) in lines.iter().zip(numbers) {
        for (name, cell) in line {
            let other = match name.as_str() {
                "policy" => &json["policy"]["id"],
                "demo" => &json["demo"],
                name => &number[name],
            };
            match (cell.parse::<f64>(), other.as_f64()) {
                (Ok(cell), Some(other)) => assert!((cell - other).abs() < 1e-9, "{name}: {line:?}"),
                _ => assert_eq!(*cell, text_of(other), "{name}: {line:?}"),
            }
        }
    }
    let of = |kind: &str| -> Vec<&Value> { numbers.iter().filter(|number| number["kind"] == kind).collect() };
    // The tables of growth.
    let page = server.get("/politik").await.html;
    let places = [
        ("vaerkstedskvarteret", "Værkstedskvarteret"),
        ("roede-vejrmoelle", "Røde Vejrmølle"),
        ("albertslund-centrum", "Albertslund Centrum"),
        ("hersted", "Hersted"),
        ("rest", "Resten af kommunen"),
        ("", "Hele kommunen"),
    ];
    let mut seen = 0;
    for (key, name) in places {
        let rows = table(&page, name);
        assert_eq!(
            rows.iter().map(|row| row[0].as_str()).collect::<Vec<_>>(),
            ["2023", "2024", "2025", "2026"]
        );
        let here: Vec<&Value> = of("growth").into_iter().filter(|number| number["area"] == key).collect();
        for (at, number) in here.iter().enumerate() {
            // By metric, then by year; the page has a row for each year.
            let (metric, year) = (at / rows.len(), at % rows.len());
            assert_eq!(rows[year][metric + 1], written(number), "{name}: {number}");
            seen += 1;
        }
    }
    assert_eq!(seen, of("growth").len());
    assert!(of("growth").iter().any(|number| number["status"] == "hidden"), "a town with nothing to hide");
    // Each indicator's own page.
    let policy = policy::model::Policy::parse(crate::server::ALBERTSLUND).unwrap();
    let mut seen = 0;
    for indicator in &policy.indicators {
        let mine: Vec<&Value> =
            of("indicator").into_iter().filter(|number| number["id"] == indicator.id.as_str()).collect();
        let shown = server.get(&format!("/politik/{}", indicator.id)).await;
        if mine.len() == 1 {
            assert!(shown.says(&written(mine[0]).replace('\u{a0}', " ")), "{}: {}", mine[0], shown.text());
            seen += 1;
            continue;
        }
        for (row, number) in mine.iter().enumerate() {
            let rows = table(&shown.html, &indicator.title.da);
            assert_eq!(rows.len(), mine.len(), "{rows:?}");
            assert_eq!(rows[row][1], written(number), "{number}");
            let n = number["n"]
                .as_i64()
                .map_or_else(|| "for få til at vise".to_owned(), |n| format::number(n, Language::Da));
            assert_eq!(rows[row][2], n, "{number}");
            seen += 1;
        }
    }
    assert_eq!(seen, of("indicator").len());
    // The policy's own facts, in their order.
    let facts: Vec<String> = page
        .split("id=\"facts\"")
        .nth(1)
        .and_then(|facts| facts.split("</ul>").next())
        .unwrap()
        .split("<li>")
        .skip(1)
        .map(|fact| fact.split_once("<strong>").unwrap().1.split_once("</strong>").unwrap().0.to_owned())
        .collect();
    assert_eq!(facts.len(), of("fact").len());
    for (words, number) in facts.iter().zip(of("fact")) {
        if number["value"].is_null() {
            assert!(["Mangler:", "Forældet:"].contains(&words.as_str()), "{number}: {words}");
        } else {
            assert_eq!(*words, written(number), "{number}");
        }
    }
    assert!(of("fact").iter().any(|number| number["id"] == "commuters-in" && number["value"] == 21_562.0));
}

#[tokio::test]
async fn the_files_say_what_the_pages_say_before_and_after_the_policy_ends() {
    each_engine(migrations, |bench| async move {
        import(&bench).await;
        bench.seal().await;
        let server = Server::of(&bench);
        holds(&server).await;
        let json: Value = serde_json::from_str(&server.get("/politik/tal.json").await.html).unwrap();
        assert_eq!((&json["closed"], json["register_read_at"].as_str()), (&Value::Null, Some(READ_IN)));
        assert!(server.get("/politik").await.says("Registeret er sidst læst ind"));
        bench.at("2027-01-02T09:00");
        jobs::close_ended(&server.app, &bench.ctx()).await.unwrap();
        bench.seal().await;
        holds(&server).await;
        let json: Value = serde_json::from_str(&server.get("/politik/tal.json").await.html).unwrap();
        assert_eq!(
            (json["closed"]["as_of"].as_str(), json["closed"]["is_intact"].as_bool()),
            (Some("2026-12-31"), Some(true))
        );
        assert!(server.get("/politik").await.says(json["closed"]["sha256"].as_str().unwrap()));
    })
    .await;
}
