//! The key pair that seals a journal.
//!
//! Takes randomness of the operating system or a PEM file, gives signatures. The private half must never be
//! printed: its type has no text form, and its memory is wiped when it is dropped.

use std::fs::OpenOptions;
use std::io::Write;
use std::path::Path;

use ed25519_dalek::pkcs8::spki::der::pem::LineEnding;
use ed25519_dalek::pkcs8::{DecodePrivateKey, EncodePrivateKey, KeypairBytes};
use ed25519_dalek::{Signer, SigningKey};

use crate::EvidenceError;
use crate::error::At;

/// A private key. It cannot be printed, cloned or compared.
pub struct SealKey(SigningKey);

impl SealKey {
    /// Makes a new key pair and writes its private half to a new file (PKCS#8, PEM), which only its owner can
    /// read. The file belongs outside of the case: whoever has it can seal in its owner's name.
    ///
    /// # Errors
    /// When the name is taken, the file cannot be written, or there is no randomness.
    pub fn generate(path: &Path) -> Result<Self, EvidenceError> {
        let key = random_key()?;
        // Without the public half, which version 2 of PKCS#8 adds: OpenSSL does not read that version.
        let private = KeypairBytes {
            secret_key: key.to_bytes(),
            public_key: None,
        };
        let pem = private
            .to_pkcs8_pem(LineEnding::LF)
            .map_err(|_| EvidenceError::NotAKey(path.to_path_buf()))?;
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        {
            use std::os::unix::fs::OpenOptionsExt;
            options.mode(0o600);
        }
        let mut file = options.open(path).at("create", path)?;
        file.write_all(pem.as_bytes())
            .and_then(|()| file.sync_all())
            .at("write", path)?;
        Ok(Self(key))
    }

    /// Reads the private key from a PEM file (PKCS#8), such as `openssl genpkey -algorithm ed25519` makes.
    ///
    /// # Errors
    /// When the file cannot be read or holds no such key.
    pub fn load(path: &Path) -> Result<Self, EvidenceError> {
        let mut text = std::fs::read(path).at("read", path)?;
        let key = std::str::from_utf8(&text)
            .ok()
            .and_then(|pem| SigningKey::from_pkcs8_pem(pem).ok());
        text.fill(0);
        key.map(Self)
            .ok_or_else(|| EvidenceError::NotAKey(path.to_path_buf()))
    }

    /// The public half, 64 hexadecimal digits. Give it to whoever is to check the seals, on a way other than
    /// the case itself.
    pub fn public(&self) -> String {
        super::hex(self.0.verifying_key().as_bytes())
    }

    pub(super) fn sign(&self, message: &[u8]) -> String {
        super::hex(&self.0.sign(message).to_bytes())
    }
}

fn random_key() -> Result<SigningKey, EvidenceError> {
    let mut seed = [0; 32];
    getrandom::fill(&mut seed).map_err(|error| EvidenceError::NoRandomness(error.to_string()))?;
    let key = SigningKey::from_bytes(&seed);
    seed.fill(0);
    Ok(key)
}
