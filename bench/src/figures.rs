//! What was measured, as a table for people and as JSON for machines, each figure beside its limit.

use std::time::Duration;

use serde::Serialize;

/// One line of the table.
#[derive(Debug, Clone, Serialize)]
pub struct Figure {
    /// Which engine, or what else was measured.
    pub engine: String,
    /// What.
    pub what: String,
    /// How much.
    pub measured: f64,
    /// The unit.
    pub unit: &'static str,
    /// What the same costs without the program, measured in the same run.
    pub yardstick: Option<Yardstick>,
    /// What it may be.
    pub limit: Option<Limit>,
    /// Milliseconds of processor time for each operation: of the program, and of the database server where there is one.
    pub cpu_ms: Option<f64>,
    /// What a reader should know beside it.
    pub note: String,
}

/// What a figure is held against.
#[derive(Debug, Clone, Serialize)]
pub struct Yardstick {
    /// What.
    pub what: String,
    /// How much, in the figure's unit.
    pub measured: f64,
    /// Measured by the yardstick; where it was measured in rounds, the median of the rounds' own.
    pub ratio: f64,
    /// Milliseconds of processor time for each operation.
    pub cpu_ms: Option<f64>,
}

/// A limit, in words and as an answer.
#[derive(Debug, Clone, Serialize)]
pub struct Limit {
    /// In words.
    pub words: String,
    /// Whether it holds.
    pub holds: bool,
}

impl Figure {
    /// A figure by itself.
    pub fn new(engine: &str, what: &str, measured: f64, unit: &'static str) -> Self {
        let (engine, what) = (engine.to_owned(), what.to_owned());
        Self { engine, what, measured, unit, yardstick: None, limit: None, cpu_ms: None, note: String::new() }
    }

    /// With processor time.
    #[must_use]
    pub fn cpu(self, cpu_ms: f64) -> Self {
        Self { cpu_ms: Some(cpu_ms), ..self }
    }

    /// Beside the same without the program.
    #[must_use]
    pub fn beside(self, what: &str, measured: f64, cpu_ms: Option<f64>) -> Self {
        let ratio = self.measured / measured;
        self.beside_as(what, measured, ratio, cpu_ms)
    }

    /// Beside the same without the program, with the ratio as the rounds gave it.
    #[must_use]
    pub fn beside_as(self, what: &str, measured: f64, ratio: f64, cpu_ms: Option<f64>) -> Self {
        let yardstick = Yardstick { what: what.to_owned(), measured, ratio, cpu_ms };
        Self { yardstick: Some(yardstick), ..self }
    }

    fn ratio(&self) -> f64 {
        self.yardstick.as_ref().map_or(self.measured, |yardstick| yardstick.ratio)
    }

    /// At least this part of the yardstick.
    #[must_use]
    pub fn at_least(self, part: f64, words: &str) -> Self {
        let holds = self.ratio() >= part;
        Self { limit: Some(Limit { words: words.to_owned(), holds }), ..self }
    }

    /// At most so many yardsticks, or so much where there is none.
    #[must_use]
    pub fn at_most(self, times: f64, words: &str) -> Self {
        let holds = self.ratio() <= times;
        Self { limit: Some(Limit { words: words.to_owned(), holds }), ..self }
    }

    /// With a remark.
    #[must_use]
    pub fn note(self, note: impl Into<String>) -> Self {
        Self { note: note.into(), ..self }
    }
}

/// The whole run.
#[derive(Debug, Serialize)]
pub struct Report {
    /// The machine, in words.
    pub machine: String,
    /// Active establishments that were asked for.
    pub scale: u64,
    /// Whether the program was built for speed.
    pub optimised: bool,
    /// All figures in the order in which they were measured.
    pub figures: Vec<Figure>,
}

