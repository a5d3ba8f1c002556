//! Where photographs and papers lie: a folder of this machine, or an object store.
//!
//! A blob is named by its content, so that the same file is kept once and a put can be repeated. When
//! [`Blobs::put`] returns, the blob is on disk, directory entry included: only then may a row speak of it.
//! This module neither looks into blobs nor decides who may read them; `attachments` does.

mod local;

use std::time::{Duration, SystemTime};

use futures_util::TryStreamExt;
use opendal::layers::{RetryLayer, TimeoutLayer};
use opendal::services::{Cos, Obs, Oss, S3};
use opendal::{ErrorKind, HttpTransporter, OperationContext, Operator};
use opendal_http_transport_reqwest::ReqwestTransport;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

use crate::base::clock::Timestamp;
use crate::base::hex::sha256_hex;
use crate::base::problem::Code;
use crate::base::{Problem, Result};
use crate::platform::tls::install_crypto;
use local::Folder;

/// The name of a blob: the SHA-256 of its content, laid out as `ab/cd/abcd…`.
///
/// Made from a digest only, so that no path can be smuggled in.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct BlobKey(String);

impl BlobKey {
    /// The key of this content.
    pub fn of(content: &[u8]) -> Self {
        Self(sha256_hex(content))
    }

    /// Reads 64 lower-case hexadecimal digits; nothing else is a key.
    pub fn parse(sha256: &str) -> Option<Self> {
        let digits = sha256.len() == 64 && sha256.bytes().all(|c| matches!(c, b'0'..=b'9' | b'a'..=b'f'));
        digits.then(|| Self(sha256.to_owned()))
    }

    /// The digest, 64 lower-case hexadecimal digits.
    pub fn sha256(&self) -> &str {
        &self.0
    }

    /// Relative to the store's root; two levels keep a directory below a few hundred entries.
    fn path(&self) -> String {
        format!("{}/{}/{}", &self.0[..2], &self.0[2..4], self.0)
    }
}

/// Which store, from the configuration.
#[derive(Debug, Clone, Deserialize)]
#[serde(tag = "store", rename_all = "snake_case", deny_unknown_fields)]
pub enum BlobSettings {
    /// A folder on a disk of this machine.
    Local {
        /// The folder; made if it does not exist.
        dir: std::path::PathBuf,
    },
    /// Amazon S3, MinIO, Ceph.
    S3(Bucket),
    /// Alibaba Cloud OSS (阿里云).
    Oss(Bucket),
    /// Tencent Cloud COS (腾讯云).
    Cos(Bucket),
    /// Huawei Cloud OBS (华为云).
    Obs(Bucket),
}

/// A bucket in an object store.
#[derive(Debug, Clone, Deserialize)]
pub struct Bucket {
    /// The store's address, such as `https://oss-cn-hangzhou.aliyuncs.com`.
    pub endpoint: String,
    /// The bucket's name.
    pub bucket: String,
    /// The region; S3 signs with it, the others have it in the endpoint.
    #[serde(default)]
    pub region: Option<String>,
    /// The public half of the key.
    pub access_key: String,
    /// The secret half of the key.
    pub secret_key: SecretString,
}

/// The store. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Blobs(Store);

#[derive(Debug, Clone)]
enum Store {
    Local(Folder),
    Cloud(Operator),
}

impl Blobs {
    /// Opens the store; a folder is made, a bucket must exist and is not contacted yet.
    pub fn open(settings: &BlobSettings) -> Result<Self> {
        let store = match settings {
            BlobSettings::Local { dir } => Store::Local(Folder::open(dir).map_err(failed_here)?),
            BlobSettings::S3(bucket) => Store::Cloud(bucket.s3()?),
            BlobSettings::Oss(bucket) => Store::Cloud(bucket.oss()?),
            BlobSettings::Cos(bucket) => Store::Cloud(bucket.cos()?),
            BlobSettings::Obs(bucket) => Store::Cloud(bucket.obs()?),
        };
        Ok(Self(store))
    }

    /// Keeps the content under `key`; when this returns, it survives a power failure.
    ///
    /// Repeating it changes nothing. Content that is not the key's is refused as our own fault; 507 when the
    /// disk is full, 503 when the object store does not answer.
    pub async fn put(&self, key: &BlobKey, content: Vec<u8>) -> Result<()> {
        if BlobKey::of(&content) != *key {
            return Err(Problem::internal("a blob was to be kept under another content's key"));
        }
        match &self.0 {
            Store::Local(folder) => folder.run(&key.path(), move |path| local::put(path, &content)).await,
            Store::Cloud(bucket) => bucket.write(&key.path(), content).await.map(drop).map_err(failed_there),
        }
    }

    /// The whole content; none when there is no such blob.
    pub async fn get(&self, key: &BlobKey) -> Result<Option<Vec<u8>>> {
        match &self.0 {
            Store::Local(folder) => folder.run(&key.path(), local::get).await,
            Store::Cloud(bucket) => match bucket.read(&key.path()).await {
                Ok(content) => Ok(Some(content.to_vec())),
                Err(why) if why.kind() == ErrorKind::NotFound => Ok(None),
                Err(why) => Err(failed_there(why)),
            },
        }
    }

    /// Whether there is such a blob.
    pub async fn exists(&self, key: &BlobKey) -> Result<bool> {
        match &self.0 {
            Store::Local(folder) => folder.run(&key.path(), std::path::Path::try_exists).await,
            Store::Cloud(bucket) => bucket.exists(&key.path()).await.map_err(failed_there),
        }
    }

