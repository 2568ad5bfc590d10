package dev.penstock.router.api;

/**
 * What a router tells of itself at {@code /info}.
 *
 * @param version of the software
 * @param uuid of this start of the router
 */
public record ServerIdentity(String version, String uuid) {}
