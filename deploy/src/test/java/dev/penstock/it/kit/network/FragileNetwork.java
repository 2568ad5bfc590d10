package dev.penstock.it.kit.network;

/**
 * A network that can be cut between any two processes. Nobody is told: what is sent is not heard.
 */
public interface FragileNetwork extends Network {
  /** From now on nothing passes between the two, in either direction. */
  void cut(String one, String other);

  /** All passes again; what was sent in between arrives late or is sent again. */
  void heal();
}
