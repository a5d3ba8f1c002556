//! actix's own extractors, made to refuse as ours do.

use actix_web::error::{PathError, QueryPayloadError};
use actix_web::web::{PathConfig, QueryConfig, ServiceConfig};

use super::complaint;
use crate::base::problem::Problem;

/// A path that does not parse names nothing: 404. A query that does not parse is 400.
pub fn extractors(config: &mut ServiceConfig) {
    config.app_data(
        PathConfig::default()
            .error_handler(|error: PathError, _| Problem::not_found().caused_by(error.to_string()).into()),
    );
    config.app_data(QueryConfig::default().error_handler(|error, _| match error {
        QueryPayloadError::Deserialize(error) => complaint::unreadable("查询参数", &error.to_string()).into(),
        other => Problem::internal(other.to_string()).into(),
    }));
}
