//! A notice as a message of the Common Alerting Protocol 1.2 (OASIS): what those who pass warnings on read.
//!
//! One message says that it was published, and refers to the one before when it took its place; another that it was
//! cancelled, and refers to the first. Both stay as they are
//! for ever: the same identifier is the same message. It is `Actual` always: the program cannot know that somebody is
//! only trying it out.

use std::io;

use geo::{CoordsIter, Polygon};

use super::published::Published;
use super::xml::{self, Document, optional, text};
use crate::base::area_code::{AreaCode, AreaLevel};
use crate::base::clock::Timestamp;
use crate::base::problem::{Problem, Result};
use crate::features::areas::GridMap;
use crate::features::notices::model::WarningLevel;

const NAMESPACE: &str = "urn:oasis:names:tc:emergency:cap:1.2";
/// What the codes of areas are: digits of the statistics bureau, and ours below a village.
const GEOCODE: &str = "CN-GB2260";
/// The most points of the outlines of one message; with more it says where in words and codes only.
const MOST_POINTS: usize = 10_000;

crate::text_enum! {
    /// Which message of a notice.
    pub enum CapMessage {
        Alert = "alert" "发布",
        Cancel = "cancel" "撤回",
    }
}

/// Who sends, and where what is said stands.
#[derive(Debug, Clone)]
pub struct Sender<'a> {
    /// The address of the program, without a slash at its end.
    pub url: &'a str,
}

impl Sender<'_> {
    /// The name in the address: unique, and without the characters that CAP forbids in one.
    fn name(&self) -> &str {
        self.url.split_once("://").map_or(self.url, |(_, host)| host)
    }

    /// The page of a notice.
    pub fn page(&self, notice: &Published) -> String {
        format!("{}/api/v1/public/notices/{}", self.url, notice.row.id)
    }
}

/// The message; 404 for a cancellation that has not been.
pub fn message(notice: &Published, which: CapMessage, sender: &Sender<'_>, map: &GridMap) -> Result<Vec<u8>> {
    let sent = match which {
        CapMessage::Alert => notice.row.published_at,
        CapMessage::Cancel => notice.row.cancelled_at.ok_or_else(Problem::not_found)?,
    };
    xml::document(|x| {
        x.create_element("alert").with_attribute(("xmlns", NAMESPACE)).write_inner_content(|x| {
            text(x, "identifier", &identifier(notice, which))?;
            text(x, "sender", sender.name())?;
            text(x, "sent", &moment(sent))?;
            text(x, "status", "Actual")?;
            let first = match which {
                CapMessage::Cancel => Some((identifier(notice, CapMessage::Alert), notice.row.published_at)),
                CapMessage::Alert => notice.replaces.map(|(before, at)| (before.to_string(), at)),
            };
            text(x, "msgType", kind(which, first.is_some()))?;
            text(x, "scope", "Public")?;
            if which == CapMessage::Cancel {
                text(x, "note", "通知已撤回")?;
            }
            if let Some((first, at)) = first {
                text(x, "references", &format!("{},{first},{}", sender.name(), moment(at)))?;
            }
            info(x, notice, which, sender, map)
        })?;
        Ok(())
    })
}

/// What the message is to those before it.
const fn kind(which: CapMessage, refers: bool) -> &'static str {
    match (which, refers) {
        (CapMessage::Cancel, _) => "Cancel",
        (CapMessage::Alert, true) => "Update",
        (CapMessage::Alert, false) => "Alert",
    }
}

/// The same for ever: that of the notice, and another for its end.
fn identifier(notice: &Published, which: CapMessage) -> String {
    match which {
        CapMessage::Alert => notice.row.id.to_string(),
        CapMessage::Cancel => format!("{}.cancel", notice.row.id),
    }
}

/// As CAP wants it: whole seconds, with the zone in digits.
fn moment(at: Timestamp) -> String {
    at.local().format("%Y-%m-%dT%H:%M:%S%:z").to_string()
}

