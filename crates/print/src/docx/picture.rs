//! A drawing as pixels: older word processors and previews show these, newer ones the SVG beside them.

use std::sync::{Arc, LazyLock};

use hourzero_report::document::Drawing;
use resvg::tiny_skia::{Color, Pixmap, Transform};
use resvg::usvg::{ImageHrefResolver, Options, Tree, fontdb};

use crate::PrintError;
use crate::faces::FONTS;

/// Pixels for each unit of the drawing: enough for print at the width of a page.
const SHARPNESS: f32 = 2.0;

/// No side has more pixels, so that no drawing fills the memory.
const MOST_PIXELS: f32 = 6_000.0;

/// A drawing in both forms.
pub(super) struct Picture {
    /// As pixels.
    pub(super) png: Vec<u8>,
    /// As it is.
    pub(super) svg: String,
    /// Its width, in units of the drawing.
    pub(super) width: f32,
    /// Its height, in units of the drawing.
    pub(super) height: f32,
}

/// The id by which the text names the pixels.
pub(super) fn png_id(number: usize) -> String {
    format!("rPixels{number}")
}

/// The id by which the text names the SVG.
pub(super) fn svg_id(number: usize) -> String {
    format!("rDrawing{number}")
}

/// Draws.
pub(super) fn picture(drawing: &Drawing) -> Result<Picture, PrintError> {
    let wrong = |why: String| PrintError::Drawing {
        id: drawing.id.clone(),
        why,
    };
    // Nothing that a drawing names is loaded: neither files nor data.
    let options = Options {
        font_family: "Noto Sans".to_owned(),
        fontdb: Arc::clone(&FACES),
        image_href_resolver: ImageHrefResolver {
            resolve_data: Box::new(|_, _, _| None),
            resolve_string: Box::new(|_, _| None),
        },
        ..Options::default()
    };
    let tree = Tree::from_str(&drawing.svg, &options).map_err(|error| wrong(error.to_string()))?;
    let (width, height) = (tree.size().width(), tree.size().height());
    let scale = SHARPNESS.min(MOST_PIXELS / width.max(height));
    let pixels = |length: f32| (length * scale).ceil().max(1.0) as u32;
    let mut pixmap = Pixmap::new(pixels(width), pixels(height))
        .ok_or_else(|| wrong("it has no size".to_owned()))?;
    pixmap.fill(Color::WHITE);
    resvg::render(
        &tree,
        Transform::from_scale(scale, scale),
        &mut pixmap.as_mut(),
    );
    let png = pixmap
        .encode_png()
        .map_err(|error| wrong(error.to_string()))?;
    Ok(Picture {
        png,
        svg: drawing.svg.clone(),
        width,
        height,
    })
}

static FACES: LazyLock<Arc<fontdb::Database>> = LazyLock::new(|| {
    let mut faces = fontdb::Database::new();
    for (_, font) in FONTS {
        faces.load_font_source(fontdb::Source::Binary(Arc::new(*font)));
    }
    faces.set_sans_serif_family("Noto Sans");
    Arc::new(faces)
});
