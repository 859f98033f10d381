//! A page of this crate as HTML that stands alone and prints.
//!
//! Takes the Markdown that this crate writes, and no other, and gives HTML. It must never let a sign of an
//! answer become markup.

/// How the page lies on the paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    /// The client's sheet: across, what each side has to do side by side, all on one page.
    Sheet,
    /// Upright, one column.
    Page,
}

/// The sections that stand side by side on the sheet.
const SIDES: [&str; 4] = ["Finance", "Management", "IT", "Responder"];

const STYLE: &str = "*{box-sizing:border-box}body{margin:1.2rem;color:#1b1f24;font:14px/1.35 system-ui,-apple-system,\"Segoe UI\",Roboto,sans-serif}h1{font-size:1.4em;margin:0}h2{font-size:1.1em;margin:0 0 .2em;border-bottom:1px solid #57606a}p{margin:.12em 0;overflow-wrap:anywhere}p.o{margin-top:.4em}p.d1{margin-left:1em}p.d2{margin-left:2em}p.b::before{content:\"\\2022\\00a0\"}section{margin:.7em 0 0;min-width:0}";
const SHEET: &str = "main{display:grid;grid-template-columns:repeat(4,minmax(0,1fr));gap:.2em 1.1em}section.wide,header{grid-column:1/-1}section.wide div{columns:3;column-gap:1.1em}@media(max-width:60rem){main{display:block}section.wide div{columns:1}}@media print{@page{size:A4 landscape;margin:7mm}body{margin:0;font-size:6.9pt;line-height:1.18}section{margin-top:.35em}p.o{margin-top:.2em}p{margin:.05em 0}}";
const PAGE: &str = "main{max-width:52rem;margin:0 auto}@media print{@page{size:A4;margin:15mm}body{margin:0;font-size:10pt}section{break-inside:auto}p{break-inside:avoid}}";

/// A page of this crate as HTML that stands alone, every answer escaped.
pub fn to_html(markdown: &str, layout: Layout) -> String {
    let title = markdown
        .lines()
        .find_map(|line| line.strip_prefix("# "))
        .unwrap_or("Hour Zero");
    let mut body = String::from("<header>\n");
    let mut section = "header";
    for text in markdown.lines() {
        if let Some(heading) = text.strip_prefix("## ") {
            body.push_str(close(section));
            section = "section";
            let side = if SIDES.contains(&heading) {
                "side"
            } else {
                "wide"
            };
            body.push_str(&format!(
                "<section class=\"{side}\"><h2>{}</h2><div>\n",
                escaped(heading)
            ));
        } else if let Some(heading) = text.strip_prefix("# ") {
            body.push_str(&format!("<h1>{}</h1>\n", escaped(heading)));
        } else if !text.trim().is_empty() {
            body.push_str(&paragraph(text));
        }
    }
    body.push_str(close(section));
    let own = match layout {
        Layout::Sheet => SHEET,
        Layout::Page => PAGE,
    };
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n<title>{}</title>\n<style>{STYLE}{own}</style>\n</head>\n<body>\n<main>\n{body}</main>\n</body>\n</html>\n",
        escaped(title)
    )
}

fn close(section: &str) -> &'static str {
    match section {
        "header" => "</header>\n",
        _ => "</div></section>\n",
    }
}

/// One line: its depth by the blanks before it, a bullet, a box to tick, bold words between `**`.
fn paragraph(text: &str) -> String {
    let trimmed = text.trim_start();
    let depth = (text.len() - trimmed.len()) / 2;
    let (bullet, words) = match trimmed.strip_prefix("- ") {
        Some(words) => (true, words),
        None => (false, trimmed),
    };
    let (mark, words) = match (words.strip_prefix("[ ] "), words.strip_prefix("[x] ")) {
        (Some(words), _) if bullet => ("\u{2610} ", words),
        (_, Some(words)) if bullet => ("\u{2611} ", words),
        _ => ("", words),
    };
    let numbered = words.split_once(". ").is_some_and(|(number, _)| {
        !number.is_empty() && number.chars().all(|sign| sign.is_ascii_digit())
    });
    let mut classes = vec![format!("d{}", depth.min(2))];
    if bullet && mark.is_empty() {
        classes.push("b".to_owned());
    }
    if numbered && depth == 0 || !mark.is_empty() {
        classes.push("o".to_owned());
    }
    format!(
        "<p class=\"{}\">{mark}{}</p>\n",
        classes.join(" "),
        bold(&escaped(words))
    )
}

/// Bold where a pair of `**` stands; a lone one stays what it is.
fn bold(text: &str) -> String {
    let parts: Vec<&str> = text.split("**").collect();
    let mut all = String::new();
    let last = parts.len() - 1;
    for (index, part) in parts.iter().enumerate() {
        match index % 2 {
            1 if index < last => all.push_str(&format!("<b>{part}</b>")),
            1 => all.push_str(&format!("**{part}")),
            _ => all.push_str(part),
        }
    }
    all
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for sign in text.chars() {
        match sign {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            // Marks that turn the direction of writing could show one account as another.
            '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
                out.push('\u{fffd}');
            }
            sign if sign.is_control() => out.push('\u{fffd}'),
            sign => out.push(sign),
        }
    }
    out
}
