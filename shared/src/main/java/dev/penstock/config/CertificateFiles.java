package dev.penstock.config;

import java.nio.file.Path;

/**
 * Files of what a process shows to prove who it is, PEM.
 *
 * @param certificate its certificate, then those that lead to a certificate authority
 * @param key its private key, unencrypted: RSA or elliptic curve
 */
public record CertificateFiles(Path certificate, Path key) {}
