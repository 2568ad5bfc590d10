package dev.penstock.router.dispatch.service;

import dev.penstock.job.JobDescriptor;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** What is known of a job of a simulated cluster. */
final class SimJob {
  final JobDescriptor descriptor;
  final SimCluster.Asked asked;
  final SimPayload payload;
  final Map<String, String> claims = new HashMap<>();
  final Set<Integer> startedAttempts = new HashSet<>();
  final Set<String> failedBy = new HashSet<>();
  int attempts;

  /** Whether it was ever to run alone. */
  boolean alone;

  int killed;
  boolean waits = true;
  boolean ended;
  long touched;
  long startedAt;

  SimJob(JobDescriptor descriptor, SimCluster.Asked asked, SimPayload payload) {
    this.descriptor = descriptor;
    this.asked = asked;
    this.payload = payload;
  }
}
