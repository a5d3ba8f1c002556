//! The built program as it runs in a machine room: processes of their own, ended without a word, restored, beside
//! each other.

mod alerts;
mod api;
mod program;
mod restore;
mod start;
mod two_nodes;

use crate::town::database;
use wangge::platform::db::DatabaseUrl;

pub const TOWN: &str = "500114119";
pub const GRID: &str = "500114119201001";

/// The areas of the town, as an operator hands them in.
const AREAS: &str = "code,name,level,parent\n50,示例市,province,\n500114,示例区,district,50\n\
                     500114119,示例镇,town,500114\n500114119201,示例村,village,500114119\n\
                     500114119201001,示例一网格,grid,500114119201\n";

/// Keys that every node of a town is given.
pub const KEYS: [(&str, &str); 3] = [
    ("WANGGE_SECRETS__TOKEN_KEYS", "k1:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="),
    ("WANGGE_SECRETS__FIELD_KEYS", "1:aes-256-gcm:ICECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="),
    ("WANGGE_SECRETS__INDEX_KEY", "QEECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="),
];

/// The ledger of `n` households with one resident each, whose phones are [`resident_phone`].
fn ledger(n: u32) -> String {
    let row = |n| format!("{GRID},示例{n},示例居民,户主,{},示例村一组{n}号,有\n", resident_phone(n));
    let rows: String = (1..=n).map(row).collect();
    format!("网格编码,户编号,姓名,与户主关系,电话,住址,智能手机\n{rows}")
}

fn resident_phone(n: u32) -> String {
    format!("1370000{n:04}")
}

/// A PostgreSQL database of the test's own; none in a run on SQLite.
fn on_postgres() -> Option<(String, database::Place)> {
    match database::fresh() {
        (DatabaseUrl::Postgres(url), place) => Some((url, place)),
        (DatabaseUrl::Sqlite(_), _) => None,
    }
}
