package dev.penstock.it.kit.network;

/**
 * Two processes, in whichever order.
 *
 * @param first by name
 */
record Pair(String first, String second) {
  Pair {
    if (first.compareTo(second) > 0) {
      String swapped = first;
      first = second;
      second = swapped;
    }
  }
}
