//! How long publication takes: a notice to one town, and one to a municipality of 40 districts, 30,000 grids and
//! 12,000,000 households; through the router, on a database of its own that the settings name. And how long its coverage takes to
//! read. Prints a line for each; judges nothing.

use std::num::NonZeroU32;
use std::time::Instant;

use actix_web::http::Method;
use actix_web::test::{TestRequest, call_service, init_service, read_body};
use clap::Args;
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use serde_json::{Value, json};
use wangge::app::{House, application, commands};
use wangge::base::clock::{Clock, Timestamp};
use wangge::base::id::Id;
use wangge::base::sensitive::{PersonName, Phone};
use wangge::features::notices::Notice;
use wangge::platform::access::token::{Subject, SubjectKind};
use wangge::platform::access::{Session, Staff};
use wangge::platform::config::Settings;
use wangge::platform::db::schema::{areas, posts, sessions, staff_members};
use wangge::platform::db::{DbConnection, Doc};
use wangge::platform::telemetry::Measurements;
use wangge::platform::web::limits::{Rate, Rates};

use crate::Failure;

const DISTRICTS: usize = 40;
/// The first town of the first district.
const TOWN: &str = "501000100";

#[derive(Args)]
pub struct Line {
    /// How many notices of each size are published.
    #[arg(long, default_value_t = 5)]
    times: usize,
}

pub fn run(line: &Line) -> Result<(), Failure> {
    let mut settings = Settings::load()?;
    let rate = Rate { per_minute: NonZeroU32::MAX, burst: NonZeroU32::MAX };
    settings.limits = Rates { account: rate, address: rate, auth: rate };
    actix_web::rt::System::new().block_on(async {
        commands::migrate(&settings)?;
        let mut c = settings.database.connect()?;
        c.batch_execute(include_str!("municipality.sql"))?;
        let house = House::build(&settings, Clock::System, Measurements::none())?;
        let row = (
            (areas::code.eq(TOWN), areas::name.eq("示例"), areas::level.eq("town")),
            (areas::parent.eq(Some(&TOWN[..6])), areas::version.eq(1), areas::updated_at.eq(house.app.clock.now())),
        );
        diesel::insert_into(areas::table).values(row).execute(&mut c)?;
        if c.is_postgres() {
            diesel::sql_query("VACUUM ANALYZE").execute(&mut c)?;
        }
        let writer = staff(&house, &mut c, "publicity_officer")?;
        let approver = staff(&house, &mut c, "approver")?;
        let districts: Vec<String> = (0..DISTRICTS).map(|n| format!("50{}", 1000 + n)).collect();
        println!("| notice to | publication ms | coverage ms | bytes of coverage |\n|---|---|---|---|");
        for (what, areas) in [("one town", vec![TOWN.to_owned()]), ("the municipality", districts)] {
            for _ in 0..line.times {
                let id = Id::<Notice>::new();
                let path = format!("/api/v1/notices/{id}");
                let draft = json!({ "id": id, "kind": "education", "title": "(示例)谨防刷单", "body": "示例", "areas": areas });
                ask(&house, &writer, Method::POST, "/api/v1/notices", None, draft).await?;
                ask(&house, &writer, Method::POST, &format!("{path}/submission"), Some(1), Value::Null).await?;
                ask(&house, &approver, Method::POST, &format!("{path}/approval"), Some(2), Value::Null).await?;
                let published = format!("{path}/publication");
                let (took, _) = ask(&house, &writer, Method::POST, &published, Some(3), Value::Null).await?;
                let coverage = format!("{path}/coverage");
                let (read, bytes) = ask(&house, &writer, Method::GET, &coverage, None, Value::Null).await?;
                println!("| {what} | {took:.0} | {read:.0} | {bytes} |");
            }
        }
        Ok(())
    })
}

/// Asks for what must succeed; milliseconds and bytes of the answer.
async fn ask(
    house: &House,
    token: &str,
    method: Method,
    path: &str,
    version: Option<i32>,
    body: Value,
) -> Result<(f64, usize), Failure> {
    let service = init_service(application(house.clone())).await;
    let mut request = TestRequest::default().method(method).uri(path);
    request = request.insert_header(("Authorization", format!("Bearer {token}")));
    if let Some(version) = version {
        request = request.insert_header(("If-Match", format!("\"{version}\"")));
    }
    let request = if body.is_null() { request } else { request.set_json(body) };
    let asked = Instant::now();
    let answer = call_service(&service, request.to_request()).await;
    let (status, bytes) = (answer.status(), read_body(answer).await);
    let took = asked.elapsed().as_secs_f64() * 1e3;
    if status.is_success() {
        return Ok((took, bytes.len()));
    }
    Err(format!("{path}: {status} {}", String::from_utf8_lossy(&bytes)).into())
}

/// Somebody with a post in each district, signed in; answers the token.
fn staff(house: &House, c: &mut DbConnection, role: &str) -> Result<String, Failure> {
    let app = &house.app;
    let (id, session, now) = (Id::<Staff>::new(), Id::<Session>::new(), app.clock.now());
    let phone = Phone::parse(&format!("199{:08}", id.uuid().as_u128() % 100_000_000))?;
    let sealed = |p: wangge::base::Problem| p.to_string();
    let row = (
        (
            staff_members::id.eq(id),
            staff_members::area_code.eq(&TOWN[..6]),
            staff_members::status.eq("active"),
        ),
        staff_members::name_sealed
            .eq(app.vault.seal_value(&PersonName::parse("示例人员")?).map_err(sealed)?),
        staff_members::phone_sealed.eq(app.vault.seal_value(&phone).map_err(sealed)?),
        staff_members::phone_index.eq(app.vault.index_value(&phone)),
        (staff_members::password_history.eq(Doc(json!([]))), staff_members::sessions_since.eq(now)),
        (staff_members::version.eq(1), staff_members::created_at.eq(now), staff_members::updated_at.eq(now)),
    );
    diesel::insert_into(staff_members::table).values(row).execute(c)?;
    for n in 0..DISTRICTS {
        let post = (posts::id.eq(Id::<Staff>::new()), posts::staff_id.eq(id), posts::role.eq(role));
        let row = (post, posts::area_code.eq(format!("50{}", 1000 + n)), posts::started_at.eq(now));
        diesel::insert_into(posts::table).values(row).execute(c)?;
    }
    let row = (
        (sessions::id.eq(session), sessions::subject_kind.eq("staff"), sessions::subject_id.eq(id)),
        (sessions::device_kind.eq("phone"), sessions::device.eq("bench"), sessions::rotated_at.eq(now)),
        sessions::refresh_hash.eq(session.uuid().as_bytes().to_vec()),
        (sessions::created_at.eq(now), sessions::expires_at.eq(Timestamp::from_millis(4_000_000_000_000))),
    );
    diesel::insert_into(sessions::table).values(row).execute(c)?;
    let subject = Subject { kind: SubjectKind::Staff, id: id.uuid(), session };
    Ok(app.tokens.issue(subject, now).map_err(|p| p.to_string())?.0)
}
