//! Fills an empty town for measuring: 600 grids, 200,000 hazards, 10,000 households with a WeChat user each, 200
//! published notices and 60 that wait for their publication; writes the manifest that the load driver reads.
//!
//! It writes rows directly, because walking 200,000 reports through the API would take longer than measuring;
//! the counters are added by the same call that the API uses, so `wangge counters verify` holds. `tokens` writes new
//! tokens into the manifest, which live fifteen minutes.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use serde_json::{Value, json};
use uuid::Uuid;
use wangge::app;
use wangge::base::area_code::AreaCode;
use wangge::base::clock::{Clock, Timestamp};
use wangge::base::id::Id;
use wangge::base::sensitive::{Address, PersonName, Phone};
use wangge::each;
use wangge::platform::access::token::{Subject, SubjectKind};
use wangge::platform::access::{Session, Staff};
use wangge::platform::config::Settings;
use wangge::platform::counters;
use wangge::platform::db::schema::*;
use wangge::platform::db::{DbConnection, Doc, Tx};
use wangge::platform::web::App;

use crate::Failure;

type Any = Id<Staff>;

const TOWN: &str = "500114119";
const VILLAGES: u32 = 20;
const GRIDS: u32 = 30;
const BATCH: usize = 500;
const FIELDS: [&str; 6] = ["road_traffic", "fire", "gas", "electricity", "geology", "water"];

#[derive(Args)]
pub struct Line {
    #[command(subcommand)]
    command: Command,
    /// Where the manifest is.
    #[arg(long, global = true, default_value = "bench.json")]
    manifest: PathBuf,
    /// Where the server will listen.
    #[arg(long, global = true, default_value = "http://127.0.0.1:8080")]
    base: String,
}

#[derive(Subcommand)]
enum Command {
    /// Fills the town that the settings name, and writes the manifest.
    Seed {
        /// How many hazards.
        #[arg(long, default_value_t = 200_000)]
        cases: usize,
        /// How many households.
        #[arg(long, default_value_t = 10_000)]
        households: usize,
    },
    /// Writes new tokens into the manifest.
    Tokens,
}

pub fn run(line: Line) -> Result<(), Failure> {
    let settings = Settings::load()?;
    actix_web::rt::System::new().block_on(async {
        app::commands::migrate(&settings)?;
        let app = app::app(&settings, Clock::System)?;
        match line.command {
            Command::Seed { cases, households } => {
                let mut c = settings.database.connect()?;
                let manifest = seed(&app, &mut c, &line.base, cases, households)?;
                count(&app, &mut c).await?;
                write(&line.manifest, &manifest)
            }
            Command::Tokens => {
                let mut manifest: Value = serde_json::from_slice(&std::fs::read(&line.manifest)?)?;
                manifest["base"] = line.base.into();
                sign_in(&app, &mut manifest)?;
                write(&line.manifest, &manifest)
            }
        }
    })
}

fn write(path: &Path, manifest: &Value) -> Result<(), Failure> {
    Ok(std::fs::write(path, serde_json::to_vec(manifest)?)?)
}

fn seed(app: &App, c: &mut DbConnection, base: &str, cases: usize, homes: usize) -> Result<Value, Failure> {
    let grids = survey(app, c)?;
    let (worker, officer) = (staff(app, c, &["dispatcher"])?, staff(app, c, &OFFICE)?);
    let residents = people(app, c, &grids, homes)?;
    // Counted as the migration counts those of an old town; what SQLite runs PostgreSQL runs, too.
    c.batch_execute(include_str!("../../migrations/sqlite/2026-11-26-002300_census/up.sql"))?;
    let case_ids = hazards(app, c, &grids, worker.0, cases)?;
    let notices = write_notices(app, c, officer.0)?;
    let people: Vec<_> = residents.iter().take(256).collect();
    let mut manifest = json!({
        "base": base, "town": TOWN, "grids": grids, "case_ids": case_ids, "notices": notices, "households": homes,
        "people": { "worker": worker, "staff": officer, "residents": people }
    });
    sign_in(app, &mut manifest)?;
    Ok(manifest)
}

const OFFICE: [&str; 3] = ["station_officer", "approver", "publicity_officer"];

/// Somebody and their session.
#[derive(serde::Serialize, serde::Deserialize)]
struct Somebody(Uuid, Uuid);

