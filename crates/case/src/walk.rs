//! Which files stand behind the paths that were given.
//!
//! Folders are walked in the order of names; symbolic links inside them are not followed, because a
//! link can lead out of what was handed over or back into itself. A path that was given by hand may be
//! a link: the responder chose it.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::CaseError;

/// A file to import.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Found {
    /// Its name below the path given, `/` separated; for a path that is itself a file, its file name.
    pub name: String,
    /// Where it is.
    pub path: PathBuf,
}

/// Something that cannot be imported, and why.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Passed {
    /// Its name below the path given.
    pub name: String,
    /// Why, as a sentence that says what to do.
    pub reason: String,
}

/// What a walk found, each list in the order of names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Walk {
    /// Files.
    pub files: Vec<Found>,
    /// What cannot be imported.
    pub passed: Vec<Passed>,
}

/// Folders nested deeper than this are named and not entered.
const DEEPEST: usize = 64;

/// Walks the paths. `own` is the case folder, which is never taken as evidence of itself.
pub fn walk(paths: &[PathBuf], own: &Path) -> Walk {
    let mut walk = Walk::default();
    let own = own.canonicalize().ok();
    for path in paths {
        match std::fs::metadata(path) {
            Ok(data) if data.is_dir() => folder(path, "", own.as_deref(), 0, &mut walk),
            Ok(data) if data.is_file() => {
                walk.files.push(Found {
                    name: file_name(path),
                    path: path.clone(),
                });
            }
            Ok(_) => walk.passed.push(Passed {
                name: file_name(path),
                reason: "this is neither a file nor a folder; give the export itself".to_owned(),
            }),
            Err(error) => walk.passed.push(Passed {
                name: path.display().to_string(),
                reason: unreadable(&error),
            }),
        }
    }
    let mut seen = BTreeSet::new();
    walk.files
        .retain(|found| seen.insert((found.name.clone(), found.path.clone())));
    walk.files.sort();
    walk.passed.sort();
    walk
}

/// Sees to it that at least one file can be read behind the paths, before a case is made for them. No paths
/// at all are none of its business.
///
/// # Errors
/// [`CaseError::NothingToImport`] names every path or file with its reason.
pub fn importable(paths: &[PathBuf], own: &Path) -> Result<(), CaseError> {
    let Walk { files, mut passed } = walk(paths, own);
    for found in &files {
        match std::fs::File::open(&found.path) {
            Ok(_) => return Ok(()),
            Err(error) => passed.push(Passed {
                name: found.name.clone(),
                reason: unreadable(&error),
            }),
        }
    }
    if passed.is_empty() {
        passed.extend(paths.iter().map(|path| Passed {
            name: path.display().to_string(),
            reason: "there is no file in it".to_owned(),
        }));
    }
    if passed.is_empty() {
        return Ok(());
    }
    Err(CaseError::NothingToImport { passed })
}

fn unreadable(error: &std::io::Error) -> String {
    format!("it cannot be read ({error}); check the path and the rights on it")
}

fn file_name(path: &Path) -> String {
    path.file_name().map_or_else(
        || path.display().to_string(),
        |name| name.to_string_lossy().into_owned(),
    )
}

fn folder(path: &Path, below: &str, own: Option<&Path>, depth: usize, walk: &mut Walk) {
    let mut pass = |name: &str, reason: String| {
        walk.passed.push(Passed {
            name: name.to_owned(),
            reason,
        });
    };
    if own.is_some() && path.canonicalize().ok().as_deref() == own {
        return;
    }
    if depth > DEEPEST {
        pass(
            below,
            format!(
                "folders are nested more than {DEEPEST} deep here; give the inner folder itself"
            ),
        );
        return;
    }
    let entries = match std::fs::read_dir(path) {
        Ok(entries) => entries,
        Err(error) => {
            pass(
                below,
                format!("this folder cannot be read ({error}); check the rights on it"),
            );
            return;
        }
    };
    let mut children: Vec<PathBuf> = Vec::new();
    for entry in entries {
        match entry {
            Ok(entry) => children.push(entry.path()),
            Err(error) => pass(
                below,
                format!("an entry of this folder cannot be read ({error})"),
            ),
        }
    }
    children.sort();
    for child in children {
        let name = match below {
            "" => file_name(&child),
            _ => format!("{below}/{}", file_name(&child)),
        };
        match std::fs::symlink_metadata(&child) {
            Ok(data) if data.is_symlink() => walk.passed.push(Passed {
                name,
                reason: "this is a symbolic link and is not followed; give what it points to"
                    .to_owned(),
            }),
            Ok(data) if data.is_dir() => folder(&child, &name, own, depth + 1, walk),
            Ok(data) if data.is_file() => walk.files.push(Found { name, path: child }),
            Ok(_) => walk.passed.push(Passed {
                name,
                reason: "this is neither a file nor a folder".to_owned(),
            }),
            Err(error) => walk.passed.push(Passed {
                name,
                reason: format!("it cannot be read ({error}); check the rights on it"),
            }),
        }
    }
}
