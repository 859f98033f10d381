//! What a record's shape says of a test on its lists: met, not met, or not told.

use hourzero_detect::ir::{Field, Side};

use super::matcher::Ready;
use crate::decode::Rows;
use crate::shape::{Shape, Shapes, Told};

/// What is known of a test.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Surely met.
    Met,
    /// Surely not.
    Missed,
    /// The lists would have to be read.
    Open,
}

impl Verdict {
    fn of(is_met: bool) -> Self {
        if is_met { Self::Met } else { Self::Missed }
    }
}

/// What the shape of a row says of a test on a list.
pub(super) fn verdict(
    rows: &Rows,
    row: u32,
    (field, check): (&Field, &Ready),
    scratch: &mut String,
) -> Verdict {
    let Some((shapes, shape)) = rows.shape(row) else {
        return Verdict::Open;
    };
    let mut seen = Seen::default();
    match field {
        Field::Parameter(name) => {
            let named = |own: &str| own.eq_ignore_ascii_case(name);
            seen.parameters((shapes, shape), &named, (check, scratch));
        }
        Field::AnyParameter => seen.parameters((shapes, shape), &|_| true, (check, scratch)),
        Field::ParameterName => {
            for (name, _) in shapes.parameters(shape) {
                seen.value(Some(Told::Value(name)), (check, scratch));
            }
        }
        Field::Changed { name, side } => {
            let wanted = |own: &&str| match name {
                Some(name) => own.eq_ignore_ascii_case(name),
                None => true,
            };
            for own in shapes.changes(shape).filter(wanted) {
                let told = (*side == Side::Name).then_some(Told::Value(own));
                seen.value(told, (check, scratch));
                // A change may lack the value before or after.
                seen.may_be_none |= *side != Side::Name;
            }
        }
        Field::Column(_) | Field::Raw(_) | Field::Text => return Verdict::Open,
    }
    seen.verdict(check)
}

/// The values of a field, as far as they are told.
#[derive(Default)]
struct Seen {
    some: bool,
    hidden: bool,
    met: bool,
    /// Whether an entry may be without a value.
    may_be_none: bool,
}

impl Seen {
    fn parameters(
        &mut self,
        (shapes, shape): (&Shapes, &Shape),
        named: &dyn Fn(&str) -> bool,
        (check, scratch): (&Ready, &mut String),
    ) {
        for (name, value) in shapes.parameters(shape) {
            if named(name) {
                self.value(Some(value), (check, scratch));
            }
        }
    }

    fn value(&mut self, value: Option<Told<'_>>, (check, scratch): (&Ready, &mut String)) {
        self.some = true;
        match value {
            Some(Told::Value(value)) => self.met |= check.passes(value, scratch),
            Some(Told::Hidden(lengths)) => self.hidden |= check.may_pass(lengths),
            None => self.hidden = true,
        }
    }

    fn verdict(&self, check: &Ready) -> Verdict {
        let is_sure = !self.may_be_none;
        match check {
            Ready::Absent if !self.some => Verdict::Met,
            Ready::Absent if is_sure => Verdict::Missed,
            Ready::Present if is_sure => Verdict::of(self.some),
            // A field without a value passes nothing else.
            _ if !self.some => Verdict::Missed,
            Ready::Absent | Ready::Present | Ready::SameAs(_) => Verdict::Open,
            _ if self.met => Verdict::Met,
            _ if self.hidden => Verdict::Open,
            _ => Verdict::Missed,
        }
    }
}
