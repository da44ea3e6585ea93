//! Charts as SVG from the server: bars with their numbers on them, a zero line, uncertainty drawn, the table one click
//! below. Works without scripts and without a style attribute.
//!
//! Drawn across in per cent and upwards in pixels, without a `viewBox`, so that letters keep their size on a telephone.
//! Why not a library: `docs/decisions/0012-charts-of-our-own.md`.

use askama::Template;

use crate::Page;

/// A chart of upright bars, for one thing over time.
#[derive(Debug, Clone, Default)]
pub struct Chart {
    /// Unlike any other id of the page; a word of letters and hyphens.
    pub id: String,
    /// What is drawn, with its unit.
    pub caption: String,
    /// The most important thing that it shows, in one sentence, for those who cannot see it.
    pub description: String,
    /// In order; at most [`BARS_MAX`].
    pub bars: Vec<Bar>,
    /// A line across: its height and its words.
    pub target: Option<(f64, String)>,
    /// Small print below.
    pub foot: String,
    /// The same as a table.
    pub table: ChartTable,
}

/// One bar.
#[derive(Debug, Clone, Default)]
pub struct Bar {
    /// Below it: a year, a quarter.
    pub label: String,
    /// Its height; `None` where the number is not shown.
    pub value: Option<f64>,
    /// The number on it, or the word where there is none.
    pub words: String,
    /// Between what the number lies, where it is an estimate.
    pub range: Option<(f64, f64)>,
    /// Whether it is the one that the page speaks of; the others are grey.
    pub is_current: bool,
}

/// A chart of lying bars, for several things at one time. Long names wrap.
#[derive(Debug, Clone, Default)]
pub struct RowChart {
    /// What is drawn, with its unit.
    pub caption: String,
    /// Name, length and the number beside it; `None` where the number is not shown.
    pub rows: Vec<(String, Option<f64>, String)>,
    /// Small print below.
    pub foot: String,
    /// The same as a table.
    pub table: ChartTable,
}

/// The numbers of a chart.
#[derive(Debug, Clone, Default)]
pub struct ChartTable {
    /// Its heading.
    pub caption: String,
    /// The heads of the columns; the first is that of the rows' names.
    pub head: Vec<String>,
    /// A name and its cells, in the reader's form.
    pub rows: Vec<(String, Vec<String>)>,
    /// Where the numbers can be fetched as CSV.
    pub csv: Option<String>,
}

impl ChartTable {
    fn cells<'a>(&'a self, row: &'a (String, Vec<String>)) -> impl Iterator<Item = (&'a str, &'a str)> {
        let heads = self.head.iter().skip(1).map(String::as_str).chain(std::iter::repeat(""));
        heads.zip(row.1.iter().map(String::as_str))
    }
}

/// More bars than these cannot be read on a telephone.
pub const BARS_MAX: usize = 12;
/// Where the bars stand and how high they may become, in pixels from the top.
const BASE: f64 = 220.0;
const TALLEST: f64 = 180.0;
/// A bar lower than this has its number above it.
const NUMBER_INSIDE_MIN: f64 = 34.0;

struct Drawn {
    x: String,
    y: String,
    width: String,
    height: String,
    middle: String,
    number_y: String,
    number_class: &'static str,
    class: &'static str,
    label: String,
    words: String,
    range: Option<(String, String, String)>,
}

/// A [`Chart`] on a page.
#[derive(Template)]
#[template(path = "web/chart.html")]
pub struct ChartView {
    chart: Chart,
    bars: Vec<Drawn>,
    target_y: Option<(String, String, String)>,
    show_table: String,
    csv: String,
}

/// A [`RowChart`] on a page.
#[derive(Template)]
#[template(path = "web/row_chart.html")]
pub struct RowChartView {
    rows: Vec<(String, String, String)>,
    chart: RowChart,
    show_table: String,
    csv: String,
}

impl askama::filters::HtmlSafe for ChartView {}
impl askama::filters::HtmlSafe for RowChartView {}

fn px(value: f64) -> String {
    format!("{value:.1}")
}

fn percent(value: f64) -> String {
    format!("{value:.2}%")
}

/// The value that reaches the top. Bars begin at zero: half a bar is half the number.
fn scale(chart: &Chart) -> f64 {
    let values = chart.bars.iter().flat_map(|bar| [bar.value, bar.range.map(|range| range.1)]);
    let values = values.chain([chart.target.as_ref().map(|target| target.0)]).flatten();
    values.filter(|value| value.is_finite()).fold(0.0, f64::max)
}

