//! The table of all routes. One registration makes both the router and the description of the API.

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceFactory, ServiceRequest, ServiceResponse};
use actix_web::middleware::{Compress, from_fn};
use actix_web::{App as Actix, Error, HttpResponse, get, web};
use tokio::sync::OnceCell;
use utoipa::openapi::OpenApi;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::{Modify, OpenApi as _};
use utoipa_swagger_ui::{Config, SwaggerUi};

use super::{House, health};
use crate::base::problem::{Code, FieldError, Problem, ProblemBody, Result};
use crate::features::{
    areas, attachments, audit_log, callbacks, campaigns, cases, clocks, coverage, dashboard, deadlines,
    disputes, duplicates, events, exports, fraud, hazards, households, messages, notices, outlets, places,
    progress, sessions, staff, sync, visits,
};
use crate::platform::web::{Describer, Mount, authenticate, extractors, limits, methods, request};

/// Where the description of the API is read.
const DESCRIPTION: &str = "/api/v1/openapi.json";

#[derive(utoipa::OpenApi)]
#[openapi(
    info(
        title = "网格 wangge",
        description = "乡镇(街道)网格化治理后台。The backend that a Chinese township runs its grid management on.\n\n\
            成功时直接返回资源,失败时返回 application/problem+json(RFC 9457),按 `code` 判断。\
            时间为 UTC(RFC 3339,毫秒),列表用 `next` 翻页,办理步骤须带 `If-Match`。",
        license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0")
    ),
    components(schemas(ProblemBody<'static>, FieldError)),
    security(("bearer" = [])),
    modifiers(&Bearer),
    tags((name = "operations", description = "运行状况"))
)]
struct Document;

struct Bearer;

impl Modify for Bearer {
    fn modify(&self, api: &mut OpenApi) {
        let scheme = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("JWT");
        let scheme = scheme.description(Some("登录所得的 access_token,15 分钟有效")).build();
        let components = api.components.get_or_insert_default();
        components.add_security_scheme("bearer", SecurityScheme::Http(scheme));
    }
}

/// Mounts every operation; slices add theirs here and nowhere else.
fn routes(mount: &mut impl Mount) {
    mount
        .service(health::healthz)
        .service(health::readyz)
        .under("/api/v1/hazards", hazards::routes)
        .under("/api/v1/places", places::routes)
        .under("/api/v1/disputes", disputes::routes)
        .under("/api/v1/events", events::routes)
        .under("/api/v1/cases", |mount| {
            cases::routes(mount);
            duplicates::routes(mount);
        })
        .under("/api/v1/photos", attachments::routes)
        .under("/api/v1/uploads", attachments::upload_routes)
        .under("/api/v1/households", households::routes)
        .under("/api/v1/areas", areas::routes)
        .under("/api/v1/dashboard", dashboard::routes)
        .under("/api/v1/audit", audit_log::routes)
        .under("/api/v1/callbacks", callbacks::routes)
        .configure(sessions::routes)
        .configure(clocks::routes)
        .configure(deadlines::routes)
        .configure(campaigns::routes)
        .configure(exports::routes)
        .configure(fraud::routes)
        .configure(messages::routes)
        .configure(progress::routes)
        .configure(households::declared_routes)
        .configure(coverage::routes)
        .configure(visits::routes)
        .configure(outlets::routes)
        .configure(notices::routes) // after those that tell more of one notice
        .configure(staff::routes)
        .configure(sync::routes);
}

/// The description of the API; needs neither database nor server.
pub fn api() -> OpenApi {
    Describer::describe(Document::openapi(), routes)
}

/// The description as it is sent; made when somebody asks for it.
#[derive(Default)]
pub(super) struct Description(OnceCell<web::Bytes>);

#[get("/api/v1/openapi.json")]
async fn openapi_json(description: web::Data<Description>) -> Result<HttpResponse> {
    let json = description.0.get_or_try_init(|| async {
        let json = web::block(|| api().to_json()).await.map_err(Problem::internal)?;
        json.map(web::Bytes::from).map_err(Problem::internal)
    });
    Ok(HttpResponse::Ok().content_type("application/json").body(json.await?.clone()))
}

/// What each `type` of a problem links to.
#[get("/docs/problems")]
async fn problems() -> HttpResponse {
    let row = |code: &Code| {
        let (word, status, title, meaning) = (code.as_str(), code.status(), code.title(), code.meaning());
        format!("<tr id=\"{word}\"><td><code>{word}</code><td>{status}<td>{title}<td>{meaning}\n")
    };
    let rows: String = Code::ALL.iter().map(row).collect();
    let page = format!(
        "<!doctype html><html lang=\"zh\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
         <title>错误代码</title><h1>错误代码 Problems</h1>\
         <table border=\"1\"><tr><th>code<th>status<th>标题<th>meaning\n{rows}</table></html>"
    );
    HttpResponse::Ok().content_type("text/html; charset=utf-8").body(page)
}

