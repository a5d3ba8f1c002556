//! What answers when no operation matched: 405 with `Allow` for a known path, 404 otherwise.
//!
//! actix matches path and method together and would answer 404 for both; which paths exist is taken from
//! the description of the API, so that there is no second list.

use actix_web::http::header::{ALLOW, HeaderValue};
use actix_web::{HttpRequest, HttpResponse, web};
use tokio::sync::OnceCell;
use utoipa::openapi::{OpenApi, PathItem};

use crate::base::problem::{Code, Problem, Result};

/// The paths of the API with their methods; made when the first request misses them.
pub struct KnownPaths {
    describe: fn() -> OpenApi,
    paths: OnceCell<Vec<(String, String)>>,
}

impl KnownPaths {
    /// The paths that `describe` will describe.
    pub fn of(describe: fn() -> OpenApi) -> Self {
        Self { describe, paths: OnceCell::new() }
    }

    async fn allowed(&self, path: &str) -> Result<Option<&str>> {
        let describe = self.describe;
        let paths = self.paths.get_or_try_init(|| web::block(move || paths(&describe())));
        let paths = paths.await.map_err(Problem::internal)?;
        Ok(paths.iter().find(|(known, _)| is_of(path, known)).map(|(_, methods)| methods.as_str()))
    }
}

fn paths(api: &OpenApi) -> Vec<(String, String)> {
    api.paths.paths.iter().map(|(path, item)| (path.clone(), methods(item))).collect()
}

/// Whether `path` is one of those that `known` stands for, in which `{..}` is any part.
fn is_of(path: &str, known: &str) -> bool {
    let (mut parts, mut known) = (path.split('/'), known.split('/'));
    loop {
        match (parts.next(), known.next()) {
            (None, None) => return true,
            (Some(part), Some(known)) if part == known || known.starts_with('{') && !part.is_empty() => {}
            _ => return false,
        }
    }
}

fn methods(item: &PathItem) -> String {
    let methods = [
        ("GET", item.get.is_some()),
        ("HEAD", item.head.is_some()),
        ("POST", item.post.is_some()),
        ("PUT", item.put.is_some()),
        ("PATCH", item.patch.is_some()),
        ("DELETE", item.delete.is_some()),
    ];
    methods.iter().filter(|(_, known)| *known).map(|(name, _)| *name).collect::<Vec<_>>().join(", ")
}

/// The application's default service.
pub async fn unmatched(known: web::Data<KnownPaths>, request: HttpRequest) -> Result<HttpResponse> {
    let allowed = known.allowed(request.path()).await?;
    let allowed = allowed.and_then(|methods| HeaderValue::from_str(methods).ok());
    let Some(allowed) = allowed else { return Err(Problem::not_found()) };
    let mut answer = HttpResponse::from_error(Problem::new(Code::MethodNotAllowed));
    answer.headers_mut().insert(ALLOW, allowed);
    Ok(answer)
}

#[cfg(test)]
mod tests {
    use super::is_of;

    #[test]
    fn a_part_in_braces_is_any_part_and_no_more() {
        let known = "/api/v1/hazards/{id}/timeline";
        assert!(is_of("/api/v1/hazards/hazard_1/timeline", known));
        for other in [
            "/api/v1/hazards//timeline",
            "/api/v1/hazards/a/b/timeline",
            "/api/v1/hazards/a",
            "/api/v1/hazards/a/timeline/",
        ] {
            assert!(!is_of(other, known), "{other}");
        }
    }
}
