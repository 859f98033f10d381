//! One undamaged file of JSON lines a log.

use std::io::Write as _;
use std::path::Path;

use hourzero_model::Timestamp;

use super::output::{self, ExportError, ExportedFile, Placed};
use super::spool::Spool;

/// Writes the records that the logs hold at an instant, and says where each stands. A log without any gets
/// no file.
pub(super) fn write(
    spool: &mut Spool,
    folder: &Path,
    asked: Timestamp,
    places: &mut dyn FnMut(Placed) -> Result<(), ExportError>,
) -> Result<Vec<ExportedFile>, ExportError> {
    let mut files = Vec::new();
    for source in spool.sources() {
        let name = source.clean_file();
        let mut opened = None;
        let mut written = 0;
        spool.each((source, asked), &mut |record| {
            if opened.is_none() {
                opened = Some(output::create(folder, &name)?);
            }
            let Some((path, file)) = &mut opened else {
                return Ok(());
            };
            file.write_all(record.json.as_bytes())
                .and_then(|()| file.write_all(b"\n"))
                .map_err(ExportError::of(path))?;
            written += 1;
            places(Placed {
                number: record.number,
                source,
                id: std::mem::take(&mut record.id),
                file: name.clone(),
                position: written,
                damaged: false,
            })
        })?;
        if let Some((path, mut file)) = opened {
            file.flush().map_err(ExportError::of(&path))?;
            files.push(ExportedFile {
                name,
                records: written,
                damaged: 0,
            });
        }
    }
    Ok(files)
}
