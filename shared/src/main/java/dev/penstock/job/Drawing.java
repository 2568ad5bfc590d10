package dev.penstock.job;

/**
 * How the predictions are to be drawn onto the picture.
 *
 * @param labels whether class and confidence are written beside each prediction
 * @param stroke line width in pixels, at least 1
 */
public record Drawing(boolean labels, int stroke) {}
