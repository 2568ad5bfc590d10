package dev.penstock.model.onnx;

/** Thrown when a file is no ONNX model; the message says where it stops being one. */
public final class OnnxFormatException extends Exception {
  private static final long serialVersionUID = 1L;

  OnnxFormatException(String message) {
    super(message);
  }
}
