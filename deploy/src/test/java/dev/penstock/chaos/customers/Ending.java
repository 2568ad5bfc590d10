package dev.penstock.chaos.customers;

/** How a request ended, as its client sees it. */
public enum Ending {
  ANSWERED("answered once", true),
  REFUSED("refused with Retry-After", true),
  EXPIRED("504 on time", true),
  UNREADABLE("400 for what is no image", true),
  QUARANTINED("500 because workers died of it", true),
  HUNG_UP("hung up by the client", true),
  BROKEN("broken by router death", true),
  UNREAD("unread, at the end of a drain", true),
  BEHIND_STOPPED_ROUTER("late behind a stopped router", true),
  LATE("late", false),
  LOST("lost", false),
  DUPLICATED("duplicated", false),
  HUNG("hung", false),
  WRONG("wrong answer", false);

  private final String words;
  private final boolean allowed;

  Ending(String words, boolean allowed) {
    this.words = words;
    this.allowed = allowed;
  }

  /** As it stands in the ledger. */
  public String words() {
    return words;
  }

  /** Whether the promises allow it. */
  public boolean allowed() {
    return allowed;
  }
}
