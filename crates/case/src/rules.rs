//! Which rules are run: ours, built in, and those that the user gives.

use std::path::{Path, PathBuf};

use hourzero_detect::{Mappings, RulePack};
use include_dir::{Dir, include_dir};
use sha2::{Digest, Sha256};

use crate::CaseError;

/// Our rules with their samples, compiled in.
static RULES: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/../../rules");

/// A user's rule file is at most so large; Sigma rules are a few kilobytes.
const LARGEST: u64 = 4 << 20;

/// A rule's file, with its path and text.
pub(crate) type RuleText = (String, String);

/// One sample of a rule: records that must or must not make it fire.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sample {
    /// The rule's id.
    pub rule: String,
    /// Whether it must fire.
    pub fires: bool,
    /// The line in its file, from 1.
    pub line: usize,
    /// The line's text, a JSON object with `why` and `records`.
    pub text: String,
}

/// The rules that are compiled into the binary; the path is the rule's id, with `.yml`.
pub(crate) fn built_in() -> Vec<RuleText> {
    let mut found = Vec::new();
    files(&RULES, &mut found);
    found
        .into_iter()
        .filter_map(|(path, text)| {
            let id = path.strip_suffix("/rule.yml")?;
            Some((format!("{id}.yml"), text.to_owned()))
        })
        .collect()
}

/// The samples of the built-in rules, by rule.
pub fn samples() -> Vec<Sample> {
    let mut found = Vec::new();
    files(&RULES, &mut found);
    let mut samples = Vec::new();
    for (path, text) in found {
        let Some((rule, file)) = path.rsplit_once('/') else {
            continue;
        };
        let fires = match file {
            "fires.jsonl" => true,
            "quiet.jsonl" => false,
            _ => continue,
        };
        samples.extend(
            text.lines()
                .enumerate()
                .filter(|(_, line)| !line.trim().is_empty())
                .map(|(at, line)| Sample {
                    rule: rule.to_owned(),
                    fires,
                    line: at + 1,
                    text: line.to_owned(),
                }),
        );
    }
    samples
}

fn files(dir: &Dir<'static>, found: &mut Vec<(String, &'static str)>) {
    for file in dir.files() {
        if let Some(text) = file.contents_utf8() {
            found.push((file.path().to_string_lossy().replace('\\', "/"), text));
        }
    }
    dir.dirs().for_each(|inner| files(inner, found));
    found.sort();
}

/// A user's rules: every `.yml` and `.yaml` below the paths, in the order of paths.
pub(crate) fn of_user(paths: &[PathBuf]) -> Result<Vec<RuleText>, CaseError> {
    let mut texts = Vec::new();
    for path in paths {
        let mut found = Vec::new();
        if path.is_dir() {
            yaml_files(path, 0, &mut found)?;
        } else {
            found.push(path.clone());
        }
        if found.is_empty() {
            return Err(CaseError::Rules {
                path: path.clone(),
                why: "no file that ends in .yml or .yaml is in it".to_owned(),
            });
        }
        for file in found {
            let size = std::fs::metadata(&file)
                .map_err(|error| CaseError::read(&file, error))?
                .len();
            if size > LARGEST {
                return Err(CaseError::Rules {
                    path: file,
                    why: format!(
                        "{size} bytes are too many for a rule; at most {LARGEST} are read"
                    ),
                });
            }
            let bytes = std::fs::read(&file).map_err(|error| CaseError::read(&file, error))?;
            let shown = file
                .strip_prefix(path)
                .ok()
                .filter(|below| !below.as_os_str().is_empty());
            let name = shown.unwrap_or(&file).to_string_lossy().replace('\\', "/");
            texts.push((name, String::from_utf8_lossy(&bytes).into_owned()));
        }
    }
    Ok(texts)
}

fn yaml_files(folder: &Path, depth: usize, found: &mut Vec<PathBuf>) -> Result<(), CaseError> {
    const DEEPEST: usize = 32;
    let entries = std::fs::read_dir(folder).map_err(|error| CaseError::read(folder, error))?;
    let mut children = Vec::new();
    for entry in entries {
        children.push(
            entry
                .map_err(|error| CaseError::read(folder, error))?
                .path(),
        );
    }
    children.sort();
    for child in children {
        let data =
            std::fs::symlink_metadata(&child).map_err(|error| CaseError::read(&child, error))?;
        let yaml = child
            .extension()
            .is_some_and(|ending| ending == "yml" || ending == "yaml");
        if data.is_dir() && depth < DEEPEST {
            yaml_files(&child, depth + 1, found)?;
        } else if data.is_file() && yaml {
            found.push(child);
        }
    }
    Ok(())
}

/// Compiles rules with the built-in mappings.
pub(crate) fn compile(texts: Vec<RuleText>) -> Result<RulePack, CaseError> {
    let mappings = Mappings::built_in()
        .map_err(|error| CaseError::Internal(format!("the shipped mappings: {error}")))?;
    Ok(RulePack::load(texts, &mappings))
}

/// One hash over rules and mappings, for the documents.
pub(crate) fn hash(texts: &[RuleText]) -> String {
    let mut sorted: Vec<&RuleText> = texts.iter().collect();
    sorted.sort();
    let mut hash = Sha256::new();
    for (path, text) in sorted {
        hash.update(path.as_bytes());
        hash.update([0]);
        hash.update(Sha256::digest(text.as_bytes()));
    }
    for (name, text) in hourzero_detect::BUILT_IN {
        hash.update(name.as_bytes());
        hash.update([0]);
        hash.update(Sha256::digest(text.as_bytes()));
    }
    crate::hash::hex(hash.finalize())
}
