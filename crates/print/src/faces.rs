//! The fonts in the program.

/// Name for messages and bytes of each font; the earlier is asked first. Where they come from and under which licences is
/// said in `fonts/README.md`.
macro_rules! fonts {
    ($($name:literal),+ $(,)?) => {
        &[$(($name, include_bytes!(concat!("../fonts/", $name, ".ttf")).as_slice())),+]
    };
}

/// All of them.
pub(crate) const FONTS: &[(&str, &[u8])] = fonts![
    "NotoSans-Regular",
    "NotoSans-Bold",
    "NotoSansHebrew-Regular",
    "NotoSansHebrew-Bold",
    "NotoSansArabic-Regular",
    "NotoSansArabic-Bold",
    "NotoSansThai-Regular",
    "NotoSansDevanagari-Regular",
    "NotoSansArmenian-Regular",
    "NotoSansGeorgian-Regular",
    "NotoSansSymbols-Regular",
    "NotoSansSymbols2-Regular",
    "NotoSansMath-Regular",
    "NanumSquareRoundR",
    "DroidSansFallbackFull",
];
