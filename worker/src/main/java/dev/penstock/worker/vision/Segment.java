package dev.penstock.worker.vision;

/**
 * One object that was found, with its shape.
 *
 * @param detection its box
 * @param outline its shape, in pixels of the picture
 */
public record Segment(Detection detection, Outline outline) {}
