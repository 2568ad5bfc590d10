package dev.penstock.worker.vision;

/**
 * One object that was found, its box in pixels of the picture.
 *
 * @param left at least 0
 * @param top at least 0
 * @param right at least {@code left}
 * @param bottom at least {@code top}
 * @param confidence finite
 * @param classId position in the list of class names
 * @param className its name
 */
public record Detection(
    int left, int top, int right, int bottom, float confidence, int classId, String className) {}
