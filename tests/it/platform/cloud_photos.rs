//! Photos in an object store.

use actix_web::test::{TestRequest, read_body};
use secrecy::SecretString;
use wangge::base::id::Id;
use wangge::base::problem::Code;
use wangge::features::attachments::Photo;
use wangge::platform::access::Role;
use wangge::platform::blobs::{BlobKey, BlobSettings, Blobs, Bucket};

use crate::fakes::s3::{self, ACCESS_KEY, BUCKET, Running};
use crate::town::upload;
use crate::town::{EAST, Town};

fn store(cloud: &Running, access_key: &str) -> Blobs {
    let bucket = Bucket {
        endpoint: cloud.endpoint.clone(),
        bucket: BUCKET.to_owned(),
        region: None,
        access_key: access_key.to_owned(),
        secret_key: SecretString::from("fake-secret"),
    };
    Blobs::open(&BlobSettings::S3(bucket)).unwrap()
}

#[actix_web::test]
async fn a_blob_is_put_found_and_removed() {
    let cloud = s3::start().await.unwrap();
    let blobs = store(&cloud, ACCESS_KEY);
    let content = vec![7_u8; 200_000];
    let key = BlobKey::of(&content);
    assert_eq!(blobs.get(&key).await.unwrap(), None);
    assert!(!blobs.exists(&key).await.unwrap());
    for _ in 0..2 {
        blobs.put(&key, content.clone()).await.unwrap();
    }
    let (name, digest) = (cloud.keys(), key.sha256());
    assert_eq!(name, [format!("{}/{}/{digest}", &digest[..2], &digest[2..4])]);
    assert!(blobs.exists(&key).await.unwrap());
    assert_eq!(blobs.get(&key).await.unwrap(), Some(content));
    for _ in 0..2 {
        blobs.delete(&key).await.unwrap();
    }
    assert!(cloud.keys().is_empty());
}

#[actix_web::test]
async fn a_key_that_the_store_refuses_is_our_fault_and_does_not_pass_by_waiting() {
    let cloud = s3::start().await.unwrap();
    let blobs = store(&cloud, "AKSOMEBODYELSE00");
    let refused = blobs.put(&BlobKey::of(b"x"), b"x".to_vec()).await.unwrap_err();
    assert_eq!(refused.code(), Code::Internal);
}

#[actix_web::test]
async fn a_photo_goes_up_to_the_store_and_comes_down_again() {
    let cloud = s3::start().await.unwrap();
    let town = Town::with(&[
        ("WANGGE_PHOTOS__STORE", "s3"),
        ("WANGGE_PHOTOS__ENDPOINT", &cloud.endpoint),
        ("WANGGE_PHOTOS__BUCKET", BUCKET),
        ("WANGGE_PHOTOS__ACCESS_KEY", ACCESS_KEY),
        ("WANGGE_PHOTOS__SECRET_KEY", "fake-secret"),
    ]);
    let worker = town.staff(Role::GridWorker, EAST);
    let photo = Id::<Photo>::new().to_string();
    let (media, form) = upload(&photo);
    let request = worker.signs(TestRequest::post(), "/api/v1/photos").insert_header(("Content-Type", media));
    let answer = town.ask(request.set_payload(form)).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    assert_eq!(cloud.keys().len(), 1, "a picture so small is its own small copy");
    for path in [format!("/api/v1/photos/{photo}"), format!("/api/v1/photos/{photo}/thumbnail")] {
        let answer = town.send(worker.signs(TestRequest::get(), &path)).await;
        assert_eq!(answer.status(), 200);
        assert!(read_body(answer).await.starts_with(b"\xFF\xD8\xFF"), "a JPEG");
    }
}
