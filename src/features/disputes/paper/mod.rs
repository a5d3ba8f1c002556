//! The agreement on paper: drafted from the facts, with what is missing and what looks wrong named, and printed as plain
//! text and as DOCX.
//!
//! A written agreement has the three groups of content that 人民调解法 29 names; of an oral one the record that 28 asks
//! for. Nothing here judges what the parties want, and nothing reads or writes the database. Texts name people, so
//! they are kept sealed and shown by `reveal.rs` alone.

mod compose;
mod docx;
mod draft;
mod lint;
mod missing;
mod text;

pub use compose::{Known, compose};
pub use docx::docx;
pub use draft::{Draft, Item, Situation};
pub use lint::{Hint, HintKind, hints};
pub use missing::missing;
pub use text::text;

crate::text_enum! {
    /// How a draft is printed.
    pub enum PaperFormat {
        Text = "text" "纯文本",
        Docx = "docx" "Word 文档",
    }
}
