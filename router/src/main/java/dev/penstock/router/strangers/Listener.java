package dev.penstock.router.strangers;

/** The listeners of a router that speak HTTP. */
public enum Listener {
  PUBLIC("public port"),
  INTERNAL("internal port");

  final String label;

  Listener(String label) {
    this.label = label;
  }
}
