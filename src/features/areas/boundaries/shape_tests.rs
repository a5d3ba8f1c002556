use serde_json::{Value, json};

use geo::CoordinatePosition;

use super::*;

fn read(geometry: Value) -> Result<Shape, Refused> {
    Shape::read(&serde_json::from_value(geometry).unwrap(), Datum::Wgs84)
}

fn polygon(rings: Value) -> Result<Shape, Refused> {
    read(json!({ "type": "Polygon", "coordinates": rings }))
}

/// A square with its south-western corner at `lng`, `lat` and sides of `side` degrees, counter-clockwise.
fn square(lng: f64, lat: f64, side: f64) -> Value {
    json!([[lng, lat], [lng + side, lat], [lng + side, lat + side], [lng, lat + side], [lng, lat]])
}

#[test]
fn a_square_with_a_hole_is_taken_whichever_way_round_it_is_drawn() {
    let (ring, mut hole) = (square(108.0, 29.0, 0.01), square(108.002, 29.002, 0.002));
    let shape = polygon(json!([ring, hole])).unwrap();
    hole.as_array_mut().unwrap().reverse();
    assert_eq!(polygon(json!([ring, hole])).unwrap(), shape);
    assert_eq!(shape.points(), 10);
    // 0.01° by 0.01° at 29° north is 973.9 m by 1,108.5 m; the hole is a twenty-fifth.
    let area = 973.9 * 1_108.5 * 24.0 / 25.0;
    assert!((shape.area_m2() / area - 1.0).abs() < 1e-3, "{}", shape.area_m2());
    let at = |lat: f64, lng: f64| Wgs84 { lat, lng };
    assert!(shape.holds(at(29.001, 108.001)) && !shape.holds(at(29.003, 108.003)));
    assert!(shape.holds(at(29.0, 108.005)), "the border belongs to it");
    assert!((shape.border_m(at(29.001, 108.005)) - 110.85).abs() < 0.1, "to the outer border");
    assert!((shape.border_m(at(29.003, 108.003)) - 97.39).abs() < 0.1, "to the hole's, from within");
}

#[test]
fn what_is_kept_is_read_again_as_the_same_outline() {
    let shape = polygon(json!([square(108.123_456_789_123, 29.1, 0.01)])).unwrap();
    let kept = serde_json::to_value(shape.geometry(Datum::Wgs84)).unwrap();
    assert_eq!(Shape::kept(kept).unwrap(), shape);
}

#[test]
fn gcj_02_is_taken_and_answered_within_a_millimetre() {
    let drawn = json!({ "type": "Polygon", "coordinates": [square(108.70, 29.40, 0.01)] });
    let shape = Shape::read(&serde_json::from_value(drawn).unwrap(), Datum::Gcj02).unwrap();
    assert!((shape.frame().min().x - 108.70).abs() > 1e-4, "it was shifted");
    let MultiPolygon(parts) = MultiPolygon::<f64>::try_from(shape.geometry(Datum::Gcj02)).unwrap();
    let corner = parts[0].exterior().0[0];
    assert!((corner.x - 108.70).abs() < 2e-8 && (corner.y - 29.40).abs() < 2e-8, "{corner:?}");
}

#[test]
fn each_fault_is_told_in_its_own_words() {
    let bow_tie = json!([[108.0, 29.0], [108.01, 29.01], [108.01, 29.0], [108.0, 29.01], [108.0, 29.0]]);
    let spike = json!([
        [108.0, 29.0],
        [108.01, 29.0],
        [108.02, 29.0],
        [108.01, 29.0],
        [108.01, 29.01],
        [108.0, 29.0]
    ]);
    let open = json!([[108.0, 29.0], [108.01, 29.0], [108.01, 29.01], [108.0, 29.01]]);
    let line = json!([[108.0, 29.0], [108.01, 29.0], [108.0, 29.0], [108.0, 29.0]]);
    let ring = square(108.0, 29.0, 0.01);
    for (rings, said) in [
        (json!([]), "没有任何坐标"),
        (json!([open]), "外环没有闭合"),
        (json!([line]), "外环至少要有三个不同的点"),
        (json!([bow_tie]), "自相交"),
        (json!([spike]), "自相交或往返重叠"),
        (json!([ring, square(108.02, 29.0, 0.001)]), "第 1 个洞没有完全位于外环之内"),
        (json!([ring, square(108.0, 29.0, 0.001)]), "第 1 个洞没有完全位于外环之内"),
        (
            json!([ring, square(108.001, 29.001, 0.003), square(108.002, 29.002, 0.003)]),
            "第 1 个洞与第 2 个洞重叠",
        ),
        (json!([square(2.35, 48.85, 0.01)]), "外环的第 1 个点(2.35, 48.85)不在中国范围内"),
        (json!([square(29.0, 108.0, 0.01)]), "是否写反了"),
        (json!([[[108.0], [108.01, 29.0], [108.0, 29.01], [108.0]]]), "应有经度和纬度两个数"),
        (json!([square(108.0, 29.0, 0.000_01)]), "围成的面积只有 1.1 平方米"),
    ] {
        let refused = polygon(rings.clone()).unwrap_err();
        assert!(refused.contains(said), "{rings}: {refused}");
    }
    let refused = read(json!({ "type": "Point", "coordinates": [108.0, 29.0] })).unwrap_err();
    assert!(refused.contains("不能是 Point"), "{refused}");
}