fn sign_in(app: &App, manifest: &mut Value) -> Result<(), Failure> {
    let token = |kind, who: &Value| -> Result<Value, Failure> {
        let Somebody(id, session) = serde_json::from_value(who.clone())?;
        let subject = Subject { kind, id, session: Id::<Session>::from_uuid(session) };
        Ok(app.tokens.issue(subject, app.clock.now()).map_err(|p| p.to_string())?.0.into())
    };
    let people = manifest["people"].clone();
    let residents = people["residents"].as_array().into_iter().flatten();
    let residents: Result<Vec<Value>, _> = residents.map(|who| token(SubjectKind::Resident, who)).collect();
    manifest["tokens"] = json!({
        "worker": token(SubjectKind::Staff, &people["worker"])?,
        "staff": token(SubjectKind::Staff, &people["staff"])?,
        "residents": residents?
    });
    Ok(())
}

fn survey(app: &App, c: &mut DbConnection) -> Result<Vec<String>, Failure> {
    let mut codes = vec![("500114".to_owned(), "district"), (TOWN.to_owned(), "town")];
    codes.extend((0..VILLAGES).map(|v| (format!("{TOWN}{}", 201 + v), "village")));
    let grid = |v: u32, g: u32| format!("{TOWN}{}{:03}", 201 + v, g + 1);
    let grids: Vec<String> = (0..VILLAGES).flat_map(|v| (0..GRIDS).map(move |g| grid(v, g))).collect();
    codes.extend(grids.iter().map(|code| (code.clone(), "grid")));
    for (code, level) in &codes {
        let parent = codes.iter().map(|(p, _)| p).filter(|p| code.starts_with(*p) && p.len() < code.len());
        let parent = parent.max_by_key(|p| p.len());
        let row = (
            (areas::code.eq(code), areas::name.eq("示例"), areas::level.eq(level), areas::parent.eq(parent)),
            (areas::version.eq(1), areas::updated_at.eq(app.clock.now())),
        );
        diesel::insert_into(areas::table).values(row).execute(c)?;
    }
    Ok(grids)
}

fn session(c: &mut DbConnection, kind: &str, who: Uuid, now: Timestamp) -> Result<Somebody, Failure> {
    let id = Id::<Session>::new();
    let row = (
        (sessions::id.eq(id), sessions::subject_kind.eq(kind), sessions::subject_id.eq(Any::from_uuid(who))),
        (sessions::device_kind.eq("phone"), sessions::device.eq("bench"), sessions::rotated_at.eq(now)),
        sessions::refresh_hash.eq(id.uuid().as_bytes().to_vec()),
        (sessions::created_at.eq(now), sessions::expires_at.eq(Timestamp::from_millis(4_000_000_000_000))),
    );
    diesel::insert_into(sessions::table).values(row).execute(c)?;
    Ok(Somebody(who, id.uuid()))
}

fn staff(app: &App, c: &mut DbConnection, roles: &[&str]) -> Result<Somebody, Failure> {
    let (id, now) = (Any::new(), app.clock.now());
    let phone = Phone::parse(&format!("199{:08}", id.uuid().as_u128() % 100_000_000))?;
    let name = PersonName::parse("示例人员")?;
    let row = (
        (staff_members::id.eq(id), staff_members::area_code.eq(TOWN), staff_members::status.eq("active")),
        staff_members::name_sealed.eq(app.vault.seal_value(&name).map_err(|p| p.to_string())?),
        staff_members::phone_sealed.eq(app.vault.seal_value(&phone).map_err(|p| p.to_string())?),
        staff_members::phone_index.eq(app.vault.index_value(&phone)),
        (staff_members::password_history.eq(Doc(json!([]))), staff_members::sessions_since.eq(now)),
        (staff_members::version.eq(1), staff_members::created_at.eq(now), staff_members::updated_at.eq(now)),
    );
    diesel::insert_into(staff_members::table).values(row).execute(c)?;
    for role in roles {
        let post = (posts::id.eq(Any::new()), posts::staff_id.eq(id), posts::role.eq(*role));
        let row = (post, posts::area_code.eq(TOWN), posts::started_at.eq(now));
        diesel::insert_into(posts::table).values(row).execute(c)?;
    }
    session(c, "staff", id.uuid(), now)
}

