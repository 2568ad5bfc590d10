package dev.penstock.worker.vision;

/**
 * How sure a classifier is of one class.
 *
 * @param className its name
 * @param classId position in the list of class names
 * @param confidence finite, 0 to 1
 */
public record ClassScore(String className, int classId, double confidence) {}
