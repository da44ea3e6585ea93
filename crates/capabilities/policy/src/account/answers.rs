//! Those who count for other capabilities, and what they have said: asked once for everything that an account needs, and
//! asked again for the journal lines behind one figure.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use kernel::{Code, Ctx};
use ports::{LineBehind, Measurement, MetricQuestion, MetricSource};
use storage::StoreError;

use crate::model::{Measure, MetricName, Span};

/// By what a metric is restricted to one area.
pub const AREA_FILTER: &str = "area";

/// Who can count what.
pub type Sources = [Arc<dyn MetricSource>];

/// What the sources have said, asked once for everything.
#[derive(Debug, Default)]
pub(super) struct Answers(pub(super) HashMap<MetricQuestion, Measurement>);

impl Answers {
    /// Asks each source all of its questions at once. What nothing counts has no answer.
    pub(super) async fn to(
        sources: &Sources,
        ctx: &Ctx,
        questions: Vec<MetricQuestion>,
    ) -> Result<Self, StoreError> {
        let mut answers = HashMap::new();
        for source in sources {
            let mine: Vec<MetricQuestion> = questions
                .iter()
                .filter(|asked| source.metrics().contains(&asked.metric.as_str()))
                .cloned()
                .collect();
            if !mine.is_empty() {
                let said = source.measure_all(ctx, &mine).await?;
                answers.extend(mine.into_iter().zip(said));
            }
        }
        Ok(Self(answers))
    }

    pub(super) fn of(&self, metric: &MetricName, span: Span, area: Option<&Code>) -> Option<Measurement> {
        self.0.get(&question(metric, span, area)).cloned()
    }
}

pub(super) fn question(metric: &MetricName, span: Span, area: Option<&Code>) -> MetricQuestion {
    let filter = area.map(|area| (AREA_FILTER.to_owned(), area.to_string()));
    MetricQuestion {
        metric: metric.to_string(),
        from: span.from,
        to: span.to,
        filter: filter.into_iter().collect(),
    }
}

/// Whether an indicator is counted from journal lines, so that there is something behind its figures.
pub fn counts_lines(sources: &Sources, measure: &Measure) -> bool {
    let mut metrics = measure.formula.metrics().iter();
    metrics.any(|metric| source_of(sources, metric).is_some_and(|source| source.counts_lines()))
}

fn source_of<'a>(sources: &'a Sources, metric: &MetricName) -> Option<&'a Arc<dyn MetricSource>> {
    sources.iter().find(|source| source.metrics().contains(&metric.as_str()))
}

/// The journal lines behind one figure of an indicator, newest first, as far as the asker may open what they are about.
pub async fn behind(
    sources: &Sources,
    ctx: &Ctx,
    measure: &Measure,
    span: Span,
    limit: usize,
) -> Result<Vec<LineBehind>, StoreError> {
    let mut lines = Vec::new();
    for metric in measure.formula.metrics() {
        let Some(source) = source_of(sources, metric) else { continue };
        let filter = BTreeMap::new();
        lines.extend(source.behind(ctx, metric.as_str(), span.from, span.to, &filter, limit).await?);
    }
    lines.sort_by_key(|line| std::cmp::Reverse(line.position));
    lines.dedup_by_key(|line| line.position);
    lines.truncate(limit);
    Ok(lines)
}