#[test]
fn parts_lie_apart_and_are_named_by_number() {
    let parts = |parts: Value| read(json!({ "type": "MultiPolygon", "coordinates": parts }));
    let (one, beside) = (json!([square(108.0, 29.0, 0.01)]), json!([square(108.01, 29.0, 0.01)]));
    assert!(parts(json!([one, beside])).is_ok(), "parts may share a border");
    let refused = parts(json!([one, [square(108.005, 29.0, 0.01)]])).unwrap_err();
    assert!(refused.contains("第 1 块与第 2 块相互重叠"), "{refused}");
    let refused = parts(json!([one, [[[108.2, 29.0], [108.3, 29.0], [108.3, 29.1]]]])).unwrap_err();
    assert!(refused.contains("第 2 块的外环没有闭合"), "{refused}");
}

/// A ring of `points` different points in the shape of a flower.
fn flower(points: usize) -> Value {
    let mut ring: Vec<[f64; 2]> = (0..points)
        .map(|n| {
            let turn = n as f64 / points as f64 * std::f64::consts::TAU;
            let radius = 0.05 + 0.002 * (turn * 40.0).sin();
            [108.0 + radius * turn.cos(), 29.0 + radius * turn.sin()]
        })
        .collect();
    ring.push(ring[0]);
    json!(ring)
}

#[test]
fn twenty_thousand_points_are_taken_in_a_moment_and_one_more_is_not() {
    let began = std::time::Instant::now();
    assert_eq!(polygon(json!([flower(MOST_POINTS - 1)])).map(|shape| shape.points()), Ok(MOST_POINTS));
    assert!(began.elapsed().as_secs() < 10, "{:?}", began.elapsed());
    let refused = polygon(json!([flower(MOST_POINTS)])).unwrap_err();
    assert!(refused.contains("最多 20000 个点,现有 20001 个"), "{refused}");
    let holes: Vec<_> = (0..201).map(|_| square(108.0, 29.0, 0.01)).collect();
    assert!(polygon(json!(holes)).unwrap_err().contains("最多 200 个环"));
}

proptest::proptest! {
    /// The short ways around an edge change no answer that is asked for.
    #[test]
    fn what_is_near_is_as_near_by_the_short_way(x in -0.02..0.03_f64, y in -0.02..0.03_f64, most_m in 0.0..2_000.0_f64) {
        let shape = polygon(json!([square(108.0, 29.0, 0.01), square(108.002, 29.002, 0.004)])).unwrap();
        let at = Wgs84 { lat: 29.0 + y, lng: 108.0 + x };
        let (whole, short) = (shape.border_m(at), shape.border_within_m(at, most_m));
        proptest::prop_assert!(if whole <= most_m { short == whole } else { short > most_m }, "{whole} {short} {most_m}");
        let plain = shape.outline().coordinate_position(&Coord { x: at.lng, y: at.lat }) != CoordPos::Outside;
        proptest::prop_assert_eq!(shape.holds(at), plain);
    }

    /// On corners and edges too, of the border and of holes, and of edges that lie level or upright.
    #[test]
    fn corners_and_edges_belong_to_it(x in -1..12_i32, y in -1..12_i32, slope in 0..3_i32) {
        let at = |x: i32, y: i32| [108.0 + f64::from(x) / 1024.0, 29.0 + f64::from(y) / 1024.0];
        let outer = [at(0, 0), at(10, 0), at(10, 10), at(5, 10 - slope), at(0, 10), at(0, 0)];
        let hole = [at(2, 2), at(2, 4), at(4, 4 + slope), at(4, 2), at(2, 2)];
        let shape = polygon(json!([outer, hole])).unwrap();
        let [lng, lat] = at(x, y);
        let plain = shape.outline().coordinate_position(&Coord { x: lng, y: lat }) != CoordPos::Outside;
        proptest::prop_assert_eq!(shape.holds(Wgs84 { lat, lng }), plain);
    }
}
