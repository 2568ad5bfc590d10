package dev.penstock.router.api.exchange;

import dev.penstock.router.admission.AdmissionControl;
import dev.penstock.router.admission.RequestTimeouts;
import dev.penstock.router.api.connection.ConnectionGuard;
import dev.penstock.router.api.connection.UntakenAnswers;
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
 * @param timeouts how long requests may take
 * @param admission bounds the memory that bodies and images take
 * @param draining whether this router is leaving, so that connections are not to be kept
 * @param connections are told when requests begin and end
 * @param answers are told when answers begin and were taken
 * @param log takes the record of every answer; must not block
 */
public record ExchangeServices(
    Ticker ticker,
    InstantSource clock,
    Cors cors,
    RequestTimeouts timeouts,
    AdmissionControl admission,
    BooleanSupplier draining,
    ConnectionGuard connections,
    UntakenAnswers answers,
    Consumer<RequestRecord> log) {}
