package dev.penstock.worker.vision.rfdetr;

import java.util.Arrays;

/**
 * The highest scores in the very order of {@code torch.topk} on a CPU, which is what decides among
 * equal ones: saturated networks have hundreds of them. Follows {@code std::nth_element} and {@code
 * std::sort} of libstdc++, step by step.
 */
final class TopScores {
  private static final int SMALL = 16;

  private final float[] scores;
  private final int[] places;

  private TopScores(float[] scores) {
    this.scores = scores;
    this.places = new int[scores.length];
    for (int i = 0; i < places.length; i++) {
      places[i] = i;
    }
  }

  /** Positions of the {@code count} highest scores, those that are no number first. */
  static int[] of(float[] scores, int count) {
    var top = new TopScores(scores);
    int wanted = Math.min(count, scores.length);
    if (wanted > 0) {
      top.select(wanted - 1);
      top.sort(0, wanted - 1);
    }
    return Arrays.copyOf(top.places, wanted);
  }

  private boolean before(int left, int right) {
    return Float.isNaN(scores[left]) ? !Float.isNaN(scores[right]) : scores[left] > scores[right];
  }

  private boolean inOrder(int left, int right) {
    return before(places[left], places[right]);
  }

  private void swap(int left, int right) {
    int place = places[left];
    places[left] = places[right];
    places[right] = place;
  }

  /** Brings the one of that rank to its place, higher ones before it and lower ones behind it. */
  private void select(int rank) {
    int from = 0;
    int to = places.length;
    while (to - from > 3) {
      int cut = partition(from, to);
      if (cut <= rank) {
        from = cut;
      } else {
        to = cut;
      }
    }
    insertionSort(from, to);
  }

  private void sort(int from, int to) {
    quicksort(from, to);
    if (to - from > SMALL) {
      insertionSort(from, from + SMALL);
      for (int i = from + SMALL; i < to; i++) {
        insert(i);
      }
    } else {
      insertionSort(from, to);
    }
  }

  /** Leaves parts of at most {@link #SMALL} unsorted. */
  private void quicksort(int from, int to) {
    int end = to;
    while (end - from > SMALL) {
      int cut = partition(from, end);
      quicksort(cut, end);
      end = cut;
    }
  }

  private int partition(int from, int to) {
    medianFirst(from, from + 1, from + (to - from) / 2, to - 1);
    int left = from + 1;
    int right = to;
    while (true) {
      while (inOrder(left, from)) {
        left++;
      }
      right--;
      while (inOrder(from, right)) {
        right--;
      }
      if (left >= right) {
        return left;
      }
      swap(left, right);
      left++;
    }
  }

  private void medianFirst(int first, int a, int b, int c) {
    if (inOrder(a, b)) {
      if (inOrder(b, c)) {
        swap(first, b);
      } else {
        swap(first, inOrder(a, c) ? c : a);
      }
    } else if (inOrder(a, c)) {
      swap(first, a);
    } else {
      swap(first, inOrder(b, c) ? c : b);
    }
  }

  private void insertionSort(int from, int to) {
    for (int i = from + 1; i < to; i++) {
      if (inOrder(i, from)) {
        int place = places[i];
        System.arraycopy(places, from, places, from + 1, i - from);
        places[from] = place;
      } else {
        insert(i);
      }
    }
  }

  /** Moves one down to where it belongs; something before it must not be lower. */
  private void insert(int at) {
    int place = places[at];
    int to = at;
    while (before(place, places[to - 1])) {
      places[to] = places[to - 1];
      to--;
    }
    places[to] = place;
  }
}