impl Report {
    /// As a table in Markdown.
    pub fn table(&self) -> String {
        let mut rows = vec![
            [
                "",
                "measured",
                "beside it, in the same run",
                "ratio",
                "limit",
                "holds",
                "CPU ms each",
                "CPU ms beside",
            ]
            .map(str::to_owned),
        ];
        let mut notes = Vec::new();
        for figure in &self.figures {
            let beside = figure.yardstick.as_ref();
            let mark = if figure.note.is_empty() {
                String::new()
            } else {
                notes.push(format!("{}. {}: {}", notes.len() + 1, figure.engine, figure.note));
                format!(" ({})", notes.len())
            };
            rows.push([
                format!("{}: {}{mark}", figure.engine, figure.what),
                format!("{} {}", number(figure.measured), figure.unit),
                beside
                    .map_or(String::new(), |y| format!("{}: {} {}", y.what, number(y.measured), figure.unit)),
                beside.map_or(String::new(), |y| number(y.ratio)),
                figure.limit.as_ref().map_or(String::new(), |limit| limit.words.clone()),
                figure
                    .limit
                    .as_ref()
                    .map_or("", |limit| if limit.holds { "yes" } else { "**no**" })
                    .to_owned(),
                figure.cpu_ms.map_or(String::new(), number),
                beside.and_then(|y| y.cpu_ms).map_or(String::new(), number),
            ]);
        }
        let mut text = String::new();
        for (at, row) in rows.iter().enumerate() {
            text.extend(["| ", &row.join(" | "), " |\n"]);
            if at == 0 {
                text.push_str("| --- | ---: | --- | ---: | --- | --- | ---: | ---: |\n");
            }
        }
        if !notes.is_empty() {
            text.push('\n');
            text.push_str(&notes.join("\n"));
            text.push('\n');
        }
        text
    }
}

/// Three digits that count, with a space between thousands.
pub fn number(value: f64) -> String {
    if value >= 1_000.0 {
        let digits = format!("{value:.0}");
        let mut text = String::new();
        for (at, digit) in digits.chars().enumerate() {
            if at > 0 && (digits.len() - at).is_multiple_of(3) {
                text.push(' ');
            }
            text.push(digit);
        }
        return text;
    }
    match value {
        value if value >= 100.0 => format!("{value:.0}"),
        value if value >= 10.0 => format!("{value:.1}"),
        value if value >= 0.1 => format!("{value:.2}"),
        value => format!("{value:.3}"),
    }
}

/// What lies below the given part of the values; the middle one for 0.5.
pub fn percentile(values: &mut [Duration], part: f64) -> Duration {
    values.sort_unstable();
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "an index into a list of a few thousand"
    )]
    let at = ((values.len() as f64 * part).ceil() as usize).saturating_sub(1);
    values.get(at).copied().unwrap_or_default()
}

/// The middle of some ratios.
pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

/// Milliseconds, with their fractions.
pub fn ms(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1_000.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentile_is_the_value_that_so_many_do_not_pass() {
        let mut values: Vec<Duration> = (1..=200).rev().map(Duration::from_millis).collect();
        assert_eq!(percentile(&mut values, 0.99), Duration::from_millis(198));
        assert_eq!(percentile(&mut values, 0.5), Duration::from_millis(100));
        assert_eq!(percentile(&mut [], 0.99), Duration::ZERO);
    }

    #[test]
    fn table_says_what_misses_its_limit() {
        let good = Figure::new("SQLite", "pages", 800.0, "a second").beside("bare", 1_000.0, Some(0.5));
        let bad = Figure::new("SQLite", "more", 1_500.0, "ms").beside("key", 100.0, None).note("a reason");
        let figures = vec![good.at_least(0.6, "at least 60 %").cpu(0.7), bad.at_most(10.0, "at most 10")];
        let table = Report { machine: String::new(), scale: 1, optimised: true, figures }.table();
        assert!(table.contains("| SQLite: pages | 800 a second | bare: 1 000 a second | 0.80 | at least 60 % | yes | 0.70 | 0.50 |"), "{table}");
        assert!(
            table
                .contains("| SQLite: more (1) | 1 500 ms | key: 100 ms | 15.0 | at most 10 | **no** |  |  |"),
            "{table}"
        );
        assert!(table.contains("1. SQLite: a reason"), "{table}");
    }
}
