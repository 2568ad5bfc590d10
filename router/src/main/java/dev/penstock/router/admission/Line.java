package dev.penstock.router.admission;

import org.jspecify.annotations.Nullable;

/**
 * Where a request stands: behind what its caller has sent at that priority for that model, beside
 * all others.
 *
 * @param caller null when the body may say who it is
 * @param priority how urgent it is among the caller's own
 * @param digest of the model's package, null when the body says which it is
 */
public record Line(@Nullable Caller caller, Priority priority, @Nullable String digest) {}
