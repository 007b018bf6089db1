//! TLS by rustls with ring. The provider of cryptography is ours alone: nothing is installed for the whole process, and a
//! crate that has turned on another one is not in the way.

use std::sync::Arc;

use rustls::ClientConfig;
use rustls::crypto::ring;
use rustls_platform_verifier::BuilderVerifierExt as _;

/// TLS against the roots of the platform.
pub(super) fn config() -> Result<ClientConfig, rustls::Error> {
    let versions = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()?;
    let mut config = versions.with_platform_verifier()?.with_no_client_auth();
    // A client that is handed its TLS leaves this to whoever hands it in.
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(config)
}
