//! The table of failure codes and the one failure type, [`Problem`].
//!
//! Which to use: 401 who are you; 403 never your role; 404 absent or outside your areas; 409 wrong
//! state or changed meanwhile; 422 your input; 503 try again. Clients branch on `code`; `detail` is for
//! people, in Chinese. The cause goes to the log, once, and never to the client: it has no way out of
//! this type except [`Problem::cause`], which only the log asks for.

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::area_code::AreaCode;

/// What goes wrong, goes wrong as a [`Problem`].
pub type Result<T, E = Problem> = std::result::Result<T, E>;

macro_rules! codes {
    ($($variant:ident = $code:literal $status:literal $title:literal $meaning:literal;)+) => {
        /// Every failure that a client can meet. A code is never renamed or reused.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Code { $(#[doc = $meaning] $variant),+ }

        impl Code {
            /// The whole table, in the order of `docs/problems.md`.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word that clients branch on.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $code),+ }
            }

            /// The HTTP status.
            pub const fn status(self) -> u16 {
                match self { $(Self::$variant => $status),+ }
            }

            /// A short Chinese title, the same for every occurrence.
            pub const fn title(self) -> &'static str {
                match self { $(Self::$variant => $title),+ }
            }

            /// What it means and what to do, for `docs/problems.md`.
            pub const fn meaning(self) -> &'static str {
                match self { $(Self::$variant => $meaning),+ }
            }
        }
    };
}

codes! {
    BadRequest = "bad_request" 400 "请求格式不正确" "The request cannot be read: not JSON, a bad path or query. Mend the request.";
    Unauthenticated = "unauthenticated" 401 "请先登录" "No token, or one that is expired, revoked or not ours. Refresh or sign in.";
    SignInFailed = "sign_in_failed" 401 "账号或密码不正确" "Phone and password do not match, or there is no such account; which of the two is not told.";
    CodeRefused = "code_refused" 401 "微信登录凭证无效" "WeChat refused the code: expired, used or not its own. Ask wx.login for a fresh one.";
    RefreshReused = "refresh_reused" 401 "登录已失效" "A refresh token was used twice; the session has been ended on every device that held it. Sign in.";
    Forbidden = "forbidden" 403 "没有这项权限" "Your role may never do this here.";
    SamePerson = "same_person" 403 "须由另一人办理" "The two-person rule: whoever wrote or submitted may not approve, whoever approved may not publish.";
    RiskyUser = "risky_user" 403 "微信判定账号有风险" "WeChat blocks this user's sign-in. Do not retry.";
    PasswordExpired = "password_expired" 403 "须先修改密码" "The password was set by someone else or is too old. Choose another, then sign in.";
    NotFound = "not_found" 404 "没有找到" "It does not exist, or it is outside your areas.";
    MethodNotAllowed = "method_not_allowed" 405 "不支持这种请求方法" "The path exists, the method does not; see Allow.";
    StepNotAllowed = "step_not_allowed" 409 "当前状态不能办理这一步" "The record's state does not allow this step; read it again and look at its actions.";
    GuardRefused = "guard_refused" 409 "条件不满足,不能办理" "The step is known but something that rule or law demands is missing; see detail and basis.";
    IdReused = "id_reused" 409 "编号已用于其他内容" "The id exists with other content. Make a new id, or read the record.";
    AlreadyExists = "already_exists" 409 "已经存在" "Another record has the same unique value.";
    KeyReused = "key_reused" 409 "幂等键已用于其他请求" "The Idempotency-Key was used for another request.";
    OffsetMismatch = "offset_mismatch" 409 "续传位置不符" "The upload has come to another offset. Ask for it by HEAD and go on from there.";
    Blocked = "blocked" 409 "前一步没有办成" "An operation on the same record before this one was not done, so this one was not tried. Send it again when that one is.";
    InUse = "in_use" 409 "仍被使用" "Other records still depend on it.";
    RoleExcluded = "role_excluded" 409 "岗位互斥" "System, security and audit administration may not meet in one person.";
    StaleVersion = "stale_version" 412 "内容已被他人更新" "If-Match names an older version; read again.";
    TooLarge = "too_large" 413 "内容过大" "The body or the picture exceeds the limit named in detail.";
    UnsupportedMedia = "unsupported_media" 415 "不支持的内容类型" "The media type, or what the file really is, is not accepted.";
    InvalidFields = "invalid_fields" 422 "填写内容有误" "One entry per field in errors.";
    BoundaryConflict = "boundary_conflict" 422 "与其他网格的边界冲突" "The boundary overlaps that of another grid, or a micro-grid reaches out of its grid; the others are in areas, with overlap_m2. Redraw, or import both at once.";
    GridAmbiguous = "grid_ambiguous" 422 "位置在网格交界处,请选择网格" "No area was named and the coordinates, as precise as they are, may lie in several grids; these are in areas, nearest first. Ask the person and send the same again with area_code.";
    Locked = "locked" 423 "账号已锁定" "Too many failures; try again after Retry-After seconds.";
    PreconditionRequired = "precondition_required" 428 "缺少版本号" "Steps take If-Match with the version from ETag.";
    RateLimited = "rate_limited" 429 "请求过于频繁" "Wait Retry-After seconds.";
    Internal = "internal" 500 "服务器内部错误" "Our fault. The request id finds it in the log.";
    UpstreamFailed = "upstream_failed" 502 "外部服务出错" "WeChat or another outside service failed; try again.";
    Busy = "busy" 503 "服务繁忙" "The queue or the pool is full, or the database is away. It may not have been stored: send the same again (same id, same Idempotency-Key, same If-Match) after Retry-After seconds.";
    CalendarMissing = "calendar_missing" 503 "缺少放假安排" "Working days are needed of a year whose State Council notice this version does not hold. Install the version that does; the same request is then answered.";
    StorageFull = "storage_full" 507 "存储空间不足" "The disk is full; nothing was stored.";
}

