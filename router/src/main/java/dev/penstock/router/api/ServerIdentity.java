package dev.penstock.router.api;

import dev.penstock.config.Build;

/**
 * What a router tells of itself at {@code /info}.
 *
 * @param build what runs
 * @param uuid of this start of the router
 */
public record ServerIdentity(Build build, String uuid) {}
