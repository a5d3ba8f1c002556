//! The township keeps its areas.

mod at;
mod boundaries;
mod boundary_imports;

use std::sync::Mutex;
use std::time::Duration;

use diesel::prelude::*;
use serde_json::json;
use wangge::base::area_code::AreaCode;
use wangge::base::id::Id;
use wangge::features::areas;
use wangge::platform::access::policy::KeepHouseholds;
use wangge::platform::access::{Household, Role, system};
use wangge::platform::db::Tx;
use wangge::platform::db::schema::households;

use crate::counter::{CSV, Counter, GRID, TOWN, VILLAGE, get, patch, post, upload};

const ADMIN: Role = Role::Admin;
const CODES: &str = "500114119202,示例二村,village,500114119\n";

fn list(lines: &str) -> String {
    format!("code,name,level,parent\n{lines}")
}

#[actix_web::test]
async fn a_grid_is_made_in_its_village_renamed_and_closed() {
    let counter = Counter::new();
    let new = || post("/areas", json!({"code": "500114119201003", "name": "示例三网格"}));
    let made = counter.ask(ADMIN, TOWN, new()).await;
    assert_eq!((made.status, made.etag.as_str()), (201, "\"1\""), "{made:?}");
    assert_eq!(made.body["grid_kind"], "basic");
    assert_eq!(made.body["valid_from"], "2026-03-02");
    assert_eq!(counter.ask(ADMIN, TOWN, new()).await.status, 200);

    let path = "/areas/500114119201003";
    let renamed = counter.ask(ADMIN, TOWN, patch(path, "\"1\"", json!({"name": "示例新网格"}))).await;
    assert_eq!((renamed.status, &renamed.body["name"]), (200, &json!("示例新网格")));
    let stale = counter.ask(ADMIN, TOWN, patch(path, "\"1\"", json!({"name": "示例"}))).await;
    assert_eq!(stale.told(), (412, "stale_version"));

    let closure = || post(&format!("{path}/closure"), json!({})).insert_header(("If-Match", "\"2\""));
    let closed = counter.ask(ADMIN, TOWN, closure()).await;
    assert_eq!((closed.status, &closed.body["valid_to"]), (200, &json!("2026-03-02")));
    let again = patch(path, "\"3\"", json!({"name": "示例"}));
    assert_eq!(counter.ask(ADMIN, TOWN, again).await.told(), (409, "step_not_allowed"));
    assert_eq!(counter.audited(), ["area.create", "area.change", "area.close"]);
}

#[actix_web::test]
async fn an_area_in_use_stays_open() {
    let counter = Counter::new();
    let closure = post(&format!("/areas/{VILLAGE}/closure"), json!({})).insert_header(("If-Match", "\"1\""));
    assert_eq!(counter.ask(ADMIN, TOWN, closure).await.told(), (409, "in_use"));
    assert_eq!(counter.count("areas WHERE valid_to IS NOT NULL"), 0);
    assert_eq!(counter.audited(), Vec::<String>::new());
}

#[actix_web::test]
async fn an_area_does_not_close_under_a_household_that_is_being_written() {
    let counter = Counter::new();
    let (writes, held) = tokio::sync::oneshot::channel();
    let writes = Mutex::new(Some(writes));
    let db = counter.base.db.clone();
    let household = tokio::spawn(async move {
        let by = system::<KeepHouseholds>("a test writes a household slowly");
        let grid: AreaCode = GRID.parse().unwrap();
        let slowly = move |tx: &mut Tx| {
            areas::hold_for(tx, by.scope(), &grid, "area_code")?;
            if let Some(writes) = writes.lock().unwrap().take() {
                writes.send(()).unwrap();
            }
            std::thread::sleep(Duration::from_millis(500));
            write_household(tx, &grid);
            Ok(())
        };
        db.write(slowly).await
    });
    held.await.unwrap();
    let closure = post(&format!("/areas/{GRID}/closure"), json!({})).insert_header(("If-Match", "\"1\""));
    assert_eq!(counter.ask(ADMIN, TOWN, closure).await.told(), (409, "in_use"));
    household.await.unwrap().unwrap();
}

fn write_household(tx: &mut Tx, grid: &AreaCode) {
    let (id, now) = (Id::<Household>::new(), tx.now());
    let row = (
        (households::id.eq(id), households::area_code.eq(grid), households::town_code.eq(TOWN)),
        (households::code.eq("示例1"), households::address_sealed.eq(vec![0_u8])),
        (households::smartphone.eq("yes"), households::members.eq(1), households::status.eq("living")),
        (households::version.eq(1), households::created_at.eq(now), households::updated_at.eq(now)),
    );
    diesel::insert_into(households::table).values(row).execute(&mut **tx).unwrap();
}

