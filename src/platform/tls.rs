//! Chooses the cryptography behind every outgoing TLS connection: ring.
//!
//! rustls is built without a default so that no second implementation gets linked in. Called by
//! whoever builds an HTTP client, before building it.

/// Makes ring the process's TLS provider. Calling it again does nothing.
pub fn install_crypto() {
    // The only failure is that a provider stands already, which is what we want.
    let _already = rustls::crypto::ring::default_provider().install_default();
}
