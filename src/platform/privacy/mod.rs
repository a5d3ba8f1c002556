//! Field encryption: personal data is sealed before it reaches a database and opened after.
//!
//! PIPL article 51 asks for encryption of what identifies people; nothing plain may be in the database
//! file, its log or a backup. [`Vault`] is the whole door: stores seal and open rows with it, and look
//! rows up by its keyed index. It refuses to print anything, and to say in a failure what a value was.
//! It does not tie a value to its row: whoever can write to the table can move a sealed name to another
//! person; the audit chain is what shows that.

mod cipher;
mod signer;
mod vault;

pub use cipher::{FieldCipher, NONCE_LENGTH, Refused, TAG_LENGTH, cipher};
pub use signer::Signer;
pub use vault::{Field, INDEX_LENGTH, Sensitive, Vault};
