//! States, steps and rules of an export.

use chrono::{NaiveDate, TimeDelta};
use diesel::prelude::*;

use crate::base::area_code::AreaCode;
use crate::base::clock::Timestamp;
use crate::base::id::Id;
use crate::base::problem::{Code, Problem, Result};
use crate::platform::access::{Session, Staff};
use crate::platform::db::schema::exports;
use crate::platform::sheet::FileKind;

crate::id_kind! {
    /// A file that somebody asked for.
    Export = "export";
    /// One try to write an export; a later one takes its place.
    Attempt = "attempt";
}

crate::text_enum! {
    /// What a file holds.
    pub enum ExportSubject {
        Cases = "cases" "案卷",
        Leads = "leads" "涉诈线索",
        Dissuasions = "dissuasions" "劝阻台账",
    }
}

crate::text_enum! {
    /// What kind of file.
    pub enum ExportFormat {
        Csv = "csv" "CSV",
        Xlsx = "xlsx" "XLSX",
    }
}

crate::text_enum! {
    /// How far an export is.
    pub enum ExportState {
        Waiting = "waiting" "排队中",
        Running = "running" "正在导出",
        Ready = "ready" "可下载",
        Failed = "failed" "未完成",
        Cancelled = "cancelled" "已取消",
        Expired = "expired" "已过期",
    }
}

crate::text_enum! {
    /// What happens to an export.
    pub enum ExportStep {
        Begin = "begin" "开始导出",
        Finish = "finish" "完成",
        Fail = "fail" "终止",
        Cancel = "cancel" "取消",
        Expire = "expire" "过期",
    }
}

crate::text_enum! {
    /// Why an export came to nothing.
    pub enum ExportFailure {
        TooManyRows = "too_many_rows" "超过单次导出的行数上限,请缩小范围",
        NotPermitted = "not_permitted" "登录已结束,或岗位已变动,请重新申请",
        GivenUp = "given_up" "多次尝试均未成功,请重新申请或联系管理员",
    }
}

/// How long a file may be downloaded, counted from the beginning of its writing.
pub const KEPT: TimeDelta = TimeDelta::hours(24);

impl ExportFormat {
    /// The file; only a CSV has a byte order mark.
    pub const fn file(self, mark: bool) -> FileKind {
        match self {
            Self::Csv => FileKind::Csv { mark },
            Self::Xlsx => FileKind::Xlsx,
        }
    }

    /// Its media type.
    pub const fn media(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        }
    }
}

impl ExportState {
    /// The state after `step`, or 409 `step_not_allowed`. Total: every pair is decided here.
    pub fn after(self, step: ExportStep) -> Result<Self> {
        use ExportState::{Cancelled, Expired, Failed, Ready, Running, Waiting};
        use ExportStep::{Begin, Cancel, Expire, Fail, Finish};
        match (self, step) {
            // A process that died while it wrote is followed by another, which begins anew.
            (Waiting | Running, Begin) => Ok(Running),
            (Running, Finish) => Ok(Ready),
            (Waiting | Running, Fail) => Ok(Failed),
            (Waiting | Running | Ready, Cancel) => Ok(Cancelled),
            (Ready, Expire) => Ok(Expired),
            (Waiting, Finish | Expire)
            | (Running, Expire)
            | (Ready, Begin | Finish | Fail)
            | (Failed | Cancelled | Expired, _) => Err(refused(self, step)),
        }
    }
}

fn refused(state: ExportState, step: ExportStep) -> Problem {
    let detail = format!("导出现为“{}”,不能“{}”", state.label(), step.label());
    Problem::because(Code::StepNotAllowed, detail)
}

/// An export as it is stored.
#[derive(Debug, Clone, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = exports, treat_none_as_default_value = false, treat_none_as_null = true)]
pub struct ExportRow {
    /// The export.
    pub id: Id<Export>,
    /// Where whoever asked for it may export.
    pub area_code: AreaCode,
    /// Who asked for it and alone may have it.
    pub requested_by: Id<Staff>,
    /// The sign-in in which it was asked for; when that has ended before it is written, it is not.
    pub session_id: Id<Session>,
    /// The day of the request (Asia/Shanghai) …
    pub day: NaiveDate,
    /// … and which of this person's on that day, from 1.
    pub nth: i32,
    /// What kind of file.
    pub format: ExportFormat,
    /// Whether a CSV begins with a byte order mark.
    pub mark: bool,
    /// What for, as whoever asked says it.
    pub purpose: String,
    /// Which of them, sealed: somebody may look for a name.
    pub filter_sealed: Vec<u8>,
    /// Where and how far its writer saw; none before it was written.
    pub outline: Option<String>,
    /// How far it is.
    pub state: ExportState,
    /// The try that may go on with it.
    pub attempt: Option<Id<Attempt>>,
    /// Rows written so far.
    pub rows: i32,
    /// Length of the file.
    pub bytes: i64,
    /// Why it came to nothing.
    pub failure: Option<ExportFailure>,
    /// Counts the changes.
    pub version: i32,
    /// When it was asked for.
    pub created_at: Timestamp,
    /// When it was ready, or came to nothing.
    pub finished_at: Option<Timestamp>,
    /// Until when it may be downloaded.
    pub expires_at: Option<Timestamp>,
    /// What it holds.
    pub subject: ExportSubject,
}

impl ExportRow {
    /// The row after `step`, or 409.
    pub fn taken(&self, step: ExportStep, now: Timestamp) -> Result<Self> {
        let state = self.state.after(step)?;
        let ended = !matches!(state, ExportState::Waiting | ExportState::Running);
        let finished_at = self.finished_at.or(ended.then_some(now));
        Ok(Self { state, finished_at, version: self.version + 1, ..self.clone() })
    }

    /// 409 unless there is a file that may be downloaded at `now`.
    pub fn require_file(&self, now: Timestamp) -> Result<()> {
        let kept = self.expires_at.is_some_and(|until| now < until);
        match self.state {
            ExportState::Ready if kept => Ok(()),
            ExportState::Ready | ExportState::Expired => {
                Err(Problem::because(Code::StepNotAllowed, "文件已过期并清除,请重新导出"))
            }
            ExportState::Waiting | ExportState::Running => {
                Err(Problem::because(Code::StepNotAllowed, "文件还没有准备好,请稍后再下载"))
            }
            ExportState::Failed | ExportState::Cancelled => {
                Err(Problem::because(Code::StepNotAllowed, "这次导出没有文件"))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_step_is_taken_from_the_states_that_allow_it_and_from_no_other() {
        use ExportState::{Cancelled, Expired, Failed, Ready, Running, Waiting};
        let after = |step| -> Vec<(ExportState, ExportState)> {
            let taken = |state: &ExportState| state.after(step).ok().map(|after| (*state, after));
            ExportState::ALL.iter().filter_map(taken).collect()
        };
        assert_eq!(after(ExportStep::Begin), [(Waiting, Running), (Running, Running)]);
        assert_eq!(after(ExportStep::Finish), [(Running, Ready)]);
        assert_eq!(after(ExportStep::Fail), [(Waiting, Failed), (Running, Failed)]);
        assert_eq!(
            after(ExportStep::Cancel),
            [(Waiting, Cancelled), (Running, Cancelled), (Ready, Cancelled)]
        );
        assert_eq!(after(ExportStep::Expire), [(Ready, Expired)]);
    }
}
