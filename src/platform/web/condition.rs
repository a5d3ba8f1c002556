//! Versions in headers: `ETag`, `If-Match`, `If-None-Match` (RFC 9110 §13).

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::http::header::{HeaderValue, IF_MATCH, IF_NONE_MATCH};
use actix_web::{FromRequest, HttpRequest};

use crate::base::problem::{Code, Problem, Result};

/// The version that the caller has seen, from `If-Match: "7"`. 428 without the header, 400 for anything
/// but one version; `*` would undo the protection against lost updates and is refused too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IfMatch(pub i32);

/// Written by hand: the derive knows no header of a tuple struct.
impl utoipa::IntoParams for IfMatch {
    fn into_params(
        _: impl Fn() -> Option<utoipa::openapi::path::ParameterIn>,
    ) -> Vec<utoipa::openapi::path::Parameter> {
        use utoipa::openapi::path::{ParameterBuilder, ParameterIn};
        use utoipa::openapi::{ObjectBuilder, Required, schema::Type};
        let schema =
            ObjectBuilder::new().schema_type(Type::String).pattern(Some("^\"[0-9]{1,9}(\\.[0-9]{1,3})?\"$"));
        let parameter = ParameterBuilder::new()
            .name("If-Match")
            .parameter_in(ParameterIn::Header)
            .required(Required::True)
            .description(Some("记录的版本号,取自 ETag,如 \"3\""))
            .schema(Some(schema));
        vec![parameter.build()]
    }
}

impl FromRequest for IfMatch {
    type Error = Problem;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let mut lines = request.headers().get_all(IF_MATCH);
        // Several lines are one list (RFC 9110 §5.3), and of a list nobody knows which version was seen.
        ready(match (lines.next(), lines.next()) {
            (None, _) => Err(Problem::because(
                Code::PreconditionRequired,
                "请在 If-Match 中带上读取时 ETag 给出的版本号",
            )),
            (Some(sent), more) => version(sent).filter(|_| more.is_none()).map(Self).ok_or_else(|| {
                Problem::because(Code::BadRequest, "If-Match 应为一个带引号的版本号,例如 \"7\"")
            }),
        })
    }
}

/// The version in `"7"`, or in `"7.2"`, of which two parts are still on their way. Proxies that compress mark the tag as weak (`W/"7"`); it still names the version.
fn version(tag: &HeaderValue) -> Option<i32> {
    let tag = tag.to_str().ok()?.trim();
    let tag = tag.strip_prefix("W/").unwrap_or(tag).strip_prefix('"')?.strip_suffix('"')?;
    let (version, missing) = tag.split_once('.').unwrap_or((tag, "0"));
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    (is_number(version) && is_number(missing)).then(|| version.parse().ok())?
}

/// The `ETag` of a version: `"7"`.
pub fn etag(version: i32) -> String {
    format!("\"{version}\"")
}

/// Whether the caller already holds what `tag` names, so that 304 is the answer.
pub fn is_held(request: &HttpRequest, tag: &str) -> bool {
    let sent = request.headers().get_all(IF_NONE_MATCH);
    sent.filter_map(|line| line.to_str().ok()).flat_map(|line| line.split(',')).map(str::trim).any(|held| {
        held == "*" || held.strip_prefix("W/").unwrap_or(held) == tag.strip_prefix("W/").unwrap_or(tag)
    })
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn sent(tag: Option<&str>) -> Result<i32, Code> {
        let request = TestRequest::post();
        let request = match tag {
            Some(tag) => request.insert_header((IF_MATCH, tag)),
            None => request,
        };
        let request = request.to_http_request();
        let seen = IfMatch::from_request(&request, &mut Payload::None).into_inner();
        seen.map(|seen| seen.0).map_err(|problem| problem.code())
    }

    #[test]
    fn a_step_names_exactly_one_version() {
        assert_eq!(sent(Some("\"7\"")), Ok(7));
        assert_eq!(sent(Some("W/\"7\"")), Ok(7));
        assert_eq!(sent(Some("\"7.2\"")), Ok(7), "of which two parts are missing");
        assert_eq!(sent(None), Err(Code::PreconditionRequired));
        for tag in [
            "\"7.\"",
            "\".7\"",
            "*",
            "7",
            "\"7",
            "\"\"",
            "\"-1\"",
            "\"+1\"",
            "\"99999999999\"",
            "\"1\", \"2\"",
        ] {
            assert_eq!(sent(Some(tag)), Err(Code::BadRequest), "{tag}");
        }
    }

    #[test]
    fn a_list_in_two_lines_is_refused_as_one_in_one_line_is() {
        let request = TestRequest::post().insert_header((IF_MATCH, "\"7\""));
        let request = request.append_header((IF_MATCH, "\"8\"")).to_http_request();
        let seen = IfMatch::from_request(&request, &mut Payload::None).into_inner();
        assert_eq!(seen.unwrap_err().code(), Code::BadRequest);
    }

    #[test]
    fn any_of_the_listed_tags_counts_as_held() {
        let request = TestRequest::get().insert_header((IF_NONE_MATCH, "\"6\", W/\"7\"")).to_http_request();
        assert!(is_held(&request, "\"7\"") && !is_held(&request, "\"8\""));
    }
}
