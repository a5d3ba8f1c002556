//! Coordinates: stored as WGS-84, taken also as GCJ-02, which Chinese map services and phones speak.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::check::Check;

/// A place on the earth, WGS-84, degrees.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, ToSchema)]
pub struct Wgs84 {
    /// North of the equator.
    pub lat: f64,
    /// East of Greenwich.
    pub lng: f64,
}

/// Which datum a pair of coordinates is given in; there is no default, because a wrong guess is half a
/// kilometre off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Datum {
    /// GPS, BeiDou, Tianditu.
    Wgs84,
    /// Amap, Tencent maps, `wx.getLocation` with `gcj02`.
    Gcj02,
}

impl Wgs84 {
    /// The place that `lat`, `lng` name in `datum`.
    pub fn from(lat: f64, lng: f64, datum: Datum) -> Self {
        match datum {
            Datum::Wgs84 => Self { lat, lng },
            Datum::Gcj02 => from_gcj02(lat, lng),
        }
    }

    /// The place in the fields `lat`, `lng` and `datum` of `object`, which are all there or none; complaints go to
    /// `check`.
    pub fn checked(
        check: &mut Check,
        object: &str,
        fields: (Option<f64>, Option<f64>, Option<Datum>),
    ) -> Option<Self> {
        match fields {
            (Some(lat), Some(lng), Some(datum)) => {
                check.range(&format!("{object}.lat"), lat, -90.0, 90.0);
                check.range(&format!("{object}.lng"), lng, -180.0, 180.0);
                Some(Self::from(lat, lng, datum))
            }
            (None, None, None) => None,
            (Some(_), Some(_), None) => {
                check.refuse(format!("{object}.datum"), "须注明坐标系:wgs84 或 gcj02");
                None
            }
            _ => {
                check.refuse(object, "lat、lng、datum 须同时填写");
                None
            }
        }
    }
}

/// The shift has no closed inverse; three rounds bring the rest below a millimetre.
fn from_gcj02(lat: f64, lng: f64) -> Wgs84 {
    let mut guess = Wgs84 { lat, lng };
    for _ in 0..3 {
        let (shifted_lat, shifted_lng) = to_gcj02(guess);
        guess = Wgs84 { lat: guess.lat + lat - shifted_lat, lng: guess.lng + lng - shifted_lng };
    }
    guess
}

/// The published GCJ-02 shift on the Krasovsky 1940 ellipsoid; outside of China there is none.
fn to_gcj02(at: Wgs84) -> (f64, f64) {
    const AXIS: f64 = 6_378_245.0;
    const ECCENTRICITY: f64 = 0.006_693_421_622_965_943;
    let inside = (72.004..=137.8347).contains(&at.lng) && (0.8293..=55.8271).contains(&at.lat);
    if !inside {
        return (at.lat, at.lng);
    }
    let (x, y) = (at.lng - 105.0, at.lat - 35.0);
    let wave = |v: f64, weights: [(f64, f64); 2]| -> f64 {
        weights.iter().map(|(weight, divisor)| weight * (v / divisor * std::f64::consts::PI).sin()).sum()
    };
    let common = wave(x, [(20.0, 1.0 / 6.0), (20.0, 0.5)]);
    let north = -100.0
        + 2.0 * x
        + 3.0 * y
        + 0.2 * y * y
        + 0.1 * x * y
        + 0.2 * x.abs().sqrt()
        + (common + wave(y, [(20.0, 1.0), (40.0, 3.0)]) + wave(y, [(160.0, 12.0), (320.0, 30.0)])) * 2.0
            / 3.0;
    let east = 300.0
        + x
        + 2.0 * y
        + 0.1 * x * x
        + 0.1 * x * y
        + 0.1 * x.abs().sqrt()
        + (common + wave(x, [(20.0, 1.0), (40.0, 3.0)]) + wave(x, [(150.0, 12.0), (300.0, 30.0)])) * 2.0
            / 3.0;
    let phi = at.lat.to_radians();
    let magic = 1.0 - ECCENTRICITY * phi.sin().powi(2);
    let meridian = AXIS * (1.0 - ECCENTRICITY) / (magic * magic.sqrt());
    let parallel = AXIS / magic.sqrt() * phi.cos();
    (at.lat + (north / meridian).to_degrees(), at.lng + (east / parallel).to_degrees())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shift_is_undone_within_half_a_metre_all_over_china() {
        for lat in (20..50).step_by(3) {
            for lng in (80..130).step_by(5) {
                let at = Wgs84 { lat: f64::from(lat) + 0.37, lng: f64::from(lng) + 0.11 };
                let (lat, lng) = to_gcj02(at);
                let back = Wgs84::from(lat, lng, Datum::Gcj02);
                let metres = ((back.lat - at.lat).powi(2) + (back.lng - at.lng).powi(2)).sqrt() * 111_000.0;
                assert!(metres < 0.5, "{at:?} is {metres} m off");
                assert!((lat - at.lat).abs() > 1e-5, "{at:?} was not shifted");
            }
        }
    }

    #[test]
    fn tiananmen_is_where_the_maps_say() {
        let (lat, lng) = to_gcj02(Wgs84 { lat: 39.9073, lng: 116.3912 });
        assert!((lat - 39.908_70).abs() < 1e-4 && (lng - 116.397_44).abs() < 1e-4, "{lat} {lng}");
    }

    #[test]
    fn outside_of_china_nothing_is_shifted() {
        assert_eq!(Wgs84::from(48.85, 2.35, Datum::Gcj02), Wgs84 { lat: 48.85, lng: 2.35 });
    }
}