#[actix_web::test]
async fn an_area_outside_is_not_found_and_none_is_made_without_its_village() {
    let counter = Counter::new();
    let outside = counter.ask(ADMIN, "500114120", get(&format!("/areas/{GRID}"))).await;
    assert_eq!(outside.told(), (404, "not_found"));
    for code in ["500114119299001", "500114120201", "500114119000"] {
        let refused = counter.ask(ADMIN, TOWN, post("/areas", json!({"code": code, "name": "示例"}))).await;
        assert_eq!((refused.told(), refused.fields()), ((422, "invalid_fields"), vec!["code"]), "{code}");
    }
    let worker = counter.ask(Role::GridWorker, GRID, post("/areas", json!({}))).await;
    assert_eq!(worker.told(), (403, "forbidden"));
}

#[actix_web::test]
async fn a_list_goes_by_code_and_page_by_page() {
    let counter = Counter::new();
    let first = counter.ask(ADMIN, TOWN, get("/areas?limit=3")).await;
    let codes = |answer: &crate::counter::Answer| {
        let items = answer.body["items"].as_array().unwrap().clone();
        items.iter().map(|item| item["code"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(codes(&first), [TOWN, VILLAGE, GRID]);
    let next = first.body["next"].as_str().unwrap();
    let second = counter.ask(ADMIN, TOWN, get(&format!("/areas?limit=3&cursor={next}"))).await;
    assert_eq!(codes(&second), ["500114119201002"]);
    assert!(second.body["next"].is_null());
    let children = counter.ask(ADMIN, TOWN, get(&format!("/areas?parent={TOWN}"))).await;
    assert_eq!(codes(&children), [VILLAGE]);
}

#[actix_web::test]
async fn a_list_of_areas_is_taken_whole_and_again_changes_nothing() {
    let counter = Counter::new();
    // The grid stands before its village.
    let lines = [
        "500114119202001,示例甲网格,grid,500114119202\n",
        CODES,
        "500114119201,示例一村,village,500114119\n",
    ];
    let file = list(&lines.concat());
    let tally = |answer: crate::counter::Answer| {
        let told = ["created", "changed", "unchanged"].map(|name| answer.body[name].as_i64());
        (answer.status, told.map(|n| n.unwrap_or(-1)))
    };
    let forecast = upload("/areas/import?dry_run=true", CSV, file.clone());
    assert_eq!(tally(counter.ask(ADMIN, TOWN, forecast).await), (200, [2, 1, 0]));
    assert_eq!(counter.count("areas"), 7);
    let import = || upload("/areas/import", CSV, file.clone());
    assert_eq!(tally(counter.ask(ADMIN, TOWN, import()).await), (200, [2, 1, 0]));
    assert_eq!(tally(counter.ask(ADMIN, TOWN, import()).await), (200, [0, 0, 3]));
    assert_eq!(counter.count("areas"), 9);
    assert_eq!(counter.audited(), ["area.import"]);
}

#[actix_web::test]
async fn every_fault_of_a_list_is_told_by_line_and_column_and_nothing_is_written() {
    let counter = Counter::new();
    let file = list(
        &[
            CODES,
            "5001141192,示例,village,500114119\n",
            "500114119203,示例,grid,500114119\n",
            "500114119204,示例,village,500114120\n",
            "500114119299001,示例,grid,500114119299\n",
            CODES,
            "500114119205,,village,500114119\n",
            "500114120201,示例,village,500114120\n",
        ]
        .concat(),
    );
    let refused = counter.ask(ADMIN, TOWN, upload("/areas/import", CSV, file.clone())).await;
    assert_eq!(refused.told(), (422, "invalid_fields"));
    assert_eq!(
        refused.fields(),
        [
            "rows[3].code",
            "rows[4].level",
            "rows[5].parent",
            "rows[6].parent",
            "rows[7].code",
            "rows[8].name",
            "rows[9].code"
        ]
    );
    let forecast = counter.ask(ADMIN, TOWN, upload("/areas/import?dry_run=true", CSV, file)).await;
    assert_eq!((forecast.status, forecast.body["errors"].as_array().map(Vec::len)), (200, Some(7)));
    assert_eq!(counter.count("areas"), 7);
}

#[actix_web::test]
async fn a_province_of_a_thousand_areas_is_taken_in_a_moment() {
    let counter = Counter::new();
    let mut file = list("50,示例市,province,\n");
    for district in 101..141 {
        file += &format!("500{district},示例区,district,50\n");
        for town in 1..28 {
            file += &format!("500{district}{town:03},示例镇,town,500{district}\n");
        }
    }
    let by = wangge::platform::access::system("a test imports as the command line does");
    let began = std::time::Instant::now();
    let plan =
        wangge::features::areas::import(&counter.base.db, &by, file.into_bytes(), false).await.unwrap();
    let took = began.elapsed();
    assert_eq!((plan.errors, plan.tally.created + plan.tally.changed), (vec![], 1_121));
    assert!(took.as_millis() < 3_000, "{took:?}");
}
