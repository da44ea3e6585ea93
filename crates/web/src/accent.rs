//! The municipality's one colour: its shades are derived, its contrast checked, and a bad one refused with the nearest
//! good one.

use std::borrow::Cow;

/// Contrast of text against its ground (WCAG 2.2, 1.4.3).
const TEXT_CONTRAST: f64 = 4.5;
/// Contrast of the darker shade, which stands under the pointer.
const DARK_CONTRAST: f64 = 7.0;
/// The markers that the stylesheet was compiled with (`assets/markers.json`).
const MARKERS: [&str; 5] = ["#a10c01", "#a10c02", "#a10c03", "#a10c04", "#a10c05"];

/// A colour in sRGB.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Colour(u8, u8, u8);

/// The five shades that the stylesheet uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Accent {
    base: Colour,
    dark: Colour,
    darker: Colour,
    light: Colour,
    text: Colour,
}

/// Why a colour is not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidAccent {
    /// Not a colour.
    #[error("the accent must be written as #rrggbb, for example #1f5c4d")]
    Format,
    /// White text on it, or it as text on white, cannot be read.
    #[error(
        "the accent {given} has too little contrast to white (4.5:1 is needed); the nearest that has is {nearest}"
    )]
    Contrast {
        /// What was configured.
        given: String,
        /// What to write instead.
        nearest: String,
    },
}

impl Colour {
    fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6)?;
        let part = |at: usize| u8::from_str_radix(digits.get(at..at + 2)?, 16).ok();
        Some(Self(part(0)?, part(2)?, part(4)?))
    }

    fn hex(self) -> String {
        format!("#{:02x}{:02x}{:02x}", self.0, self.1, self.2)
    }

    /// Relative luminance by WCAG 2.2.
    fn luminance(self) -> f64 {
        let channel = |value: u8| {
            let value = f64::from(value) / 255.0;
            if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * channel(self.0) + 0.7152 * channel(self.1) + 0.0722 * channel(self.2)
    }

    fn contrast(self, other: Self) -> f64 {
        let (a, b) = (self.luminance(), other.luminance());
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    /// `share` of `other` mixed in, 0 to 1.
    fn mix(self, other: Self, share: f64) -> Self {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "between 0 and 255 by construction"
        )]
        let part = |a: u8, b: u8| (f64::from(a) * (1.0 - share) + f64::from(b) * share).round() as u8;
        Self(part(self.0, other.0), part(self.1, other.1), part(self.2, other.2))
    }
}

const WHITE: Colour = Colour(255, 255, 255);
const BLACK: Colour = Colour(0, 0, 0);

/// The first shade, from `colour` towards black, that reaches `contrast` to white.
fn darken(colour: Colour, contrast: f64) -> Colour {
    let shades = (0..=100).map(|percent| colour.mix(BLACK, f64::from(percent) / 100.0));
    shades.into_iter().find(|shade| shade.contrast(WHITE) >= contrast).unwrap_or(BLACK)
}

impl Accent {
    /// Derives the shades of `#rrggbb`.
    pub fn parse(text: &str) -> Result<Self, InvalidAccent> {
        let accent = Colour::parse(text).ok_or(InvalidAccent::Format)?;
        if accent.contrast(WHITE) < TEXT_CONTRAST {
            let nearest = darken(accent, TEXT_CONTRAST).hex();
            return Err(InvalidAccent::Contrast { given: text.to_owned(), nearest });
        }
        let dark = darken(accent.mix(BLACK, 0.25), DARK_CONTRAST);
        let light = (0..=100).map(|percent| accent.mix(WHITE, 0.9 + f64::from(percent) / 1000.0));
        let light = light.into_iter().find(|shade| shade.contrast(accent) >= TEXT_CONTRAST).unwrap_or(WHITE);
        Ok(Self { base: accent, dark, darker: dark.mix(BLACK, 0.33), light, text: WHITE })
    }

    /// The main shade, for the browser's own colour.
    pub fn hex(&self) -> String {
        self.base.hex()
    }

    /// Puts the shades in the place of the stylesheet's markers.
    pub(crate) fn dress(&self, style: &[u8]) -> Cow<'static, [u8]> {
        let Ok(style) = std::str::from_utf8(style) else { return Cow::Owned(style.to_vec()) };
        let shades = [self.base, self.dark, self.darker, self.light, self.text];
        let dressed = MARKERS
            .iter()
            .zip(shades)
            .fold(style.to_owned(), |style, (marker, shade)| style.replace(marker, &shade.hex()));
        Cow::Owned(dressed.into_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pale_accent_is_refused_with_the_nearest_good_one() {
        let Err(InvalidAccent::Contrast { nearest, .. }) = Accent::parse("#ffcc00") else {
            panic!("yellow was taken");
        };
        assert!(Accent::parse(&nearest).is_ok(), "{nearest} is said to be good");
    }

    #[test]
    fn shades_can_be_read() {
        for colour in ["#1f5c4d", "#0059b3", "#7a1f1f", "#000000", "#767676"] {
            let accent = Accent::parse(colour).unwrap();
            assert!(accent.dark.contrast(WHITE) >= DARK_CONTRAST, "{colour}");
            assert!(accent.light.contrast(accent.base) >= TEXT_CONTRAST || accent.light == WHITE, "{colour}");
        }
    }

    #[test]
    fn no_marker_is_left_in_the_stylesheet() {
        let style = MARKERS.join(";").into_bytes();
        let dressed =
            String::from_utf8(Accent::parse("#1f5c4d").unwrap().dress(&style).into_owned()).unwrap();
        assert!(MARKERS.iter().all(|marker| !dressed.contains(marker)), "{dressed}");
    }
}
