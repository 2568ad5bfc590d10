package dev.penstock.router.api.exchange;

import dev.penstock.router.api.connection.ConnectionGuard;
import dev.penstock.telemetry.RequestRecord;
import dev.penstock.telemetry.Ticker;
import java.time.InstantSource;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * What every exchange needs.
 *
 * @param ticker measures
 * @param clock dates the log
 * @param cors cross-origin rules
 * @param draining whether this router is leaving, so that connections are not to be kept
 * @param connections are told when requests begin and end
 * @param log takes the record of every answer; must not block
 */
public record ExchangeServices(
    Ticker ticker,
    InstantSource clock,
    Cors cors,
    BooleanSupplier draining,
    ConnectionGuard connections,
    Consumer<RequestRecord> log) {}
