//! Bytes as text: hexadecimal, and account addresses in bech32.

/// Lower-case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// An account address: bech32 with the prefix `akash`.
pub(crate) fn address(bytes: &[u8]) -> String {
    let hrp = bech32::Hrp::parse_unchecked("akash");
    bech32::encode::<bech32::Bech32>(hrp, bytes).unwrap_or_default()
}

/// Whether a text is an account address: checks its prefix, length and checksum.
pub(crate) fn is_address(text: &str) -> bool {
    bech32::decode(text).is_ok_and(|(hrp, bytes)| hrp.as_str() == "akash" && bytes.len() >= 20)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_real_bech32() {
        assert!(is_address("akash1365yvmc4s7awdyj3n2sav7xfx76adc6dnmlx63"));
        assert!(is_address(&address(&[7; 20])));
        assert!(!is_address("akash1365yvmc4s7awdyj3n2sav7xfx76adc6dnmlx64"));
        assert!(!is_address("cosmos1xxx"));
    }
}
