package dev.penstock.router.api;

import dev.penstock.telemetry.AccessLog;
import dev.penstock.telemetry.DispatchMetrics;
import dev.penstock.telemetry.RequestMetrics;

/**
 * Where the records of answers go.
 *
 * @param requests measures them
 * @param dispatch scraped together with them
 * @param log writes a line of each; closed by who made it
 */
public record ApiTelemetry(RequestMetrics requests, DispatchMetrics dispatch, AccessLog log) {}
