//! What the reporter of an event is told, in words that a farmer understands.

use super::model::{EventRow, EventState, EventStep, Following, Resolution};
use super::offline;
use super::wire::buttons;
use crate::base::clock::Timestamp;
use crate::base::problem::{Problem, Result};
use crate::features::cases::{CaseFile, Followed, News, Progress};
use crate::features::messages::MessageKind;
use crate::platform::access::Granted;
use crate::platform::access::policy::SeeCases;
use crate::platform::db::DbConnection;

/// How far the event of `file`, which was found in the scope of `see`, is; 404 when the file is of another kind.
pub fn followed(
    c: &mut DbConnection,
    see: &Granted<SeeCases>,
    file: &CaseFile,
    now: Timestamp,
) -> Result<Followed> {
    let mut events = offline::read(c, see, vec![file.clone()], now)?;
    let event = events.pop().ok_or_else(Problem::not_found)?;
    Ok(Followed {
        state: event.row.state.as_str(),
        progress: progress(&event.row),
        passed: |step| step.parse().map_or_else(|_| followed_original(step), passed),
        actions: buttons(&event, see),
        became: event.row.became_kind.zip(event.row.became_id),
    })
}

/// Where an event stands. Total: every state has its words.
pub fn progress(row: &EventRow) -> Progress {
    let go_on = Progress::going_on;
    match row.state {
        EventState::Reported => go_on("已收到,等待镇里受理", "镇里答复是否受理"),
        EventState::Returned => go_on("请您补充情况", "您补充后,镇里答复是否受理"),
        EventState::Accepted => go_on("已受理,正在确定由谁办理", "交给承办单位"),
        EventState::Dispatched => {
            let whom = row.station.as_deref().unwrap_or("承办单位");
            Progress::going_on(format!("已派给{whom},等待处理"), "处理完毕")
        }
        EventState::Handling => go_on("正在处理", "处理完毕"),
        EventState::Handled => go_on("已处理,等待核查", "核查并答复您"),
        EventState::Suspended => {
            Progress { rests_until: row.suspended_until, ..go_on("暂停办理", "恢复办理") }
        }
        EventState::Closed => {
            let words = match row.resolution {
                Some(Resolution::Resolved) => "已办结,问题已解决",
                Some(Resolution::NotResolved) => "已办结,问题未能解决",
                Some(Resolution::NotNeeded) => "已办结,无需处理",
                Some(Resolution::NotOurs) => "已办结,不属于本镇职责",
                Some(Resolution::Duplicate) => "已办结,与另一件是同一件事",
                Some(Resolution::Converted) => "已转为其他案卷继续办理",
                None => "已办结",
            };
            Progress::ended(words, row.resolution != Some(Resolution::Converted))
        }
        EventState::Rejected => {
            let whose = row.right_office.as_deref().map(|office| format!(",可向{office}反映"));
            Progress::ended(format!("不予受理{}", whose.unwrap_or_default()), false)
        }
        EventState::Duplicate => go_on("与另一件反映的是同一件事,正合并办理", "那一件办结时一并答复您"),
        EventState::Withdrawn => Progress::ended("您已撤回", false),
    }
}

/// What a step meant; none for what is settled among ourselves. Total: every step is either told or not.
pub fn passed(step: EventStep) -> Option<&'static str> {
    match step {
        EventStep::Accept => Some("已受理"),
        EventStep::Return => Some("退回,请您补充"),
        EventStep::Supplement => Some("您已补充"),
        EventStep::Reject => Some("不予受理"),
        EventStep::Withdraw => Some("您已撤回"),
        EventStep::Merge => Some("与另一件合并办理"),
        EventStep::Unmerge => Some("恢复单独办理"),
        EventStep::SelfHandle => Some("网格员已当场办结"),
        EventStep::Dispatch => Some("已交给承办单位"),
        EventStep::Handle => Some("开始处理"),
        EventStep::Finish => Some("处理完毕,等待核查"),
        EventStep::Close => Some("核查后办结"),
        EventStep::Rework => Some("核查不合格,重新处理"),
        EventStep::Suspend => Some("暂停办理"),
        EventStep::Resume => Some("恢复办理"),
        EventStep::Extend => Some("延长办理时间"),
        EventStep::Reopen => Some("重新办理"),
        EventStep::Convert => Some("转为其他案卷继续办理"),
        EventStep::Decline | EventStep::AskSuspension | EventStep::AskExtension | EventStep::Deny => None,
    }
}

/// What it meant that a merged event followed its original; none for what is no such thing.
fn followed_original(step: &str) -> Option<&'static str> {
    Some(match step.parse().ok()? {
        Following::End => "与合并的那一件一起办结",
        Following::Again => "与合并的那一件一起重新办理",
        Following::Leave => "恢复单独办理",
    })
}

/// What the reporter is told of a step that led to `row`.
pub fn news(step: EventStep, row: &EventRow) -> Option<News> {
    let kind = match step {
        EventStep::Accept => MessageKind::Accepted,
        EventStep::Return => MessageKind::Returned,
        EventStep::Reject => MessageKind::Rejected,
        EventStep::Merge => MessageKind::Merged,
        EventStep::SelfHandle | EventStep::Close => MessageKind::Concluded,
        EventStep::Suspend => MessageKind::Suspended,
        EventStep::Resume | EventStep::Unmerge => MessageKind::Resumed,
        EventStep::Reopen => MessageKind::Reopened,
        EventStep::Convert => MessageKind::Transferred,
        EventStep::Supplement
        | EventStep::Withdraw
        | EventStep::Dispatch
        | EventStep::Decline
        | EventStep::Handle
        | EventStep::Finish
        | EventStep::Rework
        | EventStep::AskSuspension
        | EventStep::AskExtension
        | EventStep::Extend
        | EventStep::Deny => return None,
    };
    let progress = progress(row);
    let until = progress.rests_until.map(|day| format!(",到 {day} 为止")).unwrap_or_default();
    Some(News { kind, words: format!("{}{until}", progress.now) })
}