#[expect(clippy::cast_precision_loss, reason = "at most a dozen bars")]
fn draw(chart: &Chart) -> Vec<Drawn> {
    let top = scale(chart);
    let height = |value: f64| if top > 0.0 { (value / top * TALLEST).clamp(0.0, TALLEST) } else { 0.0 };
    let slot = 100.0 / chart.bars.len().clamp(1, BARS_MAX) as f64;
    let bars = chart.bars.iter().take(BARS_MAX).enumerate();
    bars.map(|(place, bar)| {
        let (left, wide) = (place as f64 * slot + slot * 0.15, slot * 0.7);
        let tall = bar.value.map_or(0.0, height);
        let inside = bar.value.is_some() && tall >= NUMBER_INSIDE_MIN;
        Drawn {
            x: percent(left),
            y: px(BASE - tall),
            width: percent(wide),
            height: px(tall),
            middle: percent(left + wide / 2.0),
            number_y: px(if inside { BASE - 12.0 } else { BASE - tall - 8.0 }),
            number_class: match (inside, bar.is_current) {
                (true, true) => "s-chart__in",
                (true, false) => "s-chart__in--other",
                (false, _) => "s-chart__soft",
            },
            class: if bar.is_current { "s-chart__bar" } else { "s-chart__bar s-chart__bar--other" },
            label: bar.label.clone(),
            words: bar.words.clone(),
            // Beside the number, not through it.
            range: bar.range.filter(|_| bar.value.is_some()).map(|(low, high)| {
                (percent(left + wide * 0.88), px(BASE - height(low)), px(BASE - height(high)))
            }),
        }
    })
    .collect()
}

impl Page {
    /// Upright bars with their table.
    pub fn chart(&self, chart: Chart) -> ChartView {
        let top = scale(&chart);
        let target_y = chart.target.as_ref().filter(|_| top > 0.0).map(|(value, words)| {
            let y = BASE - value / top * TALLEST;
            (px(y), px(y - 8.0), words.clone())
        });
        ChartView {
            bars: draw(&chart),
            target_y,
            chart,
            show_table: self.t("web-chart-table"),
            csv: self.t("web-chart-csv"),
        }
    }

    /// Lying bars with their table.
    pub fn row_chart(&self, chart: RowChart) -> RowChartView {
        let longest = chart.rows.iter().filter_map(|row| row.1).fold(0.0, f64::max);
        let share =
            |value: f64| if longest > 0.0 { (value / longest * 100.0).clamp(0.0, 100.0) } else { 0.0 };
        let rows = chart.rows.iter();
        let rows = rows
            .map(|(name, value, words)| (name.clone(), percent(value.map_or(0.0, share)), words.clone()))
            .collect();
        RowChartView { rows, chart, show_table: self.t("web-chart-table"), csv: self.t("web-chart-csv") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chart(values: &[Option<f64>]) -> Chart {
        let bar = |value: &Option<f64>| Bar { value: *value, ..Bar::default() };
        Chart { bars: values.iter().map(bar).collect(), ..Chart::default() }
    }

    #[test]
    fn half_the_number_is_half_the_bar() {
        let drawn = draw(&chart(&[Some(50.0), Some(100.0)]));
        assert_eq!((drawn[0].height.as_str(), drawn[1].height.as_str()), ("90.0", "180.0"));
        assert_eq!((drawn[0].y.as_str(), drawn[1].y.as_str()), ("130.0", "40.0"));
    }

    #[test]
    fn a_number_that_is_not_shown_has_no_bar_and_says_nothing_by_its_height() {
        let drawn = draw(&chart(&[None, Some(3.0)]));
        assert_eq!((drawn[0].height.as_str(), drawn[0].number_class), ("0.0", "s-chart__soft"));
    }

    #[test]
    fn bars_past_the_last_that_is_drawn_leave_no_hole() {
        let drawn = draw(&chart(&[Some(1.0); BARS_MAX + 12]));
        assert_eq!((drawn.len(), drawn.last().unwrap().middle.as_str()), (BARS_MAX, "95.83%"));
    }

    #[test]
    fn a_chart_of_nothing_is_drawn_without_dividing_by_it() {
        assert!(draw(&chart(&[])).is_empty());
        assert_eq!(draw(&chart(&[Some(0.0)]))[0].height, "0.0");
    }
}
