//! Sigma rules over JSON lines with rsigma: the first word is the folder of rules, the second that of
//! the lines. It prints how many rules there are, and how many lines and hits there were.

use std::error::Error;
use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

use rsigma_eval::{Engine, JsonEvent};

fn files(folder: &Path, found: &mut Vec<PathBuf>) -> std::io::Result<()> {
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder)? {
        paths.push(entry?.path());
    }
    paths.sort();
    for path in paths {
        if path.is_dir() {
            files(&path, found)?;
        } else {
            found.push(path);
        }
    }
    Ok(())
}

fn main() -> Result<(), Box<dyn Error>> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let [rules, lines] = words.as_slice() else {
        return Err("usage: RULES LINES".into());
    };
    let mut engine = Engine::new();
    let mut paths = Vec::new();
    files(Path::new(rules), &mut paths)?;
    let (mut loaded, mut failed) = (0, 0);
    for path in paths.iter().filter(|path| path.extension().is_some_and(|end| end == "yml")) {
        let collection = rsigma_parser::parse_sigma_yaml(&fs::read_to_string(path)?)?;
        match engine.add_collection(&collection) {
            Ok(_) => loaded += collection.rules.len(),
            Err(_) => failed += 1,
        }
    }
    let (mut records, mut hits) = (0_u64, 0_u64);
    let mut paths = Vec::new();
    files(Path::new(lines), &mut paths)?;
    for path in paths {
        for line in BufReader::with_capacity(1 << 20, File::open(path)?).lines() {
            let value: serde_json::Value = serde_json::from_str(&line?)?;
            hits += engine.evaluate(&JsonEvent::borrow(&value)).len() as u64;
            records += 1;
        }
    }
    println!(r#"{{"rules": {loaded}, "failed_rules": {failed}, "records": {records}, "hits": {hits}}}"#);
    Ok(())
}
