//! Leases.

use chrono::TimeDelta;
use wangge::base::id::Id;
use wangge::platform::db::Node;
use wangge::platform::leases::{hold, release};

use crate::town::database::Database;

const SPAN: TimeDelta = TimeDelta::seconds(30);

#[tokio::test]
async fn a_lease_has_one_holder_until_it_ends_or_is_given_back() {
    let town = Database::new();
    let (east, west) = (Id::<Node>::new(), Id::<Node>::new());
    let ask = |node| town.db.write(move |tx| hold(tx, "sealing", node, SPAN));

    assert!(ask(east).await.unwrap());
    assert!(!ask(west).await.unwrap(), "another holds it");
    assert!(ask(east).await.unwrap(), "its holder may lengthen it");

    town.pass(SPAN);
    assert!(ask(west).await.unwrap(), "it has ended");
    assert!(!ask(east).await.unwrap(), "the former holder has lost it");

    town.db.write(move |tx| release(tx, "sealing", east)).await.unwrap();
    assert!(!ask(east).await.unwrap(), "only its holder can give it back");
    town.db.write(move |tx| release(tx, "sealing", west)).await.unwrap();
    assert!(ask(east).await.unwrap());
}
