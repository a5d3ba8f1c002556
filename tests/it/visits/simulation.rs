//! A town of 4,400 households, 700 of them without a smartphone: a notice, readers, and workers who go to the rest until
//! it is known of everybody how it stands with them. What coverage says is counted here by hand.

use std::collections::BTreeMap;

use actix_web::test::{TestRequest, read_body};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use serde_json::{Value, json};
use uuid::Uuid;
use wangge::base::area_code::AreaCode;
use wangge::base::id::Id;
use wangge::base::sensitive::Address;
use wangge::platform::access::token::{Subject, SubjectKind};
use wangge::platform::access::{Household, Role, Session};
use wangge::platform::db::schema::areas;

use super::{coverage, opened, published};
use crate::contract::places::Visit;
use crate::sync::phone::{Deed, Phone, made, told};
use crate::town::database::take_census;
use crate::town::{TOWN, Town};

const HOUSEHOLDS: usize = 4_400;
const NO_SMARTPHONE: usize = 700;
const GRIDS: usize = 11;
/// Households in which somebody reads by themselves: before anybody goes there, and after nobody was met.
const READERS: usize = 900;
const LATE: usize = 200;
/// Operations of one push.
const PUSH: usize = 200;

/// What is known here of a household, by words of this test alone.
struct Home {
    id: Uuid,
    resident: Uuid,
    grid: String,
    smartphone: bool,
    /// Everything that happened, as a set of words.
    happened: Vec<&'static str>,
}

impl Home {
    /// The best that happened, by the order that the decision names.
    fn best(&self) -> &'static str {
        const ORDER: [&str; 7] = ["visited", "acknowledged", "read", "phoned", "refused", "moved", "absent"];
        ORDER.into_iter().find(|word| self.happened.contains(word)).unwrap_or("none")
    }
}

/// Numbers that are the same in each run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % n
    }
}

/// Ten grids in the first village and one in the second; households spread over them unevenly.
fn settle(town: &Town, dice: &mut Dice) -> Vec<Home> {
    let grid = |n: usize| match n {
        10 => "500114119202001".to_owned(),
        n => format!("500114119201{:03}", n + 1),
    };
    let mut c = town.connect();
    for n in 2..10 {
        let row = (
            areas::code.eq(grid(n)),
            areas::name.eq("示例"),
            areas::level.eq("grid"),
            areas::parent.eq(Some("500114119201")),
            areas::version.eq(1),
            areas::updated_at.eq(town.clock.now()),
        );
        diesel::insert_into(areas::table).values(row).execute(&mut c).unwrap();
    }
    let postgres = town.house.app.db.is_shared();
    let uid = |id: Uuid| if postgres { format!("'{id}'") } else { format!("X'{}'", id.simple()) };
    let vault = &town.house.app.vault;
    let address = vault.seal_value(&Address::parse("示例村一组1号").unwrap()).unwrap();
    let hex: String = address.iter().map(|b| format!("{b:02x}")).collect();
    let sealed = if postgres { format!("'\\x{hex}'") } else { format!("X'{hex}'") };
    let (at, never) = ("'2026-03-01T00:00:00.000Z'", "'2036-03-01T00:00:00.000Z'");
    let (mut homes, mut sql) = (Vec::with_capacity(HOUSEHOLDS), String::from("BEGIN;"));
    for n in 0..HOUSEHOLDS {
        let smartphone = n >= NO_SMARTPHONE;
        let grid = grid((dice.below(GRIDS as u64) as usize).min(dice.below(GRIDS as u64) as usize));
        let (id, resident) = (Id::<Household>::new().uuid(), Id::<Household>::new().uuid());
        let (key, person, word) = (uid(id), uid(resident), if smartphone { "yes" } else { "no" });
        sql += &format!(
            "INSERT INTO households (id, area_code, town_code, code, address_sealed, smartphone, members, status, version, \
               created_at, updated_at) VALUES ({key}, '{grid}', '{TOWN}', 'H{n}', {sealed}, '{word}', 3, 'living', 1, {at}, {at});\
             INSERT INTO residents (id, household_id, area_code, name_sealed, name_index, relation, version, created_at, \
               updated_at) VALUES ({person}, {key}, '{grid}', {sealed}, {sealed}, 'child', 1, {at}, {at});\
             INSERT INTO sessions (id, subject_kind, device_kind, subject_id, device, refresh_hash, rotated_at, created_at, \
               expires_at) VALUES ({person}, 'resident', 'phone', {person}, '示例', {hash}, {at}, {at}, {never});",
            hash = if postgres { format!("'\\x{}'", resident.simple()) } else { uid(resident) },
        );
        homes.push(Home { id, resident, grid, smartphone, happened: vec![] });
    }
    c.batch_execute(&(sql + "COMMIT;")).unwrap();
    take_census(&mut c);
    homes
}