/// The whole application of one worker thread.
///
/// Middleware runs from the last `wrap` to the first: compress, name the request, find out who asks, count.
/// An answer that is a stream of events must say `Content-Encoding: identity` or it would wait for the encoder.
pub fn application(
    house: House,
) -> Actix<
    impl ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse<impl MessageBody>,
        Error = Error,
        InitError = (),
    >,
> {
    Actix::new()
        .configure(routes)
        .app_data(house.app.clone())
        .app_data(house.map.clone())
        .app_data(house.intake.clone())
        .app_data(house.live.clone())
        .app_data(house.limits.clone())
        .app_data(house.known.clone())
        .app_data(house.description.clone())
        .app_data(house.watch.clone())
        .configure(extractors)
        .service(openapi_json)
        .service(health::metrics)
        .service(problems)
        .service(web::redirect("/docs", "/docs/"))
        .service(SwaggerUi::new("/docs/{_:.*}").config(Config::from(DESCRIPTION)))
        .default_service(web::to(methods::unmatched))
        .wrap(from_fn(limits::limit))
        .wrap(from_fn(authenticate::authenticate))
        .wrap(from_fn(request::request))
        .wrap(Compress::default())
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::ALLOW;
    use actix_web::test::{TestRequest, call_service, init_service, read_body};

    use super::*;
    use crate::app::commands;
    use crate::base::clock::Clock;
    use crate::platform::config::Settings;
    use crate::platform::telemetry::Measurements;

    /// What the whole application answers: status, `Allow`, body.
    async fn ask(request: TestRequest, migrated: bool) -> (u16, Option<String>, String) {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("town.db");
        std::fs::write(&file, "").unwrap();
        let url = format!("sqlite:{}", file.display());
        let data = folder.path().display().to_string();
        let environment = [("DATABASE_URL", url.as_str()), ("WANGGE_DATA_DIR", data.as_str())];
        let settings = Settings::from_parts("", &environment).unwrap();
        if migrated {
            commands::migrate(&settings).unwrap();
        }
        let house = House::build(&settings, Clock::System, Measurements::none()).unwrap();
        let app = init_service(application(house)).await;
        let answer = call_service(&app, request.to_request()).await;
        let allow = answer.headers().get(ALLOW).map(|allow| allow.to_str().unwrap().to_owned());
        let status = answer.status().as_u16();
        (status, allow, String::from_utf8_lossy(&read_body(answer).await).into_owned())
    }

    #[actix_web::test]
    async fn a_known_path_with_another_method_is_405_and_says_which_it_takes() {
        let (status, allow, body) = ask(TestRequest::delete().uri("/healthz"), true).await;
        assert_eq!((status, allow.as_deref()), (405, Some("GET")));
        assert!(body.contains("method_not_allowed") && !body.contains("\"request_id\":\"\""), "{body}");
    }

    #[actix_web::test]
    async fn the_type_of_a_problem_leads_to_its_description() {
        let (_, _, body) = ask(TestRequest::get().uri("/no-such-path"), true).await;
        let problem: serde_json::Value = serde_json::from_str(&body).unwrap();
        let (page, anchor) = problem["type"].as_str().unwrap().split_once('#').unwrap();
        let (status, _, page) = ask(TestRequest::get().uri(page), true).await;
        assert_eq!(status, 200);
        assert!(page.contains(&format!("id=\"{anchor}\"")), "{anchor}");
    }

    #[actix_web::test]
    async fn an_unknown_path_is_a_404_problem() {
        let (status, _, body) = ask(TestRequest::get().uri("/api/v1/nothing"), true).await;
        assert!(status == 404 && body.contains("\"code\":\"not_found\""), "{status} {body}");
    }

    #[actix_web::test]
    async fn work_is_refused_while_migrations_are_pending() {
        assert_eq!(ask(TestRequest::get().uri("/readyz"), false).await.0, 503);
        assert_eq!(ask(TestRequest::get().uri("/healthz"), false).await.0, 200);
        assert_eq!(ask(TestRequest::get().uri("/readyz"), true).await.0, 200);
    }

    #[actix_web::test]
    async fn measurements_are_for_neighbours_only() {
        let from = |peer: &str| TestRequest::get().uri("/metrics").peer_addr(peer.parse().unwrap());
        assert_eq!(ask(from("127.0.0.1:1"), true).await.0, 200);
        assert_eq!(ask(from("203.0.113.1:1"), true).await.0, 404);
        let proxied = from("127.0.0.1:1").insert_header(("X-Forwarded-For", "203.0.113.1"));
        assert_eq!(ask(proxied, true).await.0, 404);
    }

    #[actix_web::test]
    async fn the_description_and_its_pages_need_no_network() {
        let (status, _, body) = ask(TestRequest::get().uri(DESCRIPTION), true).await;
        assert!(
            status == 200
                && body.contains("check_readiness")
                && body.contains("#/components/schemas/Problem")
        );
        let (status, _, body) = ask(TestRequest::get().uri("/docs/index.html"), true).await;
        assert!(status == 200 && !body.contains("https://"), "{body}");
    }
}
