//! Events as they go over the wire (WHATWG HTML, "Server-sent events").

use actix_web::web::Bytes;
use serde::Serialize;
use utoipa::ToSchema;

use super::position::Position;
use crate::base::area_code::AreaCode;
use crate::base::clock::Timestamp;
use crate::base::problem::{Problem, Result};
use crate::features::cases::{CaseKind, Phase, shown_id};
use crate::features::timeline::Follow;

/// The `data` of an event `case`: someone took a step. Persons are not named.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CaseEvent {
    /// The case, under its kind's own prefix.
    #[schema(example = "hazard_01h455vb4pex5vsknk084sn02q")]
    pub id: String,
    /// The kind.
    pub kind: CaseKind,
    /// What was done, a verb of the API; `report` opens a case.
    #[schema(example = "order")]
    pub step: String,
    /// The phase after it.
    pub phase: Phase,
    /// Where the case lies.
    pub area_code: AreaCode,
    /// When the server took the step.
    pub at: Timestamp,
}

/// An event that is ready to be sent, with what decides who gets it.
#[derive(Debug, Clone)]
pub struct Frame {
    /// Its place in the order.
    pub position: Position,
    /// Where the case lies.
    pub area: AreaCode,
    /// The text of the event.
    pub bytes: Bytes,
}

impl Frame {
    /// The event of an entry; 500 when the entry names a kind or a phase that this version does not know.
    fn of(entry: Follow) -> Result<Self> {
        let kind: CaseKind = entry.case_kind.parse().map_err(Problem::internal)?;
        let position = Position { lot: entry.lot, entry: entry.id.uuid() };
        let event = CaseEvent {
            id: shown_id(kind, entry.case_id.same_as()),
            kind,
            step: entry.step,
            phase: entry.phase.parse().map_err(Problem::internal)?,
            area_code: entry.area_code.clone(),
            at: entry.at,
        };
        let data = serde_json::to_string(&event).map_err(Problem::internal)?;
        let bytes = Bytes::from(format!("id: {position}\nevent: case\ndata: {data}\n\n"));
        Ok(Self { position, area: entry.area_code, bytes })
    }
}

/// A reading of the timeline.
#[derive(Debug, Default)]
pub struct Reading {
    /// What can be sent, in order.
    pub frames: Vec<Frame>,
    /// How far it went, which may be past the last frame; `None` when there was nothing.
    pub until: Option<Position>,
    /// How many entries were read.
    pub entries: usize,
}

impl Reading {
    /// The events of `entries`. During a rolling update another node may write kinds that this one does not know:
    /// such an entry is left out, because following must go on.
    pub fn of(entries: Vec<Follow>) -> Self {
        let mut reading = Self { entries: entries.len(), ..Self::default() };
        for entry in entries {
            reading.until = Some(Position { lot: entry.lot, entry: entry.id.uuid() });
            match Frame::of(entry) {
                Ok(frame) => reading.frames.push(frame),
                Err(problem) => tracing::warn!(?problem, "left an entry out that this version does not know"),
            }
        }
        reading
    }
}

/// Milliseconds after which a client that lost the connection comes back.
const RETRY_MS: u32 = 2000;

/// What a stream begins with: where it begins, so that a client cut off before the first event loses nothing.
pub fn opening(at: Position) -> Bytes {
    Bytes::from(format!("retry: {RETRY_MS}\nid: {at}\n\n"))
}

/// A sign of life. Its id moves the client past what concerned others, so that coming back stays cheap; a
/// block without `data` is no event to the client.
pub fn heartbeat(at: Position) -> Bytes {
    Bytes::from(format!(": heartbeat\nid: {at}\n\n"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::id::Id;

    fn entry(lot: i64) -> Follow {
        Follow {
            lot,
            id: Id::from_uuid(uuid::Uuid::nil()),
            at: Timestamp::from_millis(1_767_576_600_000),
            case_id: Id::from_uuid("01890a5d-ac96-774b-bcce-b302099a8057".parse().unwrap()),
            case_kind: "hazard".to_owned(),
            area_code: "500114119201001".parse().unwrap(),
            step: "order".to_owned(),
            phase: "working".to_owned(),
        }
    }

    #[test]
    fn an_entry_of_a_kind_from_a_newer_version_is_passed_over() {
        let newer = Follow { case_kind: "petition".to_owned(), ..entry(8) };
        let reading = Reading::of(vec![entry(7), newer.clone(), entry(9), newer]);
        let lots: Vec<_> = reading.frames.iter().map(|frame| frame.position.lot).collect();
        assert_eq!((lots, reading.entries), (vec![7, 9], 4));
        assert_eq!(reading.until.map(|until| until.lot), Some(8));
    }

    #[test]
    fn an_event_carries_the_position_the_case_under_its_own_name_and_no_person() {
        let expected = "id: 7-00000000-0000-0000-0000-000000000000\nevent: case\ndata: \
            {\"id\":\"hazard_01h455vb4pex5vsknk084sn02q\",\"kind\":\"hazard\",\"step\":\"order\",\
            \"phase\":\"working\",\"area_code\":\"500114119201001\",\"at\":\"2026-01-05T01:30:00.000Z\"}\n\n";
        assert_eq!(Frame::of(entry(7)).unwrap().bytes, expected);
    }
}
