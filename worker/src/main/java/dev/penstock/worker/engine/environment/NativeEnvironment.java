package dev.penstock.worker.engine.environment;

import dev.penstock.worker.memory.NativeMemory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;
import org.jspecify.annotations.Nullable;

/**
 * The environment of this process as {@code getenv} of the C library sees it. Some libraries can be
 * told what matters only there, and Java can only read it: {@link System#getenv} goes on showing
 * what the process was started with, and so do its children.
 *
 * <p>The list of variables is replaced as a whole by a longer copy, and what was there is never
 * freed nor written to: who is reading it on another thread reads on.
 */
public final class NativeEnvironment {
  static {
    NativeMemory.liftLimits();
  }

  /** There are no libraries for other systems. */
  private static final int POINTER_BYTES = 8;

  private NativeEnvironment() {}

  /**
   * Sets a variable for the libraries that are loaded from now on. Loads JavaCPP's own library.
   *
   * @throws IllegalStateException when this system keeps its variables elsewhere
   */
  public static synchronized void set(String name, String value) {
    PointerPointer<Pointer> place = place();
    List<Pointer> variables = variables(place);
    variables.removeIf(variable -> isOf(name, variable));
    variables.add(neverFreed(name + "=" + value));
    var list = new PointerPointer<>(Pointer.calloc(variables.size() + 1L, POINTER_BYTES));
    for (int i = 0; i < variables.size(); i++) {
      list.put(i, variables.get(i));
    }
    place.put(0, list);
  }

  /** Sets a variable unless it is set, by whoever started the process. */
  public static synchronized void setDefault(String name, String value) {
    if (get(name) == null) {
      set(name, value);
    }
  }

  /** What libraries see; null when it is not set. */
  public static synchronized @Nullable String get(String name) {
    return variables(place()).stream()
        .filter(variable -> isOf(name, variable))
        .map(variable -> text(variable).substring(name.length() + 1))
        .findFirst()
        .orElse(null);
  }

  /** Where the C library keeps the address of its list. */
  private static PointerPointer<Pointer> place() {
    Loader.load(Pointer.class);
    Pointer environ = Loader.addressof("environ");
    if (environ == null) {
      throw new IllegalStateException("no environment was found");
    }
    return new PointerPointer<>(environ);
  }

  private static List<Pointer> variables(PointerPointer<Pointer> place) {
    var variables = new ArrayList<Pointer>();
    Pointer first = place.get(0);
    if (first == null) {
      return variables;
    }
    var list = new PointerPointer<>(first);
    for (Pointer variable = list.get(0); variable != null; variable = list.get(variables.size())) {
      variables.add(variable);
    }
    return variables;
  }

  private static boolean isOf(String name, Pointer variable) {
    return text(variable).startsWith(name + "=");
  }

  private static String text(Pointer variable) {
    return new BytePointer(variable).getString(StandardCharsets.UTF_8);
  }

  private static Pointer neverFreed(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    Pointer memory = Pointer.calloc(bytes.length + 1L, 1);
    new BytePointer(memory).put(bytes);
    return memory;
  }
}
