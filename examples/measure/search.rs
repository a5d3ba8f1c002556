//! Measures the search over cases in an empty database: fills it with 200,000 hazards whose texts follow Zipf's law, files
//! them, and asks for first pages through the real routes. Prints a table and how much filing cost; `DATABASE_URL` decides
//! where. Fails when the median of a question is beyond the target.
//!
//! The questions are the ones that are hard for one index or another: a word that nearly every case has, one that few
//! have, two common ones that hardly meet, common words in one grid, for somebody who sees only their own cases, and with
//! a filter that the index does not know.

use std::num::NonZeroU32;
use std::time::{Duration, Instant};

use actix_web::test::{TestRequest, call_service, init_service, read_body};
use clap::Args;
use diesel::prelude::*;
use serde_json::{Value, json};
use uuid::Uuid;
use wangge::app::{self, House, application};
use wangge::base::clock::{Clock, Timestamp};
use wangge::base::id::Id;
use wangge::base::sensitive::{PersonName, Phone};
use wangge::each;
use wangge::features::cases::search::{Sizes, keep_up};
use wangge::platform::access::token::{Subject, SubjectKind};
use wangge::platform::access::{Session, Staff};
use wangge::platform::config::Settings;
use wangge::platform::db::schema::*;
use wangge::platform::db::{DbConnection, Doc};
use wangge::platform::telemetry::Measurements;
use wangge::platform::web::App;
use wangge::platform::web::limits::{Rate, Rates};

use crate::Failure;

type Any = Id<Staff>;

const TOWN: &str = "500114119";
const GRIDS: usize = 600;
const BATCH: usize = 500;
/// How many words there are.
const WORDS: usize = 3_000;

#[derive(Args)]
pub struct Line {
    /// How many hazards.
    #[arg(long, default_value_t = 200_000)]
    cases: usize,
    /// How often each question is asked.
    #[arg(long, default_value_t = 40)]
    times: usize,
    /// What the median of each question may take, milliseconds.
    #[arg(long, default_value_t = 50.0)]
    within_ms: f64,
}

pub fn run(line: &Line) -> Result<(), Failure> {
    let mut settings = Settings::load()?;
    let rate = Rate { per_minute: NonZeroU32::MAX, burst: NonZeroU32::MAX };
    settings.limits = Rates { account: rate, address: rate, auth: rate };
    actix_web::rt::System::new().block_on(async {
        app::commands::migrate(&settings)?;
        let house = House::build(&settings, Clock::System, Measurements::none())?;
        let words = Words::new();
        let mut c = settings.database.connect()?;
        let people = fill(&house.app, &mut c, &words, line.cases)?;
        if c.is_postgres() {
            diesel::sql_query("VACUUM ANALYZE").execute(&mut c)?;
        }
        drop(c);
        file(&house.app).await?;
        let slowest = ask(&house, &words, &people, line.times).await?;
        if slowest > line.within_ms {
            return Err(
                format!("a first page took {slowest:.1} ms, and may take {} ms", line.within_ms).into()
            );
        }
        Ok(())
    })
}

/// SplitMix64: the same texts each time.
struct Chance(u64);

impl Chance {
    fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// From 0 to 1, 1 left out.
    fn part(&mut self) -> f64 {
        (self.roll() >> 11) as f64 / (1_u64 << 53) as f64
    }
}

/// Two-character words, the most common first.
struct Words(Vec<String>);

impl Words {
    fn new() -> Self {
        let mut chance = Chance(7);
        let mut letter = || char::from_u32(0x4e00 + (chance.roll() % 2_500) as u32).unwrap_or('网');
        Self((0..WORDS).map(|_| [letter(), letter()].iter().collect()).collect())
    }

    /// A text of `n` words, each the rarer the later it stands among them.
    fn text(&self, chance: &mut Chance, n: usize) -> String {
        (0..n).map(|_| self.0[(WORDS as f64).powf(chance.part()) as usize - 1].as_str()).collect()
    }
}

/// Somebody of the staff and their token.
struct Someone {
    name: &'static str,
    token: String,
}

