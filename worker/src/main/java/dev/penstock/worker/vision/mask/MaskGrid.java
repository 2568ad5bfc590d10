package dev.penstock.worker.vision.mask;

/**
 * A mask as a network gives it: values of a part of its grid, the rest being 0.
 *
 * @param left first column of the part
 * @param top first row of the part
 * @param columns width of the part
 * @param rows height of the part
 * @param values {@code [rows, columns]}
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record MaskGrid(int left, int top, int columns, int rows, float[] values) {}
