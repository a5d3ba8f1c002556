//! A notice to a municipality: 40 districts, 1,000 towns, 30,000 grids, 12,000,000 households.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use serde_json::{Value, json};
use wangge::base::id::Id;
use wangge::features::notices::Notice;
use wangge::platform::access::Role;
use wangge::platform::db::DbConnection;

use crate::town::{Person, Town};

const DISTRICTS: usize = 40;
/// A town of the first district, and a village of it.
const SMALL_TOWN: &str = "501000100";
const VILLAGE: &str = "501000100201";
/// What one publication may write, in bytes.
const MOST_WRITTEN: i64 = 1_000_000;

fn districts() -> Vec<String> {
    (0..DISTRICTS).map(|n| format!("50{}", 1000 + n)).collect()
}

fn settled() -> Town {
    let town = Town::new();
    let mut c = town.connect();
    c.batch_execute(include_str!("../../../examples/measure/municipality.sql")).unwrap();
    for (code, level, parent) in [(SMALL_TOWN, "town", "501000"), (VILLAGE, "village", SMALL_TOWN)] {
        c.batch_execute(&format!(
            "INSERT INTO areas (code, name, level, parent, version, updated_at) \
             VALUES ('{code}', '示例', '{level}', '{parent}', 1, '2026-03-01T00:00:00.000Z')"
        ))
        .unwrap();
    }
    town
}

fn everywhere(town: &Town, role: Role) -> Person {
    let districts = districts();
    let person = town.staff(role, &districts[0]);
    for district in &districts[1..] {
        town.appoint(&person, role, district);
    }
    person
}

/// A notice for all districts that waits for its publication, and its path.
async fn approved(town: &Town, writer: &Person) -> String {
    let approver = everywhere(town, Role::Approver);
    let id = Id::<Notice>::new();
    let body = json!({ "id": id, "kind": "education", "title": "(示例)谨防刷单", "body": "示例", "areas": districts() });
    let answer = writer.post(town, "/api/v1/notices", body).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    let path = format!("/api/v1/notices/{id}");
    for (who, noun, version) in [(writer, "submission", 1), (&approver, "approval", 2)] {
        let answer = who.step(town, &format!("{path}/{noun}"), version, json!({})).await;
        assert_eq!(answer.status, 200, "{noun}: {answer:?}");
    }
    path
}

#[derive(QueryableByName)]
struct Named {
    #[diesel(sql_type = Text)]
    name: String,
}

#[derive(QueryableByName)]
struct Number {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

fn number(c: &mut DbConnection, text: &str) -> i64 {
    diesel::sql_query(text).get_result::<Number>(c).unwrap().n
}

fn names(c: &mut DbConnection, text: &str) -> Vec<String> {
    diesel::sql_query(text).load::<Named>(c).unwrap().into_iter().map(|row| row.name).collect()
}

/// The sum of the sizes of all columns of all rows, by table.
fn bytes(c: &mut DbConnection) -> Vec<(String, i64)> {
    let tables = if c.is_postgres() {
        "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
    } else {
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY 1"
    };
    let tables = names(c, tables);
    let size = |table: String| {
        let row = if c.is_postgres() {
            "pg_column_size(t)".to_owned()
        } else {
            let columns = names(c, &format!("SELECT name FROM pragma_table_info('{table}')"));
            let column = |name| format!("COALESCE(LENGTH(CAST(\"{name}\" AS BLOB)), 0)");
            columns.into_iter().map(column).collect::<Vec<_>>().join(" + ")
        };
        let n = number(c, &format!("SELECT CAST(COALESCE(SUM({row}), 0) AS BIGINT) AS n FROM \"{table}\" t"));
        (table, n)
    };
    tables.into_iter().map(size).collect()
}

#[actix_web::test]
async fn publishing_to_a_municipality_writes_less_than_a_megabyte() {
    let town = settled();
    let writer = everywhere(&town, Role::PublicityOfficer);
    let path = approved(&town, &writer).await;
    let before = bytes(&mut town.connect());
    let published = writer.step(&town, &format!("{path}/publication"), 3, json!({})).await;
    assert_eq!(published.status, 200, "{published:?}");
    let after = bytes(&mut town.connect());
    // The notice and its areas were there before and are written anew; of the rest counts what came.
    let written = before.iter().zip(&after).map(|((table, before), (_, after))| {
        (table, if table.starts_with("notice") { *after } else { after - before })
    });
    let written: Vec<_> = written.filter(|(_, n)| *n != 0).collect();
    let all: i64 = written.iter().map(|(_, n)| n.abs()).sum();
    assert!(all < MOST_WRITTEN, "{all}: {written:?}");
    let counts = written.iter().find(|(table, _)| *table == "frozen_counts").unwrap().1;
    assert!(counts > 30_000 * 4, "four numbers for each grid: {counts}");
    assert_eq!(number(&mut town.connect(), "SELECT COUNT(*) AS n FROM frozen_counts"), 1000);
}

#[actix_web::test]
async fn the_coverage_of_a_municipality_is_told_in_parts() {
    let town = settled();
    let writer = everywhere(&town, Role::PublicityOfficer);
    let path = approved(&town, &writer).await;
    assert_eq!(writer.step(&town, &format!("{path}/publication"), 3, json!({})).await.status, 200);
    let coverage = format!("{path}/coverage");
    let listed = |body: &Value| {
        ["districts", "towns", "villages", "grids"].map(|level| body[level].as_array().unwrap().len())
    };
    let all = writer.get(&town, &coverage).await.body;
    assert_eq!((&all["households"], listed(&all)), (&json!(12_000_000), [40, 1000, 0, 0]));
    assert_eq!(all["left_out"], json!(["village", "grid"]));
    assert!(all.to_string().len() < 1_000_000, "{}", all.to_string().len());
    let sum = |list: &Value, word: &str| -> i64 {
        list.as_array().unwrap().iter().map(|area| area[word].as_i64().unwrap()).sum()
    };
    for word in ["households", "persons", "no_smartphone"] {
        assert_eq!(all[word], sum(&all["districts"], word), "{word}");
        assert_eq!(all[word], sum(&all["towns"], word), "{word}");
    }
    let district = writer.get(&town, &format!("{coverage}?area=501039")).await.body;
    assert_eq!((&district["households"], listed(&district)), (&json!(300_000), [1, 25, 125, 750]));
    assert_eq!(district["left_out"], Value::Null);
    let leader = town.staff(Role::GridLeader, VILLAGE);
    let village = leader.get(&town, &coverage).await.body;
    assert_eq!((&village["households"], listed(&village)), (&json!(2_400), [1, 1, 1, 6]));
    assert_eq!(leader.get(&town, &format!("{coverage}?area=501000100202")).await.told(), (404, "not_found"));
    let narrower = leader.get(&town, &format!("{coverage}?area={SMALL_TOWN}")).await.body;
    assert_eq!(narrower["grids"], village["grids"], "of the town the part that the leader sees");
}