/// Some read, and half of them acknowledge.
async fn read(town: &Town, notice: &str, homes: &mut [Home], ones: &[usize]) {
    for (nth, &n) in ones.iter().enumerate() {
        let home = &mut homes[n];
        let session = Id::<Session>::from_uuid(home.resident);
        let subject = Subject { kind: SubjectKind::Resident, id: home.resident, session };
        let token = town.house.app.tokens.issue(subject, town.clock.now()).unwrap().0;
        let (noun, word) = if nth % 2 == 0 { ("read", "read") } else { ("acknowledgement", "acknowledged") };
        let request = TestRequest::post().uri(&format!("/api/v1/me/feed/{notice}/{noun}"));
        let request = request.insert_header(("Authorization", format!("Bearer {token}")));
        let answer = town.send(request).await;
        assert_eq!(answer.status(), 200, "{:?}", read_body(answer).await);
        home.happened.push(word);
    }
}

/// Workers go to those households of which nothing is known and push what came of it in the evening.
async fn go(
    town: &Town,
    notice: &str,
    homes: &mut [Home],
    result: impl Fn(usize, &mut Dice) -> &'static str,
    dice: &mut Dice,
) {
    let mut by_grid = BTreeMap::<String, Vec<usize>>::new();
    for (n, home) in homes.iter().enumerate().filter(|(_, home)| matches!(home.best(), "none" | "absent")) {
        by_grid.entry(home.grid.clone()).or_default().push(n);
    }
    for (grid, ones) in by_grid {
        let phone = Phone::of(town.staff(Role::GridWorker, &grid));
        for ones in ones.chunks(PUSH) {
            let deeds: Vec<Deed> = ones
                .iter()
                .map(|&n| {
                    let word = result(n, dice);
                    homes[n].happened.push(word);
                    let household = Id::<Household>::from_uuid(homes[n].id);
                    let id = Id::<Visit>::new();
                    let body =
                        json!({ "id": id, "notice_id": notice, "household_id": household, "result": word });
                    made("visit.record", body)
                })
                .collect();
            let answer = phone.push(town, &deeds).await;
            assert!(told(&answer).iter().all(|word| word == "applied"), "{answer:?}");
        }
    }
}

/// `part` of `whole` in ten-thousandths, rounded half up, without a float.
fn in_ten_thousandths(part: usize, whole: usize) -> i64 {
    if whole == 0 { 0 } else { ((part * 20_000 + whole) / (2 * whole)) as i64 }
}

/// What coverage must say of the households of an area.
fn check(shown: &Value, homes: &[&Home]) {
    let with =
        |words: &[&str], homes: &[&Home]| homes.iter().filter(|home| words.contains(&home.best())).count();
    const REACHED: [&str; 4] = ["read", "acknowledged", "visited", "phoned"];
    const KNOWN: [&str; 7] = ["read", "acknowledged", "visited", "phoned", "absent", "refused", "moved"];
    let apart: Vec<_> = homes.iter().copied().filter(|home| !home.smartphone).collect();
    for word in KNOWN.into_iter().chain(["none", "sent"]) {
        assert_eq!(shown[word], json!(with(&[word], homes)), "{word} in {shown}");
    }
    for (shown, homes) in [(shown, homes), (&shown["without_smartphone"], apart.as_slice())] {
        let parts = [
            ("reached", "rate", with(&REACHED, homes)),
            ("accounted_for", "accounted_rate", with(&KNOWN, homes)),
        ];
        assert_eq!(shown["households"], json!(homes.len()), "{shown}");
        for (number, share, expected) in parts {
            assert_eq!(shown[number], json!(expected), "{number} in {shown}");
            let rate = (shown[share].as_f64().unwrap() * 10_000.0).round() as i64;
            assert_eq!(rate, in_ten_thousandths(expected, homes.len()), "{share} in {shown}");
        }
    }
    assert_eq!(shown["no_smartphone"], json!(apart.len()));
}