/// What is wrong with one field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FieldError {
    /// The field's path in the body or its name in the query, such as `parties[0].phone`.
    pub field: String,
    /// What to do about it, in Chinese.
    pub message: String,
}

/// The law that a refusal rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub struct Basis {
    /// The statute's Chinese name, without book-title marks.
    #[schema(value_type = String)]
    pub law: &'static str,
    /// The article, such as `第十七条`.
    #[schema(value_type = String)]
    pub article: &'static str,
}

/// An area that a refusal speaks of: a grid to choose from, or one that is in the way.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct ConcernedArea {
    /// The area.
    pub code: AreaCode,
    /// What it is called.
    pub name: String,
    /// How far the point in question is from it, metres; 0 inside.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub distance_m: Option<f64>,
    /// How much ground is in question, m².
    #[serde(skip_serializing_if = "Option::is_none")]
    pub overlap_m2: Option<f64>,
}

/// A failure on its way to the client.
pub struct Problem(Box<Inner>);

struct Inner {
    code: Code,
    detail: Cow<'static, str>,
    errors: Vec<FieldError>,
    areas: Vec<ConcernedArea>,
    basis: Option<Basis>,
    retry_after: Option<u32>,
    version: Option<i32>,
    cause: Option<Box<dyn fmt::Display + Send + Sync>>,
}

impl Problem {
    /// A failure with the code's own title as its detail.
    pub fn new(code: Code) -> Self {
        Self(Box::new(Inner {
            code,
            detail: Cow::Borrowed(code.title()),
            errors: Vec::new(),
            areas: Vec::new(),
            basis: None,
            retry_after: None,
            version: None,
            cause: None,
        }))
    }

    /// A failure with a sentence for the person who reads it.
    pub fn because(code: Code, detail: impl Into<Cow<'static, str>>) -> Self {
        let mut problem = Self::new(code);
        problem.0.detail = detail.into();
        problem
    }

    /// 422 for one field.
    pub fn field(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self::fields(vec![FieldError { field: field.into(), message: message.into() }])
    }

    /// 422 for several fields at once.
    pub fn fields(errors: Vec<FieldError>) -> Self {
        Self::new(Code::InvalidFields).with_errors(errors)
    }

