package dev.penstock.chaos.trouble;

import dev.penstock.chaos.fleet.Chronicle;
import dev.penstock.chaos.fleet.Fleet;
import dev.penstock.it.kit.RogueWorker;
import dev.penstock.job.JobDescriptor;
import dev.penstock.job.wire.Claim;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** A fifth worker that does the wrong thing at the worst moment. */
public final class RogueTroubles {
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final int PNG_SIZE_AT = 16;
  private static final int MOST_POLLS = 8;
  private static final byte PNG_FIRST = (byte) 0x89;

  private final Fleet fleet;
  private final Chronicle chronicle;

  public RogueTroubles(Fleet fleet, Chronicle chronicle) {
    this.fleet = fleet;
    this.chronicle = chronicle;
  }

  public List<Trouble> all() {
    return List.of(
        new Trouble("a worker misses an acknowledgement", random -> with(random, this::missAck)),
        new Trouble("a worker polls and dies", random -> with(random, rogue -> poll(rogue))),
        new Trouble("a worker claims and dies", random -> with(random, rogue -> claim(rogue))),
        new Trouble("copies of a job", random -> with(random, this::copy)));
  }

  /** What the rogue does before it dies. */
  private interface Deed {
    void of(RogueWorker rogue);
  }

  private void with(Random random, Deed deed) {
    String router = Trouble.oneOf(Fleet.ROUTERS, random);
    fleet.exclusively(
        List.of(router),
        alone -> {
          try (RogueWorker rogue = RogueWorker.join("rogue", fleet.router(router))) {
            deed.of(rogue);
          }
        });
  }

  /**
   * Jobs of the other router that it polls on the way are lost without a claim, and missed.
   *
   * @return null when all it got were such, or it got none
   */
  private Claim.@Nullable Granted claim(RogueWorker rogue) {
    for (int polled = 1; polled <= MOST_POLLS; polled++) {
      JobDescriptor job = poll(rogue);
      if (job == null) {
        return null;
      }
      List<Claim.Granted> granted = rogue.claim(job.id());
      if (!granted.isEmpty()) {
        chronicle.say("  the rogue has a lease and lost " + (polled - 1) + " other jobs");
        return granted.get(0);
      }
    }
    chronicle.say("  the rogue has no lease and lost " + MOST_POLLS + " jobs");
    return null;
  }

  private void missAck(RogueWorker rogue) {
    Claim.Granted lease = claim(rogue);
    if (lease == null || lease.payload()[0] != PNG_FIRST) {
      return;
    }
    ByteBuffer size = ByteBuffer.wrap(lease.payload()).position(PNG_SIZE_AT);
    var result = RogueWorker.result(lease, size.getInt(), size.getInt());
    rogue.postAndHangUp(result);
    String again = rogue.post(result);
    chronicle.say("  posted again: " + again);
  }

  private void copy(RogueWorker rogue) {
    JobDescriptor job = poll(rogue);
    if (job != null) {
      rogue.offerCopy(job);
      rogue.offerCopy(job);
    }
  }

  /** Its router may just have been parted from the one that has the queue, with all its workers. */
  private @Nullable JobDescriptor poll(RogueWorker rogue) {
    JobDescriptor job = rogue.poll(PATIENCE);
    if (job == null) {
      chronicle.say("  the rogue found no job");
    }
    return job;
  }
}
