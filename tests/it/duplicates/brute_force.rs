//! What the index and the box find is what looking at every case finds.

use chrono::TimeDelta;
use diesel::prelude::*;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use serde_json::json;
use wangge::base::clock::Timestamp;
use wangge::base::id::{Id, Kind};
use wangge::platform::access::Role;
use wangge::platform::db::schema::cases;

use crate::events::report_with;
use crate::town::{EAST, TOWN, Town, WEST};

enum Event {}
impl Kind for Event {
    const PREFIX: &'static str = "event";
}

struct Known {
    id: String,
    category: &'static str,
    lat: f64,
    lng: f64,
    occurred_at: Timestamp,
    closed_at: Option<Timestamp>,
}

/// Metres on the sphere, by the law of haversines.
fn metres(a: (f64, f64), b: (f64, f64)) -> f64 {
    let (lat_a, lat_b) = (a.0.to_radians(), b.0.to_radians());
    let half = |degrees: f64| (degrees.to_radians() / 2.0).sin().powi(2);
    let h = half(b.0 - a.0) + lat_a.cos() * lat_b.cos() * half(b.1 - a.1);
    2.0 * 6_371_008.771_415_059 * h.sqrt().asin()
}

/// What is alike, the most alike first, by looking at all.
fn by_hand(
    all: &[Known],
    here: (f64, f64),
    when: Timestamp,
    now: Timestamp,
    of: (&str, f64, i64),
) -> Vec<String> {
    let (category, radius, days) = of;
    let reach = TimeDelta::days(days).num_milliseconds() as f64;
    let mut found: Vec<(f64, &str)> = all
        .iter()
        .filter(|other| other.category == category)
        .filter(|other| other.closed_at.is_none_or(|at| now.since(at) < TimeDelta::days(90)))
        .map(|other| {
            let far = metres(here, (other.lat, other.lng)) / radius;
            let long = other.occurred_at.since(when).num_milliseconds().abs() as f64 / reach;
            (far, long, other.id.as_str())
        })
        .filter(|(far, long, _)| *far <= 1.0 && *long <= 1.0)
        .map(|(far, long, id)| (far + long, id))
        .collect();
    found.sort_by(|a, b| a.0.total_cmp(&b.0));
    found.into_iter().take(10).map(|(_, id)| id.to_owned()).collect()
}

#[actix_web::test]
async fn suggestions_are_what_looking_at_every_case_finds() {
    let town = Town::new();
    let mut chance = StdRng::seed_from_u64(31);
    let worker = town.staff(Role::GridWorker, EAST);
    town.appoint(&worker, Role::GridWorker, WEST);
    let dispatcher = town.staff(Role::Dispatcher, TOWN);
    let mut c = town.connect();
    let mut all = Vec::new();
    for n in 0..160 {
        let category = if n % 4 == 0 { "environment" } else { "facility" };
        // A square of some three hundred metres.
        let (lat, lng) = (29.42 + chance.random_range(0.0..0.003), 108.71 + chance.random_range(0.0..0.003));
        let occurred_at = town.clock.now().plus(-TimeDelta::minutes(chance.random_range(0..60 * 24 * 100)));
        let body = report_with(
            if n % 2 == 0 { EAST } else { WEST },
            json!({ "category": category, "occurred_at": occurred_at,
                "place": { "lat": lat, "lng": lng, "datum": "wgs84" } }),
        );
        let id = worker.post(&town, "/api/v1/events", body).await.text("id");
        let ended = (n % 5 == 0).then(|| -TimeDelta::hours(chance.random_range(1..24 * 180)));
        let closed_at = ended.map(|ended| town.clock.now().plus(ended));
        if closed_at.is_some() {
            let row = cases::table.find(id.parse::<Id<Event>>().unwrap());
            diesel::update(row).set(cases::closed_at.eq(closed_at)).execute(&mut c).unwrap();
        }
        all.push(Known { id, category, lat, lng, occurred_at, closed_at });
    }
    let mut found_some = 0;
    for n in 0..60 {
        let of = if n % 3 == 0 { ("environment", 150.0, 14) } else { ("facility", 100.0, 60) };
        let here = (29.42 + chance.random_range(0.0..0.003), 108.71 + chance.random_range(0.0..0.003));
        let when = town.clock.now().plus(-TimeDelta::minutes(chance.random_range(0..60 * 24 * 40)));
        let query = format!(
            "/api/v1/cases/duplicate_candidates?kind=event&category={}&lat={}&lng={}&datum=wgs84&occurred_at={}",
            of.0,
            here.0,
            here.1,
            when.rfc3339()
        );
        let answer = dispatcher.get(&town, &query).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        let items = answer.body["items"].as_array().unwrap();
        let found: Vec<_> = items.iter().map(|item| item["id"].as_str().unwrap().to_owned()).collect();
        assert_eq!(found, by_hand(&all, here, when, town.clock.now(), of), "{query}");
        found_some += usize::from(found.len() > 3);
    }
    assert!(found_some > 20, "only {found_some} questions had an answer worth comparing");
}
