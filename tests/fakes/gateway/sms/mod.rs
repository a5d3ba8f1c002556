//! Two gateways for text messages behind one address; which one is asked says the header that names the action.

mod acs3;
mod aliyun;
mod book;
mod tc3;
mod tencent;

use actix_web::{HttpRequest, HttpResponse, web};

use super::World;

pub use acs3::hex;
pub use aliyun::beijing;
pub use book::{Book, Message, Rules};

/// `POST /`
pub async fn dispatch(world: web::Data<World>, request: HttpRequest, bytes: web::Bytes) -> HttpResponse {
    match action(&request) {
        Some((Gateway::Aliyun, action)) => aliyun::serve(&world, &request, action, &bytes),
        Some((Gateway::Tencent, action)) => tencent::serve(&world, &request, action, &bytes),
        None => HttpResponse::NotFound().finish(),
    }
}

/// Whose gateway.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Gateway {
    Aliyun,
    Tencent,
}

fn action(request: &HttpRequest) -> Option<(Gateway, &str)> {
    let header = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok());
    let aliyun = header("x-acs-action").map(|action| (Gateway::Aliyun, action));
    aliyun.or_else(|| header("x-tc-action").map(|action| (Gateway::Tencent, action)))
}

/// What stands for the path of a request to `/`: `/sms/aliyun/SendSms`.
pub fn path(request: &HttpRequest) -> Option<String> {
    action(request).map(|(gateway, action)| match gateway {
        Gateway::Aliyun => format!("/sms/aliyun/{action}"),
        Gateway::Tencent => format!("/sms/tencent/{action}"),
    })
}

/// A refusal with a gateway's own code, in the form of the gateway that was asked.
pub fn refuse(request: &HttpRequest, code: &str) -> HttpResponse {
    match action(request) {
        Some((Gateway::Tencent, "SendSms")) if code.contains('.') && !is_of_all(code) => {
            tencent::status(code)
        }
        Some((Gateway::Tencent, _)) => tencent::refuse(code),
        _ => aliyun::refuse(200, code, "injected"),
    }
}

/// Whether Tencent refuses a whole request with it and not one number.
fn is_of_all(code: &str) -> bool {
    ["AuthFailure", "InternalError", "RequestLimitExceeded"].iter().any(|all| code.starts_with(all))
}
