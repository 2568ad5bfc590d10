package dev.penstock.worker.queue;

import dev.penstock.job.JobDescriptor;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Whose turn it is among the queues of one worker's models: start-time fair queueing again, with a
 * queue for a flow and the progress of its virtual time for the length of a job.
 *
 * <p>Virtual time of a queue goes on by what each of the callers that wait in it has been given
 * over its weight. So queues that go on at the same pace mean callers that are served alike,
 * however many of them stand in which queue. Only the differences between tags of one queue are
 * used: queues whose other workers are faster or slower are far apart, and a queue that was quiet
 * starts where the others are.
 *
 * <p>Not thread-safe: the claimer's.
 */
final class QueueTurns {
  /** What a job is taken to cost whose router does not say; in microseconds of virtual time. */
  static final long UNKNOWN_SPAN = TimeUnit.MILLISECONDS.toMicros(20);

  /**
   * INVARIANT: no queue starves, whatever the tags of another one say: a turn costs at least this
   * part of what its jobs cost their callers. A queue counts for so many callers at the most.
   */
  static final int MOST_CALLERS = 256;

  private final Map<String, Turn> last = new HashMap<>();
  private long virtualTime;

  /**
   * The last turn of a queue.
   *
   * @param start on this worker's virtual time
   * @param tag of the first job that was taken, on the queue's
   * @param span the queue's virtual time went on by so much at the most
   * @param least and by so much at least
   */
  private record Turn(long start, long tag, long span, long least) {
    /** Where the next turn starts, when that job stands first. */
    long next(long head) {
      return start + Math.max(least, Math.min(head - tag, span));
    }
  }

  /** Where a queue's turn would start that has this job at its head; the smallest is next. */
  long start(JobDescriptor head) {
    Turn turn = last.get(head.model());
    return turn == null ? virtualTime : Math.max(virtualTime, turn.next(head.tag()));
  }

  /** Where a queue's turn starts at the earliest, whatever stands in it. */
  long earliest(String model) {
    Turn turn = last.get(model);
    return turn == null ? virtualTime : Math.max(virtualTime, turn.start + turn.least);
  }

  /**
   * A queue had its turn.
   *
   * @param jobs what was taken of it, at least one, in their order
   */
  void taken(List<JobDescriptor> jobs) {
    JobDescriptor first = jobs.get(0);
    long start = start(first);
    long span = jobs.stream().mapToLong(job -> job.tag() - first.tag() + span(job)).max().orElse(0);
    long together = jobs.stream().mapToLong(QueueTurns::span).sum();
    long least = Math.max(1, Math.min(span, together / MOST_CALLERS));
    last.put(first.model(), new Turn(start, first.tag(), span, least));
    virtualTime = start;
  }

  private static long span(JobDescriptor job) {
    boolean unknown = job.finish() == JobDescriptor.UNKNOWN_FINISH || job.finish() <= job.tag();
    return unknown ? UNKNOWN_SPAN : job.finish() - job.tag();
  }
}
