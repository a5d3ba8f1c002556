//! What people were told is forgotten in time, and no sooner.

use chrono::TimeDelta;
use diesel::prelude::*;
use wangge::features::messages::{self as slice, forget_old};
use wangge::platform::db::schema::messages;
use wangge::platform::web::MessageLimits;

use super::{message, told};
use crate::town::{EAST, Person, Town};

/// Tells somebody these, all at once.
async fn tell_many(town: &Town, to: &Person, which: std::ops::Range<u32>) {
    let to = to.clone();
    let telling = town.house.app.db.write(move |tx| {
        which.clone().try_for_each(|n| slice::tell(tx, &message(&to, n)).map(|new| assert!(new)))
    });
    telling.await.unwrap();
}

fn rows(town: &Town) -> i64 {
    messages::table.count().get_result(&mut town.connect()).unwrap()
}

async fn forget(town: &Town) -> usize {
    forget_old(&town.house.app.db, town.settings.messages).await.unwrap()
}

#[actix_web::test]
async fn a_message_goes_after_its_days() {
    let town = Town::with(&[("WANGGE_MESSAGES__KEEP_DAYS", "60")]);
    assert_eq!(town.settings.messages, MessageLimits { keep_days: 60 });
    let resident = town.resident(EAST);
    tell_many(&town, &resident, 0..3).await;
    town.pass(TimeDelta::days(30));
    tell_many(&town, &resident, 3..5).await;
    town.pass(TimeDelta::days(30));
    assert_eq!((forget(&town).await, rows(&town)), (0, 5), "sixty days to the minute");
    town.pass(TimeDelta::minutes(1));
    assert_eq!((forget(&town).await, forget(&town).await, rows(&town)), (3, 0, 2));
    let left: Vec<_> = told(&town, &resident).await.iter().map(|message| message["text"].clone()).collect();
    assert_eq!(left, ["示例消息 3", "示例消息 4"]);
    town.pass(TimeDelta::days(30));
    assert_eq!((forget(&town).await, rows(&town)), (2, 0), "read or not");
}

#[actix_web::test]
async fn many_go_in_slices() {
    let town = Town::new();
    assert_eq!(town.settings.messages.keep_days, 365);
    let resident = town.resident(EAST);
    tell_many(&town, &resident, 0..1234).await;
    town.pass(TimeDelta::days(366));
    tell_many(&town, &resident, 1234..1235).await;
    assert_eq!((forget(&town).await, rows(&town)), (1234, 1));
}
