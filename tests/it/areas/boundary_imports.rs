//! The township takes the boundaries of a map program over.

use serde_json::{Value, json};
use wangge::platform::access::Role;

use super::boundaries::{EAST, WEST, draw, patch_at};
use crate::counter::{Answer, Counter, GRID, TOWN, upload};

const GEO_JSON: &str = "application/geo+json";

fn file(features: &[(&str, Value)]) -> String {
    let features = features.iter().map(|(code, geometry)| {
        json!({ "type": "Feature", "properties": { "code": code, "name": "示例" }, "geometry": geometry })
    });
    json!({ "type": "FeatureCollection", "features": features.collect::<Vec<_>>() }).to_string()
}

async fn import(counter: &Counter, query: &str, file: String) -> Answer {
    let path = format!("/areas/boundaries/import?{query}");
    counter.ask(Role::Admin, TOWN, upload(&path, GEO_JSON, file)).await
}

fn tally(answer: &Answer) -> (u16, [i64; 3]) {
    (answer.status, ["created", "changed", "unchanged"].map(|name| answer.body[name].as_i64().unwrap_or(-1)))
}

#[actix_web::test]
async fn a_file_is_taken_whole_and_again_changes_nothing() {
    let counter = Counter::new();
    let two = || file(&[(WEST, patch_at(0.0, 0.0, 1.0, 1.0)), (EAST, patch_at(1.0, 0.0, 1.0, 1.0))]);
    let forecast = import(&counter, "datum=wgs84&dry_run=true", two()).await;
    assert_eq!((tally(&forecast), counter.count("area_boundaries")), ((200, [2, 0, 0]), 0));
    assert_eq!(tally(&import(&counter, "datum=wgs84", two()).await), (200, [2, 0, 0]));
    assert_eq!(tally(&import(&counter, "datum=wgs84", two()).await), (200, [0, 0, 2]));
    assert_eq!(counter.count("area_boundaries WHERE valid_from = '2026-03-02'"), 2);
    assert_eq!(counter.audited(), ["area.boundaries_import"]);
    let details = counter.last_details("area.boundaries_import");
    assert_eq!(details["boundaries"], json!([format!("{WEST}/1"), format!("{EAST}/1")]));
}

#[actix_web::test]
async fn two_grids_exchange_ground_in_one_file_and_in_no_other_way() {
    let counter = Counter::new();
    let halves = |border: f64| {
        [(WEST, patch_at(0.0, 0.0, border, 1.0)), (EAST, patch_at(border, 0.0, 2.0 - border, 1.0))]
    };
    import(&counter, "datum=wgs84&valid_from=2026-01-01", file(&halves(1.0))).await;
    let [west, _] = halves(1.5);
    let alone = counter.ask(Role::Admin, TOWN, draw(WEST, 2, west.1, "2026-07-01")).await;
    assert_eq!(alone.told(), (422, "boundary_conflict"));
    let both = import(&counter, "datum=wgs84&valid_from=2026-07-01", file(&halves(1.5))).await;
    assert_eq!(tally(&both), (200, [0, 2, 0]), "{both:?}");
    assert_eq!(counter.count("area_boundaries WHERE valid_to = '2026-07-01'"), 2);
}

#[actix_web::test]
async fn every_fault_is_told_by_feature_and_nothing_is_written() {
    let counter = Counter::new();
    let bow_tie = json!({ "type": "Polygon", "coordinates": [[[108.0, 29.0], [108.01, 29.01], [108.01, 29.0], [108.0, 29.01], [108.0, 29.0]]] });
    let whole = || patch_at(0.0, 0.0, 1.0, 1.0);
    let faulty = || {
        file(&[
            (WEST, whole()),
            (EAST, patch_at(0.5, 0.0, 1.0, 1.0)),
            (EAST, whole()),
            ("500114119201", whole()),
            ("500114119201099", patch_at(9.0, 0.0, 1.0, 1.0)),
            ("grid 7", whole()),
            ("500114119201003", bow_tie.clone()),
            ("500114120201001", patch_at(8.0, 0.0, 1.0, 1.0)),
        ])
    };
    let refused = import(&counter, "datum=wgs84", faulty()).await;
    assert_eq!(refused.told(), (422, "invalid_fields"), "{refused:?}");
    let expected = [
        "features[0].geometry",
        "features[1].geometry",
        "features[2].code",
        "features[3].code",
        "features[4].code",
        "features[5].code",
        "features[6].geometry",
        "features[7].code",
    ];
    assert_eq!(refused.fields(), expected);
    let forecast = import(&counter, "datum=wgs84&dry_run=true", faulty()).await;
    assert_eq!((forecast.status, forecast.body["errors"].as_array().map(Vec::len)), (200, Some(8)));
    assert_eq!(counter.count("area_boundaries"), 0);

    let clash = file(&[(WEST, whole()), (EAST, patch_at(0.5, 0.0, 1.0, 1.0))]);
    let clash = import(&counter, "datum=wgs84", clash).await;
    assert_eq!(clash.told(), (422, "boundary_conflict"));
    assert_eq!(
        (&clash.body["areas"][0]["code"], &clash.body["areas"][1]["code"]),
        (&json!(EAST), &json!(WEST))
    );
}

#[actix_web::test]
async fn a_file_names_its_datum_and_is_a_collection() {
    let counter = Counter::new();
    let one = || file(&[(WEST, patch_at(0.0, 0.0, 1.0, 1.0))]);
    let undated = import(&counter, "dry_run=true", one()).await;
    assert_eq!((undated.told(), undated.fields()), ((422, "invalid_fields"), vec!["datum"]));
    for wrong in ["", "[]", "{\"type\":\"Feature\"}", "{\"type\":\"FeatureCollection\",\"features\":[]}"] {
        let refused = import(&counter, "datum=wgs84", wrong.to_owned()).await;
        assert_eq!((refused.told(), refused.fields()), ((422, "invalid_fields"), vec!["file"]), "{wrong}");
    }
    let packed = counter
        .ask(Role::Admin, TOWN, upload("/areas/boundaries/import?datum=wgs84", "text/csv", one()))
        .await;
    assert_eq!(packed.told(), (415, "unsupported_media"));
    let worker =
        counter.ask(Role::GridWorker, GRID, upload("/areas/boundaries/import?datum=wgs84", GEO_JSON, one()));
    assert_eq!(worker.await.told(), (403, "forbidden"));
    // What is drawn on a Chinese map lies half a kilometre elsewhere.
    assert_eq!(tally(&import(&counter, "datum=gcj02", one()).await), (200, [1, 0, 0]));
    assert_eq!(tally(&import(&counter, "datum=wgs84", one()).await), (200, [0, 1, 0]));
}
