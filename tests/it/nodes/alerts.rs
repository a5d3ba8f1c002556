//! Two processes that tell what is due: each point once.

use std::time::{Duration, Instant};

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use wangge::platform::db::{DatabaseUrl, DbConnection, DbSettings};

use super::program::Program;
use super::{KEYS, on_postgres};

/// More than one batch.
const CASES: i64 = 300;
const PATIENCE: Duration = Duration::from_secs(60);

#[derive(QueryableByName)]
struct Number {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

fn number(c: &mut DbConnection, query: &str) -> i64 {
    diesel::sql_query(query).get_result::<Number>(c).unwrap().n
}

#[actix_web::test]
async fn two_processes_tell_each_point_once() {
    let Some((url, _place)) = on_postgres() else {
        eprintln!("skipped: two nodes need one PostgreSQL (.ci/with-postgres)");
        return;
    };
    let settings = DbSettings { url: DatabaseUrl::Postgres(url.clone()), replica: None, connections: 1 };
    let mut c = settings.connect().unwrap();
    // Reports of long ago that nobody has accepted: a warning and two levels each. Their times are whole, as the program's
    // own are: it keeps milliseconds, and PostgreSQL's `now()` has a thousandth of them more.
    c.batch_execute(&format!(
        "INSERT INTO cases (id, no, kind, area_code, category, title, detail, source, urgency, confidential, phase,
           reporter_kind, reporter_id, occurred_at, reported_at, received_at, due_on, content_hash, version, updated_at)
         SELECT md5('case' || n)::uuid, '示例' || n, 'hazard', '500114119201001', 'fire', '示例', '示例', 'grid_patrol',
           'normal', 'internal', 'reported', 'staff', md5('one')::uuid, now() - interval '9 days', now() - interval '9 days',
           now() - interval '9 days', current_date - 8, 'x', 1, now() - interval '9 days'
         FROM generate_series(1, {CASES}) AS n;
         INSERT INTO clocks (id, case_id, area_code, rule, state, started_at, due_on, legal_due_on, due_at, paused_seconds,
           next_at)
         SELECT md5('clock' || n)::uuid, md5('case' || n)::uuid, '500114119201001', 'SJ-ACCEPT', 'running',
           day - interval '1 day', day::date, day::date, day, 0, day - interval '4 hours'
         FROM generate_series(1, {CASES}) AS n, date_trunc('day', now() - interval '8 days') AS day"
    ))
    .unwrap();
    let folder = tempfile::tempdir().unwrap();
    let of = |name: &str| {
        Program::new(&folder.path().join(name), &[&[("DATABASE_URL", url.as_str())], &KEYS[..]].concat())
    };
    let (east, west) = (of("east"), of("west"));
    let (east, west) = (east.start("work"), west.start("work"));
    let began = Instant::now();
    while number(&mut c, "SELECT COUNT(*) AS n FROM clocks WHERE next_at IS NOT NULL") > 0 {
        assert!(began.elapsed() < PATIENCE, "not everything was told");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert!(east.stop() && west.stop());
    let told = "SELECT COUNT(*) AS n FROM clock_alerts WHERE told_at - at > interval '1 day'";
    assert_eq!(number(&mut c, told), 3 * CASES, "a warning and two levels for each, late");
    let counted = "SELECT COALESCE(SUM(n), 0)::bigint AS n FROM counter_deltas WHERE book = 'escalations'";
    let folded = "SELECT COALESCE(SUM(n), 0)::bigint AS n FROM counters WHERE book = 'escalations' AND length(area_code) = 15";
    assert_eq!(number(&mut c, counted) + number(&mut c, folded), 2 * CASES);
}
