//! TypeIDs as text: a prefix, an underscore, and a UUID in 26 letters of Crockford's base 32.

use uuid::Uuid;

const LETTERS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// `prefix_` and `uuid` in base 32, as in `hazard_01h455vb4pex5vsknk084sn02q`.
pub fn encode(prefix: &str, uuid: Uuid) -> String {
    let bits = uuid.as_u128();
    let mut text = String::with_capacity(prefix.len() + 27);
    text.push_str(prefix);
    text.push('_');
    for place in (0..26).rev() {
        text.push(LETTERS[(bits >> (place * 5)) as usize & 31] as char);
    }
    text
}

/// The UUID in `text`, whatever its prefix; `None` where it is not a TypeID.
pub fn decode(text: &str) -> Option<Uuid> {
    let (_, suffix) = text.rsplit_once('_')?;
    // 26 letters hold 130 bits: a first letter above 7 would not fit.
    if suffix.len() != 26 || suffix.as_bytes()[0] > b'7' {
        return None;
    }
    suffix
        .bytes()
        .try_fold(0u128, |bits, byte| Some(bits << 5 | LETTERS.iter().position(|&l| l == byte)? as u128))
        .map(Uuid::from_u128)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_of_the_specification_is_written_and_read() {
        let uuid = Uuid::from_u128(0x01890a5d_ac96_774b_bcce_b302099a8057);
        assert_eq!(encode("prefix", uuid), "prefix_01h455vb4pex5vsknk084sn02q");
        assert_eq!(decode("prefix_01h455vb4pex5vsknk084sn02q"), Some(uuid));
    }

    #[test]
    fn what_is_no_typeid_is_refused() {
        for text in ["", "prefix", "p_81h455vb4pex5vsknk084sn02q", "p_01h455vb4pex5vsknk084sn02l", "p_01h4"] {
            assert_eq!(decode(text), None, "{text}");
        }
    }
}