fn fill(app: &App, c: &mut DbConnection, words: &Words, cases: usize) -> Result<Vec<Someone>, Failure> {
    let grids: Vec<String> = (0..GRIDS).map(|n| format!("{TOWN}{}{:03}", 201 + n / 30, n % 30 + 1)).collect();
    survey(c, &grids, app.clock.now())?;
    let dispatcher = staff(app, c, "全镇调度员", "dispatcher", TOWN)?;
    let worker = staff(app, c, "一格网格员", "grid_worker", &grids[0])?;
    let mut chance = Chance(8);
    let start = app.clock.now().millis() - 300 * 86_400_000;
    for first in (0..cases).step_by(BATCH) {
        let batch: Vec<(usize, Any)> = (first..cases.min(first + BATCH)).map(|n| (n, Any::new())).collect();
        let at = |n: usize| Timestamp::from_millis(start + n as i64 * 100_000);
        let grid = |n: usize| &grids[n.wrapping_mul(7919) % grids.len()];
        let rows: Vec<_> = batch
            .iter()
            .map(|&(n, id)| {
                // Two words that every second case has, and that never meet but in one of a hundred thousand.
                let mark = if n % 100_000 == 7 { "单双" } else { ["单号", "双号"][n % 2] };
                let detail = format!("{mark}。{}", words.text(&mut chance, 60));
                let confidential = if n % 5 == 0 { "private" } else { "internal" };
                let phase = if n % 1000 == 3 { "working" } else { "closed" };
                (
                    (
                        cases::id.eq(id),
                        cases::no.eq(format!("YH-{TOWN}-2000-{n:07}")),
                        cases::kind.eq("hazard"),
                    ),
                    (cases::area_code.eq(grid(n)), cases::category.eq("fire"), cases::detail.eq(detail)),
                    (cases::title.eq(words.text(&mut chance, 6)), cases::source.eq("grid_patrol")),
                    (
                        cases::urgency.eq("normal"),
                        cases::confidential.eq(confidential),
                        cases::phase.eq(phase),
                    ),
                    (cases::address.eq("示例村二组"), cases::reporter_kind.eq("staff")),
                    (cases::reporter_id.eq(Any::from_uuid(Uuid::nil())), cases::occurred_at.eq(at(n))),
                    (cases::reported_at.eq(at(n)), cases::received_at.eq(at(n)), cases::updated_at.eq(at(n))),
                    cases::closed_at.eq((phase == "closed").then_some(at(n))),
                    (cases::content_hash.eq(vec![0_u8; 32]), cases::version.eq(1)),
                )
            })
            .collect();
        each!(c, c => diesel::insert_into(cases::table).values(rows).execute(c))?;
        let opened: Vec<_> = batch
            .iter()
            .map(|&(n, id)| {
                use timeline_entries as entry;
                (
                    (entry::id.eq(Any::new()), entry::case_id.eq(id), entry::case_kind.eq("hazard")),
                    (entry::area_code.eq(grid(n)), entry::version.eq(1), entry::at.eq(at(n))),
                    (entry::actor_kind.eq("staff"), entry::step.eq("report"), entry::to_state.eq("found")),
                    (entry::phase.eq("reported"), entry::hidden.eq(false)),
                )
            })
            .collect();
        each!(c, c => diesel::insert_into(timeline_entries::table).values(opened).execute(c))?;
    }
    Ok(vec![dispatcher, worker])
}

/// Enters the town, its villages and these grids, each below the one before it.
fn survey(c: &mut DbConnection, grids: &[String], now: Timestamp) -> Result<(), Failure> {
    let mut codes = vec![(&TOWN[..6], "district", None), (TOWN, "town", Some(&TOWN[..6]))];
    let villages = grids.iter().step_by(30).map(|grid| (&grid[..12], "village", Some(TOWN)));
    codes.extend(villages);
    codes.extend(grids.iter().map(|grid| (grid.as_str(), "grid", Some(&grid[..12]))));
    for (code, level, parent) in codes {
        let row = (
            (areas::code.eq(code), areas::name.eq("示例"), areas::level.eq(level), areas::parent.eq(parent)),
            (areas::version.eq(1), areas::updated_at.eq(now)),
        );
        diesel::insert_into(areas::table).values(row).execute(c)?;
    }
    Ok(())
}

fn staff(
    app: &App,
    c: &mut DbConnection,
    name: &'static str,
    role: &str,
    area: &str,
) -> Result<Someone, Failure> {
    let (id, session, now) = (Any::new(), Id::<Session>::new(), app.clock.now());
    let phone = Phone::parse(&format!("199{:08}", id.uuid().as_u128() % 100_000_000))?;
    let person = PersonName::parse("示例人员")?;
    let sealed = |p: wangge::base::Problem| p.to_string();
    let row = (
        (staff_members::id.eq(id), staff_members::area_code.eq(TOWN), staff_members::status.eq("active")),
        staff_members::name_sealed.eq(app.vault.seal_value(&person).map_err(sealed)?),
        staff_members::phone_sealed.eq(app.vault.seal_value(&phone).map_err(sealed)?),
        staff_members::phone_index.eq(app.vault.index_value(&phone)),
        (staff_members::password_history.eq(Doc(json!([]))), staff_members::sessions_since.eq(now)),
        (staff_members::version.eq(1), staff_members::created_at.eq(now), staff_members::updated_at.eq(now)),
    );
    diesel::insert_into(staff_members::table).values(row).execute(c)?;
    let post = (posts::id.eq(Any::new()), posts::staff_id.eq(id), posts::role.eq(role));
    let row = (post, posts::area_code.eq(area), posts::started_at.eq(now));
    diesel::insert_into(posts::table).values(row).execute(c)?;
    let row = (
        (sessions::id.eq(session), sessions::subject_kind.eq("staff"), sessions::subject_id.eq(id)),
        (sessions::device_kind.eq("phone"), sessions::device.eq("bench"), sessions::rotated_at.eq(now)),
        sessions::refresh_hash.eq(session.uuid().as_bytes().to_vec()),
        (sessions::created_at.eq(now), sessions::expires_at.eq(Timestamp::from_millis(4_000_000_000_000))),
    );
    diesel::insert_into(sessions::table).values(row).execute(c)?;
    let subject = Subject { kind: SubjectKind::Staff, id: id.uuid(), session };
    Ok(Someone { name, token: app.tokens.issue(subject, now).map_err(|p| p.to_string())?.0 })
}

