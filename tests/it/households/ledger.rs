//! The town's ledger is taken over.

use diesel::connection::SimpleConnection;
use serde_json::json;
use wangge::platform::access::Role;

use crate::counter::{Answer, CSV, Counter, GRID, TOWN, upload};

const LEADER: Role = Role::GridLeader;
const HEADERS: &str = "网格编码,户编号,姓名,与户主关系,身份证号,性别,出生年份,电话,住址,智能手机\n";
const LINES: &str = "500114119201001,H001,示例甲,户主,11010519491231002X,女,1949,138-0000-5678,示例村1号,否\n\
                     500114119201001,H001,示例乙,儿子,,男,1980,,,有\n\
                     500114119201002,H002,示例丙,本人,,,,,示例村2号,否\n";

pub fn ledger(lines: &str) -> actix_web::test::TestRequest {
    upload("/households/import", CSV, [HEADERS, lines].concat())
}

fn tallies(answer: &Answer) -> (u16, [[i64; 3]; 2]) {
    let tally =
        |of: &str| ["created", "changed", "unchanged"].map(|n| answer.body[of][n].as_i64().unwrap_or(-1));
    (answer.status, ["households", "residents"].map(tally))
}

#[actix_web::test]
async fn a_ledger_is_taken_whole_and_again_changes_nothing() {
    let counter = Counter::new();
    let forecast = upload("/households/import?dry_run=true", CSV, [HEADERS, LINES].concat());
    let forecast = counter.ask(LEADER, TOWN, forecast).await;
    assert_eq!(tallies(&forecast), (200, [[2, 0, 0], [3, 0, 0]]), "{forecast:?}");
    assert_eq!(counter.count("households"), 0);
    let first = counter.ask(LEADER, TOWN, ledger(LINES)).await;
    assert_eq!(tallies(&first), (200, [[2, 0, 0], [3, 0, 0]]));
    let second = counter.ask(LEADER, TOWN, ledger(LINES)).await;
    assert_eq!(tallies(&second), (200, [[0, 0, 2], [0, 0, 3]]));
    assert_eq!(counter.audited(), ["household.import"]);
}

#[actix_web::test]
async fn a_later_ledger_corrects_and_adds_and_erases_nothing() {
    let counter = Counter::new();
    counter.ask(LEADER, TOWN, ledger(LINES)).await;
    let later = "500114119201001,H001,示例甲,户主,,,,13900005678,,\n\
                 500114119201001,H001,示例戊,孙女,,,,,,\n";
    let answer = counter.ask(LEADER, TOWN, ledger(later)).await;
    assert_eq!(tallies(&answer), (200, [[0, 1, 0], [1, 1, 0]]), "{answer:?}");
    assert_eq!(counter.count("residents WHERE citizen_index IS NOT NULL AND version = 2"), 1);
    assert_eq!(counter.count("households WHERE code = 'H001' AND members = 3 AND smartphone = 'yes'"), 1);
}

/// On SQLite there is one writer, so nothing comes between reading and writing.
#[actix_web::test]
async fn a_change_that_comes_between_is_not_written_over() {
    let counter = Counter::new();
    counter.ask(LEADER, TOWN, ledger(LINES)).await;
    if !counter.base.db.is_shared() {
        return;
    }
    let mut worker = counter.base.connect();
    let change = "BEGIN; UPDATE households SET smartphone = 'no', version = version + 1 WHERE code = 'H001'";
    worker.batch_execute(change).unwrap();
    let later = "500114119201001,H001,示例甲,户主,,,,13900005678,,\n";
    let import = counter.ask(LEADER, TOWN, ledger(later));
    let commit = async {
        while counter.count("pg_stat_activity WHERE wait_event_type = 'Lock'") == 0 {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
        worker.batch_execute("COMMIT").unwrap();
    };
    let (answer, ()) = futures_util::future::join(import, commit).await;
    assert_eq!(tallies(&answer), (200, [[0, 1, 0], [0, 1, 0]]), "{answer:?}");
    assert_eq!(counter.count("households WHERE code = 'H001' AND smartphone = 'no' AND version = 3"), 1);
}

#[actix_web::test]
async fn a_ledger_with_a_fault_is_refused_whole() {
    let counter = Counter::new();
    counter.ask(LEADER, TOWN, ledger(LINES)).await;
    let faulty = "500114119299001,H003,示例己,户主,,,,,示例村3号,\n\
                  500114119201001,H004,示例庚,配偶,,,,,示例村4号,\n\
                  500114119201001,H005,示例辛,户主,11010519491231002X,,,,示例村5号,\n\
                  500114119201001,H006,示例壬,户主,,,,12345,,\n";
    let refused = counter.ask(LEADER, TOWN, ledger(faulty)).await;
    let fields =
        ["rows[2].网格编码", "rows[3].与户主关系", "rows[4].身份证号", "rows[5].电话", "rows[5].住址"];
    assert_eq!((refused.told(), refused.fields()), ((422, "invalid_fields"), fields.to_vec()));
    let neighbour = counter.ask(LEADER, "500114119201002", ledger(LINES)).await;
    assert_eq!(neighbour.fields(), ["rows[2].网格编码"]);
    assert_eq!(counter.count("households"), 2);
    assert_eq!(counter.ask(Role::GridWorker, GRID, ledger(LINES)).await.status, 403);
}

#[actix_web::test]
async fn a_town_is_counted_per_grid() {
    let counter = Counter::new();
    counter.ask(LEADER, TOWN, ledger(LINES)).await;
    let town = TOWN.parse().unwrap();
    let by =
        wangge::platform::access::system::<wangge::platform::access::policy::SeeHouseholds>("a test counts");
    let mut c = counter.base.connect();
    let counts = wangge::features::households::denominators(&mut c, by.scope(), &[town]).unwrap();
    let counts: Vec<_> =
        counts.iter().map(|n| (n.area.as_str(), n.households, n.persons, n.no_smartphone)).collect();
    assert_eq!(counts, [(GRID, 1, 2, 0), ("500114119201002", 1, 1, 1)]);
}

#[actix_web::test]
async fn a_whole_town_is_taken_in_seconds() {
    let counter = Counter::new();
    let mut lines = String::new();
    let mut persons = 0;
    for home in 0..4_400 {
        let grid = 1 + home % 2;
        for person in 0..3 + i32::from(home % 10 < 3) {
            let relation = ["户主", "配偶", "子", "女"][person as usize];
            lines += &format!(
                "50011411920100{grid},H{home},示例{person},{relation},,,198{person},138{home:04}{person:04},示例村{home}号,是\n"
            );
            persons += 1;
        }
    }
    for expected in [[[4_400, 0, 0], [persons, 0, 0]], [[0, 0, 4_400], [0, 0, persons]]] {
        let began = std::time::Instant::now();
        let answer = counter.ask(LEADER, TOWN, ledger(&lines)).await;
        assert_eq!(tallies(&answer), (200, expected), "{:?}", json!(answer.fields()));
        let took = began.elapsed();
        println!("{took:?}");
        assert!(took.as_secs() < 30, "{took:?}"); // unoptimised
    }
}
