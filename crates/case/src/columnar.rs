//! Rules on columns, run over a lake: most at once, the others as far as their hits matter.

use std::collections::BTreeMap;

use hourzero_detect::ir::Expr;
use hourzero_detect::{Count, Detection, Hit, Needs, RuleIndex, Waiting};
use hourzero_lake::{Among, Counting, Kept, Lake, LakeError, RecordKey, ScanRule, Wanted};
use hourzero_model::ArtefactId;

/// Says which file an artefact is.
pub type FileName<'a> = dyn Fn(&ArtefactId) -> &'a str + 'a;

/// Rules on columns alone.
#[derive(Debug, Default)]
pub struct ColumnRules {
    indexes: Vec<RuleIndex>,
    rules: Vec<ScanRule>,
}

/// What the scan left: how many records each rule hit, and the hits that wait.
#[derive(Debug)]
pub struct Waited {
    /// By rule.
    pub hits: BTreeMap<RuleIndex, u64>,
    kept: Kept,
}

impl ColumnRules {
    /// Adds a rule with what it looks for.
    pub fn add(&mut self, detection: &Detection<'_>, index: RuleIndex, expr: Expr) {
        let wanted = if detection.may_wait(index) {
            Wanted::Later
        } else {
            wanted(detection, index)
        };
        self.indexes.push(index);
        self.rules.push(ScanRule { expr, wanted });
    }

    /// Runs the rules; hits go to `detection`, those of rules that wait are kept back.
    ///
    /// # Errors
    /// As [`Lake::scan`].
    pub fn scan<'n>(
        &self,
        lake: &Lake,
        detection: &mut Detection<'_>,
        file: &FileName<'n>,
    ) -> Result<Waited, LakeError> {
        let mut hits: BTreeMap<RuleIndex, u64> = BTreeMap::new();
        let (_, kept) = lake.scan_keeping(&self.rules, &mut |place, hit| {
            if let Some(index) = self.indexes.get(place) {
                *hits.entry(*index).or_default() += 1;
                detection.hit(*index, &seen(hit, file(&hit.record.provenance.artefact)));
            }
        })?;
        for (place, index) in self.indexes.iter().enumerate() {
            let count = kept.count(place);
            if count > 0 {
                *hits.entry(*index).or_default() += count;
            }
        }
        Ok(Waited { hits, kept })
    }

    /// Hands over what matters of the hits that wait, all others being known.
    ///
    /// # Errors
    /// As [`Lake::scan`].
    pub fn gather<'n>(
        &self,
        lake: &Lake,
        detection: &mut Detection<'_>,
        (waited, file): (&Waited, &FileName<'n>),
    ) -> Result<(), LakeError> {
        let (mut places, mut numbers, mut fields) =
            (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
        for (place, (index, rule)) in self.indexes.iter().zip(&self.rules).enumerate() {
            if rule.wanted == Wanted::Later {
                places.insert(*index, place);
                numbers.insert(*index, waited.kept.count(place));
                fields.insert(*index, wanted(detection, *index));
            }
        }
        let mut source = Source {
            lake,
            kept: &waited.kept,
            places,
            fields,
            file,
        };
        detection.gather(numbers, &mut source)
    }
}

/// The rows that a lake keeps, for a detection.
struct Source<'a, 'n> {
    lake: &'a Lake,
    kept: &'a Kept,
    places: BTreeMap<RuleIndex, usize>,
    fields: BTreeMap<RuleIndex, Wanted>,
    file: &'a FileName<'n>,
}

impl Source<'_, '_> {
    fn place(&self, rule: RuleIndex) -> usize {
        // No rule of the list has the place that is given for one that does not wait.
        self.places.get(&rule).copied().unwrap_or(usize::MAX)
    }
}

impl Waiting for Source<'_, '_> {
    type Error = LakeError;

    fn count(
        &mut self,
        counts: &[Count],
        on: &mut dyn FnMut(usize, &str, i64, u64),
    ) -> Result<(), LakeError> {
        let counting = |count: &Count| Counting {
            rule: self.place(count.rule),
            by: count.by.clone(),
            stretch: count.stretch,
        };
        let countings: Vec<Counting> = counts.iter().map(counting).collect();
        self.lake.count(self.kept, &countings, on)
    }

    fn hits(
        &mut self,
        wanted: &[(RuleIndex, Expr)],
        on: &mut dyn FnMut(RuleIndex, &Hit<'_>),
    ) -> Result<(), LakeError> {
        let among = |(rule, expr): &(RuleIndex, Expr)| Among {
            rule: self.place(*rule),
            expr: expr.clone(),
            wanted: self.fields.get(rule).cloned().unwrap_or(Wanted::Whole),
        };
        let among: Vec<Among> = wanted.iter().map(among).collect();
        self.lake.among(self.kept, &among, &mut |place, hit| {
            if let Some((rule, _)) = wanted.get(place) {
                let file = (self.file)(&hit.record.provenance.artefact);
                on(*rule, &seen(hit, file));
            }
        })?;
        Ok(())
    }
}

fn wanted(detection: &Detection<'_>, index: RuleIndex) -> Wanted {
    match detection.needs(index) {
        Needs::Whole => Wanted::Whole,
        Needs::Fields(fields) => Wanted::Fields(fields),
    }
}

fn seen<'a>(hit: &'a hourzero_lake::Hit, file: &'a str) -> Hit<'a> {
    let RecordKey { artefact, position } = hit.speaker;
    Hit {
        record: &hit.record,
        raw: None,
        file,
        speaker: (artefact, position),
    }
}