fn people(app: &App, c: &mut DbConnection, grids: &[String], homes: usize) -> Result<Vec<Somebody>, Failure> {
    let now = app.clock.now();
    let seal = |p: wangge::base::Problem| p.to_string();
    let address = app.vault.seal_value(&Address::parse("示例村1组1号")?).map_err(seal)?;
    let name = PersonName::parse("示例居民")?;
    let (sealed, index) = (app.vault.seal_value(&name).map_err(seal)?, app.vault.index_value(&name));
    // Grid by grid, as a town enters its register.
    let grid = |n: usize| &grids[n * grids.len() / homes.max(1)];
    let ids: Vec<(Any, Any, &String)> = (0..homes).map(|n| (Any::new(), Any::new(), grid(n))).collect();
    for batch in ids.chunks(BATCH) {
        let rows: Vec<_> = batch
            .iter()
            .map(|(home, _, grid)| {
                (
                    (
                        households::id.eq(home),
                        households::area_code.eq(*grid),
                        households::town_code.eq(TOWN),
                    ),
                    (households::code.eq(home.to_string()), households::address_sealed.eq(&address)),
                    (
                        households::smartphone.eq("yes"),
                        households::members.eq(1),
                        households::status.eq("living"),
                    ),
                    (
                        households::version.eq(1),
                        households::created_at.eq(now),
                        households::updated_at.eq(now),
                    ),
                )
            })
            .collect();
        each!(c, c => diesel::insert_into(households::table).values(rows).execute(c))?;
        let rows: Vec<_> = batch
            .iter()
            .map(|(home, person, grid)| {
                (
                    (
                        residents::id.eq(person),
                        residents::household_id.eq(home),
                        residents::area_code.eq(*grid),
                    ),
                    (residents::name_sealed.eq(&sealed), residents::name_index.eq(&index)),
                    (residents::relation.eq("head"), residents::version.eq(1)),
                    (residents::created_at.eq(now), residents::updated_at.eq(now)),
                )
            })
            .collect();
        each!(c, c => diesel::insert_into(residents::table).values(rows).execute(c))?;
        let appid = app.wechat.as_ref().map_or("", |wechat| wechat.appid());
        let rows: Vec<_> = batch
            .iter()
            .map(|(_, person, _)| {
                (
                    (wx_identities::id.eq(Any::new()), wx_identities::appid.eq(appid)),
                    (
                        wx_identities::openid.eq(person.to_string()),
                        wx_identities::subject_kind.eq("resident"),
                    ),
                    (wx_identities::subject_id.eq(Some(*person)), wx_identities::linked_at.eq(Some(now))),
                    (wx_identities::last_visit_at.eq(now), wx_identities::created_at.eq(now)),
                )
            })
            .collect();
        each!(c, c => diesel::insert_into(wx_identities::table).values(rows).execute(c))?;
    }
    let readers = ids.iter().step_by((homes / 256).max(1)).take(256);
    readers.map(|(_, person, _)| session(c, "resident", person.uuid(), now)).collect()
}

