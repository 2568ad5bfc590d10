package dev.penstock.router.admission.keys;

import org.jspecify.annotations.Nullable;

/**
 * A key as the key file has it.
 *
 * @param name whom it belongs to; unique in its file
 * @param hash of the key; unique in its file
 * @param weight its part of the devices relative to others
 * @param limit how often it may ask, null for as often as it likes
 * @param models which models it may ask for
 * @param admin whether it may see and change what concerns everybody
 */
record ApiKey(
    String name,
    KeyHash hash,
    double weight,
    @Nullable RateLimit limit,
    ModelPatterns models,
    boolean admin) {}
