package dev.penstock.worker.vision;

/**
 * One key-point of an object, in pixels of the picture, which it may lie outside of.
 *
 * @param confidence above 0
 * @param id position among the key-points of the object's class
 * @param name its name
 */
public record Keypoint(int x, int y, float confidence, int id, String name) {}
