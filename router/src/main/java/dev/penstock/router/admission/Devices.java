package dev.penstock.router.admission;

/**
 * How the devices stand, as far as this router knows.
 *
 * @param serving workers that can be reached and are warm
 * @param busy whether they have all they can do: jobs wait that one of them could run at once
 */
public record Devices(int serving, boolean busy) {}
