//! Filing cases for the search, in the background.

use diesel::prelude::*;
use wangge::app::commands;
use wangge::features::cases::search::{Sizes, keep_up, rebuild};
use wangge::platform::access::Role;
use wangge::platform::config::Settings;
use wangge::platform::db::Db;
use wangge::platform::db::schema::case_search_blocks;

use super::search::SMALL;
use super::shelf::{Shelved, shelve};
use crate::town::{TOWN, Town, database};

fn shelf(n: usize) -> Vec<Shelved> {
    (0..n).map(|n| Shelved::new(n, ["示例漏水", "示例漏电", "示例燃气"][n % 3])).collect()
}

/// How many cases each block holds, in the order of the timeline.
fn blocks(town: &Town) -> Vec<i32> {
    let blocks =
        case_search_blocks::table.order((case_search_blocks::after_lot, case_search_blocks::after_id));
    blocks.select(case_search_blocks::cases).load(&mut town.connect()).unwrap()
}

#[actix_web::test]
async fn small_blocks_become_larger_ones_and_every_case_stays_in_one() {
    let town = Town::new();
    let dispatcher = town.staff(Role::Dispatcher, TOWN);
    let cases = shelf(150);
    for some in cases.chunks(10) {
        town.shelve(some);
        town.files(SMALL).await;
        assert!(blocks(&town).len() < 150 / 32 + SMALL.neighbours, "{:?}", blocks(&town));
    }
    assert_eq!(blocks(&town).iter().sum::<i32>(), 150);
    assert_eq!(town.finds(&dispatcher, "漏水").await.len(), 50);
    let mut found = town.finds(&dispatcher, "示例").await;
    assert_eq!(found[..2], [cases[149].shown(), cases[148].shown()]);
    found.dedup();
    assert_eq!(found.len(), 150);
}

#[actix_web::test]
async fn little_that_happened_is_left_to_be_looked_through() {
    let town = Town::new();
    town.shelve(&shelf(20));
    let sizes = Sizes { cases: 21, ..SMALL };
    assert_eq!(town.files(Sizes { steps: 21, ..sizes }).await, 0);
    assert_eq!(blocks(&town), Vec::<i32>::new());
    assert_eq!(town.files(Sizes { steps: 20, ..sizes }).await, 20);
}

#[actix_web::test]
async fn nodes_that_file_at_once_file_each_case_once() {
    let town = Town::new();
    let app = &town.house.app;
    town.shelve(&shelf(300));
    let other = if app.db.is_shared() {
        Db::open(&town.settings.database, app.clock.clone()).unwrap()
    } else {
        app.db.clone()
    };
    let sizes = Sizes { full: 16, ..SMALL };
    while blocks(&town).iter().sum::<i32>() < 300 {
        let (here, there) = tokio::join!(keep_up(&app.db, sizes, |_| ()), keep_up(&other, sizes, |_| ()));
        here.and(there).unwrap();
    }
    assert_eq!(blocks(&town).iter().sum::<i32>(), 300);
    assert_eq!(town.finds(&town.staff(Role::Dispatcher, TOWN), "漏电").await.len(), 100);
}

#[actix_web::test]
async fn an_index_that_is_emptied_or_damaged_is_made_anew() {
    let town = Town::new();
    let dispatcher = town.staff(Role::Dispatcher, TOWN);
    town.shelve(&shelf(90));
    town.files(SMALL).await;
    town.meddle("DELETE FROM case_search_pages");
    assert_eq!(dispatcher.get(&town, "/api/v1/cases?q=yh").await.told(), (500, "internal"));
    let shown = std::cell::RefCell::new(vec![]);
    let filed = rebuild(&town.house.app.db, SMALL, |filed| shown.borrow_mut().push(filed)).await.unwrap();
    assert_eq!((filed, shown.borrow().last()), (90, Some(&90)));
    assert_eq!(town.finds(&dispatcher, "燃气").await.len(), 30);
}

#[actix_web::test]
async fn the_command_makes_the_index_anew_and_says_how_much_it_filed() {
    let (url, _place) = database::fresh();
    let folder = tempfile::tempdir().unwrap();
    let (url, folder) = (database::shown(&url), folder.path().display().to_string());
    let mut environment = vec![("DATABASE_URL", url.as_str()), ("WANGGE_DATA_DIR", folder.as_str())];
    environment.extend(crate::nodes::KEYS);
    let settings = Settings::from_parts("", &environment).unwrap();
    shelve(&mut settings.database.connect().unwrap(), &shelf(300));
    let told = commands::rebuild(&settings).await.unwrap();
    assert!(told.contains("300 件"), "{told}");
}

#[actix_web::test]
async fn too_much_that_is_not_filed_is_said_and_not_half_searched() {
    let town = Town::new();
    let dispatcher = town.staff(Role::Dispatcher, TOWN);
    town.shelve(&shelf(4_097));
    let refused = dispatcher.get(&town, "/api/v1/cases?q=yh").await;
    assert_eq!(refused.told(), (503, "busy"));
    assert_eq!(dispatcher.get(&town, "/api/v1/cases").await.status, 200);
    town.files(Sizes::default()).await;
    assert_eq!(dispatcher.get(&town, "/api/v1/cases?q=yh").await.status, 200);
}
