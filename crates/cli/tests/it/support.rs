//! Running the command in a temporary case.

use std::path::{Path, PathBuf};

use serde_json::Value;

pub(crate) struct Run {
    pub(crate) status: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Run {
    /// The JSON lines of standard output.
    pub(crate) fn lines(&self) -> Vec<Value> {
        self.out
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }

    /// The line about this file.
    pub(crate) fn file(&self, name: &str) -> Value {
        let of = |line: &Value| line.get("file").and_then(Value::as_str) == Some(name);
        self.lines()
            .into_iter()
            .find(of)
            .unwrap_or_else(|| panic!("no line for {name}: {}", self.out))
    }
}

/// Runs the command with this case.
pub(crate) fn run(case: &Path, arguments: &[&str]) -> Run {
    run_typing(case, arguments, "")
}

/// Runs the command with this case and this text on standard input.
pub(crate) fn run_typing(case: &Path, arguments: &[&str], typed: &str) -> Run {
    let output = assert_cmd::Command::cargo_bin("hourzero")
        .unwrap()
        .arg("--case")
        .arg(case)
        .args(arguments)
        .write_stdin(typed)
        .output()
        .unwrap();
    Run {
        status: output.status.code().unwrap_or(-1),
        out: String::from_utf8_lossy(&output.stdout).into_owned(),
        err: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

/// The rows of a file of JSON lines.
pub(crate) fn rows(path: &Path) -> Vec<Value> {
    let text = std::fs::read_to_string(path).unwrap();
    let lines = text.lines().filter(|line| !line.is_empty());
    lines
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

/// Plays a scenario in a small tenant below a folder: its clean exports, and the truth.
pub(crate) fn played(folder: &Path, scenario: &str) -> (PathBuf, PathBuf) {
    let (exports, truth) = (folder.join("exports"), folder.join("truth.jsonl"));
    let (out, beside) = (exports.to_string_lossy(), truth.to_string_lossy());
    let which = ["--scenario", scenario, "--seed", "7"];
    let small = ["--forms", "clean", "--accounts", "12", "--days", "14"];
    let places = ["--out", &out, "--truth", &beside];
    let words = [&["simulate", "export"][..], &which, &small, &places].concat();
    let done = run(&folder.join("none"), &words);
    assert_eq!(done.status, 0, "{}", done.err);
    (exports, truth)
}

/// A message trace: mails with their day of February 2026, who from and to, subject and address, numbered from one.
pub(crate) fn message_trace(mails: &[(usize, &str, &str, &str, &str)]) -> String {
    let head = "Organization,MessageId,Received,SenderAddress,RecipientAddress,Subject,Status,ToIP,FromIP,Size,MessageTraceId\n";
    let row = |(number, (day, from, to, subject, ip)): (
        usize,
        &(usize, &str, &str, &str, &str),
    )| {
        format!(
            "contoso.com,<{number}@x>,2026-02-{day:02}T08:00:00,{from},{to},{subject},Delivered,,{ip},100,00000000-0000-4000-8000-{number:012}\n"
        )
    };
    let rows: String = (1..).zip(mails).map(row).collect();
    head.to_owned() + &rows
}

/// The exports that the project ships.
pub(crate) fn first_look() -> String {
    let path = PathBuf::from(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../examples/first-look"
    ));
    path.to_string_lossy().into_owned()
}

/// A unified audit record on one line.
pub(crate) fn audit(id: &str, user: &str) -> String {
    format!(
        r#"{{"CreationTime":"2026-03-06T17:40:00","Id":"{id}","Operation":"FileAccessed","OrganizationId":"o","RecordType":6,"UserKey":"k","UserType":0,"Version":1,"Workload":"OneDrive","ClientIP":"203.0.113.9","ObjectId":"https://contoso.example/a.xlsx","UserId":"{user}"}}"#
    )
}
