//! Coordinates: stored as WGS-84, taken also as GCJ-02, which Chinese map services and phones speak.
//!
//! The shift between the two is not published by those who make it; what stands here is the formula that all the
//! open libraries share. It is a function of the place, so what is taken as GCJ-02 and answered as GCJ-02 is the same
//! place again, whatever the last metre of the formula is worth.

use serde::Serialize;
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

crate::text_enum! {
    /// Which datum a pair of coordinates is given in; there is no default, because a wrong guess is half a kilometre
    /// off. `wgs84`: GPS, BeiDou, Tianditu. `gcj02`: Amap, Tencent maps, `wx.getLocation` with `gcj02`.
    pub enum Datum {
        Wgs84 = "wgs84" "WGS-84(GPS、北斗、天地图)",
        Gcj02 = "gcj02" "GCJ-02(高德、腾讯地图)",
    }
}

impl Wgs84 {
    /// The place that `lat`, `lng` name in `datum`.
    pub fn from(lat: f64, lng: f64, datum: Datum) -> Self {
        match datum {
            Datum::Wgs84 => Self { lat, lng },
            Datum::Gcj02 => from_gcj02(lat, lng),
        }
    }

    /// Latitude and longitude of this place in `datum`.
    pub fn to(self, datum: Datum) -> (f64, f64) {
        match datum {
            Datum::Wgs84 => (self.lat, self.lng),
            Datum::Gcj02 => to_gcj02(self),
        }
    }

    /// Metres that one degree of latitude and one of longitude are long here, on the WGS-84 ellipsoid. Over the few
    /// kilometres of a grid the two make a plane on which distances are right to a thousandth.
    pub fn metres_per_degree(self) -> (f64, f64) {
        const AXIS: f64 = 6_378_137.0;
        const ECCENTRICITY: f64 = 0.006_694_379_990_141_316;
        let phi = self.lat.to_radians();
        let flat = 1.0 - ECCENTRICITY * phi.sin().powi(2);
        let meridian = AXIS * (1.0 - ECCENTRICITY) / (flat * flat.sqrt());
        let parallel = AXIS / flat.sqrt() * phi.cos();
        (meridian.to_radians(), parallel.to_radians())
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
    use proptest::prelude::*;

    use super::*;

    /// The distance of two near places, metres.
    fn apart(a: Wgs84, b: Wgs84) -> f64 {
        let (north, east) = a.metres_per_degree();
        ((a.lat - b.lat) * north).hypot((a.lng - b.lng) * east)
    }

    /// Anywhere from Zengmu to Mohe and from the Pamirs to the Ussuri.
    fn in_china() -> impl Strategy<Value = Wgs84> {
        (3.4..53.6_f64, 73.4..135.1_f64).prop_map(|(lat, lng)| Wgs84 { lat, lng })
    }

    proptest! {
        #[test]
        fn the_shift_is_undone_within_half_a_metre_all_over_china(at in in_china()) {
            let (lat, lng) = at.to(Datum::Gcj02);
            let off = apart(at, Wgs84::from(lat, lng, Datum::Gcj02));
            prop_assert!(off < 0.5, "{at:?} comes back {off} m off");
            let shift = apart(at, Wgs84 { lat, lng });
            prop_assert!((1.0..2_000.0).contains(&shift), "{at:?} is shifted by {shift} m");
        }

        #[test]
        fn outside_of_china_nothing_is_shifted(lat in -90.0..90.0_f64, lng in -180.0..72.0_f64) {
            for at in [Wgs84 { lat, lng }, Wgs84 { lat: -lat.abs(), lng: -lng }] {
                prop_assert_eq!(at.to(Datum::Gcj02), (at.lat, at.lng));
                prop_assert_eq!(Wgs84::from(at.lat, at.lng, Datum::Gcj02), at);
            }
        }

        #[test]
        fn wgs_84_is_taken_and_given_as_it_is(at in in_china()) {
            prop_assert_eq!(at.to(Datum::Wgs84), (at.lat, at.lng));
            prop_assert_eq!(Wgs84::from(at.lat, at.lng, Datum::Wgs84), at);
        }
    }

    #[test]
    fn tiananmen_is_where_the_maps_say() {
        let (lat, lng) = Wgs84 { lat: 39.9073, lng: 116.3912 }.to(Datum::Gcj02);
        assert!((lat - 39.908_70).abs() < 1e-4 && (lng - 116.397_44).abs() < 1e-4, "{lat} {lng}");
    }

    #[test]
    fn a_degree_is_as_long_as_the_tables_say() {
        // At 30° north a degree of latitude has 110,852 m and one of longitude 96,486 m (WGS-84).
        let (north, east) = Wgs84 { lat: 30.0, lng: 108.0 }.metres_per_degree();
        assert!((north - 110_852.0).abs() < 1.0 && (east - 96_486.0).abs() < 1.0, "{north} {east}");
    }
}
