package dev.penstock.router.api;

import dev.penstock.telemetry.AccessLog;
import dev.penstock.telemetry.MetricsRegistry;

/**
 * Where the records of answers go.
 *
 * @param metrics measures them
 * @param log writes a line of each; closed by who made it
 */
public record ApiTelemetry(MetricsRegistry metrics, AccessLog log) {}
