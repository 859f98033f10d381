//! The events that concern what the attacker touched: read out of the case's lake once, kept aside for the time of an
//! analysis.

use std::path::{Path, PathBuf};

use hourzero_detect::ir::Expr;
use hourzero_scope::Event;

use crate::aside::Aside;
use crate::{Case, CaseError};

/// Events beside the case's lake. They end with the analysis.
pub(crate) struct Concerned {
    folder: PathBuf,
    lakes: Vec<Aside>,
}

impl Concerned {
    /// Keeps nothing yet; what it will keep goes below `folder`.
    pub(crate) fn new(folder: &Path) -> Self {
        Self {
            folder: folder.to_owned(),
            lakes: Vec::new(),
        }
    }
}

impl Case<'_> {
    /// Keeps the events that meet an expression, and gives each. One event must not meet two expressions that
    /// are kept.
    pub(crate) fn keep_events(
        &self,
        concerned: &mut Concerned,
        filter: Expr,
        on: &mut dyn FnMut(&Event),
    ) -> Result<(), CaseError> {
        let aside = Aside::new(&concerned.folder)?;
        let mut put = aside.fill();
        self.each_event_that(&[filter], &mut |_, event| {
            on(&event);
            put.push(event.record)
        })?;
        put.finish()?;
        concerned.lakes.push(aside);
        Ok(())
    }

    /// Gives those of the kept events that meet each expression, with the expression's place in the list.
    pub(crate) fn each_concerned(
        &self,
        concerned: &Concerned,
        filters: &[Expr],
        on: &mut dyn FnMut(usize, Event) -> Result<(), CaseError>,
    ) -> Result<(), CaseError> {
        for aside in &concerned.lakes {
            self.each_event_in(aside.lake(), filters, on)?;
        }
        Ok(())
    }
}
