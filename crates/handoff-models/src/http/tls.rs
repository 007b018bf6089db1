//! TLS by rustls with ring. The provider of cryptography is ours alone: nothing is installed for the whole process, and a
//! crate that has turned on another one is not in the way.

use std::sync::Arc;

use rustls::crypto::ring;
use rustls::{ClientConfig, RootCertStore};
use rustls_platform_verifier::BuilderVerifierExt as _;

/// TLS against the roots of the platform. A server on this machine needs none, so where it is not spoken to in TLS, a
/// platform without roots (a container, as a rule) is one that trusts nobody, and no error.
pub(super) fn config(base: &str) -> Result<ClientConfig, rustls::Error> {
    let builder = || {
        let builder = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()));
        builder.with_safe_default_protocol_versions()
    };
    let verified = match builder()?.with_platform_verifier() {
        Err(_) if base.starts_with("http://") => builder()?.with_root_certificates(RootCertStore::empty()),
        verified => verified?,
    };
    let mut config = verified.with_no_client_auth();
    // A client that is handed its TLS leaves this to whoever hands it in.
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(config)
}