    /// The blobs of one of 256 parts of the store that were put before `until`.
    ///
    /// What puts left behind that a crash cut off, and is as old, is removed on the way.
    pub async fn old(&self, part: u8, until: Timestamp) -> Result<Vec<BlobKey>> {
        let until = SystemTime::from(until.to_utc());
        let part = format!("{part:02x}/");
        match &self.0 {
            Store::Local(folder) => folder.run(&part, move |dir| local::old(dir, until)).await,
            Store::Cloud(bucket) => {
                let mut entries = bucket.lister_with(&part).recursive(true).await.map_err(failed_there)?;
                let mut keys = Vec::new();
                while let Some(entry) = entries.try_next().await.map_err(failed_there)? {
                    let put = entry.metadata().last_modified().map(SystemTime::from);
                    if put.is_some_and(|put| put < until) {
                        keys.extend(BlobKey::parse(entry.name()));
                    }
                }
                Ok(keys)
            }
        }
    }

    /// Removes the blob; one that is not there is removed already.
    pub async fn delete(&self, key: &BlobKey) -> Result<()> {
        match &self.0 {
            Store::Local(folder) => folder.run(&key.path(), local::delete).await,
            Store::Cloud(bucket) => bucket.delete(&key.path()).await.map_err(failed_there),
        }
    }
}

impl Bucket {
    fn s3(&self) -> Result<Operator> {
        // S3-compatible stores that know no regions sign with this one.
        let region = self.region.as_deref().unwrap_or("us-east-1");
        let service = S3::default().endpoint(&self.endpoint).bucket(&self.bucket).region(region);
        let service = service.access_key_id(&self.access_key).secret_access_key(self.secret());
        ready(Operator::new(service.disable_config_load().disable_ec2_metadata()))
    }

    fn oss(&self) -> Result<Operator> {
        let service = Oss::default().endpoint(&self.endpoint).bucket(&self.bucket);
        ready(Operator::new(service.access_key_id(&self.access_key).access_key_secret(self.secret())))
    }

    fn cos(&self) -> Result<Operator> {
        let service = Cos::default().endpoint(&self.endpoint).bucket(&self.bucket).disable_config_load();
        ready(Operator::new(service.secret_id(&self.access_key).secret_key(self.secret())))
    }

    fn obs(&self) -> Result<Operator> {
        let service = Obs::default().endpoint(&self.endpoint).bucket(&self.bucket);
        ready(Operator::new(service.access_key_id(&self.access_key).secret_access_key(self.secret())))
    }

    fn secret(&self) -> &str {
        self.secret_key.expose_secret()
    }
}

/// How long one try may take; with two more a phone waits half a minute for its upload.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long the store may take to be reached.
const CONNECT: Duration = Duration::from_secs(3);

/// Gives the bucket its way to the store, three tries, and an end to each.
fn ready(bucket: opendal::Result<Operator>) -> Result<Operator> {
    let way = OperationContext::new().with_http_transport(HttpTransporter::new(way()?));
    let timeout = TimeoutLayer::new().with_timeout(PATIENCE).with_io_timeout(PATIENCE);
    let retry = RetryLayer::new().with_max_times(2).with_jitter();
    Ok(bucket.map_err(Problem::internal)?.with_context(way).layer(timeout).layer(retry))
}

/// One client per store: opendal has none of its own in this build, because a default one would bring its
/// own cryptography, or be shared by runtimes that come and go.
fn way() -> Result<ReqwestTransport> {
    install_crypto();
    let client = reqwest::Client::builder().connect_timeout(CONNECT).build();
    client.map(ReqwestTransport::new).map_err(|error| Problem::internal(error.without_url()))
}

/// Settings that are wrong, or a refusal of our key, will not pass by waiting.
fn failed_there(why: opendal::Error) -> Problem {
    match why.kind() {
        ErrorKind::ConfigInvalid | ErrorKind::Unsupported | ErrorKind::PermissionDenied => {
            Problem::internal(why)
        }
        _ => Problem::because(Code::Busy, "文件存储暂时不可用,请稍后重试").retry_after(10).caused_by(why),
    }
}

fn failed_here(why: std::io::Error) -> Problem {
    match why.kind() {
        std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => {
            Problem::new(Code::StorageFull).caused_by(why)
        }
        _ => Problem::internal(why),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn only_a_digest_is_a_key() {
        let digest = "ab".repeat(32);
        assert_eq!(BlobKey::parse(&digest).unwrap().path(), format!("ab/ab/{digest}"));
        let climbing = format!("../../{}", "a".repeat(58));
        for text in ["", "abcd", &digest.to_uppercase(), &climbing, &"网".repeat(64), &digest[1..]] {
            assert_eq!(BlobKey::parse(text), None);
        }
        assert!(BlobKey::of(b"").sha256().starts_with("e3b0c44298fc1c14"));
    }

    #[test]
    fn every_store_can_be_named_in_the_configuration() {
        let local: BlobSettings = serde_json::from_str(r#"{"store":"local","dir":"/tmp/x"}"#).unwrap();
        assert!(matches!(local, BlobSettings::Local { .. }));
        for store in ["s3", "oss", "cos", "obs"] {
            let json = format!(
                r#"{{"store":"{store}","endpoint":"https://example.com","bucket":"photos-1250000000",
                    "access_key":"public","secret_key":"hidden"}}"#
            );
            let settings: BlobSettings = serde_json::from_str(&json).unwrap();
            assert!(!format!("{settings:?}").contains("hidden"));
            assert!(matches!(Blobs::open(&settings).unwrap().0, Store::Cloud(_)));
        }
    }

    #[tokio::test]
    async fn content_under_another_key_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let blobs = Blobs::open(&BlobSettings::Local { dir: dir.path().join("new") }).unwrap();
        assert!(blobs.put(&BlobKey::of(b"one"), b"two".to_vec()).await.is_err());
        assert!(!blobs.exists(&BlobKey::of(b"one")).await.unwrap());
    }
}