async fn check_all(town: &Town, notice: &str, homes: &[Home]) -> Value {
    let all = coverage(town, notice).await;
    check(&all, &homes.iter().collect::<Vec<_>>());
    for (list, digits) in [("towns", 9), ("villages", 12), ("grids", 15)] {
        let mut areas = BTreeMap::<AreaCode, Vec<&Home>>::new();
        for home in homes {
            areas.entry(home.grid[..digits].parse().unwrap()).or_default().push(home);
        }
        let shown = all[list].as_array().unwrap();
        assert_eq!(shown.len(), areas.len(), "{list}");
        for (shown, (area, homes)) in shown.iter().zip(areas) {
            assert_eq!(shown["area_code"], json!(area));
            check(shown, &homes);
        }
    }
    all
}

#[actix_web::test]
async fn a_town_comes_to_all_accounted_for_and_coverage_is_what_counting_by_hand_gives() {
    let town = Town::new();
    let mut dice = Dice(20_260_302);
    let mut homes = settle(&town, &mut dice);
    let notice = published(&town, &[TOWN]).await;
    let first: Vec<_> = (0..HOUSEHOLDS).filter(|n| *n >= NO_SMARTPHONE && n % 4 == 1).take(READERS).collect();
    read(&town, &notice, &mut homes, &first).await;
    check_all(&town, &notice, &homes).await;

    let round = &opened(&town, &notice).await.body["rounds"][0];
    assert_eq!(round["tasks"], json!(0), "a job writes them");
    let leader = town.staff(Role::Dispatcher, TOWN);
    let written = leader.get(&town, "/api/v1/visit_rounds").await.body["items"][0]["tasks"].clone();
    assert_eq!(written, json!(HOUSEHOLDS - first.len()));

    // The first day: one door in three stays shut.
    let words = ["absent", "visited", "phoned", "visited", "absent", "refused", "visited", "moved", "absent"];
    go(&town, &notice, &mut homes, |_, dice| words[dice.below(9) as usize], &mut dice).await;
    check_all(&town, &notice, &homes).await;
    // In the evening some of those whom nobody met read it after all.
    let late: Vec<_> =
        (0..HOUSEHOLDS).filter(|n| homes[*n].smartphone && homes[*n].best() == "absent").take(LATE).collect();
    read(&town, &notice, &mut homes, &late).await;
    // The second day goes to those who are left.
    let words = ["visited", "visited", "visited", "phoned", "refused", "absent"];
    go(&town, &notice, &mut homes, |_, dice| words[dice.below(6) as usize], &mut dice).await;

    let all = check_all(&town, &notice, &homes).await;
    assert_eq!((&all["households"], &all["no_smartphone"]), (&json!(HOUSEHOLDS), &json!(NO_SMARTPHONE)));
    assert_eq!((&all["accounted_for"], &all["accounted_rate"]), (&json!(HOUSEHOLDS), &json!(1.0)));
    assert!(all["rate"].as_f64().unwrap() < 1.0, "accounted for is not reached");
    let uncovered = format!("/api/v1/notices/{notice}/households?area={TOWN}&status=uncovered");
    let mut page = leader.get(&town, &uncovered).await.body;
    while let Some(next) = page["next"].as_str() {
        assert_eq!(page["items"], json!([]));
        page = leader.get(&town, &format!("{uncovered}&cursor={next}")).await.body;
    }
    assert_eq!(page["items"], json!([]), "nobody is left of whom nothing is known");
}