    /// Names the fields that are wrong.
    pub fn with_errors(mut self, errors: Vec<FieldError>) -> Self {
        self.0.errors = errors;
        self
    }

    /// Names the areas that it is about.
    pub fn about(mut self, areas: Vec<ConcernedArea>) -> Self {
        self.0.areas = areas;
        self
    }

    /// 404: absent, or outside the caller's areas; the two must look alike.
    pub fn not_found() -> Self {
        Self::new(Code::NotFound)
    }

    /// 500 with the cause for the log.
    pub fn internal(cause: impl fmt::Display + Send + Sync + 'static) -> Self {
        Self::new(Code::Internal).caused_by(cause)
    }

    /// Remembers why, for the log only.
    pub fn caused_by(mut self, cause: impl fmt::Display + Send + Sync + 'static) -> Self {
        self.0.cause = Some(Box::new(cause));
        self
    }

    /// Names the law that the refusal rests on.
    pub fn on_basis(mut self, law: &'static str, article: &'static str) -> Self {
        self.0.basis = Some(Basis { law, article });
        self
    }

    /// Tells the client to wait this many seconds.
    pub fn retry_after(mut self, seconds: u32) -> Self {
        self.0.retry_after = Some(seconds);
        self
    }

    /// Tells the client the version that is current, for 412.
    pub fn current_version(mut self, version: i32) -> Self {
        self.0.version = Some(version);
        self
    }

    /// The code that clients branch on.
    pub fn code(&self) -> Code {
        self.0.code
    }

    /// What happened, for a person.
    pub fn detail(&self) -> &str {
        &self.0.detail
    }

    /// The cause, for the log.
    pub fn cause(&self) -> Option<&(dyn fmt::Display + Send + Sync)> {
        self.0.cause.as_deref()
    }

    /// Seconds for the `Retry-After` header.
    pub fn retry_seconds(&self) -> Option<u32> {
        self.0.retry_after
    }

    /// The version that is current, of 412.
    pub fn version(&self) -> Option<i32> {
        self.0.version
    }

    /// The law that the refusal rests on.
    pub fn basis(&self) -> Option<Basis> {
        self.0.basis
    }

    /// The fields that are wrong.
    pub fn errors(&self) -> &[FieldError] {
        &self.0.errors
    }

    /// The body, RFC 9457.
    pub fn body<'a>(&'a self, request_id: &'a str) -> ProblemBody<'a> {
        ProblemBody {
            kind: format!("/docs/problems#{}", self.0.code.as_str()),
            title: self.0.code.title(),
            status: self.0.code.status(),
            detail: &self.0.detail,
            code: self.0.code.as_str(),
            request_id,
            errors: &self.0.errors,
            areas: &self.0.areas,
            basis: self.0.basis,
            version: self.0.version,
        }
    }
}

impl fmt::Debug for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")?;
        for error in self.errors() {
            write!(f, "; {}: {}", error.field, error.message)?;
        }
        self.cause().map_or(Ok(()), |cause| write!(f, "; cause: {cause}"))
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.0.code.as_str(), self.0.detail)
    }
}

impl std::error::Error for Problem {}

/// `application/problem+json` (RFC 9457) with our members `code`, `request_id`, `errors`, `areas`, `basis`.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Problem)]
pub struct ProblemBody<'a> {
    /// A link to the code's description.
    #[serde(rename = "type")]
    pub kind: String,
    /// The code's short title.
    pub title: &'a str,
    /// The HTTP status.
    pub status: u16,
    /// What happened here, for a person.
    pub detail: &'a str,
    /// The word to branch on.
    pub code: &'a str,
    /// Finds this request in the log.
    pub request_id: &'a str,
    /// One entry per field that is wrong.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    #[schema(required = false)]
    pub errors: &'a [FieldError],
    /// The areas that it is about.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    #[schema(required = false)]
    pub areas: &'a [ConcernedArea],
    /// The law that the refusal rests on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub basis: Option<Basis>,
    /// The version that is current, for 412.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<i32>,
}
