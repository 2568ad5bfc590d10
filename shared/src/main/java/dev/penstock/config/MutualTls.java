package dev.penstock.config;

import java.nio.file.Path;

/**
 * How processes of one installation prove to each other that they belong to it.
 *
 * @param own what this process shows
 * @param authority certificates of the authorities that signed what the others show, PEM
 */
public record MutualTls(CertificateFiles own, Path authority) {}
