package dev.penstock.cluster.probe;

import dev.penstock.config.HostPort;

/** Who answers at an address. */
public enum Peer {
  /** The cluster port of a router of this cluster. */
  ROUTER("%s is the cluster port of a router"),

  /** The cluster port of a router of another cluster. */
  OTHER_CLUSTER(
      "%s is a router of another cluster: give --cluster-name the same value here and there"),

  /** Where clients connect. */
  PUBLIC_PORT(
      "%s is the public port of a router, for clients: --join wants its cluster port (5701 unless"
          + " its --cluster-port says otherwise)"),

  /** Where workers claim jobs. */
  INTERNAL_PORT(
      "%s is the internal port of a router: --join wants its cluster port (5701 unless its"
          + " --cluster-port says otherwise)"),

  /** Something that answers in another way. */
  STRANGER("%s is not Penstock: --join wants the cluster port of a router (5701 as a rule)"),

  /** Takes the connection and says nothing. */
  MUTE("%s takes connections and says nothing: a router that hangs, or something else"),

  /** Nobody. */
  NOBODY(
      "%s does not answer: start the router, or check its --advertise, its --cluster-port and the"
          + " firewall");

  private final String sentence;

  Peer(String sentence) {
    this.sentence = sentence;
  }

  /** What is there and what to do about it. */
  public String sentence(HostPort address) {
    return sentence.formatted(address);
  }

  /** Whether it will never be a router of this cluster, however long one waits. */
  public boolean isWrong() {
    return this == OTHER_CLUSTER
        || this == PUBLIC_PORT
        || this == INTERNAL_PORT
        || this == STRANGER;
  }
}
