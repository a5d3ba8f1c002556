//! The failures that operations share, for the description of the API.

use utoipa::IntoResponses;

use crate::base::problem::ProblemBody;

/// What any operation may answer instead of what was asked for: `responses((status = 200, ..), Errors)`.
#[derive(IntoResponses)]
pub enum Errors {
    /// 请求无法读懂
    #[response(status = 400, content_type = "application/problem+json")]
    BadRequest(ProblemBody<'static>),
    /// 未登录或登录已失效
    #[response(status = 401, content_type = "application/problem+json")]
    Unauthenticated(ProblemBody<'static>),
    /// 岗位没有这项权限
    #[response(status = 403, content_type = "application/problem+json")]
    Forbidden(ProblemBody<'static>),
    /// 不存在,或不在所辖区域内
    #[response(status = 404, content_type = "application/problem+json")]
    NotFound(ProblemBody<'static>),
    /// 当前状态不能办理,或内容相互冲突
    #[response(status = 409, content_type = "application/problem+json")]
    Conflict(ProblemBody<'static>),
    /// 内容已被他人更新,请重新读取
    #[response(status = 412, content_type = "application/problem+json")]
    StaleVersion(ProblemBody<'static>),
    /// 内容过大
    #[response(status = 413, content_type = "application/problem+json")]
    TooLarge(ProblemBody<'static>),
    /// 不支持的内容类型
    #[response(status = 415, content_type = "application/problem+json")]
    UnsupportedMedia(ProblemBody<'static>),
    /// 填写内容有误,逐项列在 errors 中
    #[response(status = 422, content_type = "application/problem+json")]
    InvalidFields(ProblemBody<'static>),
    /// 缺少 If-Match
    #[response(status = 428, content_type = "application/problem+json")]
    PreconditionRequired(ProblemBody<'static>),
    /// 请求过于频繁
    #[response(
        status = 429,
        content_type = "application/problem+json",
        headers(("Retry-After" = u32, description = "多少秒后再试"))
    )]
    RateLimited(ProblemBody<'static>),
    /// 服务器内部错误
    #[response(status = 500, content_type = "application/problem+json")]
    Internal(ProblemBody<'static>),
    /// 服务繁忙,内容可能没有保存;请稍后原样重发
    #[response(
        status = 503,
        content_type = "application/problem+json",
        headers(("Retry-After" = u32, description = "多少秒后再试"))
    )]
    Busy(ProblemBody<'static>),
    /// 存储空间不足,没有保存任何内容
    #[response(status = 507, content_type = "application/problem+json")]
    StorageFull(ProblemBody<'static>),
}
