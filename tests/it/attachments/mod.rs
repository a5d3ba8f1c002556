//! Photos on their way in.

use actix_web::test::TestRequest;
use wangge::base::id::Id;
use wangge::platform::access::Role;

use crate::contract::places::Photo;
use crate::town::upload;
use crate::town::{Answer, EAST, Person, Town};

/// Uploads a small picture under a new id.
pub async fn uploads(town: &Town, who: &Person) -> Answer {
    let (media, form) = upload(&Id::<Photo>::new().to_string());
    let request = who.signs(TestRequest::post(), "/api/v1/photos").insert_header(("Content-Type", media));
    town.ask(request.set_payload(form)).await
}

#[actix_web::test]
async fn an_upload_lies_in_the_data_folder_while_it_comes_in_and_leaves_nothing_there() {
    let town = Town::new();
    let worker = town.staff(Role::GridWorker, EAST);
    let folder = town.settings.data_dir.join("uploads");
    assert_eq!(uploads(&town, &worker).await.status, 201);
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 0);
    std::fs::remove_dir(&folder).unwrap();
    assert_eq!(uploads(&town, &worker).await.told(), (500, "internal"), "it lies nowhere else");
}
