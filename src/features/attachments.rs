//! placeholder to be merged
use crate::base::id::Id;
use crate::base::problem::Result;
use crate::platform::access::*;
use crate::platform::db::*;
crate::id_kind! { /// photo
Photo = "photo"; }
crate::text_enum! { /// stage
pub enum Stage { Before = "before" "前", During = "during" "中", After = "after" "后" } }
/// v
#[derive(serde::Serialize, utoipa::ToSchema)]
pub struct PhotoView {
    /// id
    pub id: Id<Photo>,
}
/// c
pub fn claim(_: &mut Tx, _: &Actor, _: &[Id<Photo>], _: &AreaInScope, _: uuid::Uuid, _: Stage) -> Result<()> {
    Ok(())
}
/// o
pub fn of_case(_: &mut DbConnection, _: &AreaScope, _: uuid::Uuid) -> Result<Vec<PhotoView>> {
    Ok(vec![])
}