fn info(
    x: &mut Document,
    notice: &Published,
    which: CapMessage,
    sender: &Sender<'_>,
    map: &GridMap,
) -> io::Result<()> {
    let row = &notice.row;
    let cancelled = which == CapMessage::Cancel;
    x.create_element("info").write_inner_content(|x| {
        text(x, "language", "zh-CN")?;
        text(x, "category", if row.fraud_type.is_some() { "Security" } else { "Safety" })?;
        let fraud = row.fraud_type.map(|fraud| format!("电信网络诈骗{}:{}", row.kind.label(), fraud.label()));
        text(x, "event", fraud.as_deref().unwrap_or(row.kind.label()))?;
        text(x, "responseType", if cancelled { "AllClear" } else { "Avoid" })?;
        text(x, "urgency", if cancelled { "Past" } else { urgency(row.level) })?;
        text(x, "severity", severity(row.level))?;
        text(x, "certainty", if row.level.is_some() { "Likely" } else { "Unknown" })?;
        text(x, "effective", &moment(row.published_at))?;
        optional(x, "expires", row.expires_at.map(moment).as_deref())?;
        text(x, "senderName", &notice.issuer)?;
        text(x, "headline", &row.title)?;
        text(x, "description", &row.body)?;
        optional(x, "instruction", row.instruction.as_deref())?;
        text(x, "web", &sender.page(notice))?;
        areas(x, notice, map)
    })?;
    Ok(())
}

/// 预警级别 (突发事件应对法 63): red is the gravest.
const fn severity(level: Option<WarningLevel>) -> &'static str {
    match level {
        Some(WarningLevel::Red) => "Extreme",
        Some(WarningLevel::Orange) => "Severe",
        Some(WarningLevel::Yellow) => "Moderate",
        Some(WarningLevel::Blue) => "Minor",
        None => "Unknown",
    }
}

const fn urgency(level: Option<WarningLevel>) -> &'static str {
    match level {
        Some(WarningLevel::Red) => "Immediate",
        Some(WarningLevel::Orange | WarningLevel::Yellow) => "Expected",
        Some(WarningLevel::Blue) => "Future",
        None => "Unknown",
    }
}

fn areas(x: &mut Document, notice: &Published, map: &GridMap) -> io::Result<()> {
    let day = notice.row.published_at.local_date();
    let outlines = notice.areas.iter().map(|area| outlines(map, &area.code, day));
    let mut outlines: Vec<Vec<Polygon<f64>>> = outlines.collect();
    let points: usize = outlines.iter().flatten().map(|outline| outline.exterior().coords_count()).sum();
    if points > MOST_POINTS {
        outlines.iter_mut().for_each(Vec::clear);
    }
    for (area, outlines) in notice.areas.iter().zip(&outlines) {
        x.create_element("area").write_inner_content(|x| {
            text(x, "areaDesc", &area.name)?;
            for outline in outlines {
                text(x, "polygon", &polygon(outline))?;
            }
            x.create_element("geocode").write_inner_content(|x| {
                text(x, "valueName", GEOCODE)?;
                text(x, "value", area.code.as_str())
            })?;
            Ok(())
        })?;
    }
    Ok(())
}

/// How an area ran on that day: its own outline, or those of the grids in it.
fn outlines(map: &GridMap, code: &AreaCode, day: chrono::NaiveDate) -> Vec<Polygon<f64>> {
    let finest = code.level().max(AreaLevel::Grid);
    let held = map.inside(code).filter(|boundary| boundary.code.level() == finest && boundary.days.hold(day));
    held.flat_map(|boundary| boundary.shape.outline().iter().cloned()).collect()
}

/// WGS-84, latitude first; the last point is the first, and a triangle has four.
fn polygon(outline: &Polygon<f64>) -> String {
    let points = outline.exterior().coords().map(|at| format!("{:.6},{:.6}", at.y, at.x));
    points.collect::<Vec<_>>().join(" ")
}
