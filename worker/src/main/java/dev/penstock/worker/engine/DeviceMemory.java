package dev.penstock.worker.engine;

import dev.penstock.model.ModelPackage;
import java.util.OptionalLong;

/** The memory in which a device keeps models. Safe for any thread. */
public interface DeviceMemory {
  /** Bytes that all models may take together, unless the worker is told otherwise. */
  long capacity();

  /** Bytes that can be taken now without harm to the process, whoever takes them. */
  long headroom();

  /** Gives back what was freed and is kept for later, so that it counts as {@link #headroom}. */
  void giveBackFreed();

  /**
   * What else takes memory and what can be done about it: half a sentence, for the client whose
   * model waited for {@link #headroom} in vain.
   */
  String shortage(ModelPackage modelPackage);

  /** Bytes that a model took when it was loaded last, on this machine. */
  OptionalLong measured(ModelPackage modelPackage);

  /** Bytes that a model will take, judged by its files; rather too many. */
  long estimate(ModelPackage modelPackage);
}