fn hazards(
    app: &App,
    c: &mut DbConnection,
    grids: &[String],
    by: Uuid,
    cases: usize,
) -> Result<Vec<String>, Failure> {
    let start = app.clock.now().millis() - 300 * 86_400_000;
    let detail = "示例:急弯处护栏两根立柱松动,雨天有车辆冲出风险,请尽快加固。".repeat(5);
    let mut shown = Vec::new();
    for first in (0..cases).step_by(BATCH) {
        let batch: Vec<(usize, Any)> = (first..cases.min(first + BATCH)).map(|n| (n, Any::new())).collect();
        let at = |n: usize| Timestamp::from_millis(start + n as i64 * 100_000);
        let field = |n: usize| FIELDS[n % FIELDS.len()];
        let grid = |n: usize| &grids[n.wrapping_mul(7919) % grids.len()];
        let rows: Vec<_> = batch
            .iter()
            .map(|&(n, id)| {
                (
                    (
                        cases::id.eq(id),
                        cases::no.eq(format!("YH-{TOWN}-2000-{n:07}")),
                        cases::kind.eq("hazard"),
                    ),
                    (
                        cases::area_code.eq(grid(n)),
                        cases::category.eq(field(n)),
                        cases::title.eq("弯道护栏松动"),
                    ),
                    (cases::detail.eq(&detail), cases::source.eq("grid_patrol"), cases::urgency.eq("normal")),
                    (cases::confidential.eq("internal"), cases::phase.eq("reported")),
                    (
                        cases::lat.eq(Some(29.42)),
                        cases::lng.eq(Some(108.71)),
                        cases::reporter_kind.eq("staff"),
                    ),
                    (cases::reporter_id.eq(Any::from_uuid(by)), cases::occurred_at.eq(at(n))),
                    (cases::reported_at.eq(at(n)), cases::received_at.eq(at(n)), cases::updated_at.eq(at(n))),
                    (cases::content_hash.eq(vec![0_u8; 32]), cases::version.eq(1)),
                )
            })
            .collect();
        each!(c, c => diesel::insert_into(cases::table).values(rows).execute(c))?;
        let rows: Vec<_> = batch
            .iter()
            .map(|&(n, id)| {
                (
                    (hazards::case_id.eq(id), hazards::area_code.eq(grid(n)), hazards::state.eq("found")),
                    (hazards::field.eq(field(n)), hazards::rework_count.eq(0)),
                )
            })
            .collect();
        each!(c, c => diesel::insert_into(hazards::table).values(rows).execute(c))?;
        let ids = batch.iter().filter(|(n, _)| n % 20 == 0);
        shown.extend(ids.map(|(_, id)| id.to_string().replace("staff_", "hazard_")));
    }
    Ok(shown)
}

fn write_notices(app: &App, c: &mut DbConnection, by: Uuid) -> Result<Vec<String>, Failure> {
    let now = app.clock.now();
    let mut waiting = Vec::new();
    for n in 0..260 {
        let (id, published) = (Any::new(), n < 200);
        let at = Timestamp::from_millis(now.millis() - 1_000_000 + n * 1000);
        let row = (
            (
                notices::id.eq(id),
                notices::area_code.eq(TOWN),
                notices::kind.eq("education"),
                notices::wechat.eq(true),
                notices::channels.eq(Doc(json!({ "order": ["wx_subscribe"], "together": false }))),
            ),
            (notices::title.eq("谨防刷单返利"), notices::body.eq("示例:先返小利、再骗大钱。".repeat(10))),
            notices::state.eq(if published { "published" } else { "approved" }),
            (notices::drafted_by.eq(Any::from_uuid(by)), notices::published_at.eq(published.then_some(at))),
            (notices::content_hash.eq(vec![0_u8; 32]), notices::version.eq(1)),
            // Its deliveries were written then: otherwise the server writes them half an hour later, in the middle of a drill.
            (
                notices::fanned_out_at.eq(published.then_some(at)),
                notices::checked_at.eq(published.then_some(at)),
            ),
            (notices::created_at.eq(at), notices::updated_at.eq(at)),
        );
        diesel::insert_into(notices::table).values(row).execute(c)?;
        let area = (notice_areas::notice_id.eq(id), notice_areas::area_code.eq(TOWN));
        let row = (area, notice_areas::published_at.eq(published.then_some(at)));
        diesel::insert_into(notice_areas::table).values(row).execute(c)?;
        waiting.extend((!published).then(|| id.to_string().replace("staff_", "notice_")));
    }
    Ok(waiting)
}

/// Adds what the rows come to, by the call that the API uses.
async fn count(app: &App, c: &mut DbConnection) -> Result<(), Failure> {
    let rows: Vec<(AreaCode, String, Timestamp)> =
        cases::table.select((cases::area_code, cases::category, cases::received_at)).load(c)?;
    let mut groups: BTreeMap<(AreaCode, String, String), i64> = BTreeMap::new();
    for (area, category, at) in rows {
        *groups.entry((area, category, at.local_month())).or_default() += 1;
    }
    let groups: Vec<_> = groups.into_iter().collect();
    let add = move |tx: &mut Tx| {
        for ((area, category, month), n) in &groups {
            let keys = [
                "p:hazard:reported".to_owned(),
                format!("c:hazard:reported:{category}"),
                format!("m:hazard:{month}"),
            ];
            counters::add(tx, "cases", area, &[&keys[0], &keys[1], &keys[2]], *n)?;
        }
        Ok(())
    };
    app.db.write(add).await.map_err(|p| p.to_string())?;
    counters::fold_all(&app.db).await.map_err(|p| p.to_string().into())
}
