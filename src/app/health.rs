//! What watches over the program ask: is it alive, may it be given work, how is it doing.

use std::net::IpAddr;

use actix_web::{HttpRequest, HttpResponse, get, web};
use ipnet::IpNet;

use crate::base::problem::{Code, Problem, Result};
use crate::platform::db::migrations;
use crate::platform::telemetry::Measurements;
use crate::platform::web::{App, Errors, TrustedProxies};

/// The measurements and who may read them.
pub struct Watch {
    measurements: Measurements,
    proxies: TrustedProxies,
    readers: Vec<IpNet>,
}

impl Watch {
    /// Lets `readers` read `measurements`.
    pub fn new(measurements: Measurements, proxies: TrustedProxies, readers: Vec<IpNet>) -> Self {
        Self { measurements, proxies, readers }
    }

    fn may_read(&self, request: &HttpRequest) -> bool {
        let client = self.proxies.client(request);
        // A proxy on this machine that nobody declared would make the whole world look local.
        let undeclared = request.headers().contains_key("X-Forwarded-For")
            && request
                .peer_addr()
                .map(|peer| peer.ip())
                .is_none_or(|peer: IpAddr| !self.proxies.trusts(peer));
        !undeclared && self.readers.iter().any(|network| network.contains(&client))
    }
}

/// 进程是否存活
#[utoipa::path(tag = "operations", operation_id = "check_health", security(()),
    responses((status = 200, description = "存活", body = String, content_type = "text/plain")))]
#[get("/healthz")]
pub async fn healthz() -> &'static str {
    "ok"
}

/// 能否接收请求:数据库可用,且没有待执行的升级
#[utoipa::path(tag = "operations", operation_id = "check_readiness", security(()),
    responses((status = 200, description = "可以接收请求", body = String, content_type = "text/plain"), Errors))]
#[get("/readyz")]
pub async fn readyz(app: web::Data<App>) -> Result<&'static str> {
    if !app.db.takes_writes() {
        return Err(not_ready("数据库不再接受写入,请重启").caused_by("the writer has ended"));
    }
    match app.db.read(migrations::pending).await {
        Ok(0) => Ok("ready"),
        Ok(n) => Err(not_ready("数据库尚未升级").caused_by(format!("{n} migrations are pending"))),
        Err(problem) => Err(not_ready("数据库暂时不可用").caused_by(format!("{problem:?}"))),
    }
}

fn not_ready(detail: &'static str) -> Problem {
    Problem::because(Code::Busy, detail).retry_after(5)
}

/// Answers 404 to strangers, who have no business knowing that it exists; not part of the API.
#[get("/metrics")]
pub async fn metrics(watch: web::Data<Watch>, request: HttpRequest) -> Result<HttpResponse> {
    if !watch.may_read(&request) {
        return Err(Problem::not_found());
    }
    Ok(HttpResponse::Ok().content_type("text/plain; version=0.0.4").body(watch.measurements.render()))
}
