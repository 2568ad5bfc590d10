package dev.penstock.router.dispatch.workers;

import dev.penstock.cluster.ControlCodec;
import dev.penstock.cluster.ControlMessage.FromRouter;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A message as it goes over the wire, encoded when somebody asks first. Used by one thread. */
final class EncodedOnce implements Supplier<String> {
  private final FromRouter message;
  private @Nullable String text;

  EncodedOnce(FromRouter message) {
    this.message = message;
  }

  @Override
  public String get() {
    String made = text;
    if (made == null) {
      made = ControlCodec.encode(message);
      text = made;
    }
    return made;
  }
}
