package dev.penstock.cluster;

import dev.penstock.config.HostPort;

/**
 * Where a router is reached by workers.
 *
 * @param id what it is called
 * @param incarnation its start; a restarted router is another one
 * @param internal its internal listener
 */
public record RouterAddress(String id, String incarnation, HostPort internal) {}