/// Files everything, and tells how long that took and how long the writes in between waited for it.
async fn file(app: &App) -> Result<(), Failure> {
    let began = Instant::now();
    let filing = async {
        let filed = keep_up(&app.db, Sizes::default(), |_| ()).await.map_err(|p| p.to_string());
        (filed, began.elapsed())
    };
    let mut longest = Duration::ZERO;
    let beside = async {
        loop {
            let asked = Instant::now();
            if app.db.write(|_| Ok(())).await.is_ok() {
                longest = longest.max(asked.elapsed());
            }
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    };
    let (filed, took) = tokio::select! { done = filing => done, () = beside => unreachable!() };
    let filed = filed?;
    println!(
        "{filed} cases filed in {:.1} s, {:.0} us each; a write beside it waited {:.0} ms at most",
        took.as_secs_f64(),
        took.as_secs_f64() * 1e6 / filed.max(1) as f64,
        longest.as_secs_f64() * 1e3
    );
    Ok(())
}

/// Asks each question so many times; answers the median of the one that took longest, milliseconds.
async fn ask(house: &House, words: &Words, people: &[Someone], times: usize) -> Result<f64, Failure> {
    let service = init_service(application(house.clone())).await;
    let [dispatcher, worker] = people else { return Err("two people".into()) };
    let (first, second, rare) = (&words.0[0], &words.0[1], &words.0[WORDS - 1]);
    let mut slowest = 0.0_f64;
    println!("| who | question | found | p50 ms | p99 ms |\n|---|---|---|---|---|");
    for (who, what, q, more) in [
        (dispatcher, "no words (the list)", String::new(), ""),
        (dispatcher, "the most common word", first.clone(), ""),
        (dispatcher, "a rare word", rare.clone(), ""),
        (dispatcher, "no such word", "龘龘".to_owned(), ""),
        (dispatcher, "one character", "单".to_owned(), ""),
        (dispatcher, "two common words", format!("{first} {second}"), ""),
        (dispatcher, "two common words that hardly meet", "单号 双号".to_owned(), ""),
        (dispatcher, "a common and a rare word", format!("{first} {rare}"), ""),
        (dispatcher, "a rare word of four characters", format!("{}{}", words.0[0], words.0[40]), ""),
        (dispatcher, "a case number", format!("YH-{TOWN}-2000-0000042"), ""),
        (dispatcher, "a common word, few of the phase", first.clone(), "&phase=working"),
        (dispatcher, "a rare word, few of the phase", rare.clone(), "&phase=working"),
        (dispatcher, "a common word, none overdue", first.clone(), "&overdue=true"),
        (dispatcher, "a common word in one grid", first.clone(), "&area=500114119201001"),
        (worker, "a common word", first.clone(), ""),
        (worker, "a rare word", rare.clone(), ""),
        (worker, "a common word, reported by me", first.clone(), "&view=mine"),
    ] {
        let (mut took, mut found) = (Vec::new(), String::new());
        for n in 0..times + 3 {
            let escaped: String = q.bytes().map(|byte| format!("%{byte:02X}")).collect();
            let request = TestRequest::get().uri(&format!("/api/v1/cases?q={escaped}{more}"));
            let request = request.insert_header(("Authorization", format!("Bearer {}", who.token)));
            let asked = Instant::now();
            let answer = call_service(&service, request.to_request()).await;
            let (status, body) = (answer.status(), read_body(answer).await);
            if n >= 3 {
                took.push(asked.elapsed());
            }
            let body: Value = serde_json::from_slice(&body)?;
            if !status.is_success() {
                return Err(format!("{what}: {status} {body}").into());
            }
            let more = if body["next"].is_string() { " and more" } else { "" };
            found = format!("{}{more}", body["items"].as_array().map_or(0, Vec::len));
        }
        took.sort();
        let at = |part: f64| took[((took.len() - 1) as f64 * part) as usize].as_secs_f64() * 1e3;
        slowest = slowest.max(at(0.5));
        println!("| {} | {what} | {found} | {:.1} | {:.1} |", who.name, at(0.5), at(0.99));
    }
    Ok(slowest)
}
